import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { check } from '#language';
import { decodePolicyYaml } from '#ir/yaml';

it('the policy that the page about YAML shows is sound', () => {
  const [, text = ''] = /```yaml\n([^]*?)```/.exec(readFileSync(join(import.meta.dirname, '../../docs/yaml.md'), 'utf8')) ?? [];
  const read = decodePolicyYaml(text, 'policy.yaml');
  expect(read.diagnostics).toEqual([]);
  if (!read.ok) return;
  const checked = check(read.value, { asOf: '2026-11-24' });
  expect(checked.diagnostics).toEqual([]);
  expect(checked.ok && checked.value.grants.map(({ ref }) => ref)).toEqual(['web → orders.list']);
});
