import { Composer, type Document, type YAMLError } from 'yaml';
import { sortDiagnostics, type Diagnostic, type Span } from '#diagnostics';
import type { Positions } from '../positions.ts';
import { maxDepth, maxReported, sayOf, type ReadDocument, type ReadingCode } from '../read-document.ts';
import { decodeUtf8 } from '../utf8.ts';
import { yamlFault } from './yaml-fault.ts';
import { yamlPositions } from './yaml-positions.ts';
import { yamlTokens, type Indirection } from './yaml-tokens.ts';
import { yamlValue, type Located, type Objection } from './yaml-value.ts';

/** Most bytes (of text that is given as a string: UTF-16 units) that a YAML document may have: 20,000 grants or so. */
export const maxYamlBytes = 8_000_000;
/** Most lexemes: keys, values, marks and the spaces between them. An ordinary document of the largest size has 2.5 million. */
const maxLexemes = 3_000_000;

/**
 * Reads YAML 1.2 (core schema) of whatever shape, strictly: one document of plain data, as JSON would have it. No key twice, no
 * anchors, aliases, tags, merges or directives, and nothing without quotes that readers of YAML disagree about. Within bounds that
 * keep time and memory in hand. Bad input: CS5007, CS5008, CS5017, CS5052–CS5054.
 */
export function readYaml(input: string | Uint8Array, path: string): ReadDocument {
  const say = sayOf(path), refuse = (diagnostics: readonly Diagnostic[]): ReadDocument => ({ ok: false, diagnostics: sortDiagnostics(diagnostics) });
  const larger = `write it as JSON, which is read up to 50 MB, or in TypeScript`;
  if (input.length > maxYamlBytes) return refuse([say('CS5017', `the file is ${Math.ceil(input.length / 1e6)} MB, and YAML is read up to ${maxYamlBytes / 1e6} MB`, undefined, { help: larger })]);
  const decoded = decodeUtf8(input);
  if (!decoded.ok) return refuse([say('CS5008', decoded.message, decoded.span, { help: decoded.help })]);
  // an end of line is one character from here on, and no place moves by it
  const text = decoded.text.includes('\r') ? decoded.text.replaceAll('\r\n', '\n') : decoded.text;

  const strange = unprintable(text);
  if (strange.length > 0) {
    const { offset } = yamlPositions(text, null);
    return refuse(strange.map((at) => say('CS5052', `the file is not YAML: ${named(text, at)} stands in it`, offset(at, 1), { help: 'write it as an escape in double quotes, such as `"\\u2028"`, or remove it' })));
  }
  const read = parse(text);
  if ('why' in read) {
    const at = yamlPositions(text, null).offset(read.offset, 1);
    return refuse([read.why === 'deep' ? say('CS5017', `lists and mappings nest more than ${maxDepth} deep here`, at, { help: 'write conditions within conditions flatter' })
      : say('CS5017', `the document has more than ${maxLexemes} keys, values and marks`, at, { help: larger })]);
  }

  const { root, faults, indirections } = read;
  const { value, objections } = yamlValue(root);
  if (faults.length === 0 && indirections.length === 0 && objections.length === 0) {
    if (value === null && root?.range?.[0] === root?.range?.[1]) return refuse([say('CS5052', `the file is empty${text.trim() === '' ? '' : ', but for comments'}`, undefined, { help: 'write a document; `countersign schema` prints what it has' })]);
    let positions: Positions | undefined;
    return { ok: true, document: value, problems: [], where: () => (positions ??= yamlPositions(text, rootOf(text))) };
  }
  const where = yamlPositions(text, root);
  const problems = [
    ...faults.map((fault) => { const { what, help } = fault; return say('CS5052', `the file is not YAML: ${what}`, where.offset(Math.min(fault.offset, text.length)), { help }); }),
    ...indirections.slice(0, maxReported).map(({ kind, offset, text: written }) => say('CS5053', `${indirect[kind].what(short(written))}, and a policy in YAML is plain data`, where.offset(offset, written.length), { help: indirect[kind].help })),
    ...objections.slice(0, maxReported).map((objection) => objected(objection, say, where.ofNode, path)),
  ];
  return faults.length > 0 ? refuse(sortDiagnostics(problems).slice(0, maxReported)) : { ok: true, document: value, problems, where: () => where };
}

interface Fault { readonly offset: number; readonly what: string; readonly help: string }
interface Parsed { readonly root: Located; readonly faults: readonly Fault[]; readonly indirections: readonly Indirection[] }

