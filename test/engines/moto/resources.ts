import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { CreateKeyCommand } from '@aws-sdk/client-kms';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { CreateTopicCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { arnText, cloudServiceFacts, fillTokens, isCloudApi, parseArn, partitionOf, tokensIn, type Aws, type CloudApi, type CloudService, type Policy } from '#ir';
import type { Clients } from './clients.ts';

/** What a policy's texts become where the emulator has its own names for things. */
export interface EmulatedResources {
  /** By token: the ARNs that the emulator gave what holes stand for. */
  readonly values: Map<string, string>;
  /** A declared ARN that the emulator would not give to anything, with the one that it gave. */
  readonly renamed: ReadonlyMap<string, string>;
}

/** Makes every resource that a policy names, as its owner would have, and says what ARN each got. Keys that the policy itself makes are not there yet. */
export async function makeResources({ apis }: Policy, aws: Aws, clients: Clients): Promise<EmulatedResources> {
  const values = new Map<string, string>(), renamed = new Map<string, string>();
  for (const api of apis) {
    if (!isCloudApi(api) || api.servedBy.arn === undefined) continue; // no resource of the cloud, or one that is made with the policy
    const { arn } = api.servedBy;
    if (typeof arn !== 'string') {
      if (!values.has(arn.hole)) values.set(arn.hole, await make(api, nameOf(api), aws, clients));
      continue;
    }
    const declared = parseArn(arn)!;
    if (declared.account !== '' && declared.account !== aws.accountId) continue; // another account's: nothing of it is ours to make
    const given = await make(api, declared.resource.split(/[/:]/).at(-1)!, aws, clients);
    if (given !== arn) renamed.set(arn, given);
  }
  return { values, renamed };
}

/** Every token and renamed ARN of a text replaced; a token that nothing fills is an error. */
export function fill(text: string, { values, renamed }: EmulatedResources): string {
  let filled = fillTokens(text, values);
  if (tokensIn(filled).length > 0) throw new Error(`nothing fills ${tokensIn(filled).join(', ')} of ${text}`);
  for (const [declared, given] of renamed) filled = filled.replaceAll(declared, given);
  return filled;
}

/** A name that the service takes for anything: bucket names are lower case. */
const nameOf = ({ name, servedBy: { service } }: CloudApi): string => (service === 's3' ? name.toLowerCase() : name);

type Maker = (name: string, aws: Aws, clients: Clients) => Promise<string>;
const makers: Readonly<Record<CloudService, Maker>> = {
  async sqs(name, _aws, { sqs }) {
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name, ...(name.endsWith('.fifo') ? { Attributes: { FifoQueue: 'true' } } : {}) }));
    return (await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }))).Attributes!['QueueArn']!;
  },
  async dynamodb(name, _aws, { dynamodb }) {
    const key = { AttributeName: 'id' };
    const made = await dynamodb.send(new CreateTableCommand({
      TableName: name, BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ ...key, KeyType: 'HASH' }], AttributeDefinitions: [{ ...key, AttributeType: 'S' }],
    }));
    return made.TableDescription!.TableArn!;
  },
  async s3(name, { region }, { s3 }) {
    await s3.send(new CreateBucketCommand({ Bucket: name, ...(region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: region as never } }) }));
    return arnText({ partition: partitionOf(region), service: 's3', region: '', account: '', resource: name });
  },
  // Six random characters follow the name, and whoever declares a secret knows them.
  secretsmanager: async (name, _aws, { secretsmanager }) => (await secretsmanager.send(new CreateSecretCommand({ Name: name, SecretString: 'none' }))).ARN!,
  sns: async (name, _aws, { sns }) => (await sns.send(new CreateTopicCommand({ Name: name, ...(name.endsWith('.fifo') ? { Attributes: { FifoTopic: 'true' } } : {}) }))).TopicArn!,
  kms: async (_name, _aws, { kms }) => (await kms.send(new CreateKeyCommand({}))).KeyMetadata!.Arn!,
  // Nothing of these has a policy of ours, and who names them in one need not have them.
  lambda: async (name, aws) => named('lambda', `function:${name}`, aws),
  'rds-db': async (name, aws) => named('rds-db', `dbuser:db-ABCDEFGHIJKL01234/${name}`, aws),
  sts: async (name, aws) => named('sts', `role/${name}`, aws),
};

const make = ({ servedBy: { service, arn } }: CloudApi, name: string, aws: Aws, clients: Clients): Promise<string> =>
  // What is only named keeps the ARN that it was declared with.
  typeof arn === 'string' && !cloudServiceFacts[service].ownable ? Promise.resolve(arn) : makers[service](name, aws, clients);

function named(service: CloudService, resource: string, { accountId, region }: Aws): string {
  const { arnService, regional } = cloudServiceFacts[service];
  return arnText({ partition: partitionOf(region), service: arnService, region: regional ? region : '', account: accountId, resource });
}
