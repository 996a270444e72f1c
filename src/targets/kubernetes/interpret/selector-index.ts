import type { Labels } from '#ir';
import type { Selector } from './label-selector.ts';

/**
 * Finds the things whose selector may select some labels without trying all of them: each thing is filed under the
 * rarest `key=value` that its selector demands, so that labels which everything shares gather nothing. What demands
 * no pair is always a candidate, and everything is one for labels that were not seen.
 */
export function indexBySelector<T>(things: readonly T[], selectorOf: (thing: T) => Selector | undefined): (labels: Labels | undefined) => readonly T[] {
  const uses = new Map<string, number>();
  for (const thing of things) {
    for (const [key, value] of selectorOf(thing)?.pairs ?? []) uses.set(`${key}=${value}`, (uses.get(`${key}=${value}`) ?? 0) + 1);
  }
  const filed = new Map<string, Map<string, T[]>>(), always: T[] = [];
  for (const thing of things) {
    let rarest: readonly [key: string, value: string] | undefined;
    for (const pair of selectorOf(thing)?.pairs ?? []) {
      if (rarest === undefined || uses.get(pair.join('='))! < uses.get(rarest.join('='))!) rarest = pair;
    }
    if (rarest === undefined) { always.push(thing); continue; }
    const [key, value] = rarest;
    const drawers = filed.get(key) ?? new Map<string, T[]>();
    filed.set(key, drawers);
    const drawer = drawers.get(value);
    if (drawer === undefined) drawers.set(value, [thing]); else drawer.push(thing);
  }
  const keys = [...filed.keys()], drawersOf = [...filed.values()];
  return (labels) => {
    if (labels === undefined) return things;
    let found: readonly T[] = always;
    for (let i = 0; i < keys.length; i++) { // once a hop
      const drawer = drawersOf[i]!.get(labels[keys[i]!]!);
      if (drawer !== undefined) found = found.length === 0 ? drawer : [...found, ...drawer];
    }
    return found;
  };
}
