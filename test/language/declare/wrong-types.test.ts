import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as language from '#language';
import type { Declared, Diagnostic } from '#diagnostics';
import type { Platform, Policy } from '#ir';

/** The language as a program in JavaScript sees it. */
const js = language as unknown as Readonly<Record<string, (...given: unknown[]) => unknown>>;
const { workload, api, policy, segment, get, never, reach, anyone, people, identityProvider, kubernetes, calico, acceptWeaker } = js as unknown as
  Record<'workload' | 'api' | 'policy' | 'segment' | 'get' | 'never' | 'reach' | 'people' | 'identityProvider' | 'kubernetes' | 'calico' | 'acceptWeaker', (...given: unknown[]) => any> & { anyone: unknown }; // eslint-disable-line @typescript-eslint/no-explicit-any

/** As `@pulumi/pulumi` makes them: a proxy that answers every question with another output. */
function output(): unknown {
  return new Proxy({ __pulumiOutput: true }, { get: (target, key) => (key === '__pulumiOutput' ? true : typeof key === 'symbol' ? undefined : key in target ? undefined : output()) });
}

/** Everything that declaring and checking have to say. */
function said(declared: unknown): readonly Diagnostic[] {
  const one = declared as Declared<Policy>;
  const checked = language.check(one, { asOf: '2026-11-24' });
  expect(checked.ok).toBe(false);
  const all = [...one.diagnostics, ...checked.diagnostics];
  return all.filter((diagnostic, index) => all.findIndex(({ code, message, pointer }) => code === diagnostic.code && message === diagnostic.message && pointer === diagnostic.pointer) === index);
}

const facts = { namespace: 'a', serviceAccount: 'a', selector: { app: 'a' }, ports: [{ number: 8080 }] };
const server = workload('server', { kubernetes: facts });
const good = { servedBy: server, port: 8080, operations: { list: get('/') } };
const withOffer = (offer: unknown) => policy('p', { apis: [api('a', { ...good, offers: { list: offer } })] });

