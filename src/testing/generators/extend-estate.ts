import { builtinGrants, resolvePort, type Api, type Ask, type Condition, type Gateway, type IdentityProvider, type IdentityRef, type Mesh, type Offer, type Partner, type People, type Platform, type Policy, type Segment, type ServicePort, type Workload } from '#ir';
import type { BeyondRecipe, ExposureRecipe } from './beyond-recipe.ts';
import type { Estate } from './estate.ts';

/** Who comes from outside, and how their tokens say what conditions ask about. */
const staff: IdentityProvider = {
  name: 'staff', issuer: 'https://login.example.com', audiences: ['shop', 'desk'], jwksUri: 'https://login.example.com/keys',
  asserts: { mfa: { claim: 'amr', anyOf: ['mfa', 'hwk'] }, authenticatedAt: { claim: 'auth_time' }, device: { claim: 'device_trust' } },
};
const customers: IdentityProvider = { name: 'customers', issuer: 'https://accounts.example.net/', audiences: ['shop'], jwksUri: 'https://accounts.example.net/jwks.json', asserts: { mfa: { claim: 'strong' } } };
/** A mesh compares texts only; a gateway can read a plain `true`. */
const customersOf = ({ mesh }: BeyondRecipe): IdentityProvider => (mesh === 'none' ? customers : { ...customers, asserts: { mfa: { claim: 'acr', anyOf: ['2', '3'] } } });
const people: readonly People[] = [
  { name: 'support', via: 'staff', where: { kind: 'claim', claim: 'groups', anyOf: ['support', 'support-leads'] } },
  { name: 'shoppers', via: 'customers' },
  { name: 'admins', via: 'staff', where: { kind: 'all', of: [{ kind: 'claim', claim: 'realm_access.roles', anyOf: ['admin'] }, { kind: 'any', of: [{ kind: 'claim', claim: 'scope', anyOf: ['admin'] }, { kind: 'claim', claim: 'groups', anyOf: ['admins'] }] }] } },
  { name: 'members', via: 'customers', where: { kind: 'claim', claim: 'https://example.com/plan', anyOf: ['gold'] } },
];
/** A host asks for certificates of one authority: two partners share one, and one has its own. */
const partners: readonly Partner[] = [
  { name: 'acme', certificate: { ca: 'shared-ca', san: 'uri:spiffe://acme.example/billing' } },
  { name: 'globex', certificate: { ca: 'shared-ca', san: 'dns:client.globex.example' } },
  { name: 'initech', certificate: { ca: 'initech-ca', san: 'uri:spiffe://initech.example/orders' } },
];

const pick = <T>(from: readonly T[], choice: number): T => from[choice % from.length]!;
const ends = ['2026-12-10', '2027-03-31', '2028-02-29'] as const;

/** What a token of each provider can be asked; `staff` says the most. */
const askedOf: Readonly<Record<string, readonly Condition[]>> = {
  staff: [
    { kind: 'claim', claim: 'scope', anyOf: ['orders:read', 'orders:write'] }, { kind: 'mfa' }, { kind: 'mfa', within: 900 }, { kind: 'authenticatedWithin', seconds: 3600 },
    { kind: 'maxTokenAge', seconds: 600 }, { kind: 'device', anyOf: ['managed', 'attested'] },
    { kind: 'any', of: [{ kind: 'mfa' }, { kind: 'claim', claim: 'groups', anyOf: ['break-glass'] }] },
    { kind: 'all', of: [{ kind: 'device', anyOf: ['managed'] }, { kind: 'any', of: [{ kind: 'mfa', within: 300 }, { kind: 'maxTokenAge', seconds: 60 }] }] },
  ],
  customers: [{ kind: 'claim', claim: 'scope', anyOf: ['cart'] }, { kind: 'mfa' }, { kind: 'maxTokenAge', seconds: 3600 }],
};
const officeHours: Condition = { kind: 'during', days: ['mon', 'tue', 'wed', 'thu', 'fri'], start: '08:00', end: '18:00', timeZone: 'Europe/Berlin' };
const nights: Condition = { kind: 'during', days: ['sat', 'sun', 'mon'], start: '22:30', end: '24:00', timeZone: 'America/New_York' };
const offices: Condition = { kind: 'from', cidrs: ['203.0.113.0/25', '2001:db8:1::/48'] };

