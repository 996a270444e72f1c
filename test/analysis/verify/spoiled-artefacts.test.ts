import { describe, expect, test } from 'vitest';
import { verify, type Emitted } from '#analysis';
import { canonicalize, canonicalizePlatform, type Platform } from '#ir';
import { place } from '#placement';
import { decide, type Hop, type Request } from '#spec';
import { builtinTargets, type Artifact } from '#targets';
import { ambient, desk, sidecar } from '../../spec/desk.ts';

const accept: Platform['accept'] = [{ grants: ['metricsScraper → tickets.metrics'], feature: 'operation.http', plane: 'mesh', because: 'metrics are no secret', owner: 'platform', until: '2027-06-30' }];
const { policy } = canonicalize(desk);
const onAmbient = canonicalizePlatform({ ...ambient, accept }).platform, onSidecars = canonicalizePlatform(sidecar).platform;

/** What the built-in targets emit for the desk. */
function emittedOn(platform: Platform): readonly Emitted[] {
  const targets = builtinTargets.filter(({ present }) => present?.(platform) ?? true);
  const { placement } = place(policy, platform, targets.map(({ capabilities, id, plane }) => ({ id, plane, capabilities: capabilities(platform) })));
  return targets.map((target) => ({ target, artifacts: target.emit(target.lower(policy, platform, placement).plan) }));
}
const whole = new Map([onAmbient, onSidecars].map((platform) => [platform, emittedOn(platform)]));

type Spec = Record<string, any>;
/** Of one object: its spec changed, or the object gone. */
interface Spoiling { readonly object: string; readonly change: 'gone' | ((spec: Spec) => void) }

function spoiled(platform: Platform, spoilings: readonly Spoiling[]): readonly Emitted[] {
  const left = new Set(spoilings.map(({ object }) => object));
  const emitted = whole.get(platform)!.map(({ artifacts, target }): Emitted => ({
    target,
    artifacts: artifacts.flatMap((artifact): readonly Artifact[] => {
      const mine = spoilings.filter(({ object }) => artifact.id.endsWith(object));
      if (mine.length === 0) return [artifact];
      for (const { object } of mine) left.delete(object);
      if (mine.some(({ change }) => change === 'gone')) return [];
      if (artifact.kind !== 'kubernetes') throw new Error('these are objects of Kubernetes');
      const object = structuredClone(artifact.object) as typeof artifact.object & { readonly spec: Spec };
      for (const { change } of mine) if (change !== 'gone') change(object.spec);
      expect(JSON.stringify(object), 'the change does something').not.toBe(JSON.stringify(artifact.object));
      return [{ ...artifact, object }];
    }),
  }));
  expect([...left], 'every object that is spoiled is there').toEqual([]);
  return emitted;
}
const judged = (platform: Platform, spoilings: readonly Spoiling[]) => verify({ policy, platform, emitted: spoiled(platform, spoilings) }).diagnostics;
const text = (object: string, change: Spoiling['change']): Spoiling => ({ object, change });

/** What `ui` sends anywhere, and whoever sends to `carts`, stopped by no NetworkPolicy. */
const openNetwork: readonly Spoiling[] = [
  text('NetworkPolicy/ui/countersign-ui', (spec) => { spec['egress'] = [{}]; }), text('NetworkPolicy/carts/countersign-carts', (spec) => { spec['ingress'] = [{}]; }),
];
const withoutClaims = (spec: Spec): void => { for (const rule of spec['rules']) rule.when = rule.when?.filter(({ key }: { key: string }) => !key.startsWith('request.auth')); };
const cel = (change: (text: string) => string) => (spec: Spec): void => { for (const rule of spec['authorization'].rules) rule.cel = change(rule.cel); };

