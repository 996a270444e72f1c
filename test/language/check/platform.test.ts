import { describe, expect, test } from 'vitest';
import type { Code, Declared } from '#diagnostics';
import type { Invariant, Platform, Policy } from '#ir';
import { accepted, decide, type Request } from '#spec';
import { check, checkPlatform, type CheckedPolicy } from '../../../src/language/check/index.ts';
import { acceptance, api, ask, asOf, bazaar, bazaarPlatform, gateway, mesh, never, offerTo, people, platform, segment, service, shop, who, workload, written } from './draft.ts';

function sound(draft: Policy): CheckedPolicy {
  const result = check(written(draft), { asOf });
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.value;
}
const judge = (draft: Platform, policy: Policy = shop()) => {
  const declared = written(draft, '/repo/platform.json');
  const result = checkPlatform(sound(policy), declared, { asOf });
  return { result, lines: result.diagnostics.map(({ at }) => (declared.text.split('\n')[(at?.span?.line ?? 0) - 1] ?? '').trim().replace(/,$/, '')) };
};
const without = (key: keyof Platform): Platform => Object.fromEntries(Object.entries(platform()).filter(([name]) => name !== key)) as unknown as Platform;
const calling = shop({ workloads: shop().workloads.map((one) => (one.name === 'orders' ? { ...one, callsApiServer: { because: 'elects a leader' } } : one)) });
const dns = platform().dns!;

interface Case { readonly claim: string; readonly draft: Platform; readonly policy?: Policy; readonly code: Code; readonly line: string; readonly says: string; readonly advises: string }
const cases: readonly Case[] = [
  { claim: 'a pod range with host bits', draft: platform({ podCidrs: ['10.244.0.1/16'] }), code: 'CS1005', line: '"10.244.0.1/16"', says: 'has bits set below its prefix of 16', advises: 'write `10.244.0.0/16`' },
  { claim: 'a node range without a prefix', draft: platform({ nodeCidrs: ['192.168.7.9'] }), code: 'CS1005', line: '"192.168.7.9"', says: 'has no prefix length', advises: 'write `192.168.7.9/32`' },
  { claim: 'a platform without DNS', draft: without('dns'), code: 'CS1024', line: '{ "version": 1', says: '`lab` does not say where the cluster\'s DNS answers, and `checkout` and `ui` call others by name', advises: 'state `dns:' },
  { claim: 'DNS without a protocol', draft: platform({ dns: { ...dns, protocols: [] } }), code: 'CS1024', line: '"dns": { "namespace": "kube-system"', says: 'where the cluster\'s DNS answers', advises: 'state `dns:' },
  { claim: 'a platform without the API server', draft: without('apiServer'), policy: calling, code: 'CS1024', line: '{ "version": 1', says: 'where the API server answers, and `orders` calls it', advises: 'kubectl get endpoints' },
  { claim: 'an API server without addresses', draft: platform({ apiServer: { cidrs: [], port: 6443 } }), policy: calling, code: 'CS1024', line: '"cidrs": [', says: 'where the API server answers', advises: 'state `apiServer:' },
  { claim: 'an exposure without pod ranges', draft: platform({ podCidrs: [] }), code: 'CS1024', line: '"podCidrs": [', says: 'which addresses pods have, and `ui` is exposed at a Service', advises: 'state `podCidrs`' },
  { claim: 'an exposure without node ranges', draft: platform({ nodeCidrs: [] }), code: 'CS1024', line: '"nodeCidrs": [', says: 'which addresses nodes have', advises: 'state `nodeCidrs`' },
  { claim: 'an exposure without the client address', draft: without('loadBalancer'), code: 'CS1024', line: '{ "version": 1', says: 'which address a client of a load balancer arrives with', advises: 'clientAddress' },
  { claim: 'empty labels of the DNS pods', draft: platform({ dns: { ...dns, labels: {} } }), code: 'CS1013', line: '"labels": {', says: 'every pod of the namespace `kube-system`', advises: 'k8s-app' },
  { claim: 'a DNS port of 0', draft: platform({ dns: { ...dns, port: 0 } }), code: 'CS1008', line: '"port": 0', says: 'the DNS pods\' port, `0`', advises: 'number' },
  { claim: 'a DNS namespace that Kubernetes refuses', draft: platform({ dns: { ...dns, namespace: 'kube_system' } }), code: 'CS1034', line: '"dns": { "namespace": "kube_system"', says: 'the namespace of the cluster\'s DNS', advises: 'write `kube-system`' },
  { claim: 'a platform\'s name with a space', draft: platform({ name: 'my lab' }), code: 'CS1003', line: '"name": "my lab"', says: 'the name `my lab` of this platform', advises: 'write `my-lab`' },
  { claim: 'an acceptance of an unknown grant', draft: platform({ accept: [acceptance({ grants: ['ui → checkout.submitt', 'ui → orders.read'] })] }), code: 'CS1029', line: '"ui → checkout.submitt"', says: 'names `ui → checkout.submitt`, which is not a grant of the policy `shop`', advises: 'write `ui → checkout.submit`' },
  { claim: 'an expired acceptance', draft: platform({ accept: [acceptance({ until: '2026-11-23' })] }), code: 'CS1030', line: '"until": "2026-11-23"', says: 'ended on 2026-11-23', advises: 'ask platform to renew it' },
  { claim: 'an acceptance that ends soon', draft: platform({ accept: [acceptance({ until: '2026-12-01' })] }), code: 'CS1011', line: '"until": "2026-12-01"', says: 'in 8 days', advises: 'ask platform' },
  { claim: 'an acceptance until no day', draft: platform({ accept: [acceptance({ until: '2027-13-01' })] }), code: 'CS1007', line: '"until": "2027-13-01"', says: 'a year has 12 months', advises: 'in this order' },
  { claim: 'an acceptance that accepts nothing', draft: platform({ accept: [acceptance({ feature: 'operation.grpc' })] }), code: 'CS1031', line: '{ "grants": "all"', says: 'accepts nothing', advises: 'remove it' },
  { claim: 'an acceptance for no grant', draft: platform({ accept: [acceptance({ grants: [] })] }), code: 'CS1031', line: '{', says: 'accepts nothing', advises: 'remove it' },
  { claim: 'an acceptance for one grant too many', draft: platform({ accept: [acceptance({ feature: 'identity.workload', grants: ['ui → orders.read', 'anyone → ui.home'] })] }), code: 'CS1031', line: '"anyone → ui.home"', says: 'names `anyone → ui.home`, which does not need it', advises: 'remove it from the list' },
  { claim: 'an acceptance without a reason', draft: platform({ accept: [acceptance({ because: '' })] }), code: 'CS1019', line: '{ "grants": "all"', says: 'has no reason', advises: 'add `because`' },
  { claim: 'an acceptance without an owner', draft: platform({ accept: [acceptance({ owner: ' ' })] }), code: 'CS1019', line: '{ "grants": "all"', says: 'has no owner', advises: 'add `owner`' },
  { claim: 'an unknown feature', draft: platform({ accept: [acceptance({ feature: 'operation.htp' as 'operation.http' })] }), code: 'CS1033', line: '"feature": "operation.htp"', says: '`operation.htp`', advises: 'write `operation.http`' },
  { claim: 'an unknown plane', draft: platform({ accept: [acceptance({ plane: 'netwrk' as 'network' })] }), code: 'CS1033', line: '"plane": "netwrk"', says: '`netwrk`', advises: 'write `network`' },
];

