import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accessOf, type Access } from '#algebra';
import type { Policy } from '#ir';
import { accepted, decide, type Request } from '#spec';
import { attempts, cloudAttempts, cloudManners, type Estate, estates, profiles, richer, shownAttempts, shownManners } from '#testing';
import { law } from './law.ts';

/** `npm run test:deep` asks for more. */
const worlds = Number(process.env['COUNTERSIGN_LAW_WORLDS'] ?? 300);

/** What the algebra and the reference say of one request, where they differ: in the decision, or in which grants admit it. */
function difference(access: Access, policy: Policy, request: Request): object | undefined {
  const meant = decide(policy, request), grants = meant.because.flatMap((why) => ('grant' in why ? [why.grant] : []));
  const allows = access.allows(request), admitting = access.admitting(request);
  const same = allows === (meant.decision === 'allow') && JSON.stringify(admitting) === JSON.stringify(grants);
  return same ? undefined : { request, spec: meant, algebra: { allows, admitting } };
}

let asked = 0, allowed = 0;
function differences(estate: Estate, requests: readonly Request[]): unknown {
  for (const policy of [estate.policy, accepted(estate.policy, estate.platform)]) {
    const access = accessOf(policy);
    for (const request of requests) {
      asked++;
      if (access.allows(request)) allowed++;
      const found = difference(access, policy, request);
      if (found !== undefined) return { accepted: policy !== estate.policy, ...found };
    }
  }
  return undefined;
}

/** As somebody else might send it: at a time that can't be read, without a time of day, through the exposure or not. */
const turned = (requests: readonly Request[], seed: number): readonly Request[] => requests.flatMap((request, index) => {
  switch ((index + seed) % 5) {
    case 0: return [request, { ...request, throughExposure: !request.throughExposure }];
    case 1: return [request, { ...request, context: { ...request.context, time: 'at noon' } }];
    case 2: return [request, { ...request, context: { ...request.context, time: '2031-01-01T00:00:00Z' } }];
    default: return [request];
  }
});
const requestsOf = (tried: readonly { readonly request: Request }[], seed: number): readonly Request[] => turned(tried.map(({ request }) => request), seed);

describe('law 1: the algebra gives every request the reference\'s own answer, for the same grants', () => {
  test(`on ${worlds} generated worlds`, () => {
    const generated = fc.tuple(fc.oneof(estates(profiles.small), estates(profiles.dense), estates(profiles.beyond)), fc.nat());
    law('law-1-algebra', generated, worlds, ([estate, seed]) => differences(estate, requestsOf(attempts(estate, seed, 100), seed)));
  }, 3_600_000);

  test(`on ${worlds} with people, partners and every condition`, () => {
    const generated = fc.tuple(fc.tuple(estates(profiles.beyond), fc.nat()).map(([estate, seed]) => richer(estate, seed)), fc.nat());
    law('law-1-algebra-shown', generated, worlds, ([estate, seed]) => differences(estate, requestsOf([...shownAttempts(estate, seed, 2 * shownManners.length), ...attempts(estate, seed, 20)], seed)));
  }, 3_600_000);

  test(`on ${worlds} with resources of the cloud`, () => {
    const generated = fc.tuple(fc.oneof(estates(profiles.cloud), fc.tuple(fc.oneof(estates(profiles.cloud), estates(profiles.everything)), fc.nat()).map(([estate, seed]) => richer(estate, seed))), fc.nat());
    law('law-1-algebra-cloud', generated, worlds, ([estate, seed]) => differences(estate, requestsOf([...cloudAttempts(estate, seed, 2 * cloudManners.length), ...(estate.policy.identityProviders.length === 0 ? [] : shownAttempts(estate, seed, shownManners.length))], seed)));
  }, 3_600_000);

  test('of requests of which a fair part is allowed', () => {
    expect(asked).toBeGreaterThan(100 * worlds);
    expect(allowed / asked).toBeGreaterThan(0.2);
  });
});
