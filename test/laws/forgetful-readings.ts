import { cloudVerbs, type CloudOperation, type CloudServer, type Condition, type IdentityRef, type Offer, type Operation, type Policy, type Segment, type Workload } from '#ir';
import type { Request } from '#spec';

/** What somebody reads who forgets one thing: another policy, or another request. */
export interface Forgetful { readonly policy?: (policy: Policy, request: Request) => Policy; readonly request?: (request: Request) => Request }

const offers = (change: (offer: Offer) => Offer) => (policy: Policy): Policy => ({ ...policy, apis: policy.apis.map((api) => ({ ...api, offers: api.offers.map(change) })) });
const segments = (change: (requires: Segment['requires']) => Partial<Segment['requires']>) => (policy: Policy): Policy =>
  ({ ...policy, segments: policy.segments.map((segment) => ({ ...segment, requires: { ...segment.requires, ...change(segment.requires) } })) });
const workloads = (change: (workload: Workload) => Workload) => (policy: Policy): Policy => ({ ...policy, workloads: policy.workloads.map(change) });
const identities = (change: (identity: IdentityRef) => IdentityRef) => (policy: Policy): Policy =>
  ({ ...offers((offer) => ({ ...offer, to: offer.to.map(change) }))(policy), asks: policy.asks.map((ask) => ({ ...ask, from: change(ask.from) })) });

/** Every condition that somebody states, in offers, `where` and segments, parts first. */
const conditions = (change: (condition: Condition, policy: Policy) => Condition) => (policy: Policy): Policy => {
  const deep = (condition: Condition): Condition => change(condition.kind === 'all' || condition.kind === 'any' ? { ...condition, of: condition.of.map(deep) } : condition, policy);
  const stated = segments(({ partners, people, workloads: callers }) => ({ people: people.map(deep), workloads: callers.map(deep), partners: partners.map(deep) }))(policy);
  return { ...offers((offer) => ({ ...offer, when: offer.when.map(deep) }))(stated), people: policy.people.map((group) => ({ ...group, ...(group.where === undefined ? {} : { where: deep(group.where) }) })) };
};
const nothing: Condition = { kind: 'all', of: [] };
const only = <Kind extends Condition['kind']>(kind: Kind, change: (condition: Extract<Condition, { readonly kind: Kind }>, policy: Policy) => Condition): Forgetful =>
  ({ policy: conditions((condition, policy) => (condition.kind === kind ? change(condition as Extract<Condition, { readonly kind: Kind }>, policy) : condition)) });
const ignoring = (kind: Condition['kind']): Forgetful => only(kind, () => nothing);

const token = (change: (claims: Readonly<Record<string, unknown>>, now: number) => Readonly<Record<string, unknown>>): Forgetful => ({
  request: (request) => (request.subject === undefined ? request : { ...request, subject: { ...request.subject, claims: change(request.subject.claims, Date.parse(request.context.time) / 1000) } }),
});
const without = (...gone: readonly string[]) => <T extends object>(whole: T): T => Object.fromEntries(Object.entries(whole).filter(([key]) => !gone.includes(key))) as T;
const context = (...gone: readonly string[]): Forgetful => ({ request: (request) => ({ ...request, context: without(...gone)(request.context) }) });
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/** On networks alone. */
export const forgetfulOfNetworks: Readonly<Record<string, Forgetful>> = {
  'requests': { policy: (policy) => ({ ...policy, asks: [] }) },
  'ends': { policy: offers(without('until')) },
  'exposures': { policy: (policy) => ({ ...policy, apis: policy.apis.map(without('exposedAt')) }) },
  'selectors': { policy: workloads((workload) => ({ ...workload, kubernetes: { ...workload.kubernetes!, selector: {} } })) },
  'the more specific template': { policy: (policy) => ({ ...policy, apis: policy.apis.map((api) => ({ ...api, operations: api.operations.filter(({ name }) => name !== 'export') })) }) },
};

