import type { AnswerGrant, AnswerGroup } from '#ir';

/** Grants that ask for the same, as rectangles: who × operations. Together they are the grants, and no pair stands in two of one condition. */
export function groupsOf(grants: readonly AnswerGrant[]): readonly AnswerGroup[] {
  const alike = new Map<string, { readonly one: AnswerGrant; readonly operationsOf: Map<string, Set<string>> }>();
  for (const grant of grants) {
    const key = JSON.stringify([grant.when, grant.until ?? '', grant.wholePort ?? false]);
    let found = alike.get(key);
    if (found === undefined) alike.set(key, found = { one: grant, operationsOf: new Map() });
    const operations = found.operationsOf.get(grant.who);
    if (operations === undefined) found.operationsOf.set(grant.who, new Set([grant.operation])); else operations.add(grant.operation);
  }
  return [...alike.values()].flatMap(({ one, operationsOf }): readonly AnswerGroup[] => {
    const sameOperations = new Map<string, { readonly operations: readonly string[]; readonly who: string[] }>();
    for (const [who, set] of operationsOf) {
      const operations = [...set].sort(), key = JSON.stringify(operations), before = sameOperations.get(key);
      if (before === undefined) sameOperations.set(key, { operations, who: [who] }); else before.who.push(who);
    }
    return [...sameOperations.values()].map(({ operations, who }) => ({ who: who.sort(), operations, when: one.when, ...(one.until === undefined ? {} : { until: one.until }) }));
  });
}
