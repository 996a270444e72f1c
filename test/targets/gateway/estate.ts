import type { Api, Condition, Gateway, IdentityProvider, IdentityRef, Operation, Partner, People, Platform, Policy } from '#ir';
import { api, platform, policy, segment, service, workload } from '../kubernetes/estate.ts';

/** An estate behind a gateway: people of two providers, two partners, anyone; a browser, WebSockets and gRPC. */
export const anyone: IdentityRef = { kind: 'anyone' };
export const people = (name: string): IdentityRef => ({ kind: 'people', name });
export const partner = (name: string): IdentityRef => ({ kind: 'partner', name });

export const http = (name: string, method: Extract<Operation, { kind: 'http' }>['method'], path: string): Operation => ({ name, kind: 'http', method, path });
export const socket = (name: string, path: string): Operation => ({ name, kind: 'websocket', path });
export const rpc = (name: string): Operation => ({ name, kind: 'grpc', service: 'shop.Cart', method: name });

export const staff: IdentityProvider = {
  name: 'staff', issuer: 'https://login.example.com', audiences: ['retail'], jwksUri: 'https://login.example.com/keys',
  asserts: { mfa: { claim: 'amr', anyOf: ['mfa', 'hwk'] }, authenticatedAt: { claim: 'auth_time' }, device: { claim: 'device_trust' } },
};
export const shop: IdentityProvider = { name: 'shop', issuer: 'https://id.shop.example.com', audiences: ['ui', 'app'], jwksUri: 'https://id.shop.example.com/.well-known/jwks.json' };
export const acme: Partner = { name: 'acme', certificate: { ca: 'partners', san: 'uri:spiffe://acme.example/billing' } };
export const globex: Partner = { name: 'globex', certificate: { ca: 'partners', san: 'dns:api.globex.example' } };
export const support: People = { name: 'support', via: 'staff', where: { kind: 'claim', claim: 'groups', anyOf: ['support', 'support-leads'] } };
export const shoppers: People = { name: 'shoppers', via: 'shop' };

export const edge: Gateway = {
  name: 'edge', kind: 'envoyGateway', version: '1.9', namespace: 'edge', controlNamespace: 'envoy-gateway-system', port: 443, containerPort: 10443,
  pods: { namespace: 'envoy-gateway-system', labels: { 'gateway.envoyproxy.io/owning-gateway-name': 'countersign-edge', 'gateway.envoyproxy.io/owning-gateway-namespace': 'edge' }, serviceAccount: 'countersign-edge' },
  certificate: { kind: 'Secret', namespace: 'edge', name: 'api-tls' }, upstream: { kind: 'mesh' }, clientAddress: { kind: 'connection' },
};

export const behindGateway = (gateway: Partial<Gateway> = {}, rest: Parameters<typeof platform>[0] = {}): Platform => platform({
  gateways: [{ ...edge, ...gateway }], caBundles: [{ name: 'partners', ref: { kind: 'ConfigMap', namespace: 'edge', name: 'partner-ca' } }],
  mesh: { kind: 'istio', version: '1.31', dataPlane: 'ambient', namespace: 'istio-system', trustDomain: 'prod.example', pathNormalization: 'DECODE_AND_MERGE_SLASHES', minTls: '1.3', waypoint: 'waypoint' }, ...rest,
});

/** Offers: who may use which operation, on which conditions. */
export type Offers = Readonly<Record<string, readonly (readonly [readonly IdentityRef[], ...Condition[]])[]>>;
export function exposed(name: string, host: string, operations: readonly Operation[], offers: Offers, more: { readonly origins?: readonly string[]; readonly server?: string; readonly gateway?: string } = {}): Api {
  const { gateway = 'edge', origins, server = name } = more;
  return {
    ...api(name, { server, operations, exposedAt: { kind: 'gateway', gateway, host, ...(origins === undefined ? {} : { browser: { origins } }) } }),
    offers: Object.entries(offers).flatMap(([operation, all]) => all.map(([to, ...when]) => ({ operation, to, when, because: 'the case needs it' }))),
  };
}

/** Servers in two namespaces, each with a Service. */
export const servers = (...names: readonly string[]) => names.map((name) => workload(name, { namespace: name === 'web' ? 'edge' : 'shop', services: [service(name, 80, 8080)] }, { segment: 'all' }));

export function estate(workloads: readonly string[], apis: readonly Api[], rest: Partial<Policy> = {}): Policy {
  return policy(servers(...workloads), apis, {
    segments: [segment('all')], identityProviders: [shop, staff], people: [shoppers, support], partners: [acme, globex], ...rest,
  });
}

export const recently: Condition = { kind: 'mfa', within: 900 };

/** One of everything. */
export const retail: Policy = estate(['orders', 'web', 'catalog', 'carts'], [
  exposed('orders', 'api.example.com', [
    http('list', 'GET', '/orders'), http('create', 'POST', '/orders'), http('export', 'GET', '/orders/export'), http('read', 'GET', '/orders/{id}'),
    http('edit', 'ANY', '/orders/{id}/lines/{rest**}'), http('audit', 'GET', '/orders/{id}/lines/audit'), socket('feed', '/feed'),
  ], {
    list: [[[people('support')], recently]], create: [[[people('shoppers')]]], read: [[[people('shoppers')]], [[people('support')], recently]],
    edit: [[[people('shoppers')], { kind: 'maxTokenAge', seconds: 3600 }]], feed: [[[people('shoppers')]]],
  }, { origins: ['https://desk.example.com', 'https://shop.example.com'] }),
  exposed('web', 'shop.example.com', [http('home', 'GET', '/'), http('pages', 'GET', '/{page**}'), http('internal', 'ANY', '/internal/{rest**}'), http('account', 'GET', '/account')], {
    home: [[[anyone]]], pages: [[[anyone]]], account: [[[people('shoppers')]]],
  }),
  exposed('catalog', 'partners.example.com', [http('list', 'GET', '/catalog'), http('price', 'GET', '/catalog/{sku}/price'), http('tags', 'GET', '/tags')], {
    list: [[[partner('acme'), partner('globex')]]], price: [[[partner('acme')]]], tags: [[[partner('globex')], { kind: 'from', cidrs: ['127.0.0.2/32'] }]],
  }),
  exposed('carts', 'carts.example.com', [rpc('Get'), rpc('Add'), rpc('Wipe')], { Get: [[[people('shoppers')]]], Add: [[[people('shoppers')]]] }),
]);
