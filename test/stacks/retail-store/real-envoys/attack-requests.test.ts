import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWithEngines } from '../../../engines/engine.ts';
import { compiledEstate } from '../compiled-estate.ts';
import { attacker, desk, listing, reading, shop, shopping, type Attacker } from './attacker.ts';
import { aShopper, partners } from './callers.ts';
import { deployed } from './deployed.ts';
import { actuatorSpellings, leniently } from './odd-paths.ts';

const estate = deployed(compiledEstate());
const [orders, ui] = ['orders', 'ui'].map((name) => estate.policy.apis.find((api) => api.name === name)!);

describeWithEngines(['envoy', 'egxlate'], 'attacks on the retail store\'s gateway with requests', () => {
  let by: Attacker;
  beforeAll(async () => void (by = await attacker(estate)), 120_000);
  afterAll(async () => by?.real.stop());

  describe('paths', () => {
    it.each(actuatorSpellings)('%j leads a shopper nowhere, or to a page', async (path) => {
      await by.honest({ ...shopping, path: '/actuators/prometheus' });
      const { outcome, read } = await by.real.ask({ api: ui!, who: aShopper, method: 'GET', path });
      const arrived = await by.harmless(outcome, shop, aShopper);
      expect(leniently(arrived?.path ?? '')).not.toMatch(/^\/actuator(\/|$)/);
      expect(read).toBe(arrived === undefined ? 'deny' : 'allow');
    });
    it.each(['/orders/', '//orders', '/orders//', '/./orders', '/x/../orders', '/orders/.', '/orders;x=y', '/orders;', '/ORDERS', '/%6frders', '/orders%2f', '/orders%5c', '\\orders', '/orders%00', '/orders%20', '/orders#x', '/orders?x=y', '/orders%3fx', '/orders/x/..', '/orders/%2e%2e/orders', '/orders.json', '/%2Forders', '/x/..;/orders', '/x/..;y=z/orders', '/.;/orders', '/x/%2e%2e;/orders', '/x\\..;/orders', '/orders/..;/orders', '/orders/.;'])('%j leads support to the list of orders or nowhere, and nobody else', async (path) => {
      await by.honest(reading);
      const { outcome, read } = await by.real.ask({ api: orders!, who: reading.who!, method: 'GET', path });
      const arrived = await by.harmless(outcome, desk, reading.who);
      expect((arrived?.path ?? '/orders').replace(/\?.*$/, '')).toBe('/orders');
      expect(read).toBe(arrived === undefined ? 'deny' : 'allow');
      for (const who of [undefined, aShopper]) expect((await by.send({ host: desk, path, ...(who === undefined ? {} : { who }) })).arrived).toBeUndefined();
    });
    it.each(['/catalog/size', '/catalog/products/../size', '/catalog/products/%2e%2e/size', '/catalog/products;/../size', '/catalog//size', '/catalog/products/..;/size', '/catalog/products/1/..%2f..%2fsize', '/catalog/products%2f..%2fsize', '/catalog/products/\\..\\..\\size', '/metrics', '/catalog/../metrics', '/catalog/products/%2e%2e/%2e%2e/metrics'])('%j is not what a partner may have', async (path) => {
      await by.honest(listing);
      expect((await by.send({ ...listing, path })).arrived).toBeUndefined();
    });
  });

  describe('methods', () => {
    it.each(['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT', 'PROPFIND', 'get', 'Get', 'XGET'])('%s in the place of GET', async (method) => {
      for (const wire of [reading, listing]) {
        await by.honest(wire);
        expect((await by.send({ ...wire, method })).arrived).toBeUndefined();
      }
    });
    it.each(['x-http-method-override', 'x-http-method', 'x-method-override', 'x-original-method', 'x-forwarded-method'])('%s says another method', async (name) => {
      const arrived = await by.honest({ ...reading, headers: { [name]: 'POST' } });
      expect(arrived.headers[name]).toBeUndefined();
      for (const path of ['/orders', '/orders?_method=GET']) expect((await by.send({ ...reading, path, method: 'POST', headers: { [name]: 'GET' } })).arrived).toBeUndefined();
    });
    it.each([
      ['https://desk.example.com', true], ['https://evil.example', false], ['null', false], ['https://desk.example.com.evil.example', false], ['http://desk.example.com', false], ['https://desk.example.com:8443', false], ['https://desk.example.com.', false],
    ])('a preflight from %s is answered here, and with leave: %s', async (origin, leave) => {
      await by.honest(reading);
      for (const method of ['GET', 'POST', 'DELETE']) {
        const { arrived, headers } = await by.send({ host: desk, method: 'OPTIONS', path: '/orders', headers: { origin, 'access-control-request-method': method } });
        expect([arrived, headers['access-control-allow-origin'], headers['access-control-allow-methods']]).toEqual([undefined, leave ? origin : undefined, 'GET']);
      }
      expect((await by.send({ ...shopping, method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'GET' } })).headers).not.toHaveProperty('access-control-allow-origin');
    });
  });

  describe('headers', () => {
    it.each<readonly [string, string]>([
      ['x-forwarded-client-cert', 'By=spiffe://retail.example.com/ns/ui/sa/ui;URI=spiffe://acme.example/resale'], ['x-original-url', '/actuator/prometheus'], ['x-rewrite-url', '/actuator/prometheus'], ['x-envoy-original-path', '/actuator/prometheus'],
      ...['x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-user', 'x-forwarded-groups', 'x-remote-user', 'x-real-ip', 'forwarded', 'x-envoy-internal', 'x-envoy-external-address', 'x-envoy-decorator-operation', 'x-envoy-retry-on', 'x-jwt-payload'].map((name) => [name, 'spoofed.example'] as const),
    ])('%s of a client decides nothing, and does not arrive', async (name, value) => {
      const arrived = await by.honest({ ...shopping, headers: { [name]: value } });
      expect(arrived.headers[name]).not.toBe(value);
      for (const wire of [{ host: shop, path: '/cart' }, { host: desk, path: '/orders' }, { ...shopping, path: '/actuator/prometheus' }]) expect((await by.send({ ...wire, headers: { [name]: value } })).arrived).toBeUndefined();
      for (const who of partners.slice(3, 6)) expect((await by.send({ ...listing, who, headers: { [name]: value } })).arrived, who.name).toBeUndefined();
    });
    it.each(['127.0.0.1', '10.0.0.1', '100.64.0.1, 127.0.0.1', 'unknown'])('x-forwarded-for says %s', async (value) => {
      await by.honest({ ...shopping, headers: { 'x-forwarded-for': value } });
      for (const wire of [{ host: shop, path: '/cart' }, { ...shopping, path: '/actuator' }]) expect((await by.send({ ...wire, headers: { 'x-forwarded-for': value } })).arrived).toBeUndefined();
    });
    it('an underscore in the place of a dash', async () => {
      await by.honest(shopping);
      expect(await by.send({ ...shopping, headers: { x_forwarded_client_cert: 'URI=spiffe://acme.example/resale' } })).toMatchObject({ status: 400 });
    });
    it('a token that is to be dropped on the way', async () => {
      await by.honest(shopping);
      const { arrived } = await by.send({ ...shopping, headers: { connection: 'keep-alive, authorization' } });
      expect(arrived?.headers['authorization'] ?? 'Bearer').toMatch(/^Bearer/);
    });
  });

  describe('protocols', () => {
    const handshake = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-key': 'x3JJHMbDL1EzLkh9GBhXDw==', 'sec-websocket-version': '13' };
    it.each([['a WebSocket', handshake], ['a WebSocket in other letters', { ...handshake, connection: 'keep-alive, upgrade', upgrade: 'WebSocket' }], ['a tunnel', { connection: 'Upgrade', upgrade: 'connect-udp' }]])('a GET that becomes %s', async (_, headers) => {
      for (const wire of [shopping, reading, listing]) {
        await by.honest(wire);
        expect((await by.send({ ...wire, headers })).arrived).toBeUndefined();
      }
    });
    it('a GET that becomes HTTP/2 stays as it is', async () => {
      const arrived = await by.honest({ ...reading, headers: { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABkAAQAoAAAAAIAAAAA' } });
      expect(arrived.headers).not.toHaveProperty('upgrade');
    });
    it.each(['application/grpc', 'application/grpc-web', 'application/grpc+json'])('a content type of %s makes no other request of a POST', async (type) => {
      await by.honest({ ...shopping, method: 'POST', headers: { 'content-type': type } });
      for (const wire of [{ host: shop, path: '/cart' }, reading, listing, { ...shopping, path: '/actuator/prometheus' }]) expect((await by.send({ ...wire, method: 'POST', headers: { 'content-type': type, te: 'trailers' } })).arrived).toBeUndefined();
    });
    it.each(['http2', 'grpc'] as const)('%s, which no host of this gateway offers', async (protocol) => {
      for (const wire of [shopping, reading, listing]) {
        await by.honest(wire);
        expect(await by.send(wire, protocol)).toMatchObject({ status: 0 });
      }
    });

    const hidden = 'GET /actuator/prometheus HTTP/1.1\r\nhost: shop.example.com\r\n\r\n', length = (body: string): string => `content-length: ${body.length}`;
    it.each<[string, number, (token: string) => readonly [string, readonly string[], string?]]>([
      ['both lengths', 0, (token) => ['POST /cart HTTP/1.1', [token, 'content-length: 4', 'transfer-encoding: chunked'], `0\r\n\r\n${hidden}`]],
      ['two lengths', 0, (token) => ['POST /cart HTTP/1.1', [token, 'content-length: 0', length(hidden)], hidden]],
      ['a length with a sign', 0, (token) => ['POST /cart HTTP/1.1', [token, 'content-length: +0'], hidden]],
      ['chunks by another name', 0, (token) => ['POST /cart HTTP/1.1', [token, length(hidden), 'transfer-encoding: xchunked'], hidden]],
      ['a request in the body of a GET', 1, (token) => ['GET /cart HTTP/1.1', [token, length(hidden)], hidden]],
      ['a request after another', 1, (token) => ['GET /cart HTTP/1.1', [token], hidden]],
      ['a line break in the path', 0, (token) => ['GET /cart\nx: y HTTP/1.1', [token]]],
      ['a token on a folded line', 1, (token) => ['GET /cart HTTP/1.1', [token.replace(' ', '\r\n ')]]],
      ['a space before the colon', 0, (token) => ['GET /cart HTTP/1.1', [token.replace(':', ' :')]]],
      ['a tab after the method', 1, (token) => ['GET\t /cart HTTP/1.1', [token]]],
      ['a NUL in the path', 0, (token) => ['GET /cart\0/../actuator/prometheus HTTP/1.1', [token]]],
      ['HTTP/0.9', 0, (token) => ['GET /cart', [token]]],
      ['HTTP/1.0', 0, (token) => ['GET /cart HTTP/1.0', [token]]],
    ])('%s: of what is on the wire, %s arrive', async (_, count, make) => {
      await by.honest(shopping);
      const [line, lines, body] = make(`authorization: ${await by.bearer(aShopper)}`), { arrived } = by.real.served.echoes['ui/ui']!, before = arrived.length;
      await by.raw(shop, line, [`host: ${shop}`, ...lines], body);
      expect(arrived.slice(before).map(({ method, path }) => `${method} ${path}`)).toEqual(count === 0 ? [] : ['GET /cart']);
    });
  });
});
