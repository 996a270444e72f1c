import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWithEngines } from '../engines/engine.ts';
import { certificateAuthority, selfSigned, type Authority, type Identity } from '../engines/envoy/certificates.ts';
import type { Manifest } from '../engines/envoy/manifest.ts';
import { serveGateway, type ServedGateway } from '../engines/envoy/serve-gateway.ts';
import { gatewayClass, gatewayGroup, httpRoute, securityPolicy, service } from './cel-gateway.ts';

const acme = 'spiffe://acme.example/buyer';
const expressions = {
  uri: `connection.uri_san_peer_certificate == '${acme}'`,
  dns: `connection.dns_san_peer_certificate == 'buyer.acme.example'`,
  mtls: 'connection.mtls',
  subject: `connection.subject_peer_certificate == 'CN=buyer'`,
  digest: 'size(connection.sha256_peer_certificate_digest) == 64',
  sni: `connection.requested_server_name == 'partners.example.com'`,
};

const listener = (name: string, hostname: string, certificate: string): Record<string, unknown> => ({
  name,
  protocol: 'HTTPS',
  port: 443,
  hostname,
  tls: { certificateRefs: [{ name: certificate }] },
});

function edge(certificates: { partners: string; shop: string }): Manifest {
  const listeners = [listener('partners', 'partners.example.com', certificates.partners), listener('shop', 'shop.example.com', certificates.shop)];
  return { apiVersion: `${gatewayGroup}/v1`, kind: 'Gateway', metadata: { name: 'edge', namespace: 'shop' }, spec: { gatewayClassName: 'eg', listeners } };
}

function clientTraffic(name: string, section: string | undefined, spec: Record<string, unknown>): Manifest {
  const target = { group: gatewayGroup, kind: 'Gateway', name: 'edge', ...(section === undefined ? {} : { sectionName: section }) };
  return { apiVersion: 'gateway.envoyproxy.io/v1alpha1', kind: 'ClientTrafficPolicy', metadata: { name, namespace: 'shop' }, spec: { targetRefs: [target], ...spec } };
}

const validation = (extra: Record<string, unknown> = {}): Record<string, unknown> => ({
  tls: { clientValidation: { caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'partner-ca' }], ...extra } },
});

const open = (section: string): Manifest =>
  httpRoute(`${section}-open`, [{ matches: [{ path: { type: 'PathPrefix', value: '/open' } }], backendRefs: [{ name: section, port: 80 }] }], {
    parentRefs: [{ name: 'edge', sectionName: section }],
    hostnames: [`${section}.example.com`],
  });

const routes = Object.entries(expressions).flatMap(([name, cel]) => [
  httpRoute(name, [{ matches: [{ path: { type: 'Exact', value: `/${name}` } }], backendRefs: [{ name: 'partners', port: 80 }] }], {
    parentRefs: [{ name: 'edge', sectionName: 'partners' }],
    hostnames: ['partners.example.com'],
  }),
  securityPolicy(name, { kind: 'HTTPRoute', name }, { authorization: { defaultAction: 'Deny', rules: [{ name: 'only', action: 'Allow', cel }] } }),
]);

const buyer = { commonName: 'buyer', uris: [acme, 'spiffe://acme.example/second'], dns: ['buyer.acme.example', 'second.acme.example'] };

