import { describe, expect, it } from 'vitest';
import type { Gateway, Mesh, People, Platform, Policy } from '#ir';
import { crossing, decide, type Request } from '#spec';
import { kubernetes } from '#targets';
import { emit } from '../../../src/targets/kubernetes/emit.ts';
import { interpret } from '../../../src/targets/kubernetes/interpret.ts';
import { lower } from '../../../src/targets/kubernetes/lower.ts';
import { api, connect, http, kubeDns, noPlacement, platform, policy, segment, service, tcpPort, workload } from './estate.ts';

interface Rule { readonly from?: readonly unknown[]; readonly to?: readonly unknown[]; readonly ports: readonly unknown[] }
interface Spec { readonly podSelector: object; readonly ingress?: readonly Rule[]; readonly egress?: readonly Rule[] }

const ambient: Mesh = { kind: 'istio', version: '1.31', dataPlane: 'ambient', namespace: 'istio-system', trustDomain: 'prod.example', pathNormalization: 'DECODE_AND_MERGE_SLASHES', minTls: '1.3', waypoint: 'waypoint' };
const sidecar: Mesh = { ...ambient, dataPlane: 'sidecar' };
const edge: Gateway = {
  name: 'edge', kind: 'envoyGateway', version: '1.9', namespace: 'edge', controlNamespace: 'envoy-gateway-system', port: 443, containerPort: 10443,
  pods: { namespace: 'edge', labels: { 'gateway.envoyproxy.io/owning-gateway-name': 'edge' }, serviceAccount: 'edge' },
  certificate: { kind: 'Secret', namespace: 'edge', name: 'tls' }, upstream: { kind: 'mesh' },
};
const scraper = { namespace: 'monitoring', labels: { app: 'prometheus' }, serviceAccount: 'prometheus' } as const;
const staff = { name: 'staff', issuer: 'https://login.example.com', audiences: ['shop'], jwksUri: 'https://login.example.com/keys' } as const;
const support: People = { name: 'support', via: 'staff' };
const login = { name: 'login.example.com', cidrs: ['198.51.100.0/28'] } as const;

/** A shop that uses every way: a caller and people at what serves requests, a caller at a whole port, a scraper. */
const shop = policy([
  workload('ui', { namespace: 'front', services: [service('ui', 80, 8080)] }),
  workload('orders', { ports: [tcpPort(8080, 'http'), tcpPort(9100)], services: [service('orders', 80, 'http')], metrics: { port: 9100, path: '/metrics' },
    probes: [{ name: 'liveness', probe: { kind: 'http', port: 'http', path: '/up' } }, { name: 'readiness', probe: { kind: 'exec' } }] }),
  workload('db', { ports: [tcpPort(5432)], services: [service('db', 5432, 5432)] }),
  workload('idle', {}),
], [
  api('orders', { port: 'http', operations: [http('list'), http('create', 'POST')], offers: { list: [{ kind: 'people', name: 'support' }, 'ui'], create: ['ui'] }, exposedAt: { kind: 'gateway', gateway: 'edge', host: 'orders.example.com' } }),
  api('db', { port: 5432, operations: [connect(5432)], offers: { connect: ['orders'] } }),
], { identityProviders: [staff], people: [support] });
const place = (rest: Parameters<typeof platform>[0] = {}): Platform => platform({ mesh: ambient, gateways: [edge], metricsScraper: scraper, hosts: [login], ...rest });

