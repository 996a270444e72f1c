import type { Api, Condition, IdentityRef, KubernetesWorkload, Operation, Policy } from '#ir';
import type { Destination, Request } from '#spec';
import { cloudOperations } from './second-reading/cloud.ts';
import { holds } from './second-reading/conditions.ts';
import { isCanonical, owner } from './second-reading/paths.ts';
import { bears, contains, isPodOf, isWorkload } from './second-reading/pods.ts';
import { tokenInForce } from './second-reading/tokens.ts';

/**
 * What a policy means, read a second time from the design alone and on purpose without a look at `src/spec`: loops
 * over the declarations, no tables, nothing shared. Law 1 compares the two; neither may be changed to please the other.
 */
export interface SecondReading {
  readonly decision: 'allow' | 'deny';
  /** The grants that admitted it, each once, sorted. Absent where no grant is asked about: probes, DNS, the API server. */
  readonly grants?: readonly string[];
}

export function secondReading(policy: Policy, request: Request): SecondReading {
  const { to } = request;
  if (Number.isNaN(Date.parse(request.context.time))) return plain(false);
  const ofCloud = cloudOperations(policy, request);
  if (ofCloud !== undefined) return admitted(policy, request, ofCloud);
  switch (to.kind) {
    case 'action': return plain(false); // all of them are of the cloud
    case 'operation': return admitted(policy, request, [...operationsOf(policy, to.api).filter(({ operation }) => operation.name === to.operation), ...wholePort(policy, to.api)]);
    case 'http': return http(policy, request, to);
    case 'port': return port(policy, request, to.workload, to.port, to.protocol);
    case 'probe': return plain(isNodeProbes(request) && probesOf(policy, to.workload).some(({ name }) => name === to.probe));
    case 'builtin': switch (to.name) {
      case 'clusterDns': return plain(callsSomething(policy, request, policy.apis) || policy.workloads.some((workload) => workload.callsDns !== undefined && isPodOf(workload, request.peer)));
      case 'apiServer': return plain(policy.workloads.some((workload) => workload.callsApiServer !== undefined && isWorkload(workload, request.peer)));
      case 'cloudCredentials': return plain(callsSomething(policy, request, policy.apis.filter(({ servedBy }) => servedBy.kind === 'cloud')));
      case 'metricsScraper': case 'nodeProbes': case 'ingress': return plain(false); // they ask, nobody asks them
      case 'instanceMetadata': return plain(false); // the node's own
      default: return to.name satisfies never;
    }
    default: return to satisfies never;
  }
}

interface Candidate { readonly api: Api; readonly operation: Operation }
const operationsOf = (policy: Policy, api: string): readonly Candidate[] =>
  policy.apis.filter(({ name }) => name === api).flatMap((found) => found.operations.map((operation) => ({ api: found, operation })));

const plain = (allowed: boolean): SecondReading => ({ decision: allowed ? 'allow' : 'deny' });

/** Allowed where a grant on one of these operations covers the request. */
function admitted(policy: Policy, request: Request, candidates: readonly Candidate[]): SecondReading {
  const found = new Set<string>();
  for (const { api, operation } of candidates) {
    for (const offer of api.offers) {
      if (offer.operation !== operation.name || over(offer.until, request)) continue;
      for (const identity of offer.to) {
        if (!covers(policy, identity, request, api)) continue;
        const asked = identity.kind !== 'workload' && identity.kind !== 'pods' || policy.asks.some((ask) =>
          ask.to.api === api.name && ask.to.operation === operation.name && !over(ask.until, request) && sameIdentity(ask.from, identity));
        const conditions = [...offer.when, ...requirements(policy, api, identity)];
        const token = tokenInForce(policy, request); // conditions read it wherever they stand; who asks for no person does not look whose it is
        if (asked && conditions.every((condition) => holds(condition, { policy, api, request, ...(token && { token }) }))) found.add(`${nameOf(identity)} → ${api.name}.${operation.name}`);
      }
    }
  }
  return { decision: found.size > 0 ? 'allow' : 'deny', grants: [...found].sort() };
}

