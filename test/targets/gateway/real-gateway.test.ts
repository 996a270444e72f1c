import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Api } from '#ir';
import { describeWithEngines } from '../../engines/engine.ts';
import { behindGateway, retail } from './estate.ts';
import { realGateway, type RealGateway, type Shown, type Wire } from './real-gateway.ts';

const seconds = (ago: number): number => Math.floor(Date.now() / 1000) - ago;
const shopper = (claims: Readonly<Record<string, unknown>> = {}, made: NonNullable<Shown['token']>['made'] = 'good'): Shown => ({ token: { provider: 'shop', made, claims: { aud: 'ui', ...claims } } });
const supporter = (claims: Readonly<Record<string, unknown>> = {}): Shown => ({ token: { provider: 'staff', claims: { aud: ['retail'], groups: ['support'], amr: ['pwd', 'mfa'], auth_time: seconds(60), ...claims } } });
const acme = 'spiffe://acme.example/billing', globex = 'api.globex.example';

/** Who may come, each condition met and unmet, and twenty ways to lie about it. */
const people: Readonly<Record<string, () => Shown>> = {
  nobody: () => ({}), 'a shopper': shopper, 'a shopper of the app': () => shopper({ aud: ['other', 'app'] }), 'a supporter': supporter, 'a lead': () => supporter({ groups: 'support-leads', amr: 'hwk' }),
  'a shopper of another audience': () => shopper({ aud: 'bank' }), 'a shopper of an audience with a scheme': () => shopper({ aud: 'https://ui/' }), 'a shopper of no audience': () => shopper({ aud: undefined }),
  'a shopper of another issuer': () => shopper({ iss: 'https://evil.example' }), 'a shopper past the end': () => shopper({ exp: seconds(3600) }), 'a shopper just past the end': () => shopper({ exp: seconds(30) }),
  'a shopper without end': () => shopper({ exp: undefined }), 'a shopper whose end is zero': () => shopper({ exp: 0 }), 'a shopper of tomorrow': () => shopper({ nbf: seconds(-86_400) }),
  'a shopper with an old token': () => shopper({ iat: seconds(7200) }), 'a shopper with a token from the future': () => shopper({ iat: seconds(-7200) }), 'a shopper with a token of no time': () => shopper({ iat: undefined }),
  'a stranger\'s shopper': () => shopper({}, 'by a stranger'), 'an unsigned shopper': () => shopper({}, 'unsigned'), 'a shopper signed with the public key': () => shopper({}, 'with the public key'), 'a tampered shopper': () => shopper({}, 'tampered'),
  'a supporter without factor': () => supporter({ amr: ['pwd'] }), 'a supporter of this morning': () => supporter({ auth_time: seconds(7200) }), 'a supporter from the future': () => supporter({ auth_time: seconds(-7200) }),
  'a supporter of no time': () => supporter({ auth_time: undefined }), 'a supporter whose time is a text': () => supporter({ auth_time: String(seconds(60)) }), 'a supporter in no group': () => supporter({ groups: undefined }),
  'a supporter in another group': () => supporter({ groups: ['Support'] }), 'a group that is an object': () => supporter({ groups: { support: true } }), 'a group of numbers': () => supporter({ groups: [1, true] }),
  'a shopper of the staff\'s keys': () => ({ token: { provider: 'staff', claims: { iss: 'https://id.shop.example.com', aud: 'ui' } } }),
};
const partners: Readonly<Record<string, () => Shown>> = {
  nobody: () => ({}), acme: () => ({ certificate: { uris: [acme] } }), globex: () => ({ certificate: { dns: [globex] } }), 'acme with a shopper\'s token': () => ({ ...shopper(), certificate: { uris: [acme] } }),
  'another of the partners\' authorities': () => ({ certificate: { uris: ['spiffe://acme.example/other'] } }), 'acme of an impostor': () => ({ certificate: { uris: [acme], by: 'impostor' } }), 'acme of last year': () => ({ certificate: { uris: [acme], validity: 'expired' } }),
  'acme as a DNS name': () => ({ certificate: { dns: ['acme.example'] } }), 'a shopper without certificate': shopper,
};

const api = (name: string): Api => retail.apis.find((one) => one.name === name)!;
const hosts = { orders: 'api.example.com', web: 'shop.example.com', catalog: 'partners.example.com' } as const;

