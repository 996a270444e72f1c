import { describe, expect, it } from 'vitest';
import type { Hop, TokenFacts, Verdict } from '#spec';
import type { KubernetesArtifact } from '#targets';
import { assumptions, interpret } from '../../../src/targets/istio/interpret.ts';
import { platform } from './estate.ts';

/** Objects as anybody might write them, read as Istio reads them. */
type Spec = Readonly<Record<string, unknown>>;
const object = (kind: string, spec: Spec, { name = kind.toLowerCase(), namespace = 'shop', annotations = {}, labels = {}, apiVersion = kind === 'Gateway' ? 'gateway.networking.k8s.io/v1' : 'security.istio.io/v1' } = {}): KubernetesArtifact =>
  ({ kind: 'kubernetes', id: `${kind}/${namespace}/${name}`, stage: 0, grants: [], object: { apiVersion, kind, metadata: { name, namespace, annotations, labels }, spec } });
const authz = (spec: Spec, meta: Parameters<typeof object>[2] = {}) => object('AuthorizationPolicy', spec, meta);
const peers = (spec: Spec, meta: Parameters<typeof object>[2] = {}) => object('PeerAuthentication', spec, meta);
const tokens = (spec: Spec, meta: Parameters<typeof object>[2] = {}) => object('RequestAuthentication', spec, meta);
const waypoint = object('Gateway', { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15_008, protocol: 'HBONE' }] }, { name: 'waypoint' });

const time = '2026-11-24T12:00:00Z', now = Date.parse(time) / 1000;
const ui = 'spiffe://prod.example.com/ns/front/sa/ui';
const pods = { namespace: 'shop', podLabels: { app: 'orders' }, serviceAccount: 'orders' } as const;
const hop = (proxy: 'sidecar' | 'waypoint' | 'ztunnel', change: Partial<Hop> = {}): Hop => ({
  enforcer: 'mesh', proxy, direction: 'ingress', from: { namespace: 'front', podLabels: { app: 'ui' }, serviceAccount: 'ui' }, to: pods, port: 8080, protocol: 'TCP', peer: ui, time,
  ...(proxy === 'ztunnel' ? {} : { http: { method: 'GET', path: '/orders/1' } }), ...(proxy === 'waypoint' ? { serviceAddress: { name: 'orders', port: 80 } } : {}), ...change,
});
const plaintext = (proxy: 'sidecar' | 'ztunnel', ip: string, change: Partial<Hop> = {}): Hop => { const { peer: _none, ...rest } = hop(proxy, { from: { ip }, ...change }); return rest; };
const ask = (objects: readonly KubernetesArtifact[], at: Hop, place = platform('sidecar')): Verdict => interpret(objects, place)(at);

const allow = (rule: Spec, meta?: Parameters<typeof object>[2]) => authz({ action: 'ALLOW', rules: [rule] }, meta);
const to = (operation: Spec): Spec => ({ to: [{ operation }] });
const from = (source: Spec): Spec => ({ from: [{ source }] });
const when = (key: string, values: readonly string[], notValues?: readonly string[]): Spec => ({ when: [{ key, ...(values.length === 0 ? {} : { values }), ...(notValues === undefined ? {} : { notValues }) }] });

