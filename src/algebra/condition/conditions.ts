import type { Condition, IdentityProvider } from '#ir';
import type { Request } from '#spec';
import type { Atom, Reading } from './atom.ts';

/**
 * A set of requests, by what they say beside who connects and what they ask for: a formula over atoms, interned. Two nodes
 * of one `Conditions` that are built alike are the same object. `id` is dense, from 0, in the order of making.
 */
export type Node =
  | { readonly id: number; readonly kind: 'always' | 'never' }
  | { readonly id: number; readonly kind: 'atom'; readonly atom: Atom }
  | { readonly id: number; readonly kind: 'not'; readonly of: Node }
  | { readonly id: number; readonly kind: 'all' | 'any'; readonly of: readonly Node[] };

/** What a request says beside who connects and what it asks for: enough to make it one. */
export type Facts = Pick<Request, 'subject' | 'client' | 'throughExposure' | 'context'>;

/** How conditions of the language are read where they stand. */
export interface Standing {
  readonly reading: Reading;
  /** Where a header of this trusted hop may be believed: a node (`throughExposure`, its contrary, `always`, `never`). */
  readonly trusts: (trustedHop: string) => Node;
  /** A service asks in the caller's name: `from` was asked of the caller, and is not asked again. */
  readonly throughService?: boolean;
}

/** A universe of conditions. Everything is memoised here, and goes when it goes. */
export interface Conditions {
  readonly always: Node;
  readonly never: Node;
  readonly reading: (providers: readonly IdentityProvider[]) => Reading;
  readonly atom: (atom: Atom) => Node;
  /** Flattened, sorted, without what is said twice or absorbed. */
  readonly all: (nodes: readonly Node[]) => Node;
  readonly any: (nodes: readonly Node[]) => Node;
  readonly not: (node: Node) => Node;
  /** A condition of the language, as a node. */
  readonly of: (condition: Condition, standing: Standing) => Node;
  /** Does it hold of this request? Fast: no allocation on the way. False of every node but `always` and `never` is not promised for an unreadable time. */
  readonly holds: (node: Node, request: Request) => boolean;
  /**
   * The smallest facts under which a node holds (nothing said where nothing has to be; on the wire rather than in the
   * context), from this instant on; undefined where there are none. Exact: complete over the domains of the atoms. Memoised.
   */
  readonly satisfy: (node: Node, from: string) => Facts | undefined;
  /** Whether there are any, from this instant on. */
  readonly isPossible: (node: Node, from: string) => boolean;
  /** `a` and not `b` is impossible. One call of the solver for each distinct pair. */
  readonly implies: (a: Node, b: Node, from: string) => boolean;
  /** In the words of the language: `` `support` · mfa within 15m ``. */
  readonly text: (node: Node) => string;
}
