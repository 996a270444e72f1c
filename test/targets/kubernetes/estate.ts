import type {
  Api, ClusterDns, Cni, ContainerPort, Exposure, IdentityRef, KubernetesWorkload, Operation, Placement, Platform, Policy, Segment, ServicePort,
  Workload,
} from '#ir';

/** Hand-made estates: IR objects with everything that a case does not speak of left at its plainest. */
export const noPlacement: Placement = { duties: [] };

export function workload(name: string, kubernetes: Partial<KubernetesWorkload> = {}, rest: Partial<Workload> = {}): Workload {
  return {
    name,
    ...rest,
    kubernetes: {
      namespace: 'shop', controller: 'Deployment', serviceAccount: name, selector: { app: name }, ports: [{ number: 8080, protocol: 'TCP' }],
      services: [], probes: [], ...kubernetes,
    },
  };
}

export const tcpPort = (number: number, name?: string): ContainerPort => (name === undefined ? { number, protocol: 'TCP' } : { number, protocol: 'TCP', name });
export const service = (name: string, port: number, targetPort: number | string, type: ServicePort['type'] = 'ClusterIP'): ServicePort =>
  ({ name, port, protocol: 'TCP', targetPort, type });

export const http = (name: string, method: 'GET' | 'POST' = 'GET', path = `/${name}`): Operation => ({ name, kind: 'http', method, path });
export const rpc = (name: string): Operation => ({ name, kind: 'grpc', service: 'shop.Service', method: name });
export const connect = (port: number): Operation => ({ name: 'connect', kind: 'tcp', port });

/** `offers`: who may call which operation. Names are workloads; `anyone` is anyone. */
export function api(name: string, { server = name, port = 8080, operations = [http('read')], offers = {}, exposedAt, when = [] }: {
  readonly server?: string; readonly port?: number | string; readonly operations?: readonly Operation[];
  readonly offers?: Readonly<Record<string, readonly (string | IdentityRef)[]>>; readonly exposedAt?: Exposure; readonly when?: Api['offers'][number]['when'];
} = {}): Api {
  return {
    name,
    servedBy: { kind: 'workload', workload: server, port },
    operations,
    ...(exposedAt === undefined ? {} : { exposedAt }),
    offers: Object.entries(offers).map(([operation, to]) => ({ operation, to: to.map(identity), when, because: 'the case needs it' })),
  };
}

const identity = (who: string | IdentityRef): IdentityRef =>
  typeof who !== 'string' ? who : who === 'anyone' ? { kind: 'anyone' } : { kind: 'workload', name: who };

/** Every offer to a workload is asked for. */
export function policy(workloads: readonly Workload[], apis: readonly Api[], rest: Partial<Policy> = {}): Policy {
  const asks = apis.flatMap((served) => served.offers.flatMap(({ operation, to }) =>
    to.filter(({ kind }) => kind === 'workload' || kind === 'pods').map((from) => ({ from, to: { api: served.name, operation } }))));
  return {
    version: 1, name: 'case', segments: [], workloads, identityProviders: [], people: [], partners: [], apis, asks, never: [], holes: [], ...rest,
  };
}

export const segment = (name: string, rest: Partial<Segment> = {}): Segment =>
  ({ name, holds: 'internal', managed: 'managed', requires: { people: [], workloads: [], partners: [] }, alerts: [], ...rest });

export const kubeDns: ClusterDns = { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' }, port: 53, protocols: ['UDP', 'TCP'], nodeLocalCidrs: [] };

export function platform({ cni = {}, ...rest }: Partial<Omit<Platform, 'cni'>> & { readonly cni?: Partial<Cni> } = {}): Platform {
  return {
    version: 1, name: 'case', gateways: [], caBundles: [], hosts: [], podCidrs: ['10.0.0.0/16'], nodeCidrs: ['192.168.0.0/24'], dns: kubeDns,
    apiServer: { cidrs: ['172.16.0.10/32'], port: 6443 }, loadBalancer: { clientAddress: 'preserved' }, accept: [], ...rest,
    cni: {
      name: 'conformant', networkPolicy: 'enforced', servicePortMustEqualContainerPort: false, ipBlockMatchesNodes: true, ipBlockMatchesPods: true,
      startsOpen: false, ...cni,
    },
  };
}
