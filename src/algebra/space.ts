import type { Api, GrantRef, IdentityRef, Operation, Policy } from '#ir';
import type { Request } from '#spec';
import type { Conditions, Node } from './condition/conditions.ts';

/** Who connects, as far as a policy tells them apart. What tokens and certificates they show is a condition. */
export type Row =
  | { readonly index: number; readonly kind: 'workload'; readonly name: string }
  /** From outside the cluster: people, partners, anyone. */
  | { readonly index: number; readonly kind: 'outside' }
  | { readonly index: number; readonly kind: 'builtin'; readonly name: string };

/** One grant as the algebra sees it: an offer to one identity and, where it takes one, the request that met it. */
export interface AccessGrant {
  readonly ref: GrantRef;
  readonly from: IdentityRef;
  readonly api: Api;
  readonly operation: Operation;
  /** Into the policy: where the offer, the identity in it, and the request stand. */
  readonly pointers: { readonly offer: string; readonly identity: string; readonly ask?: string };
  readonly rows: readonly Row[];
  /** What has to hold beside who connects and what is asked for. A header counts where its hop is the connection's other end, or the exposure's gateway. */
  readonly when: Node;
}

/** What one policy lets whom do. */
export interface Access {
  readonly policy: Policy;
  readonly space: { readonly conditions: Conditions; readonly rows: readonly Row[] };
  /** In the policy's order. */
  readonly grants: readonly AccessGrant[];
  /** The decision alone, of any request: the reference's own answer, by look-ups and compiled conditions. */
  readonly allows: (request: Request) => boolean;
  /** With the grants that admit it, as `decide` of `#spec` names them: in order, each once. */
  readonly admitting: (request: Request) => readonly GrantRef[];
  readonly grantsOn: (api: string, operation: string) => readonly AccessGrant[];
  readonly grantsOf: (row: Row) => readonly AccessGrant[];
}
