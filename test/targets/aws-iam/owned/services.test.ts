import { describe, expect, it } from 'vitest';
import { actionsOf, cloudServiceFacts } from '#ir';
import type { PolicyDocument } from '../../../../src/targets/target.ts';
import { account, arns, breakGlass, deployer, documentOf, estate, resource, roleOf } from './estate.ts';
import { answer, type Asked } from './simulate.ts';

const stranger = `arn:aws:iam::${account}:role/somebody`, user = `arn:aws:iam::${account}:user/alice`, root = `arn:aws:iam::${account}:root`;
const withMfa = { 'aws:MultiFactorAuthPresent': 'true' }, withoutMfa = { 'aws:MultiFactorAuthPresent': 'false' }, inTheClear = { 'aws:SecureTransport': 'false' };

/** `allow` or `deny`, who (a workload, or an ARN), which action, and where it is not the resource itself: on what, in which circumstances. */
type Row = readonly ['allow' | 'deny', string, string, string?, Readonly<Record<string, string>>?];
const text = ([expected, who, action, on, context]: Row): string => `${expected} ${who} ${action}${on === undefined ? '' : ` on ${on}`}${context === undefined ? '' : ` with ${JSON.stringify(context)}`}`;

function answers(name: string, document: () => PolicyDocument, whole: string, rows: readonly Row[]): void {
  describe(`${name}, for callers whose own policies allow everything`, () => {
    it.each(rows.map((row) => [text(row), row] as const))('%s', async (_, [expected, who, action, on = whole, context = {}]) => {
      const asked: Asked = { principal: who.includes(':') || who.includes('.') ? who : roleOf(who), action, resource: on, context };
      expect(await answer(document(), asked)).toBe(expected);
    });
  });
}
/** What nobody may do whatever their own policies say, of all that some verb or an administrator does. */
const everythingOf = (service: 'dynamodb' | 's3' | 'secretsmanager' | 'sns' | 'sqs'): readonly string[] => [...new Set([...actionsOf(service), ...cloudServiceFacts[service].management])];

const queue = () => documentOf(estate([resource('settlements', { service: 'sqs', arn: arns.sqs }, { send: ['orders'], receive: ['billing', 'ledger'] })]), 'QueuePolicy', 'settlements');
answers('a queue', queue, arns.sqs, [
  ['allow', 'orders', 'sqs:SendMessage'], ['deny', 'orders', 'sqs:ReceiveMessage'], ['deny', 'orders', 'sqs:DeleteMessage'], ['allow', 'orders', 'sqs:GetQueueUrl'],
  ['allow', 'billing', 'sqs:ReceiveMessage'], ['allow', 'ledger', 'sqs:DeleteMessage'], ['allow', 'billing', 'sqs:GetQueueAttributes'], ['deny', 'billing', 'sqs:SendMessage'], ['deny', 'billing', 'sqs:PurgeQueue'],
  ['deny', 'orders', 'sqs:SendMessage', arns.sqs, inTheClear], ['deny', deployer, 'sqs:SetQueueAttributes', arns.sqs, inTheClear],
  ['deny', stranger, 'sqs:SendMessage'], ['deny', stranger, 'sqs:GetQueueAttributes'], ['deny', stranger, 'sqs:SetQueueAttributes'], ['deny', stranger, 'sqs:ListQueueTags'], ['deny', user, 'sqs:SendMessage'], ['deny', root, 'sqs:ReceiveMessage'],
  ['deny', 'orders', 'sqs:SetQueueAttributes'], ['deny', 'orders', 'sqs:StartMessageMoveTask'],
  ['deny', deployer, 'sqs:SendMessage'], ['deny', deployer, 'sqs:ReceiveMessage'], ['deny', deployer, 'sqs:PurgeQueue'], ['allow', deployer, 'sqs:GetQueueAttributes'], ['allow', deployer, 'sqs:SetQueueAttributes'], ['allow', deployer, 'sqs:ListQueueTags'],
  ['allow', breakGlass, 'sqs:SetQueueAttributes'], ['allow', breakGlass, 'sqs:SetQueueAttributes', arns.sqs, withoutMfa], ['allow', breakGlass, 'sqs:SetQueueAttributes', arns.sqs, withMfa], ['deny', breakGlass, 'sqs:ReceiveMessage', arns.sqs, withMfa],
  ['deny', 'sns.amazonaws.com', 'sqs:SendMessage'], ['deny', 's3.amazonaws.com', 'sqs:SendMessage'],
]);