const compiled = (declared: Policy, on: Platform) => {
  const { plan, losses } = lower(declared, on, noPlacement), objects = emit(plan);
  const spec = (id: string): Spec => {
    const found = objects.find((artifact) => artifact.id === `networking.k8s.io/v1/NetworkPolicy/${id}`);
    if (found === undefined) throw new Error(`no ${id} among ${objects.map((artifact) => artifact.id).join(', ')}`);
    return found.object.spec as Spec;
  };
  return { plan, losses, objects, spec, ids: objects.map(({ object }) => `${object.metadata.namespace}/${object.metadata.name}`) };
};
const pods = (labels: object, namespace?: string) => (namespace === undefined ? { podSelector: { matchLabels: labels } } : { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } }, podSelector: { matchLabels: labels } });
const block = (cidr: string, except?: readonly string[]) => ({ ipBlock: except === undefined ? { cidr } : { cidr, except } });
const tcp = (port: number | string) => ({ protocol: 'TCP', port });
const dns = { to: [pods(kubeDns.labels, 'kube-system')], ports: [tcp(53), { protocol: 'UDP', port: 53 }] };
const istiod = { to: [pods({ app: 'istiod' }, 'istio-system')], ports: [tcp(15012)] };
const xds = { to: [pods({ 'control-plane': 'envoy-gateway' }, 'envoy-gateway-system')], ports: [tcp(18000)] };
const waypoint = (namespace?: string) => pods({ 'gateway.networking.k8s.io/gateway-name': 'waypoint' }, namespace);
const proxies = (namespace?: string) => pods(edge.pods.labels, namespace);
const outside = block('0.0.0.0/0', ['10.0.0.0/16', '169.254.7.127/32']), clients = block('0.0.0.0/0', ['10.0.0.0/16']), kubelet = block('169.254.7.127/32');

/** What one object says, each pair of a peer and a port by itself, in a form that can be compared. */
const pairs = (rules: readonly Rule[] | undefined) => (rules ?? []).flatMap(({ from, ports, to }) => (from ?? to)!.flatMap((peer) => ports.map((port) => JSON.stringify([peer, port])))).sort();
const expected = (...wanted: readonly (readonly [peer: object, ...ports: readonly object[]])[]) => wanted.flatMap(([peer, ...ports]) => ports.map((port) => JSON.stringify([peer, port]))).sort();
const dnsPairs = [pods(kubeDns.labels, 'kube-system'), ...dns.ports] as const, istiodPairs = [istiod.to[0]!, tcp(15012)] as const, xdsPairs = [xds.to[0]!, tcp(18000)] as const;

