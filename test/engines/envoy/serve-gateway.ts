import type { Identity } from './certificates.ts';
import type { ClientTls, Destination } from './connect.ts';
import type { Echo, EchoTls } from './echo.ts';
import { startEnvoy } from './envoy-process.ts';
import { startEstate } from './estate.ts';
import { startKeyServer } from './key-server.ts';
import type { Manifest } from './manifest.ts';
import { send, sendRaw, type Answer, type PlainRequest, type RawRequest } from './send.ts';
import { sendGrpc, sendHttp2 } from './send-http2.ts';
import { staticResources } from './static-config.ts';
import { translateGateway, type GatewayTranslation, type Json, type ProxyConfig } from './translate-gateway.ts';

export interface ServeGatewayOptions {
  /** Everything Envoy Gateway would read, the Services among it. */
  readonly objects: readonly Manifest[];
  /** `namespace/name` of the Gateway to run; needed only where there are several. */
  readonly gateway?: string;
  /** Secrets of type kubernetes.io/tls, by `namespace/name`. */
  readonly certificates?: Readonly<Record<string, Identity>>;
  /** ConfigMaps with a `ca.crt`, PEM, by `namespace/name`. */
  readonly authorities?: Readonly<Record<string, string>>;
  /** Key sets by the https address that a policy names: served on loopback, see `key-server.ts`. */
  readonly jwks?: Readonly<Record<string, unknown>>;
  /** The names in the key server's certificate; those of the addresses unless said. */
  readonly jwksServerNames?: readonly string[];
  /** Services, by `namespace/name` (and `:port`, to tell ports apart), whose echo server speaks TLS. */
  readonly backends?: Readonly<Record<string, EchoTls>>;
  /** The controller's own configuration; the defaults otherwise. */
  readonly envoyGateway?: Json;
  /** Serves in spite of problems, to see what a broken policy does. */
  readonly despiteProblems?: boolean;
}

/** Where a request goes, beside what it says. `tls: false` speaks plain text; SNI is the host unless said. */
export interface Towards {
  /** The Gateway's listener port; 443 unless said. */
  readonly port?: number;
  readonly tls?: ClientTls | false;
  readonly from?: string;
}

export interface ServedGateway {
  /** The loopback port for a listener port of the Gateway's. */
  port(listenerPort: number): number;
  request(request: PlainRequest & Towards): Promise<Answer>;
  http2(request: PlainRequest & Towards): Promise<Answer>;
  grpc(request: PlainRequest & Towards): Promise<Answer>;
  /** Bytes as they are; `host` is for SNI alone. */
  raw(request: RawRequest & Towards & { readonly host?: string }): Promise<Answer>;
  readonly echoes: Readonly<Record<string, Echo>>;
  /** Which key sets the proxy has fetched, as `host/path`. */
  readonly fetched: readonly string[];
  /** What Envoy Gateway made of the objects. */
  readonly config: ProxyConfig;
  readonly translation: GatewayTranslation;
  log(): string;
  stop(): Promise<void>;
}

/** Envoy Gateway's translation of the objects in a real Envoy, echo servers behind it. Problems throw. */
export async function serveGateway(options: ServeGatewayOptions): Promise<ServedGateway> {
  const { certificates = {}, authorities = {}, jwks = {}, backends = {} } = options;
  const estate = await startEstate([...options.objects, ...secretsOf(certificates), ...configMapsOf(authorities)], backends);
  const keys = await startKeyServer(jwks, options.jwksServerNames);
  const stops: (() => Promise<void>)[] = [() => estate.stop(), () => keys.stop()];
  const stop = async (): Promise<void> => void (await Promise.all(stops.map((each) => each())));
  try {
    const translation = await translateGateway({
      objects: estate.objects,
      ...(options.envoyGateway === undefined ? {} : { envoyGateway: options.envoyGateway }),
    });
    if (translation.problems.length > 0 && options.despiteProblems !== true) throw new Error(translation.problems.join('\n'));
    const config = chosen(translation.gateways, options.gateway);
    const resources = staticResources(config, {
      portFor: (address, port) => (keys.hosts.has(address) ? keys.port : estate.portFor(address, port)),
      systemTrust: keys.trust,
    });
    const { layered_runtime, overload_manager } = translation.bootstrap;
    const envoy = await startEnvoy({ node: { id: 'gateway', cluster: 'gateway' }, static_resources: resources, layered_runtime, overload_manager });
    stops.push(() => envoy.stop());
    const port = (listenerPort: number): number => envoy.portOf(listenerOn(config, listenerPort));
    const towards = ({ port: listener = 443, tls = {}, from }: Towards, host: string | undefined): Destination => ({
      port: port(listener),
      ...(tls === false ? {} : { tls: { ...(host === undefined ? {} : { serverName: host.replace(/:\d+$/, '') }), ...tls } }),
      ...(from === undefined ? {} : { from }),
    });
    return {
      port,
      request: (request) => send(towards(request, request.host), request),
      http2: (request) => sendHttp2(towards(request, request.host), request),
      grpc: (request) => sendGrpc(towards(request, request.host), request),
      raw: (request) => sendRaw(towards(request, request.host), request),
      echoes: estate.echoes,
      fetched: keys.fetched,
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

function chosen(gateways: GatewayTranslation['gateways'], name: string | undefined): ProxyConfig {
  const names = Object.keys(gateways);
  const only = name ?? (names.length === 1 ? names[0] : undefined);
  const config = only === undefined ? undefined : gateways[only];
  if (config === undefined) throw new Error(`which Gateway? There are ${names.join(', ') || 'none'}`);
  return config;
}

/** Envoy Gateway's proxies do not run as root: a privileged port is moved up by ten thousand. */
function listenerOn({ listeners }: ProxyConfig, port: number): string {
  const own = port < 1024 ? port + 10_000 : port;
  const found = listeners.find((listener) => (listener['address'] as { socketAddress: { portValue: number } }).socketAddress.portValue === own);
  if (found === undefined) throw new Error(`the Gateway does not listen on port ${port}`);
  return String(found['name']);
}

function secretsOf(certificates: Readonly<Record<string, Identity>>): Manifest[] {
  return Object.entries(certificates).map(([place, { certificate, key }]) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: metadataOf(place),
    type: 'kubernetes.io/tls',
    stringData: { 'tls.crt': certificate, 'tls.key': key },
  }));
}

function configMapsOf(authorities: Readonly<Record<string, string>>): Manifest[] {
  return Object.entries(authorities).map(([place, pem]) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: metadataOf(place), data: { 'ca.crt': pem } }));
}

function metadataOf(place: string): { namespace: string; name: string } {
  const [namespace = '', name = ''] = place.split('/');
  return { namespace, name };
}
