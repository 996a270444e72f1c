import { claimPath, spaceDelimitedClaims, type Api, type Condition, type IdentityProvider, type People, type Policy, type Weekday } from '#ir';
import { inRange } from './address.ts';
import { isWorkload } from './is-workload.ts';
import type { Request } from './request.ts';

/** Clocks of issuers and enforcers may differ by this much (Envoy, `JwtProvider.clock_skew_seconds`, its default). */
export const clockSkewSeconds = 60;

/** Whom a person's request is by: the provider that issued its token, and what that says. */
interface Bearer { readonly provider: IdentityProvider; readonly claims: Readonly<Record<string, unknown>> }

/** The person behind a request: a token of a provider of this policy, in force and meant for it. Undefined where there is none. */
export function bearerOf(policy: Policy, request: Request): Bearer | undefined {
  const provider = policy.identityProviders.find(({ name }) => name === request.subject?.provider);
  if (provider === undefined || request.subject === undefined) return undefined;
  const { claims } = request.subject;
  const now = Date.parse(request.context.time) / 1000;
  const { aud, exp, iat, iss, nbf } = claims;
  if (Number.isNaN(now) || typeof exp !== 'number' || now >= exp + clockSkewSeconds) return undefined; // without `exp` a token is for ever, and denied
  if (nbf !== undefined && (typeof nbf !== 'number' || now < nbf - clockSkewSeconds)) return undefined;
  if (iat !== undefined && typeof iat !== 'number') return undefined; // malformed (RFC 7519, "iat"), and refused as such
  if (iss !== undefined && iss !== provider.issuer) return undefined;
  if (aud !== undefined && !textsOf(aud).some((audience) => provider.audiences.includes(audience))) return undefined;
  return { provider, claims };
}

/** Is the request by one of these people? */
export function isOf(policy: Policy, people: People | undefined, request: Request, api: Api): boolean {
  const bearer = bearerOf(policy, request);
  return people !== undefined && bearer?.provider.name === people.via && (people.where === undefined || holds(policy, people.where, request, api));
}

/** Does a condition hold? What it reads and is not there denies; what the request's context states comes before what a token says. */
export function holds(policy: Policy, condition: Condition, request: Request, api: Api): boolean {
  const { context } = request;
  const bearer = bearerOf(policy, request);
  const asserts = bearer?.provider.asserts;
  switch (condition.kind) {
    case 'all': return condition.of.every((part) => holds(policy, part, request, api));
    case 'any': return condition.of.some((part) => holds(policy, part, request, api));
    case 'claim': return claimTexts(bearer, condition.claim).some((value) => condition.anyOf.includes(value));
    case 'mfa': {
      const strong = context.mfa ?? asserted(bearer, asserts?.mfa);
      return strong && (condition.within === undefined || isYoung(authenticationAge(bearer, request), condition.within));
    }
    case 'authenticatedWithin': return isYoung(authenticationAge(bearer, request), condition.seconds);
    case 'maxTokenAge': return isYoung(context.tokenAgeSeconds ?? ageOf(bearer?.claims['iat'], request), condition.seconds);
    case 'device': {
      const states = context.device !== undefined ? [context.device] : asserts?.device === undefined ? [] : claimTexts(bearer, asserts.device.claim);
      return states.some((state) => condition.anyOf.includes(state));
    }
    case 'from': return isThroughService(request) || (context.sourceAddress !== undefined && condition.cidrs.some((cidr) => inRange(context.sourceAddress!, cidr)));
    case 'during': return isWithin(condition, context.time);
    case 'risk': return context.risk !== undefined && context.risk < condition.below;
    case 'header': {
      const { peer, throughExposure } = request;
      const trusted = throughExposure ? api.exposedAt?.kind === 'gateway' && api.exposedAt.gateway === condition.trustedHop
        : policy.workloads.some((workload) => workload.name === condition.trustedHop && isWorkload(peer, workload));
      const value = Object.entries(context.headers ?? {}).find(([name]) => name.toLowerCase() === condition.name.toLowerCase())?.[1];
      return trusted && value !== undefined && condition.anyOf.includes(value);
    }
    default: return condition satisfies never;
  }
}

/** A service that uses a key in somebody's name has an address of its own; theirs, it was asked from. */
const isThroughService = ({ to }: Request): boolean => to.kind === 'action' && to.via !== undefined;

/** Does a token say so? By one of the mapped values or, where none are mapped, by a plain `true`. */
function asserted(bearer: Bearer | undefined, assertion: { readonly claim: string; readonly anyOf?: readonly string[] } | undefined): boolean {
  if (assertion === undefined) return false;
  if (assertion.anyOf === undefined) return claimValue(bearer, assertion.claim) === true;
  return claimTexts(bearer, assertion.claim).some((value) => assertion.anyOf!.includes(value));
}

const authenticationAge = (bearer: Bearer | undefined, request: Request): number | undefined =>
  request.context.authenticationAgeSeconds ?? ageOf(claimValue(bearer, bearer?.provider.asserts?.authenticatedAt?.claim), request);

/** A moment in a token is a number of seconds since 1970 (RFC 7519, "NumericDate"). */
const ageOf = (moment: unknown, { context }: Request): number | undefined => (typeof moment === 'number' ? Date.parse(context.time) / 1000 - moment : undefined);
/** An age from the future is nobody's, but for the clocks. */
const isYoung = (age: number | undefined, seconds: number): boolean => age !== undefined && age >= -clockSkewSeconds && age <= seconds;

function claimValue(bearer: Bearer | undefined, claim: string | undefined): unknown {
  if (bearer === undefined || claim === undefined) return undefined;
  let value: unknown = bearer.claims;
  for (const key of claimPath(claim)) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}

/** A text is one value, a list of texts several; anything else is none. */
function claimTexts(bearer: Bearer | undefined, claim: string): readonly string[] {
  const value = claimValue(bearer, claim);
  if (typeof value === 'string' && spaceDelimitedClaims.includes(claim)) return value.split(' ').filter((one) => one !== '');
  return textsOf(value);
}
const textsOf = (value: unknown): readonly string[] => (typeof value === 'string' ? [value] : Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []);

const week: readonly Weekday[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** Local time, from `start` on and before `end`; `24:00` is the end of the day. */
export function isWithin({ days, end, start, timeZone }: Extract<Condition, { kind: 'during' }>, time: string): boolean {
  const instant = new Date(time);
  if (Number.isNaN(instant.getTime())) return false;
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(instant);
  const part = (type: string): string => parts.find((each) => each.type === type)!.value;
  const day = week.find((each) => each === part('weekday').toLowerCase());
  const now = `${part('hour')}:${part('minute')}`;
  return day !== undefined && days.includes(day) && start <= now && now < end;
}
