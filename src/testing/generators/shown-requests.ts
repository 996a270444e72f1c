import type { IdentityRef, Policy, Workload } from '#ir';
import type { Peer, Request } from '#spec';
import type { Estate } from './estate.ts';
import { addresses, chances, claimsOf, destination, draft, edgeOf, noAddresses, put, shownBy, timeIn, type Chance, type Draft } from './good-requests.ts';
import { random, type Random } from './random.ts';

/** A request that shows all that an offer asks for, or that with one thing of it otherwise, which may still be right. */
export const shownManners = [
  'person', 'partner', 'anyone', 'acting', 'workload',
  'no token', 'another provider', 'issuer', 'audience', 'end of a token', 'start of a token', 'membership', 'nesting', 'scope', 'authentication', 'age of a token', 'factor', 'device',
  'risk', 'time', 'clock change', 'address', 'header', 'trusted hop', 'two at once', 'stray token', 'bearer alone', 'another caller', 'certificate', 'inside', 'upgrade', 'metrics', 'kubelet', 'names',
] as const;
export type ShownManner = (typeof shownManners)[number];
export interface ShownAttempt { readonly manner: ShownManner; readonly request: Request }

/** Every manner in turn; what an estate has nobody for is left out. The same seed makes the same ones. */
export function shownAttempts(estate: Estate, seed: number, count: number): readonly ShownAttempt[] {
  const rng = random(seed), all = chances(estate.policy), found: ShownAttempt[] = [];
  for (let index = 0; index < count; index++) {
    const manner = shownManners[index % shownManners.length]!, request = shown(manner, all, estate, rng);
    if (request !== undefined) found.push({ manner, request });
  }
  return found;
}

const isActing = (identity: IdentityRef): boolean => identity.kind === 'workload' && identity.actingFor !== undefined;
const isPlain = (identity: IdentityRef): boolean => identity.kind === 'workload' && identity.actingFor === undefined;
const hasToken = (identity: IdentityRef): boolean => identity.kind === 'people' || isActing(identity);

