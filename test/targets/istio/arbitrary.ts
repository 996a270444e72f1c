import fc from 'fast-check';
import { conditionsOn, grants, segmentOf, type Api, type Condition, type IdentityRef, type Mesh, type Operation, type Platform, type Policy } from '#ir';
import type { Request } from '#spec';
import { acting, anyone, api, atEdge, atService, connect, http, known, people, platform, policy, port, rpc, segment, service, socket, workload } from './estate.ts';

/** Operations that overlap in every way that a policy may let them. */
const pool: readonly Operation[] = [
  http('list', 'GET', '/orders'), http('create', 'POST', '/orders'), http('read', 'GET', '/orders/{id}'), http('export', 'GET', '/orders/export'), http('peek', 'HEAD', '/orders/{id}'),
  http('change', 'ANY', '/orders/{id}/{rest**}'), http('lines', 'GET', '/orders/{id}/lines'), http('admin', 'GET', '/admin/{rest**}'), http('repair', 'ANY', '/admin/repair'), http('all', 'GET', '/{rest**}'),
  http('root', 'GET', '/'), http('verb', 'GET', '/orders/a:b'), http('preflight', 'OPTIONS', '/orders'), socket('feed', '/orders/feed'), socket('feeds', '/orders/{id}'), rpc('Repair'), http('grpcish', 'POST', '/{rest**}'),
];

const claim = (name: string, ...anyOf: string[]): Condition => ({ kind: 'claim', claim: name, anyOf });
const atom = fc.constantFrom<Condition>(claim('groups', 'support-leads', 'ops'), claim('scope', 'read'), claim('realm.roles', 'admin'), { kind: 'mfa' }, { kind: 'device', anyOf: ['managed'] });
const joined: fc.Arbitrary<Condition> = fc.oneof({ weight: 3, arbitrary: atom }, fc.record({ kind: fc.constantFrom('all', 'any'), of: fc.array(atom, { minLength: 1, maxLength: 3 }) }) as fc.Arbitrary<Condition>);

const caller = fc.constantFrom<IdentityRef>({ kind: 'workload', name: 'ui' }, { kind: 'workload', name: 'batch' }, acting('ui', 'shoppers'), acting('ui', 'support'), people('support'), people('shoppers'));
const offersOf = (operations: readonly Operation[]) => fc.array(fc.record({ operation: fc.constantFrom(...operations.map(({ name }) => name)), to: caller, when: fc.array(joined, { maxLength: 1 }) }), { minLength: 1, maxLength: 6 });

export interface World { readonly policy: Policy; readonly platform: Platform }

export const worlds = (dataPlane: Mesh['dataPlane']): fc.Arbitrary<World> => fc.record({
  operations: fc.uniqueArray(fc.constantFrom(...pool), { minLength: 1, maxLength: 7, selector: ({ name }) => name }),
  second: fc.constantFrom('none', 'rpc', 'tcp'), exposure: fc.constantFrom('gateway', 'service', 'none'), required: fc.array(joined, { maxLength: 1 }), extraService: fc.boolean(), scraped: fc.boolean(), named: fc.boolean(),
}).chain(({ operations, second, exposure, required, extraService, named, scraped }) => {
  const addressed = named || second === 'rpc'; // a whole port may have no Service
  const outside = exposure === 'gateway' || (exposure === 'service' && dataPlane === 'sidecar');
  return fc.record({ offers: offersOf(operations), toAnyone: fc.boolean(), more: fc.array(fc.constantFrom('ui', 'batch'), { maxLength: 2 }) }).map(({ offers, toAnyone, more }): World => {
    const exposedAt = !outside ? {} : { exposedAt: exposure === 'gateway' ? atEdge() : atService('orders') };
    const first: Api = {
      ...api('orders', { operations, ...exposedAt }),
      offers: [
        ...offers.filter(({ to }) => to.kind === 'workload' || outside).map(({ operation, to, when }) => ({ operation, to: [to], when: to.kind === 'workload' && to.actingFor === undefined ? [] : when, because: 'sampled' })),
        ...(toAnyone && outside ? [{ operation: operations[0]!.name, to: [anyone], when: [], because: 'sampled' }] : []),
      ],
    };
    const beside = second === 'none' ? [] : [api('beside', { server: 'orders', port: 9090, operations: [second === 'rpc' ? rpc('Mend') : connect(9090)], offers: { [second === 'rpc' ? 'Mend' : 'connect']: [...new Set(more)] } })];
    return {
      platform: platform(dataPlane),
      policy: policy([
        workload('ui', { namespace: 'front' }), workload('batch'),
        workload('orders', {
          ports: [port(8080), port(9090)],
          services: [service('orders', 80, 8080, exposure === 'service' && dataPlane === 'sidecar' ? 'LoadBalancer' : 'ClusterIP'), ...(addressed ? [service('orders', 9090, 9090)] : []), ...(extraService ? [service('orders-too', 8000, 8080)] : [])],
          ...(scraped && dataPlane === 'sidecar' ? { metrics: { port: 8080, path: '/orders/metrics' } } : {}),
        }, { segment: 'commerce' }),
      ], [first, ...beside], { ...known, segments: [segment('commerce', { requires: { people: required, workloads: [], partners: [] } })] }),
    };
  });
});

