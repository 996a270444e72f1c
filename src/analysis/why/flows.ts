import { flowsIn, type Onto } from '#algebra';
import { segmentOf, type AnswerChain, type FlowsAnswer } from '#ir';
import type { Askable } from './askable.ts';
import { askerName, type Asker } from './asker.ts';
import { askedText, type Asked } from './asked.ts';
import { carriersOf } from './carriers.ts';
import { chainText, grantsOf } from './nearest-ways.ts';
import { usableOf } from './usable.ts';

export interface FlowsQuestion {
  readonly from: Asker;
  readonly to: readonly Asked[];
  /** What chains have to pass on the way, in this order. */
  readonly through?: readonly (readonly Asked[])[];
}

/** The shortest chain of grants onto each operation that is asked about: what each step hands on may get that far. */
export function flows(askable: Askable, { from, through = [], to }: FlowsQuestion): FlowsAnswer {
  const chains = flowsIn(askable.access, { from: askable.from }).onEach({
    first: usableOf(askable, from), to: ontoOf(askable, to), through: through.map((one) => ontoOf(askable, one)),
  });
  return {
    kind: 'flows', version: 1, policy: askable.policy.name,
    question: { from: askerName(from), to: textOf(to), ...(through.length === 0 ? {} : { through: through.map(textOf) }), asOf: askable.from },
    chains: chains.map((chain): AnswerChain => ({ says: chainText(from, chain), grants: grantsOf(askable, chain) })),
    notes: chains.length > 0 ? [] : ['there is none: no chain of grants leads there'],
  };
}

const textOf = (asked: readonly Asked[]): string => asked.map(askedText).join(', ');

function ontoOf({ policy }: Askable, asked: readonly Asked[]): Onto {
  const tests = asked.map((one): Onto => {
    switch (one.kind) {
      case 'api': return (api) => api === one.api;
      case 'segment': { const inside = new Set(policy.apis.filter((api) => segmentOf(policy, api)?.name === one.segment).map(({ name }) => name)); return (api) => inside.has(api); }
      case 'destination': { const names = new Set(carriersOf(policy, one.to).filter(({ wholePort }, _, all) => !wholePort || all.length === 1).map(({ api, operation }) => JSON.stringify([api.name, operation.name]))); return (api, operation) => names.has(JSON.stringify([api, operation])); }
      default: return one satisfies never;
    }
  });
  return (api, operation) => tests.some((test) => test(api, operation));
}
