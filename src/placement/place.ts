import type { Diagnostic } from '#diagnostics';
import {
  grants, planes, type Acceptance, type Duty, type Feature, type Fidelity, type Grant, type Placement, type Plane, type Platform,
  type Policy,
} from '#ir';
import { acceptancesOf, acceptedFor, type Accepted } from './acceptances.ts';
import { neededFeatures } from './needed-features.ts';
import { unplacedFeatures } from './unplaced.ts';
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
  const optionsOf = optionsBy(enforcers, platform);
  const duties: Duty[] = [];
  const unplaced = new Map<Options, Grant[]>();
  let all = 0;
  for (const grant of grants(policy)) {
    all += 1;
    for (const options of optionsOf(wayOf(grant), needed(grant))) {
      const { feature, best, candidates } = options;
      if (best?.capabilities[feature] === 'exact') { duties.push(duty(grant, feature, best)); continue; }
      const chosen = firstAccepted(candidates, grant);
      if (chosen !== undefined) { duties.push(duty(grant, feature, chosen.enforcer, chosen.acceptance)); continue; }
      const group = unplaced.get(options);
      if (group === undefined) unplaced.set(options, [grant]); else group.push(grant);
      if (best !== undefined) duties.push(duty(grant, feature, best)); // so that a report of the failure is whole
    }
  }
  const losses = unplacedFeatures(policy, [...unplaced].map(([{ feature, candidates }, lost]) =>
    ({ feature, candidates: candidates.map(({ enforcer }) => enforcer), grants: lost })), all);
  return { placement: Object.freeze({ duties: Object.freeze(duties) }), losses };
}

/** Who can answer for a feature on a way, and what is accepted of each: the most faithful first. */
interface Options {
  readonly feature: Feature;
  readonly best: Enforcer | undefined;
  readonly candidates: readonly { readonly enforcer: Enforcer; readonly accepted: Accepted | undefined }[];
}

function duty(grant: Grant, feature: Feature, { id, plane, capabilities }: Enforcer, accepted?: Acceptance): Duty {
  const fidelity = capabilities[feature];
  return Object.freeze(accepted === undefined
    ? { grant: grant.ref, feature, plane, target: id, fidelity }
    : { grant: grant.ref, feature, plane, target: id, fidelity, accepted });
}

function firstAccepted(candidates: Options['candidates'], { ref }: Grant): { enforcer: Enforcer; acceptance: Acceptance } | undefined {
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
      const candidates = ordered.filter(({ plane }) => crossed.includes(plane))
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
