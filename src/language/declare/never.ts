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
/** One request from somebody to something. */
export const reach = (from: DeclaredSubject, to: DeclaredObject): DeclaredWay => Object.freeze({ kind: 'reach', from, to });
/** A chain of grants, queues included, `through` these on its way. */
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
