/** Words that can't name a constant of a module, or would shadow what the module needs. */
const reserved: ReadonlySet<string> = new Set([
  'arguments', 'await', 'break', 'case', 'catch', 'class', 'const', 'continue', 'debugger', 'default', 'delete', 'do', 'else', 'enum', 'eval',
  'export', 'extends', 'false', 'finally', 'for', 'function', 'if', 'implements', 'import', 'in', 'instanceof', 'interface', 'let', 'new', 'null',
  'package', 'private', 'protected', 'public', 'return', 'static', 'super', 'switch', 'this', 'throw', 'true', 'try', 'typeof', 'var', 'void', 'while',
  'with', 'yield', 'undefined', 'NaN', 'Infinity', 'globalThis', 'rpc',
]);

/** `redis-cart` is `redisCart`, `CartService` is `cartService`, `HTTPProxy` is `httpProxy`, `3scale` is `_3scale`, `default` is `default_`. */
export function constName(text: string): string {
  const words = text.split(/[^A-Za-z0-9]+/).filter((word) => word !== '').map(lowerFirstWord);
  const joined = words.map((word, index) => (index === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1))).join('');
  const name = /^[a-z]/.test(joined) ? joined : `_${joined}`;
  return reserved.has(name) ? `${name}_` : name;
}

/** Of a run of capitals, the last belongs to the next word if one follows. */
const lowerFirstWord = (word: string): string => word.replace(/^[A-Z]+(?![a-z])|^[A-Z]/, (capitals) => capitals.toLowerCase());

/**
 * A name for each thing, none twice. `spellings` are those of one thing, the shortest first: where things clash, all of
 * them take their next one, and at the end of the list a number. Depends on the set only, not on its order.
 */
export function constNames<T>(things: readonly T[], spellings: (thing: T) => readonly string[]): ReadonlyMap<T, string> {
  const level = new Map(things.map((thing) => [thing, 0]));
  const nameOf = (thing: T): string => {
    const texts = spellings(thing);
    return constName(texts[Math.min(level.get(thing)!, texts.length - 1)]!);
  };
  const clashing = (): readonly T[] => {
    const count = new Map<string, number>();
    for (const thing of things) count.set(nameOf(thing), (count.get(nameOf(thing)) ?? 0) + 1);
    return things.filter((thing) => count.get(nameOf(thing))! > 1);
  };
  for (;;) {
    const movable = clashing().filter((thing) => level.get(thing)! < spellings(thing).length - 1);
    if (movable.length === 0) break;
    for (const thing of movable) level.set(thing, level.get(thing)! + 1);
  }
  const names = new Map(things.map((thing) => [thing, nameOf(thing)]));
  const stuck = new Set([...clashing()].sort((a, b) => (spellings(a).join('\0') < spellings(b).join('\0') ? -1 : 1)));
  const taken = new Set(things.filter((thing) => !stuck.has(thing)).map((thing) => names.get(thing)!));
  const counted = new Map<string, number>();
  for (const thing of stuck) {
    const base = names.get(thing)!;
    let number = counted.get(base) ?? 1;
    let name = number === 1 ? base : `${base}${number}`;
    for (; taken.has(name); name = `${base}${number}`) number++;
    counted.set(base, number);
    taken.add(name);
    names.set(thing, name);
  }
  return names;
}
