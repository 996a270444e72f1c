import { isError } from '#diagnostics';
import type { Platform, Policy } from '#ir';
import { place } from '#placement';
import type { Decider, Hop } from '#spec';
import { kubernetes, type KubernetesArtifact } from '#targets';
import { checkedEstate } from '../generators/checked.ts';
import type { Estate } from '../generators/estate.ts';

/** A generated estate all the way to objects, and what reads them back. */
export interface EnforcedEstate { readonly policy: Policy; readonly platform: Platform; readonly artifacts: readonly KubernetesArtifact[]; readonly decider: Decider }

export function enforcedEstate(estate: Estate): EnforcedEstate {
  const { platform, policy } = checkedEstate(estate);
  const { losses, placement } = place(policy, platform, [{ id: kubernetes.id, plane: kubernetes.plane, capabilities: kubernetes.capabilities(platform) }]);
  const { losses: lost, plan } = kubernetes.lower(policy, platform, placement);
  const errors = [...losses, ...lost].filter(isError);
  if (errors.length > 0) throw new Error(`a generated estate does not compile: ${JSON.stringify(errors, null, 1)}`);
  const artifacts = kubernetes.emit(plan);
  return { policy, platform, artifacts, decider: kubernetes.interpret(artifacts, platform) };
}

/** Hops that a listed assumption leaves out of every law. */
export const leftOut = (hop: Hop): boolean => kubernetes.assumptions.some(({ covers }) => covers(hop));

/** Nothing that the assumptions leave is sure to deny; a way of which they leave nothing proves nothing. */
export function admitted(decider: Decider, way: readonly Hop[]): boolean {
  const judged = way.filter((hop) => !leftOut(hop));
  return judged.length > 0 && judged.every((hop) => decider(hop) !== 'deny');
}

/** Something on the way denies, or may. */
export const stopped = (decider: Decider, way: readonly Hop[]): readonly { readonly hop: Hop; readonly verdict: string }[] =>
  way.filter((hop) => !leftOut(hop)).map((hop) => ({ hop, verdict: decider(hop) })).filter(({ verdict }) => verdict === 'deny' || verdict === 'unknown');
