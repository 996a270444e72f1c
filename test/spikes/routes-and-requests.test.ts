import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWithEngines } from '../engines/engine.ts';
import type { Manifest } from '../engines/envoy/manifest.ts';
import type { Answer } from '../engines/envoy/send.ts';
import { serveGateway, type ServedGateway } from '../engines/envoy/serve-gateway.ts';
import { gatewayClass, gatewayGroup, httpGateway, httpRoute, securityPolicy, service } from './cel-gateway.ts';

type Match = Record<string, unknown>;
const exact = (value: string, more: Match = {}): Match => ({ path: { type: 'Exact', value }, ...more });
const prefix = (value: string, more: Match = {}): Match => ({ path: { type: 'PathPrefix', value }, ...more });
const regex = (value: string): Match => ({ path: { type: 'RegularExpression', value } });

const route = (name: string, match: Match, backend = 'echo', extra: Record<string, unknown> = {}): Manifest =>
  httpRoute(name, [{ matches: [match], backendRefs: [{ name: backend, port: 80 }], ...extra }]);
const aged = (manifest: Manifest, creationTimestamp: string): Manifest => ({ ...manifest, metadata: { ...manifest.metadata, creationTimestamp } as Manifest['metadata'] });
const backendTraffic = (name: string, spec: Record<string, unknown>): Manifest => ({
  apiVersion: 'gateway.envoyproxy.io/v1alpha1',
  kind: 'BackendTrafficPolicy',
  metadata: { name, namespace: 'shop' },
  spec: { targetRefs: [{ group: gatewayGroup, kind: 'HTTPRoute', name }], ...spec },
});

const cors = { allowOrigins: ['https://shop.example.com'], allowMethods: ['GET'], allowHeaders: ['authorization'] };
const closed = { authorization: { defaultAction: 'Deny' } };
const deny = (name: string, spec: Record<string, unknown> = {}): Manifest => securityPolicy(name, { kind: 'HTTPRoute', name }, { ...closed, ...spec });

const objects: Manifest[] = [
  gatewayClass,
  httpGateway,
  ...['echo', 'a', 'b', 'c', 'd'].map(service),
  route('kinds-exact', exact('/kinds/exact'), 'a'),
  route('kinds-regex', regex('/kinds/.*'), 'b'),
  route('kinds-long', prefix('/kinds/long/prefix'), 'c'),
  route('kinds-short', prefix('/kinds'), 'd'),
  route('lengths-short', prefix('/lengths'), 'a'),
  route('lengths-long', prefix('/lengths/long'), 'b'),
  route('more-plain', prefix('/more'), 'a'),
  route('more-method', prefix('/more', { method: 'GET' }), 'b'),
  route('more-headers', prefix('/more', { headers: [{ name: 'x-one', value: '1' }, { name: 'x-two', value: '2' }] }), 'c'),
  route('more-query', prefix('/more', { queryParams: [{ name: 'q', value: '1' }] }), 'd'),
  aged(route('age-a', exact('/age'), 'a'), '2026-02-01T00:00:00Z'),
  aged(route('age-b', exact('/age'), 'b'), '2026-01-01T00:00:00Z'),
  route('name-b', exact('/name'), 'b'),
  route('name-a', exact('/name'), 'a'),
  httpRoute('rules', ['b', 'a'].map((backend) => ({ matches: [exact('/rules')], backendRefs: [{ name: backend, port: 80 }] }))),
  route('exact', exact('/exact/a.b')),
  route('prefix', prefix('/prefix/a')),
  route('upgrade', prefix('/upgrade')),
  route('closed', prefix('/closed')),
  deny('closed'),
  route('other-upgrade', prefix('/other-upgrade')),
  backendTraffic('other-upgrade', { httpUpgrade: [{ type: 'none' }] }),
  route('cors-get', prefix('/cors-get', { method: 'GET' })),
  deny('cors-get', { cors }),
  httpRoute('cors-both', [{ matches: [prefix('/cors-both', { method: 'GET' }), prefix('/cors-both', { method: 'OPTIONS' })], backendRefs: [{ name: 'echo', port: 80 }] }]),
  deny('cors-both', { cors }),
  route('cors-filter', prefix('/cors-filter', { method: 'GET' }), 'echo', { filters: [{ type: 'CORS', cors }] }),
  deny('cors-filter'),
  httpRoute('hosts', [{ matches: [exact('/hosts')], backendRefs: [{ name: 'echo', port: 80 }] }], { hostnames: ['hosts.example.com'] }),
];

