import type { CloudService } from './cloud/service.ts';
import type { Feature, Plane } from './feature.ts';
import type { Labels } from './identity.ts';
import type { Controller, Protocol } from './workload.ts';

/**
 * Where a policy runs and what that place can do: plain data, `schemas/platform.v1.json`. Every fact that changes
 * what an artefact means is stated here, by a profile with its source or by the user; none is guessed.
 */
export interface Platform {
  readonly version: 1;
  readonly name: string;
  /** Ranges that pods take addresses from. Missing where an exposure needs them: an error. */
  readonly podCidrs: readonly string[];
  /** Ranges that nodes take addresses from. */
  readonly nodeCidrs: readonly string[];
  readonly cni: Cni;
  /** Where the cluster's DNS answers. Missing where something is called by name: an error. */
  readonly dns?: ClusterDns;
  /** Where the API server answers, as a pod's packet carries it (the endpoint, after the Service's translation). */
  readonly apiServer?: { readonly cidrs: readonly string[]; readonly port: number };
  /** Which source address a pod sees for a client that came through a load-balanced Service. */
  readonly loadBalancer?: { readonly clientAddress: 'preserved' | 'node' };
  /** What gives pods certificates and reads their requests. Without it the network alone stands between them. */
  readonly mesh?: Mesh;
  /** Ways in from outside, by the name that `exposedAt` uses. */
  readonly gateways: readonly Gateway[];
  /** What scrapes the metrics that workloads declare. Missing where one declares them: an error. */
  readonly metricsScraper?: PodsAt;
  /** Bundles of certificate authorities that are there already, by the name that partners and gateways use. */
  readonly caBundles: readonly CaBundle[];
  /** Where hosts outside the cluster answer that something of ours has to reach, such as a provider's keys. */
  readonly hosts: readonly ExternalHost[];
  /** Who issues certificates in this cluster. Without it certificates are there already, by reference. */
  readonly issuer?: CertificateIssuer;
  /** The account that its workloads have roles in. Missing where a cloud resource is called: an error. */
  readonly aws?: Aws;
  readonly accept: readonly Acceptance[];
}

/** An account and a region of AWS, as the workloads of one cluster meet them. */
export interface Aws {
  /** Twelve digits. */
  readonly accountId: string;
  readonly region: string;
  /** The EKS cluster. */
  readonly clusterName: string;
  /** How a pod gets credentials of its role. */
  readonly identity: PodCredentials;
  /** Where services answer: those that a policy calls, and `sts` for IRSA. */
  readonly endpoints: readonly CloudEndpoint[];
  /** `vpc-…`, where every request of the workloads comes from. Asked for in every statement where it and the service's VPC endpoint are stated. */
  readonly vpc?: string;
  /** What the names of roles and policies begin with; they are unique in an account, so that it tells clusters apart. */
  readonly rolePrefix: string;
  /** `/`, or `/teams/retail/` (IAM, "IAM identifiers", paths). */
  readonly rolePath: string;
  /** ARN of a boundary that every role must have. Without it each role gets a boundary of its own: what it is granted, and no more. */
  readonly permissionsBoundary?: string;
  /** Who looks after owned resources, and is never locked out of them. Missing where one is owned: an error. */
  readonly administrators?: { readonly deployer: string; readonly breakGlass: string };
  /** Of IAM Roles Anywhere: who vouches for hosts outside the cluster, by the name that workloads use. */
  readonly trustAnchors: readonly { readonly name: string; readonly arn: string }[];
  /** Other accounts whose resources are called, each with who says that it lets our roles in. A recorded assumption. */
  readonly otherAccounts: readonly { readonly accountId: string; readonly because: string; readonly owner: string }[];
  /** Managed policies that a role may have: 10, up to 20 by request (IAM, "IAM and AWS STS quotas"). */
  readonly managedPoliciesPerRole: number;
}
export type PodCredentials =
  /** EKS Pod Identity: an agent on the node at 169.254.170.23 (Amazon EKS, "Learn how EKS Pod Identity grants pods access to AWS services"). */
  | { readonly kind: 'podIdentity' }
  /** IAM roles for service accounts: the cluster's OIDC issuer, without `https://`, and STS. */
  | { readonly kind: 'irsa'; readonly issuer: string };
export interface CloudEndpoint {
  readonly service: CloudService;
  readonly cidrs: readonly string[];
  /** `vpce-…`, where the way leads through one. */
  readonly vpcEndpoint?: string;
}

/** What enforces NetworkPolicy, and how it departs from the letter of the API. Each departure has its source beside the profile. */
export interface Cni {
  readonly name: string;
  /** `absent`: objects are stored and nothing is enforced. */
  readonly networkPolicy: 'enforced' | 'absent';
  /** The Service's port must equal the container's, or rules on it do not match. */
  readonly servicePortMustEqualContainerPort: boolean;
  /** `ipBlock` never matches the address of a node or of a pod, whatever the range says. */
  readonly ipBlockMatchesNodes: boolean;
  readonly ipBlockMatchesPods: boolean;
  /** Most unique port and protocol combinations that one peer may have; undefined: no limit known. */
  readonly maxPortsPerPeer?: number;
  /** Only pods of these owners are enforced; undefined: all. */
  readonly enforcedOwners?: readonly Controller[];
  /** A pod that has just started is open until its policies arrive. */
  readonly startsOpen: boolean;
}

