import type { Diagnostic } from '#diagnostics';
import type { Aws, Platform, Policy } from '#ir';
import type { IamPlan } from '../plan.ts';
import type { CloudGrant } from './estate.ts';

/** The resources' side: the policies of what is owned, and the keys that are made along with the policy. */
export function ownedResources(_policy: Policy, _platform: Platform, _aws: Aws, _granted: readonly CloudGrant[]): { readonly plan: IamPlan; readonly losses: readonly Diagnostic[] } {
  return { plan: { objects: [], evidence: [] }, losses: [] };
}
