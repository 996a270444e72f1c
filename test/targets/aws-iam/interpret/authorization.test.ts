import { describe, expect, it } from 'vitest';
import type { CloudFacts, Verdict } from '#spec';
import type { AwsArtifact } from '#targets/target';
import { account, allow, artifact, association, deny, document, forbid, grant, inline, orders, ordersArn, otherAccount, platformOf, queue, queuePolicy, region, role, somebody, statement, verdict } from './account.ts';

type Case = readonly [claim: string, artifacts: readonly AwsArtifact[], expected: Verdict, cloud?: Partial<CloudFacts>];

const boundary = (policy: unknown): AwsArtifact => artifact('iam/policy:Policy', { name: 'limit', path: '/teams/' }, { policy });
const bounded = (limit: unknown, ...identity: readonly unknown[]): readonly AwsArtifact[] => [role({ permissionsBoundary: `arn:aws:iam::${account}:policy/teams/limit` }), boundary(limit), association(), ...identity.map((policy) => inline(policy))];
const session = `arn:aws:sts::${account}:assumed-role/orders/session`, root = `arn:aws:iam::${account}:root`;
const nothing = allow({ Action: 's3:GetObject' }), anna = `arn:aws:iam::${account}:user/anna`, other = `arn:aws:iam::${account}:role/other`;
const foreign = `arn:aws:sqs:${region}:${otherAccount}:settlements`;
const foreignPolicy = (policy: unknown): AwsArtifact => artifact('sqs/queuePolicy:QueuePolicy', { queueUrl: `https://sqs.${region}.amazonaws.com/${otherAccount}/settlements` }, { policy });
const key = `arn:aws:kms:${region}:${account}:key/1234abcd`, keyPolicy = (policy: unknown): AwsArtifact => artifact('kms/keyPolicy:KeyPolicy', { keyId: '1234abcd' }, { policy });
const decrypting = { action: 'kms:Decrypt', resource: key } as const, keys = { Action: 'kms:*' } as const;
const profile = `arn:aws:iam::${account}:role/reporting`;

