import type { Api, GrantRef, IdentityRef, Labels, Operation, Policy } from '#ir';
import type { Destination, Request } from '#spec';
import type { Conditions, Facts, Node } from './condition/conditions.ts';

/** Who connects, as far as any of the policies tells them apart. What tokens and certificates they show is a condition. */
export type Row =
  | { readonly index: number; readonly kind: 'workload'; readonly name: string }
  /** From outside the cluster: people, partners, anyone. */
  | { readonly index: number; readonly kind: 'outside' }
  | { readonly index: number; readonly kind: 'builtin'; readonly name: string }
  /** Pods that are several workloads at once, or that a `pods` identity takes in: an example of them. */
  | { readonly index: number; readonly kind: 'pod'; readonly namespace: string; readonly labels: Labels; readonly serviceAccount?: string; readonly workloads: readonly string[] }
  /** Whoever is none of these: an undeclared pod, another principal of the cloud, stolen credentials. */
  | { readonly index: number; readonly kind: 'stranger' };

/**
 * What is asked for, as far as any of the policies tells it apart: a class of requests to one API of which each policy
 * has one owner (or none). Disjoint, and together everything that can be asked of the API.
 */
export interface Column {
  readonly index: number;
  readonly api: string;
  /** The operation that owns it, for each policy of the space in their order; undefined where nothing does. */
  readonly owners: readonly (Operation | undefined)[];
  /** The shortest request of the class, a safe method first. */
  readonly example: Extract<Destination, { readonly api: string }>;
}

/** One grant as the algebra sees it: an offer to one identity and, where it takes one, the request that met it. */
export interface AccessGrant {
  readonly ref: GrantRef;
  readonly from: IdentityRef;
  readonly api: Api;
  readonly operation: Operation;
  /** Into the policy: where the offer, the identity in it, and the request stand. */
  readonly pointers: { readonly offer: string; readonly identity: string; readonly ask?: string };
  readonly rows: readonly Row[];
  readonly when: Node;
}

/** Several policies, taken apart in common. */
export interface Space {
  readonly policies: readonly Policy[];
  readonly conditions: Conditions;
  readonly rows: readonly Row[];
  readonly columns: readonly Column[];
  readonly access: (policy: Policy) => Access;
}

/** What one policy of a space lets whom do. */
export interface Access {
  readonly policy: Policy;
  readonly space: Space;
  /** In the policy's order. */
  readonly grants: readonly AccessGrant[];
  /** The decision alone: a million a second. */
  readonly allows: (request: Request) => boolean;
  /** With the grants that admit it, as `decide` of `#spec` names them: in order, each once. */
  readonly admitting: (request: Request) => readonly GrantRef[];
  /** All of it, or what some of its grants let through. */
  readonly region: (grants?: readonly AccessGrant[]) => Region;
  readonly grantsOn: (api: string, operation: string) => readonly AccessGrant[];
  readonly grantsOf: (row: Row) => readonly AccessGrant[];
}

/** One row and column, with the condition under which it is open and the grants that open it. */
export interface Cell { readonly row: Row; readonly column: Column; readonly when: Node; readonly grants: readonly AccessGrant[] }
/** Rows × columns that are open under the same condition. Largest first; together the region, no cell twice. */
export interface Rectangle { readonly rows: readonly Row[]; readonly columns: readonly Column[]; readonly when: Node; readonly grants: readonly AccessGrant[] }
/** A request of a region: a declared identity first, then the shortest path, a safe method, the fewest facts. */
export interface Witness { readonly request: Request; readonly facts: Facts; readonly cell: Cell }

/** A set of requests, exact, with its provenance. */
export interface Region {
  readonly union: (other: Region) => Region;
  readonly intersect: (other: Region) => Region;
  readonly minus: (other: Region) => Region;
  readonly restrict: (to: { readonly rows?: (row: Row) => boolean; readonly columns?: (column: Column) => boolean; readonly when?: Node }) => Region;
  /** Instants count from here on. */
  readonly isEmpty: (from: string) => boolean;
  readonly isSubsetOf: (other: Region, from: string) => boolean;
  readonly cells: () => Iterable<Cell>;
  readonly rectangles: (from: string) => readonly Rectangle[];
  readonly witness: (from: string) => Witness | undefined;
}

