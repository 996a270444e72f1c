import type { Diagnostic } from '#diagnostics';
import type { Aws, Platform, Policy } from '#ir';
import type { IamPlan } from '../plan.ts';
import type { CloudGrant } from './estate.ts';

/** The callers' side: a role for each workload that is granted something of the cloud, and what it may do. */
export function roles(_policy: Policy, _platform: Platform, _aws: Aws, _granted: readonly CloudGrant[]): { readonly plan: IamPlan; readonly losses: readonly Diagnostic[] } {
  return { plan: { objects: [], evidence: [] }, losses: [] };
}
