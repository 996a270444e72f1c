import type { Problem } from './problem.ts';

/** A path template as the set of canonical paths that it matches. */
export interface Template {
  /** Whole segments: a literal's text, or undefined for `{name}`. */
  readonly fixed: readonly (string | undefined)[];
  /** Ends in `{name**}`: one more segment or any number of them, and after no fixed segment also none. */
  readonly rest: boolean;
}

/** Why this is not a template of one canonical spelling; undefined if it is one. */
export function templateProblem(path: string): Problem | undefined {
  if (path === '/' || /^(?:\/(?:[A-Za-z0-9_-]+|\{id\}))+$/.test(path) && path.indexOf('{') === path.lastIndexOf('{')) return undefined; // most of them, at once
  if (path === '') return { what: 'is empty', instead: '/' };
  if (/[?#]/.test(path)) return { what: 'has a query or fragment, which is not part of a path', ...offer(path.replace(/[?#].*$/s, '')) };
  if (!path.startsWith('/')) return { what: 'does not begin with `/`', ...offer(`/${path}`) };
  if (path.includes('//')) return { what: 'has an empty segment, which servers read differently', ...offer(path.replaceAll(/\/{2,}/g, '/')) };
  if (path.endsWith('/')) return { what: 'ends with `/`, which no canonical path does', ...offer(path.slice(0, -1)) };
  const segments = path.slice(1).split('/');
  const names = new Set<string>();
  for (const [index, segment] of segments.entries()) {
    const problem = segment.includes('{') || segment.includes('}') ? parameterProblem(segment, index === segments.length - 1, names) : literalProblem(segment);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const offer = (instead: string): { readonly instead?: string } => (instead !== '' && templateProblem(instead) === undefined ? { instead } : {});

function parameterProblem(segment: string, last: boolean, names: Set<string>): Problem | undefined {
  const parts = /^\{([A-Za-z_][A-Za-z0-9_]*)(\*\*)?\}$/.exec(segment);
  if (parts?.[1] === undefined) return { what: `has the segment \`${segment}\`, where a parameter is a whole segment, \`{name}\` or \`{name**}\`, its name made of letters, digits and \`_\`` };
  if (parts[2] !== undefined && !last) return { what: `has \`${segment}\` before its end, where only \`{${parts[1]}}\` can stand` };
  if (names.has(parts[1])) return { what: `has two parameters called \`${parts[1]}\`` };
  names.add(parts[1]);
  return undefined;
}

/** The rules of canonical paths: RFC 3986, sections 3.3 and 6.2.2, without what servers take apart differently. */
function literalProblem(segment: string): Problem | undefined {
  if (segment === '.' || segment === '..') return { what: `has the segment \`${segment}\`, which servers resolve` };
  if (segment.includes('*')) return { what: `has the segment \`${segment}\`, and \`*\` is not a wildcard here: write \`{name}\` for one segment or \`{name**}\` for the rest` };
  if (segment.includes(';')) return { what: 'has a `;`, after which some servers ignore the rest of the segment' };
  if (segment.includes('\\')) return { what: 'has a `\\`, which some servers read as `/`' };
  for (const [encoded] of segment.matchAll(/%.{0,2}/gs)) {
    if (!/^%[0-9A-Fa-f]{2}$/.test(encoded)) return { what: 'has a `%` that is not followed by two hexadecimal digits' };
    const byte = parseInt(encoded.slice(1), 16);
    if (byte < 0x20 || byte === 0x7f || byte === 0x2f || byte === 0x5c) return { what: `has \`${encoded}\`, which some servers decode into a separator or a control character` };
    const plain = String.fromCharCode(byte);
    if (/[A-Za-z0-9._~!$&'()*+,=:@-]/.test(plain)) return { what: `encodes \`${plain}\`, which needs no encoding, as \`${encoded}\`` };
    if (encoded !== encoded.toUpperCase()) return { what: `has \`${encoded}\` with lower-case digits, where canonical is \`${encoded.toUpperCase()}\`` };
  }
  const odd = /[^A-Za-z0-9._~!$&'()*+,=:@%-]/u.exec(segment)?.[0];
  if (odd === undefined) return undefined;
  return { what: `has the character \`${odd}\`, which a canonical path spells \`${encodeURIComponent(/\p{Cs}/u.test(odd) ? '\ufffd' : odd)}\`` };
}

/** What a template matches. Defined for templates without a problem. */
export function parseTemplate(path: string): Template {
  const segments = path === '/' ? [] : path.slice(1).split('/');
  const rest = segments.at(-1)?.endsWith('**}') ?? false;
  return { fixed: (rest ? segments.slice(0, -1) : segments).map((segment) => (segment.startsWith('{') ? undefined : segment)), rest };
}

/** The fewest segments that a path of the template has. */
const least = ({ fixed, rest }: Template): number => fixed.length + (rest && fixed.length > 0 ? 1 : 0);

/** Is there a path that both match? */
export function overlap(a: Template, b: Template): boolean {
  if (!a.rest && !b.rest && a.fixed.length !== b.fixed.length) return false;
  if (!a.rest && a.fixed.length < least(b)) return false;
  if (!b.rest && b.fixed.length < least(a)) return false;
  const shared = Math.min(a.fixed.length, b.fixed.length);
  for (let index = 0; index < shared; index++) {
    const [left, right] = [a.fixed[index], b.fixed[index]];
    if (left !== undefined && right !== undefined && left !== right) return false;
  }
  return true;
}

/** Does `outer` match every path that `inner` does? */
export function contains(outer: Template, inner: Template): boolean {
  if (!outer.rest && (inner.rest || inner.fixed.length !== outer.fixed.length)) return false;
  if (outer.rest && least(inner) < least(outer)) return false;
  return outer.fixed.every((wanted, index) => wanted === undefined || inner.fixed[index] === wanted);
}

/** A path that both match, for messages. Defined for templates that overlap. */
export function commonPath(a: Template, b: Template): string {
  const length = Math.max(least(a), least(b));
  return `/${Array.from({ length }, (_, index) => a.fixed[index] ?? b.fixed[index] ?? 'x').join('/')}`;
}
