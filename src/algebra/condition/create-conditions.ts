import type { Conditions, Facts, Node } from './conditions.ts';
import { factsOf } from './facts-of.ts';
import { createJudge } from './judge/judge.ts';
import { createNodeTable } from './node-table.ts';
import { nodeText } from './node-text.ts';
import { ofCondition } from './of-condition.ts';
import { solve } from './solve/solve.ts';

/** A universe of conditions: nodes, who judges requests by them, and what makes them hold. */
export function createConditions(): Conditions {
  const table = createNodeTable(), judge = createJudge();
  const satisfied = new Map<string, Map<number, Facts | null>>();

  const satisfy = (node: Node, from: string): Facts | undefined => {
    if (node === table.never) return undefined;
    let known = satisfied.get(from);
    if (known === undefined) satisfied.set(from, known = new Map());
    let facts = known.get(node.id);
    if (facts === undefined) known.set(node.id, facts = freshly(node, from) ?? null);
    return facts ?? undefined;
  };

  const freshly = (node: Node, from: string): Facts | undefined => {
    const instant = Date.parse(from);
    if (Number.isNaN(instant)) throw new RangeError(`\`${from}\` is no instant`);
    const draft = solve(node, instant);
    if (draft === undefined) return undefined;
    const facts = factsOf(draft, instant);
    const holds = (one: Facts): boolean => judge(node, { ...one, to: { kind: 'operation', api: '', operation: '' } });
    if (!holds(facts)) throw new Error(`what was found does not make it hold: ${nodeText(node)}: ${JSON.stringify(facts)}`);
    return facts;
  };

  const isPossible = (node: Node, from: string): boolean => node === table.always || satisfy(node, from) !== undefined;
  return {
    ...table,
    of: (condition, standing) => ofCondition(table, condition, standing),
    holds: judge,
    satisfy, isPossible,
    implies: (a, b, from) => a === b || b === table.always || a === table.never || !isPossible(table.all([a, table.not(b)]), from),
    text: nodeText,
  };
}
