// `npm run build`, and `prepare`: bundles and declarations of every entry, into `dist` or `--out <folder>`; of some
// entries with `--only index,spec`. Quiet.
// Builds aside and swaps at the end, so that a failure leaves what was there.
import { build } from 'esbuild';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import ts from 'typescript';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const { values } = parseArgs({ options: { out: { type: 'string' }, only: { type: 'string' } } });
const out = resolve(values.out ?? join(root, 'dist'));
// On one file system with `out`, for the swap; in the checkout, where nobody looks.
const aside = join(values.out === undefined ? join(root, 'node_modules') : dirname(out), `.${basename(out)}-${process.pid}`);
const { imports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Entry in `dist` → source, and whether others import it (and so need its declarations). */
const entries = [
  { name: 'index', source: 'src/index.ts', library: true },
  { name: 'spec', source: 'src/spec/index.ts', library: true },
  { name: 'targets', source: 'src/targets/index.ts', library: true },
  { name: 'yaml', source: 'src/ir/yaml.ts', library: true },
  { name: 'pulumi', source: 'src/pulumi/index.ts', library: true },
  { name: 'cli/main', source: 'src/cli/main.ts', library: false },
].filter(({ name, source }) => existsSync(join(root, source)) && (values.only?.split(',').includes(name) ?? true));
const libraries = entries.filter(({ library }) => library);

const bundle = (folder) => build({
  absWorkingDir: root, entryPoints: Object.fromEntries(entries.map(({ name, source }) => [name, source])), outdir: folder,
  bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node20', packages: 'external',
  sourcemap: 'linked', logLevel: 'error', chunkNames: 'chunks/[name]-[hash]', // as deep as `cli`: both are two folders below package.json
});

/**
 * `#ir` and the like exist only in this checkout: under older module resolution they would degrade to `any`. So the
 * declarations are bundled, all entries in one go, so that a type (and above all a `unique symbol`) is the same one
 * whoever imports it. The compiler prints them one by one; types are checked by `npm test`, not here.
 */
async function declare(folder) {
  const printed = join(folder, 'printed');
  const options = {
    noEmit: false, declaration: true, emitDeclarationOnly: true, noCheck: true, skipLibCheck: true, types: [],
    customConditions: [], rootDir: join(root, 'src'), outDir: printed,
  };
  const { options: settings } = ts.getParsedCommandLineOfConfigFile(join(root, 'tsconfig.json'), options, { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail });
  const program = ts.createProgram(libraries.map(({ source }) => join(root, source)), settings);
  for (const diagnostic of program.emit(undefined, undefined, undefined, true).diagnostics) fail(diagnostic);

  const declarationOf = (source) => join(printed, source.replace(/^\.?\/?src\//, '').replace(/\.ts$/, '.d.ts'));
  const resolveId = (id, from) => {
    if (Object.hasOwn(imports, id)) return declarationOf(imports[id]);
    return from !== undefined && id.startsWith('.') ? join(dirname(from), id.replace(/\.[jt]s$/, '.d.ts')) : null;
  };
  const bundled = await rollup({
    input: Object.fromEntries(libraries.map(({ name, source }) => [name, declarationOf(source)])),
    plugins: [{ name: 'rooms', resolveId }, dts({ compilerOptions: { noResolve: true, noLib: true, types: [] } })],
    external: (id) => !/^[./#]/.test(id),
    onLog: (level, log) => { if (level === 'warn' && !['EMPTY_BUNDLE', 'UNUSED_EXTERNAL_IMPORT', 'CIRCULAR_DEPENDENCY'].includes(log.code)) process.stderr.write(`${log.message}\n`); },
  });
  await bundled.write({ dir: folder, format: 'es', entryFileNames: '[name].d.ts', chunkFileNames: ({ name }) => `chunks/${name.replace(/\.d$/, '')}-[hash].d.ts` });
  await bundled.close();
  rmSync(printed, { recursive: true });
}

function fail(diagnostic) {
  throw new Error(ts.formatDiagnostic(diagnostic, { getCanonicalFileName: (name) => name, getCurrentDirectory: () => root, getNewLine: () => '\n' }));
}

try {
  mkdirSync(aside, { recursive: true });
  // both to their end, so that neither writes after the other has failed
  const done = await Promise.allSettled([bundle(aside), declare(aside)]);
  for (const one of done) if (one.status === 'rejected') throw one.reason;
  if (existsSync(join(aside, 'cli/main.js'))) chmodSync(join(aside, 'cli/main.js'), 0o755);
  rmSync(out, { recursive: true, force: true });
  renameSync(aside, out);
} catch (error) {
  rmSync(aside, { recursive: true, force: true });
  // esbuild has said what it found; anything else has not been said yet
  if (!Array.isArray(error?.errors)) process.stderr.write(`${error?.stack ?? error}\n`);
  process.exitCode = 1;
}
