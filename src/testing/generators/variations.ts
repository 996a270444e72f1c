import { builtinGrants, grants } from '#ir';
import { satisfying, type Request } from '#spec';
import type { Estate } from './estate.ts';
import { random, type Random } from './random.ts';

/** A request that some grant admits with one thing of it changed, or none: `change` says which. */
export interface Variation { readonly change: Change; readonly request: Request }

type Change = keyof typeof changes;
type Changing = (request: Request, rng: Random, estate: Pick<Estate, 'platform' | 'policy'>) => Request | undefined;

type Claims = Readonly<Record<string, unknown>>;
const withClaims = (request: Request, change: (claims: Claims, now: number) => Claims): Request | undefined =>
  (request.subject === undefined ? undefined : { ...request, subject: { ...request.subject, claims: change(request.subject.claims, Date.parse(request.context.time) / 1000) } });
function without<T extends object, K extends keyof T>(whole: T, key: K): Omit<T, K> {
  const { [key]: _gone, ...rest } = whole;
  return rest;
}
const later = (time: string, seconds: number): string => new Date(Date.parse(time) + seconds * 1000).toISOString();
const otherThan = <T>(all: readonly T[], one: T, rng: Random): T | undefined => { const rest = all.filter((each) => each !== one); return rest.length === 0 ? undefined : rng.pick(rest); };

/** Each takes one thing from what makes a request good; some leave it good. */
const changes = {
  nothing: (request) => request,
  'no token': (request) => (request.subject === undefined ? undefined : without(request, 'subject')),
  'a token that nobody asked for': (request, rng, { policy: { identityProviders } }) => (request.subject !== undefined || identityProviders.length === 0 ? undefined
    : { ...request, subject: { provider: rng.pick(identityProviders).name, claims: { exp: Date.parse(request.context.time) / 1000 + 600, sub: 'somebody' } } }),
  'another provider': (request, rng, { policy: { identityProviders } }) => {
    const other = otherThan(identityProviders.map(({ name }) => name), request.subject?.provider ?? '', rng);
    return request.subject === undefined || other === undefined ? undefined : { ...request, subject: { ...request.subject, provider: other } };
  },
  'a token of another issuer': (request) => withClaims(request, (claims) => ({ ...claims, iss: 'https://elsewhere.example.org' })),
  'a token for another audience': (request, rng) => withClaims(request, (claims) => ({ ...claims, aud: rng.pick<unknown>(['elsewhere', ['elsewhere'], []]) })),
  'a token that has expired': (request, rng) => withClaims(request, (claims, now) => ({ ...claims, exp: now - rng.pick([59, 61, 3600]) })),
  'a token that never ends': (request) => withClaims(request, (claims) => without(claims, 'exp')),
  'a token from the future': (request, rng) => withClaims(request, (claims, now) => ({ ...claims, nbf: now + rng.pick([59, 61, 3600]) })),
  'a claim gone': (request, rng) => withClaims(request, (claims) => { const keys = Object.keys(claims).filter((key) => key !== 'exp'); return keys.length === 0 ? claims : without(claims, rng.pick(keys)); }),
  'a claim of another value': (request, rng) => withClaims(request, (claims) => {
    const keys = Object.keys(claims).filter((key) => key !== 'exp');
    return keys.length === 0 ? claims : { ...claims, [rng.pick(keys)]: rng.pick<unknown>(['nobody', ['nobody'], 'support support-leads', ['support', 'nobody'], true, 7, null, { support: true }, 'Support', ' support']) };
  }),
  'an older authentication': (request, rng) => withClaims(request, (claims, now) => ({ ...claims, auth_time: now - rng.pick([0, 299, 301, 899, 901, 3599, 3601, -30, -90]) })),
  'an older token': (request, rng) => withClaims(request, (claims, now) => ({ ...claims, iat: now - rng.pick([0, 59, 61, 599, 601, 3599, 3601, -30, -90]) })),
  'another time': (request, rng) => {
    const by = rng.pick([3600 * 6, 3600 * 12, 86_400 * 2, 86_400 * 5, 1800]), time = later(request.context.time, by);
    // as if the token had been issued that much later too
    const claims = request.subject === undefined ? undefined : Object.fromEntries(Object.entries(request.subject.claims).map(([key, value]) => [key, ['exp', 'iat', 'nbf', 'auth_time'].includes(key) && typeof value === 'number' ? value + by : value]));
    return { ...request, context: { ...request.context, time }, ...(claims === undefined ? {} : { subject: { ...request.subject!, claims } }) };
  },
  'another address': (request, rng, { platform: { podCidrs } }) => {
    const known = ['203.0.113.9', '203.0.113.200', '192.0.2.1', '2001:db8:1::9', '2001:db8:2::9'].filter((address) => !address.includes(':') || podCidrs.some((cidr) => cidr.includes(':')));
    return request.throughExposure ? { ...request, context: { ...request.context, sourceAddress: rng.pick(known) } } : undefined;
  },
  'another header': (request, rng) => ({ ...request, context: { ...request.context, headers: rng.pick([{}, { 'x-tenant': 'red' }, { 'X-Tenant': 'blue' }, { 'x-tenant': 'blue,green' }, { 'x-tenant': 'Blue' }]) } }),
  'no certificate': (request) => (request.client === undefined ? undefined : without(request, 'client')),
  'another certificate': (request, rng, { policy: { partners } }) => {
    const other = otherThan(partners.map(({ name }) => name), request.client?.partner ?? '', rng);
    return other === undefined ? undefined : { ...request, client: { partner: other } };
  },
  'another caller': (request, rng, { policy: { workloads } }) => {
    const name = otherThan(workloads.map((workload) => workload.name), request.peer?.kind === 'workload' ? request.peer.name : '', rng);
    return request.peer === undefined || name === undefined ? undefined : { ...request, peer: { kind: 'workload', name } };
  },
  'from a workload': (request, rng, { policy: { workloads } }) => (request.throughExposure ? { ...without(request, 'peer'), throughExposure: false, peer: { kind: 'workload', name: rng.pick(workloads).name } } : undefined),
  'from outside': (request, _rng, { policy: { apis } }) => (request.throughExposure || !('api' in request.to) || apis.find(({ name }) => name === (request.to as { api: string }).api)?.exposedAt === undefined ? undefined : { ...without(request, 'peer'), throughExposure: true }),
  'another operation': (request, rng, { policy: { apis } }) => {
    if (request.to.kind !== 'operation') return undefined;
    const { api, operation } = request.to, other = otherThan(apis.find(({ name }) => name === api)!.operations.map(({ name }) => name), operation, rng);
    return other === undefined ? undefined : { ...request, to: { kind: 'operation', api, operation: other } };
  },
  'another API': (request, rng, { policy: { apis } }) => {
    const other = otherThan(apis, apis.find(({ name }) => 'api' in request.to && name === request.to.api)!, rng);
    return !('api' in request.to) || other === undefined ? undefined : { ...request, to: { kind: 'operation', api: other.name, operation: rng.pick(other.operations).name } };
  },
} as const satisfies Record<string, Changing>;
const changeNames = Object.keys(changes) as readonly Change[];

