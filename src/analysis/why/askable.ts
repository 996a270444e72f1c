import type { Access } from '#algebra';
import type { AnswerPlace, Platform, Policy } from '#ir';
import type { Reported } from '../ledger/ledger.ts';
import type { Emitted } from '../verify/enforcement.ts';

/** A policy that questions are asked of, from an instant on. */
export interface Askable {
  /** As `check` let it pass. */
  readonly policy: Policy;
  readonly access: Access;
  /** An instant, RFC 3339. */
  readonly from: string;
  /** Where a pointer into the policy stands in the author's files. */
  readonly place?: (pointer: string) => AnswerPlace | undefined;
  /** What it was compiled to; without, the meaning alone answers. */
  readonly enforced?: Enforced;
}

export interface Enforced {
  readonly platform: Platform;
  readonly emitted: readonly Emitted[];
  readonly reported: readonly Reported[];
}
