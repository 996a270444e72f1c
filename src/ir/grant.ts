import type { Api, Offer, Operation } from './api.ts';
import { identityName, identityText, type IdentityRef } from './identity.ts';
import type { GrantRef } from './platform.ts';
import type { Ask, Policy } from './policy.ts';

/** An offer and a request that met. `ask` is absent where the offer stands alone: people, partners, `anyone`. */
export interface Grant {
  readonly ref: GrantRef;
  readonly from: IdentityRef;
  readonly api: Api;
  readonly operation: Operation;
  readonly offer: Offer;
  readonly ask?: Ask;
  /** The earlier of the two ends, if any. */
  readonly until?: string;
}

/** `checkout → orders.create`: how grants are named in acceptances, reports and artefacts. */
export const grantRef = (from: IdentityRef, api: string, operation: string): GrantRef =>
  `${identityName(from)} → ${api}.${operation}`;

/** Where a grant's offer stands in its policy, as a JSON pointer. Found by identity, and only for what is shown. */
export const offerPointer = (policy: Policy, { api, offer }: Grant): string => `/apis/${policy.apis.indexOf(api)}/offers/${api.offers.indexOf(offer)}`;

/** Whose offers need a request before they grant anything. */
export const mustAsk = (identity: IdentityRef): boolean => identity.kind === 'workload' || identity.kind === 'pods';

/** Of policies that can no longer change: every phase of a compilation asks. */
const known = new WeakMap<Policy, readonly Grant[]>();

/** Every grant of a policy, in its order (canonical, once it is checked). Linear in offers and asks. */
export function grants(policy: Policy): readonly Grant[] {
  if (!Object.isFrozen(policy)) return meetings(policy);
  const found = known.get(policy) ?? Object.freeze(meetings(policy));
  known.set(policy, found);
  return found;
}

function meetings(policy: Policy): Grant[] {
  const asks = new Map<string, Ask[]>();
  for (const ask of policy.asks) {
    const key = `${ask.to.api}.${ask.to.operation} ${identityText(ask.from)}`;
    const list = asks.get(key);
    if (list === undefined) asks.set(key, [ask]); else list.push(ask);
  }
  const found: Grant[] = [];
  for (const api of policy.apis) {
    const operations = new Map(api.operations.map((operation) => [operation.name, operation]));
    for (const offer of api.offers) {
      const operation = operations.get(offer.operation);
      if (operation === undefined) continue; // a dangling name: `check` has said so (CS1001)
      for (const from of offer.to) {
        const ref = grantRef(from, api.name, operation.name);
        if (!mustAsk(from)) { found.push({ ref, from, api, operation, offer, ...untilOf(offer.until) }); continue; }
        for (const ask of asks.get(`${api.name}.${operation.name} ${identityText(from)}`) ?? []) {
          found.push({ ref, from, api, operation, offer, ask, ...untilOf(offer.until, ask.until) });
        }
      }
    }
  }
  return found;
}

/** ISO dates order as text. */
function untilOf(...days: readonly (string | undefined)[]): { until?: string } {
  const stated = days.filter((day) => day !== undefined).sort();
  return stated[0] === undefined ? {} : { until: stated[0] };
}
