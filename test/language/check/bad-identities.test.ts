import { describe, expect, test } from 'vitest';
import type { Condition, IdentityProvider, IdentityRef, Partner, Policy } from '#ir';
import { check } from '../../../src/language/check/index.ts';
import {
  acting, api, ask, asOf, at, bazaar, client, group, http, never, offer, offerTo, partner, people, port, provider, segment, service, shop, tcp, who, workload, written,
} from './draft.ts';
import { errorsOf, isRefused, type Refusal } from './refusal.ts';

const base = bazaar();
const withApi = (name: string, change: (one: Policy['apis'][number]) => Policy['apis'][number], more: Partial<Policy> = {}): Policy =>
  bazaar({ apis: base.apis.map((one) => (one.name === name ? change(one) : one)), ...more });
/** The offer of `desk.list`, with these conditions in place of its own. */
const when = (...conditions: readonly Condition[]): Policy => withApi('desk', (one) => ({ ...one, offers: [offerTo('list', [people('support')], { when: conditions })] }));
const staff = (more: Partial<IdentityProvider>): Policy => bazaar({ identityProviders: [provider('staff', more), base.identityProviders[1]!] });
const acme = (more: Partial<Partner['certificate']>): Policy => bazaar({ partners: [partner('acme', more)] });
const plusApi = (one: Policy['apis'][number], more: Partial<Policy> = {}): Policy => bazaar({ apis: [...base.apis, one], ...more });
/** Who comes in besides, at a workload of its own. */
const extra = (name: string, kubernetes: Parameters<typeof workload>[1] = {}, more: Parameters<typeof workload>[2] = {}): Partial<Policy> => ({ workloads: [...base.workloads, workload(name, kubernetes, more)] });
const requires = (kind: 'people' | 'workloads' | 'partners', ...conditions: readonly Condition[]): Policy =>
  bazaar({ segments: base.segments.map((one) => (one.name === 'back' ? segment('back', { requires: { people: [], workloads: [], partners: [], [kind]: conditions } }) : one)) });
const claim = (name: string, ...anyOf: readonly string[]): Condition => ({ kind: 'claim', claim: name, anyOf });
const header = (name: string, trustedHop: string, ...anyOf: readonly string[]): Condition => ({ kind: 'header', name, anyOf, trustedHop });
const during = (more: Partial<Extract<Condition, { kind: 'during' }>>): Condition => ({ kind: 'during', days: ['mon'], start: '08:00', end: '18:00', timeZone: 'Europe/Vienna', ...more });

