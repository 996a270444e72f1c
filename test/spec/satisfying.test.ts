import { describe, expect, it } from 'vitest';
import { grants, type Condition, type IdentityProvider, type IdentityRef, type Policy } from '#ir';
import { decide, satisfying, type Request } from '#spec';
import { shop } from './shop.ts';

const idp: IdentityProvider = {
  name: 'staff', issuer: 'https://login.example.com', audiences: ['retail', 'desk'], jwksUri: 'https://login.example.com/keys',
  asserts: { mfa: { claim: 'amr', anyOf: ['mfa', 'hwk'] }, authenticatedAt: { claim: 'session.started' }, device: { claim: 'https://example.com/device' } },
};
const plainIdp: IdentityProvider = { ...idp, name: 'plain', issuer: 'https://plain.example.com', asserts: { mfa: { claim: 'strong' } } };

/** The shop's `web.home`, offered under conditions to one who comes through a gateway, or to a workload. */
function offering(to: IdentityRef, when: readonly Condition[], more: { where?: Condition; via?: string; segment?: readonly Condition[]; until?: string } = {}): Policy {
  const serving = to.kind === 'workload' || to.kind === 'pods' ? 'orders' : 'web';
  const apis = shop.apis.filter(({ name }) => name === serving).map((api) => ({
    ...api,
    ...(serving === 'web' ? { exposedAt: { kind: 'gateway', gateway: 'edge', host: 'shop.example.com' } as const } : {}),
    offers: [{ operation: api.operations[0]!.name, to: [to], when, ...(more.until === undefined ? {} : { until: more.until }) }],
  }));
  const segments = more.segment === undefined ? [] : [{ name: 'inner', holds: 'internal', managed: 'managed', requires: { people: more.segment, workloads: more.segment, partners: more.segment }, alerts: [] } as const];
  return {
    ...shop, apis, segments, identityProviders: [idp, plainIdp],
    workloads: shop.workloads.map((workload) => (more.segment === undefined ? workload : { ...workload, segment: 'inner' })),
    people: [{ name: 'support', via: more.via ?? 'staff', ...(more.where === undefined ? {} : { where: more.where }) }], partners: [{ name: 'acme', certificate: { ca: 'acme', san: 'dns:acme.example' } }],
    asks: serving === 'web' ? [] : [{ from: to, to: { api: 'orders', operation: apis[0]!.operations[0]!.name } }],
  };
}
const of = (policy: Policy): Request | undefined => satisfying(policy, grants(policy)[0]!);

const support: IdentityRef = { kind: 'people', name: 'support' }, anyone: IdentityRef = { kind: 'anyone' };
type Case = readonly [name: string, to: IdentityRef, when: readonly Condition[], more?: Parameters<typeof offering>[2]];
const named = (cases: readonly Case[]) => cases.map(([name, to, when, more]) => ({ name, to, when, more }));
const groups = (...anyOf: string[]): Condition => ({ kind: 'claim', claim: 'groups', anyOf });
const nights: Condition = { kind: 'during', days: ['sat'], start: '23:30', end: '24:00', timeZone: 'Pacific/Kiritimati' };
const westernNights: Condition = { kind: 'during', days: ['sun'], start: '22:00', end: '22:05', timeZone: 'America/St_Johns' };

