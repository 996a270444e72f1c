import type { AwsArtifact, Evidence } from '../target.ts';

/** Every resource of AWS that a policy needs, decided down to its statements: `emit` has only to print it. */
export interface IamPlan {
  readonly objects: readonly AwsArtifact[];
  readonly evidence: readonly Evidence[];
}
