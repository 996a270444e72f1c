import { negated, type Lit, type Sat } from './sat.ts';

/** What had better hold: breaking it costs this much. */
export interface Wish { readonly lit: Lit; readonly cost: number }

/**
 * Whether the clauses can hold; `sat.isTrue` is then the model that breaks wishes at the least cost. Wishes that can't hold
 * together are found and made weaker, until what is left can: no model is cheaper than what was given up on the way
 * (Narodytska, Bacchus: "Maximum Satisfiability Using Core-Guided MaxSAT Resolution").
 */
export function cheapest(sat: Sat, wishes: readonly Wish[]): boolean {
  const costs = new Map<Lit, number>();
  const wish = (lit: Lit, cost: number): void => { costs.set(lit, (costs.get(lit) ?? 0) + cost); };
  for (const { cost, lit } of wishes) wish(lit, cost);
  for (;;) {
    let core = sat.refute([...costs].sort(([, a], [, b]) => b - a).map(([lit]) => lit));
    if (core === undefined) return true;
    for (let smaller: readonly Lit[] | undefined = core; smaller !== undefined; ) {
      core = smaller;
      const again: readonly Lit[] = sat.refute(core)!;
      smaller = again.length < core.length ? again : undefined;
    }
    if (core.length === 0) return false;
    const least = Math.min(...core.map((lit) => costs.get(lit)!));
    for (const lit of core) { const left = costs.get(lit)! - least; if (left > 0) costs.set(lit, left); else costs.delete(lit); }
    // One of them is broken. Each that is broken besides, costs as much again.
    const broken = core.map(negated);
    sat.add(broken);
    let later: Lit = broken.at(-1)!;
    for (let at = broken.length - 2; at >= 0; at--) {
      const both = sat.fresh();
      sat.add([negated(broken[at]!), negated(later), both]);
      wish(negated(both), least);
      if (at === 0) break;
      const from = sat.fresh();
      sat.add([negated(broken[at]!), from]);
      sat.add([negated(later), from]);
      later = from;
    }
  }
}
