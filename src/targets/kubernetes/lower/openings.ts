import type { Platform, Policy } from '#ir';
import { policyName, proxyPolicyName } from '../../object-name.ts';
import type { PolicyPlan, PortPlan, Served } from '../plan.ts';
import { admit, rulesOf, type Admissions } from './admissions.ts';
import type { CloudFlow } from './cloud-flows.ts';
import { credentialPeers } from './cloud-peers.ts';
import type { Pods, WorkloadPods } from './estate.ts';
import { seenFrom } from './estate.ts';
import type { Leg } from './legs.ts';
import type { PlatformPeers } from './platform-peers.ts';
import type { GatewayPods, Proxies } from './proxies.ts';
import { maxObjectBytes, split } from './split.ts';

/** The policy of some pods while it is being opened. Only who has one is governed. */
export type Opening = { readonly ingress: Admissions; readonly egress: Admissions; readonly served: Served[]; /** Something by its name. */ looksUp: boolean } & (
  | { readonly kind: 'workload'; readonly pods: WorkloadPods }
  | { readonly kind: 'waypoint'; readonly pods: Pods }
  | { readonly kind: 'gateway'; readonly pods: GatewayPods });
export type Openings = ReadonlyMap<Pods, Opening>;

/** One for each managed workload and each proxy. A proxy looks up its control plane. */
export function openingsOf(policy: Policy, { mesh }: Platform, estate: ReadonlyMap<string, WorkloadPods>, { gateways, waypoints }: Proxies): Openings {
  const empty = (looksUp: boolean): Omit<Opening, 'kind' | 'pods'> => ({ ingress: new Map(), egress: new Map(), served: [], looksUp });
  const saying = new Set(policy.workloads.flatMap(({ callsDns, name }) => (callsDns === undefined ? [] : [name])));
  const openings = new Map<Pods, Opening>();
  for (const pods of estate.values()) {
    if (pods.managed) openings.set(pods, { kind: 'workload', pods, ...empty(mesh?.dataPlane === 'sidecar' || saying.has(pods.name)) });
  }
  for (const pods of waypoints.values()) openings.set(pods, { kind: 'waypoint', pods, ...empty(true) });
  for (const pods of gateways.values()) openings.set(pods, { kind: 'gateway', pods, ...empty(true) });
  return openings;
}

/** Both ends have to agree: the caller's egress and the server's ingress. What is not governed, such as the outside, has no end of ours. */
export function openLeg({ from, number, port, ref, tells, to }: Leg, openings: Openings): void {
  const server = openings.get(to);
  if (server !== undefined) {
    for (const peer of isPods(from) ? [seenFrom(to.namespace, from)] : from) {
      admit(server.ingress, port, number, peer);
      server.served.push({ ref, direction: 'ingress', peer: peer.plan, port, tells });
    }
  }
  const caller = isPods(from) ? openings.get(from) : undefined;
  if (caller === undefined) return;
  const peer = seenFrom(caller.pods.namespace, to);
  // by number: at the caller's end enforcers differ on a name that several peers give to different ports
  const numbered = port.port === number ? port : { protocol: port.protocol, port: number };
  admit(caller.egress, numbered, number, peer);
  caller.served.push({ ref, direction: 'egress', peer: peer.plan, port: numbered });
  caller.looksUp = true;
}

/** Out to where services of the cloud answer, and to where the workload gets the credentials that it calls them with. */
export function openCloud(flows: readonly CloudFlow[], platform: Platform, openings: Openings): void {
  const credentials = platform.aws === undefined ? undefined : credentialPeers(platform.aws, platform);
  for (const { does, from, peers, port: number, ref } of flows) {
    const opening = openings.get(from);
    if (opening === undefined) throw new Error(`\`${from.name}\` is ours to hold, and has no policy`);
    const port: PortPlan = { protocol: 'TCP', port: number };
    for (const peer of peers) {
      admit(opening.egress, port, number, peer);
      opening.served.push({ ref, direction: 'egress', peer: peer.plan, port, tells: { feature: 'endpoint', does } });
    }
    if (credentials !== undefined) openFor(opening.egress, credentials);
    opening.looksUp = true;
  }
}

const isPods = (from: Leg['from']): from is Pods => !Array.isArray(from);

/** A connection that serves no grant: to a peer of the platform's, or from one. */
export function openFor(admissions: Admissions, { peers, ports }: PlatformPeers): void {
  for (const port of ports) for (const peer of peers) admit(admissions, port, port.port as number, peer);
}

export function policiesOf({ egress, ingress, kind, pods, served }: Opening): readonly PolicyPlan[] {
  const plan: PolicyPlan = {
    namespace: pods.namespace, name: kind === 'workload' ? policyName(pods.name) : proxyPolicyName(kind, pods.name), stage: 1, selector: pods.selector,
    purpose: `Who may connect to ${kind === 'workload' ? pods.name : `the ${kind} ${pods.name}`}, and where it may connect to.`,
    ingress: rulesOf(ingress), egress: rulesOf(egress), served,
    grants: [...new Set(served.map(({ ref }) => ref))].sort(),
  };
  return split(plan, maxObjectBytes);
}
