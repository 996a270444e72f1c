import type { Api, Assertion, Condition, IdentityProvider, Policy, Weekday } from '#ir';
import type { Request } from '#spec';
import { lies } from './addresses.ts';
import { texts, valueAt, type Claims } from './tokens.ts';
import { isWorkload } from './pods.ts';

/** What a condition is asked about. `token` is there only where it is in force. */
export interface Asked {
  readonly policy: Policy;
  readonly api: Api;
  readonly request: Request;
  readonly token?: { readonly provider: IdentityProvider; readonly claims: Claims };
}

/** Whatever is not there denies, and what the context states is not asked of the token. */
export function holds(condition: Condition, asked: Asked): boolean {
  const { api, policy, request: { context, peer, throughExposure }, token } = asked;
  switch (condition.kind) {
    case 'claim': return token !== undefined && overlap(texts(token.claims, condition.claim), condition.anyOf);
    case 'mfa': return hasFactor(asked) && (condition.within === undefined || recent(authenticationAge(asked), condition.within));
    case 'authenticatedWithin': return recent(authenticationAge(asked), condition.seconds);
    case 'maxTokenAge': return recent(context.tokenAgeSeconds ?? since(asked, token?.claims['iat']), condition.seconds);
    case 'device': return overlap(context.device === undefined ? asserted(asked, token?.provider.asserts?.device) : [context.device], condition.anyOf);
    case 'from': if (asked.request.to.kind === 'action' && asked.request.to.via !== undefined) return true; // what a service does with a key, it does from its own address
      return condition.cidrs.some((cidr) => context.sourceAddress !== undefined && lies(context.sourceAddress, cidr));
    case 'during': return inWindow(condition, context.time);
    case 'risk': return context.risk !== undefined && context.risk < condition.below;
    case 'header': {
      // Who has handed the request on: the gateway, or a caller that has proved who it is.
      const caller = policy.workloads.find(({ name }) => name === condition.trustedHop);
      const trusted = throughExposure ? api.exposedAt?.kind === 'gateway' && api.exposedAt.gateway === condition.trustedHop : caller !== undefined && isWorkload(caller, peer);
      return trusted && Object.entries(context.headers ?? {}).some(([name, value]) => name.toLowerCase() === condition.name.toLowerCase() && condition.anyOf.includes(value));
    }
    case 'all': for (const part of condition.of) if (!holds(part, asked)) return false; return true;
    case 'any': for (const part of condition.of) if (holds(part, asked)) return true; return false;
    default: return condition satisfies never;
  }
}

const overlap = (some: readonly string[], wanted: readonly string[]): boolean => some.some((one) => wanted.includes(one));

/** The texts of the claim that a provider's `asserts` names; without a token or without `asserts`, none. */
const asserted = ({ token }: Asked, assertion: Assertion | undefined): readonly string[] =>
  (token === undefined || assertion === undefined ? [] : texts(token.claims, assertion.claim));

function hasFactor(asked: Asked): boolean {
  const { request: { context: { mfa } }, token } = asked;
  if (mfa !== undefined) return mfa;
  const assertion = token?.provider.asserts?.mfa;
  if (token === undefined || assertion === undefined) return false;
  if (assertion.anyOf !== undefined) return overlap(asserted(asked, assertion), assertion.anyOf);
  return valueAt(token.claims, assertion.claim) === true;
}

function authenticationAge(asked: Asked): number | undefined {
  const { request: { context }, token } = asked, assertion = token?.provider.asserts?.authenticatedAt;
  if (context.authenticationAgeSeconds !== undefined) return context.authenticationAgeSeconds;
  return token === undefined || assertion === undefined ? undefined : since(asked, valueAt(token.claims, assertion.claim));
}

/** Seconds since an instant that a token states in seconds; anything but a number states none. */
const since = ({ request: { context } }: Asked, instant: unknown): number | undefined =>
  (typeof instant === 'number' ? Date.parse(context.time) / 1000 - instant : undefined);
/** Clocks may differ by a minute, so that something may have happened in the future; old is old. */
const recent = (age: number | undefined, limit: number): boolean => age !== undefined && age >= -60 && age <= limit;

function inWindow({ days, end, start, timeZone }: Extract<Condition, { readonly kind: 'during' }>, time: string): boolean {
  const written = ((): string | undefined => {
    try { return new Date(time).toLocaleString('en-GB', { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }); } catch { return undefined; } // no such zone
  })();
  const [, day, clock] = /^(\w{3})\D* (\d\d:\d\d)$/.exec(written ?? '') ?? [];
  return day !== undefined && clock !== undefined && days.includes(day.toLowerCase() as Weekday) && start <= clock && clock < end; // `24:00` is after every clock
}
