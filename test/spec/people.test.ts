import { describe, expect, it } from 'vitest';
import type { Condition, Policy } from '#ir';
import { decide, type Context, type Decision, type Request } from '#spec';
import { desk, offer, people, tickets } from './desk.ts';

const now = '2027-01-31T12:00:00Z', seconds = Date.parse(now) / 1000;
const good = { exp: seconds + 300, iat: seconds - 60, auth_time: seconds - 120, amr: ['pwd', 'mfa'], groups: ['support-leads'] };

interface Asked { readonly claims?: object | null; readonly provider?: string; readonly peer?: string; readonly partner?: string; readonly inside?: true; readonly context?: Partial<Context>; readonly policy?: Policy }
function ask(to: string, { claims = good, context = {}, inside, partner, peer, policy = desk, provider = 'login' }: Asked = {}): Decision {
  const [api, operation] = to.split('.') as [string, string];
  return decide(policy, {
    throughExposure: peer === undefined && inside === undefined, to: { kind: 'operation', api, operation }, context: { time: now, ...context },
    ...(claims === null ? {} : { subject: { provider, claims: claims as Request['subject'] & object } }),
    ...(peer === undefined ? {} : { peer: { kind: 'workload', name: peer } as const }), ...(partner === undefined ? {} : { client: { partner } }),
  });
}
const without = (...names: string[]): object => Object.fromEntries(Object.entries(good).filter(([name]) => !names.includes(name)));

describe('a token', () => {
  it.each([
    ['is good', {}, 'allow'], ['has no exp', { claims: without('exp') }, 'deny'], ['has an exp that is no number', { claims: { ...good, exp: '9999999999' } }, 'deny'],
    ['ended a minute ago less a second', { claims: { ...good, exp: seconds - 59 } }, 'allow'], ['ended a minute ago', { claims: { ...good, exp: seconds - 60 } }, 'deny'],
    ['begins in a minute', { claims: { ...good, nbf: seconds + 60 } }, 'allow'], ['begins in more than a minute', { claims: { ...good, nbf: seconds + 61 } }, 'deny'], ['has an nbf that is no number', { claims: { ...good, nbf: 'now' } }, 'deny'],
    ['was issued at a time that is no number', { claims: { ...good, iat: 'now' } }, 'deny'], ['is for this audience', { claims: { ...good, aud: 'desk' } }, 'allow'], ['is for this audience among others', { claims: { ...good, aud: ['x', 'desk'] } }, 'allow'], ['is for another audience', { claims: { ...good, aud: ['x'] } }, 'deny'], ['is for nobody', { claims: { ...good, aud: [] } }, 'deny'],
    ['names another issuer', { claims: { ...good, iss: 'https://evil.example' } }, 'deny'], ['is another provider\'s', { provider: 'shop' }, 'deny'], ['is a provider\'s that nobody knows', { provider: 'nobody' }, 'deny'], ['is not there', { claims: null }, 'deny'],
    ['comes at no time', { context: { time: 'noon' } }, 'deny'],
  ] as const satisfies readonly (readonly [string, Asked, string])[])('that %s: %s', (_, asked, decision) => { expect(ask('tickets.read', asked).decision).toBe(decision); });

  it('of somebody outside the group lacks the identity', () => {
    expect(ask('tickets.list', { claims: { ...good, groups: ['interns'] } })).toEqual({ decision: 'deny', because: [{ missing: 'identity', nearest: 'leads → tickets.list' }] });
    for (const groups of [undefined, 7, [7], { 'support-leads': true }, 'support-leads,x']) expect(ask('tickets.list', { claims: { ...good, groups } }).decision).toBe('deny');
    expect(ask('tickets.list', { claims: { ...good, groups: 'support-leads' } }).decision).toBe('allow');
  });
  it('is of no use inside the cluster, where only exposures are for people', () => {
    expect(ask('tickets.read', { inside: true }).decision).toBe('deny');
    expect(ask('tickets.read', { peer: 'ui' }).decision).toBe('deny');
  });
});

