import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { locate, type Diagnostic, type Sites } from '#diagnostics';
import {
  acceptWeaker, api, bucket, calico, certManager, check, configMap, coreDns, eks, envoyGateway, get, hole, identityProvider, irsa, istioAmbient, key, kubernetes, mapSites, mfa, never, partner, people, policy, post,
  prometheus, queue, reach, anyone, refineIn, secret, segment, table, upstreamTls, workload, xForwardedFor,
} from '#language';

// Comments mark lines: `@name` at a line's end names it. The lines below are asked for by these names.
const cards = segment('cards', { requires: { people: [mfa({ within: '15m' })] } }); // @cards
const checkout = workload('checkout', { kubernetes: { // @checkout
  namespace: 'Checkout', selector: { app: 'checkout', 'a/b~c': 'x' }, // @namespace
  services: [{ name: 'checkout', port: 80 }], // @service
  probes: [{ container: 'a', liveness: { exec: true } }, {
    container: 'b',
    readiness: { http: { port: 'http', path: 'healthz' } }, // @readiness
  }],
} });
const orders = workload('orders', { // @orders
  segment: cards, // @segment
  callsApiServer: { because: '' }, // @callsApiServer
  kubernetes: { namespace: 'orders', selector: { app: 'orders' }, probes: {
    liveness: { tcp: { port: 1 } }, // @liveness
  } },
});
const staff = identityProvider('staff', { issuer: 'http', audiences: [], jwksUri: '' }); // @staff
const support = people('support', { via: staff }); // @support
const acme = partner('acme', { certificate: { ca: '', san: '' } }); // @acme
const ordersApi = api('orders', { // @ordersApi
  servedBy: orders,
  port: 70000, // @port
  operations: {
    list: get('/orders'),
    create: post('orders/'), // @create
  },
  exposedAt: { service: 'external' }, // @exposedAt
  offers: {
    list: { to: [support, acme], because: 'x' }, // @list
    create: [
      { to: [checkout] },
      { to: [orders], when: [], until: '2027-02-30' }, // @second
    ],
  },
});
const settlements = queue('settlements', { // @settlements
  arn: hole('arn', { kind: 'arn', service: 'sqs' }), // @arn
});
const ledgerKey = key('ledger-key', { rotationDays: 7 }); // @ledgerKey
const ledger = table('ledger', { // @ledger
  arn: 'arn:aws:dynamodb:*', // @ledgerArn
  owned: true, // @owned
  segment: cards, // @ledgerSegment
  encryptedBy: ledgerKey, // @encryptedBy
  indexes: { // @indexes
    byCustomer: 'idx_customer',
    byDate: 'i', // @byDate
  },
  offers: {
    queryByDate: { to: [orders] }, // @queryByDate
  },
});
const media = bucket('media', { arn: 'x', prefixes: { thumbs: 'thumbs/*' } }); // @media
const batch = workload('batch', {
  host: { trustAnchor: 'datacentre', san: 'batch' }, // @hostOutside
});
const declared = policy('retail', { // @retail
  apis: [ordersApi, settlements, ledger, ledgerKey, media],
  workloads: batch,
  asks: [
    checkout.calls([
      ordersApi.create, // @first
      ordersApi.create, // @again
    ], { until: 'soon' }), // @soon
    checkout.calls(ordersApi.create), // @single
  ],
  never: [never(reach(anyone, cards), { because: '' })], // @never
});
const desk = envoyGateway({ // @desk
  namespace: 'Desk', // @deskNamespace
  certificate: secret('desk', 'tls'), // @deskCertificate
  labels: { app: '-' }, // @deskLabels
  upstream: upstreamTls({ caBundle: 'nobody' }), // @deskUpstream
});
const platform = eks({ // @eks
  clusterName: 'prod', // @clusterName
  podCidrs: ['10.0.0.0/8', '10.0.0.1/8'], // @podCidrs
  dns: coreDns(),
  apiServer: { cidrs: ['x'] }, // @apiServer
  mesh: istioAmbient({ // @mesh
    trustDomain: 'Prod', // @trustDomain
  }),
  gateways: {
    edge: envoyGateway({ namespace: 'edge', certificate: secret('edge', 'tls'), serviceAccount: 'Edge', // @edge
      clientAddress: xForwardedFor({ trustedHops: 0 }), // @trustedHops
    }),
    desk, // @deskName
  },
  metricsScraper: prometheus({ namespace: 'monitoring', serviceAccount: 'prometheus' }), // @scraper
  caBundles: {
    acme: configMap('edge', 'acme-ca'), // @caBundle
  },
  hosts: {
    'login.example.com': ['203.0.113.1/24'], // @host
  },
  issuer: certManager({ issuer: 'ca', duration: '1m' }), // @issuer
  accept: [[acceptWeaker({ // @accept
    grants: ['a → b.c'], feature: 'port', plane: 'network', because: '', owner: '',
    until: '2027-02-30', // @until
  })]],
});

