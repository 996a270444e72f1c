import type { Diagnostic } from '#diagnostics';
import type { Placement, Platform, Policy } from '#ir';
import { cloudGrants } from './lower/estate.ts';
import { ownedResources } from './lower/owned-resources.ts';
import { roles } from './lower/roles.ts';
import type { IamPlan } from './plan.ts';

/**
 * Decides which roles workloads get and what those may do, and who else may touch what the policy owns.
 *
 * The placement is not looked at: IAM enforces of each grant whatever it can. Objects come in the order of their ids, the same for any
 * order of declaration. Pointers are into `policy` or, where they begin with a platform's field, into `platform`.
 */
export function lower(policy: Policy, platform: Platform, _placement: Placement): { readonly plan: IamPlan; readonly losses: readonly Diagnostic[] } {
  if (platform.aws === undefined) return { plan: { objects: [], evidence: [] }, losses: [] };
  const granted = cloudGrants(policy, platform);
  const parts = [ownedResources(policy, platform, platform.aws, granted), roles(policy, platform, platform.aws, granted)];
  return {
    plan: {
      objects: parts.flatMap(({ plan }) => plan.objects).sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)),
      evidence: { *[Symbol.iterator]() { for (const { plan } of parts) yield* plan.evidence; } },
    },
    losses: parts.flatMap(({ losses }) => losses),
  };
}
