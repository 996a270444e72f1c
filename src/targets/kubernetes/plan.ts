import type { Feature, Fidelity, GrantRef, Labels, Plane, Protocol } from '#ir';

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
  /** 0: the denial of a whole namespace; 1: the policy of a workload's pods, or of a proxy's. */
  readonly stage: 0 | 1;
  /** One sentence for who reads the object in the cluster. */
  readonly purpose: string;
  /** Labels of the pods that it isolates; empty: every pod of the namespace. */
  readonly selector: Labels;
  readonly ingress: readonly RulePlan[];
  readonly egress: readonly RulePlan[];
  readonly grants: readonly GrantRef[];
  /** What is admitted, or let out, for which grant. */
  readonly served: readonly Served[];
}

/** A peer at a port, for one grant. */
export interface Served {
  readonly ref: GrantRef;
  readonly direction: 'ingress' | 'egress';
  readonly peer: PeerPlan;
  readonly port: PortPlan;
  /** What the peer tells of who asks, where the peer comes in; of what leads to the cloud, where it leads. */
  readonly tells?: Telling;
}
export interface Telling { readonly feature: Feature; readonly does: Fidelity | 'delegated'; readonly to?: Plane }

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
