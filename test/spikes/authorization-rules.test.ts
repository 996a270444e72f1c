import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWithEngines } from '../engines/engine.ts';
import type { Manifest } from '../engines/envoy/manifest.ts';
import { serveGateway, type ServedGateway } from '../engines/envoy/serve-gateway.ts';
import { tokenIssuer, type Claims, type TokenIssuer } from '../engines/envoy/tokens.ts';
import { translateGateway } from '../engines/envoy/translate-gateway.ts';
import { gatewayClass, httpGateway, httpRoute, jwtOf, securityPolicy, service } from './cel-gateway.ts';

type Rule = Record<string, unknown>;

/** A rule needs a principal or an expression; this one is for rules about the operation alone. */
const anyone = { cel: 'true' };
const allow = (operation: Rule, principal: Rule = anyone): Rule => ({ action: 'Allow', operation, ...principal });

/** A route of everything under `/<name>`, with these rules. */
const ruled = (name: string, rules: readonly Rule[], spec: Rule = {}): Manifest[] => [
  httpRoute(name, [{ matches: [{ path: { type: 'PathPrefix', value: `/${name}` } }], backendRefs: [{ name: 'echo', port: 80 }] }]),
  securityPolicy(name, { kind: 'HTTPRoute', name }, { authorization: { defaultAction: 'Deny', rules }, ...spec }),
];

