import { diagnose, type Diagnostic, type Related, type Span } from '#diagnostics';
import { readFaults } from './json-fault.ts';
import { positionsIn, type Positions } from './positions.ts';
import { countProperties, endOfString, survey } from './survey.ts';
import { decodeUtf8 } from './utf8.ts';

/** Most bytes (of text that is given as a string: UTF-16 units) that a document may have. */
export const maxDocumentBytes = 50_000_000;
/** Deepest nesting of lists and objects. A policy needs seven, and two more for each `all` or `any`. */
export const maxDepth = 64;
/** Most values, which is what takes memory: a legitimate document of 50 MB has a third of that. */
const maxValues = 10_000_000;
export const maxReported = 100;

export type ReadingCode = 'CS5003' | 'CS5004' | 'CS5005' | 'CS5007' | 'CS5008' | 'CS5017';
interface More { readonly help?: string | undefined; readonly pointer?: string; readonly related?: readonly Related[] }

/** A diagnostic of one file. */
export const sayOf = (path: string) => (code: ReadingCode, message: string, at: Span | undefined, more: More = {}): Diagnostic => diagnose(code, {
  message,
  ...(more.pointer === undefined ? {} : { pointer: more.pointer }),
  at: { path, ...(at === undefined ? {} : { span: at }) },
  related: more.related ?? [],
  ...(more.help === undefined ? {} : { help: more.help }),
});

export type ReadJson =
  | { readonly ok: true; readonly document: unknown; /** Where things stand, worked out when it is first asked for. */ readonly where: () => Positions }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * Reads JSON of whatever shape, strictly: UTF-8 (a byte order mark is skipped), no key twice, within bounds that keep time
 * and memory in hand. `path` is what diagnostics call the file. Bad input: CS5003, CS5007, CS5008, CS5017.
 */
export function readJson(input: string | Uint8Array, path: string): ReadJson {
  const say = sayOf(path), refuse = (...diagnostics: readonly Diagnostic[]): ReadJson => ({ ok: false, diagnostics });
  if (input.length > maxDocumentBytes) return refuse(say('CS5017', `the file is ${Math.ceil(input.length / 1e6)} MB, and at most ${maxDocumentBytes / 1e6} MB are read`, undefined, { help: 'split it' }));
  const decoded = decodeUtf8(input);
  if (!decoded.ok) return refuse(say('CS5008', decoded.message, decoded.span, { help: decoded.help }));
  const { text } = decoded;

  let positions: Positions | undefined;
  const where = (): Positions => (positions ??= positionsIn(text));
  const { tooDeepAt, properties, separators } = survey(text, maxDepth);
  if (tooDeepAt !== undefined) return refuse(say('CS5017', `lists and objects nest more than ${maxDepth} deep here`, where().offset(tooDeepAt, 1), { help: 'write conditions within conditions flatter' }));
  if (separators > maxValues) return refuse(say('CS5017', `the document has more than ${maxValues} values`, undefined, { help: 'split it' }));

  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    const { fault } = readFaults(text, 0);
    if (fault === undefined) throw new Error('JSON.parse and readFaults disagree');
    const related = fault.opened === undefined ? [] : [{ message: 'it was opened here', at: { path, span: where().offset(fault.opened, 1) } }];
    return refuse(say('CS5003', `the file is not JSON: ${fault.what}`, where().offset(fault.offset), { help: fault.help, related }));
  }
  if (countProperties(document) !== properties) {
    const { doubles } = readFaults(text, maxReported);
    return refuse(...doubles.map(({ key, pointer, first, second }) => {
      const span = (offset: number): Span => where().offset(offset, endOfString(text, offset) + 1 - offset);
      return say('CS5007', `the key \`${key}\` stands twice in one object, and only one of its values would count`, span(second), {
        pointer, help: 'keep the one that is meant', related: [{ message: `\`${key}\` stands here first`, at: { path, span: span(first) } }],
      });
    }));
  }
  return { ok: true, document, where };
}
