/** One or several, in lists of any depth: what files export is put together by listing it. */
export type Nested<T> = T | readonly Nested<T>[];

export const flat = (nested: unknown): unknown => (Array.isArray(nested) ? nested.flat(Number.POSITIVE_INFINITY) : nested);