/** The same estate where the platform has a mesh, gateways or both, with all that only those can tell apart. */
export function extendEstate({ asOf, platform, policy }: Estate, choices: BeyondRecipe): Estate {
  const gateways = gatewaysOf(choices);
  let extended: Policy = { ...policy, identityProviders: [staff, customersOf(choices)], people, partners };
  extended = oneApiPerPort(extended);
  if (choices.mesh === 'ambient') extended = withoutServicesOpenToRequests(extended);
  extended = withUnmanaged(extended, choices);
  extended = withServices(extended);
  extended = { ...extended, workloads: extended.workloads.map((workload, index) => withPeculiarities(workload, index, extended.workloads.length, choices)) };
  if (gateways.length > 0) for (const exposure of choices.exposures) extended = withExposure(extended, exposure, gateways, choices);
  extended = withHeaders(withActing(extended, choices), choices);
  extended = withRequirements(extended, choices);
  const { clientAddress, mesh } = choices, declared = pruned(extended);
  return {
    asOf, policy: declared,
    platform: {
      ...platform, gateways, accept: mesh === 'none' ? platform.accept : mesh === 'sidecar' ? [] : builtinGrants(declared).map(({ ref }) =>
        ({ grants: [ref], feature: 'operation.http', plane: 'mesh', because: 'the scraper asks each pod', owner: 'platform', until: '2027-06-30' })),
      // a gateway that goes by the connection sees no client behind a node
      ...(gateways.length > 0 && clientAddress === 'connection' ? { loadBalancer: { clientAddress: 'preserved' } } : {}),
      // without a mesh, gateways know servers by a bundle, which is handed to the servers' namespaces
      ...(mesh === 'none' ? { issuer: { kind: 'ClusterIssuer', name: 'internal', duration: 86_400, trustManager: true } } : { mesh: meshOf(mesh) }),
      metricsScraper: { namespace: 'monitoring', labels: { app: 'prometheus' }, serviceAccount: 'prometheus' },
      caBundles: ['shared-ca', 'initech-ca', 'servers-ca'].map((name) => ({ name, ref: { kind: 'ConfigMap', namespace: 'edge-system', name } })),
      hosts: [{ name: 'login.example.com', cidrs: ['198.51.100.16/28'] }, { name: 'accounts.example.net', cidrs: ['198.51.100.32/28'] }],
    } satisfies Platform,
  };
}

const meshOf = (dataPlane: Mesh['dataPlane']): Mesh =>
  ({ kind: 'istio', version: '1.31', dataPlane, namespace: 'istio-system', trustDomain: 'prod.example', pathNormalization: 'DECODE_AND_MERGE_SLASHES', minTls: '1.3', waypoint: 'waypoint' });

function gatewaysOf({ clientAddress, gateways, mesh }: BeyondRecipe): readonly Gateway[] {
  return (['north', 'south'] as const).slice(0, gateways).map((name, index) => ({
    name, kind: 'envoyGateway', version: '1.9', namespace: 'edge-system', controlNamespace: 'envoy-gateway-system', port: 443 + index * 8000, containerPort: index === 0 ? 10_443 : 8443,
    pods: { namespace: index === 0 ? 'edge-system' : 'envoy-gateway-system', labels: { 'gateway.envoyproxy.io/owning-gateway-name': `countersign-${name}` }, serviceAccount: `countersign-${name}` },
    certificate: { kind: 'Secret', namespace: 'edge-system', name: `${name}-tls` },
    ...(clientAddress === 'none' ? {} : { clientAddress: clientAddress === 'xForwardedFor' ? { kind: clientAddress, trustedHops: 1 } : { kind: clientAddress } }),
    upstream: mesh === 'none' ? { kind: 'tls', caBundle: 'servers-ca' } : { kind: 'mesh' },
  }));
}