describe('which objects concern a proxy', () => {
  const nothing = {}, atService: Spec = { targetRefs: [{ group: '', kind: 'Service', name: 'orders' }] }, atGateway: Spec = { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'waypoint' }] };
  const selecting = (app: string): Spec => ({ selector: { matchLabels: { app } } });
  it.each<readonly [string, Spec, Parameters<typeof object>[2], Verdict, Verdict, Verdict]>([
    ['a namespace\'s: its pods, no waypoint', nothing, {}, 'deny', 'deny', 'allow'],
    ['another namespace\'s: nobody here', nothing, { namespace: 'bank' }, 'allow', 'allow', 'allow'],
    ['the mesh\'s own namespace: every pod, no waypoint', nothing, { namespace: 'istio-system' }, 'deny', 'deny', 'allow'],
    ['these pods', selecting('orders'), {}, 'deny', 'deny', 'allow'],
    ['other pods', selecting('carts'), {}, 'allow', 'allow', 'allow'],
    ['these pods, from the mesh\'s own namespace', selecting('orders'), { namespace: 'istio-system' }, 'deny', 'deny', 'allow'],
    ['a Service: its waypoint alone', atService, {}, 'allow', 'allow', 'deny'],
    ['another Service', { targetRefs: [{ group: '', kind: 'Service', name: 'carts' }] }, {}, 'allow', 'allow', 'allow'],
    ['a Service of another namespace', atService, { namespace: 'bank' }, 'allow', 'allow', 'allow'],
    ['a Gateway: that waypoint', atGateway, {}, 'allow', 'allow', 'deny'],
    ['the class of all waypoints, from the mesh\'s own namespace', { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'GatewayClass', name: 'istio-waypoint' }] }, { namespace: 'istio-system' }, 'allow', 'allow', 'deny'],
    ['the class of all waypoints, from elsewhere', { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'GatewayClass', name: 'istio-waypoint' }] }, {}, 'allow', 'allow', 'allow'],
    ['the old single target', { targetRef: { group: '', kind: 'Service', name: 'orders' } }, {}, 'allow', 'allow', 'deny'],
    ['selector and target, which a server refuses', { ...selecting('orders'), ...atService }, {}, 'unknown', 'unknown', 'unknown'],
    ['a selector that can\'t be read, and so perhaps anything there', { selector: { matchExpressions: [] } }, {}, 'unknown', 'unknown', 'unknown'],
  ])('%s', (_what, spec, meta, sidecar, ztunnel, atWaypoint) => {
    const objects = [authz(spec, meta), waypoint];
    expect([ask(objects, hop('sidecar')), ask(objects, hop('ztunnel')), ask(objects, hop('waypoint'))]).toEqual([sidecar, ztunnel, atWaypoint]);
  });

  it('says nothing of hops that no proxy of the mesh looks at, nor without a mesh', () => {
    const { mesh: _none, ...without } = platform('sidecar');
    expect(ask([authz({})], { ...hop('sidecar'), enforcer: 'network' })).toBe('abstain');
    expect(ask([authz({})], hop('sidecar', { to: { ip: '203.0.113.9' } }))).toBe('abstain');
    expect(interpret([authz({})], without)(hop('sidecar'))).toBe('abstain');
  });

  it('knows a waypoint only where there is one, and lets nobody without a certificate in', () => {
    const { peer: _none, ...stranger } = hop('waypoint');
    const another = (spec: Spec, labels = {}) => object('Gateway', { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15_008, protocol: 'HBONE' }], ...spec }, { name: 'waypoint', labels });
    expect(ask([waypoint], hop('waypoint'))).toBe('allow');
    expect(ask([waypoint], stranger)).toBe('deny');
    expect(ask([], hop('waypoint'))).toBe('deny');
    expect(ask([another({ gatewayClassName: 'istio' })], hop('waypoint'))).toBe('deny');
    expect(ask([another({ listeners: [{ name: 'mesh', port: 15_008, protocol: 'HTTP' }] })], hop('waypoint'))).toBe('deny');
    expect(ask([another({}, { 'istio.io/waypoint-for': 'workload' })], hop('waypoint'))).toBe('deny');
    expect(ask([another({}, { 'istio.io/waypoint-for': 'all' })], hop('waypoint'))).toBe('allow');
  });
});

describe('the order of actions', () => {
  const matching = { rules: [{}] }, other = { rules: [to({ ports: ['1'] })] };
  it.each<readonly [string, readonly KubernetesArtifact[], Verdict]>([
    ['no policy: open', [], 'allow'],
    ['an ALLOW that matches', [authz({ action: 'ALLOW', ...matching })], 'allow'],
    ['an ALLOW that does not', [authz({ action: 'ALLOW', ...other })], 'deny'],
    ['no action is ALLOW', [authz(other)], 'deny'],
    ['an ALLOW of nothing', [authz({})], 'deny'],
    ['ALLOWs add up', [authz({}), authz(other), authz(matching)], 'allow'],
    ['a DENY outranks every ALLOW', [authz({ action: 'DENY', ...matching }), authz(matching)], 'deny'],
    ['a DENY that does not match leaves the rest open', [authz({ action: 'DENY', ...other })], 'allow'],
    ['a DENY of nothing denies nothing', [authz({ action: 'DENY' })], 'allow'],
    ['AUDIT decides nothing', [authz({ action: 'AUDIT', ...matching })], 'allow'],
    ['CUSTOM asks somebody else', [authz({ action: 'CUSTOM', provider: { name: 'x' }, ...matching })], 'unknown'],
    ['CUSTOM elsewhere does not matter', [authz({ action: 'CUSTOM', provider: { name: 'x' }, ...other })], 'allow'],
    ['CUSTOM can\'t save what is denied', [authz({ action: 'CUSTOM', provider: { name: 'x' }, ...matching }), authz({})], 'deny'],
    ['a dry run of ALLOW leaves the workload open', [authz(other, { annotations: { 'istio.io/dry-run': 'true' } })], 'allow'],
    ['a dry run of DENY denies nothing', [authz({ action: 'DENY', ...matching }, { annotations: { 'istio.io/dry-run': 'true' } })], 'allow'],
    ['a dry run of CUSTOM is none', [authz({ action: 'CUSTOM', provider: { name: 'x' }, ...matching }, { annotations: { 'istio.io/dry-run': 'true' } })], 'unknown'],
    ['an unknown field leaves a rule in doubt', [authz({ rules: [{ ...to({ ports: ['8080'] }), unless: [] }] })], 'unknown'],
    ['rules that are no list', [authz({ rules: 'all' })], 'unknown'],
  ])('%s', (_what, objects, expected) => { expect(ask(objects, hop('sidecar'))).toBe(expected); });
});

