import fc from 'fast-check';
import type {
  Acceptance, Api, Ask, ContainerPort, IdentityRef, Invariant, KubernetesWorkload, NamedProbe, Offer, Operation, Platform, Policy, Segment, ServicePort, Workload,
} from '#ir';
import { callers, servedPorts, shareAllowed } from './cells.ts';
import { withCloud } from './cloud-estate.ts';
import { extendEstate } from './extend-estate.ts';
import { random } from './random.ts';
import { profiles, recipe, type ApiRecipe, type GrantRecipe, type PlatformRecipe, type Profile, type Recipe, type WorkloadRecipe } from './recipe.ts';

/** A policy in its author's order, and where it runs; `asOf` is the day it is compiled on. */
export interface Estate { readonly policy: Policy; readonly platform: Platform; readonly asOf: string }

export const asOf = '2026-11-23';
/** Ends of grants: one within thirty days of `asOf`, which is a warning, and some far off. */
const ends = ['2026-12-10', '2027-03-31', '2027-06-30', '2028-02-29'] as const;

/** Whole estates that pass `check`, for properties; they shrink. */
export const estates = (profile: Profile = profiles.small): fc.Arbitrary<Estate> => recipe(profile).map((choices) => cook(choices, profile));

/** The estate of a seed, the same for ever on one version of fast-check. */
export function estate(seed: number, profile: Profile = profiles.dense): Estate {
  return cook(fc.sample(recipe(profile), { seed, numRuns: 1 })[0]!, profile);
}

const pick = <T>(from: readonly T[], choice: number): T => from[choice % from.length]!;

const namespaceNames = ['shop', 'orders', 'data', 'edge'] as const;
const workloadNames = ['cart', 'checkout', 'orders', 'payments', 'catalog', 'search', 'ledger', 'mailer', 'frontend', 'gateway', 'inventory', 'shipping'] as const;
const labelValues = ['api', 'worker', 'store', 'web'] as const;
const tiers = ['backend', 'front'] as const;
const portNumbers = [8080, 9090, 80, 443, 5432, 6379, 50051, 3000] as const;
const portNames = ['http', 'grpc', 'admin', 'web'] as const;

function cook(choices: Recipe, profile: Profile): Estate {
  const segments = cookSegments(choices.segments);
  const cooked: { workload: Workload; apis: Api[] }[] = [];
  const taken = new Set<string>();
  choices.workloads.forEach((chosen, index) => cooked.push(cookWorkload(chosen, index, choices, segments, taken)));
  const workloads = cooked.map(({ workload }) => workload), apis = cooked.flatMap((each) => each.apis);
  const draft = cookGrants(choices, profile, {
    version: 1, name: 'generated', segments, workloads, identityProviders: [], people: [], partners: [], apis, asks: [], never: [], holes: [],
  });
  const plain = { policy: draft, platform: cookPlatform(choices.platform, draft), asOf };
  const { platform, policy } = choices.beyond === null ? plain : extendEstate(plain, choices.beyond);
  const whole: Estate = { policy: { ...policy, never: cookInvariants(choices, policy) }, platform, asOf };
  return choices.cloud === null ? whole : withCloud(whole, choices.cloud);
}

const cookSegments = (count: number): Segment[] => [['storefront', 'public'], ['commerce', 'confidential'], ['vault', 'restricted']].slice(0, count).map(([name, holds]) => ({
  name: name!, holds: holds as Segment['holds'], managed: 'managed', owner: `team-${name}`, requires: { people: [], workloads: [], partners: [] }, alerts: [],
}));

