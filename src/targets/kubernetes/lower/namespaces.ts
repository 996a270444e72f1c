import type { Diagnostic } from '#diagnostics';
import { waypointOf, type Labels, type Platform, type PodsAt, type Policy } from '#ir';
import { canBeOnePod, type WorkloadPods } from './estate.ts';
import { envoyGatewayLabels, istiodLabels } from './platform-peers.ts';

/** Namespaces in which a denial for every pod would stop what the cluster itself runs on. */
const clusterNamespaces: readonly string[] = [
  'kube-system', 'kube-public', 'kube-node-lease', // Kubernetes, "Namespaces"
  'calico-system', 'calico-apiserver', 'tigera-operator', 'cilium', 'cilium-secrets', 'istio-system',
];

/** Pods of the platform's in a namespace of theirs, in the words of a message. */
interface Resident { readonly what: string; readonly pointer: string; readonly at: Pick<PodsAt, 'labels' | 'namespace'> }

/** The namespaces that get a default deny, in order, and what to say of those that do not. */
export function managedNamespaces(
  policy: Policy, platform: Platform, estate: ReadonlyMap<string, WorkloadPods>,
): { readonly namespaces: readonly string[]; readonly losses: readonly Diagnostic[] } {
  const byNamespace = new Map<string, WorkloadPods[]>();
  for (const pods of estate.values()) {
    const list = byNamespace.get(pods.namespace);
    if (list === undefined) byNamespace.set(pods.namespace, [pods]); else list.push(pods);
  }
  const residents = residentsOf(platform);
  const controlled = new Set([...clusterNamespaces, ...residents.map(({ at }) => at.namespace), ...platform.gateways.map(({ namespace }) => namespace)]);
  const namespaces: string[] = [];
  const losses: Diagnostic[] = [...stagedSegments(policy)];
  for (const [namespace, all] of [...byNamespace].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const inside = all.filter(({ managed }) => managed), [foreign] = all.filter(({ managed }) => !managed);
    const [first, ...rest] = inside;
    if (first === undefined) continue; // its segments are unmanaged: it is not touched
    if (foreign !== undefined) losses.push(mixed(namespace, first, foreign));
    if (controlled.has(namespace)) {
      losses.push({
        code: 'CS3008', severity: 'warning', pointer: `${first.pointer}/kubernetes/namespace`,
        related: rest.slice(0, 3).map((pods) => ({ message: `\`${pods.name}\` is there too`, pointer: `${pods.pointer}/kubernetes/namespace` })),
        message: `\`${namespace}\` belongs to the cluster's controllers, so it gets no default deny: of its pods only those of \`${first.name}\`${rest.length === 0 ? '' : ` and ${rest.length} more workloads`} are isolated`,
        help: 'move the workload to a namespace of its own, so that pods that nobody declared are denied there as well',
      });
    } else namespaces.push(namespace);
    losses.push(...inside.flatMap((pods) => takenFor(pods, platform, residents)));
  }
  return { namespaces, losses };
}

function residentsOf({ dns, gateways, mesh, metricsScraper }: Platform): readonly Resident[] {
  return [
    ...(dns === undefined ? [] : [{ what: 'the cluster\'s DNS pods', pointer: '/dns/labels', at: dns }]),
    ...(mesh === undefined ? [] : [{ what: 'the mesh\'s control plane', pointer: '/mesh/namespace', at: { namespace: mesh.namespace, labels: istiodLabels } }]),
    ...(metricsScraper === undefined ? [] : [{ what: 'the pods that scrape metrics', pointer: '/metricsScraper/labels', at: metricsScraper }]),
    ...gateways.flatMap(({ controlNamespace, name, pods }, index): readonly Resident[] => [
      { what: `the proxies of the gateway \`${name}\``, pointer: `/gateways/${index}/pods/labels`, at: pods },
      { what: `what configures the gateway \`${name}\``, pointer: `/gateways/${index}/controlNamespace`, at: { namespace: controlNamespace, labels: envoyGatewayLabels } },
    ]),
  ];
}

/** CS1014: a policy adds up with every other one that selects a pod, and isolates whatever it selects. */
function takenFor({ name, namespace, pointer, selector }: WorkloadPods, { mesh }: Platform, residents: readonly Resident[]): readonly Diagnostic[] {
  const found = residents.filter(({ at }) => at.namespace === namespace && canBeOnePod(selector, at.labels));
  if (mesh?.dataPlane === 'ambient') {
    const at = waypointOf(mesh, namespace);
    if (carries(at.labels, selector)) found.push({ what: `the waypoint of \`${namespace}\``, pointer: '/mesh/waypoint', at });
  }
  return found.map(({ pointer: theirs, what }): Diagnostic => ({
    code: 'CS1014', severity: 'error', pointer: `${pointer}/kubernetes/selector`, related: [{ message: what, pointer: theirs }],
    message: `the selector of \`${name}\` can match ${what}, which would be opened as \`${name}\` is, and cut off from everybody else`,
    help: 'select by a label that those pods carry with another value',
  }));
}

const carries = (labels: Labels, wanted: Labels): boolean => Object.entries(wanted).every(([key, value]) => labels[key] === value);

/** A default deny would touch what is not to be touched; without one, the managed pods' neighbours stay open. */
function mixed(namespace: string, managed: WorkloadPods, foreign: WorkloadPods): Diagnostic {
  return {
    code: 'CS3009', severity: 'error', pointer: `${foreign.pointer}/kubernetes/namespace`, related: [{ message: `\`${managed.name}\` is managed`, pointer: managed.pointer }],
    message: `\`${namespace}\` holds \`${foreign.name}\`, whose segment is \`unmanaged\`, and \`${managed.name}\`, which is managed: its default deny would cut off the first`,
    help: 'move one of them to another namespace, or let both be managed',
  };
}

/** `staged` promises that nothing is denied yet; a default deny would break that. */
function stagedSegments({ segments }: Policy): readonly Diagnostic[] {
  return segments.flatMap(({ name, managed }, index): readonly Diagnostic[] => managed !== 'staged' ? [] : [{
    code: 'CS1021', severity: 'error', pointer: `/segments/${index}/managed`, related: [],
    message: `the segment \`${name}\` is \`staged\`, and the Kubernetes target can't watch what it would deny`,
    help: 'let the segment be `managed`, or `unmanaged` until then',
  }]);
}
