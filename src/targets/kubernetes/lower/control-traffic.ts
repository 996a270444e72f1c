import { resolvePort, type Platform, type Policy } from '#ir';
import type { WorkloadPods } from './estate.ts';
import type { KeyHost } from './key-hosts.ts';
import { openFor, type Openings } from './openings.ts';
import { ambientProbePeers, apiServerPeers, dnsPeers, gatewayControlPeers, gatewayProbePorts, hostPeers, meshControlPeers } from './platform-peers.ts';

/**
 * What no grant is about and pods don't live without: names, the API server for who says so, a proxy's control plane,
 * the keys that a gateway checks tokens with, and the kubelet's probes where they don't come from the node's address.
 *
 * Sidecars need no way in: what the kubelet asks them (15020, 15021) comes from the pod's own node, which is always
 * admitted. Metrics that a sidecar has merged (15020) or a proxy's own (15090) are not opened: nobody declares them.
 */
export function openControlTraffic(policy: Policy, platform: Platform, openings: Openings, estate: ReadonlyMap<string, WorkloadPods>, keyHosts: readonly KeyHost[]): void {
  const { apiServer, dns, mesh } = platform;
  const ambient = mesh?.dataPlane === 'ambient', probing = ambient ? ambientProbePeers(platform) : [];
  for (const { egress, ingress, kind, looksUp, pods } of openings.values()) {
    if (dns !== undefined && looksUp) for (const peers of dnsPeers(dns, pods.namespace)) openFor(egress, peers);
    const proxied = kind === 'waypoint' || (mesh?.dataPlane === 'sidecar' && (kind === 'workload' || pods.gateway.upstream.kind === 'mesh'));
    if (mesh !== undefined && proxied) openFor(egress, meshControlPeers(mesh, pods.namespace));
    if (kind === 'gateway') {
      openFor(egress, gatewayControlPeers(pods.gateway, pods.namespace));
      for (const { gateway, host, port } of keyHosts) if (gateway === pods && host !== undefined) openFor(egress, hostPeers(host, port));
      if (ambient && pods.gateway.upstream.kind === 'mesh') openFor(ingress, { peers: probing, ports: gatewayProbePorts.map((port) => ({ protocol: 'TCP', port })) });
    }
    if (kind === 'workload') openFor(ingress, { peers: probing, ports: probedPorts(pods).map((port) => ({ protocol: 'TCP', port })) });
  }
  if (apiServer === undefined) return;
  const peers = apiServerPeers(apiServer);
  for (const { name, callsApiServer } of policy.workloads) {
    if (callsApiServer === undefined) continue;
    const pods = estate.get(name);
    if (pods === undefined) throw new Error(`\`${name}\` calls the API server from no known place: CS1035 should have stopped it`);
    const opening = openings.get(pods);
    if (opening !== undefined) openFor(opening.egress, peers);
  }
}

/** Those that a probe opens a connection to. */
function probedPorts({ kubernetes }: WorkloadPods): readonly number[] {
  return kubernetes.probes.flatMap(({ probe }) => {
    if (probe.kind === 'exec') return [];
    const port = resolvePort(kubernetes, probe.port, 'TCP')?.number ?? probe.port;
    return typeof port === 'number' ? [port] : [];
  });
}
