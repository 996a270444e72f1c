import {
  builtinGrantRef, conditionText, conditionsOn, grantRef, identityName, identityText, isCloudApi, mustAsk, resolvePort, segmentOf,
  type Api, type Ask, type Condition, type IdentityRef, type Labels, type Offer, type Operation, type Policy, type Workload,
} from '#ir';
import { actionAsked, carryingAction, isUnprotected } from './cloud.ts';
import { holds, isOf } from './conditions.ts';
import { carries, isWorkload } from './is-workload.ts';
import { isCanonicalPath, ownerOf } from './path.ts';
import { portOf } from './port-of.ts';
import type { Because, Decision, Destination, Peer, Request } from './request.ts';

/**
 * The meaning of a policy: is this request allowed, from end to end? Everything faster is compared with it, so it is
 * written to be read: plain loops, nothing remembered. It is defined for policies that `check` lets pass.
 */
export function decide(policy: Policy, request: Request): Decision {
  const { to } = request;
  if (to.kind === 'builtin' || to.kind === 'probe') return decideBuiltin(policy, request, to);
  const derived = request.peer?.kind === 'builtin' && inForce(undefined, request) ? derivedFor(policy, request.peer.name, to) : undefined;
  const wanted = candidates(policy, to);
  const admitted = [...(derived === undefined ? [] : [derived]), ...wanted.flatMap(({ api, operation }) => admitting(policy, request, api, operation))];
  if (admitted.length > 0) return { decision: 'allow', because: inOrder(admitted).map((grant) => ({ grant })) };
  return { decision: 'deny', because: [missing(policy, request, wanted)] };
}

interface Candidate { readonly api: Api; readonly operation: Operation }

/**
 * The operations that would carry the request: the one that owns it, and every `tcp` one on the same port, because a
 * grant on a port admits whatever is spoken there. For a port, all that are served there. In the cloud, all that have the action.
 */
function candidates(policy: Policy, to: Exclude<Destination, { kind: 'builtin' | 'probe' }>): readonly Candidate[] {
  if (to.kind === 'port') return servedAt(policy, to.workload, to.port, to.protocol);
  const api = policy.apis.find(({ name }) => name === to.api);
  if (api === undefined) return [];
  if (isCloudApi(api)) { const asked = actionAsked(api, to); return asked === undefined ? [] : carryingAction(policy, api, asked); }
  if (to.kind === 'action') return [];
  const owner = to.kind === 'operation'
    ? api.operations.find(({ name }) => name === to.operation)
    : operationOn(api, to);
  const port = portOf(policy.workloads, api);
  const whole = port === undefined ? [] : servedAt(policy, port.workload, port.number, 'TCP').filter(({ operation }) => operation.kind === 'tcp');
  if (owner === undefined || owner.kind === 'tcp') return whole;
  return [{ api, operation: owner }, ...whole];
}

/** gRPC is POST on `/package.Service/Method`; an http operation owns what its template does, and an upgrade is never one. */
export function operationOn(api: Api, { method, path, upgrade }: Extract<Destination, { kind: 'http' }>): Operation | undefined {
  if (!isCanonicalPath(path)) return undefined;
  if (upgrade === 'websocket') {
    const sockets = api.operations.filter((operation) => operation.kind === 'websocket');
    const owner = ownerOf(sockets.map((socket) => ({ ...socket, kind: 'http', method: 'GET' })), method, path);
    return sockets.find(({ name }) => name === owner?.name);
  }
  const rpc = api.operations.find((operation) => operation.kind === 'grpc' && method === 'POST' && path === `/${operation.service}/${operation.method}`);
  return rpc ?? ownerOf(api.operations.filter((operation) => operation.kind === 'http'), method, path);
}

/** Every API that is declared here is served over TCP. */
function servedAt(policy: Policy, workload: string, port: number, protocol: string): readonly Candidate[] {
  if (protocol !== 'TCP') return [];
  return policy.apis
    .filter((api) => { const served = portOf(policy.workloads, api); return served?.workload === workload && served.number === port; })
    .flatMap((api) => api.operations.map((operation) => ({ api, operation })));
}

/** The grants by which this request may use this operation, by name. */
function admitting(policy: Policy, request: Request, api: Api, operation: Operation): readonly string[] {
  const found: string[] = [];
  if (isUnprotected(request, api)) return found;
  for (const offer of offersOf(api, operation)) {
    for (const identity of offer.to) {
      if (!is(policy, request, api, identity) || !inForce(offer.until, request) || unmet(policy, request, api, offer, identity) !== undefined) continue;
      if (mustAsk(identity) && !asksFor(policy, api, operation, identity).some(({ until }) => inForce(until, request))) continue;
      found.push(grantRef(identity, api.name, operation.name));
    }
  }
  return found;
}

