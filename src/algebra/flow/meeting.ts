/** Something of a resource, by what it is narrowed to: undefined is all of it. */
interface Narrowed { readonly api: string; readonly within: string | undefined }

/**
 * Which of two lists have something in common: parts of one resource, of which one's prefix begins the other's. An index
 * of a table holds what the table does, so that a part that is not narrowed meets each. (Parts of a table are never narrowed: nothing is written to an index.)
 */
export function* meeting<A extends Narrowed, B extends Narrowed>(parts: readonly A[], others: readonly B[]): Iterable<readonly [A, B]> {
  const byApi = new Map<string, B[]>();
  for (const other of others) { const list = byApi.get(other.api); if (list === undefined) byApi.set(other.api, [other]); else list.push(other); }
  for (const list of byApi.values()) list.sort((a, b) => ((a.within ?? '') < (b.within ?? '') ? -1 : 1));
  for (const part of parts) {
    const list = byApi.get(part.api) ?? [], prefix = part.within ?? '';
    // what its prefix begins lies together in the order of texts; what begins its prefix is met on the way there
    for (let length = 0; length < prefix.length; length++) yield* same(list, prefix.slice(0, length)).map((other) => [part, other] as const);
    for (let index = lowest(list, prefix); index < list.length && (list[index]!.within ?? '').startsWith(prefix); index++) yield [part, list[index]!];
  }
}

function same<B extends Narrowed>(list: readonly B[], within: string): readonly B[] {
  const found: B[] = [];
  for (let index = lowest(list, within); index < list.length && (list[index]!.within ?? '') === within; index++) found.push(list[index]!);
  return found;
}

/** Of a sorted list the first place that is not before a text. */
function lowest(list: readonly Narrowed[], within: string): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]!.within ?? '') < within) low = middle + 1; else high = middle;
  }
  return low;
}
