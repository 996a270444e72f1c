/** An IP address as a number; IPv4 and IPv6 are different spaces. */
export interface Address { readonly family: 4 | 6; readonly value: bigint }
/** All addresses from `first` to `last`, both included. */
export interface Range { readonly family: 4 | 6; readonly first: bigint; readonly last: bigint }

const bits = { 4: 32n, 6: 128n } as const;

/** Undefined for anything but one plain spelling of an address: no zone, no leading zeros in IPv4, no IPv4 inside IPv6. */
export function readAddress(text: string): Address | undefined {
  return text.includes(':') ? readIPv6(text) : readIPv4(text);
}

function readIPv4(text: string): Address | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) return undefined;
  return { family: 4, value: parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n) };
}

function readIPv6(text: string): Address | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':'))) as [string[], string[]?];
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array<string>(missing).fill('0'), ...(tail ?? [])];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return { family: 6, value: groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n) };
}

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
