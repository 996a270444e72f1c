import { isMap, isScalar, isSeq, Scalar, type Pair, type YAMLMap } from 'yaml';
import { placesIn, type Positions } from '../positions.ts';
import type { Located } from './yaml-value.ts';

/** Where things stand in a YAML text. A mapping is indexed by its keys when a pointer first passes through it. */
export function yamlPositions(text: string, root: Located): Positions & { readonly ofNode: (node: Located) => ReturnType<Positions['value']> } {
  const place = placesIn(text);
  const pairs = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();
  const pairIn = (map: YAMLMap, name: string): Pair | undefined => {
    let known = pairs.get(map);
    if (known === undefined) {
      const first = new Map<string, Pair>();
      for (const pair of map.items) if (isScalar(pair.key) && typeof pair.key.value === 'string' && !first.has(pair.key.value)) first.set(pair.key.value, pair);
      pairs.set(map, known = first);
    }
    return known.get(name);
  };
  const find = (pointer: string): { readonly key: Located; readonly value: Located } => {
    let here = { key: root, value: root };
    for (const token of pointer.split('/').slice(1).map((one) => one.replaceAll('~1', '/').replaceAll('~0', '~'))) {
      if (isMap(here.value)) {
        const pair = pairIn(here.value, token);
        if (pair === undefined) break;
        // a value that is not even empty, as in `{ owned }`, is where its key is
        here = { key: pair.key as Located, value: (pair.value ?? pair.key) as Located };
      } else if (isSeq(here.value)) {
        const item = here.value.items[/^\d+$/.test(token) ? Number(token) : -1] as Located | undefined;
        if (item === undefined) break;
        here = { key: item, value: item };
      } else break;
    }
    return here;
  };
  const ofNode = (node: Located): ReturnType<Positions['value']> => {
    const [start, end] = node?.range ?? [0, 0];
    if (!isScalar(node)) return place(start);
    return place(start, text.slice(start, end).trimEnd().length);
  };
  return {
    value: (pointer) => ofNode(find(pointer).value), key: (pointer) => ofNode(find(pointer).key), offset: place, ofNode,
    written: (pointer) => {
      const { value } = find(pointer);
      return isScalar(value) && value.type === Scalar.PLAIN ? value.source : undefined;
    },
  };
}
