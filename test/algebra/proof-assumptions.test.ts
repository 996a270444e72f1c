import { describe, expect, it } from 'vitest';
import { proofAssumptions } from '#algebra';
import type { Policy } from '#ir';
import { api, bazaar, never, segment } from '../language/check/draft.ts';

const base = bazaar(), reach = never({ kind: 'anyone' }, { kind: 'api', name: 'desk' });
const names = (policy: Policy, enforced: boolean): readonly string[] => proofAssumptions(policy, { enforced }).map(({ name }) => name);
const having = (...invariants: Policy['never']): Policy => ({ ...base, never: invariants });

describe('what a proof rests on', () => {
  it('is nothing where nothing is proved', () => {
    expect(names(having(), false)).toEqual([]);
  });
  it('is, without a platform, that one denies what is not granted', () => {
    expect(names(having(reach), false)).toEqual(['denied-by-default', 'identities-unlent']);
    expect(names(having(reach), true)).toEqual(['identities-unlent']);
  });
  it('is of a chain that answers are not followed', () => {
    expect(names(having(reach, { ...reach, kind: 'flow' }), true)).toEqual(['identities-unlent', 'answers-not-followed']);
  });
  it('names what is not governed: unmanaged segments, and resources that are not owned', () => {
    const queue = (owned: boolean) => api('jobs', [], [], { servedBy: { kind: 'cloud', service: 'sqs', arn: 'arn:aws:sqs:eu-west-1:111122223333:jobs', owned } });
    expect(names({ ...having(reach), segments: [...base.segments, segment('legacy', { managed: 'unmanaged' })] }, true)).toContain('foreign-left-out');
    expect(names({ ...having(reach), apis: [...base.apis, queue(false)] }, true)).toContain('foreign-left-out');
    expect(names({ ...having(reach), apis: [...base.apis, queue(true)] }, true)).not.toContain('foreign-left-out');
  });
  it('is said in sentences', () => {
    for (const { sentence } of proofAssumptions({ ...having({ ...reach, kind: 'flow' }), segments: [segment('legacy', { managed: 'unmanaged' })] }, { enforced: false })) expect(sentence).toMatch(/^[A-Z].*\.$/);
  });
});
