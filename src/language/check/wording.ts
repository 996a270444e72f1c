/** How messages spell names and lists. */

export const quoted = (name: string): string => `\`${name}\``;

/** `a`, `b` and `c`; past five, the first four and how many more. Sorted, so that no order of writing shows. */
export function listed(names: Iterable<string>, joint: 'and' | 'or' = 'and'): string {
  const all = [...new Set(names)].sort().map(quoted);
  if (all.length > 5) return `${all.slice(0, 4).join(', ')} and ${all.length - 4} more`;
  return all.length < 2 ? (all[0] ?? '') : `${all.slice(0, -1).join(', ')} ${joint} ${all.at(-1)}`;
}

/** `1 grant`, `3 grants`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