/** Segments add requirements. Whoever acts for people is a workload and one of those people. */
function requirements(policy: Policy, api: Api, identity: IdentityRef): readonly Condition[] {
  const { servedBy } = api; // what is kept in the cloud says itself where it belongs
  const belongs = servedBy.kind === 'cloud' ? servedBy.segment : policy.workloads.find(({ name }) => name === servedBy.workload)?.segment;
  const segment = policy.segments.find(({ name }) => name === belongs);
  if (segment === undefined) return [];
  const { people, workloads, partners } = segment.requires;
  switch (identity.kind) {
    case 'workload': return identity.actingFor === undefined ? workloads : [...workloads, ...people];
    case 'pods': case 'builtin': return workloads;
    case 'people': case 'anyone': return people;
    case 'partner': return partners;
    default: return identity satisfies never;
  }
}

/** `until` ends at 24:00 UTC of its day. */
const over = (until: string | undefined, { context }: Request): boolean =>
  until !== undefined && !(Date.parse(context.time) < Date.parse(`${until}T00:00:00Z`) + 24 * 60 * 60 * 1000);

/** Is the one who asks this identity? */
function covers(policy: Policy, identity: IdentityRef, request: Request, api: Api): boolean {
  const { client, peer, throughExposure } = request;
  const fromOutside = peer === undefined && throughExposure && api.exposedAt !== undefined;
  switch (identity.kind) {
    case 'anyone': return fromOutside;
    case 'people': return fromOutside && isOneOf(policy, identity.name, request, api);
    case 'partner': return fromOutside && client?.partner === identity.name && policy.partners.some(({ name }) => name === identity.name);
    case 'workload': return policy.workloads.some((workload) => workload.name === identity.name && isWorkload(workload, peer))
      && (identity.actingFor === undefined || isOneOf(policy, identity.actingFor, request, api));
    case 'pods': return bears(policy, identity.namespace, identity.labels, peer);
    case 'builtin': return peer?.kind === 'builtin' && peer.name === identity.name;
    default: return identity satisfies never;
  }
}

/** Somebody with a token in force of these people's provider, of whom it says what `where` asks. */
function isOneOf(policy: Policy, people: string, request: Request, api: Api): boolean {
  const group = policy.people.find(({ name }) => name === people), token = tokenInForce(policy, request);
  if (group === undefined || token === undefined || token.provider.name !== group.via) return false;
  return group.where === undefined || holds(group.where, { policy, api, request, token });
}

function sameIdentity(a: IdentityRef, b: IdentityRef): boolean {
  if (a.kind === 'workload' && b.kind === 'workload') return a.name === b.name && a.actingFor === b.actingFor;
  if (a.kind === 'pods' && b.kind === 'pods') return a.namespace === b.namespace && contains(a.labels, b.labels) && contains(b.labels, a.labels);
  return false;
}

function nameOf(identity: IdentityRef): string {
  if (identity.kind === 'anyone') return 'anyone';
  if (identity.kind === 'workload' && identity.actingFor !== undefined) return `${identity.name} acting for ${identity.actingFor}`;
  if (identity.kind !== 'pods') return identity.name;
  return `pods ${Object.entries(identity.labels).map(([key, value]) => `${key}=${value}`).sort().join(',')} in ${identity.namespace}`;
}

/** DNS belongs to whoever has a countersigned call that has not ended, and credentials to whoever calls the cloud so; all in the cluster. */
function callsSomething(policy: Policy, request: Request, apis: readonly Api[]): boolean {
  const { peer } = request;
  if (peer?.kind === 'workload' && policy.workloads.some(({ host, name }) => name === peer.name && host !== undefined)) return false;
  return apis.some((api) => api.offers.some((offer) => !over(offer.until, request) && offer.to.some((identity) =>
    (identity.kind === 'workload' ? policy.workloads.some((workload) => workload.name === identity.name && isWorkload(workload, peer))
      : identity.kind === 'pods' && bears(policy, identity.namespace, identity.labels, peer))
    && policy.asks.some((ask) => ask.to.api === api.name && ask.to.operation === offer.operation && !over(ask.until, request) && sameIdentity(ask.from, identity)))));
}

// Ports ------------------------------------------------------------------------------------------------------------

/** The container port, by number or declared name, of the transport that everything served here uses. */
function numberOf(facts: KubernetesWorkload | undefined, port: number | string): number | undefined {
  return facts?.ports.find((declared) => declared.protocol === 'TCP' && (declared.number === port || declared.name === port))?.number;
}
const served = (policy: Policy, api: Api): { readonly workload: string; readonly port: number } | undefined => {
  if (api.servedBy.kind !== 'workload') return undefined;
  const { workload, port } = api.servedBy;
  const number = numberOf(policy.workloads.find(({ name }) => name === workload)?.kubernetes, port);
  return number === undefined ? undefined : { workload, port: number };
};

