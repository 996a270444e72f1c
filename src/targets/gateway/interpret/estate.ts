import type { ClientAddress, Platform } from '#ir';
import type { KubernetesArtifact } from '../../target.ts';
import { gatewayGroup, type BackendTraffic, type Bundle, type ClientTraffic, type EnvoyProxy, type Gateway, type GatewayClass, type Listener, type Policy, type Reference, type ReferenceGrant, type Route, type Security } from './objects.ts';
import { readObject } from './read-object.ts';
import { compareRanks, entriesOf, virtualHost, type Entry } from './routing.ts';
import { no, perhaps, yes, type Truth } from '../../truth.ts';

const controller = 'gateway.envoyproxy.io/gatewayclass-controller';

/** A listener with everything that is attached to it. */
export interface ListenerAt {
  readonly gateway: Gateway;
  readonly listener: Listener;
  /** The Gateway is Envoy Gateway's, its proxies send to Services, and the certificate may be read. */
  readonly works: Truth;
  readonly traffic: ClientTraffic | undefined;
  /** What the platform says of clients' addresses is what the listener is told. */
  readonly addressKnown: boolean;
  /** By host name, in the order in which they are tried. */
  readonly hosts: ReadonlyMap<string, readonly Entry[]>;
}
/** A policy, none, or `undecided` where several are about the same thing: the older wins, and objects do not show which that is. */
export type Chosen<T> = T | 'none' | 'undecided';

export interface Estate {
  /** Those that a connection meets: of each Gateway at the port, the listener of the name asked for in TLS, else of the longest pattern, else the one without a name. */
  readonly listenersFor: (port: number, serverName: string | undefined) => readonly ListenerAt[];
  readonly securityOf: (listener: ListenerAt, entry: Entry) => Chosen<Security>;
  readonly backendTrafficOf: (listener: ListenerAt, entry: Entry) => Chosen<BackendTraffic>;
  /** May a reference out of a namespace be followed? */
  readonly permitted: (from: { readonly group: string; readonly kind: string; readonly namespace: string }, to: Reference) => boolean;
  /** The bundle that a reference means, where trust-manager has copied it. */
  readonly originOf: (reference: Reference) => { readonly kind: string; readonly name: string; readonly namespace?: string };
}

/** Undefined where something is not read. */
export function estateOf(artifacts: readonly KubernetesArtifact[], platform: Platform): Estate | undefined {
  const classes: GatewayClass[] = [], gateways: Gateway[] = [], proxies: EnvoyProxy[] = [], clients: ClientTraffic[] = [], backends: BackendTraffic[] = [], securities: Security[] = [], routes: Route[] = [], grants: ReferenceGrant[] = [], bundles: Bundle[] = [];
  for (const { object } of artifacts) {
    const read = readObject(object);
    switch (read.as) {
      case 'class': classes.push(read.object); break;
      case 'gateway': gateways.push(read.object); break;
      case 'proxy': proxies.push(read.object); break;
      case 'clients': clients.push(read.object); break;
      case 'backends': backends.push(read.object); break;
      case 'security': securities.push(read.object); break;
      case 'route': routes.push(read.object); break;
      case 'grant': grants.push(read.object); break;
      case 'bundle': bundles.push(read.object); break;
      case 'nothing': break;
      case 'unreadable': return undefined;
      default: return read satisfies never;
    }
  }
  const attachedTo = routesByParent(routes);
  const [clientPolicies, securityPolicies, backendPolicies] = [index(clients), index(securities), index(backends)];
  const permitted: Estate['permitted'] = (from, to) => to.namespace === from.namespace || grants.some((grant) => grant.namespace === to.namespace
    && grant.from.some((each) => each.group === from.group && each.kind === from.kind && each.namespace === from.namespace)
    && grant.to.some((each) => each.group === '' && each.kind === to.kind && (each.name === undefined || each.name === to.name)));

  const listeners = gateways.flatMap((gateway) => gateway.listeners.map((listener): ListenerAt => {
    const section = gateway.listeners.filter(({ hostname, port }) => hostname === listener.hostname && port === listener.port).length > 1 ? 'conflict' : 'alone';
    const traffic = clientPolicies(gateway.namespace, [['Gateway', gateway.name, listener.name], ['Gateway', gateway.name, undefined]]);
    const fact = platform.gateways.find(({ namespace, port }) => namespace === gateway.namespace && port === listener.port)?.clientAddress;
    return {
      gateway, listener, traffic: typeof traffic === 'string' ? undefined : traffic, addressKnown: fact !== undefined && typeof traffic !== 'string' && traffic.clientAddress === textOf(fact),
      works: section === 'conflict' || traffic === 'undecided' ? perhaps : works(gateway, listener),
      hosts: hostsOf(gateway, listener, attachedTo(gateway, listener)),
    };
  }));
  const listenersFor = listenersBy(listeners);

  function works(gateway: Gateway, listener: Listener): Truth {
    const owner = classes.find(({ name }) => name === gateway.className)?.controller;
    if (owner !== undefined && owner !== controller) return no;
    if (!listener.certificates.every((secret) => permitted({ group: gatewayGroup, kind: 'Gateway', namespace: gateway.namespace }, secret))) return no;
    const proxy = gateway.proxy === undefined ? undefined : proxies.find(({ name, namespace }) => name === gateway.proxy && namespace === gateway.namespace);
    return owner === undefined || listener.protocol !== 'HTTPS' || (platform.mesh?.dataPlane === 'ambient' && proxy?.routesToServices !== true) ? perhaps : yes;
  }

  return {
    listenersFor,
    securityOf: ({ gateway, listener }, entry) => securityPolicies(gateway.namespace, scopes(entry, gateway, listener)),
    backendTrafficOf: ({ gateway, listener }, entry) => backendPolicies(gateway.namespace, scopes(entry, gateway, listener)),
    permitted,
    originOf: (reference) => (reference.kind === 'ConfigMap' ? bundles.find(({ name }) => name === reference.name)?.source : undefined) ?? reference,
  };
}

