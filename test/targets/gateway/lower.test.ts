import { describe, expect, it } from 'vitest';
import { grants, neededFeatures, type Api, type Platform, type Policy } from '#ir';
import { emit } from '../../../src/targets/gateway/emit.ts';
import { evidence } from '../../../src/targets/gateway/evidence.ts';
import { lower } from '../../../src/targets/gateway/lower.ts';
import { noPlacement, policy, segment, service, workload } from '../kubernetes/estate.ts';
import { anyone, behindGateway, edge, estate, exposed, http, people, retail, rpc, shoppers } from './estate.ts';
import { worlds } from './worlds.ts';

const planOf = (declared: Policy, place: Platform = behindGateway()) => lower(declared, place, noPlacement).plan;
const home = (name: string, host: string, gateway = 'edge'): Api => exposed(name, host, [http('home', 'GET', `/${name}`)], { home: [[[people('shoppers')]]] }, { gateway });
/** Two servers in segments of their own, behind one host. */
const two = (left: Parameters<typeof segment>[1], right: Parameters<typeof segment>[1]): Policy => policy(
  ['orders', 'carts'].map((name) => workload(name, { services: [service(name, 80, 8080)] }, { segment: name })), ['orders', 'carts'].map((name) => home(name, 'api.example.com')),
  { segments: [segment('orders', left), segment('carts', right)], identityProviders: retail.identityProviders, people: [shoppers] });
const requires = (more: object) => ({ requires: { people: [], workloads: [], partners: [], ...more } });

describe('a listener', () => {
  it('takes the strictest of what the APIs of its host demand', () => {
    const [listener] = planOf(two(requires({ transport: { tls: '1.2' }, reauthenticateEvery: 7200 }), requires({ transport: { tls: '1.3' }, reauthenticateEvery: 600 }))).edges[0]!.listeners;
    expect(listener).toMatchObject({ host: 'api.example.com', minTls: '1.3', lifetime: 600 });
  });
  it('leaves alone what nobody demands, and never goes below TLS 1.2', () => {
    const [listener] = planOf(two({}, {})).edges[0]!.listeners;
    expect([listener!.minTls, listener!.lifetime, listener!.clients]).toEqual(['1.2', undefined, undefined]);
  });
  it('takes from clients whatever some condition believes', () => {
    const believing = estate(['orders'], [home('orders', 'api.example.com')], { segments: [segment('all', requires({ workloads: [{ kind: 'any', of: [{ kind: 'header', name: 'X-Tenant', anyOf: ['a'], trustedHop: 'ui' }] }] }))] });
    expect(planOf(believing).edges[0]!.listeners[0]!.stripped).toContain('x-tenant');
  });
  it('keeps `X-Forwarded-For` only where the proxies in front are counted', () => {
    const stripped = (clientAddress: NonNullable<typeof edge.clientAddress>) => planOf(retail, behindGateway({ clientAddress })).edges[0]!.listeners[0]!.stripped.includes('x-forwarded-for');
    expect([stripped({ kind: 'connection' }), stripped({ kind: 'proxyProtocol' }), stripped({ kind: 'xForwardedFor', trustedHops: 1 })]).toEqual([true, true, false]);
  });
  it('speaks HTTP/2 alone, or for gRPC', () => {
    const alpn = (declared: Policy) => planOf(declared).edges[0]!.listeners.map(({ alpn: protocols, host }) => [host, protocols.includes('h2')]);
    expect(alpn(estate(['orders'], [home('orders', 'a.example.com')]))).toEqual([['a.example.com', true]]);
    expect(alpn(estate(['orders', 'web', 'carts'], [home('orders', 'a.example.com'), home('web', 'b.example.com'), exposed('carts', 'c.example.com', [rpc('Get')], { Get: [[[people('shoppers')]]] })]))).toEqual([['a.example.com', false], ['b.example.com', false], ['c.example.com', true]]);
  });
});

