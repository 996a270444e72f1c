import { diagnose, type Diagnostic, type Related } from '#diagnostics';
import { labelsText, servesRequests, waypointOf, type Labels, type PodsAt } from '#ir';
import type { PlatformContext } from '../../platform-context.ts';
import { quoted } from '../../wording.ts';

/** Pods that somebody recognises by their labels or by their ServiceAccount. `related` is made only for what is said: finding a place in the policy costs. */
interface Recognised { readonly what: string; readonly namespace: string; readonly labels: Labels; readonly serviceAccount?: string; readonly pointer: string; readonly related: () => readonly Related[] }

/**
 * CS1014, CS1015 and CS1056: what the platform runs is told from the workloads, and from one another, and no workload
 * lives where the platform is controlled from: its namespace would be closed to what the controllers need.
 */
export function identitiesApart({ platform, estate }: PlatformContext): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const own = (what: string, at: PodsAt, pointer: string): Recognised => ({ what, ...at, pointer, related: () => [{ message: `here for ${what}`, pointer }] });
  const platforms: Recognised[] = platform.gateways.map((gateway, index) => own(`the proxies of the gateway ${quoted(gateway.name)}`, gateway.pods, `/gateways/${index}/pods`));
  if (platform.metricsScraper !== undefined) platforms.push(own('the metrics scraper', platform.metricsScraper, '/metricsScraper'));
  const workloads = estate === undefined ? [] : estate.policy.workloads.flatMap(({ kubernetes, name }, index): readonly Recognised[] => (kubernetes === undefined ? []
    : [{
      what: quoted(name), namespace: kubernetes.namespace, labels: kubernetes.selector, ...(kubernetes.serviceAccount === undefined ? {} : { serviceAccount: kubernetes.serviceAccount }),
      pointer: '', related: () => [estate.inPolicy(`${quoted(name)} is declared`, `/workloads/${index}/kubernetes`)],
    }]));
  const { mesh } = platform;
  if (mesh?.dataPlane === 'ambient' && estate !== undefined) {
    const namespaces = new Set(estate.policy.workloads.flatMap(({ kubernetes, name }) => (kubernetes !== undefined && servesRequests(estate.policy, name) ? [kubernetes.namespace] : [])));
    for (const namespace of [...namespaces].sort()) platforms.push(own(`the waypoint of the namespace ${quoted(namespace)}`, waypointOf(mesh, namespace), '/mesh/waypoint'));
  }

  const here = new Map<string, Recognised[]>();
  for (const one of workloads) { const list = here.get(one.namespace); if (list === undefined) here.set(one.namespace, [one]); else list.push(one); }
  for (const [index, one] of platforms.entries()) {
    for (const other of [...platforms.slice(0, index).filter(({ namespace }) => namespace === one.namespace), ...(here.get(one.namespace) ?? [])]) {
      const related = other.related();
      if (one.serviceAccount === other.serviceAccount) {
        found.push(diagnose('CS1015', { message: `${one.what} and ${other.what} run as one ServiceAccount, ${quoted(one.serviceAccount ?? '')} of the namespace ${quoted(one.namespace)}, so that each has the other's access`, pointer: one.pointer, related, help: 'give each a ServiceAccount of its own' }));
      } else if (contains(one.labels, other.labels) || contains(other.labels, one.labels)) {
        found.push(diagnose('CS1014', { message: `the labels of ${one.what} (${labelsText(one.labels)}) and of ${other.what} (${labelsText(other.labels)}) are one pod's of the namespace ${quoted(one.namespace)}, which would have the access of both`, pointer: one.pointer, related, help: 'let both demand a value of one key, and not the same' }));
      }
    }
  }
  for (const { namespace, pointer, what } of controllers(platform)) {
    const [first] = here.get(namespace) ?? [];
    if (first === undefined) continue;
    found.push(diagnose('CS1056', { message: `${first.what} lives in ${quoted(namespace)}, the namespace of ${what}: denying there what is not granted would cut it off`, pointer, related: first.related(), help: 'let the workload live in a namespace of its own' }));
  }
  return found;
}

/** Each namespace once. */
function controllers({ dns, gateways, mesh }: PlatformContext['platform']): readonly { readonly namespace: string; readonly what: string; readonly pointer: string }[] {
  const all = [
    ...(mesh === undefined ? [] : [{ namespace: mesh.namespace, what: 'the mesh\'s control plane', pointer: '/mesh/namespace' }]),
    ...gateways.map(({ controlNamespace }, index) => ({ namespace: controlNamespace, what: 'the gateways\' controller', pointer: `/gateways/${index}/controlNamespace` })),
    ...(dns === undefined ? [] : [{ namespace: dns.namespace, what: 'the cluster\'s DNS', pointer: '/dns/namespace' }]),
  ];
  return all.filter(({ namespace }, index) => all.findIndex((other) => other.namespace === namespace) === index);
}

/** Does a pod of these labels, and no others, have the wanted ones? What the platform runs has only labels that it was given. */
const contains = (labels: Labels, wanted: Labels): boolean => Object.entries(wanted).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
