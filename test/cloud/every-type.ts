import { madeToken, holeToken, type Aws } from '#ir';
import type { AwsArtifact, PolicyDocument, PolicyStatement } from '#targets/target';

/** One artefact of every type that the target makes, by hand, as AWS's pages have them: what the emulator and the linters are tried on. */
export const account: Aws = {
  accountId: '111122223333', region: 'eu-west-1', clusterName: 'shop', identity: { kind: 'podIdentity' }, endpoints: [], rolePrefix: 'shop-', rolePath: '/shop/',
  administrators: { deployer: 'arn:aws:iam::111122223333:role/deploy', breakGlass: 'arn:aws:iam::111122223333:role/break-glass' }, trustAnchors: [], otherAccounts: [], managedPoliciesPerRole: 10,
};

const document = (...Statement: readonly PolicyStatement[]): PolicyDocument => ({ Version: '2012-10-17', Statement });
const artefact = (stage: number, type: string, name: string, properties: AwsArtifact['properties'], documents: AwsArtifact['documents'] = {}): AwsArtifact =>
  ({ kind: 'aws', id: `aws/${type.slice(0, type.indexOf('/'))}/${type.slice(type.indexOf(':') + 1)}/${name}`, stage, type, properties, documents, grants: [] });

const roleArn = 'arn:aws:iam::111122223333:role/shop/shop-orders';
const administrators: PolicyStatement['Principal'] = { AWS: ['arn:aws:iam::111122223333:role/deploy'] };
const overTls = { Bool: { 'aws:SecureTransport': ['true'] } };
const keep = (service: string, actions: readonly string[], resource: string): PolicyStatement =>
  ({ Sid: 'Administrators', Effect: 'Allow', Principal: administrators, Action: actions.map((action) => `${service}:${action}`), Resource: [resource], Condition: overTls });
const refusePlain = (actions: readonly string[], resource: readonly string[]): PolicyStatement =>
  ({ Sid: 'RefusePlainText', Effect: 'Deny', Principal: '*', Action: actions, Resource: resource, Condition: { Bool: { 'aws:SecureTransport': ['false'] } } });

