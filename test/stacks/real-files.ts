import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'vitest';

/** Public sample systems as their authors ship them, beside the checkout: they are read, never taken over. */
const folder = new URL('../../../shared/realworld/', import.meta.url);

export const realFile = (path: string): string => readFileSync(new URL(path, folder), 'utf8');
export const realBytes = (path: string): Uint8Array => readFileSync(new URL(path, folder));

/** Names of the files of a folder, in order. */
export const realFiles = (path: string): readonly string[] => readdirSync(new URL(`${path}/`, folder)).sort().map((name) => `${path}/${name}`);

/**
 * A suite over the real files of one estate. Without them it is skipped, and its name says so; in CI it throws while
 * vitest collects the file.
 */
export function describeWithRealFiles(estate: string, title: string, suite: () => void): void {
  if (existsSync(new URL(`${estate}/`, folder))) {
    describe(title, suite);
    return;
  }
  const reason = `the real files of ${estate} are not at ../shared/realworld`;
  if (process.env['CI'] === 'true') throw new Error(`${title}: ${reason}`);
  // not `suite` itself: vitest would run it to collect its tests, and it reads the files
  describe.skip(`${title} (${reason})`, () => { it('needs them', () => undefined); });
}
