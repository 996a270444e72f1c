/** The end of a sentence that begins with a path, and the spelling to write instead. */
export interface PathProblem { readonly what: string; readonly instead?: string }

/** Why a path without parameters is not of the one spelling that policies know (RFC 3986, sections 3.3 and 6.2.2). */
export function pathProblem(path: string): PathProblem | undefined {
  const found = outlineProblem(path) ?? path.slice(1).split('/').map(segmentProblem).find((problem) => problem !== undefined);
  return found?.instead === undefined || pathProblem(found.instead) === undefined ? found : { what: found.what };
}

/** What is wrong with a path before one looks into its segments, and what it is without that. `/` alone is a path. */
export function outlineProblem(path: string): PathProblem | undefined {
  if (path === '/') return undefined;
  if (/[?#]/.test(path)) return { what: 'has a query or fragment, which is not part of a path', instead: path.replace(/[?#].*$/s, '') };
  if (!path.startsWith('/')) return { what: 'does not begin with `/`', instead: `/${path}` };
  if (path.includes('//')) return { what: 'has an empty segment, which servers read differently', instead: path.replaceAll(/\/{2,}/g, '/') };
  if (path.endsWith('/')) return { what: 'ends with `/`, which no canonical path does', instead: path.slice(0, -1) };
  return undefined;
}

/** Judges a segment that is a literal: what servers take apart differently, or spell in several ways. */
export function segmentProblem(segment: string): PathProblem | undefined {
  if (segment === '.' || segment === '..') return { what: `has the segment \`${segment}\`, which servers resolve` };
  if (segment.includes('*')) return { what: `has the segment \`${segment}\`, and \`*\` stands for itself on the wire and for anything in a policy` };
  if (segment.includes(';')) return { what: 'has a `;`, after which some servers ignore the rest of the segment' };
  if (segment.includes('\\')) return { what: 'has a `\\`, which some servers read as `/`' };
  for (const [encoded] of segment.matchAll(/%.{0,2}/gs)) {
    if (!/^%[0-9A-Fa-f]{2}$/.test(encoded)) return { what: 'has a `%` that is not followed by two hexadecimal digits' };
    const byte = parseInt(encoded.slice(1), 16);
    if (byte < 0x20 || byte === 0x7f || byte === 0x2f || byte === 0x5c) return { what: `has \`${encoded}\`, which some servers decode into a separator or a control character` };
    const plain = String.fromCharCode(byte);
    if (unreserved.test(plain)) return { what: `encodes \`${plain}\`, which needs no encoding, as \`${encoded}\`` };
    if (encoded !== encoded.toUpperCase()) return { what: `has \`${encoded}\` with lower-case digits, where canonical is \`${encoded.toUpperCase()}\`` };
  }
  const odd = /[^A-Za-z0-9._~!$&'()*+,=:@%-]/u.exec(segment)?.[0];
  return odd === undefined ? undefined : { what: `has the character \`${odd}\`, which a canonical path spells \`${encodeURIComponent(/\p{Cs}/u.test(odd) ? '\ufffd' : odd)}\`` };
}

const unreserved = /[A-Za-z0-9._~!$&'()*+,=:@-]/;
