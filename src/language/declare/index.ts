export { deniedLateralMove, failedAuthentication, surge, unusualCaller, type DeclaredAlert, type Rate } from './alert.ts';
export { acceptWeaker, type AcceptanceOptions, type DeclaredAcceptance } from './accept-weaker.ts';
export { api, type AnyApi, type ApiOptions, type DeclaredApi, type ExposureOptions, type OfferOptions, type OperationTable } from './api.ts';
export type { AskOptions, Asking, DeclaredAsk } from './ask.ts';
export { bucket, database, hole, key, lambda, queue, role, secretValue, table, topic, type AnyKey, type CloudOfferOptions, type DeclaredCloudApi, type DeclaredHole, type DeclaredKey, type HoleOptions } from './cloud.ts';
export {
  all, anyOf, authenticatedWithin, claim, device, during, from, header, maxTokenAge, mfa, risk,
  type About, type DeclaredCondition,
} from './condition.ts';
export type { Duration } from './duration.ts';
export {
  anyIdentity, anyone, apiServer, clusterDns, ingress, metricsScraper, nodeProbes,
  type ActingIdentity, type DeclaredAnyIdentity, type DeclaredAnyone, type DeclaredBuiltin, type DeclaredEveryoneBut,
  type DeclaredIdentity, type DeclaredPartner, type DeclaredPeople, type WorkloadIdentity,
} from './identity.ts';
export type { KubernetesFacts, PortFacts, ProbeFact, ProbeFacts, ServiceFacts } from './kubernetes-facts.ts';
export type { Nested } from './nested.ts';
export { flow, never, reach, type DeclaredInvariant, type DeclaredObject, type DeclaredSubject, type DeclaredWay } from './never.ts';
export { any, del, get, head, options, patch, post, put, rpc, tcp, websocket, type DeclaredOperation, type OperationShape } from './operation.ts';
export { identityProvider, partner, people, type DeclaredIdentityProvider, type IdentityProviderOptions } from './people.ts';
export { policy, type DeclaredPolicy, type PolicyOptions } from './policy.ts';
export { mapSites } from './policy-sites.ts';
export { refineIn, type TypeScriptPackage } from './refine.ts';
export { segment, type DeclaredSegment, type SegmentOptions } from './segment.ts';
export { workload, type DeclaredActing, type DeclaredWorkload, type WorkloadOptions } from './workload.ts';
