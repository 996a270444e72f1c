import { describe, expect, test } from 'vitest';
import { grants, type Policy } from '#ir';
import { accessOf, flowsIn, type Access, type FlowQuestion } from '#algebra';
import { estate } from '../../../src/testing/generators/estate.ts';
import { profiles } from '../../../src/testing/generators/recipe.ts';
import { naively, type NaiveQuestion } from './naive.ts';

const now = '2026-11-24T00:00:00.000Z';
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
    expect([seen.none, seen.one, seen.several].map((count) => count > 40)).toEqual([true, true, true]);
    if (profile === 'cloud' || profile === 'everything') expect(seen.kept).toBeGreaterThan(40); // through what a resource keeps
  });
});

describe('a question of many', () => {
  test('has the smallest chain onto each operation, the shortest first, then by name', () => {
    for (let seed = 0; seed < 40; seed++) {
      const { policy } = estate(seed, profiles.everything), access = accessOf(policy), flows = flowsIn(access, { from: now });
      const first = access.grants.slice(0, 6), every = flows.onEach({ first, to: () => true });
      const keys = every.map((chain) => chain.at(-1)!.onto).map(({ api, operation }) => `${api}.${operation}`);
      expect(new Set(keys).size).toBe(keys.length);
      expect(every.map((chain) => chain.length)).toEqual(every.map((chain) => chain.length).sort((a, b) => a - b));
      for (const [index, chain] of every.entries()) expect(names(chain)).toBe(names(flows.smallest({ first, to: (api, operation) => `${api}.${operation}` === keys[index] })!));
    }
  });
  test('takes no longer for an estate that is ten times as large than ten times as long, or so', () => {
    const ring = (size: number): number => {
      const workloads = Array.from({ length: size }, (_, index) => ({ name: `w${index}` }));
      const apis = workloads.map(({ name }, index) => ({ name: `a${index}`, servedBy: { kind: 'workload', workload: name, port: 1 }, operations: [{ name: 'go', kind: 'http', method: 'GET', path: '/' }], offers: [] }));
      const made = apis.flatMap((api, index) => [1, 7, 31].map((step) => {
        const from = `w${(index + size - step) % size}`;
        return { ref: `${from} → ${api.name}.go`, from: { kind: 'workload', name: from }, api, operation: api.operations[0], rows: [], when: { id: 1 } };
      }));
      const begin = performance.now();
      const found = flowsIn({ policy: { workloads, apis }, grants: made, space: { conditions: { isPossible: () => true } } } as unknown as Access, { from: now })
        .smallest({ first: made.filter(({ from }) => from.name === 'w0') as never, to: (api) => api === `a${size - 1}`, through: [(api) => api === `a${size >> 1}`] });
      expect(found!.at(-1)!.onto.api).toBe(`a${size - 1}`);
      return performance.now() - begin;
    };
    ring(2000);
    const [small, large] = [ring(2000), ring(20_000)];
    expect(large / Math.max(small, 2)).toBeLessThan(60);
  });
});
