import { diagnose, type Diagnostic } from '#diagnostics';
import { conditionAtoms } from '../condition-atoms.ts';
import type { PolicyContext } from '../policy-context.ts';
import { quoted } from '../wording.ts';

/** CS1045: who somebody is, is what the claims of a token say. How, when and from where they come is a condition of what they may do. */
export function people(context: PolicyContext): readonly Diagnostic[] {
  return context.people.flatMap(({ value, pointer }) => (value.where === undefined ? [] : conditionAtoms(value.where, `${pointer}/where`).flatMap((atom) => (atom.value.kind === 'claim' ? [] : [diagnose('CS1045', {
    message: `${quoted(value.name)} are told by \`${atom.value.kind}\`, which is not a claim about who they are`, pointer: atom.pointer,
    help: 'narrow them by claims: `where: claim(\'groups\').includes(\'…\')`; state the rest as conditions, in `when` of an offer or in a segment\'s `requires.people`',
  })]))));
}
