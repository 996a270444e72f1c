import { labelsText, type KubernetesWorkload, type Labels, type Policy } from '#ir';
import type { PeerPlan } from '../plan.ts';

/** A peer of a rule, with a text that is the same exactly for the same peer. Canonical order is the order of the texts. */
export interface Peer { readonly key: string; readonly plan: PeerPlan }

/** The pods of one workload, as a cluster knows them. */
export interface Pods {
  readonly workload: string;
  /** JSON pointer of the workload in the policy. */
  readonly pointer: string;
  readonly kubernetes: KubernetesWorkload;
  readonly selector: Labels;
  /** These pods as a peer of their own namespace, and of any other. */
  readonly within: Peer;
  readonly abroad: Peer;
}

/** Pods by workload, in the order of their names. Workloads without a place in the cluster have none. */
export function podsByWorkload(policy: Policy): ReadonlyMap<string, Pods> {
  const found: Pods[] = [];
  policy.workloads.forEach(({ name, kubernetes }, index) => {
    if (kubernetes === undefined) return; // serves and calls nothing, or `check` has said so (CS1035)
    const { namespace, selector } = kubernetes;
    found.push({
      workload: name, pointer: `/workloads/${index}`, kubernetes, selector: sortedLabels(selector),
      within: podsPeer(undefined, selector), abroad: podsPeer(namespace, selector),
    });
  });
  found.sort((a, b) => (a.workload < b.workload ? -1 : 1));
  return new Map(found.map((pods) => [pods.workload, pods]));
}

/**
 * Pods as seen from a policy in `namespace`. Without a namespace selector a peer means pods of the policy's own
 * namespace; with one, it has to stand in the *same* item as the pod selector, or it would admit all pods of that
 * namespace (Kubernetes, "Network Policies": behavior of `to` and `from` selectors).
 */
export const seenFrom = (namespace: string, pods: Pods): Peer => (pods.kubernetes.namespace === namespace ? pods.within : pods.abroad);

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

/** Whether one pod can carry both: unless some key demands different values. */
export const canBeOnePod = (a: Labels, b: Labels): boolean =>
  Object.keys(a).every((key) => !Object.hasOwn(b, key) || a[key] === b[key]);
