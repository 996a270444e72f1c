import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWithEngines } from '../engine.ts';
import { certificateAuthority, selfSigned, type Identity } from './certificates.ts';
import type { Manifest } from './manifest.ts';
import { serveIstio, type ServedIstio } from './serve-istio.ts';
import { tokenIssuer, type TokenIssuer } from './tokens.ts';
import { translateIstio, validateIstio } from './translate-istio.ts';

const meshConfig = {
  trustDomain: 'corp.example',
  pathNormalization: { normalization: 'DECODE_AND_MERGE_SLASHES' },
  meshMTLS: { minProtocolVersion: 'TLSV1_3' },
};

const orders: Manifest = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'orders', namespace: 'shop', labels: { 'istio.io/use-waypoint': 'waypoint' } },
  spec: { selector: { app: 'orders' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'tcp-db', port: 5432 }] },
};

const security = (kind: string, name: string, spec: Record<string, unknown>): Manifest => ({
  apiVersion: 'security.istio.io/v1',
  kind,
  metadata: { name, namespace: 'shop' },
  spec,
});

/** What both data planes are asked for; they differ in what a policy attaches to. */
const policies = (attached: Record<string, unknown>): Manifest[] => [
  security('PeerAuthentication', 'default', { mtls: { mode: 'STRICT' } }),
  security('RequestAuthentication', 'people', {
    ...attached,
    jwtRules: [{ issuer: 'https://login.example.com', audiences: ['shop'], jwksUri: 'https://login.example.com/keys', fromHeaders: [{ name: 'authorization', prefix: 'Bearer ' }] }],
  }),
  security('AuthorizationPolicy', 'orders', {
    ...attached,
    action: 'ALLOW',
    rules: [
      { from: [{ source: { principals: ['corp.example/ns/shop/sa/web'] } }], to: [{ operation: { methods: ['GET'], paths: ['/orders', '/orders/{*}'] } }] },
      {
        from: [{ source: { principals: ['corp.example/ns/shop/sa/desk'], requestPrincipals: ['https://login.example.com/*'] } }],
        to: [{ operation: { methods: ['GET'], paths: ['/admin'] } }],
        when: [{ key: 'request.auth.claims[role]', values: ['support'] }],
      },
    ],
  }),
];

const keys = 'https://login.example.com/keys';
const ask = { host: 'orders.shop.svc.cluster.local' } as const;

describeWithEngines(['envoy', 'xlate'], "pilot's translation in a real Envoy", () => {
  let issuer: TokenIssuer;
  beforeAll(async () => void (issuer = await tokenIssuer({ issuer: 'https://login.example.com' })));

  describe.each(['sidecar', 'waypoint'] as const)('a %s', (dataPlane) => {
    let mesh: ServedIstio;
    const waypoint = dataPlane === 'waypoint';
    const to = waypoint ? { service: 'shop/orders', port: 80 } : { port: 8080 };
    const echo = waypoint ? 'inbound-vip|80|http|orders.shop.svc.cluster.local' : 'inbound|8080||';
    const gateway: Manifest = {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'waypoint', namespace: 'shop' },
      spec: { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15_008, protocol: 'HBONE' }] },
    };
    const attached = waypoint ? { targetRefs: [{ group: '', kind: 'Service', name: 'orders' }] } : { selector: { matchLabels: { app: 'orders' } } };

    beforeAll(async () => {
      mesh = await serveIstio({
        dataPlane,
        objects: [orders, ...(waypoint ? [gateway] : []), ...policies(attached)],
        workload: waypoint ? { namespace: 'shop', name: 'waypoint' } : { namespace: 'shop', name: 'orders-1', serviceAccount: 'orders', labels: { app: 'orders' } },
        meshConfig,
        jwks: { [keys]: issuer.jwks },
      });
    }, 90_000);
    afterAll(async () => mesh?.stop());

    const status = async (as: string | Identity, path: string, more: { method?: string; headers?: Record<string, string> } = {}): Promise<number> =>
      (await mesh.request({ ...ask, ...to, as, path, ...more })).status;

    it('lets the granted caller through, and the echo server says what arrived', async () => {
      const answer = await mesh.request({ ...ask, ...to, as: 'shop/web', path: '/orders/7?full=1' });
      expect(answer).toMatchObject({ status: 200, arrived: { at: echo, method: 'GET', path: '/orders/7?full=1' } });
    });

    it('speaks HTTP/2 too', async () => expect(await mesh.http2({ ...ask, ...to, as: 'shop/web', path: '/orders' })).toMatchObject({ status: 200 }));

    it.each<[string, string, string, number]>([
      ['another caller', 'shop/batch', '/orders', 403],
      ['the same name in another namespace', 'other/web', '/orders', 403],
      ['another method', 'shop/web', '/orders', 403],
      ['another path', 'shop/web', '/orders/7/lines', 403],
      ['slashes that are merged', 'shop/web', '//orders', 200],
      ['an encoded slash that is decoded', 'shop/web', '/orders%2f7%2flines', 403],
      ['dots that lead elsewhere', 'shop/web', '/orders/../admin', 403],
    ])('%s', async (name, as, path, expected) => expect(await status(as, path, name === 'another method' ? { method: 'POST' } : {})).toBe(expected));

    it.each<[string, () => Promise<string | undefined>, number]>([
      ['a good token', () => issuer.sign({ sub: 'ann', aud: 'shop', role: 'support' }), 200],
      ['no token', async () => undefined, 403],
      ['the wrong role', () => issuer.sign({ sub: 'ann', aud: 'shop', role: 'guest' }), 403],
      ['another audience', () => issuer.sign({ sub: 'ann', aud: 'bank', role: 'support' }), 403],
      ['no algorithm', async () => issuer.unsigned({ sub: 'ann', aud: 'shop', role: 'support' }), 401],
      ["a stranger's signature", () => issuer.signedByStranger({ sub: 'ann', aud: 'shop', role: 'support' }), 401],
      ['an old token', () => issuer.sign({ sub: 'ann', aud: 'shop', role: 'support', exp: 1_000_000_000 }), 401],
      // Neither Istio nor Envoy asks for an end.
      ['a token without an end', () => issuer.sign({ sub: 'ann', aud: 'shop', role: 'support', exp: undefined }), 200],
    ])('%s where a person is asked for', async (_, token, expected) => {
      const given = await token();
      expect(await status('shop/desk', '/admin', given === undefined ? {} : { headers: { authorization: `Bearer ${given}` } })).toBe(expected);
    });

    it('a token does not stand in for a caller', async () => {
      const headers = { authorization: `Bearer ${await issuer.sign({ sub: 'ann', aud: 'shop', role: 'support' })}` };
      expect(await status('shop/batch', '/admin', { headers })).toBe(403);
    });

    it('refuses connections that no identity of the mesh stands behind', async () => {
      const uris = ['spiffe://corp.example/ns/shop/sa/web'];
      const impostors = [
        await selfSigned({ uris }),
        await (await certificateAuthority('mesh')).issue({ uris }),
        await mesh.authority.issue({ uris, validity: 'expired' }),
        await mesh.authority.issue({ uris: ['spiffe://cluster.local/ns/shop/sa/web'] }),
      ];
      for (const impostor of impostors) expect(await status(impostor, '/orders')).toBe(0);
      expect((await mesh.request({ ...ask, ...to, as: 'plain text', path: '/orders' })).status).toBe(0);
    });

    it("closes a TCP port's connection that no ALLOW is for", async () => {
      const port = waypoint ? { service: 'shop/orders', port: 5432 } : { port: 5432 };
      expect((await mesh.request({ ...ask, ...port, as: 'shop/web', path: '/orders' })).status).toBe(0);
    });
  });
});