const base = bazaar();
const edge = (more: Parameters<typeof gateway>[1]): Platform => bazaarPlatform({ gateways: [gateway('edge', more)] });
const pods = gateway('edge').pods;
const scraper = bazaarPlatform().metricsScraper!;
const forBazaar = (given: Omit<Case, 'policy'> & { readonly policy?: Policy }): Case => ({ policy: base, ...given });
const bazaarCases: readonly Case[] = ([
  // names that policy and platform refer to
  { claim: 'a gateway that the platform lacks', draft: bazaarPlatform({ gateways: [gateway('egde')] }), code: 'CS1001', line: '"gateways": [', says: '`edge` is not a gateway of the platform `lab`', advises: 'write `egde` there' },
  { claim: 'a platform without gateways', draft: bazaarPlatform({ gateways: [] }), code: 'CS1001', line: '"gateways": [', says: '`edge` is not a gateway of the platform `lab`, which has none', advises: 'state `gateways: { edge: envoyGateway(…) }`' },
  { claim: 'a partner\'s authority that the platform lacks', draft: bazaarPlatform({ caBundles: [{ name: 'amce', ref: bazaarPlatform().caBundles[0]!.ref }] }), code: 'CS1001', line: '"caBundles": [', says: '`acme` is not a CA bundle of the platform `lab`', advises: 'write `amce` there' },
  { claim: 'the authority of servers that the platform lacks', draft: edge({ upstream: { kind: 'tls', caBundle: 'own-ca' } }), code: 'CS1001', line: '"caBundle": "own-ca"', says: '`own-ca` is not a CA bundle of the platform `lab`', advises: 'write `acme` there, or state `caBundles: { \'own-ca\': configMap(…) }`' },
  { claim: 'two gateways of one name', draft: bazaarPlatform({ gateways: [gateway('edge'), gateway('edge', { pods: { ...pods, labels: { a: 'b' }, serviceAccount: 'b' } })] }), code: 'CS1002', line: '{ "name": "edge"', says: 'two gateways are called `edge`', advises: 'rename one of them' },
  { claim: 'two bundles of one name', draft: bazaarPlatform({ caBundles: [...bazaarPlatform().caBundles, { name: 'acme', ref: { kind: 'Secret', namespace: 'edge', name: 'other' } }] }), code: 'CS1002', line: '{ "name": "acme"', says: 'two CA bundles are called `acme`', advises: 'rename one of them' },
  { claim: 'two external hosts of one name', draft: bazaarPlatform({ hosts: [...bazaarPlatform().hosts, ...bazaarPlatform().hosts] }), code: 'CS1002', line: '{ "name": "shop.example.com"', says: 'two external hosts are called `shop.example.com`', advises: 'remove the copy' },
  { claim: 'a gateway\'s name with capitals', draft: bazaarPlatform({ gateways: [gateway('edge'), gateway('Inner', { pods: { ...pods, labels: { gateway: 'inner' }, serviceAccount: 'inner' } })] }), code: 'CS1003', line: '{ "name": "Inner"', says: 'the name `Inner` of this gateway', advises: 'write `inner`' },
  { claim: 'a gateway\'s name that objects\' names have no room for', draft: bazaarPlatform({ gateways: [gateway('edge'), gateway('g'.repeat(41))] }), code: 'CS1003', line: `{ "name": "${'g'.repeat(41)}"`, says: 'has 41 characters, and it can have at most 40', advises: 'a short name' },
  { claim: 'a bundle\'s name with a dot', draft: bazaarPlatform({ caBundles: [...bazaarPlatform().caBundles, { name: 'a.b', ref: { kind: 'Secret', namespace: 'edge', name: 'other' } }] }), code: 'CS1003', line: '{ "name": "a.b"', says: 'the name `a.b` of this CA bundle', advises: 'write `a-b`' },
  { claim: 'an external host that is a URL', draft: bazaarPlatform({ hosts: [{ name: 'https://login.example.com/keys', cidrs: ['203.0.113.0/24'] }] }), code: 'CS1006', line: '{ "name": "https://login.example.com/keys"', says: 'is a URL', advises: 'write `login.example.com`' },
  { claim: 'an external host at no address', draft: bazaarPlatform({ hosts: [{ name: 'login.example.com', cidrs: [] }] }), code: 'CS1041', line: '"cidrs": [', says: 'the external host `login.example.com` answers at no address', advises: 'state the ranges' },
  { claim: 'an external host at a malformed range', draft: bazaarPlatform({ hosts: [{ name: 'login.example.com', cidrs: ['203.0.113.9/24'] }] }), code: 'CS1005', line: '"203.0.113.9/24"', says: 'a range of the external host `login.example.com`', advises: 'write `203.0.113.0/24`' },

  // the mesh
  ...([
    ['', 'the trust domain of the mesh is empty', 'meshConfig.trustDomain'], ['Prod.example.com', 'has capital letters', 'write `prod.example.com`'], ['spiffe://prod.example.com', 'is a SPIFFE ID', 'write `prod.example.com`'],
    ['prod.example.com/ns', 'has a path', 'write `prod.example.com`'], ['prod.example.com:443', 'has a port', 'write `prod.example.com`'], ['prod example', 'is not made of lower-case letters', 'such as `prod.example.com`'], ['d'.repeat(256), 'has 256 characters', 'such as'],
  ] as const).map(([trustDomain, says, advises]) => ({ claim: `the trust domain ${trustDomain.slice(0, 30)}`, draft: bazaarPlatform({ mesh: mesh({ trustDomain }) }), code: 'CS1052', line: `"trustDomain": ${JSON.stringify(trustDomain)}`, says, advises } as const)),
  { claim: 'a version that is none', draft: bazaarPlatform({ mesh: mesh({ version: 'latest' }) }), code: 'CS1053', line: '"version": "latest"', says: 'the version of the mesh, `latest`, is not a release', advises: '`1.31`' },
  { claim: 'a version with a letter', draft: edge({ version: 'v1.9.1' }), code: 'CS1053', line: '"version": "v1.9.1"', says: 'the version of the gateway `edge`', advises: 'write `1.9.1`' },
  { claim: 'a version with a leading zero', draft: edge({ version: '1.09' }), code: 'CS1053', line: '"version": "1.09"', says: 'is not a release', advises: 'such as' },
  { claim: 'a mesh without path normalisation', draft: bazaarPlatform({ mesh: (({ pathNormalization: _, ...rest }) => rest)(mesh()) }), code: 'CS1024', line: '"mesh": { "kind": "istio"', says: '`lab` does not say how its mesh rewrites paths before it judges them, and `carts` is granted by path', advises: 'DECODE_AND_MERGE_SLASHES' },
  { claim: 'a control plane in no namespace', draft: bazaarPlatform({ mesh: mesh({ namespace: 'Istio' }) }), code: 'CS1034', line: '"namespace": "Istio"', says: 'the namespace of the mesh\'s control plane', advises: 'write `istio`' },
  { claim: 'a waypoint that Kubernetes refuses', draft: bazaarPlatform({ mesh: mesh({ waypoint: 'way_point' }) }), code: 'CS1034', line: '"waypoint": "way_point"', says: 'the name of waypoints', advises: 'write `way-point`' },
  { claim: 'a workload beside the mesh\'s control plane', draft: bazaarPlatform({ mesh: mesh({ namespace: 'shop' }) }), code: 'CS1056', line: '"namespace": "shop"', says: '`carts` lives in `shop`, the namespace of the mesh\'s control plane', advises: 'a namespace of its own' },
  { claim: 'a workload beside the gateways\' controller', draft: edge({ controlNamespace: 'shop' }), code: 'CS1056', line: '"controlNamespace": "shop"', says: 'the namespace of the gateways\' controller', advises: 'a namespace of its own' },
  { claim: 'a workload beside the cluster\'s DNS', draft: bazaarPlatform({ dns: { ...dns, namespace: 'shop' } }), code: 'CS1056', line: '"dns": { "namespace": "shop"', says: 'the namespace of the cluster\'s DNS', advises: 'a namespace of its own' },
  { claim: 'a workload that runs as its namespace\'s waypoint', draft: bazaarPlatform({ mesh: mesh({ waypoint: 'feed' }) }), code: 'CS1015', line: '"waypoint": "feed"', says: 'the waypoint of the namespace `shop` and `feed` run as one ServiceAccount, `feed`', advises: 'of its own' },

  // gateways
  { claim: 'a gateway\'s namespace that Kubernetes refuses', draft: edge({ namespace: 'Edge' }), code: 'CS1034', line: '"namespace": "Edge"', says: 'the namespace of the gateway `edge`', advises: 'write `edge`' },
  { claim: 'proxies\' labels that Kubernetes refuses', draft: edge({ pods: { ...pods, labels: { app: 'a b' } } }), code: 'CS1034', line: '"labels": { "app": "a b"', says: 'the labels of the proxies of the gateway `edge`', advises: 'write `a-b`' },
  { claim: 'proxies without labels', draft: edge({ pods: { ...pods, labels: {} } }), code: 'CS1013', line: '"labels": {', says: 'the labels of the proxies of the gateway `edge` are empty', advises: 'state the labels' },
  { claim: 'proxies that run as nobody', draft: edge({ pods: { ...pods, serviceAccount: '' } }), code: 'CS1034', line: '"serviceAccount": ""', says: 'the ServiceAccount of the proxies of the gateway `edge` is empty', advises: 'as it stands in the cluster' },
  { claim: 'two gateways of the same proxies', draft: bazaarPlatform({ gateways: [gateway('edge'), gateway('inner', { pods: { ...pods, serviceAccount: 'other' } })] }), code: 'CS1014', line: '"pods": { "namespace": "envoy-gateway-system"', says: 'the labels of the proxies of the gateway `inner` (gateway=edge) and of the proxies of the gateway `edge` (gateway=edge) are one pod\'s', advises: 'a value of one key' },
  { claim: 'proxies that a workload\'s selector matches', draft: edge({ pods: { namespace: 'shop', labels: { app: 'ui', role: 'proxy' }, serviceAccount: 'proxy' } }), code: 'CS1014', line: '"pods": { "namespace": "shop"', says: 'and of `ui` (app=ui) are one pod\'s', advises: 'a value of one key' },
  { claim: 'proxies whose labels a workload\'s selector narrows', draft: edge({ pods: { namespace: 'shop', labels: { app: 'ui' }, serviceAccount: 'proxy' } }), policy: bazaar({ workloads: base.workloads.map((one) => (one.name === 'ui' ? workload('ui', { selector: { app: 'ui', tier: 'front' } }, { segment: 'front' }) : one)) }), code: 'CS1014', line: '"pods": { "namespace": "shop"', says: 'and of `ui` (app=ui,tier=front) are one pod\'s', advises: 'a value of one key' },
  { claim: 'two gateways that run as one', draft: bazaarPlatform({ gateways: [gateway('edge'), gateway('inner', { pods: { ...pods, labels: { gateway: 'inner' } } })] }), code: 'CS1015', line: '"pods": { "namespace": "envoy-gateway-system"', says: 'run as one ServiceAccount, `proxy-edge` of the namespace `envoy-gateway-system`', advises: 'of its own' },
  { claim: 'a scraper that runs as a workload', draft: bazaarPlatform({ metricsScraper: { ...scraper, namespace: 'shop', serviceAccount: 'ui' } }), code: 'CS1015', line: '"metricsScraper": { "namespace": "shop"', says: 'the metrics scraper and `ui` run as one ServiceAccount', advises: 'of its own' },
  { claim: 'a gateway\'s port of 0', draft: edge({ port: 0 }), code: 'CS1008', line: '"port": 0', says: 'the port of the gateway `edge`, `0`', advises: 'number' },
  { claim: 'a gateway\'s container port above 65535', draft: edge({ containerPort: 75_535 }), code: 'CS1008', line: '"containerPort": 75535', says: 'the container port of the gateway `edge`', advises: 'number' },
  { claim: 'a certificate in a ConfigMap', draft: edge({ certificate: { kind: 'ConfigMap', namespace: 'edge', name: 'api-tls' } }), code: 'CS1054', line: '"certificate": { "kind": "ConfigMap"', says: 'the certificate of the gateway `edge` is a ConfigMap', advises: '`secret(\'edge\', \'api-tls\')`' },
  { claim: 'a client certificate in a ConfigMap', draft: edge({ upstream: { kind: 'tls', caBundle: 'acme', clientCertificate: { kind: 'ConfigMap', namespace: 'edge', name: 'own' } } }), code: 'CS1054', line: '"clientCertificate": { "kind": "ConfigMap"', says: 'the client certificate of the gateway `edge`', advises: '`secret(\'edge\', \'own\')`' },
  { claim: 'a certificate of a name that Kubernetes refuses', draft: edge({ certificate: { kind: 'Secret', namespace: 'edge', name: 'api tls' } }), code: 'CS1034', line: '"name": "api tls"', says: 'the name of the certificate of the gateway `edge`', advises: 'write `api-tls`' },
  { claim: 'a bundle of a name that Kubernetes refuses', draft: bazaarPlatform({ caBundles: [{ name: 'acme', ref: { kind: 'ConfigMap', namespace: 'edge', name: 'acme_ca' } }] }), code: 'CS1034', line: '"name": "acme_ca"', says: 'the name of the CA bundle `acme`', advises: 'write `acme-ca`' },
  { claim: 'no hops to trust', draft: edge({ clientAddress: { kind: 'xForwardedFor', trustedHops: 0 } }), code: 'CS1055', line: '"trustedHops": 0', says: 'the gateway `edge` trusts 0 hops', advises: '`connectionAddress()`' },
  { claim: 'certificates for less than an hour', draft: bazaarPlatform({ issuer: { ...bazaarPlatform().issuer!, duration: 600 } }), code: 'CS1055', line: '"duration": 600', says: 'certificates are to live for 600 seconds', advises: 'at least `1h`' },
  { claim: 'an issuer of no name', draft: bazaarPlatform({ issuer: { ...bazaarPlatform().issuer!, name: '' } }), code: 'CS1034', line: '"name": ""', says: 'the name of the issuer is empty', advises: 'as it stands' },
  { claim: 'a gateway that does not know clients\' addresses where they are asked for', draft: bazaarPlatform({ gateways: [(({ clientAddress: _, ...rest }) => rest)(gateway('edge'))] }), code: 'CS1024', line: '{ "name": "edge"', says: '`lab` does not say how the gateway `edge` knows a client\'s address, and `support → desk.list` asks where requests come from', advises: 'xForwardedFor({ trustedHops })' },
  { claim: 'a gateway with nothing that protects what follows', draft: (({ mesh: _, ...rest }) => rest)(bazaarPlatform()), code: 'CS1024', line: '"upstream": { "kind": "mesh"', says: 'what protects connections behind the gateway `edge`, and there is no mesh that could', advises: 'upstreamTls({ caBundle })' },
  { claim: 'metrics that nothing scrapes', draft: (({ metricsScraper: _, ...rest }) => rest)(bazaarPlatform()), code: 'CS1024', line: '{ "version": 1', says: '`lab` does not say what scrapes metrics, and `carts` declares where its own are read', advises: 'metricsScraper: prometheus(' },
  { claim: 'a scraper without labels', draft: bazaarPlatform({ metricsScraper: { ...scraper, labels: {} } }), code: 'CS1013', line: '"labels": {', says: 'the labels of the metrics scraper are empty', advises: 'state the labels' },

  // DNS for whoever looks names up
  { claim: 'names that are looked up where no DNS is stated', draft: (({ dns: _, ...rest }) => rest)(bazaarPlatform()), policy: bazaar({ asks: [], apis: base.apis.filter(({ name }) => name !== 'carts'), workloads: base.workloads.map((one) => (one.name === 'feed' ? { ...one, callsDns: { because: 'mail' } } : one)) }), code: 'CS1024', line: '{ "version": 1', says: 'where the cluster\'s DNS answers, and `feed` looks names up', advises: 'state `dns:' },
  { claim: 'sidecars where no DNS is stated', draft: (({ dns: _, ...rest }) => rest)(bazaarPlatform({ mesh: mesh({ dataPlane: 'sidecar' }) })), policy: bazaar({ asks: [], apis: base.apis.filter(({ name }) => name !== 'carts') }), code: 'CS1024', line: '{ "version": 1', says: 'where the cluster\'s DNS answers, and every sidecar looks up its control plane', advises: 'state `dns:' },
] satisfies readonly Case[]).map(forBazaar);

