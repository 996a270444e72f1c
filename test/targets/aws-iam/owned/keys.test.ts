import { describe, expect, it } from 'vitest';
import { cloudServiceFacts, fillTokens, tokensIn } from '#ir';
import type { PolicyDocument } from '../../../../src/targets/target.ts';
import { account, arns, artifactOf, breakGlass, deployer, documentOf, estate, lowered, onAws, resource, roleOf } from './estate.ts';
import { answer } from './simulate.ts';

const stranger = `arn:aws:iam::${account}:role/somebody`, root = `arn:aws:iam::${account}:root`, withMfa = { 'aws:MultiFactorAuthPresent': 'true' };
const through = (service: string, more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => ({ 'kms:ViaService': `${service}.eu-west-1.amazonaws.com`, ...more });

/** One key for a queue, a table, a bucket, a secret and a topic, and two roles that use it directly. */
const of = (arn?: string) => estate([
  resource('orders-key', { service: 'kms', ...(arn === undefined ? { rotationDays: 180 } : { arn }) }, { encrypt: ['sealer'], decrypt: ['opener'] }),
  resource('settlements', { service: 'sqs', arn: arns.sqs, encryptedBy: 'orders-key' }, { send: ['orders'], receive: ['billing'], purge: ['janitor'] }),
  resource('carts', { service: 'dynamodb', arn: arns.dynamodb, encryptedBy: 'orders-key' }, { get: ['carts'], describe: ['monitor'] }),
  resource('media', { service: 's3', arn: arns.s3, encryptedBy: 'orders-key' }, { write: ['uploader'], list: ['lister'] }),
  resource('stripe', { service: 'secretsmanager', arn: arns.secretsmanager, encryptedBy: 'orders-key' }, { read: ['payments'] }),
  resource('events', { service: 'sns', arn: arns.sns, encryptedBy: 'orders-key' }, { publish: ['orders'] }),
]);
const owned = (): PolicyDocument => documentOf(of(arns.kms), 'KeyPolicy', 'orders-key');

type Row = readonly ['allow' | 'deny', string, string, Readonly<Record<string, string>>?];
const rows: readonly Row[] = [
  ['allow', 'sealer', 'kms:Encrypt'], ['deny', 'sealer', 'kms:Decrypt'], ['allow', 'opener', 'kms:Decrypt'], ['deny', 'opener', 'kms:GenerateDataKey'],
  ['deny', 'opener', 'kms:Decrypt', through('sqs')], ['deny', 'opener', 'kms:Decrypt', through('ec2')], // directly means directly
  ['allow', 'orders', 'kms:GenerateDataKey', through('sqs')], ['allow', 'orders', 'kms:Decrypt', through('sqs')], ['deny', 'orders', 'kms:Decrypt'], ['deny', 'orders', 'kms:GenerateDataKey'],
  ['allow', 'orders', 'kms:GenerateDataKey', through('sns')], ['deny', 'orders', 'kms:Decrypt', through('dynamodb')], ['deny', 'orders', 'kms:Decrypt', { 'kms:ViaService': 'sqs.us-east-1.amazonaws.com' }],
  ['allow', 'billing', 'kms:Decrypt', through('sqs')], ['deny', 'billing', 'kms:GenerateDataKey', through('sqs')], ['deny', 'janitor', 'kms:Decrypt', through('sqs')],
  ['allow', 'carts', 'kms:Decrypt', through('dynamodb')], ['deny', 'carts', 'kms:Decrypt', through('sqs')], ['deny', 'monitor', 'kms:Decrypt', through('dynamodb')], ['deny', 'carts', 'kms:CreateGrant', through('dynamodb', { 'kms:GrantIsForAWSResource': 'true' })],
  ['allow', 'uploader', 'kms:GenerateDataKey', through('s3')], ['deny', 'lister', 'kms:Decrypt', through('s3')], ['allow', 'payments', 'kms:Decrypt', through('secretsmanager')], ['deny', 'payments', 'kms:GenerateDataKey', through('secretsmanager')],
  ['deny', 'orders', 'kms:Decrypt', { ...through('sqs'), 'aws:SecureTransport': 'false' }], ['deny', 'opener', 'kms:Decrypt', { 'aws:SecureTransport': 'false' }],
  ['deny', stranger, 'kms:Decrypt'], ['deny', stranger, 'kms:Decrypt', through('sqs')], ['deny', stranger, 'kms:PutKeyPolicy'], ['deny', stranger, 'kms:CreateGrant'], ['deny', stranger, 'kms:DescribeKey'], ['deny', root, 'kms:PutKeyPolicy'], ['deny', root, 'kms:Decrypt'],
  ['allow', deployer, 'kms:PutKeyPolicy'], ['allow', deployer, 'kms:ScheduleKeyDeletion'], ['deny', deployer, 'kms:Decrypt'], ['deny', deployer, 'kms:Encrypt'], ['deny', deployer, 'kms:GenerateDataKey'], ['deny', deployer, 'kms:CreateGrant'], ['deny', deployer, 'kms:PutKeyPolicy', { 'aws:SecureTransport': 'false' }],
  ['allow', deployer, 'kms:CreateGrant', through('dynamodb', { 'kms:GrantIsForAWSResource': 'true' })], ['deny', deployer, 'kms:CreateGrant', through('dynamodb', { 'kms:GrantIsForAWSResource': 'false' })], ['deny', deployer, 'kms:CreateGrant', through('sqs', { 'kms:GrantIsForAWSResource': 'true' })],
  ['allow', deployer, 'kms:GenerateDataKey', through('dynamodb')], ['allow', deployer, 'kms:ReEncryptTo', through('dynamodb')], ['deny', deployer, 'kms:GenerateDataKey', through('rds')], ['deny', deployer, 'kms:Sign', through('dynamodb')],
  ['allow', deployer, 'kms:Decrypt', through('secretsmanager', { 'kms:EncryptionContext:SecretVersionId': 'RequestToValidateKeyAccess' })], ['deny', deployer, 'kms:Decrypt', through('secretsmanager', { 'kms:EncryptionContext:SecretVersionId': 'EXAMPLE1-90ab-cdef-fedc-ba987SECRET1' })], ['deny', deployer, 'kms:Decrypt', through('sqs')], ['deny', deployer, 'kms:Decrypt', through('s3')],
  ['allow', breakGlass, 'kms:PutKeyPolicy'], ['allow', breakGlass, 'kms:PutKeyPolicy', { 'aws:MultiFactorAuthPresent': 'false' }], ['allow', breakGlass, 'kms:PutKeyPolicy', withMfa], ['deny', breakGlass, 'kms:Decrypt', withMfa], ['deny', breakGlass, 'kms:CreateGrant', { ...withMfa, ...through('dynamodb', { 'kms:GrantIsForAWSResource': 'true' }) }],
];

describe('an owned key, for callers whose own policies allow everything', () => {
  it.each(rows.map((row) => [`${row[0]} ${row[1]} ${row[2]}${row[3] === undefined ? '' : ` with ${JSON.stringify(row[3])}`}`, row] as const))('%s', async (_, [expected, who, action, context = {}]) => {
    expect(await answer(owned(), { principal: who.includes(':') ? who : roleOf(who), action, resource: arns.kms, context })).toBe(expected);
  });

  it('leaves every role in need of a policy of its own, and the deployer and the break-glass principal in need of none', async () => {
    const asked = { resource: arns.kms, identity: 'none' } as const;
    expect(await answer(owned(), { ...asked, principal: roleOf('opener'), action: 'kms:Decrypt' })).toBe('deny');
    expect(await answer(owned(), { ...asked, principal: roleOf('orders'), action: 'kms:Decrypt', context: through('sqs') })).toBe('deny');
    for (const action of cloudServiceFacts.kms.management) {
      expect([action, await answer(owned(), { ...asked, principal: deployer, action })]).toEqual([action, 'allow']);
      expect([action, await answer(owned(), { ...asked, principal: breakGlass, action, context: withMfa })]).toEqual([action, 'allow']);
    }
  });

  it('is usable by the same ones when its policy had to be rougher, each by their own policy', async () => {
    const many = Array.from({ length: 500 }, (_, n) => `a-workload-with-a-rather-long-name-${n}`);
    const policy = estate([resource('k', { service: 'kms', arn: arns.kms }, {}), resource('q', { service: 'sqs', arn: arns.sqs, owned: false, encryptedBy: 'k' }, { receive: many }), resource('t', { service: 'dynamodb', arn: arns.dynamodb, owned: false, encryptedBy: 'k' }, { get: [...many, 'x'] })]);
    const document = documentOf(policy, 'KeyPolicy', 'k'), { losses } = lowered(policy);
    expect(losses.map(({ code }) => code)).toEqual(['CS3330']); // so many names are more than any policy takes
    expect(document.Statement.map(({ Sid }) => Sid)).toContain('AllowDecryptThroughServices');
    const fewer = estate([resource('k', { service: 'kms', arn: arns.kms }, {}), resource('q', { service: 'sqs', arn: arns.sqs, owned: false, encryptedBy: 'k' }, { receive: many.slice(0, 250) }), resource('t', { service: 'dynamodb', arn: arns.dynamodb, owned: false, encryptedBy: 'k' }, { get: [...many.slice(0, 250), 'x'] })]);
    expect(lowered(fewer).losses).toEqual([]);
    const rough = documentOf(fewer, 'KeyPolicy', 'k');
    expect(await answer(rough, { principal: roleOf('x'), action: 'kms:Decrypt', resource: arns.kms, context: through('dynamodb') })).toBe('allow');
    expect(await answer(rough, { principal: roleOf('x'), action: 'kms:GenerateDataKey', resource: arns.kms, context: through('dynamodb') })).toBe('deny');
    expect(await answer(rough, { principal: roleOf('x'), action: 'kms:Decrypt', resource: arns.kms })).toBe('deny');
    expect(await answer(rough, { principal: stranger, action: 'kms:Decrypt', resource: arns.kms, context: through('dynamodb') })).toBe('deny');
  });
});

describe('a key that is made along with the policy', () => {
  it('rotates, waits thirty days before it is gone, holds its policy, and is what its token stands for', () => {
    const { documents, makes, properties, stage, type } = artifactOf(of(), 'Key', 'orders-key');
    expect({ makes, properties, stage, type }).toEqual({ makes: 'orders-key', stage: 0, type: 'kms/key:Key', properties: { deletionWindowInDays: 30, description: 'orders-key', enableKeyRotation: true, rotationPeriodInDays: 180 } });
    expect(documents['policy']).toEqual(owned()); // no statement says which key it is about
  });

  it('has an alias by which people find it, in letters that AWS takes', () => {
    expect(artifactOf(of(), 'Alias', 'orders-key')).toMatchObject({ type: 'kms/alias:Alias', stage: 0, documents: {}, properties: { name: 'alias/retail-orders-key', targetKeyId: '{{made:orders-key}}' } });
    expect(artifactOf(estate([resource('k', { service: 'kms' }, {})]), 'Alias', 'k', onAws({ rolePrefix: 'retail.prod+' })).properties['name']).toMatch(/^alias\/key-retail-prod-k-[0-9a-f]{8}$/);
    expect(artifactOf(estate([resource('k', { service: 'kms' }, {})]), 'Alias', 'k', onAws({ rolePrefix: 'aws/' })).properties['name']).toMatch(/^alias\/key-aws\/k-[0-9a-f]{8}$/);
  });

  it('waits for nothing that is encrypted with it, which may wait for the key', () => {
    const holed = estate([resource('k', { service: 'kms' }, {}), resource('t', { service: 'dynamodb', arn: { hole: 'the-table' }, encryptedBy: 'k' }, { get: ['carts'] }), resource('q', { service: 'sqs', arn: { hole: 'the-queue' }, encryptedBy: 'k' }, { send: ['orders'] })]);
    const { documents, properties } = artifactOf(holed, 'Key', 'k');
    expect(tokensIn(JSON.stringify({ documents, properties }))).toEqual([]);
  });

  it('is what a bucket asks for, under its token', () => {
    const document = JSON.stringify(documentOf(of(), 'BucketPolicy', 'media'));
    expect(document).toContain('{{made:orders-key}}');
    expect(JSON.parse(fillTokens(document, new Map([['made:orders-key', arns.kms]])))).toEqual(documentOf(of(arns.kms), 'BucketPolicy', 'media'));
  });

  it.each(['sign', 'verify', 'publicKey', 'generateMac', 'verifyMac'])('can\'t %s, and says so', (verb) => {
    const made = lowered(estate([resource('receipts', { service: 'kms' }, { [verb]: ['billing'] })])).losses, given = lowered(estate([resource('receipts', { service: 'kms', arn: arns.kms }, { [verb]: ['billing'] })])).losses;
    expect(made.map(({ code, message, pointer }) => [code, message, pointer])).toEqual([['CS3331', `\`billing → receipts.${verb}\` needs a key that can \`${verb}\`, and a key that is made along with the policy can only encrypt`, '/apis/0']]);
    expect(given).toEqual([]);
  });
});
