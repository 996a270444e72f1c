import { describe, expect, it } from 'vitest';
import type { CloudFacts, Verdict } from '#spec';
import type { AwsArtifact } from '#targets/target';
import { account, allow, anchor, artifact, association, cluster, inline, issuer, orders, ordersArn, otherAccount, platformOf, region, role, somebody, trusting, trustsPods, verdict } from './account.ts';

type Case = readonly [claim: string, artifacts: readonly AwsArtifact[], expected: Verdict, cloud?: Partial<CloudFacts>];
const anything = inline(allow({ Action: '*' }));
const pod = (more: Partial<Extract<CloudFacts['principal'], { kind: 'pod' }>>): Partial<CloudFacts> => ({ principal: { kind: 'pod', cluster, namespace: 'shop', serviceAccount: 'orders', ...more } });
const podsIf = (condition: unknown, actions: unknown = ['sts:AssumeRole', 'sts:TagSession']): readonly AwsArtifact[] => [role({}, trusting({ Service: ['pods.eks.amazonaws.com'] }, actions, condition)), association(), anything];
const target = artifact('iam/role:Role', { name: 'target' }, { assumeRolePolicy: trusting({ AWS: ordersArn }, ['sts:AssumeRole', 'sts:TagSession']) });

const podIdentity: readonly Case[] = [
  ['an association and a trust policy give the role', [role(), association(), anything], 'allow'],
  ['no association, no role', [role(), anything], 'deny'],
  ['another namespace', [role(), association(), anything], 'deny', pod({ namespace: 'other' })],
  ['another ServiceAccount', [role(), association(), anything], 'deny', pod({ serviceAccount: 'carts' })],
  ['another cluster', [role(), association(), anything], 'deny', pod({ cluster: `${cluster}-2` })],
  ['the association of another cluster', [role(), association({ clusterName: 'other' }), anything], 'deny'],
  ['the role has to trust the service', [role({}, trusting({ Service: 'ec2.amazonaws.com' }, ['sts:AssumeRole', 'sts:TagSession'])), association(), anything], 'deny'],
  ['to tag sessions as well', podsIf(undefined, ['sts:AssumeRole']), 'deny'],
  ['but not where the association sends no tags', [role({}, trusting({ Service: 'pods.eks.amazonaws.com' }, ['sts:AssumeRole'])), association({ disableSessionTags: true }), anything], 'allow'],
  ['a trust policy that denies', [role({}, { Version: '2012-10-17', Statement: [...(trustsPods as { Statement: unknown[] }).Statement, { Effect: 'Deny', Principal: '*', Action: 'sts:TagSession' }] }), association(), anything], 'deny'],
  ['the namespace that the role is for', podsIf({ StringEquals: { 'aws:RequestTag/kubernetes-namespace': ['shop'] } }), 'allow'],
  ['another one', podsIf({ StringEquals: { 'aws:RequestTag/kubernetes-namespace': ['other'] } }), 'deny'],
  ['the ServiceAccount', podsIf({ StringEquals: { 'aws:RequestTag/kubernetes-service-account': ['orders'] } }), 'allow'],
  ['the cluster by its ARN', podsIf({ StringEquals: { 'aws:RequestTag/eks-cluster-arn': cluster } }), 'allow'],
  ['the cluster by its name', podsIf({ StringEquals: { 'aws:RequestTag/eks-cluster-name': 'retail' } }), 'allow'],
  ['for whose sake the service asks', podsIf({ ArnEquals: { 'aws:SourceArn': cluster }, StringEquals: { 'aws:SourceAccount': account } }), 'allow'],
  ['another cluster\'s', podsIf({ ArnEquals: { 'aws:SourceArn': `${cluster}-2` } }), 'deny'],
  ['another account\'s', podsIf({ StringEquals: { 'aws:SourceAccount': otherAccount } }), 'deny'],
  ['a pod\'s name is not known', podsIf({ StringEquals: { 'aws:RequestTag/kubernetes-pod-name': 'orders-1' } }), 'unknown'],
  ['tags that it does not send are not there', podsIf({ StringEquals: { 'aws:RequestTag/team': 'x' } }), 'deny'],
  ['without session tags none is there', [role({}, trusting({ Service: 'pods.eks.amazonaws.com' }, ['sts:AssumeRole'], { StringEquals: { 'aws:RequestTag/kubernetes-namespace': 'shop' } })), association({ disableSessionTags: true }), anything], 'deny'],
  ['a role that is not here: only its name is known', [association({ roleArn: `arn:aws:iam::${account}:role/theirs` })], 'unknown'],
  ['and a resource may still deny it', [association({ roleArn: `arn:aws:iam::${account}:role/theirs` }), artifact('sqs/queuePolicy:QueuePolicy', { queueUrl: `https://sqs.${region}.amazonaws.com/${account}/settlements` }, { policy: { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Principal: '*', Action: '*', Resource: '*', Condition: { ArnNotEquals: { 'aws:PrincipalArn': ordersArn } } }] } })], 'deny'],
  ['of two associations of one ServiceAccount one was refused', [role(), association(), association(), anything], 'unknown'],
  ['with a target role the pod has the target\'s, if that admits it', [role(), target, association({ targetRoleArn: `arn:aws:iam::${account}:role/target` }), artifact('iam/rolePolicy:RolePolicy', { role: 'target', name: 'p' }, { policy: allow() })], 'unknown'],
  ['and not its own', [role(), target, association({ targetRoleArn: `arn:aws:iam::${account}:role/target` }), anything], 'deny'],
];