/** Two APIs on one port can claim one path, and then only the meaning tells them apart: the first of each port stays. */
function oneApiPerPort(policy: Policy): Policy {
  const taken = new Set<string>();
  const apis = policy.apis.filter((api) => {
    const port = portOf(policy, api);
    if (port === undefined || taken.has(port.key)) return false;
    taken.add(port.key);
    return true;
  });
  const left = new Set(apis.map(({ name }) => name)), services = new Set(apis.flatMap(({ exposedAt }) => (exposedAt?.kind === 'service' ? [exposedAt.service] : [])));
  return {
    ...policy, apis, asks: policy.asks.filter(({ to }) => left.has(to.api)),
    // a way in that no API is exposed at is refused
    workloads: policy.workloads.map((workload) => ({ ...workload, kubernetes: { ...workload.kubernetes!, services: workload.kubernetes!.services.filter(({ name, type }) => type === 'ClusterIP' || services.has(name)) } })),
  };
}

/** No waypoint stands between a load balancer and a pod, so only whole ports are exposed so. */
function withoutServicesOpenToRequests(policy: Policy): Policy {
  const closed = policy.apis.filter((api) => api.exposedAt?.kind === 'service' && isHttp(api)), services = new Set(closed.map(({ exposedAt }) => exposedAt?.kind === 'service' ? exposedAt.service : ''));
  return {
    ...policy,
    apis: policy.apis.map((api): Api => {
      if (!closed.includes(api)) return api;
      const { exposedAt: _open, ...rest } = api;
      return { ...rest, offers: api.offers.map((offer) => ({ ...offer, to: offer.to.filter(({ kind }) => kind !== 'anyone') })).filter(({ to }) => to.length > 0) };
    }),
    workloads: policy.workloads.map((workload) => ({ ...workload, kubernetes: { ...workload.kubernetes!, services: workload.kubernetes!.services.filter(({ name }) => !services.has(name)) } })),
  };
}

function portOf(policy: Policy, { servedBy }: Api) {
  const workload = servedBy.kind === 'workload' ? policy.workloads.find(({ name }) => name === servedBy.workload) : undefined;
  const port = servedBy.kind === 'workload' && workload !== undefined ? resolvePort(workload.kubernetes!, servedBy.port, 'TCP') : undefined;
  return workload === undefined || port === undefined ? undefined : { workload, port, key: `${workload.name} ${port.number}` };
}

/** Its whole namespace, since managed workloads share theirs with none. */
function withUnmanaged(policy: Policy, { unmanaged }: BeyondRecipe): Policy {
  if (unmanaged === null || policy.workloads.length === 0) return policy;
  const { namespace } = pick(policy.workloads, unmanaged).kubernetes!;
  const legacy: Segment = { name: 'legacy', holds: 'internal', managed: 'unmanaged', requires: { people: [], workloads: [], partners: [] }, alerts: [] };
  return { ...policy, segments: [...policy.segments, legacy], workloads: policy.workloads.map((workload) => (workload.kubernetes!.namespace === namespace ? { ...workload, segment: 'legacy' } : workload)) };
}

/** What is served is reached through a Service, or no waypoint and no route could stand before it. */
function withServices(policy: Policy): Policy {
  const wanted = new Map<string, number[]>();
  for (const api of policy.apis) {
    const port = portOf(policy, api);
    if (port === undefined) continue;
    const has = port.workload.kubernetes!.services.some(({ protocol, targetPort, type }) => type === 'ClusterIP' && protocol === 'TCP' && (resolvePort(port.workload.kubernetes!, targetPort, 'TCP')?.number ?? targetPort) === port.port.number);
    if (!has) wanted.set(port.workload.name, [...wanted.get(port.workload.name) ?? [], port.port.number]);
  }
  return {
    ...policy,
    workloads: policy.workloads.map((workload) => {
      const more = (wanted.get(workload.name) ?? []).map((number, index): ServicePort => ({ name: `${workload.name}-requests`, port: 9000 + index, protocol: 'TCP', targetPort: number, type: 'ClusterIP' }));
      return more.length === 0 ? workload : { ...workload, kubernetes: { ...workload.kubernetes!, services: [...workload.kubernetes!.services, ...more] } };
    }),
  };
}

