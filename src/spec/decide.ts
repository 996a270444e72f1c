import {
  grantRef, identityText, mustAsk, resolvePort,
  type Api, type Ask, type IdentityRef, type Labels, type Offer, type Operation, type Policy, type Workload,
} from '#ir';
import { isCanonicalPath, ownerOf } from './path.ts';
import { portOf } from './port-of.ts';
import type { Because, Decision, Destination, Peer, Request } from './request.ts';

/**
 * The meaning of a policy: is this request allowed, from end to end? Everything faster is compared with it, so it is
 * written to be read: plain loops, nothing remembered. It is defined for policies that `check` lets pass; what no
 * target can enforce yet (conditions, people, partners) denies here.
 */
export function decide(policy: Policy, request: Request): Decision {
  const { to } = request;
  if (to.kind === 'builtin' || to.kind === 'probe') return decideBuiltin(policy, request, to);
  // Nothing but the node's probes comes from a builtin peer, and it reaches nothing but probed ports.
  if (request.peer?.kind === 'builtin') return decideProbedPort(policy, request.peer.name, to);

  const wanted = candidates(policy, to);
  const admitted = wanted.flatMap(({ api, operation }) => admitting(policy, request, api, operation));
  if (admitted.length > 0) return { decision: 'allow', because: inOrder(admitted).map((grant) => ({ grant })) };
  return { decision: 'deny', because: [missing(policy, request, wanted)] };
}

interface Candidate { readonly api: Api; readonly operation: Operation }

/**
 * The operations that would carry the request: the one that owns it, and every `tcp` one on the same port, because a
 * grant on a port admits whatever is spoken there. For a port, all that are served there.
 */
function candidates(policy: Policy, to: Exclude<Destination, { kind: 'builtin' | 'probe' }>): readonly Candidate[] {
  if (to.kind === 'port') return servedAt(policy, to.workload, to.port, to.protocol);
  const api = policy.apis.find(({ name }) => name === to.api);
  if (api === undefined) return [];
  const owner = to.kind === 'operation'
    ? api.operations.find(({ name }) => name === to.operation)
    : operationOn(api, to.method, to.path);
  const port = portOf(policy.workloads, api);
  const whole = port === undefined ? [] : servedAt(policy, port.workload, port.number, 'TCP').filter(({ operation }) => operation.kind === 'tcp');
  if (owner === undefined || owner.kind === 'tcp') return whole;
  return [{ api, operation: owner }, ...whole];
}

/** gRPC is POST on `/package.Service/Method`; an http operation owns what its template does. */
function operationOn(api: Api, method: string, path: string): Operation | undefined {
  if (!isCanonicalPath(path)) return undefined;
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
  for (const offer of offersOf(api, operation)) {
    for (const identity of offer.to) {
      if (!is(policy, request, api, identity) || !inForce(offer.until, request) || conditioned(policy, api, offer, identity)) continue;
      if (mustAsk(identity) && !asksFor(policy, api, operation, identity).some(({ until }) => inForce(until, request))) continue;
      found.push(grantRef(identity, api.name, operation.name));
    }
  }
  return found;
}

const offersOf = (api: Api, operation: Operation): readonly Offer[] => api.offers.filter((offer) => offer.operation === operation.name);
const asksFor = (policy: Policy, api: Api, operation: Operation, identity: IdentityRef): readonly Ask[] =>
  policy.asks.filter((ask) => ask.to.api === api.name && ask.to.operation === operation.name && identityText(ask.from) === identityText(identity));

/** Conditions, of the offer or of the segment that it leads into, that nothing can decide yet: they deny. */
function conditioned(policy: Policy, api: Api, offer: Offer, identity: IdentityRef): boolean {
  const server = api.servedBy.kind === 'workload' ? api.servedBy.workload : undefined;
  const segment = policy.segments.find(({ name }) => name === policy.workloads.find((workload) => workload.name === server)?.segment);
  const required = segment === undefined ? [] : identity.kind === 'people' ? segment.requires.people
    : identity.kind === 'partner' ? segment.requires.partners : identity.kind === 'anyone' ? [] : segment.requires.workloads;
  return offer.when.length > 0 || required.length > 0;
}

/** Does the request come from this identity? */
function is(policy: Policy, request: Request, api: Api, identity: IdentityRef): boolean {
  const { peer } = request;
  switch (identity.kind) {
    case 'anyone': return peer === undefined && request.throughExposure && api.exposedAt !== undefined; // never a pod of the cluster
    case 'workload': return identity.actingFor === undefined && policy.workloads.some((workload) => workload.name === identity.name && isWorkload(peer, workload));
    case 'pods': {
      const pod = podOf(policy, peer);
      return pod !== undefined && (identity.namespace === '*' || identity.namespace === pod.namespace) && carries(pod.labels, identity.labels);
    }
    case 'builtin': return peer?.kind === 'builtin' && peer.name === identity.name;
    case 'people': case 'partner': return false; // nothing verifies a token or a certificate yet
    default: return identity satisfies never;
  }
}