const session: readonly Case[] = [
  ['session tags are tags of the principal', orders(allow({ Condition: { StringEquals: { 'aws:PrincipalTag/kubernetes-namespace': 'shop', 'aws:PrincipalTag/kubernetes-service-account': 'orders', 'aws:PrincipalTag/eks-cluster-name': 'retail' } } })), 'allow'],
  ['of another', orders(allow({ Condition: { StringEquals: { 'aws:PrincipalTag/kubernetes-namespace': 'other' } } })), 'deny'],
  ['tags of the role too', [role({ tags: { Team: 'retail' } }), association(), inline(allow({ Condition: { StringEquals: { 'aws:PrincipalTag/team': 'retail' } } }))], 'allow'],
  ['the session\'s go first', [role({ tags: { 'kubernetes-namespace': 'other' } }), association(), inline(allow({ Condition: { StringEquals: { 'aws:PrincipalTag/kubernetes-namespace': 'other' } } }))], 'deny'],
  ['others are not there', orders(allow({ Condition: { StringEquals: { 'aws:PrincipalTag/team': 'retail' } } })), 'deny'],
  ['with session tags switched off they are not there', [role({}, trusting({ Service: 'pods.eks.amazonaws.com' }, 'sts:AssumeRole')), association({ disableSessionTags: true }), inline(allow({ Condition: { Null: { 'aws:PrincipalTag/kubernetes-namespace': 'true' } } }))], 'allow'],
];

const provider = `arn:aws:iam::${account}:oidc-provider/${issuer}`, irsa = platformOf({ identity: { kind: 'irsa', issuer } });
const tokensIf = (condition: unknown, principal: unknown = { Federated: provider }, action = 'sts:AssumeRoleWithWebIdentity'): readonly AwsArtifact[] => [role({}, trusting(principal, action, condition)), anything];
const subject = { [`${issuer}:sub`]: 'system:serviceaccount:shop:orders' };
const tokens: readonly Case[] = [
  ['a token for STS of the ServiceAccount that the role trusts', tokensIf({ StringEquals: { ...subject, [`${issuer}:aud`]: 'sts.amazonaws.com' } }), 'allow'],
  ['another ServiceAccount\'s', tokensIf({ StringEquals: { [`${issuer}:sub`]: 'system:serviceaccount:shop:carts' } }), 'deny'],
  ['another namespace\'s', tokensIf({ StringEquals: { [`${issuer}:sub`]: 'system:serviceaccount:other:orders' } }), 'deny'],
  ['a pattern that it is in', tokensIf({ StringLike: { [`${issuer}:sub`]: 'system:serviceaccount:shop:*' } }), 'allow'],
  ['StringEquals has no patterns', tokensIf({ StringEquals: { [`${issuer}:sub`]: 'system:serviceaccount:shop:*' } }), 'deny'],
  ['without a condition on who, any ServiceAccount of the cluster', tokensIf(undefined), 'allow', pod({ serviceAccount: 'anybody' })],
  ['for another audience, which a pod may ask for', tokensIf({ StringEquals: { ...subject, [`${issuer}:aud`]: 'vault' } }), 'unknown'],
  ['another issuer\'s', tokensIf({ StringEquals: subject }, { Federated: `${provider}-2` }), 'deny'],
  ['by another action', tokensIf({ StringEquals: subject }, { Federated: provider }, 'sts:AssumeRole'), 'deny'],
  ['whether a denial of the account is one of who shows a token, no page says', [role({}, { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Federated: provider }, Action: 'sts:AssumeRoleWithWebIdentity' }, { Effect: 'Deny', Principal: { AWS: account }, Action: 'sts:*' }] }), anything], 'unknown'],
  ['of another account it is not', [role({}, { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Federated: provider }, Action: 'sts:AssumeRoleWithWebIdentity' }, { Effect: 'Deny', Principal: { AWS: otherAccount }, Action: 'sts:*' }] }), anything], 'allow'],
  ['another cluster\'s tokens may be of any issuer', tokensIf({ StringEquals: subject }), 'unknown', pod({ cluster: `${cluster}-2` })],
  ['no tags come with it', [role({}, trusting({ Federated: provider }, 'sts:AssumeRoleWithWebIdentity', { StringEquals: subject })), inline(allow({ Condition: { Null: { 'aws:PrincipalTag/kubernetes-namespace': 'true' } } }))], 'allow'],
];

