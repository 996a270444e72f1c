import { verify, type Emitted, type Reported } from '#analysis';
import { checked, isError, locate, sortDiagnostics, type Checked, type Declared, type Diagnostic, type Refine, type Sites } from '#diagnostics';
import type { Grant, GrantRef, Placement, Platform, Policy, ReadBack } from '#ir';
import { check, checkPlatform } from '#language';
import { place } from '#placement';
import { builtinTargets, type Artifact, type Target } from '#targets';

export interface CompileOptions {
  readonly policy: Declared<Policy>;
  readonly platform: Declared<Platform>;
  /** The day, or instant, that expiry is judged at: `2027-01-31` or RFC 3339. */
  readonly asOf: string;
  /** Compile without what has expired, instead of failing. */
  readonly dropExpired?: boolean;
  readonly targets?: readonly Target[];
  /** Finds positions inside literals, for messages. */
  readonly refine?: Refine;
}

/** A policy that was proved, and what came of it. */
export interface Compiled {
  readonly policy: Policy;
  readonly sites: Sites;
  readonly platform: Platform;
  readonly grants: readonly Grant[];
  /** Expired grants that were left out. */
  readonly dropped: readonly GrantRef[];
  readonly placement: Placement;
  /** By stage, then id: applied in this order, no step admits what the policy denies. */
  readonly artifacts: readonly Artifact[];
  /** The targets that the platform has, each with what its objects do for each grant, made when it is asked for. */
  readonly targets: readonly Reported[];
  /** The same artefacts by who emitted them, with what reads them back. */
  readonly emitted: readonly Emitted[];
  /** How much of the reading-back was exhaustive. */
  readonly coverage: ReadBack;
}

/** From a declaration to artefacts, or to everything that is wrong with it. Any error means no artefacts. */
export function compile(options: CompileOptions): Checked<Compiled> {
  const { asOf, refine } = options;
  const about = { asOf, ...(refine === undefined ? {} : { refine }) };

  const declared = check(options.policy, { ...about, dropExpired: options.dropExpired ?? false });
  const platform = checkPlatform(declared.ok ? declared.value : undefined, options.platform, about);
  const found: Diagnostic[] = [...declared.diagnostics, ...platform.diagnostics];
  if (!declared.ok || !platform.ok) return { ok: false, diagnostics: sortDiagnostics(found) };
  const { policy, sites, grants, dropped } = declared.value;

  const targets = (options.targets ?? builtinTargets).filter(({ present }) => present === undefined || present(platform.value));
  const enforcers = targets.map(({ id, plane, capabilities }) => ({ id, plane, capabilities: capabilities(platform.value) }));
  const { placement, losses } = place(policy, platform.value, enforcers);
  const lowered = targets.map((target) => {
    const { plan, losses: lost } = target.lower(policy, platform.value, placement);
    return { target, plan, lost, artifacts: target.emit(plan) };
  });
  const losing = [...losses, ...lowered.flatMap(({ lost }) => lost)];
  const places = sitesOf(sites, options.platform.sites);
  found.push(...locate(losing, places, refine));
  if (losing.some(isError)) return { ok: false, diagnostics: sortDiagnostics(found) };

  const readBack = verify({ policy, platform: platform.value, emitted: lowered });
  found.push(...locate(readBack.diagnostics, places, refine));

  const artifacts = lowered.flatMap((one) => one.artifacts).sort((a, b) => a.stage - b.stage || (a.id < b.id ? -1 : 1));
  return checked(sortDiagnostics(found), () => ({
    policy, sites, platform: platform.value, grants, dropped, placement, artifacts, targets: reported(lowered), coverage: readBack.coverage,
    emitted: lowered.map(({ artifacts: own, target }) => ({ target, artifacts: own })),
  }));
}

const reported = (lowered: readonly { readonly target: Target; readonly plan: unknown }[]): readonly Reported[] =>
  lowered.map(({ plan, target }) => ({ id: target.id, plane: target.plane, assumptions: target.assumptions, evidence: () => target.evidence(plan) }));

/** A loss points into the policy or into the platform; no pointer begins alike in both (`name` and `version` are no losses). */
function sitesOf(policy: Sites, platform: Sites): Sites {
  const facts = ['cni', 'dns', 'podCidrs', 'nodeCidrs', 'apiServer', 'loadBalancer', 'mesh', 'gateways', 'metricsScraper', 'caBundles', 'hosts', 'issuer', 'aws', 'accept'] satisfies readonly (keyof Platform)[];
  return { find: (pointer) => (facts.some((fact) => pointer === `/${fact}` || pointer.startsWith(`/${fact}/`)) ? platform : policy).find(pointer) };
}
