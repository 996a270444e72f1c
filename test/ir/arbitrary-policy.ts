import fc from 'fast-check';
import {
  builtinPeers, cloudServices, controllers, dataClasses, features, httpMethods, pathNormalizations, planes, probeNames,
  type Acceptance, type Alert, type Api, type Ask, type Aws, type Condition, type Exposure, type Gateway, type Hole, type IdentityProvider, type IdentityRef,
  type Invariant, type InvariantObject, type InvariantSubject, type KubernetesWorkload, type Labels, type Offer, type Operation,
  type Mesh, type ObjectRef, type Partner, type People, type Platform, type PodsAt, type Policy, type Probe, type Segment, type Server, type Workload,
} from '#ir';

/**
 * Policies that use every feature of the IR, sound or not: names dangle and repeat, sets hold duplicates, texts are
 * awkward (escapes, quotes, other scripts, lone surrogates, keys such as `10` or `__proto__`).
 */
const optionally = <T extends object>(required: { [K in keyof T]: fc.Arbitrary<T[K]> }, ...requiredKeys: readonly (keyof T & string)[]): fc.Arbitrary<T> =>
  fc.record(required as { [K in keyof T]-?: fc.Arbitrary<T[K]> }, { requiredKeys: requiredKeys as never }) as unknown as fc.Arbitrary<T>;
const all = <T extends object>(fields: { readonly [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> => fc.record(fields) as unknown as fc.Arbitrary<T>;
const few = <T>(member: fc.Arbitrary<T>, maxLength = 3): fc.Arbitrary<T[]> => fc.oneof(
  { weight: 3, arbitrary: fc.array(member, { maxLength }) },
  { weight: 1, arbitrary: fc.array(member, { minLength: 1, maxLength }).map((members) => [...members, members[0]!]) },
);

const name = fc.oneof({ weight: 4, arbitrary: fc.constantFrom('checkout', 'orders', 'ui', 'edge', 'Z', 'a-b', 'ä') }, { weight: 1, arbitrary: fc.string({ maxLength: 6, unit: 'binary' }) });
const words = fc.oneof(fc.constantFrom('because "it" is so\n', 'emoji 🛂', '\u2028', '\ud800 alone', ''), fc.string({ maxLength: 8 }));
const day = fc.constantFrom('2026-12-31', '2027-06-30', '2027-02-28');
const cidr = fc.constantFrom('10.0.0.0/8', '10.1.0.0/16', '192.168.0.0/24', 'fd00::/8');
const port = fc.integer({ min: 1, max: 65535 });
const portOrName = fc.oneof(port, fc.constantFrom('http', 'grpc'));
const protocol = fc.constantFrom('TCP' as const, 'UDP' as const, 'SCTP' as const);
const seconds = fc.integer({ min: 0, max: 100_000 });
export const arbitraryLabels: fc.Arbitrary<Labels> = fc.array(fc.tuple(fc.constantFrom('app', '10', '9', 'app.kubernetes.io/name', 'B', '__proto__', 'constructor'), fc.constantFrom('a', 'b', '')), { maxLength: 4 })
  .map((entries) => Object.fromEntries(entries));

const atom: fc.Arbitrary<Condition> = fc.oneof(
  all<Extract<Condition, { kind: 'claim' }>>({ kind: fc.constant('claim' as const), claim: name, anyOf: few(words) }),
  optionally<Extract<Condition, { kind: 'mfa' }>>({ kind: fc.constant('mfa' as const), within: seconds as never }, 'kind'),
  all<Extract<Condition, { kind: 'authenticatedWithin' }>>({ kind: fc.constant('authenticatedWithin' as const), seconds }),
  all<Extract<Condition, { kind: 'maxTokenAge' }>>({ kind: fc.constant('maxTokenAge' as const), seconds }),
  all<Extract<Condition, { kind: 'device' }>>({ kind: fc.constant('device' as const), anyOf: few(words) }),
  all<Extract<Condition, { kind: 'from' }>>({ kind: fc.constant('from' as const), cidrs: few(cidr) }),
  all<Extract<Condition, { kind: 'during' }>>({ kind: fc.constant('during' as const), days: few(fc.constantFrom('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun')), start: fc.constant('08:00'), end: fc.constant('18:00'), timeZone: fc.constant('Europe/Vienna') }),
  all<Extract<Condition, { kind: 'risk' }>>({ kind: fc.constant('risk' as const), below: fc.double({ min: 0.001, max: 100, noNaN: true }) }),
  all<Extract<Condition, { kind: 'header' }>>({ kind: fc.constant('header' as const), name, anyOf: few(words), trustedHop: name }),
);
export const arbitraryCondition: fc.Arbitrary<Condition> = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof({ maxDepth: 3, withCrossShrink: true }, atom,
    all<Extract<Condition, { kind: 'all' }>>({ kind: fc.constant('all' as const), of: few(tie('condition')) }),
    all<Extract<Condition, { kind: 'any' }>>({ kind: fc.constant('any' as const), of: few(tie('condition')) })),
})).condition;
const conditions = few(arbitraryCondition);

