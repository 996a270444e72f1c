import type { AnyApi } from './api.ts';
import { callSite } from './call-site.ts';
import { declaration, defined, each, isFields, isHandle, type Declaration, type Fields, type Form } from './declaration.ts';
import type { DeclaredEveryoneBut, DeclaredIdentity } from './identity.ts';
import type { DeclaredOperation } from './operation.ts';
import type { DeclaredSegment } from './segment.ts';

/** Who an invariant speaks of. `anyone` is the unauthenticated, `anyIdentity` every identity but the excepted ones. */
export type DeclaredSubject = DeclaredIdentity | DeclaredSegment | DeclaredEveryoneBut;
/** What must not be reached: a segment, an API, or one operation. */
export type DeclaredObject = DeclaredSegment | AnyApi | DeclaredOperation;

/** A way that can be forbidden. */
export interface DeclaredWay { readonly kind: 'reach' | 'flow'; readonly from: DeclaredSubject; readonly to: DeclaredObject; readonly through?: readonly DeclaredObject[] | undefined }
/**
 * One request from somebody to something. Conditions are no obstacle: what somebody can meet at some instant from the
 * check on, they reach. People also reach what `anyone` may, and what a workload asks for in their name; partners what
 * `anyone` may; a workload what it may do alone or acting for anybody.
 */
export const reach = (from: DeclaredSubject, to: DeclaredObject): DeclaredWay => Object.freeze({ kind: 'reach', from, to });
/**
 * A chain of requests by which something can get from somebody to something. The first is made by them, as in `reach`;
 * each further one by the workload that serves what the one before was onto, alone or acting for anybody; the last is onto
 * what the invariant speaks of. What is put into a resource of the cloud passes to whoever takes it out: a queue's
 * sender to its receiver, a table's or a bucket's writer to its reader, a topic's publisher to its subscriber. Each request must be
 * possible at some instant from the check on, by itself. One request is a chain: what `reach` finds, so does `flow`.
 *
 * With `through`, only chains that pass through every one of these, in this order: some request before the last is onto it,
 * and one may be onto several. What a server answers goes back to who asked, and is not followed.
 */
export const flow = (from: DeclaredSubject, to: DeclaredObject, options: { readonly through?: readonly DeclaredObject[] | undefined } = {}): DeclaredWay =>
  Object.freeze({ ...(isFields(options) ? defined(options) : { through: options as never }), kind: 'flow', from, to });

export interface DeclaredInvariant { readonly kind: 'never'; readonly [declaration]: Declaration }

/** Something that must stay impossible. Unlike not granting it, this binds later edits: a grant that breaks it does not compile. */
export function never(way: DeclaredWay, options: { readonly because: string; readonly owner?: string | undefined }): DeclaredInvariant {
  return Object.freeze({ kind: 'never', [declaration]: { form: neverForm, name: way, options, site: callSite(never) } });
}

const neverForm: Form = {
  list: 'never',
  lower({ name: way, options }, { refer }) {
    if (!isFields(way) || !isFields(options)) return isFields(way) ? options : way;
    const { from, to, through, ...rest } = defined(way);
    const referred = (value: unknown): unknown => (isAnyIdentity(value) ? { kind: 'anyIdentity', except: each(value[declaration].options, refer) } : refer(value));
    const object = (value: unknown): unknown => (isHandle(value) && (value as unknown as Fields)['kind'] === 'operation' ? { kind: 'operation', ...value[declaration].ref } : refer(value));
    return {
      ...rest, ...defined(options), from: referred(from), to: object(to),
      ...(through === undefined ? {} : { through: each(through, object) }),
    };
  },
  // the way is a call of its own, inside this one
  inside: (_, tokens) => (tokens[0] === 'because' || tokens[0] === 'owner' ? tokens : []),
};

const isAnyIdentity = (value: unknown): value is { readonly [declaration]: Declaration } => isHandle(value) && (value as unknown as Fields)['kind'] === 'anyIdentity';