const tables: Readonly<Record<string, readonly Case[]>> = {
  'IAM, "Policy evaluation logic": identity policies': [
    ['nothing allows: implicitly denied', orders(), 'deny'],
    ['an inline policy allows', orders(allow()), 'allow'],
    ['another action is not allowed', orders(allow({ Action: 'sqs:ReceiveMessage' })), 'deny'],
    ['actions are not case-sensitive', orders(allow({ Action: 'SQS:sendmessage' })), 'allow'],
    ['wildcards in actions', orders(allow({ Action: ['sqs:Send*'] })), 'allow'],
    ['NotAction is every other action', orders(allow({ NotAction: ['sqs:ReceiveMessage'] })), 'allow'],
    ['NotAction leaves out what it names', orders(allow({ NotAction: ['sqs:Send*'] })), 'deny'],
    ['another resource is not allowed', orders(allow({ Resource: `${queue}-2` })), 'deny'],
    ['NotResource is every other resource', orders(allow({ NotResource: [`${queue}-2`] })), 'allow'],
    ['NotResource leaves out what it names', orders(allow({ NotResource: [queue] })), 'deny'],
    ['an explicit deny outweighs an allow', orders(allow(), deny()), 'deny'],
    ['in one document as well', orders(document(statement('Allow'), statement('Deny', { Action: 'sqs:SendMessage' }))), 'deny'],
    ['a deny of something else does not', orders(allow(), deny({ Action: 'sqs:ReceiveMessage' })), 'allow'],
    ['a deny whose condition may hold leaves it open', orders(allow(), deny({ Condition: { StringEquals: { 'aws:userid': 'AROA' } } })), 'unknown'],
    ['policies for another role are not this one\'s', [...orders(), artifact('iam/rolePolicy:RolePolicy', { role: 'billing', name: 'p' }, { policy: allow() })], 'deny'],
    ['an attached managed policy counts', [...orders(), artifact('iam/policy:Policy', { name: 'send' }, { policy: allow() }), artifact('iam/rolePolicyAttachment:RolePolicyAttachment', { role: 'orders', policyArn: `arn:aws:iam::${account}:policy/send` })], 'allow'],
    ['one that is not attached does not', [...orders(), artifact('iam/policy:Policy', { name: 'send' }, { policy: allow() })], 'deny'],
    ['with another path it is another policy', [...orders(), artifact('iam/policy:Policy', { name: 'send', path: '/other/' }, { policy: allow() }), artifact('iam/rolePolicyAttachment:RolePolicyAttachment', { role: 'orders', policyArn: `arn:aws:iam::${account}:policy/send` })], 'unknown'],
    ['of AWS\'s own managed policies nothing is known', [...orders(), artifact('iam/rolePolicyAttachment:RolePolicyAttachment', { role: 'orders', policyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' })], 'unknown'],
    ['policies in the role itself count', [role({ inlinePolicies: [{ name: 'p', policy: JSON.stringify(allow()) }] }), association()], 'allow'],
    ['a resource with a variable', orders(allow({ Resource: `arn:aws:sqs:${region}:${account}:\${aws:PrincipalTag/kubernetes-namespace, 'x'}` })), 'allow', { resource: `arn:aws:sqs:${region}:${account}:shop` }],
    ['whose value is another', orders(allow({ Resource: `arn:aws:sqs:${region}:${account}:\${aws:PrincipalTag/kubernetes-namespace}` })), 'deny'],
    ['a variable without a value matches no resource', orders(allow({ Resource: `arn:aws:sqs:${region}:${account}:\${aws:PrincipalTag/none}*` })), 'deny'],
    ['of NotResource that can be read either way', orders(allow({ NotResource: `arn:aws:sqs:${region}:${account}:\${aws:PrincipalTag/none}*` })), 'unknown'],
    ['in the old version a variable is text', orders({ Version: '2008-10-17', Statement: [statement('Allow', { Resource: `arn:aws:sqs:${region}:${account}:\${aws:PrincipalTag/kubernetes-namespace}` })] }), 'deny', { resource: `arn:aws:sqs:${region}:${account}:shop` }],
  ],
  'IAM, "Permissions boundaries for IAM entities" and the table of "Policy evaluation logic" on implicit denies': [
    ['what both allow is allowed', bounded(allow(), allow()), 'allow'],
    ['a boundary grants nothing', bounded(allow()), 'deny'],
    ['what the boundary does not allow is denied', bounded(nothing, allow()), 'deny'],
    ['an explicit deny in it denies', bounded(document(statement('Allow'), statement('Deny', { Action: 'sqs:SendMessage' })), allow()), 'deny'],
    ['a boundary that is not here may be anything', [role({ permissionsBoundary: `arn:aws:iam::${account}:policy/theirs` }), association(), inline(allow())], 'unknown'],
    ['but grants nothing either', [role({ permissionsBoundary: `arn:aws:iam::${account}:policy/theirs` }), association()], 'deny'],
    ['it limits a resource policy that names the role', [...bounded(nothing), queuePolicy(grant({ AWS: ordersArn }))], 'deny'],
    ['and not one that names everybody', [...bounded(nothing), queuePolicy(grant('*'))], 'allow'],
    ['nor one that names the session, whatever its name is', [...bounded(nothing), queuePolicy(grant({ AWS: session }))], 'unknown'],
    ['an explicit deny in it holds against everybody\'s grant too', [...bounded(deny()), queuePolicy(grant('*'))], 'deny'],
    ['a session policy limits what the role may', [role(), association({}, { policy: nothing }), inline(allow())], 'deny'],
    ['and lets through what it allows', [role(), association({}, { policy: allow() }), inline(allow())], 'allow'],
    ['it limits a resource policy that names the role', [role(), association({}, { policy: nothing }), queuePolicy(grant({ AWS: ordersArn }))], 'deny'],
    ['and not one that names everybody', [role(), association({}, { policy: nothing }), queuePolicy(grant('*'))], 'allow'],
  ],
  'within one account: identity or resource ("Identity-based policies and resource-based policies")': [
    ['the resource names the role: enough', [...orders(), queuePolicy(grant({ AWS: [ordersArn] }))], 'allow'],
    ['another role: not', [...orders(), queuePolicy(grant({ AWS: [other] }))], 'deny'],
    ['a role is named with its path', [...orders(), queuePolicy(grant({ AWS: `arn:aws:iam::${account}:role/orders` }))], 'deny'],
    ['the account: only what its own policies allow', [...orders(), queuePolicy(grant({ AWS: root }))], 'deny'],
    ['by its number as well', [...orders(), queuePolicy(grant({ AWS: account }))], 'deny'],
    ['the account, whose policies allow', [...orders(allow()), queuePolicy(grant({ AWS: root }))], 'allow'],
    ['everybody', [...orders(), queuePolicy(grant('*'))], 'allow'],
    ['everybody, with a condition on who', [...orders(), queuePolicy(grant('*', { Condition: { ArnEquals: { 'aws:PrincipalArn': ordersArn } } }))], 'allow'],
    ['everybody but who this is', [...orders(), queuePolicy(grant('*', { Condition: { ArnNotEquals: { 'aws:PrincipalArn': ordersArn } } }))], 'deny'],
    ['a service of AWS is not its caller', [...orders(), queuePolicy(grant({ Service: 'sns.amazonaws.com' }))], 'deny'],
    ['the resource denies the account: the role too', [...orders(allow()), queuePolicy(forbid({ AWS: root }))], 'deny'],
    ['the resource denies the role', [...orders(allow()), queuePolicy(forbid({ AWS: ordersArn }))], 'deny'],
    ['the resource denies all but the role, by its ARN', [...orders(allow()), queuePolicy(forbid('*', { Condition: { ArnNotEquals: { 'aws:PrincipalArn': [ordersArn] } } }))], 'allow'],
    ['and another one', [...orders(allow()), queuePolicy(forbid('*', { Condition: { ArnNotEquals: { 'aws:PrincipalArn': [other] } } }))], 'deny'],
    ['another queue\'s policy is not this one\'s', [...orders(), artifact('sqs/queuePolicy:QueuePolicy', { queueUrl: `https://sqs.${region}.amazonaws.com/${account}/others` }, { policy: grant('*') })], 'deny'],
    ['a bucket whose policy is made here is of this account', [...orders(), artifact('s3/bucketPolicy:BucketPolicy', { bucket: 'media' }, { policy: grant({ AWS: ordersArn }, { Action: 's3:*' }) })], 'allow', { action: 's3:GetObject', resource: 'arn:aws:s3:::media/a' }],
    ['an id of IAM\'s own may be anybody\'s', [...orders(), queuePolicy(grant({ AWS: 'AROAEXAMPLEEXAMPLEID' }))], 'unknown'],
  ],
  'IAM, "AWS JSON policy elements: NotPrincipal"': [
    ['a deny of all but another denies', [...orders(allow()), queuePolicy(deny({ NotPrincipal: { AWS: [other] } }))], 'deny'],
    ['of all but everybody: nobody', [...orders(allow()), queuePolicy(deny({ NotPrincipal: '*' }))], 'allow'],
    ['naming the role alone may still deny its session', [...orders(allow()), queuePolicy(deny({ NotPrincipal: { AWS: [ordersArn] } }))], 'unknown'],
    ['whoever has a boundary is always denied', [...bounded(allow(), allow()), queuePolicy(deny({ NotPrincipal: '*' }))], 'deny'],
    ['also one that is not here', [role({ permissionsBoundary: `arn:aws:iam::${account}:policy/theirs` }), association(), inline(allow()), queuePolicy(deny({ NotPrincipal: '*' }))], 'deny'],
    ['with Allow it is nothing that IAM takes', [...orders(), queuePolicy(allow({ NotPrincipal: { AWS: [other] } }))], 'unknown'],
  ],
  'IAM, "Cross-account policy evaluation logic"': [
    ['both sides allow', [...orders(allow()), foreignPolicy(grant({ AWS: ordersArn }))], 'allow', { resource: foreign }],
    ['the account is let in, and allows', [...orders(allow()), foreignPolicy(grant({ AWS: account }))], 'allow', { resource: foreign }],
    ['the resource alone is not enough', [...orders(), foreignPolicy(grant({ AWS: ordersArn }))], 'deny', { resource: foreign }],
    ['nor where it lets everybody in', [...orders(), foreignPolicy(grant('*'))], 'deny', { resource: foreign }],
    ['nor is the caller\'s side', [...orders(allow()), foreignPolicy(grant({ AWS: otherAccount }))], 'deny', { resource: foreign }],
    ['of a resource that is not here, the caller\'s side decides (assumed)', orders(allow()), 'allow', { resource: foreign }],
    ['and denies', orders(), 'deny', { resource: foreign }],
  ],
  'AWS KMS, "Key policies in AWS KMS" and "Determining access to AWS KMS keys"': [
    ['identity policies alone do not open a key', [...orders(allow(keys)), keyPolicy(grant({ AWS: other }, keys))], 'deny', decrypting],
    ['they do where the key hands it to the account', [...orders(allow(keys)), keyPolicy(grant({ AWS: root }, keys))], 'allow', decrypting],
    ['and then have to allow', [...orders(), keyPolicy(grant({ AWS: root }, keys))], 'deny', decrypting],
    ['the delegation\'s own conditions count', [...orders(allow(keys)), keyPolicy(grant({ AWS: root }, { ...keys, Condition: { StringEquals: { 'kms:ViaService': `sqs.${region}.amazonaws.com` } } }))], 'deny', decrypting],
    ['and hold through the service', [...orders(allow(keys)), keyPolicy(grant({ AWS: root }, { ...keys, Condition: { StringEquals: { 'kms:ViaService': `sqs.${region}.amazonaws.com` } } }))], 'allow', { ...decrypting, viaService: `sqs.${region}.amazonaws.com` }],
    ['the key names the role: enough', [...orders(), keyPolicy(grant({ AWS: ordersArn }, keys))], 'allow', decrypting],
    ['an explicit deny of the key\'s denies', [...orders(allow(keys)), keyPolicy(document(statement('Allow', { ...keys, Principal: { AWS: root } }), statement('Deny', { ...keys, Principal: '*', Condition: { ArnNotEquals: { 'aws:PrincipalArn': other } } })))], 'deny', decrypting],
    ['a key\'s policy is found by its ARN', [...orders(), artifact('kms/keyPolicy:KeyPolicy', { keyId: key }, { policy: grant({ AWS: ordersArn }, keys) })], 'allow', decrypting],
    ['a key that is made has its policy in itself', [...orders(), { ...artifact('kms/key:Key', {}, { policy: grant({ AWS: ordersArn }, keys) }), makes: 'orders-key' }], 'allow', { action: 'kms:Decrypt', resource: '{{made:orders-key}}' }],
    ['made without one, it hands all to the account ("Default key policy")', [...orders(allow(keys)), { ...artifact('kms/key:Key', {}), makes: 'orders-key' }], 'allow', { action: 'kms:Decrypt', resource: '{{made:orders-key}}' }],
    ['a policy of its own takes the place of that', [...orders(allow(keys)), { ...artifact('kms/key:Key', {}), makes: 'orders-key' }, artifact('kms/keyPolicy:KeyPolicy', { keyId: '{{made:orders-key}}' }, { policy: grant({ AWS: other }, keys) })], 'deny', { action: 'kms:Decrypt', resource: '{{made:orders-key}}' }],
    ['of a key that is not here, the caller\'s side decides (assumed)', orders(allow(keys)), 'allow', decrypting],
    ['across accounts both have to allow', [...orders(), artifact('kms/keyPolicy:KeyPolicy', { keyId: key.replace(account, otherAccount) }, { policy: grant({ AWS: ordersArn }, keys) })], 'deny', { action: 'kms:Decrypt', resource: key.replace(account, otherAccount) }],
  ],
  'AWS, "How to use trust policies with IAM roles": assuming another role': [
    ['a role is assumed where its trust policy names the caller', [...orders(), artifact('iam/role:Role', { name: 'reporting' }, { assumeRolePolicy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: ordersArn }, Action: 'sts:AssumeRole' }] } })], 'allow', { action: 'sts:AssumeRole', resource: profile }],
    ['identity policies alone are not enough, in one account neither', [...orders(allow({ Action: 'sts:AssumeRole' })), artifact('iam/role:Role', { name: 'reporting' }, { assumeRolePolicy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: other }, Action: 'sts:AssumeRole' }] } })], 'deny', { action: 'sts:AssumeRole', resource: profile }],
    ['trusting the account hands it to identity policies', [...orders(allow({ Action: 'sts:AssumeRole' })), artifact('iam/role:Role', { name: 'reporting' }, { assumeRolePolicy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: root }, Action: 'sts:AssumeRole' }] } })], 'allow', { action: 'sts:AssumeRole', resource: profile }],
  ],
  'another principal, whose identity policies nobody knows': [
    ['nothing is known', [], 'unknown', { principal: somebody(anna) }],
    ['the resource denies', [queuePolicy(forbid('*'))], 'deny', { principal: somebody(anna) }],
    ['the resource lets the user in', [queuePolicy(grant({ AWS: anna }))], 'allow', { principal: somebody(anna) }],
    ['the resource lets the account in: its policies decide', [queuePolicy(grant({ AWS: root }))], 'unknown', { principal: somebody(anna) }],
    ['the resource lets nobody in: its policies decide', [queuePolicy(forbid({ AWS: other }))], 'unknown', { principal: somebody(anna) }],
    ['of another account: the resource has to let it in', [queuePolicy(forbid({ AWS: other }))], 'deny', { principal: somebody(`arn:aws:iam::${otherAccount}:role/thief`) }],
    ['and then its own account has to', [queuePolicy(grant('*'))], 'unknown', { principal: somebody(`arn:aws:iam::${otherAccount}:role/thief`) }],
    ['a key that does not hand over is closed', [keyPolicy(grant({ AWS: ordersArn }, keys))], 'deny', { ...decrypting, principal: somebody(anna) }],
    ['a key that hands over is the account\'s to open', [keyPolicy(grant({ AWS: root }, keys))], 'unknown', { ...decrypting, principal: somebody(anna) }],
    ['a role of which a boundary may say less', [queuePolicy(grant({ AWS: other }))], 'unknown', { principal: somebody(other) }],
    ['one of ours: its policies are known', orders(allow()), 'allow', { principal: somebody(ordersArn) }],
    ['and deny', orders(), 'deny', { principal: somebody(ordersArn) }],
    ['the same by its session', orders(), 'deny', { principal: somebody(session) }],
    ['the account\'s own user may do all that no resource denies', [queuePolicy(forbid({ AWS: other }))], 'allow', { principal: somebody(root) }],
    ['and is denied by a resource', [queuePolicy(forbid('*'))], 'deny', { principal: somebody(root) }],
    ['an ARN that is none', [queuePolicy(grant('*'))], 'unknown', { principal: somebody('anna') }],
  ],
};

