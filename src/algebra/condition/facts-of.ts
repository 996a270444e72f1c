import type { Facts } from './conditions.ts';
import type { Draft, Said } from './solve/draft.ts';

/** Life of a token that is made up, in seconds. */
const life = 300;

type Claims = Record<string, unknown>;

/** What a draft says, at its instant or at the given one, in milliseconds since 1970. */
export function factsOf(draft: Draft, from: number): Facts {
  const instant = draft.instant ?? from;
  const { authenticationAgeSeconds, device, headers, inTheClear, mfa, partner, risk, sourceAddress, throughExposure = false, token, tokenAgeSeconds, weakerEncryption } = draft;
  return {
    ...(token === undefined ? {} : { subject: { provider: token.provider, claims: claimsOf(token.claims, instant / 1000) } }),
    ...(partner === undefined ? {} : { client: { partner } }),
    throughExposure,
    context: {
      time: new Date(instant).toISOString(),
      ...(sourceAddress === undefined ? {} : { sourceAddress }), ...(tokenAgeSeconds === undefined ? {} : { tokenAgeSeconds }),
      ...(authenticationAgeSeconds === undefined ? {} : { authenticationAgeSeconds }), ...(mfa === undefined ? {} : { mfa }), ...(device === undefined ? {} : { device }),
      ...(risk === undefined ? {} : { risk }), ...(headers === undefined ? {} : { headers }),
      ...(inTheClear === undefined ? {} : { inTheClear }), ...(weakerEncryption === undefined ? {} : { weakerEncryption }),
    },
  };
}

function claimsOf(said: readonly (readonly [path: readonly string[], said: Said])[], now: number): Claims {
  const claims: Claims = {};
  for (const [path, one] of said) put(claims, path, valueOf(one, now));
  return Object.hasOwn(claims, 'exp') ? claims : { exp: now + life, ...claims };
}

function valueOf(said: Said, now: number): unknown {
  if ('texts' in said) return said.texts;
  if ('text' in said) return said.text;
  if ('value' in said) return said.value;
  let moment = now - said.age;
  while (now - moment > said.age) moment += 2 ** -20; // what rounding took away
  return moment;
}

/** A key is its own whatever it is called: `__proto__` too. */
function put(claims: Claims, [key, ...rest]: readonly string[], value: unknown): void {
  if (key === undefined) return;
  if (rest.length > 0 && !Object.hasOwn(claims, key)) define(claims, key, {});
  if (rest.length === 0) define(claims, key, value); else put(claims[key] as Claims, rest, value);
}

const define = (claims: Claims, key: string, value: unknown): void => { Object.defineProperty(claims, key, { value, configurable: true, enumerable: true, writable: true }); };
