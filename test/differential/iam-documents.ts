import type { Random } from '#testing';

/** A policy document as others may write it: lists or single values, every element. */
export interface AnyDocument { readonly Version?: string; readonly Statement: readonly AnyStatement[] }
export type AnyStatement = Readonly<Record<string, unknown>> & { readonly Effect: 'Allow' | 'Deny' };

export const account = '111122223333', otherAccount = '444455556666', region = 'eu-west-1';
export const roleArn = `arn:aws:iam::${account}:role/teams/shop/retail-orders`;
export const actions = [
  'dynamodb:GetItem', 'dynamodb:Query', 'kms:Decrypt', 'kms:GenerateDataKey', 'lambda:InvokeFunction', 's3:GetObject', 's3:ListBucket', 's3:PutObject',
  'secretsmanager:GetSecretValue', 'sns:Publish', 'sqs:ReceiveMessage', 'sqs:SendMessage', 'sts:AssumeRole',
] as const;

/** Resources by service, as the policies of an estate name them; `{{…}}` are holes. */
export const resources: Readonly<Record<string, readonly string[]>> = {
  dynamodb: [`arn:aws:dynamodb:${region}:${account}:table/carts`, `arn:aws:dynamodb:${region}:${account}:table/carts/index/byCustomer`, '{{table}}', '{{table}}/index/byCustomer'],
  kms: [`arn:aws:kms:${region}:${account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`, `arn:aws:kms:${region}:${otherAccount}:key/9999abcd-12ab-34cd-56ef-1234567890ab`, '{{made:orders-key}}'],
  lambda: [`arn:aws:lambda:${region}:${account}:function:invoice`, `arn:aws:lambda:${region}:${account}:function:invoice:live`],
  s3: ['arn:aws:s3:::retail-media', 'arn:aws:s3:::retail-media/img/logo.png', 'arn:aws:s3:::retail-media/private/a', '{{bucket}}', '{{bucket}}/img/a'],
  secretsmanager: [`arn:aws:secretsmanager:${region}:${account}:secret:orders/stripe-AbCdEf`],
  sns: [`arn:aws:sns:${region}:${account}:order-events`, `arn:aws:sns:${region}:${otherAccount}:order-events`, '{{topic}}'],
  sqs: [`arn:aws:sqs:${region}:${account}:settlements`, `arn:aws:sqs:${region}:${otherAccount}:settlements`, '{{queue}}'],
  sts: [`arn:aws:iam::${account}:role/reporting`, `arn:aws:iam::${otherAccount}:role/reporting`],
};
export const holes: ReadonlyMap<string, string> = new Map([
  ['table', `arn:aws:dynamodb:${region}:${account}:table/orders`], ['made:orders-key', `arn:aws:kms:${region}:${account}:key/0000aaaa-12ab-34cd-56ef-1234567890ab`],
  ['bucket', 'arn:aws:s3:::retail-exports'], ['topic', `arn:aws:sns:${region}:${account}:shipments`], ['queue', `arn:aws:sqs:${region}:${account}:parcels`],
]);

export type Side = 'identity' | 'resource';

/** One to four statements, mostly about the action and the resource that are going to be asked for. */
export function randomDocument(chance: Random, side: Side, about: { readonly action: string; readonly resource: string }): AnyDocument {
  const count = 1 + chance.below(chance.chance(0.3) ? 4 : 2);
  return { Version: chance.chance(0.96) ? '2012-10-17' : '2008-10-17', Statement: Array.from({ length: count }, (_, index) => randomStatement(chance, side, about, index)) };
}

