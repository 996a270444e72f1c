import type { Plane } from './feature.ts';
import type { GrantRef } from './platform.ts';

/**
 * Answers to questions about a policy: plain data. Texts are in the words of the policy, so
 * that whoever shows an answer need not know how it was found.
 */
export type Answer = WhyAnswer | WhoCanAnswer | CanAnswer | FlowsAnswer;

/** Where something stands in the author's own files. Lines and columns count from 1. */
export interface AnswerPlace { readonly path: string; readonly line?: number; readonly column?: number }

/** A grant in an answer. */
export interface AnswerGrant {
  readonly grant: GrantRef;
  /** `derived`: nobody wrote it, it follows from what a workload says of itself, or from what it calls. */
  readonly kind: 'granted' | 'derived';
  /** Whom it is for: `ui`, `ui acting for shoppers`, `anyone`. */
  readonly who: string;
  /** What it is for: `orders.create`. */
  readonly operation: string;
  /** The operation as it looks on the wire: `POST /orders`. */
  readonly asks: string;
  /** Everything that has to hold beside who asks, in the words of the language. */
  readonly when: readonly string[];
  /** Last day. */
  readonly until?: string;
  /** It is a grant on the whole port, and carries whatever is spoken there. */
  readonly wholePort?: true;
  /** Why it was offered. */
  readonly because?: string;
  /** Where the offer stands. */
  readonly offer?: AnswerPlace;
  /** Where the request that met it stands. */
  readonly request?: AnswerPlace;
}

/** What is asked about. */
export interface AnswerQuestion {
  readonly who?: string;
  readonly what?: string;
  readonly from?: string;
  readonly to?: string;
  readonly through?: readonly string[];
  /** An instant: the question is about then, and conditions and ends count from there on. */
  readonly asOf: string;
}

/** An object of the platform, and what it does. */
export interface AnswerObject {
  /** Which object: `networking.k8s.io/v1/NetworkPolicy/orders/countersign-orders`. */
  readonly artifact: string;
  /** Which field of it, where that is known. */
  readonly field?: string;
  /** In words: `no rule admits `ui``. Absent where it lets pass. */
  readonly says?: string;
}

/** One enforcer on the intended way. */
export interface AnswerStep {
  readonly plane: Plane;
  /** The target whose objects it obeys; absent where it is known that none of ours concern it. */
  readonly target?: string;
  /** Where it stands: `leaving `ui``, `arriving at `orders``. */
  readonly at: string;
  /** `notAsked`: a listed assumption covers it, or nobody looks here. */
  readonly does: 'passes' | 'stops' | 'mayStop' | 'notAsked';
  /** The objects that make it so: all of them are needed. Empty where it is so without any. */
  readonly by: readonly AnswerObject[];
  /** Where no object makes it so: why it is so. */
  readonly says?: string;
}

/** `who` asks what with which facts; `allowed` whatever they are, `conditional` with some, `denied` with any. */
export type AnswerVerdict = 'allowed' | 'conditional' | 'denied';

export interface WhyAnswer {
  readonly kind: 'why';
  readonly version: 1;
  readonly policy: string;
  /** The platform whose enforcers were asked; without one, the meaning alone answers. */
  readonly platform?: string;
  readonly question: AnswerQuestion;
  readonly answer: AnswerVerdict;
  /** The answer in a sentence. */
  readonly says: string;
  /** Whether facts were stated. Without, the answer holds for whatever facts, and `request` is the smallest example. */
  readonly stated: boolean;
  /** A line that `decide` reads; asked of it, it answers `decision`. */
  readonly request: Readonly<Record<string, unknown>>;
  readonly decision: 'allow' | 'deny';
  /** As `decide` gives it for that line. */
  readonly because: readonly AnswerBecause[];
  /** Of an allow: the grants that admit it; of a denial: the nearest, where there is one. */
  readonly grants: readonly AnswerGrant[];
  /** Of a denial: what is missing, and where to mend it. */
  readonly missing?: AnswerMissing;
  /** The enforcers on the intended way, in order; empty without a platform. */
  readonly way: readonly AnswerStep[];
  /** Of a denial that nothing on the way enforces: who has accepted that in writing. */
  readonly accepted?: readonly AnswerAcceptance[];
  /** Of a denial: chains of grants that lead there by way of others, and what else is near. */
  readonly nearest: readonly AnswerWay[];
  readonly notes: readonly string[];
}

export type AnswerBecause =
  | { readonly grant: string }
  | { readonly missing: 'offer' | 'request' | 'condition' | 'identity'; readonly nearest?: string; readonly condition?: string };

export interface AnswerMissing {
  readonly half: 'offer' | 'request' | 'condition' | 'identity';
  /** The condition that does not hold, or never can. */
  readonly condition?: string;
  /** What stands nearest. */
  readonly at?: AnswerPlace;
  /** Who it is offered to. */
  readonly offeredTo?: readonly string[];
  /** What to do about it. */
  readonly help?: string;
}

export interface AnswerAcceptance { readonly feature: string; readonly plane: string; readonly because: string; readonly owner: string; readonly until: string }

/** Something that is open. A `chain` leads to what was asked for through others; a `grant` is another operation. */
export interface AnswerWay {
  readonly kind: 'chain' | 'grant';
  /** `ui → checkout.submit → orders.create`. */
  readonly says: string;
  readonly grants: readonly AnswerGrant[];
}

/** Everybody who can. */
export interface WhoCanAnswer extends AnswerListing { readonly kind: 'whoCan' }
/** Everything that somebody can. */
export interface CanAnswer extends AnswerListing { readonly kind: 'can' }

/** Grant by grant, and the same in groups that are alike. */
interface AnswerListing {
  readonly version: 1;
  readonly policy: string;
  readonly question: AnswerQuestion;
  readonly grants: readonly AnswerGrant[];
  readonly groups: readonly AnswerGroup[];
  readonly notes: readonly string[];
}

/** Who × what, under the same conditions. Together the grants, each once. */
export interface AnswerGroup {
  readonly who: readonly string[];
  readonly operations: readonly string[];
  readonly when: readonly string[];
  readonly until?: string;
}

export interface FlowsAnswer {
  readonly kind: 'flows';
  readonly version: 1;
  readonly policy: string;
  readonly question: AnswerQuestion;
  /** Shortest first. */
  readonly chains: readonly AnswerChain[];
  /** There are more than are listed. */
  readonly more: boolean;
  readonly notes: readonly string[];
}

export interface AnswerChain {
  /** `ui → checkout.submit → orders.create`. */
  readonly says: string;
  readonly grants: readonly AnswerGrant[];
}
