/**
 * Which of `of` cells to look at: all, or `limit` different ones spread evenly (steps of the golden ratio, made coprime
 * to `of` so that none comes twice). The same seed gives the same cells.
 */
export function* sample(of: number, limit: number, seed: number): Generator<number> {
  if (of <= limit) {
    for (let cell = 0; cell < of; cell++) yield cell;
    return;
  }
  let step = Math.max(1, Math.floor(of * 0.6180339887498949));
  while (divisor(step, of) !== 1) step++;
  for (let taken = 0, cell = seed % of; taken < limit; taken++, cell = (cell + step) % of) yield cell;
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));

/** How many of each of several strata to look at: of a budget, each its share, and of what the small ones leave, the large ones more. */
export function allot(sizes: readonly number[], budget: number): readonly number[] {
  const shares = sizes.map(() => 0);
  let left = budget;
  const bySize = sizes.map((size, index) => ({ size, index })).sort((a, b) => a.size - b.size);
  for (const [position, { index, size }] of bySize.entries()) {
    shares[index] = Math.min(size, Math.floor(left / (bySize.length - position)));
    left -= shares[index]!;
  }
  return shares;
}