describe('mfa within fifteen minutes', () => {
  it.each([
    ['a factor and a fresh log-in', good, {}, 'allow'], ['a hardware key', { ...good, amr: 'hwk' }, {}, 'allow'], ['only a password', { ...good, amr: ['pwd'] }, {}, 'deny'], ['no word of factors', without('amr'), {}, 'deny'],
    ['a log-in fifteen minutes ago', { ...good, auth_time: seconds - 900 }, {}, 'allow'], ['a log-in before that', { ...good, auth_time: seconds - 901 }, {}, 'deny'], ['a log-in that is text', { ...good, auth_time: String(seconds) }, {}, 'deny'], ['no word of the log-in', without('auth_time'), {}, 'deny'],
    ['a log-in within the skew of clocks', { ...good, auth_time: seconds + 60 }, {}, 'allow'], ['a log-in in the future', { ...good, auth_time: seconds + 61 }, {}, 'deny'],
    ['a context that states both', without('amr', 'auth_time'), { mfa: true, authenticationAgeSeconds: 10 }, 'allow'], ['a context that denies the factor', good, { mfa: false }, 'deny'], ['a context that states an old log-in', good, { authenticationAgeSeconds: 901 }, 'deny'],
  ] as const)('with %s: %s', (_, claims, context, decision) => { expect(ask('tickets.list', { claims, context }).decision).toBe(decision); });
  it('is named where it is what is missing', () => {
    expect(ask('tickets.list', { claims: { ...good, amr: ['pwd'] } }).because).toEqual([{ missing: 'condition', nearest: 'leads → tickets.list', condition: 'mfa within 15m' }]);
  });
});

