import type { Diagnostic } from '#diagnostics';
import { resolvePort, type Platform, type Policy } from '#ir';
import { overlaps, parseCidr } from '../../cidr.ts';
import type { Admissions } from './admissions.ts';
import type { CloudFlow } from './cloud-flows.ts';
import type { WorkloadPods } from './estate.ts';
import type { Flow } from './flows.ts';
import type { KeyHost } from './key-hosts.ts';
import type { Opening } from './openings.ts';

/** Where this platform's CNI does less than NetworkPolicies say: one sentence for each thing that a person can mend. */
export function cniLosses(policy: Policy, platform: Platform, flows: readonly Flow[], cloud: readonly CloudFlow[], opened: readonly Opening[], keys: readonly KeyHost[]): readonly Diagnostic[] {
  if (platform.cni.networkPolicy === 'absent') return [nothingEnforced(platform)];
  return [
    ...servicePorts(platform, flows, opened),
    ...portsPerPeer(platform, opened),
    ...startsOpen(platform),
    ...owners(platform, opened),
    ...nodesAsPeers(policy, platform, flows, opened, keys),
    ...credentialAgent(platform, cloud),
    ...endpointsAmongPods(platform, cloud),
  ];
}

function nothingEnforced({ cni }: Platform): Diagnostic {
  return {
    code: 'CS3003', severity: 'error', pointer: '/cni/networkPolicy', related: [],
    message: `\`${cni.name}\` does not enforce NetworkPolicies: they would be stored, and every pod would stay open`,
    help: 'use a CNI that enforces them, and say so in the platform',
  };
}

/**
 * "The service port must be the same as the container port. If you're using named ports, use the same name in the
 * service spec too." (Amazon EKS user guide, "Limit Pod traffic with Kubernetes network policies", considerations.)
 * Of every Service of an API that somebody calls, since whoever calls may take any of them. In an ambient mesh too, though
 * packets go to HBONE's port there: the agent resolves a selector through the Services of its pods, and nothing that
 * the vendor says excepts a mesh. Who scrapes asks each pod.
 */
function servicePorts({ cni, dns }: Platform, flows: readonly Flow[], opened: readonly Opening[]): readonly Diagnostic[] {
  if (!cni.servicePortMustEqualContainerPort) return [];
  const found = new Map<string, Diagnostic>();
  for (const { from, number, pointer: declared, port, ref, to } of flows) {
    if (from.kind === 'scraper') continue;
    to.kubernetes.services.forEach(({ name, port: servicePort, targetPort, protocol }, index) => {
      const pointer = `${to.pointer}/kubernetes/services/${index}`;
      const reached = resolvePort(to.kubernetes, targetPort, protocol)?.number ?? targetPort;
      if (protocol !== port.protocol || reached !== number || found.has(pointer)) return;
      const differs = servicePort !== number ? 'number' : typeof port.port === 'string' && targetPort !== port.port ? 'name' : undefined;
      if (differs === undefined) return;
      found.set(pointer, {
        code: 'CS3002', severity: 'error', pointer,
        related: [{ message: `\`${ref}\` may come through it`, pointer: declared() }],
        ...(differs === 'number' ? {
          message: `the Service \`${name}\` leads from port ${servicePort} to container port ${number}, and \`${cni.name}\` enforces rules only where the two are the same`,
          help: `let \`${name}\` listen on ${number} and its callers use that, or use a CNI that looks at the pod's port`,
        } : {
          message: `the Service \`${name}\` leads to container port ${number} as \`${targetPort}\`, and \`${cni.name}\` enforces a rule on the named port \`${port.port}\` only where the Service uses that name`,
          help: `write \`targetPort: ${port.port}\` in \`${name}\`, or give the API's port by number`,
        }),
      });
    });
  }
  if (dns !== undefined && dns.port !== dnsServicePort && opened.some(({ looksUp }) => looksUp)) {
    found.set('/dns/port', {
      code: 'CS3002', severity: 'error', pointer: '/dns/port', related: [],
      message: `the cluster's DNS leads from port ${dnsServicePort} to pod port ${dns.port}, and \`${cni.name}\` enforces rules only where the two are the same`,
      help: `let the DNS pods listen on ${dnsServicePort}, or use a CNI that looks at the pod's port`,
    });
  }
  return [...found.values()];
}

/** Where resolvers ask (RFC 1035), so where every cluster's DNS Service listens. */
const dnsServicePort = 53;

