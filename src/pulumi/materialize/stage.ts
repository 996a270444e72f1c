import * as pulumi from '@pulumi/pulumi';
import { digest } from '#ir';

export interface StageArgs {
  readonly stage: number | 'keys';
  /** The ids of every artefact of every lower stage. */
  readonly below: readonly string[];
  /** Their resources, when what else has to be so before anything of this stage is made is so. */
  readonly after: pulumi.Output<pulumi.CustomResource[]>;
  readonly parent: pulumi.Resource;
}

/**
 * What holds the objects of one stage: it depends on every object of every lower stage, and each of its own objects has
 * it for parent. So the engine makes no object before all of the lower stages are there, and takes none of those away
 * before all of its stage are gone; and that costs an edge for each object and stage, not one for each pair of objects.
 *
 * The engine orders what it deletes by the direct edges *between deleted resources* (`ScheduleDeletes` in Pulumi's
 * `resource/deploy/step_generator.go`): a way that leads over a resource which stays counts for nothing. When some objects
 * go and others stay, a stage that stayed would be such a gap. So the name carries a digest of which objects stand below:
 * where one of those goes, the stage goes with it and is made anew, and its objects, whose URNs contain the types of
 * their parents and not their names, move over untouched.
 */
export class Stage extends pulumi.ComponentResource {
  constructor(component: string, { stage, below, after, parent }: StageArgs) {
    const foundation = below.length === 0 ? '' : `-${digest([...below].sort().join('\n')).slice('sha256:'.length, 'sha256:'.length + 8)}`;
    super('countersign:index:Stage', `${component}/${stage === 'keys' ? stage : `stage-${stage}`}${foundation}`, {}, { parent, dependsOn: after });
    this.registerOutputs();
  }
}
