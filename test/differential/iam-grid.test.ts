import { describe, expect, it } from 'vitest';
import type { AwsArtifact, Artifact } from '#targets/target';
import { asOf } from '../stacks/retail-store/checked-estate.ts';
import { compiledEstate } from '../stacks/retail-store/compiled-estate.ts';
import { judgedEstates } from './iam-estates-judged.ts';
import { judge } from './iam-grid.ts';

/**
 * What was compiled for the cloud, asked of a simulator that others wrote, against what the policy means: nothing of ours
 * reads the documents here. Fifty more estates are in `iam-grid-further.test.ts`, which runs beside this.
 */
const awsOf = (artifacts: readonly Artifact[]): readonly AwsArtifact[] => artifacts.filter((one) => one.kind === 'aws');

describe('the whole grid of roles, actions, resources and contexts is as the policy means, says a simulator', () => {
  it('of the retail store', { timeout: 300_000 }, async () => {
    const { artifacts, platform, policy } = compiledEstate();
    const { allowed, cells, disagreements } = await judge(policy, platform, asOf, awsOf(artifacts));
    expect(disagreements).toEqual([]);
    expect(cells).toBeGreaterThan(5_000);
    expect(allowed).toBeGreaterThan(30);
  });

  it('of fifty generated estates', { timeout: 3_600_000 }, async () => {
    const { allowed, cells, found } = await judgedEstates(0, 50);
    expect(found.slice(0, 3)).toEqual([]);
    expect(cells).toBeGreaterThan(150_000);
    expect(allowed).toBeGreaterThan(1_000);
  });

  it('and a policy that is not what the documents say is found out', async () => {
    const { artifacts, platform, policy } = compiledEstate(), compiled = awsOf(artifacts);
    const without = { ...policy, asks: policy.asks.filter(({ to }) => !policy.apis.some(({ name, servedBy }) => name === to.api && servedBy.kind === 'cloud' && servedBy.service === 'sqs')) };
    const { disagreements } = await judge(without, platform, asOf, compiled);
    expect(disagreements.length).toBeGreaterThan(0);
    expect(disagreements.every(({ meant, simulated }) => meant === 'deny' && simulated)).toBe(true);
  });
});
