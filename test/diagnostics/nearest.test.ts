import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearest } from '#diagnostics';
import { editDistance } from '../../src/diagnostics/nearest.ts';

test.each([
  ['chekcout', ['checkout', 'orders'], 'checkout'],
  ['order', ['orders', 'borders'], 'orders'],
  ['Orders', ['orders'], 'orders'],
  ['payment_service', ['payment-service'], 'payment-service'],
  ['ui', ['db', 'cart'], undefined],
  ['x', ['y'], undefined],
  ['orders', ['orders'], undefined],
  ['', ['a'], undefined],
  ['cat', ['car', 'cap'], 'cap'],
] as const)('`%s` among %j means %s', (wanted, among, meant) => {
  expect(nearest(wanted, among)).toBe(meant);
  expect(nearest(wanted, [...among].reverse())).toBe(meant);
});

/** The textbook recurrence, without a bound. */
function plain(a: string, b: string): number {
  const d = (i: number, j: number): number => Math.min(
    ...(i === 0 && j === 0 ? [0] : []), ...(i > 0 ? [d(i - 1, j) + 1] : []), ...(j > 0 ? [d(i, j - 1) + 1] : []),
    ...(i > 0 && j > 0 ? [d(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)] : []),
    ...(i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? [d(i - 2, j - 2) + 1] : []));
  return d(a.length, b.length);
}
test('counts insertions, deletions, replacements and swaps of neighbours, up to its bound', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });
  fc.assert(fc.property(word, word, fc.integer({ min: 0, max: 6 }), (a, b, bound) => { expect(editDistance(a, b, bound)).toBe(Math.min(plain(a, b), bound + 1)); }), { numRuns: 400, seed: 1 });
});
