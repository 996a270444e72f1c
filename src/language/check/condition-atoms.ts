import type { Condition } from '#ir';
import type { Located } from './located.ts';

/** A condition that nothing joins. */
export type AtomicCondition = Exclude<Condition, { readonly kind: 'all' | 'any' }>;

/** What `all` and `any` join, however deep, each with its place. */
export function conditionAtoms(condition: Condition, pointer: string): readonly Located<AtomicCondition>[] {
  if (condition.kind === 'all' || condition.kind === 'any') return condition.of.flatMap((part, index) => conditionAtoms(part, `${pointer}/of/${index}`));
  return [{ value: condition, pointer }];
}
