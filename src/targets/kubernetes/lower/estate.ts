import { isUnmanaged, labelsText, type KubernetesWorkload, type Labels, type PodsAt, type Policy } from '#ir';
import type { PeerPlan } from '../plan.ts';

/** A peer of a rule, with a text that is the same exactly for the same peer. Canonical order is the order of the texts. */
export interface Peer { readonly key: string; readonly plan: PeerPlan }

/** Pods that are one thing to the cluster: a workload's, or those of a proxy or a scraper of the platform. */
export interface Pods {
  /** For messages. */
  readonly name: string;
  /** JSON pointer of what declares them, in the policy or the platform. */
  readonly pointer: string;
  readonly namespace: string;
  readonly selector: Labels;
  /** These pods as a peer of their own namespace, and of any other. */
  readonly within: Peer;
  readonly abroad: Peer;
}

/** The pods of one workload. */
export interface WorkloadPods extends Pods {
  readonly kubernetes: KubernetesWorkload;
  /** False: its segment is `unmanaged`, so that nothing is emitted for it. */
  readonly managed: boolean;
  /** It serves more than whole ports, so that in an ambient mesh its namespace's waypoint reads what it is asked. */
  readonly servesRequests: boolean;
}

/** Pods by workload, in the order of their names. Workloads without a place in the cluster have none. */
export function podsByWorkload(policy: Policy): ReadonlyMap<string, WorkloadPods> {
  const found: WorkloadPods[] = [];
  // `servesRequests` of `#ir`, for all of them at once
  const serving = new Set(policy.apis.flatMap(({ operations, servedBy }) => (servedBy.kind === 'workload' && operations.some(({ kind }) => kind !== 'tcp') ? [servedBy.workload] : [])));
  policy.workloads.forEach((workload, index) => {
    const { name, kubernetes } = workload;
    if (kubernetes === undefined) return; // serves and calls nothing, or `check` has said so (CS1035)
    found.push({
      ...podsOf(name, `/workloads/${index}`, { namespace: kubernetes.namespace, labels: kubernetes.selector }),
      kubernetes, managed: !isUnmanaged(policy, workload), servesRequests: serving.has(name),
    });
  });
  found.sort((a, b) => (a.name < b.name ? -1 : 1));
  return new Map(found.map((pods) => [pods.name, pods]));
}

export function podsOf(name: string, pointer: string, { labels, namespace }: Pick<PodsAt, 'labels' | 'namespace'>): Pods {
  return { name, pointer, namespace, selector: sortedLabels(labels), within: podsPeer(undefined, labels), abroad: podsPeer(namespace, labels) };
}

/**
 * Pods as seen from a policy in `namespace`. Without a namespace selector a peer means pods of the policy's own
 * namespace; with one, it has to stand in the *same* item as the pod selector, or it would admit all pods of that
 * namespace (Kubernetes, "Network Policies": behavior of `to` and `from` selectors).
 */
export const seenFrom = (namespace: string, pods: Pods): Peer => (pods.namespace === namespace ? pods.within : pods.abroad);

export function podsPeer(namespace: string | undefined, labels: Labels): Peer {
  return {
    key: `pods ${namespace ?? ''} ${labelsText(labels)}`, // a space is in neither a namespace nor a label
    plan: namespace === undefined
      ? { kind: 'pods', labels: sortedLabels(labels) }
      : { kind: 'pods', namespace, labels: sortedLabels(labels) },
  };
}

export const rangePeer = (cidr: string, except: readonly string[] = []): Peer =>
  ({ key: `range ${cidr} ${except.join(' ')}`, plan: { kind: 'range', cidr, except } });

const sortedLabels = (labels: Labels): Labels =>
  Object.fromEntries(Object.keys(labels).sort().map((key) => [key, labels[key] as string]));
