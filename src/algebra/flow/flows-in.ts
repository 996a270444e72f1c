import type { Chain, Flows, FlowQuestion, FlowStep } from './chain.ts';
import { graphOf, type FlowAccess, type Graph, type Open, type Target, type Unit, type Use } from './graph.ts';

export interface FlowOptions {
  /** Each step has to be possible at some instant from here on. */
  readonly from: string;
  /** APIs that this policy keeps nobody out of: whoever is none of its own may use them, and go on from what gets there. */
  readonly open?: Open;
}

/**
 * Chains of a policy's grants: the first step is by whoever starts; each further one by the workload that serves what the
 * step before was onto, alone or acting for anybody; or by whoever takes out of a resource what the step before put there.
 * Breadth first, so that the time of a question is linear in the grants, times one more than the waypoints.
 */
export function flowsIn(access: FlowAccess, { from, open = () => false }: FlowOptions): Flows {
  let graph: Graph | undefined;
  const built = (): Graph => graph ??= graphOf(access, from, open);
  return {
    smallest: (question) => search(built(), question, true)[0],
    onEach: (question) => search(built(), question, false),
  };
}

/** Somebody who has what is passed on, with so many waypoints behind it; and how it got there. */
interface Held { readonly holder: number; readonly phase: number; readonly path: Path | undefined }
interface Path { readonly step: FlowStep; readonly before: Path | undefined }
/** A use of somebody's: the waypoints that are behind them, and the way to them. */
interface Turn { readonly use: Use; readonly by: number | undefined; readonly taking: boolean; readonly held: Pick<Held, 'phase' | 'path'> }

function search(graph: Graph, { first, startsElsewhere = false, through = [], to }: FlowQuestion, onlyOne: boolean): readonly Chain[] {
  const last = through.length;
  const seen = new Uint8Array(graph.holders * (last + 1)), opened = new Uint8Array(graph.units * (last + 1));
  const found = new Map<string, Chain>();
  const passing = passingOf(through);
  const endsOf = memoised((target: Target) => target.onto.filter(({ api, operation }) => to(api, operation)));

  // All ways that are named alike so far, together: of them whichever has the next name first comes first.
  let level: (readonly Turn[])[] = [[
    ...first.flatMap((grant): readonly Turn[] => { const use = graph.useOf(grant); return use === undefined ? [] : [{ use, by: undefined, taking: false, held: { phase: 0, path: undefined } }]; }),
    ...(startsElsewhere ? graph.unitElsewhere.uses.map((use): Turn => ({ use, by: undefined, taking: false, held: { phase: 0, path: undefined } })) : []),
  ]];
  while (level.length > 0) {
    const next: (readonly Held[])[] = [];
    for (const turns of level) {
      for (const alike of byName(turns)) {
        const reached: Held[] = [];
        for (const { by, held, taking, use } of alike) {
          const stepOnto = (onto: FlowStep['onto']): Path => ({ before: held.path, step: { ...(use.grant === undefined ? {} : { grant: use.grant }), onto, ...(by === undefined || by === graph.elsewhere ? {} : { by: graph.workloads[by]! }) } });
          if (held.phase === last) {
            for (const onto of endsOf(use.target)) {
              const key = JSON.stringify([onto.api, onto.operation]);
              if (!found.has(key)) found.set(key, chainOf(stepOnto(onto)));
              if (onlyOne) return [...found.values()];
            }
          }
          const { onto, phase } = passing(use.target, held.phase);
          for (const holder of taking ? [by!] : use.target.holder === undefined ? [] : [use.target.holder]) {
            if (seen[holder * (last + 1) + phase] === 1) continue;
            seen[holder * (last + 1) + phase] = 1;
            reached.push({ holder, phase, path: stepOnto(onto) });
          }
        }
        if (reached.length > 0) next.push(reached);
      }
    }
    level = next.map((alike) => alike.flatMap((held) => graph.unitsOf(held.holder).flatMap((unit) => turnsOf(graph, unit, held, opened, last))));
  }
  return [...found.values()];
}

/** Whoever gets to a unit first has the smallest way there; nobody later does better. */
function turnsOf(graph: Graph, { index, taking, uses }: Unit, held: Held, opened: Uint8Array, last: number): readonly Turn[] {
  const at = index * (last + 1) + held.phase;
  if (opened[at] === 1) return [];
  opened[at] = 1;
  return taking ? uses.flatMap((use) => graph.takersBy(use).map((by): Turn => ({ use, by, taking, held }))) : uses.map((use): Turn => ({ use, by: held.holder, taking, held }));
}

/** In the order of names; those of one name together. */
function* byName(turns: readonly Turn[]): Iterable<readonly Turn[]> {
  const sorted = [...turns].sort((a, b) => a.use.rank - b.use.rank);
  for (let start = 0; start < sorted.length;) {
    let end = start + 1;
    while (end < sorted.length && nameOf(sorted[end]!) === nameOf(sorted[start]!)) end++;
    yield sorted.slice(start, end);
    start = end;
  }
}
const nameOf = ({ use }: Turn): string => use.grant?.ref ?? `elsewhere ${use.target.api}.${use.target.operation}`;

/** How far along the waypoints a step gets, and onto what it is to get there: as far as it can, since nothing is lost by it. */
function passingOf(through: NonNullable<FlowQuestion['through']>): (target: Target, phase: number) => { readonly onto: FlowStep['onto']; readonly phase: number } {
  const reaching = memoised((target: Target) => through.map((_, phase) => target.onto.map((onto) => ({ onto, phase: after(onto, phase) })).reduce((a, b) => (b.phase > a.phase ? b : a))));
  const after = ({ api, operation }: FlowStep['onto'], phase: number): number => {
    let reached = phase;
    while (reached < through.length && through[reached]!(api, operation)) reached++;
    return reached;
  };
  return (target, phase) => (phase === through.length ? { onto: target.onto[0]!, phase } : reaching(target)[phase]!);
}

function chainOf(path: Path): Chain {
  const steps: FlowStep[] = [];
  for (let at: Path | undefined = path; at !== undefined; at = at.before) steps.push(at.step);
  return steps.reverse();
}

function memoised<K extends object, V>(of: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    let value = known.get(key);
    if (value === undefined) known.set(key, value = of(key));
    return value;
  };
}
