import type { Declared } from '#diagnostics';
import type { ClusterDns, Cni, ObjectRef, Platform } from '#ir';
import type { DeclaredAcceptance } from '../declare/accept-weaker.ts';
import { callSite } from '../declare/call-site.ts';
import { defined, isFields } from '../declare/declaration.ts';
import type { Nested } from '../declare/nested.ts';
import type { DeclaredIssuer } from './cert-manager.ts';
import type { AwsOptions } from './aws.ts';
import { awsVpcCni } from './cni.ts';
import { declarePlatform } from './declare-platform.ts';
import type { DeclaredGateway } from './envoy-gateway.ts';
import type { DeclaredMesh } from './istio.ts';
import type { DeclaredScraper } from './prometheus.ts';

interface ClusterOptions {
  /** Ranges that pods take addresses from. An exposure can't be told from the pods without them. */
  readonly podCidrs: readonly string[];
  /** Ranges that nodes take addresses from. */
  readonly nodeCidrs?: readonly string[] | undefined;
  /** `coreDns()` where nothing is said. */
  readonly dns?: ClusterDns | undefined;
  /** Which source address a pod sees for a client that came through a load-balanced Service. */
  readonly loadBalancer?: { readonly clientAddress: 'preserved' | 'node' } | undefined;
  /** What gives pods certificates and reads their requests: `istioAmbient(…)`, `istioSidecar(…)`. */
  readonly mesh?: DeclaredMesh | undefined;
  /** Ways in from outside, by the name that `exposedAt` uses: `{ edge: envoyGateway(…) }`. */
  readonly gateways?: Readonly<Record<string, DeclaredGateway>> | undefined;
  /** What scrapes the metrics that workloads declare: `prometheus(…)`. */
  readonly metricsScraper?: DeclaredScraper | undefined;
  /** Bundles of certificate authorities, in `ca.crt`, by the name that partners and gateways use: `{ acme: configMap('edge', 'acme-ca') }`. */
  readonly caBundles?: Readonly<Record<string, ObjectRef>> | undefined;
  /** Where hosts outside the cluster answer that something of ours has to reach: `{ 'login.example.com': ['203.0.113.0/24'] }`. */
  readonly hosts?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Who issues certificates in this cluster: `certManager(…)`. Without it they are there already. */
  readonly issuer?: DeclaredIssuer | undefined;
  /** The account of AWS that its workloads have roles in. A resource of the cloud can't be called without it. */
  readonly aws?: AwsOptions | undefined;
  /** Where less may be enforced than the policy says: `acceptWeaker(…)`. */
  readonly accept?: Nested<DeclaredAcceptance> | undefined;
}

export interface KubernetesOptions extends ClusterOptions {
  readonly name?: string | undefined;
  /** What enforces NetworkPolicy: `calico()`, `cilium()`, `awsVpcCni()`, or the facts of another one. */
  readonly cni: Cni;
  /** Where the API server answers after the Service's translation: the addresses and port of the endpoints of `default/kubernetes`. */
  readonly apiServer?: { readonly cidrs: readonly string[]; readonly port: number } | undefined;
}

/** A cluster by its facts. None of them is guessed; one that a policy needs and that is missing is an error. */
export function kubernetes(options: KubernetesOptions): Declared<Platform> {
  return declarePlatform(isFields(options) ? { name: 'kubernetes', ...defined(options) } : options, callSite(kubernetes));
}

export interface EksOptions extends ClusterOptions {
  readonly clusterName: string;
  /** The VPC CNI's own policy agent where nothing is said, which is what a new cluster has. */
  readonly cni?: Cni | undefined;
  /** Ranges of the subnets that the control plane's network interfaces are in; it answers there on 443 (Amazon EKS user guide, "View Amazon EKS networking requirements for VPC and subnets"). */
  readonly apiServer?: { readonly cidrs: readonly string[]; readonly port?: number | undefined } | undefined;
}

/** An Amazon EKS cluster. */
export function eks(options: EksOptions): Declared<Platform> {
  const site = callSite(eks);
  if (!isFields(options)) return declarePlatform(options, site);
  const { apiServer, aws, clusterName, ...facts } = defined(options);
  return declarePlatform({
    ...(clusterName === undefined ? {} : { name: clusterName }), cni: awsVpcCni(), ...facts,
    ...(aws === undefined ? {} : { aws: isFields(aws) && typeof clusterName === 'string' ? { clusterName, ...defined(aws) } : aws }),
    ...(apiServer === undefined ? {} : { apiServer: isFields(apiServer) ? { port: 443, ...defined(apiServer) } : apiServer }),
  }, site, { name: 'clusterName', ...(isFields(aws) && aws['clusterName'] === undefined ? { 'aws/clusterName': 'clusterName' } : {}) });
}
