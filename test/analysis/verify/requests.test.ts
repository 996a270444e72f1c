import { describe, expect, test } from 'vitest';
import { verify, type Emitted } from '#analysis';
import type { Condition, Platform, Policy } from '#ir';
import { decide, type Hop, type Request } from '#spec';
import { ambient, desk, offer, people, sidecar, tickets } from '../../spec/desk.ts';
import { exactEnforcers, type Faults, type Sight } from './exact-enforcers.ts';

const accept: Platform['accept'] = [{ grants: ['metricsScraper → tickets.metrics'], feature: 'operation.http', plane: 'mesh', because: 'metrics are no secret', owner: 'platform', until: '2027-06-30' }];
const onAmbient: Platform = { ...ambient, accept };

/** The desk, with the lists' conditions replaced. */
const listing = (...when: readonly Condition[]): Policy =>
  ({ ...desk, apis: desk.apis.map((api) => (api.name !== 'tickets' ? api : { ...api, offers: [offer('list', [people('leads')], when), ...api.offers.slice(1)] })) });

const found = (policy: Policy, platform: Platform, faults: Faults = {}) => verify({ policy, platform, emitted: exactEnforcers(policy, platform, faults) });
const messages = (policy: Policy, platform: Platform, faults: Faults = {}): string => found(policy, platform, faults).diagnostics.map(({ code, message }) => `${code} ${message}`).join('\n');

const claims = (change: (claims: Record<string, unknown>, now: number) => void): Sight => (hop) => {
  if (hop.token === undefined || hop.time === undefined) return hop;
  const changed = structuredClone(hop.token.claims) as Record<string, unknown>;
  change(changed, Date.parse(hop.time) / 1000);
  return { ...hop, token: { ...hop.token, claims: changed } };
};
const http = (change: (http: NonNullable<Hop['http']>) => Partial<NonNullable<Hop['http']>>): Sight => (hop) => (hop.http === undefined ? hop : { ...hop, http: { ...hop.http, ...change(hop.http) } });

