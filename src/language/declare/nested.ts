import { isHandle } from './declaration.ts';

/** One or several, in lists of any depth: what files export is put together by listing it. */
export type Nested<T> = T | readonly Nested<T>[];

/** As one list; what is neither a declaration nor a list is returned as it is. */
export const flat = (nested: unknown): unknown => (Array.isArray(nested) ? nested.flat(Number.POSITIVE_INFINITY) : isHandle(nested) ? [nested] : nested);
