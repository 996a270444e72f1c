import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IdentityRef, Invariant, InvariantObject, InvariantSubject, Policy } from '#ir';
import { crossing, decide, type Request } from '#spec';
import { istio, type KubernetesArtifact } from '#targets';
import { requestsOf, worlds } from './arbitrary.ts';
import { acting, anyone, api, atEdge, atService, connect, http, known, noPlacement, partner, people, platform, policy, port, rpc, segment, service, workload } from './estate.ts';

/** Everything that somebody else might open: every pod, every Service, every waypoint. */
const wideOpen = (namespaces: readonly string[], services: readonly string[]): readonly KubernetesArtifact[] => namespaces.flatMap((namespace) => [
  { name: 'pods', spec: { rules: [{}] } }, ...services.map((name) => ({ name: `service-${name}`, spec: { targetRefs: [{ group: '', kind: 'Service', name }], rules: [{}] } })),
].map(({ name, spec }): KubernetesArtifact => ({ kind: 'kubernetes', id: `foreign/${namespace}/${name}`, stage: 2, grants: [], object: { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name, namespace }, spec } })));

const workloads = [
  workload('ui', { namespace: 'front' }, { segment: 'storefront' }), workload('batch', {}, { segment: 'storefront' }), workload('orders', { ports: [port(8080), port(9090)], services: [service('orders', 80, 8080), service('orders-admin', 9090, 9090)] }, { segment: 'vault' }),
  workload('ledger', { ports: [port(5432)], services: [service('ledger', 5432, 5432)] }, { segment: 'vault' }),
];
const operations = [http('list', 'GET', '/orders'), http('read', 'GET', '/orders/{id}'), http('export', 'GET', '/orders/export'), http('create', 'POST', '/orders')];
const estate = (never: readonly Invariant[], offers: Readonly<Record<string, readonly (string | IdentityRef)[]>> = {}): Policy => policy(workloads, [
  api('orders', { operations, exposedAt: atEdge(), offers }), api('admin', { server: 'orders', port: 9090, operations: [rpc('Mend')] }), api('ledger', { port: 5432, operations: [connect(5432)] }),
], { ...known, never, segments: [segment('storefront'), segment('vault')] });
const reach = (from: InvariantSubject, to: InvariantObject): Invariant => ({ kind: 'reach', from, to, because: 'the case says so' });
const to = { vault: { kind: 'segment', name: 'vault' }, orders: { kind: 'api', name: 'orders' }, ledger: { kind: 'api', name: 'ledger' }, create: { kind: 'operation', api: 'orders', operation: 'create' }, read: { kind: 'operation', api: 'orders', operation: 'read' } } as const satisfies Record<string, InvariantObject>;
const ui = { kind: 'workload', name: 'ui' } as const;

const time = '2026-11-24T12:00:00Z', now = Date.parse(time) / 1000;
const staff = { provider: 'staff', claims: { iss: 'https://login.example.com', aud: 'retail', sub: 's', exp: now + 60, groups: ['support-leads'] } };
const call = (who: Partial<Request>, name: string, method = 'GET', path = '/orders'): Request => ({ throughExposure: false, ...who, to: name === 'ledger' ? { kind: 'operation', api: 'ledger', operation: 'connect' } : { kind: 'http', api: name, method, path }, context: { time } });
const by = (name: string): Partial<Request> => ({ peer: { kind: 'workload', name } }), outside: Partial<Request> = { throughExposure: true };

/** What still passes on the intended way when everybody else opens everything. */
function passes(declared: Policy, dataPlane: 'ambient' | 'sidecar', request: Request): boolean {
  const place = platform(dataPlane);
  const { plan, losses } = istio.lower(declared, place, noPlacement);
  expect(losses.filter(({ severity }) => severity === 'error')).toEqual([]);
  const decider = istio.interpret([...istio.emit(plan), ...wideOpen(['shop', 'front'], ['orders', 'orders-admin', 'ledger'])], place);
  return crossing(declared, place, request).intended.filter(({ enforcer }) => enforcer === 'mesh').every((hop) => decider(hop) === 'allow');
}

