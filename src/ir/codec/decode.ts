import { sortDiagnostics, type Checked, type Declared, type Diagnostic, type Site, type Span } from '#diagnostics';
import type { Platform } from '../platform.ts';
import type { Policy } from '../policy.ts';
import { schemaIds } from './encode.ts';
import { foreign, type Kind } from './foreign.ts';
import { platformShape } from './platform-shape.ts';
import { policyShape } from './policy-shape.ts';
import { maxReported, sayOf, type ReadDocument } from './read-document.ts';
import { readJson } from './read-json.ts';
import { schemaErrors } from './schema-errors.ts';
import validatePlatform from './validate-platform.generated.js';
import validatePolicy from './validate-policy.generated.js';
import { violations } from './violations.ts';

const readers = {
  policy: { shape: policyShape, validate: validatePolicy },
  platform: { shape: platformShape, validate: validatePlatform },
} as const;

/**
 * Reads a policy from JSON, strictly: UTF-8 (a byte order mark is skipped), no key twice, no property that the schema
 * does not have. Defaults are filled in; nothing is sorted, and names are not looked at: that is for `check`. `path`
 * is what diagnostics call the file. Bad input: CS5003, CS5004, CS5005, CS5007, CS5008, CS5017.
 */
export const decodePolicy = (text: string | Uint8Array, path: string): Checked<Declared<Policy>> => decode<Policy>('policy', readJson(text, path), path);
/** Reads a platform from JSON; as `decodePolicy`. */
export const decodePlatform = (text: string | Uint8Array, path: string): Checked<Declared<Platform>> => decode<Platform>('platform', readJson(text, path), path);

/** What a document says that was read already, judged by the schema of its kind. What is wrong with how it is written is said along with it. */
export function decode<T>(kind: Kind, read: ReadDocument, path: string): Checked<Declared<T>> {
  const say = sayOf(path);
  if (!read.ok) return { ok: false, diagnostics: sortDiagnostics(read.diagnostics) };
  const { document, problems, where } = read;
  // the schema has nothing to add where a value is not what it seems
  const spoilt = new Set(problems.map(({ at }) => placeOf(at?.span)));
  const refuse = (...diagnostics: readonly Diagnostic[]): Checked<Declared<T>> =>
    ({ ok: false, diagnostics: sortDiagnostics([...problems, ...diagnostics.filter(({ at }) => !spoilt.has(placeOf(at?.span)))]).slice(0, maxReported) });

  const stranger = foreign(document, kind, schemaIds[kind]);
  if (stranger !== undefined) return refuse(say('CS5004', stranger.message, where().value(stranger.pointer), { help: stranger.help, pointer: stranger.pointer }));

  const { shape, validate } = readers[kind];
  const errors = schemaErrors(validate, document);
  if (errors.length > 0) {
    const found = violations(shape, document, errors, (pointer) => where().written?.(pointer));
    const diagnostics = found.slice(0, maxReported).map(({ pointer, key, message, help }) =>
      say('CS5005', message, key === true ? where().key(pointer) : where().value(pointer), { help, pointer }));
    return refuse(...diagnostics);
  }
  if (problems.length > 0) return refuse();

  const { $schema: _, ...draft } = document as { readonly $schema?: string };
  const site = (pointer: string): Site => ({ at: { path, span: where().value(pointer) } });
  return { ok: true, value: { draft: draft as T, sites: { find: site }, diagnostics: [] }, diagnostics: [] };
}

const placeOf = (span: Span | undefined): string => (span === undefined ? '' : `${span.line}:${span.column}`);