/** Of people, partners, conditions and built-in peers. */
export const forgetfulOfShown: Readonly<Record<string, Forgetful>> = {
  'that tokens end': token((claims, now) => ({ ...claims, exp: now + 600 })),
  'that tokens have to say when they end': token((claims, now) => ({ exp: now + 600, ...claims })),
  'that tokens begin': token(without('nbf')),
  'that clocks differ, at the end': token((claims) => (typeof claims['exp'] === 'number' ? { ...claims, exp: claims['exp'] - 60 } : claims)),
  'that clocks differ, at the beginning': token((claims) => (typeof claims['nbf'] === 'number' ? { ...claims, nbf: claims['nbf'] + 60 } : claims)),
  'issuers': token(without('iss')),
  'audiences': token(without('aud')),
  'whose provider it is': { policy: (policy, { subject }) => ({ ...policy, people: policy.people.map((group) => ({ ...group, via: subject?.provider ?? group.via })) }) },
  'where': { policy: (policy) => ({ ...policy, people: policy.people.map(without('where')) }) },
  'the token of who acts for people': { policy: identities((identity) => (identity.kind === 'workload' ? { kind: 'workload', name: identity.name } : identity)) },
  'the workload that acts for people': { policy: identities((identity) => (identity.kind === 'workload' && identity.actingFor !== undefined ? { kind: 'people', name: identity.actingFor } : identity)) },
  'which partner': { policy: identities((identity) => (identity.kind === 'partner' ? { kind: 'anyone' } : identity)) },
  'that people arrive from outside': { request: (request) => (request.peer === undefined ? { ...request, throughExposure: true } : request) },
  'that nobody of the cluster arrives from outside': { request: (request) => (request.throughExposure ? without('peer')(request) : request) },
  'what segments ask of people': { policy: segments(() => ({ people: [] })) },
  'what segments ask of workloads': { policy: segments(() => ({ workloads: [] })) },
  'what segments ask of partners': { policy: segments(() => ({ partners: [] })) },
  'claims': ignoring('claim'), 'factors': ignoring('mfa'), 'authentication': ignoring('authenticatedWithin'), 'ages of tokens': ignoring('maxTokenAge'), 'devices': ignoring('device'),
  'addresses': ignoring('from'), 'windows': ignoring('during'), 'risk': ignoring('risk'), 'headers': ignoring('header'),
  'that a factor gets old': only('mfa', () => ({ kind: 'mfa' })),
  'the factor of a recent one': only('mfa', ({ within }) => (within === undefined ? { kind: 'mfa' } : { kind: 'authenticatedWithin', seconds: within })),
  'the future of ages': { request: (request) => ({ ...request, ...token((claims, now) => ({ ...claims, ...(typeof claims['iat'] === 'number' && claims['iat'] > now ? { iat: now } : {}), ...(typeof claims['auth_time'] === 'number' && claims['auth_time'] > now ? { auth_time: now } : {}) })).request!(request) }) },
  'that all have to hold': only('all', ({ of }) => ({ kind: 'any', of })),
  'that one of any is enough': only('any', ({ of }) => ({ kind: 'all', of })),
  'claims inside claims': token((claims) => Object.fromEntries(Object.entries(claims).filter(([, value]) => !isObject(value)))),
  'that a URL is one name': token((claims) => Object.fromEntries(Object.entries(claims).filter(([name]) => !name.includes('://')))),
  'that a scope is several': token((claims) => (typeof claims['scope'] === 'string' ? { ...claims, scope: [claims['scope']] } : claims)),
  'that nothing but a scope is': token((claims) => Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, name !== 'aud' && typeof value === 'string' && value.includes(' ') ? value.split(' ') : value]))),
  'lists': token((claims) => Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, Array.isArray(value) ? value[0] as unknown : value]))),
  'what a provider asserts': { policy: (policy) => ({ ...policy, identityProviders: policy.identityProviders.map(without('asserts')) }) },
  'which values are a factor': { policy: (policy) => ({ ...policy, identityProviders: policy.identityProviders.map((provider) => (provider.asserts?.mfa === undefined ? provider : { ...provider, asserts: { ...provider.asserts, mfa: { claim: provider.asserts.mfa.claim } } })) }) },
  'the factor that a context states': context('mfa'), 'the device that a context states': context('device'), 'the ages that a context states': context('tokenAgeSeconds', 'authenticationAgeSeconds'),
  'time zones': only('during', (window) => ({ ...window, timeZone: 'UTC' })),
  'that clocks change': only('during', (window) => ({ ...window, timeZone: ({ 'Europe/Berlin': 'Etc/GMT-1', 'America/New_York': 'Etc/GMT+5' } as Readonly<Record<string, string>>)[window.timeZone] ?? window.timeZone })),
  'days': only('during', (window) => ({ ...window, days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] })),
  'addresses of six': only('from', ({ cidrs, kind }) => ({ kind, cidrs: cidrs.filter((cidr) => !cidr.includes(':')) })),
  'who has set a header': only('header', (header, { apis, workloads: callers }) => ({ kind: 'any', of: [...callers.map(({ name }) => name), ...apis.flatMap(({ exposedAt }) => (exposedAt?.kind === 'gateway' ? [exposedAt.gateway] : []))].map((trustedHop) => ({ ...header, trustedHop })) })),
  'that names of headers have no case': { request: (request) => ({ ...request, context: { ...request.context, headers: Object.fromEntries(Object.entries(request.context.headers ?? {}).filter(([name]) => name === name.toLowerCase())) } }) },
  'upgrades': { request: (request) => (request.to.kind === 'http' ? { ...request, to: without('upgrade')(request.to) } : request) },
  'that an upgrade is not a GET': { policy: (policy) => ({ ...policy, apis: policy.apis.map((api) => ({ ...api, operations: api.operations.map((operation) => (operation.kind === 'websocket' ? { name: operation.name, kind: 'http' as const, method: 'GET' as const, path: operation.path } : operation)) })) }), request: (request) => (request.to.kind === 'http' ? { ...request, to: without('upgrade')(request.to) } : request) },
  'metrics': { policy: workloads((workload) => ({ ...workload, kubernetes: without('metrics')(workload.kubernetes!) })) },
  'the path of metrics': { request: (request) => (request.to.kind === 'http' && request.peer?.kind === 'builtin' ? { ...request, to: { ...request.to, path: '/metrics' } } : request) },
  'gRPC probes': { policy: workloads((workload) => ({ ...workload, kubernetes: { ...workload.kubernetes!, probes: workload.kubernetes!.probes.filter(({ probe }) => probe.kind !== 'grpc') } })) },
  'that some only look names up': { policy: workloads(without('callsDns')) },
  'that an unreadable time denies': { request: (request) => (Number.isNaN(Date.parse(request.context.time)) ? { ...request, context: { ...request.context, time: '2026-11-23T12:00:00Z' } } : request) },
};

