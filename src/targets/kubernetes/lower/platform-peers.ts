import { ambientProbeAddress, ambientProbeAddressIpv6, type ClusterDns, type ExternalHost, type Gateway, type Mesh, type Platform } from '#ir';
import { cidrText, contains, outermost, parseCidr, type Cidr } from '../../cidr.ts';
import type { PortPlan } from '../plan.ts';
import { podsPeer, rangePeer, type Peer } from './estate.ts';

/** Some of the platform's own peers, at ports of theirs. */
export interface PlatformPeers { readonly peers: readonly Peer[]; readonly ports: readonly PortPlan[] }

/** NodeLocal DNSCache listens on the standard port, whatever the DNS pods do (Kubernetes, "Using NodeLocal DNSCache in Kubernetes Clusters"). */
const nodeLocalDnsPort = 53;

/** The DNS pods at *their* port, which is what a policy sees, and the caches of the nodes at theirs. */
export function dnsPeers(dns: ClusterDns, namespace: string): readonly PlatformPeers[] {
  const protocols = [...dns.protocols].sort();
  const pods = podsPeer(dns.namespace === namespace ? undefined : dns.namespace, dns.labels);
  const caches = outermost(dns.nodeLocalCidrs.map(parseCidr)).map((cidr) => rangePeer(cidrText(cidr)));
  return [
    { peers: [pods], ports: protocols.map((protocol) => ({ protocol, port: dns.port })) },
    { peers: caches, ports: protocols.map((protocol) => ({ protocol, port: nodeLocalDnsPort })) },
  ];
}

export function apiServerPeers({ cidrs, port }: NonNullable<Platform['apiServer']>): PlatformPeers {
  return { peers: outermost(cidrs.map(parseCidr)).map((cidr) => rangePeer(cidrText(cidr))), ports: [{ protocol: 'TCP', port }] };
}

/** istiod answers proxies here, with certificates and configuration; its Service changes neither port nor label (Istio, "Application Requirements", ports used by Istio). */
const istiodPort = 15_012;
const istiodLabels = { app: 'istiod' } as const;
export const meshControlPeers = ({ namespace: control }: Mesh, namespace: string): PlatformPeers =>
  ({ peers: [podsPeer(control === namespace ? undefined : control, istiodLabels)], ports: [{ protocol: 'TCP', port: istiodPort }] });

/** Envoy Gateway hands its proxies their configuration here (its chart's Service and Deployment; `DefaultXdsServerPort`). */
const envoyGatewayPort = 18_000;
const envoyGatewayLabels = { 'control-plane': 'envoy-gateway' } as const;
export const gatewayControlPeers = ({ controlNamespace: control }: Gateway, namespace: string): PlatformPeers =>
  ({ peers: [podsPeer(control === namespace ? undefined : control, envoyGatewayLabels)], ports: [{ protocol: 'TCP', port: envoyGatewayPort }] });

/** What the kubelet asks Envoy Gateway's proxies: Envoy's readiness, and the container that shuts it down (`EnvoyReadinessPort`, `ShutdownManagerPort`). */
export const gatewayProbePorts: readonly number[] = [19_002, 19_003];

/** A host outside, by the addresses that the platform gives it. */
export const hostPeers = ({ cidrs }: ExternalHost, port: number): PlatformPeers =>
  ({ peers: outermost(cidrs.map(parseCidr)).map((cidr) => rangePeer(cidrText(cidr))), ports: [{ protocol: 'TCP', port }] });

/**
 * The kubelet's probes of pods in an ambient mesh: istio-cni gives them an address of their own, so that plugins which
 * admit a pod's node by its address do not know them for what they are ("Ambient and Kubernetes NetworkPolicy").
 */
export function ambientProbePeers({ podCidrs }: Platform): readonly Peer[] {
  const families = new Set(podCidrs.map((cidr) => parseCidr(cidr).family));
  return [
    ...(families.has(4) || families.size === 0 ? [rangePeer(ambientProbeAddress)] : []),
    ...(families.has(6) ? [rangePeer(ambientProbeAddressIpv6)] : []),
  ];
}

/**
 * Clients that arrive through a load-balanced Service, an API's or a gateway's.
 *
 * With their address preserved: every address but the pods', in each family that the pods have, because evaluators
 * differ on whether `0.0.0.0/0` matches a pod; in an ambient mesh not the kubelet's either, which is no client. With a node's address in its place: the nodes', all of them; where
 * pods take addresses from the same ranges that admits pods too, and the feature `exposure` is `wider`.
 */
export function outsidePeers({ podCidrs, nodeCidrs, loadBalancer, mesh }: Platform): readonly Peer[] {
  if (loadBalancer?.clientAddress === 'node') return outermost(nodeCidrs.map(parseCidr)).map((cidr) => rangePeer(cidrText(cidr)));
  const pods = outermost(podCidrs.map(parseCidr));
  return everywhere.flatMap((all) => {
    const except = pods.filter((range) => contains(all, range));
    // An exception has to be a part of its range (Kubernetes API reference, "IPBlock"): pods that may be everywhere leave no outside.
    if (except.length === 0 || except.some(({ length }) => length === 0)) return [];
    const kubelet = mesh?.dataPlane === 'ambient' ? [ambientProbeAddress, ambientProbeAddressIpv6].map(parseCidr).filter((range) => contains(all, range)) : [];
    return [rangePeer(cidrText(all), outermost([...except, ...kubelet]).map(cidrText))];
  });
}

const everywhere: readonly Cidr[] = [{ family: 4, base: 0n, length: 0 }, { family: 6, base: 0n, length: 0 }];
