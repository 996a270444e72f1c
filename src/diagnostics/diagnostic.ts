/** Where something stands in a file. Lines and columns count from 1; columns count UTF-16 units, as editors do. */
export interface Span { readonly line: number; readonly column: number; readonly endLine?: number; readonly endColumn?: number }
/** A path as its source gave it: absolute from a program, as written from a data file. Edges make it relative. */
export interface Location { readonly path: string; readonly span?: Span }

export type Severity = 'error' | 'warning' | 'info';
/** `CS1xxx` language, `CS2xxx` lint, `CS3xxx` a target's loss, `CS4xxx` verify and diff, `CS5xxx` edges. Never reused. */
export type Code = `CS${number}`;

export interface Related { readonly message: string; readonly at?: Location; readonly pointer?: string }
export interface Edit { readonly at: Location; readonly text: string }
export interface Fix { readonly grade: 'preserves-meaning' | 'narrows' | 'suggestion'; readonly title: string; readonly edits: readonly Edit[] }

/**
 * One thing to say, as data. `pointer` is the JSON pointer of what it speaks of in the policy or platform that was
 * checked (in the order that it was written in); `at` is that pointer's place in the user's own file.
 */
export interface Diagnostic {
  readonly code: Code;
  readonly severity: Severity;
  /** One sentence: what is wrong and why, the user's names in backticks. */
  readonly message: string;
  readonly pointer?: string;
  readonly at?: Location;
  readonly related: readonly Related[];
  /** What to do about it. */
  readonly help?: string;
  readonly fix?: Fix;
  /** A concrete case that shows it, as data. */
  readonly witness?: unknown;
}

export const isError = (diagnostic: Diagnostic): boolean => diagnostic.severity === 'error';

/** The one order of diagnostics: by place, then code, then text. Equal ones are said once. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const keyed = diagnostics.map((diagnostic) => ({ diagnostic, key: sortKey(diagnostic) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.filter(({ key }, index) => index === 0 || key !== keyed[index - 1]?.key).map(({ diagnostic }) => diagnostic);
}

function sortKey({ at, code, message, pointer }: Diagnostic): string {
  const number = (value: number | undefined) => String(value ?? 0).padStart(9, '0');
  return [at?.path ?? '\uffff', number(at?.span?.line), number(at?.span?.column), code, message, pointer ?? ''].join('\0');
}
