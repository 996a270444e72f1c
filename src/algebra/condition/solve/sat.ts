/** A proposition or its contrary: `2v` and `2v + 1`. */
export type Lit = number;
/** What is always true; its contrary is 1. */
export const truth: Lit = 0;
export const falsity: Lit = 1;
export const negated = (lit: Lit): Lit => lit ^ 1;

/** Propositions and clauses over them, of which each has to hold. Clauses may be added after every answer. */
export interface Sat {
  readonly fresh: () => Lit;
  /** One of these holds. */
  readonly add: (clause: readonly Lit[]) => void;
  /** Undefined: all clauses and these literals can hold together, as `isTrue` tells. Otherwise some of the literals that can't; none: nothing can. */
  readonly refute: (assumed: readonly Lit[]) => readonly Lit[] | undefined;
  readonly isTrue: (lit: Lit) => boolean;
}

type Clause = Lit[];

/**
 * Conflict-driven clause learning: two watched literals, first unique implication point, the most active proposition next,
 * at first as false (Marques-Silva, Sakallah: "GRASP"; Moskewicz et al.: "Chaff"; Eén, Sörensson: "An Extensible SAT-solver").
 * The order of everything follows from the order of calls, so that the same problem has the same model.
 */
export function createSat(): Sat {
  /** By literal: 1 true, -1 false, 0 open. */
  const value: number[] = [0, 0];
  const level: number[] = [0], activity: number[] = [0], phase: boolean[] = [true];
  const reason: (Clause | undefined)[] = [undefined];
  const watches: Clause[][] = [[], []];
  const trail: Lit[] = [], limits: number[] = [];
  const queue = createQueue(activity);
  const seen: boolean[] = [false];
  let head = 0, bump = 1, consistent = true, model: number[] = [];

  const enqueue = (lit: Lit, why: Clause | undefined): void => {
    value[lit] = 1; value[lit ^ 1] = -1;
    level[lit >> 1] = limits.length; reason[lit >> 1] = why;
    trail.push(lit);
  };

  /** Everything that follows; a clause that is violated, if one is. */
  const propagate = (): Clause | undefined => {
    while (head < trail.length) {
      const falsified = trail[head++]! ^ 1;
      const watching = watches[falsified]!;
      let kept = 0;
      for (let at = 0; at < watching.length; at++) {
        const clause = watching[at]!;
        if (clause[0] === falsified) { clause[0] = clause[1]!; clause[1] = falsified; }
        if (value[clause[0]!] === 1) { watching[kept++] = clause; continue; }
        let moved = false;
        for (let other = 2; other < clause.length; other++) {
          const lit = clause[other]!;
          if (value[lit] === -1) continue;
          clause[1] = lit; clause[other] = falsified;
          watches[lit]!.push(clause);
          moved = true;
          break;
        }
        if (moved) continue;
        watching[kept++] = clause;
        if (value[clause[0]!] === -1) {
          while (++at < watching.length) watching[kept++] = watching[at]!;
          watching.length = kept;
          return clause;
        }
        enqueue(clause[0]!, clause);
      }
      watching.length = kept;
    }
    return undefined;
  };

  const backTo = (target: number): void => {
    if (limits.length <= target) return;
    const start = limits[target]!;
    for (let at = trail.length - 1; at >= start; at--) {
      const lit = trail[at]!, variable = lit >> 1;
      value[lit] = 0; value[lit ^ 1] = 0;
      phase[variable] = (lit & 1) === 0;
      reason[variable] = undefined;
      queue.put(variable);
    }
    trail.length = start; limits.length = target; head = start;
  };

  const heat = (variable: number): void => {
    activity[variable]! += bump;
    if (activity[variable]! > 1e100) { for (let at = 0; at < activity.length; at++) activity[at]! *= 1e-100; bump *= 1e-100; }
    queue.risen(variable);
  };

  /** The clause that the conflict teaches, what it asserts first; and the level at which it does. */
  const learn = (conflict: Clause): { readonly clause: Clause; readonly to: number } => {
    const clause: Clause = [0], touched: number[] = [];
    let open = 0, at = trail.length - 1, lit: Lit = -1, why: Clause = conflict;
    do {
      for (const each of why) {
        const variable = each >> 1;
        if (each === lit || seen[variable] || level[variable] === 0) continue;
        seen[variable] = true; touched.push(variable); heat(variable);
        if (level[variable] === limits.length) open++; else clause.push(each);
      }
      while (!seen[trail[at]! >> 1]) at--;
      lit = trail[at]!; at--; open--;
      why = reason[lit >> 1]!;
    } while (open > 0);
    clause[0] = lit ^ 1;
    for (const variable of touched) seen[variable] = false;
    let highest = 1;
    for (let each = 2; each < clause.length; each++) if (level[clause[each]! >> 1]! > level[clause[highest]! >> 1]!) highest = each;
    if (clause.length === 1) return { clause, to: 0 };
    [clause[1], clause[highest]] = [clause[highest]!, clause[1]!];
    return { clause, to: level[clause[1]! >> 1]! };
  };

  const attach = (clause: Clause): void => { watches[clause[0]!]!.push(clause); watches[clause[1]!]!.push(clause); };

  /** The assumptions from which it follows that this one is false, and itself. */
  const behind = (assumed: Lit): readonly Lit[] => {
    const found: Lit[] = [assumed], touched: number[] = [];
    const mark = (lit: Lit): void => { const variable = lit >> 1; if (!seen[variable] && level[variable]! > 0) { seen[variable] = true; touched.push(variable); } };
    mark(assumed);
    for (let at = trail.length - 1; at >= 0 && touched.length > 0; at--) {
      const lit = trail[at]!;
      if (!seen[lit >> 1]) continue;
      const why = reason[lit >> 1];
      if (why === undefined) found.push(lit); else why.forEach(mark); // nothing is decided yet but what is assumed
    }
    for (const variable of touched) seen[variable] = false;
    return found;
  };

  const sat: Sat = {
    fresh: () => {
      const variable = level.length;
      value.push(0, 0); level.push(0); activity.push(0); phase.push(false); reason.push(undefined); seen.push(false); watches.push([], []);
      queue.put(variable);
      return 2 * variable;
    },
    add: (given) => {
      if (!consistent) return;
      backTo(0);
      const clause: Clause = [];
      for (const lit of given) {
        if (value[lit] === 1 || clause.includes(lit ^ 1)) return;
        if (value[lit] === 0 && !clause.includes(lit)) clause.push(lit);
      }
      if (clause.length === 0) { consistent = false; return; }
      if (clause.length === 1) { enqueue(clause[0]!, undefined); consistent = propagate() === undefined; return; }
      attach(clause);
    },
    refute: (assumed) => {
      if (!consistent) return [];
      backTo(0);
      for (;;) {
        const conflict = propagate();
        if (conflict !== undefined) {
          if (limits.length === 0) { consistent = false; return []; }
          const { clause, to } = learn(conflict);
          backTo(to);
          if (clause.length > 1) attach(clause);
          enqueue(clause[0]!, clause.length > 1 ? clause : undefined);
          bump /= 0.95;
          continue;
        }
        let next: Lit | undefined;
        while (limits.length < assumed.length) {
          const lit = assumed[limits.length]!;
          if (value[lit] === -1) return behind(lit);
          if (value[lit] === 0) { next = lit; break; }
          limits.push(trail.length); // holds already: a level with nothing in it
        }
        if (next === undefined) {
          let variable: number | undefined;
          do variable = queue.take(); while (variable !== undefined && value[2 * variable] !== 0);
          if (variable === undefined) { model = value.slice(); return undefined; }
          next = 2 * variable + (phase[variable] ? 0 : 1);
        }
        limits.push(trail.length);
        enqueue(next, undefined);
      }
    },
    isTrue: (lit) => model[lit] === 1,
  };
  enqueue(truth, undefined);
  return sat;
}

