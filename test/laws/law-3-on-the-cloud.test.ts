import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verify } from '#analysis';
import { crossing, decide } from '#spec';
import type { AwsArtifact, KubernetesArtifact, PolicyDocument, PolicyStatement } from '#targets';
import { cloudManners, type Estate, estates, profiles } from '#testing';
import { lifeless, unsafe, world, type World } from './breaches.ts';
import { cloudRequests, leftToOthers } from './cloud-breaches.ts';
import { accepting, admitted, enforcedEstate, together, type EnforcedEstate } from './enforced-estate.ts';
import { law } from './law.ts';

/**
 * Law 3 where workloads call resources of the cloud: the network and IAM together, on every way. Past the endpoint, with
 * credentials that got away, as somebody else of the account, in the clear, by way of a service; and at who hands out credentials.
 */
const worlds = fc.tuple(fc.oneof({ weight: 3, arbitrary: estates(profiles.cloud) }, { weight: 1, arbitrary: estates(profiles.everything) }), fc.nat());
const compiled = (estate: Estate): EnforcedEstate => enforcedEstate(accepting(estate));

/** What contradicts one of the laws, with which. */
function breach(here: World, estate: Estate, seed: number, which: readonly ('safety' | 'liveness')[] = ['safety', 'liveness'], rounds = 6): unknown {
  for (const { manner, request } of cloudRequests(here.policy, estate, seed, rounds)) {
    if (leftToOthers(here.policy, here.platform, request) !== undefined) continue;
    for (const one of which) {
      const found = (one === 'safety' ? unsafe : lifeless)(here, request);
      if (found !== undefined) return { law: one, manner, found };
    }
  }
  return undefined;
}

describe('law 3, on the cloud, under the listed assumptions', () => {
  test('safety and liveness: what no hop of some way denies is allowed, and what is allowed meets no denial on its intended way', () => {
    law('law-3-cloud', worlds, 160, ([estate, seed]) => breach(world(compiled(estate)), estate, seed));
  });

  test('the reading-back in the compiler finds no fault either', () => {
    law('law-3-cloud-verify', worlds, 40, ([estate]) => {
      const { emitted, platform, policy } = compiled(estate), { diagnostics } = verify({ policy, platform, emitted, limit: 4000 });
      return diagnostics.length === 0 ? undefined : diagnostics;
    });
  });

  test('and both have something to judge: of every manner, by the network and by IAM, and hardly anything is unknown', () => {
    const seen = new Map<string, { allowed: number; denied: number }>(), count = (key: string, through: boolean): void => {
      const found = seen.get(key) ?? { allowed: 0, denied: 0 };
      found[through ? 'allowed' : 'denied']++;
      seen.set(key, found);
    };
    let unknown = 0, judged = 0;
    for (const [index, estate] of fc.sample(estates(profiles.cloud), { numRuns: 100, seed: 17 }).entries()) {
      const { decider, platform, policy } = compiled(estate);
      for (const { manner, request } of cloudRequests(policy, estate, index)) {
        if (leftToOthers(policy, platform, request) !== undefined) continue;
        for (const hop of crossing(policy, platform, request).intended) {
          const verdict = decider(hop);
          judged++;
          if (verdict === 'unknown') unknown++;
          count(`${manner} at ${hop.enforcer}`, verdict === 'allow');
        }
      }
    }
    for (const manner of cloudManners) {
      const at = seen.get(`${manner} at ${manner.startsWith('for ') ? 'network' : 'cloud'}`);
      expect(at, manner).toBeDefined();
      if (!manner.startsWith('granted')) expect(at!.denied, manner).toBeGreaterThan(20);
      if (!['credentials elsewhere', 'another principal', 'undeclared pod', 'for the node\'s own'].includes(manner)) expect(at!.allowed, manner).toBeGreaterThan(20);
    }
    expect(unknown / judged).toBeLessThan(0.001);
  });

  test('what is left to others is what we can\'t hold: each kind of it would break the law', () => {
    const broken = new Map<string, number>();
    for (const [index, estate] of fc.sample(estates(profiles.cloud), { numRuns: 40, seed: 29 }).entries()) {
      const enforced = compiled(estate), here = world(enforced);
      for (const { request } of cloudRequests(enforced.policy, estate, index)) {
        const why = leftToOthers(enforced.policy, enforced.platform, request);
        if (why !== undefined && unsafe(here, request) !== undefined) broken.set(why, (broken.get(why) ?? 0) + 1);
      }
    }
    expect([...broken.keys()].sort()).toEqual([
      'credentials-stay: no endpoint is asked for', 'the caller\'s side only: what others may do with it, their own policies say', 'who looks after it, and makes what is encrypted with it',
    ]);
  });

  test('an endpoint is pinned where the platform states one: credentials that got away are of no use there', () => {
    let pinned = 0;
    for (const [index, estate] of fc.sample(estates(profiles.cloud), { numRuns: 40, seed: 31 }).entries()) {
      const { decider, platform, policy } = compiled(estate);
      for (const { manner, request } of cloudRequests(policy, estate, index)) {
        if (manner !== 'credentials elsewhere' || leftToOthers(policy, platform, request) !== undefined) continue;
        const own = { ...request, peer: { kind: 'workload', name: (request.peer as { readonly of: string }).of } as const };
        if (decide(policy, own).decision === 'deny') continue;
        pinned++;
        expect(admitted(decider, crossing(policy, platform, request).intended), JSON.stringify(request)).toBe(false);
      }
    }
    expect(pinned).toBeGreaterThan(50);
  });
});

