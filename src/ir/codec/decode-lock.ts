import { diagnose, sortDiagnostics, type Checked, type Diagnostic } from '#diagnostics';
import { canonicalize, canonicalizePlatform } from '../canonical.ts';
import type { Lock } from '../lock.ts';
import type { Platform } from '../platform.ts';
import type { Policy } from '../policy.ts';
import { schemaIds } from './encode.ts';
import { lockShape } from './lock-shape.ts';
import { platformShape } from './platform-shape.ts';
import { policyShape } from './policy-shape.ts';
import type { Positions } from './positions.ts';
import { maxReported } from './read-document.ts';
import { readJson } from './read-json.ts';
import { schemaErrors } from './schema-errors.ts';
import type { Node } from './shape.ts';
import validateLock from './validate-lock.generated.js';
import validatePlatform from './validate-platform.generated.js';
import validatePolicy from './validate-policy.generated.js';
import { violations } from './violations.ts';

/** Most bytes of a lock: the largest policy, and a ledger of it. Text longer than 512 MB is none to V8. */
export const maxLockBytes = 400_000_000;
const limits = { maxBytes: maxLockBytes, maxValues: 60_000_000 };

export interface DecodedLock { readonly lock: Lock; readonly where: () => Positions }

const again = 'write it again by `countersign lock`, or take it from version control; nothing in it is written by hand';

/**
 * Reads a lock from JSON, strictly, as far as its shape goes: whether its digests are those of what it holds is for whoever
 * knows how they are made. Bad input: CS5062, CS5063, CS5065.
 */
export function decodeLock(input: string | Uint8Array, path: string): Checked<DecodedLock> {
  const refuse = (...diagnostics: readonly Diagnostic[]): Checked<DecodedLock> => ({ ok: false, diagnostics: sortDiagnostics(diagnostics) });
  const read = readJson(input, path, limits);
  if (!read.ok) return refuse(...read.diagnostics.map((found): Diagnostic => ({ ...found, code: 'CS5062', message: `the lock can't be read: ${found.message}`, help: again })));
  const { document, where } = read;

  const stranger = strangerIn(document);
  if (stranger !== undefined) return refuse(diagnose(stranger.code, { message: stranger.message, help: stranger.help, at: { path, span: where().value(stranger.pointer) } }));

  const broken = (shape: Node, validate: typeof validateLock, part: unknown, above: string): readonly Diagnostic[] => {
    const errors = schemaErrors(validate, part);
    return (errors.length === 0 ? [] : violations(shape, part, errors)).slice(0, maxReported).map(({ key, message, pointer }) => diagnose('CS5062', {
      message: `the lock is not as it was written: ${message}`, help: again, at: { path, span: key === true ? where().key(above + pointer) : where().value(above + pointer) },
    }));
  };
  const outer = broken(lockShape, validateLock, document, '');
  if (outer.length > 0) return refuse(...outer);
  const { $schema: _, ...draft } = document as Lock & { readonly $schema?: string };
  const inner = [
    ...broken(policyShape, validatePolicy, draft.policy, '/policy'),
    ...draft.platforms.flatMap(({ platform }, index) => broken(platformShape, validatePlatform, platform, `/platforms/${index}/platform`)),
  ];
  if (inner.length > 0) return refuse(...inner);

  const lock: Lock = {
    ...draft, policy: canonicalize(withoutSchema(draft.policy)).policy,
    platforms: draft.platforms.map((one) => ({ ...one, platform: canonicalizePlatform(withoutSchema(one.platform)).platform })),
  };
  return { ok: true, value: { lock, where }, diagnostics: [] };
}

function withoutSchema<T extends Policy | Platform>(document: T): T {
  const { $schema: _, ...rest } = document as T & { readonly $schema?: string };
  return rest as unknown as T;
}

/** What is no lock at all, or that of another Countersign. */
function strangerIn(document: unknown): { readonly code: 'CS5063' | 'CS5065'; readonly message: string; readonly help: string; readonly pointer: string } | undefined {
  const notOurs = (message: string, pointer: string) => ({ code: 'CS5063' as const, message, pointer, help: `a lock begins with \`"$schema": "${schemaIds.lock}"\`; give the one that \`countersign lock\` wrote` });
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return notOurs('this is no lock of Countersign: it is not an object', '');
  const { $schema: schema, version } = document as Readonly<Record<string, unknown>>;
  const later = /^https:\/\/countersign\.dev\/schemas\/lock\.v(\d+)\.json$/.exec(String(schema))?.[1];
  if (later === undefined) return notOurs(schema === undefined ? 'this is no lock of Countersign: it names no schema' : `this is no lock of Countersign: it follows the schema \`${String(schema).slice(0, 200)}\``, schema === undefined ? '' : '/$schema');
  if (later === '1' && (version === 1 || version === undefined)) return undefined;
  const other = later === '1' ? JSON.stringify(version).slice(0, 60) : later;
  return { code: 'CS5065', message: `the lock has version ${other} of the format, and this Countersign reads version 1`, help: 'use the Countersign that wrote it (`tool` names it), or write the lock again with this one: `countersign lock`', pointer: later === '1' ? '/version' : '/$schema' };
}
