import type { Hop } from '#spec';
import type { JwtProvider, Security } from './objects.ts';

/** jwt_authn's own (Envoy, `JwtProvider.clock_skew_seconds`). */
const skewSeconds = 60;

/** What jwt_authn makes of a request: refused, or let through with the payload of a provider's token, if there was one. */
export type Authenticated = 'refused' | { readonly provider: string; readonly payload: Readonly<Record<string, unknown>> } | 'nobody';

/**
 * The first provider that takes the token (Envoy, "JWT Authentication"; `requires_any`). A token without `exp` passes, and
 * audiences are compared without their scheme and a last slash.
 */
export function authenticate(jwt: Security['jwt'], { time, token }: Hop): Authenticated {
  if (jwt === undefined) return 'nobody';
  const readers = jwt.providers.filter(({ readsBearer }) => readsBearer);
  if (token === undefined || readers.length === 0) return jwt.mayBeMissing || jwt.mayFail ? 'nobody' : 'refused';
  const provider = readers.find((each) => takes(each, token, time === undefined ? undefined : Date.parse(time) / 1000));
  if (provider === undefined) return jwt.mayFail ? 'nobody' : 'refused';
  return { provider: provider.name, payload: normalised(token.claims) };
}

function takes({ audiences, issuer, keys }: JwtProvider, { claims, jwksUri }: NonNullable<Hop['token']>, now: number | undefined): boolean {
  if (jwksUri !== keys || (issuer !== '' && claims['iss'] !== issuer)) return false;
  const meant = textsOf(claims['aud']).map(bare);
  if (audiences.length > 0 && !audiences.some((audience) => meant.includes(bare(audience)))) return false;
  return within(claims['iat'], () => true) && within(claims['exp'], (exp) => exp === 0 || (now !== undefined && now <= exp + skewSeconds))
    && within(claims['nbf'], (nbf) => now !== undefined && now >= nbf - skewSeconds);
}

/** Absent holds; what is no number from zero on does not, and of a fraction the whole is looked at. */
const within = (moment: unknown, holds: (moment: number) => boolean): boolean =>
  moment === undefined || (typeof moment === 'number' && moment >= 0 && holds(Math.trunc(moment)));

const textsOf = (value: unknown): readonly string[] => (typeof value === 'string' ? [value] : Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []);
const bare = (audience: string): string => audience.replace(/^https?:\/\//, '').replace(/\/$/, '');

/** Envoy Gateway has these two split at spaces (internal/xds/translator/jwt.go, `SpaceDelimitedClaims`). */
function normalised(claims: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const split = ['scope', 'scp'].flatMap((claim) => { const value = claims[claim]; return typeof value === 'string' ? [[claim, value.split(' ').filter((one) => one !== '')]] : []; });
  return { ...claims, ...Object.fromEntries(split) as Record<string, unknown> };
}
