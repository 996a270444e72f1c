import { describe } from 'vitest';
import { cachedEngine, type EngineName } from '../../scripts/engines/cached.mjs';

export type { EngineName };

/** The engine's binary, or undefined while `npm run engines` has not built this checkout's version. */
export function enginePath(name: EngineName): string | undefined {
  return cachedEngine(name);
}

/** As `enginePath`, for code that can't go on without. */
export function requireEngine(name: EngineName): string {
  const path = enginePath(name);
  if (path === undefined) throw new Error(`the engine ${name} is not built: run \`npm run engines\``);
  return path;
}

/** A build that says it ran against the engines must have done so: there, a missing one is a failure. */
function enginesAreMandatory(): boolean {
  return process.env['CI'] === 'true' || process.env['COUNTERSIGN_REQUIRE_ENGINES'] === '1';
}

/**
 * A suite that runs real engines. Where one is missing the suite is skipped, and its name says which
 * and how to have it; in CI it throws while vitest collects the file.
 */
export function describeWithEngines(names: readonly EngineName[], title: string, suite: () => void): void {
  const missing = names.filter((name) => enginePath(name) === undefined);
  if (missing.length === 0) {
    describe(title, suite);
    return;
  }
  const reason = `${missing.join(', ')} not built; \`npm run engines\` builds ${missing.length === 1 ? 'it' : 'them'}`;
  if (enginesAreMandatory()) throw new Error(`${title}: ${reason}`);
  describe.skip(`${title} (${reason})`, suite);
}
