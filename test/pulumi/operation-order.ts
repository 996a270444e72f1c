import { awsName } from '../../src/pulumi/materialize/aws.ts';
import type { Artifact } from '../../src/targets/index.ts';
import type { Operation, PulumiResult } from '../engines/pulumi-harness/harness.ts';

/** The id of the artefact that an operation was about; undefined where it was about something else of the program. */
export type IdOf = (operation: Operation) => string | undefined;

/** The same of an object of the cluster. */
export const idOf = ({ object }: Operation): string => [object?.apiVersion, object?.kind, ...(object?.namespace === undefined ? [] : [object.namespace]), object?.name].join('/');

/** What was done, and not only previewed: to objects of the cluster, or to those of another provider as well. */
export const done = (result: PulumiResult, ...ops: readonly Operation['op'][]): readonly Operation[] => doneBy(['kubernetes:'], result, ...ops);
export const doneBy = (providers: readonly string[], result: PulumiResult, ...ops: readonly Operation['op'][]): readonly Operation[] =>
  result.operations.filter(({ op, preview, type }) => ops.includes(op) && preview !== true && providers.some((provider) => type.startsWith(provider)));

/** As artefacts became resources of a component: each operation's artefact, by the name and type of its resource. */
export function idsIn(component: string, artifacts: readonly Artifact[]): IdOf {
  const names = new Map<string, string>(artifacts.flatMap((artifact) => (artifact.kind === 'aws' ? [[`aws:${artifact.type} ${awsName(component, artifact)}`, artifact.id] as const] : [])));
  return (operation) => (operation.type.startsWith('kubernetes:') ? idOf(operation) : names.get(`${operation.type} ${operation.name}`));
}

export const said = (result: PulumiResult, severity = 'error'): string => result.diagnostics.filter((one) => one.severity === severity).map(({ message }) => message).join('\n');

type Stages = ReadonlyMap<string, number>;

/** Pairs of stages, one after the other in that direction, of which the next began before the one before had ended. */
export function disorder(operations: readonly Operation[], stages: Stages, direction: 'ascending' | 'descending', id: IdOf = idOf): readonly string[] {
  const numbers = [...new Set(operations.map((operation) => stageOf(operation, stages, id)))].sort((a, b) => (direction === 'ascending' ? a - b : b - a));
  const spans = numbers.map((stage) => {
    const here = operations.filter((operation) => stageOf(operation, stages, id) === stage);
    return { stage, started: Math.min(...here.map(({ started }) => started)), ended: Math.max(...here.map(({ ended }) => ended)) };
  });
  return spans.slice(1).flatMap((next, index) => (spans[index]!.ended < next.started ? [] : [`${spans[index]!.stage}, ${next.stage}`]));
}

/** Everything that is wrong with the order of an update: up through the stages with what is made or changed, and only then down with what goes. */
export function unsafeOrder(result: PulumiResult, stages: Stages, id: IdOf = idOf): readonly string[] {
  const ours = (...ops: readonly Operation['op'][]) => doneBy(['kubernetes:', 'aws:'], result, ...ops).filter((operation) => id(operation) !== undefined);
  const [up, down] = [ours('create', 'update'), ours('delete')];
  const early = up.length === 0 || down.length === 0 || Math.max(...up.map(({ ended }) => ended)) < Math.min(...down.map(({ started }) => started)) ? [] : ['deleted before all was made'];
  return [...disorder(up, stages, 'ascending', id), ...early, ...disorder(down, stages, 'descending', id)];
}

function stageOf(operation: Operation, stages: Stages, id: IdOf): number {
  const stage = stages.get(id(operation) ?? '');
  if (stage === undefined) throw new Error(`no artefact is ${id(operation)}`);
  return stage;
}
