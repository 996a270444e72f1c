// Where things live. A segment says what its data is worth; every way into it needs an offer, and mostly a request.
import { mfa, segment } from 'countersign';

/** What shoppers see. */
export const storefront = segment('storefront', { holds: 'internal', owner: 'team-storefront' });

/** What there is to buy. Partners read it, too. */
export const catalogue = segment('catalogue', { holds: 'internal', owner: 'team-catalogue' });

/** What somebody is about to buy. */
export const commerce = segment('commerce', { holds: 'confidential', owner: 'team-commerce' });

/** Who bought what, and where it goes: names and addresses. No person reads that on a password alone, or over old TLS. */
export const orders = segment('orders', {
  holds: 'confidential', owner: 'team-orders',
  requires: { people: [mfa({ within: '15m' })], transport: { tls: '1.3' } },
});

/** All of it at rest. */
export const data = segment('data', { holds: 'confidential', owner: 'team-data' });
