import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Refine } from '#diagnostics';
import { refineIn } from '#language';

/**
 * Finds positions inside literals by parsing the user's file, with the `typescript` of their project. Loaded only when
 * a message needs it, because it is large; without it the call's own line serves.
 */
export const refineSource: Refine = (site) => {
  const { path } = site.at;
  if (!/\.[cm]?[jt]s$/.test(path) || !existsSync(path)) return undefined;
  const typescript = typescriptFor(path);
  return typescript === undefined ? undefined : refineIn(readFileSync(path, 'utf8'), site, typescript);
};

type TypeScript = Parameters<typeof refineIn>[2];
let found: TypeScript | undefined;
function typescriptFor(path: string): TypeScript | undefined {
  for (const from of [path, import.meta.url]) {
    if (found !== undefined) return found;
    try { found = createRequire(from)('typescript') as TypeScript; } catch { found = undefined; }
  }
  return found;
}