describe('authorization', () => {
  for (const [page, cases] of Object.entries(tables)) {
    describe(page, () => {
      it.each(cases.map((one) => [one[0], one] as const))('%s', (_claim, [, artifacts, expected, cloud]) => { expect(verdict(artifacts, cloud)).toBe(expected); });
    });
  }
  it('takes a boundary that the platform asks for to permit what is granted (assumed), and another not', () => {
    const arn = `arn:aws:iam::${account}:policy/workloads`;
    expect(verdict([role({ permissionsBoundary: arn }), association(), inline(allow())], {}, { platform: platformOf({ permissionsBoundary: arn }) })).toBe('allow');
    expect(verdict([role({ permissionsBoundary: arn }), association(), inline(allow())], {}, { platform: platformOf({ permissionsBoundary: `${arn}-2` }) })).toBe('unknown');
    // where it is among the artefacts, what it says counts
    expect(verdict([role({ permissionsBoundary: arn }), artifact('iam/policy:Policy', { name: 'workloads' }, { policy: nothing }), association(), inline(allow())], {}, { platform: platformOf({ permissionsBoundary: arn }) })).toBe('deny');
  });
  it('abstains where nothing is asked of the cloud', () => {
    expect(verdict([])).toBe('deny');
  });
});

describe('the policy of a resource is found', () => {
  const bucket = 'arn:aws:s3:::media', table = `arn:aws:dynamodb:${region}:${account}:table/carts`, topic = `arn:aws:sns:${region}:${account}:events`, secret = `arn:aws:secretsmanager:${region}:${account}:secret:stripe-AbCdEf`;
  const found: readonly (readonly [type: string, property: string, value: string, action: string, resource: string])[] = [
    ['sqs/queuePolicy:QueuePolicy', 'queueUrl', '{{queue.queueUrl}}', 'sqs:SendMessage', '{{queue}}'],
    ['sqs/queuePolicy:QueuePolicy', 'queueUrl', `https://sqs.${region}.amazonaws.com/${account}/settlements`, 'sqs:SendMessage', queue],
    ['s3/bucketPolicy:BucketPolicy', 'bucket', 'media', 's3:ListBucket', bucket],
    ['s3/bucketPolicy:BucketPolicy', 'bucket', 'media', 's3:GetObject', `${bucket}/img/a/b`],
    ['s3/bucketPolicy:BucketPolicy', 'bucket', '{{media.name}}', 's3:GetObject', '{{media}}/img/a'],
    ['sns/topicPolicy:TopicPolicy', 'arn', topic, 'sns:Publish', topic],
    ['sns/topicPolicy:TopicPolicy', 'arn', '{{topic}}', 'sns:Publish', '{{topic}}'],
    ['dynamodb/resourcePolicy:ResourcePolicy', 'resourceArn', table, 'dynamodb:GetItem', table],
    ['dynamodb/resourcePolicy:ResourcePolicy', 'resourceArn', table, 'dynamodb:Query', `${table}/index/byCustomer`],
    ['dynamodb/resourcePolicy:ResourcePolicy', 'resourceArn', '{{table}}', 'dynamodb:Query', '{{table}}/index/byCustomer'],
    ['secretsmanager/secretPolicy:SecretPolicy', 'secretArn', secret, 'secretsmanager:GetSecretValue', secret],
    ['secretsmanager/secretPolicy:SecretPolicy', 'secretArn', '{{stripe}}', 'secretsmanager:GetSecretValue', '{{stripe}}'],
    ['kms/keyPolicy:KeyPolicy', 'keyId', '{{key}}', 'kms:Decrypt', '{{key}}'],
    ['kms/keyPolicy:KeyPolicy', 'keyId', '{{key.name}}', 'kms:Decrypt', '{{key}}'],
  ];
  it.each(found)('%s by %s %s, for %s on %s', (type, property, value, action, resource) => {
    const with_ = (policy: unknown): Verdict => verdict([...orders(allow({ Action: '*' })), artifact(type, { [property]: value }, { policy })], { action, resource });
    expect(with_(forbid('*', { Action: '*' }))).toBe('deny');
    expect(with_(grant({ AWS: ordersArn }, { Action: '*' }))).toBe('allow');
    expect(verdict([...orders(allow({ Action: '*' })), artifact(type, { [property]: value.replace(/settlements|media|events|carts|stripe|queue|topic|table|key/, 'others') }, { policy: forbid('*', { Action: '*' }) })], { action, resource })).toBe('allow');
  });
});
