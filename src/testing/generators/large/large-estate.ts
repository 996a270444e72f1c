import {
  grantRef, type Api, type Ask, type Condition, type Gateway, type IdentityRef, type Invariant, type KubernetesWorkload, type Offer, type Operation, type People, type Platform, type Policy, type Segment, type Workload,
} from '#ir';
import { asOf, type Estate } from '../estate.ts';
import { random, type Random } from '../random.ts';
import { account, keyOf, resourceOf, usersOf } from './cloud.ts';
import { namer } from './names.ts';
import { grpcOperations, httpOperations } from './operations.ts';
import { askedOfPartners, askedOfPeople, askedOnBehalf, caBundles, groupsOf, partnersOf, providerHosts, providers } from './people.ts';

interface Team { readonly name: string; readonly department: string; readonly segment: Segment; readonly workloads: Workload[] }
/** An API while its offers are still being made: by operation, conditions and end, with whom they are made to. */
interface Growing { readonly api: Api; readonly team: Team; readonly offers: Map<string, { readonly offer: Offer; readonly to: IdentityRef[] }> }

const none = { people: [], workloads: [], partners: [] } as const;
const segments: readonly Segment[] = ([
  ['storefront', 'internal', none], ['commerce', 'confidential', { ...none, people: [{ kind: 'claim', claim: 'scope', anyOf: ['internal:read', 'internal:write', 'shop', 'dealer'] }] }],
  ['payments', 'confidential', { ...none, people: [{ kind: 'mfa' }], transport: { tls: '1.2' } }],
  ['card-data', 'restricted', { ...none, people: [{ kind: 'mfa', within: 3600 }, { kind: 'maxTokenAge', seconds: 3600 }], transport: { tls: '1.3' } }],
  ['customer-data', 'confidential', { ...none, people: [{ kind: 'maxTokenAge', seconds: 28_800 }] }], ['people-data', 'restricted', { ...none, people: [{ kind: 'device', anyOf: ['attested', 'managed'] }] }],
  ['logistics', 'internal', none], ['marketing', 'internal', none], ['analytics', 'confidential', none], ['platform', 'internal', none], ['sandbox', 'public', none],
] as const).map(([name, holds, requires]) => ({ name, holds, managed: 'managed', owner: `${name}-board`, requires, alerts: [] }));
/** Where a department's teams live, the first most often. */
const homes: Readonly<Record<string, readonly string[]>> = {
  commerce: ['commerce', 'storefront', 'customer-data'], payments: ['payments', 'card-data'], logistics: ['logistics'], finance: ['payments', 'analytics'], platform: ['platform', 'sandbox'], growth: ['marketing', 'sandbox'],
  identity: ['customer-data'], data: ['analytics', 'sandbox'], marketplace: ['storefront', 'commerce'], retail: ['storefront'], people: ['people-data'], risk: ['payments', 'analytics'],
};
/** Who must never get where. What would break it is not asked for. */
const apart: readonly (readonly [from: string, to: string])[] = [['sandbox', 'card-data'], ['sandbox', 'people-data'], ['marketing', 'card-data'], ['marketing', 'people-data'], ['sandbox', 'payments'], ['logistics', 'people-data']];
const ends = ['2026-12-10', '2027-01-31', '2027-03-31', '2027-06-30', '2027-12-31', '2028-02-29'] as const;
/** A Gateway takes 64 listeners. */
const hostsAGateway = 48;

/**
 * A whole company: teams of very different sizes, each in a namespace of its own; for each API about ten grants, of which a
 * few APIs that everybody needs have a great many, and most have a handful; callers mostly of the same team, then of the
 * same department; operations in templates within templates; HTTP, gRPC and plain TCP; a tenth in the cloud; every
 * sixteenth behind a gateway for people or partners, with conditions of every kind that something can enforce; ends, and
 * segments that must stay apart. Passes `check`, and compiles to four targets. Linear in what it makes; the same for the same seed.
 */
