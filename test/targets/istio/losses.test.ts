import { describe, expect, it } from 'vitest';
import { catalogue } from '#diagnostics';
import type { Condition, Platform, Policy } from '#ir';
import { lower } from '../../../src/targets/istio/lower.ts';
import {
  accept, acting, anyone, api, atEdge, atService, connect, edge, http, known, noPlacement, partner, people, platform, policy, port, segment, service, shop, staff, workload,
} from './estate.ts';

const claim = (name: string, ...anyOf: string[]): Condition => ({ kind: 'claim', claim: name, anyOf });
const header = (trustedHop: string, name = 'x-tenant', ...anyOf: string[]): Condition => ({ kind: 'header', name, anyOf: anyOf.length === 0 ? ['a'] : anyOf, trustedHop });
const asking = (condition: Condition, who: Parameters<typeof api>[1] = { offers: { read: [people('support')] } }): Policy => policy([workload('ui'), workload('orders')], [api('orders', { exposedAt: atEdge(), when: [condition], ...who })], known);
const sidecar = platform('sidecar'), ambient = platform('ambient');
const granted = policy([workload('ui'), workload('orders')], [api('orders', { offers: { read: ['ui'] } })]);
const ways = (count: number): Condition => ({ kind: 'all', of: Array.from({ length: count }, (_, index) => ({ kind: 'any', of: [claim('a', `${index}`), claim('b', `${index}`)] })) });
const booleans: Partial<Policy> = { ...known, identityProviders: [{ ...staff, asserts: { mfa: { claim: 'mfa_done' } } }] };
const secured = (rest: Parameters<typeof segment>[1] = {}) => ({ segments: [segment('vault', { requires: { people: [], workloads: [], partners: [], transport: { tls: '1.3' } }, ...rest })] });

