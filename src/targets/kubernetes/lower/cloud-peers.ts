import type { Aws, Platform } from '#ir';
import { cidrText, contains, outermost, parseCidr, type Cidr } from '../../cidr.ts';
import { rangePeer, type Peer } from './estate.ts';
import type { PlatformPeers } from './platform-peers.ts';

/** What an instance asks about itself, the credentials of its own role among it (Amazon EC2, "Use the Instance Metadata Service to access instance metadata"). */
export const instanceMetadata: readonly Cidr[] = ['169.254.169.254/32', 'fd00:ec2::254/128'].map(parseCidr);
/** All that an instance is told by its own host: metadata, time, names (AWS, "IPv6 on AWS", "Supporting Amazon VPC services"). */
export const instanceServices: readonly Cidr[] = ['169.254.0.0/16', 'fd00:ec2::/32'].map(parseCidr);

/** The agent of EKS Pod Identity, which answers on every node, on port 80 (Amazon EKS, "Set up the Amazon EKS Pod Identity Agent"). */
const podIdentityAgent = '169.254.170.23/32', podIdentityAgentIpv6 = 'fd00:ec2::23/128', podIdentityPort = 80;

/** Declared ranges, but for the metadata of the instance. A range that is nothing else is CS3010, and left out. */
export function endpointPeers(ranges: readonly Cidr[]): readonly Peer[] {
  return ranges.filter((range) => !instanceMetadata.some((one) => contains(one, range)))
    .map((range) => rangePeer(cidrText(range), instanceMetadata.filter((one) => contains(range, one)).map(cidrText)));
}

/**
 * Every address but the cluster's own: where nobody says where a service answers, and a person has accepted that. Not the
 * instance's services, nor the API server's, unless the workload calls it anyhow. The exceptions of one workload are always the same
 * ones: the VPC CNI's agent keeps one entry for each range (aws-network-policy-agent issue 180).
 */
export function everywherePeers({ apiServer, nodeCidrs, podCidrs }: Platform, talks: boolean): readonly Peer[] {
  const ours = [...podCidrs, ...nodeCidrs, ...(talks ? [] : apiServer?.cidrs ?? [])].map(parseCidr);
  const families = ours.some(({ family }) => family === 6) ? everywhere : everywhere.slice(0, 1);
  return families.flatMap((all) => {
    const except = outermost([...ours, ...instanceServices].filter((range) => contains(all, range)));
    // An exception has to be a part of its range (Kubernetes API reference, "IPBlock"): what may be everywhere leaves nothing.
    return except.some(({ length }) => length === 0) ? [] : [rangePeer(cidrText(all), except.map(cidrText))];
  });
}

const everywhere: readonly Cidr[] = [{ family: 4, base: 0n, length: 0 }, { family: 6, base: 0n, length: 0 }];

/** Where pods get credentials of their role. Undefined where the platform does not say where STS answers. */
export function credentialPeers({ endpoints, identity }: Aws, { podCidrs }: Platform): PlatformPeers | undefined {
  switch (identity.kind) {
    case 'podIdentity': return {
      peers: [podIdentityAgent, ...(podCidrs.some((cidr) => cidr.includes(':')) ? [podIdentityAgentIpv6] : [])].map((cidr) => rangePeer(cidr)),
      ports: [{ protocol: 'TCP', port: podIdentityPort }],
    };
    case 'irsa': {
      const cidrs = endpoints.find(({ service }) => service === 'sts')?.cidrs ?? [];
      return cidrs.length === 0 ? undefined : { peers: endpointPeers(outermost(cidrs.map(parseCidr))), ports: [{ protocol: 'TCP', port: 443 }] };
    }
    default: return identity satisfies never;
  }
}
