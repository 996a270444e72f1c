import { parseArn, partitionOf, partOf, tokensIn, type Platform } from '#ir';
import type { AwsArtifact } from '../../target.ts';
import { perhaps, truth, type Truth } from '../../truth.ts';
import { attempt, flag, list, optional, refuse, text, type Fields } from '../../reading.ts';
import { anything, readDocument, type Document, type DocumentKind } from './document.ts';

/** A role, and whatever these artefacts attach to it. */
export interface Role {
  readonly name: string;
  readonly arn: string;
  readonly account: string;
  readonly partition: string;
  readonly trust: Document;
  readonly identity: readonly Document[];
  /** What limits it. Absent as well where a boundary is assumed to permit all that is granted. */
  readonly boundary?: Document;
  /** Whether it has a boundary at all. */
  readonly bounded: Truth;
  /** By key in lower case. Undefined: not known. */
  readonly tags?: ReadonlyMap<string, string>;
  /** It is one of the artefacts; of another, only the name is known. */
  readonly ours: boolean;
}
/** Which role a ServiceAccount gets (Amazon EKS, "Assign an IAM role to a Kubernetes service account"). */
export interface Association {
  readonly clusterName: string; readonly namespace: string; readonly serviceAccount: string; readonly roleArn: string;
  readonly targetRoleArn?: string; readonly tagged: boolean; readonly sessionPolicy?: Document;
}
/** Which roles certificates can ask for (IAM Roles Anywhere, "Profile"). */
export interface Profile { readonly roleArns: readonly string[]; readonly enabled?: boolean; /** All together are one more limit. */ readonly sessionPolicies: readonly Document[] }

export interface Estate {
  readonly account: string;
  readonly partition: string;
  readonly region: string;
  readonly roles: ReadonlyMap<string, Role>;
  /** Ours, or what little is known of another. */
  readonly roleOf: (arn: string) => Role | undefined;
  readonly associations: readonly Association[];
  readonly profiles: readonly Profile[];
  /** The policies of a resource, by its service and the ARN (or token) of the resource itself. */
  readonly resourcePolicies: (service: string, arn: string) => readonly Document[] | undefined;
  /** Services of which an artefact says something that can't be read; `*`: of any. */
  readonly doubts: ReadonlySet<string>;
}

/** Types that say nothing of who may do what. */
const inert: ReadonlySet<string> = new Set([
  'iam/openIdConnectProvider:OpenIdConnectProvider', 'kms/alias:Alias', 'rolesanywhere/trustAnchor:TrustAnchor',
  's3/bucketOwnershipControls:BucketOwnershipControls', 's3/bucketPublicAccessBlock:BucketPublicAccessBlock', 's3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration', 's3/bucketVersioning:BucketVersioning',
]);
/** Types that are a resource's policy: the service, and the property that says of which resource. */
const resourcePolicyTypes: Readonly<Record<string, readonly [service: string, property: string, form: RegExp]>> = {
  'dynamodb/resourcePolicy:ResourcePolicy': ['dynamodb', 'resourceArn', /^arn:/],
  'kms/keyPolicy:KeyPolicy': ['kms', 'keyId', /^(arn:|[A-Za-z0-9-]+$)/],
  's3/bucketPolicy:BucketPolicy': ['s3', 'bucket', /^[a-z0-9.-]+$/],
  'secretsmanager/secretPolicy:SecretPolicy': ['secretsmanager', 'secretArn', /^arn:/],
  'sns/topicPolicy:TopicPolicy': ['sns', 'arn', /^arn:/],
  'sqs/queuePolicy:QueuePolicy': ['sqs', 'queueUrl', /^https:\/\/sqs\./],
};

