import { rewritten } from './static-config.ts';
import type { Json, ProxyConfig } from './translate-gateway.ts';
import type { Identity } from './certificates.ts';

// Istio's own Envoy filters, which a stock Envoy has not. They tell peers and metrics about each other; no
// decision is theirs.
const telemetry = new Set([
  'type.googleapis.com/envoy.tcp.metadataexchange.config.MetadataExchange',
  'type.googleapis.com/io.istio.http.peer_metadata.Config',
  'type.googleapis.com/stats.PluginConfig',
]);

export interface MeshSurroundings {
  /** The loopback port behind a cluster. */
  portFor(cluster: string): number;
  readonly identity: Identity;
  /** PEM, of the mesh. */
  readonly authority: string;
  /** Rules about a connection's own address are asked of the one that was told. */
  readonly believesAddresses: boolean;
}

/**
 * The inbound half of a proxy of pilot's for a stock Envoy on loopback. What changes: certificates are given
 * inline; a connection says in the PROXY protocol where it was going, where a pod's iptables would; clusters lead
 * to loopback ports; telemetry is left out. Every filter chain, match, RBAC, jwt_authn, ext_authz and transport
 * socket is pilot's.
 */
export function inboundResources(config: ProxyConfig, { portFor, identity, authority, believesAddresses }: MeshSurroundings): Json {
  return {
    listeners: config.listeners.filter(isInbound).map((listener) => onLoopback(plainEnvoy(believesAddresses ? asTold(listener) : listener))),
    clusters: config.clusters.map((cluster) => (cluster['name'] === 'main_internal' ? cluster : leadingTo(cluster, portFor(String(cluster['name']))))),
    secrets: [
      { name: 'default', tlsCertificate: { certificateChain: { inlineString: identity.certificate }, privateKey: { inlineString: identity.key } } },
      { name: 'ROOTCA', validationContext: { trustedCa: { inlineString: authority } } },
    ],
  };
}

const inbound = ['virtualInbound', 'connect_terminate', 'main_internal'];

function isInbound({ name }: Json): boolean {
  return inbound.includes(String(name));
}

function plainEnvoy(listener: Json): Json {
  return rewritten(listener, ({ sdsConfig: _, tracing: __, ...object }) => {
    const kept = Object.entries(object).map(([key, value]) => [key, Array.isArray(value) ? value.filter((each) => !isTelemetry(each)) : value]);
    const result = Object.fromEntries(kept) as Json;
    // The same factory under its name in a stock Envoy.
    return result['factoryKey'] === 'istio.hashable_string' ? { ...result, factoryKey: 'envoy.hashable_string' } : result;
  }) as Json;
}

/** `directRemoteIp` is the socket's own address; `sourceIp` also honours the PROXY protocol, and no header (Envoy, "RBAC", `Principal`). */
function asTold(listener: Json): Json {
  return rewritten(listener, ({ directRemoteIp, ...object }) => (directRemoteIp === undefined ? object : { ...object, sourceIp: directRemoteIp })) as Json;
}

function isTelemetry(filter: unknown): boolean {
  const { typedConfig, name } = (filter ?? {}) as { typedConfig?: { '@type'?: string; typeUrl?: string }; name?: string };
  if (typedConfig?.['@type'] !== 'type.googleapis.com/udpa.type.v1.TypedStruct') return false;
  if (telemetry.has(typedConfig.typeUrl ?? '')) return true;
  throw new Error(`the filter ${name ?? ''} is Istio's own (${typedConfig.typeUrl ?? ''}), and not known to be telemetry`);
}

const originalDestination = 'envoy.filters.listener.original_dst';
const proxyProtocol = {
  name: 'envoy.filters.listener.proxy_protocol',
  typedConfig: { '@type': 'type.googleapis.com/envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol' },
};

function onLoopback(listener: Json): Json {
  if (listener['internalListener'] !== undefined) return listener;
  const filters = (listener['listenerFilters'] ?? []) as readonly { name: string }[];
  const { additionalAddresses: _, ...rest } = listener;
  return {
    ...rest,
    address: { socketAddress: { address: '127.0.0.1', portValue: 0 } },
    listenerFilters: [proxyProtocol, ...filters.filter(({ name }) => name !== originalDestination)],
  };
}

/** What a cluster is reached by is another proxy's affair; which protocol is spoken to it stays. */
function leadingTo({ name, connectTimeout, typedExtensionProtocolOptions }: Json, port: number): Json {
  const address = { socketAddress: { address: '127.0.0.1', portValue: port } };
  return {
    name,
    type: 'STATIC',
    ...(connectTimeout === undefined ? {} : { connectTimeout }),
    ...(typedExtensionProtocolOptions === undefined ? {} : { typedExtensionProtocolOptions }),
    loadAssignment: { clusterName: name, endpoints: [{ lbEndpoints: [{ endpoint: { address } }] }] },
  };
}
