// `npm run build`, and `prepare`: bundles and declarations of every entry, into `dist` or `--out <folder>`. Quiet.
// Builds beside the target and swaps at the end, so that a failure leaves what was there.
import { build } from 'esbuild';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const { values } = parseArgs({ options: { out: { type: 'string', default: join(root, 'dist') } } });
const out = resolve(values.out);
const { imports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Entry in `dist` → source, and whether others import it (and so need its declarations). */
const entries = [
  { name: 'index', source: 'src/index.ts', library: true },
  { name: 'spec', source: 'src/spec/index.ts', library: true },
  { name: 'targets', source: 'src/targets/index.ts', library: true },
  { name: 'pulumi', source: 'src/pulumi/index.ts', library: true },
  { name: 'cli/main', source: 'src/cli/main.ts', library: false },
].filter(({ source }) => existsSync(join(root, source)));
const inputs = (wanted) => Object.fromEntries(wanted.map(({ name, source }) => [name, join(root, source)]));

/** `#ir` and the like exist only in this checkout: under older module resolution they would degrade to `any`. */
const roomsInlined = { name: 'rooms-inlined', resolveId: (id) => (Object.hasOwn(imports, id) ? join(root, imports[id]) : null) };

const bundle = (folder) => build({
  absWorkingDir: root, entryPoints: inputs(entries), outdir: folder, bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node20',
  packages: 'external', sourcemap: 'linked', chunkNames: 'chunks/[name]-[hash]', logLevel: 'error',
});

// One build for all entries, so that a type (and above all a `unique symbol`) is the same one whoever imports it.
async function declare(folder) {
  const bundled = await rollup({
    input: inputs(entries.filter(({ library }) => library)),
    plugins: [roomsInlined, dts({ tsconfig: join(root, 'tsconfig.json'), compilerOptions: { customConditions: [], skipLibCheck: true } })],
    external: (id) => !id.startsWith('.') && !id.startsWith('/') && !id.startsWith('#'),
    onLog: (level, log) => { if (level === 'warn' && !['EMPTY_BUNDLE', 'UNUSED_EXTERNAL_IMPORT', 'CIRCULAR_DEPENDENCY'].includes(log.code)) process.stderr.write(`${log.message}\n`); },
  });
  await bundled.write({ dir: folder, format: 'es', entryFileNames: '[name].d.ts', chunkFileNames: 'chunks/[name]-[hash].d.ts' });
  await bundled.close();
}

const beside = join(dirname(out), `.${basename(out)}-${process.pid}`);
try {
  mkdirSync(beside, { recursive: true });
  await Promise.all([bundle(beside), declare(beside)]);
  if (existsSync(join(beside, 'cli/main.js'))) chmodSync(join(beside, 'cli/main.js'), 0o755);
  rmSync(out, { recursive: true, force: true });
  renameSync(beside, out);
} catch (error) {
  rmSync(beside, { recursive: true, force: true });
  // esbuild has said what it found; anything else has not been said yet
  if (!Array.isArray(error?.errors)) process.stderr.write(`${error?.stack ?? error}\n`);
  process.exitCode = 1;
}
