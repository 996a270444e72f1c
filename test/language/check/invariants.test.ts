import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { noSites } from '#diagnostics';
import { grants, type Condition, type Invariant, type Policy } from '#ir';
import { decide, satisfying, type Request } from '#spec';
import { estates, profiles } from '#testing';
import { check } from '../../../src/language/check/index.ts';
import { acting, api, ask, asOf, bazaar, client, group, http, never, offerTo, people, port, segment, who, workload } from './draft.ts';

const base = bazaar();
const broken = (draft: Policy) => check({ draft, sites: noSites, diagnostics: [] }, { asOf }).diagnostics.filter(({ code }) => code === 'CS1022');
const desk: Invariant['to'] = { kind: 'api', name: 'desk' };
const to = (name: string): Invariant['to'] => ({ kind: 'api', name });
const anyBut = (...except: Parameters<typeof never>[0][]): Invariant['from'] => ({ kind: 'anyIdentity', except: except as never });
const guarded = (from: Invariant['from'], object: Invariant['to'], draft: Policy = base): Policy => ({ ...draft, never: [never(from, object)] });
/** `desk.list` for support under these conditions. */
const when = (...conditions: readonly Condition[]): Policy => ({ ...base, apis: base.apis.map((one) => (one.name === 'desk' ? { ...one, offers: [offerTo('list', [people('support')], { when: conditions })] } : one)) });
/** With an API `stock` that `ui` calls for itself. */
const stocked: Policy = {
  ...base, workloads: [...base.workloads, workload('stock', { metrics: { port: 'http', path: '/metrics' }, probes: [{ name: 'liveness', probe: { kind: 'http', port: 8080, path: '/stock/healthz' } }] })],
  apis: [...base.apis, api('stock', [http('list', '/stock'), http('metrics', '/metrics'), http('any', '/stock/{rest**}')], [offerTo('list', [who('ui')])])], asks: [...base.asks, ask('ui', 'stock.list')],
};
const leads: Policy = { ...base, people: [...base.people, group('leads', 'staff', { where: { kind: 'claim', claim: 'groups', anyOf: ['leads'] } }), group('guests', 'shop', { where: { kind: 'claim', claim: 'tier', anyOf: ['gold'] } })] };
/** `ui.home` for anyone, in a segment that asks partners to come from one place and people from another. */
const placed: Policy = { ...base, segments: base.segments.map((one) => (one.name === 'front' ? segment('front', { requires: { people: [{ kind: 'from', cidrs: ['192.0.2.0/24'] }], partners: [{ kind: 'from', cidrs: ['198.51.100.0/24'] }], workloads: [] } }) : one)) };
const header = (...anyOf: readonly string[]): Condition => ({ kind: 'header', name: 'x-tier', anyOf, trustedHop: 'edge' });
/** `desk.list` for support until that day: on Saturdays, or with a header. */
const ending = (until: string): Policy => ({ ...base, apis: base.apis.map((one) => (one.name === 'desk' ? { ...one, offers: [offerTo('list', [people('support')], { until, when: [{ kind: 'any', of: [{ kind: 'during', days: ['sat'], start: '08:00', end: '09:00', timeZone: 'UTC' }, header('c')] }] })] } : one)) });

