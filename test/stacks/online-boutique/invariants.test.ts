import { expect, it } from 'vitest';
import type { Declared } from '#diagnostics';
import type { IdentityRef, Policy } from '#ir';
import { check } from '#language';
import declared from '../../../stacks/online-boutique/policy.ts';
import { asOf } from './checked-estate.ts';

/** The estate, were somebody to offer and ask for one thing more; to `anyone`, through an exposure. */
function opened(from: IdentityRef, api: string, operation: string): Declared<Policy> {
  const { draft } = declared;
  const exposure = from.kind === 'anyone' ? { exposedAt: { kind: 'service' as const, service: api } } : {};
  const offer = { operation, to: [from], when: [], because: 'a hasty change' };
  const apis = draft.apis.map((one) => (one.name === api ? { ...one, ...exposure, offers: [...one.offers, offer] } : one));
  const asks = from.kind === 'workload' ? [...draft.asks, { from, to: { api, operation }, because: 'a hasty change' }] : draft.asks;
  return { ...declared, draft: { ...draft, apis, asks } };
}
const workload = (name: string): IdentityRef => ({ kind: 'workload', name });

/** A grant that somebody might add one day, and the reasons of the invariants that stop it. */
const hasty: readonly (readonly [string, IdentityRef, string, string, readonly string[]])[] = [
  ['a public cart database', { kind: 'anyone' }, 'redis-cart', 'connect', ['carts are personal', 'whoever connects to Redis']],
  ['a public order confirmation', { kind: 'anyone' }, 'emailservice', 'SendOrderConfirmation', ['orders carry names']],
  ['a public card terminal', { kind: 'anyone' }, 'paymentservice', 'Charge', ['PCI scope', 'PCI scope: one caller']],
  ['one-click payment in the frontend', workload('frontend'), 'paymentservice', 'Charge', ['PCI scope: one caller', 'PCI scope: what is open']],
  ['a load test of payments', workload('loadgenerator'), 'paymentservice', 'Charge', ['PCI scope: one caller', 'no test charges a card']],
  ['a load test of the catalogue', workload('loadgenerator'), 'productcatalogservice', 'SearchProducts', ['load tests measure']],
  ['refunds by mail', workload('emailservice'), 'paymentservice', 'Charge', ['PCI scope: one caller']],
  ['recommendations out of carts', workload('recommendationservice'), 'redis-cart', 'connect', ['whoever connects to Redis', 'what is recommended']],
  ['a catalogue that takes orders', workload('productcatalogservice'), 'checkoutservice', 'PlaceOrder', ['PCI scope: nothing that shows', 'what is recommended']],
];

it.each(hasty)('the Online Boutique\'s invariants stop %s', (_, from, api, operation, reasons) => {
  const broken = check(opened(from, api, operation), { asOf }).diagnostics.filter(({ code }) => code === 'CS1022').map(({ message }) => message);
  expect(broken.length).toBe(reasons.length);
  expect(reasons.filter((reason) => !broken.some((message) => message.includes(reason)))).toEqual([]);
});

it('a chain that a hasty change closes is shown step by step, at the lines of its offers and requests', () => {
  const found = check(opened(workload('productcatalogservice'), 'checkoutservice', 'PlaceOrder'), { asOf }).diagnostics.find(({ message }) => message.includes('nothing that shows'));
  expect(found?.message).toContain('something of `productcatalogservice` can get to `paymentservice.Charge` in 2 steps, `productcatalogservice → checkoutservice.PlaceOrder`, then `checkoutservice → paymentservice.Charge`, which a `never` forbids');
  expect(found?.related.map(({ at, message }) => [message, at?.path.replace(/.*\//, '')])).toEqual(expect.arrayContaining([
    ['step 2: `paymentservice.Charge` is offered to `checkoutservice`', 'payments.ts'], ['step 2: `checkoutservice` asks for `paymentservice.Charge`', 'orders.ts'],
  ]));
});

it('each of the Online Boutique\'s invariants stops something', () => {
  const stopped = hasty.flatMap(([, , , , reasons]) => reasons);
  expect(declared.draft.never.filter(({ because }) => !stopped.some((reason) => because.startsWith(reason))).map(({ because }) => because)).toEqual([]);
});

it('the Online Boutique\'s invariants let through what they do not speak of', () => {
  const result = check(opened(workload('frontend'), 'productcatalogservice', 'SearchProducts'), { asOf });
  expect(result.ok && result.diagnostics).toEqual([]);
});
