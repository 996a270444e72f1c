import type { Api, Assertion, Condition, IdentityProvider, IdentityRef, Offer, Operation, Policy, Weekday } from '#ir';
import type { Context, Destination, Request } from '#spec';
import type { Random } from './random.ts';
import { behind, wire } from './requests.ts';

/** An offer to one identity, which may need an ask as well. */
export interface Chance { readonly api: Api; readonly operation: Operation; readonly offer: Offer; readonly identity: IdentityRef }

type Stated = { -readonly [Key in keyof Omit<Context, 'time'>]: Context[Key] };

/** What a request has to show, gathered from conditions; whoever changes one thing of it changes it here. */
export interface Draft {
  readonly chance: Chance;
  readonly provider?: IdentityProvider;
  /** Texts by claim, and what is not a text. Ages count backwards from the time. */
  readonly texts: Map<string, string[]>;
  readonly values: Map<string, unknown>;
  readonly ages: Map<string, number>;
  readonly context: Stated;
  readonly windows: Extract<Condition, { readonly kind: 'during' }>[];
  to: Destination;
}

export const chances = (policy: Policy): readonly Chance[] => policy.apis.flatMap((api) => api.offers.flatMap((offer) => {
  const operation = api.operations.find(({ name }) => name === offer.operation);
  return operation === undefined ? [] : offer.to.map((identity): Chance => ({ api, operation, offer, identity }));
}));

/** As its offer, `where` and its segment ask, if nothing in them contradicts itself. */
export function draft(policy: Policy, chance: Chance, rng: Random): Draft {
  const { api, identity, offer, operation } = chance;
  const whom = identity.kind === 'people' ? identity.name : identity.kind === 'workload' ? identity.actingFor : undefined;
  const group = policy.people.find(({ name }) => name === whom), provider = policy.identityProviders.find(({ name }) => name === (group?.via ?? policy.identityProviders[0]?.name));
  const server = api.servedBy, segment = server.kind !== 'workload' ? undefined : policy.segments.find(({ name }) => name === policy.workloads.find((one) => one.name === server.workload)?.segment);
  const required = identity.kind === 'partner' ? segment?.requires.partners : identity.kind === 'people' || identity.kind === 'anyone' ? segment?.requires.people
    : [...segment?.requires.workloads ?? [], ...whom === undefined ? [] : segment?.requires.people ?? []];
  const made: Draft = {
    chance, texts: new Map(), values: new Map(), ages: new Map(), context: {}, windows: [], to: destination(policy, api, operation, rng),
    ...(provider === undefined ? {} : { provider }),
  };
  for (const one of [...offer.when, ...required ?? [], ...group?.where === undefined ? [] : [group.where]]) meet(one, made, rng);
  if (rng.chance(0.5)) made.context.sourceAddress ??= rng.pick(addresses);
  return made;
}

export function destination(policy: Policy, api: Api, operation: Operation, rng: Random): Destination {
  const named = { kind: 'operation', api: api.name, operation: operation.name } as const;
  if (operation.kind === 'websocket') return rng.pick([named, { kind: 'http', api: api.name, method: 'GET', path: operation.path.replace(/\{\w+\}/g, 'weather'), upgrade: 'websocket' } as const]);
  return rng.pick([named, wire(api.name, operation, rng), wire(api.name, operation, rng), behind(policy, api.name) ?? named]);
}

/** In and around the ranges that are asked for; the last would lie in some of them if families did not matter. */
export const addresses = [
  '203.0.113.9', '203.0.113.127', '203.0.113.128', '198.51.100.64', '198.51.100.95', '198.51.100.96', '198.51.100.63', '2001:db8:1::9', '2001:DB8:0001:0:0:0:0:1', '2001:db8::ffff', '2001:db8:2::',
  '10.127.255.255', '10.128.0.0', '192.0.2.7', '192.0.2.8', 'fd12:3456::1', 'fe00::1', 'fd12::192.0.2.7', '::', '0.0.0.0', 'a00::1', 'cb00:7109::1', 'c633:6440::1',
] as const;
export const noAddresses = ['', 'localhost', '203.0.113.9.', '203.0.113', '203.0.113.256', '2001:db8:1:::', '2001:db8:1::9::', '2001:db8:1:0:0:0::0:9', '2001:db8:1:0:0:0:9', '2001:db8:1::12345'] as const;

