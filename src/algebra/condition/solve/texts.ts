/** Texts that are in the same of some sets are alike; of those that are, the first. `sets` says which sets it is in. */
export interface TextClass { readonly text: string; readonly sets: readonly number[] }

export function textClasses(sets: readonly (readonly string[])[]): readonly TextClass[] {
  const memberships = new Map<string, number[]>();
  sets.forEach((set, index) => {
    for (const text of set) {
      const of = memberships.get(text);
      if (of === undefined) memberships.set(text, [index]); else if (of.at(-1) !== index) of.push(index);
    }
  });
  const classes = new Map<string, TextClass>();
  for (const [text, of] of memberships) { const key = of.join(' '); if (!classes.has(key)) classes.set(key, { text, sets: of }); }
  return [...classes.values()];
}

/** A text that is in none of them. */
export function otherText(sets: readonly (readonly string[])[], name: string): string {
  const known = new Set(sets.flat());
  for (let at = 1; ; at++) { const text = at === 1 ? name : `${name}-${at}`; if (!known.has(text)) return text; }
}
