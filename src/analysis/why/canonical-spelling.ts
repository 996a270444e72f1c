import { isCanonicalPath } from '#spec';

/**
 * The canonical path that whoever wrote another spelling most likely means, as lenient servers read it: without query and
 * fragment, decoded as far as it may be, without empty and dot segments. Undefined where that is none. For messages only: the spelling itself is denied.
 */
export function canonicalSpelling(path: string): string | undefined {
  const bare = path.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, '').replace(/[?#].*$/s, '');
  const segments: string[] = [];
  for (const segment of bare.replaceAll(/%2f|%5c|\\/gi, '/').split('/').map((one) => one.replace(/;.*$/s, '').replaceAll(/%[0-9a-f]{2}/gi, decoded))) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') segments.pop(); else segments.push(segment);
  }
  const found = `/${segments.map((segment) => segment.replaceAll(/[^A-Za-z0-9._~!$&'()*+,=:@%-]/gu, (character) => encodeURIComponent(character))).join('/')}`;
  return found !== path && isCanonicalPath(found) ? found : undefined;
}

/** What may stand plainly stands plainly; the rest is in upper case. */
function decoded(encoded: string): string {
  const character = String.fromCharCode(parseInt(encoded.slice(1), 16));
  return /[A-Za-z0-9._~!$&'()*+,=:@-]/.test(character) ? character : encoded.toUpperCase();
}
