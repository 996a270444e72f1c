import type { Code, Diagnostic, Edit, Fix, Location, Related, Span } from '#diagnostics';
import { anything, integer, literal, named, optional, record, required, sequence, text, type Shape } from './shape.ts';

const spanShape = named<Span>('span', 'Span', 'Lines and columns count from 1; columns count UTF-16 units, as editors do.', () => record<Span>({
  line: required(integer({ minimum: 1 }), 'First line.'),
  column: required(integer({ minimum: 1 }), 'First column.'),
  endLine: optional(integer({ minimum: 1 }), 'Last line.'),
  endColumn: optional(integer({ minimum: 1 }), 'The column after the last.'),
}));
const locationShape = named<Location>('location', 'Location', 'A place in a file.', () => record<Location>({
  path: required(text(), 'The file.'),
  span: optional(spanShape, 'Where in the file.'),
}));
const relatedShape = named<Related>('related', 'Related', 'Another place that has to do with it.', () => record<Related>({
  message: required(text(), 'What is there.'),
  at: optional(locationShape, 'Where.'),
  pointer: optional(text(), 'JSON pointer into the policy or platform.'),
}));
const editShape = named<Edit>('edit', 'Edit', 'A text that replaces what is there.', () => record<Edit>({
  at: required(locationShape, 'What is replaced.'),
  text: required(text(), 'The new text.'),
}));
const fixShape = named<Fix>('fix', 'Fix', 'Edits that resolve it.', () => record<Fix>({
  grade: required(literal('preserves-meaning', 'narrows', 'suggestion'), 'What the edits do to who may do what.'),
  title: required(text(), 'What the edits do, in words.'),
  edits: required(sequence(editShape), 'The edits.'),
}));
const diagnosticShape = named<Diagnostic>('diagnostic', 'Diagnostic', 'One thing to say.', () => record<Diagnostic>({
  code: required(text({ pattern: '^CS[0-9]{4}$' }) as Shape<string> as unknown as Shape<Code>, 'What kind of thing. Codes are never reused.'),
  severity: required(literal('error', 'warning', 'info'), 'An error stops the compile.'),
  message: required(text(), 'What is wrong and why, in one sentence, names in backticks.'),
  pointer: optional(text(), 'JSON pointer of what it speaks of in the policy or platform.'),
  at: optional(locationShape, 'That place in the user\'s own file.'),
  related: required(sequence(relatedShape), 'Other places that have to do with it.'),
  help: optional(text(), 'What to do about it.'),
  fix: optional(fixShape, 'Edits that resolve it.'),
  witness: { ...optional(anything(), 'A concrete case that shows it: of a broken `reach` the request (CS1022, CS1023), of a broken `flow` its chain, `{ steps: [{ grant, request }] }`, each request as `decide` takes it.') } as never,
}));

/** `schemas/diagnostics.v1.json`: a list, in the one order of diagnostics. */
export const diagnosticsShape: Shape<readonly Diagnostic[]> = named<readonly Diagnostic[]>('diagnostics', 'Countersign diagnostics', 'Everything that there is to say, in stable order.', () => sequence(diagnosticShape));
