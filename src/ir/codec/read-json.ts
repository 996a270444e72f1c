import type { Diagnostic, Span } from '#diagnostics';
import { readFaults } from './json-fault.ts';
import { positionsIn, type Positions } from './positions.ts';
import { maxDepth, maxReported, sayOf, type ReadDocument } from './read-document.ts';
import { countProperties, endOfString, survey } from './survey.ts';
import { decodeUtf8 } from './utf8.ts';

/** Most bytes (of text that is given as a string: UTF-16 units) that a document may have. */
export const maxDocumentBytes = 50_000_000;
/** Most values, which is what takes memory: a legitimate document of 50 MB has a third of that. */
const maxValues = 10_000_000;

/** How much of a document is read, where it is another than a policy may have. */
export interface ReadLimits { readonly maxBytes: number; readonly maxValues: number }

/**
 * Reads JSON of whatever shape, strictly: UTF-8 (a byte order mark is skipped), no key twice, within bounds that keep time
 * and memory in hand. `path` is what diagnostics call the file. Bad input: CS5003, CS5007, CS5008, CS5017.
 */
export function readJson(input: string | Uint8Array, path: string, limits: ReadLimits = { maxBytes: maxDocumentBytes, maxValues }): ReadDocument {
  const say = sayOf(path), refuse = (...diagnostics: readonly Diagnostic[]): ReadDocument => ({ ok: false, diagnostics });
  if (input.length > limits.maxBytes) return refuse(say('CS5017', `the file is ${Math.ceil(input.length / 1e6)} MB, and at most ${limits.maxBytes / 1e6} MB are read`, undefined, { help: 'split it' }));
  const decoded = decodeUtf8(input);
  if (!decoded.ok) return refuse(say('CS5008', decoded.message, decoded.span, { help: decoded.help }));
  const { text } = decoded;

  let positions: Positions | undefined;
  const where = (): Positions => (positions ??= positionsIn(text));
  const { tooDeepAt, properties, separators } = survey(text, maxDepth);
  if (tooDeepAt !== undefined) return refuse(say('CS5017', `lists and objects nest more than ${maxDepth} deep here`, where().offset(tooDeepAt, 1), { help: 'write conditions within conditions flatter' }));
  if (separators > limits.maxValues) return refuse(say('CS5017', `the document has more than ${limits.maxValues} values`, undefined, { help: 'split it' }));

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
  return { ok: true, document, where, problems: [] };
}
