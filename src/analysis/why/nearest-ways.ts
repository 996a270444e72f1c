import { flowsIn, type AccessGrant, type Chain } from '#algebra';
import type { AnswerWay } from '#ir';
import type { Destination } from '#spec';
import { answerGrant } from './answer-grant.ts';
import type { Askable } from './askable.ts';
import { askerName, type Asker } from './asker.ts';
import { carriersOf } from './carriers.ts';
import { usableOf } from './usable.ts';

/** What else of the same API is said at most. */
const most = 3;

/** What is open nearby: the shortest chain of grants to it through others, and what else of the same API whoever asks may use. */
export function nearestWays(askable: Askable, asker: Asker, to: Destination): readonly AnswerWay[] {
  const own = usableOf(askable, asker), carriers = carriersOf(askable.policy, to);
  if (own.length === 0) return [];
  const wanted = new Set(carriers.filter(({ wholePort }) => !wholePort || carriers.length === 1).map(({ api, operation }) => JSON.stringify([api.name, operation.name])));
  const chain = wanted.size === 0 ? undefined : flowsIn(askable.access, { from: askable.from }).smallest({ first: own, to: (api, operation) => wanted.has(JSON.stringify([api, operation])) });
  const api = 'api' in to ? to.api : undefined;
  const near = own.filter((grant) => grant.api.name === api && !wanted.has(JSON.stringify([grant.api.name, grant.operation.name])));
  return [
    ...(chain === undefined ? [] : [{ kind: 'chain' as const, says: chainText(asker, chain), grants: grantsOf(askable, chain) }]),
    ...near.slice(0, most).map((grant): AnswerWay => ({ kind: 'grant', says: `\`${grant.ref}\``, grants: [answerGrant(askable, grant, { asker })] })),
  ];
}

/** `ui → checkout.submit → orders.create`. */
export const chainText = (asker: Asker, chain: Chain): string => [askerName(asker), ...chain.map(({ onto }) => `${onto.api}.${onto.operation}`)].join(' → ');

export const grantsOf = (askable: Askable, chain: Chain) => chain.flatMap(({ grant }) => (grant === undefined ? [] : [answerGrant(askable, grant as AccessGrant)]));
