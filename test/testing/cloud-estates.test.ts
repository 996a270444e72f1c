import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cloudServices, cloudVerbs, grants, isCloudApi, type CloudApi, type CloudServer } from '#ir';
import { decide, type Request } from '#spec';
import { checkedEstate, cloudAttempts, cloudManners, estate, type Estate, estates, profiles } from '#testing';
import { accepting, enforcedEstate } from '../laws/enforced-estate.ts';
import { callers } from '../../src/testing/generators/cells.ts';

const seeds = Array.from({ length: 100 }, (_, seed) => seed), worlds = seeds.map((seed) => estate(seed, profiles.cloud));
const cloudOf = ({ policy }: Estate): readonly CloudApi[] => policy.apis.filter(isCloudApi);
const servers = (one: Estate): readonly CloudServer[] => cloudOf(one).map(({ servedBy }) => servedBy);
const keyOf = (one: Estate, { encryptedBy }: CloudServer): CloudServer | undefined => cloudOf(one).find(({ name }) => name === encryptedBy)?.servedBy;
const holds = ({ policy }: Estate, { segment }: CloudServer): string | undefined => policy.segments.find(({ name }) => name === segment)?.holds;

describe('generated cloud estates', () => {
  test.each(['cloud', 'everything'] as const)('pass check with the profile %s, whatever they shrink to', (profile) => {
    fc.assert(fc.property(estates(profiles[profile]), (generated) => { checkedEstate(generated); }), { numRuns: 150, seed: 11 });
  });
  test('compile, and give roles', () => {
    for (const one of worlds.slice(0, 30)) expect(enforcedEstate(accepting(one)).artifacts.some(({ kind }) => kind === 'aws')).toBe(true);
  });
  test('of a seed are the same ones again', () => {
    expect(JSON.stringify(estate(7, profiles.cloud))).toBe(JSON.stringify(estate(7, profiles.cloud)));
    expect(new Set(worlds.map((one) => JSON.stringify(one))).size).toBe(100);
  });

  test('grant at least 30 % of what callers could be granted, and in one estate or another every verb of every service', () => {
    let cells = 0, granted = 0;
    const verbs = new Set<string>();
    for (const { asOf, policy } of worlds) {
      const able = [...callers(policy), ...policy.workloads.filter(({ host }) => host !== undefined)];
      for (const api of policy.apis.filter(isCloudApi)) {
        for (const operation of api.operations) {
          for (const { name } of able) {
            const own = grants(policy).find((one) => one.api === api && one.operation === operation && one.from.kind === 'workload' && one.from.name === name);
            const asked = own?.offer.when.flatMap((one) => (one.kind === 'from' ? one.cidrs : []))[0] === '10.244.128.0/17' ? '10.244.200.1' : '10.244.1.1';
            const request: Request = { peer: { kind: 'workload', name }, throughExposure: false, to: { kind: 'operation', api: api.name, operation: operation.name }, context: { time: `${asOf}T00:00:00Z`, sourceAddress: asked } };
            cells++;
            if (decide(policy, request).decision === 'allow') { granted++; if (operation.kind === 'cloud') verbs.add(`${api.servedBy.service} ${operation.verb}`); }
          }
        }
      }
    }
    expect(granted / cells).toBeGreaterThan(0.3);
    expect(granted / cells).toBeLessThan(0.8);
    expect([...verbs].sort()).toEqual(cloudVerbs.map(({ service, verb }) => `${service} ${verb}`).sort());
  });

  const features: readonly (readonly [what: string, least: number, has: (one: Estate) => boolean])[] = [
    ...cloudServices.map((service): (typeof features)[number] => [`a resource of ${service}`, 25, (one) => servers(one).some((server) => server.service === service)]),
    ['something owned', 60, (one) => servers(one).some(({ owned }) => owned)], ['something that is not', 60, (one) => servers(one).some(({ owned }) => !owned)],
    ...(['sqs', 'dynamodb', 's3', 'secretsmanager', 'sns', 'kms'] as const).map((service): (typeof features)[number] => [`an owned resource of ${service}`, 8, (one) => servers(one).some((server) => server.owned && server.service === service)]),
    ['a hole', 60, ({ policy }) => policy.holes.length > 0], ['an ARN', 60, (one) => servers(one).some(({ arn }) => typeof arn === 'string')], ['a resource of another account', 15, ({ platform }) => platform.aws!.otherAccounts.length > 0],
    ['a key that is made', 30, (one) => servers(one).some(({ arn }) => arn === undefined)],
    ['what a made key encrypts', 20, (one) => servers(one).some((server) => server.encryptedBy !== undefined && keyOf(one, server)?.arn === undefined)],
    ['what an owned key with an ARN encrypts', 5, (one) => servers(one).some((server) => keyOf(one, server)?.owned === true && keyOf(one, server)?.arn !== undefined)],
    ['what a foreign key encrypts', 5, (one) => servers(one).some((server) => keyOf(one, server)?.owned === false)], ['what no key encrypts', 60, (one) => servers(one).some(({ encryptedBy, service }) => encryptedBy === undefined && service !== 'kms')],
    ['two services that use one key', 10, (one) => { const uses = servers(one).flatMap(({ encryptedBy, service }) => (encryptedBy === undefined ? [] : [`${encryptedBy} ${service}`])); return uses.some((a) => uses.some((b) => a !== b && a.split(' ')[0] === b.split(' ')[0])); }],
    ...(['public', 'confidential', 'restricted'] as const).map((what): (typeof features)[number] => [`something that is ${what}`, 10, (one) => servers(one).some((server) => holds(one, server) === what)]),
    ['an index', 15, (one) => cloudOf(one).some(({ operations, servedBy }) => servedBy.service === 'dynamodb' && operations.some((each) => each.kind === 'cloud' && each.within !== undefined))],
    ['a prefix', 15, (one) => cloudOf(one).some(({ operations, servedBy }) => servedBy.service === 's3' && operations.some((each) => each.kind === 'cloud' && each.within !== undefined))],
    ['a whole bucket', 5, (one) => cloudOf(one).some(({ operations, servedBy }) => servedBy.service === 's3' && operations.every((each) => each.kind === 'cloud' && each.within === undefined))],
    ['several callers of a resource', 60, ({ policy }) => policy.apis.some((api) => isCloudApi(api) && new Set(grants(policy).filter((one) => one.api === api).map(({ from }) => JSON.stringify(from))).size > 2)],
    ['a host outside that calls', 30, ({ policy }) => grants(policy).some(({ from }) => policy.workloads.some(({ host, name }) => host !== undefined && from.kind === 'workload' && from.name === name))],
    ['Pod Identity', 20, ({ platform }) => platform.aws!.identity.kind === 'podIdentity'], ['IRSA', 20, ({ platform }) => platform.aws!.identity.kind === 'irsa'],
    ['VPC endpoints', 40, ({ platform }) => platform.aws!.endpoints.some(({ vpcEndpoint }) => vpcEndpoint !== undefined)], ['none', 15, ({ platform }) => platform.aws!.endpoints.every(({ vpcEndpoint }) => vpcEndpoint === undefined)],
    ['a service that answers nobody knows where', 5, ({ platform }) => platform.accept.some(({ feature }) => feature === 'endpoint')], ['a boundary that everybody has', 10, ({ platform }) => platform.aws!.permissionsBoundary !== undefined],
    ['other partitions', 30, ({ platform }) => /^(cn|us-gov)-/.test(platform.aws!.region)], ['a path of roles', 30, ({ platform }) => platform.aws!.rolePath !== '/'],
    ['a grant that ends', 60, (one) => grants(one.policy).some(({ api, until }) => isCloudApi(api) && until !== undefined)], ['an address that a grant asks for', 30, (one) => grants(one.policy).some(({ api, offer }) => isCloudApi(api) && offer.when.length > 0)],
    ['a segment that asks for an address', 3, ({ policy }) => policy.segments.some(({ requires }) => requires.workloads.some(({ kind }) => kind === 'from'))], ['a segment that asks for TLS', 3, ({ policy }) => policy.segments.some(({ requires }) => requires.transport !== undefined)],
    ['a latent offer', 50, (one) => cloudOf(one).some((api) => api.offers.some(({ operation, to }) => to.some((identity) => !one.policy.asks.some((ask) => ask.to.api === api.name && ask.to.operation === operation && JSON.stringify(ask.from) === JSON.stringify(identity)))))],
    ...(['workload', 'anyIdentity'] as const).map((kind): (typeof features)[number] => [`what ${kind} must never reach`, 10, ({ policy }) => policy.never.some(({ from, to }) => from.kind === kind && 'name' in to && policy.apis.some((api) => isCloudApi(api) && api.name === to.name))]),
    ['one operation that a caller of others must never reach', 5, ({ policy }) => policy.never.some(({ to }) => to.kind === 'operation' && policy.apis.some((api) => isCloudApi(api) && api.name === to.api))],
  ];
  test.each(features)('have %s in at least %i of a hundred', (_what, least, has) => { expect(worlds.filter(has).length).toBeGreaterThanOrEqual(least); });

  test('are asked in every manner, the same ways again, and an address is met and not met', () => {
    expect(JSON.stringify(cloudAttempts(worlds[1]!, 5, 100))).toBe(JSON.stringify(cloudAttempts(worlds[1]!, 5, 100)));
    const seen = new Set<string>();
    let met = 0, unmet = 0;
    for (const [index, one] of worlds.entries()) {
      for (const { manner, request } of cloudAttempts(one, index, 2 * cloudManners.length)) {
        seen.add(manner);
        const [because] = decide(one.policy, request).because;
        if (because !== undefined && 'missing' in because) { if (because.condition?.startsWith('from')) unmet++; } else if (manner === 'another address') met++;
      }
    }
    expect([...seen].sort()).toEqual([...cloudManners].sort());
    expect(met).toBeGreaterThan(50);
    expect(unmet).toBeGreaterThan(50);
  });
});
