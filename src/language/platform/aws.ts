import type { Aws, CloudService } from '#ir';
import { defined, isFields, type Fields } from '../declare/declaration.ts';

export interface EndpointOptions {
  /** Addresses that it answers at. */
  readonly cidrs: readonly string[];
  /** The VPC endpoint that leads there, `vpce-…`: then every request of a workload has to come through it. */
  readonly vpcEndpoint?: string | undefined;
}
/** The account that the cluster's workloads have roles in. */
export interface AwsOptions {
  /** Twelve digits. */
  readonly accountId: string;
  /** Where its resources are and its services are asked, as `eu-west-1`. */
  readonly region: string;
  /** Name of the EKS cluster; `eks(…)` knows it. */
  readonly clusterName?: string | undefined;
  /** How pods get credentials: `podIdentity()`, which it is where nothing is said, or `irsa(…)`. */
  readonly identity?: Aws['identity'] | undefined;
  /**
   * Where services answer: ranges, or those with the VPC endpoint that leads there. Those that a policy calls, and `sts` for
   * IRSA; to no other address do pods get.
   */
  readonly endpoints?: { readonly [K in CloudService]?: readonly string[] | EndpointOptions | undefined } | undefined;
  /** `vpc-…`, the VPC of the cluster and of its endpoints. */
  readonly vpc?: string | undefined;
  /** What names of roles and policies begin with; the cluster's name and a hyphen where nothing is said. */
  readonly rolePrefix?: string | undefined;
  /** Path of roles and policies, as `/teams/retail/`; `/` where nothing is said. */
  readonly rolePath?: string | undefined;
  /** ARN of a boundary that every role must have. Without it each gets one of its own. */
  readonly permissionsBoundary?: string | undefined;
  /** Roles, by their ARNs, that look after owned resources and are never locked out of them. */
  readonly administrators?: { /** Deploys. */ readonly deployer: string; /** For emergencies. Its own trust policy has to ask for a second factor: the session shows none afterwards. */ readonly breakGlass: string } | undefined;
  /** Of IAM Roles Anywhere, by the name that workloads use: their ARNs. */
  readonly trustAnchors?: Readonly<Record<string, string>> | undefined;
  /** Other accounts whose resources are called: a recorded assumption. */
  readonly otherAccounts?: readonly { readonly accountId: string; readonly because: string; readonly owner: string }[] | undefined;
  /** Managed policies that a role may have; 10 where nothing is said (IAM, "IAM and AWS STS quotas"). */
  readonly managedPoliciesPerRole?: number | undefined;
}

/** EKS Pod Identity, whose agent runs on every node (Amazon EKS, "Learn how EKS Pod Identity grants pods access to AWS services"). */
export const podIdentity = (): Aws['identity'] => Object.freeze({ kind: 'podIdentity' });
/** IAM roles for service accounts, by the cluster's OIDC issuer; needs `endpoints.sts` (Amazon EKS, "IAM roles for service accounts"). */
export const irsa = (options: { readonly issuer: string }): Aws['identity'] => {
  const issuer: unknown = isFields(options) ? options['issuer'] : options;
  return Object.freeze({ kind: 'irsa', issuer: (typeof issuer === 'string' ? issuer.replace(/^https:\/\//, '') : issuer) as string });
};

/** As the IR has it; what is no record is handed on as it is, for `check` to judge. */
export function lowerAws(aws: unknown): unknown {
  if (!isFields(aws)) return aws;
  const { endpoints = {}, trustAnchors = {}, otherAccounts = [], ...rest } = defined(aws);
  const cluster = rest['clusterName'];
  return {
    identity: podIdentity(), rolePath: '/', managedPoliciesPerRole: 10, ...(typeof cluster === 'string' ? { rolePrefix: `${cluster}-` } : {}), ...rest,
    endpoints: isFields(endpoints) ? Object.entries(defined(endpoints)).map(([service, given]) => endpointOf(service, given)) : endpoints,
    trustAnchors: isFields(trustAnchors) ? Object.entries(defined(trustAnchors)).map(([name, arn]) => ({ name, arn })) : trustAnchors,
    otherAccounts,
  };
}

const endpointOf = (service: string, given: unknown): unknown => (isFields(given) ? { service, ...defined(given) } : { service, cidrs: given });

/** From tokens below the IR's `aws` to tokens below the literal's: `endpoints` and `trustAnchors` are records there. */
export function insideAws(aws: Fields, tokens: readonly string[]): readonly string[] {
  const [field, index, part, ...rest] = tokens;
  const record = field === undefined ? undefined : aws[field];
  if ((field !== 'endpoints' && field !== 'trustAnchors') || index === undefined || !isFields(record)) return tokens;
  const [name, given] = Object.entries(defined(record))[Number(index)] ?? [];
  if (name === undefined) return [field];
  if (field === 'trustAnchors' || part === undefined || part === 'service') return [field, name];
  return [field, name, ...(isFields(given) ? [part, ...rest] : rest)];
}
