import { connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Policy } from '#ir';
import { describeWithEngines } from '../../engines/engine.ts';
import { certificateAuthority, type Authority } from '../../engines/envoy/certificates.ts';
import type { Manifest } from '../../engines/envoy/manifest.ts';
import { serveGateway, type ServedGateway } from '../../engines/envoy/serve-gateway.ts';
import { segment } from '../kubernetes/estate.ts';
import { anyone, behindGateway, estate, exposed, http, socket } from './estate.ts';
import { realGateway, type RealGateway } from './real-gateway.ts';
import { worldOf } from './world.ts';

const host = 'shop.example.com';
const home = (requires: { readonly tls?: '1.2' | '1.3'; readonly every?: number }): Policy => estate(['web'], [exposed('web', host, [http('home', 'GET', '/'), socket('feed', '/feed')], { home: [[[anyone]]], feed: [[[anyone]]] })], {
  segments: [segment('all', { requires: { people: [], workloads: [], partners: [], ...(requires.tls === undefined ? {} : { transport: { tls: requires.tls } }), ...(requires.every === undefined ? {} : { reauthenticateEvery: requires.every }) } })],
});

describeWithEngines(['envoy', 'egxlate'], 'versions of TLS, in a real Envoy', () => {
  describe.each<['1.2' | '1.3', ['TLSv1.1' | 'TLSv1.2' | 'TLSv1.3', number][]]>([['1.2', [['TLSv1.1', 0], ['TLSv1.2', 200], ['TLSv1.3', 200]]], ['1.3', [['TLSv1.2', 0], ['TLSv1.3', 200]]]])('where %s is demanded', (tls, cases) => {
    let real: RealGateway;
    beforeAll(async () => void (real = await realGateway(home({ tls }), behindGateway())), 90_000);
    afterAll(async () => real?.stop());
    it.each(cases)('%s is answered with %i', async (maxVersion, status) => expect((await real.served.request({ host, path: '/', tls: { maxVersion, minVersion: 'TLSv1' } })).status).toBe(status));
    it('none is answered without TLS', async () => expect((await real.served.request({ host, path: '/', tls: false })).status).toBe(0));
  });
  it('HTTP/2 is for a host that is alone with its certificate', async () => {
    const alone = await realGateway(home({}), behindGateway());
    const two = estate(['web', 'orders'], [exposed('web', host, [http('home', 'GET', '/')], { home: [[[anyone]]] }), exposed('orders', 'api.example.com', [http('home', 'GET', '/')], { home: [[[anyone]]] })]);
    const beside = await realGateway(two, behindGateway());
    try {
      expect((await alone.served.http2({ host, path: '/' })).status).toBe(200);
      expect(await beside.served.http2({ host, path: '/' })).toMatchObject({ status: 0 });
    } finally { await Promise.all([alone.stop(), beside.stop()]); }
  });
});