const profile = (properties: Readonly<Record<string, unknown>> = {}, documents: Readonly<Record<string, unknown>> = {}): AwsArtifact => artifact('rolesanywhere/profile:Profile', { name: 'batch', enabled: true, roleArns: [ordersArn], ...properties }, documents);
const certificatesIf = (condition: unknown, actions: readonly string[] = ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity']): AwsArtifact => role({}, trusting({ Service: 'rolesanywhere.amazonaws.com' }, actions, condition));
const certificate: Partial<CloudFacts> = { principal: { kind: 'certificate', trustAnchor: anchor, san: 'spiffe://corp.example/batch' } };
const pinned = { ArnEquals: { 'aws:SourceArn': anchor }, StringEquals: { 'aws:PrincipalTag/x509SAN/URI': 'spiffe://corp.example/batch' } };
const certificates: readonly Case[] = [
  ['a profile and a trust policy give the role', [certificatesIf(pinned), profile(), anything], 'allow', certificate],
  ['no profile, no role', [certificatesIf(pinned), anything], 'deny', certificate],
  ['a profile of other roles', [certificatesIf(pinned), profile({ roleArns: [] }), anything], 'deny', certificate],
  ['a profile that is disabled', [certificatesIf(pinned), profile({ enabled: false }), anything], 'deny', certificate],
  ['one that does not say', [certificatesIf(pinned), artifact('rolesanywhere/profile:Profile', { name: 'batch', roleArns: [ordersArn] }), anything], 'unknown', certificate],
  ['another anchor', [certificatesIf({ ArnEquals: { 'aws:SourceArn': `${anchor}-2` } }), profile(), anything], 'deny', certificate],
  ['another name', [certificatesIf({ StringEquals: { 'aws:PrincipalTag/x509SAN/URI': 'spiffe://corp.example/other' } }), profile(), anything], 'deny', certificate],
  ['a subject is not known', [certificatesIf({ StringEquals: { 'aws:PrincipalTag/x509Subject/CN': 'batch' } }), profile(), anything], 'unknown', certificate],
  ['without conditions any certificate', [certificatesIf(undefined), profile(), anything], 'allow', { principal: { kind: 'certificate', trustAnchor: `${anchor}-2`, san: 'spiffe://evil.example/x' } }],
  ['all three actions have to be trusted', [certificatesIf(pinned, ['sts:AssumeRole', 'sts:TagSession']), profile(), anything], 'deny', certificate],
  ['its name is a tag of the session', [certificatesIf(pinned), profile(), inline(allow({ Condition: { StringEquals: { 'aws:PrincipalTag/x509SAN/URI': 'spiffe://corp.example/batch' } } }))], 'allow', certificate],
  ['a session policy limits it', [certificatesIf(pinned), profile({}, { sessionPolicy: allow({ Action: 's3:GetObject' }) }), anything], 'deny', certificate],
  ['a managed policy as one, that is not here', [certificatesIf(pinned), profile({ managedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] }), anything], 'unknown', certificate],
  ['a pod has no certificate', [certificatesIf(pinned), profile(), anything], 'deny'],
];

const judge = (cases: readonly Case[], more = {}): void => it.each(cases.map((one) => [one[0], one] as const))('%s', (_claim, [, artifacts, expected, cloud]) => { expect(verdict(artifacts, cloud, more)).toBe(expected); });
describe('who the caller becomes', () => {
  describe('Amazon EKS, "Create IAM role with trust policy required by EKS Pod Identity" and "Grant Pods access to AWS resources based on tags"', () => judge(podIdentity));
  describe('IAM, "Pass session tags in AWS STS"', () => judge(session));
  describe('Amazon EKS, "Assign IAM roles to Kubernetes service accounts" (IRSA)', () => judge(tokens, { platform: irsa }));
  describe('IAM Roles Anywhere, "Attribute mapping and trust policy"', () => judge(certificates));

  it('may be any of several roles: one that is allowed is enough', () => {
    const carts = artifact('iam/role:Role', { name: 'carts' }, { assumeRolePolicy: trusting({ Federated: provider }, 'sts:AssumeRoleWithWebIdentity', { StringEquals: subject }) });
    const policy = artifact('iam/rolePolicy:RolePolicy', { role: 'carts', name: 'p' }, { policy: allow() });
    expect(verdict([role(), association(), carts, policy], {}, { platform: irsa })).toBe('allow');
    expect(verdict([role(), association(), carts], {}, { platform: irsa })).toBe('deny');
    // where the cluster's issuer is not known, the role may be theirs to take
    expect(verdict([role(), association(), carts, policy])).toBe('unknown');
  });
  it('is nobody without a role, whatever a resource says of everybody', () => {
    expect(verdict([artifact('sqs/queuePolicy:QueuePolicy', { queueUrl: `https://sqs.${region}.amazonaws.com/${account}/settlements` }, { policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] } })])).toBe('deny');
  });
  it('of another kind of ARN is somebody of whom nothing is known', () => {
    expect(verdict([], { principal: somebody(`arn:aws:sts::${account}:federated-user/anna`) })).toBe('unknown');
  });
});
