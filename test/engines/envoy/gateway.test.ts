import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithEngines } from '../engine.ts';
import { certificateAuthority, type Authority } from './certificates.ts';
import type { Manifest } from './manifest.ts';
import { serveGateway, type ServedGateway } from './serve-gateway.ts';
import { tokenIssuer, type TokenIssuer } from './tokens.ts';
import { translateGateway } from './translate-gateway.ts';

const gatewayClass: Manifest = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'GatewayClass',
  metadata: { name: 'eg' },
  spec: { controllerName: 'gateway.envoyproxy.io/gatewayclass-controller' },
};

const service = (name: string, port: number): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop' },
  spec: { ports: [{ port, targetPort: 8080 }] },
});

const objects: Manifest[] = [
  gatewayClass,
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'edge', namespace: 'shop' },
    spec: {
      gatewayClassName: 'eg',
      listeners: [
        {
          name: 'https',
          protocol: 'HTTPS',
          port: 443,
          hostname: 'shop.example.com',
          tls: { certificateRefs: [{ name: 'shop-tls' }] },
          allowedRoutes: { namespaces: { from: 'Selector', selector: { matchLabels: { team: 'retail' } } } },
        },
      ],
    },
  },
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { team: 'retail' } } },
  service('orders', 80),
  service('ledger', 443),
  service('greeter', 50_051),
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'orders', namespace: 'shop' },
    spec: {
      parentRefs: [{ name: 'edge' }],
      hostnames: ['shop.example.com'],
      rules: [
        { matches: [{ path: { type: 'PathPrefix', value: '/orders' } }], backendRefs: [{ name: 'orders', port: 80 }] },
        { matches: [{ path: { type: 'PathPrefix', value: '/ledger' } }], backendRefs: [{ name: 'ledger', port: 443 }] },
      ],
    },
  },
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GRPCRoute',
    metadata: { name: 'greeter', namespace: 'shop' },
    spec: {
      parentRefs: [{ name: 'edge' }],
      hostnames: ['shop.example.com'],
      rules: [{ matches: [{ method: { service: 'greet.Greeter', method: 'Hello' } }], backendRefs: [{ name: 'greeter', port: 50_051 }] }],
    },
  },
  {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'BackendTLSPolicy',
    metadata: { name: 'ledger', namespace: 'shop' },
    spec: {
      targetRefs: [{ group: '', kind: 'Service', name: 'ledger' }],
      validation: { hostname: 'ledger.shop.svc', caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'backend-ca' }] },
    },
  },
  {
    apiVersion: 'gateway.envoyproxy.io/v1alpha1',
    kind: 'SecurityPolicy',
    metadata: { name: 'orders', namespace: 'shop' },
    spec: {
      targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: 'orders' }],
      jwt: {
        providers: [{ name: 'staff', issuer: 'https://login.example.com', audiences: ['orders'], remoteJWKS: { uri: 'https://login.example.com/keys' } }],
      },
      authorization: {
        defaultAction: 'Deny',
        rules: [{ name: 'admins', action: 'Allow', principal: { jwt: { provider: 'staff', claims: [{ name: 'role', values: ['admin'] }] } } }],
      },
    },
  },
];

describeWithEngines(['envoy', 'egxlate'], "Envoy Gateway's translation in a real Envoy", () => {
  let authority: Authority;
  let issuer: TokenIssuer;
  let gateway: ServedGateway;
  const bearer = (token: string): { authorization: string } => ({ authorization: `Bearer ${token}` });
  const admin = { aud: 'orders', sub: 'ann', role: 'admin' };

  beforeAll(async () => {
    authority = await certificateAuthority('shop');
    issuer = await tokenIssuer({ issuer: 'https://login.example.com' });
    gateway = await serveGateway({
      objects,
      certificates: { 'shop/shop-tls': await authority.issue({ dns: ['shop.example.com'] }) },
      authorities: { 'shop/backend-ca': authority.certificate },
      jwks: { 'https://login.example.com/keys': issuer.jwks },
      backends: { 'shop/ledger': { identity: await authority.issue({ dns: ['ledger.shop.svc'] }) } },
    });
  }, 90_000);
  afterAll(async () => gateway?.stop());

  it('lets a good token through, and the echo server says what arrived', async () => {
    const answer = await gateway.request({ host: 'shop.example.com', path: '/orders/7?full=1', headers: bearer(await issuer.sign(admin)), tls: { trust: authority.certificate } });
    expect(answer).toMatchObject({ status: 200, arrived: { at: 'shop/orders', method: 'GET', path: '/orders/7?full=1', host: 'shop.example.com' } });
    expect(gateway.echoes['shop/orders']?.arrived.at(-1)?.path).toBe('/orders/7?full=1');
  });

  it.each([
    ['no token', async () => ({}), 401],
    ['no algorithm', async () => bearer(issuer.unsigned(admin)), 401],
    ['the public key as a secret', async () => bearer(await issuer.signedWithPublicKey(admin)), 401],
    ["a stranger's signature", async () => bearer(await issuer.signedByStranger(admin)), 401],
    ['a token past its time', async () => bearer(await issuer.sign({ ...admin, exp: 1_000_000_000 })), 401],
    ['a token for another audience', async () => bearer(await issuer.sign({ ...admin, aud: 'carts' })), 403],
    ['the wrong role', async () => bearer(await issuer.sign({ ...admin, role: 'guest' })), 403],
  ])('refuses %s', async (_, headers, status) => {
    expect(await gateway.request({ host: 'shop.example.com', path: '/orders', headers: await headers() })).toMatchObject({ status });
  });

  it('speaks HTTP/2 to clients, and TLS that it verifies to a backend', async () => {
    const answer = await gateway.http2({ host: 'shop.example.com', path: '/ledger', headers: bearer(await issuer.sign(admin)) });
    expect(answer).toMatchObject({ status: 200, arrived: { at: 'shop/ledger' } });
  });

  it('carries gRPC', async () => {
    expect(await gateway.grpc({ host: 'shop.example.com', path: '/greet.Greeter/Hello' })).toMatchObject({ status: 200, grpcStatus: 0 });
    expect(gateway.echoes['shop/greeter']?.arrived.at(-1)).toMatchObject({ method: 'POST', path: '/greet.Greeter/Hello', protocol: '2.0' });
    expect(await gateway.grpc({ host: 'shop.example.com', path: '/greet.Greeter/Bye' })).toMatchObject({ grpcStatus: 12 });
  });

  it('refuses a connection for a name that no listener has', async () => {
    expect(await gateway.request({ host: 'other.example.com', path: '/orders' })).toMatchObject({ status: 0 });
  });

  it.each<[string, Manifest[], string]>([
    ['a reference to a Secret that is not there', objects.filter(({ kind }) => kind !== 'SecurityPolicy'), 'ResolvedRefs is False'],
    ['a policy for a route that is not there', [...objects, { ...objects.at(-1)!, metadata: { name: 'lost', namespace: 'shop' }, spec: { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: 'lost' }] } }], 'SecurityPolicy shop/lost has no status'],
    ['an object that the schema refuses', [{ ...gatewayClass, spec: {} }], 'GatewayClass /eg is refused'],
  ])('tells of %s', async (_, given, problem) => {
    const { problems } = await translateGateway({ objects: given });
    expect(problems).toContainEqual(expect.stringContaining(problem));
  });
});
