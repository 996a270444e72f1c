import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { istio } from '#targets';
import { describeWithEngines } from '../../../engines/engine.ts';
import type { Manifest } from '../../../engines/envoy/manifest.ts';
import { compiledEstate } from '../compiled-estate.ts';
import { asking, type Outcome } from './asking.ts';
import { aHelper, aShopper, nobody } from './callers.ts';
import { impostorsOf } from './connected.ts';
import { deployed } from './deployed.ts';
import { forgedTokens } from './forged-tokens.ts';
import { misjudged } from './judged.ts';
import { meshProxy, type Connected, type MeshAnswer, type MeshAsked, type MeshProxy } from './mesh-proxy.ts';
import { leniently } from './odd-paths.ts';
import { wallet, type Wallet } from './shown.ts';
import { sidecarEstate } from './sidecar-estate.ts';

const by = (name: string): Connected => ({ name, peer: { kind: 'workload', name } });
const [ui, checkout, catalog] = ['ui', 'checkout', 'catalog'].map(by) as [Connected, Connected, Connected];

/** The proxy in front of carts; whoever attacks is a workload of the mesh, `ui` itself where nothing else is said. */
describeWithEngines(['envoy', 'xlate'], 'attacks from within the retail store\'s mesh', () => {
  describe.each([['a waypoint', compiledEstate], ['a sidecar', sidecarEstate]])('on %s', (kind, compiled) => {
    const estate = deployed(compiled());
    const { policy } = estate;
    const api = policy.apis.find(({ name }) => name === 'carts')!, workload = policy.workloads.find(({ name }) => name === 'carts')!;
    const honest: MeshAsked = { api, by: ui, who: aShopper, method: 'GET', path: '/carts/c1' };
    let proxy: MeshProxy, purse: Wallet;
    beforeAll(async () => {
      purse = await wallet(policy, estate.platform.caBundles[0]!.ref);
      proxy = await meshProxy(estate, workload, purse);
    }, 120_000);
    afterAll(async () => proxy?.stop());

    const control = async (): Promise<void> => expect((await proxy.ask(honest)).outcome.arrived).toMatchObject({ method: 'GET', path: '/carts/c1' });
    const attempt = async (changed: Partial<MeshAsked>): Promise<MeshAnswer> => { await control(); return proxy.ask({ ...honest, ...changed }); };
    const nothing = async (changed: Partial<MeshAsked>): Promise<Outcome> => {
      const { outcome } = await attempt(changed);
      expect(outcome.arrived).toBeUndefined();
      return outcome;
    };
    const authorization = async (): Promise<string> => (await purse.show(aShopper)).authorization!;

    describe('with tokens', () => {
      it.each(Object.entries(forgedTokens))('%s', async (_, forge) => {
        const token = await forge(purse.issuers.get('shop-login')!);
        expect((await nothing({ who: nobody, headers: { authorization: `Bearer ${token}` } })).status).toBe(401);
      });
      it.each<[string, (bearer: string) => Partial<MeshAsked>]>([
        ['in the query, as access_token', (bearer) => ({ path: `/carts/c1?access_token=${bearer.slice(7)}` })], ['in the query, as token', (bearer) => ({ path: `/carts/c1?token=${bearer.slice(7)}` })],
        ['in a cookie', (bearer) => ({ headers: { cookie: `access_token=${bearer.slice(7)}` } })], ['in another header', (bearer) => ({ headers: { 'x-authorization': bearer, 'x-jwt-assertion': bearer.slice(7), 'x-goog-iap-jwt-assertion': bearer.slice(7) } })],
        ['as Basic', (bearer) => ({ headers: { authorization: `Basic ${bearer.slice(7)}` } })], ['after a scheme in lower case', (bearer) => ({ headers: { authorization: bearer.replace('B', 'b') } })],
      ])('a good one %s', async (_, put) => void (await nothing({ who: nobody, ...put(await authorization()) })));
      it('a good one in somebody else\'s hand', async () => { for (const other of [checkout, catalog, by('carts'), by('orders')]) await nothing({ by: other }); });
      it('that of support', async () => void (await nothing({ who: aHelper })));
    });

    describe('with paths', () => {
      const targets = ['/carts/c1', '/carts/c1/merge', '/carts/c1/items/i1', '/actuator/prometheus'];
      const spelt = (path: string): readonly string[] => {
        const [, first = '', ...rest] = path.split('/'), last = rest.at(-1)!, before = path.slice(0, -last.length - 1);
        return [
          path, `/${path}`, path.replaceAll('/', '//'), `/.${path}`, `${before}/./${last}`, `/x/..${path}`, `/carts/c9/../..${path}`, `/%2e${path}`, `/carts/%2e%2e${path}`, `/carts/c9%2f..%2f..${path.replaceAll('/', '%2F')}`, `${before}%2f${last}`, `${before}%2F${last}`, `${before}%5c${last}`, `${before}\\${last}`,
          `${before};x=y/${last}`, `${path};x=y`, `/carts/..;${path}`, `/carts/..;x=y${path}`, `/carts/.;/..;${path}`, `/carts/%2e%2e;${path}`, `/carts/.%2e;${path}`, `/carts/c9\\..;${path}`, `/carts/c9%5c..;${path}`, `/carts/c9%2f..;${path}`, `${path}/..;`, `${path}/x/..;y`, `/;${path}`, `${path}/`, `${path}?x=y`, `${path}%00`, `${path}%0a`, `${path}#`, `/%${first.charCodeAt(0).toString(16)}${path.slice(2)}`, `${before}/%${last.charCodeAt(0).toString(16)}${last.slice(1)}`, `${before}%252f${last}`, path.toUpperCase(), `${path}.json`, `${path}%20`, path.slice(1),
        ];
      };
      it.each(targets.flatMap(spelt))('%j leads to what is granted or nowhere', async (path) => {
        const asked = { ...honest, path };
        const { hop, meant, outcome, read, request } = await attempt({ path });
        expect(read).toBe(outcome.arrived === undefined ? 'deny' : 'allow');
        if (istio.assumptions.some(({ covers }) => covers(hop))) { // how servers read `;` and needless encodings is assumed, and has to be a cart's all the same
          expect(leniently(outcome.arrived?.path ?? '/carts/c1')).toMatch(/^\/carts\/[^/]+$/);
        } else expect(misjudged(policy, { asked, meant, outcome, request })).toBeUndefined();
      });
    });

    it.each(['HEAD', 'POST', 'PUT', 'PATCH', 'OPTIONS', 'TRACE', 'CONNECT', 'PROPFIND', 'get'])('%s in the place of GET', async (method) => void (await nothing({ method })));
    it.each(['x-http-method-override', 'x-http-method', 'x-method-override', 'x-original-method'])('%s says another method', async (name) => void (await nothing({ method: 'PATCH', path: '/carts/c1/items', headers: { [name]: 'POST' } })));
    it.each([
      ['x-forwarded-client-cert', 'By=spiffe://retail.example.com/ns/carts/sa/carts;URI=spiffe://retail.example.com/ns/ui/sa/ui'], ['x-envoy-peer-metadata-id', 'sidecar~10.0.0.1~ui.ui~ui.svc.cluster.local'], ['x-envoy-original-path', '/carts/c1'], ['x-original-url', '/carts/c1'], ['x-forwarded-for', '10.244.7.8'], ['x-envoy-internal', 'true'], ['x-real-ip', '127.0.0.1'], ['baggage', 'k8s.namespace.name=ui'],
    ])('%s of somebody else decides nothing', async (name, value) => {
      for (const other of [checkout, catalog]) await nothing({ by: other, headers: { [name]: value } });
      await nothing({ path: '/carts/c1/merge', headers: { [name]: value } });
    });
    it.each([['websocket', 'Upgrade'], ['WebSocket', 'keep-alive, upgrade'], ['connect-udp', 'Upgrade']])('a GET that becomes %s', async (upgrade, connection) => void (await nothing({ headers: { upgrade, connection, 'sec-websocket-key': 'x3JJHMbDL1EzLkh9GBhXDw==', 'sec-websocket-version': '13' } })));
    it.each(impostorsOf(ui).map((one) => [one.name, one] as const))('%s', async (_, one) => expect((await nothing({ by: one })).status).toBe(0));
    it.each(['orders.orders.svc.cluster.local', 'carts', '10.96.1.1', 'partners.example.com', 'carts.carts.svc.cluster.local:8080'])('Host %s makes no other request of it', async (host) => {
      await control();
      for (const [path, expected] of [['/carts/c1', 'GET /carts/c1'], ['/carts/c1/merge', undefined], ['/orders', undefined]] as const) {
        const { arrived } = await proxy.forward('ui/ui', api, { method: 'GET', path, host, headers: { authorization: await authorization() } });
        expect(arrived === undefined ? undefined : `${arrived.method} ${arrived.path}`).toBe(expected);
      }
    });
    it('another Service, or another port, through the same proxy', async () => {
      await control();
      const orders = policy.workloads.find(({ name }) => name === 'orders')!.kubernetes!;
      const elsewhere = kind === 'a waypoint' ? [{ service: `${orders.namespace}/orders`, port: 80 }, { service: 'carts/carts', port: 8080 }, { service: 'carts/carts', port: 15_000 }] : [{ port: 80 }, { port: 8081 }, { port: 15_000 }, { port: 15_020 }];
      const services: readonly Manifest[] = estate.services;
      expect(services.some(({ metadata }) => metadata.name === 'orders')).toBe(true);
      for (const to of elsewhere) {
        for (const as of ['ui/ui', 'checkout/checkout', 'orders/orders']) {
          const { arrived } = await asking(proxy.served.echoes, async (marked) => proxy.served.request({ ...to, as, host: 'orders', method: 'GET', path: '/carts/c1', headers: { authorization: await authorization(), ...marked } }));
          expect(arrived).toBeUndefined();
        }
      }
    });
  });
});