/** What the artefacts say, each read as far as it can be; what can't be read leaves a doubt. */
export function readEstate(artifacts: readonly AwsArtifact[], { accountId, region }: NonNullable<Platform['aws']>, permitting: string | undefined): Estate {
  const partition = partitionOf(region), doubts = new Set<string>();
  const arnOf = (kind: 'role' | 'policy', properties: Fields): string => `arn:${partition}:iam::${accountId}:${kind}${optional(properties['path'], text) ?? '/'}${text(properties['name'])}`;
  const managed = new Map<string, Document>(), inline = new Map<string, Document[]>(), attached = new Map<string, string[]>();
  const associations: Association[] = [], profiles: Profile[] = [], keyed = new Map<string, Document>(), own = new Map<string, Document>();
  const roles: { readonly artifact: AwsArtifact; readonly name: string; readonly arn: string }[] = [];

  const policyOf = (arn: string): Document => managed.get(arn) ?? anything;
  for (const artifact of [...artifacts].sort((a, b) => order(a) - order(b))) {
    const read = attempt(() => {
      const { properties, type } = artifact;
      switch (type) {
        case 'iam/role:Role': roles.push({ artifact, name: text(properties['name']), arn: arnOf('role', properties) }); return true;
        case 'iam/policy:Policy': managed.set(arnOf('policy', properties), managed.has(arnOf('policy', properties)) ? anything : documentOf(artifact, 'policy', 'identity')); return true;
        case 'iam/rolePolicy:RolePolicy': push(inline, nameOfRole(properties['role']), documentOf(artifact, 'policy', 'identity')); return true;
        case 'iam/rolePolicyAttachment:RolePolicyAttachment': push(attached, nameOfRole(properties['role']), text(properties['policyArn'])); return true;
        case 'eks/podIdentityAssociation:PodIdentityAssociation': associations.push(readAssociation(artifact)); return true;
        case 'rolesanywhere/profile:Profile': profiles.push(readProfile(artifact, policyOf)); return true;
        case 'kms/key:Key':
          if (artifact.makes === undefined) refuse('a key that nothing can name');
          own.set(`{{made:${artifact.makes}}}`, 'policy' in artifact.documents || 'policy' in properties ? documentOf(artifact, 'policy', 'resource') : defaultKeyPolicy(partition, accountId));
          return true;
        default: {
          const found = resourcePolicyTypes[type];
          if (found === undefined) return inert.has(type);
          const [service, property, form] = found, subject = text(properties[property]);
          if (tokensIn(subject).length === 0 && !form.test(subject)) return false;
          keyed.set(`${service} ${subject}`, keyed.has(`${service} ${subject}`) ? anything : documentOf(artifact, 'policy', 'resource')); // the later one replaces the other, whichever it is
          return true;
        }
      }
    });
    if (read !== true) doubts.add(scopeOf(artifact));
  }

  const byArn = new Map(roles.map(({ arn, artifact, name }): readonly [string, Role] => {
    const { properties } = artifact;
    const rest = attempt(() => ({
      boundary: optional(properties['permissionsBoundary'], text),
      tags: new Map(Object.entries(optional(properties['tags'], objectOf) ?? {}).map(([key, value]) => [key.toLowerCase(), text(value)])),
      inline: list(properties['inlinePolicies']).map((one) => readDocument(objectOf(one)['policy'], 'identity')),
      attached: list(properties['managedPolicyArns']).map(text),
    })) ?? { boundary: undefined, tags: undefined, inline: [anything], attached: [] };
    return [arn, {
      name, arn, account: accountId, partition, ours: true,
      trust: documentOf(artifact, 'assumeRolePolicy', 'trust'),
      identity: [...inline.get(name) ?? [], ...rest.inline, ...[...attached.get(name) ?? [], ...rest.attached].map(policyOf)],
      bounded: rest.tags === undefined ? perhaps : truth(rest.boundary !== undefined),
      ...(rest.boundary === undefined || (rest.boundary === permitting && !managed.has(rest.boundary)) ? {} : { boundary: policyOf(rest.boundary) }),
      ...(rest.tags === undefined ? {} : { tags: rest.tags }),
    }];
  }));
  if (new Set(roles.map(({ name }) => name)).size < roles.length) doubts.add('*'); // names are unique in an account, whatever the path

  return {
    account: accountId, partition, region, roles: byArn, associations, profiles, doubts,
    roleOf: (arn) => byArn.get(arn) ?? foreignRole(arn),
    resourcePolicies(service, arn) {
      const found = namesOf(arn).flatMap((name) => keyed.get(`${service} ${name}`) ?? []);
      if (found.length > 0) return found;
      const made = service === 'kms' ? own.get(arn) : undefined;
      return made === undefined ? undefined : [made];
    },
  };
}

