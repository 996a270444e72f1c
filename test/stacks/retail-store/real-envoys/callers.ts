import type { Caller } from './shown.ts';

type Claims = Readonly<Record<string, unknown>>;

const shopper = (name: string, claims: (now: number) => Claims = () => ({}), rest: Partial<NonNullable<Caller['token']>> = {}): Caller =>
  ({ name, token: { signedBy: 'shop-login', claims: (now) => ({ sub: 's1', aud: 'retail-store', ...claims(now) }), ...rest } });
const support = (name: string, claims: (now: number) => Claims = () => ({}), rest: Partial<NonNullable<Caller['token']>> = {}): Caller =>
  ({ name, token: { signedBy: 'staff-login', claims: (now) => ({ sub: 'h1', aud: 'retail-orders', groups: ['staff', 'order-support'], amr: ['pwd', 'mfa'], auth_time: now - 300, ...claims(now) }), ...rest } });

const minute = 60, hour = 3600;

/** Nobody, and whoever is whom the policy speaks of. */
export const nobody: Caller = { name: 'nobody' };
export const aShopper = shopper('a shopper');
export const aHelper = support('support with a second factor, five minutes old');
const acme = { by: 'the partner\'s authority', names: { commonName: 'acme', uris: ['spiffe://acme.example/resale'] } } as const;
export const acmeItself: Caller = { name: 'acme', certificate: acme };

/** Each condition met and unmet. Moments keep ten seconds or more away from the edge that they are about. */
export const shoppers: readonly Caller[] = [
  aShopper,
  shopper('a shopper whose token is for others, too', () => ({ aud: ['another-shop', 'retail-store'] })),
  shopper('a shopper within the clocks\' minute past the end', (now) => ({ exp: now - 20 })),
  shopper('a shopper past the end', (now) => ({ exp: now - hour })),
  shopper('a shopper past the clocks\' minute', (now) => ({ exp: now - 75 })),
  shopper('a shopper without an end', () => ({ exp: undefined })),
  shopper('a shopper whose end is 0', () => ({ exp: 0 })),
  shopper('a shopper of tomorrow', (now) => ({ nbf: now + 24 * hour })),
  shopper('a shopper whose token begins in half a minute', (now) => ({ nbf: now + 30 })),
  shopper('a shopper of another audience', () => ({ aud: 'another-shop' })),
  shopper('a shopper of an audience that ours is a part of', () => ({ aud: ['retail-store-two', 'https://retail-store/'] })),
  shopper('a shopper of no audience', () => ({ aud: undefined })),
  shopper('a shopper of another issuer', () => ({ iss: 'https://login.example.org' })),
  shopper('a shopper of no issuer', () => ({ iss: undefined })),
  shopper('a shopper of a stranger\'s key', () => ({}), { made: 'by a stranger' }),
  shopper('a shopper by the staff\'s key', () => ({ iss: 'https://login.example.com' }), { signedBy: 'staff-login' }),
  shopper('a shopper who claims to be support', (now) => ({ aud: ['retail-store', 'retail-orders'], groups: ['order-support'], amr: ['mfa'], auth_time: now - minute })),
];
export const helpers: readonly Caller[] = [
  aHelper,
  support('support whose claims are texts', () => ({ groups: 'order-support', amr: 'hwk' })),
  support('support with a factor fourteen and a half minutes old', (now) => ({ auth_time: now - 870 })),
  support('support with a factor fifteen and a half minutes old', (now) => ({ auth_time: now - 930 })),
  support('support of this morning', (now) => ({ auth_time: now - 5 * hour })),
  support('support whose clock is half a minute ahead', (now) => ({ auth_time: now + 30 })),
  support('support from the future', (now) => ({ auth_time: now + hour })),
  support('support that does not say when', () => ({ auth_time: undefined })),
  support('support that says when as a text', (now) => ({ auth_time: String(now - 300) })),
  support('support with a password alone', () => ({ amr: ['pwd'] })),
  support('support with no factor at all', () => ({ amr: undefined })),
  support('support with a factor that is an object', () => ({ amr: { mfa: true } })),
  support('staff that is not support', () => ({ groups: ['staff'] })),
  support('staff in no group', () => ({ groups: undefined })),
  support('staff in a group of another case', () => ({ groups: ['Order-Support'] })),
  support('support past the end', (now) => ({ exp: now - hour })),
  support('support without an end', () => ({ exp: undefined })),
  support('support of another audience', () => ({ aud: 'retail-store' })),
  support('support of another issuer', () => ({ iss: 'https://login.example.com' })),
  support('support of a stranger\'s key', () => ({}), { made: 'by a stranger' }),
];
export const partners: readonly Caller[] = [
  acmeItself,
  { ...aShopper, name: 'acme, who is a shopper as well', certificate: acme },
  { ...shopper('acme, with a token that has ended', (now) => ({ exp: now - hour })), certificate: acme },
  { name: 'another partner of the same authority', certificate: { by: 'the partner\'s authority', names: { uris: ['spiffe://globex.example/resale'] } } },
  { name: 'acme by a longer name', certificate: { by: 'the partner\'s authority', names: { uris: ['spiffe://acme.example/resale/more'] } } },
  { name: 'acme\'s name as a host\'s', certificate: { by: 'the partner\'s authority', names: { dns: ['acme.example'] } } },
  { name: 'acme\'s name as the subject', certificate: { by: 'the partner\'s authority', names: { commonName: 'spiffe://acme.example/resale' } } },
  { name: 'acme by another authority of the same name', certificate: { ...acme, by: 'another of its name' } },
  { name: 'acme by itself', certificate: { ...acme, by: 'itself' } },
  { name: 'acme of yesterday', certificate: { ...acme, names: { ...acme.names, validity: 'expired' } } },
  { name: 'acme of tomorrow', certificate: { ...acme, names: { ...acme.names, validity: 'future' } } },
  { name: 'acme with a server\'s certificate', certificate: { ...acme, names: { ...acme.names, usage: 'server' } } },
];
export const everybody: readonly Caller[] = [nobody, ...shoppers, ...helpers, ...partners];
