import { describe, expect, it } from 'vitest';
import type { Policy } from '#ir';
import { decide, type Decision, type Destination, type Peer, type Request } from '#spec';
import { shop } from './shop.ts';

const time = '2027-01-15T12:00:00Z';
const outside = 'anyone';
/** `web` is the workload; `anyone` arrives at the exposure; `-` presents nothing from inside. */
function ask(who: string | Peer, to: Destination, at = time, policy: Policy = shop): Decision {
  const peer: Peer | undefined = typeof who !== 'string' ? who : who === outside || who === '-' ? undefined
    : who === 'nodeProbes' ? { kind: 'builtin', name: who } : { kind: 'workload', name: who };
  const request: Request = { ...(peer === undefined ? {} : { peer }), throughExposure: who === outside, to, context: { time: at } };
  return decide(policy, request);
}
const operation = (text: string): Destination => { const [api = '', name = ''] = text.split('.'); return { kind: 'operation', api, operation: name }; };
const wire = (api: string, line: string): Destination => { const [method = '', path = ''] = line.split(' '); return { kind: 'http', api, method, path }; };
const pod = (app: string, more: object = {}): Peer => ({ kind: 'pod', namespace: 'shop', labels: { app }, ...more });

describe('a grant is an offer and a request', () => {
  it.each([
    ['web', 'orders.create', 'allow', { grant: 'web → orders.create' }],
    ['batch', 'orders.create', 'deny', { missing: 'request', nearest: 'batch → orders.create' }],
    ['batch', 'orders.export', 'deny', { missing: 'offer', nearest: 'batch → orders.export' }],
    ['batch', 'orders.list', 'deny', { missing: 'offer', nearest: 'web → orders.list' }],
    ['web', 'store.connect', 'deny', { missing: 'offer', nearest: 'orders → store.connect' }],
    ['orders', 'store.connect', 'allow', { grant: 'orders → store.connect' }],
    ['anyone', 'web.home', 'allow', { grant: 'anyone → web.home' }],
    ['anyone', 'web.admin', 'deny', { missing: 'offer', nearest: 'anyone → web.files' }],
    ['anyone', 'orders.list', 'deny', { missing: 'offer', nearest: 'web → orders.list' }],
    ['orders', 'web.home', 'deny', { missing: 'offer', nearest: 'anyone → web.home' }],
    ['-', 'web.home', 'deny', { missing: 'identity' }],
  ] as const)('%s on %s: %s', (who, what, decision, because) => {
    expect(ask(who, operation(what))).toEqual({ decision, because: [because] });
  });

  it('lists every grant that admits a request, once and in order', () => {
    const twice: Policy = { ...shop, apis: shop.apis.map((api) => (api.name === 'orders' ? { ...api, offers: [...api.offers, ...api.offers] } : api)) };
    expect(ask('web', { kind: 'port', workload: 'orders', port: 8080, protocol: 'TCP' }, time, twice).because).toEqual(
      ['Charge', 'create', 'list', 'read', 'rest'].map((name) => ({ grant: `web → orders.${name}` })));
  });
});