const cloudPlatform = eks({
  clusterName: 'cloud', podCidrs: [], // @cloudName
  aws: { // @aws
    accountId: '1', // @accountId
    region: 'nowhere',
    identity: irsa({ issuer: 'https://https://a' }), // @issuerOfPods
    endpoints: {
      kms: undefined,
      sqs: ['10.0.0.1/8', // @sqs
        '0.0.0.0/0'], // @everywhere
      dynamodb: { // @dynamodb
        cidrs: ['x'], // @dynamodbCidrs
        vpcEndpoint: 'vpce', // @vpcEndpoint
      },
    },
    trustAnchors: {
      lab: 'arn', // @lab
    },
    administrators: { deployer: 'a', breakGlass: 'b' }, // @administrators
    otherAccounts: [{ accountId: '2', because: '', owner: '' }], // @otherAccounts
  },
});
const namedCluster = kubernetes({ cni: calico(), podCidrs: [], aws: { accountId: '1', region: 'a', clusterName: 'lab' } }); // @namedCluster

const path = fileURLToPath(import.meta.url);
const text = readFileSync(path, 'utf8');
const lineNamed = (name: string): number => text.split('\n').findIndex((line) => line.endsWith(`// @${name}`)) + 1;
/** As the command line does it: the site, then the position inside its literal. */
function placed(sites: Sites, pointer: string): { readonly line: number; readonly underlined: string } {
  const said: Diagnostic = { code: 'CS1001', severity: 'error', message: '', related: [], pointer };
  const { span, path: where } = locate([said], sites, (site) => refineIn(text, site, ts))[0]!.at!;
  expect(where).toBe(path);
  return { line: span!.line, underlined: text.split('\n')[span!.line - 1]!.slice(span!.column - 1, span!.endColumn! - 1) };
}

