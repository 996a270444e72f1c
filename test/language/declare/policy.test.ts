import { describe, expect, test } from 'vitest';
import {
  all, anyIdentity, anyOf, anyone, api, authenticatedWithin, check, claim, clusterDns, del, device, during, failedAuthentication, flow, from, get, head, header, hole,
  identityProvider, maxTokenAge, metricsScraper, mfa, never, options, any, partner, patch, people, policy, post, put, queue, reach, risk, rpc, segment, surge, tcp,
  websocket, workload, type KubernetesFacts, type ProbeFacts,
} from '#language';

const facts = (name: string): KubernetesFacts => ({ namespace: name, serviceAccount: name, selector: { app: name }, ports: [{ number: 8080 }] });
const checkout = workload('checkout', { kubernetes: facts('checkout') });
const orders = workload('orders', { kubernetes: facts('orders') });
const ordersApi = api('orders', { servedBy: orders, port: 8080, operations: { create: post('/orders') }, offers: { create: { to: [checkout] } } });
const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);

describe('a policy', () => {
  test('is data of version 1 with every list, and a sound one passes check without a word', () => {
    const declared = policy('retail', { apis: [ordersApi], asks: checkout.calls(ordersApi.create) });
    expect(declared.diagnostics).toEqual([]);
    expect(declared.draft).toEqual({
      version: 1, name: 'retail', never: [], people: [], partners: [], identityProviders: [], segments: [], holes: [],
      workloads: ['orders', 'checkout'].map((name) => ({ name, kubernetes: { ...facts(name), ports: [{ number: 8080, protocol: 'TCP' }], services: [], probes: [] } })),
      apis: [{
        name: 'orders', servedBy: { kind: 'workload', workload: 'orders', port: 8080 }, operations: [{ name: 'create', kind: 'http', method: 'POST', path: '/orders' }],
        offers: [{ operation: 'create', to: [{ kind: 'workload', name: 'checkout' }], when: [] }],
      }],
      asks: [{ from: { kind: 'workload', name: 'checkout' }, to: { api: 'orders', operation: 'create' } }],
    });
    expect(check(declared, { asOf: '2026-11-24' })).toMatchObject({ ok: true, diagnostics: [] });
    expect(JSON.parse(JSON.stringify(declared.draft))).toEqual(declared.draft);
  });

  test('takes in whoever is referred to, from wherever', () => {
    const staff = identityProvider('staff', { issuer: 'https://a', audiences: ['a'], jwksUri: 'https://a/keys' });
    const [inOffer, inNever, inExcept, ofUi, ofServer, alone] = ['in-offer', 'in-never', 'in-except', 'of-ui', 'of-server', 'alone'].map((name) => segment(name));
    const support = people('support', { via: staff });
    const shoppers = people('shoppers', { via: staff });
    const acme = partner('acme', { certificate: { ca: 'acme', san: 'uri:acme' } });
    const ui = workload('ui', { segment: ofUi });
    const server = workload('server', { segment: ofServer });
    const caller = workload('caller', { segment: inOffer });
    const excepted = workload('excepted', { segment: inExcept });
    const served = api('served', { servedBy: server, port: 1, operations: { a: get('/'), b: get('/b') }, offers: { a: { to: [caller, ui.actingFor(shoppers)] }, b: { to: [acme, support, anyone, metricsScraper], because: 'public' } } });
    const { draft } = policy('p', { apis: [served], never: [never(reach(anyIdentity.except(excepted), inNever!), { because: 'x' })], workloads: [workload('idle')], segments: [alone!] });
    expect(names(draft.workloads)).toEqual(['server', 'caller', 'ui', 'excepted', 'idle']);
    expect(names(draft.segments)).toEqual(['in-never', 'of-server', 'in-offer', 'of-ui', 'in-except', 'alone']);
    expect(names(draft.people)).toEqual(['shoppers', 'support']);
    expect(names(draft.partners)).toEqual(['acme']);
    expect(names(draft.identityProviders)).toEqual(['staff']);
    expect(draft.apis[0]!.offers.map(({ to }) => to)).toEqual([
      [{ kind: 'workload', name: 'caller' }, { kind: 'workload', name: 'ui', actingFor: 'shoppers' }],
      [{ kind: 'partner', name: 'acme' }, { kind: 'people', name: 'support' }, { kind: 'anyone' }, { kind: 'builtin', name: 'metricsScraper' }],
    ]);
  });

  test('has one object once however often it is listed, and two of one name twice', () => {
    const again = workload('checkout', { kubernetes: facts('elsewhere') });
    const same = api('orders', { servedBy: orders, port: 8080, operations: { create: post('/orders') } });
    const asked = checkout.calls(ordersApi.create);
    const declared = policy('retail', { apis: [ordersApi, ordersApi, [same]], asks: [asked, [asked]], workloads: [checkout, again, again] });
    expect(names(declared.draft.workloads)).toEqual(['orders', 'checkout', 'checkout']);
    expect(names(declared.draft.apis)).toEqual(['orders', 'orders']);
    expect(declared.draft.asks).toHaveLength(1);
    const codes = check(declared, { asOf: '2026-11-24' }).diagnostics.filter(({ code }) => code === 'CS1002');
    expect(codes.map(({ pointer, related }) => [pointer, related.map((entry) => entry.pointer)])).toEqual([['/workloads/2', ['/workloads/1']], ['/apis/1', ['/apis/0']]]); // by line
  });

  test('does not take in an API that it does not list: a request to it leads nowhere', () => {
    const declared = policy('retail', { apis: [], asks: [checkout.calls(ordersApi.create)] });
    expect(declared.draft.apis).toEqual([]);
    expect(check(declared, { asOf: '2026-11-24' }).diagnostics.map(({ code }) => code)).toContain('CS1001');
  });

  test('can be declared twice from the same parts', () => {
    const make = () => policy('retail', { apis: [ordersApi], asks: [checkout.calls(ordersApi.create)] });
    expect(make().draft).toEqual(make().draft);
  });
});

