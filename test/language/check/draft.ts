import { escapePointer, type Declared, type Location, type Sites } from '#diagnostics';
import type {
  Acceptance, Api, Ask, ContainerPort, Gateway, IdentityProvider, IdentityRef, Invariant, KubernetesWorkload, Mesh, Offer, Operation, Partner, People, Platform, Policy, Segment, ServicePort, Workload,
} from '#ir';

/** Drafts in plain data, and the text that they would stand in: one line for each value. */

export const asOf = '2026-11-24';

export const segment = (name: string, more: Partial<Segment> = {}): Segment =>
  ({ name, holds: 'internal', managed: 'managed', requires: { people: [], workloads: [], partners: [] }, alerts: [], ...more });

export const facts = (name: string, more: Partial<KubernetesWorkload> = {}): KubernetesWorkload => ({
  namespace: 'shop', serviceAccount: name, selector: { app: name },
  ports: [{ number: 8080, protocol: 'TCP', name: 'http' }],
  services: [service(name)], probes: [], ...more,
});
export const service = (name: string, more: Partial<ServicePort> = {}): ServicePort => ({ name, port: 80, protocol: 'TCP', targetPort: 'http', type: 'ClusterIP', ...more });
export const port = (number: number, more: Partial<ContainerPort> = {}): ContainerPort => ({ number, protocol: 'TCP', ...more });

export const workload = (name: string, kubernetes: Partial<KubernetesWorkload> = {}, more: Partial<Workload> = {}): Workload => ({ name, kubernetes: facts(name, kubernetes), ...more });

export const http = (name: string, path: string, method: 'GET' | 'POST' | 'ANY' | 'PUT' = 'GET'): Operation => ({ name, kind: 'http', method, path });
export const rpc = (name: string, service: string): Operation => ({ name, kind: 'grpc', service, method: name });
export const tcp = (port: number, name = 'connect'): Operation => ({ name, kind: 'tcp', port });

export const who = (name: string): IdentityRef => (name === 'anyone' ? { kind: 'anyone' } : { kind: 'workload', name });
export const offer = (operation: string, to: readonly string[], more: Partial<Offer> = {}): Offer => ({ operation, to: to.map(who), when: [], ...more });
export const ask = (from: string, to: string, more: Partial<Ask> = {}): Ask => {
  const [api = '', operation = ''] = to.split('.');
  return { from: who(from), to: { api, operation }, because: 'it needs it', ...more };
};
export const api = (name: string, operations: readonly Operation[], offers: readonly Offer[], more: Partial<Api> = {}): Api =>
  ({ name, owner: `team-${name}`, servedBy: { kind: 'workload', workload: name, port: 'http' }, operations, offers, ...more });
export const never = (from: Invariant['from'], to: Invariant['to'], more: Partial<Invariant> = {}): Invariant => ({ kind: 'reach', from, to, because: 'PCI scope', ...more });

export const policy = (more: Partial<Policy> = {}): Policy => ({
  version: 1, name: 'shop', segments: [], workloads: [], identityProviders: [], people: [], partners: [], apis: [], asks: [], never: [], holes: [], ...more,
});

export const acceptance = (more: Partial<Acceptance> = {}): Acceptance =>
  ({ grants: 'all', feature: 'operation.http', plane: 'network', because: 'no mesh yet', owner: 'platform', until: '2027-06-30', ...more });

