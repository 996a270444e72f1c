import { isError, type Diagnostic } from '#diagnostics';
import { features, type Acceptance, type Feature, type Plane, type Platform, type Policy } from '#ir';
import { place } from '#placement';
import type { Decider, Hop, Verdict } from '#spec';
import { builtinTargets, type Artifact, type KubernetesArtifact, type Target } from '#targets';
import { checkedEstate, type Estate } from '#testing';

export interface Emitted { readonly target: Target; readonly artifacts: readonly Artifact[]; readonly decider: Decider }
/** A generated estate all the way to objects, and what reads them back: each target's own, and all together. */
export interface EnforcedEstate { readonly policy: Policy; readonly platform: Platform; readonly emitted: readonly Emitted[]; readonly artifacts: readonly Artifact[]; /** Of them, what Kubernetes stores. */ readonly objects: readonly KubernetesArtifact[]; readonly decider: Decider; readonly leftOut: (hop: Hop) => boolean }

const presentOn = (platform: Platform, targets: readonly Target[]): readonly Target[] => targets.filter(({ present }) => present?.(platform) ?? true);
const enforcersOn = (platform: Platform, targets: readonly Target[]) => presentOn(platform, targets).map(({ capabilities, id, plane }) => ({ id, plane, capabilities: capabilities(platform) }));

/** What this platform can't do exactly is accepted, as a person would who has read every CS3001 and agrees. */
export function accepting(estate: Estate, targets: readonly Target[] = builtinTargets): Estate {
  const { platform, policy } = checkedEstate(estate);
  const lost = new Set(place(policy, platform, enforcersOn(platform, targets)).losses.flatMap(({ witness }) => (witness === undefined ? [] : [(witness as { readonly feature: Feature }).feature])));
  const accept = features.filter((feature) => lost.has(feature)).flatMap((feature) => planesAccepted(platform).map((plane): Acceptance =>
    ({ grants: 'all', feature, plane, because: 'this platform can do no better', owner: 'platform', until: '2027-06-30' })));
  return accept.length === 0 ? estate : { ...estate, platform: { ...estate.platform, accept: [...estate.platform.accept, ...accept] } };
}

/** Where somebody could do it: the mesh and the gateways, or, without any, the network. */
function planesAccepted({ gateways, mesh }: Platform): readonly Plane[] {
  return [...(mesh === undefined ? ['network' as const] : ['mesh' as const]), ...(gateways.length === 0 ? [] : ['gateway' as const])];
}

/** Why an estate does not compile, though `check` lets it pass and every CS3001 is accepted. */
export class DoesNotCompile extends Error {
  readonly errors: readonly Diagnostic[];
  constructor(errors: readonly Diagnostic[]) { super(`a generated estate does not compile: ${JSON.stringify(errors, null, 1)}`); this.errors = errors; }
}

export function enforcedEstate(estate: Estate, targets: readonly Target[] = builtinTargets): EnforcedEstate {
  const { platform, policy } = checkedEstate(estate);
  const { losses, placement } = place(policy, platform, enforcersOn(platform, targets));
  const lowered = presentOn(platform, targets).map((target) => ({ target, ...target.lower(policy, platform, placement) }));
  const errors = [...losses, ...lowered.flatMap((one) => one.losses)].filter(isError);
  if (errors.length > 0) throw new DoesNotCompile(errors);
  const emitted = lowered.map(({ plan, target }): Emitted => { const artifacts = target.emit(plan); return { target, artifacts, decider: target.interpret(artifacts, platform) }; });
  const artifacts = emitted.flatMap((one) => one.artifacts);
  return { policy, platform, emitted, artifacts, objects: objectsOf(artifacts), decider: together(emitted.map(({ decider }) => decider)), leftOut: leftOutBy(emitted.map(({ target }) => target)) };
}

/** What Kubernetes stores of them. */
export const objectsOf = (artifacts: readonly Artifact[]): readonly KubernetesArtifact[] => artifacts.flatMap((artifact) => (artifact.kind === 'kubernetes' ? [artifact] : []));

/** A hop passes where nobody denies it; whoever does not look at it says nothing. */
export const together = (deciders: readonly Decider[]): Decider => (hop): Verdict => {
  const verdicts = deciders.map((decide) => decide(hop));
  return (['deny', 'unknown', 'allow'] as const).find((verdict) => verdicts.includes(verdict)) ?? 'abstain';
};

/** Hops that a listed assumption of one of the targets leaves out of every law. */
export const leftOutBy = (targets: readonly Pick<Target, 'assumptions'>[]) => (hop: Hop): boolean => targets.some(({ assumptions }) => assumptions.some(({ covers }) => covers(hop)));
export const leftOut = leftOutBy(builtinTargets);

/**
 * Nothing that the assumptions leave is sure to deny. A way of which they leave nothing proves nothing, and neither
 * does one on which a proxy meets what they rule out: there such a request does not occur.
 */
export function admitted(decider: Decider, way: readonly Hop[]): boolean {
  const judged = way.filter((hop) => !leftOut(hop));
  if (way.some((hop) => hop.enforcer !== 'network' && leftOut(hop))) return false;
  return judged.length > 0 && judged.every((hop) => decider(hop) !== 'deny');
}

/** Something on the way denies, or may. */
export const stopped = (decider: Decider, way: readonly Hop[]): readonly { readonly hop: Hop; readonly verdict: string }[] =>
  way.filter((hop) => !leftOut(hop)).map((hop) => ({ hop, verdict: decider(hop) })).filter(({ verdict }) => verdict === 'deny' || verdict === 'unknown');