export function largeEstate({ apis: count, seed }: { readonly apis: number; readonly seed: number }): Estate {
  const rng = random(seed), names = namer(rng);
  const ofCloud = Math.round(count / 10), served = count - ofCloud;
  const teams = teamsOf(served, names, rng);
  const growing: Growing[] = [], asks: Ask[] = [];
  const grow = (team: Team, api: Api): Growing => { const grown = { api, team, offers: new Map() }; growing.push(grown); return grown; };
  const home = new Map<Workload, Team>();

  let made = 0;
  for (const team of teams) {
    const share = team === teams.at(-1) ? served - made : Math.min(served - made, sizes.get(team)!);
    for (let index = 0; index < share; index++) grow(team, serve(team, names, rng));
    made += share;
    for (let idle = Math.ceil(share / 5); idle > 0; idle--) team.workloads.push(declareWorkload(team, names.service(names.subject()), 'nothing', rng)); // front ends, jobs
    for (const workload of team.workloads) home.set(workload, team);
  }
  const callers = teams.flatMap(({ workloads }) => workloads), byDepartment = new Map<string, Workload[]>();
  for (const { department, workloads } of teams) byDepartment.set(department, [...byDepartment.get(department) ?? [], ...workloads]);
  // some call a great many others: a shuffled order, of which the beginning is drawn more often
  const busy = rng.shuffle(callers), often = (list: readonly Workload[]): Workload => list[Math.floor(list.length * (rng.below(10_000) / 10_000) ** 2.5)]!;

  const weights = popularity(growing.length, rng), wanted = count * 9.3;
  for (const [index, grown] of growing.entries()) {
    const goal = Math.max(1, Math.min(callers.length * 1.5, Math.round(weights[index]! * wanted)));
    const shared = goal > 60; // what everybody needs is called from everywhere
    for (let given = 0, misses = 0; given < goal && misses < 20;) {
      const draw = rng.below(100);
      const caller = shared || draw < 12 ? (rng.chance(0.4) ? often(busy) : rng.pick(callers)) : draw < 34 ? often(byDepartment.get(grown.team.department)!) : often(grown.team.workloads);
      const operations = rng.shuffle(grown.api.operations).slice(0, rng.pick([1, 1, 2, 2, 3, 4]));
      const before = asks.length;
      if (isApart(home.get(caller)!, grown.team)) { misses++; continue; }
      for (const operation of operations) if (given < goal && grant(grown, operation, caller, asks, rng)) given++;
      if (asks.length === before) misses++; else misses = 0;
    }
  }
  const people = groupsOf([...new Set(teams.map(({ department }) => department))].sort()), partners = partnersOf(Math.max(1, Math.ceil(count / 150)));
  const gateways = expose(growing.filter(({ api }) => api.operations[0]!.kind !== 'tcp'), Math.ceil(count / 16), people, partners.map(({ name }) => name), rng);
  actFor(growing, asks, people, rng);
  const clouds = keep(teams, ofCloud, asks, names, rng);
  const apis = [...growing.map(({ api, offers }): Api => ({ ...api, offers: [...offers.values()].map(({ offer, to }) => ({ ...offer, to })) })), ...clouds];
  const policy: Policy = {
    version: 1, name: 'acme', segments: segments.filter(({ name }) => teams.some(({ segment }) => segment.name === name)), workloads: callers, identityProviders: providers, people, partners, apis: rng.shuffle(apis), asks: rng.shuffle(asks), never: invariants(teams, apis, asks, rng), holes: [],
  };
  return { asOf, policy: pruned(policy), platform: platformOf(gateways) };
}

const sizes = new WeakMap<Team, number>();

/** How many APIs a team has falls off as a power: a few have a hundred, most a handful. */
function teamsOf(served: number, names: ReturnType<typeof namer>, rng: Random): readonly Team[] {
  const found: Team[] = [];
  for (let left = served; left > 0 || found.length === 0;) {
    const { department, name } = names.team(), size = Math.min(120, Math.floor(4 / (1 - rng.below(10_000) / 10_000) ** 0.8));
    const home = homes[department]!, segment = segments.find((one) => one.name === (rng.chance(0.6) ? home[0] : rng.pick(home)))!;
    const team: Team = { name, department, segment, workloads: [] };
    sizes.set(team, size);
    found.push(team);
    left -= size;
  }
  return found;
}

