import { describe, expect, test } from 'vitest';
import { noSites } from '#diagnostics';
import type { Condition, Invariant, Policy } from '#ir';
import { decide, type Request } from '#spec';
import { check } from '../../../src/language/check/index.ts';
import { account, host, resource, served, verb } from './cloud-drafts.ts';
import { acting, api, ask, asOf, at, bazaar, client, http, never, offer, offerTo, people, policy, segment, tcp, who, workload } from './draft.ts';

const to = (name: string): Invariant['to'] => ({ kind: 'api', name });
const operation = (text: string): Invariant['to'] => { const [api = '', name = ''] = text.split('.'); return { kind: 'operation', api, operation: name }; };
const flow = (from: Invariant['from'], object: Invariant['to'], ...through: readonly Invariant['to'][]): Invariant => never(from, object, { kind: 'flow', ...(through.length === 0 ? {} : { through }) });
const arn = (name: string): string => `arn:aws:sqs:eu-west-1:${account}:${name}`;

/**
 * `web` (for anyone) → `orders` → the queue `jobs` → `worker` → `ledger` → `store`; `batch` reads `orders`, and `audit` puts
 * into the bucket `media` under one prefix what `worker` takes from all of it.
 */
const base = policy({
  segments: [segment('front'), segment('money')],
  workloads: [workload('web', {}, { segment: 'front' }), workload('orders'), workload('worker'), workload('ledger', {}, { segment: 'money' }), workload('store', {}, { segment: 'money' }), workload('audit'), host('batch')],
  apis: [
    api('web', [http('home', '/')], [offer('home', ['anyone'])], at('shop.example.com')),
    api('orders', [http('create', '/orders', 'POST'), http('list', '/orders')], [offer('create', ['web']), offer('list', ['audit'])]),
    api('ledger', [http('book', '/book', 'POST')], [offer('book', ['worker'])]),
    api('store', [tcp(8080)], [offer('connect', ['ledger'])]),
    resource('jobs', served('sqs', { arn: arn('jobs'), owned: true }), [verb('send'), verb('receive')], { offers: [offer('send', ['orders', 'batch']), offer('receive', ['worker'])] }),
    resource('media', served('s3', { owned: true }), [verb('writeIn', 'in/', 'write'), verb('writeOut', 'out/', 'write'), verb('readIn', 'in/thumbs/', 'read'), verb('readAll', undefined, 'read'), verb('remove')], { offers: [offer('writeIn', ['audit'])] }),
  ],
  asks: [ask('web', 'orders.create'), ask('audit', 'orders.list'), ask('worker', 'ledger.book'), ask('ledger', 'store.connect'), ask('orders', 'jobs.send'), ask('batch', 'jobs.send'), ask('worker', 'jobs.receive'), ask('audit', 'media.writeIn')],
});
/** With one offer more, and the request for it. */
const plus = (name: string, operation: string, caller: string, draft: Policy = base): Policy => ({
  ...draft, asks: [...draft.asks, ask(caller, `${name}.${operation}`)],
  apis: draft.apis.map((one) => (one.name === name ? { ...one, offers: [...one.offers, offer(operation, [caller])] } : one)),
});
const judged = (draft: Policy, ...invariants: readonly Invariant[]) => check({ draft: { ...draft, never: invariants }, sites: noSites, diagnostics: [] }, { asOf }).diagnostics.filter(({ code }) => code === 'CS1022' || code === 'CS1058');
const steps = (witness: unknown): readonly { readonly grant: string; readonly request: Request }[] => (witness as { steps: readonly { grant: string; request: Request }[] }).steps;

