import type { Labels, ObjectRef, Plane, Protocol } from '#ir';

/** One end of a connection, in the terms of the wire and the cluster. An end outside the cluster has an address only. */
export interface Endpoint {
  readonly namespace?: string;
  readonly namespaceLabels?: Labels;
  readonly podLabels?: Labels;
  readonly serviceAccount?: string;
  readonly ip?: string;
  /** The pod shares its node's address, and its node's traffic is its own. */
  readonly hostNetwork?: boolean;
}

/** What one enforcer sees of a request. Wire facts only, never the policy's names. */
export interface Hop {
  readonly enforcer: Plane;
  /** Which proxy looks, where a plane has several kinds. Absent on the network, which has none. */
  readonly proxy?: Proxy;
  readonly direction: 'egress' | 'ingress';
  readonly from: Endpoint;
  readonly to: Endpoint;
  /** The pod's port, after a Service's translation. At a gateway, the port that the client connected to. */
  readonly port: number;
  /** The name that the destination's container gives that port, if it does. */
  readonly portName?: string;
  readonly protocol: Protocol;
  /** The Service that the client addressed, where it did not address the pod. */
  readonly serviceAddress?: { readonly name: string; readonly port: number };
  /** Absent where the enforcer can't look into the connection, or what is spoken there is not HTTP. */
  readonly http?: HttpFacts;
  /** Who the other side of the connection has proved to be, as a SPIFFE ID; absent where it has shown no certificate of the mesh. */
  readonly peer?: string;
  /** The bearer token that the request carries, its signature good for the keys named. */
  readonly token?: TokenFacts;
  /** The certificate that a client from outside has shown at a gateway, and the bundle that vouches for it. */
  readonly certificate?: CertificateFacts;
  /** The server name that a client from outside has asked for in TLS. */
  readonly serverName?: string;
  /** What IAM sees of a signed request. */
  readonly cloud?: CloudFacts;
  /** When, as an RFC 3339 instant. Absent: whatever a rule needs it for fails. */
  readonly time?: string;
}

/** A request to a service of AWS, as its authorization sees it (IAM, "Policy evaluation logic", the request context). */
export interface CloudFacts {
  /** `sqs:SendMessage`. */
  readonly action: string;
  /** ARN of what it is about; of a hole, the text with its token. */
  readonly resource: string;
  readonly principal: CloudPrincipal;
  /** `aws:SecureTransport`. */
  readonly secureTransport: boolean;
  /** `1.2`, `1.3`. */
  readonly tlsVersion?: string;
  /** The caller's address. Through a VPC endpoint it is `aws:VpcSourceIp`, else `aws:SourceIp`. */
  readonly sourceAddress?: string;
  readonly sourceVpc?: string;
  readonly sourceVpce?: string;
  /** `kms:ViaService`: the service that asks in the caller's name, as `sqs.eu-west-1.amazonaws.com`. */
  readonly viaService?: string;
  /** Keys of the service's own that the request sets, by their documented names: `s3:prefix`. */
  readonly keys?: Readonly<Record<string, string>>;
}
/** Who asks, by what they can show. Which role that makes them is for the artefacts to say. */
export type CloudPrincipal =
  /** A pod's ServiceAccount token of this cluster; it may try every role. */
  | { readonly kind: 'pod'; readonly cluster: string; readonly namespace: string; readonly serviceAccount: string }
  /** A certificate that a trust anchor of IAM Roles Anywhere vouches for. */
  | { readonly kind: 'certificate'; readonly trustAnchor: string; readonly san: string }
  /** Somebody who has signed in otherwise, with whatever identity policies others have given them. */
  | { readonly kind: 'principal'; readonly arn: string; readonly mfa?: boolean };

export type Proxy = 'ztunnel' | 'waypoint' | 'sidecar' | 'envoyGateway';

export interface HttpFacts {
  readonly method: string;
  /** Without query, as it stands on the request line. */
  readonly path: string;
  /** The authority, without port. */
  readonly host?: string;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A request to switch protocols. */
  readonly upgrade?: 'websocket';
}
export interface TokenFacts { readonly jwksUri: string; readonly claims: Readonly<Record<string, unknown>> }
export interface CertificateFacts { readonly caBundle: ObjectRef; /** As `uri:spiffe://…` or `dns:…`. */ readonly sans: readonly string[] }

/**
 * What a platform does at a hop. `abstain`: this enforcer does not look at such traffic. `unknown`: it can't be told
 * from the artefacts; taken as allow for safety and as deny for liveness.
 */
export type Verdict = 'allow' | 'deny' | 'abstain' | 'unknown';
export type Decider = (hop: Hop) => Verdict;

/** Something a proof relies on and no artefact shows. A law leaves out the hops that a listed one covers. */
export interface Assumption { readonly name: string; readonly sentence: string; readonly covers: (hop: Hop) => boolean }

/** The enforcers on the way that the policy intends, in order, and on every way around it. */
export interface Crossing { readonly intended: readonly Hop[]; readonly bypasses: readonly (readonly Hop[])[] }
