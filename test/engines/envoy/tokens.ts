import { createHmac } from 'node:crypto';
import { CompactSign, exportJWK, exportSPKI, generateKeyPair, type CryptoKey, type JWK } from 'jose';

export type Claims = Readonly<Record<string, unknown>>;

export interface TokenIssuer {
  readonly issuer: string;
  /** The public keys, as an identity provider publishes them. */
  readonly jwks: { readonly keys: readonly JWK[] };
  /** A good token: issued now, for five minutes. A claim given as undefined is left out, `iss`, `iat` and `exp` too. */
  sign(claims: Claims, header?: Claims): Promise<string>;
  /** `alg: none`, and no signature. */
  unsigned(claims: Claims): string;
  /** HS256 under the public key's PEM: a verifier that lets the header choose takes the public key for a secret. */
  signedWithPublicKey(claims: Claims): Promise<string>;
  /** The right header, the right claims, a stranger's key. */
  signedByStranger(claims: Claims, header?: Claims): Promise<string>;
}

export interface TokenIssuerOptions {
  readonly issuer: string;
  readonly algorithm?: 'ES256' | 'RS256';
  readonly keyId?: string;
}

export async function tokenIssuer({ issuer, algorithm = 'ES256', keyId = 'k1' }: TokenIssuerOptions): Promise<TokenIssuer> {
  const [own, stranger] = await Promise.all([generateKeyPair(algorithm, { extractable: true }), generateKeyPair(algorithm, { extractable: true })]);
  const jwk: JWK = { ...(await exportJWK(own.publicKey)), alg: algorithm, use: 'sig', kid: keyId };
  const standard = { alg: algorithm, typ: 'JWT', kid: keyId };
  const complete = (claims: Claims): Claims => {
    const now = Math.floor(Date.now() / 1000);
    return defined({ iss: issuer, iat: now, exp: now + 300, ...claims });
  };
  const signWith = (key: CryptoKey, claims: Claims, header: Claims): Promise<string> =>
    new CompactSign(Buffer.from(JSON.stringify(complete(claims))))
      .setProtectedHeader(defined({ ...standard, ...header }) as { alg: string })
      .sign(key);
  return {
    issuer,
    jwks: { keys: [jwk] },
    sign: (claims, header = {}) => signWith(own.privateKey, claims, header),
    signedByStranger: (claims, header = {}) => signWith(stranger.privateKey, claims, header),
    unsigned: (claims) => `${encoded({ alg: 'none', typ: 'JWT' })}.${encoded(complete(claims))}.`,
    async signedWithPublicKey(claims) {
      const signed = `${encoded({ ...standard, alg: 'HS256' })}.${encoded(complete(claims))}`;
      return `${signed}.${createHmac('sha256', await exportSPKI(own.publicKey)).update(signed).digest('base64url')}`;
    },
  };
}

/** The token with other header fields or claims under the old signature. */
export function tampered(token: string, { header = {}, claims = {} }: { header?: Claims; claims?: Claims }): string {
  const [first = '', second = '', signature = ''] = token.split('.');
  return `${encoded({ ...decoded(first), ...header })}.${encoded({ ...decoded(second), ...claims })}.${signature}`;
}

function decoded(part: string): Claims {
  return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Claims;
}

function encoded(value: Claims): string {
  return Buffer.from(JSON.stringify(defined(value))).toString('base64url');
}

function defined(value: Claims): Claims {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined));
}
