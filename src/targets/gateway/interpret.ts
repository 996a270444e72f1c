import type { Platform } from '#ir';
import type { Decider, Verdict } from '#spec';
import type { KubernetesArtifact } from '../target.ts';
import { estateOf } from './interpret/estate.ts';
import { passes } from './interpret/passage.ts';
import { either, no, perhaps, type Truth } from '../truth.ts';

export { assumptions } from './interpret/assumptions.ts';

/**
 * What Envoy Gateway's proxies do with requests from outside once these objects are applied and nothing else is, as its
 * documentation and sources say and as a real one was seen to do (`test/spikes`). Reads any of them, not only ours.
 *
 * `allow` means that the request reaches the Service that the hop is for, in the hop's namespace. An object of these APIs
 * that is not read here makes everything `unknown`; nothing throws.
 */
export function interpret(artifacts: readonly KubernetesArtifact[], platform: Platform): Decider {
  const estate = estateOf(artifacts, platform);
  return (hop): Verdict => {
    if (hop.enforcer !== 'gateway') return 'abstain';
    if (estate === undefined) return 'unknown';
    const through = estate.listenersFor(hop.port, hop.serverName).reduce<Truth>((found, listener) => either(found, passes(estate, listener, hop)), no);
    return through === no ? 'deny' : through === perhaps ? 'unknown' : 'allow';
  };
}
