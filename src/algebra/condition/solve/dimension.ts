import type { Atom } from '../atom.ts';
import type { Draft } from './draft.ts';
import type { Lit } from './sat.ts';
import type { Problem } from './problem.ts';

/** What atoms of one kind of fact mean together: a proposition for each, and how a model is read back. */
export interface Encoded {
  readonly lits: ReadonlyMap<Atom, Lit>;
  readonly read: (isTrue: (lit: Lit) => boolean, draft: Draft) => void;
}

/** Facts that no atom of another dimension reads. */
export type Encode = (problem: Problem, atoms: readonly Atom[], from: number) => Encoded;

/** Atoms of different dimensions never depend on each other. */
export function dimensionOf(atom: Atom): string {
  switch (atom.kind) {
    case 'bearer': case 'claim': case 'mfa': case 'authenticatedWithin': case 'maxTokenAge': case 'device': return 'token';
    case 'during': case 'before': return 'time';
    case 'header': return `header ${atom.name.toLowerCase()}`;
    case 'throughExposure': case 'client': case 'from': case 'risk': case 'inTheClear': case 'weakerEncryption': return atom.kind;
    default: return atom satisfies never;
  }
}