test('the platform that the table breaks is sound', () => {
  expect(judge(bazaarPlatform(), base).result.diagnostics).toEqual([]);
});

test('asks for no client address where only workloads have to come from somewhere', () => {
  const policy = bazaar({
    segments: base.segments.map((one) => ({ ...one, requires: { ...one.requires, workloads: [{ kind: 'from', cidrs: ['10.0.0.0/8'] }] } })), asks: [...base.asks, ask('ui', 'desk.list')],
    apis: base.apis.map((one) => (one.name === 'desk' ? { ...one, offers: [offerTo('list', [people('support'), who('ui')])] } : one)),
  });
  expect(judge(bazaarPlatform({ gateways: [(({ clientAddress: _, ...rest }) => rest)(gateway('edge'))] }), policy).result.diagnostics).toEqual([]);
});

test('asks for no scraper where only what is left alone has metrics', () => {
  const policy = bazaar({ segments: [...base.segments, segment('old', { managed: 'unmanaged' })], workloads: [...base.workloads.map((one) => (one.name === 'carts' ? workload('carts', {}, { segment: 'back' }) : one)), workload('legacy', { namespace: 'old', metrics: { port: 'http', path: '/metrics' } }, { segment: 'old' })] });
  expect(judge((({ metricsScraper: _, ...rest }) => rest)(bazaarPlatform()), policy).result.diagnostics).toEqual([]);
});