// Sabotage: the law must fail when the documents are wrong --------------------------------------------------------------

type Change = (statement: PolicyStatement, document: string, artifact: AwsArtifact) => readonly PolicyStatement[];
const eachStatement = (change: Change) => (artifact: AwsArtifact): AwsArtifact => ({
  ...artifact, documents: Object.fromEntries(Object.entries(artifact.documents).map(([name, document]): [string, PolicyDocument] => [name, { ...document, Statement: document.Statement.flatMap((one) => change(one, name, artifact)) }])),
});
const isAllow = ({ Effect }: PolicyStatement): boolean => Effect === 'Allow';
const isGrant = (artifact: AwsArtifact): boolean => artifact.type === 'iam/rolePolicy:RolePolicy' || (artifact.type === 'iam/policy:Policy' && !artifact.id.includes('boundary'));

/** The same without a key of its conditions. */
const forgetting = (keys: RegExp, where: (artifact: AwsArtifact, statement: PolicyStatement, document: string) => boolean) => eachStatement((statement, document, artifact) => {
  if (statement.Condition === undefined || !where(artifact, statement, document)) return [statement];
  const left = Object.entries(statement.Condition).map(([operator, asked]) => [operator, Object.fromEntries(Object.entries(asked).filter(([key]) => !keys.test(key)))] as const).filter(([, asked]) => Object.keys(asked).length > 0);
  const { Condition: _all, ...bare } = statement;
  return [left.length === 0 ? bare : { ...bare, Condition: Object.fromEntries(left) }];
});
const isTrust = (_artifact: AwsArtifact, _statement: PolicyStatement, document: string): boolean => document === 'assumeRolePolicy';
const inGrants = (artifact: AwsArtifact, statement: PolicyStatement): boolean => isGrant(artifact) && isAllow(statement);
const dropped = (gone: (artifact: AwsArtifact) => boolean) => (artifacts: readonly AwsArtifact[]): readonly AwsArtifact[] => artifacts.filter((artifact) => !gone(artifact));
const all = (change: (artifact: AwsArtifact) => AwsArtifact) => (artifacts: readonly AwsArtifact[]): readonly AwsArtifact[] => artifacts.map(change);

