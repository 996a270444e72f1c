import type { Diagnostic } from '#diagnostics';
import type { Platform, Policy } from '#ir';
import type { WorkloadPods } from './estate.ts';

/** Namespaces in which a denial for every pod would stop what the cluster itself runs on. */
const clusterNamespaces: readonly string[] = [
  'kube-system', 'kube-public', 'kube-node-lease', // Kubernetes, "Namespaces"
  'calico-system', 'calico-apiserver', 'tigera-operator', 'cilium', 'cilium-secrets', 'istio-system',
];

/** The namespaces that get a default deny, in order, and what to say of those that do not. */
export function managedNamespaces(
  policy: Policy, platform: Platform, estate: ReadonlyMap<string, WorkloadPods>,
): { readonly namespaces: readonly string[]; readonly losses: readonly Diagnostic[] } {
  const byNamespace = new Map<string, WorkloadPods[]>();
  for (const pods of estate.values()) {
    const list = byNamespace.get(pods.namespace);
    if (list === undefined) byNamespace.set(pods.namespace, [pods]); else list.push(pods);
  }
  const controlled = new Set([...clusterNamespaces, ...platformNamespaces(platform)]);
  const namespaces: string[] = [];
  const losses: Diagnostic[] = [...stagedSegments(policy)];
  for (const [namespace, all] of [...byNamespace].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const inside = all.filter(({ managed }) => managed), [foreign] = all.filter(({ managed }) => !managed);
    const [first, ...rest] = inside;
    if (first === undefined) continue; // its segments are unmanaged: it is not touched
    if (foreign !== undefined) throw new Error(`\`${namespace}\` holds \`${foreign.name}\`, which is not to be touched, and \`${first.name}\`: CS1057 should have stopped it`);
    if (controlled.has(namespace)) {
      losses.push({
        code: 'CS3008', severity: 'warning', pointer: `${first.pointer}/kubernetes/namespace`,
        related: rest.slice(0, 3).map((pods) => ({ message: `\`${pods.name}\` is there too`, pointer: `${pods.pointer}/kubernetes/namespace` })),
        message: `\`${namespace}\` belongs to the cluster's controllers, so it gets no default deny: of its pods only those of \`${first.name}\`${rest.length === 0 ? '' : ` and ${rest.length} more workloads`} are isolated`,
        help: 'move the workload to a namespace of its own, so that pods that nobody declared are denied there as well',
      });
    } else namespaces.push(namespace);
  }
  return { namespaces, losses };
}

/** Where what the platform runs lives. */
const platformNamespaces = ({ dns, gateways, mesh, metricsScraper }: Platform): readonly string[] => [
  ...[dns, mesh, metricsScraper].flatMap((at) => (at === undefined ? [] : [at.namespace])),
  ...gateways.flatMap(({ controlNamespace, namespace, pods }) => [namespace, controlNamespace, pods.namespace]),
];

/** `staged` promises that nothing is denied yet; a default deny would break that. */
function stagedSegments({ segments }: Policy): readonly Diagnostic[] {
  return segments.flatMap(({ name, managed }, index): readonly Diagnostic[] => managed !== 'staged' ? [] : [{
    code: 'CS1021', severity: 'error', pointer: `/segments/${index}/managed`, related: [],
    message: `the segment \`${name}\` is \`staged\`, and the Kubernetes target can't watch what it would deny`,
    help: 'let the segment be `managed`, or `unmanaged` until then',
  }]);
}
