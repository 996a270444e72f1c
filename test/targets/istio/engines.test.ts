import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IdentityProvider, Platform, Policy } from '#ir';
import type { Hop, HttpFacts } from '#spec';
import { istio } from '#targets';
import { describeWithEngines } from '../../engines/engine.ts';
import type { Manifest } from '../../engines/envoy/manifest.ts';
import { serveIstio, type Inwards, type ServedIstio } from '../../engines/envoy/serve-istio.ts';
import type { Answer } from '../../engines/envoy/send.ts';
import { tokenIssuer, type TokenIssuer } from '../../engines/envoy/tokens.ts';
import { translateIstio, validateIstio, type ZtunnelAuthorization } from '../../engines/envoy/translate-istio.ts';
import { startApiServer, type ApiServer } from '../../engines/kubernetes/apiserver.ts';
import { applyCrds } from '../../engines/kubernetes/crds.ts';
import { applyServerSide, createNamespace } from '../../engines/kubernetes/objects.ts';
import { worlds, type World } from './arbitrary.ts';
import { cases } from './cases.ts';
import { noPlacement } from './estate.ts';

const sampled = (dataPlane: 'ambient' | 'sidecar', count: number, seed: number): readonly World[] => fc.sample(worlds(dataPlane), { numRuns: count, seed });
const emitted = ({ policy, platform }: World) => istio.emit(istio.lower(policy, platform, noPlacement).plan);
const manifests = (world: World): Manifest[] => emitted(world).map(({ object }) => object as unknown as Manifest);
const [exposed, outside] = cases['exposed-by-service']!;
const estates: readonly (readonly [string, World])[] = [
  ['exposed to what has a pod\'s address', { policy: exposed, platform: { ...outside, podCidrs: ['127.0.0.0/16'] } }],
  ...Object.entries(cases).map(([name, [policy, platform]]) => [name, { policy, platform }] as const),
  ...sampled('ambient', 4, 7).map((world, index) => [`ambient, sampled ${index}`, world] as const), ...sampled('sidecar', 4, 11).map((world, index) => [`sidecar, sampled ${index}`, world] as const),
];

describeWithEngines(['ivalidate'], 'Istio\'s own validator', () => {
  it('accepts every object of every estate, without a warning', async () => {
    const objects = [...estates.map(([, world]) => world), ...sampled('ambient', 40, 1), ...sampled('sidecar', 40, 2)].flatMap(manifests);
    const verdicts = await validateIstio(objects);
    expect(verdicts).toHaveLength(objects.length);
    expect(verdicts.filter(({ error, warning }) => error !== undefined || warning !== undefined)).toEqual([]);
    expect(verdicts.filter(({ known }) => known).length).toBeGreaterThan(200);
  });
});

describeWithEngines(['etcd', 'kube-apiserver', 'crds'], 'an API server with Istio\'s definitions and those of Gateway API', () => {
  let api: ApiServer;
  beforeAll(async () => {
    api = await startApiServer();
    await applyCrds(api, ['istio', 'gateway-api']);
    for (const name of new Set(estates.flatMap(([, world]) => emitted(world).map(({ object }) => object.metadata.namespace!)))) await createNamespace(api, name);
  }, 180_000);
  afterAll(async () => api?.stop());

  it.each(estates)('stores every object of %s as it is, without a warning', async (_name, world) => {
    for (const { id, object } of emitted(world)) {
      const { object: stored, status, warnings } = await applyServerSide(api, object, { force: true });
      expect([id, status < 300, warnings], JSON.stringify(stored)).toEqual([id, true, []]);
      expect((stored as { readonly spec?: object }).spec ?? {}, id).toMatchObject(object.spec as object);
    }
  }, 120_000);
});

const meshConfig = ({ mesh }: Platform) => ({ trustDomain: mesh!.trustDomain, pathNormalization: { normalization: mesh!.pathNormalization }, meshMTLS: { minProtocolVersion: 'TLSV1_3' } });

