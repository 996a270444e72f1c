import type { Condition, IdentityProvider, Policy } from '#ir';
import type { Context, Request } from '#spec';
import { random, type Random as NumbersFromSeed } from '#testing';

/** Numbers from a seed, and parts of lists. */
export function randomFrom(seed: number): NumbersFromSeed & { readonly some: <T>(list: readonly T[]) => readonly T[] } {
  const numbers = random(seed);
  return { ...numbers, some: (list) => list.filter(() => numbers.chance(0.5)) };
}
export type Random = ReturnType<typeof randomFrom>;

export const from = '2026-11-24T12:00:00.000Z';
export const now = Date.parse(from) / 1000;

/** What one provider says of factors, ages and devices: among them what meets other conditions at one claim, and what can't be said. */
const mappings: readonly IdentityProvider['asserts'][] = [
  undefined,
  { mfa: { claim: 'amr', anyOf: ['mfa', 'hwk'] }, authenticatedAt: { claim: 'auth_time' }, device: { claim: 'device' } },
  { mfa: { claim: 'strong' }, authenticatedAt: { claim: 'iat' }, device: { claim: 'groups' } },
  { mfa: { claim: 'groups', anyOf: ['a'] }, device: { claim: 'amr' } },
  { mfa: { claim: 'nested.strong' }, authenticatedAt: { claim: 'nested' }, device: { claim: 'scope' } },
  { mfa: { claim: 'aud', anyOf: ['web'] }, authenticatedAt: { claim: 'exp' }, device: { claim: 'iss' } },
];
export const providersOf = ({ below, pick, some }: Random): readonly IdentityProvider[] => ['login', 'other'].slice(0, 1 + below(2)).map((name) => {
  const asserts = pick(mappings);
  return { name, issuer: `https://${pick(['one', 'two'])}.example`, audiences: [pick(['web', 'app']), ...some(['shop'])], jwksUri: 'https://one.example/keys', ...(asserts === undefined ? {} : { asserts }) };
});

const claims = ['groups', 'amr', 'scope', 'nested', 'nested.role', 'aud', 'iss', 'exp', 'iat', 'sub', 'device'];
const texts = ['a', 'b', 'c', 'web', 'https://one.example', 'mfa', 'a b', ''];
const cidrs = ['10.0.0.0/8', '10.1.0.0/16', '10.1.2.3/32', '192.0.2.0/24', '2001:db8::/32', '2001:db8:1::/48', '::ffff:10.1.0.0/112', '0.0.0.0/0'];
const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'];
const atLeastOne = <T>(random: Random, list: readonly T[]): readonly T[] => { const found = random.some(list); return found.length > 0 ? found : [random.pick(list)]; };

export function randomCondition(random: Random, depth: number): Condition {
  const { below, chance, pick } = random;
  if (depth > 0 && chance(0.55)) {
    const of = Array.from({ length: 1 + below(3) }, () => randomCondition(random, depth - 1));
    return { kind: pick(['all', 'any'] as const), of };
  }
  switch (below(9)) {
    case 0: return { kind: 'claim', claim: pick(claims), anyOf: atLeastOne(random, texts) };
    case 1: return chance(0.5) ? { kind: 'mfa' } : { kind: 'mfa', within: pick([0, 60, 900]) };
    case 2: return { kind: 'authenticatedWithin', seconds: pick([0, 30, 900, 901]) };
    case 3: return { kind: 'maxTokenAge', seconds: pick([0, 60, 3600]) };
    case 4: return { kind: 'device', anyOf: atLeastOne(random, ['a', 'managed', 'web']) };
    case 5: return { kind: 'from', cidrs: atLeastOne(random, cidrs) };
    case 6: { const [start, end] = pick([['09:00', '17:00'], ['00:00', '24:00'], ['23:30', '23:45'], ['02:00', '03:00']] as const); return { kind: 'during', days: atLeastOne(random, days), start, end, timeZone: pick(zones) }; }
    case 7: return { kind: 'risk', below: pick([0, 10, 50, 50.5]) };
    default: return { kind: 'header', name: pick(['x-one', 'X-One', 'x-two']), anyOf: atLeastOne(random, ['a', 'b', 'c']), trustedHop: pick(['edge', 'elsewhere']) };
  }
}

/** A request that says whatever it likes, token included, good and bad. */
export function randomRequest(random: Random, until: string): Request {
  const { below, chance, pick, some } = random;
  const time = new Date(Date.parse(from) + below(Date.parse(until) - Date.parse(from))).toISOString(), at = Date.parse(time) / 1000;
  const said = (): unknown => pick<unknown>([pick(texts), some(texts), true, at - pick([0, 30, 60, 900, 901, -30, -61]), { role: pick(texts) }, { strong: true }, `${pick(texts)} ${pick(texts)}`, null]);
  const context: Record<string, unknown> = { time };
  const maybe = (name: keyof Context, value: unknown): void => { if (chance(0.3)) context[name] = value; };
  maybe('sourceAddress', pick(['10.1.2.3', '10.9.9.9', '192.0.2.9', '2001:db8:1::7', '::ffff:10.1.0.9', 'nonsense', '010.1.2.3']));
  maybe('tokenAgeSeconds', pick([0, 60, 61, -60, -61, 3600]));
  maybe('authenticationAgeSeconds', pick([0, 30, 900, 900.5, -61]));
  maybe('mfa', chance(0.5));
  maybe('device', pick(['a', 'managed', 'x']));
  maybe('risk', pick([-1, 0, 9.9, 10, 50.2]));
  maybe('headers', Object.fromEntries(some([['x-one', 'a'], ['X-ONE', 'b'], ['x-two', 'c']])));
  const subject = chance(0.8) ? { provider: pick(['login', 'other', 'nobody']), claims: {
    ...Object.fromEntries(some(['groups', 'amr', 'scope', 'nested', 'sub', 'device', 'strong', 'auth_time']).map((name) => [name, said()])),
    ...(chance(0.9) ? { exp: at + pick([300, 0, -59, -60]) } : {}), ...(chance(0.3) ? { nbf: at + pick([0, 60, 61]) } : {}), ...(chance(0.5) ? { iat: pick<unknown>([at, at - 60, at - 61, 'x']) } : {}),
    ...(chance(0.4) ? { iss: pick(['https://one.example', 'https://two.example', ['https://one.example']]) } : {}), ...(chance(0.4) ? { aud: pick<unknown>(['web', 'app', ['shop', 'x'], [], 7]) } : {}),
  } } : undefined;
  return { throughExposure: chance(0.7), ...(subject === undefined ? {} : { subject }), to: { kind: 'operation', api: 'api', operation: 'read' }, context: context as unknown as Context };
}

/** One operation, offered to `anyone` under one condition: `decide` then answers whether that holds. */
export const policyOf = (condition: Condition, providers: readonly IdentityProvider[]): Policy => ({
  version: 1, name: 'one', segments: [], workloads: [], identityProviders: providers, people: [], partners: [], asks: [], never: [], holes: [],
  apis: [{
    name: 'api', servedBy: { kind: 'workload', workload: 'server', port: 80 }, exposedAt: { kind: 'gateway', gateway: 'edge', host: 'api.example' },
    operations: [{ name: 'read', kind: 'http', method: 'GET', path: '/' }], offers: [{ operation: 'read', to: [{ kind: 'anyone' }], when: [condition] }],
  }],
});
