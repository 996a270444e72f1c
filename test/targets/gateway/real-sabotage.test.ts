import { expect, it } from 'vitest';
import { describeWithEngines } from '../../engines/engine.ts';
import { behindGateway, retail } from './estate.ts';
import { realGateway, type Shown, type Wire } from './real-gateway.ts';
import { sabotages } from './sabotage.ts';

const seconds = (ago: number): number => Math.floor(Date.now() / 1000) - ago;
const hosts = { orders: 'api.example.com', web: 'shop.example.com', catalog: 'partners.example.com' } as const;
const shopper: Shown = { token: { provider: 'shop', claims: { aud: 'ui' } } };
const people: readonly Shown[] = [{}, shopper, { token: { provider: 'shop', claims: { aud: 'bank' } } }, { token: { provider: 'shop', made: 'by a stranger', claims: { aud: 'ui' } } }, { token: { provider: 'staff', claims: { aud: 'retail', groups: ['support'], amr: ['mfa'], auth_time: seconds(30) } } }];
const partners: readonly Shown[] = [{}, { certificate: { uris: ['spiffe://acme.example/billing'] } }, { certificate: { dns: ['api.globex.example'] } }, { certificate: { dns: ['other.example'] } }, { certificate: { uris: ['spiffe://acme.example/billing'], by: 'impostor' } }];

const wires: readonly (readonly [keyof typeof hosts, Wire])[] = [
  ...people.flatMap((who) => [['GET', '/orders'], ['POST', '/orders'], ['DELETE', '/orders'], ['GET', '/orders/export'], ['GET', '/orders/7'], ['GET', '/orders/7/lines/audit'], ['GET', '/other'], ['GET', '/orders;x'], ['GET', '/orders/7//x']].map(([method, path]) => ['orders', { ...who, host: hosts.orders, method: method!, path: path! }] as const)),
  ...people.slice(0, 2).flatMap((who) => ['/', '/internal/x', '/a/b', '/account', '//a', '/a%2fb', '/internal%2fx', '/a/'].map((path) => ['web', { ...who, host: hosts.web, path }] as const)),
  ...partners.flatMap((who) => ['/catalog', '/catalog/7/price', '/tags'].map((path) => ['catalog', { ...who, host: hosts.catalog, path }] as const)),
  ...people.slice(0, 2).flatMap((who) => ['/orders/7', '/feed'].map((path) => ['orders', { ...who, host: hosts.orders, path, upgrade: 'websocket' }] as const)),
  ['web', { host: hosts.web, path: '/', upgrade: 'websocket' }], ['web', { host: hosts.web, serverName: hosts.orders, path: '/' }], ['web', { host: 'new.example.com', path: '/' }], ['web', { host: hosts.web, path: '/', headers: { x_a: 'b' } }],
  ['web', { host: hosts.orders, path: '/' }], ['orders', { host: hosts.orders, method: 'OPTIONS', path: '/orders', headers: { origin: 'https://desk.example.com', 'access-control-request-method': 'GET' } }],
];

/** Several at once, where each is about another API: a gateway takes its time to start. */
const together: readonly (readonly (keyof typeof sabotages)[])[] = [
  ['a token may be missing', 'clients may come without a certificate', 'routes of every listener'],
  ['a token may be bad', 'clients may have any name', 'routes of every host'],
  ['a route says nothing of authorization', 'clients are asked for nothing', 'slashes are merged'],
  ['rules in another order', 'upgrades of every request', 'a listener for every host'],
  ['a rule of exact paths', 'routes of every request', 'slashes stay as they are'],
  ['a rule of other paths', 'nothing denies by default', 'a route has no policy of its own'],
  ['only other kinds may refer', 'routes of every host', 'slashes are merged'],
  ['nothing may be referred to', 'denials are gone', 'listeners are left to their defaults'],
];

describeWithEngines(['envoy', 'egxlate'], 'objects that somebody has changed are read as a real Envoy serves them', () => {
  it.each(together.map((names) => [names.join('; '), names] as const))('%s', async (_, names) => {
    const real = await realGateway(retail, behindGateway(), { sabotage: (artifacts) => names.reduce((found, name) => sabotages[name]!(found), artifacts) });
    try {
      const differing: unknown[] = [];
      for (const [api, wire] of wires) {
        const of = retail.apis.find((one) => one.name === api)!;
        const { at } = await real.ask(wire), envoy = at === api ? 'allow' : 'deny', read = real.read(of, wire);
        if (read !== envoy) differing.push({ api, wire, envoy, read });
      }
      expect(differing).toEqual([]);
    } finally { await real.stop(); }
  }, 60_000);
});
