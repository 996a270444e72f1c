import type { Mesh, PodsAt } from './platform.ts';
import type { Policy } from './policy.ts';

/** HBONE, the port of every proxy of an ambient mesh (Istio, "Ambient data plane", "HBONE"). */
export const hbonePort = 15_008;
/** What the kubelet's probes of a pod in an ambient mesh come from (Istio, "Ambient and Kubernetes NetworkPolicy"). */
export const ambientProbeAddress = '169.254.7.127/32';
/** The same over IPv6 (istio-cni, `HOST_PROBE_V6_SNAT_ADDRESS`, its default). */
export const ambientProbeAddressIpv6 = 'fd16:9254:7127:1337:ffff:ffff:ffff:ffff/128';

/** `spiffe://<trust domain>/ns/<namespace>/sa/<service account>` (Istio, "Security", "Istio identity"). */
export const spiffeId = (trustDomain: string, namespace: string, serviceAccount: string): string => `spiffe://${trustDomain}/ns/${namespace}/sa/${serviceAccount}`;

/** Whether somebody has to read the requests to a workload, because it serves more than whole ports. */
export function servesRequests(policy: Pick<Policy, 'apis'>, workload: string): boolean {
  return policy.apis.some(({ operations, servedBy }) => servedBy.kind === 'workload' && servedBy.workload === workload && operations.some(({ kind }) => kind !== 'tcp'));
}

/** The waypoint of a namespace: its Deployment and ServiceAccount are named as its Gateway (Istio, "Configure waypoint proxies"). */
export const waypointOf = ({ waypoint }: Mesh, namespace: string): PodsAt =>
  ({ namespace, labels: { 'gateway.networking.k8s.io/gateway-name': waypoint }, serviceAccount: waypoint });
