import { diagnose, type Diagnostic } from '#diagnostics';
import { bypassKinds, builtinGrants, isUnmanaged, resolvePort, type BypassKind, type Platform, type Policy, type ReadBack } from '#ir';
import { accepted, crossing, decide, someoneOutside, type Crossing, type Hop, type Request } from '#spec';
import { lockedOut } from './administrators.ts';
import { listed, product, type Attempt, type Stratum } from './attempt.ts';
import { bypassKind, bypassPhrase } from './bypass-kind.ts';
import { cloudStrata, longAgo } from './cloud-attempts.ts';
import { variedCloudGrants } from './cloud-grants.ts';
import { enforcement, type Emitted, type Enforcement, type Stop } from './enforcement.ts';
import { variedGrants, type Varied } from './grants-varied.ts';
import { letOut } from './outward.ts';
import { policyParts, type PolicyParts } from './policy-part.ts';
import { portAttempt, portsOf } from './ports.ts';
import { isRefusedToken } from './refused-token.ts';
import { requestAttempt, requestsOf } from './requests.ts';
import { allot, sample } from './sample.ts';
import { personasOf, sourcesOf } from './sources.ts';

export type { Emitted };

export interface VerifyInput {
  /** As `check` let it pass. */
  readonly policy: Policy;
  readonly platform: Platform;
  readonly emitted: readonly Emitted[];
  /** Most cells to look at, all of them; above that, a sample of a quarter as many. 50,000 where nothing is said. */
  readonly limit?: number;
  /** Where the sample begins. */
  readonly seed?: number;
}

export interface Verified { readonly diagnostics: readonly Diagnostic[]; readonly coverage: ReadBack }

/**
 * Reads back what was emitted and compares it with the meaning: CS4001 where the artefacts admit what the policy, with
 * its acceptances, denies; CS4002 where they deny what it allows. One diagnostic for each port that is wrong, with a
 * witness and the number of the others. CS4003 where those who look after what is owned would be locked out. All are faults of the compiler or a target, never of the policy.
 */
export function verify({ emitted, limit = 50_000, platform, policy, seed = 0 }: VerifyInput): Verified {
  const enforced = enforcement(emitted, platform);
  const whole = accepted(policy, platform);
  // Where nobody looks into requests, all that is asked at a port gets the same answer.
  const reads = emitted.some(({ target: { plane } }) => plane === 'mesh' || plane === 'gateway');
  const parts = policyParts(policy), varied = variedGrants(policy, parts);
  // Where nobody judges what is asked of the cloud, nothing was emitted that could.
  const cloud = emitted.some(({ target }) => target.plane === 'cloud') ? variedCloudGrants(policy, parts) : undefined;
  const strata = [
    ...(cloud === undefined ? [] : [...cloudStrata(policy, platform), listed(cloud.flatMap(({ variants }) => variants()))]),
    ...strataOf(policy, whole, platform, reads ? varied : []),
  ];
  const safety = tooWide(policy, whole, platform, enforced, strata, limit, seed);
  return {
    diagnostics: [
      ...safety.diagnostics, ...(cloud === undefined ? [] : [...letOut(policy, platform, enforced), ...lockedOut(policy, platform, enforced)]),
      ...tooNarrow(policy, platform, enforced, varied, cloud ?? [], reads),
    ],
    coverage: safety.coverage,
  };
}

/** All that is tried in the cluster: everybody at every port; where somebody reads requests, everybody at every request, and each grant's variants. */
function strataOf(policy: Policy, whole: Policy, platform: Platform, varied: readonly Varied[]): readonly Stratum[] {
  const sources = sourcesOf(whole, platform), ports = portsOf(whole, platform);
  const places = ports.filter(({ kind }) => kind === 'port'), builtins = ports.filter(({ kind }) => kind === 'builtin');
  const atPorts = [product(sources, places, portAttempt), product(sources.filter(({ ungoverned }) => !ungoverned), builtins, portAttempt)];
  if (varied.length === 0) return atPorts;
  const parts = policyParts(policy), workloads = new Map(policy.workloads.map((workload) => [workload.name, workload]));
  const personas = personasOf(policy, ({ api, from }) => {
    const server = api.servedBy.kind === 'workload' ? workloads.get(api.servedBy.workload) : undefined;
    return server === undefined ? policy : parts.about(server, from.kind === 'workload' ? workloads.get(from.name) : undefined);
  });
  return [ // requests first: of what is wrong at a port, they say more than that it is open
    product([...sources.filter(({ request }) => !isNode(request)), ...personas], requestsOf(policy), requestAttempt),
    listed(varied.flatMap(({ variants }) => variants())),
    ...atPorts,
  ];
}

/** A client outside has an address, and so has whoever asks the cloud; it is shown whether or not anything asks for it. */
const arriving = <A extends Pick<Attempt, 'request'>>(attempt: A): A => {
  const { context, peer, throughExposure, to } = attempt.request;
  return (to.kind !== 'action' && (!throughExposure || peer !== undefined)) || context.sourceAddress !== undefined ? attempt
    : { ...attempt, request: { ...attempt.request, context: { ...context, sourceAddress: someoneOutside.ipv4 } } };
};

