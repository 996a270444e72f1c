import { isError } from '#diagnostics';
import type { Platform, Policy } from '#ir';
import { crossing, decide, type Decider, type Hop, type Request, type Verdict } from '#spec';
import { emit } from '../../../src/targets/gateway/emit.ts';
import { interpret } from '../../../src/targets/gateway/interpret.ts';
import { lower } from '../../../src/targets/gateway/lower.ts';
import type { KubernetesArtifact } from '../../../src/targets/target.ts';
import { noPlacement } from '../kubernetes/estate.ts';

/** A policy all the way to objects, and what reads them back. */
export interface World { readonly policy: Policy; readonly platform: Platform; readonly artifacts: readonly KubernetesArtifact[]; readonly decider: Decider }

export function worldOf(policy: Policy, platform: Platform): World {
  const { losses, plan } = lower(policy, platform, noPlacement);
  const errors = losses.filter(isError);
  if (errors.length > 0) throw new Error(`does not compile: ${JSON.stringify(errors, null, 1)}`);
  const artifacts = emit(plan);
  return { policy, platform, artifacts, decider: interpret(artifacts, platform) };
}

const atGateway = (hops: readonly Hop[]): Hop | undefined => hops.find(({ enforcer }) => enforcer === 'gateway');

/** What the gateway does with a request on the way that the policy intends, and on each way through it under another name. */
export function verdicts({ decider, platform, policy }: World, request: Request): { readonly intended: Verdict | undefined; readonly bypasses: readonly Verdict[] } {
  const ways = crossing(policy, platform, request);
  const hop = atGateway(ways.intended);
  return { intended: hop === undefined ? undefined : decider(hop), bypasses: ways.bypasses.flatMap((way) => { const other = atGateway(way); return other === undefined ? [] : [decider(other)]; }) };
}

export const allowed = ({ policy }: World, request: Request): boolean => decide(policy, request).decision === 'allow';