describe('what is not of its type is said once, with a code and at its place', () => {
  test.each<[string, () => unknown, string, string]>([
    ['a policy without options', () => policy('p'), 'CS1033', '/apis'],
    ['a policy whose APIs are null', () => policy('p', { apis: null }), 'CS1033', '/apis'],
    ['a policy of null', () => policy('p', null), 'CS1033', '/apis'],
    ['a policy without a name', () => policy(undefined, { apis: [] }), 'CS1033', '/name'],
    ['an unknown list of a policy', () => policy('p', { apis: [], ask: [] }), 'CS1033', '/ask'],
    ['undefined among the APIs, as a circular import leaves it', () => policy('p', { apis: [undefined] }), 'CS1033', '/apis/0'],
    ['a workload among the APIs', () => policy('p', { apis: [workload('b', { kubernetes: { ...facts, namespace: 'b' } })] }), 'CS1033', '/apis/0'],
    ['APIs that are no list', () => policy('p', { apis: 'orders' }), 'CS1033', '/apis'],
    ['a text among the asks', () => policy('p', { apis: [], asks: ['checkout → orders.list'] }), 'CS1033', '/asks/0'],
    ['a request of undefined', () => policy('p', { apis: [], asks: server.calls(undefined) }), 'CS1033', '/asks/0/to'],
    ['a reason that is a number', () => policy('p', { apis: [api('a', { ...good, offers: { list: { to: [server] } } })], asks: server.calls({}, 5) }), 'CS1033', '/asks/0'],
    ['an API of null', () => policy('p', { apis: [api('a', null)] }), 'CS1033', '/apis/0'],
    ['an API served by a text', () => policy('p', { apis: [api('a', { ...good, servedBy: 'server' })] }), 'CS1033', '/apis/0/servedBy'],
    ['an API served by nobody', () => policy('p', { apis: [api('a', { ...good, servedBy: undefined })] }), 'CS1033', '/apis/0/servedBy'],
    ['an API without operations', () => policy('p', { apis: [api('a', { ...good, operations: undefined })] }), 'CS1033', '/apis/0/operations'],
    ['an operation that is a text', () => policy('p', { apis: [api('a', { ...good, operations: { list: 'GET /' } })] }), 'CS1033', '/apis/0/operations/0'],
    ['an unknown field of an API', () => policy('p', { apis: [api('a', { ...good, ownr: 'me' })] }), 'CS1033', '/apis/0/ownr'],
    ['an offer to a text', () => withOffer({ to: 'server' }), 'CS1033', '/apis/0/offers/0/to'],
    ['an offer to undefined', () => withOffer({ to: [undefined] }), 'CS1033', '/apis/0/offers/0/to/0'],
    ['an offer to an API', () => withOffer({ to: [api('b', good)] }), 'CS1033', '/apis/0/offers/0/to/0/kind'],
    ['an offer to nobody', () => withOffer({ because: 'x' }), 'CS1033', '/apis/0/offers/0/to'],
    ['an offer of null', () => withOffer(null), 'CS1033', '/apis/0/offers/0'],
    ['an unknown field of an offer', () => withOffer({ to: [server], untill: '2027-01-01' }), 'CS1033', '/apis/0/offers/0/untill'],
    ['an end that is a date object', () => withOffer({ to: [server], until: new Date(0) }), 'CS1033', '/apis/0/offers/0/until'],
    ['a condition that is a text', () => withOffer({ to: [server], when: ['mfa'] }), 'CS1033', '/apis/0/offers/0/when/0'],
    ['a duration in words', () => withOffer({ to: [server], when: [js['maxTokenAge']!('an hour')] }), 'CS1033', '/apis/0/offers/0/when/0/seconds'],
    ['a duration that is a number', () => withOffer({ to: [server], when: [js['mfa']!({ within: 900 })] }), 'CS1033', '/apis/0/offers/0/when/0/within'],
    ['a duration inside two joined conditions', () => withOffer({ to: [server], when: [js['all']!(js['anyOf']!(js['maxTokenAge']!('1w')))] }), 'CS1033', '/apis/0/offers/0/when/0/of/0/of/0/seconds'],
    ['a rate in words', () => policy('p', { apis: [], segments: segment('s', { alerts: [js['failedAuthentication']!({ above: 'often' })] }) }), 'CS1033', '/segments/0/alerts/0/abovePerMinute'],
    ['a segment by its number', () => policy('p', { apis: [], workloads: workload('w', { kubernetes: facts, segment: 7 }) }), 'CS1033', '/workloads/0/segment'],
    ['a data class that is none', () => policy('p', { apis: [], segments: segment('s', { holds: 'secret' }) }), 'CS1033', '/segments/0/holds'],
    ['a port that is a text', () => policy('p', { apis: [], workloads: workload('w', { kubernetes: { ...facts, ports: [{ number: '80' }] } }) }), 'CS1033', '/workloads/0/kubernetes/ports/0/number'],
    ['a probe of two kinds', () => policy('p', { apis: [], workloads: workload('w', { kubernetes: { ...facts, probes: { liveness: { http: {}, tcp: {} } } } }) }), 'CS1033', '/workloads/0/kubernetes/probes/0/probe/kind'],
    ['a probe of an unknown name', () => policy('p', { apis: [], workloads: workload('w', { kubernetes: { ...facts, probes: { alive: { exec: true } } } }) }), 'CS1033', '/workloads/0/kubernetes/probes/0/name'],
    ['an invariant without a reason', () => policy('p', { apis: [api('a', good)], never: never(reach(anyone, api('a', good)), {}) }), 'CS1033', '/never/0/because'],
    ['an invariant about people as what is reached', () => policy('p', { apis: [], never: never(reach(anyone, people('x', { via: identityProvider('y', { issuer: 'https://a', audiences: [], jwksUri: 'https://a' }) })), { because: 'x' }) }), 'CS1033', '/never/0/to/kind'],
    ['an invariant about nothing', () => policy('p', { apis: [], never: never() }), 'CS1033', '/never/0'],
    ['people of no provider', () => policy('p', { apis: [api('a', { ...good, exposedAt: { service: 'x' }, offers: { list: { to: [people('x', {})] } } })] }), 'CS1033', '/people/0/via'],
    ['an output as a name', () => policy('p', { apis: [], workloads: workload(output(), { kubernetes: facts }) }), 'CS1032', '/workloads/0/name'],
    ['an output as the policy', () => policy('p', output()), 'CS1032', '/apis'],
    ['an output as options', () => policy('p', { apis: [api('a', output())] }), 'CS1032', '/apis/0'],
    ['an output as Kubernetes facts', () => policy('p', { apis: [], workloads: workload('w', { kubernetes: output() }) }), 'CS1032', '/workloads/0/kubernetes'],
    ['an output as a namespace', () => policy('p', { apis: [], workloads: workload('w', { kubernetes: { ...facts, namespace: output() } }) }), 'CS1032', '/workloads/0/kubernetes/namespace'],
    ['an output as a label', () => policy('p', { apis: [], workloads: workload('w', { kubernetes: { ...facts, selector: { app: output() } } }) }), 'CS1032', '/workloads/0/kubernetes/selector/app'],
    ['an output as an API', () => policy('p', { apis: [output()] }), 'CS1032', '/apis/0'],
    ['an output as a server', () => policy('p', { apis: [api('a', { ...good, servedBy: output() })] }), 'CS1032', '/apis/0/servedBy'],
    ['an output as a port', () => policy('p', { apis: [api('a', { ...good, port: output() })] }), 'CS1032', '/apis/0/servedBy/port'],
    ['an output as who is offered to', () => withOffer({ to: [output()] }), 'CS1032', '/apis/0/offers/0/to/0'],
    ['an output as a duration', () => withOffer({ to: [server], when: [js['maxTokenAge']!(output())] }), 'CS1032', '/apis/0/offers/0/when/0/seconds'],
    ['an output as a reason', () => policy('p', { apis: [api('a', { ...good, offers: { list: { to: [server] } } })], asks: server.calls(api('a', good).list, { because: output() }) }), 'CS1032', '/asks/0/because'],
    ['a queue of null', () => policy('p', { apis: [js['queue']!('q', null)] }), 'CS1033', '/apis/0'],
    ['an unknown field of a queue', () => policy('p', { apis: [js['queue']!('q', { arn: 'a', queueUrl: 'b' })] }), 'CS1033', '/apis/0/queueUrl'],
    ['`owned` that is a text', () => policy('p', { apis: [js['queue']!('q', { arn: 'a', owned: 'yes' })] }), 'CS1033', '/apis/0/servedBy/owned'],
    ['indexes in a list', () => policy('p', { apis: [js['table']!('t', { arn: 'a', indexes: ['idx'] })] }), 'CS1033', '/apis/0/operations'],
    ['prefixes that are a text', () => policy('p', { apis: [js['bucket']!('b', { arn: 'a', prefixes: 'thumbs/' })] }), 'CS1033', '/apis/0/operations'],
    ['an index that is a number', () => policy('p', { apis: [js['table']!('t', { arn: 'a', indexes: { byDate: 7 }, offers: {} })] }), 'CS1033', '/apis/0/operations/2/within'],
    ['a hole of no service', () => policy('p', { apis: [js['queue']!('q', { arn: js['hole']!('h', { kind: 'arn' }) })] }), 'CS1033', '/holes/0/service'],
    ['a hole without options', () => policy('p', { apis: [js['queue']!('q', { arn: js['hole']!('h') })] }), 'CS1033', '/holes/0'],
    ['a host without a name', () => policy('p', { apis: [], workloads: workload('w', { host: { trustAnchor: 'a' } }) }), 'CS1033', '/workloads/0/host/san'],
    ['an output as an ARN', () => policy('p', { apis: [js['queue']!('q', { arn: output() })] }), 'CS1032', '/apis/0/servedBy/arn'],
    ['an output as a key', () => policy('p', { apis: [js['queue']!('q', { arn: 'a', encryptedBy: output() })] }), 'CS1032', '/apis/0/servedBy/encryptedBy'],
    ['an output as indexes', () => policy('p', { apis: [js['table']!('t', { arn: 'a', indexes: output() })] }), 'CS1032', '/apis/0/operations'],
    ['an output as a path', () => policy('p', { apis: [api('a', { ...good, operations: { list: get(output()) } })] }), 'CS1032', '/apis/0/operations/0/path'],
  ])('%s', (_, declare, code, pointer) => {
    const found = said(declare()).filter((diagnostic) => diagnostic.code === 'CS1032' || diagnostic.code === 'CS1033');
    expect(found.map((diagnostic) => [diagnostic.code, diagnostic.pointer])).toEqual([[code, pointer]]);
  });

  test('a workload in place of an ARN is none, and said once', () => {
    expect(said(policy('p', { apis: [js['queue']!('q', { arn: server })] })).map(({ code, message, pointer }) => [code, pointer, message])).toEqual([['CS1060', '/apis/0/servedBy/arn', 'the ARN of `q`, `workload:server`, is no ARN, which has six fields with colons between them']]);
  });

  test('a request that is not offered, past the type checker, is found by check', () => {
    const served = api('a', { ...good, offers: {} });
    expect(said(policy('p', { apis: [served], asks: server.calls(served.list) })).map(({ code }) => code)).toContain('CS1012');
  });
});

