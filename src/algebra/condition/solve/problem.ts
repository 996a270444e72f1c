import type { Wish } from './cheapest.ts';
import { createSat, falsity, negated, truth, type Lit, type Sat } from './sat.ts';

/** What is said costs this much each, on the wire and in the context: nothing is said there as long as anything else will do. */
export const costOf = { onTheWire: 1, inTheContext: 1e6 } as const;

/** Clauses, and what it costs to say things. */
export interface Problem {
  readonly sat: Sat;
  readonly wishes: Wish[];
  /** Is it so if and only if one of these is? */
  readonly either: (lits: readonly Lit[]) => Lit;
  /** If and only if all are. */
  readonly both: (lits: readonly Lit[]) => Lit;
  /** The first brings one of the others. */
  readonly brings: (lit: Lit, others: readonly Lit[]) => void;
  readonly atMostOne: (lits: readonly Lit[]) => void;
  /** One of these costs something; more of them no more. */
  readonly costs: (lits: readonly Lit[], cost: number) => void;
  /** So many propositions, of which at most one is true. */
  readonly choice: (count: number) => readonly Lit[];
}

export function createProblem(): Problem {
  const sat = createSat(), wishes: Wish[] = [];
  const brings = (lit: Lit, others: readonly Lit[]): void => sat.add([negated(lit), ...others]);
  const either = (lits: readonly Lit[]): Lit => {
    if (lits.length === 0) return falsity;
    if (lits.length === 1) return lits[0]!;
    const lit = sat.fresh();
    brings(lit, lits);
    for (const each of lits) brings(each, [lit]);
    return lit;
  };
  const atMostOne = (lits: readonly Lit[]): void => {
    if (lits.length <= 5) {
      lits.forEach((one, at) => { for (const other of lits.slice(at + 1)) sat.add([negated(one), negated(other)]); });
      return;
    }
    let earlier: Lit = lits[0]!; // one up to here
    for (const lit of lits.slice(1)) {
      sat.add([negated(earlier), negated(lit)]);
      const now = sat.fresh();
      brings(earlier, [now]);
      brings(lit, [now]);
      earlier = now;
    }
  };
  return {
    sat, wishes, either, brings, atMostOne,
    both: (lits) => (lits.length === 0 ? truth : negated(either(lits.map(negated)))),
    costs: (lits, cost) => {
      if (lits.length === 0) return;
      const said = lits.length === 1 ? lits[0]! : sat.fresh();
      if (lits.length > 1) for (const lit of lits) brings(lit, [said]);
      wishes.push({ lit: negated(said), cost });
    },
    choice: (count) => {
      const lits = Array.from({ length: count }, () => sat.fresh());
      atMostOne(lits);
      return lits;
    },
  };
}