describe('sources', () => {
  it.each<readonly [string, Spec, Verdict, Verdict]>([
    ['a whole principal', { principals: ['prod.example.com/ns/front/sa/ui'] }, 'allow', 'allow'],
    ['with the scheme, as nobody may write it', { principals: [ui] }, 'deny', 'deny'],
    ['another trust domain', { principals: ['td2/ns/front/sa/ui'] }, 'deny', 'deny'],
    ['`cluster.local` is the mesh\'s own domain for an Envoy, itself for a ztunnel', { principals: ['cluster.local/ns/front/sa/ui'] }, 'allow', 'deny'],
    ['a prefix', { principals: ['prod.example.com/ns/front/*'] }, 'allow', 'allow'],
    ['a suffix', { principals: ['*/sa/ui'] }, 'allow', 'allow'],
    ['anybody with a certificate', { principals: ['*'] }, 'allow', 'allow'],
    ['anybody but', { notPrincipals: ['prod.example.com/ns/front/sa/ui'] }, 'deny', 'deny'],
    ['a namespace, of whatever trust domain', { namespaces: ['front'] }, 'allow', 'allow'],
    ['a namespace by pattern', { namespaces: ['fr*'] }, 'allow', 'allow'],
    ['another namespace', { namespaces: ['fron'] }, 'deny', 'deny'],
    ['a ServiceAccount', { serviceAccounts: ['front/ui'] }, 'allow', 'allow'],
    ['a ServiceAccount of the policy\'s own namespace', { serviceAccounts: ['ui'] }, 'deny', 'deny'],
    ['a trust domain, which a ztunnel does not test', { principals: ['*'], trustDomains: ['td2'] }, 'deny', 'allow'],
    ['a trust domain alone: nothing is left for a ztunnel', { trustDomains: ['prod.example.com'] }, 'allow', 'deny'],
    ['a range of pods, whose address is not told', { ipBlocks: ['10.0.0.0/8'] }, 'allow', 'allow'],
    ['part of the pods\' range', { ipBlocks: ['10.0.4.0/24'] }, 'unknown', 'unknown'],
    ['another range', { ipBlocks: ['172.16.0.0/12'] }, 'deny', 'deny'],
    ['no range of pods', { notIpBlocks: ['10.0.0.0/8'] }, 'deny', 'deny'],
    ['no range at all', { ipBlocks: ['10.0.0.0/99'] }, 'unknown', 'unknown'],
    ['an address by header', { remoteIpBlocks: ['10.0.0.0/8'] }, 'unknown', 'deny'],
    ['two tests: both', { principals: ['prod.example.com/ns/front/sa/ui'], namespaces: ['bank'] }, 'deny', 'deny'],
    ['an empty list is no test', { principals: [], namespaces: ['front'] }, 'allow', 'allow'],
  ])('%s', (_what, source, sidecar, ztunnel) => {
    expect([ask([allow(from(source))], hop('sidecar')), ask([allow(from(source))], hop('ztunnel'))]).toEqual([sidecar, ztunnel]);
  });

  it.each<readonly [string, Spec, string, Verdict]>([
    ['somebody without a certificate is no principal', { principals: ['*'] }, '203.0.113.7', 'deny'],
    ['and is none of the excepted', { notPrincipals: ['*'] }, '203.0.113.7', 'allow'],
    ['from outside the pods\' ranges', { notIpBlocks: ['10.0.0.0/16', '192.168.0.0/24'] }, '203.0.113.7', 'allow'],
    ['from a pod\'s address', { notIpBlocks: ['10.0.0.0/16', '192.168.0.0/24'] }, '10.0.3.4', 'deny'],
    ['from an address of the other family', { notIpBlocks: ['10.0.0.0/16'] }, '2001:db8::7', 'allow'],
    ['one address', { ipBlocks: ['203.0.113.7'] }, '203.0.113.7', 'allow'],
  ])('plaintext: %s', (_what, source, ip, expected) => {
    expect([ask([allow(from(source))], plaintext('sidecar', ip)), ask([allow(from(source))], plaintext('ztunnel', ip))]).toEqual([expected, expected]);
  });
});