describe('in an ambient mesh', () => {
  const { ids, losses, objects, plan, spec } = compiled(shop, place());

  it('compiles, with a policy for each workload, for the waypoint of the namespace that needs one and for the gateway\'s proxies', () => {
    expect(losses).toEqual([]);
    expect(ids).toEqual([
      'edge/countersign-gateway.edge', 'front/countersign-default-deny', 'front/countersign-ui',
      'shop/countersign-db', 'shop/countersign-default-deny', 'shop/countersign-idle', 'shop/countersign-orders', 'shop/countersign-waypoint.waypoint',
    ]);
  });

  it('sends callers to the waypoint and the waypoint to the server, on the tunnel\'s port only', () => {
    expect(pairs(spec('front/countersign-ui').egress)).toEqual(expected([waypoint('shop'), tcp(15008)], dnsPairs));
    expect(spec('front/countersign-ui').ingress).toBeUndefined();
    expect(spec('shop/countersign-waypoint.waypoint').podSelector).toEqual({ matchLabels: { 'gateway.networking.k8s.io/gateway-name': 'waypoint' } });
    expect(pairs(spec('shop/countersign-waypoint.waypoint').ingress)).toEqual(expected([pods({ app: 'ui' }, 'front'), tcp(15008)], [proxies('edge'), tcp(15008)]));
    expect(pairs(spec('shop/countersign-waypoint.waypoint').egress)).toEqual(expected([pods({ app: 'orders' }), tcp(15008)], dnsPairs, istiodPairs));
    expect(pairs(spec('shop/countersign-orders').ingress)).toEqual(expected([waypoint(), tcp(15008)], [pods(scraper.labels, 'monitoring'), tcp(15008)], [kubelet, tcp(8080)]));
  });

  it('sends the callers of a whole port to the pods themselves', () => {
    expect(pairs(spec('shop/countersign-db').ingress)).toEqual(expected([pods({ app: 'orders' }), tcp(15008)]));
    expect(pairs(spec('shop/countersign-orders').egress)).toEqual(expected([pods({ app: 'db' }), tcp(15008)], dnsPairs));
  });

  it('sends callers past the waypoint where no Service leads to the port, since it stands before Services', () => {
    const declared = policy([workload('ui'), workload('both', { ports: [tcpPort(8080), tcpPort(6379)], services: [service('both', 80, 8080)] })], [
      api('both', { offers: { read: ['ui'] } }), api('cache', { server: 'both', port: 6379, operations: [connect(6379)], offers: { connect: ['ui'] } }),
    ]);
    expect(pairs(compiled(declared, place()).spec('shop/countersign-both').ingress)).toEqual(expected([waypoint(), tcp(15008)], [pods({ app: 'ui' }), tcp(15008)]));
  });

  it('names an application\'s port for the kubelet\'s address only', () => {
    for (const { object } of objects) {
      for (const rule of (object.spec as Spec).ingress ?? []) {
        if (rule.ports.some((port) => [8080, 9100, 5432, 'http'].includes((port as { port: number | string }).port))) expect(rule.from).toEqual([kubelet]);
      }
    }
  });

  it('selects the gateway\'s proxies: clients come in, servers, names, configuration and keys are reached', () => {
    expect(spec('edge/countersign-gateway.edge').podSelector).toEqual({ matchLabels: edge.pods.labels });
    expect(pairs(spec('edge/countersign-gateway.edge').ingress)).toEqual(expected([outside, tcp(10443)], [kubelet, tcp(19002), tcp(19003)]));
    expect(pairs(spec('edge/countersign-gateway.edge').egress)).toEqual(expected([waypoint('shop'), tcp(15008)], dnsPairs, xdsPairs, [block('198.51.100.0/28'), tcp(443)]));
  });

  it('gives who calls nothing no way out', () => {
    expect(spec('shop/countersign-idle')).toEqual({ podSelector: { matchLabels: { app: 'idle' } }, policyTypes: ['Ingress', 'Egress'] });
  });

  it('reaches the control plane from proxies only, since the workloads\' ztunnel does it for them', () => {
    expect(objects.filter(({ object }) => JSON.stringify(object).includes('15012')).map(({ object }) => object.metadata.name)).toEqual(['countersign-waypoint.waypoint']);
  });

  it('claims less of ports, and says by which field what is told', () => {
    expect(kubernetes.capabilities(place()).port).toBe('wider');
    const cells = [...kubernetes.evidence(plan)].map(({ artifact, does, feature, field, grant, to }) =>
      `${grant}: ${feature} ${does}${to === undefined ? '' : ` to ${to}`} by ${artifact.slice('networking.k8s.io/v1/NetworkPolicy/'.length)} ${field}`);
    expect(cells).toEqual([
      'support → orders.list: exposure exact by edge/countersign-gateway.edge spec.ingress[0].from[0].ipBlock',
      'support → orders.list: port exact by edge/countersign-gateway.edge spec.ingress[0].ports[0]',
      'orders → db.connect: identity.workload wider by shop/countersign-db spec.ingress[0].from[0].podSelector',
      'orders → db.connect: port wider by shop/countersign-db spec.ingress[0].ports[0]',
      'support → orders.list: exposure delegated to mesh by shop/countersign-orders spec.ingress[1].from[0].podSelector',
      'support → orders.list: port wider by shop/countersign-orders spec.ingress[1].ports[0]',
      'ui → orders.list: identity.workload delegated to mesh by shop/countersign-orders spec.ingress[1].from[0].podSelector',
      'ui → orders.list: port wider by shop/countersign-orders spec.ingress[1].ports[0]',
      'ui → orders.create: identity.workload delegated to mesh by shop/countersign-orders spec.ingress[1].from[0].podSelector',
      'ui → orders.create: port wider by shop/countersign-orders spec.ingress[1].ports[0]',
      'metricsScraper → orders.metrics: identity.workload wider by shop/countersign-orders spec.ingress[1].from[1].podSelector',
      'metricsScraper → orders.metrics: port wider by shop/countersign-orders spec.ingress[1].ports[0]',
      'support → orders.list: exposure delegated to gateway by shop/countersign-waypoint.waypoint spec.ingress[0].from[0].podSelector',
      'support → orders.list: port wider by shop/countersign-waypoint.waypoint spec.ingress[0].ports[0]',
      'ui → orders.list: identity.workload wider by shop/countersign-waypoint.waypoint spec.ingress[0].from[1].podSelector',
      'ui → orders.list: port wider by shop/countersign-waypoint.waypoint spec.ingress[0].ports[0]',
      'ui → orders.create: identity.workload wider by shop/countersign-waypoint.waypoint spec.ingress[0].from[1].podSelector',
      'ui → orders.create: port wider by shop/countersign-waypoint.waypoint spec.ingress[0].ports[0]',
    ]);
    for (const { artifact, field } of kubernetes.evidence(plan)) expect(at(objects.find(({ id }) => id === artifact)!.object, field), field).toBeDefined();
  });

  it('knows the kubelet by the address of each family that pods have', () => {
    const ranges = ['10.0.0.0/16', 'fd00:10::/56'];
    expect(pairs(compiled(shop, place({ podCidrs: ranges })).spec('shop/countersign-orders').ingress)).toContain(JSON.stringify([block('fd16:9254:7127:1337:ffff:ffff:ffff:ffff/128'), tcp(8080)]));
    const only = compiled(shop, place({ podCidrs: ranges.slice(1) })).spec('shop/countersign-orders').ingress;
    expect(JSON.stringify(only)).not.toContain('169.254.7.127');
  });

  it('leaves the namespace of the cluster\'s DNS, which is not in the mesh, to its ports', () => {
    const declared = policy([workload('ui'), workload('exporter', { namespace: 'kube-system', selector: { 'k8s-app': 'exporter' }, services: [service('exporter', 80, 8080)] })], [api('exporter', { offers: { read: ['ui'] } })]);
    const { ids, spec } = compiled(declared, place());
    expect(ids).not.toContain('kube-system/countersign-waypoint.waypoint');
    expect(pairs(spec('kube-system/countersign-exporter').ingress)).toEqual(expected([pods({ app: 'ui' }, 'shop'), tcp(8080)]));
    expect(pairs(spec('shop/countersign-ui').egress)).toEqual(expected([pods({ 'k8s-app': 'exporter' }, 'kube-system'), tcp(8080)], dnsPairs));
  });
});

