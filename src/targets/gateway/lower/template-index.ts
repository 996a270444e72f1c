import type { Template } from './template.ts';

interface Node<T> { readonly literals: Map<string, Node<T>>; parameter?: Node<T>; readonly ending: T[]; /** Everything at or below: what a `rest` here shares paths with. */ readonly below: T[]; readonly rest: T[] }
const node = <T>(): Node<T> => ({ literals: new Map(), ending: [], below: [], rest: [] });

/** Finds the templates that share a path with another one without looking at all of them. */
export class TemplateIndex<T> {
  readonly #root: Node<T> = node();

  add({ segments }: Template, value: T): void {
    let here = this.#root;
    here.below.push(value);
    for (const segment of segments) {
      if (segment.kind === 'rest') { here.rest.push(value); return; }
      const next: Node<T> = segment.kind === 'parameter' ? here.parameter ??= node() : here.literals.get(segment.text) ?? node();
      if (segment.kind === 'literal') here.literals.set(segment.text, next);
      next.below.push(value);
      here = next;
    }
    here.ending.push(value);
  }

  overlapping({ segments }: Template): readonly T[] {
    const found: T[] = [];
    const walk = (here: Node<T>, index: number): void => {
      const segment = segments[index];
      if (segment === undefined) { found.push(...here.ending, ...(index === 0 ? here.rest : [])); return; } // at the root a rest takes nothing as well
      found.push(...here.rest);
      if (segment.kind === 'rest') { found.push(...here.below.filter((value) => !here.rest.includes(value) && (index === 0 || !here.ending.includes(value)))); return; }
      if (here.parameter !== undefined) walk(here.parameter, index + 1);
      if (segment.kind === 'parameter') for (const next of here.literals.values()) walk(next, index + 1);
      else { const next = here.literals.get(segment.text); if (next !== undefined) walk(next, index + 1); }
    };
    walk(this.#root, 0);
    return found;
  }
}
