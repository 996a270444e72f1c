import type { Policy } from '#ir';
import type { CertificateFacts, Request, TokenFacts } from '#spec';
import { certificateAuthority, selfSigned, type Authority, type Identity, type IdentityOptions } from '../../../engines/envoy/certificates.ts';
import { tokenIssuer, type Claims, type TokenIssuer } from '../../../engines/envoy/tokens.ts';

/** What somebody from outside has in hand. Moments are seconds since 1970. */
export interface Caller {
  readonly name: string;
  readonly token?: { readonly signedBy: string; readonly claims: (now: number) => Claims; readonly made?: 'by a stranger' };
  readonly certificate?: { readonly by: 'the partner\'s authority' | 'another of its name' | 'itself'; readonly names: IdentityOptions };
}

/** The same twice: as it goes on the wire, and as the meaning is told of it. */
export interface Shown {
  readonly authorization?: string;
  readonly subject?: NonNullable<Request['subject']>;
  readonly token?: TokenFacts;
  readonly client?: Identity;
  readonly partner?: string;
  readonly certificate?: CertificateFacts;
}

export interface Wallet {
  readonly keySets: Readonly<Record<string, unknown>>;
  readonly issuers: ReadonlyMap<string, TokenIssuer>;
  readonly authority: Authority;
  /** At this moment; a token is new each time. */
  show(caller: Caller): Promise<Shown>;
}

/** Signs tokens as the policy's providers would, and certificates as its partners' authority would. */
export async function wallet(policy: Policy, caBundle: CertificateFacts['caBundle']): Promise<Wallet> {
  const issuers = new Map(await Promise.all(policy.identityProviders.map(async ({ issuer, name }) => [name, await tokenIssuer({ issuer })] as const)));
  const [authority, namesake] = [await certificateAuthority('acme'), await certificateAuthority('acme')];
  const identities = new Map<string, Promise<Identity>>();
  const identityOf = ({ by, names }: NonNullable<Caller['certificate']>): Promise<Identity> => {
    const key = JSON.stringify([by, names]);
    const known = identities.get(key) ?? (by === 'itself' ? selfSigned(names) : (by === 'another of its name' ? namesake : authority).issue(names));
    identities.set(key, known);
    return known;
  };
  return {
    keySets: Object.fromEntries(policy.identityProviders.map(({ jwksUri, name }) => [jwksUri, issuers.get(name)!.jwks])),
    issuers, authority,
    async show({ certificate, token }) {
      const provider = policy.identityProviders.find(({ name }) => name === token?.signedBy), issuer = issuers.get(token?.signedBy ?? '');
      let shown: Shown = {};
      if (token !== undefined && provider !== undefined && issuer !== undefined) {
        const now = Math.floor(Date.now() / 1000);
        const claims = { iss: issuer.issuer, iat: now, exp: now + 300, ...token.claims(now) };
        const signed = await (token.made === undefined ? issuer.sign(claims) : issuer.signedByStranger(claims));
        // what a token leaves out, `iss` and `aud` too, is told to be empty: the meaning takes their absence for its author's brevity
        const told = Object.fromEntries(Object.entries({ ...claims, iss: claims.iss ?? '', aud: ('aud' in claims ? claims.aud : undefined) ?? [] }).filter(([, value]) => value !== undefined));
        shown = { authorization: `Bearer ${signed}`, ...(token.made === undefined ? { subject: { provider: provider.name, claims: told }, token: { jwksUri: provider.jwksUri, claims: told } } : {}) };
      }
      if (certificate === undefined) return shown;
      const { by, names } = certificate;
      const sans = [...(names.uris ?? []).map((uri) => `uri:${uri}`), ...(names.dns ?? []).map((dns) => `dns:${dns}`)];
      const vouched = by === 'the partner\'s authority' && (names.validity ?? 'current') === 'current' && names.usage !== 'server';
      const partner = vouched ? policy.partners.find((each) => sans.includes(each.certificate.san)) : undefined;
      return { ...shown, client: await identityOf(certificate), ...(vouched ? { certificate: { caBundle, sans } } : {}), ...(partner === undefined ? {} : { partner: partner.name }) };
    },
  };
}
