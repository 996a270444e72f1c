import type { Acceptance, Grant, GrantRef, Platform, Policy } from '#ir';
import type { Related } from '#diagnostics';
import type { Located } from './located.ts';

/** A platform as the rules read it, with the policy that is to run there. */
export interface PlatformContext {
  readonly platform: Platform;
  /** Those of its acceptances that are well shaped. */
  readonly accept: readonly Located<Acceptance>[];
  /** Absent where the policy has errors of its own: then only what the platform says by itself is judged. */
  readonly estate?: PlatformEstate;
  readonly now: number;
}

export interface PlatformEstate {
  /** Checked, canonical. */
  readonly policy: Policy;
  readonly grants: readonly Grant[];
  /** Grants that were left out because they had expired. */
  readonly dropped: readonly GrantRef[];
  /** Something related in the *policy*, with its place: pointers of a platform's diagnostics are into the platform. */
  readonly inPolicy: (message: string, pointer: string) => Related;
}