export interface ClusterDns {
  readonly namespace: string;
  readonly labels: Labels;
  /** The port that the DNS *pods* listen on, which is what a policy sees. */
  readonly port: number;
  readonly protocols: readonly Protocol[];
  /** Node-local caches answer at these addresses instead, on port 53. */
  readonly nodeLocalCidrs: readonly string[];
}

/** Pods that the platform runs and nobody declares. */
export interface PodsAt { readonly namespace: string; readonly labels: Labels; readonly serviceAccount: string }
/** A Secret or a ConfigMap that is there already. Its content is never read. */
export interface ObjectRef { readonly kind: 'Secret' | 'ConfigMap'; readonly namespace: string; readonly name: string }

/** How paths are rewritten before they are judged (Istio, "Authorization Policy Normalization"). Weakest first. */
export const pathNormalizations = ['NONE', 'BASE', 'MERGE_SLASHES', 'DECODE_AND_MERGE_SLASHES'] as const;
export type PathNormalization = (typeof pathNormalizations)[number];

/** A service mesh: certificates for workloads, and proxies that read what they say. */
export interface Mesh {
  readonly kind: 'istio';
  /** `1.31`, with or without a patch level. */
  readonly version: string;
  /** `ambient`: a ztunnel on each node for connections, waypoints for requests. `sidecar`: a proxy in every pod for both. */
  readonly dataPlane: 'ambient' | 'sidecar';
  /** Of the control plane, as `istio-system`. */
  readonly namespace: string;
  /** SPIFFE trust domain, never the default's alias: some enforcers expand `cluster.local` and some do not. */
  readonly trustDomain: string;
  /** `meshConfig.pathNormalization.normalization`. Missing: an error, since paths could not be judged. */
  readonly pathNormalization?: PathNormalization;
  /** `meshConfig.meshMTLS.minProtocolVersion`. ztunnel speaks 1.3 whatever this says. */
  readonly minTls: '1.2' | '1.3';
  /** Name of the waypoint Gateway in each namespace that needs one, and of its ServiceAccount. Ambient only. */
  readonly waypoint: string;
}

/** A gateway at the edge, and the proxies that it consists of. */
export interface Gateway {
  readonly name: string;
  readonly kind: 'envoyGateway';
  /** `1.9`, with or without a patch level. */
  readonly version: string;
  /** Where its Gateway, routes and policies are. Nobody else's routes attach. */
  readonly namespace: string;
  /** Its proxies. The ServiceAccount is the identity that workloads see. */
  readonly pods: PodsAt;
  /** The namespace that configures the proxies. */
  readonly controlNamespace: string;
  /** What clients connect to, and the port of the proxies' container that it becomes. */
  readonly port: number;
  readonly containerPort: number;
  /** A Secret of type `kubernetes.io/tls` for every host that is exposed here; where there is an `issuer`, what it fills. */
  readonly certificate: ObjectRef;
  /** How a client's address is known. Missing where `from` is asked at this gateway: an error. */
  readonly clientAddress?: ClientAddress;
  /** `mesh`: its proxies are in the mesh, which protects what follows. `tls`: servers have certificates of that bundle. */
  readonly upstream: { readonly kind: 'mesh' } | { readonly kind: 'tls'; readonly caBundle: string; /** Secret of its client certificate. */ readonly clientCertificate?: ObjectRef };
}
export type ClientAddress =
  | { readonly kind: 'connection' }
  /** So many proxies in front of the gateway append to `X-Forwarded-For`, and none of them can be left out. */
  | { readonly kind: 'xForwardedFor'; readonly trustedHops: number }
  | { readonly kind: 'proxyProtocol' };

export interface CaBundle { readonly name: string; readonly ref: ObjectRef }
export interface ExternalHost { readonly name: string; readonly cidrs: readonly string[] }
/** cert-manager's issuer, and trust-manager where bundles are to be handed to namespaces. */
export interface CertificateIssuer {
  readonly kind: 'ClusterIssuer' | 'Issuer';
  readonly name: string;
  /** Life of a certificate, in seconds; it is renewed after two thirds. */
  readonly duration: number;
  /** trust-manager copies the named bundles to where they are used. */
  readonly trustManager: boolean;
}

/** `checkout → orders.create`. */
export type GrantRef = string;

/** A person's written word that a platform may enforce less than the policy says. */
export interface Acceptance {
  readonly grants: 'all' | readonly GrantRef[];
  readonly feature: Feature;
  readonly plane: Plane;
  readonly because: string;
  readonly owner: string;
  /** Last day, `YYYY-MM-DD`; ends at 24:00 UTC. */
  readonly until: string;
}