describe('a `never(flow(…))` is refuted by the smallest chain of grants', () => {
  test.each<[string, Policy, Invariant, readonly string[]]>([
    ['of one step, as `reach` is', base, flow({ kind: 'anyone' }, to('web')), ['anyone → web.home']],
    ['by what is called, to what that calls', base, flow({ kind: 'anyone' }, to('orders')), ['anyone → web.home', 'web → orders.create']],
    ['through a queue, to whoever receives', base, flow(who('orders'), to('ledger')), ['orders → jobs.send', 'worker → jobs.receive', 'worker → ledger.book']],
    ['from outside, through all of it', base, flow({ kind: 'anyone' }, { kind: 'segment', name: 'money' }), ['anyone → web.home', 'web → orders.create', 'orders → jobs.send', 'worker → jobs.receive', 'worker → ledger.book']],
    ['from a host that puts into the queue', base, flow(who('batch'), to('store')), ['batch → jobs.send', 'worker → jobs.receive', 'worker → ledger.book', 'ledger → store.connect']],
    ['from a segment', base, flow({ kind: 'segment', name: 'front' }, to('jobs')), ['web → orders.create', 'orders → jobs.send']],
    ['of everybody but some', base, flow({ kind: 'anyIdentity', except: [who('worker'), { kind: 'anyone' }] }, to('store')), ['ledger → store.connect']],
    ['through what is named', base, flow({ kind: 'anyone' }, to('store'), to('jobs')), ['anyone → web.home', 'web → orders.create', 'orders → jobs.send', 'worker → jobs.receive', 'worker → ledger.book', 'ledger → store.connect']],
    ['through several, in their order', base, flow({ kind: 'anyone' }, to('store'), to('orders'), operation('jobs.receive'), { kind: 'segment', name: 'money' }), ['anyone → web.home', 'web → orders.create', 'orders → jobs.send', 'worker → jobs.receive', 'worker → ledger.book', 'ledger → store.connect']],
    ['through an API and its segment with one step', base, flow(who('worker'), to('store'), to('ledger'), { kind: 'segment', name: 'money' }), ['worker → ledger.book', 'ledger → store.connect']],
    ['by the longer way, where the shorter one does not pass', plus('ledger', 'book', 'orders'), flow(who('orders'), to('store'), to('jobs')), ['orders → jobs.send', 'worker → jobs.receive', 'worker → ledger.book', 'ledger → store.connect']],
    ['and by the shorter one, where nothing has to be passed', plus('ledger', 'book', 'orders'), flow(who('orders'), to('store')), ['orders → ledger.book', 'ledger → store.connect']],
    ['past the end and back', plus('orders', 'list', 'worker', plus('jobs', 'send', 'web')), flow(who('web'), operation('jobs.send'), to('jobs'), operation('orders.list')), ['web → jobs.send', 'worker → jobs.receive', 'worker → orders.list', 'orders → jobs.send']],
    ['through a bucket, from a prefix to a longer one', plus('media', 'readIn', 'worker'), flow(who('audit'), to('ledger')), ['audit → media.writeIn', 'worker → media.readIn', 'worker → ledger.book']],
    ['through a bucket, to whoever reads all of it', plus('media', 'readAll', 'worker'), flow(who('audit'), to('ledger')), ['audit → media.writeIn', 'worker → media.readAll', 'worker → ledger.book']],
    ['the first by name of several', plus('ledger', 'book', 'audit', plus('orders', 'list', 'batch')), flow({ kind: 'anyIdentity', except: [] }, to('ledger')), ['audit → ledger.book']],
    ['onto a part of what a grant takes in', plus('media', 'readAll', 'worker'), flow(who('worker'), operation('media.readIn')), ['worker → media.readAll']],
  ])('%s', (_, draft, invariant, chain) => {
    const [first, ...more] = judged(draft, invariant);
    expect([first?.code, more], JSON.stringify(first)).toEqual(['CS1022', []]);
    const found = steps(first!.witness);
    expect(found.map(({ grant }) => grant)).toEqual(chain);
    for (const { grant, request } of found) expect(decide(draft, request), grant).toEqual({ decision: 'allow', because: [{ grant }] });
    expect(first!.message).toContain(`in ${chain.length === 1 ? 'one step' : `${chain.length} steps`}, ${chain.map((ref) => `\`${ref}\``).join(', then ')}, which a \`never\` forbids (PCI scope)`);
    // two lines of each step, the offer's and the request's, in its order
    const before = (index: number): string => (chain.length === 1 ? '' : `step ${index + 1}: `);
    expect(first!.related.map(({ message }) => message)).toEqual(chain.flatMap((ref, index) => {
      const [caller, name] = ref.split(' → ');
      return [`${before(index)}\`${name}\` is offered to \`${caller}\``, ...(caller === 'anyone' ? [] : [`${before(index)}\`${caller}\` asks for \`${name}\``])];
    }));
  });

  test('by a workload that acts for whoever', () => {
    const draft = bazaar();
    const [first] = judged(draft, flow({ kind: 'anyone' }, to('carts')));
    expect(steps(first!.witness).map(({ grant, request }) => [grant, request.peer?.kind, request.subject?.provider])).toEqual([['anyone → ui.home', undefined, undefined], ['ui acting for shoppers → carts.read', 'workload', 'shop']]);
    expect(judged(draft, flow(people('support'), to('carts')))).toHaveLength(1); // by what anyone may
    expect(judged(draft, flow(client('acme'), to('carts')))).toHaveLength(1);
    expect(judged(draft, flow(client('acme'), to('desk')))).toEqual([]);
    expect(judged(draft, flow(acting('ui', 'shoppers'), to('desk')))).toEqual([]);
  });

  test('over instants that need not be one: each step is possible by itself', () => {
    const on = (day: 'mon' | 'tue'): Condition => ({ kind: 'during', days: [day], start: '08:00', end: '09:00', timeZone: 'UTC' });
    const timed: Policy = { ...base, apis: base.apis.map((one) => ({ ...one, offers: one.offers.map((each) => (each.operation === 'book' ? { ...each, when: [on('mon')] } : each.operation === 'connect' ? { ...each, when: [on('tue')] } : each)) })) };
    expect(steps(judged(timed, flow(who('worker'), to('store')))[0]!.witness).map(({ request }) => request.context.time)).toEqual(['2026-11-30T08:00:00.000Z', '2026-11-24T08:00:00.000Z']);
  });
});