/** Code, pointer, and what brings it. */
const cases: readonly (readonly [code: string, pointer: string, what: string, declared: Policy, place: Platform])[] = [
  ['CS3101', '/workloads/1/kubernetes/services', 'no Service to address', policy([workload('ui'), workload('orders', { services: [] })], [api('orders', { offers: { read: ['ui'] } })]), ambient],
  ['CS3102', '/apis/0/offers/0', 'requests through a Service past the waypoint', policy([workload('web', { services: [service('web', 80, 8080, 'LoadBalancer')] })], [api('web', { exposedAt: atService('web'), offers: { read: [anyone] } })]), ambient],
  ['CS3103', '/mesh/version', 'a version that is none', granted, platform('sidecar', { mesh: { version: 'latest' } })],
  ['CS3103', '/mesh/version', 'no templates yet', granted, platform('sidecar', { mesh: { version: '1.21.9' } })],
  ['CS3103', '/mesh/version', 'no waypoints yet', granted, platform('ambient', { mesh: { version: '1.23' } })],
  ['CS3104', '/apis/0/offers/0', 'a factor said with `true`', policy([workload('orders')], [api('orders', { exposedAt: atEdge(), when: [{ kind: 'mfa' }], offers: { read: [people('support')] } })], booleans), sidecar],
  ['CS3104', '/apis/0/offers/0', 'a claim that is taken apart', asking(claim('permission', 'read')), sidecar],
  ['CS3104', '/apis/0/offers/0', 'a claim with brackets', asking(claim('https://x.example/a[b]', 'read')), sidecar],
  ['CS3104', '/apis/0/offers/0', 'a header that proxies act on', asking(header('edge', 'Host')), sidecar],
  ['CS3105', '/apis/0/offers/0', 'a claim\'s prefix', asking(claim('groups', 'ok', 'admin*')), sidecar],
  ['CS3105', '/apis/0/offers/0', 'a claim\'s suffix', asking(claim('groups', '*admin')), sidecar],
  ['CS3105', '/apis/0/offers/0', 'an empty value', asking(claim('groups', '')), sidecar],
  ['CS3105', '/apis/0/offers/0', 'an audience that is a pattern', { ...asking(claim('groups', 'a')), identityProviders: [shop, { ...staff, audiences: ['retail*'] }] }, sidecar],
  ['CS3106', '/apis/0/offers/0', 'a person at a whole port', policy([workload('ui'), workload('orders')], [api('orders', { operations: [connect(8080)], offers: { connect: [acting('ui', 'shoppers')] } })], known), sidecar],
  ['CS3106', '/apis/0/offers/0', 'a header at a ztunnel', policy([workload('ui'), workload('orders')], [api('orders', { operations: [connect(8080)], when: [header('ui')], offers: { connect: ['ui'] } })], known), ambient],
  ['CS3107', '/apis/0/offers/0', 'more than 64 ways', asking(ways(7)), sidecar],
  ['CS3108', '/apis/0/operations/1', 'too many spellings to take out', policy([workload('ui'), workload('orders')], [api('orders', { operations: [http('all', 'GET', '/{rest**}'), http('odd', 'GET', '/a:b:c:d:e')], offers: { all: ['ui'] } })]), ambient],
  ['CS3109', '/apis/1/operations/0', 'two APIs for one request', policy([workload('ui'), workload('orders')], [api('orders', { operations: [http('all', 'ANY', '/{rest**}')], offers: { all: ['ui'] } }), api('admin', { server: 'orders', operations: [http('run', 'POST', '/run')] })]), sidecar],
  ['CS3110', '/apis/0/offers/0', 'a header of somebody else\'s', asking(header('edge'), { offers: { read: ['ui'] } }), sidecar],
  ['CS3111', '/segments/0/requires/transport', 'a floor of 1.2', policy([workload('ui'), workload('orders', {}, { segment: 'vault' })], [api('orders', { offers: { read: ['ui'] } })], secured()), platform('sidecar', { mesh: { minTls: '1.2' } })],
  ['CS3111', '/segments/0/requires/transport', 'clients without TLS', policy([workload('web', { services: [service('web', 80, 8080, 'LoadBalancer')] }, { segment: 'vault' })], [api('web', { exposedAt: atService('web'), offers: { read: [anyone] } })], secured()), sidecar],
  ['CS3112', '/workloads/0/kubernetes/namespace', 'the mesh\'s own namespace', policy([workload('orders', { namespace: 'istio-system' })], []), sidecar],
  ['CS3112', '/workloads/0/kubernetes/namespace', 'beside the gateway\'s proxies', policy([workload('orders', { namespace: 'edge-proxies' })], []), ambient],
  ['CS3113', '/apis/0/offers/0', 'a gateway that is not in the mesh', policy([workload('orders')], [api('orders', { exposedAt: atEdge(), offers: { read: [partner('acme')] } })], known), platform('sidecar', { gateways: [{ ...edge, upstream: { kind: 'tls', caBundle: 'acme' } }] })],
  ['CS3114', '/workloads/0/kubernetes/metrics', 'a scraper past the waypoint', policy([workload('orders', { metrics: { port: 8080, path: '/metrics' } })], []), ambient],
  ['CS3115', '/workloads/0/name', 'a Service called like what is made up', policy([workload('orders', { services: [service('orders', 80, 8080), service('never', 80, 8080)] }), workload('ui')], [api('orders', { offers: { read: ['ui'] } })], {
    never: [{ kind: 'reach', from: { kind: 'workload', name: 'orders' }, to: { kind: 'api', name: 'orders' }, because: 'no loops' }] }), ambient],
  ['CS3116', '/workloads/2/kubernetes/services', 'a Service of two workloads', policy([workload('ui'), workload('orders'), workload('orders-b', { services: [service('orders', 80, 8080)] })], [api('orders', { offers: { read: ['ui'] } }), api('orders-b', { offers: { read: ['ui'] } })]), ambient],
  ['CS3117', '/identityProviders/1/issuer', 'one issuer, two keys', { ...granted, identityProviders: [staff, { ...shop, issuer: staff.issuer }] }, sidecar],
  ['CS1024', '/apis/0/offers/0', 'pods that may be anywhere', policy([workload('web', { services: [service('web', 80, 8080, 'LoadBalancer')] })], [api('web', { exposedAt: atService('web'), offers: { read: [anyone] } })]), platform('sidecar', { podCidrs: [] })],
  ['CS3118', '/mesh', 'labels to be there', granted, ambient],
];