function shown(manner: ShownManner, all: readonly Chance[], { asOf, policy }: Estate, rng: Random): Request | undefined {
  /** Somebody's draft, of such people and such a content, and when it is good. */
  const start = (who: (identity: IdentityRef) => boolean, has: (made: Draft) => boolean = () => true): { readonly made: Draft; readonly time: string } | undefined => {
    const fitting = all.filter(({ identity }) => who(identity));
    for (let tries = 0; fitting.length > 0 && tries < 12; tries++) {
      const made = draft(policy, rng.pick(fitting), rng);
      if (has(made)) return { made, time: timeIn(made.windows, asOf, rng) };
    }
    return undefined;
  };
  const good = (who: (identity: IdentityRef) => boolean, has?: (made: Draft) => boolean): Request | undefined => { const found = start(who, has); return found && shownBy(found.made, found.time, rng); };
  /** With another claim in the token, or without it where the value is undefined. */
  const saying = (claim: string, values: readonly unknown[], who = hasToken, has?: (made: Draft) => boolean): Request | undefined => changed(good(who, has), (claims) => put(claims, claim, rng.pick(values)));
  const seconds = (request: Request | undefined): number => (request === undefined ? 0 : Math.floor(Date.parse(request.context.time) / 1000));

  switch (manner) {
    case 'person': return good(({ kind }) => kind === 'people');
    case 'partner': return good(({ kind }) => kind === 'partner');
    case 'anyone': return good(({ kind }) => kind === 'anyone');
    case 'acting': return good(isActing);
    case 'workload': return good(isPlain);
    case 'no token': return without(good(hasToken), 'subject');
    case 'another provider': {
      const request = good(hasToken), other = rng.pick([...policy.identityProviders.map(({ name }) => name), 'nobody']);
      return request?.subject && { ...request, subject: { ...request.subject, provider: other } };
    }
    case 'issuer': { const { issuer } = rng.pick(policy.identityProviders); return saying('iss', [undefined, issuer, issuer, `${issuer}/`, issuer.toUpperCase(), null, '', [issuer], 7]); }
    case 'audience': { const { audiences: [audience] } = rng.pick(policy.identityProviders); return saying('aud', [undefined, audience, audience, [audience], ['other', audience], 'other', ['other'], [], `${audience} other`, `other ${audience}`, null, { [audience!]: true }, 7]); }
    case 'end of a token': { const request = good(hasToken), now = seconds(request); return changed(request, (claims) => put(claims, 'exp', rng.pick([undefined, now - 3600, now - 61, now - 60, now - 59, now, now + 1, now + 600, `${now + 600}`, null, 0, true, [now + 600]]))); }
    case 'start of a token': { const request = good(hasToken), now = seconds(request); return changed(request, (claims) => put(claims, 'nbf', rng.pick([undefined, now + 3600, now + 61, now + 60, now + 59, now, now - 600, `${now - 600}`, null, true]))); }
    case 'membership': {
      const found = start(hasToken, ({ texts }) => texts.size > 0), claim = found && rng.pick([...found.made.texts.keys()]), said = claim === undefined ? [] : found!.made.texts.get(claim)!;
      return changed(found && shownBy(found.made, found.time, rng), (claims) => put(claims, claim!, rng.pick<unknown>([undefined, 'nobody', [], ['nobody'], said, ['nobody', ...said], said.join(' '), said.join(','), `${said[0]}s`, said[0]!.toUpperCase(), ` ${said[0]}`, [said], [...said, 7], { [said[0]!]: true }, true, 7, null, ''])));
    }
    case 'nesting': { // as one key, one level deeper, in a list
      const found = start(hasToken, ({ texts }) => [...texts.keys()].some((claim) => claim.includes('.'))), claim = found && rng.pick([...found.made.texts.keys()].filter((key) => key.includes('.')));
      const [first = '', ...rest] = claim?.includes('://') ? claim.split('.') : (claim ?? '').split('.'), said = claim === undefined ? [] : found!.made.texts.get(claim)!;
      return changed(found && shownBy(found.made, found.time, rng), (claims) => rng.pick([
        () => { put(claims, claim!, undefined); claims[claim!] = said; }, () => { put(claims, claim!, undefined); put(claims, `${first}.${rest.join('.')}`, said); },
        () => { put(claims, claim!, { value: said }); }, () => { claims[first] = [{ [rest.join('.')]: said }]; }, () => { claims[first] = { [rest.join('.')]: said }; }, () => { put(claims, claim!, said); },
      ])());
    }
    case 'scope': return saying('scope', [undefined, 'orders:read', 'cart', 'openid cart', 'cart orders:read admin', 'xcart', 'cart,admin', 'cart\tadmin', ' cart', 'cart  x', ['cart'], ['openid', 'orders:read'], ['openid cart'], [['cart']], 'CART', ''], hasToken, ({ texts }) => texts.has('scope'));
    case 'authentication': {
      const found = start(hasToken, ({ ages, context }) => context.authenticationAgeSeconds !== undefined || [...ages.keys()].some((claim) => claim !== 'iat')), age = rng.pick([undefined, 0, 299, 300, 301, 899, 900, 901, 86_400, 86_401, -59, -60, -61]);
      const claim = found && [...found.made.ages.keys()].find((one) => one !== 'iat'), request = found && shownBy(found.made, found.time, rng), now = seconds(request);
      if (request === undefined) return undefined;
      if (claim === undefined || rng.chance(0.3)) { const { authenticationAgeSeconds: _age, ...context } = request.context; return { ...request, context: { ...context, ...(age === undefined ? {} : { authenticationAgeSeconds: age }) } }; }
      return changed(request, (claims) => put(claims, claim, rng.pick<unknown>([age === undefined ? undefined : now - age, age === undefined ? undefined : now - age, `${now}`, null])));
    }
    case 'age of a token': {
      const request = good(hasToken, ({ ages, context }) => ages.has('iat') || context.tokenAgeSeconds !== undefined), now = seconds(request), age = rng.pick([undefined, 0, 59, 60, 61, 599, 600, 601, 3600, 3601, -60, -61]);
      if (request === undefined) return undefined;
      if (rng.chance(0.3)) { const { tokenAgeSeconds: _age, ...context } = request.context; return { ...request, context: { ...context, ...(age === undefined ? {} : { tokenAgeSeconds: age }) } }; }
      return changed(request, (claims) => put(claims, 'iat', rng.pick<unknown>([age === undefined ? undefined : now - age, age === undefined ? undefined : now - age, `${now}`])));
    }
    case 'factor': {
      const claimed = (made: Draft): string | undefined => made.provider?.asserts?.mfa?.claim;
      const found = start(hasToken, (made) => made.context.mfa !== undefined || made.texts.has(claimed(made) ?? '') || made.values.size > 0), claim = found && claimed(found.made), request = found && shownBy(found.made, found.time, rng);
      if (request === undefined) return undefined;
      if (claim === undefined || rng.chance(0.3)) return { ...request, context: { ...request.context, mfa: rng.chance(0.5) } };
      return changed(request, (claims) => put(claims, claim, rng.pick<unknown>([undefined, 'mfa', 'hwk', 'otp', 'pwd', ['pwd', 'hwk', 'otp', 'mfa'], ['pwd'], 'pwd mfa', true, true, false, 'true', 1, [true], null])));
    }
    case 'device': {
      const found = start(hasToken, (made) => made.context.device !== undefined || made.texts.has(made.provider?.asserts?.device?.claim ?? '')), claim = found?.made.provider?.asserts?.device?.claim, request = found && shownBy(found.made, found.time, rng);
      if (request === undefined) return undefined;
      if (claim === undefined || rng.chance(0.3)) return { ...request, context: { ...request.context, device: rng.pick(['managed', 'attested', 'jailbroken', '']) } };
      return changed(request, (claims) => put(claims, claim, rng.pick<unknown>([undefined, 'managed', 'attested', ['managed'], ['old', 'attested'], 'jailbroken', 'managed attested', true])));
    }
    case 'risk': {
      const request = good(() => true, ({ context }) => context.risk !== undefined), { risk: _risk, ...context } = request?.context ?? { time: '' }, risk = rng.pick([undefined, -1, 0, 0.49, 0.5, 0.51, 9.99, 10, 11]);
      return request && { ...request, context: { ...context, ...(risk === undefined ? {} : { risk }) } };
    }
    case 'time': { const found = start(() => true, ({ windows }) => windows.length > 0); return found && atTime(found.made, rng.pick([timeIn([], asOf, rng), ...Array.from({ length: 4 }, () => edgeOf(found.made.windows, asOf, rng)!), `2026-11-${24 + rng.below(6)}T${String(rng.below(24)).padStart(2, '0')}:${rng.pick(['00:00', '29:59.999', '30:00', '59:59.999'])}Z`, '2026-11-30T08:00:00+01:00', '2026-11-30T03:30:00.000Z', '', 'noon']), rng); }
    // Europe's and America's clocks go back and forth, and Lord Howe's by half an hour
    case 'clock change': { const found = start(() => true, ({ windows }) => windows.length > 0); return found && atTime(found.made, new Date(Date.parse(rng.pick(['2027-03-28T01:00:00Z', '2026-10-25T01:00:00Z', '2027-03-14T07:00:00Z', '2026-11-01T06:00:00Z', '2027-04-03T15:00:00Z', '2026-10-03T15:30:00Z'])) + rng.pick([-1, 0, 1, 1_800_000, 3_600_000, 7_200_000, 86_400_000, 86_400_000 + 7 * 3_600_000, -86_400_000 + 20 * 3_600_000, 6 * 3_600_000, 20 * 3_600_000])).toISOString(), rng); }
    case 'address': {
      const request = good(() => true, ({ context }) => context.sourceAddress !== undefined), { sourceAddress: _address, ...context } = request?.context ?? { time: '' };
      return request && { ...request, context: { ...context, ...(rng.chance(0.1) ? {} : { sourceAddress: rng.pick(rng.chance(0.7) ? addresses : noAddresses) }) } };
    }
    case 'header': {
      const request = good(() => true, ({ context }) => context.headers !== undefined);
      return request && { ...request, context: { ...request.context, headers: rng.pick<Readonly<Record<string, string>>>([{}, { 'x-tenant': 'red' }, { 'x-tenant': 'blue', 'x-purpose': 'refund' }, { 'X-TENANT': 'green', 'X-Purpose': 'refund' }, { 'x-tenant': 'blue,green' }, { 'x-tenant': 'Blue' }, { 'x-tenant': '' }, { 'x-purpose': 'refund' }, { 'x-purpose': 'refunds' }, { tenant: 'blue' }]) } };
    }
    case 'trusted hop': { // the same header, past somebody else
      const request = good(() => true, ({ context }) => context.headers !== undefined);
      if (request?.peer?.kind === 'workload' && rng.chance(0.5)) { const { name } = request.peer; return { ...request, peer: asPod(policy.workloads.find((one) => one.name === name)!, rng) }; }
      return rng.chance(0.3) ? request : request?.peer === undefined ? request && { ...request, throughExposure: rng.chance(0.5) } : { ...request, peer: someone(policy, rng) };
    }
    case 'two at once': { // what one shows, and what another one does
      const one = good(() => true), other = good(() => true);
      return one && other && { ...other, ...one, context: { ...other.context, ...one.context } };
    }
    case 'stray token': { // which a workload of its own, a partner and anyone may carry
      const request = good((identity) => !hasToken(identity)), provider = rng.pick(policy.identityProviders), now = seconds(request);
      return request && { ...request, subject: { provider: provider.name, claims: rng.pick([{}, { exp: now - 600 }, { exp: now + 600, aud: 'other' }, { exp: now + 600, scope: 'cart orders:read', groups: ['agents', 'leads', 'support'], amr: ['mfa', 'otp'], iat: now, auth_time: now, realm_access: { roles: ['agent', 'admin'] } }]) } };
    }
    case 'bearer alone': { const request = good(isActing); return rng.chance(0.5) ? without(request, 'peer') : request && { ...without(request, 'peer')!, throughExposure: true }; }
    case 'another caller': { const request = good(({ kind }) => kind === 'workload'), own = policy.workloads.find((one) => request?.peer?.kind === 'workload' && one.name === request.peer.name); return own !== undefined && rng.chance(0.4) ? { ...request!, peer: asPod(own, rng) } : request && { ...request, peer: someone(policy, rng) }; }
    case 'certificate': { const request = good(({ kind }) => kind === 'partner'); return request && rng.chance(0.2) ? without(request, 'client') : request && { ...request, client: { partner: rng.pick([...policy.partners.map(({ name }) => name), request.client!.partner, 'nobody']) } }; }
    case 'inside': { // past the exposure, as a pod or as nobody; or at an exposure with a peer
      const request = good(({ kind }) => kind !== 'workload'), peer = rng.pick([undefined, undefined, someone(policy, rng), { kind: 'builtin', name: 'ingress' } as const]);
      return request && { ...request, throughExposure: rng.chance(0.6), ...(peer === undefined ? {} : { peer }) };
    }
    case 'upgrade': {
      const exposed = all.filter(({ operation }) => operation.kind === 'websocket'), chance = exposed.length > 0 && rng.chance(0.7) ? rng.pick(exposed) : all.length > 0 ? rng.pick(all) : undefined;
      if (chance === undefined) return undefined;
      const made = draft(policy, chance, rng), time = timeIn(made.windows, asOf, rng);
      made.to = rng.chance(0.2) ? destination(policy, chance.api, rng.pick(chance.api.operations), rng) : destination(policy, chance.api, chance.operation, rng);
      if (made.to.kind === 'http' && rng.chance(0.5)) made.to = rng.pick([without(made.to, 'upgrade')!, { ...made.to, upgrade: 'websocket' }, { ...made.to, upgrade: 'websocket', method: rng.pick(['POST', 'CONNECT', 'get', 'HEAD']) }, { ...made.to, path: `${made.to.path}/x` }]);
      return shownBy(made, time, rng);
    }
    case 'metrics': {
      const { kubernetes: facts, name } = rng.pick([...policy.workloads.filter(({ kubernetes }) => kubernetes?.metrics !== undefined), ...policy.workloads.filter(({ kubernetes }) => kubernetes !== undefined)].slice(0, 3)), port = rng.chance(0.7) && facts!.metrics !== undefined ? facts!.metrics.port : rng.pick(facts!.ports).number;
      const apis = policy.apis.filter(({ servedBy }) => servedBy.kind === 'workload' && servedBy.workload === name), path = facts!.metrics?.path ?? '/metrics';
      const to = apis.length === 0 || rng.chance(0.4) ? { kind: 'port', workload: name, port: facts!.ports.find((one) => one.name === port || one.number === port)?.number ?? 1, protocol: rng.pick(['TCP', 'TCP', 'TCP', 'UDP'] as const) } as const
        : { kind: 'http', api: rng.pick(apis).name, method: rng.pick(['GET', 'GET', 'GET', 'GET', 'HEAD', 'POST']), path: rng.pick([path, path, path, path, `${path}/x`, `${path}/`, '/', path.toUpperCase()]), ...(rng.chance(0.1) ? { upgrade: 'websocket' as const } : {}) } as const;
      return { peer: rng.chance(0.75) ? { kind: 'builtin', name: 'metricsScraper' } : rng.pick([someone(policy, rng), { kind: 'builtin', name: 'nodeProbes' }]), throughExposure: false, to, context: { time: mostly(`${asOf}T12:00:00Z`, rng) } };
    }
    case 'kubelet': {
      const probed = policy.apis.flatMap((api) => { const facts = policy.workloads.find(({ name }) => api.servedBy.kind === 'workload' && name === api.servedBy.workload)?.kubernetes; return facts === undefined || facts.probes.length === 0 ? [] : [{ api, facts }]; });
      if (probed.length === 0) return undefined;
      const { api, facts } = rng.pick(probed), { probe } = rng.pick(facts.probes), said = probe.kind === 'http' ? { method: 'GET', path: probe.path } : probe.kind === 'grpc' ? { method: 'POST', path: '/grpc.health.v1.Health/Check' } : { method: 'GET', path: '/' };
      const to = { kind: 'http', api: api.name, ...said, ...(rng.chance(0.2) ? { method: rng.pick(['GET', 'POST', 'HEAD']) } : {}), ...(rng.chance(0.1) ? { path: rng.pick(['/healthz', '/grpc.health.v1.Health/Watch', `${said.path}/`]) } : {}), ...(rng.chance(0.1) ? { upgrade: 'websocket' as const } : {}) } as const;
      return { peer: rng.chance(0.8) ? { kind: 'builtin', name: 'nodeProbes' } : rng.pick([someone(policy, rng), { kind: 'builtin', name: 'metricsScraper' }]), throughExposure: false, to, context: { time: mostly(`${asOf}T12:00:00Z`, rng) } };
    }
    case 'names': {
      const callers = policy.workloads.filter(({ callsDns, name }) => callsDns !== undefined || policy.asks.some(({ from }) => isActing(from) && 'name' in from && from.name === name));
      return { peer: callers.length > 0 && rng.chance(0.7) ? asPod(rng.pick(callers), rng) : someone(policy, rng), throughExposure: false, to: { kind: 'builtin', name: rng.chance(0.9) ? 'clusterDns' : 'apiServer' }, context: { time: mostly(`${asOf}T12:00:00Z`, rng) } };
    }
    default: return manner satisfies never;
  }
}

