import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { denialsToOthers, type Circle } from '../../../../src/targets/aws-iam/lower/owned-denials.ts';
import type { PolicyStatement } from '../../../../src/targets/target.ts';

const people = ['arn:a', 'arn:b', 'arn:c', 'arn:d', 'arn:e'], actions = ['sqs:SendMessage', 'sqs:ReceiveMessage', 'sqs:PurgeQueue', 'sqs:GetQueueUrl', 'sqs:GetQueueAttributes'];
const circles = fc.tuple(...actions.map((action) => fc.subarray(people).map((principals): Circle => ({ action, principals, describes: action.startsWith('sqs:Get') }))));

/** Such statements as these, and no others: a denial by action, to all, to all but some, or to some. `undefined` has no ARN. */
function denies(statements: readonly PolicyStatement[], action: string, who: string | undefined): boolean {
  return statements.some(({ Action = [], Condition = {}, Effect, Principal, Resource }) => {
    expect([Effect, Principal, Resource]).toEqual(['Deny', '*', ['arn:it']]);
    const { StringEquals, StringNotEquals, ...others } = Condition, [only, but] = [StringEquals?.['aws:PrincipalArn'], StringNotEquals?.['aws:PrincipalArn']];
    expect(others).toEqual({});
    return Action.includes(action) && (only === undefined || who !== undefined && only.includes(who)) && (but === undefined || who === undefined || !but.includes(who));
  });
}

describe('denials to everybody outside', () => {
  it('deny an action to exactly those who are not in its circle, whichever way they are put', () => {
    fc.assert(fc.property(circles, (all) => {
      const statements = denialsToOthers(all, ['arn:it'], 'exact');
      for (const { action, principals } of all) for (const who of [...people, 'arn:stranger', undefined]) expect([action, who, denies(statements, action, who)]).toEqual([action, who, who === undefined || !principals.includes(who)]);
    }), { numRuns: 500 });
  });

  it('when rougher, deny whoever is in no circle of the kind, never somebody in the action\'s own, and tell what describes apart', () => {
    fc.assert(fc.property(circles, (all) => {
      const statements = denialsToOthers(all, ['arn:it'], 'rough');
      for (const { action, describes, principals } of all) {
        const known = new Set(all.filter((one) => one.describes === describes).flatMap((one) => one.principals));
        for (const who of [...people, 'arn:stranger', undefined]) {
          const denied = denies(statements, action, who);
          if (who !== undefined && principals.includes(who)) expect([action, who, denied]).toEqual([action, who, false]);
          if (who === undefined || !known.has(who)) expect([action, who, denied]).toEqual([action, who, true]);
        }
      }
    }), { numRuns: 500 });
  });

  it('have names of letters and digits, each its own', () => {
    fc.assert(fc.property(circles, fc.constantFrom('exact' as const, 'rough' as const), (all, precision) => {
      const sids = denialsToOthers(all, ['arn:it'], precision).map(({ Sid }) => Sid);
      expect(new Set(sids).size).toBe(sids.length);
      for (const sid of sids) expect(sid).toMatch(/^[A-Za-z0-9]{1,64}$/);
    }));
  });

  it('do not depend on the order of circles or of principals, nor on one that is said twice', () => {
    fc.assert(fc.property(circles, fc.constantFrom('exact' as const, 'rough' as const), (all, precision) => {
      const turned = [...all].reverse().map((circle) => ({ ...circle, principals: [...circle.principals, ...circle.principals].reverse() }));
      expect(denialsToOthers(turned, ['arn:it'], precision)).toEqual(denialsToOthers(all, ['arn:it'], precision));
    }));
  });

  it('are put the shorter way: one list of everybody and the few exceptions, where circles are large and much alike', () => {
    const many = Array.from({ length: 40 }, (_, n) => `arn:aws:iam::111122223333:role/retail-${n}`);
    const statements = denialsToOthers([{ action: 'sqs:SendMessage', principals: many, describes: false }, { action: 'sqs:ReceiveMessage', principals: many.slice(1), describes: false }], ['arn:it'], 'exact');
    expect(statements.map(({ Condition, Sid }) => [Sid, Object.entries(Condition ?? {}).map(([operator, keys]) => [operator, keys['aws:PrincipalArn']?.length])])).toEqual([
      ['DenyReceiveAndSendToOthers', [['StringNotEquals', 40]]], ['DenyReceiveToTheRest', [['StringEquals', 1]]],
    ]);
  });
});
