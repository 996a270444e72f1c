import type { Api, IdentityRef, KubernetesWorkload, Labels, Operation, Policy, Workload } from '#ir';
import type { Peer, Request } from '#spec';

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
  switch (to.kind) {
    case 'operation': return admitted(policy, request, [...operationsOf(policy, to.api).filter(({ operation }) => operation.name === to.operation), ...wholePort(policy, to.api)]);
    case 'http': return http(policy, request, to.api, to.method, to.path);
    case 'port': return port(policy, request, to.workload, to.port, to.protocol);
    case 'probe': return plain(isNodeProbes(request) && probesOf(policy, to.workload).some(({ name }) => name === to.probe));
    case 'builtin': switch (to.name) {
      case 'clusterDns': return plain(callsSomething(policy, request));
      case 'apiServer': return plain(policy.workloads.some((workload) => workload.callsApiServer !== undefined && isWorkload(workload, request.peer)));
      case 'metricsScraper': case 'nodeProbes': case 'ingress': return plain(false); // they ask, nobody asks them
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
      if (offer.operation !== operation.name) continue;
      for (const identity of offer.to) {
        if (offer.when.length > 0 || requirements(policy, api, identity) || over(offer.until, request)) continue;
        if (!covers(policy, identity, request, api)) continue;
        const asked = identity.kind !== 'workload' && identity.kind !== 'pods' || policy.asks.some((ask) =>
          ask.to.api === api.name && ask.to.operation === operation.name && !over(ask.until, request) && sameIdentity(ask.from, identity));
        if (asked) found.add(`${nameOf(identity)} → ${api.name}.${operation.name}`);
      }
    }
  }
  return { decision: found.size > 0 ? 'allow' : 'deny', grants: [...found].sort() };
}

/** Segments add requirements. No condition is decided here yet, and an input that is absent denies. */
function requirements(policy: Policy, api: Api, identity: IdentityRef): boolean {
  if (api.servedBy.kind !== 'workload') return false;
  const { workload } = api.servedBy;
  const segment = policy.segments.find(({ name }) => name === policy.workloads.find((found) => found.name === workload)?.segment);
  if (segment === undefined) return false;
  const { people, workloads, partners } = segment.requires;
  switch (identity.kind) {
    case 'workload': case 'pods': return workloads.length > 0;
    case 'people': return people.length > 0;
    case 'partner': return partners.length > 0;
    case 'anyone': case 'builtin': return false;
    default: return identity satisfies never;
  }
}

/** `until` ends at 24:00 UTC of its day. */
const over = (until: string | undefined, { context }: Request): boolean =>
  until !== undefined && !(Date.parse(context.time) < Date.parse(`${until}T00:00:00Z`) + 24 * 60 * 60 * 1000);

/** Is the one who asks this identity? */
function covers(policy: Policy, identity: IdentityRef, { peer, throughExposure }: Request, api: Api): boolean {
  switch (identity.kind) {
    case 'anyone': return peer === undefined && throughExposure && api.exposedAt !== undefined;
    case 'workload':
      return identity.actingFor === undefined && policy.workloads.some((workload) => workload.name === identity.name && isWorkload(workload, peer));
    case 'pods': return bears(policy, identity.namespace, identity.labels, peer);
    case 'builtin': return peer?.kind === 'builtin' && peer.name === identity.name;
    case 'people': case 'partner': return false; // no token and no certificate is checked by anything yet
    default: return identity satisfies never;
  }
}

/** A pod is a workload's where its namespace, its labels and, if that was looked at, its ServiceAccount are; a workload without one can't call. */
function isWorkload(workload: Workload, peer: Peer | undefined): boolean {
  const facts = workload.kubernetes;
  if (peer === undefined || facts?.serviceAccount === undefined) return false;
  if (peer.kind === 'workload') return peer.name === workload.name;
  return peer.kind === 'pod' && peer.namespace === facts.namespace && (peer.serviceAccount ?? facts.serviceAccount) === facts.serviceAccount && contains(peer.labels, facts.selector);
}

/** `*` is every namespace. */
function bears(policy: Policy, namespace: string, labels: Labels, peer: Peer | undefined): boolean {
  if (peer === undefined || peer.kind === 'builtin') return false;
  const pod = peer.kind === 'pod' ? peer : podOf(policy.workloads.find(({ name }) => name === peer.name)?.kubernetes);
  return pod !== undefined && (namespace === '*' || pod.namespace === namespace) && contains(pod.labels, labels);
}
const podOf = (facts: KubernetesWorkload | undefined) => facts && { namespace: facts.namespace, labels: facts.selector };
const contains = (labels: Labels, wanted: Labels): boolean => Object.entries(wanted).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);

