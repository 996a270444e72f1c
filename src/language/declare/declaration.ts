import type { Diagnostic } from '#diagnostics';
import type { CallSite } from './call-site.ts';

/**
 * Where a handle that the user holds (`checkout`, `ordersApi`) keeps what was declared. A symbol, so that no name of
 * an operation can clash with it; a registered one, so that two copies of this package in one program agree.
 */
export const declaration: unique symbol = Symbol.for('countersign.declaration');

/** One call of the language: the arguments as they were given, and where. */
export interface Declaration {
  readonly form: Form;
  readonly name: unknown;
  readonly options: unknown;
  readonly site: CallSite;
  /** How others refer to it, if they do: `{ kind, name }`. One frozen object, however often it is referred to. */
  readonly ref?: object;
}

export const draftLists = ['apis', 'asks', 'never', 'workloads', 'people', 'partners', 'identityProviders', 'segments', 'holes'] as const;
export type DraftList = (typeof draftLists)[number];

/** What a kind of declaration means as data. */
export interface Form {
  /** The list of the policy that it stands in; absent for what is only ever part of, or referred to by, something else. */
  readonly list?: DraftList;
  /**
   * The draft's form of it. Total: what is not of its type is handed on as it is, for `check` to name; only what has
   * no place in the IR (a duration's text) is reported here.
   */
  readonly lower: (declared: Declaration, lowering: Lowering) => unknown;
  /** From tokens of a JSON pointer below it to tokens into the literal that the user wrote. */
  readonly inside: (declared: Declaration, tokens: readonly string[]) => readonly string[];
}

/** Of what has nothing of its own to lower. */
export const noForm: Form = { lower: () => undefined, inside: (_, tokens) => tokens };
/** Of what is in the draft as it was written, with its name. */
export const plainForm = (list: DraftList): Form => ({
  list,
  lower: ({ name, options }) => (isFields(options) ? { name, ...defined(options) } : options),
  inside: (_, tokens) => tokens,
});

/** What lowering one declaration needs of the policy around it, and where in the draft it stands. */
export class Lowering {
  /** Takes in a declaration that is referred to and returns its reference; anything else is returned as it is. */
  readonly refer: (value: unknown) => unknown;
  readonly say: (diagnostic: Diagnostic) => void;
  private readonly above: Lowering | undefined;
  private readonly token: string | number;

  constructor(refer: Lowering['refer'], say: Lowering['say'], above?: Lowering, token: string | number = '') {
    this.refer = refer;
    this.say = say;
    this.above = above;
    this.token = token;
  }

  below(token: string | number): Lowering { return new Lowering(this.refer, this.say, this, token); }
  /** Made only when something has to be said: there are as many of these as there are things declared. */
  get pointer(): string { return this.above === undefined ? '' : `${this.above.pointer}/${this.token}`; }
}

export interface Handle { readonly [declaration]: Declaration }

export const isHandle = (value: unknown): value is Handle => typeof value === 'object' && value !== null && !isOutput(value) && declaration in value;

/** Pulumi marks its `Output`s so. Asking one for any property answers with another `Output`, so this comes first. */
export const isOutput = (value: unknown): boolean =>
  (typeof value === 'object' || typeof value === 'function') && value !== null && '__pulumiOutput' in value;

export type Fields = Readonly<Record<string, unknown>>;
export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value) && !isOutput(value);

/** The object's own fields, without those that are `undefined`: leaving a field out and writing `undefined` are one. */
export function defined(value: Fields): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const content = value[key];
    if (content === undefined) continue;
    // defined and not assigned, so that a key `__proto__` is a key like any other
    if (key === '__proto__') Object.defineProperty(result, key, { value: content, enumerable: true });
    else result[key] = content;
  }
  return result;
}

/** Maps a list; anything else is returned as it is. */
export const each = (value: unknown, map: (member: unknown, index: number) => unknown): unknown => (Array.isArray(value) ? value.map((member, index) => map(member, index)) : value);

/** The name in a reference to something of one kind only, such as a segment; what is no reference is returned as it is. */
export const nameIn = (ref: unknown): unknown => (isFields(ref) && 'name' in ref ? ref['name'] : ref);

/** A value in a message, as far as it can be shown without running anything of its own. */
export const shown = (value: unknown): string => (typeof value === 'object' || typeof value === 'function' ? (value === null ? 'null' : `a ${typeof value}`) : String(value));
