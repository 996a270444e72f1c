/**
 * Kleene's three values, ordered: `and` is the minimum, `or` the maximum. `perhaps` is what the artefacts do not
 * settle; it ends as the verdict `unknown`.
 */
export type Truth = 0 | 1 | 2;
export const no = 0, perhaps = 1, yes = 2;

export const both = (a: Truth, b: Truth): Truth => (a < b ? a : b);
export const either = (a: Truth, b: Truth): Truth => (a > b ? a : b);
/** One of two readings is right, and it is not said which. */
export const agreed = (a: Truth, b: Truth): Truth => (a === b ? a : perhaps);
export const truth = (value: boolean): Truth => (value ? yes : no);
export const all = <T>(items: readonly T[], of: (item: T) => Truth): Truth => items.reduce<Truth>((found, item) => (found === no ? no : both(found, of(item))), yes);
export const some = <T>(items: readonly T[], of: (item: T) => Truth): Truth => items.reduce<Truth>((found, item) => (found === yes ? yes : either(found, of(item))), no);