describe('a request that satisfies a grant', () => {
  it.each(named([
    ['anyone', anyone, []],
    ['people without conditions', support, []],
    ['people of a group', support, [], { where: groups('support-leads') }],
    ['a claim in a claim', support, [{ kind: 'claim', claim: 'realm_access.roles', anyOf: ['lead'] }]],
    ['a claim that is named as a URL', support, [{ kind: 'claim', claim: 'https://example.com/roles', anyOf: ['lead'] }]],
    ['a scope', support, [{ kind: 'claim', claim: 'scope', anyOf: ['orders:read'] }, { kind: 'claim', claim: 'scope', anyOf: ['desk'] }]],
    ['two claims of one name', support, [groups('a', 'b'), groups('c', 'b')], { where: groups('d') }],
    ['a claim that the token has anyhow', support, [{ kind: 'claim', claim: 'aud', anyOf: ['retail'] }, { kind: 'claim', claim: 'sub', anyOf: ['kim'] }]],
    ['a further audience', support, [{ kind: 'claim', claim: 'aud', anyOf: ['third'] }]],
    ['a second factor', support, [{ kind: 'mfa' }]],
    ['a second factor that is a plain true', support, [{ kind: 'mfa' }], { via: 'plain' }],
    ['a second factor of late', support, [{ kind: 'mfa', within: 900 }]],
    ['authentication of late and a young token', support, [{ kind: 'authenticatedWithin', seconds: 60 }, { kind: 'maxTokenAge', seconds: 30 }]],
    ['a device', support, [{ kind: 'device', anyOf: ['managed'] }]],
    ['a range within a range', support, [{ kind: 'from', cidrs: ['10.0.0.0/8', '2001:db8::/32'] }, { kind: 'from', cidrs: ['192.0.2.0/24', '10.9.8.0/30'] }]],
    ['one address', support, [{ kind: 'from', cidrs: ['192.0.2.77/32'] }]],
    ['a range of the newer kind', support, [{ kind: 'from', cidrs: ['fd00:0:0:7:1::/127'] }]],
    ['a window far to the east', support, [nights]],
    ['a window far to the west', support, [westernNights]],
    ['two windows that overlap', support, [nights, { kind: 'during', days: ['sat'], start: '09:31', end: '09:59', timeZone: 'UTC' }]],
    ['a header of the gateway', support, [{ kind: 'header', name: 'X-Tier', anyOf: ['red'], trustedHop: 'edge' }, { kind: 'header', name: 'x-tier', anyOf: ['gold', 'red'], trustedHop: 'edge' }]],
    ['a risk', support, [{ kind: 'risk', below: 3 }]],
    ['the second of two ways', support, [{ kind: 'any', of: [{ kind: 'all', of: [{ kind: 'claim', claim: 'sub', anyOf: ['kim'] }, { kind: 'claim', claim: 'sub.name', anyOf: ['x'] }] }, { kind: 'mfa' }] }]],
    ['ways in ways', support, [{ kind: 'any', of: [{ kind: 'risk', below: -1 }, { kind: 'any', of: [{ kind: 'from', cidrs: [] }, groups('x')] }] }, { kind: 'any', of: [{ kind: 'device', anyOf: [] }, { kind: 'maxTokenAge', seconds: 9 }] }]],
    ['what a segment asks of people', support, [], { segment: [{ kind: 'mfa', within: 60 }] }],
    ['what a segment asks of people, of anyone', anyone, [], { segment: [{ kind: 'mfa', within: 60 }] }],
    ['a partner', { kind: 'partner', name: 'acme' }, []],
    ['a partner from its network', { kind: 'partner', name: 'acme' }, [{ kind: 'from', cidrs: ['198.51.100.0/24'] }], { segment: [nights] }],
    ['a workload', { kind: 'workload', name: 'web' }, []],
    ['a workload that acts for people', { kind: 'workload', name: 'web', actingFor: 'support' }, [{ kind: 'mfa' }], { where: groups('x') }],
    ['a header of a workload', { kind: 'workload', name: 'web' }, [{ kind: 'header', name: 'x-shop', anyOf: ['1'], trustedHop: 'web' }]],
    ['pods', { kind: 'pods', namespace: '*', labels: { app: 'web' } }, []],
    ['a grant that ends', support, [nights], { until: '2000-01-08' }],
  ]))('is allowed: $name', ({ more, to, when }) => {
    const policy = offering(to, when, more), request = of(policy);
    expect(request).toBeDefined();
    expect(decide(policy, request!)).toEqual({ decision: 'allow', because: [{ grant: grants(policy)[0]!.ref }] });
  });

  it.each(named([
    ['ranges apart', support, [{ kind: 'from', cidrs: ['10.0.0.0/8'] }, { kind: 'from', cidrs: ['192.0.2.0/24'] }]],
    ['windows apart', support, [nights, { kind: 'during', days: ['mon'], start: '00:00', end: '24:00', timeZone: 'UTC' }]],
    ['a window after the end', support, [nights], { until: '2000-01-07' }],
    ['a claim that is two things', support, [{ kind: 'claim', claim: 'a', anyOf: ['x'] }, { kind: 'claim', claim: 'a.b', anyOf: ['x'] }]],
    ['a text where a moment is', support, [{ kind: 'claim', claim: 'iat', anyOf: ['x'] }]],
    ['another issuer', support, [{ kind: 'claim', claim: 'iss', anyOf: ['https://other.example.com'] }]],
    ['what the provider does not say', support, [{ kind: 'device', anyOf: ['managed'] }], { via: 'plain' }],
    ['a header of somebody else', support, [{ kind: 'header', name: 'x', anyOf: ['1'], trustedHop: 'web' }]],
    ['two values of one header', support, [{ kind: 'header', name: 'x', anyOf: ['1'], trustedHop: 'edge' }, { kind: 'header', name: 'X', anyOf: ['2'], trustedHop: 'edge' }]],
    ['a window on no day', support, [{ kind: 'during', days: [], start: '00:00', end: '24:00', timeZone: 'UTC' }]],
  ]))('is not there: $name', ({ more, to, when }) => {
    expect(of(offering(to, when, more))).toBeUndefined();
  });

  it('is not there for who comes through an exposure that is not', () => {
    const policy = offering(anyone, []);
    expect(of({ ...policy, apis: policy.apis.map(({ exposedAt: _, ...api }) => api) })).toBeUndefined();
  });

  it('says all of it on the wire', () => {
    expect(of(offering(support, [{ kind: 'mfa', within: 900 }, { kind: 'device', anyOf: ['managed'] }], { where: groups('leads') }))).toEqual({
      throughExposure: true, to: { kind: 'operation', api: 'web', operation: 'home' }, context: { time: '2000-01-03T12:00:00Z' },
      subject: { provider: 'staff', claims: {
        iss: 'https://login.example.com', aud: ['retail'], sub: 'somebody', iat: 946_900_800, exp: 946_901_100,
        groups: ['leads'], amr: ['mfa'], session: { started: 946_900_800 }, 'https://example.com/device': ['managed'],
      } },
    });
  });

  it('says no more than is asked', () => {
    expect(of(offering(support, [groups('a', 'b'), groups('c', 'a')]))?.subject?.claims['groups']).toEqual(['a']);
  });

  it('is not looked for without end', () => {
    const either: Condition = { kind: 'any', of: [{ kind: 'risk', below: -1 }, { kind: 'device', anyOf: [] }] };
    expect(of(offering(support, Array.from({ length: 40 }, () => either)))).toBeUndefined(); // 2 to the 40th ways
  });

  it.each<readonly [string, Condition, string, string]>([
    ['of the local day before', { kind: 'during', days: ['mon'], start: '21:00', end: '22:00', timeZone: 'America/Los_Angeles' }, '2027-02-02T02:00:00Z', '2027-02-02T05:00:00.000Z'],
    ['of a morning on which clocks were changed', { kind: 'during', days: ['sun'], start: '06:00', end: '06:30', timeZone: 'America/New_York' }, '2027-03-13T12:00:00Z', '2027-03-14T10:00:00.000Z'],
    ['that has begun', { kind: 'during', days: ['tue'], start: '00:00', end: '24:00', timeZone: 'UTC' }, '2027-02-02T02:00:00Z', '2027-02-02T02:00:00Z'],
  ])('is at the first instant of a window %s', (_, when, from, expected) => {
    const policy = offering(support, [when]);
    expect(satisfying(policy, grants(policy)[0]!, from)?.context.time).toBe(expected);
  });

  it('is from the instant that is asked for', () => {
    const policy = offering(support, [nights]);
    const request = satisfying(policy, grants(policy)[0]!, '2027-02-01T00:00:00Z');
    expect(request?.context.time).toBe('2027-02-06T09:30:00.000Z'); // 23:30 of Saturday where it is UTC+14
  });
});
