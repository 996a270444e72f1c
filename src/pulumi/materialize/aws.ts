import type * as pulumi from '@pulumi/pulumi';
import { partOf, tokensIn } from '#ir';
import type { AwsArtifact } from '#targets';
import type { AwsModules, LoadAws } from './aws-modules.ts';
import { filled, type Filling } from './filled.ts';

type Make = (load: LoadAws, name: string, args: object, options: pulumi.CustomResourceOptions) => pulumi.CustomResource;
interface Kind extends Traits { readonly module: keyof AwsModules; readonly make: Make }
interface Traits {
  readonly options?: pulumi.CustomResourceOptions;
  /** Properties that name another artefact, which has to be there before this one and goes after it. */
  readonly needs?: Readonly<Record<string, 'Policy' | 'Role'>>;
  /** Properties that the provider answers with a key's id, whatever names the key: given its ARN, it would find another value at every update. */
  readonly keys?: readonly string[];
  /** It is in a region, and its arguments say in which: whatever region the provider is set to. */
  readonly regional?: true;
  /** Properties that say what there can be only one of, where that is not how its artefact is called. */
  readonly namedBy?: readonly string[];
}

/**
 * The resource of every type that some target emits. A type that is not here is refused, never left out.
 *
 * A key's loss can't be made good: whatever is encrypted with it is lost as well. So the engine refuses to delete one that
 * was made (`protect`) until a person says so, by `pulumi state unprotect` or by a transform; AWS then waits for the days of its
 * `deletionWindowInDays`, which are 30 if nothing is said. And no key is without a policy: deleting its resource would write AWS's default, which lets
 * every identity policy of the account use the key (AWS KMS, "Default key policy"). So when it is no longer ours it stays as it is (`retainOnDelete`).
 * If the key is another, the provider would go on writing to the one before (`aws_kms_key_policy` updates by its
 * id and has no argument that forces a new one): that has to be a new resource (`replaceOnChanges`).
 *
 * AWS takes one association for a ServiceAccount, and a queue has one policy. So those are named by what they are of (`namedBy`) and not
 * by a workload or an API: after a change of its name there is the same resource with other content. A second one
 * would be refused; or its first would be deleted after it, and the queue be left without any.
 */
const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['dynamodb/resourcePolicy:ResourcePolicy', kind('dynamodb', ({ ResourcePolicy }) => ResourcePolicy, { regional: true, namedBy: ['resourceArn'] })],
  ['eks/podIdentityAssociation:PodIdentityAssociation', kind('eks', ({ PodIdentityAssociation }) => PodIdentityAssociation, { regional: true, needs: { roleArn: 'Role' }, namedBy: ['namespace', 'serviceAccount'] })],
  ['iam/policy:Policy', kind('iam', ({ Policy }) => Policy)],
  ['iam/role:Role', kind('iam', ({ Role }) => Role, { needs: { permissionsBoundary: 'Policy' } })],
  ['iam/rolePolicy:RolePolicy', kind('iam', ({ RolePolicy }) => RolePolicy, { needs: { role: 'Role' } })],
  ['iam/rolePolicyAttachment:RolePolicyAttachment', kind('iam', ({ RolePolicyAttachment }) => RolePolicyAttachment, { needs: { role: 'Role', policyArn: 'Policy' } })],
  ['kms/alias:Alias', kind('kms', ({ Alias }) => Alias, { regional: true, keys: ['targetKeyId'] })],
  ['kms/key:Key', kind('kms', ({ Key }) => Key, { regional: true, options: { protect: true } })],
  ['kms/keyPolicy:KeyPolicy', kind('kms', ({ KeyPolicy }) => KeyPolicy, { regional: true, namedBy: ['keyId'], keys: ['keyId'], options: { retainOnDelete: true, replaceOnChanges: ['keyId'] } })],
  ['rolesanywhere/profile:Profile', kind('rolesanywhere', ({ Profile }) => Profile, { needs: { roleArns: 'Role' } })],
  ['s3/bucketPolicy:BucketPolicy', kind('s3', ({ BucketPolicy }) => BucketPolicy, { regional: true, namedBy: ['bucket'] })],
  ['secretsmanager/secretPolicy:SecretPolicy', kind('secretsmanager', ({ SecretPolicy }) => SecretPolicy, { regional: true, namedBy: ['secretArn'] })],
  ['sns/topicPolicy:TopicPolicy', kind('sns', ({ TopicPolicy }) => TopicPolicy, { regional: true, namedBy: ['arn'] })],
  ['sqs/queuePolicy:QueuePolicy', kind('sqs', ({ QueuePolicy }) => QueuePolicy, { regional: true, namedBy: ['queueUrl'] })],
]);

function kind<M extends keyof AwsModules>(
  module: M, of: (parts: AwsModules[M]) => new (name: string, args: never, options?: pulumi.CustomResourceOptions) => pulumi.CustomResource, traits: Traits = {},
): Kind {
  return { module, ...traits, make: (load, name, args, options) => new (of(load(module)))(name, args as never, { ...options, ...traits.options }) };
}

export const isAwsType = (type: string): boolean => kinds.has(type);
/** The parts of the package that these artefacts need. */
export const modulesOf = (artifacts: readonly AwsArtifact[]): ReadonlySet<keyof AwsModules> => new Set(artifacts.flatMap(({ type }) => { const found = kinds.get(type); return found === undefined ? [] : [found.module]; }));

/** The name of its resource: it depends on what the artefact is for, and never on content or on the value of a hole, whose name stands for it. */
export function awsName(component: string, { id, properties, type }: AwsArtifact): string {
  const named = kinds.get(type)?.namedBy?.map((property) => { const text = String(properties[property]); return tokensIn(text)[0] ?? text; });
  return [component, type.slice(type.indexOf(':') + 1).toLowerCase(), ...(named ?? id.split('/').slice(3))].join('/');
}

/** The ids of the artefacts that it names: `aws/iam/Role/retail-orders`. What is not among them is there already. */
export function neededBy({ properties, type }: AwsArtifact): readonly string[] {
  return Object.entries(kinds.get(type)?.needs ?? {}).flatMap(([property, other]) => [properties[property] ?? []].flat().map((text) => `aws/iam/${other}/${String(text).split('/').at(-1)}`));
}

export interface AwsPlace {
  readonly load: LoadAws;
  /** Of the platform: where its regional resources are made. */
  readonly region: string;
}

/** The resource of an artefact, its documents printed without a character too many. */
export function awsResource(component: string, artifact: AwsArtifact, filling: Filling, { load, region }: AwsPlace, options: pulumi.CustomResourceOptions): pulumi.CustomResource {
  const { documents, id, type } = artifact, found = kinds.get(type);
  if (found === undefined) throw new Error(`no resource is known for ${id}`); // `withoutResource` comes first
  return found.make(load, awsName(component, artifact), {
    ...(found.regional === true ? { region } : {}),
    ...propertiesOf(artifact, filling),
    ...Object.fromEntries(Object.entries(documents).map(([name, document]) => [name, filled(document, filling, (full) => JSON.stringify(full))])),
  }, options);
}

/** Of what is no document: as the provider answers it. */
export function propertiesOf({ properties, type }: AwsArtifact, filling: Filling): Readonly<Record<string, pulumi.Input<unknown>>> {
  const { keys = [] } = kinds.get(type) ?? {};
  return Object.fromEntries(Object.entries(properties).map(([name, value]) =>
    [name, filled(value, filling, (full) => (keys.includes(name) && typeof full === 'string' ? partOf(full, 'name') : full))]));
}