const time = '2026-11-24T12:00:00Z', now = Date.parse(time) / 1000;
const staffClaims = { iss: 'https://login.example.com', aud: 'retail', sub: 's', exp: now + 600 }, shopClaims = { iss: 'https://id.example.com/realms/shop', aud: ['store', 'else'], exp: now + 600 };
const tokens: readonly (Request['subject'] | undefined)[] = [
  undefined,
  { provider: 'staff', claims: { ...staffClaims, groups: ['support-leads'], amr: ['mfa'], scope: 'read write', realm: { roles: ['admin'] }, device_trust: 'managed' } },
  { provider: 'staff', claims: { ...staffClaims, groups: ['ops'], amr: 'pwd' } },
  { provider: 'staff', claims: { ...staffClaims, groups: 'support-leads', scope: 'write', realm: { roles: 'admin' } } },
  { provider: 'shop', claims: { ...shopClaims } },
  { provider: 'shop', claims: { ...shopClaims, groups: ['support-leads'], scope: 'read', device_trust: 'managed', amr: ['mfa'] } },
];
/** What no proxy lets pass where it looks for tokens. */
export const badTokens: readonly NonNullable<Request['subject']>[] = [
  { provider: 'staff', claims: { ...staffClaims, groups: ['support-leads'], amr: ['mfa'], exp: now - 120 } },
  { provider: 'staff', claims: { ...staffClaims, groups: ['support-leads'], amr: ['mfa'], aud: 'another' } },
  { provider: 'staff', claims: { ...staffClaims, groups: ['support-leads'], amr: ['mfa'], nbf: now + 120 } },
  { provider: 'staff', claims: { ...staffClaims, iss: shopClaims.iss, aud: 'store' } },
];

export const paths = ['/', '/orders', '/orders/1', '/orders/export', '/orders/feed', '/orders/a:b', '/orders/1/lines', '/orders/1/lines/2', '/orders/metrics', '/admin', '/admin/x', '/admin/repair', '/ordersfoo', '/other/y', '/shop.Service/Repair', '/shop.Service/Mend'];
const methods = ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS', 'TRACE'];

/** Who asks, how they come, with which token, for what. */
export function requestsOf({ policy: declared }: World, some: readonly (Request['subject'] | undefined)[] = tokens): readonly Request[] {
  const peers: readonly Partial<Request>[] = [
    ...['ui', 'batch', 'orders'].map((name) => ({ peer: { kind: 'workload', name } as const, throughExposure: false })),
    { peer: { kind: 'pod', namespace: 'front', labels: { app: 'stray' }, serviceAccount: 'stray' }, throughExposure: false }, { throughExposure: true },
    { peer: { kind: 'builtin', name: 'metricsScraper' }, throughExposure: false },
  ];
  return peers.flatMap((peer) => some.flatMap((subject) => declared.apis.flatMap((served) => {
    const context = { time };
    const whole = served.operations.some(({ kind }) => kind === 'tcp');
    if (whole) return [{ ...peer, ...(subject === undefined ? {} : { subject }), to: { kind: 'operation', api: served.name, operation: 'connect' }, context }] as Request[];
    return paths.flatMap((path) => methods.flatMap((method): readonly Request[] => {
      const to = { kind: 'http', api: served.name, method, path } as const, all = { ...peer, ...(subject === undefined ? {} : { subject }), context } as Omit<Request, 'to'>;
      return [{ ...all, to }, ...(method === 'GET' || method === 'POST' ? [{ ...all, to: { ...to, upgrade: 'websocket' as const } }] : [])];
    }));
  })));
}

/** Does some grant into the API read a token, so that a proxy looks at them there? */
export const readsTokens = (declared: Policy, name: string): boolean => grants(declared).some(({ api: served, from, offer }) =>
  served.name === name && (from.kind === 'people' || (from.kind === 'workload' && from.actingFor !== undefined) || conditionsOn(segmentOf(declared, served), offer, from).length > 0));