/** `spec.ingress[0].from[1]` of an object. */
const at = (object: object, field: string): unknown => field.split(/[.[\]]+/).filter((key) => key !== '').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], object);

describe('with sidecars', () => {
  const { ids, losses, objects, spec } = compiled(shop, place({ mesh: sidecar }));

  it('connections keep the application\'s port, and there is no waypoint', () => {
    expect(losses).toEqual([]);
    expect(kubernetes.capabilities(place({ mesh: sidecar })).port).toBe('exact');
    expect(ids.filter((id) => id.includes('waypoint'))).toEqual([]);
    expect(JSON.stringify(objects)).not.toMatch(/15008|169\.254/);
    expect(pairs(spec('shop/countersign-orders').ingress)).toEqual(expected([pods({ app: 'ui' }, 'front'), tcp('http')], [proxies('edge'), tcp('http')], [pods(scraper.labels, 'monitoring'), tcp(9100)]));
    expect(pairs(spec('front/countersign-ui').egress)).toEqual(expected([pods({ app: 'orders' }, 'shop'), tcp(8080)], dnsPairs, istiodPairs));
  });

  it('every pod, also one that calls nothing, looks up and reaches the control plane', () => {
    expect(pairs(spec('shop/countersign-idle').egress)).toEqual(expected(dnsPairs, istiodPairs));
    expect(spec('shop/countersign-idle').ingress).toBeUndefined();
    expect(pairs(spec('edge/countersign-gateway.edge').egress)).toEqual(expected([pods({ app: 'orders' }, 'shop'), tcp(8080)], dnsPairs, istiodPairs, xdsPairs, [block('198.51.100.0/28'), tcp(443)]));
  });
});