/** Looked up by name, because a Gateway may have a listener for each of a thousand hosts. */
function listenersBy(listeners: readonly ListenerAt[]): Estate['listenersFor'] {
  type Named = ReadonlyMap<string | undefined, readonly ListenerAt[]>;
  const found = new Map<number, Map<Gateway, Map<string | undefined, ListenerAt[]>>>();
  for (const one of listeners) {
    const { gateway, listener: { hostname, port } } = one;
    const there = found.get(port) ?? new Map<Gateway, Map<string | undefined, ListenerAt[]>>(), named = there.get(gateway) ?? new Map<string | undefined, ListenerAt[]>();
    found.set(port, there.set(gateway, named.set(hostname, [...named.get(hostname) ?? [], one])));
  }
  const patterns = new Map<Named, readonly string[]>([...found.values()].flatMap((there) => [...there.values()]).map((named) => [named, [...named.keys()].flatMap((name) => (name?.startsWith('*.') === true ? [name] : []))]));
  return (port, serverName) => [...found.get(port)?.values() ?? []].flatMap((named: Named) => {
    const asked = serverName?.toLowerCase();
    return named.get(asked === undefined || named.has(asked) ? asked : virtualHost(patterns.get(named)!, asked)) ?? [];
  });
}

/** From the closest: one rule of a route, the route, its listener, the whole Gateway. Only the closest counts: nothing is inherited. */
const scopes = ({ route, rule }: Entry, gateway: Gateway, listener: Listener): readonly Scope[] => [
  ...(rule === undefined ? [] : [[route.kind, route.name, rule] as const]), [route.kind, route.name, undefined], ['Gateway', gateway.name, listener.name], ['Gateway', gateway.name, undefined],
];
type Scope = readonly [kind: string, name: string, section: string | undefined];

/** Policies attach to what is in their own namespace. */
function index<T extends Policy>(policies: readonly T[]): (namespace: string, closest: readonly Scope[]) => Chosen<T> {
  const found = new Map<string, T[]>();
  for (const policy of policies) {
    for (const { kind, name, section } of policy.targets) {
      const key = [policy.namespace, kind, name, section ?? ''].join(' ');
      const list = found.get(key);
      if (list === undefined) found.set(key, [policy]); else list.push(policy);
    }
  }
  return (namespace, closest) => {
    for (const [kind, name, section] of closest) {
      const list = found.get([namespace, kind, name, section ?? ''].join(' '));
      if (list !== undefined) return list.length === 1 ? list[0]! : 'undecided';
    }
    return 'none';
  };
}

/** The routes that name a listener, or the whole of its Gateway. */
function routesByParent(routes: readonly Route[]): (gateway: Gateway, listener: Listener) => readonly Route[] {
  const found = new Map<string, Set<Route>>();
  const key = (namespace: string, name: string, section: string | undefined): string => [namespace, name, section ?? ''].join(' ');
  for (const route of routes) {
    for (const { name, namespace, section } of route.parents) found.set(key(namespace, name, section), (found.get(key(namespace, name, section)) ?? new Set()).add(route));
  }
  return ({ name, namespace }, listener) => [...new Set([undefined, listener.name].flatMap((section) => [...found.get(key(namespace, name, section)) ?? []]))];
}

function hostsOf(gateway: Gateway, listener: Listener, attached: readonly Route[]): ReadonlyMap<string, readonly Entry[]> {
  const hosts = new Map<string, Entry[]>();
  for (const route of attached) {
    if (listener.routesFrom === 'None' || (listener.routesFrom === 'Same' && route.namespace !== gateway.namespace)) continue;
    for (const host of sharedHosts(route.hostnames, listener.hostname)) hosts.set(host, [...(hosts.get(host) ?? []), ...entriesOf(route)]);
  }
  return new Map([...hosts].map(([host, entries]) => [host, [...entries].sort(compareRanks)]));
}

/** The names that a route and its listener have in common, the narrower of each two (Gateway API, `HTTPRouteSpec.hostnames`). */
function sharedHosts(names: readonly string[], hostname: string | undefined): readonly string[] {
  if (names.length === 0) return [hostname ?? '*'];
  if (hostname === undefined) return names;
  const within = (narrow: string, wide: string): boolean => narrow === wide || (wide.startsWith('*.') && narrow.endsWith(wide.slice(1)));
  return [...new Set(names.flatMap((name) => (within(name, hostname) ? [name] : within(hostname, name) ? [hostname] : [])))];
}

const textOf = (address: ClientAddress): string => (address.kind === 'xForwardedFor' ? `xForwardedFor ${address.trustedHops}` : address.kind);
