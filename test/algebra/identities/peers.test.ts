import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Labels, Policy } from '#ir';
import type { Peer } from '#spec';
import { Peers, podsOf } from '../../../src/algebra/identities/peers.ts';
import { carries, isWorkload } from '../../../src/spec/is-workload.ts';

const labels: fc.Arbitrary<Labels> = fc.dictionary(fc.constantFrom('app', 'tier', 'constructor'), fc.constantFrom('a', 'a', 'a', ''), { maxKeys: 3 });
const account = fc.constantFrom(undefined, undefined, 'one', 'two');
const namespace = fc.constantFrom('shop', 'shop', 'data', 'elsewhere');
const named = <T extends object>(serviceAccount: string | undefined, rest: T): T => ({ ...rest, ...(serviceAccount === undefined ? {} : { serviceAccount }) });

/** Selectors that no check would let pass beside each other, so that one pod is several workloads; and one workload without pods. */
const policies = fc.tuple(
  fc.array(fc.tuple(namespace, labels, account), { minLength: 1, maxLength: 6, size: 'max' }),
  fc.array(fc.tuple(fc.constantFrom('shop', 'data', 'nowhere', '*'), labels), { maxLength: 3 }),
).map(([workloads, pods]): Policy => ({
  version: 1, name: 'pods', segments: [], identityProviders: [], people: [], partners: [], asks: [], never: [], holes: [],
  workloads: [
    ...workloads.map(([where, selector, serviceAccount], index) => ({ name: `workload-${index}`, kubernetes: named(serviceAccount, { namespace: where, selector, ports: [], services: [], probes: [] }) })),
    { name: 'host', host: { trustAnchor: 'corp', san: 'spiffe://corp.example/host' } },
  ],
  apis: [{
    name: 'api', servedBy: { kind: 'workload', workload: 'workload-0', port: 80 }, operations: [{ name: 'connect', kind: 'tcp', port: 80 }],
    offers: [{ operation: 'connect', when: [], to: pods.map(([where, carried]) => ({ kind: 'pods', namespace: where, labels: carried })) }],
  }],
}));
const peers: fc.Arbitrary<Peer> = fc.oneof(
  fc.tuple(fc.constantFrom('shop', 'shop', 'data', 'elsewhere', 'unheard-of'), fc.oneof(labels, fc.constant<Labels>({ app: 'a', tier: 'a', constructor: 'a', more: 'labels' })), fc.constantFrom(undefined, 'one', 'two', 'thief')).map(([where, carried, serviceAccount]): Peer => named(serviceAccount, { kind: 'pod' as const, namespace: where, labels: carried })),
  fc.constantFrom('workload-0', 'workload-1', 'host', 'nobody').map((name): Peer => ({ kind: 'workload', name })),
  fc.constantFrom<Peer>({ kind: 'builtin', name: 'metricsScraper' }, { kind: 'credentials', of: 'workload-0' }, { kind: 'principal', arn: 'arn:aws:iam::111122223333:role/other' }),
);

describe('whoever connects', () => {
  test('is every workload and every `pods` identity that the reference takes them for, and nothing else', () => {
    let joint = 0;
    fc.assert(fc.property(policies, fc.array(peers, { minLength: 10, maxLength: 10 }), (policy, asked) => {
      const index = new Peers(policy), identities = [...podsOf(policy).values()];
      for (const peer of asked) {
        const { principals, workloads } = index.classOf(peer), declared = policy.workloads.filter((one) => isWorkload(peer, one));
        const facts = peer.kind === 'workload' ? policy.workloads.find(({ name }) => name === peer.name)?.kubernetes : undefined;
        const pod = peer.kind === 'pod' ? peer : facts === undefined ? undefined : { namespace: facts.namespace, labels: facts.selector };
        const taken = pod === undefined ? [] : identities.filter((one) => (one.namespace === '*' || one.namespace === pod.namespace) && carries(pod.labels, one.labels));
        const meant = [...declared.map(({ name }) => index.principalOf({ kind: 'workload', name })!), ...taken.map((one) => index.principalOf(one)!), ...(peer.kind === 'builtin' ? [index.principalOf({ kind: 'builtin', name: peer.name })!] : [])];
        if (declared.length > 1) joint++;
        expect({ peer, principals: [...principals], workloads }).toEqual({ peer, principals: meant.sort((a, b) => a - b), workloads: declared.length });
      }
    }), { numRuns: 2_000, seed: 20261124 });
    expect(joint).toBeGreaterThan(500);
  });

  test('is interned: two that are treated alike are of one class', () => {
    const [policy] = fc.sample(policies, { numRuns: 1, seed: 3 }), index = new Peers(policy!);
    expect(index.classOf({ kind: 'principal', arn: 'a' })).toBe(index.classOf({ kind: 'credentials', of: 'workload-0' }));
    expect(index.classOf(undefined)).toBe(index.outside);
    expect(index.outside).not.toBe(index.nobody);
  });
});
