/** The services of AWS whose resources can be APIs, by the prefix of their IAM actions (AWS, "Service Authorization Reference"). */
export const cloudServices = ['dynamodb', 'kms', 'lambda', 'rds-db', 's3', 'secretsmanager', 'sns', 'sqs', 'sts'] as const;
export type CloudService = (typeof cloudServices)[number];

/** What every resource of a service has in common. */
export interface CloudServiceFacts {
  /** What a person calls such a resource: `queue`. */
  readonly noun: string;
  /** The service that the ARN names: roles are assumed at `sts` and belong to `iam`. */
  readonly arnService: string;
  /** Without region, without account: the ARN leaves those fields empty. */
  readonly regional: boolean;
  readonly account: boolean;
  /** What the last field of the ARN looks like, without wildcards. */
  readonly resource: RegExp;
  /** An ARN for messages. */
  readonly example: string;
  /** The port that the service answers at; undefined where the resource says. */
  readonly port?: number;
  /** A resource policy can be attached that refuses whom identity policies admit. Others can't be `owned`. */
  readonly ownable: boolean;
  /** What is stored in it is encrypted, with a key of the customer's where one is named. */
  readonly stores: boolean;
  /** What an operation can be narrowed to: a key prefix, an index. Undefined: nothing. */
  readonly within?: 'index' | 'prefix';
  /**
   * Actions of those who look after the resource, in code-unit order: what administrators keep. Verbs have some of them, too, which
   * tell of the resource and not of what is in it: a provider reads a table's description and a queue's attributes, and asks by
   * `s3:ListBucket` whether a bucket is there (Amazon S3, `HeadBucket`), which can't be told from listing keys.
   */
  readonly management: readonly string[];
  /**
   * Actions on a key that whoever makes such a resource, encrypted with it, needs through the service: for grants that let it work on its own (Amazon
   * DynamoDB, "DynamoDB encryption at rest usage notes"; Amazon RDS, "AWS KMS key management"), or because it tries the key out
   * (AWS Secrets Manager, "Secret encryption and decryption in AWS Secrets Manager").
   */
  readonly makerUses?: readonly string[];
}

/** DynamoDB and RDS create grants in the maker's name, and ask for no less of the maker than the grants are for. */
const grantingUses: readonly string[] = ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];

export const cloudServiceFacts: Readonly<Record<CloudService, CloudServiceFacts>> = Object.freeze({
  dynamodb: {
    noun: 'table', arnService: 'dynamodb', regional: true, account: true, resource: /^table\/[A-Za-z0-9_.-]{3,255}$/, example: 'arn:aws:dynamodb:eu-west-1:111122223333:table/carts',
    port: 443, ownable: true, stores: true, within: 'index',
    management: ['dynamodb:DeleteResourcePolicy', 'dynamodb:DeleteTable', 'dynamodb:DescribeTable', 'dynamodb:GetResourcePolicy', 'dynamodb:PutResourcePolicy', 'dynamodb:UpdateTable'], makerUses: grantingUses,
  },
  kms: {
    noun: 'key', arnService: 'kms', regional: true, account: true, resource: /^key\/[A-Za-z0-9-]{1,64}$/, example: 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    port: 443, ownable: true, stores: false,
    management: [ // nothing but the key's own policy can allow them
      'kms:CancelKeyDeletion', 'kms:CreateAlias', 'kms:DeleteAlias', 'kms:DescribeKey', 'kms:DisableKey', 'kms:DisableKeyRotation', 'kms:EnableKey', 'kms:EnableKeyRotation', 'kms:GetKeyPolicy', 'kms:GetKeyRotationStatus',
      'kms:ListGrants', 'kms:ListKeyPolicies', 'kms:ListKeyRotations', 'kms:ListResourceTags', 'kms:PutKeyPolicy', 'kms:RevokeGrant', 'kms:RotateKeyOnDemand', 'kms:ScheduleKeyDeletion', 'kms:TagResource', 'kms:UntagResource', 'kms:UpdateAlias', 'kms:UpdateKeyDescription',
    ],
  },
  lambda: {
    noun: 'function', arnService: 'lambda', regional: true, account: true, resource: /^function:[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9_$-]{1,128})?$/, example: 'arn:aws:lambda:eu-west-1:111122223333:function:invoice',
    port: 443, ownable: false, stores: false, management: ['lambda:AddPermission', 'lambda:DeleteFunction', 'lambda:UpdateFunctionCode'],
  },
  'rds-db': {
    noun: 'database', arnService: 'rds-db', regional: true, account: true, resource: /^dbuser:[A-Za-z0-9-]{1,64}\/[^*?\s]{1,64}$/, example: 'arn:aws:rds-db:eu-west-1:111122223333:dbuser:db-ABCDEFGHIJKL01234/orders',
    ownable: false, stores: true, management: [], makerUses: grantingUses,
  },
  s3: {
    noun: 'bucket', arnService: 's3', regional: false, account: false, resource: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, example: 'arn:aws:s3:::retail-media',
    port: 443, ownable: true, stores: true, within: 'prefix',
    management: ['s3:DeleteBucket', 's3:DeleteBucketPolicy', 's3:GetBucketPolicy', 's3:ListBucket', 's3:PutBucketPolicy', 's3:PutEncryptionConfiguration'],
  },
  secretsmanager: {
    noun: 'secret', arnService: 'secretsmanager', regional: true, account: true, resource: /^secret:[A-Za-z0-9/_+=.@-]{1,512}-[A-Za-z0-9]{6}$/, example: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders/stripe-AbCdEf',
    port: 443, ownable: true, stores: true,
    management: ['secretsmanager:DeleteResourcePolicy', 'secretsmanager:DeleteSecret', 'secretsmanager:DescribeSecret', 'secretsmanager:GetResourcePolicy', 'secretsmanager:PutResourcePolicy', 'secretsmanager:UpdateSecret'],
    makerUses: ['kms:Decrypt', 'kms:GenerateDataKey'],
  },
  sns: {
    noun: 'topic', arnService: 'sns', regional: true, account: true, resource: /^[A-Za-z0-9_-]{1,256}(\.fifo)?$/, example: 'arn:aws:sns:eu-west-1:111122223333:order-events',
    port: 443, ownable: true, stores: true, management: ['sns:AddPermission', 'sns:DeleteTopic', 'sns:GetTopicAttributes', 'sns:RemovePermission', 'sns:SetTopicAttributes'],
  },
  sqs: {
    noun: 'queue', arnService: 'sqs', regional: true, account: true, resource: /^[A-Za-z0-9_-]{1,80}(\.fifo)?$/, example: 'arn:aws:sqs:eu-west-1:111122223333:settlements',
    port: 443, ownable: true, stores: true, management: ['sqs:AddPermission', 'sqs:DeleteQueue', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:RemovePermission', 'sqs:SetQueueAttributes'],
  },
  sts: {
    noun: 'role', arnService: 'iam', regional: false, account: true, resource: /^role\/([\x21-\x29\x2b-\x3e\x40-\x7e]{1,510}\/)?[A-Za-z0-9+=,.@_-]{1,64}$/, example: 'arn:aws:iam::111122223333:role/reporting',
    port: 443, ownable: false, stores: false, management: [],
  },
});
