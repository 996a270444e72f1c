import type { AwsArtifact, Evidence } from '../target.ts';

/** Every resource of AWS that a policy needs, decided down to its statements: `emit` has only to print it. */
export interface IamPlan {
  readonly objects: readonly AwsArtifact[];
  /** For the ledger, in the order of the objects that it speaks of; worked out when it is read. */
  readonly evidence: Iterable<Evidence>;
}
