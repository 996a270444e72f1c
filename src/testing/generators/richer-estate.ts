import type { Acceptance, Api, Condition, IdentityProvider, IdentityRef, Offer, Partner, People, Platform, Policy, Segment } from '#ir';
import type { Estate } from './estate.ts';
import { random, type Random } from './random.ts';

/** Providers that say things otherwise than those of `extendEstate`: nested, under a URL, as a boolean, as lists. */
const providers: readonly IdentityProvider[] = [
  {
    name: 'realm', issuer: 'https://id.example.com/realms/shop', audiences: ['account', 'desk'], jwksUri: 'https://id.example.com/realms/shop/certs',
    asserts: { mfa: { claim: 'https://example.com/mfa' }, authenticatedAt: { claim: 'session.auth_time' }, device: { claim: 'device.posture' } },
  },
  { name: 'mobile', issuer: 'https://m.example.org', audiences: ['app'], jwksUri: 'https://m.example.org/jwks', asserts: { mfa: { claim: 'amr', anyOf: ['otp', 'hwk'] }, authenticatedAt: { claim: 'auth_time' }, device: { claim: 'device_trust' } } },
  { name: 'taciturn', issuer: 'https://t.example.org', audiences: ['app', 'desk'], jwksUri: 'https://t.example.org/jwks' },
];
const claims: readonly Condition[] = [
  { kind: 'claim', claim: 'groups', anyOf: ['agents', 'leads'] }, { kind: 'claim', claim: 'scope', anyOf: ['orders:read', 'cart'] }, { kind: 'claim', claim: 'realm_access.roles', anyOf: ['agent'] },
  { kind: 'claim', claim: 'https://example.com/teams', anyOf: ['north', 'south'] }, { kind: 'claim', claim: 'tenant.plan.name', anyOf: ['gold'] }, { kind: 'claim', claim: 'permissions.scope', anyOf: ['read', 'read write'] },
];
const groups: readonly People[] = [
  { name: 'agents', via: 'realm', where: claims[2]! }, { name: 'riders', via: 'mobile' }, { name: 'walkers', via: 'taciturn', where: claims[0]! },
  { name: 'planners', via: 'realm', where: { kind: 'any', of: [claims[3]!, { kind: 'all', of: [claims[1]!, { kind: 'mfa' }] }] } },
];
const partners: readonly Partner[] = [
  { name: 'zorg', certificate: { ca: 'shared-ca', san: 'uri:spiffe://zorg.example/billing' } }, { name: 'hooli', certificate: { ca: 'shared-ca', san: 'dns:client.hooli.example' } },
];

const shown: readonly Condition[] = [
  ...claims, { kind: 'mfa' }, { kind: 'mfa', within: 900 }, { kind: 'authenticatedWithin', seconds: 300 }, { kind: 'authenticatedWithin', seconds: 86_400 },
  { kind: 'maxTokenAge', seconds: 60 }, { kind: 'maxTokenAge', seconds: 3600 }, { kind: 'device', anyOf: ['managed', 'attested'] },
];
const always: readonly Condition[] = [
  { kind: 'during', days: ['mon', 'tue', 'wed', 'thu', 'fri'], start: '08:00', end: '18:00', timeZone: 'Europe/Berlin' }, { kind: 'during', days: ['sat', 'sun', 'mon'], start: '22:30', end: '24:00', timeZone: 'America/New_York' },
  { kind: 'during', days: ['sun'], start: '00:00', end: '24:00', timeZone: 'Asia/Kolkata' }, { kind: 'during', days: ['mon', 'sun'], start: '01:30', end: '03:00', timeZone: 'Australia/Lord_Howe' },
  { kind: 'risk', below: 0.5 }, { kind: 'risk', below: 10 },
  { kind: 'from', cidrs: ['203.0.113.0/25'] }, { kind: 'from', cidrs: ['198.51.100.64/27', '2001:db8:1::/47'] }, { kind: 'from', cidrs: ['10.0.0.0/9', '192.0.2.7/32', 'fd00::/7'] },
];

/**
 * The same estate with conditions of every kind, asked of whomever they make sense for, in offers, in `where` and in
 * segments; with more people and partners, upgrades, and acceptances. More than any platform can enforce and `check`
 * lets pass: it is for the meaning alone.
 */
export function richer({ asOf, platform, policy }: Estate, seed: number): Estate {
  const rng = random(seed);
  const declared: Policy = { ...policy, identityProviders: [...policy.identityProviders, ...providers], people: [...policy.people, ...groups], partners: [...policy.partners, ...partners] };
  const exposed: Policy = { ...declared, apis: declared.apis.map((api) => exposing(api, declared, platform, rng)) };
  const acting = actingToo(exposed, rng);
  return {
    asOf, platform: { ...platform, accept: [...platform.accept, ...acceptances(rng)] },
    policy: { ...acting, apis: acting.apis.map((api) => ({ ...api, offers: api.offers.flatMap((offer) => conditioned(offer, api, rng)) })), segments: acting.segments.map((segment) => requiring(segment, rng)) },
  };
}