function randomStatement(chance: Random, side: Side, { action, resource }: { readonly action: string; readonly resource: string }, index: number): AnyStatement {
  const effect = chance.chance(0.72) ? 'Allow' : 'Deny';
  const names = chance.chance(0.85) ? [somePattern(chance, action), ...(chance.chance(0.3) ? [chance.pick(actions)] : [])] : [chance.pick(actions)];
  const places = chance.chance(0.85) ? [resourcePattern(chance, resource), ...(chance.chance(0.25) ? [chance.pick(resources[serviceOf(action)]!)] : [])] : [chance.pick(resources[chance.pick(Object.keys(resources))]!)];
  return {
    Sid: `S${index}`, Effect: effect,
    ...(side === 'resource' ? principalOf(chance, effect) : {}),
    [chance.chance(0.9) ? 'Action' : 'NotAction']: single(chance, names),
    [chance.chance(0.9) ? 'Resource' : 'NotResource']: single(chance, places),
    ...(chance.chance(0.55) ? { Condition: randomConditions(chance) } : {}),
  };
}
export const serviceOf = (action: string): string => action.slice(0, action.indexOf(':'));
const single = (chance: Random, values: readonly string[]): unknown => (values.length === 1 && chance.chance(0.3) ? values[0] : values);

function somePattern(chance: Random, action: string): string {
  const [service = '', name = ''] = action.split(':');
  return chance.pick([action, action, action, `${service}:*`, `${service}:${name.slice(0, 4)}*`, '*', `${service}:${name.toLowerCase()}`, `${service}:?${name.slice(1)}`, `${service}:*${name.slice(-4)}`]);
}
function resourcePattern(chance: Random, resource: string): string {
  if (resource.startsWith('{{')) return chance.pick([resource, resource, `${resource}*`, `${resource.replace(/\/.*$/, '')}/*`, '*']);
  const at = resource.lastIndexOf(':') + 1, last = resource.slice(at), cut = Math.max(at, resource.lastIndexOf('/') + 1);
  return chance.pick([
    resource, resource, resource, '*', `${resource.slice(0, cut)}*`, `${resource.slice(0, cut + 2)}*`, `${resource.slice(0, cut)}?${resource.slice(cut + 1)}`, `${resource}*`, `${resource}?`,
    resource.replace(account, '*'), resource.replace(region, '*'), resource.replace(region, 'eu-*'), `arn:aws:*:*:*:${last}`,
    `${resource.slice(0, cut)}\${aws:PrincipalTag/kubernetes-namespace}`, `${resource.slice(0, cut)}\${aws:PrincipalTag/nothing, '${resource.slice(cut)}'}`, `${resource.slice(0, cut)}\${aws:PrincipalTag/nothing}*`,
  ]);
}

const session = `arn:aws:sts::${account}:assumed-role/retail-orders/session-1`;
function principalOf(chance: Random, effect: 'Allow' | 'Deny'): Readonly<Record<string, unknown>> {
  const some = (): unknown => chance.pick([
    '*', { AWS: '*' }, { AWS: [roleArn] }, { AWS: roleArn }, { AWS: [roleArn, `arn:aws:iam::${account}:role/other`] }, { AWS: `arn:aws:iam::${account}:root` }, { AWS: [account] }, { AWS: otherAccount },
    { AWS: `arn:aws:iam::${otherAccount}:root` }, { AWS: `arn:aws:iam::${account}:user/anna` }, { Service: 's3.amazonaws.com' }, { AWS: [session] },
  ]);
  return effect === 'Deny' && chance.chance(0.3) ? { NotPrincipal: some() } : { Principal: some() };
}