const topic = () => documentOf(estate([resource('events', { service: 'sns', arn: arns.sns }, { publish: ['orders'], subscribe: ['mailer'] })]), 'TopicPolicy', 'events');
answers('a topic', topic, arns.sns, [
  ['allow', 'orders', 'sns:Publish'], ['deny', 'orders', 'sns:Subscribe'], ['allow', 'mailer', 'sns:Subscribe'], ['deny', 'mailer', 'sns:Publish'], ['deny', 'mailer', 'sns:ListSubscriptionsByTopic'],
  ['deny', 'orders', 'sns:Publish', arns.sns, inTheClear], ['deny', stranger, 'sns:Publish'], ['deny', stranger, 'sns:Subscribe'], ['deny', stranger, 'sns:SetTopicAttributes'], ['deny', stranger, 'sns:GetTopicAttributes'],
  ['deny', deployer, 'sns:Publish'], ['deny', deployer, 'sns:Subscribe'], ['allow', deployer, 'sns:SetTopicAttributes'], ['allow', deployer, 'sns:ListSubscriptionsByTopic'],
  ['allow', breakGlass, 'sns:DeleteTopic'], ['allow', breakGlass, 'sns:DeleteTopic', arns.sns, withMfa], ['deny', 'cloudwatch.amazonaws.com', 'sns:Publish'],
]);

const secret = () => documentOf(estate([resource('stripe', { service: 'secretsmanager', arn: arns.secretsmanager }, { read: ['payments'], write: ['rotator'] })]), 'SecretPolicy', 'stripe');
answers('a secret', secret, arns.secretsmanager, [
  ['allow', 'payments', 'secretsmanager:GetSecretValue'], ['allow', 'payments', 'secretsmanager:DescribeSecret'], ['deny', 'payments', 'secretsmanager:PutSecretValue'],
  ['allow', 'rotator', 'secretsmanager:PutSecretValue'], ['deny', 'rotator', 'secretsmanager:GetSecretValue'], ['deny', 'rotator', 'secretsmanager:UpdateSecretVersionStage'],
  ['deny', 'payments', 'secretsmanager:GetSecretValue', arns.secretsmanager, inTheClear], ['deny', stranger, 'secretsmanager:GetSecretValue'], ['deny', stranger, 'secretsmanager:DescribeSecret'], ['deny', stranger, 'secretsmanager:PutResourcePolicy'],
  ['deny', deployer, 'secretsmanager:GetSecretValue'], ['deny', deployer, 'secretsmanager:PutSecretValue'], ['allow', deployer, 'secretsmanager:DescribeSecret'], ['allow', deployer, 'secretsmanager:RotateSecret'],
  ['allow', breakGlass, 'secretsmanager:DeleteSecret'], ['allow', breakGlass, 'secretsmanager:DeleteSecret', arns.secretsmanager, withMfa], ['deny', breakGlass, 'secretsmanager:GetSecretValue', arns.secretsmanager, withMfa],
]);