function exposing(api: Api, { partners: known, people }: Policy, { gateways }: Platform, rng: Random): Api {
  const gateway = gateways[0] === undefined ? undefined : rng.pick(gateways).name;
  const exposedAt = api.exposedAt ?? (gateway !== undefined && rng.chance(0.6) ? { kind: 'gateway', gateway, host: `${api.name}.example.com` } as const : undefined);
  if (exposedAt === undefined) return api;
  const speaksHttp = api.operations.every(({ kind }) => kind === 'http'), root = api.servedBy.kind === 'workload' ? api.servedBy.workload : '';
  const operations = speaksHttp && rng.chance(0.7) ? [...api.operations, { name: 'news', kind: 'websocket', path: `/${root}/news` } as const, ...(rng.chance(0.3) ? [{ name: 'topic', kind: 'websocket', path: `/${root}/{topic}` } as const] : [])] : api.operations;
  const offers = operations.flatMap((operation): readonly Offer[] => (rng.chance(0.5) ? [] : [{
    operation: operation.name, when: [], because: 'they come from outside', ...(rng.chance(0.3) ? { until: rng.pick(['2026-12-10', '2027-03-31']) } : {}),
    to: rng.shuffle<IdentityRef>([{ kind: 'people', name: rng.pick(people).name }, { kind: 'partner', name: rng.pick(known).name }, ...(rng.chance(0.4) ? [{ kind: 'anyone' } as const] : [])]).slice(0, 2),
  }]));
  return { ...api, exposedAt, operations, offers: [...api.offers, ...offers] };
}

/** Some that ask act for people. */
function actingToo(policy: Policy, rng: Random): Policy {
  const plain = policy.asks.filter(({ from }) => from.kind === 'workload' && from.actingFor === undefined && rng.chance(0.4));
  const more = plain.map((ask) => ({ ...ask, from: { ...ask.from, actingFor: rng.pick(policy.people).name } as IdentityRef }));
  const gone = plain.filter(() => rng.chance(0.7));
  return {
    ...policy, asks: [...policy.asks.filter((ask) => !gone.includes(ask)), ...more],
    apis: policy.apis.map((api) => ({ ...api, offers: [...api.offers, ...more.filter(({ to }) => to.api === api.name).map(({ from, to }): Offer => ({ operation: to.operation, to: [from], when: [], because: 'on behalf of a person' }))] })),
  };
}

/** Each identity gets an offer of its own where conditions make sense for one of them only. */
function conditioned(offer: Offer, api: Api, rng: Random): readonly Offer[] {
  return offer.to.map((identity) => {
    const atoms = [...always, ...hops(identity, api), ...(hasToken(identity) ? [...shown, ...shown] : [])];
    const count = rng.pick([0, 0, 1, 1, 2]);
    return { ...offer, to: [identity], when: [...offer.when, ...Array.from({ length: count }, () => condition(atoms, 2, rng))] };
  });
}

const hasToken = (identity: IdentityRef): boolean => identity.kind === 'people' || (identity.kind === 'workload' && identity.actingFor !== undefined);
/** Whose header is believed: the gateway's, or the caller's own. */
const hops = (identity: IdentityRef, { exposedAt }: Api): readonly Condition[] => {
  const trustedHop = identity.kind === 'workload' ? identity.name : exposedAt?.kind === 'gateway' ? exposedAt.gateway : undefined;
  return trustedHop === undefined ? [] : [{ kind: 'header', name: 'x-tenant', anyOf: ['blue', 'green'], trustedHop }, { kind: 'header', name: 'X-Purpose', anyOf: ['refund'], trustedHop }];
};

function condition(atoms: readonly Condition[], depth: number, rng: Random): Condition {
  if (depth === 0 || rng.chance(0.7)) return rng.pick(atoms);
  return { kind: rng.pick(['all', 'any', 'any']), of: Array.from({ length: 2 + rng.below(2) }, () => condition(atoms, depth - 1, rng)) };
}

function requiring(segment: Segment, rng: Random): Segment {
  const some = (atoms: readonly Condition[]): readonly Condition[] => (rng.chance(0.4) ? [condition(atoms, 1, rng)] : []);
  const { requires } = segment;
  return { ...segment, requires: { ...requires, people: [...requires.people, ...some([...shown, ...always])], workloads: some(always), partners: some(always) } };
}

const accepting = ['identity.workload', 'identity.person', 'identity.partner', 'operation.http', 'exposure', 'condition.claim', 'condition.mfa', 'condition.maxTokenAge', 'condition.during', 'condition.from', 'condition.header'] as const;
function acceptances(rng: Random): readonly Acceptance[] {
  if (rng.chance(0.4)) return [];
  return rng.shuffle(accepting).slice(0, 1 + rng.below(2)).map((feature): Acceptance => ({ grants: 'all', feature, plane: rng.pick(['mesh', 'gateway', 'network']), because: 'the meaning of it is asked about', owner: 'platform', until: '2027-06-30' }));
}
