// `npm start`: the main job on a real estate. Compiles the retail store and says what to do next.
import { existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';

const main = new URL('../dist/cli/main.js', import.meta.url).pathname;
if (!existsSync(main)) {
  process.stderr.write('the project is not built yet: run `npm ci` (or `npm run build`)\n');
  process.exit(2);
}
// The acceptances of the estate's platform end one day; the showcase is judged at a day before that.
const words = ['compile', 'stacks/retail-store/policy.ts', '--out', 'out/retail-store', '--as-of', '2026-11-24'];
process.stderr.write(`$ countersign ${words.join(' ')}\n`);
process.exitCode = spawnSync(process.execPath, [main, ...words, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1;