describe('a loss', () => {
  it.each(cases)('%s at %s: %s', (code, pointer, _what, declared, place) => {
    const { losses } = lower(declared, place, noPlacement);
    expect(losses.filter((loss) => loss.code !== 'CS3118' || code === 'CS3118').map((loss) => [loss.code, loss.pointer])).toEqual([[code, pointer]]);
    for (const { help, message } of losses) { expect(message).not.toMatch(/[.!?]$/); expect(help).toMatch(/^\S[^]{8,}[^.]$/); }
  });

  it('has a case for every code of the mesh', () => {
    const codes = catalogue.map(({ code }) => code).filter((code) => code.startsWith('CS31'));
    expect([...new Set(cases.map(([code]) => code))].filter((code) => code.startsWith('CS31')).sort()).toEqual([...codes].sort());
  });

  it.each([
    ['condition.claim', asking(claim('permission', 'read')), sidecar],
    ['condition.mfa', policy([workload('orders')], [api('orders', { exposedAt: atEdge(), when: [{ kind: 'mfa' }], offers: { read: [people('support')] } })], booleans), sidecar],
    ['condition.header', asking(header('edge'), { offers: { read: ['ui'] } }), sidecar],
    ['identity.person', policy([workload('ui'), workload('orders')], [api('orders', { operations: [connect(8080)], offers: { connect: [acting('ui', 'shoppers')] } })], known), ambient],
    ['operation.http', policy([workload('orders', { metrics: { port: 8080, path: '/metrics' } })], []), ambient],
    ['transport.tls', policy([workload('ui'), workload('orders', {}, { segment: 'vault' })], [api('orders', { offers: { read: ['ui'] } })], secured()), platform('sidecar', { mesh: { minTls: '1.2' } })],
  ] as const)('is none where `%s` is accepted in writing', (feature, declared, place) => {
    expect(lower(declared, { ...place, accept: [accept(feature)] }, noPlacement).losses.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  it.each([
    ['TLS 1.3 where ztunnels alone are on the way', policy([workload('ui'), workload('db', { ports: [port(5432)], services: [service('db', 5432, 5432)] }, { segment: 'vault' })], [api('db', { port: 5432, operations: [connect(5432)], offers: { connect: ['ui'] } })], secured()), platform('ambient', { mesh: { minTls: '1.2' } })],
    ['a version with a patch level', granted, platform('ambient', { mesh: { version: '1.24.0' } })],
    ['a version to come', granted, platform('ambient', { mesh: { version: '2.0' } })],
    ['the same paths at two ports', policy([workload('ui'), workload('orders', { ports: [port(8080), port(9090)], services: [service('orders', 80, 8080), service('admin', 80, 9090)] })], [api('orders', { offers: { read: ['ui'] } }), api('admin', { server: 'orders', port: 9090, offers: { read: ['ui'] } })]), ambient],
    ['exactly 64 ways', asking(ways(6)), sidecar],
    ['the gateway\'s own header', asking(header('edge')), sidecar],
    ['the caller\'s own header', asking(header('ui'), { offers: { read: ['ui'] } }), ambient],
    ['what is unmanaged', policy([workload('ui'), workload('legacy', { namespace: 'istio-system', services: [], metrics: { port: 8080, path: '/metrics' } }, { segment: 'old' })], [api('legacy', { offers: { read: ['ui'] } })], { segments: [segment('old', { managed: 'unmanaged' })] }), ambient],
  ] as const)('is none for %s', (_what, declared, place) => {
    expect(lower(declared, place, noPlacement).losses.filter(({ severity }) => severity === 'error').map(({ message }) => message)).toEqual([]);
  });
});

describe('enrolment', () => {
  it.each([
    ['ambient', ['kubectl label namespace edge-proxies front monitoring shop istio.io/dataplane-mode=ambient', 'kubectl label service -n shop orders istio.io/use-waypoint=waypoint']],
    ['sidecar', ['kubectl label namespace edge-proxies front monitoring shop istio-injection=enabled']],
  ] as const)('%s: names what has to be labelled, word by word', (dataPlane, commands) => {
    const declared = policy([workload('ui', { namespace: 'front' }), workload('orders', { metrics: { port: 8080, path: '/metrics' } }), workload('db', { ports: [port(5432)], services: [service('db', 5432, 5432)] })],
      [api('orders', { offers: { read: ['ui'] } }), api('db', { port: 5432, operations: [connect(5432)], offers: { connect: ['ui'] } })]);
    const [said] = lower(declared, platform(dataPlane), noPlacement).losses.filter(({ code }) => code === 'CS3118');
    expect(said?.severity).toBe('info');
    expect([...said!.help!.matchAll(/`([^`]+)`/g)].map(([, command]) => command)).toEqual(commands);
  });
});
