import { expect, it } from 'vitest';
import type { Declared } from '#diagnostics';
import type { Invariant, Policy } from '#ir';
import { check } from '#language';
import { decide, type Request } from '#spec';
import declared from '../../../stacks/retail-store/policy.ts';
import { asOf } from './checked-estate.ts';

/** The estate, were one workload to be granted one thing more. */
function opened(caller: string, api: string, operation: string): Declared<Policy> {
  const { draft } = declared, from = { kind: 'workload', name: caller } as const;
  const apis = draft.apis.map((one) => (one.name !== api ? one : {
    ...one, offers: [...one.offers, { operation, to: [from], when: [], because: 'a hasty change' }],
    operations: one.operations.some(({ name }) => name === operation) ? one.operations : [...one.operations, { name: operation, kind: 'cloud' as const, verb: operation }],
  }));
  return { ...declared, draft: { ...draft, apis, asks: [...draft.asks, { from, to: { api, operation }, because: 'a hasty change' }] } };
}
const flows = declared.draft.never.filter(({ kind }) => kind === 'flow');
const steps = (witness: unknown) => (witness as { readonly steps: readonly { readonly grant: string; readonly request: Request }[] }).steps;

/** A grant that somebody might add one day, the invariant that stops it, and the chain that it would close. */
const hasty: readonly (readonly [string, readonly [string, string, string], string, readonly string[]])[] = [
  ['a catalogue that places orders', ['catalog', 'checkout', 'checkoutControllerSubmitCheckout'], 'what a reseller sends', ['acme → catalog.getCatalogProducts', 'catalog → checkout.checkoutControllerSubmitCheckout', 'checkout → orders.createOrder']],
  ['a catalogue that announces sales', ['catalog', 'retail-orders', 'send'], 'looking at products', ['shoppers → ui.shop', 'ui → catalog.getCatalogProducts', 'catalog → retail-orders.send']],
  ['a catalogue that counts what is sold', ['catalog', 'retail-orders', 'receive'], 'names and addresses never end up', ['orders → retail-orders.send', 'catalog → retail-orders.receive', 'catalog → catalog-mysql.connect']],
];

it.each(hasty)('the retail store\'s invariants stop %s, and show the chain', (_, [caller, api, operation], reason, chain) => {
  const estate = opened(caller, api, operation);
  const found = check(estate, { asOf }).diagnostics.filter(({ code, message }) => code === 'CS1022' && message.includes(`(${reason}`));
  expect(found).toHaveLength(1);
  expect(steps(found[0]!.witness).map(({ grant }) => grant)).toEqual(chain);
  for (const { grant, request } of steps(found[0]!.witness)) expect(decide(estate.draft, request).because, grant).toContainEqual({ grant });
  expect(found[0]!.related.filter(({ at }) => at !== undefined).length).toBeGreaterThanOrEqual(chain.length);
});

it('each of its chains is stopped by one of these, and none as it is', () => {
  const stops = (one: Invariant): boolean => hasty.some(([, , reason]) => one.because.startsWith(reason));
  expect(flows.filter((one) => !stops(one)).map(({ because }) => because)).toEqual([]);
  expect(flows).toHaveLength(3);
  expect(check(declared, { asOf }).diagnostics.filter(({ code }) => code === 'CS1022' || code === 'CS1058')).toEqual([]);
});