describe('a gateway', () => {
  it('outside the mesh goes to the pods\' own ports', () => {
    for (const mesh of [ambient, sidecar, undefined]) {
      const { spec } = compiled(shop, place({ ...(mesh === undefined ? {} : { mesh }), gateways: [{ ...edge, upstream: { kind: 'tls', caBundle: 'shop' } }], ...(mesh === undefined ? { mesh: undefined as never } : {}) }));
      expect(pairs(spec('edge/countersign-gateway.edge').egress)).toEqual(expected([pods({ app: 'orders' }, 'shop'), tcp(8080)], dnsPairs, xdsPairs, [block('198.51.100.0/28'), tcp(443)]));
      expect(pairs(spec('edge/countersign-gateway.edge').ingress)).toEqual(expected([mesh?.dataPlane === 'ambient' ? outside : clients, tcp(10443)]));
      expect(pairs(spec('shop/countersign-orders').ingress)).toContain(JSON.stringify([proxies('edge'), tcp('http')]));
    }
  });

  it('that nothing is exposed at is left alone', () => {
    expect(compiled(shop, place({ gateways: [edge, { ...edge, name: 'spare', pods: { ...edge.pods, labels: { of: 'spare' } } }] })).ids.filter((id) => id.includes('spare'))).toEqual([]);
  });

  it('is opened to nobody while nothing is offered through it', () => {
    const closed = { ...shop, apis: shop.apis.map((one) => ({ ...one, offers: one.offers.map((offer) => ({ ...offer, to: offer.to.filter(({ kind }) => kind === 'workload') })) })) };
    const { spec } = compiled(closed, place({ mesh: sidecar }));
    expect(spec('edge/countersign-gateway.edge').ingress).toBeUndefined();
    expect(pairs(spec('edge/countersign-gateway.edge').egress)).toEqual(expected(dnsPairs, istiodPairs, xdsPairs));
  });

  it.each<readonly [string, Policy, readonly string[]]>([
    ['of people: their provider', shop, ['198.51.100.0/28']],
    ['of whoever shows no identity: none', offered({ kind: 'anyone' }), []],
    ['of whoever shows no identity, but a claim: each provider', offered({ kind: 'anyone' }, [{ kind: 'any', of: [{ kind: 'from', cidrs: ['192.0.2.0/24'] }, { kind: 'claim', claim: 'groups', anyOf: ['x'] }] }]), ['198.51.100.0/28', '203.0.113.128/25']],
    ['of a partner, without a token: none', { ...offered({ kind: 'partner', name: 'acme' }), partners: [{ name: 'acme', certificate: { ca: 'acme', san: 'dns:acme.example' } }] }, []],
  ])('fetches keys %s', (_, declared, cidrs) => {
    const other = { ...staff, name: 'other', issuer: 'https://other.example.com', jwksUri: 'https://Other.example.com:8443/keys' };
    const { losses, objects } = compiled({ ...declared, identityProviders: [staff, other] }, place({ hosts: [login, { name: 'other.example.com', cidrs: ['203.0.113.128/25'] }] }));
    expect(losses).toEqual([]);
    const text = JSON.stringify(objects.filter(({ object }) => object.metadata.namespace === 'edge'));
    expect(['198.51.100.0/28', '203.0.113.128/25'].filter((cidr) => text.includes(cidr))).toEqual(cidrs);
    expect(text.includes('8443')).toBe(cidrs.includes('203.0.113.128/25'));
  });
});

/** The shop's list offered to one more identity only. */
function offered(to: Policy['apis'][number]['offers'][number]['to'][number], when: Policy['apis'][number]['offers'][number]['when'] = []): Policy {
  return { ...shop, apis: shop.apis.map((one) => (one.name !== 'orders' ? one : { ...one, offers: [{ operation: 'list', to: [to], when, because: 'the case needs it' }] })) };
}