describe.each(['ambient', 'sidecar'] as const)('a `never` on the data plane %s outranks what others allow', (dataPlane) => {
  it.each<readonly [string, Invariant, readonly Request[], readonly Request[]]>([
    ['a workload at a segment', reach(ui, to.vault), [call(by('ui'), 'orders'), call(by('ui'), 'orders', 'DELETE', '/x'), call(by('ui'), 'ledger')], [call(by('batch'), 'orders'), call(by('batch'), 'ledger')]],
    ['a segment at an API', reach({ kind: 'segment', name: 'storefront' }, to.orders), [call(by('ui'), 'orders'), call(by('batch'), 'orders')], [call(by('ui'), 'ledger'), call(by('ledger'), 'orders'), call(by('ui'), 'admin', 'POST', '/shop.Service/Mend')]],
    ['a workload at a whole port', reach(ui, to.ledger), [call(by('ui'), 'ledger')], [call(by('batch'), 'ledger'), call(by('ui'), 'orders')]],
    ['a workload at an operation', reach(ui, to.create), [call(by('ui'), 'orders', 'POST')], [call(by('ui'), 'orders', 'GET'), call(by('batch'), 'orders', 'POST'), call(by('ui'), 'ledger')]],
    ['a workload at an operation, but for what a narrower one owns', reach(ui, to.read), [call(by('ui'), 'orders', 'GET', '/orders/1')], [call(by('ui'), 'orders', 'GET', '/orders/export'), call(by('ui'), 'orders', 'HEAD', '/orders/1')]],
    ['every identity but one', reach({ kind: 'anyIdentity', except: [ui] }, to.ledger), [call(by('batch'), 'ledger'), call({ peer: { kind: 'pod', namespace: 'else', labels: {}, serviceAccount: 'x' } }, 'ledger')], [call(by('ui'), 'ledger')]],
    ['every identity but some people, who come with the gateway\'s', reach({ kind: 'anyIdentity', except: [people('support')] }, to.orders), [call(by('ui'), 'orders'), call({ ...by('batch'), subject: staff }, 'orders')], [call({ ...outside, subject: staff }, 'orders'), call(by('ui'), 'ledger')]],
    ['nobody', reach({ kind: 'anyIdentity', except: [] }, to.ledger), [call(by('ui'), 'ledger')], [call(by('ui'), 'orders')]],
    ['whoever shows no token at the gateway', reach(anyone, to.orders), [call(outside, 'orders')], [call({ ...outside, subject: staff }, 'orders'), call(by('ui'), 'orders')]],
    ['people at their gateway', reach(people('support'), to.orders), [call({ ...outside, subject: staff }, 'orders')], [call({ ...outside, subject: { ...staff, claims: { ...staff.claims, groups: ['else'] } } }, 'orders'), call({ ...by('ui'), subject: staff }, 'orders')]],
  ])('%s', (_what, invariant, stopped, open) => {
    const offers = invariant.from.kind === 'people' ? {} : { list: [people('support')] };
    const declared = estate([invariant], offers), without = estate([], offers);
    for (const request of [...stopped, ...open]) expect(passes(without, dataPlane, request), `without it: ${JSON.stringify(request)}`).toBe(true);
    for (const request of stopped) expect(passes(declared, dataPlane, request), JSON.stringify(request)).toBe(false);
    for (const request of open) expect(passes(declared, dataPlane, request), JSON.stringify(request)).toBe(true);
  });

  it.each<readonly [string, Invariant, Parameters<typeof estate>[1]]>([
    ['a partner, who comes with the gateway\'s identity', reach(partner('acme'), to.orders), {}],
    ['a workload that acts for people', reach(acting('ui', 'support'), to.orders), {}],
    ['a workload without an identity', reach({ kind: 'workload', name: 'nobody' }, to.orders), {}],
    ['people, where others come the same way', reach(people('shoppers'), to.orders), { list: [people('support')] }],
    ['a chain', { ...reach(ui, to.orders), kind: 'flow' }, {}],
    ['another segment', reach(ui, { kind: 'segment', name: 'storefront' }), {}],
  ])('and is not said of what a rule can\'t tell: %s', (_what, invariant, offers) => {
    const objects = istio.emit(istio.lower(estate([invariant], offers), platform(dataPlane), noPlacement).plan);
    expect(objects.filter(({ object }) => (object.spec as { action?: string }).action === 'DENY')).toEqual([]);
  });

  it('leaves a partner\'s way open where nobody without a token may come', () => {
    const declared = estate([reach(anyone, to.orders)], { list: [partner('acme')] });
    expect(passes(declared, dataPlane, call(outside, 'orders'))).toBe(true); // the gateway has seen the certificate
  });

  it('takes nothing from what the policy grants', () => {
    const kinds: fc.Arbitrary<InvariantSubject> = fc.constantFrom<InvariantSubject>(ui, { kind: 'workload', name: 'batch' }, { kind: 'segment', name: 'commerce' }, anyone, people('support'), people('shoppers'), { kind: 'anyIdentity', except: [ui] }, { kind: 'anyIdentity', except: [ui, { kind: 'workload', name: 'batch' }, people('support')] });
    const objects = fc.constantFrom<Exclude<InvariantObject, { kind: 'operation' }>>({ kind: 'segment', name: 'commerce' }, { kind: 'api', name: 'orders' }, { kind: 'api', name: 'beside' });
    fc.assert(fc.property(worlds(dataPlane), fc.array(fc.tuple(kinds, objects), { minLength: 1, maxLength: 4 }), ({ policy: declared, platform: place }, pairs) => {
      const requests = requestsOf({ policy: declared, platform: place }).filter((_request, index) => index % 5 === 0);
      const granted = (from: InvariantSubject, object: Exclude<InvariantObject, { kind: 'operation' }>): boolean => declared.apis.filter(({ name }) => object.kind === 'segment' || object.name === name).some(({ offers }) => offers.some(({ to: callers }) => callers.some((caller) => isA(caller, from))));
      const never = pairs.filter(([from, object]) => !granted(from, object)).map(([from, object]) => reach(from, object)); // what `check` lets pass
      const read = (some: Policy) => istio.interpret(istio.emit(istio.lower(some, place, noPlacement).plan), place);
      const [before, after] = [read(declared), read({ ...declared, never })];
      for (const request of requests) {
        if (decide(declared, request).decision === 'deny') continue;
        for (const hop of crossing(declared, place, request).intended) expect(after(hop), JSON.stringify([never, request])).toBe(before(hop));
      }
    }), { numRuns: 25 });
  }, 120_000);
});

/** As the language judges an invariant's subject against a caller of an offer. */
function isA(caller: IdentityRef, subject: InvariantSubject): boolean {
  switch (subject.kind) {
    case 'anyIdentity': return !subject.except.some((except) => isA(caller, except)) && caller.kind !== 'anyone';
    case 'segment': return false; // only the server is in it
    case 'workload': return caller.kind === 'workload' && caller.name === subject.name;
    default: return caller.kind === subject.kind && (!('name' in caller) || !('name' in subject) || caller.name === subject.name);
  }
}

it('a Service that is exposed to people is not closed to who comes without a certificate', () => {
  const declared = policy([workload('web', { services: [service('web', 80, 8080, 'LoadBalancer')] })], [api('web', { exposedAt: atService('web'), offers: { read: [people('support')] } })], { ...known, never: [reach(anyone, { kind: 'api', name: 'web' })] });
  expect(istio.emit(istio.lower(declared, platform('sidecar'), noPlacement).plan).filter(({ object }) => (object.spec as { action?: string }).action === 'DENY')).toEqual([]);
});