test.each([[null], ['x'], [{}], [{ cni: 'calico' }], [output()], [{ cni: calico(), podCidrs: 'x', accept: 5 }], [{ cni: calico(), podCidrs: [], accept: [acceptWeaker(null)] }],
  [{ cni: calico(), podCidrs: [], mesh: 'istio' }], [{ cni: calico(), podCidrs: [], mesh: js['istioAmbient']!(null) }], [{ cni: calico(), podCidrs: [], gateways: 'edge' }], [{ cni: calico(), podCidrs: [], gateways: { edge: js['envoyGateway']!(output()) } }],
  [{ cni: calico(), podCidrs: [], gateways: { edge: js['envoyGateway']!({}) } }], [{ cni: calico(), podCidrs: [], gateways: { edge: js['envoyGateway']!({ namespace: 'a', certificate: js['secret']!('a', 'b'), clientAddress: js['xForwardedFor']!() }) } }],
  [{ cni: calico(), podCidrs: [], caBundles: { a: js['secret']!() } }], [{ cni: calico(), podCidrs: [], hosts: { a: 1 } }], [{ cni: calico(), podCidrs: [], issuer: js['certManager']!() }], [{ cni: calico(), podCidrs: [], metricsScraper: js['prometheus']!(output()) }],
  ...[null, 'aws', {}, output(), { accountId: '111122223333' }, { accountId: output(), region: 'eu-west-1', clusterName: 'a' }, { accountId: '111122223333', region: 'eu-west-1', clusterName: 'a', endpoints: ['sqs'] },
    { accountId: '111122223333', region: 'eu-west-1', clusterName: 'a', endpoints: { sqs: 5 } }, { accountId: '111122223333', region: 'eu-west-1', clusterName: 'a', endpoints: { sqss: [] } }, { accountId: '111122223333', region: 'eu-west-1', clusterName: 'a', trustAnchors: 'a' },
    { accountId: '111122223333', region: 'eu-west-1', clusterName: 'a', identity: js['irsa']!() }, { accountId: '111122223333', region: 'eu-west-1', clusterName: 'a', identity: js['irsa']!(output()) }].map((aws): [unknown] => [{ cni: calico(), podCidrs: [], clusterName: 'a', aws }]), [undefined]])('a platform of %o is refused and does not throw', (given) => {
  for (const profile of ['kubernetes', 'eks']) {
    const declared = js[profile]!(given) as Declared<Platform>;
    expect(language.checkPlatform(undefined, declared, { asOf: '2026-11-24' }).ok).toBe(false);
    for (const pointer of ['/accept/0/until', '/mesh/trustDomain', '/gateways/0/pods/labels/a', '/gateways/7/name', '/hosts/0/cidrs/0', '/caBundles/0/ref/name', '/issuer/duration', '/aws/endpoints/0/cidrs/0', '/aws/trustAnchors/1/arn', '/aws/clusterName']) declared.sites.find(pointer);
  }
});