describe('every condition', () => {
  const holds = (condition: Condition, asked: Asked = {}): string => {
    const policy: Policy = { ...desk, apis: [{ ...tickets, offers: [offer('read', [people('staff')], [condition])] }, ...desk.apis.slice(1)] };
    return ask('tickets.read', { ...asked, policy }).decision;
  };
  const during = { kind: 'during', days: ['sun'], start: '08:00', end: '18:00', timeZone: 'Europe/Vienna' } as const; // 31 January 2027 is a Sunday; Vienna is an hour ahead
  it.each<readonly [string, Condition, Asked, string]>([
    ['a claim in a list', { kind: 'claim', claim: 'groups', anyOf: ['x', 'support-leads'] }, {}, 'allow'], ['a claim of another value', { kind: 'claim', claim: 'groups', anyOf: ['x'] }, {}, 'deny'],
    ['a nested claim', { kind: 'claim', claim: 'realm.roles', anyOf: ['r'] }, { claims: { ...good, realm: { roles: ['r'] } } }, 'allow'], ['a nested claim written flat', { kind: 'claim', claim: 'realm.roles', anyOf: ['r'] }, { claims: { ...good, 'realm.roles': ['r'] } }, 'deny'],
    ['a claim inside a list', { kind: 'claim', claim: 'groups.0', anyOf: ['support-leads'] }, {}, 'deny'],
    ['a claim whose name is a URI', { kind: 'claim', claim: 'https://example.com/roles', anyOf: ['r'] }, { claims: { ...good, 'https://example.com/roles': 'r' } }, 'allow'],
    ['a scope among several', { kind: 'claim', claim: 'scope', anyOf: ['read'] }, { claims: { ...good, scope: 'write read' } }, 'allow'], ['a part of a scope', { kind: 'claim', claim: 'scope', anyOf: ['read'] }, { claims: { ...good, scope: 'read:all' } }, 'deny'],
    ['a text with spaces that is no scope', { kind: 'claim', claim: 'permission', anyOf: ['read'] }, { claims: { ...good, permission: 'write read' } }, 'deny'],
    ['a claim of no token', { kind: 'claim', claim: 'toString', anyOf: ['x'] }, {}, 'deny'],
    ['authentication in time', { kind: 'authenticatedWithin', seconds: 120 }, {}, 'allow'], ['authentication too long ago', { kind: 'authenticatedWithin', seconds: 119 }, {}, 'deny'],
    ['a young token', { kind: 'maxTokenAge', seconds: 60 }, {}, 'allow'], ['an old token', { kind: 'maxTokenAge', seconds: 59 }, {}, 'deny'], ['a token of no age', { kind: 'maxTokenAge', seconds: 60 }, { claims: without('iat') }, 'deny'], ['a stated age', { kind: 'maxTokenAge', seconds: 60 }, { context: { tokenAgeSeconds: 61 } }, 'deny'],
    ['a device', { kind: 'device', anyOf: ['managed'] }, { claims: { ...good, device: { trust: 'managed' } } }, 'allow'], ['another device', { kind: 'device', anyOf: ['managed'] }, { claims: { ...good, device: { trust: 'byod' } } }, 'deny'], ['a stated device', { kind: 'device', anyOf: ['managed'] }, { context: { device: 'managed' } }, 'allow'], ['no device', { kind: 'device', anyOf: ['managed'] }, {}, 'deny'],
    ['an address inside', { kind: 'from', cidrs: ['198.51.100.0/24'] }, { context: { sourceAddress: '198.51.100.255' } }, 'allow'], ['an address outside', { kind: 'from', cidrs: ['198.51.100.0/24'] }, { context: { sourceAddress: '198.51.101.0' } }, 'deny'], ['an address of the other family', { kind: 'from', cidrs: ['::/0'] }, { context: { sourceAddress: '198.51.100.1' } }, 'deny'],
    ['an IPv6 address inside', { kind: 'from', cidrs: ['2001:db8:7::/48'] }, { context: { sourceAddress: '2001:db8:7:ffff::1' } }, 'allow'], ['an IPv6 address outside', { kind: 'from', cidrs: ['2001:db8:7::/48'] }, { context: { sourceAddress: '2001:db8:8::1' } }, 'deny'], ['no address', { kind: 'from', cidrs: ['0.0.0.0/0'] }, {}, 'deny'], ['an address with leading zeros, which some read as octal', { kind: 'from', cidrs: ['0.0.0.0/0'] }, { context: { sourceAddress: '203.0.113.009' } }, 'deny'], ['no address that can be read', { kind: 'from', cidrs: ['0.0.0.0/0'] }, { context: { sourceAddress: '1.2.3' } }, 'deny'],
    ['inside the window', during, {}, 'allow'], ['at its beginning', during, { context: { time: '2027-01-31T07:00:00Z' } }, 'allow'], ['before it', during, { context: { time: '2027-01-31T06:59:59Z' } }, 'deny'],
    ['the minute before its end', during, { claims: { ...good, exp: seconds + 99_999 }, context: { time: '2027-01-31T16:59:59Z' } }, 'allow'], ['at its end', during, { claims: { ...good, exp: seconds + 99_999 }, context: { time: '2027-01-31T17:00:00Z' } }, 'deny'], ['on another day', { ...during, days: ['mon'] }, {}, 'deny'],
    ['until midnight', { ...during, end: '24:00' }, { claims: { ...good, exp: seconds + 99_999 }, context: { time: '2027-01-31T22:59:00Z' } }, 'allow'],
    ['a low risk', { kind: 'risk', below: 5 }, { context: { risk: 4.9 } }, 'allow'], ['a risk at the bound', { kind: 'risk', below: 5 }, { context: { risk: 5 } }, 'deny'], ['no risk known', { kind: 'risk', below: 5 }, {}, 'deny'],
    ['a header of the gateway', { kind: 'header', name: 'X-Tier', anyOf: ['gold'], trustedHop: 'edge' }, { context: { headers: { 'x-tier': 'gold' } } }, 'allow'], ['a header of another hop', { kind: 'header', name: 'x-tier', anyOf: ['gold'], trustedHop: 'ui' }, { context: { headers: { 'x-tier': 'gold' } } }, 'deny'], ['another value of a header', { kind: 'header', name: 'x-tier', anyOf: ['gold'], trustedHop: 'edge' }, { context: { headers: { 'x-tier': 'tin' } } }, 'deny'],
    ['all of what holds', { kind: 'all', of: [{ kind: 'mfa' }, { kind: 'maxTokenAge', seconds: 60 }] }, {}, 'allow'], ['all with one that does not', { kind: 'all', of: [{ kind: 'mfa' }, { kind: 'maxTokenAge', seconds: 1 }] }, {}, 'deny'],
    ['any with one that holds', { kind: 'any', of: [{ kind: 'risk', below: 1 }, { kind: 'mfa' }] }, {}, 'allow'], ['any of none', { kind: 'any', of: [] }, {}, 'deny'],
  ])('%s: %s', (_, condition, asked, decision) => { expect(holds(condition, asked)).toBe(decision); });

  it('maps a boolean factor where no values are named', () => {
    const boolean: Policy = { ...desk, identityProviders: desk.identityProviders.map((one) => ({ ...one, asserts: { mfa: { claim: 'strong' } } })), apis: [{ ...tickets, offers: [offer('read', [people('staff')], [{ kind: 'mfa' }])] }] };
    for (const [strong, decision] of [[true, 'allow'], [false, 'deny'], ['true', 'deny'], [1, 'deny'], [undefined, 'deny']] as const) expect(ask('tickets.read', { policy: boolean, claims: { ...good, strong } }).decision).toBe(decision);
  });
});

