import { describe, expect, it } from 'vitest';
import { judgedEstates } from './iam-estates-judged.ts';

describe('the whole grid of roles, actions, resources and contexts is as the policy means, says a simulator', () => {
  it('of fifty more generated estates', { timeout: 3_600_000 }, async () => {
    const { allowed, cells, found } = await judgedEstates(50, 100);
    expect(found.slice(0, 3)).toEqual([]);
    expect(cells).toBeGreaterThan(150_000);
    expect(allowed).toBeGreaterThan(1_000);
  });
});