describeWithEngines(['envoy', 'egxlate'], 'the rules of a SecurityPolicy', () => {
  let issuer: TokenIssuer;
  let gateway: ServedGateway;
  const claimRule = (claim: Rule): Rule => ({ action: 'Allow', principal: { jwt: { provider: 'idp', claims: [claim] } } });

  beforeAll(async () => {
    issuer = await tokenIssuer({ issuer: 'https://login.example.com' });
    const jwt = { jwt: jwtOf(issuer) };
    gateway = await serveGateway({
      objects: [
        gatewayClass,
        httpGateway,
        service('echo'),
        ...ruled('exact', [allow({ path: { type: 'Exact', value: '/exact/a.b' } })]),
        ...ruled('prefix', [allow({ path: { type: 'PathPrefix', value: '/prefix/a' } })]),
        ...ruled('regex', [allow({ path: { type: 'RegularExpression', value: '/regex/[0-9]+' } })]),
        ...ruled('invert', [allow({ path: { type: 'Exact', value: '/invert/a', invert: true } })]),
        ...ruled('methods', [allow({ methods: ['GET', 'PUT'] })]),
        ...ruled('order', [
          { action: 'Deny', operation: { methods: ['PUT'] }, ...anyone },
          allow({ methods: ['GET', 'PUT'] }),
          { action: 'Deny', ...anyone },
          allow({ methods: ['POST'] }),
        ]),
        ...ruled('broken-deny', [{ action: 'Deny', cel: `metadata.filter_metadata['no.such.filter'].claim == 'x'` }, { action: 'Allow', ...anyone }]),
        ...ruled('nobody', []),
        ...ruled('text', [claimRule({ name: 'role', values: ['admin', '7', 'true'] })], jwt),
        ...ruled('list', [claimRule({ name: 'role', valueType: 'StringArray', values: ['admin', '7'] })], jwt),
        ...ruled('nested', [claimRule({ name: 'realm.role', values: ['admin'] })], jwt),
        ...ruled('scopes', [{ action: 'Allow', principal: { jwt: { provider: 'idp', scopes: ['read', 'write'] } } }], jwt),
        ...ruled('cidr', [{ action: 'Allow', principal: { clientCIDRs: ['127.0.0.2/32'] } }]),
        ...ruled('header', [{ action: 'Allow', principal: { headers: [{ name: 'x-team', values: ['retail'] }] } }]),
      ],
    });
  }, 90_000);
  afterAll(async () => gateway?.stop());

  const status = async (path: string, method = 'GET', headers: Record<string, string> = {}): Promise<number> =>
    (await gateway.request({ port: 80, tls: false, host: 'shop.example.com', path, method, headers })).status;
  const withClaims = async (path: string, claims: Claims): Promise<number> =>
    status(path, 'GET', { authorization: `Bearer ${await issuer.sign({ aud: 'shop', ...claims })}` });

  it.each<[string, number]>([
    ['/exact/a.b', 200],
    ['/exact/a.b?x=1', 200],
    // What HTTPRoute calls Exact does not match this; the rule's Exact does.
    ['/exact/a.b;x=1', 200],
    ['/exact/a.b/', 403],
    ['/exact/aXb', 403],
    ['/exact/A.b', 403],
    ['/exact/a.b%3fx', 403],
    ['/exact/a.b%23', 403],
    // A rule sees the path after normalisation.
    ['/exact//a.b', 200],
    ['/exact/x/../a.b', 200],
    ['/exact/%61%2eb', 200],
    ['/exact\\a.b', 200],
    ['/prefix/a', 200],
    ['/prefix/a/b', 200],
    ['/prefix/a?b', 200],
    ['/prefix/ab', 403],
    // A regular expression is matched whole, against the path with its query.
    ['/regex/12', 200],
    ['/regex/12?x=1', 403],
    ['/regex/12/x', 403],
    ['/invert/a', 403],
    ['/invert/b', 200],
  ])('GET %s is %i', async (path, expected) => expect(await status(path)).toBe(expected));

  it.each<[string, number]>([['GET', 200], ['PUT', 200], ['POST', 403], ['HEAD', 403], ['OPTIONS', 403], ['TRACE', 403]])(
    'where GET and PUT are allowed, %s is %i',
    async (method, expected) => expect(await status('/methods', method)).toBe(expected),
  );

  it.each<[string, number]>([['GET', 200], ['PUT', 403], ['POST', 403], ['DELETE', 403]])('the first rule that matches decides: %s is %i', async (method, expected) =>
    expect(await status('/order', method)).toBe(expected));

  it('an expression that fails does not match: a denying rule with one denies nothing', async () => expect(await status('/broken-deny')).toBe(200));
  it('no rules and the default Deny let nobody in', async () => expect(await status('/nobody')).toBe(403));

  it.each<[string, string, Claims, number]>([
    ['a text', '/text', { role: 'admin' }, 200],
    ['a text in a list, where a text is wanted', '/text', { role: ['admin'] }, 403],
    ['a number that reads the same', '/text', { role: 7 }, 403],
    ['a boolean that reads the same', '/text', { role: true }, 403],
    ['a text in other letters', '/text', { role: 'Admin' }, 403],
    ['nothing', '/text', {}, 403],
    ['one of a list', '/list', { role: ['guest', 'admin'] }, 200],
    ['a text, where a list is wanted', '/list', { role: 'admin' }, 403],
    ['a number in a list', '/list', { role: [7] }, 403],
    ['a nested text', '/nested', { realm: { role: 'admin' } }, 200],
    ['a text under the dotted name', '/nested', { 'realm.role': 'admin' }, 403],
    ['all scopes', '/scopes', { scope: 'write read more' }, 200],
    ['one scope of two', '/scopes', { scope: 'read' }, 403],
    ['scopes as a list', '/scopes', { scope: ['read', 'write'] }, 200],
    ['scopes under `scp`', '/scopes', { scp: 'read write' }, 200],
  ])('a claim of %s', async (_, path, claims, expected) => expect(await withClaims(path, claims)).toBe(expected));

  it('clientCIDRs look at the connection, not at what the client forwards', async () => {
    const ask = async (from: string, forwarded: string): Promise<number> =>
      (await gateway.request({ port: 80, tls: false, from, host: 'shop.example.com', path: '/cidr', headers: { 'x-forwarded-for': forwarded } })).status;
    expect(await ask('127.0.0.2', '127.0.0.9')).toBe(200);
    expect(await ask('127.0.0.3', '127.0.0.2')).toBe(403);
  });

  it('headers are believed as the client sends them', async () => {
    expect(await status('/header', 'GET', { 'X-Team': 'retail' })).toBe(200);
    expect(await status('/header')).toBe(403);
  });
});