/** What each key can be compared with: values that are likely to match and values that are not. */
const strings = {
  'aws:PrincipalTag/kubernetes-namespace': ['shop', 'sh*', 'Shop', 'other', '${aws:PrincipalTag/kubernetes-namespace}', ''],
  'aws:PrincipalTag/nothing': ['x', '*', '${aws:PrincipalTag/kubernetes-namespace}'],
  'aws:PrincipalTag/team': ['retail', 'RETAIL', 'ret?il'],
  'aws:PrincipalAccount': [account, otherAccount, '${aws:PrincipalAccount}'],
  'aws:PrincipalType': ['AssumedRole', 'User'],
  'aws:SourceVpc': ['vpc-1', 'vpc-2'],
  'AWS:SOURCEVPCE': ['vpce-1', 'vpce-2', 'vpce-*'],
  'aws:SourceAccount': [account],
  's3:prefix': ['img/', 'img/*', 'private/', ''],
  's3:x-amz-server-side-encryption': ['aws:kms', 'AES256'],
  'kms:ViaService': [`sqs.${region}.amazonaws.com`, `s3.${region}.amazonaws.com`, 'sqs.*'],
  'kms:CallerAccount': [account, otherAccount],
} as const;
const stringOperators = ['StringEquals', 'StringNotEquals', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', 'StringLike', 'StringNotLike'] as const;
const arnOperators = ['ArnEquals', 'ArnLike', 'ArnNotEquals', 'ArnNotLike'] as const;
const numericOperators = ['NumericEquals', 'NumericNotEquals', 'NumericLessThan', 'NumericLessThanEquals', 'NumericGreaterThan', 'NumericGreaterThanEquals'] as const;
const dateOperators = ['DateEquals', 'DateNotEquals', 'DateLessThan', 'DateLessThanEquals', 'DateGreaterThan', 'DateGreaterThanEquals'] as const;
const arns = [roleArn, `arn:aws:iam::${account}:role/*`, `arn:aws:iam::*:role/teams/*/retail-*`, `arn:aws:iam::${account}:role/other`, 'arn:aws:iam::${aws:PrincipalAccount}:role/teams/shop/retail-order?'];
const ranges = ['10.0.0.0/16', '10.0.3.7', '192.0.2.0/24', '0.0.0.0/0', '2001:db8::/32', '2001:db8::7', '::/0'];
const dates = ['2026-11-24T12:00:00Z', '2026-11-24', '2026-12-31T00:00:00Z', '2025-01-01', '2026-11-24T14:00:00+02:00'];

export function randomConditions(chance: Random): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const found: Record<string, Record<string, unknown>> = {};
  for (let count = 1 + chance.below(2); count > 0; count--) {
    const [operator, key, values] = randomCondition(chance);
    (found[operator] ??= {})[key] = values;
  }
  return found;
}

function randomCondition(chance: Random): readonly [string, string, unknown] {
  const some = (pool: readonly string[]): unknown => { const values = chance.shuffle(pool).slice(0, 1 + chance.below(2)); return single(chance, values); };
  const named = (operator: string): string => `${chance.chance(0.08) ? chance.pick(['ForAnyValue:', 'ForAllValues:']) : ''}${operator}${chance.chance(0.25) ? 'IfExists' : ''}`;
  switch (chance.below(9)) {
    case 0: return [`Bool${chance.chance(0.3) ? 'IfExists' : ''}`, chance.pick(['aws:SecureTransport', 'aws:ViaAWSService', 'aws:PrincipalIsAWSService', 'aws:MultiFactorAuthPresent']), chance.pick(['true', 'false', ['true'], 'TRUE'])];
    case 1: return ['Null', chance.pick([...Object.keys(strings), 'aws:SourceIp', 'aws:VpcSourceIp', 'aws:TokenIssueTime', 'aws:PrincipalArn', 'aws:SourceArn']), chance.pick(['true', 'false', ['false']])];
    case 2: return [named(chance.pick(arnOperators)), chance.pick(['aws:PrincipalArn', 'aws:PrincipalArn', 'aws:SourceArn']), some(arns)];
    case 3: return [named(chance.pick(stringOperators)), 'aws:PrincipalArn', some(arns)];
    case 4: return [named(chance.pick(['IpAddress', 'NotIpAddress'])), chance.pick(['aws:SourceIp', 'aws:VpcSourceIp']), some(ranges)];
    case 5: return [named(chance.pick(dateOperators)), 'aws:CurrentTime', some(dates)];
    case 6: return [named(chance.pick(numericOperators)), 's3:TlsVersion', some(['1.2', '1.3', '1.1'])];
    default: {
      const key = chance.pick(Object.keys(strings) as (keyof typeof strings)[]);
      return [named(chance.pick(stringOperators)), key, some(strings[key])];
    }
  }
}