describe('operations', () => {
  test('are what their name says', () => {
    const operations = {
      a: get('/a'), b: head('/a'), c: post('/a'), d: put('/a'), e: patch('/a'), f: del('/a'), g: options('/a'), h: any('/{rest**}'), i: rpc('shop.v1.Cart/AddItem'), j: websocket('/feed'), connect: tcp(6379),
    };
    const { draft } = policy('p', { apis: [api('a', { servedBy: orders, port: 1, operations })] });
    expect(draft.apis[0]!.operations).toEqual([
      ...['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].map((method, index) => ({ name: 'abcdefg'[index], kind: 'http', method, path: '/a' })),
      { name: 'h', kind: 'http', method: 'ANY', path: '/{rest**}' },
      { name: 'i', kind: 'grpc', service: 'shop.v1.Cart', method: 'AddItem' },
      { name: 'j', kind: 'websocket', path: '/feed' },
      { name: 'connect', kind: 'tcp', port: 6379 },
    ]);
  });

  test('may have the name of anything that objects have, and nothing is one that was not declared', () => {
    const odd = api('odd', {
      servedBy: orders, port: 1, operations: { toString: get('/a'), constructor: get('/b'), ['__proto__']: get('/c'), then: get('/d'), name: get('/e') },
      offers: { toString: { to: [checkout] }, constructor: { to: [checkout] }, ['__proto__']: { to: [checkout] } },
    });
    expect(Object.keys(odd)).toEqual(['toString', 'constructor', '__proto__', 'then', 'name']);
    expect((odd as unknown as Record<string, unknown>)['hasOwnProperty']).toBeUndefined();
    const { draft } = policy('p', { apis: [odd], asks: checkout.calls([odd.toString, odd.constructor, (odd as unknown as typeof ordersApi & Record<string, typeof ordersApi.create>)['__proto__']!]) });
    expect(draft.apis[0]!.operations.map(({ name }) => name)).toEqual(['toString', 'constructor', '__proto__', 'then', 'name']);
    expect(draft.apis[0]!.offers.map(({ operation }) => operation)).toEqual(['toString', 'constructor', '__proto__']);
    expect(draft.asks.map(({ to }) => to.operation)).toEqual(['toString', 'constructor', '__proto__']);
  });
});

describe('offers', () => {
  test('of one operation may be several, each with its own reason and end', () => {
    const several = api('several', { servedBy: orders, port: 1, operations: { a: get('/') }, offers: { a: [{ to: [checkout], until: '2027-01-01' }, { to: [anyone], because: 'public', owner: 'team' }] } });
    expect(policy('p', { apis: [several] }).draft.apis[0]!.offers).toEqual([
      { operation: 'a', to: [{ kind: 'workload', name: 'checkout' }], when: [], until: '2027-01-01' },
      { operation: 'a', to: [{ kind: 'anyone' }], when: [], because: 'public', owner: 'team' },
    ]);
  });

  test.each([
    ['service', { service: 'external' }, { kind: 'service', service: 'external' }],
    ['gateway', { gateway: 'edge', host: 'a.example.com', browser: { origins: ['https://b'] } }, { kind: 'gateway', gateway: 'edge', host: 'a.example.com', browser: { origins: ['https://b'] } }],
  ] as const)('are reached from outside through a %s', (_, exposedAt, expected) => {
    const exposed = api('exposed', { servedBy: orders, port: 'http', owner: 'team', operations: {}, exposedAt });
    expect(policy('p', { apis: [exposed] }).draft.apis[0]).toMatchObject({ exposedAt: expected, owner: 'team', servedBy: { port: 'http' } });
  });
});

describe('Kubernetes facts', () => {
  const lowered = (given: Partial<KubernetesFacts>) => policy('p', { apis: [], workloads: [workload('a', { kubernetes: { namespace: 'a', selector: { app: 'a' }, ...given } })] }).draft.workloads[0]!.kubernetes!;

  test('get the defaults that Kubernetes gives, and keep what is stated', () => {
    expect(lowered({
      ports: [{ number: 80 }, { number: 53, protocol: 'UDP', name: 'dns' }],
      services: [{ name: 'a', port: 8081 }, { name: 'b', port: 80, targetPort: 'http', protocol: 'SCTP', type: 'NodePort', nodePort: 30080 }],
      controller: 'StatefulSet', metrics: { port: 'http', path: '/metrics' },
    })).toEqual({
      namespace: 'a', selector: { app: 'a' }, controller: 'StatefulSet', metrics: { port: 'http', path: '/metrics' }, probes: [],
      ports: [{ number: 80, protocol: 'TCP' }, { number: 53, protocol: 'UDP', name: 'dns' }],
      services: [{ name: 'a', port: 8081, targetPort: 8081, protocol: 'TCP', type: 'ClusterIP' }, { name: 'b', port: 80, targetPort: 'http', protocol: 'SCTP', type: 'NodePort', nodePort: 30080 }],
    });
  });

  test.each<[string, ProbeFacts | readonly ProbeFacts[], unknown]>([
    ['every kind', { liveness: { http: { port: 'http', path: '/' } }, readiness: { grpc: { port: 9090, service: 'x' } }, startup: { tcp: { port: 1 } } }, [
      { name: 'liveness', probe: { kind: 'http', port: 'http', path: '/' } }, { name: 'readiness', probe: { kind: 'grpc', port: 9090, service: 'x' } }, { name: 'startup', probe: { kind: 'tcp', port: 1 } },
    ]],
    ['commands, which are not looked at', { liveness: { exec: true }, readiness: { exec: { command: ['true'] } } }, [{ name: 'liveness', probe: { kind: 'exec' } }, { name: 'readiness', probe: { kind: 'exec' } }]],
    ['several containers', [{ container: 'server', liveness: { exec: true } }, { container: 'proxy', liveness: { tcp: { port: 1 } } }], [
      { name: 'liveness', container: 'server', probe: { kind: 'exec' } }, { name: 'liveness', container: 'proxy', probe: { kind: 'tcp', port: 1 } },
    ]],
    ['none', {}, []],
  ])('have probes: %s', (_, probes, expected) => {
    expect(lowered({ probes }).probes).toEqual(expected);
  });
});

describe('conditions', () => {
  test('are the data that the IR has, with durations in seconds', () => {
    const staff = identityProvider('staff', { issuer: 'https://a', audiences: [], jwksUri: 'https://a', asserts: { mfa: { claim: 'amr', anyOf: ['mfa'] }, authenticatedAt: 'auth_time' } });
    const support = people('support', { via: staff, where: claim('groups').includes('a', 'b') });
    const when = [
      mfa(), mfa({ within: '15m' }), authenticatedWithin('90s'), maxTokenAge('1h'), device('managed', 'known'), from('10.0.0.0/8'), during({ days: ['mon', 'fri'], start: '08:00', end: '18:00', timeZone: 'UTC' }),
      risk({ below: 0.5 }), header('x-tier', { anyOf: ['gold'], trustedHop: 'edge' }), all(maxTokenAge('7d'), anyOf(from('192.0.2.0/24'))),
    ];
    const { draft, diagnostics } = policy('p', { apis: [api('a', { servedBy: orders, port: 1, operations: { a: get('/') }, offers: { a: { to: [support], when } } })] });
    expect(diagnostics).toEqual([]);
    expect(draft.apis[0]!.offers[0]!.when).toEqual([
      { kind: 'mfa' }, { kind: 'mfa', within: 900 }, { kind: 'authenticatedWithin', seconds: 90 }, { kind: 'maxTokenAge', seconds: 3600 }, { kind: 'device', anyOf: ['managed', 'known'] },
      { kind: 'from', cidrs: ['10.0.0.0/8'] }, { kind: 'during', days: ['mon', 'fri'], start: '08:00', end: '18:00', timeZone: 'UTC' }, { kind: 'risk', below: 0.5 },
      { kind: 'header', name: 'x-tier', anyOf: ['gold'], trustedHop: 'edge' },
      { kind: 'all', of: [{ kind: 'maxTokenAge', seconds: 604_800 }, { kind: 'any', of: [{ kind: 'from', cidrs: ['192.0.2.0/24'] }] }] },
    ]);
    expect(draft.people).toEqual([{ name: 'support', via: 'staff', where: { kind: 'claim', claim: 'groups', anyOf: ['a', 'b'] } }]);
    expect(draft.identityProviders[0]!.asserts).toEqual({ mfa: { claim: 'amr', anyOf: ['mfa'] }, authenticatedAt: { claim: 'auth_time' } });
  });

  test('of a segment, its alerts and its defaults', () => {
    const full = segment('full', {
      holds: 'restricted', managed: 'staged', owner: 'team', requires: { people: [mfa({ within: '1m' })], transport: { tls: '1.3' }, reauthenticateEvery: '30m' },
      alerts: [failedAuthentication({ above: '20/m' }), failedAuthentication({ above: '5/s' }), surge({ factor: 5 })],
    });
    expect(policy('p', { apis: [], segments: [segment('plain'), full] }).draft.segments).toEqual([
      { name: 'plain', holds: 'internal', managed: 'managed', requires: { people: [], workloads: [], partners: [] }, alerts: [] },
      {
        name: 'full', holds: 'restricted', managed: 'staged', owner: 'team',
        requires: { people: [{ kind: 'mfa', within: 60 }], workloads: [], partners: [], transport: { tls: '1.3' }, reauthenticateEvery: 1800 },
        alerts: [{ kind: 'failedAuthentication', abovePerMinute: 20 }, { kind: 'failedAuthentication', abovePerMinute: 300 }, { kind: 'surge', factor: 5 }],
      },
    ]);
  });
});

test('invariants speak of identities, segments, APIs and single operations', () => {
  const cards = segment('cards');
  const { draft } = policy('p', { apis: [ordersApi], never: [
    never(reach(anyone, cards), { because: 'a', owner: 'team' }), never(reach(cards, ordersApi), { because: 'b' }), never(reach(checkout, ordersApi.create), { because: 'c' }),
    [never(reach(anyIdentity, cards), { because: 'd' }), never(reach(anyIdentity.except(checkout, clusterDns), cards), { because: 'e' })],
    never(flow(checkout, cards, { through: [ordersApi, ordersApi.create, cards] }), { because: 'f' }),
  ] });
  const segmentRef = { kind: 'segment', name: 'cards' };
  expect(draft.never).toEqual([
    { kind: 'reach', from: { kind: 'anyone' }, to: segmentRef, because: 'a', owner: 'team' },
    { kind: 'reach', from: segmentRef, to: { kind: 'api', name: 'orders' }, because: 'b' },
    { kind: 'reach', from: { kind: 'workload', name: 'checkout' }, to: { kind: 'operation', api: 'orders', operation: 'create' }, because: 'c' },
    { kind: 'reach', from: { kind: 'anyIdentity', except: [] }, to: segmentRef, because: 'd' },
    { kind: 'reach', from: { kind: 'anyIdentity', except: [{ kind: 'workload', name: 'checkout' }, { kind: 'builtin', name: 'clusterDns' }] }, to: segmentRef, because: 'e' },
    { kind: 'flow', from: { kind: 'workload', name: 'checkout' }, to: segmentRef, through: [{ kind: 'api', name: 'orders' }, { kind: 'operation', api: 'orders', operation: 'create' }, segmentRef], because: 'f' },
  ]);
});

test('a cloud resource is an API of the cloud\'s verbs', () => {
  const settlements = queue('settlements', { arn: hole('settlements', { kind: 'arn', service: 'sqs' }), owned: true, offers: { send: { to: [orders], because: 'at night' } } });
  const declared = policy('p', { apis: [settlements], asks: [orders.sends(settlements, { because: 'at night' })] });
  expect(declared.draft.apis).toEqual([{
    name: 'settlements', servedBy: { kind: 'cloud', service: 'sqs', arn: { hole: 'settlements' }, owned: true },
    operations: [{ name: 'send', kind: 'cloud', verb: 'send' }, { name: 'receive', kind: 'cloud', verb: 'receive' }, { name: 'purge', kind: 'cloud', verb: 'purge' }],
    offers: [{ operation: 'send', to: [{ kind: 'workload', name: 'orders' }], when: [], because: 'at night' }],
  }]);
  expect(declared.draft.holes).toEqual([{ name: 'settlements', kind: 'arn', service: 'sqs', maxLength: 127 }]);
  expect(declared.draft.asks).toEqual([{ from: { kind: 'workload', name: 'orders' }, to: { api: 'settlements', operation: 'send' }, because: 'at night' }]);
  expect(check(declared, { asOf: '2026-11-24' }).diagnostics).toEqual([]);
});

test('a thousand APIs with ten grants each are declared whole', () => {
  const workloads = Array.from({ length: 1000 }, (_, index) => workload(`w-${index}`, { kubernetes: facts(`w-${index}`) }));
  const apis = workloads.map((server, index) => api(`api-${index}`, {
    servedBy: server, port: 8080, operations: { a: get('/a'), b: get('/b') }, offers: { a: { to: workloads.slice(0, 5) }, b: { to: workloads.slice(5, 10) } },
  }));
  const asks = apis.flatMap(({ a, b }) => workloads.slice(0, 10).map((caller, index) => caller.calls(index < 5 ? a : b, { because: 'x' })));
  expect(policy('big', { apis, asks }).draft.asks).toHaveLength(10_000);
});
