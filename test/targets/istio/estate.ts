import type {
  Acceptance, Api, Condition, ContainerPort, Exposure, Feature, Gateway, IdentityProvider, IdentityRef, KubernetesWorkload, Mesh, Operation, People, Placement, Platform, Policy, Segment,
  ServicePort, Workload,
} from '#ir';

/** Hand-made estates: IR objects with everything that a case does not speak of left at its plainest. */
export const noPlacement: Placement = { duties: [] };

export function workload(name: string, kubernetes: Partial<KubernetesWorkload> = {}, rest: Partial<Workload> = {}): Workload {
  return Object.freeze({
    name, ...rest,
    kubernetes: {
      namespace: 'shop', controller: 'Deployment', serviceAccount: name, selector: Object.freeze({ app: name }), ports: [{ number: 8080, protocol: 'TCP' }],
      services: [service(name, 80, 8080)], probes: [], ...kubernetes,
    } satisfies KubernetesWorkload,
  });
}

export const port = (number: number, name?: string): ContainerPort => (name === undefined ? { number, protocol: 'TCP' } : { number, protocol: 'TCP', name });
export const service = (name: string, at: number, targetPort: number | string, type: ServicePort['type'] = 'ClusterIP'): ServicePort => ({ name, port: at, protocol: 'TCP', targetPort, type });

type Method = Extract<Operation, { kind: 'http' }>['method'];
export const http = (name: string, method: Method = 'GET', path = `/${name}`): Operation => ({ name, kind: 'http', method, path });
export const rpc = (name: string): Operation => ({ name, kind: 'grpc', service: 'shop.Service', method: name });
export const connect = (number: number): Operation => ({ name: 'connect', kind: 'tcp', port: number });
export const socket = (name: string, path = `/${name}`): Operation => ({ name, kind: 'websocket', path });

export const anyone: IdentityRef = { kind: 'anyone' };
export const people = (name: string): IdentityRef => ({ kind: 'people', name });
export const partner = (name: string): IdentityRef => ({ kind: 'partner', name });
export const acting = (name: string, actingFor: string): IdentityRef => ({ kind: 'workload', name, actingFor });

/** `offers`: who may call which operation. Names are workloads. */
export function api(name: string, { server = name, port: at = 8080, operations = [http('read')], offers = {}, exposedAt, when = [] }: {
  readonly server?: string; readonly port?: number | string; readonly operations?: readonly Operation[]; readonly exposedAt?: Exposure; readonly when?: readonly Condition[];
  readonly offers?: Readonly<Record<string, readonly (string | IdentityRef)[]>>;
} = {}): Api {
  return {
    name, servedBy: { kind: 'workload', workload: server, port: at }, operations, ...(exposedAt === undefined ? {} : { exposedAt }),
    offers: Object.entries(offers).map(([operation, to]) => ({ operation, to: to.map((who) => (typeof who === 'string' ? { kind: 'workload', name: who } : who)), when, because: 'the case needs it' })),
  };
}

/** Every offer to a workload is asked for. */
export function policy(workloads: readonly Workload[], apis: readonly Api[], rest: Partial<Policy> = {}): Policy {
  const asks = apis.flatMap((served) => served.offers.flatMap(({ operation, to }) => to.filter(({ kind }) => kind === 'workload').map((from) => ({ from, to: { api: served.name, operation } }))));
  return { version: 1, name: 'case', segments: [], workloads, identityProviders: [], people: [], partners: [], apis, asks, never: [], holes: [], ...rest };
}

export const segment = (name: string, rest: Partial<Segment> = {}): Segment => ({ name, holds: 'internal', managed: 'managed', requires: { people: [], workloads: [], partners: [] }, alerts: [], ...rest });

export const staff: IdentityProvider = {
  name: 'staff', issuer: 'https://login.example.com', audiences: ['retail'], jwksUri: 'https://login.example.com/keys',
  asserts: { mfa: { claim: 'amr', anyOf: ['mfa', 'hwk'] }, authenticatedAt: { claim: 'auth_time' }, device: { claim: 'device_trust' } },
};
export const shop: IdentityProvider = { name: 'shop', issuer: 'https://id.example.com/realms/shop', audiences: ['store', 'store-app'], jwksUri: 'https://id.example.com/realms/shop/keys' };
export const support: People = { name: 'support', via: 'staff', where: { kind: 'claim', claim: 'groups', anyOf: ['support-leads'] } };
export const shoppers: People = { name: 'shoppers', via: 'shop' };
export const known: Partial<Policy> = { identityProviders: [shop, staff], people: [shoppers, support], partners: [{ name: 'acme', certificate: { ca: 'acme', san: 'uri:spiffe://acme.example/billing' } }] };

export const edge: Gateway = {
  name: 'edge', kind: 'envoyGateway', version: '1.9', namespace: 'edge', pods: { namespace: 'edge-proxies', labels: { app: 'edge' }, serviceAccount: 'edge-proxy' }, controlNamespace: 'envoy-gateway-system',
  port: 443, containerPort: 10_443, certificate: { kind: 'Secret', namespace: 'edge', name: 'tls' }, upstream: { kind: 'mesh' },
};
export const atEdge = (host = 'api.example.com'): Exposure => ({ kind: 'gateway', gateway: 'edge', host });
export const atService = (name: string): Exposure => ({ kind: 'service', service: name });

export const accept = (feature: Feature, grants: Acceptance['grants'] = 'all'): Acceptance => ({ grants, feature, plane: 'mesh', because: 'the case needs it', owner: 'platform', until: '2999-12-31' });

export function platform(dataPlane: Mesh['dataPlane'], { mesh = {}, ...rest }: Partial<Omit<Platform, 'mesh'>> & { readonly mesh?: Partial<Mesh> } = {}): Platform {
  return {
    version: 1, name: 'case', gateways: [edge], caBundles: [{ name: 'acme', ref: { kind: 'ConfigMap', namespace: 'edge', name: 'acme-ca' } }], hosts: [], podCidrs: ['10.0.0.0/16'], nodeCidrs: ['192.168.0.0/24'],
    dns: { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' }, port: 53, protocols: ['UDP', 'TCP'], nodeLocalCidrs: [] },
    apiServer: { cidrs: ['172.16.0.10/32'], port: 6443 }, loadBalancer: { clientAddress: 'preserved' }, accept: [],
    metricsScraper: { namespace: 'monitoring', labels: { app: 'prometheus' }, serviceAccount: 'prometheus' }, ...rest,
    cni: { name: 'conformant', networkPolicy: 'enforced', servicePortMustEqualContainerPort: false, ipBlockMatchesNodes: true, ipBlockMatchesPods: true, startsOpen: false },
    mesh: { kind: 'istio', version: '1.31', dataPlane, namespace: 'istio-system', trustDomain: 'prod.example.com', pathNormalization: 'DECODE_AND_MERGE_SLASHES', minTls: '1.3', waypoint: 'waypoint', ...mesh },
  };
}
