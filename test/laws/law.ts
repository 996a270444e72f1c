import fc from 'fast-check';
import { saveScenario } from './save-scenario.ts';

/**
 * Runs a law over generated worlds with a fixed seed. `broken` returns what contradicts the law, or undefined; the
 * smallest such world is thrown, and saved when asked.
 */
export function law<T>(name: string, worlds: fc.Arbitrary<T>, runs: number, broken: (world: T) => unknown): void {
  const outcome = fc.check(fc.property(worlds, (world) => broken(world) === undefined), { numRuns: runs, seed: 20261123, endOnFailure: false });
  if (!outcome.failed) return;
  const world = outcome.counterexample?.[0];
  if (world === undefined) throw new Error(`${name}: ${outcome.errorInstance instanceof Error ? outcome.errorInstance.stack : 'no counterexample'}`);
  const contradiction = ((): unknown => { try { return broken(world); } catch (fault) { return fault instanceof Error ? fault.stack : fault; } })();
  throw new Error(`${name} is broken after ${outcome.numRuns} worlds and ${outcome.numShrinks} shrinks:\n${saveScenario(name, { contradiction, world })}`);
}
