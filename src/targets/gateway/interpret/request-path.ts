/** What a listener does with paths (Envoy Gateway, "Gateway API Extensions", `PathSettings`). */
export interface PathSettings { readonly escapedSlashes: 'KeepUnchanged' | 'RejectRequest' | 'UnescapeAndForward' | 'UnescapeAndRedirect'; readonly mergeSlashes: boolean }
/** Of a listener that says nothing. */
export const defaultPaths: PathSettings = { escapedSlashes: 'UnescapeAndRedirect', mergeSlashes: true };

/**
 * The path that routes, rules and the server see: Envoy Gateway always normalises (Envoy, `normalize_path`, by RFC 3986), so a
 * backslash is a slash, what is needlessly encoded is decoded, what has to be is
 * encoded, and `.` and `..` are gone. Undefined where the request is
 * refused or sent back with another address instead.
 */
export function normalised(path: string, { escapedSlashes, mergeSlashes }: PathSettings): string | undefined {
  if (!path.startsWith('/') || !/^[\x21-\x7e]+$/.test(path) || /#|%00/.test(path)) return undefined;
  if (/%2f|%5c/i.test(path)) {
    if (escapedSlashes === 'RejectRequest' || escapedSlashes === 'UnescapeAndRedirect') return undefined;
    if (escapedSlashes === 'UnescapeAndForward') return normalised(path.replace(/%2f/gi, '/').replace(/%5c/gi, '\\'), { escapedSlashes: 'KeepUnchanged', mergeSlashes });
  }
  const bare = path.split('/').map(dotsAlone).join('/');
  const encoded = bare.replace(/["<>^`{|}]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);
  const decoded = encoded.replace(/\\/g, '/').replace(/%([0-9a-fA-F]{2})/g, (whole, hex: string) => {
    const character = String.fromCharCode(parseInt(hex, 16));
    return /[A-Za-z0-9._~-]/.test(character) ? character : whole;
  });
  const kept: string[] = [];
  const segments = decoded.slice(1).split('/');
  for (const [index, segment] of segments.entries()) {
    const last = index === segments.length - 1;
    if (segment === '..') kept.pop();
    if (segment !== '.' && segment !== '..') kept.push(segment); else if (last) kept.push('');
  }
  const clean = `/${kept.join('/')}`;
  if (!mergeSlashes) return clean;
  return /^\/{2,}$/.test(clean) ? '//' : clean.replace(/\/{2,}/g, '/'); // one for the beginning and one for the end
}

/** `..;x` is `..`, but not where a dot is encoded or a backslash stands before it (Envoy 1.39.1, "Version history": CVE-2026-73551; seen). */
const dotsAlone = (segment: string): string => segment.replace(/^(\.\.?);.*$/, '$1');