describe('a `never` is refuted by a request that meets every condition, whoever can make one', () => {
  test.each<[string, Policy, string, Partial<Request>]>([
    ['nobody\'s token reaches what anyone may', guarded({ kind: 'anyone' }, to('ui')), 'an unauthenticated client can reach `ui.home` with GET /', { throughExposure: true }],
    ['people reach what they are offered', guarded(people('shoppers'), { kind: 'operation', api: 'ui', operation: 'account' }), '`shoppers` can reach `ui.account` with GET /account', { subject: { provider: 'shop', claims: expect.objectContaining({ exp: expect.any(Number) as never }) as never } }],
    ['and with a second factor, fresh, from the right place', guarded(people('support'), desk), '`support` can reach `desk.list` with GET /orders', { subject: { provider: 'staff', claims: expect.objectContaining({ groups: ['support-leads'], amr: ['mfa'] }) as never }, context: expect.objectContaining({ sourceAddress: expect.stringMatching(/^192\.0\.2\./) as never }) as never }],
    ['people reach what anyone may', guarded(people('support'), to('ui')), '`support` can reach `ui.home`', { subject: expect.objectContaining({ provider: 'staff' }) as never }],
    ['a partner does, too', guarded(client('acme'), to('ui')), '`acme` can reach `ui.home`', { client: { partner: 'acme' } }],
    ['a partner reaches a WebSocket by its upgrade', guarded(client('acme'), to('feed')), '`acme` can reach `feed.live` with GET /feed', { client: { partner: 'acme' }, to: { kind: 'http', api: 'feed', method: 'GET', path: '/feed', upgrade: 'websocket' } }],
    ['people reach what a workload asks for in their name', guarded(people('shoppers'), to('carts')), '`ui acting for shoppers` can reach `carts.read`', { peer: { kind: 'workload', name: 'ui' } }],
    ['so does the workload', guarded(who('ui'), to('carts')), '`ui acting for shoppers` can reach `carts.read`', {}],
    ['and the two together', guarded(acting('ui', 'shoppers'), to('carts')), '`ui acting for shoppers` can reach `carts.read`', {}],
    ['a token makes no difference to what a workload may do alone', guarded(acting('ui', 'shoppers'), to('stock'), stocked), '`ui acting for shoppers` can reach `stock.list`', { subject: expect.objectContaining({ provider: 'shop' }) as never }],
    ['a segment is its workloads, whomever they act for', guarded({ kind: 'segment', name: 'front' }, { kind: 'segment', name: 'back' }), '`ui acting for shoppers` can reach `carts.read`', {}],
    ['somebody may be of two groups that one provider knows', guarded(people('leads'), desk, leads), '`leads` can reach `desk.list`', { subject: { provider: 'staff', claims: expect.objectContaining({ groups: expect.arrayContaining(['leads', 'support-leads']) as never }) as never } }],
    ['also where a workload acts for one of them', guarded(people('guests'), to('carts'), leads), '`ui acting for shoppers` can reach `carts.read`', { subject: { provider: 'shop', claims: expect.objectContaining({ tier: ['gold'] }) as never } }],
    ['who comes as anyone is asked what anyone is', guarded(client('acme'), to('ui'), placed), '`acme` can reach `ui.home`', { context: expect.objectContaining({ sourceAddress: expect.stringMatching(/^192\.0\.2\./) as never }) as never }],
    ['one way is open before the grant ends, and another after', guarded(people('support'), desk, ending('2026-11-24')), '`support` can reach `desk.list`', { context: expect.objectContaining({ headers: { 'x-tier': 'c' } }) as never }],
    ['everybody is also people', guarded(anyBut(), desk), '`support` can reach `desk.list`', {}],
    ['everybody is also partners', guarded(anyBut(who('ui')), to('feed')), '`acme` can reach `feed.live`', {}],
    ['an exception of people is none of what acts for them', guarded(anyBut(people('shoppers')), to('carts')), '`ui acting for shoppers` can reach `carts.read`', {}],
    ['a window that opens later is open then', guarded(people('support'), desk, when({ kind: 'during', days: ['sat'], start: '08:00', end: '09:00', timeZone: 'Europe/Vienna' })), '`support` can reach `desk.list`', { context: { time: '2026-11-28T07:00:00.000Z' } }],
    ['one way of several is enough', guarded(people('support'), desk, when({ kind: 'any', of: [{ kind: 'all', of: [header('a'), header('b')] }, header('c')] })), '`support` can reach `desk.list`', { context: expect.objectContaining({ headers: { 'x-tier': 'c' } }) as never }],
    ['the scraper reads what its path is', guarded({ kind: 'builtin', name: 'metricsScraper' }, to('stock'), stocked), '`metricsScraper` can reach `stock.metrics` with GET /metrics', { peer: { kind: 'builtin', name: 'metricsScraper' } }],
    ['and the probes', guarded({ kind: 'builtin', name: 'nodeProbes' }, to('stock'), stocked), '`nodeProbes` can reach `stock.any` with GET /stock/healthz', {}],
  ])('%s', (_, draft, says, request) => {
    const [first, ...more] = broken(draft);
    expect([first?.code, more.length], JSON.stringify(first)).toEqual(['CS1022', 0]);
    expect(first!.message).toContain(says);
    expect(first!.witness).toMatchObject(request);
    expect(decide(draft, first!.witness as Request).decision).toBe('allow');
    if (!says.includes('metricsScraper') && !says.includes('nodeProbes')) expect(first!.related.map(({ message }) => message)).toEqual(expect.arrayContaining([expect.stringContaining('is offered to')]));
  });
});

