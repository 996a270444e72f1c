import { diagnose, sortDiagnostics, type Checked, type Declared, type Diagnostic, type Related, type Site, type Span } from '#diagnostics';
import type { Platform } from '../platform.ts';
import type { Policy } from '../policy.ts';
import { schemaIds } from './encode.ts';
import { foreign, type Kind } from './foreign.ts';
import { readFaults } from './json-fault.ts';
import { platformShape } from './platform-shape.ts';
import { policyShape } from './policy-shape.ts';
import { positionsIn, type Positions } from './positions.ts';
import { countProperties, endOfString, survey } from './survey.ts';
import { decodeUtf8 } from './utf8.ts';
import validatePlatform from './validate-platform.generated.js';
import validatePolicy from './validate-policy.generated.js';
import { violations, type SchemaError } from './violations.ts';

/** Most bytes (of text that is given as a string: UTF-16 units) that a document may have. */
export const maxDocumentBytes = 50_000_000;
/** Deepest nesting of lists and objects. A policy needs seven, and two more for each `all` or `any`. */
export const maxDepth = 64;
/** Most values, which is what takes memory: a legitimate document of 50 MB has a third of that. */
const maxValues = 10_000_000;
const maxReported = 100;

type ReadingCode = 'CS5003' | 'CS5004' | 'CS5005' | 'CS5007' | 'CS5008' | 'CS5017';

const readers = {
  policy: { shape: policyShape, validate: validatePolicy },
  platform: { shape: platformShape, validate: validatePlatform },
} as const;

/**
 * Reads a policy from JSON, strictly: UTF-8 (a byte order mark is skipped), no key twice, no property that the schema
 * does not have. Defaults are filled in; nothing is sorted, and names are not looked at: that is for `check`. `path`
 * is what diagnostics call the file. Bad input: CS5003, CS5004, CS5005, CS5007, CS5008, CS5017.
 */
export const decodePolicy = (text: string | Uint8Array, path: string): Checked<Declared<Policy>> => decode<Policy>('policy', text, path);
/** Reads a platform from JSON; as `decodePolicy`. */
export const decodePlatform = (text: string | Uint8Array, path: string): Checked<Declared<Platform>> => decode<Platform>('platform', text, path);

function decode<T>(kind: Kind, input: string | Uint8Array, path: string): Checked<Declared<T>> {
  const say = (code: ReadingCode, message: string, at: Span | undefined, more: { readonly help?: string | undefined; readonly pointer?: string; readonly related?: readonly Related[] } = {}): Diagnostic => diagnose(code, {
    message,
    ...(more.pointer === undefined ? {} : { pointer: more.pointer }),
    at: { path, ...(at === undefined ? {} : { span: at }) },
    related: more.related ?? [],
    ...(more.help === undefined ? {} : { help: more.help }),
  });
  const refuse = (...diagnostics: readonly Diagnostic[]): Checked<Declared<T>> => ({ ok: false, diagnostics: sortDiagnostics(diagnostics) });

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

  const stranger = foreign(document, kind, schemaIds[kind]);
  if (stranger !== undefined) return refuse(say('CS5004', stranger.message, where().value(stranger.pointer), { help: stranger.help, pointer: stranger.pointer }));

  const { shape, validate } = readers[kind];
  const errors = errorsOf(validate, document);
  if (errors.length > 0) {
    const found = violations(shape, document, errors);
    const diagnostics = found.slice(0, maxReported).map(({ pointer, key, message, help }) =>
      say('CS5005', message, key === true ? where().key(pointer) : where().value(pointer), { help, pointer }));
    return refuse(...diagnostics);
  }

  const { $schema: _, ...draft } = document as { readonly $schema?: string };
  const site = (pointer: string): Site => ({ at: { path, span: where().value(pointer) } });
  return { ok: true, value: { draft: draft as T, sites: { find: site }, diagnostics: [] }, diagnostics: [] };
}

function errorsOf(validate: typeof validatePolicy, document: unknown): readonly SchemaError[] {
  try {
    return validate(document) ? [] : validate.errors ?? [];
  } catch (thrown) {
    if (typeof thrown === 'object' && thrown !== null && 'enough' in thrown) return (thrown as { readonly enough: readonly SchemaError[] }).enough;
    throw thrown;
  }
}
