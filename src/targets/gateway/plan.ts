import type { ClientAddress, Feature, GrantRef, ObjectRef, TlsVersion } from '#ir';

/** Every object of every gateway, decided down to its name and text: `emit` has only to print it. */
export interface GatewayPlan {
  /** Value of the label that tells this policy's objects from another's. */
  readonly policy: string;
  readonly edges: readonly EdgePlan[];
  readonly certificates: readonly CertificatePlan[];
  readonly bundles: readonly BundlePlan[];
}

/** One gateway of the platform: its Gateway, what its proxies are like, and everything that is reached through it. */
export interface EdgePlan {
  /** Of the Gateway, its class, its EnvoyProxy and the policies on the whole of it. */
  readonly name: string;
  readonly namespace: string;
  readonly port: number;
  /** The container listens on the very port that clients connect to, privileged or not. */
  readonly samePort: boolean;
  /** Which the proxies run as: the identity that workloads see. */
  readonly serviceAccount: string;
  /** Labels of the proxies that Envoy Gateway does not set by itself. */
  readonly podLabels: Readonly<Record<string, string>>;
  readonly certificate: ObjectRef;
  /** What the proxies show to servers behind them. */
  readonly clientCertificate?: ObjectRef;
  /** Lowest version towards servers behind; absent where the mesh protects that leg. */
  readonly upstreamTls?: TlsVersion;
  readonly listeners: readonly ListenerPlan[];
  readonly routes: readonly RoutePlan[];
  readonly backends: readonly BackendTlsPlan[];
  readonly references: readonly ReferencePlan[];
}

/** One host of a gateway: a listener, and a ClientTrafficPolicy that is complete by itself, since none is inherited. */
export interface ListenerPlan {
  /** The host, which is a listener's name as it stands. */
  readonly host: string;
  /** Of the ClientTrafficPolicy. */
  readonly policyName: string;
  readonly minTls: TlsVersion;
  readonly alpn: readonly string[];
  /** Longest life of a connection and of a stream, in seconds. */
  readonly lifetime?: number;
  readonly clientAddress?: ClientAddress;
  /** Headers that no client may set, in lower case. */
  readonly stripped: readonly string[];
  /** Present: nobody connects without a certificate of that bundle that carries one of these names. */
  readonly clients?: { readonly caBundle: ObjectRef; readonly sans: readonly SanPlan[] };
  readonly grants: readonly GrantRef[];
}
export interface SanPlan { readonly kind: 'uri' | 'dns'; readonly value: string }

/** One HTTPRoute or GRPCRoute, and the SecurityPolicy that goes with it under the same name. */
export interface RoutePlan {
  readonly kind: 'HTTPRoute' | 'GRPCRoute';
  readonly api: string;
  readonly name: string;
  /** One sentence for who reads the object in the cluster. */
  readonly purpose: string;
  readonly host: string;
  readonly backend: BackendPlan;
  /** Matches of one rule each, at most `maxMatchesPerRule`. */
  readonly rules: readonly (readonly MatchPlan[])[];
  /** The route carries WebSockets, and nothing else. */
  readonly websocket: boolean;
  readonly providers: readonly ProviderPlan[];
  readonly cors?: CorsPlan;
  /** In the order in which the first that matches decides; whatever matches none is denied. */
  readonly authorization: readonly RulePlan[];
  readonly grants: readonly GrantRef[];
}
export interface BackendPlan { readonly namespace: string; readonly service: string; readonly port: number }
export type MatchPlan =
  | { readonly kind: 'http'; readonly method: string; readonly path: PathPlan }
  | { readonly kind: 'grpc'; readonly service: string; readonly method: string };
export type PathPlan = { readonly type: 'Exact' | 'RegularExpression'; readonly value: string };

export interface ProviderPlan { readonly name: string; readonly issuer: string; readonly audiences: readonly string[]; readonly jwksUri: string }
export interface CorsPlan { readonly origins: readonly string[]; readonly methods: readonly string[] }

/** `Deny` rules look at method, path and address alone: an expression that fails matches nothing, and would deny nobody. */
export interface RulePlan {
  readonly name: string;
  readonly action: 'Allow' | 'Deny';
  readonly methods: readonly string[];
  /** A regular expression over the path with its query. */
  readonly path: string;
  /** Ranges of client addresses. */
  readonly cidrs?: readonly string[];
  readonly cel?: string;
  /** Of an Allow: whom it serves, and what of that is this gateway's to enforce. */
  readonly serves?: readonly ServedPlan[];
}
export interface ServedPlan { readonly grant: GrantRef; readonly features: readonly Feature[] }

/** One BackendTLSPolicy, beside the Service that it is about. */
export interface BackendTlsPlan {
  readonly name: string;
  readonly backend: BackendPlan;
  readonly hostname: string;
  readonly caBundle: ObjectRef;
  readonly grants: readonly GrantRef[];
}

/** One ReferenceGrant: what may refer to which objects of a namespace. */
export interface ReferencePlan {
  readonly name: string;
  readonly namespace: string;
  readonly from: { readonly group: string; readonly kinds: readonly string[]; readonly namespace: string };
  readonly to: { readonly kind: 'Service' | 'Secret' | 'ConfigMap'; readonly names: readonly string[] };
  readonly grants: readonly GrantRef[];
}

/** One Certificate of cert-manager's. */
export interface CertificatePlan {
  readonly name: string;
  readonly namespace: string;
  readonly purpose: string;
  readonly secret: string;
  readonly hosts: readonly string[];
  /** Seconds. */
  readonly duration: number;
  readonly issuer: { readonly kind: 'ClusterIssuer' | 'Issuer'; readonly name: string };
  readonly usages: readonly string[];
  readonly grants: readonly GrantRef[];
}

/** One Bundle of trust-manager's: a copy of `source`, under the Bundle's name, in each of the namespaces. */
export interface BundlePlan { readonly name: string; readonly source: ObjectRef; readonly namespaces: readonly string[] }
