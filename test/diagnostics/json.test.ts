import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { renderJson, type Diagnostic } from '#diagnostics';

const whole: Diagnostic = {
  witness: { a: 1 }, help: 'h', fix: { edits: [{ text: 't', at: { span: { endColumn: 4, column: 3, line: 2, endLine: 2 }, path: '/repo/a.ts' } }], title: 't', grade: 'narrows' },
  related: [{ pointer: '/x', at: { path: '/repo/b.ts' }, message: 'r' }], at: { span: { column: 2, line: 1 }, path: '/repo/a.ts' }, pointer: '/apis/0', message: 'm', severity: 'error', code: 'CS1012',
};

test('spells the keys in one order, and what is absent not at all', () => {
  const text = renderJson([whole, { code: 'CS1020', severity: 'info', message: 'n', related: [] }], (path) => path.replace('/repo/', ''));
  expect(text.endsWith('\n')).toBe(true);
  const [first, second] = JSON.parse(text) as [Diagnostic, Diagnostic];
  expect(Object.keys(first)).toEqual(['code', 'severity', 'message', 'pointer', 'at', 'related', 'help', 'fix', 'witness']);
  expect(Object.keys(second)).toEqual(['code', 'severity', 'message', 'related']);
  expect(first).toEqual(JSON.parse(JSON.stringify(whole).replaceAll('/repo/', '')));
  expect(renderJson([])).toBe('[]\n');
});

test('follows its published schema', () => {
  const schema = JSON.parse(readFileSync(new URL('../../schemas/diagnostics.v1.json', import.meta.url), 'utf8')) as object;
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
  expect(validate(JSON.parse(renderJson([whole]))), JSON.stringify(validate.errors)).toBe(true);
});
