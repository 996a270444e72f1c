import {
  hbonePort, spiffeId, waypointOf, type Gateway, type KubernetesWorkload, type Mesh, type Platform, type PodsAt, type Protocol, type ServicePort,
} from '#ir';
import type { CertificateFacts, Endpoint, Hop, HttpFacts, Proxy, TokenFacts } from './hop.ts';

/** Documentation addresses (RFC 5737, RFC 3849) stand for a client whose address the request does not state. */
export const someoneOutside = { ipv4: '203.0.113.7', ipv6: '2001:db8::7' } as const;

/** Where a connection ends, and whether requests to it are read by a waypoint of an ambient mesh. */
export interface Landing {
  readonly to: Endpoint;
  readonly port: number;
  readonly portName?: string;
  readonly protocol: Protocol;
  readonly waypoint?: boolean;
}
/** What is carried, whoever looks at it. */
export interface Load { readonly http?: HttpFacts; readonly token?: TokenFacts; readonly certificate?: CertificateFacts; readonly time: string }

/** From a pod to a pod (or the outside) as the platform intends it: through the mesh, where there is one. */
export function way(platform: Platform, from: Endpoint, landing: Landing, load: Load, service?: ServicePort): readonly Hop[] {
  const { mesh } = platform;
  if (mesh === undefined || landing.to.namespace === undefined || outsideMesh(platform, landing)) return network(from, landing, load, service);
  if (from.namespace === undefined) return plaintext(platform, from, landing, load, service);
  const peer = identityOf(mesh, from);
  if (mesh.dataPlane === 'sidecar') return [...network(from, landing, {}, service), look('sidecar', from, landing, load, peer, service)];
  const tunnelled = (to: Endpoint): Landing => ({ to, port: hbonePort, protocol: 'TCP' });
  if (service === undefined || landing.waypoint !== true) {
    return [...network(from, tunnelled(landing.to), {}), look('ztunnel', from, landing, load, peer, service)];
  }
  const waypoint = podsAt(waypointOf(mesh, landing.to.namespace));
  return [
    ...network(from, tunnelled(waypoint), {}), look('waypoint', from, landing, load, peer, service),
    ...network(waypoint, tunnelled(landing.to), {}), look('ztunnel', waypoint, landing, load, identityOf(mesh, waypoint)),
  ];
}

/** Past the mesh's client side: straight to the port, with no certificate. What the destination's proxy makes of it is its own affair. */
export function plaintext(platform: Platform, from: Endpoint, landing: Landing, load: Load, service?: ServicePort): readonly Hop[] {
  const { mesh } = platform;
  const packets = network(from, landing, load, service);
  if (mesh === undefined || landing.to.namespace === undefined || outsideMesh(platform, landing)) return packets;
  return [...packets, look(mesh.dataPlane === 'sidecar' ? 'sidecar' : 'ztunnel', from, landing, load, undefined, service)];
}

/**
 * To a proxy of a gateway, and what the gateway makes of the request for a server behind it. `seen` is where the
 * packets come from; `told`, whose they are, as whoever stands in front tells a gateway that believes it.
 */
export function atGateway(gateway: Gateway, { seen: client, told }: { readonly seen: Endpoint; readonly told: Endpoint }, server: Landing, load: Load, names: { readonly serverName: string; readonly host: string }, service?: ServicePort): readonly Hop[] {
  const proxies: Landing = { to: podsAt(gateway.pods), port: gateway.containerPort, protocol: 'TCP' };
  const { clientAddress } = gateway;
  const from = clientAddress === undefined || clientAddress.kind === 'connection' ? client : told;
  const seen: Hop = {
    enforcer: 'gateway', proxy: gateway.kind, direction: 'ingress', from, to: server.to, port: gateway.port, protocol: 'TCP',
    serverName: names.serverName, ...load, ...addressed(service),
    ...(load.http === undefined ? {} : { http: { ...load.http, host: names.host } }),
  };
  return [...network(client, proxies, {}), seen];
}

/** A pod's side, then the other pod's: a hop stands at every end that is in the cluster and not the node itself. */
export function network(from: Endpoint, landing: Landing, { http }: Partial<Load>, service?: ServicePort): readonly Hop[] {
  const hop = (direction: Hop['direction']): Hop => ({
    enforcer: 'network', direction, from, to: landing.to, port: landing.port, protocol: landing.protocol,
    ...(landing.portName === undefined ? {} : { portName: landing.portName }), ...addressed(service), ...(http === undefined ? {} : { http }),
  });
  return [...(from.namespace === undefined ? [] : [hop('egress')]), ...(landing.to.namespace === undefined ? [] : [hop('ingress')])];
}

function look(proxy: Proxy, from: Endpoint, landing: Landing, load: Load, peer: string | undefined, service?: ServicePort): Hop {
  const reads = proxy !== 'ztunnel'; // a ztunnel passes bytes
  return {
    enforcer: 'mesh', proxy, direction: 'ingress', from, to: landing.to, port: landing.port, protocol: landing.protocol, time: load.time,
    ...(landing.portName === undefined ? {} : { portName: landing.portName }), ...addressed(service), ...(peer === undefined ? {} : { peer }),
    ...(reads && load.http !== undefined ? { http: load.http } : {}), ...(reads && load.token !== undefined ? { token: load.token } : {}),
  };
}

const addressed = (service: ServicePort | undefined) => (service === undefined ? {} : { serviceAddress: { name: service.name, port: service.port } });

/** The cluster's DNS and its like take no part in the mesh, and neither does anything but TCP (Istio, "Protocol Selection"). */
const outsideMesh = ({ dns }: Platform, { protocol, to }: Landing): boolean => protocol !== 'TCP' || (dns !== undefined && to.namespace === dns.namespace);

/** A pod that names no ServiceAccount runs as its namespace's `default` (Kubernetes, "Configure Service Accounts for Pods"). */
const identityOf = (mesh: Mesh, { namespace, serviceAccount = 'default' }: Endpoint): string => spiffeId(mesh.trustDomain, namespace!, serviceAccount);

export const pod = (facts: KubernetesWorkload): Endpoint => ({
  namespace: facts.namespace, namespaceLabels: namespaceLabels(facts.namespace), podLabels: facts.selector,
  ...(facts.serviceAccount === undefined ? {} : { serviceAccount: facts.serviceAccount }),
});
export const podsAt = ({ labels, namespace, serviceAccount }: PodsAt): Endpoint => ({ namespace, namespaceLabels: namespaceLabels(namespace), podLabels: labels, serviceAccount });

/** The API server puts this label on every namespace (Kubernetes, "Namespaces", automatic labelling). */
export const namespaceLabels = (namespace: string) => ({ 'kubernetes.io/metadata.name': namespace });

/** The first host address of the first range: the network address plus one, as text. Undefined where it can't be told. */
export function firstAddress(cidrs: readonly string[] | undefined): string | undefined {
  const [address, bits] = (cidrs?.[0] ?? '').split('/');
  if (address === undefined || address === '') return undefined;
  if (bits === '32' || bits === '128') return address;
  if (address.includes(':')) return address.endsWith('::') ? `${address}1` : undefined;
  const parts = address.split('.').map(Number);
  return [...parts.slice(0, 3), (parts[3] ?? 0) + 1].join('.');
}