describe('a `never(flow(…))` holds where no chain of grants leads there', () => {
  test.each<[string, Policy, Invariant]>([
    ['against the direction of requests', base, flow({ kind: 'segment', name: 'money' }, to('orders'))],
    ['by what is only taken: nothing was put there', base, flow(who('worker'), to('orders'))],
    ['where the reader does not read what was put', plus('media', 'writeOut', 'orders', plus('media', 'readIn', 'worker')), flow(who('orders'), to('ledger'), to('media'))],
    ['by a verb that neither puts nor takes', plus('media', 'remove', 'batch', plus('media', 'readAll', 'worker')), flow(who('batch'), to('ledger'), to('media'))],
    ['through what does not lie on the way', base, flow(who('worker'), to('store'), to('orders'))],
    ['through what comes in the other order', base, flow({ kind: 'anyone' }, to('store'), to('ledger'), to('jobs'))],
    ['through the end alone: a waypoint comes before the last step', base, flow(who('ledger'), to('store'), to('store'))],
    ['of people of whom nothing is asked for', bazaar(), flow(people('support'), to('feed'))],
    ['past a grant that nobody can use', { ...base, apis: base.apis.map((one) => (one.name === 'ledger' ? { ...one, offers: one.offers.map((each) => ({ ...each, when: [{ kind: 'from' as const, cidrs: ['192.0.2.0/24'] }, { kind: 'from' as const, cidrs: ['198.51.100.0/24'] }] })) } : one)) }, flow(who('worker'), to('store'))],
    ['past one further on', { ...base, apis: base.apis.map((one) => (one.name === 'ledger' ? { ...one, offers: one.offers.map((each) => ({ ...each, when: [{ kind: 'header' as const, name: 'x-a', anyOf: ['b'], trustedHop: 'web' }] })) } : one)) }, flow(who('orders'), to('store'))],
    ['past an offer that nobody asks for', { ...base, asks: base.asks.filter(({ to }) => to.api !== 'ledger') }, flow({ kind: 'anyone' }, to('store'))],
    ['past a grant that has ended', { ...base, apis: base.apis.map((one) => (one.name === 'ledger' ? { ...one, offers: one.offers.map((each) => ({ ...each, until: '2026-11-23' })) } : one)) }, flow(who('worker'), to('store'))],
  ])('%s', (_, draft, invariant) => {
    expect(judged(draft, invariant)).toEqual([]);
  });
});