test.each([
  ['', 'retail', 'policy'],
  ['/name', 'retail', "'retail'"],
  ['/apis/0', 'ordersApi', 'api'],
  ['/apis/0/name', 'ordersApi', "'orders'"],
  ['/apis/0/servedBy/port', 'port', '70000'],
  ['/apis/0/operations/1', 'create', "post('orders/')"],
  ['/apis/0/operations/1/name', 'create', "post('orders/')"],
  ['/apis/0/operations/1/path', 'create', "'orders/'"],
  ['/apis/0/exposedAt', 'exposedAt', "{ service: 'external' }"],
  ['/apis/0/exposedAt/service', 'exposedAt', "'external'"],
  ['/apis/0/offers/0', 'list', "{ to: [support, acme], because: 'x' }"],
  ['/apis/0/offers/0/operation', 'list', "{ to: [support, acme], because: 'x' }"],
  ['/apis/0/offers/0/to/1', 'list', 'acme'],
  ['/apis/0/offers/0/to/1/name', 'list', 'acme'],
  ['/apis/0/offers/2', 'second', "{ to: [orders], when: [], until: '2027-02-30' }"],
  ['/apis/0/offers/2/until', 'second', "'2027-02-30'"],
  ['/apis/1', 'settlements', 'queue'],
  ['/apis/1/servedBy/arn', 'arn', "hole('arn', { kind: 'arn', service: 'sqs' })"],
  ['/holes/0/service', 'arn', "'sqs'"],
  ['/apis/2/servedBy', 'ledger', 'table'],
  ['/apis/2/servedBy/kind', 'ledger', 'table'],
  ['/apis/2/servedBy/arn', 'ledgerArn', "'arn:aws:dynamodb:*'"],
  ['/apis/2/servedBy/owned', 'owned', 'true'],
  ['/apis/2/servedBy/segment', 'ledgerSegment', 'cards'],
  ['/apis/2/servedBy/encryptedBy', 'encryptedBy', 'ledgerKey'],
  ['/apis/2/operations/1/verb', 'ledger', 'table'],
  ['/apis/2/operations/3/within', 'byDate', "'i'"],
  ['/apis/2/operations/3/name', 'byDate', "'i'"],
  ['/apis/2/operations/6', 'byDate', "'i'"],
  ['/apis/2/offers/0/to/0', 'queryByDate', 'orders'],
  ['/apis/3/servedBy/rotationDays', 'ledgerKey', '7'],
  ['/apis/3/operations/0', 'ledgerKey', "key('ledger-key', { rotationDays: 7 })"],
  ['/apis/4/operations/2/within', 'media', "'thumbs/*'"],
  ['/workloads/2/host/san', 'hostOutside', "'batch'"],
  ['/workloads/2/host/trustAnchor', 'hostOutside', "'datacentre'"],
  ['/asks/0', 'first', 'ordersApi.create'],
  ['/asks/1', 'again', 'ordersApi.create'],
  ['/asks/1/to/operation', 'again', 'ordersApi.create'],
  ['/asks/1/until', 'soon', "'soon'"],
  ['/asks/2', 'single', 'checkout.calls(ordersApi.create)'],
  ['/never/0', 'never', "never(reach(anyone, cards), { because: '' })"],
  ['/never/0/to/name', 'never', "never(reach(anyone, cards), { because: '' })"],
  ['/never/0/because', 'never', "''"],
  ['/workloads/0', 'orders', 'workload'],
  ['/apis/2/operations', 'indexes', 'indexes'],
  ['/workloads/0/segment', 'segment', 'cards'],
  ['/workloads/0/callsApiServer/because', 'callsApiServer', "''"],
  ['/workloads/0/kubernetes/probes/0', 'liveness', '{ tcp: { port: 1 } }'],
  ['/workloads/0/kubernetes/probes/0/probe/kind', 'liveness', '{ port: 1 }'],
  ['/workloads/0/kubernetes/probes/0/probe/port', 'liveness', '1'],
  ['/workloads/1/kubernetes/namespace', 'namespace', "'Checkout'"],
  ['/workloads/1/kubernetes/selector/a~1b~0c', 'namespace', "'x'"],
  ['/workloads/1/kubernetes/services/0/port', 'service', '80'],
  ['/workloads/1/kubernetes/probes/1/probe/path', 'readiness', "'healthz'"],
  ['/segments/0/requires/people/0/within', 'cards', "'15m'"],
  ['/people/0/via', 'support', 'staff'],
  ['/identityProviders/0/issuer', 'staff', "'http'"],
  ['/partners/0/certificate/san', 'acme', "''"],
  ['/apis/9', 'retail', 'policy'],
  ['/nothing/at/all', 'retail', 'policy'],
  ['/constructor/0', 'retail', 'policy'],
])('`%s` of the policy stands on the line `%s`: %s', (pointer, line, underlined) => {
  const found = placed(declared.sites, pointer === '/apis/9' ? '/never/9' : pointer);
  expect(found).toEqual({ line: lineNamed(pointer === '/apis/9' ? 'never' : line), underlined: pointer === '/apis/9' ? "[never(reach(anyone, cards), { because: '' })]" : underlined });
});

test.each([
  ['', 'eks', 'eks'],
  ['/name', 'clusterName', "'prod'"],
  ['/podCidrs/1', 'podCidrs', "'10.0.0.1/8'"],
  ['/cni/startsOpen', 'eks', 'eks'],
  ['/apiServer/cidrs/0', 'apiServer', "'x'"],
  ['/mesh', 'mesh', 'istioAmbient'],
  ['/mesh/trustDomain', 'trustDomain', "'Prod'"],
  ['/mesh/pathNormalization', 'mesh', 'istioAmbient'],
  ['/gateways/0', 'edge', 'envoyGateway'],
  ['/gateways/0/name', 'edge', 'edge'],
  ['/gateways/0/pods/serviceAccount', 'edge', "'Edge'"],
  ['/gateways/0/pods/namespace', 'edge', 'envoyGateway'],
  ['/gateways/0/clientAddress/trustedHops', 'trustedHops', '0'],
  ['/gateways/1', 'desk', 'envoyGateway'],
  ['/gateways/1/name', 'deskName', 'desk'],
  ['/gateways/1/namespace', 'deskNamespace', "'Desk'"],
  ['/gateways/1/certificate/name', 'deskCertificate', "secret('desk', 'tls')"],
  ['/gateways/1/pods/labels/app', 'deskLabels', "'-'"],
  ['/gateways/1/upstream/caBundle', 'deskUpstream', "'nobody'"],
  ['/metricsScraper/serviceAccount', 'scraper', "'prometheus'"],
  ['/metricsScraper/labels', 'scraper', "prometheus({ namespace: 'monitoring', serviceAccount: 'prometheus' })"],
  ['/caBundles/0', 'caBundle', "configMap('edge', 'acme-ca')"],
  ['/caBundles/0/name', 'caBundle', "configMap('edge', 'acme-ca')"],
  ['/caBundles/0/ref/name', 'caBundle', "configMap('edge', 'acme-ca')"],
  ['/hosts/0/name', 'host', "['203.0.113.1/24']"],
  ['/hosts/0/cidrs/0', 'host', "'203.0.113.1/24'"],
  ['/issuer/name', 'issuer', "'ca'"],
  ['/issuer/duration', 'issuer', "'1m'"],
  ['/accept/0', 'accept', 'acceptWeaker'],
  ['/accept/0/until', 'until', "'2027-02-30'"],
])('`%s` of the platform stands on the line `%s`: %s', (pointer, line, underlined) => {
  expect(placed(platform.sites, pointer)).toEqual({ line: lineNamed(line), underlined });
});