describeWithEngines(['envoy', 'egxlate'], 'routes and requests at an Envoy Gateway left to its defaults', () => {
  let gateway: ServedGateway;
  beforeAll(async () => void (gateway = await serveGateway({ objects })), 90_000);
  afterAll(async () => gateway?.stop());

  const plain = { port: 80, tls: false } as const;
  const ask = (path: string, method = 'GET', headers: Record<string, string> = {}, host = 'shop.example.com'): Promise<Answer> =>
    gateway.request({ ...plain, host, path, method, headers });
  const raw = (requestLine: string, headerLines: string[]): Promise<Answer> => gateway.raw({ ...plain, requestLine, headerLines });

  it.each<[string, string, Record<string, string>, string]>([
    ['exact stands before a regular expression', '/kinds/exact', {}, 'a'],
    ['a regular expression stands before any prefix, however long', '/kinds/long/prefix', {}, 'b'],
    ['a prefix serves what is left', '/kinds', {}, 'd'],
    ['a long prefix stands before a short one', '/lengths/long/x', {}, 'b'],
    ['a method stands before none', '/more', {}, 'b'],
    ['two headers stand before a method', '/more', { 'x-one': '1', 'x-two': '2' }, 'c'],
    ['a method stands before a query parameter', '/more?q=1', {}, 'b'],
    ['the older route stands before the younger', '/age', {}, 'b'],
    ['the first in the alphabet stands before the next of the same age', '/name', {}, 'a'],
    ['the first rule of a route stands before the next', '/rules', {}, 'b'],
  ])('%s', async (_, path, headers, backend) => expect((await ask(path, 'GET', headers)).arrived?.at).toBe(`shop/${backend}`));

  it('overlapping routes are told of, not refused', () =>
    expect(gateway.translation.warnings).toContainEqual(expect.stringContaining('RouteRulesOverlap is True')));

  it.each<[string, number, string | undefined]>([
    ['/exact/a.b', 200, '/exact/a.b'],
    ['/exact/a.b?x', 200, '/exact/a.b?x'],
    ['/exact/a.b;x=1', 404, undefined],
    ['/exact/a.b/', 404, undefined],
    ['/exact/A.b', 404, undefined],
    ['/prefix/a/b', 200, '/prefix/a/b'],
    ['/prefix/ab', 404, undefined],
    ['/prefix/a;x', 404, undefined],
    // The backend receives the path as it was normalised.
    ['//exact//a.b', 200, '/exact/a.b'],
    ['/exact/./a.b', 200, '/exact/a.b'],
    ['/prefix/a/../../exact/a.b', 200, '/exact/a.b'],
    ['/prefix/%2e%2e/exact/a.b', 200, '/exact/a.b'],
    ['/exact/%61%2Eb', 200, '/exact/a.b'],
    ['/exact\\a.b', 200, '/exact/a.b'],
    // Twice encoded stays encoded once.
    ['/exact/%2561.b', 404, undefined],
    ['/exact/a.b%00', 400, undefined],
    ['/exact/a.b#x', 400, undefined],
  ])('%s is %i', async (path, status, arrived) => {
    const answer = await ask(path);
    expect([answer.status, answer.arrived?.path]).toEqual([status, arrived]);
  });
  it.each(['/exact%2fa.b', '/exact%5ca.b', '/prefix/a%2f..%2f..%2fexact/a.b'])('%s is redirected to its plain form', async (path) =>
    expect(await ask(path)).toMatchObject({ status: 307, headers: { location: '/exact/a.b' } }));

  it.each<[string, number]>([['get', 400], ['FOO', 400], ['CONNECT', 400], ['TRACE', 200], ['PROPFIND', 200]])('method %s is %i', async (method, status) =>
    expect((await ask('/upgrade', method)).status).toBe(status));
  it.each(['x-http-method-override', 'x-original-url', 'x-rewrite-url', 'x-forwarded-user'])('%s decides nothing, and arrives at the backend', async (header) =>
    expect((await ask('/upgrade', 'GET', { [header]: '/closed' })).arrived).toMatchObject({ method: 'GET', path: '/upgrade', headers: { [header]: '/closed' } }));
  it('a header with an underscore is refused', async () => expect((await ask('/upgrade', 'GET', { x_team: 'retail' })).status).toBe(400));

  describe('WebSocket', () => {
    const handshake = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-key': 'x3JJHMbDL1EzLkh9GBhXDw==', 'sec-websocket-version': '13' };
    it('upgrades on any route that says nothing of them', async () => expect((await ask('/upgrade', 'GET', handshake)).status).toBe(101));
    it('upgrades are authorized like any request', async () => expect((await ask('/closed', 'GET', handshake)).status).toBe(403));
    it('upgrades are off where `httpUpgrade` names another protocol', async () => {
      expect((await ask('/other-upgrade', 'GET', handshake)).status).toBe(403);
      expect((await ask('/other-upgrade')).status).toBe(200);
    });
    it('an upgrade to h2c is not made', async () =>
      expect(await ask('/upgrade', 'GET', { connection: 'Upgrade', upgrade: 'h2c' })).toMatchObject({ status: 200, arrived: { protocol: '1.1' } }));
  });

  describe('CORS', () => {
    const preflight = (path: string, origin: string, method = 'GET'): Promise<Answer> => ask(path, 'OPTIONS', { origin, 'access-control-request-method': method });
    const good = 'https://shop.example.com';
    it("a SecurityPolicy's does not answer a preflight where the route matches GET alone", async () => expect((await preflight('/cors-get', good)).status).toBe(404));
    it.each(['/cors-both', '/cors-filter'])('a preflight to %s is answered by the proxy, before authorization', async (path) => {
      const answer = await preflight(path, good);
      expect(answer).toMatchObject({ status: 200, headers: { 'access-control-allow-origin': good, 'access-control-allow-methods': 'GET' } });
      expect(answer.arrived).toBeUndefined();
    });
    it.each(['/cors-both', '/cors-filter'])('a preflight to %s from elsewhere is answered too, with no leave', async (path) => {
      const answer = await preflight(path, 'https://evil.example.com');
      expect(answer.status).toBe(200);
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
      expect(answer.arrived).toBeUndefined();
    });
    it('what is no preflight is authorized', async () => {
      expect((await ask('/cors-both', 'OPTIONS', { origin: good })).status).toBe(403);
      expect((await ask('/cors-both', 'GET', { origin: good })).status).toBe(403);
      expect((await ask('/cors-filter', 'OPTIONS', { origin: good })).status).toBe(404);
    });
  });

  describe('the host', () => {
    it.each<[string, number]>([
      ['hosts.example.com', 200],
      ['HOSTS.example.COM', 200],
      ['hosts.example.com:80', 200],
      ['hosts.example.com:8080', 200],
      ['hosts.example.com.', 404],
      ['x.hosts.example.com', 404],
      ['hosts.example.com, other', 400],
    ])('%s is %i', async (host, status) => expect((await ask('/hosts', 'GET', {}, host)).status).toBe(status));
    it('of an absolute target stands before the header', async () => {
      expect((await raw('GET http://hosts.example.com/hosts HTTP/1.1', ['host: other.example.com'])).status).toBe(200);
      expect((await raw('GET http://other.example.com/hosts HTTP/1.1', ['host: hosts.example.com'])).status).toBe(404);
    });
    it('given twice is one host with a comma', async () =>
      expect((await raw('GET /hosts HTTP/1.1', ['host: hosts.example.com', 'host: other'])).status).toBe(404));
    it('is demanded', async () => expect((await raw('GET /hosts HTTP/1.1', [])).status).toBe(400));
  });

  it.each<[string, string, string[], number]>([
    ['HTTP/1.0', 'GET /upgrade HTTP/1.0', ['host: a'], 426],
    ['a length and chunks', 'POST /upgrade HTTP/1.1', ['host: a', 'content-length: 3', 'transfer-encoding: chunked'], 400],
    ['two lengths', 'POST /upgrade HTTP/1.1', ['host: a', 'content-length: 0', 'content-length: 3'], 400],
    ['a space in the target', 'GET /up grade HTTP/1.1', ['host: a'], 400],
    ['a control character in the target', 'GET /upgrade\x01 HTTP/1.1', ['host: a'], 400],
    ['a letter beyond ASCII in the target', 'GET /upgrade/\xe9 HTTP/1.1', ['host: a'], 400],
    ['a space before the colon', 'GET /upgrade HTTP/1.1', ['host: a', 'x-a : 1'], 400],
    ['no path', 'GET upgrade HTTP/1.1', ['host: a'], 400],
  ])('%s is refused', async (_, requestLine, headerLines, status) => expect((await raw(requestLine, headerLines)).status).toBe(status));
  it('a folded header is unfolded into one', async () =>
    expect((await raw('GET /upgrade HTTP/1.1', ['host: a', 'x-a: 1', ' x-b: 2'])).arrived?.headers).toMatchObject({ 'x-a': '1 x-b: 2' }));
});
