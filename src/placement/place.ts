import type { Diagnostic } from '#diagnostics';
import {
  grants, planes, type Acceptance, type Duty, type Feature, type Fidelity, type Grant, type Placement, type Plane, type Platform,
  type Policy,
} from '#ir';
import { acceptancesOf } from './acceptances.ts';
import { neededFeatures } from './needed-features.ts';
import { unplacedFeatures, type Unplaced } from './unplaced.ts';
import { planesOnTheWay, wayOf, type Way } from './way.ts';

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
 * for each feature and way, whatever the number of grants).
 *
 * Takes a policy that has been checked. Linear in grants × features. Pointers are into `policy` as given.
 */
export function place(
  policy: Policy, platform: Platform, enforcers: readonly Enforcer[],
): { readonly placement: Placement; readonly losses: readonly Diagnostic[] } {
  const needed = neededFeatures(policy);
  const accepted = acceptancesOf(platform.accept);
  const candidatesOf = candidatesBy(enforcers);
  const duties: Duty[] = [];
  const unplaced = new Map<string, { feature: Feature; candidates: readonly Enforcer[]; grants: Grant[] }>();
  let all = 0;
  for (const grant of grants(policy)) {
    all += 1;
    const way = wayOf(grant);
    for (const feature of needed(grant)) {
      const candidates = candidatesOf(way, feature);
      const best = candidates[0];
      if (best?.capabilities[feature] === 'exact') { duties.push(duty(grant, feature, best)); continue; }
      const chosen = firstAccepted(candidates, (plane) => accepted(feature, plane, grant.ref));
      if (chosen !== undefined) { duties.push(duty(grant, feature, chosen.enforcer, chosen.acceptance)); continue; }
      const key = `${feature} ${way}`;
      const group = unplaced.get(key);
      if (group === undefined) unplaced.set(key, { feature, candidates, grants: [grant] }); else group.grants.push(grant);
      if (best !== undefined) duties.push(duty(grant, feature, best)); // so that a report of the failure is whole
    }
  }
  const losses = unplacedFeatures(policy, [...unplaced.values()] satisfies readonly Unplaced[], all);
  return Object.freeze({ placement: Object.freeze({ duties: Object.freeze(duties) }), losses });
}

function duty(grant: Grant, feature: Feature, { id, plane, capabilities }: Enforcer, accepted?: Acceptance): Duty {
  const fidelity = capabilities[feature];
  return Object.freeze(accepted === undefined
    ? { grant: grant.ref, feature, plane, target: id, fidelity }
    : { grant: grant.ref, feature, plane, target: id, fidelity, accepted });
}

function firstAccepted(candidates: readonly Enforcer[], accepted: (plane: Plane) => Acceptance | undefined) {
  for (const enforcer of candidates) {
    const acceptance = accepted(enforcer.plane);
    if (acceptance !== undefined) return { enforcer, acceptance };
  }
  return undefined;
}

/** The enforcers on a way, the most faithful for a feature first; among equals the order of planes, then of ids. */
function candidatesBy(enforcers: readonly Enforcer[]): (way: Way, feature: Feature) => readonly Enforcer[] {
  const ordered = [...enforcers].sort((a, b) =>
    planes.indexOf(a.plane) - planes.indexOf(b.plane) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const known = new Map<Way, Map<Feature, readonly Enforcer[]>>();
  return (way, feature) => {
    let byFeature = known.get(way);
    if (byFeature === undefined) known.set(way, byFeature = new Map());
    let found = byFeature.get(feature);
    if (found === undefined) {
      const crossed: readonly Plane[] = planesOnTheWay[way];
      found = ordered.filter(({ plane }) => crossed.includes(plane))
        .sort((a, b) => byFidelity[a.capabilities[feature]] - byFidelity[b.capabilities[feature]]); // stable
      byFeature.set(feature, found);
    }
    return found;
  };
}
