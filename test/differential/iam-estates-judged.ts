import { isAws } from '#targets/target';
import { estate, profiles } from '#testing';
import { accepting, enforcedEstate } from '../laws/enforced-estate.ts';
import { judge, type Disagreement } from './iam-grid.ts';

export interface JudgedEstates { readonly allowed: number; readonly cells: number; readonly found: readonly (Disagreement & { readonly seed: number })[] }

/** What was compiled of the estates from one seed up to another, before the simulator and before the meaning: every cell, two seconds of CPU an estate. */
export async function judgedEstates(first: number, end: number): Promise<JudgedEstates> {
  const found: (Disagreement & { readonly seed: number })[] = [];
  let allowed = 0, cells = 0;
  for (let seed = first; seed < end; seed++) {
    const generated = accepting(estate(seed, profiles.cloud)), { artifacts, platform, policy } = enforcedEstate(generated);
    const judged = await judge(policy, platform, generated.asOf, artifacts.filter(isAws));
    found.push(...judged.disagreements.map((one) => ({ seed, ...one })));
    allowed += judged.allowed;
    cells += judged.cells;
  }
  return { allowed, cells, found };
}
