import type { Diagnostic } from '#diagnostics';
import type { Feature, Fidelity, GrantRef, Placement, Plane, Platform, Policy } from '#ir';
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
    readonly data?: unknown;
  };
  /** The grants that it serves, for reports: `checkout → orders.create`. Empty for a baseline denial. */
  readonly grants: readonly string[];
}
/** Grows by a member with each kind of target (`aws`, …). */
export type Artifact = KubernetesArtifact;

/**
 * What one object does for one feature of one grant: a cell of the ledger. `delegated`: this enforcer can't see it and
 * admits only the one that does, which stands on the plane `to`.
 */
export interface Evidence {
  readonly grant: GrantRef;
  readonly feature: Feature;
  readonly does: Fidelity | 'delegated';
  readonly to?: Plane;
  /** The artefact's id, and the field in it: `spec.rules[0].from[0].source.principals`. */
  readonly artifact: string;
  readonly field: string;
  /** What the vendor says that makes the field mean this, with the title of the page. */
  readonly rule: string;
}

/**
 * A target: a table and three verbs. `lower` decides, `emit` prints, `interpret` reads what was printed as the
 * platform's documentation says the platform will, and never sees the plan.
 */
export interface TargetDefinition<Plan, A extends Artifact = Artifact> {
  readonly id: string;
  readonly plane: Plane;
  /** Whether the platform has such an enforcer at all; where this is absent, every platform has. What is not there lowers nothing. */
  readonly present?: (platform: Platform) => boolean;
  /** Total over `Feature`: a new feature breaks every target's build until it is answered. */
  readonly capabilities: (platform: Platform) => Readonly<Record<Feature, Fidelity>>;
  readonly lower: (policy: Policy, platform: Platform, placement: Placement) => { readonly plan: Plan; readonly losses: readonly Diagnostic[] };
  readonly emit: (plan: Plan) => readonly A[];
  readonly interpret: (artifacts: readonly A[], platform: Platform) => Decider;
  /** For the ledger, and only made when one is asked for: every cell that the plan fills, in the order of its objects. */
  readonly evidence: (plan: Plan) => Iterable<Evidence>;
  /** What `interpret` relies on and cannot see. */
  readonly assumptions: readonly Assumption[];
}
/** A target whose plan is nobody else's business. */
export type Target = TargetDefinition<unknown>;

/** Registers a target. The built-in ones use it too. */
export function defineTarget<Plan, A extends Artifact>(definition: TargetDefinition<Plan, A>): Target {
  return Object.freeze({ ...definition }) as unknown as Target; // `emit` only ever receives its own `lower`'s plan
}
