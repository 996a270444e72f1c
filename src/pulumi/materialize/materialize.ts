import type * as pulumi from '@pulumi/pulumi';
import type { Artifact } from '#targets';
import { kubernetesResource } from './kubernetes.ts';
import { Stage } from './stage.ts';

/**
 * Registers one resource for each artefact, under `parent`, in a `Stage` for each of their stages: the engine then makes
 * what denies before what allows, and takes it away after. Nothing at all is made before `allowed` resolves.
 *
 * An object under a name that is taken can't be made, so one that had to be replaced would first be deleted; and
 * between the two, whatever it denied is open. No change of an artefact needs that. Where something else asks for it
 * (`--replace`), `deleteBeforeReplace: false` makes it fail instead. Nothing is retained: what a policy no longer
 * says goes.
 */
export function materialize(name: string, artifacts: readonly Artifact[], parent: pulumi.Resource, allowed: pulumi.Output<pulumi.Resource[]>): void {
  const made: pulumi.CustomResource[] = [];
  const ids: string[] = [];
  for (const [stage, here] of byStage(artifacts)) {
    const under = new Stage(name, { stage, below: [...ids], after: made.length === 0 ? allowed : [...made], parent });
    for (const artifact of here) {
      made.push(resourceOf(name, artifact, { parent: under, deleteBeforeReplace: false }));
      ids.push(artifact.id);
    }
  }
}

function resourceOf(name: string, artifact: Artifact, options: pulumi.CustomResourceOptions): pulumi.CustomResource {
  switch (artifact.kind) {
    case 'kubernetes': return kubernetesResource(name, artifact, options);
    default: return artifact.kind satisfies never;
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
