import { diagnose, type Diagnostic } from '#diagnostics';
import { labelsText, type Labels } from '#ir';
import type { PolicyContext } from '../policy-context.ts';
import { quoted } from '../wording.ts';

interface Selecting { readonly workload: string; readonly selector: Labels; readonly namespace: string; readonly pointer: string }

/** CS1013 and CS1014: a policy knows a workload by its selector, so that no pod may be two workloads. */
export function selectors(context: PolicyContext): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const byNamespace = new Map<string, Selecting[]>();
  for (const { value, pointer } of context.workloads) {
    const facts = value.kubernetes;
    if (facts === undefined) continue;
    const at = `${pointer}/kubernetes/selector`;
    if (Object.keys(facts.selector).length === 0) {
      found.push(diagnose('CS1013', {
        message: `the selector of ${quoted(value.name)} is empty, which means every pod of the namespace ${quoted(facts.namespace)}`,
        pointer: at,
        help: 'select by the labels of its pod template, such as `{ \'app.kubernetes.io/name\': … }`',
      }));
      continue;
    }
    const selecting = { workload: value.name, selector: facts.selector, namespace: facts.namespace, pointer: at };
    const list = byNamespace.get(facts.namespace);
    if (list === undefined) byNamespace.set(facts.namespace, [selecting]); else list.push(selecting);
  }
  for (const [namespace, members] of byNamespace) {
    for (const [later, first] of overlaps(context, members)) {
      found.push(diagnose('CS1014', {
        message: `the selectors of ${quoted(later.workload)} (${labelsText(later.selector)}) and ${quoted(first.workload)} (${labelsText(first.selector)}) can match one pod of the namespace ${quoted(namespace)}, which would have the access of both`,
        pointer: later.pointer,
        related: [{ message: `${quoted(first.workload)} selects its pods`, pointer: first.pointer }],
        help: separation(later.selector, first.selector),
        witness: { namespace, labels: Object.fromEntries(Object.entries({ ...first.selector, ...later.selector }).sort(([a], [b]) => (a < b ? -1 : 1))) },
      }));
    }
  }
  return found;
}

/** Two selectors can match one pod unless some key demands different values. */
function separation(a: Labels, b: Labels): string {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((key) => !(key in a && key in b)).sort();
  return keys.length === 0 ? 'select one of the two by a label in which their pods differ'
    : `let both selectors demand a value of one key, and not the same; ${quoted(keys[0]!)} is demanded by one of them only`;
}

/**
 * Each selector with the earliest one that it overlaps, if any is earlier. Exact, and never compares all with all:
 * selectors of the same keys fall into one group; two groups can only meet where the keys that they share have the
 * same values, which is a join on those values. Estates have a handful of key sets, whatever their size.
 */
function overlaps(context: PolicyContext, members: readonly Selecting[]): readonly (readonly [Selecting, Selecting])[] {
  const groups = new Map<string, { readonly keys: readonly string[]; readonly members: Selecting[] }>();
  for (const member of members) {
    const keys = Object.keys(member.selector).sort();
    const name = keys.join('\0');
    const group = groups.get(name);
    if (group === undefined) groups.set(name, { keys, members: [member] }); else group.members.push(member);
  }
  const partners = new Map<Selecting, Selecting>();
  const meet = (a: Selecting, b: Selecting): void => {
    const [first, later] = context.before(a.pointer, b.pointer) ? [a, b] : [b, a];
    const known = partners.get(later);
    if (known === undefined || context.before(first.pointer, known.pointer)) partners.set(later, first);
  };
  const all = [...groups.values()];
  for (const [index, left] of all.entries()) {
    for (const right of all.slice(index)) {
      const shared = left.keys.filter((key) => right.keys.includes(key));
      const byValues = join(left.members, shared);
      if (left === right) {
        for (const alike of byValues.values()) {
          if (alike.length === 1) continue;
          const first = earliest(context, alike);
          for (const member of alike) if (member !== first) meet(first, member);
        }
        continue;
      }
      const others = join(right.members, shared);
      for (const [values, matching] of others) {
        const alike = byValues.get(values);
        if (alike === undefined) continue;
        const [earliestLeft, earliestRight] = [earliest(context, alike), earliest(context, matching)];
        for (const member of alike) meet(earliestRight, member);
        for (const member of matching) meet(earliestLeft, member);
      }
    }
  }
  return [...partners];
}

function join(members: readonly Selecting[], keys: readonly string[]): ReadonlyMap<string, readonly Selecting[]> {
  const byValues = new Map<string, Selecting[]>();
  for (const member of members) {
    const values = keys.map((key) => member.selector[key]).join('\0');
    const alike = byValues.get(values);
    if (alike === undefined) byValues.set(values, [member]); else alike.push(member);
  }
  return byValues;
}

const earliest = (context: PolicyContext, members: readonly Selecting[]): Selecting =>
  members.reduce((best, member) => (context.before(member.pointer, best.pointer) ? member : best));