describe('CS1058: where a chain could close through what is not governed here, that is said', () => {
  const notOwned = (name: string, draft: Policy = base): Policy => ({ ...draft, apis: draft.apis.map((one) => (one.name === name && one.servedBy.kind === 'cloud' ? { ...one, servedBy: { ...one.servedBy, owned: false } } : one)) });
  const inbox: Policy = { ...base, apis: [...base.apis, resource('inbox', served('sqs', { arn: arn('inbox') }), [verb('send'), verb('receive')], { offers: [offer('receive', ['ledger'])] })], asks: [...base.asks, ask('ledger', 'inbox.receive')] };
  /** Nobody who comes from outside gets past `web`. */
  const apart: Policy = { ...inbox, asks: inbox.asks.filter(({ to }) => to.api !== 'orders' || to.operation !== 'create') };
  const legacy: Policy = { ...base, segments: [...base.segments, segment('old', { managed: 'unmanaged' })], workloads: base.workloads.map((one) => (one.name === 'ledger' ? { ...one, segment: 'old' } : one)) };
  test.each<[string, Policy, Invariant, string | undefined]>([
    ['somebody takes from one resource and puts into another', notOwned('media', inbox), flow(who('audit'), to('store'), to('media')), '`audit → media.writeIn`, then somebody else onto `media.readAll`, then somebody else onto `inbox.send`, then `ledger → inbox.receive`, then `ledger → store.connect`'],
    ['whoever comes from outside puts into one', apart, flow(client('acme'), to('store')), 'somebody else onto `inbox.send`, then `ledger → inbox.receive`, then `ledger → store.connect`'],
    ['what is unmanaged is called by anybody', legacy, flow({ kind: 'anyone' }, to('store'), operation('ledger.book')), undefined],
    ['and not where whoever starts gets to nothing that is open', inbox, flow(who('store'), to('orders')), undefined],
    ['nor where nothing open leads there', notOwned('media'), flow(who('audit'), to('web')), undefined],
    ['nor past a waypoint that is governed', apart, flow(client('acme'), to('store'), to('jobs')), undefined],
    ['an unmanaged server hands on to whatever is open', { ...legacy, apis: [...legacy.apis, resource('inbox', served('sqs', { arn: arn('inbox') }), [verb('send'), verb('receive')], { offers: [offer('receive', ['audit'])] })], asks: [...legacy.asks, ask('audit', 'inbox.receive')] }, flow(who('worker'), to('orders')), '`worker → ledger.book`, then somebody else onto `inbox.send`, then `audit → inbox.receive`, then `audit → orders.list`'],
  ])('%s', (claim, draft, invariant, chain) => {
    const found = judged(draft, invariant);
    if (claim.startsWith('what is unmanaged')) { expect(found.map(({ code }) => code)).toEqual(['CS1022']); return; } // a grant leads there, too
    expect(found.map(({ code }) => code)).toEqual(chain === undefined ? [] : ['CS1058']);
    if (chain !== undefined) expect(found[0]!.message).toContain(`by somebody else's doing, through what is not governed here: ${chain}`);
  });
  test('of an unmanaged server, for people who are granted nothing', () => {
    const draft: Policy = { ...legacy, partners: [{ name: 'acme', certificate: { ca: 'acme', san: 'uri:spiffe://acme.example/x' } }], apis: legacy.apis.map((one) => (one.name === 'web' ? { ...one, offers: [offerTo('home', [client('acme')])] } : one)), asks: legacy.asks.filter(({ from }) => from.kind !== 'workload' || from.name !== 'web') };
    expect(judged(draft, flow(client('acme'), to('store'))).map(({ code, message }) => [code, message.slice(message.indexOf(': ') + 2)])).toEqual([['CS1058', 'somebody else onto `ledger.book`, then `ledger → store.connect`']]);
  });
});

