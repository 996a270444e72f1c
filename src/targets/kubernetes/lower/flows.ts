import type { Diagnostic } from '#diagnostics';
import { builtinGrants, grants, isCloudApi, offerPointer, resolvePort, type Grant, type GrantRef, type Platform, type Policy } from '#ir';
import type { PortPlan } from '../plan.ts';
import type { Pods, WorkloadPods } from './estate.ts';
import type { GatewayPods, Proxies } from './proxies.ts';

/** Who begins a connection: pods, the outside where a Service or a gateway's proxies answer it. */
export type Caller =
  | { readonly kind: 'pods'; readonly pods: WorkloadPods }
  | { readonly kind: 'outside'; /** Where it arrives, unless at the server itself. */ readonly gateway?: GatewayPods }
  | { readonly kind: 'scraper'; readonly pods: Pods };

/** A grant as packets: who connects to which port of whose pods. */
export interface Flow {
  readonly ref: GrantRef;
  readonly from: Caller;
  readonly to: WorkloadPods;
  /** The container port, resolved. */
  readonly number: number;
  /** How the server's side says it: by name if the API does, since every selected pod declares that name. */
  readonly port: PortPlan;
  /** What declares it; found only for what is said. */
  readonly pointer: () => string;
  /** Absent for what is derived from a workload's own facts. */
  readonly grant?: Grant;
}

/**
 * The flows of every grant of something in the cluster. Whichever plane answers for its identity or its operation, its packets have to pass this
 * one. What has no packets that a NetworkPolicy could speak of is a CS1021, never left out.
 */
export function flowsOf(policy: Policy, platform: Platform, estate: ReadonlyMap<string, WorkloadPods>, { gateways }: Proxies, scraper: Pods | undefined): { readonly flows: readonly Flow[]; readonly losses: readonly Diagnostic[] } {
  const flows: Flow[] = [];
  const losses: Diagnostic[] = [];
  for (const grant of grants(policy)) {
    if (isCloudApi(grant.api)) continue; // `cloudFlows`
    const to = known(estate, (grant.api.servedBy as Extract<typeof grant.api.servedBy, { kind: 'workload' }>).workload);
    const from = callerOf(grant, platform, estate, gateways, scraper);
    if (from === 'own-node') continue; // a node's traffic to its own pods always passes: the assumption `own-node`
    if (typeof from === 'string') { losses.push(unsupported(policy, grant, from)); continue; }
    flows.push({ ref: grant.ref, grant, from, to, ...portOf(grant, to), pointer: () => offerPointer(policy, grant) });
  }
  if (scraper !== undefined) {
    for (const { port, ref, workload } of builtinGrants(policy)) {
      const to = known(estate, workload.name);
      flows.push({ ref, from: { kind: 'scraper', pods: scraper }, to, number: port, port: { protocol: 'TCP', port }, pointer: () => `${to.pointer}/kubernetes/metrics` });
    }
  }
  return { flows, losses };
}

/** Who calls, a pod's own node, or why it is none of them. */
function callerOf({ from, api }: Grant, platform: Platform, estate: ReadonlyMap<string, WorkloadPods>, gateways: Proxies['gateways'], scraper: Pods | undefined): Caller | 'own-node' | string {
  switch (from.kind) {
    case 'workload': return { kind: 'pods', pods: known(estate, from.name) };
    case 'anyone': case 'people': case 'partner': {
      if (api.exposedAt?.kind === 'service') return { kind: 'outside' };
      const gateway = api.exposedAt === undefined ? undefined : gateways.get(api.exposedAt.gateway);
      if (gateway !== undefined) return { kind: 'outside', gateway };
      return api.exposedAt === undefined ? `\`${api.name}\` is exposed nowhere` : `\`${platform.name}\` has no gateway \`${api.exposedAt.gateway}\``;
    }
    case 'builtin': return from.name === 'nodeProbes' ? 'own-node' : from.name === 'metricsScraper' && scraper !== undefined ? { kind: 'scraper', pods: scraper } : `no platform says where \`${from.name}\` calls from`;
    case 'pods': return 'nobody declares those pods, so their side can\'t be opened';
    default: return from satisfies never;
  }
}

function portOf({ api }: Grant, to: WorkloadPods): Pick<Flow, 'number' | 'port'> {
  const { port } = api.servedBy as Extract<typeof api.servedBy, { kind: 'workload' }>;
  const declared = resolvePort(to.kubernetes, port, 'TCP'); // HTTP, gRPC and `tcp()` alike
  const number = declared?.number ?? port;
  if (typeof number === 'string') throw new Error(`\`${api.name}\` names the port \`${number}\`, which \`${to.name}\` does not declare: CS1027 should have stopped it`);
  return { number, port: { protocol: 'TCP', port: declared?.name === port ? port : number } };
}

function known(estate: ReadonlyMap<string, WorkloadPods>, workload: string): WorkloadPods {
  const pods = estate.get(workload);
  if (pods === undefined) throw new Error(`\`${workload}\` is not declared with its place in Kubernetes: CS1001 or CS1035 should have stopped it`);
  return pods;
}

function unsupported(policy: Policy, grant: Grant, because: string): Diagnostic {
  return {
    code: 'CS1021',
    severity: 'error',
    message: `\`${grant.ref}\` can't become a NetworkPolicy: ${because}`,
    pointer: offerPointer(policy, grant),
    related: [],
    help: 'take the grant out until a target for it exists',
  };
}

