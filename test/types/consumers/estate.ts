// What users write, and what has to compile. The other files here build on it.
import {
  acceptWeaker, bucket, database, irsa, key, lambda, podIdentity, role, secretValue, topic, all, anyIdentity, anyOf, anyone, api, authenticatedWithin, calico, certManager, check, cilium, claim, compile, configMap, connectionAddress, coreDns, decodePolicy, del,
  deniedLateralMove, device, during, eks, envoyGateway, failedAuthentication, flow, from, get, header, head, hole, identityProvider, istioAmbient, istioSidecar, kubernetes, maxTokenAge,
  metricsScraper, mfa, never, options, any, openShiftDns, partner, patch, people, policy, post, prometheus, proxyProtocol, put, queue, reach, risk, rpc, secret, segment, surge,
  table, tcp, unusualCaller, upstreamTls, websocket, workload, xForwardedFor,
  type DeclaredPolicy, type KubernetesFacts, type Policy,
} from 'countersign';
import { decide } from 'countersign/spec';
import { builtinTargets } from 'countersign/targets';

export const staff = identityProvider('staff', {
  issuer: 'https://login.example.com', audiences: ['retail'], jwksUri: 'https://login.example.com/keys',
  asserts: { mfa: { claim: 'amr', anyOf: ['mfa', 'hwk'] }, authenticatedAt: 'auth_time', device: { claim: 'device_trust' } },
});
export const commerce = segment('commerce', {
  holds: 'confidential',
  requires: {
    people: [mfa({ within: '15m' }), maxTokenAge('1h')], workloads: [from('10.0.0.0/8')], partners: [], transport: { tls: '1.3' }, reauthenticateEvery: '30m',
  },
  alerts: [failedAuthentication({ above: '20/m' }), surge({ factor: 5 }), deniedLateralMove(), unusualCaller()],
});
export const customerData = segment('customer-data', { holds: 'restricted' });

const imported = {
  namespace: 'checkout', controller: 'Deployment', serviceAccount: 'checkout', selector: { app: 'checkout' },
  ports: [{ number: 8080, protocol: 'TCP', name: 'http' }, { number: 9090 }],
  services: [{ name: 'checkout', port: 80, targetPort: 'http' }, { name: 'checkout-external', port: 80, targetPort: 8080, type: 'LoadBalancer' }],
  probes: [
    { container: 'server', liveness: { http: { port: 'http', path: '/healthz' } }, readiness: { grpc: { port: 9090, service: 'checkout' } } },
    { container: 'sidecar', startup: { tcp: { port: 9090 } }, liveness: { exec: true } },
  ],
  metrics: { port: 'http', path: '/metrics' },
} as const satisfies KubernetesFacts;
export const checkout = workload('checkout', { segment: commerce, kubernetes: imported });
export const orders = workload('orders', {
  segment: commerce, owner: 'team-orders', callsApiServer: { because: 'leader election' },
  kubernetes: { namespace: 'orders', serviceAccount: 'orders', selector: { app: 'orders' }, ports: [{ number: 8080 }], probes: { liveness: { tcp: { port: 8080 } } } },
});
export const ui = workload('ui', { callsDns: { because: 'mail' } });
export const support = people('support-leads', { via: staff, where: claim('groups').includes('support-leads') });
export const either = people('either', { via: staff, where: anyOf(claim('groups').includes('a'), all(claim('scope').includes('b'), claim('c').includes('d'))) });
export const shoppers = people('shoppers', { via: staff });
/** Named like a group of people, and not that group. */
export const twin = workload('support-leads');
export const acme = partner('acme', { certificate: { ca: 'acme', san: 'uri:spiffe://acme.example/billing' } });

