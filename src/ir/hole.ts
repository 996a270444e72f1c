import { cloudServiceFacts, cloudServices, type CloudService } from './cloud/service.ts';

/** A value that Pulumi fills in: the ARN of a resource of that service. `maxLength` is what splitting by size assumes, in characters. */
export interface Hole { readonly name: string; readonly kind: 'arn'; readonly service: CloudService; readonly maxLength: number }

/** Longest ARN that AWS takes anywhere (IAM, "IAM and AWS STS quotas"). */
const longestArn = 2048;

/**
 * Longest last field of each service's ARNs, in characters: what a queue, a table, … can be called (Amazon SQS, "Amazon SQS
 * message quotas"; Amazon DynamoDB, "Naming rules"; AWS KMS, "Key identifiers"; AWS Lambda, `CreateFunction`, `CreateAlias`; Amazon RDS,
 * "Creating and using an IAM policy for IAM database access"; Amazon S3, "General purpose bucket naming rules"; AWS Secrets Manager,
 * `CreateSecret`, and `-` and six characters after the name; Amazon SNS, `CreateTopic`; IAM, "IAM and AWS STS quotas", a path of 512).
 */
const longestResource: Readonly<Record<CloudService, number>> = {
  dynamodb: 'table/'.length + 255, kms: 'key/'.length + 64, lambda: 'function:'.length + 64 + 1 + 128, 'rds-db': 'dbuser:'.length + 64 + 1 + 64,
  s3: 63, secretsmanager: 'secret:'.length + 512 + 7, sns: 256, sqs: 80, sts: 'role'.length + 512 + 64,
};
/** `aws-us-gov`, and the longest names that regions have (`ap-southeast-2`). */
const longestPartition = 10;
const longestRegion = 14;

/** What a hole of that service can become, where nothing shorter is said; of no service, the longest of all. */
export function longestArnOf(service: unknown): number {
  if (!(cloudServices as readonly unknown[]).includes(service)) return longestArn;
  const { account, arnService, regional } = cloudServiceFacts[service as CloudService];
  return 'arn:'.length + longestPartition + 1 + arnService.length + 1 + (regional ? longestRegion : 0) + 1 + (account ? 12 : 0) + 1 + longestResource[service as CloudService];
}
