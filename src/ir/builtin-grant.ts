import type { Feature } from './feature.ts';
import type { GrantRef } from './platform.ts';
import type { Policy } from './policy.ts';
import { resolvePort, type Workload } from './workload.ts';

/**
 * What nobody writes and every cluster needs: the scraper reads the metrics that a workload declares. One request,
 * `GET path` at `port`, and nothing else of that port. (Probes need no artefact: they come from the pod's own node.)
 */
export interface BuiltinGrant {
  /** `metricsScraper → carts.metrics`. */
  readonly ref: GrantRef;
  readonly from: 'metricsScraper';
  readonly workload: Workload;
  readonly port: number;
  readonly path: string;
}

/** What of it somebody has to enforce: the scraper's identity, the one request, the port. */
export const builtinFeatures: readonly Feature[] = ['identity.workload', 'operation.http', 'port'];

export const builtinGrantRef = (workload: string): GrantRef => `metricsScraper → ${workload}.metrics`;

/** In the order of the workloads. Those of unmanaged segments and those whose port is not declared are left out. */
export function builtinGrants(policy: Policy): readonly BuiltinGrant[] {
  return policy.workloads.flatMap((workload): readonly BuiltinGrant[] => {
    const metrics = workload.kubernetes?.metrics;
    const port = workload.kubernetes === undefined || metrics === undefined ? undefined : resolvePort(workload.kubernetes, metrics.port, 'TCP');
    if (metrics === undefined || port === undefined || isUnmanaged(policy, workload)) return [];
    return [{ ref: builtinGrantRef(workload.name), from: 'metricsScraper', workload, port: port.number, path: metrics.path }];
  });
}

/** Its namespace is not touched and counts as foreign: nothing is emitted there, and nothing is proved of it. */
export function isUnmanaged(policy: Policy, workload: Workload): boolean {
  return workload.segment !== undefined && policy.segments.some(({ managed, name }) => name === workload.segment && managed === 'unmanaged');
}