/** The limit counts, for each peer of a direction, different pairs of port and protocol over all policies; names count as what they mean. */
function portsPerPeer({ cni }: Platform, opened: readonly Opening[]): readonly Diagnostic[] {
  const limit = cni.maxPortsPerPeer;
  if (limit === undefined) return [];
  return opened.flatMap(({ egress, ingress, kind, pods }) => {
    const counts = [...portCounts(ingress), ...portCounts(egress)];
    const most = Math.max(0, ...counts);
    return most <= limit ? [] : [{
      code: 'CS3004', severity: 'error', pointer: kind === 'workload' ? `${pods.pointer}/kubernetes/ports` : pods.pointer, related: [],
      message: `\`${pods.name}\` has a peer with ${most} different ports, and \`${cni.name}\` enforces at most ${limit} for each peer`,
      help: `serve fewer ports, split \`${pods.name}\`, or use a CNI without this limit`,
    } satisfies Diagnostic];
  });
}

function portCounts(admissions: Admissions): Iterable<number> {
  const ports = new Map<string, Set<string>>();
  for (const { number, port, peers } of admissions.values()) {
    for (const key of peers.keys()) {
      let of = ports.get(key);
      if (of === undefined) ports.set(key, of = new Set());
      of.add(`${number} ${port.protocol}`);
    }
  }
  return [...ports.values()].map(({ size }) => size);
}

function startsOpen({ cni }: Platform): readonly Diagnostic[] {
  return !cni.startsOpen ? [] : [{
    code: 'CS3005', severity: 'warning', pointer: '/cni/startsOpen', related: [],
    message: `on \`${cni.name}\` a pod is open from its start until its policies arrive`,
    help: 'let the CNI start pods closed where it can (the VPC CNI: `NETWORK_POLICY_ENFORCING_MODE=strict`), and say so in the platform',
  }];
}

function owners({ cni }: Platform, opened: readonly Opening[]): readonly Diagnostic[] {
  const enforced = cni.enforcedOwners;
  if (enforced === undefined) return [];
  const byOwner = new Map<string, WorkloadPods[]>();
  for (const { kind, pods } of opened) {
    if (kind !== 'workload') continue; // Istio and Envoy Gateway run their proxies as Deployments, unless told otherwise
    const { controller } = pods.kubernetes;
    if (controller !== undefined && enforced.includes(controller)) continue;
    const owner = controller ?? '';
    const list = byOwner.get(owner);
    if (list === undefined) byOwner.set(owner, [pods]); else list.push(pods);
  }
  return [...byOwner].sort(([a], [b]) => (a < b ? -1 : 1)).map(([owner, [first, ...rest]]): Diagnostic => ({
    code: 'CS3006', severity: 'error', pointer: `${first!.pointer}/kubernetes${owner === '' ? '' : '/controller'}`,
    related: rest.slice(0, 3).map((pods) => ({ message: `so would \`${pods.name}\``, pointer: `${pods.pointer}/kubernetes` })),
    message: `the pods of \`${first!.name}\`${rest.length === 0 ? '' : ` and ${rest.length} more workloads`} ${owner === '' ? 'are created by nobody knows what' : `belong to a ${owner}`}, and \`${cni.name}\` enforces nothing on pods but those of a ${enforced.join(' or ')}: they would stay open`,
    help: owner === '' ? 'say what creates the pods (`controller`)' : 'run them in another kind of controller, or use a CNI that enforces all pods',
  }));
}

/**
 * "CIDR rules do not apply to traffic where both sides of the connection are either managed by Cilium or use an IP
 * belonging to a node in the cluster" (Cilium, "Layer 3 Policies", CIDR/IPBlock based).
 */
