import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Api, IdentityRef, Platform, Policy } from '#ir';
import { crossing, type Decider, type Hop, type Request } from '#spec';
import type { Artifact, Target } from '#targets';
import { estates, type Estate } from '../generators/estate.ts';
import { random, type Random } from '../generators/random.ts';
import { profiles } from '../generators/recipe.ts';
import { requestsOf, shownRequests } from '../laws/breaches.ts';
import { accepting, admitted, DoesNotCompile, enforcedEstate, together, type EnforcedEstate } from '../laws/enforced-estate.ts';
import { law } from '../laws/law.ts';

// Law 7 in small: the steps that `stages.test.ts` sees the engine take, in any order within a stage, between two policies that each
// lack some workloads, exposures and grants of a generated estate. After each step, a way is open only if it was before the
// first or will be after the last. What identity providers, partners and the platform are is the same on both sides.

interface Step { readonly id: string; readonly artifact: Artifact | undefined }
const changed = (before: Artifact | undefined, after: Artifact): boolean => before === undefined || sent(before) !== sent(after);
const sent = (artifact: Artifact): string => JSON.stringify(artifact.kind === 'aws' ? [artifact.properties, artifact.documents] : artifact.object);

/** Up through the stages with what is made or changed, then down with what goes. */
function steps(before: readonly Artifact[], after: readonly Artifact[], rng: Random): readonly Step[] {
  const old = new Map(before.map((artifact) => [artifact.id, artifact])), kept = new Set(after.map(({ id }) => id));
  const shuffled = (all: readonly Artifact[]) => all.map((artifact) => ({ artifact, at: rng.below(1_000_000) })).sort((a, b) => a.at - b.at).map(({ artifact }) => artifact);
  return [
    ...shuffled(after.filter((artifact) => changed(old.get(artifact.id), artifact))).sort((a, b) => a.stage - b.stage).map((artifact) => ({ id: artifact.id, artifact })),
    ...shuffled(before.filter(({ id }) => !kept.has(id))).sort((a, b) => b.stage - a.stage).map(({ id }) => ({ id, artifact: undefined })),
  ];
}

/** The same estate with fewer workloads, exposures and grants. */
function fewer({ policy, ...rest }: Estate, rng: Random): Estate {
  const workloads = rng.chance(0.5) ? policy.workloads : policy.workloads.filter(() => rng.chance(0.8));
  const runs = (wanted: string): boolean => workloads.some(({ name }) => name === wanted);
  const there = (identity: IdentityRef): boolean => identity.kind !== 'workload' || runs(identity.name);
  const served = policy.apis.filter(({ servedBy }) => servedBy.kind !== 'workload' || runs(servedBy.workload)).map(({ exposedAt, ...api }): Api => {
    const offers = api.offers.map((offer) => ({ ...offer, to: offer.to.filter(there) }));
    return exposedAt === undefined || exposedAt.kind === 'service' || rng.chance(0.7) ? { ...api, ...(exposedAt === undefined ? {} : { exposedAt }), offers } : { ...api, offers: offers.map((offer) => ({ ...offer, to: offer.to.filter(isInside) })) };
  });
  const asks = policy.asks.filter(({ from, to }) => there(from) && served.some(({ name }) => name === to.api) && rng.chance(0.6));
  const asked = (api: string, operation: string): boolean => asks.some(({ to }) => to.api === api && to.operation === operation);
  const apis = served.map((api) => ({ ...api, offers: api.offers.filter(({ operation, to }) => to.length > 0 && (asked(api.name, operation) || rng.chance(0.6))) }));
  const platform = { ...rest.platform, accept: rest.platform.accept.filter(({ grants }) => grants === 'all') };
  return { ...rest, platform, policy: { ...policy, workloads, apis, asks, never: workloads === policy.workloads ? policy.never : [] } };
}
const isInside = ({ kind }: IdentityRef): boolean => kind !== 'people' && kind !== 'partner' && kind !== 'anyone';

/** With all accepted that the platform can't do. Undefined where what was taken out leaves something that does not compile. */
function compiled(estate: Estate): EnforcedEstate | undefined {
  try { return enforcedEstate(accepting(estate)); } catch (fault) { if (fault instanceof DoesNotCompile || /^the generated \w+ does not pass/.test((fault as Error).message)) return undefined; throw fault; }
}

/** What reads a cluster that holds these objects, whatever policy each is from. */
function read(objects: ReadonlyMap<string, Artifact>, targets: readonly { readonly target: Target; readonly ids: ReadonlySet<string> }[], platform: Platform): Decider {
  return together(targets.map(({ ids, target }) => target.interpret([...objects.values()].filter(({ id }) => ids.has(id)), platform)));
}

/** What is asked about the whole estate, on every way that one of the two policies knows, as far as neither opens it. */
function closedWays(policies: readonly EnforcedEstate[], estate: Estate, seed: number): readonly (readonly Hop[])[] {
  const known = ({ apis, workloads }: Policy, { to }: Request): boolean => ('api' in to ? apis.some(({ name }) => name === to.api) : !('workload' in to) || workloads.some(({ name }) => name === to.workload));
  return policies
    .flatMap(({ platform, policy }) => [...requestsOf(policy, { ...estate, policy }, seed), ...shownRequests(policy, estate, seed, 60)].filter((request) => known(policy, request))
      .flatMap((request) => { const { bypasses, intended } = crossing(policy, platform, request); return [intended, ...bypasses]; }))
    .filter((way) => policies.every(({ decider }) => !admitted(decider, way)));
}

function breach(before: EnforcedEstate, after: EnforcedEstate, estate: Estate, seed: number, order: typeof steps): unknown {
  const ways = closedWays([before, after], estate, seed);
  const targets = before.emitted.map(({ artifacts, target }, index) => ({ target, ids: new Set([...artifacts, ...after.emitted[index]!.artifacts].map(({ id }) => id)) }));
  const objects = new Map(before.artifacts.map((artifact) => [artifact.id, artifact]));
  for (const { artifact, id } of order(before.artifacts, after.artifacts, random(seed))) {
    if (artifact === undefined) objects.delete(id); else objects.set(id, artifact);
    const decider = read(objects, targets, before.platform);
    const way = ways.find((each) => admitted(decider, each));
    if (way !== undefined) return { after: id, way };
  }
  return undefined;
}

const worlds = fc.tuple(estates(profiles.beyond), fc.nat());
const both = (estate: Estate, seed: number): readonly [EnforcedEstate, EnforcedEstate] | undefined => {
  const [one, other] = [compiled(fewer(estate, random(seed))), compiled(fewer(estate, random(seed + 1)))];
  return one === undefined || other === undefined || [one, other].some(({ policy }) => policy.workloads.length === 0) ? undefined : [one, other];
};

test('no step of an update opens a way that neither the old nor the new policy opens', () => {
  let judged = 0;
  law('law-7-in-small', worlds, 60, ([estate, seed]) => {
    const found = both(estate, seed);
    if (found === undefined) return undefined;
    judged++;
    return breach(...found, estate, seed, steps);
  });
  expect(judged).toBeGreaterThan(30);
});

test('from the last step to the first, some do', () => {
  const backwards: typeof steps = (before, after, rng) => [...steps(before, after, rng)].reverse();
  const open = fc.sample(worlds, { numRuns: 60, seed: 7 }).filter(([estate, seed]) => {
    const found = both(estate, seed);
    return found !== undefined && breach(...found, estate, seed, backwards) !== undefined;
  });
  expect(open.length).toBeGreaterThan(0);
});
