import { diagnose, type Diagnostic, type Related } from '#diagnostics';
import { grantRef, mustAsk, type GrantRef, type Policy } from '#ir';
import type { PolicyContext } from './policy-context.ts';
import { endings } from './rules/expiry.ts';
import { endOf } from './syntax/date.ts';

export interface Dropped {
  /** Pointers of the offers and asks that are left out. */
  readonly omit: ReadonlySet<string>;
  /** Grants that are no more because of it, in order. */
  readonly grants: readonly GrantRef[];
  /** A note for each. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * What `--drop-expired` leaves out: every offer and request that has ended, and every request whose offer has gone
 * with it (else it would stand there as not offered). It can only narrow.
 */
export function droppedOf(context: PolicyContext): Dropped {
  const expired = new Map(endings(context).filter(({ until }) => context.now >= endOf(until)).map((ending) => [ending.pointer.slice(0, -'/until'.length), ending]));
  const omit = new Set(expired.keys());
  const orphans = new Map<string, Related[]>();
  for (const { value: ask, pointer } of context.asks) {
    const offers = context.offered.get(ask.from, ask.to.api, ask.to.operation);
    if (omit.has(pointer) || offers.length === 0 || offers.some(({ offer }) => !omit.has(offer.pointer))) continue;
    omit.add(pointer);
    const first = offers[0]!.offer.pointer;
    orphans.set(first, [...(orphans.get(first) ?? []), { message: `the request of \`${grantRef(ask.from, ask.to.api, ask.to.operation)}\` is left out with it`, pointer }]);
  }
  const still = grantsOf(context, omit);
  return {
    omit,
    grants: [...grantsOf(context, new Set())].filter((ref) => !still.has(ref)).sort(),
    diagnostics: [...expired].map(([pointer, ending]) => diagnose('CS1010', {
      severity: 'info',
      message: `${ending.what} ended on ${ending.until}, and is left out`,
      pointer: ending.pointer,
      related: orphans.get(pointer) ?? [],
      help: `ask ${ending.owner ?? 'its owner'} to renew it with a later \`until\`, or remove it`,
    })),
  };
}

function grantsOf(context: PolicyContext, omit: ReadonlySet<string>): ReadonlySet<GrantRef> {
  const found = new Set<GrantRef>();
  for (const offers of context.offered.groups()) {
    for (const { api, offer, identity } of offers) {
      if (omit.has(offer.pointer)) continue;
      if (mustAsk(identity) && !context.asked.get(identity, api.value.name, offer.value.operation).some(({ pointer }) => !omit.has(pointer))) continue;
      found.add(grantRef(identity, api.value.name, offer.value.operation));
    }
  }
  return found;
}

/** The draft without what is left out, and the way back from a pointer into it to one into the draft. */
export function withoutDropped(draft: Policy, context: PolicyContext): { readonly policy: Policy; readonly toDraft: (pointer: string) => string } {
  const policy: Policy = {
    ...draft,
    apis: context.apis.map((api) => ({ ...api.value, offers: api.offers.map(({ value }) => value) })),
    asks: context.asks.map(({ value }) => value),
  };
  return {
    policy,
    toDraft(pointer) {
      const offer = /^\/apis\/(\d+)\/offers\/(\d+)(.*)$/s.exec(pointer);
      if (offer !== null) return `${context.apis[Number(offer[1])]?.offers[Number(offer[2])]?.pointer ?? ''}${offer[3]}`;
      const ask = /^\/asks\/(\d+)(.*)$/s.exec(pointer);
      return ask === null ? pointer : `${context.asks[Number(ask[1])]?.pointer ?? ''}${ask[2]}`;
    },
  };
}
