import { waypointOf, type Platform, type PodsAt, type Policy } from '#ir';
import type { Connected } from './mesh-proxy.ts';

const podAt = ({ labels, namespace, serviceAccount }: PodsAt): Connected['peer'] => ({ kind: 'pod', namespace, labels, serviceAccount });

/** Whoever has an account that the policy knows. Stores have none, and run as `default`. */
export const workloadsOf = ({ workloads }: Policy): readonly Connected[] => workloads.map(({ name }) => ({ name, peer: { kind: 'workload', name } }));

/** The gateway's proxies, which nobody judges here: they have judged. */
export const gatewayOf = ({ gateways: [gateway] }: Platform): Connected => ({ name: 'the gateway', peer: podAt(gateway!.pods) });

/** It asks pods by their addresses: a sidecar reads what, a waypoint never hears of it, and there it is a pod like others. */
export const scraperOf = ({ mesh, metricsScraper }: Pick<Platform, 'mesh' | 'metricsScraper'>): readonly Connected[] =>
  (metricsScraper === undefined ? [] : [{ name: 'the scraper', peer: mesh?.dataPlane === 'sidecar' ? { kind: 'builtin', name: 'metricsScraper' } : podAt(metricsScraper) }]);

/** Whoever else is in the mesh or says so, beside somebody who is granted something: the nearer to that one, the better. */
export function strangersTo(policy: Policy, platform: Platform, namespace: string, granted: Connected): readonly Connected[] {
  const { mesh } = platform, own = placeOf(policy, granted.peer);
  const pod = (name: string, changed: Partial<PodsAt>): Connected => ({ name, peer: podAt({ ...own, ...changed }) });
  return [
    pod(`an undeclared account beside ${granted.name}`, { labels: {}, serviceAccount: 'intruder' }),
    pod(`an account that begins as that of ${granted.name}`, { labels: {}, serviceAccount: `${own.serviceAccount}-2` }),
    pod(`the labels of ${granted.name} under another account`, { serviceAccount: 'default' }),
    pod(`the account of ${granted.name} in another namespace`, { namespace: 'elsewhere' }),
    { name: 'an account of the same namespace', peer: { kind: 'pod', namespace, labels: {}, serviceAccount: 'neighbour' } },
    ...(mesh?.dataPlane === 'ambient' ? [{ name: 'the waypoint itself', peer: podAt(waypointOf(mesh, namespace)) }] : []),
    ...scraperOf(platform),
    ...impostorsOf(granted),
  ];
}

export const impostorsOf = ({ name, peer }: Connected): readonly Connected[] => [
  { name: `${name} of another trust domain`, peer, shows: 'another trust domain' },
  { name: `${name} of yesterday`, peer, shows: 'an expired one' },
  { name: `${name} by itself`, peer, shows: 'one it signed itself' },
  { name: `${name} without a certificate`, peer, shows: 'none' },
];

function placeOf({ workloads }: Policy, peer: Connected['peer']): PodsAt {
  if (peer.kind === 'pod') return { namespace: peer.namespace, labels: peer.labels, serviceAccount: peer.serviceAccount ?? 'default' };
  const facts = peer.kind === 'workload' ? workloads.find(({ name }) => name === peer.name)?.kubernetes : undefined;
  if (facts === undefined) throw new Error(`${JSON.stringify(peer)} is nowhere`);
  return { namespace: facts.namespace, labels: facts.selector, serviceAccount: facts.serviceAccount ?? 'default' };
}