/** Shares that add up to 1 and fall off as a power. */
function popularity(count: number, rng: Random): readonly number[] {
  const raw = Array.from({ length: count }, () => Math.min(1500, 1 / (1 - rng.below(100_000) / 100_000) ** 0.9)), sum = raw.reduce((total, one) => total + one, 0);
  return raw.map((one) => one / sum);
}

function serve(team: Team, names: ReturnType<typeof namer>, rng: Random): Api {
  const subject = names.subject(), name = names.service(subject), speaks = rng.below(100) < 62 ? 'http' : rng.chance(0.75) ? 'grpc' : 'tcp';
  const workload = declareWorkload(team, name, speaks, rng);
  team.workloads.push(workload);
  const port = workload.kubernetes!.ports[0]!;
  const operations: readonly Operation[] = speaks === 'http' ? httpOperations(subject, rng) : speaks === 'grpc' ? grpcOperations(subject, name, rng) : [{ name: 'connect', kind: 'tcp', port: port.number }];
  return { name, owner: team.name, servedBy: { kind: 'workload', workload: name, port: port.name ?? port.number }, operations, offers: [] };
}

function declareWorkload(team: Team, name: string, speaks: 'http' | 'grpc' | 'tcp' | 'nothing', rng: Random): Workload {
  const named = speaks === 'http' && rng.chance(0.5), number = speaks === 'grpc' ? rng.pick([9090, 50_051]) : speaks === 'tcp' ? rng.pick([5432, 6379, 9092, 27_017, 11_211]) : rng.pick([8080, 8080, 8081, 3000, 8443]);
  const kubernetes: KubernetesWorkload = {
    namespace: team.name, controller: speaks === 'tcp' ? 'StatefulSet' : speaks === 'nothing' && rng.chance(0.3) ? 'CronJob' : 'Deployment', serviceAccount: name,
    selector: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': team.department },
    ports: [...(speaks === 'nothing' ? [] : [{ number, protocol: 'TCP', ...(named ? { name: 'http' } : {}) } as const]), { number: 15_020, protocol: 'TCP', name: 'admin' }],
    services: speaks === 'nothing' ? [] : [{ name, port: speaks === 'http' ? 80 : number, protocol: 'TCP', targetPort: named ? 'http' : number, type: 'ClusterIP' }],
    probes: speaks === 'http' ? [{ name: 'readiness', probe: { kind: 'http', port: number, path: '/healthz' } }] : speaks === 'grpc' ? [{ name: 'readiness', probe: { kind: 'grpc', port: number } }] : speaks === 'tcp' ? [{ name: 'liveness', probe: { kind: 'tcp', port: number } }] : [],
  };
  return { name, owner: team.name, segment: team.segment.name, kubernetes, ...(rng.chance(0.01) ? { callsApiServer: { because: 'it watches its own objects' } } : {}) };
}

const isApart = (from: Team, to: Team): boolean => apart.some(([one, other]) => one === from.segment.name && other === to.segment.name);

/** Offers of the same operation that ask the same and end alike are one, made to several. */
function offerTo({ api, offers, team }: Growing, operation: string, to: IdentityRef, when: readonly Condition[], until: string | undefined): boolean {
  const key = `${operation} ${JSON.stringify(when)} ${until ?? ''} ${to.kind === 'workload' ? to.actingFor ?? '' : 'outside'}`, before = offers.get(key);
  if (before === undefined) { offers.set(key, { offer: { operation, to: [], when, because: `${team.name} serves it`, ...(until === undefined ? {} : { until }) }, to: [to] }); return true; }
  if (before.to.some((one) => sameIdentity(one, to))) return false;
  before.to.push(to);
  return true;
}
const sameIdentity = (a: IdentityRef, b: IdentityRef): boolean => a.kind === b.kind && ('name' in a ? a.name : '') === ('name' in b ? b.name : '') && (a.kind === 'workload' ? a.actingFor : undefined) === (b.kind === 'workload' ? b.actingFor : undefined);

