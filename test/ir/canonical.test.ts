import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalize, canonicalizePlatform, encodePlatform, encodePolicy, type Condition, type IdentityRef, type Offer, type Policy } from '#ir';
import { arbitraryPlatform, arbitraryPolicy } from './arbitrary-policy.ts';
import { estate } from './estate.ts';

const bare: Policy = { version: 1, name: 'bare', segments: [], workloads: [], identityProviders: [], people: [], partners: [], apis: [], asks: [], never: [], holes: [] };
const checkout: IdentityRef = { kind: 'workload', name: 'checkout' };
const ui: IdentityRef = { kind: 'workload', name: 'ui' };

function withOffer(offer: Offer): Policy {
  return { ...bare, apis: [{ name: 'orders', servedBy: { kind: 'workload', workload: 'orders', port: 80 }, operations: [], offers: [offer] }] };
}

/** Written anew in another order: every list but a `through`, and every object's keys. */
function shuffled(value: unknown, random: () => number, key = ''): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const mix = <T>(members: readonly T[]): T[] => members.map((member) => ({ member, at: random() })).sort((a, b) => a.at - b.at).map(({ member }) => member);
  if (Array.isArray(value)) {
    const members = value.map((member) => shuffled(member, random));
    return key === 'through' ? members : mix(members);
  }
  return Object.fromEntries(mix(Object.entries(value)).map(([name, inner]) => [name, shuffled(inner, random, name)]));
}