const someone = ({ workloads }: Policy, rng: Random) => asPod(rng.pick(workloads), rng);

/** A workload by name, or one of its pods, whose ServiceAccount is looked at, or not, or is another. */
function asPod({ kubernetes: facts, name }: Workload, rng: Random): Peer {
  if (facts === undefined || rng.chance(0.6)) return { kind: 'workload', name };
  const account = rng.pick([facts.serviceAccount, facts.serviceAccount, undefined, 'default']);
  return { kind: 'pod', namespace: facts.namespace, labels: { ...facts.selector, more: 'labels' }, ...(account === undefined ? {} : { serviceAccount: account }) };
}

const mostly = (time: string, rng: Random): string => (rng.chance(0.95) ? time : rng.pick(['', 'noon']));

/** At another time, as if all had happened that much earlier or later. */
function atTime(made: Draft, time: string, rng: Random): Request {
  const request = shownBy(made, '2026-11-23T12:00:00Z', rng), readable = !Number.isNaN(Date.parse(time));
  const subject = request.subject === undefined || !readable ? {} : { subject: { ...request.subject, claims: claimsOf(made, time, rng) } };
  return { ...request, ...subject, context: { ...request.context, time } };
}

function changed(request: Request | undefined, change: (claims: Record<string, unknown>) => void): Request | undefined {
  if (request?.subject === undefined) return undefined;
  const claims = structuredClone(request.subject.claims) as Record<string, unknown>;
  change(claims);
  return { ...request, subject: { ...request.subject, claims } };
}

function without<T extends object>(whole: T | undefined, key: string): T | undefined {
  return whole && Object.fromEntries(Object.entries(whole).filter(([name]) => name !== key)) as T;
}
