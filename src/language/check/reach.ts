import type { Node } from '#algebra';
import type { Related } from '#diagnostics';
import { identityName, type Invariant, type InvariantSubject } from '#ir';
import { ownerOf, type Destination, type Request } from '#spec';
import { comersOf, type Comer } from './comers.ts';
import type { Granted } from './granted.ts';
import type { Located } from './located.ts';
import { onTheWire } from './on-the-wire.ts';
import type { LocatedApi } from './policy-context.ts';
import type { Entry, Prover } from './prover.ts';
import { quoted } from './wording.ts';

/** An invariant and the smallest request that it forbids and the policy allows. */
export interface Violation {
  readonly invariant: Located<Invariant>;
  /** As `decide` takes it: it answers `allow`. */
  readonly request: Request;
  /** Who reaches what, for a message: `` `ui` ``, `` `orders.list` ``. */
  readonly who: string;
  readonly what: string;
  /** How many more pairs of caller and operation break it. */
  readonly more: number;
  /** The offers and requests of the grants that let it through. */
  readonly causes: readonly Related[];
  readonly api: LocatedApi;
}

/** Somebody, an operation, and under what that is open; for what nobody grants, the request. */
interface Open { readonly entry: Entry; readonly comer: Comer; readonly node: Node; readonly by?: Granted; readonly to?: Destination }

/**
 * Every `never(reach(…))` that does not hold, each with its smallest witness: a declared identity first, then the shortest
 * path, a safe method, the fewest facts. Complete: whoever of the subject can come by a grant, on every operation that its
 * requests can be onto, and under its conditions at any instant from the check on. Where there is no witness, there is none.
 */
export const reached = (prover: Prover): readonly Violation[] =>
  prover.context.never.flatMap((invariant) => { const found = invariant.value.kind === 'reach' ? violationOf(prover, invariant) : undefined; return found === undefined ? [] : [found]; });

function violationOf(prover: Prover, invariant: Located<Invariant>): Violation | undefined {
  const { from, to } = invariant.value;
  const comers = comingOf(prover, from), open: Open[] = [], pairs = new Set<string>();
  for (const entry of prover.entriesOf(to)) {
    for (const found of [...openBy(prover, entry, comers), ...derived(prover, entry, from)]) {
      open.push(found);
      pairs.add(`${entry.api.name}.${entry.operation.name} ${found.comer.text}`);
    }
  }
  const found = smallest(prover, open);
  if (found === undefined) return undefined;
  const { comer, entry, request } = found;
  const alike = open.filter((one) => one.entry === entry && one.comer.text === comer.text && prover.conditions.holds(one.node, request)).sort((a, b) => ((a.by?.ref ?? '') < (b.by?.ref ?? '') ? -1 : a.by?.ref === b.by?.ref ? 0 : 1));
  return { invariant, request, who: comer.text, what: quoted(`${entry.api.name}.${entry.operation.name}`), more: pairs.size - 1, causes: alike.flatMap(({ by }) => (by === undefined ? [] : causesOf(by))), api: entry.in };
}

/** Who of a subject comes by a grant; each caller is looked at once. */
export function comingOf(prover: Prover, subject: InvariantSubject): (grant: Granted) => readonly Comer[] {
  const known = new Map<number, readonly Comer[]>();
  return ({ caller, from }) => {
    let comers = known.get(caller);
    if (comers === undefined) known.set(caller, comers = comersOf(prover.context, from, subject, (pods) => prover.membersOf(pods)));
    return comers;
  };
}

function* openBy(prover: Prover, entry: Entry, comers: (grant: Granted) => readonly Comer[]): Iterable<Open> {
  for (const by of prover.carrying(entry)) {
    for (const comer of comers(by)) {
      const node = prover.when(by, comer);
      if (prover.isPossible(node)) yield { entry, comer, node, by };
    }
  }
}

