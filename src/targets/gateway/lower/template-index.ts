import type { Template } from './template.ts';

/** Finds the templates that share a path with another one without looking at all of them. */
export interface TemplateIndex<T> {
  readonly add: (template: Template, value: T) => void;
  readonly overlapping: (template: Template) => readonly T[];
}

interface Node<T> { readonly literals: Map<string, Node<T>>; parameter?: Node<T>; readonly ending: T[]; readonly rest: T[] }
const node = <T>(): Node<T> => ({ literals: new Map(), ending: [], rest: [] });

export function templateIndex<T>(): TemplateIndex<T> {
  const root = node<T>();
  return {
    add({ segments }, value) {
      let here = root;
      for (const segment of segments) {
        if (segment.kind === 'rest') { here.rest.push(value); return; }
        if (segment.kind === 'parameter') { here = here.parameter ??= node(); continue; }
        const next = here.literals.get(segment.text) ?? node<T>();
        here.literals.set(segment.text, next);
        here = next;
      }
      here.ending.push(value);
    },
    overlapping({ segments }) {
      const found: T[] = [];
      const below = (here: Node<T>): void => {
        found.push(...here.ending, ...here.rest);
        for (const next of [...here.literals.values(), ...(here.parameter === undefined ? [] : [here.parameter])]) below(next);
      };
      const walk = (here: Node<T>, index: number): void => {
        const segment = segments[index];
        const atRoot = index === 0; // where a rest takes nothing as well
        if (segment === undefined) { found.push(...here.ending, ...(atRoot ? here.rest : [])); return; }
        found.push(...here.rest);
        const further = [...(here.parameter === undefined ? [] : [here.parameter]), ...(segment.kind !== 'literal' ? here.literals.values() : [here.literals.get(segment.text)].flatMap((next) => next ?? []))];
        if (segment.kind === 'rest' && atRoot) found.push(...here.ending);
        for (const next of further) if (segment.kind === 'rest') below(next); else walk(next, index + 1);
      };
      walk(root, 0);
      return found;
    },
  };
}