describe('a workload that acts for people', () => {
  const shopper = { provider: 'shop', claims: { exp: seconds + 10 } };
  it.each<readonly [string, Asked, string]>([
    ['with the token of one of them', { peer: 'ui', ...shopper }, 'allow'], ['without one', { peer: 'ui', claims: null }, 'deny'], ['with one of somebody else\'s', { peer: 'ui' }, 'deny'],
    ['and another workload with the token', { peer: 'catalog', ...shopper }, 'deny'], ['and the person alone, from outside', shopper, 'deny'],
  ])('%s: %s', (_, asked, decision) => { expect(ask('carts.read', asked).decision).toBe(decision); });
  it('lacks the identity where the token is not there', () => { expect(ask('carts.read', { peer: 'ui', claims: null }).because).toEqual([{ missing: 'identity', nearest: 'ui acting for shoppers → carts.read' }]); });
  it('is asked for what its segment asks of workloads and of people', () => {
    const segmented = (requires: { people?: Condition[]; workloads?: Condition[] }): Policy => ({
      ...desk, workloads: desk.workloads.map((one) => (one.name === 'carts' ? { ...one, segment: 'vault' } : one)),
      segments: [{ name: 'vault', holds: 'internal', managed: 'managed', alerts: [], requires: { people: [], workloads: [], partners: [], ...requires } }],
    });
    const old: Condition = { kind: 'maxTokenAge', seconds: 1 };
    expect(ask('carts.read', { peer: 'ui', ...shopper, context: { tokenAgeSeconds: 1 }, policy: segmented({ people: [old] }) }).decision).toBe('allow');
    expect(ask('carts.read', { peer: 'ui', ...shopper, context: { tokenAgeSeconds: 2 }, policy: segmented({ people: [old] }) }).decision).toBe('deny');
    expect(ask('carts.read', { peer: 'ui', ...shopper, policy: segmented({ workloads: [{ kind: 'from', cidrs: ['10.0.0.0/8'] }] }) }).decision).toBe('deny');
  });
});

describe('a partner', () => {
  it.each<readonly [string, Asked, string]>([
    ['with its certificate', { partner: 'acme', claims: null }, 'allow'], ['with a token beside it', { partner: 'acme' }, 'allow'], ['without one', { claims: null }, 'deny'],
    ['with another partner\'s', { partner: 'zorg', claims: null }, 'deny'], ['from inside the cluster', { partner: 'acme', claims: null, inside: true }, 'deny'], ['through a workload', { partner: 'acme', claims: null, peer: 'ui' }, 'deny'],
  ])('%s: %s', (_, asked, decision) => { expect(ask('catalog.list', asked).decision).toBe(decision); });
});

describe('an upgrade', () => {
  const wire = (path: string, upgrade?: 'websocket', method = 'GET'): string => decide(desk, {
    throughExposure: true, subject: { provider: 'login', claims: good }, context: { time: now }, to: { kind: 'http', api: 'tickets', method, path, ...(upgrade === undefined ? {} : { upgrade }) },
  }).decision;
  it('is granted where a websocket is declared, and only as one', () => {
    expect([wire('/feed', 'websocket'), wire('/feed'), wire('/tickets/7', 'websocket'), wire('/tickets/7'), wire('/feed', 'websocket', 'POST'), wire('/feed/', 'websocket')]).toEqual(['allow', 'deny', 'deny', 'allow', 'deny', 'deny']);
  });
});

describe('the scraper', () => {
  const scraper = { kind: 'builtin', name: 'metricsScraper' } as const;
  const at = (to: Request['to'], peer: Request['peer'] = scraper): Decision => decide(desk, { peer, throughExposure: false, to, context: { time: now } });
  it.each([
    ['its port', { kind: 'port', workload: 'tickets', port: 8080, protocol: 'TCP' }, 'allow'], ['its request', { kind: 'http', api: 'tickets', method: 'GET', path: '/metrics' }, 'allow'],
    ['another path', { kind: 'http', api: 'tickets', method: 'GET', path: '/tickets' }, 'deny'], ['another method', { kind: 'http', api: 'tickets', method: 'POST', path: '/metrics' }, 'deny'],
    ['a workload without metrics', { kind: 'port', workload: 'carts', port: 8080, protocol: 'TCP' }, 'deny'], ['another protocol', { kind: 'port', workload: 'tickets', port: 8080, protocol: 'UDP' }, 'deny'],
    ['an operation', { kind: 'operation', api: 'tickets', operation: 'list' }, 'deny'],
  ] as const)('at %s: %s', (_, to, decision) => { expect(at(to).decision).toBe(decision); });
  it('is not the node, nor a workload, and each gets its own path only', () => {
    expect(at({ kind: 'http', api: 'tickets', method: 'GET', path: '/healthz' }).decision).toBe('deny');
    expect(at({ kind: 'http', api: 'tickets', method: 'GET', path: '/healthz' }, { kind: 'builtin', name: 'nodeProbes' }).because).toEqual([{ grant: 'nodeProbes → tickets.readiness' }]);
    expect(at({ kind: 'http', api: 'tickets', method: 'GET', path: '/metrics' }, { kind: 'builtin', name: 'nodeProbes' }).decision).toBe('deny');
    expect(at({ kind: 'http', api: 'tickets', method: 'GET', path: '/metrics' }, { kind: 'workload', name: 'ui' }).decision).toBe('deny');
    expect(at({ kind: 'http', api: 'tickets', method: 'GET', path: '/metrics' }).because).toEqual([{ grant: 'metricsScraper → tickets.metrics' }]);
  });
});
