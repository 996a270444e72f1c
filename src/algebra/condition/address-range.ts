import { createAddressReader } from './address.ts';

/** The first and the last address of a range, of 32 or 128 bits. */
export interface AddressRange { readonly family: 4 | 6; readonly first: bigint; readonly last: bigint }

const reader = createAddressReader();

/**
 * The range that a CIDR is; undefined where its network can't be read. The length is a number as JavaScript reads one, none
 * is nothing, and more than there are bits is all: `check` lets plain ones pass only, and the meaning takes whatever comes.
 */
export function rangeOf(cidr: string): AddressRange | undefined {
  const slash = cidr.lastIndexOf('/');
  reader.read(cidr.slice(0, slash));
  const { family, words } = reader;
  if (family === 0) return undefined;
  const bits = family === 4 ? 32 : 128;
  const given = Math.trunc(Number(cidr.slice(slash + 1))) || 0;
  const length = Math.min(bits, given < 0 ? Math.max(0, bits + given) : given);
  const network = family === 4 ? BigInt(words[0]!) : words.reduce((whole, word) => (whole << 32n) | BigInt(word), 0n);
  const rest = BigInt(bits - length);
  const first = (network >> rest) << rest;
  return { family, first, last: first + (1n << rest) - 1n };
}

/** RFC 5952, section 4: lower case, no zeros in front, the first longest run of two or more groups of zero as `::`. */
export function addressText(family: 4 | 6, address: bigint): string {
  const [parts, size] = family === 4 ? [4, 8n] as const : [8, 16n] as const;
  const groups = Array.from({ length: parts }, (_, at) => Number((address >> (size * BigInt(parts - 1 - at))) & ((1n << size) - 1n)));
  if (family === 4) return groups.join('.');
  const hex = groups.map((group) => group.toString(16));
  let start = 0, longest = 0;
  for (let from = 0; from < 8; from++) {
    let to = from;
    while (to < 8 && groups[to] === 0) to++;
    if (to - from > longest) { start = from; longest = to - from; }
  }
  return longest < 2 ? hex.join(':') : `${hex.slice(0, start).join(':')}::${hex.slice(start + longest).join(':')}`;
}
