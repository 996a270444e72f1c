import { isError, type Diagnostic } from './diagnostic.ts';

/** What a phase returns: its value, unless there is an error, and everything it has to say either way. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Any error among the diagnostics withholds the value. */
export function checked<T>(diagnostics: readonly Diagnostic[], value: () => T): Checked<T> {
  return diagnostics.some(isError) ? { ok: false, diagnostics } : { ok: true, value: value(), diagnostics };
}
