import { exportJWK, generateKeyPair } from 'jose';
import { tampered, type Claims, type TokenIssuer } from '../../../engines/envoy/tokens.ts';

const claims = (more: Claims = {}): Claims => ({ sub: 's1', aud: 'retail-store', ...more });
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const unsigned = (header: Claims) => async (issuer: TokenIssuer): Promise<string> => `${encoded({ typ: 'JWT', ...header })}.${encoded({ iss: issuer.issuer, exp: Math.floor(Date.now() / 1000) + 300, ...claims() })}.`;

/** Tokens that say everything right, and that no key of the shop's log-in has signed. */
export const forgedTokens: Readonly<Record<string, (issuer: TokenIssuer) => Promise<string>>> = {
  'alg none': async (issuer) => issuer.unsigned(claims()),
  'alg None': unsigned({ alg: 'None' }), 'alg NONE': unsigned({ alg: 'NONE' }), 'alg nOnE': unsigned({ alg: 'nOnE' }), 'no alg': unsigned({}), 'an empty alg': unsigned({ alg: '' }),
  'alg none over a good signature': async (issuer) => tampered(await issuer.sign(claims()), { header: { alg: 'none' } }),
  'HS256 under the public key': (issuer) => issuer.signedWithPublicKey(claims()),
  'another subject under an old signature': async (issuer) => tampered(await issuer.sign(claims()), { claims: { sub: 'somebody-else' } }),
  'a later end under an old signature': async (issuer) => tampered(await issuer.sign(claims({ exp: 1_600_000_000 })), { claims: { exp: 4_000_000_000 } }),
  'a signature cut short': async (issuer) => (await issuer.sign(claims())).slice(0, -4),
  'no signature': async (issuer) => (await issuer.sign(claims())).replace(/\.[^.]*$/, '.'),
  'two parts': async (issuer) => (await issuer.sign(claims())).replace(/\.[^.]*$/, ''),
  'an unknown key id': (issuer) => issuer.sign(claims(), { kid: 'k2' }),
  'a stranger\'s key under the right id': (issuer) => issuer.signedByStranger(claims()),
  'a key of its own in the header': async (issuer) => issuer.signedByStranger(claims(), { jwk: await exportJWK((await generateKeyPair('ES256', { extractable: true })).publicKey) }),
  'an address of its own for keys': (issuer) => issuer.signedByStranger(claims(), { jku: 'https://evil.example/keys', x5u: 'https://evil.example/chain' }),
  'two tokens in one': async (issuer) => `${await issuer.sign(claims())},${await issuer.sign(claims())}`,
  'a token in its JSON form': async (issuer) => { const [header, payload, signature] = (await issuer.sign(claims())).split('.'); return JSON.stringify({ payload, protected: header, signature }); },
};