export const ordersApi = api('orders', {
  servedBy: orders, port: 'http', owner: 'team-orders',
  operations: {
    list: get('/orders'), create: post('/orders'), export: get('/orders/export'), read: get('/orders/{id}'), replace: put('/orders/{id}'),
    amend: patch('/orders/{id}'), cancel: del('/orders/{id}'), peek: head('/orders/{id}'), preflight: options('/orders'), rest: any('/{rest**}'), feed: websocket('/feed'),
    // names that every object has, and that are operations only where they are declared
    toString: get('/to-string'), constructor: get('/constructor'), name: get('/name'), kind: get('/kind'),
  },
  exposedAt: { gateway: 'edge', host: 'api.example.com', browser: { origins: ['https://desk.example.com'] } },
  offers: {
    create: [{ to: [checkout], because: 'checkout places orders' }, { to: [ui], until: '2027-06-30', owner: 'team-orders' }],
    list: { to: [support], when: [mfa({ within: '15m' }), anyOf(device('managed'), all(authenticatedWithin('1h'), from('10.0.0.0/8')))], because: 'refund disputes', until: '2027-06-30' },
    read: { to: [ui.actingFor(shoppers)], when: [maxTokenAge('5m')], because: 'shoppers see their order' },
    export: { to: [acme], when: [from('192.0.2.0/24'), during({ days: ['mon'], start: '08:00', end: '18:00', timeZone: 'Europe/Vienna' })], because: 'monthly billing' },
    peek: { to: [anyone], when: [risk({ below: 0.5 }), header('x-tier', { anyOf: ['gold'], trustedHop: 'edge' })], because: 'public status' },
    toString: { to: [checkout, metricsScraper], when: [from('10.0.0.0/8'), header('x-tier', { anyOf: ['gold'], trustedHop: 'checkout' })] },
    amend: [{ to: [ui, ui.actingFor(shoppers)], because: 'two ways' }, { to: [support, ui.actingFor(support)], when: [mfa()] }],
    kind: { to: [ui] },
  },
});
export const cartApi = api('cart', {
  servedBy: checkout, port: 8080, operations: { AddItem: rpc('hipstershop.CartService/AddItem'), connect: tcp(8080) }, exposedAt: { service: 'checkout-external' },
  offers: { AddItem: { to: [ui] } },
});
export const closedApi = api('closed', { servedBy: checkout, port: 1, operations: { open: get('/') } });
export const madeKey = key('made-key', { segment: customerData, rotationDays: 180, offers: { sign: { to: [orders] } } });
export const bareKey = key('bare-key');
export const ordersKey = key('orders-key', { arn: hole('orders-key', { kind: 'arn', service: 'kms' }), owned: true });
export const settlements = queue('settlements', { arn: hole('settlements', { kind: 'arn', service: 'sqs' }), owned: true, encryptedBy: ordersKey, segment: commerce, offers: { send: { to: [orders], because: 'settle at night' } } });
export const ledger = table('ledger', {
  arn: 'arn:aws:dynamodb:eu-west-1:123456789012:table/ledger', encryptedBy: madeKey, indexes: { byCustomer: 'idx_customer' },
  offers: { get: { to: [orders] }, queryByCustomer: [{ to: [orders], when: [from('10.0.0.0/8')] }, { to: [checkout], until: '2027-06-30' }] },
});
export const media = bucket('media', { arn: hole('media', { kind: 'arn', service: 's3', maxLength: 80 }), prefixes: { thumbs: 'thumbs/' }, offers: { readThumbs: { to: [ui] }, writeThumbs: { to: [checkout] } } });
export const wholeBucket = bucket('logs', { arn: 'arn:aws:s3:::logs', owned: undefined, offers: { write: { to: [ui] } } });
export const others = [
  secretValue('stripe', { arn: hole('stripe', { kind: 'arn', service: 'secretsmanager' }), owned: true, offers: { read: { to: [orders] } } }),
  [topic('events', { arn: hole('events', { kind: 'arn', service: 'sns' }), encryptedBy: bareKey, offers: { publish: { to: [orders] } } })],
  database('invoices', { arn: 'arn:aws:rds-db:eu-west-1:123456789012:dbuser:db-ABC/orders', port: 5432, encryptedBy: ordersKey, offers: { connect: { to: [orders] } } }),
  lambda('render', { arn: 'arn:aws:lambda:eu-west-1:123456789012:function:render', offers: { invoke: { to: [orders] } } }),
  role('reporting', { arn: 'arn:aws:iam::123456789012:role/reporting', offers: { assume: { to: [orders] } } }),
] as const;
/** Outside the cluster, known by its certificate. */
export const batch = workload('batch', { host: { trustAnchor: 'datacentre', san: 'spiffe://corp.example/batch' } });

export const asks = [
  checkout.calls(ordersApi.create, { because: 'place the order', owner: 'team-checkout', until: '2027-01-31' }),
  ui.calls([ordersApi.create, cartApi.AddItem, ordersApi.kind]),
  ui.actingFor(shoppers).calls([ordersApi.read, ordersApi.amend]),
  ui.actingFor(support).calls(ordersApi.amend, { because: 'on the telephone' }),
  checkout.calls(ordersApi.toString),
  [orders.sends(settlements, { because: 'at night' }), orders.calls(settlements.send), orders.calls([ledger.get, ledger.queryByCustomer]), checkout.calls(ledger.queryByCustomer), ui.calls(media.readThumbs), orders.calls(madeKey.sign)],
];

const retail = policy('retail', {
  apis: [ordersApi, [cartApi, closedApi], settlements, ledger, [[ordersKey, madeKey], bareKey], media, others, wholeBucket], asks: [asks, ...asks], workloads: [twin, batch], segments: [customerData],
  never: [
    never(reach(anyone, customerData), { because: 'PCI scope' }),
    never(reach(anyIdentity.except(orders, support), ordersApi), { because: 'owners only', owner: 'team-orders' }),
    never(reach(commerce, ordersApi.export), { because: 'partners only' }),
    never(flow(checkout, customerData, { through: [settlements] }), { because: 'no copies' }),
  ],
});
export default retail;
/** Exactly the holes that there are, and no more. */
export const filled: DeclaredPolicy<'settlements' | 'orders-key' | 'media' | 'stripe' | 'events'> = retail;
export const none: DeclaredPolicy<never> = policy('small', { apis: [ordersApi, cartApi] });

