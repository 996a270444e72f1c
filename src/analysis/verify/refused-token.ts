import type { Policy } from '#ir';
import type { Request } from '#spec';

/**
 * Does a proxy refuse the token that is shown, whatever is asked for? One that is out of force or meant for others, or
 * that is none (RFC 7519, section 4.1), it does even where no grant asks for a token (Istio, "RequestAuthentication":
 * "requests with invalid tokens are rejected"), while the meaning then looks at no token. Enforcers differ on the last
 * seconds of the skew.
 */
export function isRefusedToken({ identityProviders }: Policy, { context, subject }: Request): boolean {
  if (subject === undefined) return false;
  const provider = identityProviders.find(({ name }) => name === subject.provider), { aud, exp, iat, iss, jti, nbf, sub } = subject.claims, now = Date.parse(context.time) / 1000;
  return provider === undefined || typeof exp !== 'number' || now >= exp
    || (nbf !== undefined && !(typeof nbf === 'number' && now >= nbf)) || (iat !== undefined && typeof iat !== 'number')
    || [sub, jti].some((text) => text !== undefined && typeof text !== 'string') || (iss !== undefined && iss !== provider.issuer)
    || (aud !== undefined && !(Array.isArray(aud) ? aud : [aud]).some((one) => provider.audiences.includes(one as string)));
}
