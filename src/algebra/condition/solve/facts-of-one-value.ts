import type { Atom } from '../atom.ts';
import { addressCells } from './address-cells.ts';
import type { Draft } from './draft.ts';
import type { Encode, Encoded } from './dimension.ts';
import { ofKind } from './kinds.ts';
import { costOf, type Problem } from './problem.ts';
import { textClasses } from './texts.ts';
import { timeCells } from './time-cells.ts';

/** Values that a fact can have, by the atoms that are true of each. Said or not, it is one value at most. */
function oneOf<T>(problem: Problem, atoms: readonly Atom[], values: readonly { readonly value: T; readonly atoms: readonly number[] }[], say: (draft: Draft, value: T) => void): Encoded {
  const lits = problem.choice(values.length);
  problem.costs(lits, costOf.onTheWire);
  const of: number[][] = atoms.map(() => []);
  values.forEach(({ atoms: trueOfIt }, at) => { for (const index of trueOfIt) of[index]!.push(lits[at]!); });
  return {
    lits: new Map(atoms.map((atom, index) => [atom, problem.either(of[index]!)])),
    read: (isTrue, draft) => { const at = lits.findIndex(isTrue); if (at >= 0) say(draft, values[at]!.value); },
  };
}

/** There or not. */
const flag = (say: (draft: Draft) => void): Encode => (problem, atoms) => oneOf(problem, atoms, [{ value: true, atoms: atoms.map((_, index) => index) }], say);

export const exposure = flag((draft) => { draft.throughExposure = true; });
export const inTheClear = flag((draft) => { draft.inTheClear = true; });
export const weakerEncryption = flag((draft) => { draft.weakerEncryption = true; });

/** Another partner's certificate is as good as none. */
export const client: Encode = (problem, atoms) => oneOf(problem, atoms,
  textClasses(ofKind(atoms, 'client').map(({ partner }) => [partner])).map(({ sets, text }) => ({ value: text, atoms: sets })), (draft, partner) => { draft.partner = partner; });

export const address: Encode = (problem, atoms) => oneOf(problem, atoms,
  addressCells(ofKind(atoms, 'from').map(({ cidrs }) => cidrs)), (draft, text) => { draft.sourceAddress = text; });

export const header: Encode = (problem, atoms) => {
  const headers = ofKind(atoms, 'header');
  return oneOf(problem, atoms, textClasses(headers.map(({ anyOf }) => anyOf)).map(({ sets, text }) => ({ value: text, atoms: sets })),
    (draft, text) => { (draft.headers ??= {})[headers[0]!.name.toLowerCase()] = text; });
};

/** Below the smallest bound, or on one of them. A risk of nothing is as good as one that is above all. */
export const risk: Encode = (problem, atoms) => {
  const bounds = ofKind(atoms, 'risk').map(({ below }) => below), sorted = [...new Set(bounds)].sort((a, b) => a - b);
  const values = sorted.flatMap((bound, at) => {
    const value = at > 0 ? sorted[at - 1]! : bound > 0 ? 0 : bound - Math.max(1, Math.abs(bound));
    return value < bound ? [{ value, atoms: bounds.flatMap((below, index) => (value < below ? [index] : [])) }] : [];
  });
  return oneOf(problem, atoms, values, (draft, value) => { draft.risk = value; });
};

/** A request has an instant in any case: the first, or another that is later. */
export const time: Encode = (problem, atoms, from) => {
  const [first, ...later] = timeCells(atoms.filter((atom) => atom.kind === 'during' || atom.kind === 'before'), from);
  const lits = problem.choice(later.length);
  problem.costs(lits, costOf.onTheWire);
  const now = problem.sat.fresh();
  problem.atMostOne([now, ...lits]);
  problem.sat.add([now, ...lits]);
  const of: number[][] = atoms.map(() => []);
  [first!, ...later].forEach((cell, at) => { for (const index of cell.atoms) of[index]!.push(at === 0 ? now : lits[at - 1]!); });
  return {
    lits: new Map(atoms.map((atom, index) => [atom, problem.either(of[index]!)])),
    read: (isTrue, draft) => { const at = lits.findIndex(isTrue); if (at >= 0) draft.instant = later[at]!.instant; },
  };
};
