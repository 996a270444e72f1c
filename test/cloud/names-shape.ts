import type { AwsArtifact } from '#targets/target';
import type { Estate } from './aws-shape.ts';

type Problem = readonly [broken: boolean, what: string];

/** Names, numbers and what refers to what, by type: what AWS demands of inputs that are no documents. */
export function namesOf({ artifacts, existing, managedPoliciesPerRole }: Estate): readonly string[] {
  const of = (type: string): readonly AwsArtifact[] => artifacts.filter((one) => one.type === type);
  const roles = new Map(of('iam/role:Role').map((role) => [text(role, 'name'), role])), policies = new Map(of('iam/policy:Policy').map((policy) => [text(policy, 'name'), policy]));
  const rules: Readonly<Record<string, (one: AwsArtifact) => readonly Problem[]>> = {
    'iam/role:Role': (one) => [
      // IAM, "IAM and AWS STS quotas": names, and their lengths; "CreateRole"
      [!/^[\w+=,.@-]{1,64}$/.test(text(one, 'name')), `its name \`${text(one, 'name')}\` is no role name of at most 64 characters`],
      ...pathProblems(one), ...describedProblems(one, /^[\t\n\r\x20-\x7e\xa1-\xff]{0,1000}$/),
      [!within(one, 'maxSessionDuration', 3_600, 43_200), 'a session lasts from 1 to 12 hours'],
      [one.properties['permissionsBoundary'] === undefined, 'it has no boundary'],
      [boundaryAfter(one, of('iam/policy:Policy'), existing), 'its boundary is not there before it'],
    ],
    'iam/policy:Policy': (one) => [
      [!/^[\w+=,.@-]{1,128}$/.test(text(one, 'name')), `its name \`${text(one, 'name')}\` is no policy name of at most 128 characters`],
      ...pathProblems(one), ...describedProblems(one, /^.{0,1000}$/s),
    ],
    'iam/rolePolicy:RolePolicy': (one) => [
      [!/^[\w+=,.@-]{1,128}$/.test(text(one, 'name')), `its name \`${text(one, 'name')}\` is no policy name of at most 128 characters`], [!before(roles.get(text(one, 'role')), one), 'its role is not there before it'],
    ],
    'iam/rolePolicyAttachment:RolePolicyAttachment': (one) => [
      [!before(roles.get(text(one, 'role')), one), 'its role is not there before it'],
      [!existing.has(text(one, 'policyArn')) && !atOrBefore(policies.get(text(one, 'policyArn').split('/').at(-1)!), one), 'its policy is not there'],
    ],
    'eks/podIdentityAssociation:PodIdentityAssociation': (one) => [
      // Amazon EKS, "CreatePodIdentityAssociation"; Kubernetes, "Object Names and IDs"
      [!/^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/.test(text(one, 'clusterName')), 'its cluster has no name of a cluster'],
      [!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text(one, 'namespace')), 'its namespace is none'], [!/^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/.test(text(one, 'serviceAccount')), 'its ServiceAccount is none'],
      ...handedOut(one, [text(one, 'roleArn')], roles, 'pods.eks.amazonaws.com'),
    ],
    'rolesanywhere/profile:Profile': (one) => [
      // IAM Roles Anywhere, "CreateProfile"
      [!/^[ a-zA-Z0-9_-]{1,255}$/.test(text(one, 'name')), `its name \`${text(one, 'name')}\` is no name of a profile`], [!within(one, 'durationSeconds', 900, 43_200), 'a session lasts from 15 minutes to 12 hours'],
      [one.properties['enabled'] !== true, 'it is not enabled'], ...handedOut(one, one.properties['roleArns'] as readonly string[], roles, 'rolesanywhere.amazonaws.com'),
    ],
    'kms/key:Key': (one) => [
      // AWS KMS, "EnableKeyRotation", "ScheduleKeyDeletion", "CreateKey"
      [one.properties['enableKeyRotation'] !== true, 'it does not rotate'], [!within(one, 'rotationPeriodInDays', 90, 2_560), 'a key rotates every 90 to 2560 days'],
      [!within(one, 'deletionWindowInDays', 7, 30), 'a key waits from 7 to 30 days before it goes'], ...describedProblems(one, /^.{0,8192}$/s),
    ],
    // AWS KMS, "CreateAlias"
    'kms/alias:Alias': (one) => [[!/^alias\/(?!aws\/)[a-zA-Z0-9/_-]{1,249}$/.test(text(one, 'name')), `its name \`${text(one, 'name')}\` is no alias`]],
    ...Object.fromEntries(policyTypes.map((type) => [type, () => []])),
  };
  const named = [...of('iam/role:Role'), ...of('iam/policy:Policy'), ...of('kms/alias:Alias')].map((one) => `${one.type} ${text(one, 'name').toLowerCase()}`);
  const associated = of('eks/podIdentityAssociation:PodIdentityAssociation').map((one) => [text(one, 'clusterName'), text(one, 'namespace'), text(one, 'serviceAccount')].join('/'));
  const attached = of('iam/rolePolicyAttachment:RolePolicyAttachment').map((one) => text(one, 'role'));
  return [
    ...artifacts.flatMap((one) => [...(rules[one.type]?.(one) ?? [[true, `nothing is known of ${one.type}`] as const]), ...tagProblems(one)].flatMap(([broken, what]) => (broken ? [`${one.id}: ${what}`] : []))),
    // Names are told apart without regard to case.
    ...twice(named).map((name) => `${name}: there are two of that name`), ...twice(associated).map((pods) => `${pods}: these pods are given two roles`), ...twice(artifacts.map(({ id }) => id)).map((id) => `${id}: there are two of that id`),
    ...[...new Set(attached)].filter((role) => attached.filter((each) => each === role).length > managedPoliciesPerRole).map((role) => `${role}: more than ${managedPoliciesPerRole} managed policies`),
  ];
}

