import { offerPointer,
  conditionsOn, type Condition, type Feature, type Grant, type GrantRef, type IdentityProvider, type People, type Platform,
} from '#ir';
import { diagnose, type Diagnostic } from '#diagnostics';
import { contains, outermost, parseCidr, cidrText, type Cidr } from '../../cidr.ts';
import type { CellPlan, SourcePlan, WhenPlan } from '../plan.ts';
import { allOf, alternativesOf, always, asksToken, isPattern, readableFeatures, type Alternatives, type Reader, type Unreadable } from './conditions.ts';
import { callerPrincipal, gatewayOf, principalOf, type Estate, type Server } from './estate.ts';
import type { Reading } from './operations.ts';

/** One way in which a grant lets a request through: from this source, if all of `when` holds. */
export interface Admission {
  readonly source: Pick<SourcePlan, 'ipBlocks' | 'notIpBlocks'> & { readonly principal?: string };
  readonly when: readonly WhenPlan[];
  readonly readsToken: boolean;
}

export interface Admissions { readonly admitted: readonly Admission[]; readonly does: readonly CellPlan[]; readonly losses: readonly Diagnostic[] }

type Lose = (code: Parameters<typeof diagnose>[0], said: { readonly message: string; readonly help: string }) => void;

/**
 * Who a grant lets through to a server, as far as the mesh can see: the peer by its certificate (a person and a
 * partner by the gateway's), a person by its token besides, a client of an exposed Service by its address.
 */
export function admissionsOf(estate: Estate, server: Server, grant: Grant, reading: Reading): Admissions {
  const losses: Diagnostic[] = [];
  const lose: Lose = (code, said: { readonly message: string; readonly help: string }): void => {
    losses.push(diagnose(code, { ...said, pointer: offerPointer(estate.policy, grant) }));
  };
  const { policy, platform } = estate;
  const { from } = grant;
  const asked = conditionsOn(server.segment, grant.offer, from);
  const people = peopleOf(estate, grant);
  const source = sourceOf(estate, grant, lose);
  if (source === undefined) return { admitted: [], does: [], losses };
  const does = cellsOf(estate, grant, source.principal === undefined);

  if (reading === 'port') {
    const unread = [...(people === undefined ? [] : ['identity.person' as const]), ...asked.flatMap(readableFeatures)].filter((feature) => !accepts(platform, grant.ref, feature));
    if (unread.length === 0) return { admitted: [{ source, when: [], readsToken: false }], does: does.filter(({ feature }) => !feature.startsWith('condition.') && feature !== 'identity.person'), losses };
    lose('CS3106', { message: `\`${grant.ref}\` asks for more than who connects, and a whole port is given or not before anything is read of what is spoken there`, help: 'declare the API\'s operations, so that requests are read, or leave the condition out' });
    return { admitted: [], does: [], losses };
  }
  const unreadable = (problem: Unreadable): void => {
    if (accepts(platform, grant.ref, problem.feature)) return;
    lose(problem.code, { message: `a condition of \`${grant.ref}\` ${problem.what}`, help: `${problem.help}, or accept it in writing: \`acceptWeaker({ grants: ['${grant.ref}'], feature: '${problem.feature}', plane: 'mesh', … })\`` });
  };
  const admitted = providersOf(estate, people, asked).flatMap((provider): readonly Admission[] => {
    const reader: Reader = { trusted: trustedHops(grant), unreadable, ...(provider === undefined ? {} : { provider }) };
    const parts = [...asked, ...(people?.where === undefined ? [] : [people.where])].map((condition) => alternativesOf(condition, reader));
    const token: Alternatives = provider === undefined ? always : people === undefined && !tests(parts) ? always : tokenOf(provider, unreadable);
    return allOf([token, ...parts], reader).map((when) => ({ source, when: inOrder(when), readsToken: readsToken(when) }));
  });
  return { admitted: distinct(admitted), does, losses };
}

/** Where the requests come from; undefined where there is no such way, which has then been said. */
function sourceOf(estate: Estate, grant: Grant, lose: Lose): Admission['source'] | undefined {
  const { mesh, platform } = estate;
  const { api, from, operation } = grant;
  switch (from.kind) {
    case 'workload': return { principal: callerPrincipal(estate, from.name) };
    case 'pods': case 'builtin': return undefined; // labels prove nothing here; what is derived for built-in peers is lowered apart
    case 'people': case 'partner': case 'anyone': break;
    default: return from satisfies never;
  }
  const gateway = gatewayOf(estate, api);
  if (gateway !== undefined) {
    if (gateway.upstream.kind === 'mesh') return { principal: principalOf(mesh, gateway.pods) };
    lose('CS3113', { message: `\`${grant.ref}\` comes through the gateway \`${gateway.name}\`, whose proxies are not in the mesh: what they send has no certificate of it, and is refused`, help: `put the proxies into the mesh, and say \`upstream: { kind: 'mesh' }\` of \`${gateway.name}\`` });
    return undefined;
  }
  if (api.exposedAt?.kind !== 'service') return undefined; // CS1017 has said so
  if (mesh.dataPlane === 'ambient' && operation.kind !== 'tcp') {
    lose('CS3102', { message: `\`${grant.ref}\` arrives through the Service \`${api.exposedAt.service}\` from outside the mesh, where no waypoint stands on the way: its ztunnel sees a connection and no requests`, help: `expose \`${api.name}\` at a gateway (\`exposedAt: { gateway, host }\`), or offer the whole port with \`tcp(…)\`` });
    return undefined;
  }
  const addresses = outsideOf(platform);
  if (addresses === undefined) lose('CS1024', { message: `the platform \`${platform.name}\` leaves no address that the clients of \`${api.name}\` could be told from pods by`, help: 'give the ranges (`podCidrs`, `nodeCidrs`)' });
  return addresses;
}

