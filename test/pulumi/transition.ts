import type { Api, IdentityRef, Plane, Platform, Policy } from '#ir';
import { crossing, type Decider, type Hop, type Request } from '#spec';
import type { Artifact, Target } from '#targets';
import { type Estate, random, type Random } from '#testing';
import { accepting, admitted, DoesNotCompile, enforcedEstate, together, type EnforcedEstate } from '../laws/enforced-estate.ts';

// The steps that `stages.test.ts` and `cloud.test.ts` see the engine take from one policy to another, in any order within a stage; and whether
// after one of them a way is open that is open neither before the first nor after the last.

export interface Step { readonly id: string; readonly artifact: Artifact | undefined }
const changed = (before: Artifact | undefined, after: Artifact): boolean => before === undefined || sent(before) !== sent(after);
const sent = (artifact: Artifact): string => JSON.stringify(artifact.kind === 'aws' ? [artifact.properties, artifact.documents] : artifact.object);

/** Up through the stages with what is made or changed, then down with what goes. The policy of a key stays when it is no longer ours (`aws.ts`). */
export function steps(before: readonly Artifact[], after: readonly Artifact[], rng: Random): readonly Step[] {
  const old = new Map(before.map((artifact) => [artifact.id, artifact])), kept = new Set(after.map(({ id }) => id));
  const shuffled = (all: readonly Artifact[]) => all.map((artifact) => ({ artifact, at: rng.below(1_000_000) })).sort((a, b) => a.at - b.at).map(({ artifact }) => artifact);
  return [
    ...shuffled(after.filter((artifact) => changed(old.get(artifact.id), artifact))).sort((a, b) => a.stage - b.stage).map((artifact) => ({ id: artifact.id, artifact })),
    ...shuffled(before.filter((artifact) => !kept.has(artifact.id) && !(artifact.kind === 'aws' && artifact.type === 'kms/keyPolicy:KeyPolicy'))).sort((a, b) => b.stage - a.stage).map(({ id }) => ({ id, artifact: undefined })),
  ];
}

/** The same estate with fewer workloads, exposures and grants. */
export function fewer({ policy, ...rest }: Estate, rng: Random): Estate {
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
export function compiled(estate: Estate): EnforcedEstate | undefined {
  try { return enforcedEstate(accepting(estate)); } catch (fault) { if (fault instanceof DoesNotCompile || /^the generated \w+ does not pass/.test((fault as Error).message)) return undefined; throw fault; }
}

/** What reads a cluster that holds these objects, whatever policy each is from. */
function read(objects: ReadonlyMap<string, Artifact>, targets: readonly { readonly target: Target; readonly ids: ReadonlySet<string> }[], platform: Platform): Decider {
  return together(targets.map(({ ids, target }) => target.interpret([...objects.values()].filter(({ id }) => ids.has(id)), platform)));
}

export interface Trial {
  readonly asked: Asked;
  readonly estate: Estate;
  readonly seed: number;
  /** Only what this plane decides, as if the others let everything through. */
  readonly plane?: Plane;
  readonly order?: typeof steps;
}
/** What is asked about an estate that is so far declared. */
export type Asked = (policy: Policy, estate: Estate, seed: number) => readonly Request[];

/** What is asked, on every way that one of the two policies knows, as far as neither opens it. */
function closedWays(policies: readonly EnforcedEstate[], { asked, estate, plane, seed }: Trial): readonly (readonly Hop[])[] {
  const known = ({ apis, workloads }: Policy, { to }: Request): boolean => ('api' in to ? apis.some(({ name }) => name === to.api) : !('workload' in to) || workloads.some(({ name }) => name === to.workload));
  const ways = policies
    .flatMap(({ platform, policy }) => asked(policy, estate, seed).filter((request) => known(policy, request))
      .flatMap((request) => { const { bypasses, intended } = crossing(policy, platform, request); return [intended, ...bypasses]; }))
    .map((way) => (plane === undefined ? way : way.filter(({ enforcer }) => enforcer === plane)));
  const each = plane === undefined ? ways : [...new Map(ways.map((way) => [JSON.stringify(way), way])).values()];
  return each.filter((way) => policies.every((policy) => !admitted(decidedBy(policy, plane), way)));
}
const decidedBy = ({ decider, emitted }: EnforcedEstate, plane: Plane | undefined): Decider => (plane === undefined ? decider : together(emitted.filter(({ target }) => target.plane === plane).map((one) => one.decider)));

/** The first step after which something is open that never should be, and the way. */
export function breach(before: EnforcedEstate, after: EnforcedEstate, trial: Trial): unknown {
  const { order = steps, plane, seed } = trial, ways = closedWays([before, after], trial);
  const targets = before.emitted.map(({ artifacts, target }, index) => ({ target, ids: new Set([...artifacts, ...after.emitted[index]!.artifacts].map(({ id }) => id)) })).filter(({ target }) => plane === undefined || target.plane === plane);
  const objects = new Map(before.artifacts.map((artifact) => [artifact.id, artifact]));
  for (const { artifact, id } of order(before.artifacts, after.artifacts, random(seed))) {
    if (artifact === undefined) objects.delete(id); else objects.set(id, artifact);
    const decider = read(objects, targets, before.platform);
    const way = ways.find((each) => admitted(decider, each));
    if (way !== undefined) return { after: id, way };
  }
  return undefined;
}

/** Two edits of one estate that both compile. */
export function both(edit: (estate: Estate, rng: Random) => Estate, estate: Estate, seed: number): readonly [EnforcedEstate, EnforcedEstate] | undefined {
  const [one, other] = [compiled(edit(estate, random(seed))), compiled(edit(estate, random(seed + 1)))];
  return one === undefined || other === undefined || [one, other].some(({ policy }) => policy.workloads.length === 0) ? undefined : [one, other];
}

/** The same steps, from the last to the first. */
export const backwards: typeof steps = (before, after, rng) => [...steps(before, after, rng)].reverse();
