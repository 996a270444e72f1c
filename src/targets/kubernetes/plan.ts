import type { Labels, Protocol } from '#ir';

/** Every NetworkPolicy of a policy, decided down to its name: `emit` has only to print it. */
export interface NetworkPlan {
  /** Value of the label that tells this policy's objects from another's. */
  readonly policy: string;
  readonly objects: readonly PolicyPlan[];
}

/** One NetworkPolicy. Always about both directions: a direction without a rule is denied. */
export interface PolicyPlan {
  readonly namespace: string;
  readonly name: string;
  /** 0: the denial of a whole namespace; 1: a workload's own policy. */
  readonly stage: 0 | 1;
  /** One sentence for who reads the object in the cluster. */
  readonly purpose: string;
  /** Labels of the pods that it isolates; empty: every pod of the namespace. */
  readonly selector: Labels;
  readonly ingress: readonly RulePlan[];
  readonly egress: readonly RulePlan[];
  readonly grants: readonly string[];
}

/**
 * Each of the peers, at each of the ports. Neither list is ever empty: an empty `from`, `to` or `ports` means
 * *everyone* or *every port* (Kubernetes API reference, "NetworkPolicyIngressRule").
 */
export interface RulePlan { readonly peers: NonEmpty<PeerPlan>; readonly ports: NonEmpty<PortPlan> }
export type NonEmpty<T> = readonly [T, ...T[]];

export type PeerPlan =
  /** Without a namespace: pods of the policy's own. */
  | { readonly kind: 'pods'; readonly namespace?: string; readonly labels: Labels }
  | { readonly kind: 'range'; readonly cidr: string; readonly except: readonly string[] };

export interface PortPlan { readonly protocol: Protocol; /** Of the pod: a number, or the name that its container declares. */ readonly port: number | string }