const granted = new WeakMap<Growing, Set<string>>();
/** One grant, unless there is one: a third of them only with a header that the caller sets, some with an end. */
function grant(grown: Growing, operation: Operation, caller: Workload, asks: Ask[], rng: Random): boolean {
  if (grown.api.servedBy.kind === 'workload' && grown.api.servedBy.workload === caller.name) return false;
  let known = granted.get(grown);
  if (known === undefined) granted.set(grown, (known = new Set()));
  const key = `${operation.name} ${caller.name}`;
  if (known.has(key)) return false;
  known.add(key);
  const conditional = operation.kind !== 'tcp' && rng.chance(0.05), until = rng.chance(0.04) ? rng.pick(ends) : undefined;
  const when: readonly Condition[] = conditional ? [{ kind: 'header', name: 'x-tenant', anyOf: rng.pick([['eu'], ['us'], ['eu', 'us']]), trustedHop: caller.name }] : [];
  const from: IdentityRef = { kind: 'workload', name: caller.name };
  offerTo(grown, operation.name, from, when, until);
  asks.push({ from, to: { api: grown.api.name, operation: operation.name }, because: `${caller.name} needs it`, ...(rng.chance(0.02) ? { until: rng.pick(ends) } : {}) });
  return true;
}

/** Hosts at gateways, for people or, one authority a host, for partners; a few for anyone. */
function expose(growing: readonly Growing[], hosts: number, people: readonly People[], partners: readonly string[], rng: Random): readonly Gateway[] {
  const chosen = rng.shuffle(growing).filter(({ api }) => api.operations.length > 0).slice(0, hosts);
  for (const [index, grown] of chosen.entries()) {
    const gateway = `edge-${Math.floor(index / hostsAGateway) + 1}`, at = growing.indexOf(grown);
    const holds = grown.team.segment.holds, kind = index % 5 === 4 ? 'partner' : index % 11 === 10 && holds !== 'restricted' && grown.team.segment.requires.people.length === 0 ? 'anyone' : 'people';
    const exposed: Growing = { ...grown, api: { ...grown.api, exposedAt: { kind: 'gateway', gateway, host: `${grown.api.name}.acme.example`, ...(kind === 'people' && grown.api.operations.every((one) => one.kind === 'http') && rng.chance(0.4) ? { browser: { origins: ['https://desk.acme.example', 'https://shop.acme.example'] } } : {}) } } };
    (growing as Growing[])[at] = exposed;
    exposedAs.set(grown, exposed);
    for (const operation of rng.shuffle(grown.api.operations).slice(0, 1 + rng.below(5))) {
      const until = rng.chance(0.1) ? rng.pick(ends) : undefined;
      if (kind === 'anyone') { offerTo(exposed, operation.name, { kind: 'anyone' }, [], until); continue; }
      for (let count = rng.pick([1, 1, 2, 3]); count > 0; count--) {
        const group = rng.pick(reachable(grown.team, people));
        if (kind === 'partner') offerTo(exposed, operation.name, { kind: 'partner', name: rng.pick(partners) }, askedOfPartners(rng), until);
        else offerTo(exposed, operation.name, { kind: 'people', name: group.name }, askedOfPeople(group, rng), until);
      }
    }
  }
  return Array.from({ length: Math.max(1, Math.ceil(chosen.length / hostsAGateway)) }, (_, index): Gateway => ({
    name: `edge-${index + 1}`, kind: 'envoyGateway', version: '1.9', namespace: 'edge', controlNamespace: 'envoy-gateway-system', port: 443, containerPort: 10_443,
    pods: { namespace: 'envoy-gateway-system', labels: { 'gateway.envoyproxy.io/owning-gateway-name': `countersign-edge-${index + 1}` }, serviceAccount: `countersign-edge-${index + 1}` },
    certificate: { kind: 'Secret', namespace: 'edge', name: `edge-${index + 1}-tls` }, clientAddress: index % 3 === 0 ? { kind: 'xForwardedFor', trustedHops: 1 } : index % 3 === 1 ? { kind: 'proxyProtocol' } : { kind: 'connection' }, upstream: { kind: 'mesh' },
  }));
}