function cookWorkload(chosen: WorkloadRecipe, index: number, choices: Recipe, segments: readonly Segment[], taken: Set<string>): { workload: Workload; apis: Api[] } {
  const name = index < workloadNames.length ? workloadNames[index]! : `workload-${index}`;
  const place = chosen.namespace % choices.namespaces.length, namespace = namespaceNames[place]!;
  // What tells a namespace's workloads apart is one key that all of them bear; other namespaces use the same values.
  const wanted = pick(labelValues, chosen.label), value = taken.has(`${namespace} ${wanted}`) ? `${wanted}-${index}` : wanted;
  taken.add(`${namespace} ${value}`);
  const selector = {
    ...(choices.namespaces[place]!.labels === 'app' ? { app: value } : { 'app.kubernetes.io/name': 'suite', 'app.kubernetes.io/component': value }),
    ...(chosen.tier === null ? {} : { tier: pick(tiers, chosen.tier) }),
  };
  const ports = cookPorts(chosen);
  const streams = ports.filter(({ protocol }) => protocol === 'TCP');
  const services: ServicePort[] = streams.flatMap((port, at) => {
    const service = chosen.ports[at]!.service;
    if (service === 'none') return [];
    return [{ name, port: service === 'same' ? port.number : 7000 + at, protocol: 'TCP', type: 'ClusterIP',
      targetPort: service === 'other by name' && port.name !== undefined ? port.name : port.number }];
  });
  const segment = chosen.segment === null || segments.length === 0 ? undefined : pick(segments, chosen.segment);
  const exposed = chosen.apis.findIndex((api) => api.exposed !== 'no' && segment?.holds !== 'restricted');
  const apis = chosen.apis.map((api, at) => {
    const beside = chosen.apis.some((other, there) => there !== at && pick(streams, other.port) === pick(streams, api.port));
    return cookApi(api, `${name}-${at === 0 ? 'api' : 'more'}`, name, streams, at === exposed, beside);
  });
  if (exposed >= 0) {
    const type = chosen.apis[exposed]!.exposed as 'LoadBalancer' | 'NodePort', target = pick(streams, chosen.apis[exposed]!.port);
    services.push({ name: `${name}-external`, port: 443, protocol: 'TCP', targetPort: target.number, type, ...(type === 'NodePort' ? { nodePort: 30_000 + index } : {}) });
  }
  const kubernetes: KubernetesWorkload = {
    namespace, controller: pick(['Deployment', 'StatefulSet', 'DaemonSet'] as const, chosen.controller),
    ...(chosen.account ? { serviceAccount: name } : {}), selector, ports, services, probes: cookProbes(chosen, streams),
  };
  return {
    workload: {
      name, kubernetes, owner: `team-${name}`, ...(segment === undefined ? {} : { segment: segment.name }),
      ...(chosen.callsApiServer && chosen.account ? { callsApiServer: { because: 'it watches its own objects' } } : {}),
    },
    apis,
  };
}

/** TCP ports first, in the recipe's order; numbers and names are each used once, and the name's number differs from workload to workload. */
function cookPorts(chosen: WorkloadRecipe): ContainerPort[] {
  const numbers = new Set<number>(), names = new Set<string>();
  const ports = chosen.ports.map(({ named, number: choice }, at): ContainerPort => {
    let number = pick(portNumbers, choice);
    while (numbers.has(number)) number++;
    numbers.add(number);
    const name = pick(portNames, choice + at);
    if (!named || names.has(name)) return { number, protocol: 'TCP' };
    names.add(name);
    return { number, protocol: 'TCP', name };
  });
  switch (chosen.datagram) {
    case 'none': return ports;
    case 'UDP': return [...ports, { number: 5353, protocol: 'UDP', name: 'gossip' }];
    case 'SCTP': return [...ports, { number: 7777, protocol: 'SCTP' }];
    case 'UDP on a TCP port': return [...ports, { number: ports[0]!.number, protocol: 'UDP', name: 'quic' }];
    default: return chosen.datagram satisfies never;
  }
}

function cookProbes({ probe }: WorkloadRecipe, streams: readonly ContainerPort[]): NamedProbe[] {
  const port = streams.at(-1)!;
  switch (probe) {
    case 'none': return [];
    case 'http': return [{ name: 'readiness', probe: { kind: 'http', port: port.name ?? port.number, path: '/healthz' } }, { name: 'liveness', probe: { kind: 'http', port: port.number, path: '/livez' } }];
    case 'grpc': return [{ name: 'readiness', probe: { kind: 'grpc', port: port.number } }];
    case 'tcp': return [{ name: 'startup', probe: { kind: 'tcp', port: port.number } }];
    case 'exec': return [{ name: 'liveness', probe: { kind: 'exec' } }];
    default: return probe satisfies never;
  }
}

