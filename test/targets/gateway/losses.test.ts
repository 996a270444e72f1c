import { describe, expect, it } from 'vitest';
import { catalogue, isError } from '#diagnostics';
import type { Condition, Gateway, IdentityProvider, Platform, Policy } from '#ir';
import { lower } from '../../../src/targets/gateway/lower.ts';
import { noPlacement, policy, segment, service, workload } from '../kubernetes/estate.ts';
import { acme, anyone, behindGateway, edge, estate, exposed, http, partner, people, retail, rpc, shoppers, socket, staff } from './estate.ts';

const read = [http('read', 'GET', '/orders')];
const orders = (offers: Parameters<typeof exposed>[3] = { read: [[[people('shoppers')]]] }, host = 'api.example.com', more: Parameters<typeof exposed>[4] = {}) => exposed('orders', host, read, offers, more);
const one = (when: readonly Condition[], who = people('shoppers')): Policy => estate(['orders'], [orders({ read: [[[who], ...when]] })]);
const trusting = (more: Partial<IdentityProvider>): Policy => estate(['orders'], [orders({ read: [[[people('support')]]] })], { identityProviders: [{ ...staff, ...more }], people: [{ name: 'support', via: 'staff' }] });
const tls = { kind: 'tls', caBundle: 'internal' } as const;
const withBundle = (gateway: Partial<Gateway>, namespace: string, rest: Parameters<typeof behindGateway>[1] = {}): Platform =>
  behindGateway(gateway, { caBundles: [{ name: 'internal', ref: { kind: 'ConfigMap', namespace, name: 'ca' } }], ...rest });
const claims = (count: number): Condition => ({ kind: 'all', of: Array.from({ length: count }, (_, index) => ({ kind: 'claim', claim: `claim-${index}`, anyOf: ['a'.repeat(60)] })) });

