import type * as pulumi from '@pulumi/pulumi';
import type { Artifact } from '#targets';
import { kubernetesResource } from './kubernetes.ts';

/**
 * Registers one typed resource for each artefact, under `parent`. Each stage depends on all of the stages before it:
 * the engine then creates what denies first, and deletes it last.
 */
export function materialize(name: string, artifacts: readonly Artifact[], parent: pulumi.ComponentResource): readonly pulumi.CustomResource[] {
  const stages = [...new Set(artifacts.map(({ stage }) => stage))].sort((a, b) => a - b);
  const made: pulumi.CustomResource[] = [];
  let before: pulumi.CustomResource[] = [];
  for (const stage of stages) {
    const here = artifacts.filter((artifact) => artifact.stage === stage).map((artifact) => {
      switch (artifact.kind) {
        case 'kubernetes': return kubernetesResource(name, artifact, { parent, dependsOn: before });
        default: return artifact.kind satisfies never;
      }
    });
    made.push(...here);
    if (here.length > 0) before = here; // each of these already waits for the stage before it
  }
  return made;
}
