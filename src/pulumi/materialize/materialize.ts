import * as pulumi from '@pulumi/pulumi';
import type { Diagnostic } from '#diagnostics';
import { madeToken, tokensIn, tokensWithin, type Aws } from '#ir';
import type { Artifact } from '#targets';
import { loadAws } from './aws-modules.ts';
import { awsResource, neededBy } from './aws.ts';
import type { Filling } from './filled.ts';
import { kubernetesResource } from './kubernetes.ts';
import { readBackAws } from './read-back-aws.ts';
import { readBack } from './read-back.ts';
import { Stage } from './stage.ts';

export interface MaterializeArgs {
  readonly parent: pulumi.Resource;
  /** What speaks against making anything, each as soon as it is known. */
  readonly objections: readonly pulumi.Output<readonly Diagnostic[]>[];
  /** Throws if something was found: what, and what became of the run. */
  readonly refuse: (found: readonly Diagnostic[], outcome: string) => void;
  /** Where the artefacts of AWS are made; absent where there are none. */
  readonly aws?: Pick<Aws, 'accountId' | 'region'>;
  /** What fills the holes, and what speaks against it. */
  readonly values?: Values;
}
export interface GivenValues { readonly filling: Filling; readonly objections: MaterializeArgs['objections'] }
/** Values that are there, or that are made with the keys that the policy makes: those are then made first, by themselves. */
export type Values = GivenValues | ((keys: MadeKeys) => GivenValues);
/** By API: the ARN of each key that was made. */
export type MadeKeys = ReadonlyMap<string, pulumi.Output<string>>;

export interface Materialized { readonly applied: pulumi.Output<unknown>; readonly keys: MadeKeys }

/**
 * Registers one resource for each artefact, under `parent`, in a `Stage` for each of their stages: the engine then makes
 * what denies before what allows, and takes it away after. Nothing at all is made if there are
 * `objections`; and no stage before the ones below it are there as they were proved. `applied` resolves when all are.
 *
 * An object under a name that is taken can't be made, so one that had to be replaced would first be deleted; and
 * between the two, whatever it denied is open. No change of an artefact needs that. Where something else asks for it
 * (`--replace`), `deleteBeforeReplace: false` makes it fail instead. What a policy no longer says goes, but for what `aws.ts` says of keys.
 *
 * Which resources there are, their names and their order come from the artefacts alone. A value only fills texts within them.
 */
export function materialize(name: string, artifacts: readonly Artifact[], { aws, objections, parent, refuse, values = { filling: new Map(), objections: [] } }: MaterializeArgs): Materialized {
  const made: pulumi.CustomResource[] = [];
  const ids: string[] = [];
  const byId = new Map<string, pulumi.CustomResource>();
  const keys = new Map<string, pulumi.Output<string>>();
  const filling = new Map<string, pulumi.Input<string>>();
  const against = (found: MaterializeArgs['objections']) => pulumi.all(found.map((objection) => objection.apply((all) => { refuse(all, 'Nothing was applied.'); })));
  let before: pulumi.Output<unknown> = against(objections);

  const resourceOf = (artifact: Artifact, under: pulumi.Resource): pulumi.CustomResource => {
    const options: pulumi.CustomResourceOptions = { parent: under, deleteBeforeReplace: false };
    switch (artifact.kind) {
      case 'kubernetes': return kubernetesResource(name, artifact, options);
      case 'aws': {
        const dependsOn = neededBy(artifact).flatMap((id) => byId.get(id) ?? []);
        return awsResource(name, artifact, filling, { load: loadAws, region: placeOf(aws).region }, { ...options, ...(dependsOn.length === 0 ? {} : { dependsOn }) });
      }
      default: return artifact satisfies never;
    }
  };
  const answerOf = (artifact: Artifact, resource: pulumi.CustomResource): pulumi.Output<readonly Diagnostic[]> => {
    switch (artifact.kind) {
      case 'kubernetes': return readBack(artifact, resource);
      case 'aws': return readBackAws(artifact, resource, filling, placeOf(aws).accountId);
      default: return artifact satisfies never;
    }
  };
  const register = (stage: number | 'keys', here: readonly Artifact[]): void => {
    const [after, below] = [[...made], [...ids]];
    const under = new Stage(name, { stage, below, after: before.apply(() => after), parent });
    const resources = needsFirst(here).map((artifact) => {
      const resource = resourceOf(artifact, under);
      byId.set(artifact.id, resource);
      if (artifact.kind === 'aws' && artifact.makes !== undefined) {
        const { arn } = resource as unknown as { readonly arn: pulumi.Output<string> };
        keys.set(artifact.makes, arn);
        filling.set(tokensIn(madeToken(artifact.makes))[0]!, arn);
      }
      return { artifact, resource };
    });
    made.push(...resources.map(({ resource }) => resource));
    ids.push(...here.map(({ id }) => id));
    before = pulumi.all(resources.map(({ artifact, resource }) => answerOf(artifact, resource))).apply((found) => { refuse(found.flat(), 'No later stage was applied.'); });
  };

  const first = new Set<Artifact>(typeof values === 'function' ? artifacts.filter(isKeyAlone) : []);
  if (first.size > 0) register('keys', [...first]);
  const given = typeof values === 'function' ? values(keys) : values;
  for (const [hole, value] of given.filling) filling.set(hole, value);
  before = pulumi.all([before, against(given.objections)]);
  for (const [stage, here] of byStage(artifacts.filter((artifact) => !first.has(artifact)))) register(stage, here);
  return { applied: before, keys };
}

/** A key that is made, and waits for nothing. By itself it opens nothing: only who looks after it is there already. */
const isKeyAlone = (artifact: Artifact): boolean => artifact.kind === 'aws' && artifact.makes !== undefined && tokensWithin([artifact.properties, artifact.documents]).length === 0;

function placeOf(aws: MaterializeArgs['aws']): Pick<Aws, 'accountId' | 'region'> {
  if (aws === undefined) throw new Error('artefacts of AWS, and no account'); // no target emits them for such a platform
  return aws;
}

/** Of one stage: keys before what has their ARNs, then what others name before what names it. */
function needsFirst(artifacts: readonly Artifact[]): readonly Artifact[] {
  const ids = new Set(artifacts.map(({ id }) => id));
  const rank = (artifact: Artifact): number => (artifact.kind !== 'aws' || artifact.makes !== undefined ? 0 : neededBy(artifact).some((id) => ids.has(id)) ? 2 : 1);
  return artifacts.map((artifact) => ({ artifact, at: rank(artifact) })).sort((a, b) => a.at - b.at).map(({ artifact }) => artifact);
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
