import { diagnose, type Diagnostic } from '#diagnostics';
import type { Workload } from '#ir';
import type { Located } from '../located.ts';
import type { PolicyContext } from '../policy-context.ts';
import { quoted } from '../wording.ts';

/** CS1015 and CS1016: who calls has a ServiceAccount, and has it alone. */
export function serviceAccounts(context: PolicyContext): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const owners = new Map<string, Located<Workload>[]>();
  for (const located of context.workloads) {
    const facts = located.value.kubernetes;
    if (facts?.serviceAccount === undefined) continue;
    const key = `${facts.namespace}\0${facts.serviceAccount}`;
    const list = owners.get(key);
    if (list === undefined) owners.set(key, [located]); else list.push(located);
  }
  for (const sharing of owners.values()) {
    if (sharing.length === 1) continue;
    const [first, ...later] = [...sharing].sort((a, b) => (context.before(a.pointer, b.pointer) ? -1 : 1));
    for (const { value, pointer } of later) {
      const account = value.kubernetes?.serviceAccount ?? '';
      found.push(diagnose('CS1015', {
        message: `${quoted(value.name)} and ${quoted(first!.value.name)} both run as the ServiceAccount ${quoted(account)} of the namespace ${quoted(value.kubernetes?.namespace ?? '')}, so that each has the other's access`,
        pointer: `${pointer}/kubernetes/serviceAccount`,
        related: [{ message: `${quoted(first!.value.name)} runs as it`, pointer: `${first!.pointer}/kubernetes/serviceAccount` }],
        help: account === 'default' ? `create a ServiceAccount for each, such as ${quoted(value.name)}, and name it in the pod templates` : `give ${quoted(value.name)} a ServiceAccount of its own`,
      }));
    }
  }

  const calls = new Map<string, { readonly pointer: string; readonly what: string }[]>();
  for (const { value: ask, pointer } of context.asks) {
    if (ask.from.kind !== 'workload') continue;
    const list = calls.get(ask.from.name) ?? [];
    list.push({ pointer, what: `${ask.to.api}.${ask.to.operation}` });
    calls.set(ask.from.name, list);
  }
  for (const { value, pointer } of context.workloads) {
    if (value.kubernetes === undefined || value.kubernetes.serviceAccount !== undefined) continue;
    const made = (calls.get(value.name) ?? []).sort((a, b) => (a.what < b.what ? -1 : a.what > b.what ? 1 : context.before(a.pointer, b.pointer) ? -1 : 1));
    const first = made[0] ?? (value.callsApiServer === undefined ? undefined : { pointer: `${pointer}/callsApiServer`, what: 'the API server' });
    if (first === undefined) continue;
    found.push(diagnose('CS1016', {
      message: `${quoted(value.name)} calls ${made.length === 0 ? first.what : quoted(first.what)}${made.length > 1 ? ` and ${made.length - 1} more` : ''}, and has no ServiceAccount to be recognised by`,
      pointer: `${pointer}/kubernetes`,
      related: [{ message: 'the call is declared', pointer: first.pointer }],
      help: `create a ServiceAccount for it, such as ${quoted(value.name)}, name it in its pod template, and state it in \`kubernetes.serviceAccount\``,
    }));
  }
  return found;
}
