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

/** The text of every leaf may hold tokens (`#ir`, `token.ts`); what is `document` is an object that AWS wants as JSON text. */
export type AwsValue = string | number | boolean | readonly AwsValue[] | { readonly [key: string]: AwsValue };
export interface PolicyDocument { readonly Version: '2012-10-17'; readonly Statement: readonly PolicyStatement[] }
/** One statement, as AWS documents its elements (IAM, "IAM JSON policy elements reference"). Lists are in code-unit order, and lists of one stay lists. */
export interface PolicyStatement {
  /** At most 100 letters and digits. */
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | Readonly<Record<string, readonly string[]>>;
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource?: readonly string[];
  readonly NotResource?: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** A resource of the AWS provider: plain data with stable key order. */
export interface AwsArtifact {
  readonly kind: 'aws';
  /** Stable, independent of content: `aws/iam/Role/retail-orders`. */
  readonly id: string;
  readonly stage: number;
  /** The type of the Pulumi resource, without the package: `iam/role:Role`. */
  readonly type: string;
  /** Of the resource's inputs, all that are no documents, by their names in `@pulumi/aws`. */
  readonly properties: { readonly [key: string]: AwsValue };
  /** Inputs that are policy documents, by name: `assumeRolePolicy`, `policy`. */
  readonly documents: Readonly<Record<string, PolicyDocument>>;
  /** A value that others wait for: the resource's own output under the token `made:<name>`. Of keys only, and its ARN. */
  readonly makes?: string;
  readonly grants: readonly string[];
}
export type Artifact = KubernetesArtifact | AwsArtifact;
export const isKubernetes = (artifact: Artifact): artifact is KubernetesArtifact => artifact.kind === 'kubernetes';
export const isAws = (artifact: Artifact): artifact is AwsArtifact => artifact.kind === 'aws';

/**
 * What one object does for one feature of one grant: a cell of the ledger. `delegated`: this enforcer can't see it and
 * admits only the one that does, which stands on the plane `to`.
 */
export interface Evidence {
  readonly grant: GrantRef;
  readonly feature: Feature;
  readonly does: Fidelity | 'delegated';
  readonly to?: Plane;
  /** The artefact's id, and the field in it: `spec.rules[0].from[0].source.principals`; of AWS, in the inputs of the resource, documents among them: `policy.Statement[0].Condition`. */
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
/** One whose kind of artefact is known. */
export type TargetOf<A extends Artifact> = Omit<Target, 'emit'> & { readonly emit: (plan: unknown) => readonly A[] };

/** Registers a target. The built-in ones use it too. */
export function defineTarget<Plan, A extends Artifact>(definition: TargetDefinition<Plan, A>): TargetOf<A> {
  return Object.freeze({ ...definition }) as unknown as TargetOf<A>; // `emit` only ever receives its own `lower`'s plan
}
