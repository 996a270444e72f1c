import type { Platform, Policy } from '#ir';
import { waypointOf, type PodsAt } from '#ir';
import type { Connected } from './mesh-proxy.ts';

const podAt = ({ labels, namespace, serviceAccount }: PodsAt): Connected['peer'] => ({ kind: 'pod', namespace, labels, serviceAccount });

/** Whoever has an account that the policy knows. Stores have none, and run as `default`. */
export const workloadsOf = ({ workloads }: Policy): readonly Connected[] => workloads.map(({ name }) => ({ name, peer: { kind: 'workload', name } }));

/** The gateway's proxies, which nobody judges here: they have judged. */
export const gatewayOf = ({ gateways: [gateway] }: Platform): Connected => ({ name: 'the gateway', peer: podAt(gateway!.pods) });

/** Whoever else is in the mesh, or says so. */
export function strangersTo(policy: Policy, { mesh, metricsScraper }: Platform, namespace: string): readonly Connected[] {
  const ui = policy.workloads.find(({ name }) => name === 'ui')!.kubernetes!, asUi = { kind: 'workload', name: 'ui' } as const;
  return [
    { name: 'an undeclared account beside ui', peer: { kind: 'pod', namespace: ui.namespace, labels: {}, serviceAccount: 'intruder' } },
    { name: 'an account that begins as ui', peer: { kind: 'pod', namespace: ui.namespace, labels: {}, serviceAccount: 'ui-2' } },
    { name: 'ui\'s labels under another account', peer: { kind: 'pod', namespace: ui.namespace, labels: ui.selector, serviceAccount: 'default' } },
    { name: 'an account called ui in another namespace', peer: { kind: 'pod', namespace: 'elsewhere', labels: ui.selector, serviceAccount: 'ui' } },
    { name: 'an account of the same namespace', peer: { kind: 'pod', namespace, labels: {}, serviceAccount: 'neighbour' } },
    ...(mesh?.dataPlane === 'ambient' ? [{ name: 'the waypoint itself', peer: podAt(waypointOf(mesh, namespace)) }] : []),
    ...(metricsScraper === undefined ? [] : [{ name: 'the scraper', peer: podAt(metricsScraper) }]),
    { name: 'ui of another trust domain', peer: asUi, shows: 'another trust domain' },
    { name: 'ui of yesterday', peer: asUi, shows: 'an expired one' },
    { name: 'ui by itself', peer: asUi, shows: 'one it signed itself' },
    { name: 'ui without a certificate', peer: asUi, shows: 'none' },
  ];
}
