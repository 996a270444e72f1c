import { diagnose, type Diagnostic } from '#diagnostics';
import { identityName, identityText, mustAsk, type IdentityRef } from '#ir';
import type { LocatedApi, PolicyContext } from '../policy-context.ts';
import { listed, quoted } from '../wording.ts';

/** CS1012 and CS1020: a grant exists only where an offer and a request meet. */
export function countersigning(context: PolicyContext): readonly Diagnostic[] {
  return [...notOffered(context), ...notAsked(context)];
}

function notOffered(context: PolicyContext): readonly Diagnostic[] {
  return context.asks.flatMap(({ value: ask, pointer }) => {
    const api = context.apiNamed.get(ask.to.api);
    const operation = api === undefined ? undefined : context.operationsOf(api).get(ask.to.operation);
    if (!mustAsk(ask.from) || context.leftOut.has(`offers:${ask.to.api}`) || api === undefined || operation === undefined || context.offered.get(ask.from, ask.to.api, ask.to.operation).length > 0) return [];
    const name = `${ask.to.api}.${ask.to.operation}`;
    const offers = api.offers.filter(({ value }) => value.operation === ask.to.operation);
    return [diagnose('CS1012', {
      message: `${quoted(identityName(ask.from))} asks for ${quoted(name)}, which is not offered to ${offers.length === 0 ? 'anybody' : 'it'}`,
      pointer,
      related: offers.length === 0
        ? [{ message: `${quoted(name)} is declared`, pointer: operation.pointer }]
        : offers.map((offer) => ({ message: `offered to ${listed(offer.value.to.map(identityName))}`, pointer: offer.pointer })),
      help: advice(context, ask.from, api, ask.to.operation),
    })];
  });
}

/** Names the team that can offer it, and what the caller could call instead. */
function advice(context: PolicyContext, caller: IdentityRef, api: LocatedApi, operation: string): string {
  const server = api.value.servedBy.kind === 'workload' ? context.workloadNamed.get(api.value.servedBy.workload)?.value : undefined;
  const owner = api.value.owner ?? server?.owner;
  const ask = owner === undefined ? `add \`to: [${identityName(caller)}]\` to the offers of ${quoted(api.value.name)}` : `ask ${owner} to offer it`;
  const wanted = identityText(caller);
  const instead = [...new Set(api.offers.flatMap(({ value }) => (value.to.some((identity) => identityText(identity) === wanted) ? [`${api.value.name}.${value.operation}`] : [])))]
    .filter((name) => name !== `${api.value.name}.${operation}`);
  return instead.length === 0 ? `${ask}, or remove the request` : `${ask}, or call ${listed(instead, 'or')}, which ${instead.length === 1 ? 'is' : 'are'} offered to ${quoted(identityName(caller))}`;
}

/** Latent privilege: it would become access the day that somebody writes the request. */
function notAsked(context: PolicyContext): readonly Diagnostic[] {
  if (context.leftOut.has('asks')) return [];
  return context.apis.flatMap((api) => api.offers.flatMap((offer) => {
    const { operation } = offer.value;
    if (!context.operationsOf(api).has(operation)) return [];
    const silent = offer.value.to.filter((identity) => mustAsk(identity) && context.asked.get(identity, api.value.name, operation).length === 0);
    if (silent.length === 0) return [];
    const name = quoted(`${api.value.name}.${operation}`);
    return [diagnose('CS1020', {
      message: `${name} is offered to ${listed(silent.map(identityName))}, which ${silent.length === 1 ? 'does' : 'do'} not ask for it: a latent privilege`,
      pointer: offer.pointer,
      help: `remove the offer, or let ${listed(silent.map(identityName))} ask for ${name}`,
    })];
  }));
}
