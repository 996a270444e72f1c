import type { Condition } from './condition.ts';
import type { Api, Offer } from './api.ts';
import type { IdentityRef } from './identity.ts';
import type { Policy } from './policy.ts';
import type { Requirements, Segment } from './segment.ts';

/** The segment that an API's server lives in, if any: a workload's, or a cloud resource's own. */
export function segmentOf(policy: Pick<Policy, 'segments' | 'workloads'>, { servedBy }: Api): Segment | undefined {
  const name = servedBy.kind === 'cloud' ? servedBy.segment : policy.workloads.find((workload) => workload.name === servedBy.workload)?.segment;
  return name === undefined ? undefined : policy.segments.find((segment) => segment.name === name);
}

/** Segments add requirements and nothing subtracts them: who shows no identity is still asked for what people are. */
export function requirementsOn(requirements: Requirements, from: IdentityRef): readonly Condition[] {
  switch (from.kind) {
    case 'people': case 'anyone': return requirements.people;
    case 'partner': return requirements.partners;
    case 'workload': return from.actingFor === undefined ? requirements.workloads : [...requirements.workloads, ...requirements.people];
    case 'pods': case 'builtin': return requirements.workloads;
    default: return from satisfies never;
  }
}

/** Everything that must hold for this identity under this offer: the offer's own conditions and its segment's. */
export function conditionsOn(segment: Segment | undefined, offer: Offer, from: IdentityRef): readonly Condition[] {
  return segment === undefined ? offer.when : [...offer.when, ...requirementsOn(segment.requires, from)];
}
