import { DeleteResourcePolicyCommand as DeleteTablePolicy, GetResourcePolicyCommand as GetTablePolicy, PutResourcePolicyCommand as PutTablePolicy } from '@aws-sdk/client-dynamodb';
import {
  AttachRolePolicyCommand, CreatePolicyCommand, CreateRoleCommand, DeletePolicyCommand, DeleteRoleCommand, DeleteRolePolicyCommand, DetachRolePolicyCommand, GetPolicyCommand,
  GetPolicyVersionCommand, GetRoleCommand, GetRolePolicyCommand, ListAttachedRolePoliciesCommand, PutRolePolicyCommand, UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateAliasCommand, CreateKeyCommand, DeleteAliasCommand, DescribeKeyCommand, EnableKeyRotationCommand, GetKeyPolicyCommand, GetKeyRotationStatusCommand, ListAliasesCommand, ListResourceTagsCommand, PutKeyPolicyCommand, ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { DeleteBucketPolicyCommand, GetBucketPolicyCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3';
import { DeleteResourcePolicyCommand, GetResourcePolicyCommand, PutResourcePolicyCommand } from '@aws-sdk/client-secrets-manager';
import { GetTopicAttributesCommand, SetTopicAttributesCommand } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import type { Clients } from './clients.ts';

/** What is sent: an artefact's properties, and its documents as JSON texts, every token filled. */
export type Sent = { readonly [property: string]: unknown };
/** What is there: the same properties, as the emulator has them; undefined where it has nothing. */
export type Found = { readonly [property: string]: unknown } | undefined;

/** How a type of the AWS provider is made, found again and taken away, by the calls that the provider makes for it. */
export interface Kind {
  /** Every input that is sent. An artefact with another one is an error: nothing that it says is left out silently. */
  readonly inputs: readonly string[];
  /** Answers the ARN, where the type has one of its own. */
  readonly create: (clients: Clients, sent: Sent) => Promise<string | undefined>;
  readonly read: (clients: Clients, sent: Sent, arn: string | undefined) => Promise<Found>;
  readonly remove: (clients: Clients, sent: Sent, arn: string | undefined) => Promise<void>;
}

const text = (sent: Sent, name: string): string => String(sent[name]);
const maybe = (sent: Sent, name: string): string | undefined => (sent[name] === undefined ? undefined : text(sent, name));
const tagList = (tags: unknown): { Key: string; Value: string }[] => Object.entries((tags ?? {}) as Record<string, string>).map(([Key, Value]) => ({ Key, Value }));
const tagRecord = (tags: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined): object | undefined =>
  tags === undefined || tags.length === 0 ? undefined : Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
/** IAM answers documents percent-encoded (IAM, "GetRolePolicy"). */
const document = (encoded: string | undefined): string => decodeURIComponent(encoded ?? '');

/** Undefined where the call says that there is no such thing. */
async function unlessMissing(found: Promise<Found>): Promise<Found> {
  try {
    return await found;
  } catch (error) {
    if (/NoSuch|NotFound/.test((error as Error).name)) return undefined;
    throw error;
  }
}

/** What a queue, a topic or a key is left with when its policy is taken away, as the provider leaves it: the account alone. */
const ownersOnly = (actions: string, resource: string): string => JSON.stringify({
  Version: '2012-10-17', Statement: [{ Sid: 'owner', Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${resource.split(':')[4]}:root` }, Action: actions, Resource: resource }],
});

export const kinds: Readonly<Record<string, Kind>> = {
  'iam/role:Role': {
    inputs: ['name', 'path', 'description', 'maxSessionDuration', 'permissionsBoundary', 'tags', 'assumeRolePolicy', 'forceDetachPolicies'],
    async create({ iam }, sent) {
      const { Role } = await iam.send(new CreateRoleCommand({
        RoleName: text(sent, 'name'), Path: maybe(sent, 'path'), Description: maybe(sent, 'description'), MaxSessionDuration: sent['maxSessionDuration'] as number | undefined,
        PermissionsBoundary: maybe(sent, 'permissionsBoundary'), Tags: tagList(sent['tags']), AssumeRolePolicyDocument: text(sent, 'assumeRolePolicy'),
      }));
      // The emulator looks at a trust policy only when it is put anew.
      await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: text(sent, 'name'), PolicyDocument: text(sent, 'assumeRolePolicy') }));
      return Role!.Arn;
    },
    read: ({ iam }, sent) => unlessMissing(iam.send(new GetRoleCommand({ RoleName: text(sent, 'name') })).then(({ Role }) => ({
      name: Role!.RoleName, path: Role!.Path, description: Role!.Description, maxSessionDuration: Role!.MaxSessionDuration, permissionsBoundary: Role!.PermissionsBoundary?.PermissionsBoundaryArn,
      tags: tagRecord(Role!.Tags), assumeRolePolicy: document(Role!.AssumeRolePolicyDocument), forceDetachPolicies: sent['forceDetachPolicies'],
    }))),
    remove: async ({ iam }, sent) => void (await iam.send(new DeleteRoleCommand({ RoleName: text(sent, 'name') }))),
  },
  'iam/policy:Policy': {
    inputs: ['name', 'path', 'description', 'tags', 'policy'],
    create: async ({ iam }, sent) => (await iam.send(new CreatePolicyCommand({
      PolicyName: text(sent, 'name'), Path: maybe(sent, 'path'), Description: maybe(sent, 'description'), Tags: tagList(sent['tags']), PolicyDocument: text(sent, 'policy'),
    }))).Policy!.Arn,
    read: ({ iam }, sent, arn) => unlessMissing((async () => {
      const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn: arn }));
      const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: Policy!.DefaultVersionId }));
      return { name: Policy!.PolicyName, path: Policy!.Path, description: Policy!.Description, tags: tagRecord(Policy!.Tags), policy: document(PolicyVersion!.Document) };
    })()),
    remove: async ({ iam }, _sent, arn) => void (await iam.send(new DeletePolicyCommand({ PolicyArn: arn }))),
  },
  'iam/rolePolicy:RolePolicy': {
    inputs: ['name', 'role', 'policy'],
    create: async ({ iam }, sent) => void (await iam.send(new PutRolePolicyCommand({ RoleName: text(sent, 'role'), PolicyName: text(sent, 'name'), PolicyDocument: text(sent, 'policy') }))) as undefined,
    read: ({ iam }, sent) => unlessMissing(iam.send(new GetRolePolicyCommand({ RoleName: text(sent, 'role'), PolicyName: text(sent, 'name') }))
      .then(({ RoleName, PolicyName, PolicyDocument }) => ({ name: PolicyName, role: RoleName, policy: document(PolicyDocument) }))),
    remove: async ({ iam }, sent) => void (await iam.send(new DeleteRolePolicyCommand({ RoleName: text(sent, 'role'), PolicyName: text(sent, 'name') }))),
  },
  'iam/rolePolicyAttachment:RolePolicyAttachment': {
    inputs: ['role', 'policyArn'],
    create: async ({ iam }, sent) => void (await iam.send(new AttachRolePolicyCommand({ RoleName: text(sent, 'role'), PolicyArn: text(sent, 'policyArn') }))) as undefined,
    read: ({ iam }, sent) => unlessMissing(iam.send(new ListAttachedRolePoliciesCommand({ RoleName: text(sent, 'role'), MaxItems: 1000 })).then(({ AttachedPolicies }) =>
      (AttachedPolicies!.some(({ PolicyArn }) => PolicyArn === sent['policyArn']) ? { role: sent['role'], policyArn: sent['policyArn'] } : undefined))),
    remove: async ({ iam }, sent) => void (await iam.send(new DetachRolePolicyCommand({ RoleName: text(sent, 'role'), PolicyArn: text(sent, 'policyArn') }))),
  },
  'kms/key:Key': {
    // A waiting period is of the removal.
    inputs: ['description', 'enableKeyRotation', 'rotationPeriodInDays', 'deletionWindowInDays', 'keyUsage', 'customerMasterKeySpec', 'tags', 'policy'],
    async create({ kms }, sent) {
      const { KeyMetadata } = await kms.send(new CreateKeyCommand({
        Description: maybe(sent, 'description'), KeyUsage: sent['keyUsage'] as undefined, KeySpec: sent['customerMasterKeySpec'] as undefined, Policy: maybe(sent, 'policy'),
        Tags: tagList(sent['tags']).map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value })),
      }));
      const { KeyId, Arn } = KeyMetadata!;
      if (sent['enableKeyRotation'] === true) await kms.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: sent['rotationPeriodInDays'] as number | undefined }));
      return Arn;
    },
    read: ({ kms }, sent, KeyId) => unlessMissing((async () => {
      const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
      if (KeyMetadata!.KeyState === 'PendingDeletion') return undefined;
      const { KeyRotationEnabled } = await kms.send(new GetKeyRotationStatusCommand({ KeyId }));
      const { Tags } = await kms.send(new ListResourceTagsCommand({ KeyId }));
      const { Policy } = await kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }));
      return {
        description: KeyMetadata!.Description, enableKeyRotation: KeyRotationEnabled, keyUsage: KeyMetadata!.KeyUsage, customerMasterKeySpec: KeyMetadata!.KeySpec,
        tags: tagRecord(Tags?.map(({ TagKey, TagValue }) => ({ Key: TagKey, Value: TagValue }))), policy: Policy,
        // The emulator keeps no period: whatever was asked, it says a year.
        rotationPeriodInDays: sent['rotationPeriodInDays'], deletionWindowInDays: sent['deletionWindowInDays'],
      };
    })()),
    // The emulator deletes by the identifier alone.
    remove: async ({ kms }, sent, arn) => void (await kms.send(new ScheduleKeyDeletionCommand({ KeyId: arn!.slice(arn!.lastIndexOf('/') + 1), PendingWindowInDays: sent['deletionWindowInDays'] as number | undefined }))),
  },
  'kms/alias:Alias': {
    inputs: ['name', 'targetKeyId'],
    create: async ({ kms }, sent) => void (await kms.send(new CreateAliasCommand({ AliasName: text(sent, 'name'), TargetKeyId: text(sent, 'targetKeyId') }))) as undefined,
    read: ({ kms }, sent) => kms.send(new ListAliasesCommand({})).then(({ Aliases }) => {
      const found = Aliases!.find(({ AliasName }) => AliasName === sent['name']);
      // What it names is answered by its identifier alone.
      return found === undefined || !text(sent, 'targetKeyId').endsWith(`/${found.TargetKeyId}`) ? undefined : { name: found.AliasName, targetKeyId: sent['targetKeyId'] };
    }),
    remove: async ({ kms }, sent) => void (await kms.send(new DeleteAliasCommand({ AliasName: text(sent, 'name') }))),
  },
  'kms/keyPolicy:KeyPolicy': {
    inputs: ['keyId', 'policy'],
    create: async ({ kms }, sent) => void (await kms.send(new PutKeyPolicyCommand({ KeyId: text(sent, 'keyId'), PolicyName: 'default', Policy: text(sent, 'policy') }))) as undefined,
    read: ({ kms }, sent) => kms.send(new GetKeyPolicyCommand({ KeyId: text(sent, 'keyId'), PolicyName: 'default' })).then(({ Policy }) => unlessOwners({ keyId: sent['keyId'], policy: Policy })),
    remove: async ({ kms }, sent) => void (await kms.send(new PutKeyPolicyCommand({ KeyId: text(sent, 'keyId'), PolicyName: 'default', Policy: ownersOnly('kms:*', text(sent, 'keyId')) }))),
  },
  'sqs/queuePolicy:QueuePolicy': {
    inputs: ['queueUrl', 'policy'],
    create: async ({ sqs }, sent) => void (await sqs.send(new SetQueueAttributesCommand({ QueueUrl: text(sent, 'queueUrl'), Attributes: { Policy: text(sent, 'policy') } }))) as undefined,
    async read({ sqs }, sent) {
      const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: text(sent, 'queueUrl'), AttributeNames: ['Policy'] }));
      return Attributes?.['Policy'] === undefined || Attributes['Policy'] === '' ? undefined : { queueUrl: sent['queueUrl'], policy: Attributes['Policy'] };
    },
    remove: async ({ sqs }, sent) => void (await sqs.send(new SetQueueAttributesCommand({ QueueUrl: text(sent, 'queueUrl'), Attributes: { Policy: '' } }))),
  },
  'sns/topicPolicy:TopicPolicy': {
    inputs: ['arn', 'policy'],
    create: async ({ sns }, sent) => void (await sns.send(new SetTopicAttributesCommand({ TopicArn: text(sent, 'arn'), AttributeName: 'Policy', AttributeValue: text(sent, 'policy') }))) as undefined,
    read: ({ sns }, sent) => sns.send(new GetTopicAttributesCommand({ TopicArn: text(sent, 'arn') })).then(({ Attributes }) => unlessOwners({ arn: sent['arn'], policy: Attributes?.['Policy'] })),
    remove: async ({ sns }, sent) => void (await sns.send(new SetTopicAttributesCommand({ TopicArn: text(sent, 'arn'), AttributeName: 'Policy', AttributeValue: ownersOnly('sns:Publish', text(sent, 'arn')) }))),
  },
  's3/bucketPolicy:BucketPolicy': {
    inputs: ['bucket', 'policy'],
    create: async ({ s3 }, sent) => void (await s3.send(new PutBucketPolicyCommand({ Bucket: text(sent, 'bucket'), Policy: text(sent, 'policy') }))) as undefined,
    read: ({ s3 }, sent) => unlessMissing(s3.send(new GetBucketPolicyCommand({ Bucket: text(sent, 'bucket') })).then(({ Policy }) => ({ bucket: sent['bucket'], policy: Policy }))),
    remove: async ({ s3 }, sent) => void (await s3.send(new DeleteBucketPolicyCommand({ Bucket: text(sent, 'bucket') }))),
  },
  'dynamodb/resourcePolicy:ResourcePolicy': {
    inputs: ['resourceArn', 'policy', 'confirmRemoveSelfResourceAccess'],
    create: async ({ dynamodb }, sent) => void (await dynamodb.send(new PutTablePolicy({
      ResourceArn: text(sent, 'resourceArn'), Policy: text(sent, 'policy'), ConfirmRemoveSelfResourceAccess: sent['confirmRemoveSelfResourceAccess'] as boolean | undefined,
    }))) as undefined,
    read: ({ dynamodb }, sent) => unlessMissing(dynamodb.send(new GetTablePolicy({ ResourceArn: text(sent, 'resourceArn') }))
      .then(({ Policy }) => ({ resourceArn: sent['resourceArn'], policy: Policy, confirmRemoveSelfResourceAccess: sent['confirmRemoveSelfResourceAccess'] }))),
    remove: async ({ dynamodb }, sent) => void (await dynamodb.send(new DeleteTablePolicy({ ResourceArn: text(sent, 'resourceArn') }))),
  },
  'secretsmanager/secretPolicy:SecretPolicy': {
    inputs: ['secretArn', 'policy', 'blockPublicPolicy'],
    create: async ({ secretsmanager }, sent) => void (await secretsmanager.send(new PutResourcePolicyCommand({
      SecretId: text(sent, 'secretArn'), ResourcePolicy: text(sent, 'policy'), BlockPublicPolicy: sent['blockPublicPolicy'] as boolean | undefined,
    }))) as undefined,
    async read({ secretsmanager }, sent) {
      const { ResourcePolicy } = await secretsmanager.send(new GetResourcePolicyCommand({ SecretId: text(sent, 'secretArn') }));
      return ResourcePolicy === undefined ? undefined : { secretArn: sent['secretArn'], policy: ResourcePolicy, blockPublicPolicy: sent['blockPublicPolicy'] };
    },
    remove: async ({ secretsmanager }, sent) => void (await secretsmanager.send(new DeleteResourcePolicyCommand({ SecretId: text(sent, 'secretArn') }))),
  },
};

const unlessOwners = (found: { readonly policy: string | undefined; readonly [name: string]: unknown }): Found =>
  (found.policy === undefined || (JSON.parse(found.policy) as { Statement: { Sid?: string }[] }).Statement.every(({ Sid }) => Sid === 'owner') ? undefined : found);
