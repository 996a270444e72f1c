import type { Diagnostic, Location, Related } from '../diagnostic.ts';

/**
 * Diagnostics for other programs, as `schemas/diagnostics.v1.json` describes them: a list, keys always in the same order,
 * what is absent left out, a line feed at the end. `path` spells each file's path, for instance relative to the
 * repository; by default as it was given.
 */
export function renderJson(diagnostics: readonly Diagnostic[], path: (path: string) => string = (given) => given): string {
  return `${JSON.stringify(diagnostics.map((diagnostic) => diagnosticJson(diagnostic, path)), undefined, 2)}\n`;
}

/** One diagnostic, as in the list. */
export function diagnosticJson(diagnostic: Diagnostic, path: (path: string) => string): Diagnostic {
  const { code, severity, message, pointer, at, related, help, fix, witness } = diagnostic;
  return {
    code,
    severity,
    message,
    ...(pointer === undefined ? {} : { pointer }),
    ...(at === undefined ? {} : { at: locationJson(at, path) }),
    related: related.map((entry) => relatedJson(entry, path)),
    ...(help === undefined ? {} : { help }),
    ...(fix === undefined ? {} : { fix: {
      grade: fix.grade, title: fix.title, edits: fix.edits.map((edit) => ({ at: locationJson(edit.at, path), text: edit.text })),
    } }),
    ...(witness === undefined ? {} : { witness }),
  };
}

const relatedJson = ({ message, at, pointer }: Related, path: (path: string) => string): Related => ({
  message,
  ...(at === undefined ? {} : { at: locationJson(at, path) }),
  ...(pointer === undefined ? {} : { pointer }),
});

const locationJson = ({ path: file, span }: Location, path: (path: string) => string): Location => ({
  path: path(file),
  ...(span === undefined ? {} : { span: {
    line: span.line,
    column: span.column,
    ...(span.endLine === undefined ? {} : { endLine: span.endLine }),
    ...(span.endColumn === undefined ? {} : { endColumn: span.endColumn }),
  } }),
});
