import type { Atom } from '../atom.ts';

export type AtomOf<K extends Atom['kind']> = Extract<Atom, { readonly kind: K }>;

export const ofKind = <K extends Atom['kind']>(atoms: readonly Atom[], kind: K): readonly AtomOf<K>[] =>
  atoms.filter((atom): atom is AtomOf<K> => atom.kind === kind);
