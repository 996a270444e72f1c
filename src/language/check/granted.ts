import type { AccessGrant } from '#algebra';
import { grantRef, identityText, mustAsk, type Api, type Policy } from '#ir';
import type { LocatedApi, PolicyContext } from './policy-context.ts';

/** A grant of a draft as the algebra sees it, with what it comes from. Pointers are into the draft. */
export type Granted = Omit<AccessGrant, 'rows' | 'when'> & { readonly in: LocatedApi; readonly offer: Api['offers'][number]; readonly until?: string; /** Grants of one identity have one number. */ readonly caller: number };

/**
 * What is well shaped of a draft, as a policy: of each name the first. Whatever is wrong with it has a diagnostic of its
 * own; invariants are judged by what is left.
 */
export function soundPolicy(context: PolicyContext): Policy {
  const values = <T>(located: Iterable<{ readonly value: T }>): T[] => [...located].map(({ value }) => value);
  return {
    version: 1, name: context.policyName, never: [], holes: [],
    segments: values(context.segmentNamed.values()), workloads: values(context.workloadNamed.values()), identityProviders: values(context.providerNamed.values()),
    people: values(context.peopleNamed.values()), partners: values(context.partners), apis: [...context.apiNamed.values()].map(wellShaped), asks: values(context.asks),
  };
}

/** Every offer and request that met, in the order of the draft. */
export function grantedIn(context: PolicyContext, apis: ReadonlyMap<LocatedApi, Api>): readonly Granted[] {
  const found: Granted[] = [], callers = new Map<string, number>();
  for (const [located, api] of apis) {
    const operations = context.operationsOf(located);
    for (const { pointer, value: offer } of located.offers) {
      const operation = operations.get(offer.operation)?.value;
      if (operation === undefined) continue;
      for (const [index, from] of offer.to.entries()) {
        const text = identityText(from), caller = callers.get(text) ?? callers.size;
        callers.set(text, caller);
        const grant = { caller, ref: grantRef(from, api.name, operation.name), from, api, operation, in: located, offer };
        const at = { offer: pointer, identity: `${pointer}/to/${index}` };
        if (!mustAsk(from)) { found.push({ ...grant, pointers: at, ...untilOf(offer.until) }); continue; }
        for (const ask of inOrder(context, context.asked.get(from, api.name, operation.name))) found.push({ ...grant, pointers: { ...at, ask: ask.pointer }, ...untilOf(offer.until, ask.value.until) });
      }
    }
  }
  return found;
}

/** As their reader meets them, so that the order of writing does not show. */
const inOrder = <T extends { readonly pointer: string }>({ before }: PolicyContext, asks: readonly T[]): readonly T[] =>
  (asks.length < 2 ? asks : [...asks].sort((a, b) => (before(a.pointer, b.pointer) ? -1 : 1)));

export const wellShaped = (api: LocatedApi): Api => (api.operations.length === api.value.operations.length && api.offers.length === api.value.offers.length ? api.value
  : { ...api.value, operations: api.operations.map(({ value }) => value), offers: api.offers.map(({ value }) => value) });

/** The earlier end. ISO dates order as text. */
function untilOf(...days: readonly (string | undefined)[]): { readonly until?: string } {
  const [first] = days.filter((day) => day !== undefined).sort();
  return first === undefined ? {} : { until: first };
}
