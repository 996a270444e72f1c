import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Policy } from '#ir';
import { accepted, decide, type Request } from '#spec';
import { attempts } from '../generators/requests.ts';
import { estates, type Estate } from '../generators/estate.ts';
import { profiles } from '../generators/recipe.ts';
import { secondReading } from '../spec/second-reading.ts';
import { law } from './law.ts';

/** What both readings say of one request, where they differ. */
function difference(policy: Policy, request: Request): object | undefined {
  const first = decide(policy, request), second = secondReading(policy, request);
  const grants = [...new Set(first.because.flatMap((why) => ('grant' in why ? [why.grant] : [])))].sort();
  const same = first.decision === second.decision && (second.grants === undefined || first.decision === 'deny' || JSON.stringify(grants) === JSON.stringify(second.grants));
  return same ? undefined : { request, spec: first, secondReading: second };
}

const differences = (estate: Estate, seed: number, count: number): unknown => {
  const as = { declared: estate.policy, accepted: accepted(estate.policy, estate.platform) };
  for (const { manner, request } of attempts(estate, seed, count)) {
    for (const [name, policy] of Object.entries(as)) {
      const found = difference(policy, request);
      if (found !== undefined) return { manner, policy: name, ...found };
    }
  }
  return undefined;
};

describe('law 1: the reference meaning and a second reading of the design give every request the same answer', () => {
  test('on 300 generated worlds', () => {
    law('law-1', fc.tuple(fc.oneof(estates(profiles.small), estates(profiles.dense)), fc.nat()), 300, ([estate, seed]) => differences(estate, seed, 100));
  });

  test('and the requests are of every manner, allowed and denied', () => {
    const seen = new Map<string, { allow: number; deny: number }>();
    for (const [index, estate] of fc.sample(estates(profiles.dense), { numRuns: 30, seed: 7 }).entries()) {
      for (const { manner, request } of attempts(estate, index, 200)) {
        const count = seen.get(manner) ?? { allow: 0, deny: 0 };
        count[decide(estate.policy, request).decision]++;
        seen.set(manner, count);
      }
    }
    for (const [manner, { allow, deny }] of seen) {
      expect(deny, manner).toBeGreaterThan(20);
      if (manner !== 'hostile path' && manner !== 'undeclared pod') expect(allow, manner).toBeGreaterThan(20);
    }
    expect(seen.size).toBe(10);
  });

  test('and the comparison sees a reading that forgets one thing', () => {
    const forgetful: readonly (readonly [string, (policy: Policy) => Policy])[] = [
      ['requests', (policy) => ({ ...policy, asks: [] })],
      ['ends', (policy) => ({ ...policy, apis: policy.apis.map((api) => ({ ...api, offers: api.offers.map(({ until: _until, ...offer }) => offer) })) })],
      ['exposures', (policy) => ({ ...policy, apis: policy.apis.map(({ exposedAt: _exposedAt, ...api }) => api) })],
      ['selectors', (policy) => ({ ...policy, workloads: policy.workloads.map((workload) => ({ ...workload, kubernetes: { ...workload.kubernetes!, selector: {} } })) })],
      ['the more specific template', (policy) => ({ ...policy, apis: policy.apis.map((api) => ({ ...api, operations: api.operations.filter(({ name }) => name !== 'export') })) })],
    ];
    const worlds = fc.sample(estates(profiles.dense), { numRuns: 20, seed: 5 });
    for (const [what, forget] of forgetful) {
      const seen = worlds.some((estate, index) => attempts(estate, index, 300).some(({ request }) =>
        decide(estate.policy, request).decision !== secondReading(forget(estate.policy), request).decision));
      expect(seen, what).toBe(true);
    }
  });
});