const offersOf = (api: Api, operation: Operation): readonly Offer[] => api.offers.filter((offer) => offer.operation === operation.name);
const asksFor = (policy: Policy, api: Api, operation: Operation, identity: IdentityRef): readonly Ask[] =>
  policy.asks.filter((ask) => ask.to.api === api.name && ask.to.operation === operation.name && identityText(ask.from) === identityText(identity));

/** The first condition, of the offer or of the segment that it leads into, that does not hold. */
const unmet = (policy: Policy, request: Request, api: Api, offer: Offer, identity: IdentityRef): Condition | undefined =>
  conditionsOn(segmentOf(policy, api), offer, identity).find((condition) => !holds(policy, condition, request, api));

/** Does the request come from this identity? */
function is(policy: Policy, request: Request, api: Api, identity: IdentityRef): boolean {
  const { peer } = request;
  const arrives = peer === undefined && request.throughExposure && api.exposedAt !== undefined; // never a pod of the cluster
  const byOneOf = (people: string): boolean => isOf(policy, policy.people.find(({ name }) => name === people), request, api);
  switch (identity.kind) {
    case 'anyone': return arrives;
    case 'people': return arrives && byOneOf(identity.name);
    case 'partner': return arrives && request.client?.partner === identity.name;
    case 'workload': return policy.workloads.some((workload) => workload.name === identity.name && isWorkload(peer, workload)) // a token that nobody asks for is ignored
      && (identity.actingFor === undefined || byOneOf(identity.actingFor));
    case 'pods': {
      const pod = podOf(policy, peer);
      return pod !== undefined && (identity.namespace === '*' || identity.namespace === pod.namespace) && carries(pod.labels, identity.labels);
    }
    case 'builtin': return peer?.kind === 'builtin' && peer.name === identity.name;
    default: return identity satisfies never;
  }
}

function podOf(policy: Policy, peer: Peer | undefined): { readonly namespace: string; readonly labels: Labels } | undefined {
  if (peer?.kind === 'pod') return peer;
  const facts = peer?.kind === 'workload' ? policy.workloads.find(({ name }) => name === peer.name)?.kubernetes : undefined;
  return facts === undefined ? undefined : { namespace: facts.namespace, labels: facts.selector };
}

/** A grant ends at 24:00 UTC of its last day. An unreadable time denies. */
function inForce(until: string | undefined, request: Request): boolean {
  const now = Date.parse(request.context.time);
  return until === undefined ? !Number.isNaN(now) : now < Date.parse(`${until}T00:00:00Z`) + 86_400_000;
}

/** DNS for whoever calls something by name, the API server for whoever says so, probes for the node. */
function decideBuiltin(policy: Policy, request: Request, to: Extract<Destination, { kind: 'builtin' | 'probe' }>): Decision {
  if (to.kind === 'probe') {
    const probed = policy.workloads.find(({ name }) => name === to.workload)?.kubernetes?.probes.some(({ name }) => name === to.probe);
    if (probed === true && request.peer?.kind === 'builtin' && request.peer.name === 'nodeProbes') return derivedly(request, `nodeProbes → ${to.workload}.${to.probe}`);
    return { decision: 'deny', because: [{ missing: 'offer', ...(probed === true ? { nearest: `nodeProbes → ${to.workload}.${to.probe}` } : {}) }] };
  }
  const caller = policy.workloads.find((workload) => workload.kubernetes !== undefined && isWorkload(request.peer, workload)), pod = podOf(policy, request.peer);
  const admits = to.name === 'apiServer' ? caller?.callsApiServer !== undefined
    : to.name === 'clusterDns' ? caller?.callsDns !== undefined || mayCall(policy, request, caller, () => true)
      : to.name === 'cloudCredentials' ? mayCall(policy, request, caller, isCloudApi)
        : false; // nobody has business with the node's own credentials
  if (admits) return derivedly(request, `${caller?.name ?? identityName({ kind: 'pods', namespace: pod!.namespace, labels: pod!.labels })} → ${to.name}`);
  return { decision: 'deny', because: [{ missing: caller === undefined ? 'identity' : to.name === 'clusterDns' || to.name === 'cloudCredentials' ? 'request' : 'offer' }] };
}

/** Is anything of this kind granted to the workload, or to pods that are accepted for one, under whatever conditions? */
function mayCall(policy: Policy, request: Request, caller: Workload | undefined, kind: (api: Api) => boolean): boolean {
  return policy.apis.some((api) => kind(api) && api.offers.some((offer) => inForce(offer.until, request) && offer.to.some((identity) =>
    (identity.kind === 'workload' ? identity.name === caller?.name : identity.kind === 'pods' && is(policy, request, api, identity))
    && api.operations.some((operation) => operation.name === offer.operation && asksFor(policy, api, operation, identity).some(({ until }) => inForce(until, request))))));
}