describe('operations', () => {
  it.each<readonly [string, Spec, Verdict, Verdict]>([
    ['the pod\'s port', { ports: ['8080'] }, 'allow', 'deny'],
    ['the Service\'s port, which a waypoint sees', { ports: ['80'] }, 'deny', 'allow'],
    ['another port', { notPorts: ['80', '8080'] }, 'deny', 'deny'],
    ['a port that is none', { ports: ['http'] }, 'unknown', 'unknown'],
    ['a method', { methods: ['GET'] }, 'allow', 'allow'],
    ['HEAD is not GET', { methods: ['HEAD'] }, 'deny', 'deny'],
    ['methods have a case', { methods: ['get'] }, 'deny', 'deny'],
    ['a path', { paths: ['/orders/1'] }, 'allow', 'allow'],
    ['a template', { paths: ['/orders/{*}'] }, 'allow', 'allow'],
    ['a path but one', { paths: ['/orders/{*}'], notPaths: ['/orders/1'] }, 'deny', 'deny'],
    ['a template that is none', { paths: ['/orders/{id}{*}'] }, 'unknown', 'unknown'],
    ['a host: it may carry a port', { hosts: ['orders.shop'] }, 'unknown', 'unknown'],
    ['another host', { hosts: ['carts.shop'] }, 'deny', 'deny'],
  ])('%s', (_what, operation, sidecar, atWaypoint) => {
    const http = { method: 'GET', path: '/orders/1', host: 'Orders.shop' }, attached = (rule: Spec) => authz({ targetRefs: [{ group: '', kind: 'Service', name: 'orders' }], rules: [rule] });
    expect([ask([allow(to(operation))], hop('sidecar', { http })), ask([attached(to(operation)), waypoint], hop('waypoint', { http }))]).toEqual([sidecar, atWaypoint]);
  });

  it.each<readonly [string, Spec, Hop['http'], Verdict]>([
    ['a plain request', when('request.headers[upgrade]', [], ['*']), { method: 'GET', path: '/' }, 'allow'],
    ['no plain request', when('request.headers[upgrade]', [], ['*']), { method: 'GET', path: '/', upgrade: 'websocket' }, 'deny'],
    ['an upgrade', when('request.headers[Upgrade]', ['*']), { method: 'GET', path: '/', upgrade: 'websocket' }, 'allow'],
    ['no upgrade', when('request.headers[upgrade]', ['*']), { method: 'GET', path: '/' }, 'deny'],
    ['a header', when('request.headers[X-Tenant]', ['a', 'b*']), { method: 'GET', path: '/', headers: { 'x-tenant': 'bc' } }, 'allow'],
    ['another value of it', when('request.headers[X-Tenant]', ['a', 'b*']), { method: 'GET', path: '/', headers: { 'x-tenant': 'ab' } }, 'deny'],
    ['its absence, which is no match', when('request.headers[X-Tenant]', ['*']), { method: 'GET', path: '/' }, 'deny'],
    ['its absence, which is none of the excepted', when('request.headers[X-Tenant]', [], ['a']), { method: 'GET', path: '/' }, 'allow'],
    ['a key that nothing shows', when('connection.sni', ['x']), { method: 'GET', path: '/' }, 'unknown'],
    ['a key that is none', when('request.size', ['1']), { method: 'GET', path: '/' }, 'unknown'],
    ['a port by key', when('destination.port', ['8080']), { method: 'GET', path: '/' }, 'allow'],
    ['a principal by key', when('source.principal', ['prod.example.com/ns/front/sa/ui']), { method: 'GET', path: '/' }, 'allow'],
  ])('conditions: %s', (_what, rule, http, expected) => { expect(ask([allow(rule)], hop('sidecar', http === undefined ? {} : { http }))).toBe(expected); });

  it('a path is compared as the mesh normalises it', () => {
    const at = (path: string, mode: 'NONE' | 'BASE' | 'MERGE_SLASHES' | 'DECODE_AND_MERGE_SLASHES') => ask([allow(to({ paths: ['/a/b'] }))], hop('sidecar', { http: { method: 'GET', path } }), platform('sidecar', { mesh: { pathNormalization: mode } }));
    expect(['NONE', 'BASE', 'MERGE_SLASHES', 'DECODE_AND_MERGE_SLASHES'].map((mode) => at('/x/../a//%2Fb', mode as 'BASE'))).toEqual(['deny', 'deny', 'deny', 'allow']);
    expect(['NONE', 'BASE', 'MERGE_SLASHES', 'DECODE_AND_MERGE_SLASHES'].map((mode) => at('/a//b', mode as 'BASE'))).toEqual(['deny', 'deny', 'allow', 'allow']);
    expect(['NONE', 'BASE', 'MERGE_SLASHES', 'DECODE_AND_MERGE_SLASHES'].map((mode) => at('/a/./b', mode as 'BASE'))).toEqual(['deny', 'allow', 'allow', 'allow']);
  });
});

