/**
 * A part of a list for which something still holds, and of which no member can be left out: delta debugging (Zeller and
 * Hildebrandt, "Simplifying and Isolating Failure-Inducing Input"). It must hold for the whole list. Members that come
 * first are kept rather than later ones. Asks at most quadratically often, and about as often as the logarithm where one member does it.
 */
export function minimal<T>(members: readonly T[], holds: (part: readonly T[]) => boolean): readonly T[] {
  if (holds([])) return [];
  let kept = members;
  for (let parts = 2; kept.length > 1;) {
    const size = Math.ceil(kept.length / parts);
    const chunks = Array.from({ length: Math.ceil(kept.length / size) }, (_, index) => kept.slice(index * size, (index + 1) * size));
    const alone = chunks.find(holds);
    if (alone !== undefined) { kept = alone; parts = 2; continue; }
    // what comes last is left out first
    const without = chunks.length < 3 ? undefined : chunks.map((_, index) => chunks.flatMap((chunk, at) => (at === chunks.length - 1 - index ? [] : chunk))).find(holds);
    if (without !== undefined) { kept = without; parts = Math.max(2, parts - 1); continue; }
    if (size === 1) break;
    parts = Math.min(kept.length, parts * 2);
  }
  return kept;
}