/** The Services of an estate, as their owners would write and label them. */
function services({ policy, platform }: World): Manifest[] {
  return policy.workloads.flatMap(({ kubernetes: facts }) => [...new Set(facts!.services.map(({ name }) => name))].map((name): Manifest => ({
    apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: facts!.namespace, labels: { 'istio.io/use-waypoint': platform.mesh!.waypoint } },
    spec: {
      selector: facts!.selector,
      ports: facts!.services.filter((each) => each.name === name).map(({ port, targetPort }) => ({ name: `http-${port}`, port, targetPort: typeof targetPort === 'number' ? targetPort : facts!.ports.find((each) => each.name === targetPort)!.number })),
    },
  })));
}

describeWithEngines(['xlate', 'envoy'], 'a real Envoy, configured by Istio\'s own translator', () => {
  const issuers = new Map<string, TokenIssuer>();
  beforeAll(async () => { for (const provider of cases['ambient']![0].identityProviders) issuers.set(provider.name, await tokenIssuer({ issuer: provider.issuer })); });

  const good = (name: string, claims: Readonly<Record<string, unknown>>) => ({ name, claims });
  /** A minute is left on either side of each moment: the two clocks are not one. */
  const tokens = [
    undefined,
    good('staff', { aud: 'retail', sub: 's', groups: ['support-leads'], amr: ['mfa'], scope: 'read write orders:read', realm: { roles: ['admin'] }, device_trust: 'managed' }),
    good('staff', { aud: ['retail', 'x'], groups: ['ops'], amr: 'pwd', permission: 'read' }),
    good('staff', { aud: 'retail', groups: 'support-leads', scope: ' write  read', realm: { roles: 'admin' }, amr: 'hwk' }),
    good('shop', { aud: 'store', groups: ['support-leads'], scope: 'read', device_trust: 'managed', amr: ['mfa'] }),
    good('shop', { aud: 'https://store-app/', sub: 7 }),
    good('staff', { aud: 'another', groups: ['support-leads'], amr: ['mfa'] }),
    good('staff', { aud: 'retail', groups: ['support-leads'], amr: ['mfa'], expiresIn: -30 }),
    good('staff', { aud: 'retail', groups: ['support-leads'], amr: ['mfa'], expiresIn: -120 }),
    good('staff', { aud: 'retail', groups: ['support-leads'], amr: ['mfa'], startsIn: 30 }),
    good('staff', { aud: 'retail', groups: ['support-leads'], amr: ['mfa'], startsIn: 120 }),
    good('staff', { aud: 'retail', groups: ['support-leads'], amr: ['mfa'], iss: 'https://id.example.com/realms/shop' }),
    good('staff', { aud: 'retail', groups: ['support-leads'], amr: ['mfa'], iss: 'https://nobody.example' }),
  ];
  const paths = [
    '/', '/orders', '/orders/1', '/orders/export', '/orders/feed', '/orders/a:b', '/orders/1/lines', '/orders/1/lines/2', '/orders/metrics', '/admin', '/admin/x', '/admin/repair', '/ordersfoo', '/metrics', '/shop.Service/Repair', '/shop.Service/Mend',
    '/orders/', '//orders', '/orders/../orders', '/orders/%65xport', '/orders%2Fexport', '/orders/x%2F..%2Fexport', '/orders/a%3Ab', '/orders/a%3ab', '/orders/export;x=1', '/orders;x/1', '/orders/a*b', '/orders/a=b', '/orders/1%20x', '/ORDERS', '/orders\\export',
    '/admin/', '/orders/1/', '/orders/1//lines', '/%2e%2e/orders', '/orders/%C3%A9', '/orders/a|b', '/orders/.', '/orders/..', '/orders/a%00b', '//', '/%2f', '/orders/1?x=/admin/x', '/orders/export?a=/orders/1',
  ];
  interface Ask { readonly http: HttpFacts; readonly headers?: Readonly<Record<string, string>>; readonly raw?: string }
  const upgrading = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==', 'sec-websocket-version': '13' };
  const asks: readonly Ask[] = [
    ...paths.map((path): Ask => ({ http: { method: 'GET', path: path.split('?')[0]! }, raw: path })),
    ...['HEAD', 'POST', 'DELETE', 'OPTIONS', 'PATCH'].flatMap((method) => ['/orders', '/orders/1', '/orders/1/lines', '/admin/repair', '/shop.Service/Repair', '/shop.Service/Mend', '/'].map((path): Ask => ({ http: { method, path } }))),
    ...['/orders/feed', '/orders/1', '/orders', '/admin/x'].flatMap((path): readonly Ask[] => [
      { http: { method: 'GET', path, upgrade: 'websocket' }, headers: upgrading }, { http: { method: 'GET', path, upgrade: 'websocket' }, headers: { ...upgrading, connection: 'keep-alive, upgrade', upgrade: 'WebSocket' } },
      { http: { method: 'POST', path, upgrade: 'websocket' }, headers: upgrading },
      { http: { method: 'GET', path }, headers: { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABkAAQAoAAAAAIAAAAA' } }, { http: { method: 'GET', path }, headers: { upgrade: 'websocket' } },
    ]),
    ...['1', '2'].map((desk): Ask => ({ http: { method: 'GET', path: '/orders/1', headers: { 'x-desk': desk } }, headers: { 'X-Desk': desk } })),
  ];

  const likelyAsks = asks.filter(({ headers, http, raw }) => ['/orders', '/orders/1', '/'].includes(http.path) && (raw ?? http.path) === http.path && http.method === 'GET' && (headers === undefined || 'X-Desk' in headers));

  async function signed(token: (typeof tokens)[number], providers: readonly IdentityProvider[]): Promise<{ readonly facts?: Hop['token']; readonly header?: string }> {
    if (token === undefined) return {};
    const now = Math.floor(Date.now() / 1000), { expiresIn = 300, startsIn, ...rest } = token.claims as { expiresIn?: number; startsIn?: number };
    const claims = { exp: now + expiresIn, ...(startsIn === undefined ? {} : { nbf: now + startsIn }), ...rest }, provider = providers.find(({ name }) => name === token.name), issuer = issuers.get(token.name)!;
    return { header: await issuer.sign(claims), facts: { jwksUri: provider?.jwksUri ?? 'https://nobody.example/keys', claims: { iss: issuer.issuer, ...claims } } };
  }

  /** Where requests go in, and the hop that they then are. */
  interface Entry { readonly to: Omit<Inwards, 'as'>; readonly hop: Omit<Hop, 'http' | 'token' | 'peer'> }
  const callers: readonly (readonly [string, Inwards['as'], Partial<Hop>])[] = [
    ['ui', 'front/ui', { peer: 'spiffe://prod.example.com/ns/front/sa/ui' }], ['the gateway', 'edge-proxies/edge-proxy', { peer: 'spiffe://prod.example.com/ns/edge-proxies/sa/edge-proxy' }],
    ['probe', 'shop/probe', { peer: 'spiffe://prod.example.com/ns/shop/sa/probe' }], ['batch', 'shop/batch', { peer: 'spiffe://prod.example.com/ns/shop/sa/batch' }],
    ['the scraper', 'monitoring/prometheus', { peer: 'spiffe://prod.example.com/ns/monitoring/sa/prometheus' }],
  ];
  /** The address of a connection is loopback's, whatever it says of itself: here that is outside the pods' ranges. */
  const stranger: (typeof callers)[number] = ['somebody without a certificate', 'plain text', { from: { ip: '127.0.0.1' } }];

  /** So many of all combinations, spread evenly by steps of the golden ratio; the callers and tokens that grants ask for come often. */
  function* spread(entries: readonly Entry[], who: typeof callers, count: number) {
    const of = entries.length * who.length * tokens.length * asks.length;
    if (count > 150) for (const entry of entries) for (const caller of who.slice(0, 3)) for (const token of tokens.slice(0, 6)) for (const ask of likelyAsks) yield { entry, caller, token, ask };
    for (let taken = 0, cell = 0; taken < Math.min(count, of); taken++, cell = (cell + Math.floor(of * 0.6180339887498949)) % of) {
      const likely = taken % 3 !== 0; // a third of them by anybody with anything
      yield {
        entry: entries[cell % entries.length]!, caller: who[Math.floor(cell / entries.length) % (likely ? 3 : who.length)]!,
        token: tokens[Math.floor(cell / entries.length / who.length) % (likely ? 6 : tokens.length)], ask: asks[Math.floor(cell / entries.length / who.length / tokens.length) % asks.length]!,
      };
    }
  }

  async function differences(world: World, served: ServedIstio, entries: readonly Entry[], who: typeof callers, count: number): Promise<{ readonly wrong: readonly object[]; readonly through: number; readonly stopped: number }> {
    const decider = istio.interpret(emitted(world), world.platform);
    const wrong: object[] = [];
    let through = 0, stopped = 0;
    for (const { ask: { headers = {}, http, raw }, caller: [name, as, seen], entry: { hop, to }, token } of spread(entries, who, count)) {
      const { facts, header } = await signed(token, world.policy.identityProviders);
      const told = { ...hop, ...seen, http, time: new Date().toISOString(), ...(facts === undefined ? {} : { token: facts }) } as Hop;
      const answer: Answer = await served.request({
        ...to, as, method: http.method, path: raw ?? http.path, host: 'orders.shop', headers: { ...headers, ...(header === undefined ? {} : { authorization: `Bearer ${header}` }) },
      });
      const arrived = answer.status === 200 || answer.status === 101, verdict = decider(told);
      if (arrived) through++; else stopped++;
      if (verdict !== (arrived ? 'allow' : 'deny')) wrong.push({ name, token: token?.claims, http, raw, headers, port: to.port, status: answer.status, verdict });
    }
    return { wrong, through, stopped };
  }

  const jwks = (policy: Policy) => Object.fromEntries(policy.identityProviders.map(({ name, jwksUri }) => [jwksUri, issuers.get(name)!.jwks]));
  /** The hand-made ones are asked more than the sampled ones. */
  const of = (dataPlane: string) => estates.filter(([, { platform }]) => platform.mesh?.dataPlane === dataPlane).map(([name, world]) => [name, world, name.includes('sampled') ? 150 : 600] as const);

  it.each(['sidecar', 'ambient'] as const)('gRPC passes as POST on its name, over HTTP/2: %s', async (name) => {
    const [policy, platform] = cases[name]!, world = { policy, platform }, waypoint = name === 'ambient';
    const served = await serveIstio({
      dataPlane: waypoint ? 'waypoint' : 'sidecar', objects: [...services(world), ...manifests(world)], meshConfig: meshConfig(platform), jwks: jwks(policy),
      workload: waypoint ? { namespace: 'shop', name: 'waypoint' } : { namespace: 'shop', name: 'orders-1', serviceAccount: 'orders', labels: { app: 'orders' } },
    });
    try {
      const call = (as: string, path: string) => served.grpc({ as, path, host: 'orders.shop', port: 9090, ...(waypoint ? { service: 'shop/orders-admin' } : {}) });
      expect((await call('front/ui', '/shop.Service/Repair')).headers['x-echo']).toContain('9090');
      expect([await call('front/ui', '/shop.Service/Other'), await call('shop/batch', '/shop.Service/Repair')].map(({ grpcStatus }) => grpcStatus)).toEqual([7, 7]); // permission denied
    } finally { await served.stop(); }
  }, 120_000);

  describe.each(of('sidecar'))('a sidecar, %s', (_name, world, size) => {
    it('answers as it is read: each request of each caller, with each token', async () => {
      const server = world.policy.workloads.find(({ name }) => name === 'orders' || name === 'web')!, facts = server.kubernetes!;
      const served = await serveIstio({ dataPlane: 'sidecar', objects: [...services(world), ...manifests(world)], workload: { namespace: facts.namespace, name: `${server.name}-1`, serviceAccount: facts.serviceAccount!, labels: facts.selector }, meshConfig: meshConfig(world.platform), jwks: jwks(world.policy) });
      try {
        const entries = facts.ports.map(({ number }): Entry => ({ to: { port: number }, hop: { enforcer: 'mesh', proxy: 'sidecar', direction: 'ingress', from: { namespace: 'front', ip: '127.0.0.1' }, to: { namespace: facts.namespace, podLabels: facts.selector }, port: number, protocol: 'TCP' } }));
        const { stopped, through, wrong } = await differences(world, served, entries, [...callers, stranger], size);
        expect(wrong.slice(0, 3)).toEqual([]);
        if (size > 150) expect(Math.min(through, stopped)).toBeGreaterThan(0);
      } finally { await served.stop(); }
    }, 240_000);
  });

  describe.each(of('ambient').filter(([name]) => name !== 'exposed-port'))('a waypoint, %s', (_name, world, size) => {
    it('answers as it is read: each request of each caller, with each token', async () => {
      const server = world.policy.workloads.find(({ name }) => name === 'orders')!, facts = server.kubernetes!;
      const served = await serveIstio({ dataPlane: 'waypoint', objects: [...services(world), ...manifests(world)], workload: { namespace: facts.namespace, name: 'waypoint' }, meshConfig: meshConfig(world.platform), jwks: jwks(world.policy) });
      try {
        const entries = facts.services.map(({ name, port, targetPort }): Entry => ({
          to: { service: `${facts.namespace}/${name}`, port },
          hop: { enforcer: 'mesh', proxy: 'waypoint', direction: 'ingress', from: { namespace: 'front', ip: '127.0.0.1' }, to: { namespace: facts.namespace, podLabels: facts.selector }, port: typeof targetPort === 'number' ? targetPort : 8080, protocol: 'TCP', serviceAddress: { name, port } },
        }));
        const others = { to: { service: 'shop/batch', port: 80 }, hop: { ...entries[0]!.hop, to: { namespace: 'shop', podLabels: { app: 'batch' } }, port: 8080, serviceAddress: { name: 'batch', port: 80 } } };
        const { stopped, through, wrong } = await differences(world, served, world.policy.workloads.some(({ name }) => name === 'batch') ? [...entries, others] : entries, callers, size);
        expect(wrong.slice(0, 3)).toEqual([]);
        if (size > 150) expect(Math.min(through, stopped)).toBeGreaterThan(0);
      } finally { await served.stop(); }
    }, 240_000);
  });
});

/** What ztunnel does with what istiod sends it (ztunnel, `src/rbac.rs`): told apart from the reading of the objects. */
function ztunnelAdmits(sent: readonly ZtunnelAuthorization[], hop: Hop): boolean {
  interface Match { readonly [field: string]: readonly unknown[] | undefined }
  interface Text { readonly exact?: string; readonly prefix?: string; readonly suffix?: string; readonly presence?: object }
  const identity = hop.peer ?? '';
  const text = (value: unknown, of: string): boolean => { const { exact, prefix, suffix } = value as Text; return exact !== undefined ? of === exact : prefix !== undefined ? of.startsWith(prefix) : suffix !== undefined ? of.endsWith(suffix) : of !== ''; };
  const principal = (value: unknown): boolean => identity.startsWith('spiffe://') && text(value, identity.slice('spiffe://'.length));
  const address = (value: unknown): boolean => {
    const { address: base64, length = 0 } = value as { address: string; length?: number }, network = Buffer.from(base64, 'base64'), own = Buffer.from((hop.from.ip ?? '').split('.').map(Number));
    return own.length === network.length && [...Array(length).keys()].every((bit) => ((own[bit >> 3]! ^ network[bit >> 3]!) & (0x80 >> (bit & 7))) === 0);
  };
  const fields = (match: Match): boolean => {
    const holds = (name: string, test: (value: unknown) => boolean): boolean => {
      const yes = match[name] ?? [], no = match[`not${name.charAt(0).toUpperCase()}${name.slice(1)}`] ?? [];
      return (yes.length === 0 || yes.some(test)) && !no.some(test);
    };
    return Object.values(match).some((list) => (list ?? []).length > 0) && holds('destinationPorts', (port) => port === hop.port) && holds('principals', principal) && holds('sourceIps', address);
  };
  const matches = ({ authorization }: ZtunnelAuthorization): boolean => ((authorization?.['groups'] ?? []) as readonly { rules?: readonly { matches?: readonly Match[] }[] }[])
    .some(({ rules = [] }) => rules.every(({ matches: some = [] }) => some.length === 0 || some.some(fields)));
  const of = (action: 'ALLOW' | 'DENY') => sent.filter(({ authorization }) => authorization !== undefined && (authorization['action'] ?? 'ALLOW') === action);
  return !of('DENY').some(matches) && (of('ALLOW').length === 0 || of('ALLOW').some(matches));
}

describeWithEngines(['xlate'], 'a ztunnel, by what istiod sends it', () => {
  it.each(estates.filter(([, { platform }]) => platform.mesh?.dataPlane === 'ambient'))('%s: connections pass as they are read', async (_name, world) => {
    const pods = world.policy.workloads.map(({ name, kubernetes: facts }, index): Manifest => ({
      apiVersion: 'v1', kind: 'Pod', metadata: { name: `${name}-1`, namespace: facts!.namespace, labels: facts!.selector, annotations: { 'ambient.istio.io/redirection': 'enabled' } } as Manifest['metadata'],
      spec: { serviceAccountName: facts!.serviceAccount, containers: [{ name: 'main', image: 'main' }] }, status: { phase: 'Running', podIP: `10.0.9.${index + 1}`, podIPs: [{ ip: `10.0.9.${index + 1}` }], conditions: [{ type: 'Ready', status: 'True' }] },
    }));
    const { refused, ztunnel } = await translateIstio({ ambient: true, objects: [...manifests(world), ...pods], meshConfig: meshConfig(world.platform) });
    expect(refused).toEqual([]);
    expect(ztunnel!.authorizations.filter(({ message }) => message !== undefined)).toEqual([]); // "ztunnel does not support …"
    const decider = istio.interpret(emitted(world), world.platform);
    let passed = 0, stopped = 0;
    for (const { kubernetes: facts } of world.policy.workloads) {
      const workload = ztunnel!.addresses.map((address) => (address['workload'] ?? {}) as { name?: string; namespace?: string; authorizationPolicies?: readonly string[] }).find(({ name, namespace }) => namespace === facts!.namespace && name === `${facts!.selector['app']!}-1`);
      expect(workload).toBeDefined();
      const names = new Set(workload!.authorizationPolicies ?? []);
      const concerned = ztunnel!.authorizations.filter(({ authorization }) => {
        const scope = authorization?.['scope'] ?? 'GLOBAL';
        return scope === 'GLOBAL' || (scope === 'NAMESPACE' && authorization?.['namespace'] === facts!.namespace) || names.has(`${String(authorization?.['namespace'])}/${String(authorization?.['name'])}`);
      });
      const peers = ['front/ui', 'shop/orders', 'shop/batch', 'shop/waypoint', 'front/waypoint', 'edge-proxies/edge-proxy', 'monitoring/prometheus'].map((name) => `spiffe://prod.example.com/ns/${name.split('/')[0]}/sa/${name.split('/')[1]}`);
      for (const port of [25, 80, 5432, 8080, 8081, 9090]) {
        for (const peer of [undefined, ...peers, 'spiffe://td2/ns/front/sa/ui']) {
          for (const ip of ['203.0.113.7', '10.0.7.7', '192.168.0.9']) {
            const hop: Hop = { enforcer: 'mesh', proxy: 'ztunnel', direction: 'ingress', from: { ip }, to: { namespace: facts!.namespace, podLabels: facts!.selector }, port, protocol: 'TCP', ...(peer === undefined ? {} : { peer }) };
            const real = ztunnelAdmits(concerned, hop);
            if (real) passed++; else stopped++;
            expect(decider(hop), JSON.stringify({ peer, port, ip })).toBe(real ? 'allow' : 'deny');
          }
        }
      }
    }
    expect(Math.min(passed, stopped)).toBeGreaterThan(0);
  }, 60_000);
});

