import * as pulumi from '@pulumi/pulumi';
import type { Diagnostic } from '#diagnostics';
import type { Artifact } from '#targets';
import { kubernetesResource } from './kubernetes.ts';
import { readBack } from './read-back.ts';
import { Stage } from './stage.ts';

export interface MaterializeArgs {
  readonly parent: pulumi.Resource;
  /** What speaks against making anything, each as soon as it is known. */
  readonly objections: readonly pulumi.Output<readonly Diagnostic[]>[];
  /** Throws if something was found: what, and what became of the run. */
  readonly refuse: (found: readonly Diagnostic[], outcome: string) => void;
}

/**
 * Registers one resource for each artefact, under `parent`, in a `Stage` for each of their stages: the engine then makes
 * what denies before what allows, and takes it away after. Nothing at all is made if there are
 * `objections`; and no stage before the ones below it are in the cluster as they were proved. Resolves when all are.
 *
 * An object under a name that is taken can't be made, so one that had to be replaced would first be deleted; and
 * between the two, whatever it denied is open. No change of an artefact needs that. Where something else asks for it
 * (`--replace`), `deleteBeforeReplace: false` makes it fail instead. Nothing is retained: what a policy no longer
 * says goes.
 */
export function materialize(name: string, artifacts: readonly Artifact[], { parent, objections, refuse }: MaterializeArgs): pulumi.Output<unknown> {
  const made: pulumi.CustomResource[] = [];
  const ids: string[] = [];
  let before: pulumi.Output<unknown> = pulumi.all(objections.map((objection) => objection.apply((found) => { refuse(found, 'Nothing was applied.'); })));
  for (const [stage, here] of byStage(artifacts)) {
    const [after, below] = [[...made], [...ids]];
    const under = new Stage(name, { stage, below, after: before.apply(() => after), parent });
    const resources = here.map((artifact) => resourceOf(name, artifact, { parent: under, deleteBeforeReplace: false }));
    made.push(...resources);
    ids.push(...here.map(({ id }) => id));
    before = pulumi.all(here.map((artifact, index) => (artifact.kind === 'kubernetes' ? readBack(artifact, resources[index]!) : pulumi.output([])))).apply((found) => { refuse(found.flat(), 'No later stage was applied.'); });
  }
  return before;
}

function resourceOf(name: string, artifact: Artifact, options: pulumi.CustomResourceOptions): pulumi.CustomResource {
  switch (artifact.kind) {
    case 'kubernetes': return kubernetesResource(name, artifact, options);
    case 'aws': throw new Error(`no resource is known for ${artifact.id}`);
    default: return artifact satisfies never;
  }
}

/** From the lowest stage up. */
function byStage(artifacts: readonly Artifact[]): readonly (readonly [number, readonly Artifact[]])[] {
  const stages = new Map<number, Artifact[]>();
  for (const artifact of artifacts) {
    const here = stages.get(artifact.stage);
    if (here === undefined) stages.set(artifact.stage, [artifact]);
    else here.push(artifact);
  }
  return [...stages].sort(([a], [b]) => a - b);
}
