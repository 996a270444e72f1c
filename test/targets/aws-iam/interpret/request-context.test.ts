import { describe, expect, it } from 'vitest';
import type { CloudFacts, Verdict } from '#spec';
import { account, allow, association, cluster, inline, orders, ordersArn, otherAccount, queue, region, role, somebody, trusting, verdict } from './account.ts';

/** A condition on what the request holds, and whether it lets the request through. */
type Case = readonly [claim: string, condition: Readonly<Record<string, Readonly<Record<string, string>>>>, expected: Verdict, cloud?: Partial<CloudFacts>, time?: string];
const through: Partial<CloudFacts> = { sourceAddress: '10.0.3.7', sourceVpce: 'vpce-1', sourceVpc: 'vpc-1' };
const anna = `arn:aws:iam::${account}:user/teams/anna`;
const bucket: Partial<CloudFacts> = { action: 's3:PutObject', resource: 'arn:aws:s3:::media/a' }, listing: Partial<CloudFacts> = { action: 's3:ListBucket', resource: 'arn:aws:s3:::media' };
const key: Partial<CloudFacts> = { action: 'kms:Decrypt', resource: `arn:aws:kms:${region}:${account}:key/1` }, viaService = `sqs.${region}.amazonaws.com`;

const tables: Readonly<Record<string, readonly Case[]>> = {
  'IAM, "AWS global condition context keys": the request': [
    ['over TLS', { Bool: { 'aws:SecureTransport': 'true' } }, 'allow'],
    ['in the clear', { Bool: { 'aws:SecureTransport': 'true' } }, 'deny', { secureTransport: false }],
    ['before a date', { DateLessThan: { 'aws:CurrentTime': '2026-11-24T12:00:01Z' } }, 'allow'],
    ['not before it', { DateLessThan: { 'aws:CurrentTime': '2026-11-24T12:00:00Z' } }, 'deny'],
    ['the end of a day that has another offset', { DateLessThan: { 'aws:CurrentTime': '2026-11-25T00:00:00Z' } }, 'deny', {}, '2026-11-24T23:30:00-01:00'],
    ['seconds since 1970, as a number', { NumericLessThan: { 'aws:EpochTime': '1795521601' } }, 'allow'],
    ['and as a date', { DateLessThan: { 'aws:EpochTime': '2026-11-24T12:00:00Z' } }, 'deny'],
    ['at no time that is known', { DateLessThan: { 'aws:CurrentTime': '2026-11-25' } }, 'unknown', {}, ''],
    ['at no time that can be read', { DateLessThan: { 'aws:CurrentTime': '2026-11-25' } }, 'unknown', {}, 'noon'],
    ['the Region asked', { StringEquals: { 'aws:RequestedRegion': region } }, 'allow'],
    ['of a bucket it is not said', { StringEquals: { 'aws:RequestedRegion': region } }, 'unknown', bucket],
    ['whose the resource is', { StringEquals: { 'aws:ResourceAccount': account } }, 'allow'],
    ['of another account', { StringEquals: { 'aws:ResourceAccount': account } }, 'deny', { resource: queue.replace(account, otherAccount) }],
    ['of a hole it is not known', { StringEquals: { 'aws:ResourceAccount': account } }, 'unknown', { resource: '{{queue}}' }],
    ['a key that is made is made here', { StringEquals: { 'aws:ResourceAccount': account } }, 'allow', { ...key, resource: '{{made:orders-key}}' }],
    ['a key that nobody here knows', { StringEquals: { 'aws:ResourceTag/team': 'retail' } }, 'unknown'],
    ['whether it is there neither', { Null: { 'aws:PrincipalOrgID': 'true' } }, 'unknown'],
  ],
  'the network: an endpoint of the VPC changes which keys there are': [
    ['without one, the source address', { IpAddress: { 'aws:SourceIp': '198.51.100.0/24' } }, 'allow'],
    ['no address of the VPC', { IpAddress: { 'aws:VpcSourceIp': '0.0.0.0/0' } }, 'deny'],
    ['no endpoint', { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } }, 'allow'],
    ['no VPC', { Null: { 'aws:SourceVpc': 'true' } }, 'allow'],
    ['through one, no source address', { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } }, 'deny', through],
    ['which negated operators match', { NotIpAddress: { 'aws:SourceIp': '0.0.0.0/0' } }, 'allow', through],
    ['the address within the VPC', { IpAddress: { 'aws:VpcSourceIp': '10.0.0.0/16' } }, 'allow', through],
    ['which endpoint', { StringEquals: { 'aws:SourceVpce': 'vpce-1' } }, 'allow', through],
    ['another endpoint', { StringEquals: { 'aws:SourceVpce': 'vpce-2' } }, 'deny', through],
    ['which VPC', { StringEquals: { 'aws:SourceVpc': 'vpc-1' } }, 'allow', through],
    ['a VPC that is not known', { StringEquals: { 'aws:SourceVpc': 'vpc-1' } }, 'unknown', { sourceAddress: '10.0.3.7', sourceVpce: 'vpce-1' }],
    ['but there is one', { Null: { 'aws:SourceVpc': 'false' } }, 'allow', { sourceAddress: '10.0.3.7', sourceVpce: 'vpce-1' }],
    ['where a service asks, the pages do not say', { Null: { 'aws:SourceIp': 'true' } }, 'unknown', { ...key, viaService }],
  ],
  'who asks': [
    ['the role\'s ARN, for its sessions', { ArnEquals: { 'aws:PrincipalArn': ordersArn } }, 'allow'],
    ['with its path', { ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${account}:role/orders` } }, 'deny'],
    ['as text', { StringLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/teams/*' } }, 'allow'],
    ['the account', { StringEquals: { 'aws:PrincipalAccount': account } }, 'allow'],
    ['the kind', { StringEquals: { 'aws:PrincipalType': 'AssumedRole' } }, 'allow'],
    ['no service of AWS', { Bool: { 'aws:PrincipalIsAWSService': 'false' } }, 'allow'],
    ['nor where one asks with its credentials', { Bool: { 'aws:PrincipalIsAWSService': 'false' } }, 'allow', { ...key, viaService }],
    ['so that no service has a name', { Null: { 'aws:PrincipalServiceName': 'true' } }, 'allow'],
    ['nor asks for a resource\'s sake', { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::*' } }, 'deny'],
    ['nor for an account\'s', { Null: { 'aws:SourceAccount': 'true' } }, 'allow'],
    ['an id that is not known', { StringLike: { 'aws:userid': 'AROA*' } }, 'unknown'],
    ['but there is one', { StringLike: { 'aws:userid': '*' } }, 'allow'],
    ['a role has no user name', { Null: { 'aws:username': 'true' } }, 'allow'],
    ['temporary credentials were issued at some time', { Null: { 'aws:TokenIssueTime': 'false' } }, 'allow'],
    ['when, is not known', { DateGreaterThan: { 'aws:TokenIssueTime': '2026-01-01' } }, 'unknown'],
    ['no provider of identities, by an association', { Null: { 'aws:FederatedProvider': 'true' } }, 'allow'],
    ['no source identity', { Null: { 'aws:SourceIdentity': 'true' } }, 'allow'],
  ],
  '"aws:MultiFactorAuthPresent": a workload never has, and whether the key is there is not told': [
    ['allowed with MFA only', { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }, 'deny'],
    ['the recommended denial\'s test', { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } }, 'allow'],
    ['not the recommended one: may miss it', { Bool: { 'aws:MultiFactorAuthPresent': 'false' } }, 'unknown'],
    ['nor this one', { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'true' } }, 'unknown'],
    ['nor its being there', { Null: { 'aws:MultiFactorAuthPresent': 'true' } }, 'unknown'],
    ['no age', { NumericLessThan: { 'aws:MultiFactorAuthAge': '3600' } }, 'deny'],
  ],
  'AWS KMS, "AWS KMS condition keys": through a service': [
    ['which service', { StringEquals: { 'kms:ViaService': viaService } }, 'allow', { ...key, viaService }],
    ['another one', { StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` } }, 'deny', { ...key, viaService }],
    ['directly', { StringEquals: { 'kms:ViaService': viaService } }, 'deny', key],
    ['a denial of all but a service', { StringNotEquals: { 'kms:ViaService': viaService } }, 'allow', key],
    ['whose the caller is', { StringEquals: { 'kms:CallerAccount': account } }, 'allow', key],
    ['a service asks in somebody\'s name', { Bool: { 'aws:ViaAWSService': 'true' } }, 'allow', { ...key, viaService }],
    ['nobody does', { Bool: { 'aws:ViaAWSService': 'false' } }, 'allow', key],
    ['which services in all, is not told', { 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'sqs.amazonaws.com' } }, 'unknown', { ...key, viaService }],
    ['none where it is direct', { 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'sqs.amazonaws.com' } }, 'deny', key],
    ['an encryption context is not known', { StringEquals: { 'kms:EncryptionContext:a': 'b' } }, 'unknown', key],
    ['another service has no such key that anybody knows', { Null: { 'kms:ViaService': 'true' } }, 'unknown'],
  ],
  'Amazon S3, "Bucket policy examples using condition keys"': [
    ['what is listed', { StringLike: { 's3:prefix': 'img/*' } }, 'allow', { ...listing, keys: { 's3:prefix': 'img/2026' } }],
    ['something else', { StringLike: { 's3:prefix': 'img/*' } }, 'deny', { ...listing, keys: { 's3:prefix': 'private/' } }],
    ['everything', { StringLike: { 's3:prefix': 'img/*' } }, 'deny', listing],
    ['other encryption', { StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } }, 'allow', { ...bucket, keys: { 's3:x-amz-server-side-encryption': 'AES256' } }],
    ['no header: the bucket\'s default', { Null: { 's3:x-amz-server-side-encryption': 'true' } }, 'allow', bucket],
    ['which IfExists lets pass', { StringEqualsIfExists: { 's3:x-amz-server-side-encryption': 'aws:kms' } }, 'allow', bucket],
    ['the version of TLS, as a number', { NumericGreaterThanEquals: { 's3:TlsVersion': '1.2' } }, 'allow', bucket],
    ['an older one', { NumericGreaterThanEquals: { 's3:TlsVersion': '1.2' } }, 'deny', { ...bucket, tlsVersion: '1.1' }],
    ['in the clear it is not said', { NumericLessThan: { 's3:TlsVersion': '1.2' } }, 'unknown', { ...bucket, secureTransport: false }],
    ['what a queue\'s requests set is not said of a bucket', { Null: { 's3:prefix': 'true' } }, 'unknown'],
    ['what another service\'s request sets', { StringEquals: { 'dynamodb:Select': 'COUNT' } }, 'allow', { action: 'dynamodb:Query', resource: `arn:aws:dynamodb:${region}:${account}:table/carts`, keys: { 'dynamodb:Select': 'COUNT' } }],
    ['names of keys are not case-sensitive here either', { StringEquals: { 'S3:PREFIX': 'img/' } }, 'allow', { ...listing, keys: { 's3:prefix': 'img/' } }],
  ],
};

