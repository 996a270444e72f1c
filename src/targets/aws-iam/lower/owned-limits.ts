import type { CloudService } from '#ir';
import type { PolicyDocument } from '../../target.ts';
import { sizeOf, type Longest } from './documents.ts';

/** How large a resource's policy may be. Sizes are bytes of the document without spaces; texts here are ASCII. */
interface PolicyLimit {
  readonly bytes: number;
  readonly statements?: number;
  /** Of all statements together. */
  readonly conditions?: number;
  readonly actionsPerStatement?: number;
  /** Where the vendor says so. */
  readonly page: string;
}
export type OwnableService = Extract<CloudService, 'dynamodb' | 'kms' | 's3' | 'secretsmanager' | 'sns' | 'sqs'>;

export const policyLimits: Readonly<Record<OwnableService, PolicyLimit>> = Object.freeze({
  dynamodb: { bytes: 20_480, page: 'Amazon DynamoDB, "Resource-based policy considerations"' },
  kms: { bytes: 32_768, page: 'AWS KMS, "Resource quotas"' },
  s3: { bytes: 20_480, page: 'Amazon S3, "Bucket policies for Amazon S3"' },
  secretsmanager: { bytes: 20_480, page: 'AWS Secrets Manager, "AWS Secrets Manager quotas"' },
  sns: { bytes: 30_000, statements: 100, page: 'Amazon SNS, "Amazon SNS API permissions: Actions and resources reference"' }, // "30 KB": whichever is meant
  sqs: { bytes: 8_192, statements: 20, conditions: 10, actionsPerStatement: 7, page: 'Amazon SQS, "Amazon SQS policy quotas"' },
});

/** What of a document is more than its service takes, in words; undefined where all of it fits. Every hole counts as its longest value. */
export function excessOf(longest: Longest, service: OwnableService, document: PolicyDocument): string | undefined {
  const { actionsPerStatement, bytes, conditions, statements } = policyLimits[service];
  const size = sizeOf(document, longest);
  if (size > bytes) return `${size} characters of ${bytes}`;
  if (statements !== undefined && document.Statement.length > statements) return `${document.Statement.length} statements of ${statements}`;
  const keys = document.Statement.reduce((sum, { Condition = {} }) => sum + Object.values(Condition).reduce((inner, one) => inner + Object.keys(one).length, 0), 0);
  if (conditions !== undefined && keys > conditions) return `${keys} conditions of ${conditions}`;
  const most = Math.max(...document.Statement.map(({ Action = [], NotAction = [] }) => Action.length + NotAction.length));
  return actionsPerStatement !== undefined && most > actionsPerStatement ? `${most} actions in one statement of ${actionsPerStatement}` : undefined;
}
