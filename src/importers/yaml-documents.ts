import { Composer, isAlias, isMap, isScalar, isSeq, LineCounter, Parser, visit, type CST, type Document, type Pair, type YAMLMap } from 'yaml';
import { diagnose, type Diagnostic, type Location } from '#diagnostics';
import { sourceTexts, type SourceFile, type SourceText } from './source-file.ts';

/** One document of a file, as plain data, and where in the file each part of it stands. */
export interface YamlDocument {
  readonly path: string;
  readonly value: unknown;
  /** The place of the key or the element that a way leads to; of what encloses it, if that is merged in from elsewhere. */
  readonly locate: (way: readonly (string | number)[]) => Location;
}

/** Expansions of one anchor and what is in it, as a whole. Real manifests have a few; a bomb has millions. */
const maxAliases = 1000;
/** Aliases times nodes of one document: each alias is looked up by walking through it. */
const maxLookups = 5_000_000;
/** Levels of nesting. A manifest has about fifteen. Composing calls itself, and with its stack full Node dies without a word. */
const maxNesting = 100;

/** How plain scalars are read, and the code of what is not well formed. */
export interface YamlDialect { readonly version: '1.1' | '1.2'; readonly malformed: 'CS5010' | 'CS5018' }
/** As Kubernetes' own tools read it: an unquoted `yes` is no text. */
export const kubernetesYaml: YamlDialect = { version: '1.1', malformed: 'CS5010' };
/** As the OpenAPI Specification recommends, "Format": YAML 1.2, in which `yes` is a text; with merge keys, which its tools know. */
export const openApiYaml: YamlDialect = { version: '1.2', malformed: 'CS5018' };

/** The documents of all files, in the order of their paths, and what is wrong with those that can't be read. */
export function documentsOf(files: readonly SourceFile[], dialect: YamlDialect): { readonly texts: readonly SourceText[]; readonly documents: readonly YamlDocument[]; readonly diagnostics: readonly Diagnostic[] } {
  const { texts, diagnostics } = sourceTexts(files);
  const read = texts.map((text) => yamlDocuments(text, dialect));
  return { texts, documents: read.flatMap(({ documents }) => documents), diagnostics: [...diagnostics, ...read.flatMap((one) => one.diagnostics)] };
}

/** The documents of a YAML or JSON file, empty ones left out. A key that stands twice is an error, here as in the API server. */
function yamlDocuments({ path, text }: SourceText, { version, malformed }: YamlDialect): { readonly documents: readonly YamlDocument[]; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const lines = new LineCounter();
  const at = (offset: number): Location => {
    const { line, col } = lines.linePos(offset);
    return { path, span: { line, column: col } };
  };
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const deep = tokens.map(nestingProblem).find((offset) => offset !== undefined);
  if (deep !== undefined) return { documents: [], diagnostics: [diagnose('CS5017', { message: `lists and mappings nest more than ${maxNesting} deep here`, at: at(deep), help: 'check that it is the file you meant' })] };

  const costly = tokens.find((token) => lookups(token) > maxLookups);
  if (costly !== undefined) return { documents: [], diagnostics: [repeating(at(costly.offset))] };

  const documents: YamlDocument[] = [];
  for (const document of new Composer({ version, merge: true, prettyErrors: false, uniqueKeys: false, logLevel: 'error' }).compose(tokens)) {
    const found = [...faults(document, text, at, malformed), ...badNodes(document, text, at, malformed)];
    if (found.length === 0) {
      const pairs: PairsOf = new Map();
      try {
        const value: unknown = document.toJS({ maxAliasCount: maxAliases });
        if (value !== null && value !== undefined) documents.push({ path, value, locate: (way) => at(offsetOf(document, way, pairs)) });
      } catch (error) {
        const start = at(document.contents?.range?.[0] ?? 0);
        found.push(/alias count/i.test((error as Error).message)
          ? repeating(start)
          : diagnose(malformed, { message: `the document can't be read as data: ${(error as Error).message}`, at: start, help: 'correct it' }));
      }
    }
    for (const one of found) diagnostics.push(one); // there may be more than a call takes
  }
  return { documents, diagnostics };
}

const repeating = (at: Location): Diagnostic =>
  diagnose('CS5017', { message: 'the document repeats itself by aliases more often than is read', at, help: 'write it out, or check that it is the file you meant' });

