import { readAddress, type Address } from '../../address.ts';

/** All addresses from `first` to `last`, both included. */
export interface Range { readonly family: 4 | 6; readonly first: bigint; readonly last: bigint }

const bits = { 4: 32n, 6: 128n } as const;

/** A CIDR; host bits that are set are cleared, as the API's own reader does. */
export function readRange(text: string): Range | undefined {
  const [written, length, ...rest] = text.split('/');
  const address = readAddress(written ?? '');
  if (address === undefined || length === undefined || rest.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(length)) return undefined;
  const free = bits[address.family] - BigInt(length);
  if (free < 0n) return undefined;
  const first = (address.value >> free) << free;
  return { family: address.family, first, last: first + (1n << free) - 1n };
}

export const holdsAddress = (range: Range, address: Address): boolean =>
  range.family === address.family && range.first <= address.value && address.value <= range.last;
export const holdsRange = (outer: Range, inner: Range): boolean =>
  outer.family === inner.family && outer.first <= inner.first && inner.last <= outer.last;
export const overlap = (a: Range, b: Range): boolean => a.family === b.family && a.first <= b.last && b.first <= a.last;