describe('enforcers that do what is meant', () => {
  test.each([['an ambient mesh', onAmbient], ['sidecars', sidecar]])('are found right: %s', (_, platform) => {
    const { coverage, diagnostics } = found(desk, platform);
    expect(diagnostics.map(({ message, witness }) => [message, JSON.stringify(witness)])).toEqual([]);
    expect(coverage.exhaustive).toBe(true);
    expect(coverage.cells).toBeGreaterThan(800);
  });

  const all: readonly (readonly [what: string, when: readonly Condition[], unmet: RegExp])[] = [
    ['a second factor', [{ kind: 'mfa' }], /`leads` without the claim amr ask/], ['a second factor of late', [{ kind: 'mfa', within: 900 }], /`leads` without the claim amr ask/], ['authentication of late', [{ kind: 'authenticatedWithin', seconds: 60 }], /`leads` without the claim auth_time ask/],
    ['a claim', [{ kind: 'claim', claim: 'realm.roles', anyOf: ['lead', 'head'] }], /`leads` without the claim realm\.roles ask/], ['a claim named as a URL', [{ kind: 'claim', claim: 'https://example.com/tier', anyOf: ['gold'] }], /`leads` without the claim https:\/\/example\.com\/tier ask/],
    ['a scope', [{ kind: 'claim', claim: 'scope', anyOf: ['desk'] }], /`leads` without the claim scope ask/], ['a device', [{ kind: 'device', anyOf: ['managed'] }], /`leads` without the claim device\.trust ask/], ['a network', [{ kind: 'from', cidrs: ['198.51.100.0/24'] }], /`leads` from 203\.0\.113\.7 ask/],
    ['working hours', [{ kind: 'during', days: ['mon', 'tue'], start: '09:00', end: '17:00', timeZone: 'Asia/Tokyo' }], /`leads` at 2000-01-04T08:00:00\.000Z ask/], ['a header', [{ kind: 'header', name: 'x-tier', anyOf: ['gold'], trustedHop: 'edge' }], /`leads` without the header x-tier ask/],
    ['one of two', [{ kind: 'any', of: [{ kind: 'mfa' }, { kind: 'device', anyOf: ['managed'] }] }], /`leads` without the claim amr ask/],
  ];
  test.each(all)('are found right under every condition, and wrong without it: %s', (_, when, unmet) => {
    expect(messages(listing(...when), onAmbient)).toBe('');
    const alone = (policy: Policy): Policy => ({ ...policy, apis: policy.apis.map((api) => ({ ...api, offers: api.name === 'tickets' ? api.offers.slice(0, 1) : [] })) });
    const { diagnostics } = verify({ policy: alone(listing(...when)), platform: onAmbient, emitted: exactEnforcers(alone(listing()), onAmbient) });
    expect(diagnostics.map(({ code, message }) => `${code} ${message}`).join('\n')).toMatch(unmet);
  });

  test('are not asked about what is unmanaged, and still asked about what that calls', () => {
    const unmanaged: Policy = {
      ...desk, segments: [{ name: 'old', holds: 'internal', managed: 'unmanaged', requires: { people: [], workloads: [], partners: [] }, alerts: [] }],
      workloads: desk.workloads.map((workload) => (workload.name === 'carts' ? { ...workload, segment: 'old' } : workload)),
    };
    const open: Emitted[] = exactEnforcers(unmanaged, onAmbient).map(({ artifacts, target }) => ({
      artifacts, target: { ...target, interpret: (given, platform) => { const decider = target.interpret(given, platform); return (hop) => (hop.to.namespace === 'carts' ? 'allow' : decider(hop)); } },
    }));
    const { coverage, diagnostics } = verify({ policy: unmanaged, platform: onAmbient, emitted: open });
    expect(diagnostics).toEqual([]);
    expect(coverage.cells).toBeLessThan(found(desk, onAmbient).coverage.cells);
    const exposed = open.map(({ artifacts, target }) => ({ artifacts, target: { ...target, interpret: () => () => 'allow' as const } }));
    const shut = open.map(({ artifacts, target }) => ({ artifacts, target: { ...target, interpret: () => (hop: Hop) => (hop.to.namespace === 'carts' ? 'deny' as const : 'abstain' as const) } }));
    expect(verify({ policy: unmanaged, platform: onAmbient, emitted: shut }).diagnostics.filter(({ code }) => code === 'CS4002')).toEqual([]);
    const places = verify({ policy: unmanaged, platform: onAmbient, emitted: exposed }).diagnostics.map(({ message }) => message).join('\n');
    expect(places).toContain('of `tickets`');
    expect(places).not.toContain('of `carts`');
  });
});

