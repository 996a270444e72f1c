import { describe, expect, it } from 'vitest';
import { createConditions, type Conditions, type Facts, type Node } from '#algebra';
import type { Condition, IdentityProvider } from '#ir';
import { decide, satisfying, type Request } from '#spec';
import { grants } from '#ir';
import { from, policyOf, providersOf, randomCondition, randomFrom, randomRequest } from './random-conditions.ts';

/** As it stands on the one operation: offered to whoever arrives, headers believed where its gateway set them. */
function nodeOf(conditions: Conditions, condition: Condition, providers: readonly IdentityProvider[]): Node {
  const arrives = conditions.atom({ kind: 'throughExposure' });
  return conditions.all([arrives, conditions.of(condition, { reading: conditions.reading(providers), trusts: (hop) => (hop === 'edge' ? arrives : conditions.never) })]);
}
const asked = (facts: Facts): Request => ({ ...facts, to: { kind: 'operation', api: 'api', operation: 'read' } });
const worlds = 1500;

describe('conditions of the algebra', () => {
  it('hold of the requests of which the reference says so', () => {
    let allowed = 0, of = 0;
    for (let seed = 1; seed <= worlds; seed++) {
      const random = randomFrom(seed), providers = providersOf(random), condition = randomCondition(random, 3), conditions = createConditions();
      const node = nodeOf(conditions, condition, providers), policy = policyOf(condition, providers);
      for (let time = 0; time < 40; time++) {
        const request = randomRequest(random, '2027-11-24T00:00:00Z'), meant = decide(policy, request).decision === 'allow';
        expect(conditions.holds(node, request), `seed ${seed}: ${JSON.stringify({ condition, providers, request })}`).toBe(meant);
        allowed += meant ? 1 : 0; of++;
      }
    }
    expect(allowed / of).toBeGreaterThan(0.08);
  }, 120_000);

  it('are satisfied by facts of which the reference says so, and are whenever the reference finds any', () => {
    let possible = 0;
    for (let seed = 1; seed <= worlds; seed++) {
      const random = randomFrom(seed), providers = providersOf(random), condition = randomCondition(random, 3), conditions = createConditions();
      const node = nodeOf(conditions, condition, providers), policy = policyOf(condition, providers), label = `seed ${seed}: ${JSON.stringify({ condition, providers })}`;
      const facts = conditions.satisfy(node, from), known = satisfying(policy, grants(policy)[0]!, from);
      if (facts !== undefined) { possible++; expect(decide(policy, asked(facts)).decision, label).toBe('allow'); }
      if (known !== undefined) expect(facts, label).toBeDefined();
    }
    expect(possible / worlds).toBeGreaterThan(0.3);
    expect(possible / worlds).toBeLessThan(0.95);
  }, 120_000);

  it('are satisfied in their differences too, and only where one holds and the other does not', () => {
    let possible = 0;
    for (let seed = 1; seed <= worlds; seed++) {
      const random = randomFrom(seed), conditions = createConditions();
      // two policies, which may read tokens differently
      const [one, other] = [0, 1].map(() => { const providers = providersOf(random), condition = randomCondition(random, 2); return { node: nodeOf(conditions, condition, providers), policy: policyOf(condition, providers) }; }) as [{ node: Node; policy: ReturnType<typeof policyOf> }, { node: Node; policy: ReturnType<typeof policyOf> }];
      const difference = conditions.all([one.node, conditions.not(other.node)]), facts = conditions.satisfy(difference, from), label = `seed ${seed}: ${JSON.stringify([one.policy, other.policy])}`;
      const differs = (request: Request): boolean => decide(one.policy, request).decision === 'allow' && decide(other.policy, request).decision === 'deny';
      if (facts === undefined) for (let time = 0; time < 60; time++) expect(differs(randomRequest(random, '2027-11-24T00:00:00Z')), label).toBe(false);
      else { possible++; expect(differs(asked(facts)), `${label} ${JSON.stringify(facts)}`).toBe(true); }
      expect(conditions.implies(one.node, other.node, from)).toBe(facts === undefined);
    }
    expect(possible / worlds).toBeGreaterThan(0.3);
    expect(possible / worlds).toBeLessThan(0.95);
  }, 120_000);
});
