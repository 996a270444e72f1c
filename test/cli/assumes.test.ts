import { describe, expect, it } from 'vitest';
import { ledger } from '#analysis';
import { compile } from '#compile';
import { check } from '#language';
import { checkSummary, compileJson, compileSummary } from '../../src/cli/report/summary.ts';
import { asOf } from '../language/check/draft.ts';
import platform from '../../stacks/retail-store/platform.ts';
import policy from '../../stacks/retail-store/policy.ts';

const compiled = compile({ policy, platform, asOf });
if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));
const checked = check(policy, { asOf });
if (!checked.ok) throw new Error(JSON.stringify(checked.diagnostics));
const written = { written: [], unchanged: 0, removed: [] } as never;
const summary = compileSummary(compiled.value, [], written, { out: 'out', policy: 'policy.ts' });
/** What the line `assumes` lists, and what follows it indented. */
const assumed = (text: string): readonly string[] => (/^assumes +((?:.*\n)(?: {17}.*\n)*)/m.exec(text)?.[1] ?? '').split(/[,\s]+/).filter((name) => name !== '');

describe('wherever invariants are said to hold, so is what that rests on', () => {
  it('by name in the summaries: that of the proof, and that of each target', () => {
    const names = [...new Set(ledger(compiled.value).assumptions.map(({ name }) => name))];
    expect(names).toEqual(expect.arrayContaining(['identities-unlent', 'own-node', 'no-other-roles', 'gateway-alone']));
    expect(assumed(summary)).toEqual(names);
    expect(assumed(checkSummary(compiled.value.policy, compiled.value))).toEqual(names);
  });
  it('without a platform, that there will be one', () => {
    expect(assumed(checkSummary(checked.value.policy, undefined))).toContain('denied-by-default');
    expect(assumed(summary)).not.toContain('denied-by-default');
  });
  it('in sentences, with the invariants, for programs', () => {
    const data = JSON.parse(compileJson(compiled.value, [], written, 'out')) as { invariants: unknown; assumptions: readonly { sentence: string; targets: readonly string[] }[] };
    expect(data.invariants).toEqual(compiled.value.policy.never);
    expect(data.assumptions).toEqual(ledger(compiled.value).assumptions);
    expect(data.assumptions.find(({ targets }) => targets.includes('check'))?.sentence).toMatch(/^Nobody lends who they are/);
  });
  it('and nothing is where there is no invariant', () => {
    const without = compile({ policy: { ...policy, draft: { ...policy.draft, never: [] } }, platform, asOf });
    if (!without.ok) throw new Error(JSON.stringify(without.diagnostics));
    expect(compileSummary(without.value, [], written, { out: 'out', policy: 'policy.ts' })).not.toContain('assumes');
    expect(checkSummary(without.value.policy, undefined)).not.toContain('assumes');
  });
});
