import type { Acceptance, Feature, GrantRef, Plane } from '#ir';

/** What a person has accepted for one feature on one plane. */
export interface Accepted { readonly all?: Acceptance; readonly named: ReadonlyMap<GrantRef, Acceptance> }

/** One that names the grant comes before one for all, so that the narrower word is the one that a duty rests on. */
export const acceptedFor = (accepted: Accepted | undefined, grant: GrantRef): Acceptance | undefined => accepted?.named.get(grant) ?? accepted?.all;

/** By feature and plane, then by grant: a look-up costs the same for one acceptance as for ten thousand named grants. */
export function acceptancesOf(accept: readonly Acceptance[]): (feature: Feature, plane: Plane) => Accepted | undefined {
  const byPlace = new Map<string, { all?: Acceptance; readonly named: Map<GrantRef, Acceptance> }>();
  for (const acceptance of accept) {
    const key = `${acceptance.feature} ${acceptance.plane}`;
    let entry = byPlace.get(key);
    if (entry === undefined) byPlace.set(key, entry = { named: new Map() });
    if (acceptance.grants === 'all') { entry.all ??= acceptance; continue; }
    for (const grant of acceptance.grants) if (!entry.named.has(grant)) entry.named.set(grant, acceptance);
  }
  return (feature, plane) => byPlace.get(`${feature} ${plane}`);
}
