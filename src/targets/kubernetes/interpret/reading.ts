/** Raised while reading an object that the API server would not accept, or that says something unknown here. Never leaves this folder. */
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

export function text(value: unknown): string { return typeof value === 'string' ? value : refuse('not a string'); }
