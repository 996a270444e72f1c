import {
  ambientProbeAddress, isUnmanaged, resolvePort, servesRequests, type Api, type Exposure, type Gateway, type KubernetesWorkload, type Platform, type Policy, type Protocol, type ServicePort,
} from '#ir';
import { cloudApiOf, cloudCrossing, instanceMetadataAddresses, podIdentityAddress } from './cloud-ways.ts';
import type { Crossing, Endpoint, Hop } from './hop.ts';
import { portOf } from './port-of.ts';
import { loadOf } from './presented.ts';
import type { Request } from './request.ts';
import { atGateway, firstAddress, namespaceLabels, plaintext, pod, podsAt, someoneOutside, way, type Landing, type Load } from './ways.ts';

export { someoneOutside };

/**
 * The ways a request can take on a platform, hop by hop, each hop with what that enforcer can see. Intended: through
 * the Service (or the exposure) that the caller would name. By-passes: the pod's own address, every other Service, a
 * node's port; past the mesh without a certificate, past a waypoint straight to the pod's proxy; past a gateway, or
 * through it under another exposure's name. A request to something that does not exist, or from nowhere, has no way at all.
 */
export function crossing(policy: Policy, platform: Platform, request: Request): Crossing {
  const resource = cloudApiOf(policy, request);
  if (resource !== undefined) return cloudCrossing(policy, platform, request, resource);
  const target = destination(policy, platform, request);
  if (target === undefined) return { intended: [], bypasses: [] };
  const outside = request.throughExposure && request.peer === undefined;
  const from = outside ? clientOutside(platform, request) : source(policy, platform, request);
  if (from === undefined) return { intended: [], bypasses: [] };
  const load = loadOf(policy, platform, request);

  const direct = (to: Landing, service?: ServicePort): readonly Hop[] => way(platform, from, to, load, service);
  if (target.kind === 'elsewhere') {
    if (outside) return { intended: [], bypasses: [] }; // nothing of the estate stands between outside and the platform's own services
    return { intended: target.landings.flatMap((landing) => direct(landing)), bypasses: target.landings.length > 1 ? target.landings.map((landing) => direct(landing)) : [] };
  }
  const { landing, services } = target;
  const gateways = outside ? target.exposures.flatMap((exposure) => throughGateway(policy, platform, { seen: from, told: clientOf(request) }, landing, load, services[0], exposure)) : [];
  const exposure = services.find(({ name }) => target.exposures.some((one) => one.kind === 'service' && one.service === name));
  const named = outside ? exposure : request.peer?.kind === 'builtin' ? undefined : services[0]; // who scrapes or probes asks each pod
  const [first] = gateways.filter(({ meant }) => meant);
  const others = services.filter((service) => service !== named);
  return {
    intended: first === undefined ? direct(landing, named) : first.hops,
    bypasses: [
      ...gateways.filter((one) => one !== first).map(({ hops }) => hops),
      ...(named === undefined && first === undefined ? [] : [direct(landing)]),
      ...(platform.mesh === undefined || outside ? [] : [plaintext(platform, from, landing, load)]),
      ...(outside ? [] : others.map((service) => direct(landing, service))),
      ...services.filter(({ type }) => type !== 'ClusterIP').flatMap((service) => nodePortWay(platform, from, landing, load, service)),
    ],
  };
}

type Target =
  | { readonly kind: 'workload'; readonly landing: Landing; readonly services: readonly ServicePort[]; readonly exposures: readonly Exposure[] }
  | { readonly kind: 'elsewhere'; readonly landings: readonly Landing[] };

/** Nobody puts a waypoint into a namespace that is not touched. */
const readsRequests = (policy: Policy, name: string): boolean =>
  servesRequests(policy, name) && !policy.workloads.some((workload) => workload.name === name && isUnmanaged(policy, workload));

