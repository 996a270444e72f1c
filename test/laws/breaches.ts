import { isUnmanaged, resolvePort, type Platform, type Policy } from '#ir';
import { accepted, crossing, decide, type Decider, type Hop, type Request } from '#spec';
import { attempts, type Estate, estatePods, variations } from '#testing';
import { admitted, leftOut, stopped } from './enforced-estate.ts';
import { normalisedPath } from './normalised-path.ts';

/** What a law is judged in. `whole` is the policy with its acceptances. */
export interface World { readonly policy: Policy; readonly platform: Platform; readonly whole: Policy; readonly decider: Decider }
export const world = ({ decider, platform, policy }: Omit<World, 'whole'>): World => ({ policy, platform, decider, whole: accepted(policy, platform) });

/** What contradicts a law, or undefined. */
export type Breach = (world: World, request: Request) => unknown;

/** Safety: nothing on some way denies, and the policy with its acceptances does. */
export const unsafe: Breach = ({ decider, platform, policy, whole }, request) => {
  const { bypasses, intended } = crossing(policy, platform, request);
  const way = [intended, ...bypasses].find((each) => admitted(decider, each) && !each.some((hop) => isMute(request, hop) && decider(hop) === 'unknown'));
  if (way === undefined || decide(whole, asRead(policy, request, way)).decision === 'allow' || isForeign(policy, request) || isNobodys(request) || isBorrowed(policy, request)) return undefined;
  return { request, way, verdicts: way.map((hop) => (leftOut(hop) ? 'left out' : decider(hop))) };
};

