import { diagnose, type Diagnostic } from '#diagnostics';
import { conditionFeatures, conditionsOn, conditionText, grants, offerPointer, planesOnTheWay, wayOf, type Condition, type Feature, type Plane, type Platform, type Policy } from '#ir';
import { acceptancesOf, acceptedFor } from './acceptances.ts';
import type { Enforcer } from './place.ts';

/**
 * CS3009: alternatives of which each is judged somewhere and all of them nowhere. Enforcers stand one behind the other,
 * so that a request passes where *every* one of them lets it: who can't see one of the alternatives can neither deny
 * for want of it nor admit on account of it. An alternative that nobody judges at all is CS3001's.
 */
export function splitAlternatives(policy: Policy, { accept }: Platform, enforcers: readonly Enforcer[]): readonly Diagnostic[] {
  const accepted = acceptancesOf(accept);
  const segments = new Map(policy.segments.map((segment) => [segment.name, segment]));
  const workloads = new Map(policy.workloads.map(({ name, segment }) => [name, segment]));
  return grants(policy).flatMap((grant): readonly Diagnostic[] => {
    const { servedBy } = grant.api;
    const segment = servedBy.kind === 'workload' ? workloads.get(servedBy.workload) : servedBy.segment;
    const alternatives = conditionsOn(segment === undefined ? undefined : segments.get(segment), grant.offer, grant.from).flatMap(anyOf);
    if (alternatives.length === 0) return [];
    const crossed: readonly Plane[] = planesOnTheWay[wayOf(grant)];
    const onTheWay = enforcers.filter(({ plane }) => crossed.includes(plane));
    return alternatives.flatMap((condition): readonly Diagnostic[] => {
      const asked = conditionFeatures(condition).filter((feature) => !onTheWay.some(({ plane }) => acceptedFor(accepted(feature, plane), grant.ref) !== undefined));
      const judges = (feature: Feature): readonly Enforcer[] => onTheWay.filter(({ capabilities }) => capabilities[feature] === 'exact');
      if (asked.some((feature) => judges(feature).length === 0) || onTheWay.some(({ capabilities }) => asked.every((feature) => capabilities[feature] === 'exact'))) return [];
      return [diagnose('CS3009', {
        message: `\`${grant.ref}\` is granted where ${conditionText(condition)}, and no enforcer on its way judges all of that: ${asked.map((feature) => `\`${feature}\` is for ${judges(feature).map(({ id }) => `\`${id}\``).join(' or ')}`).join(', ')}`,
        pointer: `${offerPointer(policy, grant)}/when`,
        help: 'ask for alternatives that one enforcer can judge, or make an offer of its own for each of them',
      })];
    });
  });
}

const anyOf = (condition: Condition): readonly Condition[] => (condition.kind === 'any' ? [condition] : condition.kind === 'all' ? condition.of.flatMap(anyOf) : []);