const resources = (change: (server: CloudServer) => CloudServer) => (policy: Policy): Policy =>
  ({ ...policy, apis: policy.apis.map((api) => (api.servedBy.kind === 'cloud' ? { ...api, servedBy: change(api.servedBy) } : api)) });
const parts = (of: CloudServer['service'], change: (operation: CloudOperation) => CloudOperation): Forgetful => ({
  policy: (policy) => ({ ...policy, apis: policy.apis.map((api) => (api.servedBy.kind === 'cloud' && api.servedBy.service === of ? { ...api, operations: api.operations.map((operation) => (operation.kind === 'cloud' ? change(operation) : operation)) } : api)) }),
});
const action = (change: (asked: Extract<Request['to'], { readonly kind: 'action' }>) => Request['to']): Forgetful => ({ request: (request) => (request.to.kind === 'action' ? { ...request, to: change(request.to) } : request) });
const peer = (change: (from: NonNullable<Request['peer']>) => NonNullable<Request['peer']>): Forgetful => ({ request: (request) => (request.peer === undefined ? request : { ...request, peer: change(request.peer) }) });
const pod: NonNullable<Workload['kubernetes']> = { namespace: 'outside', serviceAccount: 'batch', selector: { app: 'batch' }, ports: [], services: [], probes: [] };

/** Of the cloud. */
export const forgetfulOfCloud: Readonly<Record<string, Forgetful>> = {
  'requests to resources': { policy: (policy) => ({ ...policy, asks: [] }) },
  'ends of what is granted there': { policy: offers(without('until')) },
  'ends of what is asked there': { policy: (policy) => ({ ...policy, asks: policy.asks.map(without('until')) }) },
  'prefixes': parts('s3', without('within')),
  'that a prefix is only how keys begin': parts('s3', (operation) => ({ ...operation, ...(operation.within === undefined ? {} : { within: operation.within.split('/')[0]! }) })),
  'indexes': parts('dynamodb', without('within')),
  'that an index is not the table': action((asked) => (asked.action.startsWith('dynamodb:') ? without('within')(asked) : asked)),
  'keys of what is encrypted': { policy: resources(without('encryptedBy')) },
  'that a key through a service is not the key': action(without('via')),
  'which service uses a key': { // every service may, that something is encrypted for
    policy: (policy, { to }) => ({ ...policy, apis: policy.apis.map((api) => (to.kind !== 'action' || to.via === undefined || api.servedBy.kind !== 'cloud' || api.servedBy.encryptedBy !== to.api ? api : {
      ...api, servedBy: { ...api.servedBy, service: to.via },
      operations: api.operations.map((operation) => ({ ...operation, verb: cloudVerbs.find(({ keyActions, service }) => service === to.via && keyActions.includes(to.action))?.verb ?? 'none' }) as Operation),
    })) }),
  },
  'which key it is': { policy: (policy, { to }) => resources((server) => (to.kind === 'action' && server.encryptedBy !== undefined ? { ...server, encryptedBy: to.api } : server))(policy) },
  'what is sent in the clear': context('inTheClear'), 'what asks for weaker encryption': context('weakerEncryption'),
  'that others encrypt as they like': { policy: resources((server) => (server.service === 's3' ? { ...server, encryptedBy: server.encryptedBy ?? 'some-key' } : server)) },
  'whose credentials they are': peer((from) => (from.kind === 'credentials' ? { kind: 'workload', name: from.of } : from)),
  'addresses that resources ask for': ignoring('from'),
  'that services have addresses of their own': { request: (request) => (request.to.kind === 'action' && request.to.via !== undefined ? { ...request, to: without('via')(request.to) } : request) },
  'where resources belong': { policy: resources(without('segment')) },
  'hosts outside': { policy: workloads(without('host')) },
  'that hosts are outside': { policy: workloads((workload) => (workload.host === undefined ? workload : { ...without('host')(workload), kubernetes: pod })) },
  'whose ServiceAccount it is': peer((from) => (from.kind === 'pod' ? without('serviceAccount')(from) : from)),
  'that credentials are for callers of the cloud': { request: (request) => (request.to.kind === 'builtin' && request.to.name === 'cloudCredentials' ? { ...request, to: { kind: 'builtin', name: 'clusterDns' } } : request) },
  'whose the node\'s credentials are': { request: (request) => (request.to.kind === 'builtin' && request.to.name === 'instanceMetadata' ? { ...request, to: { kind: 'builtin', name: 'cloudCredentials' } } : request) },
};
