import type { Atom } from '../atom.ts';
import type { Node } from '../conditions.ts';
import { cheapest } from './cheapest.ts';
import { dimensionOf, type Encode } from './dimension.ts';
import type { Draft } from './draft.ts';
import { address, client, exposure, header, inTheClear, risk, time, weakerEncryption } from './facts-of-one-value.ts';
import { createProblem } from './problem.ts';
import { falsity, negated, truth, type Lit } from './sat.ts';
import { token } from './token.ts';

const encodes: Readonly<Record<string, Encode>> = { token, time, throughExposure: exposure, client, from: address, risk, inTheClear, weakerEncryption };

/**
 * The least that has to be said for a node to hold, from this instant on, in milliseconds; undefined where nothing makes it
 * hold. Complete: each dimension tells the solver exactly which of its atoms can be true together.
 */
export function solve(node: Node, from: number): Draft | undefined {
  const problem = createProblem();
  const byDimension = new Map<string, Atom[]>();
  for (const atom of atomsIn(node)) { const dimension = dimensionOf(atom), list = byDimension.get(dimension); if (list === undefined) byDimension.set(dimension, [atom]); else list.push(atom); }
  const encoded = [...byDimension].map(([dimension, atoms]) => (encodes[dimension] ?? header)(problem, atoms, from));
  const meant = new Map<Atom, Lit>(encoded.flatMap(({ lits }) => [...lits]));

  const known = new Map<Node, Lit>();
  const litOf = (part: Node): Lit => {
    let lit = known.get(part);
    if (lit === undefined) known.set(part, lit = make(part));
    return lit;
  };
  const make = (part: Node): Lit => {
    switch (part.kind) {
      case 'always': return truth;
      case 'never': return falsity;
      case 'atom': return meant.get(part.atom)!;
      case 'not': return negated(litOf(part.of));
      case 'all': return problem.both(part.of.map(litOf));
      case 'any': return problem.either(part.of.map(litOf));
      default: return part satisfies never;
    }
  };
  problem.sat.add([litOf(node)]);
  if (!cheapest(problem.sat, problem.wishes)) return undefined;
  const draft: Draft = {};
  for (const { read } of encoded) read(problem.sat.isTrue, draft);
  return draft;
}

function atomsIn(node: Node): ReadonlySet<Atom> {
  const found = new Set<Atom>(), seen = new Set<Node>();
  const visit = (part: Node): void => {
    if (seen.has(part)) return;
    seen.add(part);
    switch (part.kind) {
      case 'always': case 'never': return;
      case 'atom': found.add(part.atom); return;
      case 'not': visit(part.of); return;
      case 'all': case 'any': part.of.forEach(visit); return;
      default: part satisfies never;
    }
  };
  visit(node);
  return found;
}
