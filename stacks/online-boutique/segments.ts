// Where things live. A segment says what its data is worth; every way into it needs an offer and a request.
import { segment } from 'countersign';

/** What shoppers see. Open to the internet, so nothing of value stays here. */
export const storefront = segment('storefront', { holds: 'internal', owner: 'team-storefront' });

/** Synthetic shoppers. They may do what a shopper does, and never more. */
export const testing = segment('testing', { holds: 'public', owner: 'team-quality' });

/** What there is to buy, and at what price. */
export const shop = segment('shop', { holds: 'internal', owner: 'team-shop' });

/** Who bought what, and where it goes: names and addresses. */
export const orders = segment('orders', { holds: 'confidential', owner: 'team-orders' });

/** Card numbers. */
export const payments = segment('payments', { holds: 'restricted', owner: 'team-payments' });

/** Carts at rest. */
export const data = segment('data', { holds: 'confidential', owner: 'team-shop' });