/** What a node sends to its own pods is judged by port; and some paths no request line can hold: Envoy answers them with 400. */
const isNobodys = ({ peer, to }: Request): boolean => (to.kind === 'http' && /^[^/]|[^\x21-\x7e]|#|%00/.test(to.path)) || (peer?.kind === 'builtin' && peer.name === 'nodeProbes' && (to.kind === 'http' || to.kind === 'operation'));

/**
 * Networks tell pods by labels and meshes by ServiceAccount. Only who may deploy a workload gives pods its labels, and
 * its ServiceAccount: a pod with one workload's labels and another's ServiceAccount is nobody's.
 */
function isBorrowed({ workloads }: Policy, { peer }: Request): boolean {
  if (peer?.kind !== 'pod' || peer.serviceAccount === undefined) return false;
  const here = workloads.filter(({ kubernetes: facts }) => facts?.namespace === peer.namespace), owner = here.find(({ kubernetes: facts }) => facts?.serviceAccount === peer.serviceAccount);
  return owner !== undefined && !Object.entries(owner.kubernetes!.selector).every(([key, value]) => peer.labels[key] === value);
}

/**
 * What reaches the server: proxies that read paths pass them on in one spelling, and look at no query. A whole port is
 * whatever is spoken there; what a proxy that is shown none of it lets pass is *something* that is.
 */
function asRead(policy: Policy, request: Request, way: readonly Hop[]): Request {
  const { to } = request, readers = way.filter(({ proxy }) => proxy !== undefined && proxy !== 'ztunnel');
  if (readers.length === 0) return request;
  if (to.kind === 'http') return { ...request, to: { ...to, path: normalisedPath(to.path.split('?')[0]!) } };
  const workload = serverOf(policy, to), port = portOf(policy, to);
  return to.kind !== 'operation' || workload === undefined || port === undefined || readers.every(({ http }) => http !== undefined) ? request
    : { ...request, to: { kind: 'port', workload, port, protocol: 'TCP' } };
}

/** Liveness: the policy allows, and something on the intended way denies, or may. */
export const lifeless: Breach = ({ decider, platform, policy }, request) => {
  const { intended } = crossing(policy, platform, request);
  const stops = stopped(decider, intended);
  return stops.length === 0 || decide(policy, request).decision === 'deny' || intended.some((hop) => isMute(request, hop)) || showsBadToken(policy, request) || isNobodys(request) ? undefined : { request, stops };
};

/** A proxy that reads tokens refuses one that it can't take, even where none is asked for (Istio, "RequestAuthentication"; RFC 7519, section 4.1, for what a claim is). */
function showsBadToken({ identityProviders }: Policy, { context, subject }: Request): boolean {
  const provider = identityProviders.find(({ name }) => name === subject?.provider);
  if (subject === undefined) return false;
  const { aud, exp, iat, iss, jti, nbf, sub } = subject.claims, now = Date.parse(context.time) / 1000;
  return provider === undefined || [sub, jti].some((text) => text !== undefined && typeof text !== 'string') || typeof exp !== 'number' || now >= exp || (iat !== undefined && typeof iat !== 'number') || (nbf !== undefined && !(typeof nbf === 'number' && now >= nbf)) || (iss !== undefined && iss !== provider.issuer)
    || (aud !== undefined && !(Array.isArray(aud) ? aud : [aud]).some((one) => provider.audiences.includes(one as string)));
}

/** What is not touched is not claimed either: nothing is emitted for its pods, whoever they call and whoever calls them. */
function isForeign(policy: Policy, { peer, to }: Request): boolean {
  const unmanaged = policy.workloads.filter((workload) => isUnmanaged(policy, workload));
  const server = serverOf(policy, to);
  return unmanaged.some(({ kubernetes: facts, name }) => name === server
    || (server === undefined && (peer?.kind === 'workload' ? peer.name === name : peer?.kind === 'pod' && peer.namespace === facts?.namespace)));
}

/** A port is *some* operation that is served there, and a proxy that reads requests has to be shown which. */
const isMute = ({ to }: Request, { http, proxy }: Hop): boolean => to.kind === 'port' && proxy !== undefined && proxy !== 'ztunnel' && http === undefined;

export function serverOf(policy: Policy, to: Request['to']): string | undefined {
  if ('workload' in to) return to.workload;
  const server = 'api' in to ? policy.apis.find(({ name }) => name === to.api)?.servedBy : undefined;
  return server?.kind === 'workload' ? server.workload : undefined;
}

/** The container port that a request ends at. */
export function portOf(policy: Policy, to: Request['to']): number | undefined {
  if (to.kind === 'port') return to.port;
  const server = 'api' in to ? policy.apis.find(({ name }) => name === to.api)?.servedBy : undefined;
  const facts = server?.kind === 'workload' ? policy.workloads.find(({ name }) => name === server.workload)?.kubernetes : undefined;
  return server?.kind === 'workload' && facts !== undefined ? resolvePort(facts, server.port, 'TCP')?.number : undefined;
}

/** Artefacts carry no dates, and somebody outside has an outside address. */
export const settled = (request: Request, asOf: string): Request =>
  ({ ...request, context: { time: `${asOf}T00:00:00Z`, ...(request.context.sourceAddress === undefined && request.peer !== undefined ? {} : { sourceAddress: '203.0.113.9' }) } });

/** Every pod of the world, declared or not, at every port that somebody declares, and requests of every manner. */
export function requestsOf(policy: Policy, estate: Estate, seed: number): readonly Request[] {
  const { pods } = estatePods(policy);
  const ports = new Set(policy.workloads.flatMap(({ kubernetes: facts, name }) => (facts?.ports ?? []).map(({ number, protocol }) => `${name} ${number} ${protocol}`)));
  const cells = [...ports].flatMap((cell) => {
    const [workload, number, protocol] = cell.split(' ') as [string, string, 'TCP'];
    const to = { kind: 'port', workload, port: Number(number), protocol } as const;
    return [
      { throughExposure: true, to, context: { time: '' } },
      ...pods.map((pod): Request => ({ throughExposure: false, to, context: { time: '' }, peer: { kind: 'pod', namespace: pod.namespace, labels: pod.labels, serviceAccount: pod.serviceAccount ?? 'none' } })),
    ];
  });
  return [...cells, ...attempts(estate, seed, 60).map(({ request }) => request)].map((request) => settled(request, estate.asOf));
}

/** What people, partners and acting workloads show and should not get away with: the times and addresses of these are meant. */
export const shownRequests = (policy: Policy, estate: Estate, seed: number, count: number): readonly Request[] =>
  variations({ ...estate, policy }, seed, count).map(({ request }) => (request.peer !== undefined ? request : { ...request, context: { sourceAddress: '203.0.113.200', ...request.context } }));

/** Ways that are open on the network alone, and stand among its findings. */
export const openOnNetworks = (policy: Policy, { peer, to }: Request): boolean =>
  (to.kind === 'probe' && peer?.kind !== 'builtin')
  || (isUngoverned(policy, peer) && policy.workloads.some(({ kubernetes: facts, name }) => name === serverOf(policy, to) && facts?.services.some(({ type }) => type !== 'ClusterIP')));

/** Nobody declared its namespace, or said that it is to be left alone. */
function isUngoverned(policy: Policy, peer: Request['peer']): boolean {
  const governed = policy.workloads.filter((workload) => !isUnmanaged(policy, workload));
  switch (peer?.kind) {
    case 'builtin': return true;
    case 'credentials': case 'principal': return false; // no network of ours is on their way
    case 'pod': return !governed.some(({ kubernetes: facts }) => facts?.namespace === peer.namespace);
    case 'workload': return !governed.some(({ name }) => name === peer.name);
    case undefined: return false;
    default: return peer satisfies never;
  }
}
