/**
 * Kleene's three values, ordered: `and` is the minimum, `or` the maximum. `perhaps` is what the artefacts do not
 * settle; it ends as the verdict `unknown`. For what reads artefacts, whichever target's.
 */
export type Truth = 0 | 1 | 2;
export const no = 0, perhaps = 1, yes = 2;

export const truth = (value: boolean): Truth => (value ? yes : no);
export const not = (statement: Truth): Truth => (2 - statement) as Truth;
export const both = (a: Truth, b: Truth): Truth => (a < b ? a : b);
export const either = (a: Truth, b: Truth): Truth => (a > b ? a : b);
/** One of two readings is right, and it is not said which. */
export const agreed = (a: Truth, b: Truth): Truth => (a === b ? a : perhaps);

/** Of the whole list; the first that settles it ends the search. */
export function every<T>(members: readonly T[], test: (member: T) => Truth): Truth {
  let found: Truth = yes;
  for (const member of members) {
    found = both(found, test(member));
    if (found === no) return no;
  }
  return found;
}
/** Of any member; the first that settles it ends the search. */
export function some<T>(members: readonly T[], test: (member: T) => Truth): Truth {
  let found: Truth = no;
  for (const member of members) {
    found = either(found, test(member));
    if (found === yes) return yes;
  }
  return found;
}