describe('a ztunnel, which sees no requests', () => {
  const requests = to({ ports: ['8080'], methods: ['GET'] });
  it.each<readonly [string, KubernetesArtifact, Verdict]>([
    ['an ALLOW of requests allows nothing', allow(requests), 'deny'],
    ['a DENY of requests and a port denies the port', authz({ action: 'DENY', rules: [requests] }), 'deny'],
    ['a DENY of requests alone denies nothing', authz({ action: 'DENY', rules: [to({ methods: ['GET'] })] }), 'allow'],
    ['a DENY of tokens alone denies nothing', authz({ action: 'DENY', rules: [from({ requestPrincipals: ['*'] })] }), 'allow'],
    ['a DENY of a caller with a token denies the caller', authz({ action: 'DENY', rules: [from({ principals: ['*'], requestPrincipals: ['*'] })] }), 'deny'],
    ['a DENY under a condition on requests denies nothing', authz({ action: 'DENY', rules: [{ ...from({ principals: ['*'] }), ...when('request.headers[x]', ['a']) }] }), 'allow'],
    ['an ALLOW of everything', allow({}), 'allow'],
    ['an ALLOW by connection', allow({ ...from({ principals: ['prod.example.com/ns/front/sa/ui'] }), ...to({ ports: ['8080'] }), ...when('source.namespace', ['front']) }), 'allow'],
  ])('%s', (_what, policy, expected) => { expect(ask([policy], hop('ztunnel'))).toBe(expected); });

  it('lets the kubelet\'s probes past, and nobody else from beside them', () => {
    expect(ask([authz({}), peers({ mtls: { mode: 'STRICT' } })], plaintext('ztunnel', '169.254.7.127'))).toBe('abstain');
    expect(ask([authz({}), peers({ mtls: { mode: 'STRICT' } })], plaintext('ztunnel', '169.254.7.128'))).toBe('deny');
  });
});

