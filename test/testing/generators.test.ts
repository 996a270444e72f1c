import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { grants, type Policy } from '#ir';
import { decide } from '#spec';
import { attempts, checkedEstate, estate, type Estate, estatePods, estates, generateEstate, profiles } from '#testing';
import { worldOf } from '../engines/networkpolicy/world.ts';
import { servedPorts, shareAllowed } from '../../src/testing/generators/cells.ts';

const seeds = Array.from({ length: 100 }, (_, seed) => seed);
const policies = seeds.map((seed) => estate(seed).policy);

describe('generated estates', () => {
  test.each(Object.entries(profiles))('pass check with the %s profile, whatever they shrink to', (_name, profile) => {
    fc.assert(fc.property(estates(profile), (generated) => { checkedEstate(generated); }), { numRuns: 150, seed: 11 });
  });

  test('of a seed are the same ones again', () => {
    for (const seed of [0, 1, 99]) expect(JSON.stringify(estate(seed))).toBe(JSON.stringify(estate(seed)));
    expect(new Set(seeds.map((seed) => JSON.stringify(estate(seed)))).size).toBe(100);
  });

  test('of the dense profile allow at least 30 % of the cells over served ports, by the meaning itself', () => {
    for (const seed of seeds) {
      const { asOf, policy } = estate(seed), { pods } = estatePods(policy);
      let cells = 0, allowed = 0;
      for (const { port, workload } of servedPorts(policy)) {
        for (const pod of pods) {
          if (pod.workload === workload.name) continue;
          cells++;
          const peer = pod.workload === undefined
            ? { kind: 'pod', namespace: pod.namespace, labels: pod.labels, serviceAccount: pod.serviceAccount ?? 'default' } as const : { kind: 'workload', name: pod.workload } as const;
          if (decide(policy, { peer, throughExposure: false, to: { kind: 'port', workload: workload.name, port, protocol: 'TCP' }, context: { time: `${asOf}T00:00:00Z` } }).decision === 'allow') allowed++;
        }
      }
      expect(cells, `seed ${seed}`).toBeGreaterThan(0);
      expect(allowed / cells, `seed ${seed}`).toBeGreaterThanOrEqual(0.3);
      expect(allowed / cells, `seed ${seed}`).toBeLessThan(0.8);
      expect(allowed / cells, `seed ${seed}`).toBeCloseTo(shareAllowed(policy), 9);
    }
  });

  /** In how many of the hundred seeds. */
  const features: readonly (readonly [what: string, least: number, has: (policy: Policy) => boolean])[] = [
    ['several namespaces', 95, ({ workloads }) => new Set(workloads.map(({ kubernetes }) => kubernetes!.namespace)).size > 1],
    ['one label value in two namespaces', 40, ({ workloads }) => workloads.some((a) => workloads.some((b) => a.kubernetes!.namespace !== b.kubernetes!.namespace && JSON.stringify(a.kubernetes!.selector) === JSON.stringify(b.kubernetes!.selector)))],
    ['a label shared inside a namespace', 50, ({ workloads }) => workloads.some((a) => workloads.some((b) => a !== b && a.kubernetes!.namespace === b.kubernetes!.namespace && Object.entries(a.kubernetes!.selector).some(([key, value]) => b.kubernetes!.selector[key] === value)))],
    ['an API served on a named port', 50, ({ apis }) => apis.some(({ servedBy }) => servedBy.kind === 'workload' && typeof servedBy.port === 'string')],
    ['one port name for two numbers', 50, ({ workloads }) => { const ports = workloads.flatMap(({ kubernetes }) => kubernetes!.ports); return ports.some((a) => ports.some((b) => a.name !== undefined && a.name === b.name && a.number !== b.number)); }],
    ['a Service whose port is not the container\'s', 80, ({ workloads }) => workloads.some(({ kubernetes }) => kubernetes!.services.some(({ port, targetPort }) => typeof targetPort === 'number' && port !== targetPort))],
    ['a Service with a named target', 50, ({ workloads }) => workloads.some(({ kubernetes }) => kubernetes!.services.some(({ targetPort }) => typeof targetPort === 'string'))],
    ['UDP and TCP on one number', 30, ({ workloads }) => workloads.some(({ kubernetes }) => kubernetes!.ports.some((a) => a.protocol === 'UDP' && kubernetes!.ports.some((b) => b.protocol === 'TCP' && b.number === a.number)))],
    ['SCTP', 30, ({ workloads }) => workloads.some(({ kubernetes }) => kubernetes!.ports.some(({ protocol }) => protocol === 'SCTP'))],
    ['HTTP, gRPC and TCP together', 50, ({ apis }) => new Set(apis.flatMap(({ operations }) => operations.map(({ kind }) => kind))).size === 3],
    ['nested templates', 80, ({ apis }) => apis.some(({ operations }) => operations.filter((operation) => operation.kind === 'http' && /\{|export/.test(operation.path)).length > 1)],
    ['an exposure to anyone', 50, ({ apis }) => apis.some(({ offers }) => offers.some(({ to }) => to.some(({ kind }) => kind === 'anyone')))],
    ['a latent offer', 50, (policy) => policy.apis.flatMap(({ offers }) => offers.flatMap(({ to }) => to)).length > grants(policy).length],
    ['an invariant', 30, ({ never }) => never.length > 0],
    ['a caller of the API server', 30, ({ workloads }) => workloads.some(({ callsApiServer }) => callsApiServer !== undefined)],
    ['a workload that cannot call', 30, ({ workloads }) => workloads.some(({ kubernetes }) => kubernetes!.serviceAccount === undefined)],
    ['a grant that ends', 50, (policy) => grants(policy).some(({ until }) => until !== undefined)],
    ['two APIs on one port', 10, (policy) => servedPorts(policy).some(({ apis }) => apis.length > 1)],
    ['a segment of restricted data', 10, ({ segments }) => segments.some(({ holds }) => holds === 'restricted')],
  ];
  test.each(features)('have %s in at least %i of a hundred', (_what, least, has) => {
    expect(policies.filter(has).length).toBeGreaterThanOrEqual(least);
  });

  const beyond = seeds.map((seed) => estate(seed, profiles.beyond));
  const outside = (kind: string) => ({ policy }: Estate): boolean => policy.apis.some(({ exposedAt, offers }) => exposedAt?.kind === 'gateway' && offers.some(({ to }) => to.some((one) => one.kind === kind)));
  const asks = (kind: string) => ({ policy }: Estate): boolean => policy.apis.some(({ offers }) => offers.some(({ when }) => JSON.stringify(when).includes(`"${kind}"`)));
  test.each<readonly [what: string, least: number, has: (estate: Estate) => boolean]>([
    ['an ambient mesh', 25, ({ platform }) => platform.mesh?.dataPlane === 'ambient'], ['sidecars', 25, ({ platform }) => platform.mesh?.dataPlane === 'sidecar'], ['no mesh', 10, ({ platform }) => platform.mesh === undefined],
    ['gateways without a mesh', 5, ({ platform }) => platform.mesh === undefined && platform.gateways.length > 0], ['two gateways', 20, ({ platform }) => platform.gateways.length === 2],
    ['people at a gateway', 20, outside('people')], ['partners', 10, outside('partner')], ['anyone at a gateway', 10, outside('anyone')],
    ['a workload that acts for people', 30, ({ policy }) => policy.asks.some(({ from }) => from.kind === 'workload' && from.actingFor !== undefined)],
    ['an unmanaged segment', 10, ({ policy }) => policy.segments.some(({ managed }) => managed === 'unmanaged')], ['metrics', 40, ({ policy }) => policy.workloads.some(({ kubernetes }) => kubernetes?.metrics !== undefined)],
    ['a requirement of a segment', 5, ({ policy }) => policy.segments.some(({ requires }) => requires.people.length > 0)], ['a required encryption', 2, ({ policy }) => policy.segments.some(({ requires }) => requires.transport !== undefined)],
    ['an upgrade', 2, ({ policy }) => policy.apis.some(({ operations }) => operations.some(({ kind }) => kind === 'websocket'))],
    ...(['claim', 'mfa', 'authenticatedWithin', 'maxTokenAge', 'device', 'from', 'during', 'header', 'any', 'all'] as const).map((kind) => [kind, 2, asks(kind)] as const),
  ])('beyond networks have %s in at least %i of a hundred', (_what, least, has) => {
    expect(beyond.filter(has).length).toBeGreaterThanOrEqual(least);
  });

  test('make worlds that an engine can be asked about, with pods that nobody declared', () => {
    for (const seed of seeds) {
      const { policy } = estate(seed), { external, namespaces, pods } = estatePods(policy);
      worldOf({ external, namespaces, pods, policies: [], probes: [] });
      expect(pods.filter(({ workload }) => workload === undefined).length).toBe(namespaces.length);
      for (const { labels, namespace, workload } of pods) {
        if (workload !== undefined) continue;
        expect(policy.workloads.filter(({ kubernetes }) => kubernetes!.namespace === namespace && Object.entries(kubernetes!.selector).every(([key, value]) => labels[key] === value)), 'no workload\'s').toEqual([]);
      }
    }
  });
});

test('requests of a seed are the same ones again', () => {
  expect(JSON.stringify(attempts(estate(1), 5, 100))).toBe(JSON.stringify(attempts(estate(1), 5, 100)));
  expect(JSON.stringify(attempts(estate(1), 5, 100))).not.toBe(JSON.stringify(attempts(estate(1), 6, 100)));
});

describe('large estates', () => {
  test('pass check, and have the size that was asked for', () => {
    const large = generateEstate({ apis: 120, grantsPerApi: 10, seed: 1 });
    const { policy } = checkedEstate(large);
    expect(policy.apis).toHaveLength(120);
    expect(grants(policy)).toHaveLength(1_200);
  });
  test.each([1, 2, 3])('of %i APIs pass check as well', (apis) => { checkedEstate(generateEstate({ apis, grantsPerApi: 10, seed: 1 })); });
  test('are the same ones again', () => {
    expect(JSON.stringify(generateEstate({ apis: 50, grantsPerApi: 5, seed: 9 }))).toBe(JSON.stringify(generateEstate({ apis: 50, grantsPerApi: 5, seed: 9 })));
  });
});
