import type { Feature, Fidelity } from '#ir';

/** What IAM can do of each feature. README.md says why. */
export const capabilities = (): Readonly<Record<Feature, Fidelity>> => Object.freeze({
  'identity.workload': 'exact', // a role that only this cluster's ServiceAccount is given
  'identity.person': 'absent', // a role's session says nothing of the person that it acts for
  'identity.partner': 'absent',
  'operation.http': 'absent',
  'operation.grpc': 'absent',
  'operation.cloud': 'exact',
  port: 'absent',
  endpoint: 'absent', // an endpoint of the VPC can be asked for, its addresses can't
  exposure: 'absent',
  'transport.tls': 'exact', // but for TLS 1.3, which only some services can ask for: a loss of its own
  'transport.lifetime': 'exact', // every request is signed and judged anew
  'condition.claim': 'absent',
  'condition.mfa': 'absent',
  'condition.authenticatedWithin': 'absent',
  'condition.maxTokenAge': 'absent',
  'condition.device': 'absent',
  'condition.from': 'exact', // where a VPC endpoint lets the caller's own address be seen: else a loss of its own
  'condition.during': 'absent', // dates are absolute
  'condition.risk': 'absent',
  'condition.header': 'absent',
  'invariant.deny': 'exact',
  atRest: 'exact',
});
