import type { Diagnostic } from './diagnostic.ts';
import type { Sites } from './site.ts';

/**
 * What an author wrote, before anything is proved of it: data in the order of writing, with the places it was
 * written at, and what was wrong already while reading it. From the language, or from JSON.
 */
export interface Declared<T> { readonly draft: T; readonly sites: Sites; readonly diagnostics: readonly Diagnostic[] }
