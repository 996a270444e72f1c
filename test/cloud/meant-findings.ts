import type { LintFinding } from '../engines/iam-linters/lint.ts';

/** What the linters find and we mean. One that no estate needs is a failure. */
export const meantFindings: readonly {
  readonly linter: LintFinding['linter'];
  readonly issue: string;
  /** Of the estate and the artefact. */
  readonly id: RegExp;
  readonly sid?: RegExp;
  readonly detail?: RegExp;
  readonly because: string;
}[] = [
  {
    linter: 'parliament', issue: 'CREDENTIALS_EXPOSURE', id: /: aws\/iam\/Role\//, detail: /^\["sts:assumerole(withwebidentity)?"\]$/,
    because: 'a trust policy says who may take the role on, and that is what credentials are for; who it is, the other checks look at',
  },
  {
    linter: 'parliament', issue: 'CREDENTIALS_EXPOSURE', id: /: aws\/iam\/(RolePolicy|Policy)\//, sid: /(Assume|AtMostSts)/, detail: /^\["sts:assumerole"\]$/,
    because: 'a role that the policy lets a workload take on, by name: one of any name would be a RESOURCE_STAR',
  },
  {
    linter: 'parliament', issue: 'CREDENTIALS_EXPOSURE', id: /: aws\/iam\/(RolePolicy|Policy)\//, sid: /(Connect|AtMostRdsDb)/, detail: /^\["rds-db:connect"\]$/,
    because: 'a database user that the policy lets a workload log in as, by name: the password is a signed request of a quarter of an hour (Amazon RDS, "IAM database authentication for MariaDB, MySQL, and PostgreSQL")',
  },
  { linter: 'parliament', issue: 'PERMISSIONS_MANAGEMENT_ACTIONS', id: /: aws\/iam\/(RolePolicy|Policy)\//, sid: /(Connect|AtMostRdsDb)/, detail: /^\["rds-db:connect"\]$/, because: 'AWS lists logging in to a database beside what changes permissions; it changes none' },
  {
    linter: 'parliament', issue: 'PERMISSIONS_MANAGEMENT_ACTIONS', id: /: aws\/(dynamodb|kms|s3|secretsmanager|sns|sqs)\//, sid: /^Allow(Deployer|BreakGlass)To(Administer|Manage)$/,
    because: 'who looks after an owned resource may change its policy, or nobody could',
  },
  {
    linter: 'parliament', issue: 'PERMISSIONS_MANAGEMENT_ACTIONS', id: /: aws\/kms\//, sid: /^AllowDeployerToGrant\w+$/, detail: /^\["kms:creategrant"\]$/,
    because: 'a service that keeps using a key asks for a grant when something is made with it; only AWS\'s services can be given one (AWS KMS, "kms:GrantIsForAWSResource")',
  },
  {
    linter: 'parliament', issue: 'RESOURCE_POLICY_PRIVILEGE_ESCALATION', id: /: aws\/s3\/BucketPolicy\//, detail: /but does allow s3:PutBucketPolicy$/,
    because: 'who may write a bucket\'s policy could let themselves in: administrators are trusted not to, and what they write shows in the audit trail',
  },
  {
    linter: 'parliament', issue: 'RESOURCE_MISMATCH', id: /: aws\/kms\//, sid: /^Allow(Deployer|BreakGlass)ToAdminister$/, detail: /^(\[|, )*(\{"action": "kms:(Create|Delete|Update)Alias", "required_format": "arn:\*:kms:\*:\*:alias\/\*"\}(, )?)+\]$/,
    because: 'an alias needs a permission on the key, in the key\'s policy, and one on the alias, in an identity policy of the administrator\'s own (AWS KMS, "Control access to aliases")',
  },
  {
    linter: 'parliament', issue: 'RESOURCE_MISMATCH', id: /: aws\/dynamodb\/ResourcePolicy\//, sid: /^Allow(Deployer|BreakGlass)ToManage$/, detail: /^\[(\{"action": "dynamodb:(Delete|Get|Put)ResourcePolicy", "required_format": "arn:\*:dynamodb:\*:\*:table\/\*\/stream\/\*"\}(, )?)+\]$/,
    because: 'parliament reads "a table or a stream" as "a table and a stream" (Amazon DynamoDB, "PutResourcePolicy")',
  },
  {
    linter: 'parliament', issue: 'UNKNOWN_FEDERATION_SOURCE', id: /: aws\/iam\/Role\//, sid: /^ServiceAccount$/, detail: /^arn:aws[a-z-]*:iam::\d{12}:oidc-provider\/oidc\.eks\./,
    because: 'parliament knows no providers of the account\'s own, which IAM takes (IAM, "AWS JSON policy elements: Principal", OIDC federated principals)',
  },
  {
    linter: 'parliament', issue: 'UNKNOWN_CONDITION_FOR_ACTION', id: /: aws\/iam\/Role\//, sid: /^ServiceAccount$/, detail: /^Unknown condition oidc\.eks\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\/id\/\w+:(aud|sub) for action sts:AssumeRoleWithWebIdentity$/,
    because: 'the claims of a cluster\'s own issuer (Amazon EKS, "Assign IAM roles to Kubernetes service accounts"); AWS\'s tables list public issuers only',
  },
  {
    linter: 'parliament', issue: 'MISMATCHED_TYPE_BUT_USABLE', id: /: aws\/(iam|s3|secretsmanager)\//, detail: /requires a value of type String but given Arn$/,
    because: 'a key is named by its whole ARN, which StringEquals compares letter by letter: ArnEquals would read wildcards in it',
  },
  {
    linter: 'parliament', issue: 'UNKNOWN_CONDITION_FOR_ACTION', id: /: aws\/iam\/(RolePolicy|Policy)\//, detail: /^Unknown condition s3:x-amz-server-side-encryption(-aws-kms-key-id)? for action s3:(AbortMultipartUpload|ListMultipartUploadParts)$/,
    because: 'how an upload of many parts is encrypted is said when it begins, by s3:PutObject; to look at it or give it up says nothing of it, and what is not said passes these tests, in an identity policy',
  },
];
