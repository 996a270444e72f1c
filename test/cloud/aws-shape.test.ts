import { describe, expect, it } from 'vitest';
import type { AwsArtifact, PolicyStatement } from '#targets/target';
import { fillTokens } from '#ir';
import { awsShapeProblems } from './aws-shape.ts';
import { account, everyType } from './every-type.ts';

const values = new Map([
  ['orders', 'arn:aws:sqs:eu-west-1:111122223333:orders'], ['media', 'arn:aws:s3:::media'], ['events', 'arn:aws:sns:eu-west-1:111122223333:events'], ['carts', 'arn:aws:dynamodb:eu-west-1:111122223333:table/carts'],
  ['made:orders-key', 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'],
]);
const filled: readonly AwsArtifact[] = everyType.map((one) => JSON.parse(fillTokens(JSON.stringify(one), values)) as AwsArtifact);
const problems = (artifacts: readonly AwsArtifact[]): Promise<readonly string[]> =>
  awsShapeProblems({ artifacts, existing: new Set(Object.values(account.administrators!)), partition: 'aws', managedPoliciesPerRole: 10 });

const propertiesOf = (type: string, changed: object): readonly AwsArtifact[] => filled.map((one) => (one.type === type ? { ...one, properties: { ...one.properties, ...changed } } : one));
const lastOf = (id: string, change: (statement: PolicyStatement) => object): readonly AwsArtifact[] => filled.map((one) => (!one.id.startsWith(id) ? one : {
  ...one, documents: Object.fromEntries(Object.entries(one.documents).map(([name, document]) => [name, { ...document, Statement: [...document.Statement.slice(0, -1), change(document.Statement.at(-1)!)] as PolicyStatement[] }])),
}));

describe('the shape that AWS wants', () => {
  it('is that of an artefact of every type, written by hand', async () => {
    expect(await problems(filled)).toEqual([]);
  });

  it.each<readonly [what: string, estate: readonly AwsArtifact[], found: RegExp]>([
    ['a role name of 65 characters', propertiesOf('iam/role:Role', { name: 'x'.repeat(65) }), /Role\/shop-orders: its name .* is no role name/],
    ['a role without a boundary', propertiesOf('iam/role:Role', { permissionsBoundary: 'arn:aws:iam::111122223333:policy/other' }), /its boundary is not there before it/],
    ['an association of a role of another path', propertiesOf('iam/role:Role', { path: '/elsewhere/' }), /PodIdentityAssociation\/shop-orders: the role .* has another path/],
    ['a profile with a role that trusts only EKS', propertiesOf('rolesanywhere/profile:Profile', { roleArns: ['arn:aws:iam::111122223333:role/shop/shop-orders'] }), /shop-orders does not trust rolesanywhere\.amazonaws\.com with tags/],
    ['a session of ten minutes', propertiesOf('rolesanywhere/profile:Profile', { durationSeconds: 600 }), /Profile\/shop-printer: a session lasts/],
    ['an attachment before its policy', filled.map((one) => (one.id.includes('Policy/shop-orders-1') && one.type === 'iam/policy:Policy' ? { ...one, stage: 4 } : one)), /RolePolicyAttachment.*: its policy is not there/],
    ['a key that never rotates', propertiesOf('kms/key:Key', { enableKeyRotation: false }), /Key\/orders-key: it does not rotate/],
    ['an alias of AWS\'s own', propertiesOf('kms/alias:Alias', { name: 'alias/aws/sqs' }), /its name `alias\/aws\/sqs` is no alias/],
    ['a type that nothing is known of', filled.map((one) => (one.type === 'kms/alias:Alias' ? { ...one, type: 'kms/grant:Grant' } : one)), /nothing is known of kms\/grant:Grant/],
    ['two roles of one name but for case', [...filled, ...filled.filter(({ type }) => type === 'iam/role:Role').map((one) => ({ ...one, id: 'other', properties: { ...one.properties, name: 'SHOP-orders' } }))], /shop-orders: there are two of that name/],
    ['a managed policy over its size', lastOf('aws/iam/Policy/shop-orders-1', (one) => ({ ...one, Resource: Array.from({ length: 150 }, (_, at) => `arn:aws:sqs:eu-west-1:111122223333:orders-${String(at).padStart(3, '0')}`) })), /\d{4} characters, at most 6144/],
    ['eight actions in a queue\'s statement', lastOf('aws/sqs', (one) => ({ ...one, Action: ['ChangeMessageVisibility', 'DeleteMessage', 'GetQueueAttributes', 'GetQueueUrl', 'ListQueueTags', 'PurgeQueue', 'ReceiveMessage', 'SendMessage'].map((each) => `sqs:${each}`) })), /8 actions in one statement, at most 7/],
    ['an action out of a topic\'s scope', lastOf('aws/sns', (one) => ({ ...one, Action: ['sns:*'] })), /has sns:\*, which no topic's policy may have/],
    ['an action that there is not', lastOf('aws/iam/RolePolicy', (one) => ({ ...one, Action: ['sqs:Send'] })), /has sqs:Send, which is no action/],
    ['a wildcard that is allowed', lastOf('aws/iam/Policy/shop-orders-1', (one) => ({ ...one, Action: ['sqs:*'] })), /allows sqs:\*/],
    ['an action on what it is never about', lastOf('aws/iam/Policy/shop-orders-1', (one) => ({ ...one, Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::media'] })), /has s3:GetObject, which is about none of its resources/],
    ['a resource that no action is about', lastOf('aws/s3', (one) => ({ ...one, Action: ['s3:GetObject'] })), /is about `arn:aws:s3:::media`, which none of its actions is about/],
    ['another queue in a queue\'s policy', lastOf('aws/sqs', (one) => ({ ...one, Resource: ['arn:aws:sqs:eu-west-1:111122223333:other'] })), /not what it is attached to/],
    ['any account', lastOf('aws/iam/Policy/shop-orders-1', (one) => ({ ...one, Resource: ['arn:aws:sqs:*:*:orders'] })), /is about any account, region or service/],
    ['everybody allowed', lastOf('aws/sqs', (one) => ({ ...one, Effect: 'Allow' })), /allows everybody/],
    ['a principal that does not exist', lastOf('aws/sqs', (one) => ({ ...one, Principal: { AWS: ['arn:aws:iam::111122223333:role/shop/shop-orders'] } })), /names .*shop-orders, who does not exist/],
    ['a whole account in a key\'s policy', lastOf('aws/kms/KeyPolicy', ({ Condition: _, ...one }) => one), /hands everything that it allows to the whole account/],
    ['everything but what is named', lastOf('aws/secretsmanager', ({ Action, ...one }) => ({ ...one, NotAction: Action, Effect: 'Allow', Principal: { AWS: ['arn:aws:iam::111122223333:role/deploy'] } })), /allows what it does not name/],
    ['NotPrincipal', lastOf('aws/s3', ({ Principal, ...one }) => ({ ...one, NotPrincipal: Principal })), /has an element `NotPrincipal`/],
    ['a key that no such request has', lastOf('aws/sqs', (one) => ({ ...one, Condition: { StringNotEquals: { 's3:x-amz-server-side-encryption': ['aws:kms'] } } })), /reads s3:x-amz-server-side-encryption, which sqs:ReceiveMessage has not/],
    ['a key that there is not', lastOf('aws/sqs', (one) => ({ ...one, Condition: { Bool: { 'aws:SecureTransports': ['false'] } } })), /reads aws:SecureTransports, which is no condition key/],
    ['a key with an operator of another type', lastOf('aws/sqs', (one) => ({ ...one, Condition: { NumericEquals: { 'aws:SecureTransport': ['0'] } } })), /reads aws:SecureTransport, of the type Bool\w*, with NumericEquals/],
    ['a date that is none', lastOf('aws/iam/Policy/shop-orders-1', (one) => ({ ...one, Condition: { DateLessThan: { 'aws:CurrentTime': ['2027-01-31'] } } })), /asks aws:CurrentTime for `2027-01-31`/],
    ['tags that a request to a queue has not', lastOf('aws/sqs', (one) => ({ ...one, Condition: { StringEquals: { 'aws:RequestTag/team': ['data'] } } })), /reads aws:RequestTag\/team, which sqs:ReceiveMessage has not/],
  ])('is not that of %s', async (_what, estate, found) => {
    const all = await problems(estate);
    expect(all).toEqual(expect.arrayContaining([expect.stringMatching(found)]));
  });
});