function faults(document: Document, text: string, at: (offset: number) => Location, malformed: YamlDialect['malformed']): Diagnostic[] {
  return [...document.errors, ...document.warnings].map(({ pos, message, code }) => {
    return diagnose(malformed, {
      message: `the file is not well-formed YAML: ${message.replace(/\.$/, '')}`, at: at(pos[0]),
      help: unrendered(text, pos[0]) ?? (code === 'TAB_AS_INDENT' ? 'indent with spaces' : 'correct the line'),
    });
  });
}

/** Advice for a line of a template, which is no YAML, or means something else there. */
function unrendered(text: string, offset: number): string | undefined {
  const end = text.indexOf('\n', offset);
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, end < 0 ? undefined : end);
  return line.includes('{{') ? 'render the templates first, as `helm template` does, and import what comes out' : undefined;
}

/** Keys that stand twice, or are no texts, and aliases of nothing. Linear, unlike the parser's own checks. Keys are compared as the texts that JSON makes of them. */
function badNodes(document: Document, text: string, at: (offset: number) => Location, malformed: YamlDialect['malformed']): Diagnostic[] {
  const found: Diagnostic[] = [];
  const anchors = new Set<string | undefined>();
  visit(document, {
    Scalar(_, { anchor }) { anchors.add(anchor); },
    Seq(_, { anchor }) { anchors.add(anchor); },
    Alias(_, { source, range }) {
      if (!anchors.has(source)) found.push(diagnose(malformed, { message: `no anchor \`&${source}\` stands before this alias of it`, at: at(range?.[0] ?? 0), help: 'write the anchor before it, or correct the name' }));
    },
    Map(_, { items, anchor }) {
      anchors.add(anchor);
      const known = new Map<string, number>();
      for (const { key } of items) {
        if (!isScalar(key)) {
          const start = (key as { readonly range?: readonly number[] } | null)?.range?.[0] ?? 0;
          found.push(diagnose(malformed, { message: 'a key is not a text', at: at(start), help: unrendered(text, start) ?? 'write plain keys' }));
          continue;
        }
        const name = typeof key.value === 'symbol' ? '<<' : String(key.value);
        const offset = key.range?.[0] ?? 0;
        const first = known.get(name);
        if (first === undefined) known.set(name, offset);
        else found.push(diagnose('CS5007', { message: `the key \`${name}\` stands twice in one mapping`, at: at(offset), related: [{ message: 'it stands here first', at: at(first) }], help: 'remove one of the two' }));
      }
    },
  });
  return found;
}

/** By key, made of a mapping when something of it is looked up: a mapping may have very many. */
type PairsOf = Map<YAMLMap, ReadonlyMap<string, Pair>>;
function pairOf(map: YAMLMap, step: string | number, pairs: PairsOf): Pair | undefined {
  let known = pairs.get(map);
  if (known === undefined) pairs.set(map, known = new Map(map.items.flatMap((pair) => (isScalar(pair.key) ? [[String(pair.key.value), pair] as const] : []))));
  return known.get(String(step));
}

function offsetOf(document: Document, way: readonly (string | number)[], pairs: PairsOf): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range?.[0] ?? 0;
  for (const step of way) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = pairOf(node, step, pairs);
      if (pair === undefined) break;
      offset = (isScalar(pair.key) ? pair.key.range?.[0] : undefined) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      offset = (node as { readonly range?: readonly number[] } | undefined)?.range?.[0] ?? offset;
    } else break;
  }
  return offset;
}

/** Where a document begins to nest too deep. Tokens are made without recursion, and are looked through without any. */
function nestingProblem(token: CST.Token): number | undefined {
  let level: readonly CST.Token[] = [token];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxNesting) return level[0]!.offset;
    level = level.flatMap(inside);
  }
  return undefined;
}

function inside(token: CST.Token): readonly CST.Token[] {
  if (token.type === 'document') return token.value === undefined ? [] : [token.value];
  if (!('items' in token)) return [];
  return token.items.flatMap((item) => [item.key, item.value].filter((member) => member !== undefined && member !== null));
}

function lookups(document: CST.Token): number {
  let [nodes, aliases] = [0, 0];
  const left = [document];
  for (let token = left.pop(); token !== undefined; token = left.pop()) {
    nodes++;
    if (token.type === 'alias') aliases++;
    for (const member of inside(token)) left.push(member);
  }
  return nodes * aliases;
}
