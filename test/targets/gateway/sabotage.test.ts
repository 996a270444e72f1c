import { describe, expect, it } from 'vitest';
import { interpret } from '../../../src/targets/gateway/interpret.ts';
import type { Request } from '#spec';
import { behindGateway, retail } from './estate.ts';
import { sabotages } from './sabotage.ts';
import { allowed, verdicts, worldOf, type World } from './world.ts';

const time = '2026-11-23T10:30:00Z', now = Date.parse(time) / 1000;
const shown = (provider: string, claims: Readonly<Record<string, unknown>>): Pick<Request, 'subject'> => ({ subject: { provider, claims: { exp: now + 300, iat: now - 30, ...claims } } });
const callers: readonly Pick<Request, 'subject' | 'client'>[] = [{}, shown('shop', {}), shown('shop', { aud: 'bank' }), shown('staff', { groups: ['support'], amr: ['mfa'], auth_time: now - 30 }), { client: { partner: 'acme' } }, { client: { partner: 'globex' } }];
const requests: readonly Request[] = retail.apis.flatMap(({ name: api }) => ['/', '/orders', '/orders/export', '/orders/7', '/orders/7/lines/a', '/orders/7/lines/audit', '/feed', '/internal/x', '/a', '/catalog', '/catalog/7/price', '/tags', '/account'].flatMap((path) => ['GET', 'POST', 'DELETE', 'OPTIONS'].flatMap((method) =>
  callers.flatMap((caller) => (method === 'GET' ? [undefined, 'websocket' as const] : [undefined]).map((upgrade): Request => ({ ...caller, throughExposure: true, to: { kind: 'http', api, method, path, ...(upgrade === undefined ? {} : { upgrade }) }, context: { time, sourceAddress: '127.0.0.2' } }))))));

/** What one layer still does where another is gone: routes are narrow, rules repeat them, expressions ask for audiences, a Gateway denies for what has no policy. */
const harmless: Readonly<Record<string, string>> = {
  'audiences are not checked': 'expressions ask for them', 'nothing denies by default': 'every route has a policy of its own',
  'any Service may be referred to': 'nothing else is', 'routes of every host': 'the listener has one', 'routes of every request': 'rules repeat what is granted', 'routes of prefixes': 'rules repeat what is granted', 'clients may have any name': 'rules ask for it',
  'clients may come without a certificate': 'rules ask for one', 'slashes are merged': 'paths here are canonical', 'slashes stay as they are': 'paths here are canonical', 'a token may be missing': 'expressions ask for its claims', 'a token may be bad': 'expressions ask for its claims',
  'routes of every listener': 'another host has no routes but its own', 'a listener for every host': 'it is found by its name as before',
};

describe('what somebody could change in a cluster', () => {
  const sound = worldOf(retail, behindGateway());
  const differing = (world: World): readonly Request[] => requests.filter((request) => {
    const { bypasses, intended } = verdicts(world, request), meant = allowed(world, request);
    return intended !== (meant ? 'allow' : 'deny') || (!meant && bypasses.some((verdict) => verdict !== 'deny'));
  });
  it('shows nothing where nothing is changed', () => expect(differing(sound)).toEqual([]));
  it.each(Object.keys(sabotages))('%s: it shows, or another layer holds', (name) => {
    const artifacts = sabotages[name]!(sound.artifacts);
    expect(JSON.stringify(artifacts), 'something is changed').not.toBe(JSON.stringify(sound.artifacts));
    const found = differing({ ...sound, artifacts, decider: interpret(artifacts, sound.platform) });
    if (harmless[name] === undefined) expect(found.length, name).toBeGreaterThan(0); else expect(found, harmless[name]).toEqual([]);
  });
  it('of another API of the gateway is unknown, whatever it is', () => {
    for (const kind of ['EnvoyPatchPolicy', 'EnvoyExtensionPolicy', 'ListenerSet', 'TLSRoute']) {
      const artifacts = [...sound.artifacts, { ...sound.artifacts[0]!, id: kind, object: { apiVersion: kind === 'ListenerSet' || kind === 'TLSRoute' ? 'gateway.networking.k8s.io/v1' : 'gateway.envoyproxy.io/v1alpha1', kind, metadata: { name: 'a', namespace: 'edge' }, spec: {} } }];
      const decider = interpret(artifacts, sound.platform);
      expect(new Set(requests.map((request) => verdicts({ ...sound, decider }, request).intended))).toEqual(new Set(['unknown']));
    }
  });
  it.each([
    ['a misspelt field', 'SecurityPolicy', { authorization: { defaultAction: 'Deny', rulez: [] } }], ['a principal that is not read', 'SecurityPolicy', { authorization: { rules: [{ action: 'Allow', principal: { headers: [{ name: 'a', values: ['b'] }] } }] } }],
    ['a merge', 'SecurityPolicy', { mergeType: 'StrategicMerge' }], ['a list where an object is wanted', 'HTTPRoute', []], ['nothing', 'Gateway', undefined], ['a filter of a route', 'HTTPRoute', { rules: [{ filters: [{ type: 'URLRewrite' }] }] }],
  ])('%s makes it unknown, and nothing throws', (_, kind, spec) => {
    const decider = interpret([...sound.artifacts, { ...sound.artifacts[0]!, id: 'x', object: { apiVersion: kind === 'SecurityPolicy' ? 'gateway.envoyproxy.io/v1alpha1' : 'gateway.networking.k8s.io/v1', kind, metadata: { name: 'a', namespace: 'edge' }, spec } }], sound.platform);
    expect(verdicts({ ...sound, decider }, requests[0]!).intended).toBe('unknown');
  });
  it('a CEL expression that is not read makes what it decides unknown, and no more', () => {
    const artifacts = sabotages['rules look at no token']!(sound.artifacts).map((artifact) => (artifact.object.metadata.name === 'countersign-orders.token' && artifact.object.kind === 'SecurityPolicy'
      ? { ...artifact, object: { ...artifact.object, spec: JSON.parse(JSON.stringify(artifact.object.spec).replaceAll('"principal":{"clientCIDRs":["0.0.0.0/0","::/0"]}', '"cel":"source.port > 1"')) as unknown } } : artifact));
    const world = { ...sound, decider: interpret(artifacts, sound.platform) };
    const at = (path: string, method = 'GET') => verdicts(world, { ...callers[1], throughExposure: true, to: { kind: 'http', api: 'orders', method, path }, context: { time, sourceAddress: '127.0.0.1' } }).intended;
    expect([at('/orders'), at('/nothing'), at('/orders', 'DELETE')]).toEqual(['unknown', 'deny', 'deny']);
  });
});