/** Their only other input is what they are attached to, and documents are judged elsewhere. */
const policyTypes = ['kms/keyPolicy:KeyPolicy', 'sqs/queuePolicy:QueuePolicy', 's3/bucketPolicy:BucketPolicy', 'sns/topicPolicy:TopicPolicy', 'dynamodb/resourcePolicy:ResourcePolicy', 'secretsmanager/secretPolicy:SecretPolicy'];

const text = ({ properties }: AwsArtifact, name: string): string => String(properties[name]);
const twice = (names: readonly string[]): readonly string[] => [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
const before = (one: AwsArtifact | undefined, other: AwsArtifact): boolean => one !== undefined && one.stage < other.stage;
const atOrBefore = (one: AwsArtifact | undefined, other: AwsArtifact): boolean => one !== undefined && one.stage <= other.stage;

function within({ properties }: AwsArtifact, name: string, least: number, most: number): boolean {
  const value = properties[name];
  return value === undefined || (typeof value === 'number' && value >= least && value <= most);
}

/** IAM, "IAM identifiers": friendly names and paths. */
const pathProblems = ({ properties: { path } }: AwsArtifact): readonly Problem[] => [[path !== undefined && !/^(\/|\/[\x21-\x7e]{1,510}\/)$/.test(String(path)), `its path \`${String(path)}\` is none`]];
const describedProblems = ({ properties: { description } }: AwsArtifact, shape: RegExp): readonly Problem[] => [[description !== undefined && !shape.test(String(description)), 'its description is too long, or has characters that are not taken']];

/** IAM, "Tag IAM resources"; AWS KMS, "Tags in AWS KMS": keys of 128 characters, values of 256. */
const tagProblems = ({ properties: { tags } }: AwsArtifact): readonly Problem[] =>
  Object.entries((tags ?? {}) as Record<string, string>).map(([key, value]) => [!/^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u.test(key) || !/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u.test(value), `its tag \`${key}\` is none`]);

function boundaryAfter(role: AwsArtifact, policies: readonly AwsArtifact[], existing: ReadonlySet<string>): boolean {
  const arn = text(role, 'permissionsBoundary');
  return !existing.has(arn) && !policies.some((policy) => arn.endsWith(`:policy${String(policy.properties['path'] ?? '/')}${text(policy, 'name')}`) && policy.stage < role.stage);
}

/** A role that is handed out is there, and lets the service that hands it out have it. */
function handedOut(one: AwsArtifact, arns: readonly string[], roles: ReadonlyMap<string, AwsArtifact>, service: string): readonly Problem[] {
  return arns.flatMap((arn): readonly Problem[] => {
    const role = roles.get(arn.split('/').at(-1)!);
    return [
      [!before(role, one), `the role ${arn} is not there before it`], [role !== undefined && !arn.endsWith(`:role${String(role.properties['path'] ?? '/')}${text(role, 'name')}`), `the role ${arn} has another path`],
      [role !== undefined && !role.documents['assumeRolePolicy']!.Statement.some(({ Action, Principal }) => Principal !== '*' && Principal?.['Service']?.includes(service) === true && Action?.includes('sts:AssumeRole') === true && Action.includes('sts:TagSession')), `the role ${arn} does not trust ${service} with tags`],
    ];
  });
}