describe('what is not known or can\'t be', () => {
  it.each<readonly [string, Policy, Platform, string, string, string]>([
    ['the addresses of a provider\'s keys', shop, place({ hosts: [] }), 'CS1024', '/identityProviders/0', '`hosts`'],
    ['any address of them', shop, place({ hosts: [{ name: 'login.example.com', cidrs: [] }] }), 'CS1024', '/identityProviders/0', '`hosts`'],
    ['who scrapes', shop, place({ metricsScraper: undefined as never }), 'CS1024', '/workloads/1/kubernetes/metrics', '`metricsScraper`'],
    ['whose address clients of a gateway have', shop, place({ loadBalancer: undefined as never }), 'CS1024', '/apis/0/exposedAt', '`loadBalancer.clientAddress`'],
    ['where a sidecar looks up its control plane', policy([workload('idle')], []), place({ mesh: sidecar, dns: undefined as never }), 'CS1024', '/workloads/0', '`dns`'],
    ['the gateway', shop, place({ gateways: [] }), 'CS1021', '/apis/0/offers/0', 'take the grant out'],
  ])('is refused without %s', (_, declared, on, code, pointer, said) => {
    expect(compiled(declared, on).losses).toMatchObject([{ code, severity: 'error', pointer, help: expect.stringContaining(said) }]);
  });

  it('a host on nodes that the CNI never matches (CS3007)', () => {
    const near = place({ hosts: [{ name: 'login.example.com', cidrs: ['198.51.100.0/28', '192.168.0.9/32'] }], cni: { ipBlockMatchesNodes: false } });
    expect(compiled(shop, near).losses).toMatchObject([{ code: 'CS3007', severity: 'error', pointer: '/hosts/0/cidrs', message: expect.stringContaining('192.168.0.9/32') }]);
  });

  it.each([['ambient', ambient], ['sidecar', sidecar]] as const)('a Service whose port is not the container\'s, on a CNI that needs that (CS3002), %s', (_, mesh) => {
    const cni = { name: 'aws-vpc-cni', servicePortMustEqualContainerPort: true, enforcedOwners: ['Deployment'] } as const;
    expect(compiled(shop, place({ mesh, cni })).losses.map(({ code, pointer }) => [code, pointer])).toEqual([['CS3002', '/workloads/1/kubernetes/services/0']]);
    const stateful = { ...shop, workloads: shop.workloads.map((one) => (one.name === 'db' ? { ...one, kubernetes: { ...one.kubernetes!, controller: 'StatefulSet' as const } } : one)) };
    expect(compiled(stateful, place({ mesh, cni })).losses.map(({ code, pointer }) => [code, pointer])).toEqual([['CS3002', '/workloads/1/kubernetes/services/0'], ['CS3006', '/workloads/2/kubernetes/controller']]);
  });
});

describe('namespaces of the platform\'s own pods', () => {
  it.each(['edge', 'envoy-gateway-system', 'monitoring', 'istio-system', 'kube-system'])('get no default deny, and that is said (CS3008): %s', (namespace) => {
    const { ids, losses } = compiled(policy([workload('stray', { namespace, selector: { app: 'stray', 'k8s-app': 'stray', 'control-plane': 'no', 'gateway.envoyproxy.io/owning-gateway-name': 'none' } })], []), place());
    expect(ids).toEqual([`${namespace}/countersign-stray`]);
    expect(losses).toMatchObject([{ code: 'CS3008', severity: 'warning', pointer: '/workloads/0/kubernetes/namespace' }]);
  });
});

describe('an unmanaged segment', () => {
  const legacy = segment('legacy', { managed: 'unmanaged' });
  const declared = policy([
    workload('ui'), workload('old', { namespace: 'attic', services: [service('old', 8080, 8080)], metrics: { port: 8080, path: '/metrics' } }, { segment: 'legacy' }), workload('orders', { services: [service('orders', 8080, 8080)] }),
  ], [api('old', { offers: { read: ['ui'] } }), api('orders', { offers: { read: ['old'] } })], { segments: [legacy] });

  it.each([['without a mesh', {}, 8080, pods({ app: 'old' }, 'attic')], ['in an ambient mesh, past a waypoint that nobody put there', { mesh: ambient }, 15008, pods({ app: 'old' }, 'attic')]] as const)('is not touched, and the managed ends are opened: %s', (_, rest, port, server) => {
    const { ids, losses, spec } = compiled(declared, platform(rest));
    expect(losses).toEqual([]);
    expect(ids.filter((id) => id.startsWith('attic/'))).toEqual([]);
    expect(pairs(spec('shop/countersign-ui').egress)).toEqual(expected([server, tcp(port)], dnsPairs));
    expect(pairs(spec(port === 8080 ? 'shop/countersign-orders' : 'shop/countersign-waypoint.waypoint').ingress)).toEqual(expected([pods({ app: 'old' }, 'attic'), tcp(port)]));
  });
});

