/** Raised while reading an object that a server would not accept, or that says something unknown to us. Never leaves a target. */
export class Malformed extends Error {}

export type Fields = Readonly<Record<string, unknown>>;

export function refuse(what: string): never { throw new Malformed(what); }

/** An object of known fields. An unknown one is refused: a server would drop it, and it may have been meant to narrow. */
export function fields(value: unknown, known: readonly string[]): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse('not an object');
  for (const key of Object.keys(value)) if (!known.includes(key)) refuse(`unknown field ${key}`);
  return value as Fields;
}

/** An absent list and a null one are empty lists (the API's types are Go slices with `omitempty`). */
export function list(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : refuse('not a list');
}
export const present = (value: unknown): boolean => value !== undefined && value !== null;
export function optional<T>(value: unknown, read: (value: unknown) => T): T | undefined { return present(value) ? read(value) : undefined; }
export function text(value: unknown): string { return typeof value === 'string' ? value : refuse('not a string'); }
export function whole(value: unknown): number { return typeof value === 'number' && Number.isInteger(value) ? value : refuse('not a whole number'); }
export function flag(value: unknown): boolean { return typeof value === 'boolean' ? value : refuse('not a boolean'); }
export function oneOf<const T extends string>(value: unknown, known: readonly T[]): T { return known.find((each) => each === value) ?? refuse(`${typeof value === 'string' ? value : typeof value} is none of ${known.join(', ')}`); }

/** Undefined for what can't be read. */
export function attempt<T>(read: () => T): T | undefined {
  try { return read(); } catch (fault) {
    if (fault instanceof Malformed) return undefined;
    throw fault;
  }
}
