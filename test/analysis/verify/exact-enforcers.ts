import type { Emitted } from '#analysis';
import { builtinGrants, grants, resolvePort, servesRequests, spiffeId, waypointOf, type Platform, type Policy } from '#ir';
import { decide, type Assumption, type Decider, type Endpoint, type Hop, type Peer, type Request } from '#spec';

/** What an enforcer takes a hop for. The right one sees it as it is. */
export type Sight = (hop: Hop) => Hop;
export interface Faults { readonly mesh?: Sight; readonly waypointOnly?: false; readonly gateway?: Sight; readonly network?: Sight }

/**
 * A network, a mesh and a gateway that do what the policy means, by asking the meaning itself; each as faulty as a test
 * wants it. The mesh leaves what comes through the gateway to the gateway, but for the operation.
 */
export function exactEnforcers(policy: Policy, platform: Platform, faults: Faults = {}): readonly Emitted[] {
  const made = (id: string, plane: Emitted['target']['plane'], decide: Decider, sight: Sight = (hop) => hop): Emitted =>
    ({ artifacts: [], target: { id, plane, assumptions: [ownNode], interpret: () => (hop) => (hop.enforcer === plane ? decide(sight(hop)) : 'abstain') } });
  return [
    made('network', 'network', network(policy, platform), faults.network),
    made('mesh', 'mesh', mesh(policy, platform, faults.waypointOnly ?? true), faults.mesh),
    made('gateway', 'gateway', gateway(policy, platform), faults.gateway),
  ];
}

/** A pod and its node are one to every enforcer. */
const ownNode: Assumption = { name: 'own-node', sentence: 'What a pod\'s own node sends arrives.', covers: ({ from }) => from.hostNetwork === true };

const verdict = (allows: boolean) => (allows ? 'allow' as const : 'deny' as const);
const isAt = (facts: { readonly namespace: string; readonly selector: Readonly<Record<string, string>> } | undefined, { namespace, podLabels }: Endpoint): boolean =>
  facts !== undefined && facts.namespace === namespace && Object.entries(facts.selector).every(([key, value]) => podLabels?.[key] === value);

/** DNS for who calls; from a node only what it probes. What pods say to each other it leaves to the mesh. */
function network(policy: Policy, platform: Platform): Decider {
  const callers = new Set(grants(policy).flatMap(({ from }) => (from.kind === 'workload' ? [from.name] : [])));
  return ({ direction, from, port, to }) => {
    if (to.namespace === platform.dns?.namespace && direction === 'egress') return verdict(policy.workloads.some(({ kubernetes, name }) => callers.has(name) && isAt(kubernetes, from)));
    if (from.ip?.startsWith('169.254.') === true) {
      const facts = policy.workloads.find(({ kubernetes }) => isAt(kubernetes, to))?.kubernetes;
      return verdict(facts?.probes.some(({ probe }) => probe.kind !== 'exec' && resolvePort(facts, probe.port, 'TCP')?.number === port) === true);
    }
    return 'allow';
  };
}

function mesh(policy: Policy, platform: Platform, waypointOnly: boolean): Decider {
  const { mesh: facts } = platform;
  if (facts === undefined) throw new Error('no mesh');
  const id = ({ namespace, serviceAccount }: { readonly namespace: string; readonly serviceAccount?: string | undefined }) => spiffeId(facts.trustDomain, namespace, serviceAccount ?? 'default');
  const gateways = new Set(platform.gateways.map(({ pods }) => id(pods)));
  return (hop) => {
    const server = policy.workloads.find(({ kubernetes }) => isAt(kubernetes, hop.to));
    if (server === undefined) return 'abstain';
    if (hop.from.ip?.startsWith('169.254.') === true) return 'allow'; // the node's own, which the network has judged
    if (hop.peer === undefined) return 'deny';
    const scraper = platform.metricsScraper !== undefined && hop.peer === id(platform.metricsScraper);
    if (hop.proxy === 'ztunnel' && servesRequests(policy, server.name)) {
      if (scraper) return verdict(builtinGrants(policy).some(({ port, workload }) => workload.name === server.name && port === hop.port));
      return verdict(!waypointOnly || (hop.peer === id(waypointOf(facts, hop.to.namespace!)) && server.kubernetes!.ports.some(({ number }) => number === hop.port)));
    }
    const outside = gateways.has(hop.peer);
    const caller = policy.workloads.find(({ kubernetes }) => kubernetes !== undefined && id(kubernetes) === hop.peer);
    const peer: Peer | undefined = outside ? undefined : scraper ? { kind: 'builtin', name: 'metricsScraper' } : caller === undefined ? { kind: 'pod', namespace: 'elsewhere', labels: {} } : { kind: 'workload', name: caller.name };
    const apis = policy.apis.filter(({ servedBy }) => servedBy.kind === 'workload' && servedBy.workload === server.name && resolvePort(server.kubernetes!, servedBy.port, 'TCP')?.number === hop.port);
    if (hop.http === undefined) return verdict(apis.some(({ operations }) => operations.some(({ kind }) => kind === 'tcp')));
    if (scraper && apis.length === 0) return verdict(builtinGrants(policy).some(({ path, port, workload }) => workload.name === server.name && port === hop.port && hop.http?.method === 'GET' && path === hop.http.path));
    return verdict(apis.some(({ name, ...api }) => {
      const asked = requestOf(policy, hop, name, peer, outside);
      if (!outside) return decide(policy, asked).decision === 'allow';
      // whoever it is has been judged at the gateway; is it an operation that somebody outside has?
      const open: Policy = { ...policy, apis: [{ name, ...api, offers: api.offers.filter(({ to }) => to.some(({ kind }) => kind === 'people' || kind === 'partner' || kind === 'anyone')).map((offer) => ({ ...offer, to: [{ kind: 'anyone' }], when: [] })) }] };
      return decide(open, asked).decision === 'allow';
    }));
  };
}

function gateway(policy: Policy, platform: Platform): Decider {
  return (hop) => {
    const api = policy.apis.find(({ exposedAt, servedBy }) => exposedAt?.kind === 'gateway' && exposedAt.host === hop.http?.host && exposedAt.host === hop.serverName
      && servedBy.kind === 'workload' && isAt(policy.workloads.find(({ name }) => name === servedBy.workload)?.kubernetes, hop.to));
    if (api === undefined || hop.http === undefined) return 'deny';
    const partner = policy.partners.find(({ certificate }) => hop.certificate?.sans.includes(certificate.san) === true
      && platform.caBundles.some(({ name, ref }) => name === certificate.ca && ref.name === hop.certificate?.caBundle.name));
    return verdict(decide(policy, { ...requestOf(policy, hop, api.name, undefined, true), ...(partner === undefined ? {} : { client: { partner: partner.name } }) }).decision === 'allow');
  };
}

function requestOf(policy: Policy, { from, http, time = '', token }: Hop, api: string, peer: Peer | undefined, throughExposure: boolean): Request {
  const provider = policy.identityProviders.find(({ jwksUri }) => jwksUri === token?.jwksUri);
  return {
    throughExposure, ...(peer === undefined ? {} : { peer }),
    ...(provider === undefined || token === undefined ? {} : { subject: { provider: provider.name, claims: token.claims } }),
    to: { kind: 'http', api, method: http!.method, path: http!.path, ...(http!.upgrade === undefined ? {} : { upgrade: http!.upgrade }) },
    context: { time, ...(from.ip === undefined ? {} : { sourceAddress: from.ip }), ...(http!.headers === undefined ? {} : { headers: http!.headers }) },
  };
}
