import type { CloudService } from './service.ts';
import type { CloudAction, CloudVerb, ResourceForm } from './verb.ts';

/** Where AWS lists a service's actions, their resources and condition keys. */
const pages: Readonly<Record<CloudService, string>> = {
  dynamodb: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html',
  kms: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html',
  lambda: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html',
  'rds-db': 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrdsiamauthentication.html',
  s3: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html',
  secretsmanager: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html',
  sns: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html',
  sqs: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html',
  sts: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html',
};

/**
 * Every verb of every service: the published table (`docs/cloud.md`). Two verbs of one service share an action only where
 * the SDKs need it for both; the first action of each is its own.
 */
export const cloudVerbs: readonly CloudVerb[] = Object.freeze([
  // Amazon SQS: "Actions, resources, and condition keys for Amazon SQS"
  verb('sqs', 'send', 'put messages into the queue', ['sqs:SendMessage', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl'], { key: ['kms:Decrypt', 'kms:GenerateDataKey'] }),
  verb('sqs', 'receive', 'take messages out of the queue', ['sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl'], { key: ['kms:Decrypt'] }),
  verb('sqs', 'purge', 'empty the queue', ['sqs:PurgeQueue', 'sqs:GetQueueUrl']),

  // Amazon DynamoDB: "Actions, resources, and condition keys for Amazon DynamoDB"
  verb('dynamodb', 'get', 'read items by their key', ['dynamodb:GetItem', 'dynamodb:BatchGetItem'], { key: ['kms:Decrypt'] }),
  verb('dynamodb', 'query', 'read the items of a partition', [on('index', 'dynamodb:Query')], { key: ['kms:Decrypt'], narrowed: 'may' }),
  verb('dynamodb', 'scan', 'read every item', [on('index', 'dynamodb:Scan')], { key: ['kms:Decrypt'], narrowed: 'may' }),
  verb('dynamodb', 'put', 'write whole items', ['dynamodb:PutItem'], { key: ['kms:Decrypt'] }),
  verb('dynamodb', 'update', 'change items', ['dynamodb:UpdateItem'], { key: ['kms:Decrypt'] }),
  verb('dynamodb', 'remove', 'delete items', ['dynamodb:DeleteItem'], { key: ['kms:Decrypt'] }),
  verb('dynamodb', 'batchWrite', 'write and delete items in batches', ['dynamodb:BatchWriteItem'], { key: ['kms:Decrypt'] }),
  verb('dynamodb', 'conditionCheck', 'check conditions in a transaction', ['dynamodb:ConditionCheckItem'], { key: ['kms:Decrypt'] }),
  verb('dynamodb', 'describe', 'read the description of the table', ['dynamodb:DescribeTable']),

  // Amazon S3: "Actions, resources, and condition keys for Amazon S3"
  verb('s3', 'read', 'read objects', [on('object', 's3:GetObject')], { key: ['kms:Decrypt'], narrowed: 'may' }),
  verb('s3', 'list', 'list the keys of objects', [{ action: 's3:ListBucket', on: 'resource', prefixKey: 's3:prefix' }], { narrowed: 'may' }),
  verb('s3', 'write', 'write objects', [on('object', 's3:PutObject'), on('object', 's3:AbortMultipartUpload'), on('object', 's3:ListMultipartUploadParts')], { key: ['kms:Decrypt', 'kms:GenerateDataKey'], narrowed: 'may' }),
  verb('s3', 'remove', 'delete objects', [on('object', 's3:DeleteObject')], { narrowed: 'may' }),

  // AWS Secrets Manager: "Actions, resources, and condition keys for AWS Secrets Manager"
  verb('secretsmanager', 'read', 'read the secret', ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'], { key: ['kms:Decrypt'] }),
  verb('secretsmanager', 'write', 'put a new value', ['secretsmanager:PutSecretValue'], { key: ['kms:Decrypt', 'kms:GenerateDataKey'] }),

  // AWS KMS: "Actions, resources, and condition keys for AWS Key Management Service"
  verb('kms', 'encrypt', 'encrypt', ['kms:Encrypt']),
  verb('kms', 'decrypt', 'decrypt', ['kms:Decrypt']),
  verb('kms', 'generateDataKey', 'make data keys', ['kms:GenerateDataKey']),
  verb('kms', 'sign', 'sign', ['kms:Sign']),
  verb('kms', 'verify', 'verify signatures', ['kms:Verify']),
  verb('kms', 'publicKey', 'read the public half', ['kms:GetPublicKey']),
  verb('kms', 'generateMac', 'make authentication codes', ['kms:GenerateMac']),
  verb('kms', 'verifyMac', 'verify authentication codes', ['kms:VerifyMac']),

  // Amazon SNS: "Actions, resources, and condition keys for Amazon SNS"
  verb('sns', 'publish', 'publish to the topic', ['sns:Publish'], { key: ['kms:Decrypt', 'kms:GenerateDataKey'] }),
  verb('sns', 'subscribe', 'subscribe endpoints', ['sns:Subscribe']),

  // Amazon RDS IAM authentication: "Creating and using an IAM policy for IAM database access"
  verb('rds-db', 'connect', 'log in as the database user', ['rds-db:connect']),

  // AWS Lambda: "Actions, resources, and condition keys for AWS Lambda"
  verb('lambda', 'invoke', 'invoke the function', ['lambda:InvokeFunction']),

  // AWS STS: "Actions, resources, and condition keys for AWS Security Token Service"
  verb('sts', 'assume', 'take on the role', ['sts:AssumeRole']),
]);

const byName = new Map(cloudVerbs.map((one) => [`${one.service} ${one.verb}`, one]));
/** Undefined where the service has no such verb. */
export const cloudVerbOf = (service: CloudService, name: string): CloudVerb | undefined => byName.get(`${service} ${name}`);
/** In the order of the table. */
export const verbsOf = (service: CloudService): readonly CloudVerb[] => cloudVerbs.filter((one) => one.service === service);

/** Every action that some verb of the service has, each once, in code-unit order. */
export const actionsOf = (service: CloudService): readonly string[] => [...new Set(verbsOf(service).flatMap(({ actions }) => actions.map(({ action }) => action)))].sort();

function on(form: ResourceForm, action: string): CloudAction { return { action, on: form }; }

function verb(
  service: CloudService, name: string, does: string, actions: readonly [string | CloudAction, ...(string | CloudAction)[]],
  { key = [], narrowed = 'never' }: { readonly key?: readonly string[]; readonly narrowed?: CloudVerb['narrowed'] } = {},
): CloudVerb {
  const listed = actions.map((action) => (typeof action === 'string' ? on('resource', action) : action)) as unknown as CloudVerb['actions'];
  return Object.freeze({ service, verb: name, does, actions: listed, narrowed, keyActions: key, page: pages[service] });
}