describe('invariants of drafts that have other mistakes are judged by what is left of them, and nothing throws', () => {
  const guarded: Policy = { ...base, never: [never({ kind: 'anyone' }, to('orders')), flow({ kind: 'anyone' }, { kind: 'segment', name: 'money' }, to('jobs')), flow({ kind: 'anyIdentity', except: [who('worker')] }, operation('media.readIn'))] };
  const every: Condition[] = [
    { kind: 'during', days: ['mon'], start: '8', end: '25:00', timeZone: 'Mars/Base' }, { kind: 'from', cidrs: ['nowhere', '10.0.0.0/99'] }, { kind: 'any', of: [] }, { kind: 'claim', claim: '', anyOf: [] },
    { kind: 'mfa', within: -1 }, { kind: 'header', name: 'x y', anyOf: [], trustedHop: 'nobody' }, { kind: 'risk', below: Number.NaN }, { kind: 'maxTokenAge', seconds: Infinity },
  ];
  test('conditions, days, paths, names and ports that are none', () => {
    const offers = (change: (one: Policy['apis'][number]['offers'][number]) => object): Policy => ({ ...guarded, apis: guarded.apis.map((one) => ({ ...one, offers: one.offers.map((each) => ({ ...each, ...change(each) })) })) });
    for (const condition of every) expect(() => judged(offers(() => ({ when: [condition] })), ...guarded.never), JSON.stringify(condition)).not.toThrow();
    for (const until of ['never', '2026-02-31', '']) expect(judged(offers(() => ({ until })), ...guarded.never)).toEqual([]); // no grant is in force on no day
    for (const path of ['', 'x', '//', '/{', '/a/../b', '/{a}{b}', '/{rest**}/x']) expect(() => judged({ ...guarded, apis: guarded.apis.map((one) => ({ ...one, operations: one.operations.map((each) => (each.kind === 'http' ? { ...each, path } : each)) })) }, ...guarded.never), path).not.toThrow();
    expect(() => judged({ ...guarded, workloads: [], segments: [] }, ...guarded.never)).not.toThrow();
    expect(() => judged({ ...guarded, workloads: [...guarded.workloads, ...guarded.workloads], apis: [...guarded.apis, ...guarded.apis] }, ...guarded.never)).not.toThrow();
    expect(() => judged({ ...guarded, apis: guarded.apis.map((one) => ({ ...one, servedBy: { kind: 'workload', workload: 'web', port: 'nowhere' } })) }, ...guarded.never)).not.toThrow();
  });
  test('any one value of the wrong type', () => {
    const places = (value: unknown, path: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] =>
      (typeof value !== 'object' || value === null ? [path] : [path, ...Object.entries(value).flatMap(([key, inner]) => places(inner, [...path, key]))]);
    let count = 0;
    for (const path of places(guarded).slice(1)) {
      for (const wrong of [null, 7, 'x', [], {}]) {
        const copy = structuredClone(guarded) as unknown as Record<string | number, unknown>;
        let here = copy;
        for (const key of path.slice(0, -1)) here = here[key] as Record<string | number, unknown>;
        here[path.at(-1)!] = wrong;
        expect(() => check({ draft: copy as unknown as Policy, sites: noSites, diagnostics: [] }, { asOf }), `${path.join('.')} is ${JSON.stringify(wrong)}`).not.toThrow();
        count++;
      }
    }
    expect(count).toBeGreaterThan(1000);
  });
});