test('a namespace whose ports are whole has no waypoint to be told from', () => {
  const policy = bazaar({ workloads: [...base.workloads, workload('cache', { namespace: 'caches', serviceAccount: 'countersign-waypoint' })], apis: [...base.apis, api('cache', [{ name: 'connect', kind: 'tcp', port: 8080 }], [])] });
  expect(judge(bazaarPlatform(), policy).result.diagnostics).toEqual([]);
});

test('asks for no path normalisation where only whole ports are granted', () => {
  const ports = shop({ apis: [api('orders', [{ name: 'connect', kind: 'tcp', port: 8080 }], [offerTo('connect', [who('ui')])])], asks: [ask('ui', 'orders.connect')], workloads: shop().workloads.map((one) => workload(one.name, {}, { segment: one.segment! })) });
  expect(judge(platform({ mesh: (({ pathNormalization: _, ...rest }) => rest)(mesh()) }), ports).result.diagnostics).toEqual([]);
});

describe('a platform is refused at its own line, with advice', () => {
  test.each([...cases, ...bazaarCases])('$code: $claim', ({ draft, policy, code, line, says, advises }) => {
    const { result, lines } = judge(draft, policy);
    const index = result.diagnostics.findIndex((diagnostic) => diagnostic.code === code && diagnostic.message.includes(says));
    expect(index, JSON.stringify(result.diagnostics, undefined, 1)).toBeGreaterThanOrEqual(0);
    expect(lines[index]).toBe(line);
    expect(result.diagnostics[index]!.help).toContain(advises);
    expect(result.ok).toBe(result.diagnostics[index]!.severity !== 'error');
    expect(result.diagnostics).toHaveLength(1);
  });
});

