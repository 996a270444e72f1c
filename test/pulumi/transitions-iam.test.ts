import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isCloudApi, type Api, type IdentityRef } from '#ir';
import { cloudAttempts, type Estate, estates, profiles, type Random } from '#testing';
import { law } from '../laws/law.ts';
import { backwards, both, breach, fewer, type Asked } from './transition.ts';

// Law 7 for IAM: between two edits of a generated estate with grants on resources of the cloud, no step opens a way that neither policy opens.
// What networks do is `transitions.test.ts`'s; here they let everything through. Each side lacks some workloads and grants; grants have moved to another workload, end or end no more, and resources are owned or no longer are.

const accountOf = (arn: unknown): string | undefined => (typeof arn === 'string' ? arn.split(':')[4] : undefined);

function edited(estate: Estate, rng: Random): Estate {
  const { policy, ...rest } = fewer(estate, rng), { aws } = rest.platform;
  const callers = policy.workloads.filter(({ host, kubernetes }) => host !== undefined || kubernetes?.serviceAccount !== undefined);
  const moves = new Map<string, IdentityRef>();
  const apis = policy.apis.map((api): Api => {
    if (!isCloudApi(api)) return api;
    const { servedBy } = api, flips = rng.chance(0.2) && servedBy.arn !== undefined && [undefined, '', aws?.accountId].includes(accountOf(servedBy.arn));
    const offers = api.offers.map((offer) => {
      const { until, ...always } = offer, dated = rng.chance(0.15) ? (until === undefined ? { ...always, until: '2027-05-31' } : always) : offer;
      if (callers.length === 0 || !rng.chance(0.2)) return dated;
      const to: IdentityRef = { kind: 'workload', name: rng.pick(callers).name };
      moves.set(`${api.name} ${offer.operation}`, to);
      return { ...dated, to: [to] };
    });
    return { ...api, servedBy: { ...servedBy, owned: flips ? !servedBy.owned : servedBy.owned }, offers };
  });
  const asks = policy.asks.map((ask) => { const from = moves.get(`${ask.to.api} ${ask.to.operation}`); return from === undefined ? ask : { ...ask, from }; });
  const seen = new Set<string>();
  return { ...rest, policy: { ...policy, apis, asks: asks.filter(({ from, to }) => { const key = JSON.stringify([from, to]); return !seen.has(key) && seen.add(key); }) } };
}

const asked: Asked = (policy, estate, seed) => cloudAttempts({ ...estate, policy }, seed, 102).map(({ request }) => request);
const worlds = fc.tuple(estates(profiles.cloud), fc.nat());

test('no step of an update opens a way to the cloud that neither the old nor the new policy opens', () => {
  let judged = 0;
  law('law-7-iam', worlds, 100, ([estate, seed]) => {
    const found = both(edited, estate, seed);
    if (found === undefined) return undefined;
    judged++;
    return breach(...found, { estate, seed, asked, plane: 'cloud' });
  });
  expect(judged).toBeGreaterThan(30);
});

test('from the last step to the first, some do', () => {
  const open = fc.sample(worlds, { numRuns: 60, seed: 7 }).filter(([estate, seed]) => {
    const found = both(edited, estate, seed);
    return found !== undefined && breach(...found, { estate, seed, asked, plane: 'cloud', order: backwards }) !== undefined;
  });
  expect(open.length).toBeGreaterThan(0);
});
