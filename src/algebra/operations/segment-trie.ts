/** Methods that a template can be asked for, `OPTIONS` last because `ANY` leaves it out. What is none of them fits nothing. */
export const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
export type Method = (typeof methods)[number];

const numberOf = new Map<string, number>(methods.map((method, index) => [method, index]));
/** Its number; -1 of whatever no operation can name. */
export const methodNumber = (method: string): number => numberOf.get(method) ?? -1;

/** A template and what stands for it. */
export interface Template { readonly method: Method | 'ANY'; readonly path: string; /** 0 and up; the order of declaration. */ readonly owner: number }

export type Segment = { readonly kind: 'literal'; readonly text: string } | { readonly kind: 'parameter' | 'rest' };
/** The segments of a template. `/` has none. What stands after `{rest**}` is never read, but counts where two fit alike. */
export const segmentsOf = (path: string): readonly Segment[] => (path === '/' ? [] : path.slice(1).split('/').map((text): Segment =>
  (!text.startsWith('{') ? { kind: 'literal', text } : { kind: text.endsWith('**}') ? 'rest' : 'parameter' })));

interface Node {
  /** Literals by the hash of their text, and then by the text: no part of a path has to be cut out to be looked up. */
  literals: Map<number, Edge[]> | undefined;
  parameter: Node | undefined;
  /** Owner by method, -1 where there is none: of the path that ends here, and of what goes on from here. */
  ends: Int32Array | undefined;
  rests: Int32Array | undefined;
}
interface Edge { readonly text: string; readonly to: Node }

const newNode = (): Node => ({ literals: undefined, parameter: undefined, ends: undefined, rests: undefined });

/**
 * Which template owns a path: the most specific whose method fits. Literal goes before parameter goes before rest, from the
 * left; then the named method before `ANY`; then the earlier declaration. Depth first in that order, the first that fits is it.
 */
export class SegmentTrie {
  readonly #root = newNode();

  constructor(templates: readonly Template[]) {
    const ordered = templates.map((template) => ({ template, segments: segmentsOf(template.path), rank: rankOf(template) })).sort((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : a.template.owner - b.template.owner));
    for (const { template, segments } of ordered) this.#add(template, segments);
  }

  /** The owner of a canonical path, or -1. Whoever asks has seen to it that the path is canonical. */
  ownerOf(method: number, path: string): number {
    if (method < 0) return -1;
    return path.length === 1 ? emptyPath(this.#root, method) : find(this.#root, method, path, 1);
  }

  #add({ method, owner }: Template, segments: readonly Segment[]): void {
    let node = this.#root;
    for (const segment of segments) {
      if (segment.kind === 'rest') { node.rests = claim(node.rests, method, owner); return; }
      node = segment.kind === 'literal' ? child(node, segment.text) : (node.parameter ??= newNode());
    }
    node.ends = claim(node.ends, method, owner);
  }
}

/** Orders templates that fit one path: the contained one comes first. */
const rankOf = ({ method, path }: Template): string => `${segmentsOf(path).map(({ kind }) => (kind === 'literal' ? 'a' : kind === 'parameter' ? 'b' : 'c')).join('')}+${method === 'ANY' ? 'z' : 'a'}`;

/** Whoever came before keeps what it has. */
function claim(owners: Int32Array | undefined, method: Method | 'ANY', owner: number): Int32Array {
  const claimed = owners ?? new Int32Array(methods.length).fill(-1);
  for (let each = 0; each < methods.length; each++) {
    const fits = method === 'ANY' ? methods[each] !== 'OPTIONS' : methods[each] === method;
    if (fits && claimed[each] === -1) claimed[each] = owner;
  }
  return claimed;
}

function child(node: Node, text: string): Node {
  const key = hashOf(text, 0, text.length), literals = (node.literals ??= new Map<number, Edge[]>());
  const edges = literals.get(key) ?? [];
  const known = edges.find((edge) => edge.text === text);
  if (known !== undefined) return known.to;
  const to = newNode();
  literals.set(key, [...edges, { text, to }]);
  return to;
}

/** FNV-1a over UTF-16 units, within 31 bits so that it stays a small integer. */
function hashOf(text: string, begin: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = begin; at < end; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 2;
}

/** On `/` nothing is left, and `{rest**}` at the root takes that too. */
function emptyPath({ ends, rests }: Node, method: number): number {
  const owner = ends === undefined ? -1 : ends[method]!;
  return owner !== -1 || rests === undefined ? owner : rests[method]!;
}

/** `begin` is where the next segment begins; past the end, nothing is left. */
function find(node: Node, method: number, path: string, begin: number): number {
  if (begin > path.length) return node.ends === undefined ? -1 : node.ends[method]!;
  let end = path.indexOf('/', begin);
  if (end === -1) end = path.length;
  if (node.literals !== undefined) {
    const edges = node.literals.get(hashOf(path, begin, end));
    if (edges !== undefined) {
      for (let index = 0; index < edges.length; index++) {
        const edge = edges[index]!;
        if (edge.text.length !== end - begin || !path.startsWith(edge.text, begin)) continue;
        const owner = find(edge.to, method, path, end + 1);
        if (owner !== -1) return owner;
      }
    }
  }
  if (node.parameter !== undefined) {
    const owner = find(node.parameter, method, path, end + 1);
    if (owner !== -1) return owner;
  }
  return node.rests === undefined ? -1 : node.rests[method]!;
}

