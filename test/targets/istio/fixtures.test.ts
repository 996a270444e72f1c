import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { emit } from '../../../src/targets/istio/emit.ts';
import { lower } from '../../../src/targets/istio/lower.ts';
import { cases } from './cases.ts';
import { noPlacement } from './estate.ts';

const folder = new URL('../../../src/targets/istio/fixtures/', import.meta.url);

describe('the printed objects', () => {
  it.each(Object.entries(cases))('of %s are those of its fixture', async (name, [declared, place]) => {
    const { plan, losses } = lower(declared, place, noPlacement);
    expect(losses.filter(({ severity }) => severity === 'error').map(({ message }) => message)).toEqual([]);
    const text = emit(plan).map(({ stage, grants, object }) => `# stage ${stage}${grants.map((grant) => `; ${grant}`).join('')}\n${stringify(object)}`).join('---\n');
    await expect(text).toMatchFileSnapshot(fileURLToPath(new URL(`${name}.yaml`, folder)));
  });

  it('have no fixture without a case', () => {
    expect(readdirSync(folder).sort()).toEqual(Object.keys(cases).map((name) => `${name}.yaml`).sort());
  });
});
