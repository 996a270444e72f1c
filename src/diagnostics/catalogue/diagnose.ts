import type { Diagnostic } from '../diagnostic.ts';
import { catalogued, type CatalogueCode } from './catalogue.ts';

/** A diagnostic of a catalogued code, with the severity that its entry gives unless another is stated. */
export function diagnose(code: CatalogueCode, said: Partial<Diagnostic> & { readonly message: string }): Diagnostic {
  return { related: [], ...said, code, severity: said.severity ?? catalogued(code).severity };
}
