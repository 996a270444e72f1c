/** What is known of a key of the request context. */
export type Fact =
  | { readonly kind: 'absent' }
  | { readonly kind: 'is'; readonly values: readonly string[]; readonly multivalued?: true }
  /** It is there, and its value is not known. */
  | { readonly kind: 'present' }
  /** Neither whether it is there is known. */
  | { readonly kind: 'unknown' }
  /** One of these, and it is not known which. */
  | { readonly kind: 'either'; readonly of: readonly Fact[] };

/** By the name of the key, in lower case: names are not case-sensitive (IAM, "IAM JSON policy elements: Condition"). */
export type Context = (key: string) => Fact;

export const absent: Fact = { kind: 'absent' };
export const present: Fact = { kind: 'present' };
export const unknown: Fact = { kind: 'unknown' };
export const is = (value: string): Fact => ({ kind: 'is', values: [value] });
/** Where there is a value, it is known. */
export const ifStated = (value: string | undefined): Fact => (value === undefined ? absent : is(value));
/** It is there in any case. */
export const always = (value: string | undefined): Fact => (value === undefined ? present : is(value));