/** A pod is a workload if it is in its namespace, carries its labels and, where that was looked at, runs as its ServiceAccount. */
function isWorkload(peer: Peer | undefined, workload: Workload): boolean {
  if (peer?.kind === 'workload') return peer.name === workload.name;
  const facts = workload.kubernetes;
  return peer?.kind === 'pod' && facts !== undefined && facts.namespace === peer.namespace && carries(peer.labels, facts.selector)
    && (peer.serviceAccount === undefined || peer.serviceAccount === facts.serviceAccount);
}

function podOf(policy: Policy, peer: Peer | undefined): { readonly namespace: string; readonly labels: Labels } | undefined {
  if (peer?.kind === 'pod') return peer;
  const facts = peer?.kind === 'workload' ? policy.workloads.find(({ name }) => name === peer.name)?.kubernetes : undefined;
  return facts === undefined ? undefined : { namespace: facts.namespace, labels: facts.selector };
}

const carries = (labels: Labels, wanted: Labels): boolean => Object.entries(wanted).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);

/** A grant ends at 24:00 UTC of its last day. An unreadable time denies. */
function inForce(until: string | undefined, request: Request): boolean {
  const now = Date.parse(request.context.time);
  return until === undefined ? !Number.isNaN(now) : now < Date.parse(`${until}T00:00:00Z`) + 86_400_000;
}

/** DNS for whoever calls something by name, the API server for whoever says so, probes for the node. */
function decideBuiltin(policy: Policy, request: Request, to: Extract<Destination, { kind: 'builtin' | 'probe' }>): Decision {
  if (to.kind === 'probe') {
    const probed = policy.workloads.find(({ name }) => name === to.workload)?.kubernetes?.probes.some(({ name }) => name === to.probe);
    if (probed === true && request.peer?.kind === 'builtin' && request.peer.name === 'nodeProbes') return allowed(`nodeProbes → ${to.workload}.${to.probe}`);
    return { decision: 'deny', because: [{ missing: 'offer', ...(probed === true ? { nearest: `nodeProbes → ${to.workload}.${to.probe}` } : {}) }] };
  }
  const caller = policy.workloads.find((workload) => isWorkload(request.peer, workload));
  if (caller === undefined) return { decision: 'deny', because: [{ missing: 'identity' }] };
  const admits = to.name === 'apiServer' ? caller.callsApiServer !== undefined
    : to.name === 'clusterDns' ? policy.apis.some((api) => api.operations.some((operation) => admitting(policy, { ...request, throughExposure: false }, api, operation).length > 0))
      : false;
  return admits ? allowed(`${caller.name} → ${to.name}`) : { decision: 'deny', because: [{ missing: to.name === 'clusterDns' ? 'request' : 'offer' }] };
}

function decideProbedPort(policy: Policy, peer: string, to: Exclude<Destination, { kind: 'builtin' | 'probe' }>): Decision {
  const facts = to.kind === 'port' ? policy.workloads.find(({ name }) => name === to.workload)?.kubernetes : undefined;
  const probe = to.kind !== 'port' || peer !== 'nodeProbes' || to.protocol !== 'TCP' ? undefined
    : facts?.probes.find(({ probe: check }) => check.kind !== 'exec' && resolveProbe(check.port) === to.port);
  return probe === undefined || to.kind !== 'port' ? { decision: 'deny', because: [{ missing: 'offer' }] } : allowed(`nodeProbes → ${to.workload}.${probe.name}`);

  function resolveProbe(port: number | string): number | undefined {
    return typeof port === 'number' ? port : facts === undefined ? undefined : resolvePort(facts, port, 'TCP')?.number;
  }
}

const allowed = (grant: string): Decision => ({ decision: 'allow', because: [{ grant }] });
const inOrder = (names: readonly string[]): readonly string[] => [...new Set(names)].sort();

/** The nearest grant and the one half that is missing from it. */
function missing(policy: Policy, request: Request, wanted: readonly Candidate[]): Because {
  const known = request.throughExposure || policy.workloads.some((workload) => isWorkload(request.peer, workload));
  if (!known) return { missing: 'identity' };
  const mine = (identity: IdentityRef, api: Api) => is(policy, request, api, identity);
  for (const { api, operation } of wanted) {
    const offered = offersOf(api, operation).flatMap((offer) => offer.to.filter((identity) => mine(identity, api)))[0];
    if (offered !== undefined) {
      const asked = !mustAsk(offered) || asksFor(policy, api, operation, offered).length > 0;
      return { missing: asked ? 'condition' : 'request', nearest: grantRef(offered, api.name, operation.name) };
    }
  }
  for (const { api, operation } of wanted) {
    const ask = policy.asks.find(({ from, to }) => to.api === api.name && to.operation === operation.name && mine(from, api));
    if (ask !== undefined) return { missing: 'offer', nearest: grantRef(ask.from, api.name, operation.name) };
  }
  const name = request.to.kind === 'http' || request.to.kind === 'operation' ? request.to.api : wanted[0]?.api.name;
  const sameApi = policy.apis.filter((api) => api.name === name).flatMap((api) => api.operations.flatMap((operation) => admitting(policy, request, api, operation)));
  const others = wanted.flatMap(({ api, operation }) => offersOf(api, operation).flatMap((offer) => offer.to.map((identity) => grantRef(identity, api.name, operation.name))));
  const nearest = inOrder(sameApi)[0] ?? inOrder(others)[0];
  return { missing: 'offer', ...(nearest === undefined ? {} : { nearest }) };
}