test('nothing that a program can write makes the language throw', () => {
  const handles = [server, anyone, segment('s'), get('/'), api('x', good), api('x', good).list, server.calls(api('x', good).list), js['mfa']!(), kubernetes, output(), Symbol('x'), Object.create(null), 1n];
  const junk = fc.letrec<{ any: unknown }>((tie) => ({
    any: fc.oneof({ maxDepth: 4, withCrossShrink: true },
      fc.constantFrom(...handles), fc.string({ maxLength: 3 }), fc.integer(), fc.constantFrom(undefined, null, true, Number.NaN, '__proto__'),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('to', 'when', 'offers', 'operations', 'servedBy', 'port', 'kubernetes', 'probes', 'http', 'liveness', 'services', 'requires', 'people', 'alerts', 'apis', 'asks', 'never', 'workloads', 'because', 'exposedAt', 'via', 'where', 'asserts', 'accept', 'dns', 'apiServer', 'mesh', 'gateways', 'caBundles', 'hosts', 'issuer', 'metricsScraper', 'namespace', 'certificate', 'upstream', 'clientAddress', 'list', 'arn', 'owned', 'segment', 'encryptedBy', 'indexes', 'prefixes', 'rotationDays', 'host', 'aws', 'endpoints', 'trustAnchors', 'cidrs', '__proto__', 'constructor'), tie('any'), { maxKeys: 5 })),
  })).any;
  const declaring = ['workload', 'api', 'segment', 'people', 'partner', 'identityProvider', 'queue', 'table', 'bucket', 'key', 'database', 'hole', 'never'] as const;
  fc.assert(fc.property(junk, fc.array(fc.tuple(fc.constantFrom(...declaring), junk, junk), { maxLength: 4 }), (options, calls) => {
    const made = calls.map(([name, first, second]) => js[name]!(first, second));
    for (const one of made) if (typeof one === 'object' && one !== null && 'calls' in one) (one as typeof server).calls(options);
    for (const given of [options, { apis: made, workloads: made, asks: made, never: made, segments: made }, { apis: [options], asks: [options] }]) {
      const declared = policy('p', given) as Declared<Policy>;
      language.check(declared, { asOf: '2026-11-24' });
      for (const pointer of ['/apis/0/offers/0/to/0', '/workloads/0/kubernetes/probes/0/probe/port', '/asks/0/because', '/never/0/to', '/apis/0/operations/0/within', '/apis/0/servedBy/arn', '']) declared.sites.find(pointer);
    }
    js['kubernetes']!(options);
    js['eks']!(options);
    for (const part of ['istioAmbient', 'istioSidecar', 'envoyGateway', 'certManager', 'prometheus', 'xForwardedFor', 'upstreamTls', 'secret', 'irsa'] as const) {
      const made = js[part]!(options);
      const platform = js['kubernetes']!({ mesh: made, gateways: { a: made, b: options }, metricsScraper: made, caBundles: { a: made }, hosts: { a: made }, issuer: made, aws: { endpoints: made, trustAnchors: options, identity: made } }) as Declared<Platform>;
      language.checkPlatform(undefined, platform, { asOf: '2026-11-24' });
      for (const pointer of ['/mesh/trustDomain', '/gateways/0/pods/serviceAccount', '/gateways/1/name', '/issuer/duration', '/hosts/0/cidrs/0', '/aws/endpoints/0/cidrs/0', '/aws/trustAnchors/0/name']) platform.sites.find(pointer);
    }
  }), { numRuns: 300, seed: 20261124 });
});