const cases: readonly Refusal[] = [
  // identity providers
  { claim: 'a provider without an audience', draft: staff({ audiences: [] }), code: 'CS1036', line: '"audiences": [', says: '`staff` names no audience', advises: 'state `audiences`' },
  { claim: 'a provider whose audience is empty', draft: staff({ audiences: [' '] }), code: 'CS1036', line: '"audiences": [', says: '`staff` names no audience', advises: 'state `audiences`' },
  { claim: 'an audience with a wildcard', draft: staff({ audiences: ['retail', 'retail-*'] }), code: 'CS1038', line: '"retail-*"', says: 'an audience of the identity provider `staff`, `retail-*`, has a wildcard', advises: 'as it stands in the token' },
  { claim: 'an issuer over plain HTTP', draft: staff({ issuer: 'http://staff.example.com' }), code: 'CS1006', line: '"issuer": "http://staff.example.com"', says: 'the issuer of `staff`, `http://staff.example.com`, is plain HTTP', advises: 'write `https://staff.example.com`' },
  { claim: 'keys over plain HTTP', draft: staff({ jwksUri: 'http://staff.example.com/keys' }), code: 'CS1006', line: '"jwksUri": "http://staff.example.com/keys"', says: 'the key address of `staff`', advises: 'write `https://staff.example.com/keys`' },
  { claim: 'an issuer with a query', draft: staff({ issuer: 'https://staff.example.com/?tenant=a' }), code: 'CS1006', line: '"issuer": "https://staff.example.com/?tenant=a"', says: 'has a query, and an issuer has none', advises: 'write `https://staff.example.com/`' },
  { claim: 'an issuer with a fragment', draft: staff({ issuer: 'https://staff.example.com#a' }), code: 'CS1006', line: '"issuer": "https://staff.example.com#a"', says: 'has a fragment', advises: 'write `https://staff.example.com`' },
  { claim: 'a malformed key address', draft: staff({ jwksUri: 'staff.example.com/keys' }), code: 'CS1006', line: '"jwksUri": "staff.example.com/keys"', says: 'is not an `https://` URL', advises: 'a URL such as' },
  { claim: 'a key address with a malformed host', draft: staff({ jwksUri: 'https://staff_1.example.com/keys' }), code: 'CS1006', line: '"jwksUri": "https://staff_1.example.com/keys"', says: 'has a host that is not made of', advises: 'a URL such as' },
  { claim: 'two providers of one issuer', draft: bazaar({ identityProviders: [...base.identityProviders, provider('guests', { issuer: 'https://staff.example.com' })] }), code: 'CS1037', line: '"issuer": "https://staff.example.com"', says: '`guests` and `staff` have one issuer, `https://staff.example.com`, so that one token would be two people\'s', advises: 'declare the provider once', related: ['`staff` is declared'] },
  { claim: 'an assertion by no value', draft: staff({ asserts: { mfa: { claim: 'amr', anyOf: [] }, authenticatedAt: { claim: 'auth_time' } } }), code: 'CS1041', line: '"anyOf": [', says: 'maps `mfa` to none of the values of `amr`', advises: 'leave `anyOf` out' },
  { claim: 'an assertion by a malformed claim', draft: staff({ asserts: { mfa: { claim: 'a..b' }, authenticatedAt: { claim: 'auth_time' } } }), code: 'CS1038', line: '"mfa": { "claim": "a..b"', says: 'has an empty name between its dots', advises: 'realm_access.roles' },
  { claim: 'an assertion by a moment', draft: staff({ asserts: { mfa: { claim: 'iat' }, authenticatedAt: { claim: 'iat' } } }), code: 'CS1038', line: '"mfa": { "claim": "iat"', says: 'the claim `iat` that the identity provider `staff` maps to `mfa` is a moment', advises: 'as it stands in the token' },
  { claim: 'an assertion by a value with a wildcard', draft: staff({ asserts: { mfa: { claim: 'amr', anyOf: ['*'] }, authenticatedAt: { claim: 'auth_time' } } }), code: 'CS1038', line: '"*"', says: 'the value `*` that the identity provider `staff` maps to `mfa` has a wildcard', advises: 'as a whole' },

  // what conditions say
  ...([
    ['', 'is empty'], ['groups ', 'has white space'], ['a..b', 'has an empty name'], ['iss', 'is compared with the provider\'s issuer already'], ['exp', 'is a moment'], ['groups[0]', 'has other characters'], ['https://a b', 'has white space'], ['://a', 'has `://` in it and is no URI'],
  ] as const).map(([name, says]): Refusal => ({ claim: `the claim ${JSON.stringify(name)}`, draft: when(claim(name, 'a')), code: 'CS1038', line: `"claim": ${JSON.stringify(name)}`, says, advises: name === 'groups ' ? 'write `groups`' : 'as it stands in the token' })),
  ...([
    ['', 'is empty'], ['support-*', 'has a wildcard'], ['*-leads', 'has a wildcard'], [' a', 'has white space at its beginning or end'], ['a\u0007', 'has a control character'],
  ] as const).map(([value, says]): Refusal => ({ claim: `the value ${JSON.stringify(value)} of a claim`, draft: when(claim('groups', 'x', value)), code: 'CS1038', line: JSON.stringify(value), says, advises: value === ' a' ? 'write `a`' : 'as it stands in the token' })),
  { claim: 'two words of a scope as one', draft: when(claim('scope', 'orders:read orders:write')), code: 'CS1038', line: '"orders:read orders:write"', says: 'each member of `scope` is a word of its own', advises: 'as it stands' },
  { claim: 'a state of a device with a wildcard', draft: when({ kind: 'device', anyOf: ['managed*'] }), code: 'CS1038', line: '"managed*"', says: 'the state `managed*` of a device of the offer of `desk.list`', advises: 'as a whole' },
  { claim: 'a claim of no value', draft: when(claim('groups')), code: 'CS1041', line: '"anyOf": [', says: 'the offer of `desk.list` asks for one of no values of the claim `groups`, which nobody has', advises: 'claim(\'groups\').includes' },
  { claim: 'a device in no state', draft: when({ kind: 'device', anyOf: [] }), code: 'CS1041', line: '"anyOf": [', says: 'one of no states of a device', advises: 'device(\'managed\')' },
  { claim: 'an address in no range', draft: when({ kind: 'from', cidrs: [] }), code: 'CS1041', line: '"cidrs": [', says: 'an address in no range', advises: 'name the ranges' },
  { claim: 'every address', draft: when({ kind: 'from', cidrs: ['192.0.2.0/24', '0.0.0.0/0'] }), code: 'CS1041', line: '"0.0.0.0/0"', says: 'where every address is', advises: 'leave the condition out' },
  { claim: 'every IPv6 address', draft: when({ kind: 'from', cidrs: ['::/0'] }), code: 'CS1041', line: '"::/0"', says: 'where every address is', advises: 'leave the condition out' },
  { claim: 'a malformed range', draft: when({ kind: 'from', cidrs: ['192.0.2.7/24'] }), code: 'CS1005', line: '"192.0.2.7/24"', says: 'a range of the offer of `desk.list`', advises: 'write `192.0.2.0/24`' },
  { claim: 'a malformed range that a segment asks for', draft: requires('people', { kind: 'all', of: [{ kind: 'from', cidrs: ['192.0.2.7/24'] }] }), code: 'CS1005', line: '"192.0.2.7/24"', says: 'a range of the segment `back`', advises: 'write `192.0.2.0/24`' },
  { claim: 'no day of the week', draft: when(during({ days: [] })), code: 'CS1041', line: '"days": [', says: 'a time on no day of the week', advises: 'name the days' },
  { claim: 'a factor within no time', draft: when({ kind: 'mfa', within: 0 }), code: 'CS1041', line: '"within": 0', says: 'an authentication that is at most 0 seconds old', advises: '`15m`' },
  { claim: 'an authentication within no time', draft: when({ kind: 'authenticatedWithin', seconds: -1 }), code: 'CS1041', line: '"seconds": -1', says: 'at most -1 seconds old', advises: '`15m`' },
  { claim: 'a token of no age', draft: requires('people', { kind: 'maxTokenAge', seconds: 0 }), code: 'CS1041', line: '"seconds": 0', says: 'the segment `back` asks for a token that is at most 0 seconds old', advises: '`15m`' },
  { claim: 'a stream of no life', draft: bazaar({ segments: [base.segments[0]!, segment('back', { requires: { people: [], workloads: [], partners: [], reauthenticateEvery: 0 } })] }), code: 'CS1041', line: '"reauthenticateEvery": 0', says: 'the segment `back` bounds the life of streams to 0 seconds', advises: '`30m`' },
  { claim: 'all of nothing', draft: when({ kind: 'any', of: [claim('a', 'b'), { kind: 'all', of: [] }] }), code: 'CS1041', line: '{ "kind": "all"', says: 'asks for all of no conditions, which always hold', advises: 'leave it out' },
  { claim: 'any of nothing', draft: when({ kind: 'any', of: [] }), code: 'CS1041', line: '{ "kind": "any"', says: 'asks for any of no conditions, which never holds', advises: 'of which one is enough' },
  ...([
    [{ start: '8:00' }, '"start": "8:00"', 'begins at `8:00`, which is no time of day', 'write `08:00`'], [{ end: '24:30' }, '"end": "24:30"', 'ends at `24:30`, which is no time of day', 'as in `08:00` or `24:00`'],
    [{ start: '24:00' }, '"start": "24:00"', 'begins at `24:00`', '`08:00`'], [{ start: '22:00', end: '06:00' }, '"end": "06:00"', 'begins at `22:00` and ends at `06:00`, not after that', 'a window that goes past midnight is two, joined by `anyOf`'],
    [{ start: '08:00', end: '08:00' }, '"end": "08:00"', 'not after that', 'two'], [{ end: '00:00' }, '"end": "00:00"', 'where the day begins', 'write `24:00`'],
    [{ timeZone: 'Europe/Wien' }, '"timeZone": "Europe/Wien"', 'which the IANA time zone database does not have', 'Europe/Vienna'], [{ timeZone: '' }, '"timeZone": ""', 'does not have', 'UTC'],
    [{ timeZone: '+01:00' }, '"timeZone": "+01:00"', 'an offset, which knows no summer time', 'Europe/Vienna'], [{ timeZone: 'europe/vienna' }, '"timeZone": "europe/vienna"', 'spells `Europe/Vienna`', 'write `Europe/Vienna`'],
  ] as const).map(([more, line, says, advises]): Refusal => ({ claim: `a window with ${JSON.stringify(more)}`, draft: when(during(more)), code: 'CS1042', line, says, advises })),
  ...([
    ['', 'is empty'], ['x tier', 'is not made of'], ['x_tier', 'is not made of'], ['authorization', 'means something to clients, servers or proxies'], ['cookie', 'means something'], ['host', 'means something'], ['x-forwarded-for', 'means something'],
    ['x-forwarded-client-cert', 'means something'], ['x-envoy-external-address', 'means something'], ['x-http-method-override', 'means something'], ['X-Tier', 'has capital letters'], ['Authorization', 'means something'],
  ] as const).map(([name, says]): Refusal => ({ claim: `the header ${JSON.stringify(name)}`, draft: when(header(name, 'edge', 'a')), code: 'CS1043', line: `"name": ${JSON.stringify(name)}`, says, advises: name === 'X-Tier' ? 'write `x-tier`' : 'only the trusted hop sets' })),
  ...([['', 'is empty'], ['gold*', 'has a wildcard'], ['gül', 'has a character that headers do not carry']] as const).map(([value, says]): Refusal => ({
    claim: `the value ${JSON.stringify(value)} of a header`, draft: when(header('x-tier', 'edge', value)), code: 'CS1043', line: JSON.stringify(value), says, advises: 'a plain value',
  })),
  { claim: 'a header of no value', draft: when(header('x-tier', 'edge')), code: 'CS1041', line: '"anyOf": [', says: 'one of no values of the header `x-tier`', advises: 'name the values' },

  // what conditions read
  ...([
    ['mfa', { kind: 'mfa' }, { authenticatedAt: { claim: 'auth_time' } }, 'that there was a second factor', 'asserts: { mfa:'],
    ['mfa', { kind: 'mfa', within: 900 }, { mfa: { claim: 'amr', anyOf: ['mfa'] } }, 'when its person has authenticated', 'asserts: { authenticatedAt: \'auth_time\' }'],
    ['authenticatedWithin', { kind: 'any', of: [{ kind: 'from', cidrs: ['192.0.2.0/24'] }, { kind: 'authenticatedWithin', seconds: 60 }] }, { mfa: { claim: 'amr', anyOf: ['mfa'] } }, 'when its person has authenticated', 'authenticatedAt'],
    ['device', { kind: 'device', anyOf: ['managed'] }, undefined, 'the state of the device', 'asserts: { device:'],
  ] as const).map(([kind, condition, asserts, what, advises], index): Refusal => ({
    claim: `${JSON.stringify(condition)} where ${asserts === undefined ? 'nothing is' : Object.keys(asserts).join()} mapped (${index})`,
    draft: { ...when(condition), identityProviders: [{ ...provider('staff'), ...{ asserts: asserts ?? {} } }, base.identityProviders[1]!] }, code: 'CS1039', line: `{ "kind": "${kind}"`,
    says: `the offer of \`desk.list\` asks \`support\` for \`${kind}\`, and \`staff\` does not state how its tokens say ${what}`, advises, related: ['`staff` is declared'],
  })),
  { claim: 'what a segment asks of people whose provider does not map it', draft: { ...requires('people', { kind: 'mfa' }), identityProviders: base.identityProviders }, code: 'CS1039', line: '{ "kind": "mfa"', says: 'the segment `back` asks `ui acting for shoppers` for `mfa`, and `shop` does not', advises: 'in `shop`', related: ['`carts.read` is offered to `ui acting for shoppers`', '`shop` is declared'] },
  { claim: 'a token of a partner', draft: withApi('feed', (one) => ({ ...one, offers: [offerTo('live', [client('acme')], { when: [{ kind: 'mfa' }] })] })), code: 'CS1040', line: '{ "kind": "mfa"', says: 'the offer of `feed.live` asks `acme` for `mfa`, and only people\'s requests carry a token', advises: 'give `acme` an offer of its own without it' },
  { claim: 'a token of a workload among people', draft: withApi('desk', (one) => ({ ...one, offers: [offerTo('list', [people('support'), who('ui')], { when: [claim('a', 'b')] })] }), { asks: [...base.asks, ask('ui', 'desk.list')] }), code: 'CS1040', line: '{ "kind": "claim"', says: 'asks `ui` for `claim`', advises: 'a workload that acts for them' },
  { claim: 'a token of anyone', draft: withApi('ui', (one) => ({ ...one, offers: [offerTo('home', [{ kind: 'anyone' }], { when: [{ kind: 'maxTokenAge', seconds: 60 }] })] })), code: 'CS1040', line: '{ "kind": "maxTokenAge"', says: 'asks `anyone` for `maxTokenAge`', advises: 'offer it to people' },
  { claim: 'a token of the workloads of a segment', draft: requires('workloads', { kind: 'any', of: [{ kind: 'from', cidrs: ['10.0.0.0/8'] }, { kind: 'mfa' }] }), code: 'CS1040', line: '{ "kind": "mfa"', says: 'the segment `back` asks workloads for `mfa`', advises: 'ask it of people' },
  { claim: 'a token of the partners of a segment', draft: requires('partners', { kind: 'device', anyOf: ['a'] }), code: 'CS1040', line: '{ "kind": "device"', says: 'the segment `back` asks partners for `device`', advises: 'ask it of people' },
  { claim: 'anyone into a segment that asks for a token', draft: withApi('desk', (one) => ({ ...one, offers: [offerTo('list', [{ kind: 'anyone' }])] })), code: 'CS1040', line: '{ "kind": "anyone"', says: '`desk.list` is offered to `anyone`, and the segment `back` asks for a token', advises: 'in another segment', related: ['it is asked for'] },
  { claim: 'a header of a workload that is not the caller', draft: withApi('carts', (one) => ({ ...one, offers: [offerTo('read', [acting('ui', 'shoppers')], { when: [header('x-tier', 'desk', 'gold')] })] })), code: 'CS1044', line: '"trustedHop": "desk"', says: 'asks `ui acting for shoppers` for the header `x-tier` set by `desk`, and in a request of `ui acting for shoppers` only that workload itself can be believed', advises: 'write `trustedHop: \'ui\'`' },
  { claim: 'a header of another gateway', draft: when(header('x-tier', 'desk', 'gold')), code: 'CS1044', line: '"trustedHop": "desk"', says: 'comes through the gateway `edge`', advises: 'write `trustedHop: \'edge\'`' },
  { claim: 'a header where there is no gateway', draft: shop({ apis: shop().apis.map((one) => (one.name === 'ui' ? { ...one, offers: [offer('home', ['anyone'], { because: 'public', when: [header('x-tier', 'edge', 'gold')] })] } : one)) }), code: 'CS1044', line: '"trustedHop": "edge"', says: '`ui` is at no gateway that could set it', advises: 'expose the API at a gateway' },
  { claim: 'a header that a segment asks of whoever cannot be believed', draft: requires('people', header('x-tier', 'ui', 'gold')), code: 'CS1044', line: '"trustedHop": "ui"', says: 'the segment `back` asks `support` for the header `x-tier`', advises: 'edge', related: ['`desk.list` is offered to `support`'] },

  // people
  ...([['mfa', { kind: 'mfa' }], ['from', { kind: 'from', cidrs: ['192.0.2.0/24'] }], ['during', during({})], ['maxTokenAge', { kind: 'maxTokenAge', seconds: 60 }]] as const).map(([kind, condition]): Refusal => ({
    claim: `people told by \`${kind}\``, draft: bazaar({ people: [group('support', 'staff', { where: { kind: 'all', of: [claim('groups', 'a'), condition as Condition] } }), base.people[1]!] }), code: 'CS1045', line: `{ "kind": "${kind}"`, says: `\`support\` are told by \`${kind}\``, advises: 'where: claim(\'groups\')',
  })),
  { claim: 'people of an unknown provider', draft: bazaar({ people: [base.people[0]!, group('shoppers', 'shp')] }), code: 'CS1001', line: '"via": "shp"', says: '`shp` is not an identity provider', advises: 'write `shop`' },
  { claim: 'acting for unknown people', draft: bazaar({ asks: [{ from: acting('ui', 'shopper'), to: { api: 'carts', operation: 'read' }, because: 'x' }] }), code: 'CS1001', line: '"actingFor": "shopper"', says: '`shopper` is not a group of people', advises: 'write `shoppers`' },
  { claim: 'people without an exposure', draft: withApi('carts', (one) => ({ ...one, offers: [...one.offers, offerTo('read', [people('shoppers')])] })), code: 'CS1017', line: '{ "kind": "people"', says: '`carts.read` is offered to the people `shoppers`, and `carts` has no exposure that they could arrive at', advises: '`ui.actingFor(shoppers)`', related: ['`carts` is declared'] },

  // partners
  { claim: 'a partner without a SAN', draft: acme({ san: '' }), code: 'CS1046', line: '"san": ""', says: 'the partner `acme` has no SAN, so that everybody with a certificate of `acme` would be it', advises: 'uri:spiffe://acme.example/billing' },
  ...([
    ['acme.example', 'begins with neither', 'write `dns:acme.example`'], ['spiffe://acme.example/billing', 'begins with neither', 'write `uri:spiffe://acme.example/billing`'], ['dns:*.acme.example', 'has a name that has a wildcard', 'as it stands in the certificate'],
    ['dns:', 'has a name that is empty', 'as it stands'], ['dns:ACME.example', 'has capital letters', 'write `dns:acme.example`'], ['uri:', 'has no absolute URI', 'as it stands'], ['uri:acme', 'has no absolute URI', 'as it stands'],
    ['uri:spiffe://acme.example', 'names a trust domain and nobody in it', 'as it stands'], ['uri:spiffe://Acme.example/a', 'has a trust domain that has capital letters', 'as it stands'], ['uri:spiffe://acme.example/a/', 'has a path that is not made of segments', 'as it stands'],
    ['uri:spiffe://acme.example/a/../b', 'has a path that is not made of segments', 'as it stands'], ['uri:spiffe://acme.example:8443/a', 'has a trust domain that has a port', 'as it stands'], ['uri:https://acme.example/*', 'has no absolute URI', 'as it stands'],
  ] as const).map(([san, says, advises]): Refusal => ({ claim: `the SAN ${san}`, draft: acme({ san }), code: 'CS1046', line: `"san": ${JSON.stringify(san)}`, says, advises })),
  { claim: 'two partners of one certificate', draft: bazaar({ partners: [partner('acme'), partner('zeta', { ca: 'acme', san: 'uri:spiffe://acme.example/billing' })] }), code: 'CS1047', line: '"san": "uri:spiffe://acme.example/billing"', says: 'the partners `acme` and `zeta` are one certificate: `uri:spiffe://acme.example/billing` of `acme`', advises: 'declare the partner once', related: ['`acme` is declared'] },
  { claim: 'two partners of one name under two authorities', draft: bazaar({ partners: [partner('acme'), partner('zeta', { san: 'uri:spiffe://acme.example/billing' })] }), code: 'CS1047', line: '"san": "uri:spiffe://acme.example/billing"', says: 'told apart only by who vouches for it, `acme` or `zeta`', advises: 'a name of its own' },
  { claim: 'a partner without a reason', draft: withApi('feed', (one) => ({ ...one, offers: [offerTo('live', [client('acme')], { because: '' })] })), code: 'CS1019', line: '{ "operation": "live"', says: 'is offered to the partner `acme` without a reason', advises: 'add `because`' },
  { claim: 'a partner without an exposure', draft: withApi('feed', ({ exposedAt: _, ...one }) => one), code: 'CS1017', line: '{ "kind": "partner"', says: '`feed.live` is offered to the partner `acme`, and `feed` has no exposure that it could arrive at', advises: 'exposedAt: { gateway' },
  { claim: 'a partner at a Service', draft: bazaar({ workloads: base.workloads.map((one) => (one.name === 'feed' ? workload('feed', { services: [service('feed', { type: 'LoadBalancer' })] }, { segment: 'front' }) : one)), apis: base.apis.map((one) => (one.name === 'feed' ? { ...one, exposedAt: { kind: 'service', service: 'feed' } } : one)) }), code: 'CS1049', line: '{ "kind": "partner"', says: '`feed` is exposed at a Service, where nobody looks at certificates', advises: 'expose `feed` at a gateway', related: ['`feed` is exposed'] },
  { claim: 'a partner and people at one host', draft: plusApi(api('news', [http('read', '/news')], [offerTo('read', [people('shoppers')])], at('partners.example.com')), extra('news')), code: 'CS1048', line: '{ "kind": "partner"', says: 'the host `partners.example.com` is for the partner `acme` and for `shoppers`', advises: 'a host of its own', related: ['`news.read` is offered to `shoppers`'] },
  { claim: 'a partner and anyone at one host', draft: withApi('feed', (one) => ({ ...one, offers: [offerTo('live', [{ kind: 'anyone' }, client('acme')])] })), code: 'CS1048', line: '{ "kind": "partner"', says: 'is for the partner `acme` and for `anyone`', advises: 'a host of its own', related: ['`feed.live` is offered to `anyone`'] },
  { claim: 'partners of two authorities at one host', draft: withApi('feed', (one) => ({ ...one, offers: [...one.offers, offerTo('live', [client('zeta')])] }), { partners: [partner('acme'), partner('zeta')] }), code: 'CS1048', line: '{ "kind": "partner"', says: 'of two authorities, `acme` and `zeta`', advises: 'a host of its own', related: ['`feed.live` is offered to `acme`'] },

  // exposures and ports
  { claim: 'two APIs on one host and path', draft: plusApi(api('blog', [http('all', '/{rest**}', 'ANY')], [offerTo('all', [{ kind: 'anyone' }])], at('shop.example.com')), extra('blog')), code: 'CS1050', line: '{ "name": "all"', says: '`blog.all` (ANY /{rest**}) and `ui.home` (GET /) are both exposed at `shop.example.com/`', advises: 'give `blog` a host of its own', related: ['`ui.home` is declared'] },
  { claim: 'two APIs on one host and path, by other methods', draft: plusApi(api('blog', [http('put', '/account', 'PUT')], [offerTo('put', [people('shoppers')])], at('shop.example.com')), extra('blog')), code: 'CS1050', line: '{ "name": "put"', says: '`blog.put` (PUT /account) and `ui.account` (GET /account) are both exposed at `shop.example.com/account`', advises: 'begin differently' },
  { claim: 'a whole port at a gateway', draft: plusApi(api('cache', [tcp(6379)], [offerTo('connect', [people('shoppers')])], { ...at('cache.example.com'), servedBy: { kind: 'workload', workload: 'cache', port: 6379 } }), extra('cache', { ports: [port(6379)], services: [] })), code: 'CS1026', line: '{ "name": "connect"', says: '`cache.connect` is a whole port, and a gateway passes on requests only', advises: 'load-balanced Service', related: ['`cache` is exposed'] },
  { claim: 'one operation of two APIs at one port', draft: plusApi(api('carts-v2', [http('any', '/{rest**}', 'ANY')], [], { servedBy: { kind: 'workload', workload: 'carts', port: 8080 } })), code: 'CS1051', line: '{ "name": "any"', says: '`carts-v2.any` (ANY /{rest**}) and `carts.read` (GET /carts/{id}) are one request at one port', advises: 'ports of their own', related: ['`carts.read` is declared'] },
  { claim: 'a host that is a URL', draft: withApi('desk', (one) => ({ ...one, ...at('https://desk.example.com/x') })), code: 'CS1006', line: '"host": "https://desk.example.com/x"', says: 'is a URL', advises: 'write `desk.example.com`' },
  ...([
    ['*', 'means every page of the web', 'one host name'], ['http://desk.example.com', 'is plain HTTP', 'write `https://desk.example.com`'], ['desk.example.com', 'is not an `https://` URL', 'a URL such as'], ['https://desk.example.com/', 'has a path, and an origin has none', 'write `https://desk.example.com`'],
    ['https://*.example.com', 'has a host that has a wildcard', 'a URL'],
  ] as const).map(([origin, says, advises]): Refusal => ({
    claim: `the origin ${origin}`, draft: withApi('desk', (one) => ({ ...one, exposedAt: { kind: 'gateway', gateway: 'edge', host: 'desk.example.com', browser: { origins: [origin] } } })), code: 'CS1006', line: JSON.stringify(origin), says, advises,
  })),
  { claim: 'browsers from no origin', draft: withApi('desk', (one) => ({ ...one, exposedAt: { kind: 'gateway', gateway: 'edge', host: 'desk.example.com', browser: { origins: [] } } })), code: 'CS1033', line: '"origins": [', says: '`desk` is open to browsers, and to the pages of no origin', advises: 'leave `browser` out' },

  // names
  { claim: 'a group of people that is named like a workload', draft: bazaar({ people: [...base.people, group('desk', 'staff')] }), code: 'CS1002', line: '{ "name": "desk"', says: '`desk` is a group of people and a workload, and a grant names them alike', advises: 'rename one of them', related: ['a workload is declared'] },
  { claim: 'a partner that is named like people', draft: bazaar({ partners: [partner('acme'), partner('support')] }), code: 'CS1002', line: '{ "name": "support"', says: '`support` is a partner and a group of people', advises: 'rename' },
  { claim: 'two partners of one name', draft: bazaar({ partners: [partner('acme'), partner('acme', { san: 'dns:a.example' })] }), code: 'CS1002', line: '{ "name": "acme"', says: 'two partners are called `acme`', advises: 'rename' },
  { claim: 'a partner that is named like a peer of every cluster', draft: bazaar({ partners: [partner('acme'), partner('ingress')] }), code: 'CS1003', line: '{ "name": "ingress"', says: 'the name `ingress` of this identity is what a policy calls a peer that every cluster has', advises: 'choose' },
  { claim: 'people who are called anyone', draft: bazaar({ people: [...base.people, group('anyone', 'staff')] }), code: 'CS1003', line: '{ "name": "anyone"', says: 'is what a policy calls whoever arrives from outside', advises: 'choose' },

  // metrics, DNS, unmanaged segments
  { claim: 'metrics at a port that nobody declares', draft: bazaar({ workloads: base.workloads.map((one) => (one.name === 'carts' ? workload('carts', { metrics: { port: 9090, path: '/metrics' } }, { segment: 'back' }) : one)) }), code: 'CS1027', line: '"metrics": { "port": 9090', says: 'the metrics of `carts` are at the port `9090`, which no container of `carts` declares', advises: 'write `http`' },
  { claim: 'metrics at a port name that nobody declares', draft: bazaar({ workloads: base.workloads.map((one) => (one.name === 'carts' ? workload('carts', { metrics: { port: 'metrics', path: '/metrics' } }, { segment: 'back' }) : one)) }), code: 'CS1027', line: '"metrics": { "port": "metrics"', says: 'the scraping of `carts` refers to', advises: 'write `http`' },
  ...([['metrics', 'does not begin with `/`', 'write `/metrics`'], ['/metrics/', 'ends with `/`', 'write `/metrics`'], ['/{any}', 'has a parameter, and one path is read', 'such as `/metrics`']] as const).map(([path, says, advises]): Refusal => ({
    claim: `metrics at ${path}`, draft: bazaar({ workloads: base.workloads.map((one) => (one.name === 'carts' ? workload('carts', { metrics: { port: 'http', path } }, { segment: 'back' }) : one)) }), code: 'CS1004', line: `"path": ${JSON.stringify(path)}`, says, advises,
  })),
  { claim: 'looking names up without a reason', draft: bazaar(extra('mailer', {}, { callsDns: { because: '' } })), code: 'CS1019', line: '"callsDns": { "because": ""', says: '`mailer` looks names up without a reason', advises: 'add `because`' },
  { claim: 'a namespace that is left alone in part', draft: bazaar({ ...extra('legacy', {}, { segment: 'old' }), segments: [...base.segments, segment('old', { managed: 'unmanaged' })] }), code: 'CS1057', line: '"segment": "old"', says: '`legacy` is in the segment `old`, which is left unmanaged, and shares the namespace `shop` with `ui`, which is not', advises: 'a namespace of its own', related: ['`ui` is declared'] },
  { claim: 'an invariant about what is left alone', draft: bazaar({ ...extra('legacy', { namespace: 'old' }, { segment: 'old' }), segments: [...base.segments, segment('old', { managed: 'unmanaged' })], never: [never({ kind: 'anyone' }, { kind: 'segment', name: 'old' })] }), code: 'CS1058', line: '{ "kind": "reach"', says: 'the segment `old` is unmanaged: no grant of this policy leads there, and nothing keeps others out', advises: 'let `old` be `managed`', related: ['`old` is declared'] },
];