test('asks for no fact that the policy does not need', () => {
  const quiet = shop({ apis: shop().apis.map(({ exposedAt: _, ...one }) => ({ ...one, offers: [] })), asks: [], workloads: shop().workloads.map((one) => ({ ...one, kubernetes: { ...one.kubernetes!, services: [service(one.name)] } })) });
  const { version, name, cni } = platform();
  expect(judge({ version, name, cni, gateways: [], caBundles: [], hosts: [], podCidrs: [], nodeCidrs: [], accept: [] }, quiet).result.diagnostics).toEqual([]);
});

test('a sound platform comes back canonical and frozen', () => {
  const { result } = judge(platform({ podCidrs: ['10.9.0.0/16', '10.244.0.0/16'] }));
  expect(result.ok && result.value.podCidrs).toEqual(['10.244.0.0/16', '10.9.0.0/16']);
  expect(result.ok && Object.isFrozen(result.value)).toBe(true);
});

test('without a policy, what the platform says by itself is still judged', () => {
  const draft = platform({ podCidrs: ['10.0.0.1/8'], accept: [acceptance({ until: '2026-01-01', grants: ['nobody → knows.this'] })] });
  expect(checkPlatform(undefined, written(draft), { asOf }).diagnostics.map(({ code }) => code)).toEqual(['CS1005', 'CS1030']);
});

