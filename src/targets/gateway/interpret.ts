import type { Platform } from '#ir';
import type { Assumption, Decider } from '#spec';
import type { KubernetesArtifact } from '../target.ts';
export const assumptions: readonly Assumption[] = [];
export function interpret(_artifacts: readonly KubernetesArtifact[], _platform: Platform): Decider {
  return (hop) => (hop.enforcer === 'gateway' ? 'unknown' : 'abstain');
}
