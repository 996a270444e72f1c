import type { Cni } from '#ir';

/**
 * Calico. An `ipBlock` becomes a list of networks that the packet's address is compared with, whoever has it, pods and
 * nodes included; no limit on ports is documented (Calico, "Use external IPs or networks rules in policy"). A new pod's
 * traffic is dropped until its policy is programmed (Calico, "Felix configuration" and "Configuring the Calico CNI plugins").
 */
export const calico = (): Cni => Object.freeze<Cni>({
  name: 'calico', networkPolicy: 'enforced', servicePortMustEqualContainerPort: false,
  ipBlockMatchesNodes: true, ipBlockMatchesPods: true, startsOpen: false,
});

/**
 * Cilium, as an enforcer of NetworkPolicy. What it knows as an endpoint or a node has an identity, and an `ipBlock`
 * matches none of these: not pods, and not nodes unless the agent runs with `policy-cidr-match-mode: nodes` (Cilium,
 * "Layer 3 Policies", "CIDR based"; "Known Limitations" of "Kubernetes Network Policy").
 */
export const cilium = (options: { /** As the agent's option has it. */ readonly policyCidrMatchMode?: readonly 'nodes'[] | 'nodes' | undefined } = {}): Cni => Object.freeze<Cni>({
  name: 'cilium', networkPolicy: 'enforced', servicePortMustEqualContainerPort: false,
  ipBlockMatchesNodes: [options.policyCidrMatchMode ?? []].flat().includes('nodes'), ipBlockMatchesPods: false, startsOpen: false,
});

/**
 * The Amazon VPC CNI's own network policy agent (Amazon EKS user guide, "Limit Pod traffic with Kubernetes network
 * policies", considerations). A Service's port must equal the container's; at most 24 combinations of port and protocol
 * for one range of addresses, which selectors come to as well; pods of Deployments only. In `standard` mode, the
 * default, a new pod is open until its policies are in place; in `strict` mode it starts denied (the same guide,
 * "Restrict Pod network traffic with Kubernetes network policies", "Set up policy enforcement at Pod startup").
 */
export const awsVpcCni = (options: { readonly mode?: 'standard' | 'strict' | undefined } = {}): Cni => Object.freeze<Cni>({
  name: 'aws-vpc-cni', networkPolicy: 'enforced', servicePortMustEqualContainerPort: true,
  ipBlockMatchesNodes: true, ipBlockMatchesPods: true, maxPortsPerPeer: 24, enforcedOwners: ['Deployment'],
  startsOpen: options.mode !== 'strict',
});