export const arbitraryIdentity: fc.Arbitrary<IdentityRef> = fc.oneof(
  optionally<Extract<IdentityRef, { kind: 'workload' }>>({ kind: fc.constant('workload' as const), name, actingFor: name as never }, 'kind', 'name'),
  all<Extract<IdentityRef, { kind: 'people' }>>({ kind: fc.constant('people' as const), name }),
  all<Extract<IdentityRef, { kind: 'partner' }>>({ kind: fc.constant('partner' as const), name }),
  fc.constant({ kind: 'anyone' as const }),
  all<Extract<IdentityRef, { kind: 'builtin' }>>({ kind: fc.constant('builtin' as const), name: fc.constantFrom(...builtinPeers) }),
  all<Extract<IdentityRef, { kind: 'pods' }>>({ kind: fc.constant('pods' as const), namespace: name, labels: arbitraryLabels }),
);

const requires = optionally<Segment['requires']>({
  people: conditions, workloads: conditions, partners: conditions,
  transport: fc.constantFrom({ tls: '1.2' as const }, { tls: '1.3' as const }) as never, reauthenticateEvery: seconds as never,
}, 'people', 'workloads', 'partners');
const alert: fc.Arbitrary<Alert> = fc.oneof(
  all<Extract<Alert, { kind: 'failedAuthentication' }>>({ kind: fc.constant('failedAuthentication' as const), abovePerMinute: seconds }),
  all<Extract<Alert, { kind: 'surge' }>>({ kind: fc.constant('surge' as const), factor: seconds }),
  fc.constantFrom<Alert>({ kind: 'deniedLateralMove' }, { kind: 'unusualCaller' }),
);
const segment = optionally<Segment>({
  name, holds: fc.constantFrom(...dataClasses), managed: fc.constantFrom('managed' as const, 'staged' as const, 'unmanaged' as const), owner: words as never, requires, alerts: few(alert),
}, 'name', 'holds', 'managed', 'requires', 'alerts');

const probe: fc.Arbitrary<Probe> = fc.oneof(
  all<Extract<Probe, { kind: 'http' }>>({ kind: fc.constant('http' as const), port: portOrName, path: fc.constant('/healthz') }),
  optionally<Extract<Probe, { kind: 'grpc' }>>({ kind: fc.constant('grpc' as const), port, service: name as never }, 'kind', 'port'),
  all<Extract<Probe, { kind: 'tcp' }>>({ kind: fc.constant('tcp' as const), port: portOrName }),
  fc.constant({ kind: 'exec' as const }),
);
const kubernetes = optionally<KubernetesWorkload>({
  namespace: name, controller: fc.constantFrom(...controllers) as never, serviceAccount: name as never, selector: arbitraryLabels,
  ports: few(optionally<KubernetesWorkload['ports'][number]>({ number: port, protocol, name: name as never }, 'number', 'protocol')),
  services: few(optionally<KubernetesWorkload['services'][number]>({
    name, port, protocol, targetPort: portOrName, type: fc.constantFrom('ClusterIP' as const, 'NodePort' as const, 'LoadBalancer' as const), nodePort: port as never,
  }, 'name', 'port', 'protocol', 'targetPort', 'type')),
  probes: few(optionally<KubernetesWorkload['probes'][number]>({ name: fc.constantFrom(...probeNames), container: name as never, probe }, 'name', 'probe')),
  metrics: all<NonNullable<KubernetesWorkload['metrics']>>({ port: portOrName, path: fc.constant('/metrics') }) as never,
}, 'namespace', 'selector', 'ports', 'services', 'probes');
const workload = optionally<Workload>({ name, segment: name as never, owner: words as never, kubernetes: kubernetes as never, host: fc.record({ trustAnchor: name, san: words }) as never, callsDns: fc.record({ because: words }) as never, callsApiServer: fc.record({ because: words }) as never }, 'name');

