import { diagnose, type Diagnostic } from '#diagnostics';
import { grantRef, identityName } from '#ir';
import type { PolicyContext } from '../policy-context.ts';
import { daysBetween, dayProblem, endOf } from '../syntax/date.ts';
import { listed, quoted } from '../wording.ts';

/** A grant or an acceptance that ends, as its messages speak of it. */
export interface Ending { readonly what: string; readonly until: string; readonly pointer: string; readonly owner?: string }

/** CS1007, CS1010 and CS1011: what ends, ends at 24:00 UTC of its last day. */
export function expiry(context: PolicyContext): readonly Diagnostic[] {
  return endings(context).flatMap((ending) => endingDiagnostics(ending, context.now, 'CS1010', 'or compile with `--drop-expired`, which leaves it out'));
}

/** Every half of a grant that has an end. */
export function endings(context: PolicyContext): readonly Ending[] {
  const found: Ending[] = [];
  for (const api of context.apis) {
    for (const { value: offer, pointer } of api.offers) {
      if (offer.until === undefined) continue;
      const owner = offer.owner ?? api.value.owner;
      found.push({
        what: `the offer of ${quoted(`${api.value.name}.${offer.operation}`)} to ${listed(offer.to.map(identityName))}`,
        until: offer.until, pointer: `${pointer}/until`, ...(owner === undefined ? {} : { owner }),
      });
    }
  }
  for (const { value: ask, pointer } of context.asks) {
    if (ask.until === undefined) continue;
    const owner = ask.owner ?? (ask.from.kind === 'workload' ? context.workloadNamed.get(ask.from.name)?.value.owner : undefined);
    found.push({
      what: `the request of ${quoted(grantRef(ask.from, ask.to.api, ask.to.operation))}`,
      until: ask.until, pointer: `${pointer}/until`, ...(owner === undefined ? {} : { owner }),
    });
  }
  return found;
}

/** Days before the end from which on it is announced. */
const announced = 30;

export function endingDiagnostics(ending: Ending, now: number, expired: 'CS1010' | 'CS1030', otherwise: string): readonly Diagnostic[] {
  const { what, until, pointer, owner } = ending;
  const problem = dayProblem(until);
  if (problem !== undefined) {
    return [diagnose('CS1007', { message: `${what} is to end on ${quoted(until)}, which ${problem.what}`, pointer, help: problem.help })];
  }
  const end = endOf(until);
  const who = owner === undefined ? 'its owner' : owner;
  if (now >= end) {
    return [diagnose(expired, {
      message: `${what} ended on ${until}, at 24:00 UTC`, pointer,
      help: `ask ${who} to renew it with a later \`until\`, remove it, ${otherwise}`,
    })];
  }
  const left = daysBetween(now, end);
  if (!(left <= announced)) return [];
  return [diagnose('CS1011', {
    message: `${what} ends on ${until}, ${left === 1 ? 'within a day' : `in ${left} days`}, and then this does not compile`, pointer,
    help: `ask ${who} to renew it with a later \`until\`, or plan its removal`,
  })];
}
