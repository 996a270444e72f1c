import type { AnswerGrant, CanAnswer } from '#ir';
import { answerGrant } from './answer-grant.ts';
import type { Askable } from './askable.ts';
import { askerName, type Asker } from './asker.ts';
import { derivedFor } from './derived.ts';
import { groupsOf } from './groups.ts';
import { inNameOrder } from './name-order.ts';
import { isOwn } from './standing.ts';
import { usableOf } from './usable.ts';

/**
 * Everything that somebody can use with some facts, grant by grant: `decide` names these, and no other, whatever they ask for.
 * A person may be of another group as well, and a workload may act for somebody: those grants are among them, for whom they are.
 */
export function can(askable: Askable, asker: Asker): CanAnswer {
  const usable = usableOf(askable, asker), grants = inNameOrder([...usable.map((grant): AnswerGrant => answerGrant(askable, grant, { asker })), ...derivedFor(askable, asker)]);
  const others = [...new Set(usable.filter(({ from }) => !isOwn(asker, from)).map((grant) => answerGrant(askable, grant).who))];
  return {
    kind: 'can', version: 1, policy: askable.policy.name, question: { who: askerName(asker), asOf: askable.from }, grants, groups: groupsOf(grants),
    notes: [
      ...(grants.length === 0 ? [asker.kind === 'identity' ? 'nothing: everything that is not granted is denied' : 'nothing: this policy grants such callers nothing'] : []),
      ...(others.length > 0 ? [`as ${others.map((one) => `\`${one}\``).join(', ')}: only with what shows them to be that`] : []),
    ],
  };
}
