import {
  grants, isUnmanaged, neededFeatures, resolvePort, servesRequests, waypointOf, type Api, type Feature, type Fidelity, type Gateway, type Grant, type KubernetesWorkload, type Mesh, type NeededFeatures, type Platform, type PodsAt, type Policy,
  type Segment, type Workload,
} from '#ir';
import { capabilities } from '../capabilities.ts';

/** An API at the container port that serves it, and what is granted of it. */
export interface Served { readonly api: Api; readonly port: number; readonly grants: readonly Grant[] }

/** A workload of the mesh that this policy governs. */
export interface Server {
  readonly workload: Workload;
  /** JSON pointer of the workload in the policy. */
  readonly pointer: string;
  readonly facts: KubernetesWorkload;
  readonly segment?: Segment;
  readonly apis: readonly Served[];
  /** Ambient: its requests are read by the waypoint of its namespace. */
  readonly waypoint?: PodsAt;
}

export interface Estate {
  readonly policy: Policy;
  readonly platform: Platform;
  readonly mesh: Mesh;
  /** In the order of their names. */
  readonly servers: readonly Server[];
  readonly workloads: ReadonlyMap<string, Workload>;
  readonly needed: NeededFeatures;
  readonly able: Readonly<Record<Feature, Fidelity>>;
}

/** Workloads of unmanaged segments are left out, and with them the grants that lead there. */
export function estateOf(policy: Policy, platform: Platform, mesh: Mesh): Estate {
  const workloads = new Map(policy.workloads.map((workload) => [workload.name, workload]));
  const segments = new Map(policy.segments.map((segment) => [segment.name, segment]));
  const granted = groupedBy(grants(policy), ({ api }) => api);
  const served = groupedBy(policy.apis, ({ servedBy }) => (servedBy.kind === 'workload' ? servedBy.workload : ''));
  const servers = policy.workloads.flatMap((workload, index): readonly Server[] => {
    const facts = workload.kubernetes;
    if (facts === undefined || isUnmanaged(policy, workload)) return [];
    const segment = workload.segment === undefined ? undefined : segments.get(workload.segment);
    const apis = (served.get(workload.name) ?? []).map((api): Served => ({ api, port: portAt(facts, api), grants: granted.get(api) ?? [] }));
    const waypoint = mesh.dataPlane === 'ambient' && servesRequests({ apis: apis.map(({ api }) => api) }, workload.name) ? waypointOf(mesh, facts.namespace) : undefined;
    return [{ workload, pointer: `/workloads/${index}`, facts, apis, ...(segment === undefined ? {} : { segment }), ...(waypoint === undefined ? {} : { waypoint }) }];
  });
  return { policy, platform, mesh, workloads, needed: neededFeatures(policy), able: capabilities(platform), servers: servers.sort((a, b) => (a.workload.name < b.workload.name ? -1 : 1)) };
}

function portAt(facts: KubernetesWorkload, { name, servedBy }: Api): number {
  const { port } = servedBy as Extract<Api['servedBy'], { kind: 'workload' }>;
  const number = resolvePort(facts, port, 'TCP')?.number ?? port;
  if (typeof number === 'string') throw new Error(`\`${name}\` names the port \`${number}\`, which its workload does not declare: CS1027 should have stopped it`);
  return number;
}

/** As rules write it: the SPIFFE ID without its scheme, trust domain and all (Istio, "Authorization Policy", "Source": principals). */
export const principalOf = ({ trustDomain }: Mesh, { namespace, serviceAccount }: { readonly namespace: string; readonly serviceAccount: string }): string =>
  `${trustDomain}/ns/${namespace}/sa/${serviceAccount}`;

/** The principal of a workload that calls. */
export function callerPrincipal({ mesh, workloads }: Estate, name: string): string {
  const facts = workloads.get(name)?.kubernetes;
  if (facts?.serviceAccount === undefined) throw new Error(`\`${name}\` calls and has no ServiceAccount: CS1016 or CS1035 should have stopped it`);
  return principalOf(mesh, { namespace: facts.namespace, serviceAccount: facts.serviceAccount });
}

/** The gateway that an API is exposed at. */
export const gatewayOf = ({ platform }: Estate, { exposedAt }: Api): Gateway | undefined =>
  (exposedAt?.kind === 'gateway' ? platform.gateways.find(({ name }) => name === exposedAt.gateway) : undefined);

/** The ports of each Service that lead to a container port, by Service, in order. UDP passes no proxy. */
export function servicePortsTo({ services, ...facts }: KubernetesWorkload, port: number): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const service of services) {
    const reached = resolvePort({ ...facts, services }, service.targetPort, service.protocol)?.number ?? service.targetPort;
    if (service.protocol !== 'TCP' || reached !== port) continue;
    const ports = found.get(service.name);
    if (ports === undefined) found.set(service.name, [service.port]); else ports.push(service.port);
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, ports]) => [name, [...new Set(ports)].sort((a, b) => a - b)]));
}

export function groupedBy<T, K>(members: Iterable<T>, keyOf: (member: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const member of members) {
    const key = keyOf(member), group = groups.get(key);
    if (group === undefined) groups.set(key, [member]); else group.push(member);
  }
  return groups;
}

