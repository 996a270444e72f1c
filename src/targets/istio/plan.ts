import type { Feature, Fidelity, GrantRef, Labels, Plane } from '#ir';

/** Every object of the mesh, decided down to its name: `emit` has only to print it. */
export interface MeshPlan {
  /** Value of the label that tells this policy's objects from another's. */
  readonly policy: string;
  readonly objects: readonly ObjectPlan[];
}

export interface NamedPlan {
  readonly namespace: string;
  readonly name: string;
  /** 0: denials and certificates; 1: denials for `never`, tokens; 2: what is allowed; 3: waypoints. */
  readonly stage: 0 | 1 | 2 | 3;
  /** One sentence for who reads the object in the cluster. */
  readonly purpose: string;
  readonly grants: readonly GrantRef[];
}

/** What a policy is about. `pods` never concerns a waypoint, and `services` and `gateway` nothing else. */
export type PolicyTarget =
  | { readonly kind: 'namespace' }
  | { readonly kind: 'pods'; readonly selector: Labels }
  | { readonly kind: 'services'; readonly names: readonly string[] }
  | { readonly kind: 'gateway'; readonly name: string };

/** STRICT, but for the container ports where clients without a certificate are expected. */
export interface PeerAuthenticationPlan extends NamedPlan { readonly kind: 'peerAuthentication'; readonly selector?: Labels; readonly plaintextPorts: readonly number[] }
export interface RequestAuthenticationPlan extends NamedPlan { readonly kind: 'requestAuthentication'; readonly target: PolicyTarget; readonly providers: readonly ProviderPlan[] }
/** Without rules an ALLOW allows nothing; a DENY always has some. */
export interface AuthorizationPolicyPlan extends NamedPlan { readonly kind: 'authorizationPolicy'; readonly target: PolicyTarget; readonly action: 'ALLOW' | 'DENY'; readonly rules: readonly RulePlan[] }
export interface TelemetryPlan extends NamedPlan { readonly kind: 'telemetry' }
export interface WaypointPlan extends NamedPlan { readonly kind: 'waypoint' }
export type ObjectPlan = PeerAuthenticationPlan | RequestAuthenticationPlan | AuthorizationPolicyPlan | TelemetryPlan | WaypointPlan;

/** Audiences are never empty: an empty list would be any. */
export interface ProviderPlan { readonly issuer: string; readonly audiences: readonly string[]; readonly jwksUri: string }

/** The source, and one of the operations, and all of `when`. */
export interface RulePlan {
  readonly source: SourcePlan;
  readonly operations: readonly OperationPlan[];
  readonly when: readonly WhenPlan[];
  /** For the ledger; empty in denials. */
  readonly serves: readonly ServedPlan[];
}
/** All of what is there has to hold. Principals have no scheme: `<trust domain>/ns/<namespace>/sa/<service account>`. */
export interface SourcePlan {
  readonly principals?: readonly string[];
  readonly notPrincipals?: readonly string[];
  readonly ipBlocks?: readonly string[];
  readonly notIpBlocks?: readonly string[];
}
/** All of what is there has to hold; an absent list is no test. Ports are those that the proxy sees: the pod's, and at a waypoint the Service's. */
export interface OperationPlan {
  readonly ports?: readonly number[];
  readonly methods?: readonly string[];
  readonly paths?: readonly string[];
  readonly notPaths?: readonly string[];
}
export interface WhenPlan { readonly key: string; readonly values?: readonly string[]; readonly notValues?: readonly string[] }

/** What a rule does for a grant, by feature. */
export interface ServedPlan { readonly grant: GrantRef; readonly does: readonly CellPlan[] }
export interface CellPlan { readonly feature: Feature; readonly does: Fidelity | 'delegated'; readonly to?: Plane }
