import type { IdentityProvider, Policy } from '#ir';
import { policyName } from '../../object-name.ts';
import type { BackendPlan, CorsPlan, MatchPlan, PathPlan, RoutePlan } from '../plan.ts';
import { compare } from '../../compare.ts';
import type { Exposed } from './exposures.ts';
import { matchOrder } from './match-order.ts';
import { schemes, type Carried, type Scheme, type Seen } from './operations.ts';
import { rulesOf, type Asking } from './rules.ts';
import { overlap } from './template.ts';

/** Gateway API, `HTTPRouteSpec.rules`: at most 64 matches in a rule and 128 in a route. */
export const maxMatchesPerRule = 64;
const maxMatchesPerRoute = 128;

const purposes: Readonly<Record<Scheme, string>> = {
  open: 'open to anyone', token: 'for people who show a token', certificate: 'for partners who show a certificate',
};

/**
 * The routes of an API: one for each way of showing who one is and each kind of traffic, since what a client has to show
 * is asked of a whole route, and one more that answers browsers' questions before a request.
 */
export function routesOf(asking: Asking, exposed: Exposed): readonly RoutePlan[] {
  const { api, backend, host, operations: seen, origins, segment } = exposed;
  if (backend === undefined) return [];
  const granted = seen.filter((one) => one.grants.length > 0);
  const paths = matchOrder(granted.map(({ template }) => template));
  const cors = corsOf(origins, granted);
  const providers = providersOf(asking.policy, granted);

  const routes = schemes.flatMap((scheme) => (['http', 'grpc', 'websocket'] as const).flatMap((carried): readonly RoutePlan[] => {
    const members = granted.filter((one) => one.scheme === scheme && one.carried === carried);
    const all = seen.filter((one) => (carried === 'websocket') === (one.carried === 'websocket'));
    return pieces(members, (one) => matchesOf(one, granted, paths)).map((piece, part): RoutePlan => ({
      kind: carried === 'grpc' ? 'GRPCRoute' : 'HTTPRoute', api: api.name, name: nameOf(api.name, scheme, carried, part), host, backend: { ...backend },
      purpose: `${carried === 'websocket' ? 'WebSockets' : 'Operations'} of ${api.name} ${purposes[scheme]}.`,
      rules: chunks(piece.flatMap((one) => matchesOf(one, granted, paths)), maxMatchesPerRule), websocket: carried === 'websocket',
      providers: scheme === 'token' ? providers.map(({ name, issuer, audiences, jwksUri }) => ({ name, issuer, audiences, jwksUri })) : [],
      ...(cors === undefined || carried !== 'http' ? {} : { cors }),
      authorization: rulesOf(asking, segment, all, new Set(piece)),
      grants: [...new Set(piece.flatMap((one) => one.grants.map(({ ref }) => ref)))].sort(),
    }));
  }));
  return [...routes, ...(cors === undefined ? [] : preflights({ ...exposed, backend }, granted, paths, cors))];
}

/** The names come from names alone; an API's has no dot, so that no two meet. */
function nameOf(api: string, scheme: Scheme | 'preflight', carried: Carried, part: number): string {
  return policyName([api, scheme, ...(carried === 'http' ? [] : [carried]), ...(part === 0 ? [] : [`${part + 1}`])].join('.'));
}

/** Every provider of the API's people: whoever shows a token of another than an operation asks for is denied by its rules. */
function providersOf(policy: Policy, granted: readonly Seen[]): readonly IdentityProvider[] {
  const names = new Set(granted.flatMap(({ grants }) => grants.flatMap(({ from }) => (from.kind === 'people' ? [policy.people.find(({ name }) => name === from.name)?.via] : []))));
  return policy.identityProviders.filter(({ name }) => names.has(name)).sort((a, b) => compare(a.name, b.name));
}

function matchesOf(seen: Seen, granted: readonly Seen[], paths: ReadonlyMap<string, PathPlan>): readonly MatchPlan[] {
  const { carried, methods, operation, template } = seen;
  if (operation.kind === 'grpc') return [{ kind: 'grpc', service: operation.service, method: operation.method }];
  const texts = [template.text, ...(carried === 'websocket' ? ordinary(seen, granted) : [])];
  return texts.flatMap((text) => methods.map((method): MatchPlan => ({ kind: 'http', method, path: { ...paths.get(text)! } })));
}

/** A WebSocket on a path that an ordinary GET is matched by more closely is matched there as well; its rules leave out what is not its own. */
const ordinary = (socket: Seen, granted: readonly Seen[]): readonly string[] => [...new Set(granted.flatMap(({ carried, methods, template }) =>
  (carried === 'http' && methods.includes('GET') && template.text !== socket.template.text && overlap(template, socket.template) ? [template.text] : [])))];

function corsOf(origins: readonly string[] | undefined, granted: readonly Seen[]): CorsPlan | undefined {
  const methods = [...new Set(granted.flatMap(({ carried, methods: named }) => (carried === 'http' ? named : [])))].sort();
  return origins === undefined || origins.length === 0 || methods.length === 0 ? undefined : { origins: [...origins].sort(), methods };
}

/**
 * A browser asks with OPTIONS, and without token or certificate: the gateway answers, and nothing of it goes on. Only a
 * route that leads somewhere is asked for its CORS (Envoy, `source/extensions/filters/http/cors`), so this one does, and
 * denies all.
 */
function preflights({ api, backend, host }: Exposed & { readonly backend: BackendPlan }, granted: readonly Seen[], paths: ReadonlyMap<string, PathPlan>, cors: CorsPlan): readonly RoutePlan[] {
  const asked = granted.filter(({ carried }) => carried === 'http');
  const answered = new Set(asked.filter(({ methods }) => methods.includes('OPTIONS')).map(({ template }) => paths.get(template.text)!.value));
  const values = [...new Map(asked.map(({ template }) => paths.get(template.text)!).filter(({ value }) => !answered.has(value)).map((path) => [path.value, path])).values()];
  return chunks(values, maxMatchesPerRoute).map((piece, part) => ({
    kind: 'HTTPRoute', api: api.name, name: nameOf(api.name, 'preflight', 'http', part), host, backend: { ...backend }, purpose: `Browsers' preflight requests to ${api.name}, answered here.`,
    rules: chunks(piece.map((path): MatchPlan => ({ kind: 'http', method: 'OPTIONS', path: { ...path } })), maxMatchesPerRule),
    websocket: false, providers: [], cors, authorization: [], grants: [],
  }));
}

/** Whole operations, as many as one route holds. */
function pieces(members: readonly Seen[], matches: (seen: Seen) => readonly MatchPlan[]): readonly (readonly Seen[])[] {
  const found: Seen[][] = [];
  let room = 0;
  for (const seen of members) {
    const size = matches(seen).length;
    if (size > room || found.length === 0) { found.push([]); room = maxMatchesPerRoute; }
    found.at(-1)!.push(seen);
    room -= size;
  }
  return found;
}

const chunks = <T>(all: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size));
