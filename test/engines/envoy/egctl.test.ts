import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { describeWithEngines, requireEngine } from '../engine.ts';
import type { Manifest } from './manifest.ts';
import { translateGateway, type Json } from './translate-gateway.ts';

const gateway = 'gateway.networking.k8s.io';
const objects: Manifest[] = [
  { apiVersion: `${gateway}/v1`, kind: 'GatewayClass', metadata: { name: 'eg' }, spec: { controllerName: 'gateway.envoyproxy.io/gatewayclass-controller' } },
  { apiVersion: `${gateway}/v1`, kind: 'Gateway', metadata: { name: 'edge', namespace: 'shop' }, spec: { gatewayClassName: 'eg', listeners: [{ name: 'http', protocol: 'HTTP', port: 80 }] } },
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'orders', namespace: 'shop' }, spec: { clusterIP: '10.96.0.1', ports: [{ port: 80, targetPort: 8080, protocol: 'TCP' }] } },
  {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'orders-1', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'orders' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.244.0.1'], conditions: { ready: true } }],
    ports: [{ port: 8080, protocol: 'TCP' }],
  },
  {
    apiVersion: `${gateway}/v1`,
    kind: 'HTTPRoute',
    metadata: { name: 'orders', namespace: 'shop' },
    spec: { parentRefs: [{ name: 'edge' }], rules: [{ matches: [{ path: { type: 'Exact', value: '/orders' }, method: 'GET' }], backendRefs: [{ name: 'orders', port: 80 }] }] },
  },
  {
    apiVersion: 'gateway.envoyproxy.io/v1alpha1',
    kind: 'SecurityPolicy',
    metadata: { name: 'orders', namespace: 'shop' },
    spec: {
      targetRefs: [{ group: gateway, kind: 'HTTPRoute', name: 'orders' }],
      jwt: { providers: [{ name: 'idp', issuer: 'https://login.example.com', audiences: ['shop'], remoteJWKS: { uri: 'https://login.example.com/keys' } }] },
      authorization: { defaultAction: 'Deny', rules: [{ name: 'admins', action: 'Allow', principal: { jwt: { provider: 'idp', claims: [{ name: 'role', values: ['admin'] }] } } }] },
    },
  },
  {
    apiVersion: 'gateway.envoyproxy.io/v1alpha1',
    kind: 'ClientTrafficPolicy',
    metadata: { name: 'edge', namespace: 'shop' },
    spec: { targetRefs: [{ group: gateway, kind: 'Gateway', name: 'edge' }], path: { escapedSlashesAction: 'RejectRequest' } },
  },
];

/** The resources of one kind in a configuration dump, by name. */
function dumped(configs: readonly Json[], find: (config: Json) => unknown): Record<string, Json> {
  const resources = configs.flatMap((config) => (find(config) ?? []) as Json[]);
  return Object.fromEntries(resources.map(({ '@type': _, ...resource }) => [String(resource['name']), resource]));
}

const byName = (resources: readonly Json[]): Record<string, Json> => Object.fromEntries(resources.map((resource) => [String(resource['name']), resource]));

describeWithEngines(['egctl', 'egxlate'], "our main on Envoy Gateway's packages", () => {
  it('says what `egctl x translate` says, where that can say it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-egctl-'));
    try {
      const file = join(folder, 'objects.yaml');
      writeFileSync(file, objects.map((object) => JSON.stringify(object)).join('\n---\n'));
      const flags = ['x', 'translate', '--from', 'gateway-api', '--to', 'xds', '--type', 'all', '--output', 'json', '--file', file];
      const { stdout } = await promisify(execFile)(requireEngine('egctl'), flags, { maxBuffer: 16_777_216 });
      const { configs } = (JSON.parse(stdout) as { xds: Record<string, { configs: Json[] }> }).xds['shop/edge'] as { configs: Json[] };
      const listeners = dumped(configs, ({ dynamicListeners = [] }) => (dynamicListeners as Json[]).map(({ activeState }) => (activeState as Json)['listener']));
      const routes = dumped(configs, ({ dynamicRouteConfigs = [] }) => (dynamicRouteConfigs as Json[]).map(({ routeConfig }) => routeConfig));
      const { gateways } = await translateGateway({ objects });
      expect(Object.keys(listeners)).toContain('shop/edge/http');
      expect(byName(gateways['shop/edge']?.listeners ?? [])).toEqual(listeners);
      expect(byName(gateways['shop/edge']?.routes ?? [])).toEqual(routes);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