const service = fc.constantFrom(...cloudServices);
const operation: fc.Arbitrary<Operation> = fc.oneof(
  all<Extract<Operation, { kind: 'http' }>>({ name, kind: fc.constant('http' as const), method: fc.constantFrom(...httpMethods, 'ANY' as const), path: fc.constantFrom('/', '/orders', '/orders/{id}', '/{rest**}') }),
  all<Extract<Operation, { kind: 'grpc' }>>({ name, kind: fc.constant('grpc' as const), service: fc.constantFrom('shop.Cart', 'shop.Ad'), method: name }),
  all<Extract<Operation, { kind: 'tcp' }>>({ name: fc.constant('connect'), kind: fc.constant('tcp' as const), port }),
  all<Extract<Operation, { kind: 'websocket' }>>({ name, kind: fc.constant('websocket' as const), path: fc.constant('/feed') }),
  optionally<Extract<Operation, { kind: 'cloud' }>>({ name, kind: fc.constant('cloud' as const), verb: fc.constantFrom('send', 'receive'), within: words as never }, 'name', 'kind', 'verb'),
);
const offer = optionally<Offer>({ operation: name, to: few(arbitraryIdentity, 4), when: conditions, because: words as never, owner: words as never, until: day as never }, 'operation', 'to', 'when');
const server: fc.Arbitrary<Server> = fc.oneof(
  all<Extract<Server, { kind: 'workload' }>>({ kind: fc.constant('workload' as const), workload: name, port: portOrName }),
  optionally<Extract<Server, { kind: 'cloud' }>>({
    kind: fc.constant('cloud' as const), service, arn: fc.oneof(words, fc.record({ hole: name })) as never, owned: fc.boolean(), segment: name as never, encryptedBy: name as never, port: port as never,
    rotationDays: fc.integer({ min: 90, max: 2560 }) as never,
  }, 'kind', 'service', 'owned'),
);
const exposure: fc.Arbitrary<Exposure> = fc.oneof(
  all<Extract<Exposure, { kind: 'service' }>>({ kind: fc.constant('service' as const), service: name }),
  optionally<Extract<Exposure, { kind: 'gateway' }>>({ kind: fc.constant('gateway' as const), gateway: name, host: fc.constant('api.example.com'), browser: fc.record({ origins: few(words) }) as never }, 'kind', 'gateway', 'host'),
);
const api = optionally<Api>({ name, owner: words as never, servedBy: server, operations: few(operation), exposedAt: exposure as never, offers: few(offer) }, 'name', 'servedBy', 'operations', 'offers');
const ask = optionally<Ask>({ from: arbitraryIdentity, to: fc.record({ api: name, operation: name }), because: words as never, owner: words as never, until: day as never }, 'from', 'to');

const subject: fc.Arbitrary<InvariantSubject> = fc.oneof(arbitraryIdentity,
  all<Extract<InvariantSubject, { kind: 'segment' }>>({ kind: fc.constant('segment' as const), name }),
  all<Extract<InvariantSubject, { kind: 'anyIdentity' }>>({ kind: fc.constant('anyIdentity' as const), except: few(arbitraryIdentity) }));
const object: fc.Arbitrary<InvariantObject> = fc.oneof(
  all<Extract<InvariantObject, { kind: 'segment' }>>({ kind: fc.constant('segment' as const), name }),
  all<Extract<InvariantObject, { kind: 'api' }>>({ kind: fc.constant('api' as const), name }),
  all<Extract<InvariantObject, { kind: 'operation' }>>({ kind: fc.constant('operation' as const), api: name, operation: name }));
const invariant = optionally<Invariant>({ kind: fc.constantFrom('reach' as const, 'flow' as const), from: subject, to: object, through: few(object) as never, because: words, owner: words as never }, 'kind', 'from', 'to', 'because');

const assertion = optionally<{ claim: string; anyOf: string[] }>({ claim: name, anyOf: few(words) }, 'claim');
const provider = optionally<IdentityProvider>({
  name, issuer: words, audiences: few(words), jwksUri: words,
  asserts: optionally<{ mfa: object; authenticatedAt: object; device: object }>({ mfa: assertion, authenticatedAt: assertion, device: assertion }) as never,
}, 'name', 'issuer', 'audiences', 'jwksUri');
const people = optionally<People>({ name, via: name, where: arbitraryCondition as never }, 'name', 'via');
const partner = all<Partner>({ name, certificate: fc.record({ ca: name, san: words }) });
const hole = all<Hole>({ name, kind: fc.constant('arn' as const), service, maxLength: seconds });

export const arbitraryPolicy: fc.Arbitrary<Policy> = all<Policy>({
  version: fc.constant(1 as const), name,
  segments: few(segment), workloads: few(workload), identityProviders: few(provider, 2), people: few(people, 2), partners: few(partner, 2),
  apis: few(api), asks: few(ask), never: few(invariant), holes: few(hole, 2),
});

