import type { Feature, Fidelity, Platform } from '#ir';

/** What is never this plane's. */
export const notHere: readonly Feature[] = ['identity.workload', 'condition.risk', 'condition.header', 'invariant.deny', 'atRest'];

/** What Envoy Gateway can do of each feature. README.md says why. */
export function capabilities(_platform: Platform): Readonly<Record<Feature, Fidelity>> {
  return Object.freeze({
    'identity.workload': 'absent', // nobody of the cluster comes this way
    'identity.person': 'exact',
    'identity.partner': 'exact',
    'operation.http': 'exact',
    'operation.grpc': 'exact',
    'operation.cloud': 'absent',
    port: 'exact',
    endpoint: 'absent',
    exposure: 'exact',
    'transport.tls': 'exact',
    'transport.lifetime': 'exact',
    'condition.claim': 'exact',
    'condition.mfa': 'exact',
    'condition.authenticatedWithin': 'exact',
    'condition.maxTokenAge': 'exact',
    'condition.device': 'exact',
    'condition.from': 'exact',
    'condition.during': 'exact',
    'condition.risk': 'absent', // an external decision point could
    'condition.header': 'absent', // what clients send under that name is removed here
    'invariant.deny': 'absent', // no policy outranks that of another's route; nobody else's routes attach
    atRest: 'absent',
  });
}