describe('a gateway', () => {
  it('is named as its pods are labelled, or else after its own name', () => {
    expect(planOf(retail, behindGateway({ pods: { ...edge.pods, labels: { 'gateway.envoyproxy.io/owning-gateway-name': 'front' } } })).edges[0]!.name).toBe('front');
    expect(planOf(retail, behindGateway({ pods: { ...edge.pods, labels: { team: 'edge' } } })).edges[0]).toMatchObject({ name: 'countersign-edge', podLabels: { team: 'edge' } });
  });
  it('is not there where nothing is exposed at it', () => expect(planOf(estate(['orders'], [])).edges).toEqual([]));
  it('has hosts, routes and servers of its own', () => {
    const plan = planOf(estate(['orders', 'carts'], [home('orders', 'a.example.com'), home('carts', 'b.example.com', 'other')]), { ...behindGateway(), gateways: [edge, { ...edge, name: 'other', namespace: 'other', pods: { ...edge.pods, labels: {} } }] });
    expect(plan.edges.map(({ listeners, name, namespace, references, routes }) => [name, namespace, listeners.map(({ host }) => host), routes.map(({ api }) => api), references.map(({ from, to }) => [from.namespace, ...to.names])])).toEqual([
      ['countersign-edge', 'edge', ['a.example.com'], ['orders'], [['edge', 'orders']]], ['countersign-other', 'other', ['b.example.com'], ['carts'], [['other', 'api-tls'], ['other', 'carts']]],
    ]);
  });
  it('emits nothing into the namespace of an unmanaged segment, and still leads there', () => {
    const plan = planOf(two({ managed: 'unmanaged' }, { managed: 'unmanaged' }));
    expect(plan.edges[0]!.routes.map(({ api }) => api)).toEqual(['carts', 'orders']);
    expect(emit(plan).filter(({ object }) => object.metadata.namespace === 'shop')).toEqual([]);
  });
});

describe('many operations', () => {
  const many = (count: number): Policy => estate(['orders'], [exposed('orders', 'api.example.com', Array.from({ length: count }, (_, index) => http(`op${index}`, 'GET', `/op${index}`)), Object.fromEntries(Array.from({ length: count }, (_, index) => [`op${index}`, [[[anyone]]]])))]);
  it.each([[64, [[64]]], [65, [[64, 1]]], [128, [[64, 64]]], [129, [[64, 64], [1]]], [300, [[64, 64], [64, 64], [44]]]])('%i of them are routes of %j matches', (count, sizes) => {
    const { routes } = planOf(many(count)).edges[0]!;
    expect(routes.map(({ rules }) => rules.map((matches) => matches.length)).sort((a, b) => b.flat().reduce((x, y) => x + y, 0) - a.flat().reduce((x, y) => x + y, 0))).toEqual(sizes);
    expect(routes.map(({ authorization, rules }) => authorization.length === rules.flat().length)).toEqual(sizes.map(() => true));
    expect(routes.map(({ name }) => name).sort()).toEqual(sizes.map((_, part) => (part === 0 ? 'countersign-orders.open' : `countersign-orders.open.${part + 1}`)).sort());
  });
});

describe('the same policy in another order', () => {
  const shuffled = <T>(all: readonly T[]): T[] => [...all].reverse();
  it('is the same bytes', () => {
    for (const [declared, place] of Object.values(worlds)) {
      const other: Policy = { ...declared, apis: shuffled(declared.apis), workloads: shuffled(declared.workloads), people: shuffled(declared.people), partners: shuffled(declared.partners), identityProviders: shuffled(declared.identityProviders), segments: shuffled(declared.segments) };
      const text = (each: Policy, at: Platform): string => JSON.stringify(emit(planOf(each, at)));
      expect(text(other, { ...place, caBundles: shuffled(place.caBundles) })).toBe(text(declared, place));
    }
  });
});

describe('the ledger', () => {
  it.each(Object.entries(worlds))('has a cell for everything that a grant needs of a gateway, in %s, and each is there', (_, [declared, place]) => {
    const plan = planOf(declared, place), cells = [...evidence(plan)], artifacts = new Map(emit(plan).map((artifact) => [artifact.id, artifact.object]));
    const needed = neededFeatures(declared);
    for (const grant of grants(declared)) {
      for (const feature of needed(grant)) expect(cells.filter((cell) => cell.grant === grant.ref && cell.feature === feature && cell.does === 'exact').length, `${grant.ref} ${feature}`).toBeGreaterThan(0);
    }
    for (const { artifact, field, rule } of cells) {
      const value = field.split(/\.|\[(\d+)\]/).filter((step) => step !== undefined && step !== '').reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], artifacts.get(artifact));
      expect(value, `${artifact} ${field}`).toBeDefined();
      expect(rule).toMatch(/^[a-z]/);
    }
  });
});
