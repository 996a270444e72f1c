// Who comes from outside: shoppers, our own support staff, and one partner. None of the sample's own: it has no log-in.
import { claim, identityProvider, partner, people } from 'countersign';

/** Where shoppers sign in. It promises a token that ends, and nothing about how they did it. */
export const shopLogin = identityProvider('shop-login', {
  issuer: 'https://login.example.com', audiences: ['retail-store'], jwksUri: 'https://login.example.com/.well-known/jwks.json',
});

/** Where staff sign in. */
export const staffLogin = identityProvider('staff-login', {
  issuer: 'https://staff.example.com', audiences: ['retail-orders'], jwksUri: 'https://staff.example.com/.well-known/jwks.json',
  asserts: { mfa: { claim: 'amr', anyOf: ['mfa', 'hwk'] }, authenticatedAt: 'auth_time' },
});

export const shoppers = people('shoppers', { via: shopLogin });
export const support = people('support', { via: staffLogin, where: claim('groups').includes('order-support') });

/** Resells our catalogue. Known by the name in its certificate, not by whoever signed it alone. */
export const acme = partner('acme', { certificate: { ca: 'acme-ca', san: 'uri:spiffe://acme.example/resale' } });
