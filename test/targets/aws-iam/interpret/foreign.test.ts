import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Verdict } from '#spec';
import type { AwsArtifact } from '#targets/target';
import { awsIam } from '../../../../src/targets/aws-iam/target.ts';
import { account, allow, artifact, association, deny, document, forbid, grant, inline, orders, ordersArn, platformOf, pod, queue, queuePolicy, region, role, sending, somebody, statement, trustsPods, verdict } from './account.ts';

type Case = readonly [claim: string, artifacts: readonly AwsArtifact[], expected: Verdict];
const beside = (...more: readonly AwsArtifact[]): readonly AwsArtifact[] => [...orders(allow()), ...more];
const malformed = (policy: unknown): readonly AwsArtifact[] => orders(policy);

/** "Grammar of the IAM JSON policy language" and "IAM JSON policy elements reference" (IAM User Guide). */
const documents: readonly Case[] = [
  ['no document at all', [role(), association(), artifact('iam/rolePolicy:RolePolicy', { role: 'orders' })], 'unknown'],
  ['text that is no JSON', malformed('{'), 'unknown'],
  ['JSON text is read', malformed(JSON.stringify(allow())), 'allow'],
  ['a list', malformed([]), 'unknown'],
  ['no statement', malformed({ Version: '2012-10-17' }), 'unknown'],
  ['one statement without a list', malformed({ Version: '2012-10-17', Statement: statement('Allow') }), 'allow'],
  ['a version that there is not', malformed({ ...(allow() as object), Version: '2020-01-01' }), 'unknown'],
  ['the old version', malformed({ ...(allow() as object), Version: '2008-10-17' }), 'allow'],
  ['no version is the old one', malformed({ Statement: [statement('Allow')] }), 'allow'],
  ['in which variables are text', malformed({ Statement: [statement('Allow', { Condition: { StringNotEquals: { 'aws:PrincipalAccount': '${aws:PrincipalAccount}' } } })] }), 'allow'],
  ['an element that there is not', malformed({ ...(allow() as object), Owner: 'x' }), 'unknown'],
  ['in a statement', malformed(allow({ Priority: 1 })), 'unknown'],
  ['an effect that there is not', malformed(allow({ Effect: 'allow' })), 'unknown'],
  ['no action', malformed(document({ Effect: 'Allow', Resource: '*' })), 'unknown'],
  ['an action beside its exception', malformed(document({ Effect: 'Allow', Action: '*', NotAction: 'sqs:*', Resource: '*' })), 'unknown'],
  ['an action of no service', malformed(allow({ Action: 'SendMessage' })), 'unknown'],
  ['no resource', malformed(document({ Effect: 'Allow', Action: '*' })), 'unknown'],
  ['an empty list', malformed(allow({ Resource: [] })), 'unknown'],
  ['a principal where there can be none', malformed(allow({ Principal: '*' })), 'unknown'],
  ['a Sid twice', malformed(document(statement('Allow', { Sid: 'A' }), statement('Allow', { Sid: 'A' }))), 'unknown'],
  ['an operator that there is not', malformed(allow({ Condition: { StringSame: { 'aws:PrincipalArn': 'x' } } })), 'unknown'],
  ['a condition without values', malformed(allow({ Condition: { StringEquals: { 'aws:PrincipalArn': [] } } })), 'unknown'],
  ['a boolean that is none in quotes', malformed(allow({ Condition: { Bool: { 'aws:SecureTransport': true } } })), 'allow'],
  ['a number likewise', malformed(allow({ Condition: { NumericLessThan: { 'aws:EpochTime': 9_999_999_999 } } })), 'allow'],
  ['one that can\'t be read leaves an explicit deny beside it', orders('{', deny()), 'deny'],
  ['and an allow beside it in doubt, for it may deny', orders('{', allow()), 'unknown'],
  ['a resource\'s that can\'t be read', beside(queuePolicy('{')), 'unknown'],
  ['a resource\'s without a principal', beside(queuePolicy(allow())), 'unknown'],
  ['a principal beside its exception', beside(queuePolicy(forbid('*', { NotPrincipal: { AWS: account } }))), 'unknown'],
  ['a principal with a wildcard in its name', beside(queuePolicy(grant({ AWS: `arn:aws:iam::${account}:role/*` }))), 'unknown'],
  ['a principal of no kind', beside(queuePolicy(grant({ Robot: 'x' }))), 'unknown'],
  ['a trust policy that can\'t be read', [role({}, '{'), association(), inline(allow())], 'unknown'],
  ['a trust policy with a resource', [role({}, { Version: '2012-10-17', Statement: [{ ...(trustsPods as { Statement: object[] }).Statement[0], Resource: '*' }] }), association(), inline(allow())], 'unknown'],
  ['where nothing is allowed anyway it is denied', [role({}, '{'), association()], 'deny'],
];

