import { expect, it } from 'vitest';
import { describeWithEngines } from '../engines/engine.ts';
import type { Manifest } from '../engines/envoy/manifest.ts';
import { podOf, settled } from '../engines/envoy/mesh-objects.ts';
import { translateGateway, type GatewayTranslation } from '../engines/envoy/translate-gateway.ts';
import { translateIstio } from '../engines/envoy/translate-istio.ts';
import { gatewayClass, gatewayGroup, httpGateway, httpRoute, securityPolicy } from './cel-gateway.ts';

const clusterIp = '10.96.0.7';
const podIp = '10.244.0.7';

const orders: Manifest = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'orders', namespace: 'shop', labels: { 'istio.io/use-waypoint': 'waypoint' } },
  spec: { clusterIP: clusterIp, selector: { app: 'orders' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
};
const slice: Manifest = {
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'orders-1', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'orders' } },
  addressType: 'IPv4',
  endpoints: [{ addresses: [podIp], conditions: { ready: true } }],
  ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
};
const route = httpRoute('orders', [{ backendRefs: [{ name: 'orders', port: 80 }] }]);

const envoyProxy = (routingType: string): Manifest => ({
  apiVersion: 'gateway.envoyproxy.io/v1alpha1',
  kind: 'EnvoyProxy',
  metadata: { name: 'proxy', namespace: 'shop' },
  spec: { routingType },
});
const reference = { group: 'gateway.envoyproxy.io', kind: 'EnvoyProxy', name: 'proxy' };
const classWithProxy: Manifest = { ...gatewayClass, spec: { ...(gatewayClass['spec'] as object), parametersRef: { ...reference, namespace: 'shop' } } };
const gatewayWithProxy: Manifest = { ...httpGateway, spec: { ...(httpGateway['spec'] as object), infrastructure: { parametersRef: reference } } };
const backendTraffic: Manifest = {
  apiVersion: 'gateway.envoyproxy.io/v1alpha1',
  kind: 'BackendTrafficPolicy',
  metadata: { name: 'orders', namespace: 'shop' },
  spec: { targetRefs: [{ group: gatewayGroup, kind: 'HTTPRoute', name: 'orders' }], routingType: 'Service' },
};

/** Where the route's cluster leads, as `address:port`. */
function addresses({ gateways }: GatewayTranslation): string[] {
  const [config] = Object.values(gateways);
  const found = JSON.stringify([config?.endpoints, config?.clusters]).matchAll(/"address":"([^"]+)","portValue":(\d+)/g);
  return [...found].map(([, address, port]) => `${address}:${port}`);
}

describeWithEngines(['egxlate'], "the address behind a route of Envoy Gateway's", () => {
  it.each<[string, readonly Manifest[], string]>([
    ['is a pod, left to the default', [gatewayClass, httpGateway], `${podIp}:8080`],
    ["is a pod, where the Gateway's EnvoyProxy says Endpoint", [gatewayClass, gatewayWithProxy, envoyProxy('Endpoint')], `${podIp}:8080`],
    ["is the Service, where the Gateway's EnvoyProxy says Service", [gatewayClass, gatewayWithProxy, envoyProxy('Service')], `${clusterIp}:80`],
    ["is the Service, where the class's EnvoyProxy says Service", [classWithProxy, httpGateway, envoyProxy('Service')], `${clusterIp}:80`],
    ["is the Service, where the route's BackendTrafficPolicy says Service", [gatewayClass, httpGateway, backendTraffic], `${clusterIp}:80`],
  ])('%s', async (_, objects, address) => {
    const translation = await translateGateway({ objects: [...objects, orders, slice, route] });
    expect(translation.problems).toEqual([]);
    expect(addresses(translation)).toEqual([address]);
  });

  it('is the Service whatever else the route demands of its callers', async () => {
    const closed = securityPolicy('orders', { kind: 'HTTPRoute', name: 'orders' }, { authorization: { defaultAction: 'Deny' } });
    expect(addresses(await translateGateway({ objects: [gatewayClass, gatewayWithProxy, envoyProxy('Service'), orders, slice, route, closed] }))).toEqual([`${clusterIp}:80`]);
  });

  it('is a pod for a headless Service, whatever is said, and nobody is told', async () => {
    const headless = { ...orders, spec: { ...(orders['spec'] as object), clusterIP: 'None' } };
    const translation = await translateGateway({ objects: [gatewayClass, gatewayWithProxy, envoyProxy('Service'), headless, slice, route] });
    expect([addresses(translation), translation.problems, translation.warnings]).toEqual([[`${podIp}:8080`], [], []]);
  });
});

describeWithEngines(['xlate'], 'what ztunnel knows of the same two addresses', () => {
  const waypoint: Manifest = {
    apiVersion: `${gatewayGroup}/v1`,
    kind: 'Gateway',
    metadata: { name: 'waypoint', namespace: 'shop' },
    spec: { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15_008, protocol: 'HBONE' }] },
  };
  const pod = podOf({ namespace: 'shop', name: 'orders-1', serviceAccount: 'orders', labels: { app: 'orders' }, address: podIp }, true);

  interface Known {
    readonly service?: { readonly name: string; readonly waypoint?: { readonly hostname: { readonly hostname: string }; readonly hboneMtlsPort: number } };
    readonly workload?: { readonly name: string; readonly waypoint?: unknown };
  }

  it('a Service that is labelled for a waypoint leads to it by its own address, and not by its pods', async () => {
    const { ztunnel } = await translateIstio({ ambient: true, objects: settled([orders, pod, waypoint], {}) });
    const known = ztunnel?.addresses as readonly Known[];
    const service = known.find((each) => each.service?.name === 'orders')?.service;
    const workload = known.find((each) => each.workload?.name === 'orders-1')?.workload;
    expect(service?.waypoint).toEqual({ hostname: { namespace: 'shop', hostname: 'waypoint.shop.svc.cluster.local' }, hboneMtlsPort: 15_008 });
    // A caller that goes to the pod, as Envoy Gateway does by default, is past the waypoint.
    expect(workload).toBeDefined();
    expect(workload).not.toHaveProperty('waypoint');
  });
});
