import type { Diagnostic } from '#diagnostics';
import type { Platform, Policy } from '#ir';
import { canBeOnePod, type Pods } from './estate.ts';

/** Namespaces in which a denial for every pod would stop what the cluster itself runs on. */
const controllerNamespaces: readonly string[] = [
  'kube-system', 'kube-public', 'kube-node-lease', // Kubernetes, "Namespaces"
  'calico-system', 'calico-apiserver', 'tigera-operator', 'cilium', 'cilium-secrets', 'istio-system',
];

/** The namespaces that get a default deny, in order, and what to say of those that do not. */
export function managedNamespaces(
  policy: Policy, { dns }: Platform, estate: ReadonlyMap<string, Pods>,
): { readonly namespaces: readonly string[]; readonly losses: readonly Diagnostic[] } {
  const byNamespace = new Map<string, Pods[]>();
  for (const pods of estate.values()) {
    const list = byNamespace.get(pods.kubernetes.namespace);
    if (list === undefined) byNamespace.set(pods.kubernetes.namespace, [pods]); else list.push(pods);
  }
  const namespaces: string[] = [];
  const losses: Diagnostic[] = [...unmanagedSegments(policy)];
  for (const [namespace, inside] of [...byNamespace].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (namespace !== dns?.namespace && !controllerNamespaces.includes(namespace)) { namespaces.push(namespace); continue; }
    const [first, ...rest] = inside as [Pods, ...Pods[]];
    losses.push({
      code: 'CS3008', severity: 'warning', pointer: `${first.pointer}/kubernetes/namespace`,
      related: rest.slice(0, 3).map((pods) => ({ message: `\`${pods.workload}\` is there too`, pointer: `${pods.pointer}/kubernetes/namespace` })),
      message: `\`${namespace}\` belongs to the cluster's controllers, so it gets no default deny: of its pods only those of \`${first.workload}\`${rest.length === 0 ? '' : ` and ${rest.length} more workloads`} are isolated`,
      help: 'move the workload to a namespace of its own, so that pods that nobody declared are denied there as well',
    });
    if (dns?.namespace !== namespace) continue;
    for (const pods of inside) {
      if (!canBeOnePod(pods.selector, dns.labels)) continue;
      losses.push({
        code: 'CS1014', severity: 'error', pointer: `${pods.pointer}/kubernetes/selector`,
        related: [{ message: 'the DNS pods', pointer: '/dns/labels' }],
        message: `the selector of \`${pods.workload}\` can match the cluster's DNS pods, which would be cut off from their clients`,
        help: 'select by a label that the DNS pods carry with another value',
      });
    }
  }
  return { namespaces, losses };
}

/** `unmanaged` and `staged` promise that nothing is denied yet; a default deny would break that. */
function unmanagedSegments({ segments }: Policy): readonly Diagnostic[] {
  return segments.flatMap(({ name, managed }, index): readonly Diagnostic[] => managed === 'managed' ? [] : [{
    code: 'CS1021', severity: 'error', pointer: `/segments/${index}/managed`, related: [],
    message: `the segment \`${name}\` is \`${managed}\`, and the Kubernetes target can't leave a part of an estate open yet`,
    help: 'let the segment be `managed`, or leave its workloads out of the policy',
  }]);
}