test.each([
  ['/aws', 'aws', 'aws'],
  ['/aws/accountId', 'accountId', "'1'"],
  ['/aws/clusterName', 'cloudName', "'cloud'"],
  ['/aws/rolePrefix', 'aws', 'aws'],
  ['/aws/identity/issuer', 'issuerOfPods', "'https://https://a'"],
  ['/aws/endpoints/0', 'sqs', 'sqs'],
  ['/aws/endpoints/0/service', 'sqs', 'sqs'],
  ['/aws/endpoints/0/cidrs', 'sqs', 'sqs'],
  ['/aws/endpoints/0/cidrs/0', 'sqs', "'10.0.0.1/8'"],
  ['/aws/endpoints/0/cidrs/1', 'everywhere', "'0.0.0.0/0'"],
  ['/aws/endpoints/1', 'dynamodb', 'dynamodb'],
  ['/aws/endpoints/1/cidrs/0', 'dynamodbCidrs', "'x'"],
  ['/aws/endpoints/1/vpcEndpoint', 'vpcEndpoint', "'vpce'"],
  ['/aws/trustAnchors/0', 'lab', "'arn'"],
  ['/aws/trustAnchors/0/name', 'lab', "'arn'"],
  ['/aws/trustAnchors/0/arn', 'lab', "'arn'"],
  ['/aws/administrators/breakGlass', 'administrators', "'b'"],
  ['/aws/otherAccounts/0/owner', 'otherAccounts', "''"],
])('`%s` of the account stands on the line `%s`: %s', (pointer, line, underlined) => {
  expect(placed(cloudPlatform.sites, pointer)).toEqual({ line: lineNamed(line), underlined });
});

test('a cluster\'s name that the account states itself stands there', () => {
  expect(placed(namedCluster.sites, '/aws/clusterName')).toEqual({ line: lineNamed('namedCluster'), underlined: "'lab'" });
});

test('a diagnostic of check points at the line of the user\'s own file', () => {
  const said = check(declared, { asOf: '2026-11-24', refine: (site) => refineIn(text, site, ts) }).diagnostics;
  const lineOf = (code: string) => said.filter((diagnostic) => diagnostic.code === code).map(({ at }) => at?.span?.line);
  expect(lineOf('CS1004')).toContain(lineNamed('create'));
  expect(lineOf('CS1007')).toEqual(expect.arrayContaining([lineNamed('second'), lineNamed('soon')]));
  expect(lineOf('CS1008')).toContain(lineNamed('port'));
});

test('places in a bundle are mapped to where they were written, and stay if they map to nothing', () => {
  const sites = mapSites(declared.sites, ({ path: from, span }) => (span!.line === lineNamed('ordersApi') ? { path: `${from}.map`, span: { line: 1, column: 2 } } : undefined));
  expect(sites.find('/apis/0/offers/2/until')).toEqual({ at: { path: `${path}.map`, span: { line: 1, column: 2 } }, inside: ['offers', 'create', '1', 'until'] });
  expect(sites.find('/apis/1')!.at.path).toBe(path);
  expect(mapSites({ find: () => undefined }, (at) => at).find('')).toBeUndefined();
});

test('the platform\'s own call is the place of what its profile states', () => {
  const bare = kubernetes({ cni: calico(), podCidrs: [] });
  expect(bare.sites.find('/dns/port')!.inside).toEqual(['dns', 'port']);
});
