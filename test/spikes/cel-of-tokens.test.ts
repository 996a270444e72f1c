import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWithEngines } from '../engines/engine.ts';
import type { ServedGateway } from '../engines/envoy/serve-gateway.ts';
import { tokenIssuer, type Claims, type TokenIssuer } from '../engines/envoy/tokens.ts';
import { serveCel } from './cel-gateway.ts';

// The metadata key is the provider's name in the SecurityPolicy, untouched.
const claims = "metadata.filter_metadata['envoy.filters.http.jwt_authn']['idp']";
const claim = (name: string): string => `${claims}['${name}']`;

/** What a compiler may emit: a number, not in the future beyond the skew, not older than the limit. */
const younger = (name: string, seconds: number): string =>
  `type(${claim(name)}) == double && timestamp(int(${claim(name)})) <= request.time + duration('60s') && ` +
  `request.time - timestamp(int(${claim(name)})) < duration('${seconds}s')`;

/** The skew is jwt_authn's own. */
const expiryAhead = `type(${claim('exp')}) == double && request.time < timestamp(int(${claim('exp')})) + duration('60s')`;

/** Without the guards: what the obvious text does. */
const careless = `request.time - timestamp(int(${claim('auth_time')})) < duration('900s')`;

const now = (): number => Math.floor(Date.now() / 1000);
const inZone = (zone: string, date = new Date()): { day: number; minutes: number } => {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(date);
  const of = (type: string): string => parts.find((part) => part.type === type)?.value ?? '';
  return { day: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].indexOf(of('weekday')), minutes: Number(of('hour')) * 60 + Number(of('minute')) };
};
const minutesOf = (zone: string): string => `request.time.getHours('${zone}') * 60 + request.time.getMinutes('${zone}')`;
/** Now, and the next minute, in case it turns while the test runs. */
const minuteIs = (zone: string): string => `${minutesOf(zone)} in [${inZone(zone).minutes}, ${(inZone(zone).minutes + 1) % 1440}]`;
const dayIs = (zone: string): string => `request.time.getDayOfWeek('${zone}') in [${inZone(zone).day}, ${inZone(zone, new Date(Date.now() + 60_000)).day}]`;

