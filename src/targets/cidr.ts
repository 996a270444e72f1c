/** A range of addresses. `base` has no host bits; `length` counts the prefix's bits. */
export interface Cidr { readonly family: 4 | 6; readonly base: bigint; readonly length: number }

const bitsOf = { 4: 32, 6: 128 } as const;

/** Reads a range that `check` has let pass; anything else is our own bug. Host bits are cleared. */
export function parseCidr(text: string): Cidr {
  const slash = text.lastIndexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const family = address.includes(':') ? 6 : 4;
  const bits = family === 4 ? ipv4(address) : ipv6(address);
  const width = bitsOf[family];
  const length = slash < 0 ? width : Number(text.slice(slash + 1));
  if (bits === undefined || !Number.isInteger(length) || length < 0 || length > width) throw new Error(`\`${text}\` is no range of addresses, and nothing should have let it pass`);
  const host = BigInt(width - length);
  return { family, base: (bits >> host) << host, length };
}

function ipv4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || parts.some((part) => !/^\d{1,3}$/.test(part) || Number(part) > 255)) return undefined;
  return parts.reduce((bits, part) => (bits << 8n) | BigInt(part), 0n);
}

function ipv6(text: string): bigint | undefined {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (dotted !== null) {
    const last = ipv4(dotted[2]!);
    return last === undefined ? undefined : ipv6(`${dotted[1]}${(last >> 16n).toString(16)}:${(last & 0xffffn).toString(16)}`);
  }
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':'))) as [string[], string[] | undefined];
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = tail === undefined ? head : [...head, ...Array<string>(missing).fill('0'), ...tail];
  if (groups.some((group) => !/^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  return groups.reduce((bits, group) => (bits << 16n) | BigInt(`0x${group}`), 0n);
}

/** The canonical spelling; of IPv6 that of RFC 5952. API servers warn about others. */
export function cidrText({ family, base, length }: Cidr): string {
  return `${family === 4 ? ipv4Text(base) : ipv6Text(base)}/${length}`;
}

const ipv4Text = (bits: bigint): string => [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 0xffn).join('.');

function ipv6Text(bits: bigint): string {
  const groups = Array.from({ length: 8 }, (_, index) => ((bits >> BigInt(16 * (7 - index))) & 0xffffn).toString(16));
  let start = 0, count = 0; // the first longest run of zero groups; one alone is not shortened
  for (let from = 0; from < 8; from++) {
    let to = from;
    while (to < 8 && groups[to] === '0') to++;
    if (to - from > count) { start = from; count = to - from; }
    if (to > from) from = to;
  }
  return count < 2 ? groups.join(':') : `${groups.slice(0, start).join(':')}::${groups.slice(start + count).join(':')}`;
}

export function contains(outer: Cidr, inner: Cidr): boolean {
  if (outer.family !== inner.family || outer.length > inner.length) return false;
  const host = BigInt(bitsOf[outer.family] - outer.length);
  return outer.base >> host === inner.base >> host;
}

/** Two ranges that share an address: one of them then contains the other. */
export const overlaps = (a: Cidr, b: Cidr): boolean => contains(a, b) || contains(b, a);

/** IPv4 first, then by address, then the wider first. */
export const compareCidrs = (a: Cidr, b: Cidr): number =>
  a.family - b.family || (a.base < b.base ? -1 : a.base > b.base ? 1 : 0) || a.length - b.length;

/** The same addresses in canonical order, without ranges that lie in another of them. */
export function outermost(ranges: readonly Cidr[]): readonly Cidr[] {
  const kept: Cidr[] = [];
  for (const range of [...ranges].sort(compareCidrs)) {
    const last = kept.at(-1); // in this order only the last one kept can contain the next
    if (last === undefined || !contains(last, range)) kept.push(range);
  }
  return kept;
}