function withPeculiarities(workload: Workload, index: number, count: number, { lookUps, metrics }: BeyondRecipe): Workload {
  const scraped = metrics.find(([of]) => of % count === index), streams = workload.kubernetes!.ports.filter(({ protocol }) => protocol === 'TCP');
  return {
    ...workload,
    ...(lookUps.some((of) => of % count === index) && workload.kubernetes!.serviceAccount !== undefined ? { callsDns: { because: 'it asks the world' } } : {}),
    ...(scraped === undefined || streams.length === 0 ? {} : { kubernetes: { ...workload.kubernetes!, metrics: { port: pick(streams, scraped[1]).number, path: '/metrics' } } }),
  };
}

const isHttp = (api: Api): boolean => api.operations.some(({ kind }) => kind === 'http' || kind === 'grpc');

function withExposure(policy: Policy, chosen: ExposureRecipe, gateways: readonly Gateway[], { clientAddress }: BeyondRecipe): Policy {
  const candidates = policy.apis.filter((api) => api.exposedAt === undefined && isHttp(api) && segmentOf(policy, api)?.managed !== 'unmanaged');
  if (candidates.length === 0) return policy;
  const api = pick(candidates, chosen.api), gateway = pick(gateways, chosen.gateway);
  if (chosen.for === 'anyone' && segmentOf(policy, api)?.holds === 'restricted') return policy;
  const root = api.servedBy.kind === 'workload' ? api.servedBy.workload : '';
  const operations = chosen.websocket && api.operations.every(({ kind }) => kind === 'http') ? [...api.operations, { name: 'feed', kind: 'websocket', path: `/${root}/feed` } as const] : api.operations;
  const common = [officeHours, nights, ...(clientAddress === 'none' ? [] : [offices])];
  const ofOneAuthority = partners.filter(({ certificate }) => certificate.ca === (chosen.browser ? 'shared-ca' : 'initech-ca'));
  const offers = new Map<string, Offer>();
  for (const offer of chosen.offers) {
    const who = chosen.for === 'people' ? pick(people, offer.to) : undefined;
    const to: IdentityRef = who !== undefined ? { kind: 'people', name: who.name } : chosen.for === 'partners' ? { kind: 'partner', name: pick(ofOneAuthority, offer.to).name } : { kind: 'anyone' };
    const menu = [...who === undefined ? [] : askedOf[who.via] ?? [], ...common];
    const when = [...new Set(offer.when.map((choice) => pick(menu, choice)))], operation = pick(operations, offer.operation).name;
    offers.set(JSON.stringify([operation, to, when]), { operation, to: [to], when, because: 'they come from outside', ...(offer.until === null ? {} : { until: pick(ends, offer.until) }) });
  }
  const exposed: Api = {
    ...api, operations, offers: [...api.offers, ...offers.values()],
    exposedAt: { kind: 'gateway', gateway: gateway.name, host: `${api.name}.example.com`, ...(chosen.browser && operations.every(({ kind }) => kind === 'http') ? { browser: { origins: ['https://desk.example.com'] } } : {}) },
  };
  return { ...policy, apis: policy.apis.map((one) => (one === api ? exposed : one)) };
}

const segmentOf = (policy: Policy, api: Api): Segment | undefined => policy.segments.find(({ name }) => name === portOf(policy, api)?.workload.segment);

/** What a mesh can ask a token: texts only. */
const ofTexts: Readonly<Record<string, readonly Condition[]>> = { staff: [{ kind: 'mfa' }, { kind: 'device', anyOf: ['managed'] }, { kind: 'claim', claim: 'scope', anyOf: ['orders:read'] }], customers: [{ kind: 'claim', claim: 'scope', anyOf: ['cart'] }] };

