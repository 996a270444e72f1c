/**
 * A path as Envoy passes it on where Istio's `DECODE_AND_MERGE_SLASHES` is set (Istio, "Authorization Policy
 * Normalization"; Envoy, `path_with_escaped_slashes_action`, `normalize_path`, `merge_slashes`): escaped slashes become
 * slashes, back-slashes too, escaped unreserved characters are written out and dot segments go (RFC 3986, sections
 * 6.2.2.2 and 5.2.4), what no path may hold is escaped, then runs of slashes become one, but for a path of slashes alone, which keeps two: seen of Envoy 1.40. What a
 * server behind reads is this.
 */
export function normalisedPath(path: string): string {
  if (!path.startsWith('/')) return path; // answered with 400
  const segments = path.replaceAll(/%(?:2f|5c)/gi, '/').replaceAll('\\', '/').slice(1).split('/').map(plainly), kept: string[] = [];
  for (const [index, segment] of segments.entries()) {
    if (segment === '..') kept.pop();
    if (segment !== '.' && segment !== '..') kept.push(segment);
    else if (index === segments.length - 1) kept.push('');
  }
  return `/${kept.join('/')}`.replaceAll(/\/{2,}/g, '/');
}

/** `..;x` goes up as `..` does; `%2e%2e;x` does not. */
function plainly(segment: string): string {
  if (/^\.{1,2};/.test(segment)) return segment.split(';')[0]!;
  const decoded = segment.replaceAll(/%[0-9a-f]{2}/gi, (encoded) => {
    const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
    return /[A-Za-z0-9._~-]/.test(character) ? character : encoded;
  });
  return decoded.replaceAll(/["<>^`{|}]/g, encodeURIComponent);
}
