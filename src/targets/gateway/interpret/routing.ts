import { matchesWhole } from './expression.ts';
import type { Backend, Match, Route } from './objects.ts';
import { both, no, perhaps, truth, type Truth } from '../../truth.ts';

/** One match of one rule: what Envoy has a route for. */
export interface Entry {
  readonly route: Route;
  readonly rule: string | undefined;
  readonly match: Match;
  readonly backends: readonly Backend[];
  /** Orders entries as Envoy Gateway does, the first tried having the largest. */
  readonly rank: readonly number[];
}

export const entriesOf = (route: Route): readonly Entry[] => route.rules.flatMap(({ backends, matches, name }) =>
  matches.map((match): Entry => ({ route, rule: name, match, backends, rank: rankOf(match) })));

/** Exact paths before expressions before prefixes; then the longer text; then the more headers, and the more exact ones (internal/gatewayapi/sort.go). */
function rankOf({ headers, path }: Match): readonly number[] {
  const kinds = { Exact: 2, RegularExpression: 1, PathPrefix: 0 } as const;
  return [kinds[path.type], path.type === 'PathPrefix' && path.value === '/' ? 0 : path.value.length, headers.length, headers.filter(({ type }) => type === 'Exact').length];
}

export function compareRanks(a: Entry, b: Entry): number {
  const index = a.rank.findIndex((value, at) => value !== b.rank[at]);
  return index < 0 ? 0 : b.rank[index]! - a.rank[index]!;
}

export function fits({ match }: Entry, method: string, path: string, headers: Readonly<Record<string, string>>): Truth {
  return match.headers.reduce<Truth>((found, { name, type, value }) => {
    const given = name === ':method' ? method : headers[name];
    if (found === no || given === undefined) return no;
    const holds = type === 'Exact' ? given === value : matchesWhole(value, given);
    return both(found, holds === undefined ? perhaps : truth(holds));
  }, onPath(match.path, path));
}

function onPath({ type, value }: Match['path'], path: string): Truth {
  if (type === 'Exact') return truth(path === value);
  if (type === 'RegularExpression') { const found = matchesWhole(value, path); return found === undefined ? perhaps : truth(found); }
  const prefix = value.replace(/\/$/, '');
  return truth(value === '/' || path === prefix || path.startsWith(`${prefix}/`));
}

/** The most specific of the names under which a listener has routes (Envoy, `VirtualHost.domains`): the name itself, else the longest `*.…`. */
export function virtualHost(names: Iterable<string>, host: string): string | undefined {
  const fitting = [...names].filter((name) => name === host || (name.startsWith('*.') && host.endsWith(name.slice(1)) && host.length > name.length - 1));
  return fitting.find((name) => name === host) ?? fitting.sort((a, b) => b.length - a.length)[0];
}
