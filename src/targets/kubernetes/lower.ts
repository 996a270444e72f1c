import type { Diagnostic } from '#diagnostics';
import type { Placement, Platform, Policy } from '#ir';
import { admit, rulesOf } from './lower/admissions.ts';
import { cniLosses, type Opened } from './lower/cni-losses.ts';
import { podsByWorkload, seenFrom, type Peer, type Pods } from './lower/estate.ts';
import { flowsOf, type Flow } from './lower/flows.ts';
import { managedNamespaces } from './lower/namespaces.ts';
import { apiServerPeers, dnsPeers, outsidePeers, type PlatformPeers } from './lower/platform-peers.ts';
import { maxObjectBytes, split, type Served } from './lower/split.ts';
import { defaultDenyName, labelValue, policyName } from '../object-name.ts';
import type { NetworkPlan, PolicyPlan } from './plan.ts';

/** One workload's policy while it is being opened. */
interface Opening extends Opened { readonly served: Served[]; /** Some API, by its name. */ calls: boolean }

/**
 * Decides which NetworkPolicies a policy needs on a platform: a denial of everything for each namespace, and for each
 * workload one policy that opens its pods, in both directions, to what its grants say and nothing else.
 *
 * The placement is not looked at: whoever answers for an identity or an operation, the packets of every grant pass
 * this plane, and every port of it is this target's. Objects come in the order of namespace and name, the same for any
 * order of declaration. Pointers are into `policy` or, where they begin with a platform's field, into `platform`.
 */
