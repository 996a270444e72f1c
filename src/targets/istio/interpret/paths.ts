import type { PathNormalization } from '#ir';
import { matchesText } from './strings.ts';

/**
 * A path as rules see it and as it goes on (Istio, "Authorization Policy Normalization"; Envoy, HTTP connection
 * manager: `path_with_escaped_slashes_action`, `normalize_path`, `merge_slashes`, in this order). Undefined: answered with
 * 400, before any rule is asked.
 */
export function normalised(path: string, mode: PathNormalization): string | undefined {
  if (/[^\u0021-\u007e]|#/.test(path)) return undefined;
  if (mode === 'NONE') return path;
  if (path.includes('%00')) return undefined;
  const unescaped = mode === 'DECODE_AND_MERGE_SLASHES' ? path.replaceAll(/%2f/gi, '/').replaceAll(/%5c/gi, '\\') : path;
  const bare = unescaped.split('/').map(dotsAlone).join('/');
  const resolved = withoutDots(bare.replaceAll('\\', '/').replaceAll(/%[0-9A-Fa-f]{2}/g, plain).replaceAll(/["<>^`{|}]/g, encoded));
  return mode === 'BASE' ? resolved : merged(resolved);
}

/** Envoy keeps a slash for the beginning and one for the end, and between them there is nothing of `//` left: it stays, and `/` does not match it. */
const merged = (path: string): string => (/^\/{2,}$/.test(path) ? '//' : path.replaceAll(/\/{2,}/g, '/'));

/** `..;x` is `..`, but not where a dot is encoded or a backslash stands before it (Envoy 1.40, "Version history": CVE-2026-73551; seen). */
const dotsAlone = (segment: string): string => segment.replace(/^(\.\.?);.*$/, '$1');

/** Unreserved characters are decoded (RFC 3986, section 6.2.2.2); the rest stays as it was written, its case included. */
function plain(escape: string): string {
  const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
  return /[A-Za-z0-9._~-]/.test(character) ? character : escape;
}
const encoded = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

/** RFC 3986, section 5.2.4. */
function withoutDots(path: string): string {
  if (!path.startsWith('/')) return path;
  const segments = path.slice(1).split('/'), kept: string[] = [];
  for (const [index, segment] of segments.entries()) {
    const last = index === segments.length - 1;
    if (segment !== '.' && segment !== '..') { kept.push(segment); continue; }
    if (segment === '..') kept.pop();
    if (last) kept.push('');
  }
  return `/${kept.join('/')}`;
}

/** What a template's operators match: any character of a path, and a slash for `{**}` (Envoy, "UriTemplateMatchConfig"; before 1.40 no `*`). */
const one = '[A-Za-z0-9._~%!$&\'()*+,;:@=-]+', rest = '[A-Za-z0-9._~%!$&\'()*+,;:@=/-]*';

/** A test of paths as `paths` and `notPaths` write it; undefined for a template that Istio refuses. */
export function pathTest(pattern: string): ((path: string) => boolean) | undefined {
  if (!pattern.includes('{*}') && !pattern.includes('{**}')) return (path) => matchesText(pattern, path);
  const segments = pattern.replace(/^\/+|\/+$/g, '').split('/');
  const anywhere = segments.indexOf('{**}');
  const wellFormed = pattern.startsWith('/') && segments.every((segment, index) => (segment === '{*}' || segment === '{**}' ? anywhere < 0 || index <= anywhere : /^[A-Za-z0-9._~%!$&'()+,;:@=-]+$/.test(segment)));
  if (!wellFormed) return undefined;
  const expression = new RegExp(`^/${segments.map((segment) => (segment === '{*}' ? one : segment === '{**}' ? rest : segment.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))).join('/')}${pattern.endsWith('/') ? '/' : ''}$`);
  return (path) => expression.test(path);
}