/** Names that only the running program knows: such policies are checked when they are compiled. */
const names: readonly string[] = ['a', 'b'];
const many = names.map((name) => workload(name, { kubernetes: { namespace: name, selector: { app: name } } }));
export const generated = many.map((server, index) =>
  api(`api-${index}`, { servedBy: server, port: 8080, operations: { call: get('/') }, offers: { call: { to: many.slice(0, 10) } } }));
export const generatedAsks = generated.flatMap((one) => many.map((caller) => caller.calls(one.call)));
export const big = policy('generated', { apis: generated, asks: generatedAsks });

const accepted = acceptWeaker({ grants: 'all', feature: 'operation.http', plane: 'network', because: 'no mesh yet', owner: 'platform', until: '2027-03-31' });
export const platforms = [
  kubernetes({ cni: calico(), podCidrs: ['10.0.0.0/18'], nodeCidrs: ['10.1.0.0/18'], dns: coreDns({ nodeLocal: true }), apiServer: { cidrs: ['10.1.0.10/32'], port: 6443 }, accept: [accepted] }),
  kubernetes({ name: 'lab', cni: cilium({ policyCidrMatchMode: 'nodes' }), podCidrs: [], dns: openShiftDns(), loadBalancer: { clientAddress: 'node' } }),
  eks({ clusterName: 'prod', podCidrs: ['10.0.0.0/18'], apiServer: { cidrs: ['10.1.0.0/24'] } }),
  eks({
    clusterName: 'prod', cni: cilium(), podCidrs: ['10.0.0.0/18'], nodeCidrs: ['10.1.0.0/18'], mesh: istioAmbient({ trustDomain: 'prod.example.com', pathNormalization: 'DECODE_AND_MERGE_SLASHES', version: '1.31', waypoint: 'way' }),
    gateways: {
      edge: envoyGateway({ namespace: 'edge', certificate: secret('edge', 'api-tls'), clientAddress: xForwardedFor({ trustedHops: 1 }) }),
      inner: envoyGateway({ namespace: 'inner', certificate: secret('inner', 'tls'), serviceAccount: 'proxy', labels: { app: 'proxy' }, gatewayNamespaceMode: true, port: 8443, clientAddress: connectionAddress(), upstream: upstreamTls({ caBundle: 'acme', clientCertificate: secret('inner', 'client') }) }),
      lobby: envoyGateway({ namespace: 'lobby', certificate: secret('lobby', 'tls'), clientAddress: proxyProtocol(), version: undefined }),
    },
    metricsScraper: prometheus({ namespace: 'monitoring', serviceAccount: 'prometheus' }), caBundles: { acme: configMap('edge', 'acme-ca') }, hosts: { 'login.example.com': ['203.0.113.0/24'] },
    issuer: certManager({ issuer: 'estate', duration: '30d', trustManager: true }), accept: [accepted],
  }),
  eks({
    clusterName: 'prod', podCidrs: ['10.0.0.0/18'],
    aws: {
      accountId: '123456789012', region: 'eu-west-1', vpc: 'vpc-0123456789abcdef0', identity: irsa({ issuer: 'oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE' }), rolePrefix: 'prod-', rolePath: '/retail/',
      endpoints: { sqs: ['10.0.64.0/26'], sts: { cidrs: ['10.0.65.0/26'], vpcEndpoint: 'vpce-0123456789abcdef0' }, 'rds-db': undefined }, permissionsBoundary: 'arn:aws:iam::123456789012:policy/estate',
      administrators: { deployer: 'arn:aws:iam::123456789012:role/deploy', breakGlass: 'arn:aws:iam::123456789012:role/break-glass' }, trustAnchors: { datacentre: 'arn:aws:rolesanywhere:eu-west-1:123456789012:trust-anchor/0' },
      otherAccounts: [{ accountId: '444455556666', because: 'they let us in', owner: 'platform' }], managedPoliciesPerRole: 20,
    },
  }),
  kubernetes({ cni: calico(), podCidrs: [], aws: { accountId: '123456789012', region: 'eu-west-1', clusterName: 'lab', identity: podIdentity() } }),
  kubernetes({ cni: calico(), podCidrs: [], mesh: istioSidecar({ trustDomain: 'cluster.local', minTls: '1.3' }), issuer: undefined, gateways: {} }),
];
const outcome = compile({ policy: retail, platform: platforms[0]!, asOf: '2026-11-24', targets: builtinTargets });
export const compiled: Policy | undefined = outcome.ok ? outcome.value.policy : undefined;
export const checked = check(retail, { asOf: '2026-11-24' });
export const answer: 'allow' | 'deny' | undefined = compiled && decide(compiled, {
  peer: { kind: 'workload', name: 'checkout' }, throughExposure: false, to: { kind: 'operation', api: 'orders', operation: 'create' }, context: { time: '2026-11-24T00:00:00Z' },
}).decision;
export const read = decodePolicy;
