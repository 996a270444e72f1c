import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { catalogue, catalogued, diagnose, explain } from '#diagnostics';

const root = new URL('../../', import.meta.url);
const filesUnder = (folder: string): readonly string[] => readdirSync(new URL(folder, root), { withFileTypes: true, recursive: true })
  .filter((file) => file.isFile() && file.name.endsWith('.ts')).map((file) => `${file.parentPath}/${file.name}`);
const codesIn = (files: readonly string[]): ReadonlySet<string> => new Set(files.flatMap((file) => readFileSync(file, 'utf8').match(/(?<=['"`\[ ])CS\d{4}(?=['"`\]\\:, ])/g) ?? []));

const used = codesIn(filesUnder('src').filter((file) => !file.includes('/diagnostics/catalogue/')));
const triggered = codesIn(filesUnder('test').filter((file) => !file.endsWith('/diagnostics/catalogue.test.ts')));

test('every code that the sources use has an entry', () => {
  expect([...used].filter((code) => catalogued(code) === undefined)).toEqual([]);
});

test('every code that the sources use is triggered by a test', () => {
  expect([...used].filter((code) => !triggered.has(code)).sort()).toEqual([]);
});

describe('entries', () => {
  test('are in order, each code and each name once', () => {
    const codes = catalogue.map(({ code }) => code);
    expect(codes).toEqual([...new Set(codes)].sort());
    expect(new Set(catalogue.map(({ name }) => name)).size).toBe(catalogue.length);
  });
  test.each(catalogue.map((entry) => [entry.code, entry] as const))('%s says what, why and what to do, in whole sentences', (_code, entry) => {
    expect(entry.name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/);
    for (const sentence of [entry.summary, entry.why, entry.whatToDo]) expect(sentence).toMatch(/^[A-Z`"].{15,}[.)]$/s);
    expect(entry.example.trim()).not.toBe('');
  });
});

test('`diagnose` takes the severity of the entry, unless another is stated', () => {
  expect(diagnose('CS1011', { message: 'm' })).toEqual({ code: 'CS1011', severity: 'warning', message: 'm', related: [] });
  expect(diagnose('CS1010', { message: 'm', severity: 'info' }).severity).toBe('info');
});

describe('explain', () => {
  test('prints an entry for its code, in any case, its number or its name', () => {
    const text = explain('CS1012');
    expect(text).toMatch(/^error\[CS1012\] request-not-offered\n\nA workload asks for an operation that is not offered to it\.\n\nWhy\n {2}A grant exists/);
    for (const wanted of ['cs1012', '1012', 'request-not-offered', ' CS1012 ']) expect(explain(wanted)).toBe(text);
  });
  test('keeps within 100 columns but for examples', () => {
    for (const { code, example } of catalogue) for (const line of explain(code)!.split('\n')) if (!example.includes(line.trim())) expect(line.length, line).toBeLessThanOrEqual(100);
  });
  test.each(['CS9999', '', 'toString', '__proto__'])('knows no %j', (wanted) => expect(explain(wanted)).toBeUndefined());
});
