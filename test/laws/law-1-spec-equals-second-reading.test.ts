import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Policy } from '#ir';
import { accepted, decide, type Request } from '#spec';
import { attempts, cloudAttempts, cloudManners, type Estate, estates, profiles, richer, shownAttempts, shownManners } from '#testing';
import { secondReading } from '../spec/second-reading.ts';
import { forgetfulOfCloud, forgetfulOfNetworks, forgetfulOfShown, type Forgetful } from './forgetful-readings.ts';
import { law } from './law.ts';

/** What both readings say of one request, where they differ. */
function difference(policy: Policy, request: Request): object | undefined {
  const first = decide(policy, request), second = secondReading(policy, request);
  const grants = [...new Set(first.because.flatMap((why) => ('grant' in why ? [why.grant] : [])))].sort();
  const same = first.decision === second.decision && (second.grants === undefined || first.decision === 'deny' || JSON.stringify(grants) === JSON.stringify(second.grants));
  return same ? undefined : { request, spec: first, secondReading: second };
}

interface Asked { readonly manner: string; readonly request: Request }
const differences = (estate: Estate, asked: readonly Asked[]): unknown => {
  const as = { declared: estate.policy, accepted: accepted(estate.policy, estate.platform) };
  for (const { manner, request } of asked) {
    for (const [name, policy] of Object.entries(as)) {
      const found = difference(policy, request);
      if (found !== undefined) return { manner, policy: name, ...found };
    }
  }
  return undefined;
};

/** With conditions of every kind, and everybody who can be asked for them. */
const richerEstates = fc.tuple(estates(profiles.beyond), fc.nat()).map(([estate, seed]) => richer(estate, seed));

/** How often each manner is allowed and denied. */
function census(worlds: readonly Estate[], asked: (estate: Estate, seed: number) => readonly Asked[]): ReadonlyMap<string, { readonly allow: number; readonly deny: number }> {
  const seen = new Map<string, { allow: number; deny: number }>();
  for (const [index, estate] of worlds.entries()) {
    for (const { manner, request } of asked(estate, index)) {
      const count = seen.get(manner) ?? { allow: 0, deny: 0 };
      count[decide(estate.policy, request).decision]++;
      seen.set(manner, count);
    }
  }
  return seen;
}

/** Some request is answered otherwise by somebody who forgets this. */
const isSeen = (worlds: readonly Estate[], { policy: forget, request: blur }: Forgetful, asked: (estate: Estate, seed: number) => readonly Asked[]): boolean =>
  worlds.some((estate, index) => asked(estate, index).some(({ request }) =>
    decide(estate.policy, request).decision !== secondReading(forget?.(estate.policy, request) ?? estate.policy, blur?.(request) ?? request).decision));

describe('law 1: the reference meaning and a second reading of the design give every request the same answer', () => {
  test('on 300 generated worlds', () => {
    const worlds = fc.tuple(fc.oneof(estates(profiles.small), estates(profiles.dense), estates(profiles.beyond)), fc.nat());
    law('law-1', worlds, 300, ([estate, seed]) => differences(estate, attempts(estate, seed, 100)));
  });
  test('on 300 with people, partners and every condition', () => {
    law('law-1-shown', fc.tuple(richerEstates, fc.nat()), 300, ([estate, seed]) => differences(estate, [...shownAttempts(estate, seed, 2 * shownManners.length), ...attempts(estate, seed, 20)]));
  });

  const cloudEstates = fc.oneof(estates(profiles.cloud), fc.tuple(fc.oneof(estates(profiles.cloud), estates(profiles.everything)), fc.nat()).map(([estate, seed]) => richer(estate, seed)));
  test('on 300 with resources of the cloud', () => {
    law('law-1-cloud', fc.tuple(cloudEstates, fc.nat()), 300, ([estate, seed]) => differences(estate, [...cloudAttempts(estate, seed, 4 * cloudManners.length), ...attempts(estate, seed, 20)]));
  });

  test('and the requests are of every manner, allowed and denied', () => {
    const seen = census(fc.sample(estates(profiles.dense), { numRuns: 30, seed: 7 }), (estate, seed) => attempts(estate, seed, 200));
    for (const [manner, { allow, deny }] of seen) {
      expect(deny, manner).toBeGreaterThan(20);
      if (manner !== 'hostile path' && manner !== 'undeclared pod') expect(allow, manner).toBeGreaterThan(20);
    }
    expect(seen.size).toBe(10);
  });
  test('and so are those of people, partners and every condition', () => {
    const seen = census(fc.sample(richerEstates, { numRuns: 60, seed: 7 }), (estate, seed) => shownAttempts(estate, seed, 8 * shownManners.length));
    for (const [manner, { allow, deny }] of seen) {
      expect(deny, manner).toBeGreaterThan(20);
      expect(allow, manner).toBeGreaterThan(20);
    }
    expect([...seen.keys()].sort()).toEqual([...shownManners].sort());
  });

  test('and so are those to resources of the cloud', () => {
    const seen = census(fc.sample(estates(profiles.cloud), { numRuns: 60, seed: 7 }), (estate, seed) => cloudAttempts(estate, seed, 8 * cloudManners.length));
    const never = ['credentials elsewhere', 'another principal', 'undeclared pod', 'for the node\'s own'];
    for (const [manner, { allow, deny }] of seen) {
      if (!manner.startsWith('granted')) expect(deny, manner).toBeGreaterThan(20);
      if (never.includes(manner)) expect(allow, manner).toBe(0); else expect(allow, manner).toBeGreaterThan(20);
    }
    expect([...seen.keys()].sort()).toEqual([...cloudManners].sort());
    const all = [...seen.values()], allowed = all.reduce((sum, { allow }) => sum + allow, 0);
    expect(allowed / all.reduce((sum, { allow, deny }) => sum + allow + deny, 0)).toBeGreaterThan(0.3);
  });

  const networks = fc.sample(estates(profiles.dense), { numRuns: 20, seed: 5 }), shown = fc.sample(richerEstates, { numRuns: 80, seed: 5 }), clouds = fc.sample(cloudEstates, { numRuns: 80, seed: 5 });
  test.each(Object.entries(forgetfulOfNetworks))('and the comparison sees a reading that forgets %s', (_what, forgetful) => {
    expect(isSeen(networks, forgetful, (estate, seed) => attempts(estate, seed, 300))).toBe(true);
  });
  test.each(Object.entries(forgetfulOfShown))('and the comparison sees a reading that forgets %s', (_what, forgetful) => {
    expect(isSeen(shown, forgetful, (estate, seed) => shownAttempts(estate, seed, 4 * shownManners.length))).toBe(true);
  });
  test.each(Object.entries(forgetfulOfCloud))('and the comparison sees a reading that forgets %s', (_what, forgetful) => {
    expect(isSeen(clouds, forgetful, (estate, seed) => cloudAttempts(estate, seed, 6 * cloudManners.length))).toBe(true);
  });
});