function meet(condition: Condition, made: Draft, rng: Random): void {
  const { ages, context, provider, texts, values, windows } = made, stated = rng.chance(0.25);
  const say = (assertion: Assertion | undefined, text: string): void => { if (assertion !== undefined) add(texts, assertion.claim, text); };
  const authenticated = (limit: number): void => {
    const age = rng.pick([0, limit, Math.floor(limit / 2), -60, limit - 1]), claim = provider?.asserts?.authenticatedAt?.claim;
    if (stated || claim === undefined) context.authenticationAgeSeconds = Math.min(context.authenticationAgeSeconds ?? age, age);
    else ages.set(claim, Math.min(ages.get(claim) ?? age, age));
  };
  switch (condition.kind) {
    case 'claim': add(texts, condition.claim, rng.pick(condition.anyOf)); return;
    case 'mfa': {
      const asserts = provider?.asserts?.mfa;
      if (stated || asserts === undefined) context.mfa = true;
      else if (asserts.anyOf === undefined) values.set(asserts.claim, true);
      else say(asserts, rng.pick(asserts.anyOf));
      if (condition.within !== undefined) authenticated(condition.within);
      return;
    }
    case 'authenticatedWithin': authenticated(condition.seconds); return;
    case 'maxTokenAge': {
      const age = rng.pick([0, condition.seconds, condition.seconds - 1, -60]);
      if (stated) context.tokenAgeSeconds = Math.min(context.tokenAgeSeconds ?? age, age); else ages.set('iat', Math.min(ages.get('iat') ?? age, age));
      return;
    }
    case 'device': if (stated || provider?.asserts?.device === undefined) context.device = rng.pick(condition.anyOf); else say(provider.asserts.device, rng.pick(condition.anyOf)); return;
    case 'from': context.sourceAddress = rng.pick(addresses.filter((_, at) => (condition.cidrs[0]!.startsWith('203') ? at < 2 : condition.cidrs[0]!.startsWith('198') ? [3, 4, 7, 8, 9].includes(at) : [11, 13, 15, 17].includes(at)))); return;
    case 'during': windows.push(condition); return;
    case 'risk': context.risk = rng.pick([0, condition.below / 2, condition.below - 0.001]); return;
    case 'header': context.headers = { ...context.headers, [rng.pick([condition.name, condition.name.toLowerCase()])]: rng.pick(condition.anyOf) }; return;
    case 'all': for (const part of condition.of) meet(part, made, rng); return;
    case 'any': meet(rng.pick(condition.of), made, rng); return;
    default: condition satisfies never;
  }
}
function add(texts: Map<string, string[]>, claim: string, text: string): void { texts.set(claim, [...texts.get(claim) ?? [], text]); }

/** The week after a day, by half hours. */
const week = (asOf: string): readonly number[] => Array.from({ length: 7 * 48 }, (_, at) => Date.parse(`${asOf}T00:00:00Z`) + at * 1_800_000);
const clocks = new Map<string, readonly (readonly [instant: number, day: string, clock: string])[]>();
function clockedWeek(asOf: string, timeZone: string) {
  const key = `${asOf} ${timeZone}`, known = clocks.get(key);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const made = week(asOf).map((instant) => {
    const parts = new Map(format.formatToParts(instant).map(({ type, value }) => [type, value]));
    return [instant, parts.get('weekday')!.toLowerCase(), `${parts.get('hour')}:${parts.get('minute')}`] as const;
  });
  clocks.set(key, made);
  return made;
}

/** Ends of grants, and after them. */
const late = ['2026-12-10T23:59:59.999Z', '2026-12-11T00:00:00Z', '2027-03-31T23:59:59Z', '2027-04-01T00:00:00Z', '2027-04-01T00:30:00+01:00', '2030-01-01T00:00:00Z'] as const;

