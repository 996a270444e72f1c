import { certificateAuthority, type Authority, type Identity } from './certificates.ts';
import type { Destination } from './connect.ts';
import { startEcho, type Echo } from './echo.ts';
import { startEnvoy } from './envoy-process.ts';
import { inboundResources } from './istio-config.ts';
import type { Manifest } from './manifest.ts';
import { podOf, settled, waypointLabels, type Workload } from './mesh-objects.ts';
import { send, sendRaw, type Answer, type PlainRequest, type RawRequest } from './send.ts';
import { sendGrpc, sendHttp2 } from './send-http2.ts';
import type { Json, ProxyConfig } from './translate-gateway.ts';
import { translateIstio, type IstioTranslation } from './translate-istio.ts';

export interface ServeIstioOptions {
  /** Services, the pods that matter, and Istio's and Gateway API objects; see `settled` for what is filled in. */
  readonly objects: readonly Manifest[];
  readonly dataPlane: 'sidecar' | 'waypoint';
  /** The pod whose sidecar runs; of a waypoint, the namespace and name of its Gateway. */
  readonly workload: Workload;
  readonly meshConfig?: Json & { readonly trustDomain?: string };
  /** Key sets by the `jwksUri` that a RequestAuthentication names. */
  readonly jwks?: Readonly<Record<string, unknown>>;
  /** Rules about the address of a connection (`ipBlocks`) judge the `source` that a request tells; else they see that it comes from loopback. */
  readonly believesAddresses?: boolean;
  /** Loopback ports by cluster, such as `outbound|9000||authz.shop.svc.cluster.local`. */
  readonly clusters?: Readonly<Record<string, number>>;
}

/** Who asks, and where the request was going when the proxy caught it. */
export interface Inwards {
  /** `namespace/serviceaccount`, in the mesh's trust domain; or a certificate; or `plain text`. */
  readonly as: string | Identity | 'plain text';
  /** Of a sidecar, the pod's port; of a waypoint, the Service's. */
  readonly port: number;
  /** At a waypoint: `namespace/name` of the Service. */
  readonly service?: string;
  /** The client pod's address. */
  readonly source?: string;
}

export interface ServedIstio {
  request(request: PlainRequest & Inwards): Promise<Answer>;
  http2(request: PlainRequest & Inwards): Promise<Answer>;
  grpc(request: PlainRequest & Inwards): Promise<Answer>;
  raw(request: RawRequest & Inwards): Promise<Answer>;
  /** By cluster: `inbound|8080||`, `inbound-vip|80|http|orders.shop.svc.cluster.local`; `passthrough` is any other. */
  readonly echoes: Readonly<Record<string, Echo>>;
  /** The mesh's authority, for identities of any kind. */
  readonly authority: Authority;
  readonly config: ProxyConfig;
  readonly translation: IstioTranslation;
  log(): string;
  stop(): Promise<void>;
}

/** Pilot's inbound configuration of one proxy in a real Envoy, echo servers behind it. Refused objects throw. */
export async function serveIstio(options: ServeIstioOptions): Promise<ServedIstio> {
  const { dataPlane, meshConfig = {}, jwks = {} } = options;
  const waypoint = dataPlane === 'waypoint';
  const trustDomain = meshConfig.trustDomain ?? 'cluster.local';
  const address = options.workload.address ?? '10.244.1.1';
  const { name, namespace, serviceAccount = waypoint ? name : 'default', labels = waypoint ? waypointLabels(name) : {} } = options.workload;
  const proxy = { name, namespace, serviceAccount, labels, address, type: dataPlane };
  const objects = settled([...options.objects.filter((each) => !isPod(each, proxy)), podOf(proxy, false)], jwks);
  const translation = await translateIstio({ objects, proxies: [proxy], meshConfig, ambient: waypoint });
  if (translation.refused.length > 0) throw new Error(translation.refused.map(({ kind, name: object, reason }) => `${kind} ${object}: ${reason}`).join('\n'));
  const config = translation.configured[0] as ProxyConfig;
  const authority = await certificateAuthority('mesh');
  const identity = (account: string): Promise<Identity> => {
    const [ns = '', sa = ''] = account.split('/');
    return authority.issue({ uris: [`spiffe://${trustDomain}/ns/${ns}/sa/${sa}`] });
  };
  const echoes = await echoesOf(config);
  const stops: (() => Promise<void>)[] = Object.values(echoes).map((echo) => () => echo.stop());
  const stop = async (): Promise<void> => void (await Promise.all(stops.map((each) => each())));
  try {
    const envoy = await startEnvoy({
      node: { id: proxy.name, cluster: proxy.name },
      static_resources: inboundResources(config, {
        portFor: (cluster) => options.clusters?.[cluster] ?? (echoes[cluster] ?? (echoes['passthrough'] as Echo)).port,
        identity: await identity(`${namespace}/${serviceAccount}`),
        authority: authority.certificate,
        believesAddresses: options.believesAddresses ?? false,
      }),
      bootstrap_extensions: [{ name: 'envoy.bootstrap.internal_listener', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.bootstrap.internal_listener.v3.InternalListener' } }],
    });
    stops.push(() => envoy.stop());
    const listener = envoy.portOf(waypoint ? 'connect_terminate' : 'virtualInbound');
    const inwards = async ({ as, port, service, source = '10.244.9.9' }: Inwards, alpn: readonly string[]): Promise<Destination> => ({
      port: listener,
      pretends: { from: source, to: address, port: waypoint ? 15_008 : port },
      ...(as === 'plain text' ? {} : { tls: { client: typeof as === 'string' ? await identity(as) : as, ...(waypoint ? {} : { alpn }) } }),
      ...(waypoint ? { tunnelTo: `${addressOf(objects, service)}:${port}` } : {}),
    });
    // What a sidecar's client offers, so that its peer knows the mesh's HTTP from an application's TLS.
    const http1 = ['istio-http/1.1', 'istio'];
    const http2 = ['istio-h2', 'istio'];
    return {
      request: async (request) => send(await inwards(request, http1), request),
      raw: async (request) => sendRaw(await inwards(request, http1), request),
      http2: async (request) => sendHttp2(await inwards(request, http2), request),
      grpc: async (request) => sendGrpc(await inwards(request, http2), request),
      echoes,
      authority,
      config,
      translation,
      log: () => envoy.log(),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function isPod({ kind, metadata }: Manifest, { name, namespace }: { name: string; namespace: string }): boolean {
  return kind === 'Pod' && metadata.name === name && metadata.namespace === namespace;
}

async function echoesOf({ clusters }: ProxyConfig): Promise<Record<string, Echo>> {
  const names = clusters.map((cluster) => String(cluster['name'])).filter((name) => name.startsWith('inbound'));
  const echoes = await Promise.all([...names, 'passthrough'].map((name) => startEcho(name)));
  return Object.fromEntries(echoes.map((echo) => [echo.name, echo]));
}

function addressOf(objects: readonly Manifest[], service: string | undefined): string {
  const found = objects.find(({ kind, metadata }) => kind === 'Service' && `${metadata.namespace ?? 'default'}/${metadata.name}` === service);
  if (found === undefined) throw new Error(`a waypoint is asked for a Service; ${service ?? 'none'} is not among the objects`);
  return (found['spec'] as { clusterIP: string }).clusterIP;
}
