import type { AccessGrant } from '../space.ts';

/** One request of a chain. */
export interface FlowStep {
  /** By which it is made. Undefined: by somebody who is none of this policy's, where nothing of this policy keeps them out (see `Elsewhere`). */
  readonly grant?: AccessGrant;
  /** The operation that it is onto: the grant's own, or what else is spoken at a port that is granted whole. */
  readonly onto: { readonly api: string; readonly operation: string };
  /** The workload that makes it, having got what is passed on. Undefined of the first step, which is whoever starts's, and of somebody elsewhere. */
  readonly by?: string;
}

/** Grants used one after the other, each possible by itself: what the first hands on, the last brings onto the end. Never empty. */
export type Chain = readonly FlowStep[];

/** A set of operations. */
export type Onto = (api: string, operation: string) => boolean;

export interface FlowQuestion {
  /** Grants by which whoever starts can make the first step. */
  readonly first: readonly AccessGrant[];
  /** What the last step is onto. */
  readonly to: Onto;
  /** What steps before the last have to be onto, in this order. One step may be onto several of them in a row. */
  readonly through?: readonly Onto[];
  /** Whoever starts is none of this policy's workloads, and may begin with what is open to somebody elsewhere. */
  readonly startsElsewhere?: boolean;
}

/** Chains of one policy's grants, from an instant on. */
export interface Flows {
  /** The smallest: the fewest steps; of those the first by the names of their grants, in order. */
  readonly smallest: (question: FlowQuestion) => Chain | undefined;
  /** The smallest onto each operation that some chain leads to: the shortest first, then by the names of their grants. */
  readonly onEach: (question: FlowQuestion) => readonly Chain[];
}
