import { conditionsOn, segmentOf, type Condition, type Grant, type IdentityProvider, type IdentityRef, type Policy } from '#ir';
import { inRange } from './address.ts';
import { claimsSaying } from './claims-saying.ts';
import { holds, isOf } from './conditions.ts';
import { instantWithin } from './instant-within.ts';
import type { Peer, Request } from './request.ts';
import { firstAddress, someoneOutside } from './ways.ts';

/** A condition that nothing joins. */
export type Atom = Exclude<Condition, { kind: 'all' | 'any' }>;

/** Before every grant's end: a Monday long past, at noon. Where windows are asked for, the first instant of one from then on. */
const longAgo = '2000-01-03T12:00:00Z';
/** Ways through `any` that are looked at. One that nothing satisfies is rare, and usually written in a line or two. */
export const mostWays = 256;

/**
 * A request that the grant admits, if there is one: its caller with a token that says what is asked of people, at an
 * address and an instant that the conditions name. Whoever changes one thing of it has a request that should be denied.
 * Everything is said on the wire (claims, headers, address), nothing left to the context that only the meaning reads.
 */
export function satisfying(policy: Policy, grant: Grant, from: string = longAgo): Request | undefined {
  const { api } = grant;
  const arrives = grant.from.kind === 'people' || grant.from.kind === 'partner' || grant.from.kind === 'anyone';
  if (arrives && api.exposedAt === undefined) return undefined;
  const asked = conditionsFor(policy, grant);
  const peer = peerOf(grant.from);
  const named = peopleOf(grant.from), people = policy.people.find(({ name }) => name === named);
  if (named !== undefined && people === undefined) return undefined;

  let ways = 0;
  for (const atoms of waysThrough([...asked, ...(people?.where === undefined ? [] : [people.where])])) {
    if (++ways > mostWays) return undefined;
    const time = instantWithin(atoms.filter((atom) => atom.kind === 'during'), from);
    if (time === undefined || (grant.until !== undefined && Date.parse(time) >= Date.parse(`${grant.until}T00:00:00Z`) + 86_400_000)) continue;
    const address = addressIn(atoms), headers = headersOf(atoms), asksRisk = atoms.some(({ kind }) => kind === 'risk');
    for (const provider of providersFor(policy, people?.via)) {
      const claims = provider === undefined ? undefined : claimsSaying(provider, atoms, time);
      const request: Request = {
        ...(peer === undefined ? {} : { peer }), throughExposure: arrives,
        ...(provider === undefined || claims === undefined ? {} : { subject: { provider: provider.name, claims } }),
        ...(grant.from.kind === 'partner' ? { client: { partner: grant.from.name } } : {}),
        to: { kind: 'operation', api: api.name, operation: grant.operation.name },
        context: { time, ...(address === undefined ? {} : { sourceAddress: address }), ...(headers === undefined ? {} : { headers }), ...(asksRisk ? { risk: 0 } : {}) },
      };
      if (asked.every((condition) => holds(policy, condition, request, api)) && (people === undefined || isOf(policy, people, request, api))) return request;
    }
  }
  return undefined;
}

/** What the offer and the segment ask of whoever uses the grant. */
export const conditionsFor = (policy: Policy, { api, from, offer }: Grant): readonly Condition[] => conditionsOn(segmentOf(policy, api), offer, from);

/** Whose token an identity shows, if anybody's. */
export function peopleOf(identity: IdentityRef): string | undefined {
  return identity.kind === 'people' ? identity.name : identity.kind === 'workload' ? identity.actingFor : undefined;
}

function peerOf(identity: IdentityRef): Peer | undefined {
  switch (identity.kind) {
    case 'workload': return { kind: 'workload', name: identity.name };
    case 'builtin': return { kind: 'builtin', name: identity.name };
    case 'pods': return { kind: 'pod', namespace: identity.namespace === '*' ? 'default' : identity.namespace, labels: identity.labels };
    case 'people': case 'partner': case 'anyone': return undefined;
    default: return identity satisfies never;
  }
}

/** Whose token: the people's own provider's; else none, or any that says what is asked. */
function providersFor({ identityProviders }: Policy, via: string | undefined): readonly (IdentityProvider | undefined)[] {
  return via === undefined ? [undefined, ...identityProviders] : identityProviders.filter(({ name }) => name === via);
}

/** Every choice of one branch of each `any`: the atoms that have to hold together. */
function* waysThrough(conditions: readonly Condition[]): Generator<readonly Atom[]> {
  const [first, ...rest] = conditions;
  if (first === undefined) { yield []; return; }
  switch (first.kind) {
    case 'all': yield* waysThrough([...first.of, ...rest]); return;
    case 'any': for (const branch of first.of) yield* waysThrough([branch, ...rest]); return;
    default: for (const others of waysThrough(rest)) yield [first, ...others];
  }
}

/** Ranges are apart or one in the other, so the first address of one of them is in all, or none is. */
function addressIn(atoms: readonly Atom[]): string | undefined {
  const asked = atoms.filter((atom) => atom.kind === 'from');
  if (asked.length === 0) return undefined;
  const candidates = [someoneOutside.ipv4, someoneOutside.ipv6, ...asked.flatMap(({ cidrs }) => cidrs.flatMap((cidr) => [firstAddress([cidr]), cidr.split('/')[0]]))];
  return candidates.find((address) => address !== undefined && asked.every(({ cidrs }) => cidrs.some((cidr) => inRange(address, cidr))));
}

/** A header has one value: the first that every condition on it takes. */
function headersOf(atoms: readonly Atom[]): Readonly<Record<string, string>> | undefined {
  const asked = atoms.filter((atom) => atom.kind === 'header');
  if (asked.length === 0) return undefined;
  return Object.fromEntries(asked.map(({ anyOf, name }) => {
    const same = asked.filter((other) => other.name.toLowerCase() === name.toLowerCase());
    return [name.toLowerCase(), anyOf.find((value) => same.every((other) => other.anyOf.includes(value))) ?? anyOf[0] ?? ''];
  }));
}