describe('certificates', () => {
  const strict = { mtls: { mode: 'STRICT' } }, permissive = { mtls: { mode: 'PERMISSIVE' } }, orders = { selector: { matchLabels: { app: 'orders' } } };
  it.each<readonly [string, readonly KubernetesArtifact[], Verdict, Verdict]>([
    ['nothing said: either way', [], 'allow', 'allow'],
    ['STRICT in the namespace', [peers(strict)], 'deny', 'deny'],
    ['STRICT in the mesh', [peers(strict, { namespace: 'istio-system' })], 'deny', 'deny'],
    ['STRICT elsewhere', [peers(strict, { namespace: 'bank' })], 'allow', 'allow'],
    ['the namespace before the mesh', [peers(strict, { namespace: 'istio-system' }), peers(permissive)], 'allow', 'allow'],
    ['the workload before the namespace', [peers(permissive), peers({ ...orders, ...strict }, { name: 'w' })], 'deny', 'deny'],
    ['a workload\'s in the mesh\'s namespace says nothing', [peers({ ...orders, ...strict }, { namespace: 'istio-system' })], 'allow', 'allow'],
    ['the port before the workload', [peers(strict), peers({ ...orders, ...strict, portLevelMtls: { 8080: { mode: 'PERMISSIVE' } } }, { name: 'w' })], 'allow', 'allow'],
    ['another port', [peers(strict), peers({ ...orders, ...strict, portLevelMtls: { 9090: { mode: 'PERMISSIVE' } } }, { name: 'w' })], 'deny', 'deny'],
    ['a port that inherits', [peers(strict), peers({ ...orders, portLevelMtls: { 8080: { mode: 'UNSET' } } }, { name: 'w' })], 'deny', 'deny'],
    ['a strict port', [peers({ ...orders, portLevelMtls: { 8080: { mode: 'STRICT' } } })], 'deny', 'deny'],
    ['DISABLE at a port, which an ambient mesh does not know', [peers(strict), peers({ ...orders, portLevelMtls: { 8080: { mode: 'DISABLE' } } }, { name: 'w' })], 'allow', 'deny'],
    ['two of a kind that differ', [peers(strict, { name: 'a' }), peers(permissive, { name: 'b' })], 'unknown', 'unknown'],
    ['two of a kind that agree', [peers(strict, { name: 'a' }), peers(strict, { name: 'b' })], 'deny', 'deny'],
    ['a mode that is none', [peers({ mtls: { mode: 'MAYBE' } })], 'unknown', 'unknown'],
  ])('%s', (_what, objects, sidecar, ztunnel) => {
    expect([ask(objects, plaintext('sidecar', '203.0.113.7')), ask(objects, plaintext('ztunnel', '203.0.113.7'))]).toEqual([sidecar, ztunnel]);
    expect(ask(objects.filter(({ object: { spec } }) => JSON.stringify(spec).includes('STRICT')).slice(0, 1), hop('sidecar'))).toBe('allow'); // who has one is let in
  });

  it('nothing but the mesh\'s own setting is said of the mesh\'s own namespace', () => {
    const own = { to: { namespace: 'istio-system', podLabels: { app: 'orders' } } }, at = { namespace: 'istio-system' };
    expect(ask([peers(strict, at), peers({ ...orders, ...permissive }, { ...at, name: 'w' })], plaintext('sidecar', '203.0.113.7', own))).toBe('deny');
    expect(ask([peers({ ...orders, ...strict }, { ...at, name: 'w' })], plaintext('sidecar', '203.0.113.7', own))).toBe('allow');
  });

  it('where TLS is off, nobody has one', () => {
    expect(ask([peers({ mtls: { mode: 'DISABLE' } }), allow(from({ principals: ['*'] }))], hop('sidecar'))).toBe('deny');
  });
});