/** The least of what is open, and its request. What costs to know is asked only of those that are alike so far. */
function smallest(prover: Prover, open: readonly Open[]): { readonly entry: Entry; readonly comer: Comer; readonly request: Request } | undefined {
  const known = new Map<Entry, Destination>();
  const destination = ({ entry, to }: Open): Destination => {
    if (to !== undefined) return to;
    let found = known.get(entry);
    if (found === undefined) known.set(entry, found = onTheWire(entry.api, entry.operation));
    return found;
  };
  let least: readonly number[] | undefined, alike: Open[] = [];
  for (const one of open) {
    const to = destination(one), [path, safe] = to.kind === 'http' ? [to.path.length, isSafe(to.method) ? 0 : 1] : [0, 0];
    const size = [isDeclared(one.comer) ? 0 : 1, path, safe], order = least === undefined ? -1 : compareSizes(size, least);
    if (order > 0) continue;
    if (order < 0) { least = size; alike = []; }
    alike.push(one);
  }
  const named = alike.map((one) => ({ ...one, key: `${one.entry.api.name}.${one.entry.operation.name} ${one.comer.order}` })).sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  let found: { readonly entry: Entry; readonly comer: Comer; readonly request: Request; readonly facts: number } | undefined;
  for (const one of named) {
    const request = prover.request(one.node, one.comer.as, destination(one));
    if (request !== undefined && (found === undefined || factsIn(request) < found.facts)) found = { entry: one.entry, comer: one.comer, request, facts: factsIn(request) };
  }
  return found;
}

const isDeclared = ({ as }: Comer): boolean => as.kind !== 'anyone' && as.kind !== 'pods';
const isSafe = (method: string): boolean => method === 'GET' || method === 'HEAD';
function compareSizes(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((one, index) => one !== b[index]);
  return at < 0 ? 0 : a[at]! - b[at]!;
}

/** How much a request has to say beside who connects and what it asks for. */
function factsIn({ client, context: { headers, time: _, ...context }, subject }: Request): number {
  return (client === undefined ? 0 : 1) + Object.keys(headers ?? {}).length + Object.keys(context).length + (subject === undefined ? 0 : 1 + Object.keys(subject.claims).length);
}

/** The lines of a grant: where it is offered, and asked for. `before` begins each, as `step 2: `. */
export function causesOf({ api, from, operation, pointers }: Pick<Granted, 'api' | 'from' | 'operation' | 'pointers'>, before = ''): readonly Related[] {
  const name = quoted(`${api.name}.${operation.name}`), who = quoted(identityName(from));
  return [
    { message: `${before}${name} is offered to ${who}`, pointer: pointers.identity },
    ...(pointers.ask === undefined ? [] : [{ message: `${before}${who} asks for ${name}`, pointer: pointers.ask }]),
  ];
}

/** What nobody offers: the scraper's one path and the probes', where they are an operation's, at that port. Only for who speaks of these peers. */
function derived({ conditions, context }: Prover, entry: Entry, subject: InvariantSubject): readonly Open[] {
  const { api, operation } = entry, { servedBy } = api;
  if (subject.kind !== 'builtin' || servedBy.kind !== 'workload' || operation.kind !== 'http') return [];
  const facts = context.workloadNamed.get(servedBy.workload)?.value.kubernetes;
  if (facts === undefined) return [];
  const port = (named: number | string): number | undefined => (typeof named === 'number' ? named : facts.ports.find(({ name, protocol }) => name === named && protocol === 'TCP')?.number);
  const asked = subject.name === 'metricsScraper' ? (facts.metrics === undefined ? [] : [facts.metrics])
    : subject.name === 'nodeProbes' ? facts.probes.flatMap(({ probe }) => (probe.kind === 'http' ? [probe] : [])) : [];
  return asked.filter(({ path, port: at }) => port(at) === port(servedBy.port) && port(at) !== undefined && ownerOf(api.operations.filter((one) => one.kind === 'http'), 'GET', path)?.name === operation.name)
    .map(({ path }) => ({ entry, comer: { order: `6${subject.name}`, text: quoted(subject.name), as: subject }, node: conditions.not(conditions.atom({ kind: 'throughExposure' })), to: { kind: 'http', api: api.name, method: 'GET', path } }));
}