describe('a `never` holds where no request can do it', () => {
  test.each<[string, Policy]>([
    ['a stranger where a token is asked for', guarded({ kind: 'anyone' }, desk)],
    ['people of another provider', guarded(people('shoppers'), desk)],
    ['a person where a workload is offered something alone', guarded(people('shoppers'), to('stock'), stocked)],
    ['people of another provider than those whom a workload acts for', guarded(people('support'), to('carts'))],
    ['a partner where people are meant', guarded(client('acme'), desk)],
    ['a workload where people are meant', guarded(who('ui'), desk)],
    ['all but those who may', guarded(anyBut(people('support')), desk)],
    ['all but the workload that acts for people', guarded(anyBut(who('ui')), to('carts'))],
    ['all but the two together', guarded(anyBut(acting('ui', 'shoppers')), to('carts'))],
    ['all but a partner', guarded(anyBut(client('acme')), to('feed'))],
    ['a segment that nobody of calls', guarded({ kind: 'segment', name: 'back' }, { kind: 'segment', name: 'front' })],
    ['addresses in two places at once', guarded(people('support'), desk, when({ kind: 'from', cidrs: ['192.0.2.0/24'] }, { kind: 'from', cidrs: ['198.51.100.0/24'] }))],
    ['a header of two values', guarded(people('support'), desk, when(header('a'), header('b')))],
    ['two windows that are never open together', guarded(people('support'), desk, when(...(['mon', 'tue'] as const).map((day): Condition => ({ kind: 'during', days: [day], start: '00:00', end: '24:00', timeZone: 'UTC' }))))],
    ['the scraper, of a path at another port', guarded({ kind: 'builtin', name: 'metricsScraper' }, to('stock'), { ...stocked, workloads: stocked.workloads.map((one) => (one.name === 'stock' ? workload('stock', { ports: [port(8080, { name: 'http' }), port(9090)], metrics: { port: 9090, path: '/metrics' } }) : one)) })],
    ['the scraper, of what is no metrics', guarded({ kind: 'builtin', name: 'metricsScraper' }, { kind: 'operation', api: 'stock', operation: 'list' }, stocked)],
  ])('%s', (_, draft) => {
    expect(broken(draft)).toEqual([]);
  });

  test('where its window opens only after the grant has ended', () => {
    const ending = (until: string): Policy => ({ ...base, apis: base.apis.map((one) => (one.name === 'desk' ? { ...one, offers: [offerTo('list', [people('support')], { until, when: [{ kind: 'during', days: ['mon'], start: '08:00', end: '09:00', timeZone: 'UTC' }] })] } : one)) });
    expect(broken(guarded(people('support'), desk, ending('2026-11-29')))).toEqual([]); // a Sunday
    expect(broken(guarded(people('support'), desk, ending('2026-11-30')))).toHaveLength(1);
  });
});

describe('however many ways conditions have to hold, it is decided', () => {
  const either: Condition = { kind: 'any', of: [{ kind: 'claim', claim: 'a', anyOf: ['x'] }, { kind: 'claim', claim: 'b', anyOf: ['y'] }] };
  const many = (count: number, ...more: readonly Condition[]): Policy => guarded(people('support'), desk, when(...Array.from({ length: count }, () => either), ...more));
  test('that none does', () => {
    expect(broken(many(9, header('a'), header('b')))).toEqual([]);
    const apart = Array.from({ length: 12 }, (_, at): Condition => ({ kind: 'any', of: [{ kind: 'claim', claim: `a${at}`, anyOf: ['x'] }, { kind: 'from', cidrs: [`198.51.100.${at}/32`] }] }));
    expect(broken(guarded(people('support'), desk, when({ kind: 'from', cidrs: ['192.0.2.0/24'] }, ...apart, header('a'), header('b'))))).toEqual([]);
  });
  test('that one of four thousand does', () => {
    const apart = Array.from({ length: 12 }, (_, at): Condition => ({ kind: 'any', of: [header('b'), { kind: 'claim', claim: `a${at}`, anyOf: ['x'] }] }));
    const draft = guarded(people('support'), desk, when(header('a'), ...apart));
    const [first] = broken(draft);
    expect(decide(draft, first!.witness as Request).decision).toBe('allow');
    expect((first!.witness as Request).subject!.claims).toMatchObject(Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`a${index}`, expect.anything()])));
  });
});

test('on generated estates, exactly what some grant lets through breaks a `never` about its caller', () => {
  let refuted = 0;
  fc.assert(fc.property(estates(profiles.beyond), ({ policy, asOf: day }) => {
    const now = `${day}T00:00:00.000Z`;
    for (const grant of grants(policy).filter(({ from }) => from.kind !== 'pods' && from.kind !== 'builtin').slice(0, 12)) {
      const draft: Policy = { ...policy, never: [never(grant.from, { kind: 'operation', api: grant.api.name, operation: grant.operation.name })] };
      const found = check({ draft, sites: noSites, diagnostics: [] }, { asOf: day }).diagnostics.filter(({ code }) => code === 'CS1022');
      if (satisfying(policy, grant, now) !== undefined) expect(found, grant.ref).toHaveLength(1);
      for (const { witness } of found) expect(decide(policy, witness as Request).decision).toBe('allow');
      refuted += found.length;
    }
  }), { numRuns: 25, seed: 17 });
  expect(refuted).toBeGreaterThan(100);
});
