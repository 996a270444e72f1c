import type { Hop } from '#spec';
import { authorized } from './authorization.ts';
import type { Estate, ListenerAt } from './estate.ts';
import { envoyGroup, gatewayGroup } from './objects.ts';
import { defaultPaths, normalised } from './request-path.ts';
import { compareRanks, fits, virtualHost, type Entry } from './routing.ts';
import { authenticate } from './token.ts';
import { agreed, both, no, perhaps, truth, yes, type Truth } from '../../truth.ts';

/** Methods that Envoy's parser knows and a route can be for. */
const methods: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];

/** A request as a listener leaves it to the routes. */
interface Seen { readonly host: string; readonly method: string; readonly path: string; readonly headers: Readonly<Record<string, string>>; readonly certified: boolean }

/** Does the request pass this listener, which its connection has met, and reach the Service that the hop is for? */
export function passes(estate: Estate, at: ListenerAt, hop: Hop): Truth {
  const seen = hop.protocol === 'TCP' ? received(estate, at, hop) : undefined;
  const name = seen === undefined ? undefined : virtualHost(at.hosts.keys(), seen.host);
  if (seen === undefined || name === undefined) return no;
  const chosen = firstOf(at.hosts.get(name)!, (entry) => fits(entry, seen.method, seen.path, seen.headers));
  if (chosen.length === 0) return no;
  return both(at.works, chosen.map(({ entry, sure }) => {
    const through = admitted(estate, at, entry, hop, seen);
    return sure ? through : agreed(through, no);
  }).reduce(agreed));
}

/** Undefined where the listener refuses the connection, or the request before any route is looked at. */
function received(estate: Estate, at: ListenerAt, hop: Hop): Seen | undefined {
  const certified = certificate(estate, at, hop);
  if (certified === 'refused' || hop.http === undefined) return undefined;
  const { host, method } = hop.http;
  const headers = headersOf(at, hop.http.headers ?? {}, hop.http.upgrade);
  const path = normalised(hop.http.path, at.traffic?.paths ?? defaultPaths);
  if (headers === undefined || path === undefined || host === undefined || !methods.includes(method)) return undefined;
  return { host: host.toLowerCase().replace(/:\d+$/, ''), method, path, headers, certified: certified === 'shown' };
}

function admitted(estate: Estate, at: ListenerAt, entry: Entry, hop: Hop, seen: Seen): Truth {
  const security = estate.securityOf(at, entry), traffic = estate.backendTrafficOf(at, entry);
  const leads = leadsTo(estate, entry, hop);
  if (leads === no) return no;
  if (security === 'undecided' || traffic === 'undecided') return perhaps;
  if (hop.http?.upgrade === 'websocket' && (entry.route.kind === 'GRPCRoute' || (traffic !== 'none' && traffic.upgrades?.includes('websocket') === false))) return no;
  if (security === 'none') return leads;
  if (security.cors && seen.method === 'OPTIONS' && seen.headers['origin'] !== undefined && seen.headers['access-control-request-method'] !== undefined) return no; // answered here
  const who = authenticate(security.jwt, hop);
  return who === 'refused' ? no : both(leads, authorized(security.authorization, { ...seen, hop, who, addressKnown: at.addressKnown }));
}

/** A certificate that nobody asks for is not shown. Names are looked for among all that it has (Envoy, `match_typed_subject_alt_names`). */
function certificate(estate: Estate, { gateway, traffic }: ListenerAt, { certificate: shown }: Hop): 'refused' | 'shown' | 'none' {
  if (traffic?.clients === undefined) return 'none';
  const { authorities, names, required } = traffic.clients;
  if (shown === undefined) return required ? 'refused' : 'none';
  const believed = authorities.some((reference) => {
    if (!estate.permitted({ group: envoyGroup, kind: 'ClientTrafficPolicy', namespace: gateway.namespace }, reference)) return false;
    const origin = estate.originOf(reference);
    return origin.kind === shown.caBundle.kind && origin.name === shown.caBundle.name && (origin.namespace === undefined || origin.namespace === shown.caBundle.namespace);
  });
  return believed && (names === undefined || shown.sans.some((san) => names.includes(san))) ? 'shown' : 'refused';
}

/** What is left of a request's headers, or nothing where one of them has it refused. `Upgrade` stands for what the hop says of it. */
function headersOf({ traffic }: ListenerAt, given: Readonly<Record<string, string>>, upgrade: string | undefined): Readonly<Record<string, string>> | undefined {
  const underscores = traffic?.underscores ?? 'RejectRequest';
  const names = Object.keys(given);
  if (underscores === 'RejectRequest' && names.some((name) => name.includes('_'))) return undefined;
  const kept = names.filter((name) => name !== 'upgrade' && !(underscores === 'DropHeader' && name.includes('_')) && traffic?.removed(name) !== true);
  return { ...Object.fromEntries(kept.map((name) => [name, given[name]!])), ...(upgrade === undefined ? {} : { upgrade }) };
}

/** The first that fits; before it, whatever may fit; beside it, those of other routes that are tried in an order that objects do not show. */
function firstOf(entries: readonly Entry[], fit: (entry: Entry) => Truth): readonly { readonly entry: Entry; readonly sure: boolean }[] {
  const found: { readonly entry: Entry; readonly sure: boolean }[] = [];
  for (const entry of entries) {
    const first = found.find(({ sure }) => sure)?.entry;
    if (first !== undefined && compareRanks(first, entry) !== 0) break;
    const fitting = first?.route === entry.route ? no : fit(entry);
    if (fitting !== no) found.push({ entry, sure: fitting === yes });
  }
  return found;
}

/** One Service, which is the hop's. To none, or to one that may not be referred to, every request ends in an error. */
function leadsTo(estate: Estate, { backends, route }: Entry, { serviceAddress, to }: Hop): Truth {
  const [backend, ...others] = backends;
  if (backend === undefined || serviceAddress === undefined) return no;
  const reached = backends.map((each) => each.kind === 'Service' && each.name === serviceAddress.name && each.port === serviceAddress.port && each.namespace === to.namespace
    && estate.permitted({ group: gatewayGroup, kind: route.kind, namespace: route.namespace }, each));
  return others.length === 0 ? truth(reached[0]!) : reached.some((one) => one) ? perhaps : no;
}