/** Nested however they are combined: no two overlap without one holding the other. */
const httpOperations = (root: string): readonly Extract<Operation, { kind: 'http' }>[] => [
  { name: 'list', kind: 'http', method: 'GET', path: `/${root}` }, { name: 'read', kind: 'http', method: 'GET', path: `/${root}/{id}` },
  { name: 'create', kind: 'http', method: 'POST', path: `/${root}` }, { name: 'export', kind: 'http', method: 'GET', path: `/${root}/export` },
  { name: 'change', kind: 'http', method: 'ANY', path: `/${root}/{id}` }, { name: 'remove', kind: 'http', method: 'DELETE', path: `/${root}/{key}` },
  { name: 'items', kind: 'http', method: 'GET', path: `/${root}/{id}/items` }, { name: 'item', kind: 'http', method: 'PUT', path: `/${root}/{id}/items/{item}` },
  { name: 'below', kind: 'http', method: 'ANY', path: `/${root}/{rest**}` }, { name: 'everything', kind: 'http', method: 'GET', path: '/{rest**}' },
  { name: 'anything', kind: 'http', method: 'ANY', path: '/{path**}' }, { name: 'head', kind: 'http', method: 'HEAD', path: `/${root}` },
  { name: 'options', kind: 'http', method: 'OPTIONS', path: `/${root}` }, { name: 'home', kind: 'http', method: 'GET', path: '/' },
];
const grpcMethods = ['Get', 'List', 'Create', 'Watch'] as const;

/** `beside`: another API of the port. No request is one of both. */
function cookApi(chosen: ApiRecipe, name: string, server: string, streams: readonly ContainerPort[], exposed: boolean, beside: boolean): Api {
  const port = pick(streams, chosen.port);
  const chosenOf = <T>(all: readonly T[]): T[] => {
    const some = all.filter((_, at) => (chosen.operations >> at) % 2 === 1);
    return some.length === 0 ? [pick(all, chosen.operations)] : some;
  };
  const operations = ((): readonly Operation[] => {
    switch (chosen.kind) {
      case 'http': return chosenOf(beside ? httpOperations(name).filter(({ path }) => path.startsWith(`/${name}`)) : httpOperations(server));
      case 'grpc': return chosenOf(grpcMethods).map((method) => ({ name: method, kind: 'grpc', service: `shop.v1.${server[0]!.toUpperCase()}${server.slice(1)}${beside && name.endsWith('-more') ? 'More' : ''}Service`, method }));
      case 'tcp': return [{ name: 'connect', kind: 'tcp', port: port.number }];
      default: return chosen.kind satisfies never;
    }
  })();
  const offers: Offer[] = exposed
    ? [{ operation: pick(operations, chosen.forAnyone).name, to: [{ kind: 'anyone' }], when: [], because: 'it is the public face' }] : [];
  return {
    name, owner: `team-${server}`, servedBy: { kind: 'workload', workload: server, port: chosen.byName && port.name !== undefined ? port.name : port.number }, operations, offers,
    ...(exposed ? { exposedAt: { kind: 'service' as const, service: `${server}-external` } } : {}),
  };
}

