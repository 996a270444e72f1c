import fc from 'fast-check';
import type { Condition, IdentityRef, Operation, Policy } from '#ir';
import { segment } from '../kubernetes/estate.ts';
import { anyone, estate, exposed, http, partner, people, rpc, socket } from './estate.ts';

/** Policies that nobody wrote: few names, so that operations overlap, and every way of coming to them. */
const template = fc.tuple(fc.array(fc.constantFrom('a', 'b', '{p}'), { maxLength: 2 }), fc.constantFrom([], ['{rest**}'])).map(([segments, rest]) => `/${[...segments, ...rest].join('/')}`);
const operation = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constantFrom('GET', 'POST', 'ANY', 'OPTIONS', 'HEAD'), template).map(([method, path]) => http('', method as 'GET', path)) },
  { weight: 1, arbitrary: template.map((path) => socket('', path)) },
);
const condition: fc.Arbitrary<Condition> = fc.constantFrom<Condition[]>(
    { kind: 'claim', claim: 'groups', anyOf: ['x'] }, { kind: 'mfa' }, { kind: 'mfa', within: 900 }, { kind: 'maxTokenAge', seconds: 600 }, { kind: 'device', anyOf: ['managed'] },
    { kind: 'during', days: ['mon'], start: '09:00', end: '17:00', timeZone: 'Europe/Berlin' }, { kind: 'from', cidrs: ['10.1.0.0/16'] },
    { kind: 'any', of: [{ kind: 'from', cidrs: ['10.1.0.0/16'] }, { kind: 'claim', claim: 'groups', anyOf: ['x', 'y'] }] }, { kind: 'all', of: [{ kind: 'from', cidrs: ['10.0.0.0/8'] }, { kind: 'from', cidrs: ['10.1.2.0/24', '192.0.2.0/24'] }] },
);
const known = fc.constantFrom<IdentityRef[]>(people('shoppers'), people('support'), anyone);
const offer = (who: fc.Arbitrary<IdentityRef>) => fc.record({ who, when: fc.array(condition, { maxLength: 2 }), at: fc.nat(9) });

const tokenless: readonly Condition['kind'][] = ['from', 'during'];
const isTokenless = (one: Condition): boolean => tokenless.includes(one.kind) || ((one.kind === 'all' || one.kind === 'any') && one.of.every(isTokenless));

export const recipe = fc.record({
  operations: fc.array(operation, { minLength: 1, maxLength: 6 }), offers: fc.array(offer(known), { maxLength: 6 }),
  partnered: fc.array(offer(fc.constantFrom<IdentityRef[]>(partner('acme'), partner('globex'))), { maxLength: 4 }), origins: fc.boolean(), demanding: fc.boolean(), grpc: fc.array(offer(fc.constantFrom<IdentityRef[]>(people('shoppers'), people('support'))), { maxLength: 3 }),
});
export type Recipe = typeof recipe extends fc.Arbitrary<infer T> ? T : never;

export function cooked({ demanding, grpc, offers, operations, origins, partnered }: Recipe): Policy {
  const distinct = [...new Map(operations.map((each) => [JSON.stringify(each).replace(/\{\w+\}/g, '{}'), each])).values()].map((each, index): Operation => ({ ...each, name: `op${index}` }));
  const on = (all: Recipe['offers'], of: readonly Operation[]): Parameters<typeof exposed>[3] => Object.fromEntries(of.map(({ name }, index) => [name, all.filter(({ at }) => at % of.length === index).map(({ when, who }) =>
    [[who], ...(who.kind === 'people' ? when : when.filter(isTokenless))] as const)]));
  const calls = [rpc('Get'), rpc('Add')];
  return estate(['orders', 'catalog', 'carts'], [
    exposed('orders', 'api.example.com', distinct, on(offers, distinct), origins ? { origins: ['https://desk.example.com'] } : {}),
    exposed('catalog', 'partners.example.com', distinct, on(partnered, distinct)),
    exposed('carts', 'carts.example.com', calls, on(grpc, calls)),
  ], { segments: [segment('all', { requires: { people: demanding && !offers.some(({ who }) => who.kind === 'anyone') ? [{ kind: 'maxTokenAge', seconds: 3600 }] : [], workloads: [], partners: [] } })] });
}
