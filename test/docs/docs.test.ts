import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { catalogue } from '#diagnostics';
import { cloudPage } from './cloud-page.ts';
import { diagnosticsPage } from './diagnostics-page.ts';

it('docs/diagnostics.md says what the catalogue says (`npm run docs` prints it)', () => {
  expect(readFileSync(join(import.meta.dirname, '../../docs/diagnostics.md'), 'utf8')).toBe(diagnosticsPage(catalogue));
});

it('docs/cloud.md says what the table of verbs says (`npm run docs` prints it)', () => {
  expect(readFileSync(join(import.meta.dirname, '../../docs/cloud.md'), 'utf8')).toBe(cloudPage());
});
