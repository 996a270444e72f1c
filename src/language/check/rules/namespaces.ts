import { diagnose, type Diagnostic } from '#diagnostics';
import type { Workload } from '#ir';
import type { Located } from '../located.ts';
import type { PolicyContext } from '../policy-context.ts';
import { quoted } from '../wording.ts';

/** CS1057: a namespace is governed as a whole, by denying what is not granted, or left alone as a whole. */
export function namespaces(context: PolicyContext): readonly Diagnostic[] {
  const governed = new Map<string, Located<Workload>>();
  const left: Located<Workload>[] = [];
  for (const workload of context.workloads) {
    const namespace = workload.value.kubernetes?.namespace;
    if (namespace === undefined) continue;
    if (context.segmentNamed.get(workload.value.segment ?? '')?.value.managed === 'unmanaged') { left.push(workload); continue; }
    const known = governed.get(namespace);
    if (known === undefined || context.before(workload.pointer, known.pointer)) governed.set(namespace, workload);
  }
  return left.flatMap(({ value, pointer }) => {
    const namespace = value.kubernetes?.namespace ?? '';
    const other = governed.get(namespace);
    return other === undefined ? [] : [diagnose('CS1057', {
      message: `${quoted(value.name)} is in the segment ${quoted(value.segment ?? '')}, which is left unmanaged, and shares the namespace ${quoted(namespace)} with ${quoted(other.value.name)}, which is not`,
      pointer: `${pointer}/segment`, related: [{ message: `${quoted(other.value.name)} is declared`, pointer: other.pointer }],
      help: `put both into segments that are managed, or both into unmanaged ones, or give ${quoted(value.name)} a namespace of its own`,
    })];
  });
}
