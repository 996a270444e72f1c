import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Api, Condition, IdentityProvider, Policy } from '#ir';
import { describeWithEngines } from '../../engines/engine.ts';
import { anyone, behindGateway, estate, exposed, http, people, shoppers, staff, support, type Offers } from './estate.ts';
import { realGateway, type RealGateway, type Shown } from './real-gateway.ts';

const seconds = (ago: number): number => Math.floor(Date.now() / 1000) - ago;
const kiosk: IdentityProvider = { name: 'kiosk', issuer: 'kiosk@example.com', audiences: ['kiosk'], jwksUri: 'https://kiosk.example.com/keys', asserts: { mfa: { claim: 'https://kiosk.example.com/strong' } } };
const claim = (name: string, ...anyOf: readonly string[]): Condition => ({ kind: 'claim', claim: name, anyOf });

/** Now and an hour on, and an hour of another day, in a zone far from UTC. */
const local = (timeZone: string, plus = 0) => {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(Date.now() + plus);
  const of = (type: string): string => parts.find((part) => part.type === type)!.value;
  return { day: of('weekday').toLowerCase() as Extract<Condition, { kind: 'during' }>['days'][number], time: `${of('hour')}:${of('minute')}` };
};
const week = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const zone = 'Pacific/Chatham';
const window = (days: readonly (typeof week)[number][], start: string, end: string): Condition => ({ kind: 'during', days, start, end, timeZone: zone });
const others = week.filter((day) => day !== local(zone).day && day !== local(zone, 3_600_000).day);

/** One operation for each: who may use it, on which condition. */
const conditions: Readonly<Record<string, Condition>> = {
  claim: claim('groups', 'support', 'leads'), nested: claim('realm_access.roles', 'admin'), 'url-named': claim('https://example.com/roles.x', 'admin'), scope: claim('scope', 'orders.read'), quoted: claim('title', 'it\'s "a" \\ b', 'é', 'tab\there'),
  many: claim('groups', ...Array.from({ length: 120 }, (_, index) => `group-${index}`)),
  factor: { kind: 'mfa' }, 'factor-within': { kind: 'mfa', within: 900 }, within: { kind: 'authenticatedWithin', seconds: 900 }, age: { kind: 'maxTokenAge', seconds: 600 }, device: { kind: 'device', anyOf: ['managed', 'compliant'] },
  from: { kind: 'from', cidrs: ['127.0.0.2/32', '127.0.1.0/24'] }, 'from-nowhere': { kind: 'all', of: [{ kind: 'from', cidrs: ['127.0.0.0/30'] }, { kind: 'from', cidrs: ['10.0.0.0/8'] }] },
  both: { kind: 'all', of: [{ kind: 'from', cidrs: ['127.0.0.0/30'] }, { kind: 'from', cidrs: ['127.0.0.2/31'] }, claim('groups', 'support')] },
  either: { kind: 'any', of: [{ kind: 'from', cidrs: ['127.0.0.2/32'] }, { kind: 'all', of: [claim('groups', 'leads'), { kind: 'mfa' }] }, claim('vip', 'yes')] },
  open: window([local(zone).day, local(zone, 3_600_000).day], '00:00', '24:00'), shut: window(others, '00:00', '24:00'), 'ended-already': window([local(zone).day], '00:00', local(zone).time),
};
const names = Object.keys(conditions);
const offers: Offers = Object.fromEntries(names.map((name) => [name, [[[people('support')], conditions[name]!]]]));
const free = ['from', 'open', 'shut'] as const;
const policy: Policy = estate(['orders', 'web', 'carts'], [
  exposed('orders', 'api.example.com', names.map((name) => http(name, 'GET', `/${name}`)), offers),
  exposed('web', 'shop.example.com', free.map((name) => http(name, 'GET', `/${name}`)), Object.fromEntries(free.map((name) => [name, [[[anyone], conditions[name]!]]]))),
  exposed('carts', 'kiosk.example.com', [http('factor', 'GET', '/factor'), http('either', 'POST', '/factor')], { factor: [[[people('kiosks')], { kind: 'mfa' }]], either: [[[people('kiosks')], { kind: 'mfa' }], [[people('support')]]] }),
], { identityProviders: [staff, kiosk], people: [{ name: 'support', via: 'staff' }, { name: 'kiosks', via: 'kiosk' }] });

const staffed = (claims: Readonly<Record<string, unknown>>): Shown => ({ token: { provider: 'staff', claims: { aud: 'retail', ...claims } } });
const atKiosk = (strong: unknown): Shown => ({ token: { provider: 'kiosk', claims: { aud: 'kiosk', ...(strong === undefined ? {} : { 'https://kiosk.example.com/strong': strong }) } } });