describe('tokens', () => {
  const issuer = 'https://id.example.com/realms/shop', jwksUri = `${issuer}/keys`;
  const rule = (change: Spec = {}): Spec => ({ issuer, audiences: ['store'], jwksUri, fromHeaders: [{ name: 'Authorization', prefix: 'Bearer ' }], ...change });
  const token = (claims: Spec = {}, keys = jwksUri): TokenFacts => ({ jwksUri: keys, claims: { iss: issuer, aud: 'store', sub: 'jo', exp: now + 60, ...claims } });
  const open = allow({}), people = allow(from({ requestPrincipals: [`${issuer}/*`] }));
  const verdict = (objects: readonly KubernetesArtifact[], given: TokenFacts | undefined, change: Partial<Hop> = {}) => ask(objects, hop('sidecar', { ...(given === undefined ? {} : { token: given }), ...change }));

  it.each<readonly [string, TokenFacts | undefined, Verdict, Verdict]>([
    ['none: passes, and is nobody', undefined, 'allow', 'deny'],
    ['a good one', token(), 'allow', 'allow'],
    ['of another issuer', token({ iss: 'https://else.example' }), 'deny', 'deny'],
    ['signed with other keys', token({}, 'https://else.example/keys'), 'deny', 'deny'],
    ['for another audience', token({ aud: ['other'] }), 'deny', 'deny'],
    ['for several', token({ aud: ['other', 'store'] }), 'allow', 'allow'],
    ['for the same audience, spelt with a scheme', token({ aud: 'https://store/' }), 'allow', 'allow'],
    ['for no audience', token({ aud: undefined }), 'deny', 'deny'],
    ['out of time', token({ exp: now - 61 }), 'deny', 'deny'],
    ['out of time, within the skew', token({ exp: now - 60 }), 'allow', 'allow'],
    ['not yet', token({ nbf: now + 61 }), 'deny', 'deny'],
    ['not yet, within the skew', token({ nbf: now + 60 }), 'allow', 'allow'],
    ['without an end', token({ exp: undefined }), 'allow', 'allow'],
    ['with an end that is text', token({ exp: `${now + 60}` }), 'deny', 'deny'],
    ['without a subject: passes, and is nobody', token({ sub: undefined }), 'allow', 'deny'],
  ])('%s', (_what, given, passes, isSomebody) => {
    expect([verdict([tokens({ jwtRules: [rule()] }), open], given), verdict([tokens({ jwtRules: [rule()] }), people], given)]).toEqual([passes, isSomebody]);
  });

  it.each<readonly [string, readonly Spec[], TokenFacts, Verdict]>([
    ['no rule looks at it', [], token({ iss: 'https://else.example' }), 'allow'],
    ['the second rule knows it', [rule({ issuer: 'https://a.example' }), rule()], token(), 'allow'],
    ['no audience is any audience', [rule({ audiences: [] })], token({ aud: 'whoever' }), 'allow'],
    ['a rule that looks elsewhere', [rule({ fromHeaders: [{ name: 'X-Token' }] })], token({ iss: 'https://else.example' }), 'allow'],
    ['a rule that looks where one usually is', [{ issuer, jwksUri }], token({ iss: 'https://else.example' }), 'deny'],
    ['keys that nobody sees', [{ issuer }], token(), 'unknown'],
    ['keys in place', [rule({ jwks: '{"keys":[]}' })], token(), 'unknown'],
    ['a rule that can\'t be read', [{ issuer: 5 }], token(), 'unknown'],
  ])('rules: %s', (_what, jwtRules, given, expected) => { expect(verdict([tokens({ jwtRules }), allow(from({ notRequestPrincipals: ['nobody'] }))], given)).toBe(expected); });

  it.each<readonly [string, Spec, Spec, Verdict]>([
    ['text', when('request.auth.claims[groups]', ['a']), { groups: 'a' }, 'allow'],
    ['a list of texts', when('request.auth.claims[groups]', ['a', 'b']), { groups: ['c', 'b'] }, 'allow'],
    ['another text', when('request.auth.claims[groups]', ['a']), { groups: ['ab'] }, 'deny'],
    ['a number is no text', when('request.auth.claims[level]', ['3']), { level: 3 }, 'deny'],
    ['`true` is no text', when('request.auth.claims[mfa]', ['true']), { mfa: true }, 'deny'],
    ['a pattern', when('request.auth.claims[groups]', ['ad*']), { groups: ['admin'] }, 'allow'],
    ['nested', when('request.auth.claims[realm][roles]', ['x']), { realm: { roles: ['x'] } }, 'allow'],
    ['nested in a list', when('request.auth.claims[realm][0]', ['x']), { realm: ['x'] }, 'deny'],
    ['a name with dots', when('request.auth.claims[https://x.example/r]', ['x']), { 'https://x.example/r': 'x' }, 'allow'],
    ['scopes', when('request.auth.claims[scope]', ['b']), { scope: 'a b' }, 'allow'],
    ['`permission` as well', when('request.auth.claims[permission]', ['b']), { permission: 'a b' }, 'allow'],
    ['other text with spaces is one value', when('request.auth.claims[roles]', ['b']), { roles: 'a b' }, 'deny'],
    ['nested scopes are one value', when('request.auth.claims[x][scope]', ['b']), { x: { scope: 'a b' } }, 'deny'],
    ['an absent claim is none of the excepted', when('request.auth.claims[groups]', [], ['a']), {}, 'allow'],
    ['the audience, exactly', when('request.auth.audiences', ['store']), { aud: 'https://store' }, 'deny'],
    ['whom it was issued to', when('request.auth.presenter', ['app']), { azp: 'app' }, 'allow'],
    ['issuer and subject', when('request.auth.principal', [`${issuer}/jo`]), {}, 'allow'],
    ['a subject that begins so', when('request.auth.principal', [`${issuer}/j*`]), {}, 'allow'],
    ['issuer that ends so', when('request.auth.principal', ['*/jo']), {}, 'allow'],
    ['an issuer with one more part', when('request.auth.principal', [`${issuer}/x/*`]), {}, 'deny'],
  ])('claims: %s', (_what, condition, claims, expected) => { expect(verdict([tokens({ jwtRules: [rule()] }), allow(condition)], token(claims))).toBe(expected); });

  it('claims that the provider says are spelt with spaces', () => {
    expect(verdict([tokens({ jwtRules: [rule({ spaceDelimitedClaims: ['roles'] })] }), allow(when('request.auth.claims[roles]', ['b']))], token({ roles: 'a b' }))).toBe('allow');
  });

  it('no time is no token, and a ztunnel sees none', () => {
    const { time: _none, ...timeless } = hop('sidecar', { token: token() });
    expect(ask([tokens({ jwtRules: [rule()] }), open], timeless)).toBe('deny');
    expect(ask([tokens({ jwtRules: [rule()] }), allow(from({ principals: ['*'] }))], hop('ztunnel', { token: token({ iss: 'x' }) }))).toBe('allow');
  });
});

