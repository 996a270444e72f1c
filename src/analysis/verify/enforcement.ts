import type { Platform } from '#ir';
import type { Decider, Hop, Verdict } from '#spec';
import type { Artifact, Target } from '#targets/target';

/** What one target emitted, and the target that reads it. */
export interface Emitted { readonly target: Pick<Target, 'id' | 'plane' | 'interpret' | 'assumptions'>; readonly artifacts: readonly Artifact[] }

/** The first hop of a way that stops, or may stop, what should pass. */
export interface Stop { readonly hop: Hop; readonly target: string; readonly verdict: Verdict }

/** All targets' readings together: a hop passes where none of them denies. */
export interface Enforcement {
  /**
   * Nothing on the way is sure to deny. A way of which nothing is left, the assumptions set aside, proves nothing; nor
   * does one on which a proxy meets what an assumption rules out, because there such a request does not occur.
   */
  readonly admits: (way: readonly Hop[]) => boolean;
  /** Undefined where everything on the way is sure to let the request pass. */
  readonly stop: (way: readonly Hop[]) => Stop | undefined;
}

export function enforcement(emitted: readonly Emitted[], platform: Platform): Enforcement {
  const readers = emitted.map(({ artifacts, target }): { readonly id: string; readonly decide: Decider } => ({ id: target.id, decide: target.interpret(artifacts, platform) }));
  const assumptions = emitted.flatMap(({ target }) => target.assumptions);
  const leftOut = (hop: Hop): boolean => assumptions.some(({ covers }) => covers(hop));
  return {
    admits(way) {
      let judged = false;
      for (const hop of way) {
        if (leftOut(hop)) { if (hop.enforcer !== 'network') return false; continue; }
        judged = true;
        if (readers.some(({ decide }) => decide(hop) === 'deny')) return false;
      }
      return judged;
    },
    stop(way) {
      for (const hop of way) {
        if (leftOut(hop)) continue;
        for (const { decide, id } of readers) {
          const verdict = decide(hop);
          if (verdict === 'deny' || verdict === 'unknown') return { hop, target: id, verdict };
        }
      }
      return undefined;
    },
  };
}
