import type { HttpOperation } from '#ir';

/**
 * Is this the one spelling of its path? Anything else is denied rather than interpreted, because every server reads
 * odd spellings differently (RFC 3986, sections 3.3 and 6.2.2). Canonical: begins with `/`; no empty segment, so no
 * trailing slash but on `/` itself; no `.` or `..`; only `pchar` without `;`; percent-encoding in upper-case hex and
 * only of what can't stand plainly, never of a slash, a backslash or a control character.
 */
export function isCanonicalPath(path: string): boolean {
  if (path === '/') return true;
  if (!path.startsWith('/')) return false;
  return path.slice(1).split('/').every((segment) =>
    segment !== '' && segment !== '.' && segment !== '..'
    && /^(?:[A-Za-z0-9._~!$&'()*+,=:@-]|%[0-9A-F]{2})+$/.test(segment)
    && (segment.match(/%[0-9A-F]{2}/g) ?? []).every((encoded) => mustBeEncoded(parseInt(encoded.slice(1), 16))));
}

/** Bytes that can't stand plainly in a segment and are harmless when decoded: no slash, backslash or control. */
function mustBeEncoded(byte: number): boolean {
  if (byte < 0x20 || byte === 0x7f || byte === 0x2f || byte === 0x5c) return false;
  return !/[A-Za-z0-9._~!$&'()*+,=:@-]/.test(String.fromCharCode(byte));
}

type Segment = 'literal' | 'parameter' | 'rest';
const kindOf = (segment: string): Segment =>
  !segment.startsWith('{') ? 'literal' : segment.endsWith('**}') ? 'rest' : 'parameter';
const segmentsOf = (path: string): readonly string[] => (path === '/' ? [] : path.slice(1).split('/'));

/** Does a template own this canonical path, were it alone? `{rest**}` takes one segment or more, and at the root also none. */
export function matches(template: string, path: string): boolean {
  const wanted = segmentsOf(template);
  const given = segmentsOf(path);
  for (const [index, segment] of wanted.entries()) {
    const kind = kindOf(segment);
    if (kind === 'rest') return given.length > index || (index === 0 && given.length === 0);
    const here = given[index];
    if (here === undefined || (kind === 'literal' && here !== segment)) return false;
  }
  return wanted.length === given.length;
}

/** Of the operations whose template and method fit, the most specific: literal before `{p}` before `{rest**}`, then the named method. */
export function ownerOf(operations: readonly HttpOperation[], method: string, path: string): HttpOperation | undefined {
  const fitting = operations.filter((operation) => methodFits(operation.method, method) && matches(operation.path, path));
  return fitting.sort((a, b) => {
    const [left, right] = [specificity(a), specificity(b)];
    return left < right ? -1 : left > right ? 1 : 0;
  })[0];
}

/** `ANY` leaves out OPTIONS, which has to be named. TRACE, CONNECT and what HTTP doesn't know fit nothing. */
const methodFits = (wanted: HttpOperation['method'], given: string): boolean =>
  wanted === 'ANY' ? ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'].includes(given) : wanted === given;

/** Orders as text: for templates that match one path, the contained one comes first. */
function specificity(operation: HttpOperation): string {
  const rank = { literal: 'a', parameter: 'b', rest: 'c' } as const;
  return segmentsOf(operation.path).map((segment) => rank[kindOf(segment)]).join('') + (operation.method === 'ANY' ? '+z' : '+a');
}