const sabotages: readonly (readonly [what: string, breaks: 'safety' | 'liveness', change: (artifacts: readonly AwsArtifact[]) => readonly AwsArtifact[]])[] = [
  ['a trust policy that forgets the ServiceAccount and whose certificate it is', 'safety', all(forgetting(/kubernetes-|:sub$|x509SAN/, isTrust))],
  ['SecureTransport forgotten on both sides', 'safety', all(forgetting(/^aws:SecureTransport$/, (artifact, statement) => inGrants(artifact, statement) || statement.Sid.includes('Insecure')))],
  ['ViaService forgotten', 'safety', all(forgetting(/^kms:ViaService$/, (_artifact, statement) => isAllow(statement)))],
  ['SourceVpce forgotten', 'safety', all(forgetting(/^aws:SourceVpce$/, inGrants))],
  ['dates forgotten', 'safety', all(forgetting(/^aws:CurrentTime$/, inGrants))],
  ['addresses forgotten', 'safety', all(forgetting(/^aws:VpcSourceIp$/, inGrants))],
  ['prefixes of listings forgotten', 'safety', all(forgetting(/^s3:prefix$/, inGrants))],
  ['any condition for all of them', 'safety', all(eachStatement((statement, _document, artifact) => {
    if (!inGrants(artifact, statement) || statement.Condition === undefined) return [statement];
    return Object.entries(statement.Condition).flatMap(([operator, asked]) => Object.entries(asked).map(([key, values]) => ({ ...statement, Condition: { [operator]: { [key]: values } } })));
  }))],
  ['whole buckets for prefixes', 'safety', all(eachStatement((statement, _document, { id }) => [!isAllow(statement) || statement.Resource === undefined || id.includes('Key') ? statement : { ...statement, Resource: statement.Resource.map((one) => one.replace(/^([^/]+:s3:::[^/]+|\{\{[^}]+\}\})\/.*\*$/, '$1/*')) }]))],
  ['indexes with their tables', 'safety', all(eachStatement((statement, _document, artifact) => [!isAllow(statement) || !statement.Action?.some((one) => one.startsWith('dynamodb:')) || statement.Resource === undefined || artifact.type.startsWith('dynamodb/') ? statement : { ...statement, Resource: statement.Resource.flatMap((one) => [one, `${one}/index/*`]) }]))],
  ['every action of the service', 'safety', all(eachStatement((statement, document) => [!isAllow(statement) || document === 'assumeRolePolicy' || statement.Principal !== undefined ? statement : { ...statement, Action: statement.Action!.map((one) => one.replace(/:.*/, ':*')) }]))],
  ['no policy on what is owned', 'safety', dropped(({ type }) => /QueuePolicy|TopicPolicy|BucketPolicy|ResourcePolicy|SecretPolicy|KeyPolicy/.test(type))],
  ['no denial on what is owned', 'safety', all(eachStatement((statement) => (statement.Effect === 'Deny' && statement.Principal !== undefined ? [] : [statement])))],
  ['no association and no profile', 'liveness', dropped(({ type }) => /PodIdentityAssociation|rolesanywhere/.test(type))],
  ['nobody trusted', 'liveness', all(eachStatement((statement, document) => (document === 'assumeRolePolicy' ? [] : [statement])))],
  ['half of the actions', 'liveness', all(eachStatement((statement, document, artifact) => [!isAllow(statement) || document === 'assumeRolePolicy' || !isGrant(artifact) || statement.Action!.length < 2 ? statement : { ...statement, Action: statement.Action!.slice(1) }]))],
  ['a boundary of nothing', 'liveness', all((artifact) => (artifact.id.includes('boundary') ? eachStatement((statement) => [{ ...statement, Action: ['sqs:ListQueues'] }])(artifact) : artifact))],
  ['services that may not use keys', 'liveness', all(eachStatement((statement, document, artifact) => (isGrant(artifact) && document === 'policy' && JSON.stringify(statement.Condition ?? {}).includes('kms:ViaService') ? [] : [statement])))],
];

describe('law 3 fails there', () => {
  const sampled = fc.sample(estates(profiles.cloud), { numRuns: 60, seed: 23 });

  test.each(sabotages)('with %s: %s', (_what, breaks, change) => {
    let broken = 0, seen = 0;
    for (const [index, estate] of sampled.entries()) {
      if (seen >= 12) break;
      const { emitted, platform, policy } = compiled(estate);
      const spoilt = emitted.map((one) => (one.target.plane === 'cloud' ? { ...one, artifacts: change(one.artifacts as readonly AwsArtifact[]) } : one));
      if (JSON.stringify(spoilt.map(({ artifacts }) => artifacts)) === JSON.stringify(emitted.map(({ artifacts }) => artifacts))) continue;
      seen++;
      const here = world({ policy, platform, decider: together(spoilt.map(({ artifacts, target }) => target.interpret(artifacts, platform))) });
      if (breach(here, estate, index, [breaks], 24) !== undefined) broken++;
    }
    expect(seen, 'worlds that it concerns').toBeGreaterThanOrEqual(8);
    expect(broken / seen, 'of which it is seen in').toBeGreaterThan(0.4);
  });

  const toCredentials = (rule: unknown): boolean => /169\.254\.170\.23\/32|:443[,}]/.test(JSON.stringify(rule)), egress = ({ object }: KubernetesArtifact) => object.spec as { readonly egress?: readonly unknown[] } | undefined;
  test.each<readonly [what: string, breaks: 'safety' | 'liveness', change: (artifacts: readonly KubernetesArtifact[]) => readonly KubernetesArtifact[]]>([
    ['no NetworkPolicy', 'safety', (artifacts) => artifacts.filter(({ object }) => object.kind !== 'NetworkPolicy')],
    ['no way out to credentials and endpoints', 'liveness', (artifacts) => artifacts.map((artifact) => (egress(artifact)?.egress === undefined ? artifact : { ...artifact, object: { ...artifact.object, spec: { ...egress(artifact), egress: egress(artifact)!.egress!.filter((rule) => !toCredentials(rule)) } } }))],
  ])('with %s: %s', (_what, breaks, change) => {
    for (const [index, estate] of sampled.slice(0, 10).entries()) {
      const { emitted, objects, platform, policy } = compiled(estate);
      const decider = together(emitted.map(({ artifacts, target }) => target.interpret(target.plane === 'network' ? change(objects) : artifacts, platform)));
      expect(breach(world({ policy, platform, decider }), estate, index, [breaks]), `world ${index}`).toBeDefined();
    }
  });
});
