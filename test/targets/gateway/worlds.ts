import type { Platform, Policy } from '#ir';
import { segment } from '../kubernetes/estate.ts';
import { anyone, behindGateway, estate, exposed, http, partner, people, recently, retail, rpc, socket } from './estate.ts';

/** Each shows one thing; what is emitted for it is a golden, a fixture of the API server and one of Envoy Gateway. */
export const worlds: Readonly<Record<string, readonly [Policy, Platform]>> = {
  'everything-at-once': [retail, behindGateway()],
  'people-with-conditions': [estate(['orders'], [exposed('orders', 'api.example.com', [http('list', 'GET', '/orders')], {
    list: [
      [[people('support')], recently, { kind: 'device', anyOf: ['managed'] }, { kind: 'during', days: ['mon', 'fri'], start: '08:00', end: '18:30', timeZone: 'Europe/Berlin' }],
      [[people('shoppers')], { kind: 'any', of: [{ kind: 'from', cidrs: ['198.51.100.0/24', '2001:db8::/32'] }, { kind: 'claim', claim: 'realm.tier', anyOf: ['gold'] }] }, { kind: 'maxTokenAge', seconds: 3600 }],
    ],
  })]), behindGateway({ clientAddress: { kind: 'xForwardedFor', trustedHops: 2 } })],
  'carved-out-of-a-wider-operation': [estate(['web'], [exposed('web', 'shop.example.com', [http('pages', 'GET', '/{page**}'), http('write', 'POST', '/{page**}'), http('internal', 'ANY', '/internal/{rest**}'), http('item', 'GET', '/items/{id}')], {
    pages: [[[anyone]]], item: [[[people('shoppers')]]],
  })]), behindGateway()],
  'partners-on-a-host-of-their-own': [estate(['catalog'], [exposed('catalog', 'partners.example.com', [http('list', 'GET', '/catalog'), http('price', 'GET', '/prices/{sku}')], {
    list: [[[partner('acme'), partner('globex')]]], price: [[[partner('globex')], { kind: 'from', cidrs: ['198.51.100.7/32'] }]],
  })]), behindGateway({ clientAddress: { kind: 'proxyProtocol' } }, { caBundles: [{ name: 'partners', ref: { kind: 'ConfigMap', namespace: 'pki', name: 'partner-ca' } }] })],
  'websockets-and-browsers': [estate(['orders'], [exposed('orders', 'api.example.com', [socket('feed', '/feed/{topic**}'), http('read', 'GET', '/feed/{topic}'), http('create', 'POST', '/orders')], {
    feed: [[[people('shoppers')]]], read: [[[anyone]]], create: [[[people('shoppers')]]],
  }, { origins: ['https://shop.example.com'] })]), behindGateway()],
  'grpc-over-http2': [estate(['carts'], [exposed('carts', 'carts.example.com', [rpc('Get'), rpc('Wipe')], { Get: [[[people('shoppers')]]] })]), behindGateway()],
  'lifetimes-and-tls': [estate(['orders'], [exposed('orders', 'api.example.com', [http('read', 'GET', '/orders/{id}')], { read: [[[people('shoppers')]]] })], {
    segments: [segment('all', { requires: { people: [], workloads: [], partners: [], transport: { tls: '1.3' }, reauthenticateEvery: 5400 } })],
  }), behindGateway()],
  'certificates-from-an-issuer': [estate(['orders', 'web'], [
    exposed('orders', 'api.example.com', [http('read', 'GET', '/orders')], { read: [[[people('shoppers')]]] }), exposed('web', 'shop.example.com', [http('home', 'GET', '/')], { home: [[[anyone]]] }),
  ]), behindGateway({
    certificate: { kind: 'Secret', namespace: 'certs', name: 'edge-tls' },
    upstream: { kind: 'tls', caBundle: 'internal', clientCertificate: { kind: 'Secret', namespace: 'edge', name: 'edge-client' } },
  }, {
    issuer: { kind: 'ClusterIssuer', name: 'internal', duration: 7_776_000, trustManager: true },
    caBundles: [{ name: 'internal', ref: { kind: 'ConfigMap', namespace: 'cert-manager', name: 'internal-ca' } }],
  })],
};