describeWithEngines(['envoy', 'egxlate'], 'the life of a connection, in a real Envoy', () => {
  const seconds = 2;
  let real: RealGateway;
  beforeAll(async () => void (real = await realGateway(home({ every: seconds }), behindGateway())), 90_000);
  afterAll(async () => real?.stop());

  const handshake = ['GET /feed HTTP/1.1', `host: ${host}`, 'connection: Upgrade', 'upgrade: websocket', 'x-echo-stays: yes', 'sec-websocket-key: x3JJHMbDL1EzLkh9GBhXDw==', 'sec-websocket-version: 13'];
  function opened(to: RealGateway): Promise<TLSSocket> {
    return new Promise((resolve, reject) => { const made = connect({ host: '127.0.0.1', port: to.served.port(443), servername: host, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] }, () => resolve(made)); made.once('error', reject); });
  }
  const answered = (made: TLSSocket, lines: readonly string[]): Promise<string> => new Promise((resolve) => { made.once('data', (bytes: Buffer) => resolve(bytes.toString('latin1'))); made.write([...lines, '', ''].join('\r\n')); });
  const closed = (made: TLSSocket): Promise<number> => new Promise((resolve) => { const start = Date.now(); made.once('close', () => resolve(Date.now() - start)); made.on('error', () => undefined); made.resume(); });

  it('ends a WebSocket', async () => {
    const made = await opened(real);
    expect(await answered(made, handshake)).toMatch(/^HTTP\/1.1 101/);
    const life = await closed(made);
    expect(life).toBeGreaterThan(seconds * 1000 - 1000);
    expect(life).toBeLessThan(seconds * 1000 + 3000);
  }, 20_000);
  it('is as long as it will where nothing is demanded', async () => {
    const endless = await realGateway(home({}), behindGateway());
    try {
      const made = await opened(endless);
      await answered(made, handshake);
      expect(await Promise.race([closed(made), new Promise((resolve) => setTimeout(resolve, seconds * 2000, 'open'))])).toBe('open');
      made.destroy();
    } finally { await endless.stop(); }
  }, 30_000);
  it('ends a connection that is kept alive with the next answer', async () => {
    const made = await opened(real);
    const request = ['GET / HTTP/1.1', `host: ${host}`];
    expect(await answered(made, request)).not.toMatch(/connection: close/i);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000 + 500));
    const ending = closed(made);
    expect(made.destroyed ? 'connection: close' : await answered(made, request)).toMatch(/connection: close/i);
    await ending;
  }, 20_000);
});

describeWithEngines(['envoy', 'egxlate'], 'TLS towards servers, in a real Envoy', () => {
  const upstream = { kind: 'tls', caBundle: 'internal', clientCertificate: { kind: 'Secret', namespace: 'edge', name: 'edge-client' } } as const;
  const policy = estate(['orders'], [exposed('orders', 'api.example.com', [http('home', 'GET', '/')], { home: [[[anyone]]] })]);
  const platform = behindGateway({ upstream }, { caBundles: [{ name: 'internal', ref: { kind: 'ConfigMap', namespace: 'shop', name: 'internal-ca' } }] });
  let [internal, impostor, own] = [] as unknown as [Authority, Authority, Authority];
  beforeAll(async () => void ([internal, impostor, own] = await Promise.all(['internal', 'internal', 'gateway'].map(certificateAuthority)) as [Authority, Authority, Authority]));

  async function serve(server: 'named' | 'of another name' | 'of an impostor' | 'without TLS'): Promise<ServedGateway> {
    const identity = await (server === 'of an impostor' ? impostor : internal).issue({ dns: [server === 'of another name' ? 'web.shop.svc' : 'orders.shop.svc'] });
    const objects = worldOf(policy, platform).artifacts.map(({ object }) => JSON.parse(JSON.stringify(object)) as Manifest).filter(({ apiVersion }) => apiVersion.startsWith('gateway.'));
    return serveGateway({
      objects: [...objects, { apiVersion: 'v1', kind: 'Service', metadata: { name: 'orders', namespace: 'shop' }, spec: { ports: [{ port: 80, targetPort: 8080 }] } }],
      certificates: { 'edge/api-tls': await own.issue({ dns: ['api.example.com'] }), 'edge/edge-client': await internal.issue({ commonName: 'edge', dns: ['countersign-edge.envoy-gateway-system.svc'], usage: 'client' }) },
      authorities: { 'shop/internal-ca': internal.certificate },
      ...(server === 'without TLS' ? {} : { backends: { 'shop/orders': { identity, clientAuthority: internal.certificate } } }),
    });
  }
  it.each([['named', 200], ['of another name', 503], ['of an impostor', 503], ['without TLS', 503]] as const)('a server %s is answered with %i', async (server, status) => {
    const served = await serve(server);
    try {
      expect(served.translation.problems).toEqual([]);
      const answer = await served.request({ host: 'api.example.com', path: '/' });
      expect(answer.status).toBe(status);
      if (status === 200) expect(answer.arrived?.peer).toContain('countersign-edge.envoy-gateway-system.svc');
    } finally { await served.stop(); }
  }, 30_000);
});
