import type { Condition, Platform, Policy } from '#ir';
import {
  accept, acting, anyone, api, atEdge, atService, connect, http, known, partner, people, platform, policy, port, rpc, segment, service, socket, workload,
} from './estate.ts';

const claim = (name: string, ...anyOf: string[]): Condition => ({ kind: 'claim', claim: name, anyOf });

/** Of one estate on both data planes, so that its goldens can be read beside each other. */
const workloads = [
  workload('ui', { namespace: 'front', selector: { tier: 'edge', app: 'ui' }, services: [service('ui', 80, 8080)] }),
  workload('orders', { ports: [port(8080, 'http'), port(9090)], services: [service('orders', 80, 'http'), service('orders-admin', 9090, 9090)], metrics: { port: 9090, path: '/metrics' } }),
  workload('ledger', { ports: [port(5432)], services: [service('ledger', 5432, 5432)] }),
];
const apis = [
  api('orders', {
    port: 'http', exposedAt: atEdge(),
    operations: [http('list', 'GET', '/orders'), http('create', 'POST', '/orders'), http('export', 'GET', '/orders/export'), http('read', 'GET', '/orders/{id}'), http('change', 'ANY', '/orders/{id}/{rest**}'), socket('feed', '/orders/feed')],
    offers: { list: ['ui', people('support')], create: [acting('ui', 'shoppers')], read: ['ui', partner('acme')], change: ['ui'], feed: ['ui'] },
  }),
  api('orders-admin', { server: 'orders', port: 9090, operations: [rpc('Repair'), http('health')], offers: { Repair: ['ui'] } }),
  api('ledger', { port: 5432, operations: [connect(5432)], offers: { connect: ['orders'] } }),
];
const never = [
  { kind: 'reach', from: { kind: 'workload', name: 'ui' }, to: { kind: 'api', name: 'ledger' }, because: 'the front never writes the ledger' },
  { kind: 'reach', from: { kind: 'workload', name: 'ledger' }, to: { kind: 'operation', api: 'orders', operation: 'create' }, because: 'no loops' },
] as const;

/** Each case shows one thing; its golden was read line by line, and is read again whenever it changes. */
export const cases: Readonly<Record<string, readonly [Policy, Platform]>> = {
  'ambient': [policy(workloads, apis, { ...known, never }), platform('ambient', { accept: [accept('operation.http', ['metricsScraper → orders.metrics'])] })],
  'sidecar': [policy(workloads, apis, { ...known, never }), platform('sidecar')],
  'denied': [
    policy([workload('ui', { namespace: 'front' }, { segment: 'storefront' }), workload('orders', {}, { segment: 'vault' }), workload('desk', {}, { segment: 'vault' }), workload('ledger', { ports: [port(5432)], services: [service('ledger', 5432, 5432)] })], [
      api('orders', { exposedAt: atEdge(), operations: [http('list', 'GET', '/orders'), http('read', 'GET', '/orders/{id}'), http('export', 'GET', '/orders/export')], offers: { list: [people('support')] } }),
      api('desk', { exposedAt: atEdge('desk.example.com'), offers: { read: ['orders'] } }),
      api('ledger', { port: 5432, operations: [connect(5432)], offers: { connect: ['orders'] } }),
    ], {
      ...known, segments: [segment('storefront'), segment('vault')],
      never: [
        { kind: 'reach', from: { kind: 'segment', name: 'storefront' }, to: { kind: 'segment', name: 'vault' }, because: 'the front asks nobody there' },
        { kind: 'reach', from: { kind: 'workload', name: 'ledger' }, to: { kind: 'operation', api: 'orders', operation: 'read' }, because: 'no loops' },
        { kind: 'reach', from: { kind: 'anyIdentity', except: [{ kind: 'workload', name: 'orders' }] }, to: { kind: 'api', name: 'ledger' }, because: 'one writer' },
        { kind: 'reach', from: anyone, to: { kind: 'api', name: 'orders' }, because: 'nobody unknown' },
        { kind: 'reach', from: people('shoppers'), to: { kind: 'api', name: 'desk' }, because: 'the desk is for staff' },
      ],
    }),
    platform('ambient'),
  ],
  'exposed-by-service': [
    policy([workload('web', { services: [service('web', 80, 8080), service('web-external', 80, 8080, 'LoadBalancer')] }), workload('probe')], [
      api('web', { exposedAt: atService('web-external'), operations: [http('all', 'GET', '/{rest**}'), http('admin', 'GET', '/admin/{rest**}'), http('root', 'GET', '/')], offers: { all: [anyone, 'probe'], root: ['probe'] } }),
    ]),
    platform('sidecar', { podCidrs: ['10.0.0.0/16', 'fd00:10::/56'] }),
  ],
  'exposed-port': [
    policy([workload('mail', { ports: [port(25)], services: [service('mail', 25, 25, 'LoadBalancer')] })], [api('mail', { port: 25, exposedAt: atService('mail'), operations: [connect(25)], offers: { connect: [anyone] } })]),
    platform('ambient', { loadBalancer: { clientAddress: 'node' } }),
  ],
  'conditions': [
    policy([workload('orders', {}, { segment: 'commerce' })], [
      api('orders', {
        exposedAt: atEdge(), operations: [http('read', 'GET', '/orders/{id}'), http('list', 'GET', '/orders')], offers: { read: [people('support')], list: [people('shoppers')] },
        when: [{ kind: 'any', of: [claim('scope', 'orders:read'), { kind: 'all', of: [claim('realm.roles', 'admin', 'auditor'), { kind: 'header', name: 'X-Desk', anyOf: ['1'], trustedHop: 'edge' }] }] }],
      }),
    ], { ...known, segments: [segment('commerce', { requires: { people: [{ kind: 'mfa', within: 900 }], workloads: [], partners: [] } })] }),
    platform('sidecar'),
  ],
};