/** Values of every type where a text is looked for. */
const odd: readonly unknown[] = ['support', 'leads', 'Support', 'support leads', ['leads'], ['x', 'support'], [['support']], [], '', 1, true, null, { support: true }, undefined, 'group-0', 'group-119', ['a', 'group-77'], 'group-120'];
const tokens: readonly (readonly [string, () => Shown])[] = [
  ['nothing', () => ({})],
  ...odd.map((groups) => [`groups ${JSON.stringify(groups)}`, () => staffed({ groups })] as const),
  ['a nested role', () => staffed({ realm_access: { roles: ['admin'] } })], ['a nested text', () => staffed({ realm_access: { roles: 'admin' } })], ['a dotted name', () => staffed({ 'realm_access.roles': ['admin'] })], ['a role where an object is', () => staffed({ realm_access: ['roles', 'admin'] })],
  ['a role under a URL', () => staffed({ 'https://example.com/roles.x': ['admin'] })], ['a role under a part of a URL', () => staffed({ 'https://example': { 'com/roles': { x: 'admin' } } })],
  ['a scope', () => staffed({ scope: 'a orders.read b' })], ['a scope alone', () => staffed({ scope: 'orders.read' })], ['a scope in a list', () => staffed({ scope: ['orders.read'] })], ['a scope in a list with spaces', () => staffed({ scope: ['orders.read a'] })], ['a longer scope', () => staffed({ scope: 'orders.read.all' })], ['a scope in scp', () => staffed({ scp: 'orders.read' })],
  ['a quoted title', () => staffed({ title: 'it\'s "a" \\ b' })], ['a title beyond ASCII', () => staffed({ title: ['é'] })], ['a title with a tab', () => staffed({ title: 'tab\there' })],
  ['a factor now', () => staffed({ amr: ['mfa'], auth_time: seconds(5) })], ['a factor long ago', () => staffed({ amr: 'hwk', auth_time: seconds(1000) })], ['a factor soon', () => staffed({ amr: ['mfa'], auth_time: seconds(-30) })], ['a factor tomorrow', () => staffed({ amr: ['mfa'], auth_time: seconds(-3600) })],
  ['no factor now', () => staffed({ amr: ['pwd'], auth_time: seconds(5) })], ['a factor at no time', () => staffed({ amr: ['mfa'] })], ['a factor at a time that is a text', () => staffed({ amr: ['mfa'], auth_time: String(seconds(5)) })], ['a factor at a time that is nothing', () => staffed({ amr: ['mfa'], auth_time: null })],
  ['an old token', () => staffed({ iat: seconds(700) })], ['a token of no time', () => staffed({ iat: undefined })], ['a managed device', () => staffed({ device_trust: 'managed' })], ['a device among others', () => staffed({ device_trust: ['x', 'compliant'] })], ['another device', () => staffed({ device_trust: 'rooted' })],
  ['a very important person', () => staffed({ vip: 'yes' })], ['a lead with a factor', () => staffed({ groups: ['leads'], amr: ['mfa'] })], ['a kiosk', () => atKiosk(true)],
];
/** Which of them say something about a condition; of the others, one in seven. */
const about: Readonly<Record<string, RegExp>> = {
  claim: /groups/, nested: /nested|dotted|role where/, 'url-named': /URL/, scope: /scope/, quoted: /title/, many: /groups/, factor: /factor/, 'factor-within': /factor/, within: /factor/, age: /token/, device: /device/,
  both: /groups/, either: /groups|person|lead with/,
};
const tried = (name: string) => tokens.filter(([who], index) => who === 'nothing' || who === 'a kiosk' || about[name]?.test(who) === true || index % 7 === 0);

const api = (name: string): Api => policy.apis.find((one) => one.name === name)!;