/**
 * Clients outside, by the address of their connection. Preserved: any but pods' and nodes'. Hidden behind a node: the
 * nodes'. `notIpBlocks` alone also holds for an address of the other family, as it should: no pod has one there.
 */
function outsideOf({ loadBalancer, nodeCidrs, podCidrs }: Platform): Admission['source'] | undefined {
  const ranges = (list: readonly string[]): readonly Cidr[] => outermost(list.map(parseCidr));
  if (loadBalancer?.clientAddress === 'node') return nodeCidrs.length === 0 ? undefined : { ipBlocks: ranges(nodeCidrs).map(cidrText) };
  if (podCidrs.length === 0 || ranges(podCidrs).some(({ length }) => length === 0)) return undefined;
  return { notIpBlocks: ranges([...podCidrs, ...nodeCidrs.filter((node) => !podCidrs.some((pod) => contains(parseCidr(pod), parseCidr(node))))]).map(cidrText) };
}

/** Whose token a grant asks for, beyond what its conditions do. */
function peopleOf({ policy }: Estate, { from, ref }: Grant): People | undefined {
  const name = from.kind === 'people' ? from.name : from.kind === 'workload' ? from.actingFor : undefined;
  const people = policy.people.find((each) => each.name === name);
  if (name !== undefined && people === undefined) throw new Error(`\`${ref}\` speaks of people that nobody declares: CS1001 should have stopped it`);
  return people;
}

/** A person's own provider; else, where some token is asked for, each of them; and nobody's, for what can be met without. */
function providersOf({ policy }: Estate, people: People | undefined, asked: readonly Condition[]): readonly (IdentityProvider | undefined)[] {
  if (people !== undefined) return policy.identityProviders.filter(({ name }) => name === people.via);
  return asked.some(asksToken) ? [undefined, ...policy.identityProviders] : [undefined];
}

/** In force, from this issuer and for this audience: the claims that RequestAuthentication has verified, compared exactly. */
function tokenOf(provider: IdentityProvider, unreadable: (problem: Unreadable) => void): Alternatives {
  const pattern = [provider.issuer, ...provider.audiences].find(isPattern);
  if (pattern !== undefined) {
    unreadable({ code: 'CS3105', feature: 'identity.person', what: `compares with \`${pattern}\` of the identity provider \`${provider.name}\`, which Istio reads as a pattern`, help: 'use an issuer and audiences that are not empty and neither begin nor end with `*`' });
    return always;
  }
  return [[{ key: 'request.auth.claims[iss]', values: [provider.issuer] }, { key: 'request.auth.audiences', values: [...new Set(provider.audiences)].sort() }]];
}

/** The peer has proved who it is, so that what it sets is its own word: a workload's, or the gateway's. */
function trustedHops({ api, from }: Grant): readonly string[] {
  if (from.kind === 'workload') return [from.name];
  return api.exposedAt?.kind === 'gateway' ? [api.exposedAt.gateway] : [];
}

const tests = (parts: readonly Alternatives[]): boolean => parts.some((part) => part.some(readsToken));
const readsToken = (when: readonly WhenPlan[]): boolean => when.some(({ key }) => key.startsWith('request.auth.'));
const inOrder = (when: readonly WhenPlan[]): readonly WhenPlan[] => {
  const keyed = new Map(when.map((test) => [JSON.stringify(test), test]));
  return [...keyed].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, test]) => test);
};
function distinct(admitted: readonly Admission[]): readonly Admission[] {
  return [...new Map(admitted.map((admission) => [JSON.stringify([admission.source, admission.when]), admission])).values()];
}

/** What of the grant's needs its rules see to. A partner's certificate has ended at the gateway. */
function cellsOf({ able, needed }: Estate, grant: Grant, plaintext: boolean): readonly CellPlan[] {
  return needed(grant).flatMap((feature): readonly CellPlan[] => {
    if (feature === 'identity.partner') return [{ feature, does: 'delegated', to: 'gateway' }];
    return able[feature] === 'absent' || (feature === 'transport.tls' && plaintext) ? [] : [{ feature, does: able[feature] }];
  });
}

/** Written down by a person, on whatever plane: the meaning with acceptances leaves it out. */
export function accepts({ accept }: Platform, ref: GrantRef, feature: Feature): boolean {
  return accept.some((acceptance) => acceptance.feature === feature && (acceptance.grants === 'all' || acceptance.grants.includes(ref)));
}

