/** What is known of a statement; in this order, so that `and` is the least and `or` the greatest. */
export const no = 0, perhaps = 1, yes = 2;
export type Truth = typeof no | typeof perhaps | typeof yes;

export const truth = (holds: boolean): Truth => (holds ? yes : no);
export const not = (statement: Truth): Truth => (2 - statement) as Truth;

export function every<T>(members: readonly T[], test: (member: T) => Truth): Truth {
  let found: Truth = yes;
  for (const member of members) {
    const each = test(member);
    if (each < found) found = each;
    if (found === no) return no;
  }
  return found;
}

export function some<T>(members: readonly T[], test: (member: T) => Truth): Truth {
  let found: Truth = no;
  for (const member of members) {
    const each = test(member);
    if (each > found) found = each;
    if (found === yes) return yes;
  }
  return found;
}
