import type { IdentityProvider } from '#ir';
import type { Request } from '#spec';
import type { Reading } from '../atom.ts';
import { includesOneOf, says, skew, valueAt } from '../claim-reading.ts';

type Claims = Readonly<Record<string, unknown>>;

/** A provider, and how what it asserts is read off its tokens. */
export interface Issuer {
  readonly provider: IdentityProvider;
  readonly isMeantFor: (audience: unknown) => boolean;
  readonly saysStrong: ((claims: Claims) => boolean) | undefined;
  readonly authenticatedAt: ((claims: Claims) => unknown) | undefined;
}

/** By name; of two that are called alike, the first. */
export function issuersOf({ providers }: Reading): ReadonlyMap<string, Issuer> {
  const found = new Map<string, Issuer>();
  for (const provider of providers) if (!found.has(provider.name)) found.set(provider.name, issuerOf(provider));
  return found;
}

function issuerOf(provider: IdentityProvider): Issuer {
  const { mfa, authenticatedAt } = provider.asserts ?? {};
  const strong = mfa === undefined ? undefined : mfa.anyOf === undefined ? isTrueAt(mfa.claim) : says(mfa.claim, mfa.anyOf);
  return {
    provider, isMeantFor: includesOneOf(provider.audiences), saysStrong: strong,
    authenticatedAt: authenticatedAt === undefined ? undefined : valueAt(authenticatedAt.claim),
  };
}

function isTrueAt(claim: string): (claims: Claims) => boolean {
  const find = valueAt(claim);
  return (claims) => find(claims) === true;
}

/**
 * Whose good token was shown: one that ends, has not, has begun, and is meant for the provider's audience if it says for whom.
 * Undefined where there is none. `now` is in seconds since 1970.
 */
export function bearerOf(issuers: ReadonlyMap<string, Issuer>, { subject }: Request, now: number): Issuer | undefined {
  if (subject === undefined) return undefined;
  const issuer = issuers.get(subject.provider);
  if (issuer === undefined || Number.isNaN(now)) return undefined;
  const { claims } = subject;
  const exp = claims['exp'], nbf = claims['nbf'], iat = claims['iat'], iss = claims['iss'], aud = claims['aud'];
  if (typeof exp !== 'number' || now >= exp + skew) return undefined;
  if (nbf !== undefined && (typeof nbf !== 'number' || now < nbf - skew)) return undefined;
  if (iat !== undefined && typeof iat !== 'number') return undefined;
  if (iss !== undefined && iss !== issuer.provider.issuer) return undefined;
  if (aud !== undefined && !issuer.isMeantFor(aud)) return undefined;
  return issuer;
}