describe('the most specific template owns a path', () => {
  it.each([
    ['GET /orders/7', 'allow'], ['GET /orders/export', 'deny'], ['POST /orders/export', 'deny'], ['GET /orders/7/lines', 'allow'],
    ['DELETE /orders/7/lines/3', 'allow'], ['OPTIONS /orders/7/lines', 'deny'], ['TRACE /orders/7/lines', 'deny'], ['CONNECT /orders/7/lines', 'deny'],
    ['HEAD /orders', 'deny'], ['GET /orders', 'allow'], ['get /orders', 'deny'], ['PATCH /orders', 'deny'],
    ['GET /orders/', 'deny'], ['GET //orders', 'deny'], ['GET /orders/./7', 'deny'], ['GET /x/../orders', 'deny'], ['GET /orders/%37', 'deny'],
    ['GET /orders/a%2Fb', 'deny'], ['GET /orders/a%2fb', 'deny'], ['GET /orders/a%20b', 'allow'], ['GET /orders/a;b', 'deny'], ['GET /orders/a?b', 'deny'],
    ['GET /orders/a\\b', 'deny'], ['GET /orders/%00', 'deny'], ['GET /orders/%c3%a9', 'deny'], ['GET /orders/%C3%A9', 'allow'], ['GET orders', 'deny'],
    ['GET /orders/%', 'deny'], ['GET /Orders', 'deny'], ['GET /orders/é', 'deny'], ['GET /orders/7#x', 'deny'],
    ['POST /shop.Pay/Charge', 'allow'], ['GET /shop.Pay/Charge', 'deny'], ['POST /shop.Pay/charge', 'deny'], ['POST /shop.Pay/Refund', 'deny'],
  ] as const)('web: %s is %s', (line, decision) => { expect(ask('web', wire('orders', line)).decision).toBe(decision); });

  it.each([['GET /', 'allow'], ['GET /static/a', 'allow'], ['GET /static/a/b', 'allow'], ['GET /static', 'deny'], ['GET /static/', 'deny']] as const)(
    'anyone: %s is %s', (line, decision) => { expect(ask('anyone', wire('web', line)).decision).toBe(decision); });

  it('lets a template for everything have the root too', () => {
    const all: Policy = { ...shop, apis: shop.apis.map((api) => (api.name === 'web' ? { ...api, operations: [{ name: 'home', kind: 'http', method: 'ANY', path: '/{rest**}' }] } : api)) };
    expect(['/', '/a', '/a/b'].map((path) => ask('anyone', wire('web', `POST ${path}`), time, all).decision)).toEqual(['allow', 'allow', 'allow']);
  });
});

describe('time', () => {
  it.each([
    ['2027-01-31T23:59:59.999Z', 'allow'], ['2027-02-01T00:00:00Z', 'deny'], ['2027-02-01T00:30:00+01:00', 'allow'], ['tomorrow', 'deny'],
  ] as const)('a grant until 2027-01-31 at %s: %s', (at, decision) => { expect(ask('web', operation('orders.Charge'), at).decision).toBe(decision); });
  it('denies everything at a time that can not be read', () => { expect(ask('web', operation('orders.list'), '').decision).toBe('deny'); });
  it('calls an expired grant a missing condition', () => {
    expect(ask('web', operation('orders.Charge'), '2028-01-01T00:00:00Z').because).toEqual([{ missing: 'condition', nearest: 'web → orders.Charge' }]);
  });
});

describe('pods', () => {
  it.each([
    [pod('web'), 'allow'], [pod('web', { serviceAccount: 'web' }), 'allow'], [pod('web', { serviceAccount: 'thief' }), 'deny'],
    [pod('web', { namespace: 'elsewhere' }), 'deny'], [pod('stranger'), 'deny'], [{ kind: 'pod', namespace: 'shop', labels: { app: 'web', tier: 'x' } } as const, 'allow'],
    [{ kind: 'pod', namespace: 'shop', labels: {} } as const, 'deny'],
  ] as const)('%o may list orders: %s', (peer, decision) => { expect(ask(peer, operation('orders.list')).decision).toBe(decision); });
  it('says that a stranger has no identity', () => { expect(ask(pod('stranger'), operation('orders.list')).because).toEqual([{ missing: 'identity' }]); });
  it('does not take inherited names for labels', () => {
    const policy: Policy = { ...shop, workloads: shop.workloads.map((one) => (one.name === 'web' && one.kubernetes ? { ...one, kubernetes: { ...one.kubernetes, selector: { toString: 'x' } } } : one)) };
    expect(ask(pod('web'), operation('orders.list'), time, policy).decision).toBe('deny');
  });
});

