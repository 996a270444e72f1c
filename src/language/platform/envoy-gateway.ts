import type { ClientAddress, Labels, ObjectRef } from '#ir';
import { callSite } from '../declare/call-site.ts';
import { defined, isFields, noForm, shown, type Form } from '../declare/declaration.ts';
import { profile, type Profile } from './profile.ts';

export type DeclaredGateway = Profile<'gateway'>;

export interface EnvoyGatewayOptions {
  /** Where its Gateway, routes and policies are. */
  readonly namespace: string;
  /** A Secret of type `kubernetes.io/tls` for every host that is exposed here: `secret('edge', 'api-tls')`. */
  readonly certificate: ObjectRef;
  /** How a client's address is known. Needed where a condition asks for it. */
  readonly clientAddress?: ClientAddress | undefined;
  /** How its own connections are protected: by the mesh where nothing is said, else `upstreamTls({ … })`. */
  readonly upstream?: { readonly kind: 'mesh' } | UpstreamTls | undefined;
  /** `1.9`, the release that this profile was read in, where nothing is said. */
  readonly version?: string | undefined;
  /** What clients connect to; 443 where nothing is said. */
  readonly port?: number | undefined;
  /** Of the proxies' container. Envoy Gateway adds 10000 to ports below 1024, so that 443 is 10443, and leaves others (Envoy Gateway, "Gateway API Extensions", `useListenerPortAsContainerPort`). */
  readonly containerPort?: number | undefined;
  /** Of the controller; `envoy-gateway-system` where nothing is said (Envoy Gateway, "Install with Helm"). */
  readonly controlNamespace?: string | undefined;
  /** The controller runs the proxies beside each Gateway, and not in its own namespace (Envoy Gateway, "Gateway Namespace Mode"). */
  readonly gatewayNamespaceMode?: boolean | undefined;
  /**
   * Which the proxies run as; workloads know the gateway by it. `countersign-<name>` where nothing is said, which is
   * what Countersign's own EnvoyProxy names (Envoy Gateway, "Gateway API Extensions", `EnvoyProxyKubernetesProvider.envoyServiceAccount`).
   */
  readonly serviceAccount?: string | undefined;
  /**
   * Labels of the proxies. Those that Envoy Gateway puts on the pods of each Gateway where nothing is said:
   * `gateway.envoyproxy.io/owning-gateway-name` and `…-namespace`, of the Gateway `countersign-<name>`.
   */
  readonly labels?: Labels | undefined;
}

/** Envoy Gateway, with proxies of its own for this gateway (its default; not `mergeGateways`). */
export const envoyGateway = (options: EnvoyGatewayOptions): DeclaredGateway => profile('gateway', gatewayForm, options, callSite(envoyGateway));

const gatewayForm: Form = {
  ...noForm,
  lower({ name, options }) {
    if (!isFields(options)) return options;
    const { serviceAccount, labels, gatewayNamespaceMode = false, ...facts } = defined(options);
    const { controlNamespace = 'envoy-gateway-system', namespace, port = 443 } = facts;
    const object = `countersign-${shown(name)}`; // the Gateway, its EnvoyProxy and the proxies' ServiceAccount
    return {
      name, kind: 'envoyGateway', version: '1.9', controlNamespace, port, upstream: { kind: 'mesh' },
      containerPort: typeof port === 'number' && port < 1024 ? port + 10_000 : port, // a bad port is said of `port`
      ...facts,
      pods: {
        namespace: gatewayNamespaceMode === true ? namespace : controlNamespace, serviceAccount: serviceAccount ?? object,
        labels: labels ?? { 'gateway.envoyproxy.io/owning-gateway-name': object, 'gateway.envoyproxy.io/owning-gateway-namespace': namespace },
      },
    };
  },
  inside(_declared, tokens) {
    if (tokens[0] !== 'pods') return tokens;
    return tokens[1] === 'labels' || tokens[1] === 'serviceAccount' ? tokens.slice(1) : [];
  },
};

/** The address of the connection: nothing stands in front that hides it. */
export const connectionAddress = (): ClientAddress => Object.freeze<ClientAddress>({ kind: 'connection' });
/** From `X-Forwarded-For`: so many proxies in front append to it, and none of them can be left out (Envoy Gateway, "Client Traffic Policy", `clientIPDetection`). */
export const xForwardedFor = (options: { readonly trustedHops: number }): ClientAddress => stated<ClientAddress>('xForwardedFor', options);
/** From the PROXY protocol, which the load balancer in front speaks (Envoy Gateway, "Client Traffic Policy", `proxyProtocol`). */
export const proxyProtocol = (): ClientAddress => Object.freeze<ClientAddress>({ kind: 'proxyProtocol' });

/** Servers behind the gateway have certificates of a bundle of `caBundles`; they know the gateway by its own, if it has one. */
export const upstreamTls = (options: Omit<UpstreamTls, 'kind'>): UpstreamTls => stated<UpstreamTls>('tls', options);
export interface UpstreamTls { readonly kind: 'tls'; readonly caBundle: string; /** `secret('edge', 'edge-client')`. */ readonly clientCertificate?: ObjectRef | undefined }

const stated = <T extends { readonly kind: string }>(kind: T['kind'], options: unknown): T => Object.freeze({ ...(isFields(options) ? defined(options) : {}), kind }) as T;