/** Offers and requests from the recipe, and then more of them until the profile's share is allowed. */
function cookGrants(choices: Recipe, profile: Profile, bare: Policy): Policy {
  const able = callers(bare), asks = new Map<string, Ask>(), offers = new Map(bare.apis.map((api) => [api.name, [...api.offers]]));
  const add = (api: Api, operation: string, caller: string, { asked, owner, until }: Pick<GrantRecipe, 'asked' | 'owner' | 'until'>): void => {
    if (api.servedBy.kind !== 'workload' || api.servedBy.workload === caller) return;
    const list = offers.get(api.name)!, at = list.findIndex((offer) => offer.operation === operation);
    const from: IdentityRef = { kind: 'workload', name: caller }, before = list[at];
    if (before === undefined) {
      list.push({ operation, to: [from], when: [], because: 'it is needed', ...(owner ? { owner: 'team-offers' } : {}), ...(until === null ? {} : { until: pick(ends, until) }) });
    } else if (!before.to.some((to) => to.kind === 'workload' && to.name === caller)) {
      list[at] = { ...before, to: [...before.to, from] };
    }
    if (asked) asks.set(`${caller} ${api.name} ${operation}`, { from, to: { api: api.name, operation }, because: 'it asks', ...(owner && until !== null ? { until: pick(ends, until + 1) } : {}) });
  };
  const assemble = (): Policy => ({ ...bare, apis: bare.apis.map((api) => ({ ...api, offers: offers.get(api.name)! })), asks: [...asks.values()] });

  if (bare.apis.length > 0 && able.length > 0) {
    for (const chosen of choices.grants) {
      const api = pick(bare.apis, chosen.api);
      add(api, pick(api.operations, chosen.operation).name, pick(able, chosen.caller).name, chosen);
    }
  }
  let policy = assemble();
  if (profile.allowed === 0) return policy;
  const rng = random(choices.filling);
  const missing = rng.shuffle(servedPorts(bare).flatMap(({ apis }) => able.map(({ name }) => [apis[0]!, name] as const)));
  for (const [api, caller] of missing) {
    if (shareAllowed(policy) >= profile.allowed) break;
    add(api, rng.pick(api.operations).name, caller, { asked: true, owner: false, until: null });
    policy = assemble();
  }
  return policy;
}

/** Only what holds, whatever a platform accepts: the whole port is out of the one's reach. */
function cookInvariants({ invariants }: Recipe, policy: Policy): Invariant[] {
  const found = new Map<string, Invariant>();
  for (const [from, to] of invariants) {
    if (policy.apis.length === 0) break;
    const api = pick(policy.apis, to), port = servedPorts(policy).find(({ apis }) => apis.some(({ name }) => name === api.name))!;
    const strangers = policy.workloads.filter(({ name }) => name !== port.workload.name && !port.callers.has(name));
    const because = 'it must stay apart';
    if (port.callers.size === 0 && !port.forAnyone) {
      found.set(`anyone ${api.name}`, { kind: 'reach', from: { kind: 'anyone' }, to: { kind: 'api', name: api.name }, because });
    } else if (strangers.length > 0) {
      const { name } = pick(strangers, from);
      found.set(`${name} ${api.name}`, { kind: 'reach', from: { kind: 'workload', name }, to: from % 2 === 0 ? { kind: 'api', name: api.name } : { kind: 'operation', api: api.name, operation: api.operations[0]!.name }, because });
    }
  }
  return [...found.values()];
}

function cookPlatform({ clientAddress, dnsPort, ipv6, nodeLocalDns, overlapping, plugin }: PlatformRecipe, policy: Policy): Platform {
  const matches = plugin === 'matches nodes and pods';
  const accept = (feature: Acceptance['feature']): Acceptance => ({ grants: 'all', feature, plane: 'network', because: 'there is no mesh yet', owner: 'platform', until: '2027-06-30' });
  const kinds = new Set(policy.apis.flatMap((api) => api.operations.map(({ kind }) => kind)));
  return {
    version: 1, name: 'generated', gateways: [], caBundles: [], hosts: [], podCidrs: ['10.244.0.0/16', ...(ipv6 ? ['fd00:10:244::/56'] : [])], nodeCidrs: [overlapping ? '10.244.240.0/20' : '192.168.0.0/24'],
    cni: { name: matches ? 'calico' : 'cilium', networkPolicy: 'enforced', servicePortMustEqualContainerPort: false, ipBlockMatchesNodes: matches, ipBlockMatchesPods: matches, startsOpen: false },
    dns: { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' }, port: dnsPort, protocols: ['UDP', 'TCP'], nodeLocalCidrs: nodeLocalDns && matches ? ['169.254.20.10/32'] : [] },
    apiServer: { cidrs: ['172.20.0.10/32'], port: 6443 },
    // A client's address hidden behind a node's can be admitted only where a block matches nodes.
    loadBalancer: { clientAddress: matches ? clientAddress : 'preserved' },
    accept: [
      ...(policy.asks.length > 0 ? [accept('identity.workload')] : []),
      ...(kinds.has('http') ? [accept('operation.http')] : []), ...(kinds.has('grpc') ? [accept('operation.grpc')] : []),
      ...(overlapping ? [accept('exposure')] : []),
    ],
  };
}
