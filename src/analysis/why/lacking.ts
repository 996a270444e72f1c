import type { Platform, Policy } from '#ir';
import { crossing, type Hop, type Request } from '#spec';
import type { Emitted } from '../verify/enforcement.ts';

/** What of a request an enforcer takes exception to. */
export const facets = ['who', 'what', 'token', 'certificate', 'port', 'time'] as const;
export type Facet = (typeof facets)[number];

/**
 * What it takes for a hop to pass: the fewest things of a request that does pass there, put in place of its own. Empty where
 * nothing is known that would. By the target's reading alone.
 */
export function lacking(policy: Policy, platform: Platform, { artifacts, target }: Emitted, hop: Hop, admitted: readonly Request[]): readonly Facet[] {
  const decide = target.interpret(artifacts, platform);
  let best: readonly Facet[] = [];
  for (const request of admitted) {
    const good = crossing(policy, platform, request).intended.find((other) => other.enforcer === hop.enforcer && other.proxy === hop.proxy && other.direction === hop.direction
      && JSON.stringify(hop.direction === 'egress' && hop.enforcer === 'network' ? other.from : other.to) === JSON.stringify(hop.direction === 'egress' && hop.enforcer === 'network' ? hop.from : hop.to));
    if (good === undefined || decide(good) === 'deny') continue;
    const differing = facets.filter((facet) => JSON.stringify(part(good, facet)) !== JSON.stringify(part(hop, facet)));
    for (const chosen of subsets(differing)) {
      if (best.length > 0 && chosen.length >= best.length) break;
      if (decide(chosen.reduce((before, facet) => ({ ...without(before, facet), ...part(good, facet) }), hop)) !== 'deny') { best = chosen; break; }
    }
    if (best.length === 1) break;
  }
  return best;
}

const fieldsOf: Readonly<Record<Facet, readonly (keyof Hop)[]>> = {
  who: ['from', 'peer'], what: ['http', 'cloud', 'to', 'serverName'], token: ['token'], certificate: ['certificate'], port: ['port', 'portName', 'protocol', 'serviceAddress'], time: ['time'],
};
const part = (hop: Hop, facet: Facet): Partial<Hop> => Object.fromEntries(fieldsOf[facet].flatMap((field) => (hop[field] === undefined ? [] : [[field, hop[field]]])));
const without = (hop: Hop, facet: Facet): Hop => Object.fromEntries(Object.entries(hop).filter(([field]) => !fieldsOf[facet].includes(field as keyof Hop))) as unknown as Hop;

/** Of one, then of two, and so on. */
function* subsets(members: readonly Facet[]): Generator<readonly Facet[]> {
  const all = Array.from({ length: 2 ** members.length - 1 }, (_, index) => members.filter((_member, at) => ((index + 1) >> at) % 2 === 1));
  yield* all.sort((a, b) => a.length - b.length);
}