/** A time in every one of the windows, if the week has one: the beginning or the end of a half hour. */
export function timeIn(windows: Draft['windows'], asOf: string, rng: Random): string {
  let fitting = week(asOf);
  for (const { days, end, start, timeZone } of windows) {
    const inside = new Set(clockedWeek(asOf, timeZone).flatMap(([instant, day, clock]) => (days.includes(day as Weekday) && start <= clock && clock < end ? [instant] : [])));
    fitting = fitting.filter((instant) => inside.has(instant));
  }
  if (windows.length === 0 || fitting.length === 0) return rng.chance(0.15) ? rng.pick(late) : `${asOf}T12:00:00Z`;
  const halfHour = rng.pick([rng.pick(fitting), fitting[0]!, fitting.at(-1)!]);
  return new Date(halfHour + rng.pick([0, 1_799_999])).toISOString();
}

/** The last instant before one of the windows of a week, its first, its last, and the first after it. */
export function edgeOf(windows: Draft['windows'], asOf: string, rng: Random): string | undefined {
  if (windows.length === 0) return undefined;
  const { days, end, start, timeZone } = rng.pick(windows), inside = clockedWeek(asOf, timeZone).filter(([, day, clock]) => days.includes(day as Weekday) && start <= clock && clock < end).map(([instant]) => instant);
  const after = rng.pick(inside.filter((instant) => !inside.includes(instant + 1_800_000))), before = rng.pick(inside.filter((instant) => !inside.includes(instant - 1_800_000)));
  return new Date(rng.pick([before - 1, before, after + 1_799_999, after + 1_800_000])).toISOString();
}

/** The token that a draft describes, at a time; good for ten more minutes. */
export function claimsOf({ ages, provider, texts, values }: Draft, time: string, rng: Random): Record<string, unknown> {
  const now = Date.parse(time) / 1000, claims: Record<string, unknown> = { sub: 'somebody', exp: Math.floor(now) + 600 };
  if (rng.chance(0.5)) claims['iss'] = provider?.issuer;
  if (rng.chance(0.5)) claims['aud'] = rng.pick<unknown>([provider?.audiences[0], provider?.audiences, ['elsewhere', provider?.audiences.at(-1)]]);
  if (rng.chance(0.3)) claims['nbf'] = Math.floor(now) - rng.pick([0, -60, 600]);
  for (const [claim, said] of texts) {
    const several = rng.chance(0.3) ? [...said, 'other'] : said;
    put(claims, claim, claim === 'scope' ? (rng.chance(0.8) ? several.join(' ') : several) : several.length === 1 && rng.chance(0.5) ? several[0] : several);
  }
  for (const [claim, value] of values) put(claims, claim, value);
  for (const [claim, age] of ages) put(claims, claim, Math.ceil(now) - age);
  return claims;
}

/** Dots lead into objects; a name that is a URL is one key. */
export function put(claims: Record<string, unknown>, claim: string, value: unknown): void {
  const path = claim.includes('://') ? [claim] : claim.split('.');
  let at = claims;
  for (const key of path.slice(0, -1)) {
    const inner = at[key];
    at = at[key] = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? { ...inner } : {};
  }
  if (value === undefined) delete at[path.at(-1)!]; else at[path.at(-1)!] = value;
}

export function shownBy(made: Draft, time: string, rng: Random): Request {
  const { chance: { identity }, context, provider, to } = made, common = { to, context: { ...context, time } };
  const subject = provider === undefined ? {} : { subject: { provider: provider.name, claims: claimsOf(made, time, rng) } };
  switch (identity.kind) {
    case 'people': return { ...common, throughExposure: true, ...subject };
    case 'anyone': return { ...common, throughExposure: true, ...(made.texts.size + made.values.size + made.ages.size > 0 || rng.chance(0.3) ? subject : {}) };
    case 'partner': return { ...common, throughExposure: true, client: { partner: identity.name } };
    case 'workload': return { ...common, throughExposure: false, peer: { kind: 'workload', name: identity.name }, ...(identity.actingFor !== undefined ? subject : {}) };
    case 'pods': return { ...common, throughExposure: false, peer: { kind: 'pod', namespace: identity.namespace === '*' ? 'unrelated' : identity.namespace, labels: identity.labels } };
    case 'builtin': return { ...common, throughExposure: false, peer: { kind: 'builtin', name: identity.name } };
    default: return identity satisfies never;
  }
}