function withActing(policy: Policy, { acting }: BeyondRecipe): Policy {
  let { apis, asks } = policy;
  for (const { ask: choice, kept, people: whom, when } of acting) {
    const plain = asks.filter(({ from, to }) => from.kind === 'workload' && from.actingFor === undefined && isHttp(apis.find(({ name }) => name === to.api)!));
    if (plain.length === 0) break;
    const ask = pick(plain, choice), who = pick(people, whom), from: IdentityRef = { kind: 'workload', name: (ask.from as { readonly name: string }).name, actingFor: who.name };
    const api = apis.find(({ name }) => name === ask.to.api)!;
    if (api.offers.some(({ operation, to }) => operation === ask.to.operation && to.some((one) => JSON.stringify(one) === JSON.stringify(from)))) continue;
    const offer: Offer = { operation: ask.to.operation, to: [from], when: when === null ? [] : [pick(ofTexts[who.via]!, when)], because: 'on behalf of a person' };
    const without = (one: Offer): readonly Offer[] => {
      if (kept || one.operation !== ask.to.operation) return [one];
      const to = one.to.filter((identity) => identity.kind !== 'workload' || identity.actingFor !== undefined || identity.name !== from.name);
      return to.length === 0 ? [] : [{ ...one, to }];
    };
    apis = apis.map((one) => (one !== api ? one : { ...one, offers: [...one.offers.flatMap(without), offer] }));
    asks = [...asks.filter((one) => kept || one !== ask), { ...ask, from } satisfies Ask];
  }
  return { ...policy, apis, asks };
}

/** A header that only the caller itself is trusted to set. */
function withHeaders(policy: Policy, { headers }: BeyondRecipe): Policy {
  let { apis } = policy;
  for (const choice of headers) {
    const plain = policy.asks.filter(({ from, to }) => from.kind === 'workload' && from.actingFor === undefined && apis.find(({ name }) => name === to.api)!.operations.some(({ kind, name }) => name === to.operation && kind !== 'tcp'));
    if (plain.length === 0) break;
    const { from, to } = pick(plain, choice), name = (from as { readonly name: string }).name;
    apis = apis.map((api) => (api.name !== to.api ? api : {
      ...api,
      offers: api.offers.flatMap((offer): readonly Offer[] => {
        const mine = offer.to.filter((identity) => identity.kind === 'workload' && identity.name === name && identity.actingFor === undefined);
        if (offer.operation !== to.operation || mine.length === 0) return [offer];
        const rest = offer.to.filter((identity) => !mine.includes(identity));
        return [...(rest.length === 0 ? [] : [{ ...offer, to: rest }]), { ...offer, to: mine, when: [{ kind: 'header', name: 'x-tenant', anyOf: ['blue', 'green'], trustedHop: name }] }];
      }),
    }));
  }
  return { ...policy, apis };
}

/** Segments add: what every token says, so that any group of people can be asked; and an encryption that the mesh has. */
function withRequirements(policy: Policy, { mesh, requirements, transport }: BeyondRecipe): Policy {
  const managed = policy.segments.filter((segment) => segment.managed === 'managed');
  if (managed.length === 0) return policy;
  const open = new Set(policy.apis.flatMap((api) => (api.offers.some(({ to }) => to.some(({ kind }) => kind === 'anyone')) ? [segmentOf(policy, api)?.name] : [])));
  const asking = new Set(requirements.map(([segment]) => pick(managed, segment).name).filter((name) => !open.has(name)));
  const bare = new Set(policy.apis.flatMap((api) => (api.exposedAt?.kind === 'service' ? [segmentOf(policy, api)?.name] : []))); // clients arrive there without encryption
  const chosen = transport === null || mesh === 'none' ? undefined : pick(managed, transport).name, sealed = bare.has(chosen) ? undefined : chosen;
  return {
    ...policy,
    segments: policy.segments.map((segment) => ({
      ...segment, requires: {
        ...segment.requires, ...(asking.has(segment.name) ? { people: [{ kind: 'claim', claim: 'scope', anyOf: ['orders:read', 'cart'] } as const] } : {}),
        ...(segment.name === sealed ? { transport: { tls: '1.3' as const } } : {}),
      },
    })),
  };
}

/** Whoever is named nowhere is not declared. */
function pruned(policy: Policy): Policy {
  const named = policy.apis.flatMap(({ offers }) => offers.flatMap(({ to }) => to));
  const groups = policy.people.filter(({ name }) => named.some((to) => (to.kind === 'people' && to.name === name) || (to.kind === 'workload' && to.actingFor === name)));
  return {
    ...policy, people: groups, partners: policy.partners.filter(({ name }) => named.some((to) => to.kind === 'partner' && to.name === name)),
    identityProviders: policy.identityProviders.filter(({ name }) => groups.some(({ via }) => via === name)),
  };
}
