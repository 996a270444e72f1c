import { addressText, rangeOf } from '../address-range.ts';

export interface AddressCell { readonly value: string; readonly atoms: readonly number[] }

/** Addresses that are in the same of some lists of ranges are alike: an example of each kind but of those that are in none. IPv4 first. */
export function addressCells(lists: readonly (readonly string[])[]): readonly AddressCell[] {
  const cells = new Map<string, AddressCell>();
  for (const family of [4, 6] as const) {
    const edges = new Map<bigint, { readonly opens: number[]; readonly closes: number[] }>();
    const edge = (at: bigint): { readonly opens: number[]; readonly closes: number[] } => {
      const known = edges.get(at);
      if (known !== undefined) return known;
      const made = { opens: [], closes: [] };
      edges.set(at, made);
      return made;
    };
    lists.forEach((cidrs, index) => {
      for (const cidr of cidrs) {
        const range = rangeOf(cidr);
        if (range?.family !== family) continue;
        edge(range.first).opens.push(index);
        edge(range.last + 1n).closes.push(index);
      }
    });
    const sorted = [...edges].sort(([a], [b]) => (a < b ? -1 : 1));
    const open = new Map<number, number>(); // of each list, how many of its ranges
    sorted.forEach(([start, { closes, opens }], at) => {
      for (const index of opens) open.set(index, (open.get(index) ?? 0) + 1);
      for (const index of closes) { const left = open.get(index)! - 1; if (left === 0) open.delete(index); else open.set(index, left); }
      if (open.size === 0) return;
      const atoms = [...open.keys()].sort((a, b) => a - b), key = atoms.join(' ');
      if (cells.has(key)) return;
      const next = sorted[at + 1]![0];
      cells.set(key, { value: addressText(family, start + 1n < next ? start + 1n : start), atoms }); // a network's first address is no host's
    });
  }
  return [...cells.values()];
}
