import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { Platform, Policy } from '#ir';
import { lower } from '../../../src/targets/kubernetes/lower.ts';
import { emit } from '../../../src/targets/kubernetes/emit.ts';
import { host, onAws, resource } from './cloud-estate.ts';
import { api, connect, http, kubeDns, noPlacement, platform, policy, rpc, service, tcpPort, workload } from './estate.ts';

/** Each case shows one thing; its golden was read line by line, and is read again whenever it changes. */
const cases: Readonly<Record<string, readonly [Policy, Platform]>> = {
  'two-namespaces': [
    policy([
      workload('ui', { namespace: 'front', selector: { tier: 'edge', app: 'ui' }, ports: [] }),
      workload('orders', { ports: [tcpPort(8080, 'http'), tcpPort(9090)], services: [service('orders', 80, 'http')] }),
      workload('ledger', { ports: [tcpPort(5432)] }, { callsApiServer: { because: 'it elects a leader' } }),
    ], [
      api('orders', { port: 'http', operations: [http('list'), http('create', 'POST')], offers: { list: ['ui'], create: ['ui'] } }),
      api('orders-admin', { server: 'orders', port: 9090, operations: [rpc('Repair')], offers: { Repair: ['ui'] } }),
      api('ledger', { port: 5432, operations: [connect(5432)], offers: { connect: ['orders'] } }),
    ]),
    platform({ dns: { ...kubeDns, port: 5353 } }),
  ],
  'exposed-to-anyone': [
    policy([
      workload('web', { services: [service('web', 80, 8080), service('web-external', 80, 8080, 'LoadBalancer')] }),
      workload('probe', { ports: [] }),
    ], [
      api('web', { exposedAt: { kind: 'service', service: 'web-external' }, offers: { read: ['anyone', 'probe'] } }),
    ]),
    platform({ podCidrs: ['10.0.0.0/16', '10.8.0.0/16', 'FD00:10::/56'] }),
  ],
  'exposed-behind-nodes': [
    policy([workload('web', { services: [service('web', 80, 8080, 'LoadBalancer')] })], [
      api('web', { exposedAt: { kind: 'service', service: 'web' }, offers: { read: ['anyone'] } }),
    ]),
    platform({ loadBalancer: { clientAddress: 'node' } }),
  ],
  'beside-controllers': [
    policy([
      workload('metrics', { namespace: 'calico-system', selector: { 'k8s-app': 'metrics' } }),
      workload('shop'),
    ], [api('metrics', { offers: { read: ['shop'] } })]),
    platform({ dns: { ...kubeDns, nodeLocalCidrs: ['169.254.20.10/32'] } }),
  ],
  'calling-the-cloud': [
    policy([workload('orders'), workload('ui', { namespace: 'front' }), host('batch')], [
      resource('jobs', 'sqs', ['send'], ['orders', 'batch']), resource('books', 'rds-db', ['connect'], ['orders'], { port: 5432 }),
      api('orders', { offers: { read: ['ui'] } }),
    ]),
    onAws({ podCidrs: ['10.0.0.0/16', 'fd12::/56'], aws: { endpoints: [{ service: 'sqs', cidrs: ['172.20.0.0/26', '172.20.0.64/26'] }, { service: 'rds-db', cidrs: ['172.20.1.0/28'] }] } }),
  ],
  'ambient-behind-gateway': [
    policy([
      workload('ui', { services: [service('ui', 80, 8080)], probes: [{ name: 'readiness', probe: { kind: 'http', port: 8080, path: '/up' } }] }),
      workload('cart', { namespace: 'back', services: [service('cart', 80, 8080)], metrics: { port: 8080, path: '/metrics' } }),
    ], [
      api('ui', { offers: { read: [{ kind: 'people', name: 'shoppers' }] }, exposedAt: { kind: 'gateway', gateway: 'edge', host: 'shop.example.com' } }),
      api('cart', { offers: { read: ['ui'] } }),
    ], {
      identityProviders: [{ name: 'login', issuer: 'https://login.example.com', audiences: ['shop'], jwksUri: 'https://login.example.com/keys' }],
      people: [{ name: 'shoppers', via: 'login' }],
    }),
    platform({
      mesh: { kind: 'istio', version: '1.31', dataPlane: 'ambient', namespace: 'istio-system', trustDomain: 'prod.example', minTls: '1.3', waypoint: 'waypoint' },
      gateways: [{
        name: 'edge', kind: 'envoyGateway', version: '1.9', namespace: 'edge', controlNamespace: 'envoy-gateway-system', port: 443, containerPort: 10443,
        pods: { namespace: 'edge', labels: { 'gateway.envoyproxy.io/owning-gateway-name': 'edge' }, serviceAccount: 'edge' },
        certificate: { kind: 'Secret', namespace: 'edge', name: 'tls' }, upstream: { kind: 'mesh' },
      }],
      hosts: [{ name: 'login.example.com', cidrs: ['198.51.100.0/28'] }],
      metricsScraper: { namespace: 'monitoring', labels: { app: 'prometheus' }, serviceAccount: 'prometheus' },
    }),
  ],
};

const folder = new URL('../../../src/targets/kubernetes/fixtures/', import.meta.url);

describe('the printed objects', () => {
  it.each(Object.entries(cases))('of %s are those of its fixture', async (name, [declared, place]) => {
    const { plan } = lower(declared, place, noPlacement);
    const text = emit(plan).map(({ stage, grants, object }) =>
      `# stage ${stage}${grants.map((grant) => `; ${grant}`).join('')}\n${stringify(object)}`).join('---\n');
    await expect(text).toMatchFileSnapshot(fileURLToPath(new URL(`${name}.yaml`, folder)));
  });

  it('have no fixture without a case', () => {
    expect(readdirSync(folder).sort()).toEqual(Object.keys(cases).map((name) => `${name}.yaml`).sort());
  });
});
