import type { Aws, Platform } from '#ir';
import type { CloudFacts, Hop } from '#spec';
import type { AwsArtifact } from '#targets/target';
import { random, type Random } from '#testing';
import { account, actions, holes, otherAccount, randomDocument, region, resources, roleArn, serviceOf, type AnyDocument } from './iam-documents.ts';

/** A role with random policies, a resource that may have one, and one request. */
export interface IamWorld {
  readonly seed: number;
  readonly cloud: CloudFacts;
  readonly time: string;
  readonly identity: readonly AnyDocument[];
  readonly boundary?: AnyDocument;
  readonly sessionPolicy?: AnyDocument;
  readonly resourcePolicy?: AnyDocument;
  readonly tags: Readonly<Record<string, string>>;
}

export const cluster = `arn:aws:eks:${region}:${account}:cluster/retail`;
export const platform: Platform = { version: 1, name: 'retail', aws: { accountId: account, region, clusterName: 'retail', identity: { kind: 'podIdentity' }, endpoints: [], rolePrefix: 'retail-', rolePath: '/', trustAnchors: [], otherAccounts: [], managedPoliciesPerRole: 10 } satisfies Aws } as unknown as Platform; // nothing else of it is read
export const time = '2026-11-24T12:00:00Z';

const pod: CloudFacts['principal'] = { kind: 'pod', cluster, namespace: 'shop', serviceAccount: 'orders' };
const strangers = [`arn:aws:iam::${account}:user/anna`, `arn:aws:iam::${account}:role/other`, `arn:aws:iam::${otherAccount}:role/other`] as const;

export function iamWorld(seed: number): IamWorld {
  const chance = random(seed), action = chance.pick(actions), service = serviceOf(action);
  const resource = chance.pick(resources[service]!.filter((one) => fits(action, one)));
  const about = { action, resource };
  const document = (side: 'identity' | 'resource'): AnyDocument => randomDocument(chance, side, about);
  return {
    seed, time, cloud: request(chance, action, resource), tags: chance.chance(0.5) ? { team: 'retail' } : {},
    identity: Array.from({ length: chance.below(3) }, () => document('identity')),
    ...(chance.chance(0.35) ? { boundary: document('identity') } : {}),
    ...(chance.chance(0.1) ? { sessionPolicy: document('identity') } : {}),
    ...(service !== 'lambda' && resource !== resources['sts']![1] && chance.chance(service === 'kms' ? 0.85 : 0.6) ? { resourcePolicy: document('resource') } : {}),
  };
}

/** An object is not a bucket, and a query may be of an index. */
function fits(action: string, resource: string): boolean {
  const part = resource.startsWith('{{') ? resource.includes('/') : resource.includes('/', resource.lastIndexOf(':'));
  if (action === 's3:ListBucket') return !part;
  if (action.startsWith('s3:')) return part;
  return action !== 'dynamodb:GetItem' || !resource.includes('/index/');
}

function request(chance: Random, action: string, resource: string): CloudFacts {
  const secureTransport = chance.chance(0.85), via = action.startsWith('kms:') && chance.chance(0.4) ? `sqs.${region}.amazonaws.com` : undefined;
  const keys = action === 's3:ListBucket' && chance.chance(0.7) ? { 's3:prefix': chance.pick(['img/', 'img/a', 'private/', '']) }
    : action === 's3:PutObject' && chance.chance(0.5) ? { 's3:x-amz-server-side-encryption': chance.pick(['aws:kms', 'AES256']) } : undefined;
  return {
    action, resource, secureTransport, principal: chance.chance(0.85) ? pod : { kind: 'principal', arn: chance.pick(strangers), ...(chance.chance(0.5) ? { mfa: true } : {}) },
    ...(secureTransport ? { tlsVersion: chance.pick(['1.2', '1.3']) } : {}),
    ...(via !== undefined ? { viaService: via } : chance.chance(0.5)
      ? { sourceAddress: chance.pick(['10.0.3.7', '10.1.0.1', '2001:db8::7']), sourceVpce: chance.pick(['vpce-1', 'vpce-2']), ...(chance.chance(0.8) ? { sourceVpc: 'vpc-1' } : {}) }
      : { sourceAddress: chance.pick(['192.0.2.9', '198.51.100.1', '2001:db9::1']) }),
    ...(keys === undefined ? {} : { keys }),
  };
}

