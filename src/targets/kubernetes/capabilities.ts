import type { Feature, Fidelity, Platform } from '#ir';
import { overlaps, parseCidr } from '../cidr.ts';

/** What NetworkPolicies can do of each feature. README.md says why. */
export function capabilities(platform: Platform): Readonly<Record<Feature, Fidelity>> {
  const enforced = (fidelity: Fidelity): Fidelity => (platform.cni.networkPolicy === 'absent' ? 'absent' : fidelity);
  return Object.freeze({
    'identity.workload': enforced('wider'), // labels: whoever may label a pod takes the identity
    'identity.person': 'absent',
    'identity.partner': 'absent',
    'operation.http': 'absent',
    'operation.grpc': 'absent',
    'operation.cloud': 'absent',
    port: enforced(platform.mesh?.dataPlane === 'ambient' ? 'wider' : 'exact'), // HBONE carries every port
    endpoint: enforced('exact'),
    exposure: enforced(podsMayHaveNodeAddresses(platform) ? 'wider' : 'exact'),
    'transport.tls': 'absent',
    'transport.lifetime': 'absent',
    'condition.claim': 'absent',
    'condition.mfa': 'absent',
    'condition.authenticatedWithin': 'absent',
    'condition.maxTokenAge': 'absent',
    'condition.device': 'absent',
    'condition.from': 'absent', // an `ipBlock` could, where the client's address arrives; not built yet
    'condition.during': 'absent',
    'condition.risk': 'absent',
    'condition.header': 'absent',
    'invariant.deny': 'absent', // NetworkPolicies only add
    atRest: 'absent',
  });
}

/** Then no range of addresses is the cluster's pods and nothing else. */
function podsMayHaveNodeAddresses({ podCidrs, nodeCidrs }: Platform): boolean {
  const nodes = nodeCidrs.map(parseCidr);
  return podCidrs.map(parseCidr).some((pod) => nodes.some((node) => overlaps(pod, node)));
}