const index = (name: string): string => `${arns.dynamodb}/index/${name}`;
const table = () => documentOf(estate([resource('carts', { service: 'dynamodb', arn: arns.dynamodb }, { get: ['carts', 'admin'], query: ['carts'], queryByCustomer: ['carts', 'admin'], queryByDay: ['reports'], scanByDay: ['reports'], put: ['carts'], describe: ['admin'] }, { ByCustomer: 'by-customer', ByDay: 'by-day' })]), 'ResourcePolicy', 'carts');
answers('a table', table, arns.dynamodb, [
  ['allow', 'carts', 'dynamodb:GetItem'], ['allow', 'admin', 'dynamodb:BatchGetItem'], ['deny', 'reports', 'dynamodb:GetItem'], ['allow', 'carts', 'dynamodb:PutItem'], ['deny', 'admin', 'dynamodb:PutItem'], ['deny', 'carts', 'dynamodb:DeleteItem'],
  ['allow', 'carts', 'dynamodb:Query'], ['deny', 'admin', 'dynamodb:Query'], ['deny', 'reports', 'dynamodb:Query'], ['deny', 'carts', 'dynamodb:Scan'],
  ['allow', 'carts', 'dynamodb:Query', index('by-customer')], ['allow', 'admin', 'dynamodb:Query', index('by-customer')], ['deny', 'reports', 'dynamodb:Query', index('by-customer')],
  ['allow', 'reports', 'dynamodb:Scan', index('by-day')], ['deny', 'carts', 'dynamodb:Scan', index('by-day')], ['allow', 'reports', 'dynamodb:Query', index('by-day')], ['deny', 'carts', 'dynamodb:Query', index('by-day')], ['deny', 'admin', 'dynamodb:Query', index('by-day')],
  ['deny', stranger, 'dynamodb:Query', index('another')], ['deny', 'reports', 'dynamodb:Scan', index('by-customer')], ['allow', 'reports', 'dynamodb:Query', index('another')], // an index that nobody declared is left to our roles' own policies
  ['allow', 'admin', 'dynamodb:DescribeTable'], ['deny', 'carts', 'dynamodb:DescribeTable'], ['deny', 'carts', 'dynamodb:PartiQLSelect'], ['deny', 'carts', 'dynamodb:PartiQLSelect', index('by-customer')],
  ['deny', 'carts', 'dynamodb:GetItem', arns.dynamodb, inTheClear], ['deny', 'carts', 'dynamodb:Query', index('by-customer'), inTheClear],
  ['deny', stranger, 'dynamodb:GetItem'], ['deny', stranger, 'dynamodb:DescribeTable'], ['deny', stranger, 'dynamodb:UpdateTable'], ['deny', stranger, 'dynamodb:PutResourcePolicy'], ['deny', stranger, 'dynamodb:ExportTableToPointInTime'],
  ['deny', deployer, 'dynamodb:GetItem'], ['deny', deployer, 'dynamodb:Scan'], ['deny', deployer, 'dynamodb:Query', index('by-customer')], ['deny', deployer, 'dynamodb:PartiQLSelect'], ['allow', deployer, 'dynamodb:DescribeTable'], ['allow', deployer, 'dynamodb:UpdateTimeToLive'],
  ['allow', breakGlass, 'dynamodb:DeleteTable'], ['allow', breakGlass, 'dynamodb:DeleteTable', arns.dynamodb, withMfa], ['deny', breakGlass, 'dynamodb:GetItem', arns.dynamodb, withMfa],
]);