const wider: readonly (readonly [what: string, platform: Platform, spoilings: readonly Spoiling[], message: RegExp])[] = [
  ['the ALLOW for the waypoint alone is opened to everybody of the mesh', onAmbient, [...openNetwork, text('AuthorizationPolicy/carts/countersign-carts', (spec) => { spec['rules'][0].from = [{ source: { principals: ['*'] } }]; })], /let `ui` ask `GET \/carts\/id-1` of `carts` past the waypoint, which the policy denies/],
  ['the denial of a namespace and its waypoint-only ALLOW are gone', onAmbient, [...openNetwork, text('AuthorizationPolicy/carts/countersign-default-deny', 'gone'), text('AuthorizationPolicy/carts/countersign-carts', 'gone')], /of `carts`.* past the waypoint, which the policy denies/],
  ['the waypoint-only ALLOW is for a namespace, and has no ports', onAmbient, [...openNetwork, text('AuthorizationPolicy/carts/countersign-carts', (spec) => { spec['rules'][0].from = [{ source: { namespaces: ['ui'] } }]; delete spec['rules'][0].to; })], /`ui` connect to TCP 8081 of `carts`(, which| past)[^]*`ui` connect to TCP 15008 of `carts`/],
  ['a path of the waypoint is widened', onAmbient, [text('AuthorizationPolicy/carts/countersign-carts.carts', (spec) => { spec['rules'][0].to[0].operation.paths = ['/carts/*']; })], /let `ui` with a token of `shoppers` ask `GET \/carts\/id-1\/beneath` of `carts`, which the policy denies/],
  ['a method of the waypoint is gone', onAmbient, [text('AuthorizationPolicy/carts/countersign-carts.carts', (spec) => { delete spec['rules'][0].to[0].operation.methods; })], /let `ui` with a token of `shoppers` ask `(HEAD|POST|DELETE) \/carts\/id-1` of `carts`, which/],
  ['the token of who acts is no longer demanded', onAmbient, [text('AuthorizationPolicy/carts/countersign-carts.carts', withoutClaims)], /let `ui` ask `GET \/carts\/id-1` of `carts`, which the policy denies/],
  ['the audience of who acts is no longer compared', onAmbient, [text('AuthorizationPolicy/carts/countersign-carts.carts', (spec) => { spec['rules'][0].when = spec['rules'][0].when.filter(({ key }: { key: string }) => key !== 'request.auth.audiences'); }), text('RequestAuthentication/carts/countersign-carts.carts', (spec) => { for (const rule of spec['jwtRules']) delete rule.audiences; })], /`ui` with a token of `shoppers` with a token for another audience ask `GET \/carts\/id-1`/],
  ['any workload may act', onAmbient, [text('AuthorizationPolicy/carts/countersign-carts.carts', (spec) => { spec['rules'][0].from = [{ source: { principals: ['*'] } }]; })], /in its place ask `GET \/carts\/id-1` of `carts`|by a pod with its labels and another ServiceAccount ask `GET \/carts\/id-1`/],
  ['an upgrade is no longer excluded', onAmbient, [text('AuthorizationPolicy/carts/countersign-carts.carts', (spec) => { spec['rules'][0].when = spec['rules'][0].when.filter(({ key }: { key: string }) => !key.startsWith('request.headers')); })], /ask `GET \/carts\/id-1` as a WebSocket of `carts`/],
  ['sidecars take what has no certificate', onSidecars, [text('PeerAuthentication/carts/countersign-default-deny', (spec) => { spec['mtls'].mode = 'PERMISSIVE'; }), text('AuthorizationPolicy/carts/countersign-carts', (spec) => { delete spec['rules'][0].from; withoutClaims(spec); })], /of `carts` past the mesh, without a certificate, which the policy denies|let `ui` ask `GET \/carts\/id-1`/],
  ['the scraper reads more than metrics', onSidecars, [text('AuthorizationPolicy/tickets/countersign-tickets', (spec) => { for (const rule of spec['rules']) if (JSON.stringify(rule).includes('/sa/prometheus')) delete rule.to[0].operation.paths; })], /let `metricsScraper` ask `GET \/\S+` of `tickets`, which/],
  ['a partner needs no certificate', onAmbient, [text('ClientTrafficPolicy/edge/countersign-edge.partners.example.com', (spec) => { delete spec['tls'].clientValidation; }), text('SecurityPolicy/edge/countersign-catalog.certificate', (spec) => { delete spec['authorization'].rules[0].cel; })], /let `203\.0\.113\.7` outside the cluster ask `GET \/products` of `catalog`, which the policy denies/],
  ['a partner is any partner of that authority', onAmbient, [text('ClientTrafficPolicy/edge/countersign-edge.partners.example.com', (spec) => { delete spec['tls'].clientValidation.subjectAltNames; }), text('SecurityPolicy/edge/countersign-catalog.certificate', (spec) => { spec['authorization'].rules[0].cel = 'connection.mtls'; })], /`acme` with the certificate of `zorg` ask `GET \/products` of `catalog`, which/],
  ['the age of the factor is left out of the rule', onAmbient, [text('SecurityPolicy/edge/countersign-tickets.token', cel((rule) => rule.replace(/ && \(type\([^()]*\['auth_time'\]\) == double .*duration\('900s'\)\)/, '')))], /let `leads` with(out)? the claim auth_time.* ask `GET \/tickets` of `tickets`, which the policy denies/],
  ['an age may be an hour more', onAmbient, [text('SecurityPolicy/edge/countersign-tickets.token', cel((rule) => rule.replace('900s', '4500s')))], /`leads` with the claim auth_time of 9\d{8} ask `GET \/tickets`/],
  ['the age of the token is left out of the rule', onAmbient, [text('SecurityPolicy/edge/countersign-tickets.token', cel((rule) => rule.replace(/ && \(type\([^()]*\['iat'\]\) == double .*duration\('600s'\)\)/, '')))], /`leads` with(out)? the claim iat.* ask `POST \/tickets\/id-1\/close`/],
  ['the factor is left out on both planes', onAmbient, [text('SecurityPolicy/edge/countersign-tickets.token', cel((rule) => rule.replaceAll(/'hwk', 'mfa'|'hwk' in [^|)]*|'mfa' in [^|)]*/g, (part) => (part.includes(' in ') ? 'true' : '\'hwk\', \'mfa\', \'another-value\'')))), text('AuthorizationPolicy/tickets/countersign-tickets.tickets', (spec) => { spec['rules'][0].when = spec['rules'][0].when.filter(({ key }: { key: string }) => !key.includes('[amr]')); })], /`leads` with the claim amr of .* ask `GET \/tickets` of `tickets`/],
  ['the route\'s policy is gone, and the mesh asks for nobody', onAmbient, [text('SecurityPolicy/edge/countersign-tickets.token', 'gone'), text('SecurityPolicy/edge/countersign-edge', 'gone'), text('AuthorizationPolicy/tickets/countersign-tickets.tickets', withoutClaims)], /let `203\.0\.113\.7` outside the cluster ask `(GET|POST) \/tickets\S*` of `tickets`, which/],
];