export const hopOf = ({ cloud, time: at }: IamWorld): Hop => ({ enforcer: 'cloud', direction: 'ingress', from: {}, to: {}, port: 443, protocol: 'TCP', time: at, cloud });

/** The world as resources of AWS. */
export function artifactsOf({ boundary, cloud: { action, resource }, identity, resourcePolicy, sessionPolicy, tags }: IamWorld): readonly AwsArtifact[] {
  const one = (type: string, name: string, properties: AwsArtifact['properties'], documents: Readonly<Record<string, AnyDocument>> = {}): AwsArtifact =>
    ({ kind: 'aws', id: `aws/${type}/${name}`, stage: 1, type, properties, documents: documents as unknown as AwsArtifact['documents'], grants: [] });
  const boundaryArn = `arn:aws:iam::${account}:policy/retail-orders-boundary`;
  return [
    one('iam/role:Role', 'retail-orders', { name: 'retail-orders', path: '/teams/shop/', tags, ...(boundary === undefined ? {} : { permissionsBoundary: boundaryArn }) }, {
      assumeRolePolicy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: ['pods.eks.amazonaws.com'] }, Action: ['sts:AssumeRole', 'sts:TagSession'] }] },
    }),
    one('eks/podIdentityAssociation:PodIdentityAssociation', 'orders', { clusterName: 'retail', namespace: 'shop', serviceAccount: 'orders', roleArn }, sessionPolicy === undefined ? {} : { policy: sessionPolicy }),
    ...(boundary === undefined ? [] : [one('iam/policy:Policy', 'retail-orders-boundary', { name: 'retail-orders-boundary' }, { policy: boundary })]),
    ...identity.map((document, index) => one('iam/rolePolicy:RolePolicy', `orders-${index}`, { name: `orders-${index}`, role: 'retail-orders' }, { policy: document })),
    ...(resourcePolicy === undefined ? [] : [resourcePolicyOf(serviceOf(action), resource)].map(([type, properties]) => one(type, 'policy', properties, type === 'iam/role:Role' ? { assumeRolePolicy: withoutResources(resourcePolicy) } : { policy: resourcePolicy }))),
  ];
}

/** A role's trust policy says no resource. */
export const withoutResources = (document: AnyDocument): AnyDocument => ({ ...document, Statement: document.Statement.map(({ Resource: _, NotResource: __, ...statement }) => statement) as AnyDocument['Statement'] });

function resourcePolicyOf(service: string, resource: string): readonly [string, AwsArtifact['properties']] {
  const container = service === 's3' ? resource.replace(/\/.*$/, '') : resource.replace(/\/index\/.*$/, ''), part = (name: string): string => container.replace('}}', `.${name}}}`);
  const [, , , , owner = '', last = ''] = container.split(':');
  switch (service) {
    case 'dynamodb': return ['dynamodb/resourcePolicy:ResourcePolicy', { resourceArn: container }];
    case 'kms': return ['kms/keyPolicy:KeyPolicy', { keyId: container }];
    case 's3': return ['s3/bucketPolicy:BucketPolicy', { bucket: container.startsWith('{{') ? part('name') : last }];
    case 'secretsmanager': return ['secretsmanager/secretPolicy:SecretPolicy', { secretArn: container }];
    case 'sns': return ['sns/topicPolicy:TopicPolicy', { arn: container }];
    case 'sqs': return ['sqs/queuePolicy:QueuePolicy', { queueUrl: container.startsWith('{{') ? part('queueUrl') : `https://sqs.${region}.amazonaws.com/${owner}/${last}` }];
    default: return ['iam/role:Role', { name: 'reporting' }];
  }
}
export { holes };
