import type { IdentityProvider, Policy } from '#ir';
import type { Request } from '#spec';

export type Claims = Readonly<Record<string, unknown>>;
/** Of each other, in seconds. */
const clocksDiffer = 60;

/** The token that a request carries, if it is a declared provider's, for one of its audiences, and in force. */
export function tokenInForce(policy: Policy, { context, subject }: Request): { readonly provider: IdentityProvider; readonly claims: Claims } | undefined {
  const provider = policy.identityProviders.find(({ name }) => name === subject?.provider);
  if (provider === undefined || subject === undefined) return undefined;
  const { claims } = subject, now = Date.parse(context.time) / 1000;
  const { exp, iat, nbf } = claims;
  // Whose keys have signed it is known, so that `iss` and `aud` need not be stated; stated ones have to be right.
  if ('iss' in claims && claims['iss'] !== provider.issuer) return undefined;
  if ('aud' in claims && !texts({ aud: claims['aud'] }, 'aud').some((audience) => provider.audiences.includes(audience))) return undefined;
  if (typeof exp !== 'number' || !(now < exp + clocksDiffer)) return undefined;
  if (nbf !== undefined && (typeof nbf !== 'number' || !(now >= nbf - clocksDiffer))) return undefined;
  if (iat !== undefined && typeof iat !== 'number') return undefined; // moments are numbers
  return { provider, claims };
}

/** What stands at a claim's name: dots lead into objects, unless the name is a URL's. */
export function valueAt(claims: Claims, name: string): unknown {
  let value: unknown = claims;
  for (const key of name.includes('://') ? [name] : name.split('.')) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, key)) return undefined;
    value = (value as Claims)[key];
  }
  return value;
}

/** The texts that a claim says: one, or those of a list. `scope` alone has several in one text. */
export function texts(claims: Claims, name: string): readonly string[] {
  const value = valueAt(claims, name);
  if (typeof value === 'string') return name === 'scope' ? value.split(' ') : [value];
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
