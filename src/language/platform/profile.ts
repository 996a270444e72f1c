import type { CallSite } from '../declare/call-site.ts';
import { declaration, isHandle, type Declaration, type Form, type Lowering } from '../declare/declaration.ts';

/** A part of a platform as a profile states it, with the place of the call. */
export interface Profile<K extends string> { readonly kind: K; readonly [declaration]: Declaration }

export const profile = <const K extends string>(kind: K, form: Form, options: unknown, site: CallSite): Profile<K> =>
  Object.freeze({ kind, [declaration]: { form, name: undefined, options, site } });

/**
 * As the IR has it, under the name that the platform gives it, if any; what is no profile is handed on as it is, for
 * `check` to judge. A profile of nothing is not nothing: a mesh would be missing, and nobody would hear of it.
 */
export const lowerProfile = (value: unknown, lowering: Lowering, name?: string): unknown =>
  (isHandle(value) ? value[declaration].form.lower({ ...value[declaration], name }, lowering) ?? null : value);