describeWithEngines(['envoy', 'egxlate'], 'two HTTPS listeners on one port, one of them asking for client certificates', () => {
  let partnerCa: Authority;
  let gatewayCa: Authority;
  let gateway: ServedGateway;
  const clients: Record<string, Identity> = {};

  const serve = async (certificates: { partners: string; shop: string }, ...objects: Manifest[]): Promise<ServedGateway> =>
    serveGateway({
      objects: [gatewayClass, edge(certificates), service('partners'), service('shop'), open('partners'), open('shop'), ...objects],
      certificates: {
        'shop/partners-tls': await gatewayCa.issue({ dns: ['partners.example.com'] }),
        'shop/shop-tls': await gatewayCa.issue({ dns: ['shop.example.com'] }),
        'shop/both-tls': await gatewayCa.issue({ dns: ['partners.example.com', 'shop.example.com'] }),
      },
      authorities: { 'shop/partner-ca': partnerCa.certificate },
    });
  const own = { partners: 'partners-tls', shop: 'shop-tls' };

  beforeAll(async () => {
    [partnerCa, gatewayCa] = await Promise.all([certificateAuthority('partners'), certificateAuthority('gateway')]);
    const impostor = await certificateAuthority('partners');
    Object.assign(clients, {
      good: await partnerCa.issue(buyer),
      reversed: await partnerCa.issue({ ...buyer, uris: [...buyer.uris].reverse(), dns: [...buyer.dns].reverse() }),
      nameless: await partnerCa.issue({ commonName: 'buyer' }),
      intermediate: await (await partnerCa.intermediate('partners, second floor')).issue(buyer),
      stranger: await impostor.issue(buyer),
      'self-signed': await selfSigned(buyer),
      expired: await partnerCa.issue({ ...buyer, validity: 'expired' }),
      'not yet valid': await partnerCa.issue({ ...buyer, validity: 'future' }),
      "a server's": await partnerCa.issue({ ...buyer, usage: 'server' }),
    });
    gateway = await serve(own, ...routes, clientTraffic('partners', 'partners', validation()));
  }, 90_000);
  afterAll(async () => gateway?.stop());

  const asked = async (path: string, client: string | undefined): Promise<number> => {
    const identity = client === undefined ? undefined : clients[client];
    return (await gateway.request({ host: 'partners.example.com', path, tls: identity === undefined ? {} : { client: identity } })).status;
  };

  it.each([undefined, 'stranger', 'self-signed', 'expired', 'not yet valid', "a server's"])('with the certificate %s there is no connection', async (client) =>
    expect(await asked('/open', client)).toBe(0));
  it.each(['good', 'intermediate'])('with the certificate %s there is', async (client) => expect(await asked('/open', client)).toBe(200));

  it.each(Object.keys(expressions))('CEL sees %s', async (name) => expect(await asked(`/${name}`, 'good')).toBe(200));
  it.each<[string, Record<keyof typeof expressions, number>]>([
    // Of several names of a kind, CEL sees the first.
    ['reversed', { uri: 403, dns: 403, mtls: 200, subject: 200, digest: 200, sni: 200 }],
    ['nameless', { uri: 403, dns: 403, mtls: 200, subject: 200, digest: 200, sni: 200 }],
  ])('of the certificate %s it sees', async (client, expected) => {
    const seen = await Promise.all(Object.keys(expressions).map(async (name) => [name, await asked(`/${name}`, client)]));
    expect(Object.fromEntries(seen)).toEqual(expected);
  });

  describe.each(['request', 'http2'] as const)('%s', (how) => {
    const through = async (serverName: string | undefined, host: string): Promise<number> =>
      (await gateway[how]({ host, path: '/open', tls: { ...(serverName === undefined ? {} : { serverName }), ...(serverName === 'partners.example.com' ? { client: clients['good']! } : {}) } })).status;
    it('with the SNI of one listener and the Host of the other finds no route', async () => {
      expect(await through('shop.example.com', 'partners.example.com')).toBe(404);
      expect(await through('partners.example.com', 'shop.example.com')).toBe(404);
    });
    it('with SNI and Host of one listener reaches it', async () => {
      expect(await through('shop.example.com', 'shop.example.com')).toBe(200);
      expect(await through('partners.example.com', 'partners.example.com')).toBe(200);
    });
  });

  it('is a filter chain with TLS and routes of its own for each listener', () => {
    const [listener, ...rest] = gateway.config.listeners.filter(({ name }) => String(name).startsWith('shop/'));
    expect(rest).toEqual([]);
    const chains = listener?.['filterChains'] as { filterChainMatch: unknown; transportSocket: { typedConfig: Record<string, unknown> } }[];
    expect(chains.map(({ filterChainMatch }) => filterChainMatch)).toEqual([{ serverNames: ['partners.example.com'] }, { serverNames: ['shop.example.com'] }]);
    expect(chains.map(({ transportSocket }) => transportSocket.typedConfig['requireClientCertificate'])).toEqual([true, undefined]);
    expect(gateway.config.routes.map(({ name }) => name)).toEqual(expect.arrayContaining(['shop/edge/partners', 'shop/edge/shop']));
  });

  it.each([undefined, 'other.example.com'])('with the SNI %s there is no connection', async (serverName) => {
    // An address gets no SNI, so the name must be absent from the destination too.
    const answer = await gateway.raw({ requestLine: 'GET /open HTTP/1.1', headerLines: ['host: shop.example.com'], tls: serverName === undefined ? {} : { serverName } });
    expect(answer.status).toBe(0);
  });

  it("a client's own certificate header does not arrive", async () => {
    const { arrived } = await gateway.request({
      host: 'partners.example.com', path: '/open', tls: { client: clients['good']! }, headers: { 'x-forwarded-client-cert': 'URI=spiffe://evil.example/x' },
    });
    expect(arrived?.headers).not.toHaveProperty('x-forwarded-client-cert');
  });

  it('subjectAltNames are looked for among all names of the certificate', async () => {
    const strict = await serve(own, clientTraffic('partners', 'partners', validation({ subjectAltNames: { uris: [{ type: 'Exact', value: acme }] } })));
    try {
      const status = async (client: string): Promise<number> =>
        (await strict.request({ host: 'partners.example.com', path: '/open', tls: { client: clients[client]! } })).status;
      expect(await Promise.all(['good', 'reversed', 'nameless', 'stranger'].map(status))).toEqual([200, 200, 0, 0]);
    } finally {
      await strict.stop();
    }
  });

  it("a listener's policy replaces the Gateway's, it does not add to it", async () => {
    const hygiene = clientTraffic('hygiene', undefined, { path: { escapedSlashesAction: 'RejectRequest' } });
    const both = await serve(own, hygiene, clientTraffic('partners', 'partners', validation()));
    try {
      const status = async (section: string): Promise<number> =>
        (await both.request({ host: `${section}.example.com`, path: '/open%2fx', tls: { client: clients['good']! } })).status;
      expect(await status('shop')).toBe(400);
      expect(await status('partners')).toBe(307);
    } finally {
      await both.stop();
    }
  });

  it('a certificate for both names costs both listeners HTTP/2, and separates them no less', async () => {
    const shared = await serve({ partners: 'both-tls', shop: 'both-tls' }, clientTraffic('partners', 'partners', validation()));
    try {
      expect(shared.translation.warnings).toContainEqual(expect.stringContaining('OverlappingTLSConfig is True'));
      expect(await shared.http2({ host: 'shop.example.com', path: '/open' })).toMatchObject({ refused: 'HTTP/2 was not negotiated' });
      expect(await shared.request({ host: 'partners.example.com', path: '/open', tls: { serverName: 'shop.example.com' } })).toMatchObject({ status: 404 });
    } finally {
      await shared.stop();
    }
  });
});
