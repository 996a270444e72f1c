import { sortDiagnostics, type Checked, type Declared, type Diagnostic, type Site } from '#diagnostics';
import type { Platform } from '../platform.ts';
import type { Policy } from '../policy.ts';
import { schemaIds } from './encode.ts';
import { foreign, type Kind } from './foreign.ts';
import { platformShape } from './platform-shape.ts';
import { policyShape } from './policy-shape.ts';
import { maxReported, readJson, sayOf } from './read-json.ts';
import validatePlatform from './validate-platform.generated.js';
import validatePolicy from './validate-policy.generated.js';
import { violations, type SchemaError } from './violations.ts';

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
  const say = sayOf(path);
  const refuse = (...diagnostics: readonly Diagnostic[]): Checked<Declared<T>> => ({ ok: false, diagnostics: sortDiagnostics(diagnostics) });
  const read = readJson(input, path);
  if (!read.ok) return refuse(...read.diagnostics);
  const { document, where } = read;

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
