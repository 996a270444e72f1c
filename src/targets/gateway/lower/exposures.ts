import { grants, resolvePort, type Api, type Gateway, type Grant, type Platform, type Policy, type Segment, type Workload } from '#ir';
import type { BackendPlan } from '../plan.ts';
import { compare } from '../../compare.ts';
import { operationsOf, type Seen } from './operations.ts';

/** An API as it is reached through a gateway. */
export interface Exposed {
  readonly api: Api;
  /** In the policy. */
  readonly pointer: string;
  readonly host: string;
  /** Origins whose pages may call it. */
  readonly origins: readonly string[] | undefined;
  readonly workload: Workload;
  readonly segment: Segment | undefined;
  /** The Service that leads to the API's container port. Undefined where there is none. */
  readonly backend: BackendPlan | undefined;
  /** What people, partners and anyone are offered. */
  readonly grants: readonly Grant[];
  /** What HTTP can carry of it, those first that own what they share with others. */
  readonly operations: readonly Seen[];
  /** Nothing is emitted in the namespace that serves it. */
  readonly unmanaged: boolean;
}

/** A gateway of the platform with everything that is exposed there, in the order of hosts and then of APIs. */
export interface Edge { readonly gateway: Gateway; /** In the platform. */ readonly pointer: string; readonly exposed: readonly Exposed[] }

/** Whoever comes from outside the cluster: nobody else is let through a gateway. */
export const fromOutside = ({ from }: Grant): boolean => from.kind === 'people' || from.kind === 'partner' || from.kind === 'anyone';

/** Linear in APIs and grants. */
export function edgesOf(policy: Policy, { gateways }: Platform): readonly Edge[] {
  const offered = new Map<Api, Grant[]>();
  for (const grant of grants(policy)) {
    if (!fromOutside(grant)) continue;
    const list = offered.get(grant.api);
    if (list === undefined) offered.set(grant.api, [grant]); else list.push(grant);
  }
  const workloads = new Map(policy.workloads.map((workload) => [workload.name, workload]));
  const segments = new Map(policy.segments.map((segment) => [segment.name, segment]));
  const byGateway = new Map<string, Exposed[]>();
  for (const [index, api] of policy.apis.entries()) {
    const { exposedAt, servedBy } = api;
    const workload = servedBy.kind === 'workload' ? workloads.get(servedBy.workload) : undefined;
    if (exposedAt?.kind !== 'gateway' || workload === undefined) continue; // a resource of the cloud is not exposed: CS1028 has said so
    const segment = workload.segment === undefined ? undefined : segments.get(workload.segment);
    const list = byGateway.get(exposedAt.gateway) ?? [];
    byGateway.set(exposedAt.gateway, list);
    list.push({
      api, pointer: `/apis/${index}`, host: exposedAt.host, origins: exposedAt.browser?.origins, workload, segment,
      backend: backendOf(api, workload), grants: offered.get(api) ?? [], operations: operationsOf(api, offered.get(api) ?? []), unmanaged: segment?.managed === 'unmanaged',
    });
  }
  return gateways.map((gateway, index) => ({
    gateway, pointer: `/gateways/${index}`,
    exposed: (byGateway.get(gateway.name) ?? []).sort((a, b) => compare(a.host, b.host) || compare(a.api.name, b.api.name)),
  })).filter(({ exposed }) => exposed.length > 0);
}

/** The first Service that leads to the port: the one that callers use. */
function backendOf({ servedBy }: Api, { kubernetes }: Workload): BackendPlan | undefined {
  if (servedBy.kind !== 'workload' || kubernetes === undefined) return undefined;
  const port = resolvePort(kubernetes, servedBy.port, 'TCP')?.number ?? servedBy.port;
  const service = kubernetes.services.find(({ protocol, targetPort }) => protocol === 'TCP' && (resolvePort(kubernetes, targetPort, 'TCP')?.number ?? targetPort) === port);
  return service === undefined ? undefined : { namespace: kubernetes.namespace, service: service.name, port: service.port };
}