const object = (key: string): string => `${arns.s3}/${key}`, listing = (prefix: string) => ({ 's3:prefix': prefix });
const bucket = () => documentOf(estate([resource('media', { service: 's3', arn: arns.s3 }, { read: ['web'], readThumbs: ['app', 'worker'], readRaw: ['worker'], writeThumbs: ['worker'], listThumbs: ['app'], list: ['web'], remove: ['janitor'] }, { Thumbs: 'thumbs/', Raw: 'raw/' })]), 'BucketPolicy', 'media');
answers('a bucket', bucket, arns.s3, [
  ['allow', 'web', 's3:GetObject', object('thumbs/7')], ['allow', 'web', 's3:GetObject', object('other')], ['allow', 'app', 's3:GetObject', object('thumbs/7')], ['deny', 'app', 's3:GetObject', object('raw/7')], ['deny', 'app', 's3:GetObject', object('thumbs')],
  ['allow', 'worker', 's3:GetObject', object('raw/7')], ['allow', 'worker', 's3:GetObject', object('thumbs/7')], ['deny', 'worker', 's3:GetObject', object('other/7')],
  ['allow', 'worker', 's3:PutObject', object('thumbs/7')], ['deny', 'worker', 's3:PutObject', object('raw/7')], ['allow', 'worker', 's3:AbortMultipartUpload', object('thumbs/7')], ['deny', 'worker', 's3:AbortMultipartUpload', object('raw/7')], ['deny', 'web', 's3:PutObject', object('thumbs/7')],
  ['allow', 'janitor', 's3:DeleteObject', object('raw/7')], ['deny', 'worker', 's3:DeleteObject', object('raw/7')], ['deny', 'janitor', 's3:DeleteObjectVersion', object('raw/7')], ['deny', 'web', 's3:GetObjectVersion', object('thumbs/7')], ['deny', 'worker', 's3:PutObjectAcl', object('thumbs/7')],
  ['allow', 'web', 's3:ListBucket'], ['allow', 'web', 's3:ListBucket', arns.s3, listing('raw/')], ['allow', 'app', 's3:ListBucket', arns.s3, listing('thumbs/')], ['allow', 'app', 's3:ListBucket', arns.s3, listing('thumbs/2026/')],
  ['deny', 'app', 's3:ListBucket'], ['deny', 'app', 's3:ListBucket', arns.s3, listing('')], ['deny', 'app', 's3:ListBucket', arns.s3, listing('raw/')], ['deny', 'worker', 's3:ListBucket', arns.s3, listing('thumbs/')],
  ['deny', 'web', 's3:GetObject', object('thumbs/7'), inTheClear], ['deny', 'web', 's3:ListBucket', arns.s3, inTheClear],
  ['deny', stranger, 's3:GetObject', object('thumbs/7')], ['deny', stranger, 's3:ListBucket'], ['deny', stranger, 's3:PutBucketPolicy'], ['deny', stranger, 's3:GetBucketLocation'], ['deny', 'web', 's3:PutBucketPolicy'],
  ['deny', deployer, 's3:GetObject', object('thumbs/7')], ['deny', deployer, 's3:GetObjectVersion', object('thumbs/7')], ['deny', deployer, 's3:PutObject', object('thumbs/7')], ['deny', deployer, 's3:DeleteObject', object('thumbs/7')], ['allow', deployer, 's3:ListBucket'], ['allow', deployer, 's3:PutBucketVersioning'],
  ['allow', breakGlass, 's3:PutBucketPolicy'], ['allow', breakGlass, 's3:PutBucketPolicy', arns.s3, withMfa], ['deny', breakGlass, 's3:GetObject', object('thumbs/7'), withMfa],
  ['deny', 'logging.s3.amazonaws.com', 's3:PutObject', object('logs/7')], ['deny', 'cloudtrail.amazonaws.com', 's3:GetBucketAcl'],
]);

describe('the policy of an owned resource', () => {
  const documents = { dynamodb: table, s3: bucket, secretsmanager: secret, sns: topic, sqs: queue } as const;
  it.each(Object.keys(documents) as (keyof typeof documents)[])('of %s refuses every action to whoever is granted none and does not look after it', async (service) => {
    const onObjects = new Set(['s3:AbortMultipartUpload', 's3:DeleteObject', 's3:GetObject', 's3:ListMultipartUploadParts', 's3:PutObject']);
    for (const action of everythingOf(service)) {
      for (const principal of [stranger, user, root, roleOf('another')]) {
        expect([action, principal, await answer(documents[service](), { principal, action, resource: onObjects.has(action) ? object('thumbs/7') : arns[service] })]).toEqual([action, principal, 'deny']);
      }
    }
  });

  it('no longer names a role that holds nothing any more', async () => {
    const before = estate([resource('settlements', { service: 'sqs', arn: arns.sqs }, { send: ['orders', 'legacy'] })]);
    const after = { ...before, asks: before.asks.filter(({ from }) => from.kind !== 'workload' || from.name !== 'legacy') };
    const ask = { principal: roleOf('legacy'), action: 'sqs:SendMessage', resource: arns.sqs };
    expect(await answer(documentOf(before, 'QueuePolicy', 'settlements'), ask)).toBe('allow');
    expect(await answer(documentOf(after, 'QueuePolicy', 'settlements'), ask)).toBe('deny');
    expect(JSON.stringify(documentOf(after, 'QueuePolicy', 'settlements'))).not.toContain('legacy');
  });

  it('allows nothing of what is in it: a role without a policy of its own may do nothing, and neither may the deployer', async () => {
    expect(await answer(queue(), { principal: roleOf('orders'), action: 'sqs:SendMessage', resource: arns.sqs, identity: 'none' })).toBe('deny');
    expect(await answer(bucket(), { principal: roleOf('web'), action: 's3:GetObject', resource: object('thumbs/7'), identity: 'none' })).toBe('deny');
    expect(await answer(secret(), { principal: deployer, action: 'secretsmanager:GetSecretValue', resource: arns.secretsmanager, identity: 'none' })).toBe('deny');
  });
});