describeWithEngines(['envoy', 'egxlate'], 'SecurityPolicies on a Gateway, a route and a rule of it', () => {
  const cors = { cors: { allowOrigins: ['https://shop.example.com'] } };
  const closed = { authorization: { defaultAction: 'Deny' } };
  const rule = (route: string, name: string): Rule => ({ name, matches: [{ path: { type: 'Exact', value: `/${route}/${name}` } }], backendRefs: [{ name: 'echo', port: 80 }] });
  let gateway: ServedGateway;
  beforeAll(async () => {
    gateway = await serveGateway({
      objects: [
        gatewayClass,
        httpGateway,
        service('echo'),
        securityPolicy('edge', { kind: 'Gateway', name: 'edge' }, closed),
        ...['bare', 'own', 'merged', 'sections'].map((route) => httpRoute(route, ['a', 'b', 'c'].map((name) => rule(route, name)))),
        securityPolicy('own', { kind: 'HTTPRoute', name: 'own' }, cors),
        securityPolicy('merged', { kind: 'HTTPRoute', name: 'merged' }, { ...cors, mergeType: 'StrategicMerge' }),
        securityPolicy('sections', { kind: 'HTTPRoute', name: 'sections' }, closed),
        securityPolicy('sections-a', { kind: 'HTTPRoute', name: 'sections', sectionName: 'a' }, { authorization: { defaultAction: 'Deny', rules: [{ action: 'Allow', ...anyone }] } }),
        securityPolicy('sections-b', { kind: 'HTTPRoute', name: 'sections', sectionName: 'b' }, cors),
      ],
    });
  }, 90_000);
  afterAll(async () => gateway?.stop());

  it.each<[string, number, string]>([
    ['/bare/a', 403, "no policy of its own: the Gateway's"],
    ['/own/a', 200, "a policy of its own that says nothing of authorization: the Gateway's is gone"],
    ['/merged/a', 403, 'the same with mergeType: both'],
    ['/sections/a', 200, "a rule's policy"],
    ['/sections/b', 200, "a rule's policy that says nothing of authorization: the route's is gone"],
    ['/sections/c', 403, "a rule without a policy: the route's"],
  ])('%s is %i: %s', async (path, expected) => expect((await gateway.request({ port: 80, tls: false, host: 'shop.example.com', path })).status).toBe(expected));

  it('says so only in the status of the policy that is set aside', () => {
    expect(gateway.translation.problems).toEqual([]);
    expect(gateway.translation.conditions['SecurityPolicy shop/edge']).toContainEqual(expect.objectContaining({ type: 'Overridden', status: 'True' }));
  });
});

describeWithEngines(['egxlate'], 'what Envoy Gateway refuses in a SecurityPolicy', () => {
  describe.each<[string, Rule, string]>([
    ['a rule about an operation and nobody', { authorization: { rules: [{ action: 'Allow', operation: { methods: ['GET'] } }] } }, 'at least one of principal or cel must be specified'],
    ['an empty principal', { authorization: { rules: [{ action: 'Allow', principal: {} }] } }, 'at least one of clientCIDRs, jwt, headers'],
    ['a claim without a provider', { authorization: { rules: [{ action: 'Allow', principal: { jwt: { provider: 'idp', claims: [{ name: 'a', values: ['b'] }] } } }] } }, 'jwt must be defined'],
    ['text that is no CEL', { authorization: { rules: [{ action: 'Allow', cel: 'request.method ==' }] } }, 'invalid CEL expression'],
  ])('%s', (_, spec, reason) => {
    it('is told', async () => {
      const route = httpRoute('a', [{ backendRefs: [{ name: 'echo', port: 80 }] }]);
      const { problems } = await translateGateway({ objects: [gatewayClass, httpGateway, service('echo'), route, securityPolicy('a', { kind: 'HTTPRoute', name: 'a' }, spec)] });
      expect(problems[0]).toContain(reason);
    });
  });

  it('a policy in another namespace than its route attaches to nothing', async () => {
    const route = httpRoute('a', [{ backendRefs: [{ name: 'echo', port: 80 }] }]);
    const policy = securityPolicy('a', { kind: 'HTTPRoute', name: 'a' }, { authorization: { defaultAction: 'Deny' } });
    const away = { ...policy, metadata: { name: 'a', namespace: 'elsewhere' } };
    const { problems } = await translateGateway({ objects: [gatewayClass, httpGateway, service('echo'), route, away] });
    expect(problems).toEqual(['SecurityPolicy elsewhere/a has no status: it is attached to nothing']);
  });
});