/** What is wrong, where, and in whose words. */
const cases: readonly (readonly [title: string, code: string, Policy, Platform, pointer: string, message: RegExp])[] = [
  ['a gateway that is misspelt', 'CS3201', estate(['orders'], [orders(undefined, undefined, { gateway: 'egde' })]), behindGateway(), '/apis/0/exposedAt/gateway', /`orders` is exposed at the gateway `egde`, which the platform `case` does not have/],
  ['no Service', 'CS3202', policy([workload('orders')], [orders()], { identityProviders: estate([], []).identityProviders, people: [shoppers] }), behindGateway(), '/apis/0/exposedAt', /no Service of `orders` leads to its port/],
  ['a Service to another port', 'CS3202', policy([workload('orders', { services: [service('orders', 80, 9090)] })], [orders()], { identityProviders: estate([], []).identityProviders, people: [shoppers] }), behindGateway(), '/apis/0/exposedAt', /leads to its port/],
  ['a version without expressions', 'CS3203', one([]), behindGateway({ version: '1.8.3' }), '/gateways/0/version', /Envoy Gateway 1\.8\.3, whose authorization rules have neither paths nor expressions/],
  ['an address that nobody knows', 'CS3204', one([{ kind: 'any', of: [{ kind: 'from', cidrs: ['10.0.0.0/8'] }, { kind: 'mfa' }] }]), { ...behindGateway(), gateways: [without(edge, 'clientAddress')] }, '/apis/0/offers/0', /`shoppers → orders\.read` asks where a client comes from/],
  ['an address that nobody knows, asked of people', 'CS3204', estate(['orders'], [orders()], { people: [{ ...shoppers, where: { kind: 'from', cidrs: ['10.0.0.0/8'] } }] }), { ...behindGateway(), gateways: [without(edge, 'clientAddress')] }, '/apis/0/offers/0', /asks where/],
  ['a partner beside people', 'CS3205', estate(['orders'], [orders({ read: [[[partner('acme')]], [[people('shoppers')]]] })]), behindGateway(), '/apis/0/offers/0', /`acme → orders\.read` shares the host `api\.example\.com` with others/],
  ['a partner beside anyone, of another API', 'CS3205', estate(['orders', 'web'], [orders({ read: [[[partner('acme')]]] }), exposed('web', 'api.example.com', [http('home', 'GET', '/')], { home: [[[anyone]]] })]), behindGateway(), '/apis/0/offers/0', /with others, who have no certificate/],
  ['partners of two authorities', 'CS3205', estate(['orders'], [orders({ read: [[[partner('acme'), partner('other')]]] })], { partners: [acme, { name: 'other', certificate: { ca: 'internal', san: 'dns:b.example' } }] }), behindGateway({}, { caBundles: ['partners', 'internal'].map((name) => ({ name, ref: { kind: 'ConfigMap', namespace: 'edge', name } })) }), '/apis/0/offers/0', /with `other`, whom other authorities vouch for/],
  ['a partner known by mail', 'CS3206', estate(['orders'], [orders({ read: [[[partner('acme')]]] })], { partners: [{ name: 'acme', certificate: { ca: 'partners', san: 'email:a@acme.example' } }] }), behindGateway(), '/partners/0/certificate/san', /`acme` is known by `email:a@acme\.example`/],
  ['a partner of a bundle that is misspelt', 'CS3207', estate(['orders'], [orders({ read: [[[partner('acme')]]] })], { partners: [{ name: 'acme', certificate: { ca: 'partnres', san: 'dns:a.example' } }] }), behindGateway(), '/partners/0/certificate/ca', /the partner `acme` relies on the bundle `partnres`/],
  ['servers of a bundle that is misspelt', 'CS3207', one([]), behindGateway({ upstream: tls }), '/gateways/0/upstream/caBundle', /the gateway `edge` relies on the bundle `internal`/],
  ...['*.example.com', 'localhost', '10.0.0.1', 'api.example.com:443', 'API.example.com', `${'a'.repeat(64)}.example.com`, ''].map((host) => [`the host \`${host}\``, 'CS3208', estate(['orders'], [orders(undefined, host)]), behindGateway(), '/apis/0/exposedAt/host', /is not the full name of one host/] as const),
  ['nine audiences', 'CS3209', trusting({ audiences: Array.from({ length: 9 }, (_, index) => `a${index}`) }), behindGateway(), '/identityProviders/0/audiences', /`staff` has 9 audiences, and Envoy Gateway takes 8/],
  ['a long issuer', 'CS3209', trusting({ issuer: `https://${'a'.repeat(250)}.example` }), behindGateway(), '/identityProviders/0/issuer', /the issuer of `staff` has \d+ characters/],
  ['a long address of keys', 'CS3209', trusting({ jwksUri: `https://login.example.com/${'a'.repeat(250)}` }), behindGateway(), '/identityProviders/0/jwksUri', /the address of the keys of `staff`/],
  ['people of seventeen providers', 'CS3209', estate(['orders'], [orders({ read: [[Array.from({ length: 17 }, (_, index) => people(`p${index}`))]] })], {
    identityProviders: Array.from({ length: 17 }, (_, index) => ({ ...staff, name: `i${index}` })), people: Array.from({ length: 17 }, (_, index) => ({ name: `p${index}`, via: `i${index}` })),
  }), behindGateway(), '/apis/0', /people of 17 identity providers use `orders`/],
  ['a template of many parameters', 'CS3209', estate(['orders'], [exposed('orders', 'api.example.com', [http('read', 'GET', `/${Array.from({ length: 14 }, (_, index) => `{p${index}}`).join('/')}`)], { read: [[[people('shoppers')]]] })]), behindGateway(), '/apis/0', /an operation of `orders` is matched by an expression of \d+ characters/],
  ['conditions that no expression holds', 'CS3209', one([claims(40)]), behindGateway(), '/apis/0/offers/0', /more than Envoy Gateway takes in 64 expressions of 4096 characters/],
  ['more alternatives than rules', 'CS3209', one(Array.from({ length: 3 }, (_, at): Condition => ({ kind: 'any', of: Array.from({ length: 5 }, (_each, index) => (index === 0 ? { kind: 'claim', claim: `c${at}`, anyOf: ['a'] } : { kind: 'from', cidrs: [`10.${at}.${index}.0/24`] })) }))), behindGateway(), '/apis/0/offers/0', /more than Envoy Gateway takes/],
  ['sixty-five hosts', 'CS3209', estate(['orders'], Array.from({ length: 65 }, (_, index) => exposed(`api-${index}`, `h${index}.example.com`, read, { read: [[[people('shoppers')]]] }, { server: 'orders' }))), behindGateway(), '/gateways/0', /65 hosts are exposed at the gateway `edge`, and a Gateway takes 64/],
  ['more headers than can be removed', 'CS3209', estate(['orders'], [orders()], { segments: [segment('all', { requires: { people: [], partners: [], workloads: Array.from({ length: 40 }, (_, index) => ({ kind: 'header', name: `x-${index}`, anyOf: ['a'], trustedHop: 'ui' })) } })] }), behindGateway(), '/gateways/0', /would have to remove more than 64 headers/],
  ['a whole port', 'CS3210', estate(['orders'], [exposed('orders', 'api.example.com', [{ name: 'connect', kind: 'tcp', port: 8080 }], { connect: [[[anyone]]] })]), behindGateway(), '/apis/0/offers/0', /`anyone → orders\.connect` would carry a whole port/],
  ['two APIs that want one request', 'CS3211', estate(['orders', 'web'], [orders(), exposed('web', 'api.example.com', [http('all', 'GET', '/{rest**}')], { all: [[[people('shoppers')]]] })]), behindGateway(), '/apis/1/exposedAt', /a request can be for `orders\.read` and for `web\.all`/],
  ['two APIs that want one WebSocket', 'CS3211', estate(['orders', 'web'], [exposed('orders', 'api.example.com', [socket('feed', '/{a}/b')], { feed: [[[people('shoppers')]]] }), exposed('web', 'api.example.com', [socket('other', '/a/{b}')], { other: [[[people('shoppers')]]] })]), behindGateway(), '/apis/1/exposedAt', /`orders\.feed` and for `web\.other`/],
  ['anyone on a condition, and people', 'CS3212', estate(['orders'], [orders({ read: [[[anyone], { kind: 'from', cidrs: ['10.0.0.0/8'] }], [[people('shoppers')]]] })]), behindGateway(), '/apis/0/offers/0', /`read` is offered to `anyone` on a condition and to `shoppers` as well/],
  ['a claim that is split', 'CS3213', one([{ kind: 'claim', claim: 'scp', anyOf: ['read'] }]), behindGateway(), '/apis/0/offers/0', /asks for the claim `scp`/],
  ['gRPC beside HTTP', 'CS3215', estate(['orders', 'carts'], [orders(), exposed('carts', 'api.example.com', [rpc('Get')], { Get: [[[people('shoppers')]]] })]), behindGateway(), '/apis/1/exposedAt/host', /would have a GRPCRoute for `carts` and an HTTPRoute for `orders`/],
  ['two gateways of one name', 'CS3216', estate(['orders', 'web'], [orders(), exposed('web', 'shop.example.com', [http('home', 'GET', '/')], { home: [[[anyone]]] }, { gateway: 'other' })]), { ...behindGateway(), gateways: [edge, { ...edge, name: 'other' }] }, '/gateways/1', /two objects of kind GatewayClass would both be named/],
  ['a header of the gateway', 'CS3217', one([{ kind: 'header', name: 'x-region', anyOf: ['eu'], trustedHop: 'edge' }]), behindGateway(), '/apis/0/offers/0', /believes a header of the gateway `edge`, and nothing there sets one/],
  ['a bundle in another namespace than the servers', 'CS3218', one([]), withBundle({ upstream: tls }, 'pki'), '/gateways/0/upstream/caBundle', /the bundle `internal` is in `pki`, and a policy on the Service `orders` can only refer to one in `shop`/],
  ['a client certificate in another namespace', 'CS3218', one([]), withBundle({ upstream: { ...tls, clientCertificate: { kind: 'Secret', namespace: 'pki', name: 'edge' } } }, 'shop'), '/gateways/0/upstream/clientCertificate', /can only use one in `edge`/],
  ['a port that the container has not', 'CS3219', one([]), behindGateway({ containerPort: 8443 }), '/gateways/0/containerPort', /is said to listen on the container port 8443, where Envoy Gateway uses 10443/],
  ['pods of a Gateway elsewhere', 'CS3219', one([]), behindGateway({ pods: { ...edge.pods, labels: { 'gateway.envoyproxy.io/owning-gateway-namespace': 'other' } } }), '/gateways/0/pods', /its pods are said to belong to a Gateway in `other`/],
  ['pods in a namespace of nobody\'s', 'CS3219', one([]), behindGateway({ pods: { ...edge.pods, namespace: 'other' } }), '/gateways/0/pods', /has its pods in `other`/],
  ['anyone with a factor', 'CS3221', one([{ kind: 'mfa' }], anyone), behindGateway(), '/apis/0/offers/0', /`anyone → orders\.read` asks for what only a token says \(`mfa`\)/],
  ['a partner with an age of a token', 'CS3221', one([{ kind: 'maxTokenAge', seconds: 60 }], partner('acme')), behindGateway(), '/apis/0/offers/0', /\(`maxTokenAge`\), and shows none/],
];

