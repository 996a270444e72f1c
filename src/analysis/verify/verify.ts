import { diagnose, type Diagnostic } from '#diagnostics';
import { grants, type Grant, type Platform, type Policy, type ReadBack, type Workload } from '#ir';
import { accepted, crossing, decide, type Hop, type Request } from '#spec';
import { requestOf, sourcesOf, sourceText, targetsOf, targetText, type Source, type Target } from './cells.ts';
import { enforcement, type Emitted, type Enforcement, type Stop } from './enforcement.ts';
import { policyParts } from './policy-part.ts';
import { sample } from './sample.ts';

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
 * witness and the number of the others. Both are faults of the compiler or a target, never of the policy.
 */
export function verify({ emitted, limit = 50_000, platform, policy, seed = 0 }: VerifyInput): Verified {
  const enforced = enforcement(emitted, platform);
  const safety = tooWide(policy, platform, enforced, limit, seed);
  return { diagnostics: [...safety.diagnostics, ...tooNarrow(policy, platform, enforced)], coverage: safety.coverage };
}

/** Safety: every cell, on every way. */
function tooWide(policy: Policy, platform: Platform, enforced: Enforcement, limit: number, seed: number): Verified {
  const whole = accepted(policy, platform), parts = policyParts(whole);
  const sources = sourcesOf(policy, platform), targets = targetsOf(policy, platform), of = sources.length * targets.length;
  const found = new Map<Target, { readonly source: Source; readonly request: Request; readonly way: readonly Hop[]; others: number }>();
  let cells = 0;
  for (const cell of sample(of, of <= limit ? of : Math.ceil(limit / 4), seed)) {
    cells++;
    const source = sources[cell % sources.length]!, target = targets[Math.floor(cell / sources.length)]!;
    const request = requestOf(source, target), caller = source.kind === 'workload' ? source.workload : undefined;
    const part = target.kind === 'port' ? parts.about(target.workload, caller) : caller === undefined ? { ...whole, workloads: [], apis: [], asks: [] } : parts.called(caller);
    const { bypasses, intended } = crossing(part, platform, request);
    const way = enforced.admits(intended) ? intended : bypasses.find(enforced.admits);
    if (way === undefined || decide(part, request).decision === 'allow') continue;
    const before = found.get(target);
    if (before !== undefined) before.others++;
    else if (decide(whole, request).decision === 'deny') found.set(target, { source, request, way, others: 0 });
  }
  const diagnostics = [...found].map(([target, { others, request, source, way }]) => diagnose('CS4001', {
    message: `the emitted artefacts let ${sourceText(source)} connect to ${targetText(target)}, which the policy denies${others === 0 ? '' : `; ${others} more may connect there as well`}`,
    ...(target.kind === 'port' ? { pointer: workloadPointer(policy, target.workload) } : {}),
    help: 'apply nothing, and report it with the witness: the fault is in the compiler or in a target, not in the policy',
    witness: { request, way, others },
  }));
  return { diagnostics, coverage: { exhaustive: cells === of, cells, of, bypasses: {} } };
}

/** Liveness: the intended way of every grant, and of what is derived from grants. */
function tooNarrow(policy: Policy, platform: Platform, enforced: Enforcement): readonly Diagnostic[] {
  const parts = policyParts(policy), workloads = new Map(policy.workloads.map((workload) => [workload.name, workload]));
  const found = new Map<string, { readonly what: string; readonly pointer: string; readonly request: Request; readonly stop: Stop; others: number }>();
  const demand = (key: string, what: string, pointer: () => string, part: Policy, request: Request): void => {
    const stop = enforced.stop(crossing(part, platform, request).intended);
    if (stop === undefined) return;
    const before = found.get(key);
    if (before === undefined) found.set(key, { what, pointer: pointer(), request, stop, others: 0 }); else before.others++;
  };

  const callers = new Set<string>();
  for (const grant of grants(policy)) {
    if (grant.api.servedBy.kind !== 'workload') continue;
    const server = workloads.get(grant.api.servedBy.workload), request = requestFor(grant);
    if (server === undefined || request === undefined) continue;
    if (grant.from.kind === 'workload') callers.add(grant.from.name);
    const pointer = (): string => `/apis/${policy.apis.indexOf(grant.api)}/offers/${grant.api.offers.indexOf(grant.offer)}`;
    const part = parts.about(server, grant.from.kind === 'workload' ? workloads.get(grant.from.name) : undefined);
    demand(`${server.name} ${String(grant.api.servedBy.port)}`, `\`${grant.ref}\``, pointer, part, request);
  }
  for (const workload of policy.workloads) {
    const source: Source = { kind: 'workload', workload };
    const derived = (name: 'clusterDns' | 'apiServer'): void =>
      demand(name, `${sourceText(source)} to \`${name}\``, () => workloadPointer(policy, workload), parts.called(workload), requestOf(source, { kind: 'builtin', name }));
    if (callers.has(workload.name)) derived('clusterDns');
    if (workload.callsApiServer !== undefined) derived('apiServer');
  }
  return [...found.values()].map(({ others, pointer, request, stop, what }) => diagnose('CS4002', {
    message: `the emitted artefacts ${stop.verdict === 'deny' ? 'stop' : 'may stop'} ${what}, which the policy allows, on the ${stop.hop.direction} side${others === 0 ? '' : `; ${others} more are stopped there as well`}`,
    pointer,
    help: 'apply nothing, and report it with the witness: the fault is in the compiler or in a target, not in the policy',
    witness: { request, stop, others },
  }));
}

/** A request that the grant admits; undefined for identities that nothing on a network can play yet. */
function requestFor({ api, from, operation }: Grant): Request | undefined {
  const to = { kind: 'operation', api: api.name, operation: operation.name } as const, context = { time: '1970-01-01T00:00:00Z' };
  switch (from.kind) {
    case 'workload': return from.actingFor === undefined ? { peer: { kind: 'workload', name: from.name }, throughExposure: false, to, context } : undefined;
    case 'anyone': return { throughExposure: true, to, context };
    case 'builtin': return { peer: from, throughExposure: false, to, context };
    case 'people': case 'partner': case 'pods': return undefined;
    default: return from satisfies never;
  }
}

/** Found by identity, and only for what is shown. */
const workloadPointer = (policy: Policy, workload: Workload): string => `/workloads/${policy.workloads.indexOf(workload)}`;
