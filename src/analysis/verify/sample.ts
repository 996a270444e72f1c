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