/** What a node sends to its own pods is nobody's to read; at which ports it may, is. */
const isNode = ({ peer }: Pick<Request, 'peer'>): boolean => peer?.kind === 'builtin' && peer.name === 'nodeProbes';

/** What an instance has at several addresses, any of which will do. */
const isOfInstance = ({ to }: Pick<Request, 'to'>): boolean => to.kind === 'builtin' && (to.name === 'instanceMetadata' || to.name === 'cloudCredentials');

interface Breach { readonly attempt: Attempt; readonly way: readonly Hop[]; readonly around: string; others: number }

/** Safety: every cell, on every way. */
function tooWide(policy: Policy, whole: Policy, platform: Platform, enforced: Enforcement, strata: readonly Stratum[], limit: number, seed: number): Verified {
  const parts = policyParts(whole), found = new Map<string, Breach>(), judged = new Map<BypassKind, number>();
  const of = strata.reduce((sum, { size }) => sum + size, 0), shares = of <= limit ? strata.map(({ size }) => size) : allot(strata.map(({ size }) => size), Math.ceil(limit / 4));
  const unmanaged = new Set(policy.workloads.filter((workload) => isUnmanaged(policy, workload)).map(({ name }) => name));
  const held = new Set(policy.workloads.flatMap(({ kubernetes, name }) => (kubernetes === undefined || unmanaged.has(name) ? [] : [kubernetes.namespace])));
  const isStranger = ({ peer }: Request): boolean => peer?.kind === 'builtin' || (peer?.kind === 'pod' && !held.has(peer.namespace))
    || (peer?.kind === 'workload' && unmanaged.has(peer.name));
  let cells = 0;
  for (const [index, { at, size }] of strata.entries()) {
    for (const cell of sample(size, shares[index]!, seed)) {
      cells++;
      const attempt = arriving(at(cell)), { request } = attempt, part = partFor(parts, whole, attempt);
      const ways = crossingOf(part, platform, attempt), outside = request.peer === undefined;
      let way: readonly Hop[] | undefined, around = '';
      if (enforced.admits(ways.intended)) way = ways.intended;
      for (const bypass of ways.bypasses) {
        if (isOfInstance(request)) { if (way === undefined && enforced.admits(bypass)) way = bypass; continue; } // one of its addresses, and no way around
        const kind = bypassKind(bypass, ways.intended, outside);
        if (isStranger(request) && (kind === 'nodePort' || (kind === 'otherService' && isNode(request)))) continue; // looks like a client there: an assumption
        judged.set(kind, (judged.get(kind) ?? 0) + 1);
        if (way === undefined && enforced.admits(bypass)) [way, around] = [bypass, bypassPhrase[kind]];
      }
      if (way === undefined || decide(part, request).decision === 'allow') continue;
      const before = found.get(attempt.place);
      if (before !== undefined) before.others++;
      else if (decide(whole, request).decision === 'deny') found.set(attempt.place, { attempt, way, around, others: 0 });
    }
  }
  const bypasses = Object.fromEntries(bypassKinds.flatMap((kind) => { const count = judged.get(kind); return count === undefined ? [] : [[kind, count]]; }));
  return { diagnostics: [...found.values()].map((breach) => tooWideAt(breach)), coverage: { exhaustive: cells === of, cells, of, bypasses } };
}

function tooWideAt({ around, attempt, others, way }: Breach): Diagnostic {
  const pointer = attempt.pointer(), connects = attempt.does.startsWith('connect');
  return diagnose('CS4001', {
    message: `the emitted artefacts let ${attempt.who} ${attempt.does}${around}, which the policy denies${others === 0 ? '' : `; ${others} more ${connects ? 'may connect there as well' : others === 1 ? 'attempt passes there as well' : 'attempts pass there as well'}`}`,
    ...(pointer === undefined ? {} : { pointer }), help: faulty, witness: { request: attempt.request, way, others },
  });
}

const faulty = 'apply nothing, and report it with the witness: the fault is in the compiler or in a target, not in the policy';

/** What of the policy decides about an attempt: all that is about the server or the resource, or that the caller calls at all. */
function partFor(parts: PolicyParts, whole: Policy, { caller, resource, server }: Attempt): Policy {
  if (resource !== undefined) return parts.ofResource(resource, caller);
  if (server !== undefined) return parts.about(server, caller);
  return caller === undefined ? { ...whole, workloads: [], apis: [], asks: [] } : parts.called(caller);
}

/** The ways of an attempt. What is spoken at a port that no API serves is put on the hops that can read it. */
function crossingOf(part: Policy, platform: Platform, { request, spoken }: Pick<Attempt, 'request' | 'spoken'>): Crossing {
  const ways = crossing(part, platform, request);
  if (spoken === undefined) return ways;
  const heard = (way: readonly Hop[]): readonly Hop[] => way.map((hop) => (hop.proxy === undefined || hop.proxy === 'ztunnel' ? hop : { ...hop, http: spoken }));
  return { intended: heard(ways.intended), bypasses: ways.bypasses.map(heard) };
}