function parse(text: string): Parsed | { readonly why: 'deep' | 'many'; readonly offset: number } {
  const read = yamlTokens(text, { depth: maxDepth, lexemes: maxLexemes });
  if (!read.ok) return read;
  const composer = new Composer({ version: '1.2', schema: 'core', merge: false, uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
  const [first, second] = composer.compose(read.tokens) as Iterable<Document.Parsed>; // and no more of them
  const faults = (first?.errors ?? []).filter(isSyntax).slice(0, maxReported).map((error) => ({ offset: error.pos[0], ...yamlFault(error) }));
  if (second !== undefined) faults.push({ offset: second.range[0], what: 'a second document begins here', help: 'a file holds one document' });
  return { root: (first?.contents ?? null) as Located, faults, indirections: read.indirections };
}

function rootOf(text: string): Located {
  const read = parse(text);
  if ('why' in read) throw new Error('a text that was read once is not read twice');
  return read.root;
}

/** What anchors, aliases, tags and directives have wrong is said of them as such. */
const isSyntax = ({ code }: YAMLError): boolean => !['BAD_ALIAS', 'ALIAS_PROPS', 'TAG_RESOLVE_FAILED', 'MULTIPLE_TAGS', 'MULTIPLE_ANCHORS', 'BAD_COLLECTION_TYPE', 'BAD_DIRECTIVE', 'BAD_PROP_ORDER'].includes(code);

const indirect: Readonly<Record<Indirection['kind'], { readonly what: (written: string) => string; readonly help: string }>> = {
  anchor: { what: (written) => `an anchor, \`${written}\`, stands here`, help: 'remove it, and write what would be an alias of it out' },
  alias: { what: (written) => `an alias, \`${written}\`, stands here`, help: 'write out what it stands for, or put the text in quotes if it is one' },
  tag: { what: (written) => `a tag, \`${written}\`, stands here`, help: 'remove it; quotes make a text of anything' },
  directive: { what: (written) => `a directive, \`${written}\`, stands here`, help: 'remove it: the file is read as YAML 1.2' },
};

function objected(objection: Objection, say: ReturnType<typeof sayOf>, place: (node: Located) => Span, path: string): Diagnostic {
  const { kind, pointer } = objection, at = place(objection.at);
  const refused = (code: ReadingCode, message: string, help: string): Diagnostic => say(code, message, at, { pointer, help });
  switch (kind) {
    case 'double': return say('CS5007', `the key \`${short(objection.key)}\` stands twice in one mapping, and only one of its values would count`, at, {
      pointer, help: 'keep the one that is meant', related: [{ message: `\`${short(objection.key)}\` stands here first`, at: { path, span: place(objection.first) } }],
    });
    case 'key': return objection.what === 'a merge' ? refused('CS5053', 'a merge, `<<`, stands here, and a policy in YAML is plain data', 'write out what it would bring')
      : refused('CS5053', objection.written === undefined ? `a key is ${objection.what}, and has to be a text` : `the key \`${short(objection.written)}\` is ${objection.what}, and has to be a text`,
        objection.written === undefined ? 'write a text, in quotes if it has marks of YAML in it' : `quote it: \`${JSON.stringify(short(objection.written))}\``);
    case 'number': return refused('CS5054', `\`${objection.written}\` is a number that JSON does not have`, `write another, or quote it if the text is meant: \`${JSON.stringify(objection.written)}\``);
    case 'torn': {
      const { value, written } = objection;
      const here = typeof value === 'number' ? `the number ${value}` : 'a text';
      return refused('CS5054', `\`${short(written)}\` is ${here} to YAML 1.2, and ${otherwise(written)} to readers of YAML 1.1`, `quote it if the text is meant: \`${JSON.stringify(short(written))}\`${instead(written, value, objection.isKey)}`);
    }
    default: return objection satisfies never;
  }
}

/** What YAML 1.1 has in mind. */
function otherwise(written: string): string {
  if (/^(?:y|yes|on)$/i.test(written)) return '`true`';
  if (/^(?:n|no|off)$/i.test(written)) return '`false`';
  if (/^[-+]?0[0-7_]+$/.test(written)) return 'one of base 8';
  if (/:/.test(written) && !/^[0-9]{4}-/.test(written)) return 'a number of base 60';
  if (/^[0-9]{4}-/.test(written)) return 'a moment';
  if (written === '=' || written === '<<') return 'a mark';
  return 'something else';
}
function instead(written: string, value: unknown, isKey: boolean): string {
  if (isKey) return '';
  if (typeof value === 'number') return `; for the number write \`${value}\``;
  if (/^(?:y|yes|on)$/i.test(written)) return '; else write `true`';
  return /^(?:n|no|off)$/i.test(written) ? '; else write `false`' : '';
}

/** Characters that YAML does not print, and ends of lines to some readers and not to others. At most as many as are reported. */
function unprintable(text: string): readonly number[] {
  const strange = /[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]|\p{Surrogate}/gu;
  const found: number[] = [];
  for (let match = strange.exec(text); match !== null && found.length < maxReported; match = strange.exec(text)) found.push(match.index);
  return found;
}

const named = (text: string, at: number): string => `the character U+${text.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0')}`;
const short = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
