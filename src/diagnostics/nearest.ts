/**
 * The known name that a person most likely meant, or undefined if none is near enough to be worth saying. At most one
 * edit for each three characters (insert, delete, replace, swap two neighbours), counted without case, `-` and `_`.
 * Ties go to the first in code unit order, so that the order of the candidates does not matter.
 */
export function nearest(wanted: string, candidates: Iterable<string>): string | undefined {
  const target = plain(wanted);
  const limit = Math.max(1, Math.floor(wanted.length / 3));
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const name of candidates) {
    if (name === wanted) continue;
    const bound = best?.distance ?? limit;
    const distance = editDistance(target, plain(name), bound);
    if (distance > bound || (best !== undefined && distance === best.distance && name > best.name)) continue;
    // A name of which every character was replaced is not near, however short the two are.
    if (distance >= Math.max(target.length, 1)) continue;
    best = { name, distance };
  }
  return best?.name;
}

const plain = (name: string): string => name.toLowerCase().replaceAll(/[-_]/g, '');

/** Damerau–Levenshtein in its restricted form (optimal string alignment); anything above `bound` is `bound + 1`. */
export function editDistance(a: string, b: string, bound: number): number {
  if (Math.abs(a.length - b.length) > bound) return bound + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    let least = row;
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + (same ? 0 : 1));
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) cost = Math.min(cost, beforeLast[column - 2]! + 1);
      current.push(cost);
      least = Math.min(least, cost);
    }
    // Not sound to stop on one row alone: a swap reads the row before it.
    if (least > bound && Math.min(...last) > bound) return bound + 1;
    beforeLast = last;
    last = current;
  }
  return Math.min(last[b.length]!, bound + 1);
}