describe('the request context', () => {
  for (const [page, cases] of Object.entries(tables)) {
    describe(page, () => {
      it.each(cases.map((one) => [one[0], one] as const))('%s', (_claim, [, condition, expected, cloud, time]) => {
        expect(verdict(orders(allow({ Action: '*', Condition: condition })), cloud, { time })).toBe(expected);
      });
    });
  }
  const [user, second] = [somebody(anna), somebody(anna, true)];
  it('of somebody who has signed in otherwise, is theirs', () => {
    const owned = (condition: unknown): Parameters<typeof verdict>[0] => [queuePolicyFor(condition)];
    expect(verdict(owned({ StringEquals: { 'aws:username': 'anna' } }), { principal: user })).toBe('allow');
    expect(verdict(owned({ StringEquals: { 'aws:PrincipalType': 'User' } }), { principal: user })).toBe('allow');
    expect(verdict(owned({ ArnEquals: { 'aws:PrincipalArn': anna } }), { principal: user })).toBe('allow');
    expect(verdict(owned({ StringEquals: { 'aws:PrincipalTag/team': 'x' } }), { principal: user })).toBe('unknown');
    expect(verdict(owned({ Bool: { 'aws:MultiFactorAuthPresent': 'true' } }), { principal: second })).toBe('allow');
    expect(verdict(owned({ Bool: { 'aws:MultiFactorAuthPresent': 'true' } }), { principal: user })).toBe('unknown'); // its own policies may allow
    expect(verdict(denying({ BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } }), { principal: user })).toBe('deny');
    expect(verdict(denying({ BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } }), { principal: second })).toBe('unknown');
    expect(verdict(denying({ Bool: { 'aws:MultiFactorAuthPresent': 'false' } }), { principal: user })).toBe('unknown'); // not a reliable test, says the page
    expect(verdict(denying({ Null: { 'aws:MultiFactorAuthAge': 'true' } }), { principal: user })).toBe('deny');
  });
  it('of somebody with a role shows no second factor, whatever was shown for it: "Secure API access with MFA"', () => {
    const inEmergencies = somebody(`arn:aws:iam::${account}:role/break-glass`, true);
    expect(verdict([queuePolicyFor({ Bool: { 'aws:MultiFactorAuthPresent': 'true' } })], { principal: inEmergencies })).toBe('unknown');
    expect(verdict(denying({ BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } }), { principal: inEmergencies })).toBe('deny');
  });
  it('of a web identity has its provider', () => {
    const issuer = 'oidc.example', federated = [role({}, trusting({ Federated: `arn:aws:iam::${account}:oidc-provider/${issuer}` }, 'sts:AssumeRoleWithWebIdentity')), inline(allow({ Condition: { Null: { 'aws:FederatedProvider': 'false' } } }))];
    expect(verdict(federated)).toBe('unknown'); // whether the issuer is this cluster's is not known; that there is one is
    expect(verdict([...federated.slice(0, 1), inline(allow({ Condition: { Null: { 'aws:FederatedProvider': 'true' } } }))])).toBe('deny');
  });
  it('has the cluster by name and by ARN', () => {
    expect(verdict([role(), association(), inline(allow({ Condition: { StringEquals: { 'aws:PrincipalTag/eks-cluster-arn': cluster } } }))])).toBe('allow');
  });
});

const queuePolicyFor = (condition: unknown, effect = 'Allow'): ReturnType<typeof association> =>
  ({ ...association(), type: 'sqs/queuePolicy:QueuePolicy', properties: { queueUrl: `https://sqs.${region}.amazonaws.com/${account}/settlements` }, documents: { policy: { Version: '2012-10-17', Statement: [{ Sid: 'A', Effect: effect, Principal: { AWS: effect === 'Allow' ? [anna] : ['*'] }, Action: ['sqs:*'], Resource: ['*'], Condition: condition }] } } as never });
const denying = (condition: unknown): Parameters<typeof verdict>[0] => [queuePolicyFor(condition, 'Deny')];
