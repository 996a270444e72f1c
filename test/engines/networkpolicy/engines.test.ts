import { describe, expect, it } from 'vitest';
import { describeWithEngines } from '../engine.ts';
import { isolation, peers, portsAndAddresses, world } from './cases.ts';
import { ciliumTruthTable, cyclonusTruthTable, type TruthTable, type Verdict } from './truth-table.ts';
import type { Protocol } from './world.ts';

const groups = { isolation, peers, 'ports and addresses': portsAndAddresses };

function inWords({ ingress, egress }: Verdict): string {
  if (ingress) return egress ? 'allowed' : 'denied on egress';
  return egress ? 'denied on ingress' : 'denied on both';
}

/** The table's answer to the same question, in the same words. */
function answerTo(table: TruthTable, line: string): string {
  const [, from, to, protocol, port] = /^(\S+) -> (\S+) (\w+)\/(\d+): /.exec(line) ?? [];
  if (from === undefined || to === undefined) throw new Error(`not an answer: ${line}`);
  return `${from} -> ${to} ${protocol}/${port}: ${inWords(table.allowed(from, to, protocol as Protocol, Number(port)))}`;
}

describeWithEngines(['cyclonus', 'cilsim'], 'the NetworkPolicy engines', () => {
  for (const [group, cases] of Object.entries(groups)) {
    describe(group, () => {
      it.each(cases)('$claim', async ({ policies, answers }) => {
        const cyclonus = await cyclonusTruthTable({ ...world, policies });
        const cilium = await ciliumTruthTable({ ...world, policies });
        expect(answers.map((line) => answerTo(cyclonus, line))).toEqual(answers);
        expect(answers.map((line) => answerTo(cilium, line))).toEqual(answers);
      });
    });
  }
});