const acceptance: fc.Arbitrary<Acceptance> = all<Acceptance>({
  grants: fc.oneof(fc.constant('all' as const), few(words)), feature: fc.constantFrom(...features), plane: fc.constantFrom(...planes), because: words, owner: words, until: day,
});
const objectRef: fc.Arbitrary<ObjectRef> = fc.record({ kind: fc.constantFrom('Secret' as const, 'ConfigMap' as const), namespace: name, name });
const podsAt: fc.Arbitrary<PodsAt> = fc.record({ namespace: name, labels: arbitraryLabels, serviceAccount: name });
const gateway = optionally<Gateway>({
  name, kind: fc.constant('envoyGateway' as const), version: fc.constant('1.9'), namespace: name, pods: podsAt, controlNamespace: name, port, containerPort: port, certificate: objectRef,
  clientAddress: fc.oneof(fc.constant({ kind: 'connection' as const }), fc.constant({ kind: 'proxyProtocol' as const }), fc.record({ kind: fc.constant('xForwardedFor' as const), trustedHops: fc.integer({ min: 1, max: 5 }) })) as never,
  upstream: fc.oneof(fc.constant({ kind: 'mesh' as const }), fc.record({ kind: fc.constant('tls' as const), caBundle: name }), fc.record({ kind: fc.constant('tls' as const), caBundle: name, clientCertificate: objectRef })),
}, 'name', 'kind', 'version', 'namespace', 'pods', 'controlNamespace', 'port', 'containerPort', 'certificate', 'upstream');
const aws = optionally<Aws>({
  accountId: words, region: words, clusterName: name, identity: fc.oneof(fc.constant({ kind: 'podIdentity' as const }), fc.record({ kind: fc.constant('irsa' as const), issuer: words })),
  endpoints: few(optionally<Aws['endpoints'][number]>({ service, cidrs: few(cidr), vpcEndpoint: words as never }, 'service', 'cidrs')),
  vpc: words as never, rolePrefix: words, rolePath: words, permissionsBoundary: words as never, administrators: fc.record({ deployer: words, breakGlass: words }) as never,
  trustAnchors: few(fc.record({ name, arn: words })), otherAccounts: few(fc.record({ accountId: words, because: words, owner: words })), managedPoliciesPerRole: fc.integer({ min: 1, max: 20 }),
}, 'accountId', 'region', 'clusterName', 'identity', 'endpoints', 'rolePrefix', 'rolePath', 'trustAnchors', 'otherAccounts', 'managedPoliciesPerRole');
export const arbitraryPlatform: fc.Arbitrary<Platform> = optionally<Platform>({
  version: fc.constant(1 as const), name, podCidrs: few(cidr), nodeCidrs: few(cidr),
  cni: optionally<Platform['cni']>({
    name, networkPolicy: fc.constantFrom('enforced' as const, 'absent' as const), servicePortMustEqualContainerPort: fc.boolean(), ipBlockMatchesNodes: fc.boolean(), ipBlockMatchesPods: fc.boolean(),
    maxPortsPerPeer: port as never, enforcedOwners: few(fc.constantFrom(...controllers)) as never, startsOpen: fc.boolean(),
  }, 'name', 'networkPolicy', 'servicePortMustEqualContainerPort', 'ipBlockMatchesNodes', 'ipBlockMatchesPods', 'startsOpen'),
  dns: all<NonNullable<Platform['dns']>>({ namespace: name, labels: arbitraryLabels, port, protocols: few(protocol), nodeLocalCidrs: few(cidr) }) as never,
  apiServer: fc.record({ cidrs: few(cidr), port }) as never,
  loadBalancer: fc.constantFrom({ clientAddress: 'preserved' as const }, { clientAddress: 'node' as const }) as never,
  mesh: optionally<Mesh>({
    kind: fc.constant('istio' as const), version: fc.constantFrom('1.31', '1.30.2'), dataPlane: fc.constantFrom('ambient' as const, 'sidecar' as const), namespace: name, trustDomain: name,
    pathNormalization: fc.constantFrom(...pathNormalizations) as never, minTls: fc.constantFrom('1.2' as const, '1.3' as const), waypoint: name,
  }, 'kind', 'version', 'dataPlane', 'namespace', 'trustDomain', 'minTls', 'waypoint') as never,
  gateways: few(gateway, 2),
  metricsScraper: podsAt as never,
  caBundles: few(fc.record({ name, ref: objectRef }), 2),
  hosts: few(fc.record({ name, cidrs: few(cidr) }), 2),
  issuer: fc.record({ kind: fc.constantFrom('ClusterIssuer' as const, 'Issuer' as const), name, duration: fc.integer({ min: 3600, max: 99_999 }), trustManager: fc.boolean() }) as never,
  aws: aws as never,
  accept: few(acceptance),
}, 'version', 'name', 'podCidrs', 'nodeCidrs', 'cni', 'gateways', 'caBundles', 'hosts', 'accept');
