import { resolvePort, type KubernetesWorkload, type Platform, type Policy, type Protocol, type ServicePort } from '#ir';
import type { Crossing, Endpoint, Hop } from './hop.ts';
import { portOf } from './port-of.ts';
import type { Request } from './request.ts';

/** Documentation addresses (RFC 5737, RFC 3849) stand for a client whose address the request does not state. */
export const someoneOutside = { ipv4: '203.0.113.7', ipv6: '2001:db8::7' } as const;

/**
 * The ways a request can take on a platform, hop by hop, each hop with what that enforcer can see. Intended: through
 * the Service (or the exposure) that the caller would name. By-passes: the pod's own address, every other Service,
 * and a node's port. A request to something that does not exist, or from nowhere, has no way at all.
 */
export function crossing(policy: Policy, platform: Platform, request: Request): Crossing {
  const target = destination(policy, platform, request);
  if (target === undefined) return { intended: [], bypasses: [] };
  const outside = request.throughExposure && request.peer === undefined;
  const from = outside ? clientOutside(platform, request) : source(policy, platform, request);
  if (from === undefined) return { intended: [], bypasses: [] };

  const way = (to: Landing, service?: ServicePort): readonly Hop[] => hops(from, to, request, service);
  if (target.kind === 'elsewhere') {
    if (outside) return { intended: [], bypasses: [] }; // nothing of the estate stands between outside and the platform's own services
    return { intended: target.landings.flatMap((landing) => way(landing)), bypasses: target.landings.length > 1 ? target.landings.map((landing) => way(landing)) : [] };
  }
  const { landing, services, exposure } = target;
  const named = outside ? exposure : services[0];
  const others = services.filter((service) => service !== named);
  return {
    intended: way(landing, named),
    bypasses: [
      ...(named === undefined ? [] : [way(landing)]),
      ...(outside ? [] : others.map((service) => way(landing, service))),
      ...services.filter(({ type }) => type !== 'ClusterIP').flatMap((service) => nodePortWay(platform, from, landing, service)),
    ],
  };
}

interface Landing { readonly to: Endpoint; readonly port: number; readonly portName?: string; readonly protocol: Protocol }
type Target =
  | { readonly kind: 'workload'; readonly landing: Landing; readonly services: readonly ServicePort[]; readonly exposure?: ServicePort }
  | { readonly kind: 'elsewhere'; readonly landings: readonly Landing[] };

function destination(policy: Policy, platform: Platform, { to }: Request): Target | undefined {
  switch (to.kind) {
    case 'builtin': return builtin(platform, to.name);
    case 'probe': {
      const facts = policy.workloads.find(({ name }) => name === to.workload)?.kubernetes;
      const probe = facts?.probes.find(({ name }) => name === to.probe)?.probe;
      return facts === undefined || probe === undefined || probe.kind === 'exec' ? undefined : atWorkload(facts, probe.port, 'TCP', []);
    }
    case 'port': {
      const facts = policy.workloads.find(({ name }) => name === to.workload)?.kubernetes;
      const exposures = policy.apis.filter((api) => portOf(policy.workloads, api)?.workload === to.workload && portOf(policy.workloads, api)?.number === to.port);
      return facts === undefined ? undefined : atWorkload(facts, to.port, to.protocol, exposures.flatMap(({ exposedAt }) => exposedAt?.kind === 'service' ? [exposedAt.service] : []));
    }
    case 'operation': case 'http': {
      const api = policy.apis.find(({ name }) => name === to.api);
      const port = api === undefined ? undefined : portOf(policy.workloads, api);
      const facts = policy.workloads.find(({ name }) => name === port?.workload)?.kubernetes;
      return facts === undefined || port === undefined ? undefined
        : atWorkload(facts, port.number, 'TCP', api?.exposedAt?.kind === 'service' ? [api.exposedAt.service] : []);
    }
    default: return to satisfies never;
  }
}

function atWorkload(facts: KubernetesWorkload, port: number | string, protocol: Protocol, exposures: readonly string[]): Target | undefined {
  const declared = resolvePort(facts, port, protocol);
  const number = declared?.number ?? (typeof port === 'number' ? port : undefined);
  if (number === undefined) return undefined;
  const services = facts.services.filter((service) => service.protocol === protocol && (resolvePort(facts, service.targetPort, protocol)?.number ?? service.targetPort) === number);
  const exposure = services.find(({ name }) => exposures.includes(name));
  return {
    kind: 'workload', services, ...(exposure === undefined ? {} : { exposure }),
    landing: { to: pod(facts), port: number, protocol, ...(declared?.name === undefined ? {} : { portName: declared.name }) },
  };
}

