import { diagnose, type Diagnostic } from '#diagnostics';
import { segmentServing, type PolicyContext } from '../policy-context.ts';
import { quoted } from '../wording.ts';

/** CS1058: where nothing is enforced, nothing is impossible. The grants of this policy do not break the invariant; others might. */
export function unprovedInvariants(context: PolicyContext): readonly Diagnostic[] {
  return context.never.flatMap(({ value: { to }, pointer }) => {
    const api = to.kind === 'segment' ? undefined : context.apiNamed.get(to.kind === 'api' ? to.name : to.api);
    const segment = to.kind === 'segment' ? context.segmentNamed.get(to.name) : api === undefined ? undefined : segmentServing(context, api);
    return segment?.value.managed !== 'unmanaged' ? [] : [diagnose('CS1058', {
      message: `a \`never\` speaks of ${quoted(to.kind === 'operation' ? `${to.api}.${to.operation}` : to.name)}, and the segment ${quoted(segment.value.name)} is unmanaged: no grant of this policy leads there, and nothing keeps others out`,
      pointer, related: [{ message: `${quoted(segment.value.name)} is declared`, pointer: segment.pointer }],
      help: `let ${quoted(segment.value.name)} be \`managed\`, or read the invariant as a promise of this policy alone`,
    })];
  });
}
