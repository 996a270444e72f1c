import type { Aws, CloudService } from '#ir';
import { defined, isFields } from '../declare/declaration.ts';

export interface EndpointOptions {
  /** Addresses that it answers at. */
  readonly cidrs: readonly string[];
  /** The VPC endpoint that leads there, `vpce-…`: then every request of a workload has to come through it. */
  readonly vpcEndpoint?: string | undefined;
}
/** The account that the cluster's workloads have roles in. */
export interface AwsOptions {
  readonly accountId: string;
  readonly region: string;
  /** Name of the EKS cluster; `eks(…)` knows it. */
  readonly clusterName?: string | undefined;
  /** `podIdentity()` where nothing is said. */
  readonly identity?: Aws['identity'] | undefined;
  /** Where services answer: ranges, or those with the VPC endpoint that leads there. */
  readonly endpoints?: { readonly [K in CloudService]?: readonly string[] | EndpointOptions | undefined } | undefined;
  readonly vpc?: string | undefined;
  /** What names of roles and policies begin with; the cluster's name and a hyphen where nothing is said. */
  readonly rolePrefix?: string | undefined;
  readonly rolePath?: string | undefined;
  /** ARN of a boundary that every role must have. Without it each gets one of its own. */
  readonly permissionsBoundary?: string | undefined;
  /** Who looks after owned resources, and is never locked out of them. */
  readonly administrators?: Aws['administrators'];
  /** Of IAM Roles Anywhere, by the name that workloads use: their ARNs. */
  readonly trustAnchors?: Readonly<Record<string, string>> | undefined;
  /** Other accounts whose resources are called: a recorded assumption. */
  readonly otherAccounts?: Aws['otherAccounts'] | undefined;
  readonly managedPoliciesPerRole?: number | undefined;
}

/** EKS Pod Identity, whose agent runs on every node. */
export const podIdentity = (): Aws['identity'] => ({ kind: 'podIdentity' });
/** IAM roles for service accounts, by the cluster's OIDC issuer. */
export const irsa = ({ issuer }: { readonly issuer: string }): Aws['identity'] => ({ kind: 'irsa', issuer: typeof issuer === 'string' ? issuer.replace(/^https:\/\//, '') : issuer });

/** As the IR has it; what is no record is handed on as it is, for `check` to judge. */
export function lowerAws(aws: unknown): unknown {
  if (!isFields(aws)) return aws;
  const { endpoints = {}, trustAnchors = {}, otherAccounts = [], ...rest } = defined(aws);
  const cluster = rest['clusterName'];
  return {
    identity: podIdentity(), rolePath: '/', managedPoliciesPerRole: 10, ...(typeof cluster === 'string' ? { rolePrefix: `${cluster}-` } : {}), ...rest,
    endpoints: isFields(endpoints) ? Object.keys(endpoints).filter((service) => endpoints[service] !== undefined).map((service) => endpointOf(service, endpoints[service])) : endpoints,
    trustAnchors: isFields(trustAnchors) ? Object.keys(trustAnchors).map((name) => ({ name, arn: trustAnchors[name] })) : trustAnchors,
    otherAccounts,
  };
}

const endpointOf = (service: string, given: unknown): unknown => (isFields(given) && !Array.isArray(given) ? { service, ...defined(given) } : { service, cidrs: given });