/** Propositions, the most active first, of the equally active the one that was made first. */
function createQueue(activity: readonly number[]): { readonly put: (variable: number) => void; readonly risen: (variable: number) => void; readonly take: () => number | undefined } {
  const heap: number[] = [], place: number[] = [];
  const before = (a: number, b: number): boolean => activity[a]! > activity[b]! || (activity[a] === activity[b] && a < b);
  const set = (at: number, variable: number): void => { heap[at] = variable; place[variable] = at; };
  const up = (from: number): void => {
    const variable = heap[from]!;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(variable, heap[parent]!)) break;
      set(at, heap[parent]!); at = parent;
    }
    set(at, variable);
  };
  const down = (from: number): void => {
    const variable = heap[from]!;
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, variable)) break;
      set(at, heap[child]!); at = child;
    }
    set(at, variable);
  };
  return {
    put: (variable) => { if ((place[variable] ?? -1) >= 0) return; set(heap.length, variable); up(heap.length - 1); },
    risen: (variable) => { if ((place[variable] ?? -1) >= 0) up(place[variable]!); },
    take: () => {
      const first = heap[0];
      if (first === undefined) return undefined;
      place[first] = -1;
      const last = heap.pop()!;
      if (heap.length > 0) { set(0, last); down(0); }
      return first;
    },
  };
}
