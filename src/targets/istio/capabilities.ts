import type { Feature, Fidelity, Platform } from '#ir';
import { overlaps, parseCidr } from '../cidr.ts';

/** What Istio can do of each feature. README.md says why, by vendor's page. */
export function capabilities(platform: Platform): Readonly<Record<Feature, Fidelity>> {
  const paths: Fidelity = platform.mesh?.pathNormalization === 'DECODE_AND_MERGE_SLASHES' ? 'exact' : 'wider';
  return Object.freeze({
    'identity.workload': 'exact',
    'identity.person': 'exact',
    'identity.partner': 'wider', // a certificate from outside ends at the gateway: only the gateway is seen
    'operation.http': paths,
    'operation.grpc': 'exact', // one spelling, compared whole
    'operation.cloud': 'absent',
    port: 'exact',
    endpoint: 'absent',
    exposure: outsidersMayHavePodAddresses(platform) ? 'wider' : 'exact',
    'transport.tls': 'exact', // where the mesh's floor is too low for a segment, lowering says so (CS3111)
    'transport.lifetime': 'absent', // every request is judged anew, and no field ends a stream
    'condition.claim': 'exact',
    'condition.mfa': 'exact',
    'condition.authenticatedWithin': 'absent', // claims are compared as text: no numbers, no clock
    'condition.maxTokenAge': 'absent',
    'condition.device': 'exact',
    'condition.from': 'absent', // behind a gateway the connection is the gateway's, and a header is what its sender wrote
    'condition.during': 'absent',
    'condition.risk': 'absent',
    'condition.header': 'exact',
    'invariant.deny': 'wider', // not against partners; see README.md
    atRest: 'absent',
  });
}

/** Behind a load balancer that hides its clients they come from nodes: no use where pods have addresses of the same ranges. */
function outsidersMayHavePodAddresses({ loadBalancer, nodeCidrs, podCidrs }: Platform): boolean {
  if (loadBalancer?.clientAddress !== 'node') return false;
  const nodes = nodeCidrs.map(parseCidr);
  return podCidrs.map(parseCidr).some((pod) => nodes.some((node) => overlaps(pod, node)));
}