describeWithEngines(['envoy', 'egxlate'], 'conditions, in a real Envoy', () => {
  let real: RealGateway;
  beforeAll(async () => void (real = await realGateway(policy, behindGateway())), 90_000);
  afterAll(async () => real?.stop());
  const agrees = async (name: string, host: string, method: string, path: string, who: Shown, from: string): Promise<'allow' | 'deny'> => {
    const wire = { ...who, host, method, path, from };
    const meant = real.meant(api(name), wire);
    expect({ envoy: (await real.ask(wire)).at === undefined ? 'deny' : 'allow', read: real.read(api(name), wire) }, JSON.stringify(wire)).toEqual({ envoy: meant, read: meant });
    return meant;
  };

  it('are accepted without a complaint', () => expect(real.served.translation.problems).toEqual([]));
  const met = new Set<string>(), unmet = new Set<string>();
  describe.each(names)('%s', (name) => {
    it.each(tried(name))('and %s', async (_, who) => {
      for (const from of name.includes('from') || name === 'both' || name === 'either' ? ['127.0.0.1', '127.0.0.2', '127.0.1.9'] : ['127.0.0.1']) {
        (await agrees('orders', 'api.example.com', 'GET', `/${name}`, who(), from) === 'allow' ? met : unmet).add(name);
      }
    });
  });
  it('were each met and unmet, but for those that never can be', () => {
    expect([...names].filter((name) => !met.has(name))).toEqual(['from-nowhere', 'shut', 'ended-already']);
    expect([...names].filter((name) => !unmet.has(name))).toEqual([]);
  });
  it.each(free)('%s, for anyone', async (name) => {
    for (const who of [{}, staffed({})]) for (const from of ['127.0.0.1', '127.0.0.2', '127.0.1.255', '127.0.2.1']) await agrees('web', 'shop.example.com', 'GET', `/${name}`, who, from);
  });
  it.each([true, false, 'true', 1, [true], undefined])('a factor that is said by a plain %s', async (strong) => {
    for (const method of ['GET', 'POST']) await agrees('carts', 'kiosk.example.com', method, '/factor', atKiosk(strong), '127.0.0.1');
  });
  it('a provider\'s token is no other\'s', async () => {
    for (const method of ['GET', 'POST']) await agrees('carts', 'kiosk.example.com', method, '/factor', staffed({ 'https://kiosk.example.com/strong': true }), '127.0.0.1');
  });
});

describeWithEngines(['envoy', 'egxlate'], 'a client\'s address, in a real Envoy', () => {
  const narrow: Policy = estate(['web'], [exposed('web', 'shop.example.com', [http('home', 'GET', '/')], { home: [[[anyone], { kind: 'from', cidrs: ['198.51.100.0/24', '2001:db8:1::/48'] }]] })], { people: [shoppers, support] });
  describe.each<[number, readonly (readonly [string, number])[]]>([
    [1, [['198.51.100.7', 200], ['203.0.113.7', 403], ['198.51.100.7, 203.0.113.7', 403], ['203.0.113.7, 198.51.100.7', 200], ['2001:db8:1::9', 200], ['2001:db8:2::9', 403], ['nonsense', 403], ['', 403]]],
    [2, [['198.51.100.7, 10.0.0.1', 200], ['203.0.113.7, 198.51.100.7, 10.0.0.1', 200], ['198.51.100.7, 203.0.113.7, 10.0.0.1', 403], ['198.51.100.7', 403], ['', 403]]],
  ])('with %i trusted hops', (trustedHops, cases) => {
    let real: RealGateway;
    beforeAll(async () => void (real = await realGateway(narrow, behindGateway({ clientAddress: { kind: 'xForwardedFor', trustedHops } }))), 90_000);
    afterAll(async () => real?.stop());
    it.each(cases)('`X-Forwarded-For: %s` is %i', async (forwarded, status) =>
      expect((await real.ask({ host: 'shop.example.com', path: '/', headers: forwarded === '' ? {} : { 'x-forwarded-for': forwarded } })).status).toBe(status));
  });
});

describeWithEngines(['envoy', 'egxlate'], 'a token whose times are no numbers from zero on, in a real Envoy', () => {
  let real: RealGateway;
  beforeAll(async () => void (real = await realGateway(policy, behindGateway())), 90_000);
  afterAll(async () => real?.stop());
  it.each(['exp', 'nbf', 'iat'])('%s: it is refused, whatever is asked of it', async (name) => {
    for (const value of ['1', null, true, -1, [1]]) {
      const wire = { ...staffed({ groups: ['support'], [name]: value }), host: 'api.example.com', path: '/claim' };
      expect([(await real.ask(wire)).status, real.read(api('orders'), wire)], JSON.stringify(value)).toEqual([401, 'deny']);
    }
  });
  it.each([['exp', -300.5], ['nbf', 300.5], ['iat', 0.5]] as const)('%s of a fraction is a time like any other', async (name, ago) => {
    const wire = { ...staffed({ groups: ['support'], [name]: seconds(0) - ago }), host: 'api.example.com', path: '/claim' };
    expect([(await real.ask(wire)).status, real.read(api('orders'), wire)]).toEqual([200, 'allow']);
  });
});
