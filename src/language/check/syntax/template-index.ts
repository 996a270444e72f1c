import type { Template } from './template.ts';

interface Branch<T> { readonly literals: Map<string, Branch<T>>; parameter?: Branch<T>; readonly ends: T[]; readonly rests: T[] }
const branch = <T>(): Branch<T> => ({ literals: new Map(), ends: [], rests: [] });

/**
 * Templates by segment, so that those which overlap one are found without looking at all: the cost is the size of the
 * part of the tree that it can share paths with. Never leaves out one that overlaps; may give a few that don't.
 */
export class TemplateIndex<T> {
  readonly #root: Branch<T> = branch();

  add(template: Template, value: T): void {
    let here = this.#root;
    for (const segment of template.fixed) {
      if (segment === undefined) { here = here.parameter ??= branch(); continue; }
      let next = here.literals.get(segment);
      if (next === undefined) here.literals.set(segment, next = branch());
      here = next;
    }
    (template.rest ? here.rests : here.ends).push(value);
  }

  *overlapping(template: Template, here: Branch<T> = this.#root, depth = 0): Iterable<T> {
    yield* here.rests;
    if (depth === template.fixed.length) {
      if (template.rest) yield* below(here);
      else yield* here.ends;
      return;
    }
    const segment = template.fixed[depth];
    if (here.parameter !== undefined) yield* this.overlapping(template, here.parameter, depth + 1);
    if (segment === undefined) for (const next of here.literals.values()) yield* this.overlapping(template, next, depth + 1);
    else {
      const next = here.literals.get(segment);
      if (next !== undefined) yield* this.overlapping(template, next, depth + 1);
    }
  }
}

/** Everything at and under a branch, but its own `rests`, which the caller has given already. */
function* below<T>(here: Branch<T>): Iterable<T> {
  yield* here.ends;
  for (const next of [...here.literals.values(), ...(here.parameter === undefined ? [] : [here.parameter])]) {
    yield* next.rests;
    yield* below(next);
  }
}