function builtin(platform: Platform, name: string): Target | undefined {
  const { dns, apiServer } = platform;
  if (name === 'clusterDns' && dns !== undefined) {
    const to: Endpoint = { namespace: dns.namespace, namespaceLabels: namespaceLabels(dns.namespace), podLabels: dns.labels };
    return { kind: 'elsewhere', landings: dns.protocols.map((protocol) => ({ to, port: dns.port, protocol })) };
  }
  const address = firstAddress(apiServer?.cidrs);
  if (name === 'apiServer' && apiServer !== undefined && address !== undefined) {
    return { kind: 'elsewhere', landings: [{ to: { ip: address }, port: apiServer.port, protocol: 'TCP' }] };
  }
  return undefined;
}

function source(policy: Policy, platform: Platform, { peer }: Request): Endpoint | undefined {
  if (peer === undefined) return undefined;
  switch (peer.kind) {
    case 'workload': {
      const facts = policy.workloads.find(({ name }) => name === peer.name)?.kubernetes;
      return facts === undefined ? undefined : pod(facts);
    }
    case 'pod': return {
      namespace: peer.namespace, namespaceLabels: namespaceLabels(peer.namespace), podLabels: peer.labels,
      ...(peer.serviceAccount === undefined ? {} : { serviceAccount: peer.serviceAccount }),
    };
    case 'builtin': { // the kubelet speaks from the pod's own node
      const ip = firstAddress(platform.nodeCidrs);
      return peer.name === 'nodeProbes' ? { hostNetwork: true, ...(ip === undefined ? {} : { ip }) } : undefined;
    }
    default: return peer satisfies never;
  }
}

/** Behind a load balancer that hides its clients, a pod sees a node. */
function clientOutside(platform: Platform, { context }: Request): Endpoint | undefined {
  const node = firstAddress(platform.nodeCidrs);
  if (platform.loadBalancer?.clientAddress === 'node') return node === undefined ? undefined : { ip: node };
  return { ip: context.sourceAddress ?? someoneOutside.ipv4 };
}

const pod = (facts: KubernetesWorkload): Endpoint => ({
  namespace: facts.namespace, namespaceLabels: namespaceLabels(facts.namespace), podLabels: facts.selector,
  ...(facts.serviceAccount === undefined ? {} : { serviceAccount: facts.serviceAccount }),
});

/** The API server puts this label on every namespace (Kubernetes, "Namespaces", automatic labelling). */
const namespaceLabels = (namespace: string) => ({ 'kubernetes.io/metadata.name': namespace });

/** A pod's side, then the other pod's: a hop stands at every end that is in the cluster and not the node itself. */
function hops(from: Endpoint, landing: Landing, request: Request, service?: ServicePort): readonly Hop[] {
  const found: Hop[] = [];
  if (from.namespace !== undefined) found.push(hop('egress', from, landing, request, service));
  if (landing.to.namespace !== undefined) found.push(hop('ingress', from, landing, request, service));
  return found;
}

function hop(direction: Hop['direction'], from: Endpoint, { to, port, portName, protocol }: Landing, request: Request, service?: ServicePort): Hop {
  const seen: { -readonly [K in keyof Hop]: Hop[K] } = { enforcer: 'network', direction, from, to, port, protocol };
  if (portName !== undefined) seen.portName = portName;
  if (service !== undefined) seen.serviceAddress = { name: service.name, port: service.port };
  if (request.to.kind === 'http') seen.http = { method: request.to.method, path: request.to.path };
  return seen;
}

/** Through a port of a node: towards the node first, then from the node's address to the pod (source translation). */
function nodePortWay(platform: Platform, from: Endpoint, landing: Landing, service: ServicePort): readonly (readonly Hop[])[] {
  const node = firstAddress(platform.nodeCidrs);
  if (node === undefined) return [];
  const { to, ...where } = landing;
  const arrive: Hop = { enforcer: 'network', direction: 'ingress', from: { ip: node }, to, ...where, serviceAddress: { name: service.name, port: service.port } };
  if (from.namespace === undefined) return [[arrive]];
  const leave: Hop = { enforcer: 'network', direction: 'egress', from, to: { ip: node }, port: service.nodePort ?? service.port, protocol: service.protocol };
  return [[leave, arrive]];
}

/** The first host address of the first range: the network address plus one, as text. Undefined where it can't be told. */
function firstAddress(cidrs: readonly string[] | undefined): string | undefined {
  const [address, bits] = (cidrs?.[0] ?? '').split('/');
  if (address === undefined || address === '') return undefined;
  if (bits === '32' || bits === '128') return address;
  if (address.includes(':')) return address.endsWith('::') ? `${address}1` : undefined;
  const parts = address.split('.').map(Number);
  return [...parts.slice(0, 3), (parts[3] ?? 0) + 1].join('.');
}
