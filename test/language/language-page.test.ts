import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import ts from 'typescript';
import { expect, test } from 'vitest';
import type { Declared } from '#diagnostics';
import { atRestDemands, type Platform, type Policy } from '#ir';
import * as language from '#language';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/language.md'), 'utf8');
/** One program, in the order of the page. */
const program = [...page.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code]) => code).join('\n');

test('the examples of docs/language.md type-check', () => {
  const path = join(root, 'test/language/language-page.example.ts');
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (file) => readFileSync(file, 'utf8')) as { config: { compilerOptions: object } };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (file) => file === path || fileExists(file);
  host.getSourceFile = (file, target, ...more) => (file === path ? ts.createSourceFile(file, program, target, true) : getSourceFile(file, target, ...more));
  const checked = ts.createProgram([path], { ...options, noEmit: true }, host);
  const source = checked.getSourceFile(path)!;
  const found = [...checked.getSyntacticDiagnostics(source), ...checked.getSemanticDiagnostics(source)];
  expect(found.map(({ messageText, start }) => `${program.slice(0, start).split('\n').length}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`)).toEqual([]);
});

test('they are a sound policy, and a platform that states what it needs', async () => {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: root, loader: 'ts' }, bundle: true, write: false, format: 'esm', platform: 'node', conditions: ['countersign-source'], packages: 'bundle', external: ['typescript'], logLevel: 'error',
  });
  const { production, retail } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0]!.contents).toString('base64')}`) as { readonly retail: Declared<Policy>; readonly production: Declared<Platform> };
  const checked = language.check(retail, { asOf: '2026-11-24' });
  expect([...retail.diagnostics, ...checked.diagnostics].map(({ code, message }) => `${code} ${message}`)).toEqual([]);
  if (checked.ok) expect(language.checkPlatform(checked.value, production, { asOf: '2026-11-24' }).diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([]);
});

test('what each class of data demands at rest is on the page as it is checked', () => {
  for (const [holds, { demands }] of Object.entries(atRestDemands)) expect(page).toMatch(new RegExp(`^\\| \`${holds}\`[^|]*\\| ${demands.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')} \\|$`, 'm'));
});

test('every word of the language is on the page', () => {
  const words = Object.keys(language).filter((word) => !['check', 'checkPlatform', 'mapSites', 'refineIn', 'nodeLocalAddress'].includes(word));
  expect(words.length).toBeGreaterThan(60);
  expect(words.filter((word) => !new RegExp(`\\b${word}\\b`).test(page))).toEqual([]);
});
