import type { Api, Ask, IdentityRef, Offer, Operation, Platform, Policy, Workload } from '#ir';

/** A small shop, spelled out: `web` (exposed) → `orders` (http) → `store` (tcp), and `batch`, which asks in vain. */
const workload = (name: string, more: Partial<Workload['kubernetes']> & object = {}): Workload => ({
  name,
  kubernetes: {
    namespace: 'shop', serviceAccount: name, selector: { app: name }, ports: [{ number: 8080, protocol: 'TCP', name: 'http' }],
    services: [{ name, port: 80, protocol: 'TCP', targetPort: 'http', type: 'ClusterIP' }], probes: [], ...more,
  },
});
const http = (name: string, method: 'GET' | 'POST' | 'ANY', path: string): Operation => ({ name, kind: 'http', method, path });
export const to = (...names: string[]): readonly IdentityRef[] => names.map((name) => (name === 'anyone' ? { kind: 'anyone' } : { kind: 'workload', name }));
export const offer = (operation: string, names: readonly string[], until?: string): Offer => ({ operation, to: to(...names), when: [], ...(until === undefined ? {} : { until }) });
const ask = (from: string, api: string, operation: string, until?: string): Ask => ({ from: { kind: 'workload', name: from }, to: { api, operation }, ...(until === undefined ? {} : { until }) });

export const web: Api = {
  name: 'web', servedBy: { kind: 'workload', workload: 'web', port: 'http' }, exposedAt: { kind: 'service', service: 'web-public' },
  operations: [http('home', 'GET', '/'), http('files', 'GET', '/static/{file**}'), http('admin', 'POST', '/admin')],
  offers: [offer('home', ['anyone']), offer('files', ['anyone'])],
};
export const orders: Api = {
  name: 'orders', servedBy: { kind: 'workload', workload: 'orders', port: 'http' },
  operations: [
    http('list', 'GET', '/orders'), http('create', 'POST', '/orders'), http('read', 'GET', '/orders/{id}'), http('export', 'GET', '/orders/export'),
    http('rest', 'ANY', '/orders/{id}/{rest**}'), { name: 'Charge', kind: 'grpc', service: 'shop.Pay', method: 'Charge' },
  ],
  offers: [
    offer('list', ['web']), offer('create', ['web', 'batch']), offer('read', ['web']), offer('rest', ['web']), offer('Charge', ['web'], '2027-01-31'),
  ],
};
export const store: Api = {
  name: 'store', servedBy: { kind: 'workload', workload: 'store', port: 6379 },
  operations: [{ name: 'connect', kind: 'tcp', port: 6379 }], offers: [offer('connect', ['orders'])],
};

export const shop: Policy = {
  version: 1, name: 'shop', segments: [], identityProviders: [], people: [], partners: [], never: [], holes: [],
  workloads: [
    workload('web', {
      services: [
        { name: 'web', port: 80, protocol: 'TCP', targetPort: 'http', type: 'ClusterIP' },
        { name: 'web-public', port: 443, protocol: 'TCP', targetPort: 'http', type: 'LoadBalancer', nodePort: 30443 },
      ],
      probes: [{ name: 'readiness', probe: { kind: 'http', port: 'http', path: '/healthz' } }, { name: 'liveness', probe: { kind: 'exec' } }],
    }),
    { ...workload('orders'), callsApiServer: { because: 'leader election' } },
    workload('store', { ports: [{ number: 6379, protocol: 'TCP' }], services: [{ name: 'store', port: 6379, protocol: 'TCP', targetPort: 6379, type: 'ClusterIP' }] }),
    workload('batch'),
  ],
  apis: [web, orders, store],
  asks: [
    ask('web', 'orders', 'list'), ask('web', 'orders', 'create'), ask('web', 'orders', 'read'), ask('web', 'orders', 'rest'), ask('web', 'orders', 'Charge'),
    ask('orders', 'store', 'connect'), ask('batch', 'orders', 'export'),
  ],
};

export const platform: Platform = {
  version: 1, name: 'lab', gateways: [], caBundles: [], hosts: [], podCidrs: ['10.244.0.0/16'], nodeCidrs: ['192.168.7.0/24'], accept: [],
  cni: { name: 'plain', networkPolicy: 'enforced', servicePortMustEqualContainerPort: false, ipBlockMatchesNodes: true, ipBlockMatchesPods: true, startsOpen: false },
  dns: { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' }, port: 5353, protocols: ['UDP', 'TCP'], nodeLocalCidrs: [] },
  apiServer: { cidrs: ['192.168.7.10/32'], port: 6443 }, loadBalancer: { clientAddress: 'preserved' },
};