function destination(policy: Policy, platform: Platform, { to }: Request): Target | undefined {
  const factsOf = (workload: string | undefined): KubernetesWorkload | undefined => policy.workloads.find(({ name }) => name === workload)?.kubernetes;
  const at = (workload: string, port: number | string, protocol: Protocol, apis: readonly Api[]): Target | undefined => {
    const facts = factsOf(workload);
    return facts === undefined ? undefined : atWorkload(facts, port, protocol, apis.flatMap(({ exposedAt }) => (exposedAt === undefined ? [] : [exposedAt])), readsRequests(policy, workload));
  };
  switch (to.kind) {
    case 'builtin': return builtin(platform, to.name);
    case 'probe': {
      const probe = factsOf(to.workload)?.probes.find(({ name }) => name === to.probe)?.probe;
      return probe === undefined || probe.kind === 'exec' ? undefined : at(to.workload, probe.port, 'TCP', []);
    }
    case 'port': return at(to.workload, to.port, to.protocol, policy.apis.filter((api) => { const served = portOf(policy.workloads, api); return served?.workload === to.workload && served.number === to.port; }));
    case 'operation': case 'http': {
      const api = policy.apis.find(({ name }) => name === to.api);
      const port = api === undefined ? undefined : portOf(policy.workloads, api);
      return api === undefined || port === undefined ? undefined : at(port.workload, port.number, 'TCP', [api]);
    }
    case 'action': return undefined; // of something that is no resource of the cloud
    default: return to satisfies never;
  }
}

function atWorkload(facts: KubernetesWorkload, port: number | string, protocol: Protocol, exposures: readonly Exposure[], waypoint: boolean): Target | undefined {
  const declared = resolvePort(facts, port, protocol);
  const number = declared?.number ?? (typeof port === 'number' ? port : undefined);
  if (number === undefined) return undefined;
  const services = facts.services.filter((service) => service.protocol === protocol && (resolvePort(facts, service.targetPort, protocol)?.number ?? service.targetPort) === number);
  return {
    kind: 'workload', services, exposures,
    landing: { to: pod(facts), port: number, protocol, waypoint, ...(declared?.name === undefined ? {} : { portName: declared.name }) },
  };
}

function builtin(platform: Platform, name: string): Target | undefined {
  const { apiServer, aws, dns } = platform;
  if (name === 'clusterDns' && dns !== undefined) {
    const to: Endpoint = { namespace: dns.namespace, namespaceLabels: namespaceLabels(dns.namespace), podLabels: dns.labels };
    return { kind: 'elsewhere', landings: dns.protocols.map((protocol) => ({ to, port: dns.port, protocol })) };
  }
  const address = firstAddress(apiServer?.cidrs);
  if (name === 'apiServer' && apiServer !== undefined && address !== undefined) {
    return { kind: 'elsewhere', landings: [{ to: { ip: address }, port: apiServer.port, protocol: 'TCP' }] };
  }
  if (name === 'cloudCredentials' && aws !== undefined) {
    const at: Landing = aws.identity.kind === 'podIdentity' ? { to: { ip: podIdentityAddress }, port: 80, protocol: 'TCP' }
      : { to: { ip: firstAddress(aws.endpoints.find(({ service }) => service === 'sts')?.cidrs) ?? someoneOutside.ipv4 }, port: 443, protocol: 'TCP' };
    return { kind: 'elsewhere', landings: [at] };
  }
  if (name === 'instanceMetadata' && aws !== undefined) return { kind: 'elsewhere', landings: instanceMetadataAddresses.map((ip) => ({ to: { ip }, port: 80, protocol: 'TCP' })) };
  return undefined;
}

