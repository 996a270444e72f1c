import type { AnswerGrant, WhoCanAnswer } from '#ir';
import { answerGrant } from './answer-grant.ts';
import type { Askable } from './askable.ts';
import { askedText, type Asked } from './asked.ts';
import { carriersOf, destinationsOf } from './carriers.ts';
import { derivedOn } from './derived.ts';
import { groupsOf } from './groups.ts';
import { inNameOrder } from './name-order.ts';

/**
 * Everybody who can get something with some facts, grant by grant: `decide` names these, and no other, whatever is asked for
 * there and whoever asks. Whoever comes by a grant on the whole port is among them, and so is what workloads say of themselves.
 */
export function whoCan(askable: Askable, asked: readonly Asked[]): WhoCanAnswer {
  const { access, from, policy } = askable, { conditions } = access.space, found = new Map<string, AnswerGrant>();
  const add = (grant: AnswerGrant, key: string): void => { if (!found.has(key)) found.set(key, grant); };
  for (const to of asked.flatMap((one) => destinationsOf(policy, one))) {
    for (const { api, operation, wholePort } of carriersOf(policy, to)) {
      for (const grant of access.grantsOn(api.name, operation.name)) {
        if (conditions.isPossible(grant.when, from)) add(answerGrant(askable, grant, { wholePort }), JSON.stringify(grant.pointers));
      }
    }
    for (const grant of derivedOn(askable, to)) add(grant, grant.grant);
  }
  const grants = inNameOrder([...found.values()]);
  return {
    kind: 'whoCan', version: 1, policy: policy.name, question: { what: asked.map(askedText).join(', '), asOf: from },
    grants, groups: groupsOf(grants), notes: grants.length === 0 ? ['nobody: everything that is not granted is denied'] : [],
  };
}