export const everyType: readonly AwsArtifact[] = [
  { ...artefact(0, 'kms/key:Key', 'orders-key', { description: 'orders', enableKeyRotation: true, rotationPeriodInDays: 365, deletionWindowInDays: 30 }), makes: 'orders-key' },
  artefact(1, 'kms/alias:Alias', 'orders-key', { name: 'alias/shop-orders-key', targetKeyId: madeToken('orders-key') }),
  artefact(1, 'kms/keyPolicy:KeyPolicy', 'orders-key', { keyId: madeToken('orders-key') }, {
    policy: document(
      { ...keep('kms', ['DescribeKey', 'GetKeyPolicy', 'PutKeyPolicy'], '*') },
      {
        Sid: 'Orders', Effect: 'Allow', Principal: { AWS: ['arn:aws:iam::111122223333:root'] }, Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: ['*'],
        Condition: { ArnEquals: { 'aws:PrincipalArn': [roleArn] }, StringEquals: { 'kms:ViaService': ['sqs.eu-west-1.amazonaws.com'] } },
      },
    ),
  }),
  artefact(0, 'iam/policy:Policy', 'boundary', { name: 'shop-orders-boundary', path: '/shop/' }, {
    policy: document({ Sid: 'Boundary', Effect: 'Allow', Action: ['sqs:SendMessage'], Resource: [holeToken('orders')], Condition: overTls }),
  }),
  artefact(1, 'iam/role:Role', 'shop-orders', {
    name: 'shop-orders', path: '/shop/', description: 'the workload orders', maxSessionDuration: 3600, permissionsBoundary: 'arn:aws:iam::111122223333:policy/shop/shop-orders-boundary', tags: { 'countersign.dev/workload': 'orders' },
  }, {
    assumeRolePolicy: document({
      Sid: 'Orders', Effect: 'Allow', Principal: { Service: ['pods.eks.amazonaws.com'] }, Action: ['sts:AssumeRole', 'sts:TagSession'],
      Condition: { StringEquals: { 'aws:RequestTag/kubernetes-namespace': ['shop'], 'aws:RequestTag/kubernetes-service-account': ['orders'] } },
    }),
  }),
  artefact(0, 'iam/policy:Policy', 'shop-printer-boundary', { name: 'shop-printer-boundary', path: '/shop/' }, {
    policy: document({ Sid: 'Boundary', Effect: 'Allow', Action: ['sqs:ReceiveMessage'], Resource: [holeToken('orders')] }),
  }),
  artefact(1, 'iam/role:Role', 'shop-printer', { name: 'shop-printer', path: '/shop/', permissionsBoundary: 'arn:aws:iam::111122223333:policy/shop/shop-printer-boundary' }, {
    assumeRolePolicy: document({
      Sid: 'Printer', Effect: 'Allow', Principal: { Service: ['rolesanywhere.amazonaws.com'] }, Action: ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'],
      Condition: {
        ArnEquals: { 'aws:SourceArn': ['arn:aws:rolesanywhere:eu-west-1:111122223333:trust-anchor/0a1b2c3d-1111-2222-3333-444455556666'] },
        StringEquals: { 'aws:PrincipalTag/x509SAN/URI': ['spiffe://shop.example/printer'] },
      },
    }),
  }),
  artefact(2, 'iam/rolePolicy:RolePolicy', 'shop-orders/never', { name: 'never', role: 'shop-orders' }, {
    policy: document({ Sid: 'Never1', Effect: 'Deny', Action: ['sqs:PurgeQueue'], Resource: [holeToken('orders')] }),
  }),
  artefact(2, 'eks/podIdentityAssociation:PodIdentityAssociation', 'shop-orders', { clusterName: 'shop', namespace: 'shop', serviceAccount: 'orders', roleArn }),
  artefact(2, 'rolesanywhere/profile:Profile', 'shop-printer', { name: 'shop-printer', roleArns: ['arn:aws:iam::111122223333:role/shop/shop-printer'], durationSeconds: 3600, enabled: true }),
  artefact(3, 'iam/policy:Policy', 'shop-orders-1', { name: 'shop-orders-1', path: '/shop/' }, {
    policy: document({ Sid: 'Send', Effect: 'Allow', Action: ['sqs:SendMessage'], Resource: [holeToken('orders')], Condition: overTls }),
  }),
  artefact(3, 'iam/rolePolicyAttachment:RolePolicyAttachment', 'shop-orders-1', { role: 'shop-orders', policyArn: 'arn:aws:iam::111122223333:policy/shop/shop-orders-1' }),
  artefact(0, 'sqs/queuePolicy:QueuePolicy', 'orders', { queueUrl: holeToken('orders', 'queueUrl') }, {
    policy: document(keep('sqs', ['DeleteQueue', 'SetQueueAttributes'], holeToken('orders')), refusePlain(['sqs:ReceiveMessage', 'sqs:SendMessage'], [holeToken('orders')])),
  }),
  artefact(0, 's3/bucketPolicy:BucketPolicy', 'media', { bucket: holeToken('media', 'name') }, {
    policy: document(keep('s3', ['DeleteBucketPolicy', 'PutBucketPolicy'], holeToken('media')), refusePlain(['s3:*'], [holeToken('media'), `${holeToken('media')}/*`])),
  }),
  artefact(0, 'sns/topicPolicy:TopicPolicy', 'events', { arn: holeToken('events') }, {
    policy: document(keep('sns', ['DeleteTopic', 'SetTopicAttributes'], holeToken('events')), refusePlain(['sns:Publish', 'sns:Subscribe'], [holeToken('events')])),
  }),
  artefact(0, 'dynamodb/resourcePolicy:ResourcePolicy', 'carts', { resourceArn: holeToken('carts') }, {
    policy: document(keep('dynamodb', ['DeleteTable', 'PutResourcePolicy'], holeToken('carts')), refusePlain(['dynamodb:GetItem', 'dynamodb:Query'], [holeToken('carts'), `${holeToken('carts')}/index/*`])),
  }),
  artefact(0, 'secretsmanager/secretPolicy:SecretPolicy', 'stripe', { secretArn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:stripe-AbCdEf', blockPublicPolicy: true }, {
    policy: document(
      keep('secretsmanager', ['DeleteSecret', 'PutResourcePolicy'], 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:stripe-AbCdEf'),
      refusePlain(['secretsmanager:GetSecretValue'], ['arn:aws:secretsmanager:eu-west-1:111122223333:secret:stripe-AbCdEf']),
    ),
  }),
];

/** What stands behind the holes of `everyType`. */
export const everyResource = {
  apis: [
    ['orders', 'sqs', { hole: 'orders' }], ['media', 's3', { hole: 'media' }], ['events', 'sns', { hole: 'events' }], ['carts', 'dynamodb', { hole: 'carts' }],
    ['stripe', 'secretsmanager', 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:stripe-AbCdEf'],
  ].map(([name, service, arn]) => ({ name, servedBy: { kind: 'cloud', service, arn, owned: true }, operations: [], offers: [] })),
} as never;
