/** What Istio's lists of paths say of one template. All of `paths` are alternatives; none of `notPaths` may match. */
export interface PathsPlan { readonly paths: readonly string[]; readonly notPaths: readonly string[] }

/** Ends in `/`: the other spelling that a rest would let through. */
const trailingSlash = '*/';

/**
 * A template as Istio matches it (Istio, "Authorization Policy", "Operation": paths; Envoy, "UriTemplateMatchConfig").
 *
 * - literals: the path itself;
 * - `{name}`: `{*}`, one segment of at least one character;
 * - literals and `{rest**}`: a prefix that ends in `/`, so that `/foo` does not admit `/foobar`. A prefix also admits
 *   `/foo/`, which no canonical path is: taken out. At the root the rest may be empty, so `/` stands beside it;
 * - a parameter and `{rest**}`: `{**}`, which also matches nothing after its slash: taken out likewise. So is a prefix
 *   written from which a parameter's path has to be taken out: no template matches `*`, `[` or `]`, a prefix does.
 */
export function pathsOf(template: string): readonly PathsPlan[] {
  const segments = template === '/' ? [] : template.slice(1).split('/');
  const rest = segments.at(-1)?.endsWith('**}') === true;
  const fixed = rest ? segments.slice(0, -1) : segments;
  const parameters = fixed.some(isParameter);
  if (!rest) return [{ paths: [parameters ? asTemplate(fixed) : template], notPaths: [] }];
  if (parameters) return [{ paths: [`${asTemplate(fixed)}/{**}`], notPaths: [trailingSlash] }];
  if (fixed.length > 0) return [{ paths: [`/${fixed.join('/')}/*`], notPaths: [trailingSlash] }];
  return [{ paths: ['/*'], notPaths: [trailingSlash] }, { paths: ['/'], notPaths: [] }];
}

const isParameter = (segment: string): boolean => segment.startsWith('{');
const asTemplate = (segments: readonly string[]): string => `/${segments.map((segment) => (isParameter(segment) ? '{*}' : segment)).join('/')}`;

/** Spellings of one carved-out path that are written down; more of them are a loss. */
export const mostSpellings = 64;

/**
 * What has to be left out so that a wider operation does not admit what `template` owns, in whichever spelling it
 * reaches the server. Normalisation decodes letters and digits only, so that a literal's other characters may arrive
 * plain or encoded, in either case: each spelling is named. What a server cuts off after `;` at the end is named
 * too. Undefined where that can't be said.
 */
export function carvedOut(template: string): readonly string[] | undefined {
  const segments = template === '/' ? [] : template.slice(1).split('/');
  const literals = segments.filter((segment) => !isParameter(segment)).join('');
  const spelt = spellings(template, literals);
  if (spelt === undefined) return undefined;
  return spelt.flatMap((spelling) => pathsOf(spelling).flatMap(({ paths }) => paths)
    .flatMap((path) => (path.includes('{') || path.endsWith('*') || path === '/' ? [path] : [path, `${path};*`])));
}

function spellings(template: string, literals: string): readonly string[] | undefined {
  if (/^[A-Za-z0-9._~-]*$/.test(literals)) return [template]; // of these there is no other, once normalised
  let found: readonly string[] = [''];
  for (const [piece] of template.matchAll(/\{[^}]*\}|%[0-9A-F]{2}|./gs)) {
    const ways = piece.startsWith('{') || piece === '/' || /^[A-Za-z0-9._~-]$/.test(piece) ? [piece]
      : [...new Set(piece.startsWith('%') ? casesOf(piece) : [piece, ...casesOf(`%${piece.charCodeAt(0).toString(16).toUpperCase()}`)])];
    found = found.flatMap((start) => ways.map((way) => start + way));
    if (found.length > mostSpellings) return undefined;
  }
  return found;
}

/** `%2F` as `%2F` and `%2f`: hexadecimal digits are of either case (RFC 3986, section 6.2.2.1). */
function casesOf(encoded: string): readonly string[] {
  return [...encoded.slice(1)].reduce<readonly string[]>((starts, digit) => starts.flatMap((start) => [...new Set([digit, digit.toLowerCase()])].map((each) => start + each)), ['%']);
}
