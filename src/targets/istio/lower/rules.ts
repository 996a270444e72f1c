import type { Operation } from '#ir';
import type { CellPlan, RulePlan, ServedPlan, SourcePlan, WhenPlan } from '../plan.ts';
import type { Admission } from './admissions.ts';
import { groupedBy } from './estate.ts';
import { askedKey, operationsAdmitting, type Asked, type Reading } from './operations.ts';

/** One grant at one server, as rules will say it. */
export interface Admitting { readonly ref: string; readonly asked: Asked; readonly reading: Reading; readonly admitted: readonly Admission[]; readonly does: readonly CellPlan[] }

/** Most entries of one list in a rule; a longer one becomes several rules, which add up. */
export const mostEntries = 256;

/**
 * A request to switch protocols carries this header when rules are asked, and nothing else does: a proxy takes it off
 * whatever is no upgrade, and answers no upgrade but to WebSocket (Istio enables that one for every port; Envoy,
 * "HTTP upgrades"). Absent is what a plain request must be, so that here `notValues` says exactly what is meant.
 */
const upgrade = 'request.headers[upgrade]';
const readingTests: Readonly<Record<Reading, readonly WhenPlan[]>> = { request: [{ key: upgrade, notValues: ['*'] }], upgrade: [{ key: upgrade, values: ['*'] }], port: [] };

/**
 * The rules of one policy: `portsOf` maps a container port to what its proxy sees in its place.
 *
 * Rules add up, and a rule admits each of its principals to each of its operations under all of its tests. Grants
 * with the same address and tests are gathered; callers with the same operations then share a rule. So each pair of
 * caller and operation in a rule is one that some grant names under those tests, and every such pair is in a rule.
 */
export function rulesAdmitting(admitting: readonly Admitting[], portsOf: (port: number) => readonly number[], unsayable: (wide: Asked, sibling: Operation) => void): readonly RulePlan[] {
  interface Caller { readonly asked: Map<string, Asked>; readonly serves: Map<string, readonly CellPlan[]> }
  const groups = new Map<string, { readonly source: Pick<SourcePlan, 'ipBlocks' | 'notIpBlocks'>; readonly when: readonly WhenPlan[]; readonly callers: Map<string, Caller> }>();
  for (const { admitted, asked, does, reading, ref } of admitting) {
    for (const { source: { principal, ...source }, when } of admitted) {
      const all = [...when, ...readingTests[reading]];
      const key = JSON.stringify([all, source, principal === undefined]);
      const group = groups.get(key) ?? { source, when: all, callers: new Map<string, Caller>() };
      groups.set(key, group);
      const caller = group.callers.get(principal ?? '') ?? { asked: new Map<string, Asked>(), serves: new Map<string, readonly CellPlan[]>() };
      group.callers.set(principal ?? '', caller);
      caller.asked.set(askedKey(asked), asked);
      caller.serves.set(ref, does);
    }
  }
  const rules: RulePlan[] = [];
  for (const [, { callers, source, when }] of [...groups].sort(byKey)) {
    const alike = groupedBy([...callers].sort(byKey), ([, { asked }]) => [...asked.keys()].sort().join(' '));
    for (const [, members] of [...alike].sort(byKey)) {
      const asked = [...members[0]![1].asked.values()];
      const byPort = [...groupedBy(asked, ({ port }) => port)].sort(([a], [b]) => a - b);
      const operations = byPort.flatMap(([port, there]) => operationsAdmitting(there, portsOf(port), unsayable));
      const serves = new Map(members.flatMap(([, caller]) => [...caller.serves]));
      const served: readonly ServedPlan[] = [...serves].sort(byKey).map(([grant, does]) => ({ grant, does }));
      const principals = members.map(([principal]) => principal).filter((principal) => principal !== '');
      for (const some of principals.length === 0 ? [undefined] : chunks(principals)) {
        for (const part of chunks(operations)) rules.push({ source: some === undefined ? source : { ...source, principals: some }, operations: part, when, serves: served });
      }
    }
  }
  return rules;
}

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : a > b ? 1 : 0);

export function chunks<T>(list: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / mostEntries) }, (_, index) => list.slice(index * mostEntries, (index + 1) * mostEntries));
}
