import type { Code, Severity } from '../diagnostic.ts';

/** What `countersign explain <code>` says. A code means one thing for ever; one that is given up is not used again. */
export interface CatalogueEntry {
  readonly code: Code;
  /** Kebab-case, for people and for links. */
  readonly name: string;
  /** What it usually is. `CS1010` alone can be milder: what `--drop-expired` left out is only noted. */
  readonly severity: Severity;
  /** One sentence: what is wrong. */
  readonly summary: string;
  /** What could happen if it were let through. */
  readonly why: string;
  /** What to do about it, in the order of what is most often right. */
  readonly whatToDo: string;
  /** What a user wrote, and where needed what is right, as a few lines of their own language. */
  readonly example: string;
}

/** Lets a table of entries keep its codes as literal types. */
export const entry = <const C extends Code>(given: CatalogueEntry & { readonly code: C }): CatalogueEntry & { readonly code: C } => Object.freeze(given);