/** Every change in turn, each on grants picked at random; the same seed makes the same ones. What can't be changed so is left out. */
export function variations({ asOf, platform, policy }: Estate, seed: number, count: number): readonly Variation[] {
  const rng = random(seed), found: Variation[] = [], all = grants(policy), scraped = builtinGrants(policy);
  const outside = all.filter(({ from }) => from.kind !== 'workload' || from.actingFor !== undefined);
  for (let index = 0; index < count; index++) {
    const change = changeNames[index % changeNames.length]!;
    if (scraped.length > 0 && rng.chance(0.05)) {
      const { path, port, workload } = rng.pick(scraped), context = { time: `${asOf}T12:00:00Z` };
      const api = policy.apis.find(({ servedBy }) => servedBy.kind === 'workload' && servedBy.workload === workload.name && workload.kubernetes!.ports.some((one) => one.number === port && (servedBy.port === port || servedBy.port === one.name)));
      const peer = rng.chance(0.7) ? { kind: 'builtin', name: 'metricsScraper' } as const : { kind: 'workload', name: rng.pick(policy.workloads).name } as const;
      found.push({ change: 'nothing', request: { peer, throughExposure: false, context, to: api === undefined ? { kind: 'port', workload: workload.name, port, protocol: 'TCP' } : { kind: 'http', api: api.name, method: rng.pick(['GET', 'GET', 'GET', 'POST']), path: rng.pick([path, path, '/', `${path}/x`]) } } });
      continue;
    }
    const from = outside.length > 0 && rng.chance(0.7) ? outside : all;
    const base = from.length === 0 ? undefined : satisfying(policy, rng.pick(from), `${asOf}T12:00:00Z`);
    const changed = base === undefined ? undefined : (changes[change] as Changing)(base, rng, { platform, policy });
    if (changed !== undefined) found.push({ change, request: changed });
  }
  return found;
}
