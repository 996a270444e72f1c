import { describe, expect, it } from 'vitest';
import type { Segment } from '#ir';
import { segment } from '../../kubernetes/estate.ts';
import { arns, deployer, documentOf, estate, resource, roleOf } from './estate.ts';
import { answer } from './simulate.ts';

const other = arns.kms.replace('1234abcd', '9999abcd');
const sse = 's3:x-amz-server-side-encryption', key = 's3:x-amz-server-side-encryption-aws-kms-key-id', customers = 's3:x-amz-server-side-encryption-customer-algorithm';
const apis = (encryptedBy?: string) => [
  resource('k', { service: 'kms', arn: arns.kms }, {}),
  resource('media', { service: 's3', arn: arns.s3, ...(encryptedBy === undefined ? {} : { encryptedBy }) }, { write: ['app'], read: ['app'] }),
  resource('stripe', { service: 'secretsmanager', arn: arns.secretsmanager, ...(encryptedBy === undefined ? {} : { encryptedBy }) }, { read: ['app'] }),
];
const put = (headers: Readonly<Record<string, string>>, encryptedBy: string | undefined = 'k') =>
  answer(documentOf(estate(apis(encryptedBy)), 'BucketPolicy', 'media'), { principal: roleOf('app'), action: 's3:PutObject', resource: `${arns.s3}/7`, context: headers });

describe('writes to a bucket that is encrypted with a key', () => {
  it.each<readonly ['allow' | 'deny', string, Readonly<Record<string, string>>]>([
    ['allow', 'no header: the bucket\'s default', {}],
    ['allow', 'that key, by name', { [sse]: 'aws:kms', [key]: arns.kms }],
    ['allow', 'that key, in two layers', { [sse]: 'aws:kms:dsse', [key]: arns.kms }],
    ['deny', 'S3\'s own keys', { [sse]: 'AES256' }],
    ['deny', 'another key', { [sse]: 'aws:kms', [key]: other }],
    ['deny', 'KMS and no key: the account\'s own', { [sse]: 'aws:kms' }],
    ['deny', 'KMS in two layers and no key', { [sse]: 'aws:kms:dsse' }],
    ['deny', 'a key of the caller\'s', { [customers]: 'AES256' }],
    ['deny', 'another key and no algorithm', { [key]: other }],
    ['deny', 'the right key and the wrong algorithm', { [sse]: 'AES256', [key]: arns.kms }],
  ])('%s: %s', async (expected, _, headers) => { expect(await put(headers)).toBe(expected); });

  it('say nothing about buckets that name no key, and reads pass without headers', async () => {
    const none = documentOf(estate(apis().map((api) => api)), 'BucketPolicy', 'media');
    expect(none.Statement.map(({ Sid }) => Sid).filter((sid) => /Encryption|Key/.test(sid))).toEqual([]);
    expect(await answer(none, { principal: roleOf('app'), action: 's3:PutObject', resource: `${arns.s3}/7`, context: { [sse]: 'AES256' } })).toBe('allow');
    expect(await answer(documentOf(estate(apis('k')), 'BucketPolicy', 'media'), { principal: roleOf('app'), action: 's3:GetObject', resource: `${arns.s3}/7` })).toBe('allow');
  });
});

describe('changes to a secret that is encrypted with a key', () => {
  const update = (context: Readonly<Record<string, string>>, encryptedBy?: string) => answer(documentOf(estate(apis(encryptedBy)), 'SecretPolicy', 'stripe'), { principal: deployer, action: 'secretsmanager:UpdateSecret', resource: arns.secretsmanager, context });
  it.each<readonly ['allow' | 'deny', string, Readonly<Record<string, string>>]>([
    ['allow', 'of something else', {}], ['allow', 'to that key', { 'secretsmanager:KmsKeyArn': arns.kms }], ['deny', 'to another key', { 'secretsmanager:KmsKeyArn': other }],
  ])('%s: %s', async (expected, _, context) => { expect(await update(context, 'k')).toBe(expected); });
  it('are free where it names none', async () => { expect(await update({ 'secretsmanager:KmsKeyArn': other })).toBe('allow'); });
});

describe('the version of TLS', () => {
  const into = (tls: '1.2' | '1.3'): Segment => segment('vault', { requires: { people: [], workloads: [], partners: [], transport: { tls } } });
  const policy = (tls: '1.2' | '1.3') => estate([
    resource('media', { service: 's3', arn: arns.s3, segment: 'vault' }, { read: ['app'] }), resource('settlements', { service: 'sqs', arn: arns.sqs, segment: 'vault' }, { send: ['app'] }),
  ], { segments: [into(tls)] });
  const get = (tls: '1.2' | '1.3', version: string) => answer(documentOf(policy(tls), 'BucketPolicy', 'media'), { principal: roleOf('app'), action: 's3:GetObject', resource: `${arns.s3}/7`, context: { 's3:TlsVersion': version } });

  it.each([['1.3', '1.3', 'allow'], ['1.3', '1.2', 'deny'], ['1.2', '1.2', 'allow'], ['1.2', '1.3', 'allow']] as const)('a bucket whose segment asks for %s answers %s: %s', async (tls, version, expected) => { expect(await get(tls, version)).toBe(expected); });

  it('can\'t be asked of a queue, whose policy has no word of it', () => {
    expect(JSON.stringify(documentOf(policy('1.3'), 'QueuePolicy', 'settlements'))).not.toMatch(/tlsversion/i);
  });
});