const wider: readonly (readonly [what: string, faults: Faults, platform: Platform, message: RegExp])[] = [
  ['expiry is not looked at', { gateway: claims((one, now) => { if (one['exp'] !== undefined) one['exp'] = now + 60; }) }, onAmbient, /let `leads` with a token that has expired ask `GET \/tickets` of `tickets`, which/],
  ['a token that never expires is taken', { gateway: claims((one, now) => { one['exp'] ??= now + 60; }) }, onAmbient, /`leads` with a token that never expires ask `GET \/tickets`/],
  ['a token is taken before its time', { gateway: claims((one) => { delete one['nbf']; }) }, onAmbient, /`leads` with a token that is not valid yet ask/],
  ['the audience is not looked at', { gateway: claims((one) => { one['aud'] = ['desk']; }) }, onAmbient, /`leads` with a token for another audience ask/],
  ['the issuer is not looked at', { gateway: claims((one) => { one['iss'] = 'https://login.example.com'; }) }, onAmbient, /`leads` with a token of another issuer ask/],
  ['the factor is not looked at', { gateway: claims((one) => { one['amr'] = ['mfa']; }) }, onAmbient, /`leads` without the claim amr ask `GET \/tickets`/],
  ['the factor\'s age is not looked at', { gateway: claims((one, now) => { if (typeof one['auth_time'] === 'number' && one['auth_time'] <= now) one['auth_time'] = now; }) }, onAmbient, /`leads` with the claim auth_time of 9\d{8} ask `GET \/tickets`/],
  ['an age from the future is young', { gateway: claims((one, now) => { if (typeof one['auth_time'] === 'number' && one['auth_time'] > now) one['auth_time'] = now; }) }, onAmbient, /`leads` with the claim auth_time of 9\d{8} ask/],
  ['a moment may be a text', { gateway: claims((one) => { if (typeof one['auth_time'] === 'string') one['auth_time'] = Number(one['auth_time']); }) }, onAmbient, /`leads` with the claim auth_time of "9\d{8}" ask/],
  ['the token\'s age is not looked at', { gateway: claims((one, now) => { one['iat'] = now; }) }, onAmbient, /`leads` without the claim iat ask `POST \/tickets\/id-1\/close`/],
  ['the group is compared by its beginning', { gateway: claims((one) => { if (JSON.stringify(one['groups'])?.includes('"support-leadsx"')) one['groups'] = ['support-leads']; }) }, onAmbient, /`leads` with the claim groups of \["support-leadsx"\] ask/],
  ['the group is compared by its end', { gateway: claims((one) => { if (JSON.stringify(one['groups'])?.includes('"xsupport-leads"')) one['groups'] = ['support-leads']; }) }, onAmbient, /`leads` with the claim groups of \["xsupport-leads"\] ask/],
  ['any provider\'s token does', { gateway: (hop) => (hop.token?.jwksUri !== 'https://shop.example.com/keys' ? hop : { ...hop, token: { jwksUri: 'https://login.example.com/keys', claims: { ...hop.token.claims, iss: 'https://login.example.com', aud: ['desk'] } } }) }, onAmbient, /ask `GET \/tickets/],
  ['a path is taken by its beginning', { gateway: http(({ path }) => ({ path: path.replace(/-beside$/, '') })), mesh: http(({ path }) => ({ path: path.replace(/-beside$/, '') })) }, onAmbient, /ask `(GET|POST) \/tickets.*-beside` of `tickets`/],
  ['what lies beneath a path belongs to it', { gateway: http(({ path }) => ({ path: path.replace(/\/beneath$/, '') })), mesh: http(({ path }) => ({ path: path.replace(/\/beneath$/, '') })) }, onAmbient, /ask `\w+ \/products\/beneath` of `catalog`/],
  ['HEAD is taken for GET', { gateway: http(({ method }) => (method === 'HEAD' ? { method: 'GET' } : {})), mesh: http(({ method }) => (method === 'HEAD' ? { method: 'GET' } : {})) }, onAmbient, /ask `HEAD \/tickets` of `tickets`/],
  ['any GET may be upgraded', { gateway: ({ http: facts, ...hop }) => { if (facts === undefined) return hop; const { upgrade, ...rest } = facts; return { ...hop, http: facts.path === '/feed' && upgrade !== undefined ? facts : rest }; }, mesh: ({ http: facts, ...hop }) => { if (facts === undefined) return hop; const { upgrade, ...rest } = facts; return { ...hop, http: facts.path === '/feed' && upgrade !== undefined ? facts : rest }; } }, onAmbient, /ask `GET \/\w+` as a WebSocket of/],
  ['a socket may be asked for plainly', { gateway: http(({ path }) => (path === '/feed' ? { upgrade: 'websocket' } : {})), mesh: http(({ path }) => (path === '/feed' ? { upgrade: 'websocket' } : {})) }, onAmbient, /ask `GET \/feed` of `tickets`/],
  ['another partner\'s certificate does', { gateway: (hop) => (hop.certificate === undefined ? hop : { ...hop, certificate: { ...hop.certificate, sans: ['uri:spiffe://acme.example/billing'] } }) }, onAmbient, /`acme` with the certificate of `zorg` ask `GET \/products` of `catalog`/],
  ['no certificate does', { gateway: (hop) => (hop.serverName === 'partners.example.com' ? { ...hop, certificate: { caBundle: { kind: 'ConfigMap', namespace: 'edge', name: 'acme-ca' }, sans: ['uri:spiffe://acme.example/billing'] } } : hop) }, onAmbient, /ask `GET \/products` of `catalog`, which/],
  ['the name in TLS is not compared with the request\'s', { gateway: (hop) => ({ ...hop, ...(hop.http?.host === undefined ? {} : { serverName: hop.http.host }), ...(hop.serverName !== 'partners.example.com' && hop.http?.host === 'partners.example.com' ? { certificate: { caBundle: { kind: 'ConfigMap', namespace: 'edge', name: 'acme-ca' }, sans: ['uri:spiffe://acme.example/billing'] } } : {}) }) }, onAmbient, /ask `GET \/products` of `catalog` at the gateway, under another host's name, which/],
  ['a pod is taken for a workload by its namespace', { mesh: (hop) => ({ ...hop, ...(hop.peer?.endsWith('/ns/ui/sa/another-account') === true ? { peer: 'spiffe://lab.example/ns/ui/sa/ui' } : {}) }) }, onAmbient, /`ui` with a token of `shoppers` by a pod with its labels and another ServiceAccount ask `GET \/carts\/id-1`/],
  ['a token in other hands does', { mesh: (hop) => (hop.token !== undefined && hop.peer === 'spiffe://lab.example/ns/tickets/sa/tickets' ? { ...hop, peer: 'spiffe://lab.example/ns/ui/sa/ui' } : hop) }, onAmbient, /`ui` with a token of `shoppers` by `tickets` in its place ask `GET \/carts\/id-1`/],
  ['a token on a pod that nobody declared does', { mesh: (hop) => (hop.token !== undefined && hop.peer === 'spiffe://lab.example/ns/ui/sa/default' ? { ...hop, peer: 'spiffe://lab.example/ns/ui/sa/ui' } : hop) }, onAmbient, /`ui` with a token of `shoppers` by a pod that nobody declared ask `GET \/carts\/id-1`/],
  ['the token of who acts is not asked for', { mesh: (hop) => (hop.peer === 'spiffe://lab.example/ns/ui/sa/ui' && hop.time !== undefined ? { ...hop, token: { jwksUri: 'https://shop.example.com/keys', claims: { exp: Date.parse(hop.time) / 1000 + 60 } } } : hop) }, onAmbient, /let `ui` ask `GET \/carts\/id-1` of `carts`, which/],
  ['a waypoint can be passed by', { waypointOnly: false }, onAmbient, /of `\w+` past the waypoint, which/],
  ['the mesh can be passed by', { mesh: (hop) => (hop.peer === undefined && hop.from.namespace !== undefined ? { ...hop, peer: 'spiffe://lab.example/ns/tickets/sa/waypoint' } : hop) }, onAmbient, /let `\w+` ask `\w+ \/\S+` of `\w+` past the mesh, without a certificate, which/],
  ['sidecars take what has no certificate', { mesh: (hop) => (hop.peer === undefined && hop.from.namespace === 'ui' ? { ...hop, peer: 'spiffe://lab.example/ns/monitoring/sa/prometheus' } : hop) }, sidecar, /ask `GET \/metrics` of `tickets` past the mesh, without a certificate, which/],
  ['the gateway can be passed by', { mesh: (hop) => (hop.from.ip === '203.0.113.7' ? { ...hop, peer: 'spiffe://lab.example/ns/edge/sa/envoy', proxy: 'waypoint', ...(hop.http === undefined ? { http: { method: 'GET', path: '/tickets' } } : {}) } : hop) }, onAmbient, /`203\.0\.113\.7` outside the cluster .*past the gateway, which/],
  ['HBONE leads to itself', { mesh: (hop) => (hop.port === 15_008 ? { ...hop, port: 8080, peer: 'spiffe://lab.example/ns/carts/sa/waypoint' } : hop) }, onAmbient, /connect to TCP 15008 of `carts`/],
  ['the scraper may read more than metrics', { mesh: (hop) => (hop.peer === 'spiffe://lab.example/ns/monitoring/sa/prometheus' ? { ...hop, http: { method: 'GET', path: '/metrics' } } : hop) }, sidecar, /`metricsScraper` ask `GET \/tickets` of `tickets`/],
  ['nodes may connect to what they don\'t probe', { network: (hop) => (hop.from.ip === '169.254.7.127' ? { ...hop, port: 8080 } : hop) }, onAmbient, /`nodeProbes` connect to TCP 8081 of/],
  ['every pod may use DNS', { network: (hop) => (hop.to.namespace === 'kube-system' ? { ...hop, from: { namespace: 'ui', podLabels: { app: 'ui' } } } : hop) }, onAmbient, /`tickets` connect to `clusterDns`/],
];

describe('an enforcer that admits too much: CS4001, with the request in words', () => {
  test.each(wider)('%s', (_, faults, platform, message) => {
    const { diagnostics } = found(desk, platform, faults);
    expect(diagnostics.map(({ code }) => code)).toContain('CS4001');
    expect(diagnostics.filter(({ code }) => code === 'CS4001').map((one) => one.message).join('\n')).toMatch(message);
  });

  test('has a witness that the policy denies, with the way that it takes', () => {
    const policy = desk, { diagnostics } = found(policy, onAmbient, { gateway: claims((one) => { one['amr'] = ['mfa']; }) });
    const [{ pointer, witness }] = diagnostics as unknown as [{ pointer: string; witness: { request: Request; way: readonly Hop[]; others: number } }];
    expect(decide(policy, witness.request)).toEqual({ decision: 'deny', because: [{ missing: 'condition', nearest: 'leads → tickets.list', condition: 'mfa within 15m' }] });
    expect(witness.way.map(({ enforcer, proxy }) => proxy ?? enforcer)).toEqual(['network', 'envoyGateway', 'network', 'network', 'waypoint', 'network', 'network', 'ztunnel']);
    expect(pointer).toBe('/apis/0/offers/0');
  });

  test('is said once for a port, however many pass', () => {
    const { diagnostics } = found(desk, onAmbient, { gateway: claims((one) => { one['groups'] = ['support-leads']; one['amr'] = ['mfa']; }) });
    expect(diagnostics.map(({ message }) => message)).toEqual([expect.stringMatching(/; \d+ more attempts pass there as well$/)]);
  });
});

const narrower: readonly (readonly [what: string, faults: Faults, platform: Platform, message: RegExp])[] = [
  ['a claim has to be a list', { gateway: claims((one) => { if (typeof one['groups'] === 'string') delete one['groups']; }) }, onAmbient, /stop `leads → tickets\.list`, with the claim groups of "support-leads", which the policy allows, at the gateway/],
  ['a claim has to be one value', { gateway: claims((one) => { if (Array.isArray(one['groups']) && one['groups'].length > 1) delete one['groups']; }) }, onAmbient, /stop `leads → tickets\.list`, with the claim groups of \["support-leads","another-value"\], which/],
  ['a name in a path has to be plain', { gateway: http(({ path }) => (path.includes('%') ? { path: '/nowhere' } : {})) }, onAmbient, /stop `\w+ → tickets\.\w+`, at \/tickets\/A%20b,c~1.*, which the policy allows, at the gateway/],
  ['an age at its very limit is too old', { gateway: claims((one, now) => { if (one['auth_time'] === now - 900) delete one['auth_time']; }) }, onAmbient, /stop `leads → tickets\.list`, with the claim auth_time of 9\d{8}, which/],
  ['the partner is stopped', { gateway: ({ certificate: _c, ...hop }) => hop }, onAmbient, /stop `acme → catalog\.list`, which the policy allows, at the gateway/],
  ['upgrades are off', { gateway: http(({ upgrade }) => (upgrade === undefined ? {} : { method: 'POST' })) }, onAmbient, /stop `staff → tickets\.feed`, which/],
  ['who acts is stopped at the waypoint', { mesh: (hop) => (hop.proxy === 'waypoint' && hop.peer?.endsWith('/sa/ui') === true ? { ...hop, peer: 'spiffe://lab.example/ns/x/sa/x' } : hop) }, onAmbient, /stop `ui acting for shoppers → carts\.read`, which the policy allows, at the waypoint/],
  ['the waypoint itself is stopped', { mesh: (hop) => (hop.proxy === 'ztunnel' && hop.to.namespace === 'carts' ? { ...hop, peer: 'spiffe://lab.example/ns/x/sa/x' } : hop) }, onAmbient, /stop `ui acting for shoppers → carts\.read`, which the policy allows, at the ztunnel/],
  ['the scraper is stopped', { mesh: (hop) => (hop.peer?.endsWith('/sa/prometheus') === true ? { ...hop, peer: 'spiffe://lab.example/ns/x/sa/x' } : hop) }, sidecar, /stop `metricsScraper → tickets\.metrics`, which the policy allows, at the sidecar/],
  ['a probe is stopped', { network: (hop) => (hop.from.ip === '169.254.7.127' ? { ...hop, port: 1 } : hop) }, onAmbient, /stop the readiness probe of `\w+`, which the policy allows, on the ingress side/],
  ['DNS is stopped', { network: (hop) => (hop.to.namespace === 'kube-system' ? { ...hop, from: { namespace: 'x', podLabels: {} } } : hop) }, onAmbient, /stop `ui` to `clusterDns`, which the policy allows, on the egress side/],
];

describe('an enforcer that denies too much: CS4002, with where it stops', () => {
  test.each(narrower)('%s', (_, faults, platform, message) => {
    const { diagnostics } = found(desk, platform, faults);
    expect(diagnostics.filter(({ code }) => code === 'CS4002').map((one) => one.message).join('\n')).toMatch(message);
  });
});

describe('ways around', () => {
  test('are counted by kind, each kind that the platform has', () => {
    const policy: Policy = { ...desk, workloads: desk.workloads.map((workload) => (workload.name !== 'carts' ? workload : {
      ...workload, kubernetes: { ...workload.kubernetes!, services: [...workload.kubernetes!.services, { name: 'carts-2', port: 81, protocol: 'TCP', targetPort: 'http', type: 'ClusterIP' }, { name: 'carts-node', port: 82, protocol: 'TCP', targetPort: 'http', type: 'NodePort', nodePort: 30_082 }] },
    })) };
    const kinds = (platform: Platform): string[] => Object.keys(found(policy, platform).coverage.bypasses);
    expect(kinds(onAmbient)).toEqual(['podAddress', 'otherService', 'nodePort', 'pastMesh', 'pastWaypoint', 'otherHost', 'pastGateway']);
    expect(kinds(sidecar)).toEqual(['podAddress', 'otherService', 'nodePort', 'pastMesh', 'otherHost', 'pastGateway']);
  });

  test('through a second exposure are tried for every server, of many hosts a few', () => {
    const copies = Array.from({ length: 20 }, (_, index) => `copy-${index}`), [like] = desk.workloads;
    const many: Policy = {
      ...desk,
      workloads: [...desk.workloads, ...copies.map((name) => ({ name, kubernetes: { ...like!.kubernetes!, namespace: name, serviceAccount: name, selector: { app: name } } }))],
      apis: [...desk.apis, ...copies.map((name) => ({ ...tickets, name, servedBy: { kind: 'workload', workload: name, port: 'http' } as const, exposedAt: { kind: 'gateway', gateway: 'edge', host: `${name}.example.com` } as const, offers: [] }))],
    };
    const { coverage } = verify({ policy: many, platform: onAmbient, emitted: exactEnforcers(many, onAmbient), limit: 4_000 });
    const ways = coverage.bypasses.otherHost! / coverage.bypasses.pastGateway!; // of each request from outside
    expect([ways > 15, ways <= 18], String(ways)).toEqual([true, true]); // three for each of six hosts
  });

  test('under the only other host are tried all the same', () => {
    expect(messages(desk, onAmbient, { gateway: (hop) => ({ ...hop, serverName: hop.http?.host ?? '' }) })).toBe(''); // the host decides, and is right
    expect(messages(desk, onAmbient, { gateway: (hop) => (hop.http === undefined || hop.to.namespace !== 'tickets' ? hop : { ...hop, serverName: 'desk.example.com', http: { ...hop.http, host: 'desk.example.com' }, ...(hop.http.host === 'partners.example.com' ? { token: { jwksUri: 'https://login.example.com/keys', claims: { exp: Date.parse(hop.time!) / 1000 + 9 } } } : {}) }) })).toMatch(/at the gateway, under another host's name/);
  });
});

test('of more than the limit, a sample has its share of connections, requests and variants', () => {
  const emitted = exactEnforcers(desk, onAmbient, { gateway: claims((one) => { one['amr'] = ['mfa']; }) });
  const { coverage } = verify({ policy: desk, platform: onAmbient, emitted, limit: 800 });
  expect(coverage).toMatchObject({ exhaustive: false, cells: 200 });
  const codes = Array.from({ length: 5 }, (_, seed) => verify({ policy: desk, platform: onAmbient, emitted, limit: 800, seed }).diagnostics.length);
  expect(codes.filter((length) => length > 0).length, 'a fault in one condition shows in most samples').toBeGreaterThanOrEqual(4);
});