describe('ports and built-in peers', () => {
  const port = (workload: string, number: number, protocol: 'TCP' | 'UDP' = 'TCP'): Destination => ({ kind: 'port', workload, port: number, protocol });
  it.each([
    ['web', port('orders', 8080), 'allow'], ['web', port('orders', 8080, 'UDP'), 'deny'], ['web', port('orders', 80), 'deny'], ['batch', port('orders', 8080), 'deny'],
    ['anyone', port('web', 8080), 'allow'], ['anyone', port('orders', 8080), 'deny'],
    ['nodeProbes', port('web', 8080), 'allow'], ['nodeProbes', port('orders', 8080), 'deny'], ['nodeProbes', port('web', 8080, 'UDP'), 'deny'],
    ['nodeProbes', { kind: 'probe', workload: 'web', probe: 'readiness' }, 'allow'], ['nodeProbes', { kind: 'probe', workload: 'web', probe: 'liveness' }, 'allow'],
    ['nodeProbes', { kind: 'probe', workload: 'orders', probe: 'readiness' }, 'deny'], ['web', { kind: 'probe', workload: 'web', probe: 'readiness' }, 'deny'],
    ['nodeProbes', operation('web.home'), 'deny'],
    ['web', { kind: 'builtin', name: 'clusterDns' }, 'allow'], ['store', { kind: 'builtin', name: 'clusterDns' }, 'deny'], ['batch', { kind: 'builtin', name: 'clusterDns' }, 'deny'],
    ['orders', { kind: 'builtin', name: 'apiServer' }, 'allow'], ['web', { kind: 'builtin', name: 'apiServer' }, 'deny'], ['-', { kind: 'builtin', name: 'clusterDns' }, 'deny'],
    ['web', { kind: 'builtin', name: 'metricsScraper' }, 'deny'],
  ] as const)('%s → %o: %s', (who, to, decision) => { expect(ask(who, to as Destination).decision).toBe(decision); });
});

describe('a tcp grant', () => {
  it('admits the whole port, whatever is spoken there', () => {
    const whole: Policy = {
      ...shop,
      apis: [...shop.apis, { name: 'raw', servedBy: { kind: 'workload', workload: 'orders', port: 'http' }, operations: [{ name: 'connect', kind: 'tcp', port: 8080 }], offers: [{ operation: 'connect', to: [{ kind: 'workload', name: 'store' }], when: [] }] }],
      asks: [...shop.asks, { from: { kind: 'workload', name: 'store' }, to: { api: 'raw', operation: 'connect' } }],
    };
    for (const to of [operation('orders.create'), wire('orders', 'TRACE //x'), operation('raw.connect')]) expect(ask('store', to, time, whole).decision).toBe('allow');
    expect(ask('batch', operation('orders.list'), time, whole).decision).toBe('deny');
  });
});

describe('a condition that does not hold', () => {
  it('denies, and is named; one of the segment that the offer leads into as well', () => {
    const conditioned: Policy = { ...shop, apis: shop.apis.map((api) => ({ ...api, offers: api.offers.map((offer) => ({ ...offer, when: [{ kind: 'mfa' as const }] })) })) };
    expect(ask('web', operation('orders.list'), time, conditioned)).toEqual({ decision: 'deny', because: [{ missing: 'condition', nearest: 'web → orders.list', condition: 'mfa' }] });
    const segmented: Policy = {
      ...shop, workloads: shop.workloads.map((one) => ({ ...one, segment: 'vault' })),
      segments: [{ name: 'vault', holds: 'internal', managed: 'managed', alerts: [], requires: { people: [], partners: [], workloads: [{ kind: 'from', cidrs: ['10.0.0.0/8'] }] } }],
    };
    expect(ask('web', operation('orders.list'), time, segmented)).toEqual({ decision: 'deny', because: [{ missing: 'condition', nearest: 'web → orders.list', condition: 'from 10.0.0.0/8' }] });
  });
});