describe('the ways that the meaning describes', () => {
  const platforms: readonly (readonly [string, Platform])[] = [['ambient', place()], ['sidecar', place({ mesh: sidecar })], ['without a mesh', place({ mesh: undefined as never })], ['a gateway outside the mesh', place({ gateways: [{ ...edge, upstream: { kind: 'tls', caBundle: 'x' } }] })]];
  const context = { time: '2026-11-23T00:00:00Z' } as const;
  const subject = { provider: 'staff', claims: { exp: Date.parse(context.time) / 1000 + 600 } } as const;
  const allowed: readonly Request[] = [
    { peer: { kind: 'workload', name: 'ui' }, throughExposure: false, to: { kind: 'operation', api: 'orders', operation: 'create' }, context },
    { peer: { kind: 'workload', name: 'orders' }, throughExposure: false, to: { kind: 'operation', api: 'db', operation: 'connect' }, context },
    { subject, throughExposure: true, to: { kind: 'operation', api: 'orders', operation: 'list' }, context },
    { peer: { kind: 'builtin', name: 'metricsScraper' }, throughExposure: false, to: { kind: 'port', workload: 'orders', port: 9100, protocol: 'TCP' }, context },
    { peer: { kind: 'builtin', name: 'nodeProbes' }, throughExposure: false, to: { kind: 'probe', workload: 'orders', probe: 'liveness' }, context },
    { peer: { kind: 'workload', name: 'ui' }, throughExposure: false, to: { kind: 'builtin', name: 'clusterDns' }, context },
  ];

  it.each(platforms)('are open from end to end where they are meant: %s', (_, on) => {
    const decide_ = interpret(compiled(shop, on).objects, on);
    for (const request of allowed) {
      expect(decide(shop, request).decision, JSON.stringify(request)).toBe('allow');
      const hops = crossing(shop, on, request).intended.filter(({ enforcer }) => enforcer === 'network');
      expect(hops.length).toBeGreaterThan(0);
      for (const hop of hops) if (hop.from.hostNetwork !== true) expect(['allow', 'abstain'], JSON.stringify(hop)).toContain(decide_(hop));
    }
  });

  it.each(platforms)('are closed to pods that nobody declared, at the application\'s port, the tunnel\'s and the gateway\'s: %s', (_, on) => {
    const decide_ = interpret(compiled(shop, on).objects, on), stray = { namespace: 'front', namespaceLabels: { 'kubernetes.io/metadata.name': 'front' }, podLabels: { app: 'stray' } };
    for (const to of [...shop.workloads.map(({ kubernetes: facts }) => ({ namespace: facts!.namespace, podLabels: facts!.selector })), { namespace: 'shop', podLabels: { 'gateway.networking.k8s.io/gateway-name': 'waypoint' } }, { namespace: 'edge', podLabels: edge.pods.labels }]) {
      for (const port of [8080, 9100, 5432, 15008, 10443, 15012, 15020, 15021, 19003]) {
        const hop = { enforcer: 'network', from: stray, to: { ...to, namespaceLabels: { 'kubernetes.io/metadata.name': to.namespace } }, port, protocol: 'TCP' } as const;
        expect([to.podLabels, port, decide_({ ...hop, direction: 'ingress' })]).toEqual([to.podLabels, port, 'deny']);
        expect(decide_({ ...hop, direction: 'egress' })).toBe('deny');
      }
    }
  });
});
