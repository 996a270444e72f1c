import type { Node, RecordNode } from '../shape.ts';
import { standsPlain } from './plain-scalar.ts';

/**
 * The one YAML text of a value: block style, keys in code-unit order, two spaces, LF, a final newline; no anchors, no comments but the
 * first line, which leads an editor to the schema. A text stands in quotes where some reader, of YAML 1.1 or 1.2, would take it for
 * something else; it is never folded. What the schema defaults to nothing is left out, as in JSON.
 */
export const writeYaml = (schemaId: string, shape: Node, value: object): string => `# yaml-language-server: $schema=${schemaId}\n${block(entriesOf(shape, value), '')}`;

/** What stands behind a mark: a scalar in its line, or lines below it. */
type Written = { readonly scalar: string } | { readonly entries: Entries };
interface Entries { readonly of: 'list' | 'mapping'; readonly all: readonly { readonly key: string; readonly value: Written }[] }

function entriesOf(node: Node, value: object): Entries {
  const written = write(node, value);
  if ('scalar' in written) throw new Error('a document is a mapping that is not empty');
  return written.entries;
}

function write(node: Node, value: unknown): Written {
  switch (node.node) {
    case 'text': case 'integer': case 'number': case 'boolean': case 'literal': return { scalar: scalar(value) };
    case 'anything': case 'alternatives': throw new Error(`no policy has ${node.node}`);
    case 'named': return write(node.get(), value);
    case 'either': return typeof value === 'string' ? { scalar: scalar(value) } : write(node.other, value);
    case 'record': return mapping(fieldsOf(node, value as Readonly<Record<string, unknown>>));
    case 'union': return mapping(fieldsOf(node.members.get((value as { readonly kind: string }).kind)!, value as Readonly<Record<string, unknown>>));
    case 'map': return mapping(Object.keys(value as object).sort().map((key) => ({ key: scalar(key), value: write(node.of, (value as Readonly<Record<string, unknown>>)[key]) })));
    case 'list': {
      const all = (value as readonly unknown[]).map((member) => ({ key: '', value: write(node.of, member) }));
      return all.length === 0 ? { scalar: '[]' } : { entries: { of: 'list', all } };
    }
    default: return node satisfies never;
  }
}

const mapping = (all: Entries['all']): Written => (all.length === 0 ? { scalar: '{}' } : { entries: { of: 'mapping', all } });

function fieldsOf({ fields }: RecordNode, value: Readonly<Record<string, unknown>>): Entries['all'] {
  return fields.flatMap((field) => {
    const content = value[field.name];
    if (content === undefined) return [];
    const written = write(field.node, content);
    if (field.presence === 'defaulted' && 'scalar' in written && (written.scalar === '[]' || written.scalar === '{}')) return [];
    return [{ key: field.name, value: written }];
  });
}

/** Longest key that stands before its colon in one line: YAML takes 1024 characters, quotes and escapes among them. */
const longestKey = 1000;

/** Lines, each behind this indentation but for the first, which may go on in the line of a `- `. */
function block({ all, of }: Entries, indent: string, first = indent): string {
  return all.map(({ key, value }, index) => {
    const start = index === 0 ? first : indent;
    if (of === 'list') return 'scalar' in value ? `${start}- ${value.scalar}\n` : `${start}- ${block(value.entries, `${indent}  `, '')}`;
    const mark = key.length > longestKey ? `? ${key}\n${indent}:` : `${key}:`;
    return 'scalar' in value ? `${start}${mark} ${value.scalar}\n` : `${start}${mark}\n${block(value.entries, `${indent}  `)}`;
  }).join('');
}

function scalar(value: unknown): string {
  switch (typeof value) {
    case 'string': return standsPlain(value) ? value : quoted(value);
    // `1e+21` has a dot as well, without which it is a text to YAML 1.1
    case 'number': return JSON.stringify(value).replace(/^(-?\d+)(?=e)/, '$1.0');
    default: return JSON.stringify(value);
  }
}

/** As JSON has it, and what YAML does not print, or takes for the end of a line, as escapes too. */
const quoted = (text: string): string => JSON.stringify(text).replace(/[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