describeWithEngines(['xlate', 'ivalidate'], "Istio's word on single objects", () => {
  const policy = (name: string, spec: Record<string, unknown>): Manifest => security('AuthorizationPolicy', name, spec);
  const principals = { source: { principals: ['corp.example/ns/shop/sa/web'] } };

  it.each<[string, Manifest, string]>([
    ['an unknown condition', policy('a', { rules: [{ when: [{ key: 'request.nothing', values: ['x'] }] }] }), 'unknown attribute'],
    ['service accounts beside principals', policy('a', { rules: [{ from: [{ source: { principals: ['x'], serviceAccounts: ['y/z'] } }] }] }), 'serviceAccounts'],
    ['a selector beside targets', policy('a', { selector: { matchLabels: { a: 'b' } }, targetRefs: [{ group: '', kind: 'Service', name: 'a' }] }), 'targetRef'],
    ['a key set that is none', security('RequestAuthentication', 'a', { jwtRules: [{ issuer: 'x', jwks: '{' }] }), 'jwks'],
  ])('the validator refuses %s', async (_, object, reason) => {
    const [verdict] = await validateIstio([object]);
    expect(verdict?.error).toContain(reason);
  });

  it('the validator judges each object alone, and knows which are not its own', async () => {
    const bad = policy('bad', { rules: [{ when: [{ key: 'request.nothing', values: ['x'] }] }] });
    const verdicts = await validateIstio([bad, policy('good', { rules: [{ from: [principals] }] }), orders]);
    expect(verdicts.map(({ name, known, error }) => [name, known, error === undefined])).toEqual([['bad', true, false], ['good', true, true], ['orders', false, true]]);
  });

  it('the validator does not see a misspelt field: that is the schema\'s affair', async () =>
    expect(await validateIstio([policy('a', { rulez: [] })])).toEqual([{ kind: 'AuthorizationPolicy', namespace: 'shop', name: 'a', known: true }]));

  it('istiod tells ztunnel of peers and ports, and leaves out rules that need HTTP', async () => {
    const { ztunnel } = await translateIstio({
      ambient: true,
      objects: [
        policy('l4', { selector: { matchLabels: { app: 'orders' } }, rules: [{ from: [principals], to: [{ operation: { ports: ['8080'] } }] }] }),
        policy('l7', { action: 'ALLOW', rules: [{ from: [principals], to: [{ operation: { ports: ['8080'], methods: ['GET'] } }] }] }),
        policy('deny-l7', { action: 'DENY', rules: [{ to: [{ operation: { methods: ['DELETE'] } }] }] }),
        policy('custom', { action: 'CUSTOM', provider: { name: 'x' }, rules: [{}] }),
      ],
    });
    const of = (name: string) => ztunnel?.authorizations.find(({ source }) => source === `AuthorizationPolicy shop/${name}`);
    expect(of('l4')?.authorization).toEqual({
      name: 'l4',
      namespace: 'shop',
      scope: 'WORKLOAD_SELECTOR',
      groups: [{ rules: [{ matches: [{ destinationPorts: [8080] }] }, { matches: [{ principals: [{ exact: 'corp.example/ns/shop/sa/web' }] }] }] }],
    });
    expect(of('l7')).toMatchObject({ authorization: { scope: 'NAMESPACE' }, reason: 'UnsupportedValue', message: expect.stringContaining('found: methods') as string });
    expect(of('l7')?.authorization).not.toHaveProperty('groups');
    // ztunnel skips an empty match: this denies nothing.
    expect(of('deny-l7')?.authorization).toMatchObject({ action: 'DENY', groups: [{ rules: [{ matches: [{}] }] }] });
    expect(of('custom')?.authorization).toBeUndefined();
  });
});