describe('objects that admit too much do not compile: CS4001', () => {
  test.each(wider)('%s', (_, platform, spoilings, message) => {
    const found = judged(platform, spoilings).filter(({ code }) => code === 'CS4001');
    expect(found.map((one) => one.message).join('\n')).toMatch(message);
    for (const { witness } of found) {
      const { request, way } = witness as { request: Request; way: readonly Hop[] };
      expect([decide(policy, request).decision, way.length > 0]).toEqual(['deny', true]);
    }
  });
});

const narrower: readonly (readonly [what: string, platform: Platform, spoilings: readonly Spoiling[], message: RegExp])[] = [
  ['the ALLOW for the waypoint is gone', onAmbient, [text('AuthorizationPolicy/carts/countersign-carts', 'gone')], /stop `ui acting for shoppers → carts\.read`, which the policy allows, at the ztunnel/],
  ['the waypoint is gone', onAmbient, [text('Gateway/carts/waypoint', 'gone')], /stop `ui acting for shoppers → carts\.read`, which the policy allows, at the (waypoint|ztunnel)/],
  ['a path is spelt otherwise', onAmbient, [text('AuthorizationPolicy/carts/countersign-carts.carts', (spec) => { spec['rules'][0].to[0].operation.paths = ['/cart/{*}']; })], /stop `ui acting for shoppers → carts\.read`, which the policy allows, at the waypoint/],
  ['tokens are not read, and still demanded', onAmbient, [text('RequestAuthentication/carts/countersign-carts.carts', 'gone')], /stop `ui acting for shoppers → carts\.read`, which the policy allows, at the waypoint/],
  ['a route is gone', onAmbient, [text('HTTPRoute/edge/countersign-catalog.certificate', 'gone')], /stop `acme → catalog\.list`, which the policy allows, at the gateway/],
  ['a route may not refer to its Service', onAmbient, [text('ReferenceGrant/catalog/countersign-edge.services', 'gone')], /stop `acme → catalog\.list`, which the policy allows, at the gateway/],
  ['HBONE is closed', onAmbient, [text('NetworkPolicy/carts/countersign-carts', (spec) => { spec['ingress'] = []; })], /stop `ui acting for shoppers → carts\.read`, which the policy allows, on the ingress side/],
  ['WebSockets are not switched on', onAmbient, [text('BackendTrafficPolicy/edge/countersign-tickets.token.websocket', 'gone')], /stop `staff → tickets\.feed`, which the policy allows, at the gateway/],
  ['the scraper is not named', onSidecars, [text('AuthorizationPolicy/tickets/countersign-tickets', (spec) => { spec['rules'] = spec['rules'].filter((rule: unknown) => !JSON.stringify(rule).includes('/sa/prometheus')); })], /stop `metricsScraper → tickets\.metrics`, which the policy allows, at the sidecar/],
];

describe('objects that deny too much do not compile: CS4002', () => {
  test.each(narrower)('%s', (_, platform, spoilings, message) => {
    expect(judged(platform, spoilings).filter(({ code }) => code === 'CS4002').map((one) => one.message).join('\n')).toMatch(message);
  });
});

describe('objects as they are emitted', () => {
  test.each([['an ambient mesh', onAmbient], ['sidecars', onSidecars]])('are as the policy means, all of it looked at: %s', (_, platform) => {
    const { coverage, diagnostics } = verify({ policy, platform, emitted: whole.get(platform)! });
    expect(diagnostics).toEqual([]);
    expect(coverage.exhaustive).toBe(true);
  });
  test('stand in each other\'s stead: what one plane forgets of a person the other still asks', () => {
    expect(judged(onAmbient, [text('AuthorizationPolicy/tickets/countersign-tickets.tickets', withoutClaims)])).toEqual([]);
    expect(judged(onAmbient, [text('PeerAuthentication/carts/countersign-default-deny', 'gone')]), 'a ztunnel still asks who it is').toEqual([]);
  });
});