describeWithEngines(['envoy', 'egxlate'], "a token's claims in the CEL of a SecurityPolicy", () => {
  let issuer: TokenIssuer;
  let gateway: ServedGateway;
  const expressions = {
    'auth-age': younger('auth_time', 900),
    'token-age': younger('iat', 900),
    'has-exp': `has(${claims}.exp)`,
    'exp-ahead': expiryAhead,
    careless,
    'minute-berlin': minuteIs('Europe/Berlin'),
    'minute-tokyo': minuteIs('Asia/Tokyo'),
    'minute-kathmandu': minuteIs('Asia/Kathmandu'),
    'day-berlin': dayIs('Europe/Berlin'),
    'day-auckland': dayIs('Pacific/Auckland'),
    'other-minute': `!(${minuteIs('Europe/Berlin')})`,
    'offset-zone': minuteIs('UTC').replaceAll("'UTC'", "'+00:00'"),
    'no-zone-is-utc': minuteIs('UTC').replaceAll("('UTC')", '()'),
    'unknown-zone': `request.time.getHours('Mars/Olympus') >= 0`,
    'list-has': `'mfa' in ${claims}.amr`,
    'regex': `request.path.matches('^/reg')`,
  };
  beforeAll(async () => {
    issuer = await tokenIssuer({ issuer: 'https://login.example.com' });
    gateway = await serveCel(issuer, expressions);
  }, 90_000);
  afterAll(async () => gateway?.stop());

  async function statusOf(route: keyof typeof expressions, given: Claims): Promise<number> {
    const token = await issuer.sign({ aud: 'shop', amr: ['pwd', 'mfa'], ...given });
    const answer = await gateway.request({ port: 80, tls: false, host: 'shop.example.com', path: `/${route}`, headers: { authorization: `Bearer ${token}` } });
    expect(answer.status === 200).toBe(answer.arrived !== undefined);
    return answer.status;
  }

  const times: readonly [string, () => unknown, number][] = [
    ['a minute ago', () => now() - 60, 200],
    ['a minute ago, as a fraction', () => now() - 60.5, 200],
    ['half a minute ahead, within the skew', () => now() + 30, 200],
    ['an hour ago', () => now() - 3600, 403],
    ['an hour ahead', () => now() + 3600, 403],
    ['absent', () => undefined, 403],
    ['a string', () => String(now() - 60), 403],
    ['null', () => null, 403],
    ['true', () => true, 403],
    ['a list', () => [now() - 60], 403],
    ['beyond any calendar', () => 1e300, 403],
  ];
  it.each(times)('an authentication %s', async (_, time, status) => expect(await statusOf('auth-age', { auth_time: time() })).toBe(status));
  it.each(times.filter(([name]) => !['absent', 'null', 'a string', 'true', 'a list', 'beyond any calendar'].includes(name)))(
    'a token issued %s',
    async (_, time, status) => expect(await statusOf('token-age', { iat: time() })).toBe(status),
  );

  it('without guards takes a string for a number, and the far future for fresh', async () => {
    expect(await statusOf('careless', { auth_time: String(now() - 60) })).toBe(200);
    expect(await statusOf('careless', { auth_time: now() + 100_000 })).toBe(200);
    expect(await statusOf('careless', {})).toBe(403);
  });

  it.each<[string, Claims, { has: number; ahead: number }]>([
    ['five minutes ahead', {}, { has: 200, ahead: 200 }],
    ['absent', { exp: undefined }, { has: 403, ahead: 403 }],
    // jwt_authn takes a zero for "no expiry": presence alone proves nothing.
    ['zero', { exp: 0 }, { has: 200, ahead: 403 }],
  ])('`exp` %s', async (_, given, { has, ahead }) => {
    expect(await statusOf('has-exp', given)).toBe(has);
    expect(await statusOf('exp-ahead', given)).toBe(ahead);
  });

  it.each([undefined, 0])('a token with `exp` %s passes jwt_authn: nothing but CEL asks for an end', async (exp) =>
    expect(await statusOf('list-has', { exp })).toBe(200));

  it.each(['string', null, true, -1, 1.5])('`exp` of %s never reaches CEL', async (exp) => expect(await statusOf('list-has', { exp })).toBe(401));

  it.each(['minute-berlin', 'minute-tokyo', 'minute-kathmandu', 'day-berlin', 'day-auckland', 'offset-zone', 'no-zone-is-utc', 'list-has', 'regex'] as const)(
    '%s is true',
    async (route) => expect(await statusOf(route, {})).toBe(200),
  );
  it('another minute of the day is outside a window', async () => expect(await statusOf('other-minute', {})).toBe(403));
  it('a zone that the machine has not is an error, and so no match', async () => expect(await statusOf('unknown-zone', {})).toBe(403));
});

describeWithEngines(['envoy', 'egxlate'], 'CEL that Envoy Gateway accepts and Envoy does not', () => {
  describe.each([
    ['conversion to text', `string(${claim('auth_time')}) != ''`, 'No overload found in reference resolve step for string'],
    ['comprehensions', `${claims}.roles.exists(r, r == 'admin')`, 'Comprehension support is disabled'],
    ['string functions', `request.method.lowerAscii() == 'get'`, 'No overload found in reference resolve step for lowerAscii'],
  ])('%s', (_, expression, complaint) => {
    it('the policy is accepted, the whole configuration refused', async () => {
      const issuer = await tokenIssuer({ issuer: 'https://login.example.com' });
      await expect(serveCel(issuer, { route: expression })).rejects.toThrow(`Envoy did not start`);
      await expect(serveCel(issuer, { route: expression })).rejects.toThrow(complaint);
    });
  });

  it('optional chaining is refused by Envoy Gateway itself', async () => {
    const issuer = await tokenIssuer({ issuer: 'https://login.example.com' });
    await expect(serveCel(issuer, { route: `${claims}.?auth_time.hasValue()` })).rejects.toThrow('invalid CEL expression');
  });
});
