import { isAlias, isMap, isScalar, isSeq, Scalar, type ParsedNode, type YAMLMap } from 'yaml';
import { escapePointer } from '#diagnostics';
import { readingOf } from './plain-scalar.ts';

export type Located = ParsedNode | Scalar | null;
/** Something in a document that is refused although its syntax is good. `at` is the node that it is said of. */
export type Objection =
  | { readonly kind: 'double'; readonly key: string; readonly pointer: string; readonly at: Located; readonly first: Located }
  | { readonly kind: 'key'; readonly what: string; readonly written: string | undefined; readonly pointer: string; readonly at: Located }
  | { readonly kind: 'torn' | 'number'; readonly written: string; readonly value: unknown; readonly pointer: string; readonly at: Located; readonly isKey: boolean };

/** A document's value, as JSON would have it, and what is wrong with how it is written. Nesting is bounded already. Aliases are null. */
export function yamlValue(root: Located): { readonly value: unknown; readonly objections: readonly Objection[] } {
  const objections: Objection[] = [];

  function valueOf(node: Located, pointer: string): unknown {
    if (node === null || isAlias(node)) return null;
    if (isMap(node)) return objectOf(node, pointer);
    if (isSeq(node)) return node.items.map((item, index) => valueOf(item as Located, `${pointer}/${index}`));
    if (node.type === Scalar.PLAIN) judge(node, pointer, false);
    return node.value;
  }

  function objectOf(map: YAMLMap, pointer: string): unknown {
    const object: Record<string, unknown> = {};
    const places = new Map<string, Located>();
    for (const pair of map.items) {
      const key = pair.key as Located;
      const name = keyOf(key, pointer);
      if (name === undefined) continue;
      const value = valueOf(pair.value as Located, `${pointer}/${escapePointer(name)}`);
      const first = places.get(name);
      if (first !== undefined) { objections.push({ kind: 'double', key: name, pointer, at: key, first }); continue; }
      places.set(name, key);
      if (name === '__proto__') Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
      else object[name] = value;
    }
    return object;
  }

  function keyOf(key: Located, pointer: string): string | undefined {
    const refuse = (what: string, written?: string): undefined => { objections.push({ kind: 'key', what, written, pointer, at: key }); return undefined; };
    if (!isScalar(key)) return isAlias(key) ? refuse('an alias') : isMap(key) ? refuse('a mapping') : isSeq(key) ? refuse('a list') : refuse('empty');
    if (key.type === Scalar.PLAIN && key.value === '<<') return refuse('a merge');
    if (typeof key.value === 'string') {
      if (key.type === Scalar.PLAIN) judge(key, pointer, true);
      return key.value;
    }
    return key.value === null && (key.source ?? '') === '' ? refuse('empty') : refuse(key.value === null ? 'null' : `a ${typeof key.value}`, key.source);
  }

  function judge(scalar: Scalar, pointer: string, isKey: boolean): void {
    const written = scalar.source ?? '';
    if (typeof scalar.value === 'number' && !Number.isFinite(scalar.value)) objections.push({ kind: 'number', written, value: scalar.value, pointer, at: scalar, isKey });
    else if (readingOf(written) === 'torn') objections.push({ kind: 'torn', written, value: scalar.value, pointer, at: scalar, isKey });
  }

  return { value: valueOf(root, ''), objections };
}