describe('where only the port is asked about', () => {
  const { http: _none, ...port } = hop('sidecar');
  it.each<readonly [string, readonly KubernetesArtifact[], Verdict]>([
    ['some request may pass', [allow({ ...from({ principals: ['*'] }), ...to({ ports: ['8080'], methods: ['GET'], paths: ['/x'] }), ...when('request.headers[upgrade]', [], ['*']) })], 'allow'],
    ['some request that is not excepted', [allow({ to: [{ operation: { notPaths: ['/x'], notMethods: ['GET'] } }] })], 'allow'],
    ['a DENY of all requests but some leaves those', [authz({ action: 'DENY', rules: [to({ notPaths: ['/x'] })] })], 'allow'],
    ['not at another port', [allow(to({ ports: ['9090'], methods: ['GET'] }))], 'deny'],
    ['not from somebody else', [allow({ ...from({ principals: ['td/ns/a/sa/b'] }), ...to({ methods: ['GET'] }) })], 'deny'],
    ['not without the token that is asked for', [allow({ ...to({ methods: ['GET'] }), ...when('request.auth.claims[iss]', ['x']) })], 'deny'],
    ['not without a header that is asked for', [allow({ ...to({ methods: ['GET'] }), ...when('request.headers[x]', ['x']) })], 'deny'],
    ['a DENY of some requests leaves others', [authz({ action: 'DENY', rules: [to({ paths: ['/admin'] })] })], 'allow'],
    ['a DENY of the port does not', [authz({ action: 'DENY', rules: [to({ ports: ['8080'] })] })], 'deny'],
  ])('%s', (_what, objects, expected) => { expect(ask(objects, port)).toBe(expected); });
});

describe('an assumption', () => {
  const covering = (at: Hop): readonly string[] => assumptions.filter(({ covers }) => covers(at)).map(({ name }) => name);
  it.each<readonly [string, Hop, readonly string[]]>([
    ['a plain hop', hop('sidecar'), []],
    ['a token without an end', hop('sidecar', { token: { jwksUri: 'x', claims: {} } }), ['tokens-expire']],
    ['a token that ends', hop('sidecar', { token: { jwksUri: 'x', claims: { exp: 5 } } }), []],
    ['a probe of a pod with a sidecar', plaintext('sidecar', '192.168.0.1', { from: { ip: '192.168.0.1', hostNetwork: true } }), ['probes-rewritten']],
    ['a node without a probe', plaintext('sidecar', '192.168.0.1'), []],
    ['a parameter of a segment', hop('sidecar', { http: { method: 'GET', path: '/a;x=1' } }), ['segments-as-spelt']],
    ['an encoding in lower case', hop('waypoint', { http: { method: 'GET', path: '/%c3%A9' } }), ['segments-as-spelt']],
    ['a needless encoding', hop('waypoint', { http: { method: 'GET', path: '/a%3Ab' } }), ['segments-as-spelt']],
    ['a needed encoding', hop('waypoint', { http: { method: 'GET', path: '/a%20b/%C3%A9' } }), []],
    ['what normalisation resolves', hop('waypoint', { http: { method: 'GET', path: '/%61%2F..//b' } }), []],
    ['elsewhere', { ...hop('sidecar', { http: { method: 'GET', path: '/a;b' } }), enforcer: 'gateway' }, []],
  ])('covers what it says: %s', (_what, at, names) => { expect(covering(at)).toEqual(names); });
});