const notices: readonly (readonly [title: string, code: string, Policy, Platform, pointer: string, message: RegExp])[] = [
  ['an exposure for nobody', 'CS3214', estate(['orders'], [orders({})]), behindGateway(), '/apis/0/exposedAt', /nobody outside is offered anything/],
  ['a server that has to speak TLS', 'CS3220', one([]), withBundle({ upstream: tls }, 'shop'), '/apis/0/exposedAt', /`orders` has to serve TLS on the port behind the Service `orders`, with a certificate of the bundle `internal` for `orders\.shop\.svc`/],
  ['a server in a namespace of others', 'CS3222', estate(['orders'], [orders()], { segments: [segment('all', { managed: 'unmanaged' })] }), behindGateway(), '/apis/0/exposedAt', /is exposed at the gateway `edge` and served from `shop`, where nothing is emitted/],
];

function without<T extends object, K extends keyof T>(value: T, key: K): Omit<T, K> {
  const { [key]: _gone, ...rest } = value;
  return rest;
}

const lossesOf = (declared: Policy, place: Platform) => lower(declared, place, noPlacement).losses;

describe('what a gateway can\'t do is said', () => {
  it.each(cases)('%s: %s', (_, code, declared, place, pointer, message) => {
    const found = lossesOf(declared, place).filter(isError);
    expect(found.map((loss) => loss.code)).toContain(code);
    const loss = found.find((each) => each.code === code && each.pointer === pointer);
    expect(loss?.message, JSON.stringify(found)).toMatch(message);
    expect(loss?.help).toMatch(/^\S[^]{8,}[^.]$/);
  });
  it.each(notices)('%s: %s, and it compiles', (_, code, declared, place, pointer, message) => {
    const found = lossesOf(declared, place);
    expect(found.filter(isError)).toEqual([]);
    expect(found.find((each) => each.code === code && each.pointer === pointer)?.message, JSON.stringify(found)).toMatch(message);
  });
  it('for every code of its hundred', () => {
    const own = catalogue.map(({ code }) => code).filter((code) => code.startsWith('CS32'));
    expect([...new Set([...cases, ...notices].map(([, code]) => code))].sort()).toEqual(own);
  });
  it('and of one of everything nothing', () => expect(lossesOf(retail, behindGateway())).toEqual([]));
  it.each([
    ['a bundle that trust-manager copies', one([]), withBundle({ upstream: tls }, 'pki', { issuer: { kind: 'ClusterIssuer', name: 'ca', duration: 86_400, trustManager: true } })],
    ['two APIs on different paths of one host', estate(['orders', 'web'], [orders(), exposed('web', 'api.example.com', [http('home', 'GET', '/'), http('write', 'POST', '/orders')], { home: [[[people('shoppers')]]], write: [[[people('shoppers')]]] })]), behindGateway()],
    ['anyone on no condition, and people', estate(['orders'], [orders({ read: [[[anyone]], [[people('shoppers')], { kind: 'mfa' }]] })]), behindGateway()],
    ['a later version', one([]), behindGateway({ version: '1.10.2' })],
    ['a port that is no privileged one', one([]), behindGateway({ port: 8443, containerPort: 8443 })],
    ['a privileged port of the container', one([]), behindGateway({ containerPort: 443 })],
    ['a long list of values', one([{ kind: 'claim', claim: 'groups', anyOf: Array.from({ length: 200 }, (_, index) => `group-${index}`) }]), behindGateway()],
  ] as const)('%s compiles', (_, declared, place) => expect(lossesOf(declared, place).filter(isError)).toEqual([]));
});