function nodesAsPeers(policy: Policy, platform: Platform, flows: readonly Flow[], opened: readonly Opening[], keys: readonly KeyHost[]): readonly Diagnostic[] {
  const { cni, apiServer, dns, loadBalancer, nodeCidrs } = platform;
  if (cni.ipBlockMatchesNodes) return [];
  const losses: Diagnostic[] = [];
  const nodes = nodeCidrs.map(parseCidr);
  const caller = policy.workloads.findIndex(({ callsApiServer }) => callsApiServer !== undefined);
  if (caller >= 0) {
    apiServer?.cidrs.forEach((cidr, index) => {
      if (!nodes.some((node) => overlaps(node, parseCidr(cidr)))) return;
      losses.push({
        code: 'CS3007', severity: 'error', pointer: `/apiServer/cidrs/${index}`,
        related: [{ message: `\`${policy.workloads[caller]!.name}\` calls it`, pointer: `/workloads/${caller}/callsApiServer` }],
        message: `the API server answers on nodes (\`${cidr}\`), and on \`${cni.name}\` an \`ipBlock\` never matches a node: the calls would be denied`,
        help: 'let the CNI match nodes by range (Cilium: `policyCIDRMatchMode: nodes`) and say so in the platform, or give the API server addresses of its own',
      });
    });
  }
  const api = flows.find(({ from }) => from.kind === 'outside')?.grant?.api;
  if (api !== undefined && loadBalancer?.clientAddress === 'node') {
    losses.push({
      code: 'CS3007', severity: 'error', pointer: `/apis/${policy.apis.indexOf(api)}/exposedAt`,
      related: [{ message: 'clients arrive with a node\'s address', pointer: '/loadBalancer/clientAddress' }],
      message: `clients of \`${api.name}\` arrive with a node's address, and on \`${cni.name}\` an \`ipBlock\` never matches a node: they would be denied`,
      help: 'preserve the clients\' address (`externalTrafficPolicy: Local`), or let the CNI match nodes by range (Cilium: `policyCIDRMatchMode: nodes`), and say so in the platform',
    });
  }
  if (dns !== undefined && dns.nodeLocalCidrs.length > 0 && opened.some(({ looksUp }) => looksUp)) {
    losses.push({
      code: 'CS3007', severity: 'error', pointer: '/dns/nodeLocalCidrs', related: [],
      message: `the nodes' DNS caches answer on addresses of the nodes, and on \`${cni.name}\` an \`ipBlock\` never matches a node: look-ups would be denied`,
      help: 'run the caches as pods of their own and give their labels and port as `dns` (Cilium: a local redirect policy), or let the CNI match nodes by range',
    });
  }
  const said = new Set<string>();
  for (const { gateway, host, name } of keys) {
    for (const cidr of host?.cidrs ?? []) {
      if (said.has(cidr) || !nodes.some((node) => overlaps(node, parseCidr(cidr)))) continue;
      said.add(cidr);
      losses.push({
        code: 'CS3007', severity: 'error', pointer: `/hosts/${platform.hosts.indexOf(host!)}/cidrs`, related: [{ message: `\`${gateway.name}\` fetches keys there`, pointer: gateway.pointer }],
        message: `\`${name}\` answers on nodes (\`${cidr}\`), and on \`${cni.name}\` an \`ipBlock\` never matches a node: the keys could not be fetched`,
        help: 'let the CNI match nodes by range (Cilium: `policyCIDRMatchMode: nodes`) and say so in the platform, or let the host answer at addresses of its own',
      });
    }
  }
  return losses;
}

/**
 * Cilium takes every address of a node's interfaces for the host, the agent's link-local one among them (cilium issue 34387),
 * and matches a host by range only in the mode that matches nodes.
 */
function credentialAgent({ aws, cni }: Platform, [first]: readonly CloudFlow[]): readonly Diagnostic[] {
  if (cni.ipBlockMatchesNodes || first === undefined || aws?.identity.kind !== 'podIdentity') return [];
  return [{
    code: 'CS3007', severity: 'error', pointer: '/aws/identity', related: [{ message: `\`${first.from.name}\` would get no credentials`, pointer: first.from.pointer }],
    message: `the agent of EKS Pod Identity answers on the pod's own node, and on \`${cni.name}\` an \`ipBlock\` never matches a node: credentials could not be fetched`,
    help: 'let the CNI match nodes by range (Cilium: `policyCIDRMatchMode: nodes`) and say so in the platform, or give pods their credentials by `irsa({ issuer })`',
  }];
}

/** What answers among the pods' or the nodes' addresses may be taken for one of them. */
function endpointsAmongPods({ aws, cni, name, nodeCidrs, podCidrs }: Platform, cloud: readonly CloudFlow[]): readonly Diagnostic[] {
  const unmatched = [...(cni.ipBlockMatchesPods ? [] : podCidrs), ...(cni.ipBlockMatchesNodes ? [] : nodeCidrs)].map(parseCidr);
  const called = new Set<string>(cloud.flatMap(({ does, service }) => (does === 'exact' ? [service] : [])));
  if (cloud.length > 0 && aws?.identity.kind === 'irsa') called.add('sts');
  return (aws?.endpoints ?? []).flatMap(({ cidrs, service }, index) => cidrs.flatMap((cidr, at): readonly Diagnostic[] => {
    if (!called.has(service) || !unmatched.some((range) => overlaps(range, parseCidr(cidr)))) return [];
    return [{
      code: 'CS3007', severity: 'error', pointer: `/aws/endpoints/${index}/cidrs/${at}`, related: [],
      message: `\`${service}\` answers among the addresses of pods or nodes (${cidr}), and on \`${cni.name}\` an \`ipBlock\` never matches one of those: it may not be reached`,
      help: `put the endpoint into subnets of its own, or give \`${name}\` ranges of pods and nodes that leave it out`,
    }];
  }));
}
