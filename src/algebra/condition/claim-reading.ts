import { claimPath, spaceDelimitedClaims } from '#ir';

type Claims = Readonly<Record<string, unknown>>;

/** Clocks of issuers and enforcers may differ by so many seconds. */
export const skew = 60;

/** How a claim is found in a token. */
export function valueAt(claim: string): (claims: Claims) => unknown {
  const path = claimPath(claim), [only] = path;
  const step = (value: unknown, key: string): unknown =>
    (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, key) ? (value as Claims)[key] : undefined);
  if (path.length === 1) return (claims) => step(claims, only!);
  return (claims) => {
    let value: unknown = claims;
    for (let at = 0; at < path.length && value !== undefined; at++) value = step(value, path[at]!);
    return value;
  };
}

export const isSpaceDelimited = (claim: string): boolean => spaceDelimitedClaims.includes(claim);

/** Is a text, or one in a list, among these? Nothing else is. */
export function includesOneOf(anyOf: readonly string[]): (value: unknown) => boolean {
  const is = oneOf(anyOf);
  return (value) => {
    if (typeof value === 'string') return is(value);
    if (!Array.isArray(value)) return false;
    for (let at = 0; at < value.length; at++) { const each: unknown = value[at]; if (typeof each === 'string' && is(each)) return true; }
    return false;
  };
}

export function oneOf(anyOf: readonly string[]): (text: string) => boolean {
  const [only] = anyOf;
  if (anyOf.length === 1) return (text) => text === only;
  if (anyOf.length <= 4) return (text) => anyOf.includes(text);
  const set = new Set(anyOf);
  return (text) => set.has(text);
}

/** Does the token say one of these at the claim? */
export function says(claim: string, anyOf: readonly string[]): (claims: Claims) => boolean {
  const find = valueAt(claim), includes = includesOneOf(anyOf);
  if (!isSpaceDelimited(claim)) return (claims) => includes(find(claims));
  const words = anyOf.filter((text) => text !== '' && !text.includes(' '));
  return (claims) => {
    const value = find(claims);
    if (typeof value !== 'string') return includes(value);
    for (let at = 0; at < words.length; at++) if (hasWord(value, words[at]!)) return true;
    return false;
  };
}

function hasWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const end = at + word.length;
    if ((at === 0 || text.charCodeAt(at - 1) === 32) && (end === text.length || text.charCodeAt(end) === 32)) return true;
  }
  return false;
}
