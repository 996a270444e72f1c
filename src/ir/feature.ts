import type { AtomicConditionKind } from './condition.ts';

/** Everything that an enforcer can be asked to tell apart or to demand. */
export const features = [
  'identity.workload', 'identity.person', 'identity.partner',
  'operation.http', 'operation.grpc', 'operation.cloud', 'port', 'endpoint', 'exposure', 'transport.tls', 'transport.lifetime',
  'condition.claim', 'condition.mfa', 'condition.authenticatedWithin', 'condition.maxTokenAge', 'condition.device',
  'condition.from', 'condition.during', 'condition.risk', 'condition.header',
  'invariant.deny', 'atRest',
] as const;
export type Feature = (typeof features)[number];

/** Both directions: a condition without a feature, or a feature without a condition, does not build. */
type ConditionFeature = Extract<Feature, `condition.${string}`>;
export const conditionFeature = (kind: AtomicConditionKind): `condition.${AtomicConditionKind}` & ConditionFeature => `condition.${kind}`;

/** How well a target can do a feature. `wider` and `absent` admit too much, `narrower` too little. */
export type Fidelity = 'exact' | 'narrower' | 'wider' | 'absent';
/** Where an enforcer stands. A request crosses one enforcer or none on each. */
export const planes = ['network', 'mesh', 'gateway', 'cloud'] as const;
export type Plane = (typeof planes)[number];
