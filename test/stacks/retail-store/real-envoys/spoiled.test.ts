import { expect, it } from 'vitest';
import { describeWithEngines } from '../../../engines/engine.ts';
import type { Manifest } from '../../../engines/envoy/manifest.ts';
import { compiledEstate } from '../compiled-estate.ts';
import { each } from './asking.ts';
import { acmeItself, aHelper, aShopper, helpers, nobody } from './callers.ts';
import { deployed, without, type Spoil } from './deployed.ts';
import { edge, type Asked } from './edge.ts';
import { inTheMesh, readersOf } from './in-the-mesh.ts';
import { misjudged } from './judged.ts';
import { neighboursOf, operationsOf } from './questions.ts';

const compiled = compiledEstate();
const { policy } = deployed(compiled);
const telling = [nobody, aShopper, ...helpers.filter(({ name }) => name === 'support of this morning'), acmeItself];
const apiOf = (name: string) => policy.apis.find((api) => api.name === name)!;

/** The rules of a policy, changed: of whatever has them, by its kind and name. */
const rules = (kind: string, name: string, change: (rules: readonly Record<string, unknown>[]) => unknown): Spoil => (object) => {
  if (object.kind !== kind || object.metadata.name !== name) return object;
  const spec = object['spec'] as { readonly rules?: readonly Record<string, unknown>[]; readonly authorization?: { readonly rules: readonly Record<string, unknown>[] } };
  return { ...object, spec: spec.authorization === undefined ? { ...spec, rules: change(spec.rules ?? []) } : { ...spec, authorization: { ...spec.authorization, rules: change(spec.authorization.rules) } } } as Manifest;
};
const leavingOut = (key: string) => (all: readonly Record<string, unknown>[]): unknown => all.map(({ [key]: _left, ...rest }) => rest);

describeWithEngines(['envoy', 'egxlate', 'xlate'], 'the retail store with one thing less is found out', () => {
  it.each<readonly [string, string, string, Spoil]>([
    ['the expression of who support is', 'orders', 'support of this morning: GET /orders is let through', (object) => rules('SecurityPolicy', 'countersign-orders.token', (all) => all.map(({ cel: _left, ...rule }) => ({ ...rule, cel: 'true' })))(object)],
    ['the policy of shoppers', 'ui', 'a shopper: GET /page-1/page-2 is stopped with 403', without('SecurityPolicy', 'countersign-ui.token')],
    ['the denial of what the actuator serves', 'ui', 'a shopper: GET /actuator/endpoint-1/endpoint-2 is let through', rules('SecurityPolicy', 'countersign-ui.token', (all) => all.filter(({ action }) => action === 'Allow'))],
    ['the demand for partners\' certificates', 'catalog', 'acme: GET /catalog/products is stopped with 403', without('ClientTrafficPolicy', 'countersign-edge.partners.example.com')],
    ['the refusal of upgrades', 'ui', 'a shopper, upgraded: GET /cart is let through', without('BackendTrafficPolicy', 'countersign-edge')],
  ])('at the gateway: %s (%s)', async (_, name, fault, spoil) => {
    const real = await edge(deployed(compiled, spoil)), api = apiOf(name), wrong: string[] = [];
    try {
      const asks: readonly Asked[] = [
        ...operationsOf(api).flatMap((question) => telling.map((who) => ({ ...question, api, who }))), ...neighboursOf(api).slice(0, 5).map((question) => ({ ...question, api, who: aHelper })),
        { api, who: { ...aShopper, name: 'a shopper, upgraded' }, method: 'GET', path: '/cart', upgrade: 'websocket' },
      ];
      await each(asks, async (asked) => {
        const found = misjudged(policy, { asked, ...(await real.ask(asked)) });
        if (found !== undefined) wrong.push(`${asked.who.name}: ${asked.method} ${asked.path} ${found}`);
      });
    } finally { await real.stop(); }
    expect(wrong).toContain(fault);
  }, 60_000);

  it.each<readonly [string, string, Spoil]>([
    ['the shopper behind ui', 'ui for nobody: GET /carts/customerId-1 is let through', rules('AuthorizationPolicy', 'countersign-carts.carts', leavingOut('when'))],
    ['operations', 'ui for a shopper: PATCH /carts/customerId-1/items is let through', rules('AuthorizationPolicy', 'countersign-carts.carts', leavingOut('to'))],
    ['the caller', 'checkout for a shopper: GET /carts/customerId-1 is let through', rules('AuthorizationPolicy', 'countersign-carts.carts', leavingOut('from'))],
    ['the reading of tokens', 'ui for a shopper: GET /carts/customerId-1 is stopped with 403', without('RequestAuthentication', 'countersign-carts.carts')],
    ['every denial and allowance', 'catalog for nobody: DELETE /carts/customerId-1 is let through', without('AuthorizationPolicy', 'countersign-carts.carts', 'countersign-carts.carts.never', 'countersign-default-deny', 'countersign-default-deny.countersign-waypoint')],
  ])('at the waypoint of carts: %s', async (_, fault, spoil) => {
    const [, workload, api] = readersOf(policy).find(([name]) => name === 'carts')!;
    const { wrong } = await inTheMesh(deployed(compiled, spoil), workload, api, [nobody, aShopper]);
    expect(wrong).toContainEqual(expect.stringContaining(fault));
  }, 60_000);
});
