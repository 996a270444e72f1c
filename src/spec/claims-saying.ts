import { claimPath, spaceDelimitedClaims, type IdentityProvider } from '#ir';
import type { Atom } from './satisfying.ts';

/** Life of a token that is made up, in seconds. */
const life = 300;

type Claims = Record<string, unknown>;
/** At a claim: texts that it includes, or the one value that it is. */
type Said = { readonly texts: Set<string> } | { readonly value: unknown };

/**
 * A token's claims, fresh at that time, that say what the conditions ask of a token: as a person of this provider who
 * has just authenticated. Undefined where one claim would have to be two things.
 */
export function claimsSaying(provider: IdentityProvider, atoms: readonly Atom[], time: string): Readonly<Claims> | undefined {
  const now = Date.parse(time) / 1000, { asserts, audiences, issuer } = provider;
  const said = new Map<string, Said>();
  let contradicts = false;
  const is = (claim: string, value: unknown): void => {
    const before = said.get(claim);
    if (before !== undefined && !('value' in before && before.value === value)) contradicts = true;
    else said.set(claim, { value });
  };
  const includes = (claim: string, anyOf: readonly string[]): void => {
    const before = said.get(claim) ?? { texts: new Set<string>() };
    if (!('texts' in before)) { contradicts ||= typeof before.value !== 'string' || !anyOf.includes(before.value); return; }
    said.set(claim, before);
    if (anyOf.some((text) => before.texts.has(text))) return;
    if (anyOf[0] === undefined) contradicts = true; else before.texts.add(anyOf[0]);
  };

  is('iss', issuer);
  includes('aud', audiences);
  is('iat', now);
  is('exp', now + life);
  for (const atom of atoms) {
    switch (atom.kind) {
      case 'claim': includes(atom.claim, atom.anyOf); break;
      case 'mfa':
        if (asserts?.mfa === undefined) return undefined;
        if (asserts.mfa.anyOf === undefined) is(asserts.mfa.claim, true); else includes(asserts.mfa.claim, asserts.mfa.anyOf);
        if (atom.within !== undefined) { if (asserts.authenticatedAt === undefined) return undefined; is(asserts.authenticatedAt.claim, now); }
        break;
      case 'authenticatedWithin':
        if (asserts?.authenticatedAt === undefined) return undefined;
        is(asserts.authenticatedAt.claim, now);
        break;
      case 'device':
        if (asserts?.device === undefined) return undefined;
        includes(asserts.device.claim, atom.anyOf);
        break;
      case 'maxTokenAge': case 'from': case 'during': case 'risk': case 'header': break; // the token is new; the rest is not said in it
      default: atom satisfies never;
    }
  }
  if (!said.has('sub')) is('sub', 'somebody');
  const claims: Claims = {};
  for (const [claim, one] of said) contradicts ||= !put(claims, claimPath(claim), 'value' in one ? one.value : listed(claim, [...one.texts]));
  return contradicts ? undefined : claims;
}

/** A list, but where texts are set apart by spaces, and of a subject, who is one. */
const listed = (claim: string, texts: readonly string[]): unknown =>
  (spaceDelimitedClaims.includes(claim) ? texts.join(' ') : claim === 'sub' && texts.length === 1 ? texts[0] : texts);

/** False where something else is in the way. */
function put(claims: Claims, [key, ...rest]: readonly string[], value: unknown): boolean {
  if (key === undefined || key === '__proto__') return false;
  if (rest.length === 0) {
    if (Object.hasOwn(claims, key)) return false;
    claims[key] = value;
    return true;
  }
  if (!Object.hasOwn(claims, key)) claims[key] = {};
  const inner = claims[key];
  return typeof inner === 'object' && inner !== null && !Array.isArray(inner) && put(inner as Claims, rest, value);
}