/** Where the shop can run. */
export const platform = (more: Partial<Platform> = {}): Platform => ({
  version: 1, name: 'lab', gateways: [], caBundles: [], hosts: [], podCidrs: ['10.244.0.0/16'], nodeCidrs: ['192.168.7.0/24'], accept: [],
  cni: { name: 'plain', networkPolicy: 'enforced', servicePortMustEqualContainerPort: false, ipBlockMatchesNodes: true, ipBlockMatchesPods: true, startsOpen: false },
  dns: { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' }, port: 53, protocols: ['UDP', 'TCP'], nodeLocalCidrs: [] },
  apiServer: { cidrs: ['192.168.7.10/32'], port: 6443 }, loadBalancer: { clientAddress: 'preserved' }, ...more,
});

/** `ui` (exposed) → `checkout` → `orders`, every rule kept. Parts by name, so that a test can break one. */
export function shop(more: Partial<Policy> = {}): Policy {
  return policy({
    segments: [segment('front'), segment('commerce', { holds: 'confidential' })],
    workloads: [
      workload('ui', { services: [service('ui', { type: 'LoadBalancer' })] }, { segment: 'front' }),
      workload('checkout', {}, { segment: 'commerce' }),
      workload('orders', {}, { segment: 'commerce' }),
    ],
    apis: [
      api('ui', [http('home', '/'), http('cart', '/cart')], [offer('home', ['anyone'], { because: 'the public shop' })], { exposedAt: { kind: 'service', service: 'ui' } }),
      api('checkout', [http('submit', '/checkout', 'POST')], [offer('submit', ['ui'])]),
      api('orders', [http('create', '/orders', 'POST'), http('read', '/orders/{id}'), http('export', '/orders/export')], [offer('create', ['checkout']), offer('read', ['checkout', 'ui'])]),
    ],
    asks: [ask('ui', 'checkout.submit'), ask('checkout', 'orders.create'), ask('checkout', 'orders.read'), ask('ui', 'orders.read')],
    ...more,
  });
}

export const provider = (name: string, more: Partial<IdentityProvider> = {}): IdentityProvider => ({
  name, issuer: `https://${name}.example.com`, audiences: ['retail'], jwksUri: `https://${name}.example.com/keys`,
  asserts: { mfa: { claim: 'amr', anyOf: ['mfa'] }, authenticatedAt: { claim: 'auth_time' }, device: { claim: 'device_trust' } }, ...more,
});
export const group = (name: string, via: string, more: Partial<People> = {}): People => ({ name, via, ...more });
export const partner = (name: string, more: Partial<Partner['certificate']> = {}): Partner => ({ name, certificate: { ca: name, san: `uri:spiffe://${name}.example/billing`, ...more } });
export const people = (name: string): IdentityRef => ({ kind: 'people', name });
export const client = (name: string): IdentityRef => ({ kind: 'partner', name });
export const acting = (name: string, actingFor: string): IdentityRef => ({ kind: 'workload', name, actingFor });
export const offerTo = (operation: string, to: readonly IdentityRef[], more: Partial<Offer> = {}): Offer => ({ operation, to, when: [], because: 'it is needed', ...more });
export const at = (host: string, gateway = 'edge') => ({ exposedAt: { kind: 'gateway', gateway, host } } as const);

export const mesh = (more: Partial<Mesh> = {}): Mesh => ({
  kind: 'istio', version: '1.31', dataPlane: 'ambient', namespace: 'istio-system', trustDomain: 'lab.example.com', pathNormalization: 'DECODE_AND_MERGE_SLASHES', minTls: '1.2', waypoint: 'countersign-waypoint', ...more,
});
export const gateway = (name: string, more: Partial<Gateway> = {}): Gateway => ({
  name, kind: 'envoyGateway', version: '1.9', namespace: 'edge', controlNamespace: 'envoy-gateway-system', port: 443, containerPort: 10443, upstream: { kind: 'mesh' },
  pods: { namespace: 'envoy-gateway-system', labels: { gateway: name }, serviceAccount: `proxy-${name}` }, certificate: { kind: 'Secret', namespace: 'edge', name: 'api-tls' }, clientAddress: { kind: 'connection' }, ...more,
});

/**
 * People, a partner and everybody else come in at three hosts of a gateway: `ui` is for anyone and for shoppers, `desk`
 * for support, `feed` for a partner; `ui` acts for shoppers on `carts`. Every rule kept.
 */
export function bazaar(more: Partial<Policy> = {}): Policy {
  return policy({
    name: 'bazaar',
    segments: [segment('front'), segment('back', { holds: 'confidential', requires: { people: [{ kind: 'maxTokenAge', seconds: 3600 }], workloads: [], partners: [], reauthenticateEvery: 1800 } })],
    identityProviders: [provider('staff'), provider('shop', { asserts: {} })],
    people: [group('support', 'staff', { where: { kind: 'claim', claim: 'groups', anyOf: ['support-leads'] } }), group('shoppers', 'shop')],
    partners: [partner('acme')],
    workloads: [workload('ui', {}, { segment: 'front' }), workload('carts', { metrics: { port: 'http', path: '/metrics' } }, { segment: 'back' }), workload('desk', {}, { segment: 'back' }), workload('feed', {}, { segment: 'front' })],
    apis: [
      api('ui', [http('home', '/'), http('account', '/account')], [offerTo('home', [{ kind: 'anyone' }]), offerTo('account', [people('shoppers')])], at('shop.example.com')),
      api('carts', [http('read', '/carts/{id}')], [offerTo('read', [acting('ui', 'shoppers')])]),
      api('desk', [http('list', '/orders')], [offerTo('list', [people('support')], { when: [{ kind: 'mfa', within: 900 }, { kind: 'from', cidrs: ['192.0.2.0/24'] }] })], at('desk.example.com')),
      api('feed', [{ name: 'live', kind: 'websocket', path: '/feed' }], [offerTo('live', [client('acme')])], at('partners.example.com')),
    ],
    asks: [{ from: acting('ui', 'shoppers'), to: { api: 'carts', operation: 'read' }, because: 'the cart' }],
    ...more,
  });
}

/** Where the bazaar can run. */
export const bazaarPlatform = (more: Partial<Platform> = {}): Platform => platform({
  mesh: mesh(), gateways: [gateway('edge')], caBundles: [{ name: 'acme', ref: { kind: 'ConfigMap', namespace: 'edge', name: 'acme-ca' } }],
  metricsScraper: { namespace: 'monitoring', labels: { app: 'prometheus' }, serviceAccount: 'prometheus' }, hosts: [{ name: 'shop.example.com', cidrs: ['203.0.113.0/24'] }],
  issuer: { kind: 'ClusterIssuer', name: 'estate', duration: 7_776_000, trustManager: true }, ...more,
});

/** A value as its author's file: a value a line, and the line of every pointer. */
export function written<T>(draft: T, path = '/repo/policy.json'): Declared<T> & { readonly text: string } {
  const lines: string[] = [];
  const places = new Map<string, Location>();
  const write = (value: unknown, pointer: string, indent: string, key: string, comma: string): void => {
    places.set(pointer, { path, span: { line: lines.length + 1, column: indent.length + 1 } });
    if (typeof value !== 'object' || value === null) { lines.push(`${indent}${key}${JSON.stringify(value) ?? String(value)}${comma}`); return; }
    const entries = Object.entries(value);
    const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
    // an object's first property stands beside its brace, so that its line tells it from others
    const [first, ...others] = entries;
    const beside = !Array.isArray(value) && first !== undefined && (typeof first[1] !== 'object' || first[1] === null);
    if (beside) places.set(`${pointer}/${escapePointer(first[0])}`, { path, span: { line: lines.length + 1, column: indent.length + key.length + 3 } });
    lines.push(`${indent}${key}${open}${beside ? ` ${JSON.stringify(first[0])}: ${JSON.stringify(first[1])}${others.length > 0 ? ',' : ''}` : ''}`);
    for (const [index, [name, inner]] of entries.entries()) if (index > 0 || !beside) write(inner, `${pointer}/${escapePointer(name)}`, `${indent}  `, Array.isArray(value) ? '' : `${JSON.stringify(name)}: `, index === entries.length - 1 ? '' : ',');
    lines.push(`${indent}${close}${comma}`);
  };
  write(draft, '', '', '', '');
  const sites: Sites = {
    find(pointer) {
      for (let here = pointer; ; here = here.slice(0, here.lastIndexOf('/'))) {
        const at = places.get(here);
        if (at !== undefined) return { at };
        if (here === '') return undefined;
      }
    },
  };
  return { draft, sites, diagnostics: [], text: lines.join('\n') };
}
