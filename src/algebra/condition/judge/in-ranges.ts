import type { AddressReader } from '../address.ts';
import { rangeOf, type AddressRange } from '../address-range.ts';

/** Is the address that was read last in one of these ranges? They are joined and sorted once, and searched by halves. */
export function inRanges(cidrs: readonly string[]): (address: AddressReader) => boolean {
  const ranges = cidrs.flatMap((cidr) => rangeOf(cidr) ?? []);
  const four = joined(ranges, 4), six = joined(ranges, 6);
  const firsts = Float64Array.from(four, ({ first }) => Number(first)), lasts = Float64Array.from(four, ({ last }) => Number(last));
  const firstWords = Uint32Array.from(six.flatMap(({ first }) => wordsOf(first))), lastWords = Uint32Array.from(six.flatMap(({ last }) => wordsOf(last)));
  return ({ family, words }) => {
    if (family === 0) return false;
    let low = 0, high = (family === 4 ? firsts.length : six.length) - 1;
    if (family === 4) {
      const address = words[0]!;
      while (low <= high) {
        const middle = (low + high) >> 1;
        if (address < firsts[middle]!) high = middle - 1; else if (address > lasts[middle]!) low = middle + 1; else return true;
      }
      return false;
    }
    while (low <= high) {
      const middle = (low + high) >> 1;
      if (compare(words, firstWords, 4 * middle) < 0) high = middle - 1; else if (compare(words, lastWords, 4 * middle) > 0) low = middle + 1; else return true;
    }
    return false;
  };
}

function joined(ranges: readonly AddressRange[], family: 4 | 6): readonly AddressRange[] {
  const found: AddressRange[] = [];
  for (const range of ranges.filter((one) => one.family === family).sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0))) {
    const before = found.at(-1);
    if (before === undefined || range.first > before.last) found.push(range);
    else if (range.last > before.last) found[found.length - 1] = { ...before, last: range.last };
  }
  return found;
}

const wordsOf = (address: bigint): readonly number[] => [96n, 64n, 32n, 0n].map((shift) => Number((address >> shift) & 0xffff_ffffn));

function compare(words: Uint32Array, others: Uint32Array, from: number): number {
  for (let at = 0; at < 4; at++) {
    const difference = words[at]! - others[from + at]!;
    if (difference !== 0) return difference;
  }
  return 0;
}