export function lower(policy: Policy, platform: Platform, _placement: Placement): { readonly plan: NetworkPlan; readonly losses: readonly Diagnostic[] } {
  const estate = podsByWorkload(policy);
  const { flows, losses: unsupported } = flowsOf(policy, estate);
  const { namespaces, losses: foreign } = managedNamespaces(policy, platform, estate);
  const openings = openingsOf(estate);
  const outside = outsidePeers(platform);
  for (const flow of flows) open(flow, openings, outside);
  openPlatformPeers(policy, platform, openings);

  const opened = [...openings.values()];
  const objects: PolicyPlan[] = [...namespaces.map(defaultDeny), ...opened.flatMap((opening) => policiesOf(opening))];
  objects.sort((a, b) => compare(a.namespace, b.namespace) || compare(a.name, b.name));
  return {
    plan: { policy: labelValue(policy.name), objects },
    losses: [...unsupported, ...foreign, ...missingFacts(policy, platform, flows, opened, outside), ...sameNames(objects, estate), ...cniLosses(policy, platform, flows, opened)],
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function openingsOf(estate: ReadonlyMap<string, Pods>): ReadonlyMap<string, Opening> {
  return new Map([...estate].map(([name, pods]) => [name, { pods, ingress: new Map(), egress: new Map(), served: [], calls: false }]));
}

/** Both ends have to agree: the caller's egress and the server's ingress. The outside has no end of ours. */
function open({ grant, from, to, port, number }: Flow, openings: ReadonlyMap<string, Opening>, outside: readonly Peer[]): void {
  const server = openings.get(to.workload)!;
  const admitIn = (peer: Peer): void => {
    admit(server.ingress, port, number, peer);
    server.served.push({ ref: grant.ref, peer: peer.plan });
  };
  if (from === 'outside') { outside.forEach(admitIn); return; }
  admitIn(seenFrom(to.kubernetes.namespace, from));
  const caller = openings.get(from.workload)!;
  const target = seenFrom(from.kubernetes.namespace, to);
  // by number: at the caller's end enforcers differ on a name that several peers give to different ports
  admit(caller.egress, { protocol: port.protocol, port: number }, number, target);
  caller.served.push({ ref: grant.ref, peer: target.plan });
  caller.calls = true;
}

/** Whoever calls something by its name has to look that name up; whoever talks to the API server says so. */
function openPlatformPeers(policy: Policy, { dns, apiServer }: Platform, openings: ReadonlyMap<string, Opening>): void {
  const reach = ({ egress }: Opening, { peers, ports }: PlatformPeers): void => {
    for (const port of ports) for (const peer of peers) admit(egress, port, port.port as number, peer);
  };
  if (dns !== undefined) {
    for (const opening of openings.values()) {
      if (opening.calls) for (const peers of dnsPeers(dns, opening.pods.kubernetes.namespace)) reach(opening, peers);
    }
  }
  if (apiServer !== undefined) {
    const peers = apiServerPeers(apiServer);
    for (const { name, callsApiServer } of policy.workloads) {
      if (callsApiServer === undefined) continue;
      const opening = openings.get(name);
      if (opening === undefined) throw new Error(`\`${name}\` calls the API server from no known place: CS1035 should have stopped it`);
      reach(opening, peers);
    }
  }
}

function defaultDeny(namespace: string): PolicyPlan {
  return {
    namespace, name: defaultDenyName, stage: 0, selector: {}, ingress: [], egress: [], grants: [],
    purpose: `Nothing enters or leaves a pod of ${namespace} unless another policy admits it.`,
  };
}

function policiesOf({ pods, ingress, egress, served }: Opening): readonly PolicyPlan[] {
  const { namespace } = pods.kubernetes;
  const plan: PolicyPlan = {
    namespace, name: policyName(pods.workload), stage: 1, selector: pods.selector,
    purpose: `Who may connect to ${pods.workload}, and where it may connect to.`,
    ingress: rulesOf(ingress), egress: rulesOf(egress),
    grants: [...new Set(served.map(({ ref }) => ref))].sort(),
  };
  return split(plan, served, maxObjectBytes);
}

/** CS1024 for every fact of the platform that a rule would have to be made of: without it the rule would be missing. */
function missingFacts(policy: Policy, platform: Platform, flows: readonly Flow[], opened: readonly Opening[], outside: readonly Peer[]): readonly Diagnostic[] {
  const losses: Diagnostic[] = [];
  const missing = (fact: string, message: string, pointer: string, help: string): void => {
    losses.push({ code: 'CS1024', severity: 'error', message: `the platform \`${platform.name}\` ${message}`, pointer, related: [], help: `${help} (\`${fact}\`)` });
  };
  const exposed = flows.find(({ from }) => from === 'outside')?.grant.api;
  if (exposed !== undefined) {
    const pointer = `/apis/${policy.apis.indexOf(exposed)}/exposedAt`;
    if (platform.loadBalancer === undefined) {
      missing('loadBalancer.clientAddress', `does not say whose address the clients of \`${exposed.name}\` arrive with`, pointer, 'say whether a load balancer preserves it');
    } else if (outside.length === 0) {
      const fact = platform.loadBalancer.clientAddress === 'node' ? 'nodeCidrs' : 'podCidrs';
      missing(fact, `leaves no address that the clients of \`${exposed.name}\` could be told from pods by`, pointer, 'give the ranges');
    }
  }
  const caller = opened.find(({ calls }) => calls)?.pods;
  if (caller !== undefined && (platform.dns === undefined || platform.dns.protocols.length === 0)) {
    missing('dns', `does not say where \`${caller.workload}\` looks names up`, caller.pointer, 'say where the cluster\'s DNS answers');
  }
  const index = policy.workloads.findIndex(({ callsApiServer }) => callsApiServer !== undefined);
  if (index >= 0 && (platform.apiServer === undefined || platform.apiServer.cidrs.length === 0)) {
    missing('apiServer', `does not say where the API server answers, which \`${policy.workloads[index]!.name}\` calls`, `/workloads/${index}/callsApiServer`, 'give the addresses and the port of its endpoints');
  }
  return losses;
}

/** Names are hashed where they are not taken over; two that meet all the same would overwrite each other. */
function sameNames(objects: readonly PolicyPlan[], estate: ReadonlyMap<string, Pods>): readonly Diagnostic[] {
  const collides = objects.some(({ namespace, name }, index) => namespace === objects[index + 1]?.namespace && name === objects[index + 1]?.name);
  if (!collides) return [];
  const taken = new Map<string, Pods>();
  return [...estate.values()].flatMap((pods): readonly Diagnostic[] => {
    const name = `${pods.kubernetes.namespace}/${policyName(pods.workload)}`;
    const other = taken.get(name);
    taken.set(name, pods);
    return other === undefined ? [] : [{
      code: 'CS1003', severity: 'error', pointer: `${pods.pointer}/name`, related: [{ message: 'the other one', pointer: `${other.pointer}/name` }],
      message: `the workloads \`${other.workload}\` and \`${pods.workload}\` would both be named \`${name}\``,
      help: 'rename one of them',
    }];
  });
}