/** Liveness: the intended way of every grant's ideal request, of what the meaning allows beside it, and of what is derived. */
function tooNarrow(policy: Policy, platform: Platform, enforced: Enforcement, varied: readonly Varied[], cloud: readonly Varied[], reads: boolean): readonly Diagnostic[] {
  const parts = policyParts(policy);
  const found = new Map<string, { readonly what: string; readonly pointer: string | undefined; readonly request: Request; readonly stop: Stop; others: number }>();
  const demand = (what: string, attempt: Pick<Attempt, 'place' | 'pointer' | 'request' | 'spoken'>, part: Policy): void => {
    const stop = enforced.stop(crossingOf(part, platform, attempt).intended);
    if (stop === undefined) return;
    const before = found.get(attempt.place);
    if (before === undefined) found.set(attempt.place, { what, pointer: attempt.pointer(), request: attempt.request, stop, others: 0 }); else before.others++;
  };

  const callers = new Set<string>(), cloudCallers = new Set<string>();
  for (const { grant, ideal, named, variants } of [...varied, ...cloud]) {
    const what = named ?? `\`${grant.ref}\``, ofCloud = ideal.resource !== undefined;
    if (grant.from.kind === 'workload') { callers.add(grant.from.name); if (ofCloud) cloudCallers.add(grant.from.name); }
    demand(what, ideal, partFor(parts, policy, ideal));
    if (!reads && !ofCloud) continue;
    for (const variant of variants().map(arriving)) {
      if (isRefusedToken(policy, variant.request)) continue;
      const near = partFor(parts, policy, variant);
      if (decide(near, variant.request).decision === 'allow') demand(`${what}, ${variant.who.slice(variant.who.indexOf('` ') + 2)},`, variant, near);
    }
  }
  for (const [index, workload] of policy.workloads.entries()) {
    if (workload.kubernetes === undefined) continue;
    const pointer = (): string => `/workloads/${index}`, context = { time: longAgo };
    const derived = (name: 'clusterDns' | 'apiServer' | 'cloudCredentials'): void =>
      demand(`\`${workload.name}\` to \`${name}\``, { place: name, pointer, request: { peer: { kind: 'workload', name: workload.name }, throughExposure: false, to: { kind: 'builtin', name }, context } }, parts.called(workload));
    if (callers.has(workload.name)) derived('clusterDns');
    if (workload.callsApiServer !== undefined) derived('apiServer');
    if (cloudCallers.has(workload.name)) derived('cloudCredentials');
    if (!reads || isUnmanaged(policy, workload)) continue;
    for (const { name, probe } of workload.kubernetes.probes) {
      const port = probe.kind === 'exec' ? undefined : resolvePort(workload.kubernetes, probe.port, 'TCP')?.number;
      if (probe.kind === 'exec' || port === undefined) continue;
      const spoken = probe.kind === 'http' ? { method: 'GET', path: probe.path } : probe.kind === 'grpc' ? { method: 'POST', path: '/grpc.health.v1.Health/Check' } : undefined;
      demand(`the ${name} probe of \`${workload.name}\``, { place: `${workload.name} TCP ${port}`, pointer, request: { peer: { kind: 'builtin', name: 'nodeProbes' }, throughExposure: false, to: { kind: 'port', workload: workload.name, port, protocol: 'TCP' }, context }, ...(spoken === undefined ? {} : { spoken }) }, parts.about(workload));
    }
  }
  if (platform.metricsScraper !== undefined) {
    for (const { path, port, ref, workload } of builtinGrants(policy)) {
      demand(`\`${ref}\``, {
        place: `${workload.name} TCP ${port}`, pointer: () => `/workloads/${policy.workloads.indexOf(workload)}/kubernetes/metrics`, spoken: { method: 'GET', path },
        request: { peer: { kind: 'builtin', name: 'metricsScraper' }, throughExposure: false, to: { kind: 'port', workload: workload.name, port, protocol: 'TCP' }, context: { time: longAgo } },
      }, parts.about(workload));
    }
  }
  return [...found.values()].map(({ others, pointer, request, stop, what }) => diagnose('CS4002', {
    message: `the emitted artefacts ${stop.verdict === 'deny' ? 'stop' : 'may stop'} ${what}, which the policy allows, ${placeOf(stop.hop)}${others === 0 ? '' : `; ${others} more are stopped there as well`}`.replace(',,', ','),
    ...(pointer === undefined ? {} : { pointer }), help: faulty, witness: { request, stop, others },
  }));
}

function placeOf({ direction, enforcer, proxy }: Hop): string {
  switch (enforcer) {
    case 'network': return `on the ${direction} side`;
    case 'cloud': return 'in the cloud';
    case 'mesh': return `at the ${proxy ?? 'mesh'}`;
    case 'gateway': return 'at the gateway';
    default: return enforcer satisfies never;
  }
}