function sameIdentity(a: IdentityRef, b: IdentityRef): boolean {
  if (a.kind === 'workload' && b.kind === 'workload') return a.name === b.name && a.actingFor === b.actingFor;
  if (a.kind === 'pods' && b.kind === 'pods') return a.namespace === b.namespace && contains(a.labels, b.labels) && contains(b.labels, a.labels);
  return false;
}

function nameOf(identity: IdentityRef): string {
  if (identity.kind === 'anyone') return 'anyone';
  if (identity.kind !== 'pods') return identity.name;
  return `pods ${Object.entries(identity.labels).map(([key, value]) => `${key}=${value}`).sort().join(',')} in ${identity.namespace}`;
}

/** DNS belongs to whoever has a countersigned call that has not ended. */
function callsSomething(policy: Policy, request: Request): boolean {
  const { peer } = request;
  return policy.apis.some((api) => api.offers.some((offer) => !over(offer.until, request) && offer.to.some((identity) =>
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
  return admitted(policy, request, policy.apis.flatMap((api) => {
    const there = served(policy, api);
    return there?.workload === workload && there.port === number ? api.operations.map((operation) => ({ api, operation })) : [];
  }));
}

// Probes -----------------------------------------------------------------------------------------------------------

const isNodeProbes = ({ peer }: Request): boolean => peer?.kind === 'builtin' && peer.name === 'nodeProbes';
const probesOf = (policy: Policy, workload: string) => policy.workloads.find(({ name }) => name === workload)?.kubernetes?.probes ?? [];

// HTTP -------------------------------------------------------------------------------------------------------------

function http(policy: Policy, request: Request, apiName: string, method: string, path: string): SecondReading {
  const api = policy.apis.find(({ name }) => name === apiName);
  if (api === undefined) return plain(false);
  // Only a whole port is open to another spelling of a path, and to TRACE and CONNECT: whatever is spoken there.
  const readable = isCanonical(path) && method !== 'TRACE' && method !== 'CONNECT';
  if (isNodeProbes(request)) return plain(readable && probed(policy, served(policy, api), method, path));
  const own = readable ? owner(api.operations, method, path) : undefined;
  return admitted(policy, request, [...(own === undefined ? [] : [{ api, operation: own }]), ...wholePort(policy, apiName)]);
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

/** The most specific of the operations that answer; none where two of them claim the path. */
function owner(operations: readonly Operation[], method: string, path: string): Operation | undefined {
  const answering = operations.filter((operation) => answers(operation, method, path));
  return answering.find((one) => answering.every((other) => one === other || beats(one, other)));
}

function answers(operation: Operation, method: string, path: string): boolean {
  switch (operation.kind) {
    case 'http': return (operation.method === 'ANY' ? ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'].includes(method) : operation.method === method)
      && fits(segments(operation.path), segments(path));
    case 'grpc': return method === 'POST' && path === `/${operation.service}/${operation.method}`;
    case 'tcp': case 'websocket': case 'cloud': return false;
    default: return operation satisfies never;
  }
}

function beats(one: Operation, other: Operation): boolean {
  if (one.kind !== 'http' || other.kind !== 'http') return one.kind === 'grpc';
  const narrower = fits(segments(other.path), segments(one.path)), wider = fits(segments(one.path), segments(other.path));
  if (narrower && wider) return one.method !== 'ANY' && other.method === 'ANY';
  return narrower;
}

const segments = (path: string): readonly string[] => (path === '/' ? [] : path.slice(1).split('/'));
const rest = (segment: string | undefined): boolean => segment !== undefined && /^\{.*\*\*\}$/.test(segment);
const parameter = (segment: string | undefined): boolean => segment !== undefined && /^\{.*\}$/.test(segment) && !rest(segment);

/** Does the template match every path that the other template (or plain path) stands for? */
function fits(template: readonly string[], inner: readonly string[]): boolean {
  if (template.length === 1 && rest(template[0])) return true; // the root too
  for (let i = 0; ; i++) {
    if (rest(template[i])) return inner.length > i;
    if (i === template.length || i === inner.length) return template.length === inner.length;
    if (rest(inner[i]) || (!parameter(template[i]) && template[i] !== inner[i])) return false;
  }
}

/** One spelling a path: RFC 3986's characters of a segment but `;`, percent-encoding of nothing that may stand plain, and no control characters however written. */
function isCanonical(path: string): boolean {
  if (path === '/') return true;
  if (!path.startsWith('/')) return false;
  return path.slice(1).split('/').every((segment) => {
    if (segment === '' || segment === '.' || segment === '..') return false;
    const encoded = segment.match(/%../g) ?? [];
    if (!/^(?:[A-Za-z0-9\-._~!$&'()*+,=:@]|%[0-9A-F]{2})+$/.test(segment)) return false;
    return encoded.every((triple) => {
      const character = String.fromCharCode(Number.parseInt(triple.slice(1), 16));
      return !/[A-Za-z0-9\-._~!$&'()*+,=:@/\\\x00-\x1f\x7f]/.test(character);
    });
  });
}
