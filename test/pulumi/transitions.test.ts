import fc from 'fast-check';
import { expect, test } from 'vitest';
import { estates, profiles } from '#testing';
import { requestsOf, shownRequests } from '../laws/breaches.ts';
import { law } from '../laws/law.ts';
import { backwards, both, breach, fewer, type Asked } from './transition.ts';

// Law 7 in small: between two policies that each lack some workloads, exposures and grants of a generated estate, no step opens a way
// that neither opens. What identity providers, partners and the platform are is the same on both sides.

const asked: Asked = (policy, estate, seed) => [...requestsOf(policy, { ...estate, policy }, seed), ...shownRequests(policy, estate, seed, 60)];
const worlds = fc.tuple(estates(profiles.beyond), fc.nat());

test('no step of an update opens a way that neither the old nor the new policy opens', () => {
  let judged = 0;
  law('law-7-in-small', worlds, 60, ([estate, seed]) => {
    const found = both(fewer, estate, seed);
    if (found === undefined) return undefined;
    judged++;
    return breach(...found, { estate, seed, asked });
  });
  expect(judged).toBeGreaterThan(30);
});

test('from the last step to the first, some do', () => {
  const open = fc.sample(worlds, { numRuns: 60, seed: 7 }).filter(([estate, seed]) => {
    const found = both(fewer, estate, seed);
    return found !== undefined && breach(...found, { estate, seed, asked, order: backwards }) !== undefined;
  });
  expect(open.length).toBeGreaterThan(0);
});
