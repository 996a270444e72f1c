import { createHash } from 'node:crypto';
import { canonicalize, canonicalizePlatform } from '../canonical.ts';
import type { Platform } from '../platform.ts';
import type { Policy } from '../policy.ts';
import { platformShape } from './platform-shape.ts';
import { policyShape } from './policy-shape.ts';
import type { Node, RecordNode } from './shape.ts';

export const schemaIds = {
  policy: 'https://countersign.dev/schemas/policy.v1.json',
  platform: 'https://countersign.dev/schemas/platform.v1.json',
  diagnostics: 'https://countersign.dev/schemas/diagnostics.v1.json',
  request: 'https://countersign.dev/schemas/request.v1.json',
  decision: 'https://countersign.dev/schemas/decision.v1.json',
  ledger: 'https://countersign.dev/schemas/ledger.v1.json',
  lock: 'https://countersign.dev/schemas/lock.v1.json',
} as const;

/**
 * The one JSON text of a policy: canonical order, keys in code-unit order, two spaces, LF, a final newline. Empty
 * lists and objects that the schema defaults are left out. Equal policies have equal bytes.
 */
export const encodePolicy = (policy: Policy): string => document(schemaIds.policy, policyShape, canonicalize(policy).policy);
/** The one JSON text of a platform; as `encodePolicy`. */
export const encodePlatform = (platform: Platform): string => document(schemaIds.platform, platformShape, canonicalizePlatform(platform).platform);

/** `sha256:` and the hexadecimal digest of the text's UTF-8 bytes. */
export const digest = (text: string): `sha256:${string}` => `sha256:${createHash('sha256').update(text, 'utf8').digest('hex')}`;

/** `$schema` sorts before every name of ours. */
function document(id: string, shape: Node, value: object): string {
  const body = write(shape, value, '\n');
  return `{\n  "$schema": ${JSON.stringify(id)},${body.slice(1)}\n`;
}

/** `line` is a line feed and the indentation of what encloses the value. */
function write(node: Node, value: unknown, line: string): string {
  switch (node.node) {
    case 'text': case 'integer': case 'number': case 'boolean': case 'literal': case 'anything': case 'alternatives': return JSON.stringify(value);
    case 'named': return write(node.get(), value, line);
    case 'either': return typeof value === 'string' ? JSON.stringify(value) : write(node.other, value, line);
    case 'record': return writeRecord(node, value as Readonly<Record<string, unknown>>, line);
    case 'union': return writeRecord(node.members.get((value as { readonly kind: string }).kind)!, value as Readonly<Record<string, unknown>>, line);
    // sorted here and not before: an object gives keys such as "10" back in an order of its own
    case 'map': return wrap('{', Object.keys(value as object).sort().map((key) => `${JSON.stringify(key)}: ${write(node.of, (value as Readonly<Record<string, unknown>>)[key], `${line}  `)}`), '}', line);
    case 'list': return wrap('[', (value as readonly unknown[]).map((member) => write(node.of, member, `${line}  `)), ']', line);
    default: return node satisfies never;
  }
}

function writeRecord({ fields }: RecordNode, value: Readonly<Record<string, unknown>>, line: string): string {
  const written: string[] = [];
  for (const field of fields) {
    const content = value[field.name];
    if (content === undefined) continue;
    const text = write(field.node, content, `${line}  `);
    if (field.presence === 'defaulted' && (text === '[]' || text === '{}')) continue;
    written.push(`"${field.name}": ${text}`);
  }
  return wrap('{', written, '}', line);
}

const wrap = (open: string, members: readonly string[], close: string, line: string): string =>
  (members.length === 0 ? open + close : `${open}${line}  ${members.join(`,${line}  `)}${line}${close}`);
