import type { Api } from './api.ts';
import type { Hole } from './hole.ts';
import type { IdentityProvider, IdentityRef, Partner, People } from './identity.ts';
import type { Segment } from './segment.ts';
import type { Workload } from './workload.ts';

/** A caller's half of a grant. */
export interface Ask {
  readonly from: IdentityRef;
  readonly to: { readonly api: string; readonly operation: string };
  readonly because?: string;
  readonly owner?: string;
  readonly until?: string;
}

/** Who an invariant speaks of. `anyIdentity` is every identity but the named ones; `anyone` is the unauthenticated. */
export type InvariantSubject =
  | IdentityRef
  | { readonly kind: 'segment'; readonly name: string }
  | { readonly kind: 'anyIdentity'; readonly except: readonly IdentityRef[] };
export type InvariantObject =
  | { readonly kind: 'segment'; readonly name: string }
  | { readonly kind: 'api'; readonly name: string }
  | { readonly kind: 'operation'; readonly api: string; readonly operation: string };

/** Something that must stay impossible. `reach` is one request; `flow` is a chain of grants. */
export interface Invariant {
  readonly kind: 'reach' | 'flow';
  readonly from: InvariantSubject;
  readonly to: InvariantObject;
  readonly through?: readonly InvariantObject[];
  readonly because: string;
  readonly owner?: string;
}

/**
 * A whole policy: plain, frozen, JSON-serialisable. In canonical order (see `canonical.ts`) and, once `check` has let
 * it pass, free of dangling names. It has no source locations; those lie beside it (`Sites`).
 */
export interface Policy {
  readonly version: 1;
  readonly name: string;
  readonly segments: readonly Segment[];
  readonly workloads: readonly Workload[];
  readonly identityProviders: readonly IdentityProvider[];
  readonly people: readonly People[];
  readonly partners: readonly Partner[];
  readonly apis: readonly Api[];
  readonly asks: readonly Ask[];
  readonly never: readonly Invariant[];
  readonly holes: readonly Hole[];
}