test('an acceptance of a grant that has been dropped as expired is let pass', () => {
  const policy = shop({ asks: [...shop().asks.slice(0, 3), ask('ui', 'orders.read', { until: '2026-11-01' })] });
  const result = check(written(policy), { asOf, dropExpired: true });
  expect(result.ok && result.value.dropped).toEqual(['ui → orders.read']);
  const accepting = platform({ accept: [acceptance({ grants: ['ui → orders.read', 'ui → checkout.submit'] })] });
  expect(result.ok && checkPlatform(result.value, written(accepting) as Declared<Platform>, { asOf }).diagnostics).toEqual([]);
});

describe('no acceptance lifts an invariant', () => {
  const guarded = shop({ never: [never(who('ui'), { kind: 'operation', api: 'orders', operation: 'export' })] });

  test('CS1023: an accepted method opens the whole port, and the acceptance and the grant are named', () => {
    const { result, lines } = judge(platform({ accept: [acceptance({ feature: 'identity.workload' }), acceptance()] }), guarded);
    expect(result.diagnostics.map(({ code }) => code)).toEqual(['CS1023']);
    const [diagnostic] = result.diagnostics;
    expect(diagnostic!.pointer).toBe('/accept/1');
    expect(lines[0]).toBe('{ "grants": "all"');
    expect(diagnostic!.message).toBe('with a weaker `operation.http` accepted, `ui` can reach `orders.export` with GET /orders/export, which a `never` forbids (PCI scope)');
    expect(diagnostic!.help).toContain('accept it for grants other than `ui → orders.read`');
    expect(diagnostic!.related.map(({ message }) => message)).toEqual(['the invariant is declared', '`ui → orders.read` leads there: it is offered']);
    expect(diagnostic!.related.every(({ at }) => at?.path === '/repo/policy.json')).toBe(true);
  });

  test('its witness is allowed with the acceptance and denied without', () => {
    const draft = platform({ accept: [acceptance()] });
    const request = judge(draft, guarded).result.diagnostics[0]!.witness as Request;
    const { policy } = sound(guarded);
    expect(decide(policy, request).decision).toBe('deny');
    expect(decide(accepted(policy, draft), request).decision).toBe('allow');
  });

  test('an acceptance for other grants passes', () => {
    expect(judge(platform({ accept: [acceptance({ grants: ['checkout → orders.read'] })] }), guarded).result.ok).toBe(true);
  });

  test('each of two acceptances that break it alone is refused', () => {
    const both = platform({ accept: [acceptance({ grants: ['checkout → orders.create', 'ui → orders.read'] }), acceptance({ feature: 'port' }), acceptance()] });
    expect(judge(both, guarded).result.diagnostics.filter(({ code }) => code === 'CS1023').map(({ pointer }) => pointer)).toEqual(['/accept/0', '/accept/2']);
  });

  test('acceptances that break it only together are named together', () => {
    const policy = shop({ never: [never(who('orders'), { kind: 'operation', api: 'ui', operation: 'cart' })] });
    const [exposure, operation] = [acceptance({ feature: 'exposure' }), acceptance()];
    for (const alone of [exposure, operation]) expect(judge(platform({ accept: [alone] }), policy).result.ok).toBe(true);
    const { result } = judge(platform({ accept: [exposure, operation] }), policy);
    expect(result.diagnostics.map(({ code, pointer }) => [code, pointer])).toEqual([['CS1023', '/accept/0']]);
    expect(result.diagnostics[0]!.related.map(({ message }) => message)).toEqual([
      'the invariant is declared', '`anyone → ui.home` leads there: it is offered', 'it takes the acceptance of a weaker `operation.http` as well',
    ]);
  });

  test('an accepted exposure lets in every pod', () => {
    const policy = shop({ never: [never(who('orders'), { kind: 'api', name: 'ui' })] });
    expect(judge(platform({ accept: [acceptance({ feature: 'exposure' })] }), policy).result.diagnostics.map(({ code, message }) => [code, message.includes('`orders` can reach `ui.home`')])).toEqual([['CS1023', true]]);
  });

  test('a chain that only an acceptance closes is refused, with the acceptance, what it was for, and the chain', () => {
    const chained = (through: readonly Invariant['to'][] = []) => shop({ never: [never(who('orders'), { kind: 'api', name: 'checkout' }, { kind: 'flow', ...(through.length === 0 ? {} : { through }) })] });
    const [exposure, other] = [acceptance({ feature: 'exposure', grants: ['anyone → ui.home'] }), acceptance({ feature: 'port' })];
    for (const accept of [[], [other]]) expect(judge(platform({ accept }), chained()).result.diagnostics).toEqual([]);
    const { result } = judge(platform({ accept: [other, exposure] }), chained());
    expect(result.diagnostics.map(({ code, pointer }) => [code, pointer])).toEqual([['CS1023', '/accept/1']]);
    const [diagnostic] = result.diagnostics;
    expect(diagnostic!.message).toBe('with a weaker `exposure` accepted, something of `orders` can get to `checkout.submit` in 2 steps, `pods  in * → ui.home`, then `ui → checkout.submit`, which a `never` forbids (PCI scope)');
    expect(diagnostic!.related.map(({ message }) => message)).toEqual(['the invariant is declared', '`anyone → ui.home` leads there: it is offered']);
    const { steps } = diagnostic!.witness as { readonly steps: readonly { readonly grant: string; readonly request: Request }[] };
    const { policy } = sound(chained());
    expect(steps.map(({ request }) => [decide(policy, request).decision, decide(accepted(policy, platform({ accept: [exposure] })), request).decision])).toEqual([['deny', 'allow'], ['allow', 'allow']]);
    expect(judge(platform({ accept: [exposure] }), chained([{ kind: 'operation', api: 'ui', operation: 'cart' }])).result.diagnostics).toEqual([]);
  });

  test('an accepted exposure lets in pods that nobody declared, where people are asked for as well', () => {
    const policy = bazaar({ never: [never({ kind: 'anyone' }, { kind: 'operation', api: 'ui', operation: 'account' })] });
    const { result } = judge(bazaarPlatform({ accept: [acceptance({ grants: ['shoppers → ui.account'], feature: 'exposure', plane: 'gateway' })] }), policy);
    expect(result.diagnostics.map(({ code, message }) => [code, message.includes('a pod that nobody declared can reach `ui.account`')])).toEqual([['CS1023', true]]);
  });

  test('an accepted path of the scraper is the whole port', () => {
    const policy = bazaar({ never: [never({ kind: 'builtin', name: 'metricsScraper' }, { kind: 'operation', api: 'carts', operation: 'read' })] });
    expect(judge(bazaarPlatform(), policy).result.diagnostics).toEqual([]);
    const { result } = judge(bazaarPlatform({ accept: [acceptance({ grants: ['metricsScraper → carts.metrics'], plane: 'mesh' })] }), policy);
    expect(result.diagnostics.map(({ code, message }) => [code, message.includes('`metricsScraper` can reach `carts.read`')])).toEqual([['CS1023', true]]);
    expect(result.diagnostics[0]!.related.map(({ message }) => message)).toEqual(['the invariant is declared', '`metricsScraper → carts.metrics` leads there: it is derived']);
    expect(result.diagnostics[0]!.help).toContain('accept it for grants other than `metricsScraper → carts.metrics`');
  });

  test('an accepted person is whoever comes the same way', () => {
    const policy = bazaar({ never: [never({ kind: 'anyone' }, { kind: 'operation', api: 'ui', operation: 'account' })] });
    expect(judge(bazaarPlatform({ accept: [acceptance({ grants: ['shoppers → ui.account'], feature: 'identity.person', plane: 'gateway' })] }), policy).result.diagnostics.map(({ code }) => code)).toEqual(['CS1023']);
  });
});
