import type { Platform } from '#ir';
import type { Decider, Endpoint, Hop, Verdict } from '#spec';
import type { KubernetesArtifact } from '../target.ts';
import { addressReader } from './interpret/address-matching.ts';
import { isolation } from './interpret/isolation.ts';
import { readNetworkPolicy, type NetworkPolicy, type UnreadablePolicy } from './interpret/network-policy.ts';

export { assumptions } from './interpret/assumptions.ts';

/**
 * What a cluster does with traffic once these objects are applied to it and nothing else is, as the Kubernetes
 * documentation says (concept page "Network Policies"; API reference, "NetworkPolicy v1 networking.k8s.io") and the
 * platform's facts refine it. Reads any NetworkPolicy, not only ours.
 *
 * An object that a server would refuse, or one of another API that may overrule NetworkPolicies, makes what it may
 * concern `unknown`; nothing throws. Ends that are no pods are not governed: `abstain`.
 */
export function interpret(artifacts: readonly KubernetesArtifact[], platform: Platform): Decider {
  const { cni } = platform;
  // "Creating a NetworkPolicy resource without a controller that implements it will have no effect."
  if (cni.networkPolicy === 'absent') return (hop) => (hop.enforcer === 'network' && isPod(governedEnd(hop)) ? 'allow' : 'abstain');

  const policies: (NetworkPolicy | UnreadablePolicy)[] = [];
  const foreign = new Set<string>();
  for (const artifact of artifacts) {
    switch (roleOf(artifact.object)) {
      case 'policy': policies.push(readNetworkPolicy(artifact.object)); break;
      case 'foreign': foreign.add(foreignScope(artifact.object)); break;
      case 'other': break;
    }
  }
  const addresses = addressReader(platform), limit = cni.maxPortsPerPeer ?? Infinity;
  const ingress = isolation(policies, 'ingress', addresses, cni.servicePortMustEqualContainerPort, limit);
  const egress = isolation(policies, 'egress', addresses, cni.servicePortMustEqualContainerPort, limit);

  return (hop): Verdict => {
    if (hop.enforcer !== 'network') return 'abstain';
    const governed = governedEnd(hop), other = hop.direction === 'ingress' ? hop.from : hop.to;
    if (!isPod(governed)) return 'abstain';
    if (foreign.size > 0 && (foreign.has(everywhere) || foreign.has(governed.namespace))) return 'unknown';
    if (isSame(governed, other)) return 'allow'; // "a pod cannot block access to itself"
    return (hop.direction === 'ingress' ? ingress : egress).verdict(hop, governed, other);
  };
}

const governedEnd = (hop: Hop): Endpoint => (hop.direction === 'ingress' ? hop.to : hop.from);
const isPod = (end: Endpoint): end is Endpoint & { readonly namespace: string } => end.namespace !== undefined;
/** One pod: pods of one namespace that are on the pod network don't share an address. */
const isSame = (a: Endpoint, b: Endpoint): boolean =>
  a.ip !== undefined && a.ip === b.ip && a.namespace === b.namespace && a.hostNetwork !== true && b.hostNetwork !== true;

const everywhere = '*';

/** Kinds of other APIs that decide about the same traffic, some of them with denials: all are called `…NetworkPolicy` or `…NetworkPolicies`. */
function roleOf(object: unknown): 'policy' | 'foreign' | 'other' {
  if (typeof object !== 'object' || object === null) return 'foreign';
  const { apiVersion, kind } = object as { apiVersion?: unknown; kind?: unknown };
  if (kind === 'NetworkPolicy' && apiVersion === 'networking.k8s.io/v1') return 'policy';
  return typeof kind !== 'string' || typeof apiVersion !== 'string' || /NetworkPolic(y|ies)|List$/.test(kind) ? 'foreign' : 'other';
}

/** A foreign object with a namespace concerns the pods of that namespace; another one may concern any. */
function foreignScope(object: unknown): string {
  const metadata = typeof object === 'object' && object !== null ? (object as { metadata?: unknown }).metadata : undefined;
  const namespace = typeof metadata === 'object' && metadata !== null ? (metadata as { namespace?: unknown }).namespace : undefined;
  return typeof namespace === 'string' && namespace !== '' ? namespace : everywhere;
}
