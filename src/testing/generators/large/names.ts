import type { Random } from '../random.ts';

/** What shops, banks and carriers call the things that their services are about. */
const subjects = [
  'account', 'address', 'advert', 'agreement', 'allocation', 'audit', 'authorization', 'balance', 'banner', 'basket', 'billing', 'booking', 'campaign', 'capture', 'card', 'carrier', 'cart', 'catalog', 'category', 'chargeback',
  'checkout', 'claim', 'clearing', 'commission', 'consent', 'content', 'contract', 'coupon', 'credit', 'currency', 'customer', 'customs', 'debit', 'delivery', 'deposit', 'device', 'discount', 'dispatch', 'dispute', 'document',
  'dunning', 'entitlement', 'event', 'facility', 'favourite', 'feature', 'feed', 'forecast', 'fraud', 'fulfilment', 'gift', 'identity', 'image', 'incident', 'inventory', 'invoice', 'journal', 'label', 'lead', 'ledger',
  'limit', 'listing', 'loan', 'location', 'loyalty', 'mandate', 'manifest', 'media', 'membership', 'merchant', 'message', 'metering', 'newsletter', 'notification', 'offer', 'onboarding', 'order', 'packing', 'parcel', 'partner',
  'payment', 'payout', 'payroll', 'permit', 'picking', 'planning', 'position', 'preference', 'price', 'pricing', 'product', 'profile', 'promotion', 'purchase', 'quota', 'quote', 'rating', 'receipt', 'recommendation', 'refund',
  'replenishment', 'reservation', 'return', 'review', 'reward', 'risk', 'route', 'schedule', 'search', 'seller', 'session', 'settlement', 'shift', 'shipment', 'slot', 'statement', 'stock', 'store', 'subscription', 'supplier',
  'support', 'survey', 'tariff', 'tax', 'ticket', 'token', 'tracking', 'transfer', 'translation', 'treasury', 'usage', 'vehicle', 'vendor', 'voucher', 'wallet', 'warehouse', 'warranty', 'watchlist', 'webhook', 'wishlist',
] as const;
const roles = [
  'api', 'service', 'svc', 'backend', 'bff', 'worker', 'reader', 'writer', 'gateway', 'scheduler', 'indexer', 'aggregator', 'exporter', 'importer', 'sync', 'consumer', 'processor', 'engine', 'registry', 'store', 'validator', 'calculator', 'manager', 'adapter',
] as const;
const qualifiers = ['', '', '', '', 'b2b', 'mobile', 'internal', 'eu', 'us', 'apac', 'core', 'v2', 'legacy', 'realtime', 'batch', 'partner', 'admin', 'bulk'] as const;
const departments = ['commerce', 'payments', 'logistics', 'finance', 'platform', 'growth', 'identity', 'data', 'marketplace', 'retail', 'people', 'risk'] as const;

/** Names that no two calls return alike, as teams choose them: `order-api`, `b2b-invoice-exporter`, and rarely one that has to be told apart by a number. */
export function namer(rng: Random): { readonly service: (subject: string) => string; readonly subject: () => string; readonly team: () => { readonly name: string; readonly department: string } } {
  const taken = new Set<string>();
  const unique = (wanted: () => string): string => {
    let name = wanted();
    for (let tries = 0; taken.has(name) && tries < 12; tries++) name = wanted();
    for (let number = 2; taken.has(name); number++) name = `${wanted()}-${number}`;
    taken.add(name);
    return name;
  };
  return {
    subject: () => rng.pick(subjects),
    service: (subject) => unique(() => { const qualifier = rng.pick(qualifiers); return `${qualifier === '' ? '' : `${qualifier}-`}${subject}-${rng.pick(roles)}`; }),
    team() {
      const department = rng.pick(departments);
      return { name: unique(() => `${department}-${rng.pick(subjects)}`), department };
    },
  };
}
