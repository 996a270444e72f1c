import { describe, expect, it } from 'vitest';
import type { Platform, Policy } from '#ir';
import type { Hop, Verdict } from '#spec';
import { istio } from '#targets';
import { accept, api, connect, http, known, noPlacement, people, platform, policy, port, segment, service, workload, atEdge } from './estate.ts';

const objects = (declared: Policy, place: Platform) => istio.emit(istio.lower(declared, place, noPlacement).plan);
const ask = (declared: Policy, place: Platform, hop: Hop): Verdict => istio.interpret(objects(declared, place), place)(hop);
const named = (declared: Policy, place: Platform, kind: string): readonly string[] => objects(declared, place).filter(({ object }) => object.kind === kind).map(({ object: { metadata } }) => `${metadata.namespace}/${metadata.name}`);
const hop = (proxy: 'waypoint' | 'ztunnel' | 'sidecar', change: Partial<Hop> = {}): Hop => ({
  enforcer: 'mesh', proxy, direction: 'ingress', from: { namespace: 'shop' }, to: { namespace: 'shop', podLabels: { app: 'orders' } }, port: 8080, protocol: 'TCP', peer: 'spiffe://prod.example.com/ns/shop/sa/ui', time: '2026-11-24T12:00:00Z',
  ...(proxy === 'ztunnel' ? {} : { http: { method: 'GET', path: '/read' } }), ...change,
});
const through = (name: string, at = 80): Partial<Hop> => ({ serviceAddress: { name, port: at } });
const ambient = platform('ambient'), sidecar = platform('sidecar');
const orders = (facts = {}, rest = {}) => policy([workload('ui'), workload('orders', facts)], [api('orders', { offers: { read: ['ui'] } })], rest);

