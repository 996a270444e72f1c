import type { KubernetesWorkload, Labels, Policy, Workload } from '#ir';
import type { Peer } from '#spec';

/** Whoever calls something has an identity: a workload without a ServiceAccount can't. A host outside has a certificate, and is no pod. */
export const isWorkload = (workload: Workload, peer: Peer | undefined): boolean =>
  (workload.host === undefined ? workload.kubernetes?.serviceAccount !== undefined && isPodOf(workload, peer) : peer?.kind === 'workload' && peer.name === workload.name);

/** A pod is a workload's where its namespace, its labels and, if that was looked at, its ServiceAccount are. */
export function isPodOf({ kubernetes: facts, name }: Workload, peer: Peer | undefined): boolean {
  if (peer === undefined || facts === undefined) return false;
  if (peer.kind === 'workload') return peer.name === name;
  return peer.kind === 'pod' && peer.namespace === facts.namespace && contains(peer.labels, facts.selector)
    && (peer.serviceAccount === undefined || facts.serviceAccount === undefined || peer.serviceAccount === facts.serviceAccount);
}

/** `*` is every namespace. */
export function bears(policy: Policy, namespace: string, labels: Labels, peer: Peer | undefined): boolean {
  if (peer === undefined || peer.kind === 'builtin' || peer.kind === 'credentials' || peer.kind === 'principal') return false;
  const pod = peer.kind === 'pod' ? peer : podOf(policy.workloads.find(({ name }) => name === peer.name)?.kubernetes);
  return pod !== undefined && (namespace === '*' || pod.namespace === namespace) && contains(pod.labels, labels);
}
const podOf = (facts: KubernetesWorkload | undefined) => facts && { namespace: facts.namespace, labels: facts.selector };

export const contains = (labels: Labels, wanted: Labels): boolean => Object.entries(wanted).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
