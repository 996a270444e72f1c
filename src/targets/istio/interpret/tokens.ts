import { clockSkewSeconds, type Hop, type TokenFacts } from '#spec';
import { listOf, textOf, textsOf, type Fields } from './reading.ts';

/** One of `jwtRules`, as far as it decides. */
export interface JwtRule {
  readonly issuer: string;
  readonly audiences: readonly string[];
  /** Undefined: keys that are given in place, or that the issuer is asked for. */
  readonly jwksUri?: string;
  /** Does it look where the token of a hop is, in `Authorization: Bearer`? */
  readonly looks: boolean;
  readonly spaceDelimited: readonly string[];
}

/** What a proxy has made of a request's token. `refused`: whatever rules say, the request ends here. */
export type Verified =
  | { readonly kind: 'none' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'claims'; readonly claims: Readonly<Record<string, unknown>>; readonly spaceDelimited: readonly string[] };

/** Taken apart at spaces whatever is said (Istio, "RequestAuthentication", "JWTRule": spaceDelimitedClaims). */
const alwaysSpaceDelimited: readonly string[] = ['scope', 'permission'];

/** Undefined where a rule can't be read. */
export function readJwtRules(spec: Fields): readonly JwtRule[] | undefined {
  const rules = listOf(spec['jwtRules'])?.map((rule): JwtRule | undefined => {
    const issuer = textOf(rule['issuer'] ?? ''), audiences = textsOf(rule['audiences']), jwksUri = rule['jwksUri'] ?? rule['jwks_uri'];
    const headers = listOf(rule['fromHeaders']), params = textsOf(rule['fromParams']), cookies = textsOf(rule['fromCookies']), delimited = textsOf(rule['spaceDelimitedClaims']);
    if (issuer === undefined || audiences === undefined || headers === undefined || params === undefined || cookies === undefined || delimited === undefined) return undefined;
    if (jwksUri !== undefined && typeof jwksUri !== 'string') return undefined;
    const usual = headers.length === 0 && params.length === 0 && cookies.length === 0; // the header, and `access_token` in the query
    return {
      issuer, audiences, spaceDelimited: [...alwaysSpaceDelimited, ...delimited],
      looks: usual || headers.some((header) => textOf(header['name'])?.toLowerCase() === 'authorization' && header['prefix'] === 'Bearer '),
      ...(jwksUri === undefined || rule['jwks'] !== undefined ? {} : { jwksUri }),
    };
  });
  return rules?.every((rule) => rule !== undefined) === true ? rules as readonly JwtRule[] : undefined;
}

/**
 * A request without a token passes; one with a token passes if some rule verifies it, and is refused if a rule looked
 * at it and none did: an issuer that no rule names is no excuse (Istio, "RequestAuthentication"; Envoy, "JwtRequirement":
 * `allow_missing`).
 */
export function verified(rules: readonly JwtRule[], token: TokenFacts | undefined, time: string | undefined): Verified {
  const looking = token === undefined ? [] : rules.filter(({ looks }) => looks);
  if (token === undefined || looking.length === 0) return { kind: 'none' };
  if (!isWellFormed(token.claims)) return { kind: 'refused' };
  let unknown = false;
  for (const rule of looking) {
    const { aud, iss } = token.claims;
    if (rule.issuer !== '' && rule.issuer !== iss) continue;
    if (rule.audiences.length > 0 && !audiencesOf(aud).some((one) => rule.audiences.some((other) => bare(one) === bare(other)))) continue;
    if (!isInForce(token, time)) continue;
    if (rule.jwksUri === undefined) { unknown = true; continue; }
    if (rule.jwksUri === token.jwksUri) return { kind: 'claims', claims: token.claims, spaceDelimited: rule.spaceDelimited };
  }
  return unknown ? { kind: 'unknown' } : { kind: 'refused' };
}

/** Registered claims of another type than theirs make a token that is none (jwt_verify_lib, `parseFromString`). */
function isWellFormed({ aud, exp, iat, iss, jti, nbf, sub }: TokenFacts['claims']): boolean {
  const text = (value: unknown): boolean => value === undefined || typeof value === 'string', moment = (value: unknown): boolean => value === undefined || (typeof value === 'number' && value >= 0);
  return [iss, sub, jti].every(text) && [exp, iat, nbf].every(moment) && (text(aud) || (Array.isArray(aud) && aud.every((one) => typeof one === 'string')));
}

const audiencesOf = (aud: unknown): readonly string[] => (typeof aud === 'string' ? [aud] : Array.isArray(aud) ? aud.filter((one) => typeof one === 'string') : []);
/** Scheme and a slash at the end say nothing (jwt_verify_lib, "check_audience"). */
const bare = (audience: string): string => audience.replace(/^https?:\/\//, '').replace(/\/$/, '');

/** In whole seconds; without `exp` (or with 0) for ever (jwt_verify_lib, `verifyTimeConstraint`). */
function isInForce({ claims: { exp, nbf } }: TokenFacts, time: Hop['time']): boolean {
  const now = time === undefined ? Number.NaN : Math.floor(Date.parse(time) / 1000);
  if ((exp !== undefined || nbf !== undefined) && Number.isNaN(now)) return false;
  if (typeof exp === 'number' && Math.floor(exp) !== 0 && now > Math.floor(exp) + clockSkewSeconds) return false;
  return typeof nbf !== 'number' || now + clockSkewSeconds >= Math.floor(nbf);
}

/** The texts that a claim says: one, or several; numbers and the rest say none. */
export function claimTexts({ claims, spaceDelimited }: Extract<Verified, { kind: 'claims' }>, path: readonly string[]): readonly string[] {
  let value: unknown = claims;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, key)) return [];
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  if (typeof value === 'string') return path.length === 1 && spaceDelimited.includes(path[0]!) ? value.split(' ') : [value];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