/** Park and Miller's generator: a shrunk failure needs its shuffle again. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}
const seed = fc.integer({ min: 1, max: 2147483646 });

function at(value: unknown, pointer: string): unknown {
  return pointer.split('/').slice(1).reduce((inner, token) => (inner as Record<string, unknown>)[token.replaceAll('~1', '/').replaceAll('~0', '~')], value);
}
function pointers(value: unknown, here = ''): string[] {
  if (typeof value !== 'object' || value === null) return [here];
  return [here, ...Object.entries(value).flatMap(([key, inner]) => pointers(inner, `${here}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`))];
}
function frozen(value: unknown): boolean {
  return typeof value !== 'object' || value === null || (Object.isFrozen(value) && Object.values(value).every(frozen));
}

describe('canonicalize', () => {
  it('gives the same bytes whatever the order that a policy is written in', () => {
    fc.assert(fc.property(arbitraryPolicy, seed, (policy, start) => {
      expect(encodePolicy(shuffled(policy, randomFrom(start)) as Policy)).toBe(encodePolicy(policy));
    }), { numRuns: 300 });
  });

  it('gives the same bytes whatever the order that a platform is written in', () => {
    fc.assert(fc.property(arbitraryPlatform, seed, (platform, start) => {
      expect(encodePlatform(shuffled(platform, randomFrom(start)) as typeof platform)).toBe(encodePlatform(platform));
    }), { numRuns: 300 });
  });

  it('leads every pointer back to the same thing in the draft', () => {
    fc.assert(fc.property(arbitraryPolicy, (draft) => {
      const { policy, origin } = canonicalize(draft);
      for (const pointer of pointers(policy)) {
        const canonical = at(policy, pointer);
        const written = at(draft, origin(pointer));
        if (typeof canonical === 'object') expect(reordered(written)).toEqual(reordered(canonical));
        else expect(written).toBe(canonical);
      }
    }), { numRuns: 100 });
  });

  it('freezes the canonical form all the way down and leaves the draft alone', () => {
    fc.assert(fc.property(arbitraryPolicy, (draft) => {
      const before = structuredClone(draft);
      const { policy } = canonicalize(draft);
      expect(frozen(policy)).toBe(true);
      expect(draft).toEqual(before);
      expect(Object.isFrozen(draft)).toBe(false);
    }), { numRuns: 100 });
  });

  it('is at its end: the canonical form of a canonical form is itself, with every pointer in its place', () => {
    const { policy } = canonicalize(withOffer({ operation: 'read', to: [ui, checkout], when: [] }));
    const again = canonicalize(policy);
    expect(again.policy).toBe(policy);
    expect(again.origin('/apis/0/offers/0/to/1')).toBe('/apis/0/offers/0/to/1');
    expect(canonicalize(structuredClone(policy)).policy).toEqual(policy);
  });

  it('follows a pointer through lists that moved inside lists that moved', () => {
    const draft: Policy = {
      ...bare,
      apis: [
        { name: 'z', servedBy: { kind: 'workload', workload: 'z', port: 80 }, operations: [], offers: [
          { operation: 'b', to: [ui, checkout], when: [] },
          { operation: 'a', to: [ui, checkout], when: [{ kind: 'mfa' }, { kind: 'claim', claim: 'groups', anyOf: ['two', 'one'] }] },
        ] },
        { name: 'a', servedBy: { kind: 'workload', workload: 'a', port: 80 }, operations: [], offers: [] },
      ],
    };
    const { policy, origin } = canonicalize(draft);
    expect(at(policy, '/apis/1/offers/0/when/0/anyOf/0')).toBe('one');
    expect(origin('/apis/1/offers/0/when/0/anyOf/0')).toBe('/apis/0/offers/1/when/1/anyOf/1');
    expect(origin('/apis/1/offers/0/to/0/name')).toBe('/apis/0/offers/1/to/1/name');
    expect(origin('/apis/1')).toBe('/apis/0');
    expect(origin('')).toBe('');
    expect(origin('/apis/7/offers')).toBe('/apis/7/offers');
  });

  it('keeps the order where order means something', () => {
    const through = [{ kind: 'api', name: 'z' }, { kind: 'api', name: 'a' }, { kind: 'api', name: 'z' }] as const;
    const { policy } = canonicalize({ ...bare, never: [{ kind: 'flow', from: ui, to: { kind: 'api', name: 'orders' }, through, because: 'scope' }] });
    expect(policy.never[0]?.through).toEqual(through);
  });

  const all = (...of: Condition[]): Condition => ({ kind: 'all', of });
  it.each<[string, Offer, Partial<Offer>]>([
    ['the same identity twice in one offer', { operation: 'read', to: [ui, checkout, ui], when: [] }, { to: [checkout, ui] }],
    ['the same condition twice', { operation: 'read', to: [], when: [{ kind: 'mfa' }, { kind: 'mfa', within: 60 }, { kind: 'mfa' }] }, { when: [{ kind: 'mfa', within: 60 }, { kind: 'mfa' }] }],
    ['two conditions that differ in writing order only', { operation: 'read', to: [], when: [all({ kind: 'mfa' }, { kind: 'risk', below: 1 }), all({ kind: 'risk', below: 1 }, { kind: 'mfa' })] }, { when: [all({ kind: 'mfa' }, { kind: 'risk', below: 1 })] }],
    ['a value twice in one condition', { operation: 'read', to: [], when: [{ kind: 'device', anyOf: ['b', 'a', 'b'] }] }, { when: [{ kind: 'device', anyOf: ['a', 'b'] }] }],
  ])('says once: %s', (_, written, expected) => {
    expect(canonicalize(withOffer(written)).policy.apis[0]?.offers[0]).toEqual({ ...written, ...expected });
  });

  it('says once what is asked or offered twice in the same words, and leads to where it was said first', () => {
    const ask = { from: ui, to: { api: 'orders', operation: 'read' } } as const;
    const { policy, origin } = canonicalize({ ...bare, asks: [{ ...ask, because: 'b' }, { ...ask, because: 'a' }, { ...ask, because: 'b' }] });
    expect(policy.asks.map(({ because }) => because)).toEqual(['a', 'b']);
    expect(origin('/asks/1/because')).toBe('/asks/0/because');
  });

  it('keeps two things of one name, even equal ones, for `check` to report', () => {
    const { policy, origin } = canonicalize({ ...bare, workloads: [{ name: 'ui' }, { name: 'checkout' }, { name: 'ui' }] });
    expect(policy.workloads.map(({ name }) => name)).toEqual(['checkout', 'ui', 'ui']);
    expect([0, 1, 2].map((index) => origin(`/workloads/${index}`))).toEqual(['/workloads/1', '/workloads/0', '/workloads/2']);
  });

  it('orders ports as numbers, days as the week does and everything else by code unit', () => {
    const { policy } = canonicalize({
      ...bare,
      segments: [{ name: 'b' }, { name: 'Z' }, { name: 'ä' }, { name: 'a' }].map(({ name }) => ({
        name, holds: 'internal', managed: 'managed', alerts: [], requires: { people: [{ kind: 'during', days: ['sun', 'fri', 'mon'], start: '', end: '', timeZone: '' }], workloads: [], partners: [] },
      })),
      workloads: [{ name: 'ui', kubernetes: { namespace: 'ui', selector: {}, ports: [8080, 443, 80].map((number) => ({ number, protocol: 'TCP' })), services: [], probes: [] } }],
    });
    expect(policy.segments.map(({ name }) => name)).toEqual(['Z', 'a', 'b', 'ä']);
    expect(policy.segments[0]?.requires.people[0]).toMatchObject({ days: ['mon', 'fri', 'sun'] });
    expect(policy.workloads[0]?.kubernetes?.ports.map(({ number }) => number)).toEqual([80, 443, 8080]);
  });

  it('keeps a label called `__proto__` a label', () => {
    const labels = JSON.parse('{ "__proto__": "x", "app": "ui" }') as Record<string, string>;
    const { policy } = canonicalize(withOffer({ operation: 'read', to: [{ kind: 'pods', namespace: 'ui', labels }], when: [] }));
    const to = policy.apis[0]!.offers[0]!.to[0]!;
    expect(to.kind === 'pods' && Object.keys(to.labels)).toEqual(['__proto__', 'app']);
  });

  it('tells an absent list from an empty one where the difference means something', () => {
    const cni = { name: 'calico', networkPolicy: 'enforced', servicePortMustEqualContainerPort: false, ipBlockMatchesNodes: true, ipBlockMatchesPods: true, startsOpen: false } as const;
    const platform = { version: 1, name: 'p', gateways: [], caBundles: [], hosts: [], podCidrs: [], nodeCidrs: [], cni, accept: [] } as const;
    expect(canonicalizePlatform(platform).platform.cni).not.toHaveProperty('enforcedOwners');
    expect(encodePlatform({ ...platform, cni: { ...cni, enforcedOwners: [] } })).toContain('"enforcedOwners": []');
  });
});

/** Lists that are sets, compared as such. */
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return [...new Set(value.map((member) => JSON.stringify(reordered(member))))].sort();
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, reordered(inner)]));
}
