import type { Labels, Workload } from '#ir';
import type { Peer } from './request.ts';

/** A pod is a workload if it is in its namespace, carries its labels and, where both are known, runs as its ServiceAccount. */
export function isWorkload(peer: Peer | undefined, workload: Workload): boolean {
  if (peer?.kind === 'workload') return peer.name === workload.name;
  const facts = workload.kubernetes;
  return peer?.kind === 'pod' && facts !== undefined && facts.namespace === peer.namespace && carries(peer.labels, facts.selector)
    && (peer.serviceAccount === undefined || facts.serviceAccount === undefined || peer.serviceAccount === facts.serviceAccount);
}

export const carries = (labels: Labels, wanted: Labels): boolean => Object.entries(wanted).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
