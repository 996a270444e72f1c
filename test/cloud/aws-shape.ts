import type { AwsArtifact, PolicyDocument, PolicyStatement } from '#targets/target';
import { namesOf } from './names-shape.ts';
import { statementProblems } from './statement-shape.ts';

/** What AWS would say of an estate's artefacts and the emulator does not: one line a fault. Tokens are filled already. */
export interface Estate {
  readonly artifacts: readonly AwsArtifact[];
  /** Principals that are there before anything of this is made: administrators, boundaries of the account. */
  readonly existing: ReadonlySet<string>;
  readonly partition: string;
  /** Managed policies that a role may have. */
  readonly managedPoliciesPerRole: number;
}

/** Where a document stands, and so what it may say. */
export type DocumentKind = 'identity' | 'trust' | 'resource';
export interface Placed { readonly id: string; readonly kind: DocumentKind; /** Of a resource policy: what it is attached to. */ readonly resource?: string; readonly service?: string; readonly document: PolicyDocument }

interface Limits { readonly characters: number; readonly statements?: number; readonly principals?: number; readonly conditions?: number; readonly actionsPerStatement?: number }

/** Of each type with a document: how much of it AWS takes, and where that stands. */
const limits: Readonly<Record<string, Limits>> = {
  // IAM, "IAM and AWS STS quotas": white space does not count, and there is none
  'iam/policy:Policy': { characters: 6_144 },
  'iam/role:Role': { characters: 2_048 },
  'iam/rolePolicy:RolePolicy': { characters: 10_240 },
  // Amazon SQS, "Amazon SQS policy quotas"
  'sqs/queuePolicy:QueuePolicy': { characters: 8_192, statements: 20, principals: 50, conditions: 10, actionsPerStatement: 7 },
  // Amazon SNS, "Amazon SNS API permissions: Actions and resources reference", policy quotas
  'sns/topicPolicy:TopicPolicy': { characters: 30_000, statements: 100, principals: 200 },
  // Amazon S3, "Bucket policies"
  's3/bucketPolicy:BucketPolicy': { characters: 20_480 },
  // Amazon DynamoDB, "Resource-based policy considerations"
  'dynamodb/resourcePolicy:ResourcePolicy': { characters: 20_480 },
  // AWS Secrets Manager, "AWS Secrets Manager quotas"
  'secretsmanager/secretPolicy:SecretPolicy': { characters: 20_480 },
  // AWS KMS, "Resource quotas", key policy document size
  'kms/keyPolicy:KeyPolicy': { characters: 32_768 },
  'kms/key:Key': { characters: 32_768 },
};

export async function awsShapeProblems(estate: Estate): Promise<readonly string[]> {
  const placed = estate.artifacts.flatMap((one) => placedDocuments(one, estate.partition));
  const statements = await Promise.all(placed.map((one) => statementProblems(one, estate.existing)));
  return [...namesOf(estate), ...estate.artifacts.flatMap(sizeProblems), ...inlineProblems(estate.artifacts), ...statements.flat()].sort();
}

/** Every document of an artefact, with where it stands. */
export function placedDocuments({ documents, id, properties, type }: AwsArtifact, partition: string): readonly Placed[] {
  return Object.values(documents).map((document): Placed => {
    if (type === 'iam/role:Role') return { id, kind: 'trust', document };
    if (type === 'iam/policy:Policy' || type === 'iam/rolePolicy:RolePolicy') return { id, kind: 'identity', document };
    const resource = attachedTo(type, properties, partition);
    return { id, kind: 'resource', service: type.slice(0, type.indexOf('/')), ...(resource === undefined ? {} : { resource }), document };
  });
}

/** The ARN of what a resource policy is attached to; of a key that is only now made there is none yet. */
function attachedTo(type: string, properties: AwsArtifact['properties'], partition: string): string | undefined {
  switch (type) {
    case 'sqs/queuePolicy:QueuePolicy': {
      const [, region, account, name] = /^https?:\/\/sqs\.([^.]+)\.[^/]+\/(\d{12})\/(.+)$/.exec(String(properties['queueUrl'])) ?? [];
      return `arn:${partition}:sqs:${region}:${account}:${name}`;
    }
    case 's3/bucketPolicy:BucketPolicy': return `arn:${partition}:s3:::${String(properties['bucket'])}`;
    case 'sns/topicPolicy:TopicPolicy': return String(properties['arn']);
    case 'dynamodb/resourcePolicy:ResourcePolicy': return String(properties['resourceArn']);
    case 'secretsmanager/secretPolicy:SecretPolicy': return String(properties['secretArn']);
    case 'kms/keyPolicy:KeyPolicy': return String(properties['keyId']);
    case 'kms/key:Key': return undefined;
    default: throw new Error(`nothing is known of what ${type} is attached to`);
  }
}

const lengthOf = (document: PolicyDocument): number => JSON.stringify(document).replaceAll(/\s/g, '').length;

function sizeProblems({ documents, id, type }: AwsArtifact): readonly string[] {
  return Object.values(documents).flatMap((document) => {
    const limit = limits[type];
    if (limit === undefined) return [`${id}: no limit is known of ${type}`];
    const { Statement } = document;
    const counts: readonly (readonly [what: string, count: number, most: number | undefined])[] = [
      ['characters', lengthOf(document), limit.characters], ['statements', Statement.length, limit.statements],
      ['principals', sum(Statement.map(principalsOf)), limit.principals], ['conditions', sum(Statement.map(({ Condition = {} }) => sum(Object.values(Condition).map((keys) => Object.keys(keys).length)))), limit.conditions],
      ['actions in one statement', Math.max(0, ...Statement.map(({ Action = [], NotAction = [] }) => Action.length + NotAction.length)), limit.actionsPerStatement],
    ];
    return counts.flatMap(([what, count, most]) => (most !== undefined && count > most ? [`${id}: ${count} ${what}, at most ${most} are taken`] : []));
  });
}

const principalsOf = ({ Principal }: PolicyStatement): number => (Principal === undefined ? 0 : Principal === '*' ? 1 : sum(Object.values(Principal).map(({ length }) => length)));
const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** The inline policies of a role share one limit (IAM, "IAM and AWS STS quotas"). */
function inlineProblems(artifacts: readonly AwsArtifact[]): readonly string[] {
  const sizes = new Map<string, number>();
  for (const { documents, properties, type } of artifacts) {
    if (type !== 'iam/rolePolicy:RolePolicy') continue; // only these are inline
    const role = String(properties['role']);
    sizes.set(role, (sizes.get(role) ?? 0) + sum(Object.values(documents).map(lengthOf)));
  }
  return [...sizes].flatMap(([role, size]) => (size > 10_240 ? [`${role}: ${size} characters of inline policies, at most 10240 are taken`] : []));
}