describe('people, partners, conditions and exposures that cannot be meant are refused at their own line, with advice', () => {
  test.each(cases)('$code: $claim', isRefused);
});

test('the bazaar that the table breaks is sound', () => {
  const result = check(written(bazaar()), { asOf });
  expect(result.diagnostics).toEqual([]);
  expect(result.ok).toBe(true);
});

/** Cases whose mistake needs no other: it is the only error. */
const alone = cases.filter(({ claim: what, code }) => ['CS1036', 'CS1037', 'CS1038', 'CS1039', 'CS1041', 'CS1042', 'CS1043', 'CS1044', 'CS1045', 'CS1046', 'CS1047', 'CS1048', 'CS1049', 'CS1050', 'CS1051', 'CS1057'].includes(code) && !/audience is empty|by a moment/.test(what));
test.each(alone)('$code: $claim: says nothing else', ({ draft, code }) => {
  expect(errorsOf(draft)).toEqual([code]);
});

describe('what looks like these mistakes and is none', () => {
  test.each<[string, Policy]>([
    ['a claim by its way, and by a URI', when(claim('realm_access.roles', 'a'), claim('https://example.com/claims/roles', 'a:b/c-d'))],
    ['a scope by its words', when(claim('scope', 'orders:read', 'orders:write'))],
    ['a window until the end of the day, and two around midnight', when(during({ end: '24:00' }), { kind: 'any', of: [during({ start: '22:00', end: '24:00' }), during({ start: '00:00', end: '06:00', timeZone: 'UTC' })] })],
    ['a header of the gateway, for people', when(header('x-device-posture', 'edge', 'managed'))],
    ['a header of the workload that calls', withApi('carts', (one) => ({ ...one, offers: [offerTo('read', [acting('ui', 'shoppers')], { when: [header('x-tier', 'ui', 'gold')] })] }))],
    ['a provider without assertions of whose people nothing is asked that needs one', when(claim('a', 'b'), { kind: 'maxTokenAge', seconds: 60 })],
    ['an authentication at the moment that the token is issued', staff({ asserts: { mfa: { claim: 'amr', anyOf: ['mfa'] }, authenticatedAt: { claim: 'iat' } } })],
    ['people into what is restricted', bazaar({ segments: base.segments.map((one) => (one.name === 'back' ? { ...one, holds: 'restricted' } : one)) })],
    ['a key address with a query', staff({ jwksUri: 'https://staff.example.com/keys?p=a' })],
    ['anyone into a segment that asks for a token or for an address', { ...withApi('desk', (one) => ({ ...one, offers: [offerTo('list', [{ kind: 'anyone' }])] })), segments: requires('people', { kind: 'any', of: [{ kind: 'from', cidrs: ['192.0.2.0/24'] }, { kind: 'maxTokenAge', seconds: 60 }] }).segments }],
    ['partners of one authority at one host', withApi('feed', (one) => ({ ...one, offers: [...one.offers, offerTo('live', [client('zeta')])] }), { partners: [partner('acme'), partner('zeta', { ca: 'acme' })] })],
    ['two APIs on one host, at paths apart', plusApi(api('blog', [http('read', '/blog/{rest**}')], [offerTo('read', [{ kind: 'anyone' }])], at('shop.example.com')), extra('blog'))],
    ['a path that only one of two APIs opens to the outside', plusApi(api('blog', [http('home', '/'), http('read', '/blog')], [offerTo('read', [{ kind: 'anyone' }])], at('shop.example.com')), extra('blog'))],
    ['one path at two gateways', plusApi(api('blog', [http('home', '/')], [offerTo('home', [{ kind: 'anyone' }])], at('shop.example.com', 'inner')), extra('blog'))],
    ['two APIs at one port, by method', plusApi(api('carts-v2', [http('write', '/carts/{id}', 'POST')], [], { servedBy: { kind: 'workload', workload: 'carts', port: 'http' } }))],
    ['an unmanaged segment with a load balancer of its own, in a namespace of its own', bazaar({ ...extra('legacy', { namespace: 'old', services: [service('legacy', { type: 'LoadBalancer' })] }, { segment: 'old' }), segments: [...base.segments, segment('old', { managed: 'unmanaged' })] })],
    ['a group of people and an API of one name', bazaar({ people: [...base.people, group('api', 'staff')], ...{ apis: [...base.apis, api('api', [], [], { servedBy: { kind: 'workload', workload: 'ui', port: 'http' } })] } })],
  ])('%s', (_, draft) => {
    expect(check(written(draft), { asOf }).diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

test('what a segment cannot ask of partners is said once, whoever of them is offered something', () => {
  const draft = { ...requires('partners', { kind: 'mfa' }), apis: withApi('desk', (one) => ({ ...one, offers: [offerTo('list', [client('acme')])] })).apis };
  expect(check(written(draft), { asOf }).diagnostics.filter(({ code }) => code === 'CS1040').map(({ message }) => message)).toEqual(['the segment `back` asks partners for `mfa`, and only people\'s requests carry a token']);
});

test('what a duration\'s reader has said is not said again of the seconds that it means', () => {
  const pointer = '/apis/2/offers/0/when/0/seconds';
  const said = { code: 'CS1033', severity: 'error', message: 'said already', pointer, related: [] } as const;
  const declared = { ...written(when({ kind: 'maxTokenAge', seconds: 0 })), diagnostics: [said] };
  expect(check(declared, { asOf }).diagnostics.map(({ message }) => message)).toEqual(['said already']);
});

test('people may be whoever the provider knows', () => {
  const identities: readonly IdentityRef[] = [people('shoppers')];
  expect(errorsOf(withApi('ui', (one) => ({ ...one, offers: [offerTo('home', identities)] })))).toEqual([]);
});