/** Managed policies before whatever names them. */
const order = ({ type }: AwsArtifact): number => (type === 'iam/policy:Policy' ? 0 : 1);

/** The ways in which a resource's policy may name it. */
const namesOf = (arn: string): readonly string[] => [arn, ...(['name', 'queueUrl'] as const).map((part) => (tokensIn(arn).length > 0 ? arn.replace(/\}\}$/, `.${part}}}`) : parseArn(arn) === undefined ? arn : partOf(arn, part)))];

function documentOf({ documents, properties }: AwsArtifact, name: string, kind: DocumentKind): Document { return readDocument(documents[name] ?? properties[name], kind); }

function foreignRole(arn: string): Role | undefined {
  const parsed = parseArn(arn);
  return parsed?.service !== 'iam' || !parsed.resource.startsWith('role/') ? undefined
    : { name: parsed.resource.slice(parsed.resource.lastIndexOf('/') + 1), arn, account: parsed.account, partition: parsed.partition, trust: anything, identity: [anything], boundary: anything, bounded: perhaps, ours: false };
}

function readAssociation(artifact: AwsArtifact): Association {
  const { properties } = artifact, target = optional(properties['targetRoleArn'], text);
  return {
    clusterName: text(properties['clusterName']), namespace: text(properties['namespace']), serviceAccount: text(properties['serviceAccount']), roleArn: text(properties['roleArn']),
    tagged: optional(properties['disableSessionTags'], flag) !== true, ...(target === undefined ? {} : { targetRoleArn: target }),
    ...('policy' in artifact.documents || 'policy' in properties ? { sessionPolicy: documentOf(artifact, 'policy', 'identity') } : {}),
  };
}

function readProfile(artifact: AwsArtifact, policyOf: (arn: string) => Document): Profile {
  const { properties } = artifact, enabled = optional(properties['enabled'], flag);
  return {
    roleArns: list(properties['roleArns']).map(text), ...(enabled === undefined ? {} : { enabled }),
    sessionPolicies: [...('sessionPolicy' in artifact.documents || 'sessionPolicy' in properties ? [documentOf(artifact, 'sessionPolicy', 'identity')] : []), ...list(properties['managedPolicyArns']).map((arn) => policyOf(text(arn)))],
  };
}

/** Of a key made without a policy: the account may do all, so that its identity policies decide (AWS KMS, "Default key policy"). */
const defaultKeyPolicy = (partition: string, account: string): Document => readDocument({
  Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: [`arn:${partition}:iam::${account}:root`] }, Action: ['kms:*'], Resource: ['*'] }],
}, 'resource');

/** An object of a data service concerns that service; any other may concern all. */
const scopeOf = ({ type }: AwsArtifact): string => { const service = String(type).split('/')[0]!; return ['dynamodb', 'kms', 'lambda', 's3', 'secretsmanager', 'sns', 'sqs'].includes(service) ? service : '*'; };

const objectOf = (value: unknown): Fields => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Fields : refuse('not an object'));
const nameOfRole = (value: unknown): string => { const name = text(value); return /[:/]/.test(name) ? refuse('not the name of a role') : name; };
function push<T>(lists: Map<string, T[]>, key: string, value: T): void { const before = lists.get(key); if (before === undefined) lists.set(key, [value]); else before.push(value); }
