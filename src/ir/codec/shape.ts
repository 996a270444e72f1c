/**
 * How a type of the IR looks as JSON, described once and read four ways: printed as JSON Schema (`json-schema.ts`),
 * compiled to a validator, put in canonical order (`../canonical.ts`) and written (`encode.ts`).
 */
export type Node =
  | { readonly node: 'text'; readonly pattern?: string; readonly format?: string; readonly examples?: readonly string[] }
  | { readonly node: 'integer' | 'number'; readonly minimum?: number; readonly maximum?: number }
  | { readonly node: 'boolean' }
  /** With `schema`, a whole document that follows that one, and is read by its own reader. */
  | { readonly node: 'anything'; readonly schema?: string }
  | { readonly node: 'literal'; readonly values: readonly (string | number | boolean)[] }
  | RecordNode
  /** Records told apart by their `kind`. */
  | { readonly node: 'union'; readonly members: ReadonlyMap<string, RecordNode> }
  /** Records told apart by the properties they have. Only in what is written for others to read. */
  | { readonly node: 'alternatives'; readonly members: readonly Node[] }
  | ListNode
  /** Any keys, values of one shape. */
  | { readonly node: 'map'; readonly of: Node }
  /** Text, or something that is never text. */
  | { readonly node: 'either'; readonly text: Node; readonly other: Node }
  /** A shape with a name of its own in the schema's `$defs`; the only way to recur. */
  | { readonly node: 'named'; readonly name: string; readonly title: string; readonly description: string; readonly get: () => Node };

export interface RecordNode { readonly node: 'record'; readonly title?: string; readonly description?: string; /** In code-unit order of names. */ readonly fields: readonly NamedField[] }

/** A set has no order of its own: members are sorted by `key`, then by their text. */
export interface ListNode {
  readonly node: 'list';
  readonly of: Node;
  readonly order: 'set' | 'sequence';
  readonly key?: (member: never) => string;
  /** `keep` where a duplicate is a mistake that somebody has to hear of, such as two workloads of one name. */
  readonly duplicates: 'collapse' | 'keep';
}

declare const described: unique symbol;
/** The phantom makes it invariant: a shape of too many or too few values does not pass for a shape of `T`. */
export type Shape<T> = Node & { readonly [described]?: (value: T) => T };

type Presence = 'required' | 'defaulted' | 'optional';
export interface Field<T, P extends Presence = Presence> { readonly presence: P; readonly shape: Shape<T>; readonly description: string; readonly fallback?: T }
export interface NamedField { readonly name: string; readonly presence: Presence; readonly node: Node; readonly description: string; readonly fallback?: unknown }

/** Exactly the properties of `T`, each required or optional as there: a field that nobody described does not build. */
export type Fields<T> = {
  readonly [K in keyof T]-?: object extends Pick<T, K> ? Field<Exclude<T[K], undefined>, 'optional'> : Field<T[K], 'required' | 'defaulted'>;
};

export const required = <T>(shape: Shape<T>, description: string): Field<T, 'required'> => ({ presence: 'required', shape, description });
export const optional = <T>(shape: Shape<T>, description: string): Field<T, 'optional'> => ({ presence: 'optional', shape, description });
/** May be left out of a document and then means `fallback`. Canonical JSON leaves out empty lists and objects of this kind. */
export const defaulted = <T>(shape: Shape<T>, fallback: NoInfer<T> | EmptyOf<NoInfer<T>>, description: string): Field<T, 'defaulted'> =>
  ({ presence: 'defaulted', shape, description, fallback: fallback as T });
/** `{}` stands for a record whose every field has a default. */
type EmptyOf<T> = T extends object ? Record<string, never> : never;

export const text = (options: { readonly pattern?: string; readonly format?: string; readonly examples?: readonly string[] } = {}): Shape<string> => ({ node: 'text', ...options });
export const integer = (options: { readonly minimum?: number; readonly maximum?: number } = {}): Shape<number> => ({ node: 'integer', ...options });
export const number = (options: { readonly minimum?: number; readonly maximum?: number } = {}): Shape<number> => ({ node: 'number', ...options });
export const boolean = (): Shape<boolean> => ({ node: 'boolean' });
export const anything = (): Shape<unknown> => ({ node: 'anything' });
/** A document inside another one; `schema` is the file beside the enclosing schema. */
export const embedded = <T>(schema: string): Shape<T> => ({ node: 'anything', schema });
export const literal = <const V extends string | number | boolean>(...values: readonly V[]): Shape<V> => ({ node: 'literal', values });
export const map = <T>(of: Shape<T>): Shape<Readonly<Record<string, T>>> => ({ node: 'map', of });
export const sequence = <T>(of: Shape<T>): Shape<readonly T[]> => ({ node: 'list', of, order: 'sequence', duplicates: 'keep' });
/** Saying a member twice says nothing more, so exact duplicates fall together. Without a `key`, ordered by text. */
export const set = <T>(of: Shape<T>, key?: (member: NoInfer<T>) => string): Shape<readonly T[]> =>
  ({ node: 'list', of, order: 'set', duplicates: 'collapse', ...(key === undefined ? {} : { key }) });
/** Ordered by name; one name twice is a mistake, and stays visible. */
export const roster = <T extends { readonly name: string }>(of: Shape<T>): Shape<readonly T[]> =>
  ({ node: 'list', of, order: 'set', duplicates: 'keep', key: (member: { readonly name: string }) => member.name });
export const either = <S extends string, T>(textShape: Shape<S>, other: Shape<T>): Shape<S | T> => ({ node: 'either', text: textShape, other });

export function record<T>(fields: Fields<T>, about: { readonly title?: string; readonly description?: string } = {}): Shape<T> {
  return recordNode(fields as Readonly<Record<string, Field<unknown>>>, about) as Shape<T>;
}

export type Members<T extends { readonly kind: string }> = {
  readonly [K in T['kind']]: { readonly description: string; readonly fields: Fields<Omit<Extract<T, { readonly kind: K }>, 'kind'>> };
};
/** A closed union told apart by `kind`: exactly its members, each with exactly its properties. */
export function union<T extends { readonly kind: string }>(members: Members<T>): Shape<T> {
  const entries = Object.entries(members as Readonly<Record<string, { readonly description: string; readonly fields: object }>>);
  return {
    node: 'union',
    members: new Map(entries.map(([kind, { description, fields }]) =>
      [kind, recordNode({ ...fields, kind: required(literal(kind), description) as Field<unknown> }, { title: kind, description })])),
  };
}

/** The body comes late so that a shape can recur through its name. */
export const named = <T>(name: string, title: string, description: string, get: () => Shape<T>): Shape<T> => {
  let body: Shape<T> | undefined;
  return { node: 'named', name, title, description, get: () => (body ??= get()) };
};

function recordNode(fields: Readonly<Record<string, Field<unknown>>>, about: { readonly title?: string; readonly description?: string }): RecordNode {
  return {
    node: 'record',
    ...about,
    fields: Object.keys(fields).sort().map((name) => {
      const { shape, presence, description, fallback } = fields[name]!;
      return { name, presence, node: shape, description, ...(presence === 'defaulted' ? { fallback } : {}) };
    }),
  };
}
