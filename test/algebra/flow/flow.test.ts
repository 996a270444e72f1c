import { describe, expect, it, test } from 'vitest';
import { grants, type Policy } from '#ir';
import type { Access } from '#algebra';
import { satisfying } from '#spec';
import { flowsIn, type Chain, type FlowQuestion } from '../../../src/algebra/flow.ts';
import { estate } from '../../../src/testing/generators/estate.ts';
import { profiles } from '../../../src/testing/generators/recipe.ts';
import { naively, type NaiveQuestion } from './naive.ts';

const now = '2026-11-24T00:00:00.000Z';
const accessOf = (policy: Policy): Access => ({
  policy, grants: grants(policy).map((grant) => ({ ref: grant.ref, from: grant.from, api: grant.api, operation: grant.operation, rows: [], when: { id: satisfying(policy, grant, now) === undefined ? 0 : 1 } })),
  space: { conditions: { isPossible: ({ id }: { id: number }) => id === 1 } },
} as unknown as Access);

const words = (chain: Chain | undefined): readonly string[] | undefined => chain?.map(({ by, grant, onto }) => `${by ?? ''}: ${grant?.ref ?? 'elsewhere'} onto ${onto.api}.${onto.operation}`);
const names = (chain: readonly { readonly grant?: { readonly ref: string } | undefined }[]): string => chain.map(({ grant }) => grant?.ref).join('; ');

/** Some questions of a policy: who starts, what it is about, and what is to be passed. */
function questionsOf(policy: Policy, seed: number): readonly (NaiveQuestion & { readonly text: string })[] {
  let state = seed * 2654435761 + 1;
  const random = (below: number): number => { state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff; return Math.floor((state / 0x7fffffff) * below) % below; };
  const operations = policy.apis.flatMap((api) => api.operations.map(({ name }) => `${api.name}.${name}`)), apis = policy.apis.map(({ name }) => name);
  const callers = [...new Set(grants(policy).map(({ from }) => JSON.stringify(from)))];
  if (callers.length === 0 || operations.length === 0) return [];
  const object = (): { readonly is: NaiveQuestion['to']; readonly text: string } => {
    if (random(2) === 0) { const one = apis[random(apis.length)]!; return { is: (api) => api === one, text: one }; }
    const one = operations[random(operations.length)]!;
    return { is: (api, operation) => `${api}.${operation}` === one, text: one };
  };
  return Array.from({ length: 8 }, () => {
    const from = callers[random(callers.length)]!, to = object(), through = Array.from({ length: [0, 0, 1, 1, 2][random(5)]! }, object);
    return { first: (grant) => JSON.stringify(grant.from) === from, to: to.is, through: through.map(({ is }) => is), text: `${from} to ${to.text} through [${through.map(({ text }) => text).join(', ')}]` };
  });
}

describe('the smallest chain is what an exhaustive search finds', () => {
  test.each(['small', 'dense', 'beyond', 'cloud', 'everything'] as const)('on generated policies of the profile `%s`', (profile) => {
    const seen = { none: 0, one: 0, several: 0, kept: 0 };
    for (let seed = 0; seed < 80; seed++) {
      const { policy } = estate(seed, profiles[profile]);
      const access = accessOf(policy), flows = flowsIn(access, { from: now }), exhaustively = naively(policy, now);
      for (const question of questionsOf(policy, seed)) {
        const wanted = exhaustively(question).map(names).sort();
        const asked: FlowQuestion = { first: access.grants.filter((grant) => question.first(grants(policy).find(({ ref }) => ref === grant.ref)!)), to: question.to, through: question.through };
        const found = flows.smallest(asked);
        expect(found === undefined ? undefined : names(found), `seed ${seed}: ${question.text}`).toBe(wanted[0]);
        expect(flows.onEach(asked)[0] === undefined ? undefined : names(flows.onEach(asked)[0]!)).toBe(wanted[0]);
        if (found === undefined) seen.none++; else if (found.length === 1) seen.one++; else seen.several++;
        if (found?.some(({ onto }, index) => index > 0 && onto.api === found[index - 1]!.onto.api && policy.apis.find(({ name }) => name === onto.api)!.servedBy.kind === 'cloud') === true) seen.kept++;
      }
    }
    console.log(profile, seen);
    expect(seen.none).toBeGreaterThan(30);
    expect(seen.one).toBeGreaterThan(30);
  });
});