describeWithEngines(['envoy', 'egxlate'], 'what is emitted, in a real Envoy', () => {
  let real: RealGateway;
  beforeAll(async () => void (real = await realGateway(retail, behindGateway(), { grpc: ['carts'] })), 90_000);
  afterAll(async () => real?.stop());

  /** Allowed means that the server of the API received it. */
  async function seen(name: keyof typeof hosts, wire: Wire): Promise<'allow' | 'deny'> {
    const { at } = await real.ask(wire);
    if (at !== undefined) expect(at, 'no other server ever receives it').toBe(name);
    return at === undefined ? 'deny' : 'allow';
  }
  async function agreement(name: keyof typeof hosts, wire: Wire): Promise<void> {
    expect({ envoy: await seen(name, wire), read: real.read(api(name), wire) }, JSON.stringify(wire)).toEqual({ envoy: real.meant(api(name), wire), read: real.meant(api(name), wire) });
  }

  it('is accepted by Envoy Gateway without a complaint', () => expect(real.served.translation.problems).toEqual([]));

  describe.each<[keyof typeof hosts, Readonly<Record<string, () => Shown>>, readonly (readonly [string, string])[]]>([
    ['orders', people, [['GET', '/orders'], ['POST', '/orders'], ['GET', '/orders/export'], ['GET', '/orders/7'], ['PUT', '/orders/7/lines/a/b'], ['GET', '/orders/7/lines/audit'], ['POST', '/orders/7/lines/audit']]],
    ['web', { nobody: people['nobody']!, 'a shopper': shopper, 'a tampered shopper': people['a tampered shopper']! }, [['GET', '/'], ['GET', '/a/b'], ['POST', '/a'], ['HEAD', '/'], ['GET', '/internal'], ['GET', '/internal/x'], ['DELETE', '/internal/x'], ['GET', '/account']]],
    ['catalog', partners, [['GET', '/catalog'], ['GET', '/catalog/a%20b/price'], ['GET', '/tags'], ['POST', '/catalog']]],
  ])('%s', (name, callers, operations) => {
    describe.each(operations)('%s %s', (method, path) => {
      it.each(Object.keys(callers))('%s: as the policy means it', async (who) => {
        for (const from of name === 'catalog' ? ['127.0.0.1', '127.0.0.2'] : ['127.0.0.1']) await agreement(name, { ...callers[who]!(), host: hosts[name], method, path, from });
      });
    });
  });

  it.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT', 'PROPFIND', 'get'])('%s is one method and no other', async (method) => {
    for (const path of ['/orders', '/orders/7', '/orders/7/lines/a']) await agreement('orders', { ...shopper(), host: hosts.orders, method, path });
  });

  describe('a path in another spelling', () => {
    it.each([
      '//orders', '/orders//7', '/./orders/7', '/orders/./7', '/x/../orders/7', '/orders/7/..', '/orders/7/../export', '/%2e/orders/7', '/x/%2e%2e/orders/7', '/orders/%37', '/orders/exp%6Frt', '/orders/exp%6frt', '/orders%2f7', '/orders%2F7', '/orders%5c7', '/orders\\7', '/orders/7/', '/orders/',
      '/orders/7;x=1', '/orders/export;x', '/orders/;/7', '/orders/7%00', '/orders/7%0a', '/orders/%2525', '/orders/%zz', '/orders/%', '/orders/%c3%a9', '/orders/%C3%A9', '/orders/%21', '/orders/%7E', '/orders/7#x', '/Orders/7', '/orders/7?x=/../export', '/orders/export?x', '/orders/7%3fx', '/internal;x/y', '/internal%2fx', '/internal/%2e%2e/internal/x', '/INTERNAL/x',
      '/./internal/x', '//internal/x', '/a/..//internal/x', '/internal\\x', '/%69nternal/x', '/a%20b', '/a b', '/a%2', '/~a', '/%7ea', '/a|b', '/a^b', '/[a]', '/a"b', '/<a>', '/{a}', '/a`b', '/a%7cb', '/a%7Cb', '/a%22b',
    ])('%s reaches a server only as an operation that is granted, and is read as it is served', async (path) => {
      for (const [name, who] of [['orders', shopper()], ['orders', supporter()], ['web', {}]] as const) {
        const wire: Wire = { ...who, host: hosts[name], path };
        const { arrived, at } = await real.ask(wire);
        expect(real.read(api(name), wire), `${name} ${path}`).toBe(at === undefined ? 'deny' : 'allow');
        if (arrived !== undefined) expect(real.meant(api(name), { ...wire, path: arrived.path }), `${name} ${path} arrives as ${arrived.path}`).toBe('allow');
      }
    });
  });

  describe('names in TLS and in the request', () => {
    const all = Object.entries(hosts) as [keyof typeof hosts, string][];
    it.each(all.flatMap(([, serverName]) => all.map(([, host]) => [serverName, host] as const)))('SNI %s with Host %s', async (serverName, host) => {
      for (const who of [{}, shopper(), { certificate: { uris: [acme] } }]) {
        for (const [name] of all) {
          for (const path of ['/', '/orders/7', '/catalog']) {
            const wire: Wire = { ...who, serverName, host, path };
            const { at } = await real.ask(wire);
            expect(real.read(api(name), wire)).toBe(at === name ? 'allow' : 'deny');
            if (serverName !== host) expect(at).toBeUndefined();
          }
        }
      }
    });
    it.each(['SHOP.EXAMPLE.COM', 'shop.example.com:443', 'shop.example.com:8443', 'shop.example.com.', 'other.example.com', 'shop.example.com, api.example.com'])('Host %s', async (host) => {
      const wire: Wire = { host, serverName: 'shop.example.com', path: '/' };
      expect(real.read(api('web'), wire)).toBe((await real.ask(wire)).at === 'web' ? 'allow' : 'deny');
    });
    it.each(['other.example.com', 'example.com', 'x.shop.example.com'])('SNI %s has no listener', async (serverName) => {
      const wire: Wire = { host: 'shop.example.com', serverName, path: '/' };
      expect([(await real.ask(wire)).status, real.read(api('web'), wire)]).toEqual([0, 'deny']);
    });
  });

  describe('headers', () => {
    it.each([
      ['x-http-method-override', 'DELETE'], ['x-original-url', '/internal/x'], ['x-rewrite-url', '/internal/x'], ['x-envoy-original-path', '/internal/x'], ['x-forwarded-client-cert', 'URI=spiffe://evil'], ['x-forwarded-for', '10.0.0.1'], ['x-forwarded-host', 'evil.example.com'],
      ['x-forwarded-proto', 'http'], ['x-real-ip', '10.0.0.1'], ['x-envoy-retry-on', '5xx'], ['x-envoy-internal', 'true'], ['x-envoy-upstream-rq-timeout-ms', '1'], ['x-remote-user', 'root'], ['forwarded', 'for=10.0.0.1'], ['x-request-id', 'mine'],
    ])('%s of a client does not arrive', async (name, value) => {
      const { arrived } = await real.ask({ host: hosts.web, path: '/', headers: { [name]: value } });
      expect(arrived).toBeDefined();
      expect(arrived!.headers[name]).not.toBe(value);
    });
    it('with an underscore have a request refused', async () => {
      const wire: Wire = { host: hosts.web, path: '/', headers: { x_team: 'a' } };
      expect([(await real.ask(wire)).status, real.read(api('web'), wire)]).toEqual([400, 'deny']);
    });
    it('forwarded by a client do not change where it comes from', async () => {
      const wire: Wire = { host: hosts.catalog, path: '/tags', certificate: { dns: [globex] }, headers: { 'x-forwarded-for': '127.0.0.2' } };
      expect((await real.ask(wire)).status).toBe(403);
      expect((await real.ask({ ...wire, from: '127.0.0.2', headers: {} })).status).toBe(200);
    });
    it('a token goes on to the server, and a certificate does not', async () => {
      expect((await real.ask({ ...shopper(), host: hosts.orders, path: '/orders/7' })).arrived!.headers).toHaveProperty('authorization');
      expect((await real.ask({ host: hosts.catalog, path: '/catalog', certificate: { uris: [acme] } })).arrived!.headers).not.toHaveProperty('x-forwarded-client-cert');
    });
    it.each(['?access_token=', '?token='])('a token in the query (%s) is none', async (query) => {
      const { status } = await real.ask({ host: hosts.orders, path: `/orders/7${query}x` });
      expect(status).toBe(401);
    });
    it.each(['bearer ', 'Basic ', '', 'Bearer  '])('a token after `%s` is none, or as good', async (prefix) => {
      const authorization = (await real.ask({ ...shopper(), host: hosts.orders, path: '/orders/7' })).arrived!.headers['authorization'] as string;
      expect([200, 401]).toContain((await real.ask({ host: hosts.orders, path: '/orders/7', headers: { authorization: authorization.replace('Bearer ', prefix) } })).status);
      expect((await real.ask({ host: hosts.orders, path: '/orders', headers: { authorization: authorization.replace('Bearer ', prefix) } })).status).not.toBe(200);
    });
  });

  describe('browsers', () => {
    const preflight = (path: string, origin: string, method: string): Wire => ({ host: hosts.orders, method: 'OPTIONS', path, headers: { origin, 'access-control-request-method': method } });
    it.each(['/orders', '/orders/7', '/orders/7/lines/a'])('are answered before they ask for %s, and nothing arrives', async (path) => {
      const answer = await real.ask(preflight(path, 'https://desk.example.com', 'POST'));
      expect(answer).toMatchObject({ status: 200, headers: { 'access-control-allow-origin': 'https://desk.example.com', 'access-control-allow-headers': 'authorization, content-type' } });
      expect(answer.headers['access-control-allow-methods']).toContain('POST');
      expect(answer.headers).not.toHaveProperty('access-control-allow-credentials');
      expect([answer.arrived, real.read(api('orders'), preflight(path, 'https://desk.example.com', 'POST'))]).toEqual([undefined, 'deny']);
    });
    it.each(['https://evil.example.com', 'http://desk.example.com', 'https://desk.example.com.evil.example', 'null'])('of %s get no leave', async (origin) => {
      const answer = await real.ask(preflight('/orders', origin, 'POST'));
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
      expect(answer.arrived).toBeUndefined();
      expect((await real.ask({ ...shopper(), host: hosts.orders, path: '/orders/7', headers: { origin } })).headers).not.toHaveProperty('access-control-allow-origin');
    });
    it('are authorised like anybody else when they do ask', async () => {
      for (const [who, status] of [[{}, 401], [shopper(), 200], [supporter({ amr: [] }), 403]] as const) expect((await real.ask({ ...who, host: hosts.orders, path: '/orders/7', headers: { origin: 'https://desk.example.com' } })).status).toBe(status);
    });
    it('get no answer where no operation is granted', async () => expect((await real.ask(preflight('/nothing', 'https://desk.example.com', 'GET'))).status).toBe(404));
  });

  describe('WebSockets', () => {
    it.each(['/feed', '/orders/7', '/orders', '/feed/x'])('open on %s if they are granted there', async (path) => {
      for (const who of [{}, shopper(), supporter()]) await agreement('orders', { ...who, host: hosts.orders, path, upgrade: 'websocket' });
      await agreement('web', { host: hosts.web, path, upgrade: 'websocket' });
    });
    it('are no ordinary request, and an ordinary request is none', async () => await agreement('orders', { ...shopper(), host: hosts.orders, path: '/feed' }));
    it.each(['WebSocket', 'websocket, none', 'none', 'none ', 'spdy/3.1', 'h2c'])('`Upgrade: %s` opens nothing on an ordinary operation', async (upgrade) => {
      const answer = await real.ask({ ...shopper(), host: hosts.orders, path: '/orders/7', headers: { connection: 'Upgrade', upgrade } });
      expect(answer.status).not.toBe(101);
    });
  });

  describe('gRPC', () => {
    const call = (path: string, who: Shown) => real.call({ ...who, host: 'carts.example.com', path });
    it.each(['/shop.Cart/Get', '/shop.Cart/Add', '/shop.Cart/Wipe', '/shop.Cart/get', '/shop.cart/Get', '/shop.Cart/Get/', '/shop.Cart//Get', '/grpc.health.v1.Health/Check', '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo'])('%s is let through if it is granted', async (path) => {
      for (const who of [{}, shopper(), supporter(), people['a tampered shopper']!()]) {
        const wire: Wire = { ...who, host: 'carts.example.com', method: 'POST', path };
        expect({ envoy: (await call(path, who)).at === undefined ? 'deny' : 'allow', read: real.read(api('carts'), wire) }, JSON.stringify(wire)).toEqual({ envoy: real.meant(api('carts'), wire), read: real.meant(api('carts'), wire) });
      }
    });
    it('is POST and nothing else', async () => expect((await real.ask({ ...shopper(), host: 'carts.example.com', path: '/shop.Cart/Get' })).arrived).toBeUndefined());
  });
});
