import { expect } from 'vitest';
import type { Code, Diagnostic } from '#diagnostics';
import type { Policy } from '#ir';
import { check } from '../../../src/language/check/index.ts';
import { asOf, written } from './draft.ts';

/** What is wrong, the code that says so, the line of the author's file that it points at, and what it says and advises. */
export interface Refusal { readonly claim: string; readonly draft: Policy; readonly code: Code; readonly line: string; readonly says: string; readonly advises: string; readonly related?: readonly string[] }

const lineAt = (text: string, diagnostic: Diagnostic): string => (text.split('\n')[(diagnostic.at?.span?.line ?? 0) - 1] ?? '').trim().replace(/,$/, '');

/** Said once, at that line, with that advice; and whatever is related has a place. */
export function isRefused({ draft, code, line, says, advises, related = [] }: Refusal): void {
  const declared = written(draft);
  const result = check(declared, { asOf });
  const found = result.diagnostics.filter((diagnostic) => diagnostic.code === code && diagnostic.message.includes(says));
  expect(found.map(({ message }) => message), JSON.stringify(result.diagnostics, undefined, 1)).toHaveLength(1);
  const diagnostic = found[0]!;
  expect(lineAt(declared.text, diagnostic)).toBe(line);
  expect(diagnostic.help).toContain(advises);
  for (const message of related) {
    const entry = diagnostic.related.find((candidate) => candidate.message === message);
    expect(entry?.at, `${message} in ${JSON.stringify(diagnostic.related)}`).toBeDefined();
  }
  expect(result.ok).toBe(diagnostic.severity !== 'error');
}

/** The codes of all that is an error. */
export const errorsOf = (draft: Policy): readonly string[] =>
  [...new Set(check(written(draft), { asOf }).diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code))].sort();
