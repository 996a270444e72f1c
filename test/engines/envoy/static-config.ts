import type { Json, ProxyConfig } from './translate-gateway.ts';

/** What stands in for the world around a proxy. */
export interface Surroundings {
  /** A loopback port for an address that the proxy would connect to; undefined if nobody stands there. */
  portFor(address: string, port: number): number | undefined;
  /** PEM, for the machine's trust store. */
  readonly systemTrust: string;
}

/**
 * The same configuration without a control plane. What changes: routes, endpoints and secrets that would come
 * over xDS are put inline; listeners listen on loopback, any port; endpoints are loopback ports; where the
 * machine's trust store is named, a test's is meant. No filter, route, match or policy is touched.
 */
export function staticResources(config: ProxyConfig, { portFor, systemTrust }: Surroundings): Json {
  const own = (resource: Json): Json => withTrust(withoutSds(resource), systemTrust);
  const routes = byName(config.routes, 'name');
  const endpoints = byName(config.endpoints, 'clusterName');
  return {
    listeners: config.listeners.filter((listener) => !isReadiness(listener)).map((listener) => onLoopback(withRoutes(own(listener), routes))),
    clusters: [...byName(config.clusters, 'name').values()].map((cluster) => toLoopback(withEndpoints(own(cluster), endpoints), portFor)),
    secrets: [...byName(config.secrets, 'name').values()].map(own),
  };
}

/** Over xDS a resource is known by its name, so that one sent twice is there once. */
function byName(resources: readonly Json[], key: string): Map<unknown, Json> {
  return new Map(resources.map((resource) => [resource[key], resource]));
}

/** A second listener of the same proxy, for the kubelet. */
function isReadiness({ name }: Json): boolean {
  return String(name).startsWith('envoy-gateway-proxy-ready');
}

/** Rewrites every object of a tree, children first. */
export function rewritten(value: unknown, rewrite: (object: Json) => Json): unknown {
  if (Array.isArray(value)) return value.map((each) => rewritten(each, rewrite));
  if (typeof value !== 'object' || value === null) return value;
  return rewrite(Object.fromEntries(Object.entries(value).map(([key, each]) => [key, rewritten(each, rewrite)])));
}

/** A secret named without a source is looked for among the static ones. */
function withoutSds(resource: Json): Json {
  return rewritten(resource, ({ sdsConfig: _, ...rest }) => rest) as Json;
}

function withTrust(resource: Json, systemTrust: string): Json {
  return rewritten(resource, (object) => {
    const trusted = object['trustedCa'] as { filename?: string } | undefined;
    return trusted?.filename === undefined ? object : { ...object, trustedCa: { inlineString: systemTrust } };
  }) as Json;
}

function withRoutes(listener: Json, routes: Map<unknown, Json>): Json {
  return rewritten(listener, (object) => {
    const { rds, ...rest } = object as { rds?: { routeConfigName: string } };
    if (rds === undefined) return object;
    const routeConfig = routes.get(rds.routeConfigName);
    if (routeConfig === undefined) throw new Error(`no route configuration ${rds.routeConfigName}`);
    return { ...rest, routeConfig };
  }) as Json;
}

function onLoopback(listener: Json): Json {
  const { protocol } = (listener['address'] as { socketAddress: { protocol?: string } }).socketAddress;
  if (protocol === 'UDP') throw new Error(`${String(listener['name'])}: QUIC is not served here`);
  const { additionalAddresses: _, ...rest } = listener;
  return { ...rest, address: { socketAddress: { address: '127.0.0.1', portValue: 0 } } };
}

function withEndpoints(cluster: Json, endpoints: Map<unknown, Json>): Json {
  if (cluster['type'] !== 'EDS') return cluster;
  const { edsClusterConfig, ...rest } = cluster as { edsClusterConfig?: { serviceName?: string } };
  const name = edsClusterConfig?.serviceName ?? cluster['name'];
  return { ...rest, type: 'STATIC', loadAssignment: endpoints.get(name) ?? { clusterName: name } };
}

interface SocketAddress {
  readonly address: string;
  readonly portValue: number;
}

function toLoopback(cluster: Json, portFor: Surroundings['portFor']): Json {
  const loadAssignment = rewritten(cluster['loadAssignment'], (object) => {
    const socketAddress = object['socketAddress'] as SocketAddress | undefined;
    if (socketAddress === undefined) return object;
    const port = portFor(socketAddress.address, socketAddress.portValue);
    if (port === undefined) throw new Error(`cluster ${String(cluster['name'])}: nobody stands at ${socketAddress.address}:${socketAddress.portValue}`);
    return { ...object, socketAddress: { ...socketAddress, address: '127.0.0.1', portValue: port } };
  });
  return { ...cluster, ...(loadAssignment === undefined ? {} : { loadAssignment }) };
}
