import type { Diagnostic } from '#diagnostics';
import {
  builtinFeatures, builtinGrants, grants, neededFeatures, offerPointer, planes, planesOnTheWay, wayOf,
  type Acceptance, type CloudService, type Duty, type Feature, type Fidelity, type GrantRef, type Placement, type Plane, type Platform, type Policy, type Way,
} from '#ir';
import { acceptancesOf, acceptedFor, type Accepted } from './acceptances.ts';
import { splitAlternatives } from './split-alternatives.ts';
import { unplacedFeatures, unstatedEndpoints, withoutAccount } from './unplaced.ts';

/** One target as placement sees it: where it stands, and how well it does each feature on this platform. */
export interface Enforcer {
  readonly id: string;
  readonly plane: Plane;
  readonly capabilities: Readonly<Record<Feature, Fidelity>>;
}

/** From the most to the least faithful; what denies too much comes before what admits too much. */
const byFidelity: Readonly<Record<Fidelity, number>> = { exact: 0, narrower: 1, wider: 2, absent: 3 };

/**
 * Gives every feature that a grant needs to one enforcer on the way: the first that does it exactly, in the order of
 * the planes; else the most faithful one that a person has accepted for it; else the feature is a loss (CS3001, one
 * for each feature and way, whatever the number of grants; of a cloud service whose addresses nobody states, for each service).
 *
 * Takes a policy that has been checked. Linear in grants × features. Pointers are into `policy` as given.
 */
export function place(
  policy: Policy, platform: Platform, enforcers: readonly Enforcer[],
): { readonly placement: Placement; readonly losses: readonly Diagnostic[] } {
  const optionsOf = optionsBy(enforcers, platform);
  const duties: Duty[] = [];
  const unplaced = new Map<Options, Needing[]>(), unstated = new Map<CloudService, Needing[]>();
  const homeless: Needing[] = [];
  let all = 0;
  for (const need of needs(policy, platform)) {
    all += 1;
    if (need.way === 'cloud' && platform.aws === undefined) { if (need.features.length > 0) homeless.push(need); continue; } // nobody there could answer for anything
    for (const options of optionsOf(need.way, need.features)) {
      const { feature, best, candidates } = options;
      const passedBy = need.pastWaypoint && feature.startsWith('operation.') ? candidates.find(({ enforcer }) => enforcer.plane === 'mesh') : undefined;
      if (passedBy !== undefined) { // the target says what that opens, unless it is accepted
        duties.push(duty(need.ref, feature, passedBy.enforcer, acceptedFor(passedBy.accepted, need.ref), 'wider'));
        continue;
      }
      if (feature === 'endpoint' && need.unstated !== undefined) { // the one that opens it opens more than that
        const opening = candidates.find(({ enforcer }) => enforcer.capabilities.endpoint !== 'absent');
        const acceptance = opening === undefined ? undefined : acceptedFor(opening.accepted, need.ref);
        if (acceptance === undefined) lose(unstated, need.unstated, need);
        if (opening !== undefined) duties.push(duty(need.ref, feature, opening.enforcer, acceptance, 'wider'));
        continue;
      }
      if (atEveryHop.includes(feature) && candidates.length > 0) {
        let short = false;
        for (const { accepted, enforcer } of candidates) {
          const acceptance = enforcer.capabilities[feature] === 'exact' ? undefined : acceptedFor(accepted, need.ref);
          short ||= enforcer.capabilities[feature] !== 'exact' && acceptance === undefined;
          duties.push(duty(need.ref, feature, enforcer, acceptance));
        }
        if (short) lose(unplaced, options, need);
        continue;
      }
      if (best?.capabilities[feature] === 'exact') { duties.push(duty(need.ref, feature, best)); continue; }
      const chosen = firstAccepted(candidates, need.ref);
      if (chosen !== undefined) { duties.push(duty(need.ref, feature, chosen.enforcer, chosen.acceptance)); continue; }
      lose(unplaced, options, need);
      if (best !== undefined) duties.push(duty(need.ref, feature, best)); // so that a report of the failure is whole
    }
  }
  const losses = unplacedFeatures([...unplaced].map(([{ feature, candidates }, lost]) =>
    ({ feature, candidates: candidates.map(({ enforcer }) => enforcer), grants: lost })), all);
  return { placement: Object.freeze({ duties: Object.freeze(duties) }), losses: [...losses, ...withoutAccount(platform, homeless), ...unstatedEndpoints(platform, [...unstated], all), ...splitAlternatives(policy, platform, enforcers)] };
}