function port(policy: Policy, request: Request, workload: string, number: number, protocol: string): SecondReading {
  if (protocol !== 'TCP') return plain(false);
  const facts = policy.workloads.find(({ name }) => name === workload)?.kubernetes;
  if (isNodeProbes(request)) return plain(probesOf(policy, workload).some(({ probe }) => probe.kind !== 'exec' && numberOf(facts, probe.port) === number));
  const read = scraped(policy, request, workload, number);
  const found = admitted(policy, request, policy.apis.flatMap((api) => {
    const there = served(policy, api);
    return there?.workload === workload && there.port === number ? api.operations.map((operation) => ({ api, operation })) : [];
  }));
  return read === undefined ? found : { decision: 'allow', grants: [...found.grants ?? [], read.grant].sort() };
}

// Metrics ----------------------------------------------------------------------------------------------------------

/** What the scraper may read at a port: the one path that the workload declares. */
function scraped(policy: Policy, { peer }: Request, workload: string, port: number): { readonly path: string; readonly grant: string } | undefined {
  const found = policy.workloads.find(({ name }) => name === workload), metrics = found?.kubernetes?.metrics;
  if (peer?.kind !== 'builtin' || peer.name !== 'metricsScraper' || metrics === undefined || numberOf(found?.kubernetes, metrics.port) !== port) return undefined;
  return { path: metrics.path, grant: `metricsScraper → ${workload}.metrics` };
}

// Probes -----------------------------------------------------------------------------------------------------------

const isNodeProbes = ({ peer }: Request): boolean => peer?.kind === 'builtin' && peer.name === 'nodeProbes';
const probesOf = (policy: Policy, workload: string) => policy.workloads.find(({ name }) => name === workload)?.kubernetes?.probes ?? [];

// HTTP -------------------------------------------------------------------------------------------------------------

function http(policy: Policy, request: Request, to: Extract<Destination, { readonly kind: 'http' }>): SecondReading {
  const { method, path, upgrade } = to;
  const api = policy.apis.find(({ name }) => name === to.api);
  if (api === undefined) return plain(false);
  // Only a whole port is open to another spelling of a path, and to TRACE and CONNECT: whatever is spoken there.
  const readable = isCanonical(path) && method !== 'TRACE' && method !== 'CONNECT';
  if (isNodeProbes(request)) return plain(readable && upgrade === undefined && probed(policy, served(policy, api), method, path));
  const own = readable ? owner(api.operations, to) : undefined;
  const found = admitted(policy, request, [...(own === undefined ? [] : [{ api, operation: own }]), ...wholePort(policy, to.api)]);
  const here = served(policy, api);
  const read = here === undefined || upgrade !== undefined || method !== 'GET' ? undefined : scraped(policy, request, here.workload, here.port);
  return read === undefined || read.path !== path ? found : { decision: 'allow', grants: [...found.grants ?? [], read.grant].sort() };
}

/** A `tcp()` operation is its whole port, whatever is spoken there and under the name of whichever API. */
function wholePort(policy: Policy, apiName: string): readonly Candidate[] {
  const api = policy.apis.find(({ name }) => name === apiName), here = api && served(policy, api);
  return policy.apis.flatMap((other) => {
    const there = served(policy, other);
    const same = other === api || (here !== undefined && there?.workload === here.workload && there.port === here.port);
    return same ? other.operations.filter(({ kind }) => kind === 'tcp').map((operation) => ({ api: other, operation })) : [];
  });
}

function probed(policy: Policy, here: { workload: string; port: number } | undefined, method: string, path: string): boolean {
  if (here === undefined) return false;
  const facts = policy.workloads.find(({ name }) => name === here.workload)?.kubernetes;
  return probesOf(policy, here.workload).some(({ probe }) => {
    if (probe.kind === 'exec' || numberOf(facts, probe.port) !== here.port) return false;
    switch (probe.kind) {
      case 'http': return method === 'GET' && path === probe.path;
      case 'grpc': return method === 'POST' && path === '/grpc.health.v1.Health/Check';
      case 'tcp': return false; // it opens a connection and says nothing
      default: return probe satisfies never;
    }
  });
}
