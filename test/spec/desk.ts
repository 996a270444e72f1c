import type { Api, Condition, IdentityRef, Offer, Operation, Platform, Policy, Workload } from '#ir';

/** A service desk, spelled out: staff and a partner come through a gateway, `ui` acts for shoppers, a scraper reads metrics. */
const workload = (name: string, more: Partial<Workload> & { readonly metrics?: { readonly port: number | string; readonly path: string } } = {}): Workload => {
  const { metrics, ...rest } = more;
  return {
    name, ...rest,
    kubernetes: {
      namespace: name, serviceAccount: name, selector: { app: name }, ports: [{ number: 8080, protocol: 'TCP', name: 'http' }],
      services: [{ name, port: 80, protocol: 'TCP', targetPort: 'http', type: 'ClusterIP' }], probes: [{ name: 'readiness', probe: { kind: 'http', port: 8080, path: '/healthz' } }],
      ...(metrics === undefined ? {} : { metrics }),
    },
  };
};
const http = (name: string, method: 'GET' | 'POST' | 'ANY', path: string): Operation => ({ name, kind: 'http', method, path });
export const people = (name: string): IdentityRef => ({ kind: 'people', name });
export const offer = (operation: string, to: readonly IdentityRef[], when: readonly Condition[] = []): Offer => ({ operation, to, when, because: 'a test' });

export const tickets: Api = {
  name: 'tickets', servedBy: { kind: 'workload', workload: 'tickets', port: 'http' }, exposedAt: { kind: 'gateway', gateway: 'edge', host: 'desk.example.com' },
  operations: [http('list', 'GET', '/tickets'), http('read', 'GET', '/tickets/{id}'), http('close', 'POST', '/tickets/{id}/close'), { name: 'feed', kind: 'websocket', path: '/feed' }],
  offers: [
    offer('list', [people('leads')], [{ kind: 'mfa', within: 900 }]), offer('read', [people('staff')]),
    offer('close', [people('leads')], [{ kind: 'maxTokenAge', seconds: 600 }]), offer('feed', [people('staff')]),
  ],
};
export const carts: Api = {
  name: 'carts', servedBy: { kind: 'workload', workload: 'carts', port: 'http' },
  operations: [http('read', 'GET', '/carts/{id}')],
  offers: [offer('read', [{ kind: 'workload', name: 'ui', actingFor: 'shoppers' }])],
};
export const catalog: Api = {
  name: 'catalog', servedBy: { kind: 'workload', workload: 'catalog', port: 'http' }, exposedAt: { kind: 'gateway', gateway: 'edge', host: 'partners.example.com' },
  operations: [http('list', 'GET', '/products')],
  offers: [offer('list', [{ kind: 'partner', name: 'acme' }])],
};

export const desk: Policy = {
  version: 1, name: 'desk', segments: [], never: [], holes: [],
  identityProviders: [
    {
      name: 'login', issuer: 'https://login.example.com', audiences: ['desk'], jwksUri: 'https://login.example.com/keys',
      asserts: { mfa: { claim: 'amr', anyOf: ['mfa', 'hwk'] }, authenticatedAt: { claim: 'auth_time' }, device: { claim: 'device.trust' } },
    },
    { name: 'shop', issuer: 'https://shop.example.com', audiences: ['retail'], jwksUri: 'https://shop.example.com/keys' },
  ],
  people: [
    { name: 'leads', via: 'login', where: { kind: 'claim', claim: 'groups', anyOf: ['support-leads'] } }, { name: 'staff', via: 'login' }, { name: 'shoppers', via: 'shop' },
  ],
  partners: [
    { name: 'acme', certificate: { ca: 'acme-ca', san: 'uri:spiffe://acme.example/billing' } }, { name: 'zorg', certificate: { ca: 'acme-ca', san: 'uri:spiffe://zorg.example/billing' } },
  ],
  workloads: [workload('ui'), workload('tickets', { metrics: { port: 'http', path: '/metrics' } }), workload('carts'), workload('catalog')],
  apis: [tickets, carts, catalog],
  asks: [{ from: { kind: 'workload', name: 'ui', actingFor: 'shoppers' }, to: { api: 'carts', operation: 'read' } }],
};

const pods = (namespace: string, name: string) => ({ namespace, labels: { app: name }, serviceAccount: name });
export const meshless: Platform = {
  version: 1, name: 'lab', podCidrs: ['10.244.0.0/16'], nodeCidrs: ['192.168.7.0/24'], accept: [],
  cni: { name: 'plain', networkPolicy: 'enforced', servicePortMustEqualContainerPort: false, ipBlockMatchesNodes: true, ipBlockMatchesPods: true, startsOpen: false },
  dns: { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' }, port: 53, protocols: ['UDP', 'TCP'], nodeLocalCidrs: [] },
  gateways: [{
    name: 'edge', kind: 'envoyGateway', version: '1.9', namespace: 'edge', pods: pods('edge', 'envoy'), controlNamespace: 'envoy-gateway-system', port: 443, containerPort: 10443,
    certificate: { kind: 'Secret', namespace: 'edge', name: 'tls' }, clientAddress: { kind: 'connection' }, upstream: { kind: 'mesh' },
  }],
  caBundles: [{ name: 'acme-ca', ref: { kind: 'ConfigMap', namespace: 'edge', name: 'acme-ca' } }],
  hosts: [{ name: 'login.example.com', cidrs: ['198.51.100.0/28'] }, { name: 'shop.example.com', cidrs: ['198.51.100.16/28'] }],
  metricsScraper: pods('monitoring', 'prometheus'), loadBalancer: { clientAddress: 'preserved' },
};
const mesh = { kind: 'istio', version: '1.31', namespace: 'istio-system', trustDomain: 'lab.example', pathNormalization: 'DECODE_AND_MERGE_SLASHES', minTls: '1.3', waypoint: 'waypoint' } as const;
export const ambient: Platform = { ...meshless, name: 'ambient', mesh: { ...mesh, dataPlane: 'ambient' } };
export const sidecar: Platform = { ...meshless, name: 'sidecar', mesh: { ...mesh, dataPlane: 'sidecar' } };