/** What protects a connection protects it on each of its legs, or not at all: one enforcer does not do for the next. */
const atEveryHop: readonly Feature[] = ['transport.tls', 'transport.lifetime'];

/** Something that enforcers have to see to: a grant, or what is derived from a workload's own facts. */
export interface Needing {
  readonly ref: GrantRef;
  readonly way: Way;
  readonly features: readonly Feature[];
  /** Who asks each pod by its address meets no waypoint, and a ztunnel reads no requests (Istio, "Ambient data plane"). */
  readonly pastWaypoint: boolean;
  /** The service of the cloud, where the platform does not say at which addresses it answers. */
  readonly unstated?: CloudService;
  /** In the policy; found only for what is shown. */
  readonly pointer: () => string;
}

function* needs(policy: Policy, { aws, mesh }: Platform): Generator<Needing> {
  const needed = neededFeatures(policy), answering = new Set(aws?.endpoints.flatMap(({ cidrs, service }) => (cidrs.length === 0 ? [] : [service])));
  for (const grant of grants(policy)) {
    const { servedBy } = grant.api;
    yield {
      ref: grant.ref, way: wayOf(grant), features: needed(grant), pastWaypoint: false, pointer: () => offerPointer(policy, grant),
      ...(servedBy.kind === 'cloud' && !answering.has(servedBy.service) ? { unstated: servedBy.service } : {}),
    };
  }
  for (const { ref, workload } of builtinGrants(policy)) {
    yield {
      ref, way: 'pods', features: builtinFeatures, pastWaypoint: mesh?.dataPlane === 'ambient',
      pointer: () => `/workloads/${policy.workloads.indexOf(workload)}/kubernetes/metrics`,
    };
  }
}

function lose<K>(groups: Map<K, Needing[]>, key: K, need: Needing): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [need]); else group.push(need);
}

/** Who can answer for a feature on a way, and what is accepted of each: the most faithful first. */
interface Options {
  readonly feature: Feature;
  readonly best: Enforcer | undefined;
  readonly candidates: readonly { readonly enforcer: Enforcer; readonly accepted: Accepted | undefined }[];
}

function duty(grant: GrantRef, feature: Feature, { id, plane, capabilities }: Enforcer, accepted?: Acceptance, fidelity: Fidelity = capabilities[feature]): Duty {
  return Object.freeze(accepted === undefined ? { grant, feature, plane, target: id, fidelity } : { grant, feature, plane, target: id, fidelity, accepted });
}

function firstAccepted(candidates: Options['candidates'], ref: GrantRef): { enforcer: Enforcer; acceptance: Acceptance } | undefined {
  for (const { enforcer, accepted } of candidates) {
    const acceptance = acceptedFor(accepted, ref);
    if (acceptance !== undefined) return { enforcer, acceptance };
  }
  return undefined;
}

/** The options of each needed feature, worked out once for each way and list of features; among equals the order of planes, then of ids. */
function optionsBy(enforcers: readonly Enforcer[], { accept }: Platform): (way: Way, needed: readonly Feature[]) => readonly Options[] {
  const ordered = [...enforcers].sort((a, b) =>
    planes.indexOf(a.plane) - planes.indexOf(b.plane) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const accepted = acceptancesOf(accept);
  const single = new Map<string, Options>();
  const optionsOf = (way: Way, feature: Feature): Options => {
    const key = `${way} ${feature}`;
    let found = single.get(key);
    if (found === undefined) {
      const crossed: readonly Plane[] = planesOnTheWay[way];
      const candidates = ordered.filter(({ plane }) => crossed.includes(plane) && !(atEveryHop.includes(feature) && plane === 'network' && ordered.some((other) => other.plane !== 'network' && crossed.includes(other.plane))))
        .sort((a, b) => byFidelity[a.capabilities[feature]] - byFidelity[b.capabilities[feature]]) // stable
        .map((enforcer) => ({ enforcer, accepted: accepted(feature, enforcer.plane) }));
      single.set(key, found = { feature, best: candidates[0]?.enforcer, candidates });
    }
    return found;
  };
  const lists: Record<Way, Map<readonly Feature[], readonly Options[]>> = { pods: new Map(), gateway: new Map(), cloud: new Map() };
  return (way, needed) => {
    let found = lists[way].get(needed);
    if (found === undefined) lists[way].set(needed, found = needed.map((feature) => optionsOf(way, feature)));
    return found;
  };
}