function source(policy: Policy, platform: Platform, { peer }: Request): Endpoint | undefined {
  if (peer === undefined) return undefined;
  switch (peer.kind) {
    case 'workload': {
      const facts = policy.workloads.find(({ name }) => name === peer.name)?.kubernetes;
      return facts === undefined ? undefined : pod(facts);
    }
    case 'pod': { // whose ServiceAccount was not looked at runs as the workload that it looks like
      const like = policy.workloads.find(({ kubernetes }) => kubernetes?.namespace === peer.namespace && Object.entries(kubernetes.selector).every(([key, value]) => peer.labels[key] === value));
      const serviceAccount = peer.serviceAccount ?? (platform.mesh === undefined ? undefined : like?.kubernetes?.serviceAccount);
      return { namespace: peer.namespace, namespaceLabels: namespaceLabels(peer.namespace), podLabels: peer.labels, ...(serviceAccount === undefined ? {} : { serviceAccount }) };
    }
    case 'builtin': {
      if (peer.name === 'metricsScraper') return platform.metricsScraper === undefined ? undefined : podsAt(platform.metricsScraper);
      if (peer.name !== 'nodeProbes') return undefined;
      if (platform.mesh?.dataPlane === 'ambient') return { ip: ambientProbeAddress.split('/')[0]! };
      const ip = firstAddress(platform.nodeCidrs);
      return { hostNetwork: true, ...(ip === undefined ? {} : { ip }) }; // the kubelet speaks from the pod's own node
    }
    case 'credentials': case 'principal': return undefined; // they are of the cloud, and nothing of the cluster
    default: return peer satisfies never;
  }
}

/** Behind a load balancer that hides its clients, a pod sees a node. */
function clientOutside(platform: Platform, { context }: Request): Endpoint | undefined {
  const node = firstAddress(platform.nodeCidrs);
  if (platform.loadBalancer?.clientAddress === 'node') return node === undefined ? undefined : { ip: node };
  return clientOf({ context });
}
const clientOf = ({ context }: Pick<Request, 'context'>): Endpoint => ({ ip: context.sourceAddress ?? someoneOutside.ipv4 });

/** Under the name that it is exposed at; and, as a client that lies might, under that and every other name of that gateway mixed. */
function throughGateway(
  policy: Policy, platform: Platform, client: { readonly seen: Endpoint; readonly told: Endpoint }, landing: Landing, load: Load, service: ServicePort | undefined, exposure: Exposure,
): readonly { readonly meant: boolean; readonly hops: readonly Hop[] }[] {
  const gateway = exposure.kind === 'gateway' ? platform.gateways.find(({ name }) => name === exposure.gateway) : undefined;
  if (exposure.kind !== 'gateway' || gateway === undefined) return [];
  const hosts = policy.apis.flatMap(({ exposedAt }) => (exposedAt?.kind === 'gateway' && exposedAt.gateway === gateway.name && exposedAt.host !== exposure.host ? [exposedAt.host] : []));
  const under = (serverName: string, host: string): readonly Hop[] =>
    [...atGateway(gateway, client, landing, load, { serverName, host }, service), ...behind(platform, gateway, landing, load, service)];
  return [
    { meant: true, hops: under(exposure.host, exposure.host) },
    ...[...new Set(hosts)].flatMap((other) => [under(other, exposure.host), under(exposure.host, other), under(other, other)].map((hops) => ({ meant: false, hops }))),
  ];
}

/** From the gateway's proxies to the pod: the token goes on, the certificate does not. */
function behind(platform: Platform, gateway: Gateway, landing: Landing, { certificate: _shown, ...load }: Load, service: ServicePort | undefined): readonly Hop[] {
  const from = podsAt(gateway.pods);
  return gateway.upstream.kind === 'mesh' ? way(platform, from, landing, load, service) : plaintext(platform, from, landing, load, service);
}

/** Through a port of a node: towards the node first, then from the node's address to the pod (source translation). */
function nodePortWay(platform: Platform, from: Endpoint, landing: Landing, load: Load, service: ServicePort): readonly (readonly Hop[])[] {
  const node = firstAddress(platform.nodeCidrs);
  if (node === undefined) return [];
  const arrive = plaintext(platform, { ip: node }, landing, load, service);
  if (from.namespace === undefined) return [arrive];
  const leave: Hop = { enforcer: 'network', direction: 'egress', from, to: { ip: node }, port: service.nodePort ?? service.port, protocol: service.protocol };
  return [[leave, ...arrive]];
}
