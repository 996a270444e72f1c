import type { Operation, PulumiResult } from '../engines/pulumi-harness/harness.ts';

/** The artefact's id of the object that an operation was about. */
export const idOf = ({ object }: Operation): string => [object?.apiVersion, object?.kind, ...(object?.namespace === undefined ? [] : [object.namespace]), object?.name].join('/');

/** What was done to objects, and not only previewed. */
export const done = (result: PulumiResult, ...ops: readonly Operation['op'][]): readonly Operation[] =>
  result.operations.filter(({ op, preview, type }) => ops.includes(op) && preview !== true && type.startsWith('kubernetes:'));

export const said = (result: PulumiResult, severity = 'error'): string => result.diagnostics.filter((one) => one.severity === severity).map(({ message }) => message).join('\n');

type Stages = ReadonlyMap<string, number>;

/** Pairs of stages, one after the other in that direction, of which the next began before the one before had ended. */
export function disorder(operations: readonly Operation[], stages: Stages, direction: 'ascending' | 'descending'): readonly string[] {
  const numbers = [...new Set(operations.map((operation) => stageOf(operation, stages)))].sort((a, b) => (direction === 'ascending' ? a - b : b - a));
  const spans = numbers.map((stage) => {
    const here = operations.filter((operation) => stageOf(operation, stages) === stage);
    return { stage, started: Math.min(...here.map(({ started }) => started)), ended: Math.max(...here.map(({ ended }) => ended)) };
  });
  return spans.slice(1).flatMap((next, index) => (spans[index]!.ended < next.started ? [] : [`${spans[index]!.stage}, ${next.stage}`]));
}

/** Everything that is wrong with the order of an update: up through the stages with what is made or changed, and only then down with what goes. */
export function unsafeOrder(result: PulumiResult, stages: Stages): readonly string[] {
  const [up, down] = [done(result, 'create', 'update'), done(result, 'delete')];
  const early = up.length === 0 || down.length === 0 || Math.max(...up.map(({ ended }) => ended)) < Math.min(...down.map(({ started }) => started)) ? [] : ['deleted before all was made'];
  return [...disorder(up, stages, 'ascending'), ...early, ...disorder(down, stages, 'descending')];
}

function stageOf(operation: Operation, stages: Stages): number {
  const stage = stages.get(idOf(operation));
  if (stage === undefined) throw new Error(`no artefact is ${idOf(operation)}`);
  return stage;
}
