import type { Declared, Sites } from '#diagnostics';
import type { ClusterDns, Cni, Platform } from '#ir';
import { lowerAcceptance, type DeclaredAcceptance } from '../declare/accept-weaker.ts';
import { callSite, type CallSite } from '../declare/call-site.ts';
import { declaration, defined, each, isFields, isHandle } from '../declare/declaration.ts';
import { flat, type Nested } from '../declare/nested.ts';
import { siteAt, tokensOf } from '../declare/policy-sites.ts';
import { awsVpcCni } from './cni.ts';
import { coreDns } from './dns.ts';

interface ClusterOptions {
  /** Ranges that pods take addresses from. An exposure can't be told from the pods without them. */
  readonly podCidrs: readonly string[];
  /** Ranges that nodes take addresses from. */
  readonly nodeCidrs?: readonly string[] | undefined;
  /** `coreDns()` where nothing is said. */
  readonly dns?: ClusterDns | undefined;
  /** Which source address a pod sees for a client that came through a load-balanced Service. */
  readonly loadBalancer?: { readonly clientAddress: 'preserved' | 'node' } | undefined;
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
  return platform(isFields(options) ? { name: 'kubernetes', ...defined(options) } : options, callSite(kubernetes));
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
  if (!isFields(options)) return platform(options, site);
  const { clusterName, apiServer, ...facts } = defined(options);
  return platform({
    ...(clusterName === undefined ? {} : { name: clusterName }), cni: awsVpcCni(), ...facts,
    ...(apiServer === undefined ? {} : { apiServer: isFields(apiServer) ? { port: 443, ...defined(apiServer) } : apiServer }),
  }, site, { name: 'clusterName' });
}

/** `written`: what a field of the draft is called in the literal, where it is called otherwise. */
function platform(facts: unknown, site: CallSite, written: Readonly<Record<string, string>> = {}): Declared<Platform> {
  const accept = isFields(facts) ? flat(facts['accept'] ?? []) : [];
  const draft = isFields(facts)
    ? { version: 1, nodeCidrs: [], gateways: [], caBundles: [], hosts: [], dns: coreDns(), ...facts, accept: each(accept, lowerAcceptance) }
    : facts;
  const sites: Sites = {
    find(pointer) {
      const [field, index, ...rest] = tokensOf(pointer);
      const accepted = field === 'accept' && Array.isArray(accept) && index !== undefined ? accept[Number(index)] as unknown : undefined;
      if (isHandle(accepted)) {
        const found = siteAt(accepted[declaration].site, rest);
        if (found !== undefined) return found;
      }
      return siteAt(site, field === undefined ? [] : [Object.hasOwn(written, field) ? written[field]! : field, ...(index === undefined ? [] : [index, ...rest])]);
    },
  };
  return { draft: draft as unknown as Platform, sites, diagnostics: [] };
}
