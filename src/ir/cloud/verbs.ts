import type { CloudService } from './service.ts';
import type { CloudAction, CloudEffect, CloudVerb, ResourceForm, VendorPage } from './verb.ts';

/** Where AWS lists a service's actions, their resources and condition keys. */
const reference = (title: string, file: string): VendorPage => ({ title: `Actions, resources, and condition keys for ${title}`, url: `https://docs.aws.amazon.com/service-authorization/latest/reference/list_${file}.html` });
const pages: Readonly<Record<CloudService, VendorPage>> = {
  dynamodb: reference('Amazon DynamoDB', 'amazondynamodb'),
  kms: reference('AWS Key Management Service', 'awskeymanagementservice'),
  lambda: reference('AWS Lambda', 'awslambda'),
  'rds-db': reference('Amazon RDS IAM Authentication', 'amazonrdsiamauthentication'),
  s3: reference('Amazon S3', 'amazons3'),
  secretsmanager: reference('AWS Secrets Manager', 'awssecretsmanager'),
  sns: reference('Amazon SNS', 'amazonsns'),
  sqs: reference('Amazon SQS', 'amazonsqs'),
  sts: reference('AWS Security Token Service', 'awssecuritytokenservice'),
};

/** Where a service says what its callers need of a customer's key. */
const keyPages: Readonly<Partial<Record<CloudService, VendorPage>>> = {
  // the table's own key is decrypted in the name of whoever reads or writes
  dynamodb: { title: 'DynamoDB encryption at rest: How it works', url: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.howitworks.html' },
  // an upload in parts reads what it has written before it is put together
  s3: { title: 'Using server-side encryption with AWS KMS keys (SSE-KMS)', url: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html' },
  secretsmanager: { title: 'Secret encryption and decryption in AWS Secrets Manager', url: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html' },
  // who publishes or sends makes a data key, and has it decrypted to see that it is whole
  sns: { title: 'Managing Amazon SNS encryption keys and costs', url: 'https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html' },
  sqs: { title: 'Amazon SQS Key management', url: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html' },
};

/** What statements read of every request to a service, of the keys that are its own. */
const ownKeys: Readonly<Partial<Record<CloudService, readonly string[]>>> = { kms: ['kms:ViaService'], s3: ['s3:TlsVersion'] };

/**
 * Every verb of every service: the published table (`docs/cloud.md`). Two verbs of one service share an action only where
 * the SDKs need it for both; the first action of each is its own.
 */
export const cloudVerbs: readonly CloudVerb[] = Object.freeze([
  // Amazon SQS: "Actions, resources, and condition keys for Amazon SQS"
  verb('sqs', 'send', 'put messages into the queue', 'puts', ['sqs:SendMessage', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl'], { key: ['kms:Decrypt', 'kms:GenerateDataKey'] }),
  verb('sqs', 'receive', 'take messages out of the queue', 'takes', ['sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl'], { key: ['kms:Decrypt'] }),
  verb('sqs', 'purge', 'empty the queue', 'neither', ['sqs:PurgeQueue', 'sqs:GetQueueUrl']),

  // Amazon DynamoDB: "Actions, resources, and condition keys for Amazon DynamoDB"
  verb('dynamodb', 'get', 'read items by their key', 'takes', ['dynamodb:GetItem', 'dynamodb:BatchGetItem'], { key: ['kms:Decrypt'] }),
  verb('dynamodb', 'query', 'read the items of a partition', 'takes', [on('index', 'dynamodb:Query')], { key: ['kms:Decrypt'], narrowed: 'may' }),
  verb('dynamodb', 'scan', 'read every item', 'takes', [on('index', 'dynamodb:Scan')], { key: ['kms:Decrypt'], narrowed: 'may' }),
  // who writes or deletes an item may ask for what was there before, as may who checks a condition that fails (`ReturnValues`, `ReturnValuesOnConditionCheckFailure`)
  verb('dynamodb', 'put', 'write whole items', 'both', ['dynamodb:PutItem'], { key: ['kms:Decrypt'] }),
  verb('dynamodb', 'update', 'change items', 'both', ['dynamodb:UpdateItem'], { key: ['kms:Decrypt'] }),
  verb('dynamodb', 'remove', 'delete items', 'takes', ['dynamodb:DeleteItem'], { key: ['kms:Decrypt'] }),
  verb('dynamodb', 'batchWrite', 'write and delete items in batches', 'puts', ['dynamodb:BatchWriteItem'], { key: ['kms:Decrypt'] }),
  verb('dynamodb', 'conditionCheck', 'check conditions in a transaction', 'takes', ['dynamodb:ConditionCheckItem'], { key: ['kms:Decrypt'] }),
  verb('dynamodb', 'describe', 'read the description of the table', 'neither', ['dynamodb:DescribeTable']),

  // Amazon S3: "Actions, resources, and condition keys for Amazon S3"
  verb('s3', 'read', 'read objects', 'takes', [on('object', 's3:GetObject')], { key: ['kms:Decrypt'], narrowed: 'may' }),
  verb('s3', 'list', 'list the keys of objects', 'takes', [{ action: 's3:ListBucket', on: 'resource', prefixKey: 's3:prefix' }], { keys: ['s3:prefix'], narrowed: 'may' }),
  verb('s3', 'write', 'write objects, whole or in parts', 'puts', [on('object', 's3:PutObject'), on('object', 's3:AbortMultipartUpload'), on('object', 's3:ListMultipartUploadParts')], {
    key: ['kms:Decrypt', 'kms:GenerateDataKey'], narrowed: 'may',
    keys: ['s3:x-amz-server-side-encryption', 's3:x-amz-server-side-encryption-aws-kms-key-id', 's3:x-amz-server-side-encryption-customer-algorithm'],
  }),
  verb('s3', 'remove', 'delete objects', 'neither', [on('object', 's3:DeleteObject')], { narrowed: 'may' }),

  // AWS Secrets Manager: "Actions, resources, and condition keys for AWS Secrets Manager"
  verb('secretsmanager', 'read', 'read the secret', 'takes', ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'], { key: ['kms:Decrypt'] }),
  verb('secretsmanager', 'write', 'put a new value', 'puts', ['secretsmanager:PutSecretValue'], { key: ['kms:Decrypt', 'kms:GenerateDataKey'] }),

  // AWS KMS: "Actions, resources, and condition keys for AWS Key Management Service"; what passes through a key it does not keep
  verb('kms', 'encrypt', 'encrypt', 'neither', ['kms:Encrypt']),
  verb('kms', 'decrypt', 'decrypt', 'neither', ['kms:Decrypt']),
  verb('kms', 'generateDataKey', 'make data keys', 'neither', ['kms:GenerateDataKey']),
  verb('kms', 'sign', 'sign', 'neither', ['kms:Sign']),
  verb('kms', 'verify', 'verify signatures', 'neither', ['kms:Verify']),
  verb('kms', 'publicKey', 'read the public half', 'neither', ['kms:GetPublicKey']),
  verb('kms', 'generateMac', 'make authentication codes', 'neither', ['kms:GenerateMac']),
  verb('kms', 'verifyMac', 'verify authentication codes', 'neither', ['kms:VerifyMac']),

  // Amazon SNS: "Actions, resources, and condition keys for Amazon SNS"
  verb('sns', 'publish', 'publish to the topic', 'puts', ['sns:Publish'], { key: ['kms:Decrypt', 'kms:GenerateDataKey'] }),
  verb('sns', 'subscribe', 'subscribe endpoints', 'takes', ['sns:Subscribe']),

  // Amazon RDS IAM authentication: "Creating and using an IAM policy for IAM database access"
  verb('rds-db', 'connect', 'log in as the database user', 'both', ['rds-db:connect']),

  // AWS Lambda: "Actions, resources, and condition keys for AWS Lambda"
  // a function is handed what whoever invokes it sends, and answers; what it keeps in between nobody here knows
  verb('lambda', 'invoke', 'invoke the function', 'both', ['lambda:InvokeFunction']),

  // AWS STS: "Actions, resources, and condition keys for AWS Security Token Service"
  // whoever takes on a role is handed credentials, which nobody has put there
  verb('sts', 'assume', 'take on the role', 'neither', ['sts:AssumeRole']),
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
  service: CloudService, name: string, does: string, effect: CloudEffect, actions: readonly [string | CloudAction, ...(string | CloudAction)[]],
  { key = [], keys = [], narrowed = 'never' }: { readonly key?: readonly string[]; readonly keys?: readonly string[]; readonly narrowed?: CloudVerb['narrowed'] } = {},
): CloudVerb {
  const listed = actions.map((action) => (typeof action === 'string' ? on('resource', action) : action)) as unknown as CloudVerb['actions'];
  const keyPage = key.length === 0 ? undefined : keyPages[service];
  return Object.freeze({
    service, verb: name, does, effect, actions: listed, narrowed, keyActions: key, conditionKeys: [...keys, ...ownKeys[service] ?? []].sort(), page: pages[service], ...(keyPage === undefined ? {} : { keyPage }),
  });
}
