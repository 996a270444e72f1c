import type { CaBundle, Condition, ExternalHost, IdentityProvider, Partner, People } from '#ir';
import type { Random } from '../random.ts';

/** Staff, who can be asked everything; customers; and what was bought along with another company. */
export const providers: readonly IdentityProvider[] = [
  {
    name: 'workforce', issuer: 'https://login.acme.example', audiences: ['acme-internal'], jwksUri: 'https://login.acme.example/keys',
    asserts: { mfa: { claim: 'amr', anyOf: ['hwk', 'mfa', 'otp'] }, authenticatedAt: { claim: 'auth_time' }, device: { claim: 'device_trust' } },
  },
  { name: 'customers', issuer: 'https://accounts.acme.example', audiences: ['acme-apps'], jwksUri: 'https://accounts.acme.example/jwks', asserts: { mfa: { claim: 'amr', anyOf: ['mfa'] }, authenticatedAt: { claim: 'auth_time' } } },
  { name: 'dealers', issuer: 'https://sso.dealers.example/realms/acme', audiences: ['acme-dealers'], jwksUri: 'https://sso.dealers.example/realms/acme/certs', asserts: { mfa: { claim: 'https://dealers.example/mfa' } } },
];
export const providerHosts: readonly ExternalHost[] = [
  { name: 'login.acme.example', cidrs: ['198.51.100.0/28'] }, { name: 'accounts.acme.example', cidrs: ['198.51.100.16/28'] }, { name: 'sso.dealers.example', cidrs: ['198.51.100.32/28'] },
];
export const caBundles: readonly CaBundle[] = [{ name: 'partners-ca', ref: { kind: 'ConfigMap', namespace: 'edge', name: 'partners-ca' } }];

/** The department's own people by role, and everybody's customers. */
export function groupsOf(departments: readonly string[]): readonly People[] {
  return [
    ...departments.flatMap((department) => ['agents', 'leads', 'operators'].map((role): People => ({ name: `${department}-${role}`, via: 'workforce', where: { kind: 'claim', claim: 'groups', anyOf: [`${department}-${role}`] } }))),
    { name: 'on-call', via: 'workforce', where: { kind: 'all', of: [{ kind: 'claim', claim: 'groups', anyOf: ['on-call', 'sre'] }, { kind: 'mfa' }] } },
    { name: 'auditors', via: 'workforce', where: { kind: 'any', of: [{ kind: 'claim', claim: 'groups', anyOf: ['audit'] }, { kind: 'claim', claim: 'groups', anyOf: ['compliance'] }] } },
    { name: 'shoppers', via: 'customers' }, { name: 'members', via: 'customers', where: { kind: 'claim', claim: 'tier', anyOf: ['gold', 'platinum'] } },
    { name: 'dealers', via: 'dealers', where: { kind: 'claim', claim: 'realm_access.roles', anyOf: ['dealer'] } },
  ];
}

export const partnersOf = (count: number): readonly Partner[] => Array.from({ length: count }, (_, index): Partner => {
  const name = `${['northwind', 'initech', 'hooli', 'umbrella', 'globex', 'stark', 'wayne', 'tyrell'][index % 8]}-${['freight', 'pay', 'retail', 'data', 'insure'][Math.floor(index / 8) % 5]}${index < 40 ? '' : `-${Math.floor(index / 40) + 1}`}`;
  return { name, certificate: { ca: 'partners-ca', san: index % 3 === 0 ? `dns:client.${name}.example` : `uri:spiffe://${name}.example/api` } };
});

const officeHours: Condition = { kind: 'during', days: ['fri', 'mon', 'thu', 'tue', 'wed'], start: '07:00', end: '19:00', timeZone: 'Europe/Berlin' };
const weekends: Condition = { kind: 'during', days: ['sat', 'sun'], start: '00:00', end: '24:00', timeZone: 'America/New_York' };
const offices: Condition = { kind: 'from', cidrs: ['203.0.113.0/25'] }, vpn: Condition = { kind: 'from', cidrs: ['203.0.113.128/26', '203.0.113.192/27'] };
const workforce: readonly Condition[] = [
  { kind: 'mfa' }, { kind: 'mfa', within: 900 }, { kind: 'mfa', within: 3600 }, { kind: 'authenticatedWithin', seconds: 28_800 }, { kind: 'maxTokenAge', seconds: 3600 }, { kind: 'device', anyOf: ['attested', 'managed'] },
  { kind: 'claim', claim: 'scope', anyOf: ['internal:read', 'internal:write'] }, officeHours, weekends, offices, vpn,
  { kind: 'any', of: [{ kind: 'device', anyOf: ['managed'] }, { kind: 'mfa', within: 300 }] },
  { kind: 'all', of: [{ kind: 'mfa' }, { kind: 'any', of: [offices, vpn, { kind: 'device', anyOf: ['attested'] }] }] },
];
const ofCustomers: readonly Condition[] = [{ kind: 'maxTokenAge', seconds: 3600 }, { kind: 'claim', claim: 'scope', anyOf: ['shop'] }, { kind: 'authenticatedWithin', seconds: 2_592_000 }, { kind: 'mfa' }];
const ofDealers: readonly Condition[] = [{ kind: 'mfa' }, { kind: 'maxTokenAge', seconds: 28_800 }, officeHours];

/** What is asked of a group at a gateway: often nothing, rarely two things. */
export function askedOfPeople({ via }: People, rng: Random): readonly Condition[] {
  const menu = via === 'workforce' ? workforce : via === 'customers' ? ofCustomers : ofDealers;
  return some(menu, rng);
}
export const askedOfPartners = (rng: Random): readonly Condition[] => some([officeHours, offices, { kind: 'from', cidrs: ['192.0.2.0/25'] }], rng);
/** What a mesh can ask of the token of whoever is acted for. */
export const askedOnBehalf = ({ via }: People, rng: Random): readonly Condition[] =>
  some(via === 'workforce' ? [{ kind: 'mfa' }, { kind: 'device', anyOf: ['managed'] }, { kind: 'claim', claim: 'scope', anyOf: ['internal:read'] }] : via === 'customers' ? [{ kind: 'claim', claim: 'scope', anyOf: ['shop'] }] : [{ kind: 'claim', claim: 'scope', anyOf: ['dealer'] }], rng);

function some(menu: readonly Condition[], rng: Random): readonly Condition[] {
  const count = rng.pick([0, 1, 1, 1, 2]), first = rng.pick(menu), second = rng.pick(menu);
  return count === 0 ? [] : count === 1 || first === second ? [first] : [first, second];
}
