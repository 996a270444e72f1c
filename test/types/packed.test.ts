import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const consumers = join(root, 'test/types/consumers');
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'countersign-packed-')));
const installed = join(folder, 'consumer/node_modules/countersign');

// Built, packed and unpacked afresh: whatever lies in `dist` may be old, and nothing but the package itself may help.
beforeAll(() => {
  const stage = join(folder, 'stage');
  mkdirSync(stage);
  for (const file of ['package.json', 'LICENSE']) cpSync(join(root, file), join(stage, file));
  execFileSync(process.execPath, [join(root, 'scripts/build.mjs'), '--out', join(stage, 'dist'), '--only', 'index,spec,targets,pulumi']);
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--offline'], { cwd: stage });
  const tarball = readdirSync(stage).find((file) => file.endsWith('.tgz'))!;
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', join(stage, tarball), '-C', installed, '--strip-components=1']);
  symlinkSync(join(root, 'node_modules/@pulumi'), join(folder, 'consumer/node_modules/@pulumi'), 'dir');
  for (const file of readdirSync(consumers)) cpSync(join(consumers, file), join(folder, 'consumer', file));
  writeFileSync(join(folder, 'consumer/package.json'), '{ "name": "consumer", "type": "module", "private": true }');
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Said { readonly file: string; readonly line: number; readonly text: string }

/** All that the type checker has to say of these files and of our own declarations, as a user's compiler would. */
function diagnose(files: readonly string[], options: ts.CompilerOptions): readonly Said[] {
  const program = ts.createProgram(files.map((file) => join(folder, 'consumer', file)), {
    strict: true, noEmit: true, target: ts.ScriptTarget.ES2022, types: [], noUncheckedIndexedAccess: true, ...options,
  });
  const sources = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(join(folder, 'consumer/')) && !fileName.includes('@pulumi'));
  return [...program.getOptionsDiagnostics(), ...sources.flatMap((source) => [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)])].map((diagnostic) => ({
    file: basename(diagnostic.file?.fileName ?? ''),
    line: (diagnostic.file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line ?? -1) + 1,
    text: ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'),
  }));
}

describe.each([
  ['nodenext', { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext }],
  ['node', { module: ts.ModuleKind.ES2022, moduleResolution: ts.ModuleResolutionKind.Node10 }],
] as const)('the packed package under moduleResolution %s', (_, options) => {
  test('what users write compiles, what must not is refused, and nothing is `any`', () => {
    expect(diagnose(['estate.ts', 'refused.ts', 'exact.ts', 'component.ts'], options)).toEqual([]);
  }, 120_000);

  test('optional properties may be written `undefined` under exactOptionalPropertyTypes as well', () => {
    expect(diagnose(['estate.ts'], { ...options, exactOptionalPropertyTypes: true })).toEqual([]);
  }, 120_000);

  test('every refusal says what is wrong', () => {
    for (const file of ['refused.ts', 'component.ts']) {
      const text = readFileSync(join(consumers, file), 'utf8');
      const bare = `bare-${file}`;
      writeFileSync(join(folder, 'consumer', bare), text.replaceAll('@ts-expect-error', 'expected'));
      const expected = text.split('\n').flatMap((line, index) => {
        const says = /^\/\/ @ts-expect-error says: (.+)$/.exec(line)?.[1];
        return says === undefined ? [] : [{ line: index + 2, says }];
      });
      expect(expected).toHaveLength(text.split('@ts-expect-error').length - 1);
      const said = diagnose([bare], options);
      const silent = expected.filter(({ line, says }) => !said.some((one) => one.file === bare && one.line === line && one.text.includes(says)));
      expect(silent.map(({ line, says }) => ({ line, says, said: said.filter((one) => one.line === line).map(({ text }) => text) }))).toEqual([]);
    }
  }, 120_000);
});

test('no declaration imports what only this checkout can resolve', () => {
  const declarations = readdirSync(join(installed, 'dist'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.d.ts'));
  expect(declarations).toEqual(expect.arrayContaining(['index.d.ts', 'spec.d.ts', 'targets.d.ts', 'pulumi.d.ts']));
  const foreign = declarations.flatMap((file) => [...readFileSync(join(installed, 'dist', file), 'utf8').matchAll(/^(?:import|export)\b(?:[^;]*? from)? '([^']+)';$|\bimport\('([^']+)'\)/gm)].map(([, id, typed]) => id ?? typed!))
    .filter((id) => !/^\.{1,2}\/.*\.js$/.test(id) && !id.startsWith('@pulumi/'));
  expect(foreign).toEqual([]);
});

test('the packed program runs: a policy file declares with it and is checked by it', () => {
  writeFileSync(join(folder, 'consumer/run.mjs'), `
    import { api, check, get, policy, workload } from 'countersign';
    import { decide } from 'countersign/spec';
    import { builtinTargets } from 'countersign/targets';
    const kubernetes = (name) => ({ namespace: name, serviceAccount: name, selector: { app: name }, ports: [{ number: 8080 }] });
    const [a, b] = ['a', 'b'].map((name) => workload(name, { kubernetes: kubernetes(name) }));
    const served = api('served', { servedBy: b, port: 8080, operations: { call: get('/') }, offers: { call: { to: [a] } } });
    const declared = policy('small', { apis: [served], asks: [a.calls(served.call)] });
    const checked = check(declared, { asOf: '2026-11-24' });
    const request = { peer: { kind: 'workload', name: 'a' }, throughExposure: false, to: { kind: 'operation', api: 'served', operation: 'call' }, context: { time: '2026-11-24T00:00:00Z' } };
    const { at } = declared.sites.find('/apis/0');
    console.log(JSON.stringify([checked.diagnostics, decide(checked.value.policy, request).decision, builtinTargets.map(({ id }) => id), at]));
  `);
  const said = JSON.parse(execFileSync(process.execPath, [join(folder, 'consumer/run.mjs')], { encoding: 'utf8' })) as unknown;
  expect(said).toEqual([[], 'allow', expect.arrayContaining(['kubernetes']), { path: join(folder, 'consumer/run.mjs'), span: { line: 7, column: 20 } }]);
});