describe('ambient', () => {
  it('at a waypoint nothing passes to a Service that no policy speaks of', () => {
    const declared = policy([workload('ui'), workload('orders', { services: [service('orders', 80, 8080)] }), workload('carts')], [api('orders', { offers: { read: ['ui'] } }), api('carts')]);
    expect(ask(declared, ambient, hop('waypoint', through('orders')))).toBe('allow');
    expect(ask(declared, ambient, hop('waypoint', through('carts')))).toBe('deny');
    expect(ask(declared, ambient, hop('waypoint', through('not-ours')))).toBe('deny');
    expect(ask(declared, ambient, hop('waypoint'))).toBe('deny');
  });

  it('every port and every Service that lead to the pod\'s port lead through the same rules', () => {
    const declared = orders({ ports: [port(8080, 'http')], services: [service('orders', 80, 'http'), service('orders', 8000, 8080), service('orders', 81, 9090), service('too', 8080, 'http')] });
    expect([through('orders'), through('orders', 8000), through('too', 8080)].map((way) => ask(declared, ambient, hop('waypoint', way)))).toEqual(['allow', 'allow', 'allow']);
    expect([through('orders', 81), through('orders', 8080)].map((way) => ask(declared, ambient, hop('waypoint', way)))).toEqual(['deny', 'deny']);
  });

  it('past the waypoint nobody comes to the pods: not the caller, not another namespace\'s waypoint, nobody without a certificate', () => {
    const { peer: _none, ...nobody } = hop('ztunnel');
    expect(ask(orders(), ambient, hop('ztunnel', { peer: 'spiffe://prod.example.com/ns/shop/sa/waypoint' }))).toBe('allow');
    expect(['shop/sa/ui', 'front/sa/waypoint', 'shop/sa/waypoint2'].map((name) => ask(orders(), ambient, hop('ztunnel', { peer: `spiffe://prod.example.com/ns/${name}` })))).toEqual(['deny', 'deny', 'deny']);
    expect(ask(orders(), ambient, hop('ztunnel', { peer: 'spiffe://td2/ns/shop/sa/waypoint' }))).toBe('deny');
    expect(ask(orders(), ambient, nobody)).toBe('deny');
    expect(ask(orders(), ambient, hop('ztunnel', { peer: 'spiffe://prod.example.com/ns/shop/sa/waypoint', port: 9090 }))).toBe('deny');
  });

  it('a whole port without a Service is for who is granted it, beside requests that are read', () => {
    const declared = policy([workload('ui'), workload('orders', { ports: [port(8080), port(9000)], services: [service('orders', 80, 8080)] })], [api('orders', { offers: { read: ['ui'] } }), api('peers', { server: 'orders', port: 9000, operations: [connect(9000)], offers: { connect: ['ui'] } })]);
    expect(istio.lower(declared, ambient, noPlacement).losses.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(ask(declared, ambient, hop('ztunnel', { port: 9000 }))).toBe('allow');
    expect(ask(declared, ambient, hop('ztunnel', { port: 9000, peer: 'spiffe://prod.example.com/ns/shop/sa/waypoint' }))).toBe('deny');
    expect(ask(declared, ambient, hop('ztunnel'))).toBe('deny');
  });

  it('the scraper has its port where that is accepted, and no other', () => {
    const declared = orders({ ports: [port(8080), port(9100)], metrics: { port: 9100, path: '/metrics' } }), place = platform('ambient', { accept: [accept('operation.http')] });
    const scraper = { peer: 'spiffe://prod.example.com/ns/monitoring/sa/prometheus' };
    expect(ask(declared, place, hop('ztunnel', { ...scraper, port: 9100 }))).toBe('allow');
    expect(ask(declared, place, hop('ztunnel', scraper))).toBe('deny');
    expect(ask(declared, place, hop('ztunnel', { port: 9100 }))).toBe('deny');
  });

  it('there is a waypoint where requests are read, and nowhere else; it comes last', () => {
    const declared = policy([workload('ui', { namespace: 'front' }), workload('orders'), workload('db', { namespace: 'data', ports: [port(5432)] })], [api('orders', { offers: { read: ['ui'] } }), api('db', { port: 5432, operations: [connect(5432)], offers: { connect: ['orders'] } })]);
    expect(named(declared, platform('ambient', { mesh: { waypoint: 'reader' } }), 'Gateway')).toEqual(['shop/reader']);
    expect(objects(declared, ambient).filter(({ stage }) => stage === 3).map(({ object }) => object.kind)).toEqual(['Gateway']);
    expect(named(declared, sidecar, 'Gateway')).toEqual([]);
  });
});

describe('sidecars', () => {
  it('the scraper has its one request', () => {
    const declared = orders({ metrics: { port: 8080, path: '/metrics' } }), peer = 'spiffe://prod.example.com/ns/monitoring/sa/prometheus';
    const asked = (method: string, path: string, upgrade?: 'websocket') => ask(declared, sidecar, hop('sidecar', { peer, http: { method, path, ...(upgrade === undefined ? {} : { upgrade }) } }));
    expect([asked('GET', '/metrics'), asked('POST', '/metrics'), asked('GET', '/metrics/x'), asked('GET', '/read'), asked('GET', '/metrics', 'websocket')]).toEqual(['allow', 'deny', 'deny', 'deny', 'deny']);
  });

  it('a caller has its principal, in the mesh\'s own trust domain', () => {
    expect(['spiffe://prod.example.com/ns/shop/sa/ui', 'spiffe://cluster.local/ns/shop/sa/ui', 'spiffe://td2/ns/shop/sa/ui', 'spiffe://prod.example.com/ns/shop/sa/ui2'].map((peer) => ask(orders(), sidecar, hop('sidecar', { peer })))).toEqual(['allow', 'deny', 'deny', 'deny']);
  });
});

describe('what is emitted where', () => {
  it('nothing without a mesh, and nothing in namespaces that are not touched', () => {
    const { mesh: _none, ...without } = sidecar;
    expect(istio.present!(without)).toBe(false);
    expect(objects(orders(), without)).toEqual([]);
    const declared = policy([workload('ui', { namespace: 'front' }), workload('legacy', { namespace: 'old' }, { segment: 'old' }), workload('empty', { namespace: 'alone' })], [api('legacy', { offers: { read: ['ui'] } })], { segments: [segment('old', { managed: 'unmanaged' })] });
    expect([...new Set(objects(declared, ambient).map(({ object }) => object.metadata.namespace))].sort()).toEqual(['alone', 'front']);
  });

  it('tokens are looked for where some grant reads them, and then those of every provider', () => {
    const plain = policy([workload('ui'), workload('orders'), workload('carts')], [api('orders', { exposedAt: atEdge(), offers: { read: [people('support')] } }), api('carts', { offers: { read: ['ui'] } })], known);
    expect(named(plain, sidecar, 'RequestAuthentication')).toEqual(['shop/countersign-orders']);
    expect(named(plain, ambient, 'RequestAuthentication')).toEqual(['shop/countersign-orders.orders']);
    const rules = objects(plain, sidecar).flatMap(({ object }) => (object.kind === 'RequestAuthentication' ? (object.spec as { jwtRules: readonly { issuer: string }[] }).jwtRules : []));
    expect(rules.map(({ issuer }) => issuer)).toEqual(known.identityProviders!.map(({ issuer }) => issuer));
  });

  it('stages go from denials to what is allowed', () => {
    const stages: Readonly<Record<string, readonly number[]>> = { PeerAuthentication: [0], Telemetry: [0], RequestAuthentication: [1], Gateway: [3] };
    const declared = policy([workload('ui'), workload('orders')], [api('orders', { exposedAt: atEdge(), operations: [http('read')], offers: { read: ['ui', people('support')] } })], { ...known, never: [{ kind: 'reach', from: { kind: 'workload', name: 'orders' }, to: { kind: 'api', name: 'orders' }, because: 'no loops' }] });
    for (const { object, stage } of objects(declared, ambient)) {
      const spec = object.spec as { action?: string; rules?: object };
      expect(object.kind === 'AuthorizationPolicy' ? [spec.rules === undefined ? 0 : spec.action === 'DENY' ? 1 : 2] : stages[object.kind]).toContain(stage);
    }
  });
});

describe('the table', () => {
  it.each([
    ['operation.http', 'exact', {}], ['operation.http', 'wider', { mesh: { pathNormalization: 'BASE' as const } }], ['operation.grpc', 'exact', { mesh: { pathNormalization: 'NONE' as const } }],
    ['exposure', 'exact', {}], ['exposure', 'exact', { nodeCidrs: ['10.0.4.0/24'] }], ['exposure', 'wider', { nodeCidrs: ['10.0.4.0/24'], loadBalancer: { clientAddress: 'node' as const } }], ['exposure', 'exact', { loadBalancer: { clientAddress: 'node' as const } }],
    ['identity.partner', 'wider', {}], ['transport.lifetime', 'absent', {}],
  ] as const)('%s is %s', (feature, fidelity, facts) => {
    for (const dataPlane of ['ambient', 'sidecar'] as const) expect(istio.capabilities(platform(dataPlane, facts))[feature]).toBe(fidelity);
  });
});