const objects: readonly Case[] = [
  ['a kind of object that is not known', beside(artifact('iam/userPolicy:UserPolicy', {})), 'unknown'],
  ['of another data service', beside(artifact('s3/accessPoint:AccessPoint', {})), 'allow'],
  ['of the same', beside(artifact('sqs/queue:Queue', { policy: '{}' })), 'unknown'],
  ['of an organisation', beside(artifact('organizations/policy:Policy', {})), 'unknown'],
  ['one that says nothing of who may do what', beside(artifact('kms/alias:Alias', { name: 'alias/x' }), artifact('s3/bucketVersioning:BucketVersioning', {})), 'allow'],
  ['a role without a name', beside(artifact('iam/role:Role', {}, { assumeRolePolicy: trustsPods })), 'unknown'],
  ['two roles of one name', beside(role({ path: '/' })), 'unknown'],
  ['a policy without a role', beside(artifact('iam/rolePolicy:RolePolicy', { name: 'p' }, { policy: allow() })), 'unknown'],
  ['an association without a role', beside(artifact('eks/podIdentityAssociation:PodIdentityAssociation', { clusterName: 'retail' })), 'unknown'],
  ['an association with a role that is no ARN', [association({ roleArn: 'orders' })], 'unknown'],
  ['a resource policy that says not whose', beside(artifact('sqs/queuePolicy:QueuePolicy', {}, { policy: grant('*') })), 'unknown'],
  ['a queue by what is no URL of a queue', beside(artifact('sqs/queuePolicy:QueuePolicy', { queueUrl: 'settlements' }, { policy: forbid('*') })), 'unknown'],
  ['two managed policies of one name', [...orders(), ...[allow(), deny()].map((policy) => artifact('iam/policy:Policy', { name: 'send' }, { policy })), artifact('iam/rolePolicyAttachment:RolePolicyAttachment', { role: 'orders', policyArn: `arn:aws:iam::${account}:policy/send` })], 'unknown'],
  ['two policies of one queue', beside(queuePolicy(grant('*')), queuePolicy(forbid('*'))), 'unknown'],
  ['a boundary that is no text', [role({ permissionsBoundary: { arn: 'x' } }), association(), inline(allow())], 'unknown'],
  ['tags that are no texts', [role({ tags: { team: 1 } }), association(), inline(allow())], 'unknown'],
];

describe('what a service would refuse, and what is not known here', () => {
  describe('in documents', () => { it.each(documents)('%s', (_claim, artifacts, expected) => { expect(verdict(artifacts)).toBe(expected); }); });
  describe('among objects', () => { it.each(objects)('%s', (_claim, artifacts, expected) => { expect(verdict(artifacts)).toBe(expected); }); });

  it('never throws, whatever the objects hold', () => {
    const leaf = fc.oneof(fc.constantFrom<unknown>('*', 'orders', queue, ordersArn, 'sqs:SendMessage', 'Allow', 'Deny', '2012-10-17', '{{queue}}', '${aws:PrincipalArn}', '', 'arn:aws:iam::x', null, undefined, true, 7), fc.string());
    const { value } = fc.letrec<{ readonly value: unknown }>((tie) => ({
      value: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('value'), { maxLength: 3 }), fc.dictionary(fc.constantFrom('Version', 'Statement', 'Effect', 'Action', 'Resource', 'Principal', 'AWS', 'Condition', 'StringEquals', 'aws:PrincipalArn', 'name', 'role'), tie('value'), { maxKeys: 5 })),
    }));
    const types = ['iam/role:Role', 'iam/policy:Policy', 'iam/rolePolicy:RolePolicy', 'iam/rolePolicyAttachment:RolePolicyAttachment', 'eks/podIdentityAssociation:PodIdentityAssociation', 'rolesanywhere/profile:Profile', 'kms/key:Key', 'kms/keyPolicy:KeyPolicy', 'sqs/queuePolicy:QueuePolicy', 's3/bucketPolicy:BucketPolicy'];
    const properties = fc.dictionary(fc.constantFrom('name', 'path', 'role', 'roleArn', 'roleArns', 'policyArn', 'clusterName', 'namespace', 'serviceAccount', 'queueUrl', 'bucket', 'keyId', 'permissionsBoundary', 'tags', 'policy', 'enabled', 'inlinePolicies', 'managedPolicyArns'), value);
    const anyArtifact = fc.record({ type: fc.constantFrom(...types), properties, documents: fc.dictionary(fc.constantFrom('policy', 'assumeRolePolicy', 'sessionPolicy'), value) });
    fc.assert(fc.property(fc.array(anyArtifact, { maxLength: 6 }), value, (written, odd) => {
      const artifacts = [...orders(odd), ...written.map((one) => ({ ...artifact(one.type, {}), ...one } as unknown as AwsArtifact))];
      for (const principal of [pod, somebody(ordersArn)]) expect(['allow', 'deny', 'unknown']).toContain(verdict(artifacts, { principal }));
    }), { numRuns: 1_500, seed: 5 });
  });

  it('a hop that asks nothing of the cloud is nobody\'s here, on any platform', () => {
    const hop = { enforcer: 'network', direction: 'egress', from: {}, to: {}, port: 443, protocol: 'TCP' } as const;
    expect(awsIam.interpret([], platformOf())(hop)).toBe('abstain');
    const { aws: _, ...without } = platformOf();
    expect(awsIam.interpret([], without)(hop)).toBe('abstain');
    expect(awsIam.interpret([], without)({ ...hop, enforcer: 'cloud', cloud: sending })).toBe('unknown');
  });

  it('says what it relies on, and leaves out no hop on its account', () => {
    const names = awsIam.assumptions.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['credentials-stay', 'no-other-roles', 'no-other-credentials', 'tags-unforged', 'anchors-vouch', 'keys-delegate', 'foreign-resource-policies', 'other-accounts-agree', 'limits-above-permit', 'holes-apart']));
    expect(new Set(names).size).toBe(names.length);
    const hop = { enforcer: 'cloud', direction: 'ingress', from: {}, to: {}, port: 443, protocol: 'TCP', cloud: { ...sending, resource: `arn:aws:sqs:${region}:999999999999:x` } } as const;
    for (const { covers, sentence } of awsIam.assumptions) {
      expect(covers(hop)).toBe(false);
      expect(sentence).toMatch(/^[A-Z].*\.$/);
    }
  });
});
