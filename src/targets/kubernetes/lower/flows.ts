import type { Diagnostic } from '#diagnostics';
import { grants, resolvePort, type Grant, type Policy } from '#ir';
import type { PortPlan } from '../plan.ts';
import type { Pods } from './estate.ts';

/** A grant as packets: who connects to which port of whose pods. */
export interface Flow {
  readonly grant: Grant;
  readonly from: Pods | 'outside';
  readonly to: Pods;
  /** The container port, resolved. */
  readonly number: number;
  /** How the server's side says it: by name if the API does, since every selected pod declares that name. */
  readonly port: PortPlan;
}

/**
 * The flows of every grant. Whichever plane answers for its identity or its operation, its packets have to pass this
 * one. What has no packets that a NetworkPolicy could speak of is a CS1021, never left out.
 */
export function flowsOf(policy: Policy, estate: ReadonlyMap<string, Pods>): { readonly flows: readonly Flow[]; readonly losses: readonly Diagnostic[] } {
  const flows: Flow[] = [];
  const losses: Diagnostic[] = [];
  for (const grant of grants(policy)) {
    const to = serverOf(grant, estate);
    const from = callerOf(grant, estate);
    if (typeof to === 'string' || typeof from === 'string' && from !== 'outside' && from !== 'own-node') {
      losses.push(unsupported(policy, grant, typeof to === 'string' ? to : from as string));
      continue;
    }
    if (from === 'own-node') continue; // a node's traffic to its own pods always passes: the assumption `own-node`
    flows.push({ grant, from: from as Pods | 'outside', to, ...portOf(grant, to) });
  }
  return { flows, losses };
}

/** Pods, or why there are none. */
function serverOf({ api }: Grant, estate: ReadonlyMap<string, Pods>): Pods | string {
  if (api.servedBy.kind === 'cloud') return `\`${api.name}\` is a resource of the cloud, and the addresses of its endpoints are not known`;
  return known(estate, api.servedBy.workload);
}

/** Pods, the outside, a pod's own node, or why it is none of them. */
function callerOf({ from, api }: Grant, estate: ReadonlyMap<string, Pods>): Pods | 'outside' | 'own-node' | string {
  switch (from.kind) {
    case 'workload': return known(estate, from.name);
    case 'anyone': case 'people': case 'partner':
      return api.exposedAt?.kind === 'service' ? 'outside' : `\`${api.name}\` is not exposed by a Service, and no platform describes another way in`;
    case 'builtin': return from.name === 'nodeProbes' ? 'own-node' : `no platform says where \`${from.name}\` calls from`;
    case 'pods': return 'nobody declares those pods, so their side can\'t be opened';
    default: return from satisfies never;
  }
}

function portOf({ api }: Grant, to: Pods): Pick<Flow, 'number' | 'port'> {
  const { port } = api.servedBy as Extract<typeof api.servedBy, { kind: 'workload' }>;
  const declared = resolvePort(to.kubernetes, port, 'TCP'); // HTTP, gRPC and `tcp()` alike
  const number = declared?.number ?? port;
  if (typeof number === 'string') throw new Error(`\`${api.name}\` names the port \`${number}\`, which \`${to.workload}\` does not declare: CS1027 should have stopped it`);
  return { number, port: { protocol: 'TCP', port: declared?.name === port ? port : number } };
}

function known(estate: ReadonlyMap<string, Pods>, workload: string): Pods {
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

/** Found by identity, and only for what is said. */
export const offerPointer = (policy: Policy, { api, offer }: Grant): string => `/apis/${policy.apis.indexOf(api)}/offers/${api.offers.indexOf(offer)}`;