/** What is derived from a workload's own facts: its probes are for its node, its metrics for the scraper, at that port and path. */
function derivedFor(policy: Policy, peer: string, to: Exclude<Destination, { kind: 'builtin' | 'probe' }>): string | undefined {
  const api = to.kind === 'port' ? undefined : policy.apis.find(({ name }) => name === to.api);
  const place = to.kind === 'port' ? (to.protocol === 'TCP' ? { workload: to.workload, number: to.port } : undefined) : api === undefined ? undefined : portOf(policy.workloads, api);
  const facts = policy.workloads.find(({ name }) => name === place?.workload)?.kubernetes;
  if (facts === undefined || place === undefined || to.kind === 'operation' || to.kind === 'action') return undefined;
  const fits = (port: number | string, line: string | undefined): boolean =>
    (typeof port === 'number' ? port : resolvePort(facts, port, 'TCP')?.number) === place.number
    && (to.kind === 'port' || (`${to.method} ${to.path}` === line && to.upgrade === undefined));
  if (peer === 'metricsScraper') return facts.metrics !== undefined && fits(facts.metrics.port, `GET ${facts.metrics.path}`) ? builtinGrantRef(place.workload) : undefined;
  if (peer !== 'nodeProbes') return undefined;
  // What the kubelet says (gRPC, "GRPC Health Checking Protocol"); a tcp probe opens a connection and says nothing.
  const probe = facts.probes.find(({ probe: check }) => check.kind !== 'exec'
    && fits(check.port, check.kind === 'http' ? `GET ${check.path}` : check.kind === 'grpc' ? 'POST /grpc.health.v1.Health/Check' : undefined));
  return probe === undefined ? undefined : `nodeProbes → ${place.workload}.${probe.name}`;
}

/** What nobody wrote does not end, but an unreadable time denies it too. */
const derivedly = (request: Request, grant: string): Decision => (inForce(undefined, request) ? { decision: 'allow', because: [{ grant }] } : { decision: 'deny', because: [{ missing: 'condition', nearest: grant }] });
const inOrder = (names: readonly string[]): readonly string[] => [...new Set(names)].sort();

/** The nearest grant and the one thing that is missing from it. */
function missing(policy: Policy, request: Request, wanted: readonly Candidate[]): Because {
  const known = request.throughExposure || request.peer?.kind === 'builtin' || policy.workloads.some((workload) => isWorkload(request.peer, workload));
  if (!known) return { missing: 'identity' };
  const mine = (identity: IdentityRef, api: Api) => is(policy, request, api, identity);
  for (const { api, operation } of wanted) {
    for (const offer of offersOf(api, operation)) {
      const identity = offer.to.find((one) => mine(one, api));
      if (identity === undefined) continue;
      const nearest = grantRef(identity, api.name, operation.name);
      if (mustAsk(identity) && asksFor(policy, api, operation, identity).length === 0) return { missing: 'request', nearest };
      const condition = unmet(policy, request, api, offer, identity);
      return { missing: 'condition', nearest, ...(condition === undefined ? {} : { condition: conditionText(condition) }) };
    }
  }
  for (const { api, operation } of wanted) {
    const ask = policy.asks.find(({ from, to }) => to.api === api.name && to.operation === operation.name && mine(from, api));
    if (ask !== undefined) return { missing: 'offer', nearest: grantRef(ask.from, api.name, operation.name) };
  }
  // Whoever comes the right way and shows no token, the wrong one, or no certificate, lacks the identity, not the offer.
  for (const { api, operation } of wanted) {
    const nearly = offersOf(api, operation).flatMap(({ to }) => to).find((identity) => isNearly(policy, request, api, identity));
    if (nearly !== undefined) return { missing: 'identity', nearest: grantRef(nearly, api.name, operation.name) };
  }
  const name = 'api' in request.to ? request.to.api : wanted[0]?.api.name;
  const sameApi = policy.apis.filter((api) => api.name === name).flatMap((api) => api.operations.flatMap((operation) => admitting(policy, request, api, operation)));
  const others = wanted.flatMap(({ api, operation }) => offersOf(api, operation).flatMap((offer) => offer.to.map((identity) => grantRef(identity, api.name, operation.name))));
  const nearest = inOrder(sameApi)[0] ?? inOrder(others)[0];
  return { missing: 'offer', ...(nearest === undefined ? {} : { nearest }) };
}

/** The right way in, but not proved to be who may come that way. */
function isNearly(policy: Policy, request: Request, api: Api, identity: IdentityRef): boolean {
  if (identity.kind === 'workload') return identity.actingFor !== undefined && is(policy, request, api, { kind: 'workload', name: identity.name });
  return (identity.kind === 'people' || identity.kind === 'partner') && is(policy, request, api, { kind: 'anyone' });
}
