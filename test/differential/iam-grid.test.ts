import { describe, expect, it } from 'vitest';
import type { AwsArtifact, Artifact } from '#targets/target';
import { estate } from '../generators/estate.ts';
import { profiles } from '../generators/recipe.ts';
import { accepting, enforcedEstate } from '../laws/enforced-estate.ts';
import { asOf } from '../stacks/retail-store/checked-estate.ts';
import { compiledEstate } from '../stacks/retail-store/compiled-estate.ts';
import { judge, type Disagreement } from './iam-grid.ts';

/**
 * What was compiled for the cloud, asked of a simulator that others wrote, against what the policy means: nothing of ours
 * reads the documents here. Of generated estates every cell that is meant to be allowed is asked, and one of so many of
 * the others; `GRID=all` asks them all, half a million, in a quarter of an hour.
 */
const step = process.env['GRID'] === 'all' ? 1 : 60;
const seeds = Array.from({ length: 100 }, (_, seed) => seed);
const awsOf = (artifacts: readonly Artifact[]): readonly AwsArtifact[] => artifacts.filter((one) => one.kind === 'aws');

describe('the whole grid of roles, actions, resources and contexts is as the policy means, says a simulator', () => {
  it('of the retail store', { timeout: 300_000 }, async () => {
    const { artifacts, platform, policy } = compiledEstate();
    const { allowed, asked, cells, disagreements } = await judge(policy, platform, asOf, awsOf(artifacts));
    expect(disagreements).toEqual([]);
    expect(asked).toBe(cells);
    expect(cells).toBeGreaterThan(5_000);
    expect(allowed).toBeGreaterThan(30);
  });

  it('of a hundred generated estates', { timeout: 3_600_000 }, async () => {
    const found: (Disagreement & { readonly seed: number })[] = [];
    let allowed = 0, asked = 0, cells = 0;
    for (const seed of seeds) {
      const generated = accepting(estate(seed, profiles.cloud)), { artifacts, platform, policy } = enforcedEstate(generated);
      const judged = await judge(policy, platform, generated.asOf, awsOf(artifacts), { start: seed % step, step });
      found.push(...judged.disagreements.map((one) => ({ seed, ...one })));
      allowed += judged.allowed;
      asked += judged.asked;
      cells += judged.cells;
    }
    expect(found.slice(0, 3)).toEqual([]);
    expect(cells).toBeGreaterThan(300_000);
    expect(allowed).toBeGreaterThan(2_000);
    expect(asked - allowed).toBeGreaterThan(5_000);
  });

  it('and a policy that is not what the documents say is found out', async () => {
    const { artifacts, platform, policy } = compiledEstate(), compiled = awsOf(artifacts);
    const without = { ...policy, asks: policy.asks.filter(({ to }) => !policy.apis.some(({ name, servedBy }) => name === to.api && servedBy.kind === 'cloud' && servedBy.service === 'sqs')) };
    const { disagreements } = await judge(without, platform, asOf, compiled);
    expect(disagreements.length).toBeGreaterThan(0);
    expect(disagreements.every(({ meant, simulated }) => meant === 'deny' && simulated)).toBe(true);
  });
});
