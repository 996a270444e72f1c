import type { Diagnostic } from '#diagnostics';
import type { Feature, Fidelity, Placement, Plane, Platform, Policy } from '#ir';
import type { Assumption, Decider } from '#spec';

/** A Kubernetes object as it is applied: plain data with stable key order. */
export interface KubernetesArtifact {
  readonly kind: 'kubernetes';
  /** Stable, independent of the object's content: `networking.k8s.io/v1/NetworkPolicy/<namespace>/<name>`. */
  readonly id: string;
  /** Applied in this order: what denies comes before what allows. Lower first; equal stages have no order. */
  readonly stage: number;
  readonly object: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: {
      readonly name: string; readonly namespace?: string;
      readonly labels?: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>>;
    };
    readonly spec?: unknown;
  };
  /** The grants that it serves, for reports: `checkout → orders.create`. Empty for a baseline denial. */
  readonly grants: readonly string[];
}
/** Grows by a member with each kind of target (`aws`, …). */
export type Artifact = KubernetesArtifact;

/**
 * A target: a table and three verbs. `lower` decides, `emit` prints, `interpret` reads what was printed as the
 * platform's documentation says the platform will, and never sees the plan.
 */
export interface TargetDefinition<Plan, A extends Artifact = Artifact> {
  readonly id: string;
  readonly plane: Plane;
  /** Total over `Feature`: a new feature breaks every target's build until it is answered. */
  readonly capabilities: (platform: Platform) => Readonly<Record<Feature, Fidelity>>;
  readonly lower: (policy: Policy, platform: Platform, placement: Placement) => { readonly plan: Plan; readonly losses: readonly Diagnostic[] };
  readonly emit: (plan: Plan) => readonly A[];
  readonly interpret: (artifacts: readonly A[], platform: Platform) => Decider;
  /** What `interpret` relies on and cannot see. */
  readonly assumptions: readonly Assumption[];
}
/** A target whose plan is nobody else's business. */
export type Target = TargetDefinition<unknown>;

/** Registers a target. The built-in ones use it too. */
export function defineTarget<Plan, A extends Artifact>(definition: TargetDefinition<Plan, A>): Target {
  return Object.freeze({ ...definition }) as unknown as Target; // `emit` only ever receives its own `lower`'s plan
}
