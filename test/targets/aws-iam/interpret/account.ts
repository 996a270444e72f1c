import type { Aws, Platform } from '#ir';
import type { CloudFacts, Verdict } from '#spec';
import type { AwsArtifact } from '#targets/target';
import { awsIam } from '../../../../src/targets/aws-iam/target.ts';

export const account = '111122223333', otherAccount = '444455556666', region = 'eu-west-1';
export const cluster = `arn:aws:eks:${region}:${account}:cluster/retail`;
export const ordersArn = `arn:aws:iam::${account}:role/teams/shop/orders`;
export const queue = `arn:aws:sqs:${region}:${account}:settlements`;
export const issuer = `oidc.eks.${region}.amazonaws.com/id/EXAMPLE`;
export const anchor = `arn:aws:rolesanywhere:${region}:${account}:trust-anchor/1111`;

export const platformOf = (more: Partial<Aws> = {}): Platform => ({ version: 1, name: 'retail', aws: { accountId: account, region, clusterName: 'retail', identity: { kind: 'podIdentity' }, endpoints: [], rolePrefix: 'retail-', rolePath: '/', trustAnchors: [], otherAccounts: [], managedPoliciesPerRole: 10, ...more } } as unknown as Platform); // nothing else of it is read

/** A document as anybody may write it. */
export type Written = unknown;
export const statement = (effect: 'Allow' | 'Deny', more: Readonly<Record<string, unknown>> = {}): Written => ({
  Effect: effect, ...('NotAction' in more ? {} : { Action: 'sqs:*' }), ...('NotResource' in more ? {} : { Resource: '*' }), ...more,
});
export const document = (...statements: readonly Written[]): Written => ({ Version: '2012-10-17', Statement: statements });
export const allow = (more: Readonly<Record<string, unknown>> = {}): Written => document(statement('Allow', more));
export const deny = (more: Readonly<Record<string, unknown>> = {}): Written => document(statement('Deny', more));
/** A resource's policy of one statement. */
export const grant = (principal: unknown, more: Readonly<Record<string, unknown>> = {}): Written => allow({ Principal: principal, ...more });
export const forbid = (principal: unknown, more: Readonly<Record<string, unknown>> = {}): Written => deny({ Principal: principal, ...more });

export const artifact = (type: string, properties: Readonly<Record<string, unknown>>, documents: Readonly<Record<string, Written>> = {}): AwsArtifact =>
  ({ kind: 'aws', id: `aws/${type}`, stage: 1, type, properties: properties as AwsArtifact['properties'], documents: documents as AwsArtifact['documents'], grants: [] });

export const trusting = (principal: unknown, actions: unknown, condition?: unknown): Written => document({ Effect: 'Allow', Principal: principal, Action: actions, ...(condition === undefined ? {} : { Condition: condition }) });
export const trustsPods = trusting({ Service: 'pods.eks.amazonaws.com' }, ['sts:AssumeRole', 'sts:TagSession']);
export const role = (properties: Readonly<Record<string, unknown>> = {}, trust: Written = trustsPods): AwsArtifact => artifact('iam/role:Role', { name: 'orders', path: '/teams/shop/', ...properties }, { assumeRolePolicy: trust });
export const association = (properties: Readonly<Record<string, unknown>> = {}, documents: Readonly<Record<string, Written>> = {}): AwsArtifact =>
  artifact('eks/podIdentityAssociation:PodIdentityAssociation', { clusterName: 'retail', namespace: 'shop', serviceAccount: 'orders', roleArn: ordersArn, ...properties }, documents);
export const inline = (policy: Written, name = 'grants'): AwsArtifact => artifact('iam/rolePolicy:RolePolicy', { role: 'orders', name }, { policy });
export const queuePolicy = (policy: Written): AwsArtifact => artifact('sqs/queuePolicy:QueuePolicy', { queueUrl: `https://sqs.${region}.amazonaws.com/${account}/settlements` }, { policy });

/** The orders' role as a pod gets it, with what it may do. */
export const orders = (...identity: readonly Written[]): readonly AwsArtifact[] => [role(), association(), ...identity.map((policy, index) => inline(policy, `policy-${index}`))];

export const pod: CloudFacts['principal'] = { kind: 'pod', cluster, namespace: 'shop', serviceAccount: 'orders' };
export const somebody = (arn: string, mfa?: boolean): CloudFacts['principal'] => ({ kind: 'principal', arn, ...(mfa === undefined ? {} : { mfa }) });
export const sending: CloudFacts = { action: 'sqs:SendMessage', resource: queue, principal: pod, secureTransport: true, tlsVersion: '1.3', sourceAddress: '198.51.100.7' };

/** What the reading says of a request, at noon of 24 November 2026 where nothing else is said. */
export function verdict(artifacts: readonly AwsArtifact[], cloud: Partial<CloudFacts> = {}, { platform = platformOf(), time = '2026-11-24T12:00:00Z' }: { readonly platform?: Platform; readonly time?: string | undefined } = {}): Verdict {
  return awsIam.interpret(artifacts, platform)({ enforcer: 'cloud', direction: 'ingress', from: {}, to: {}, port: 443, protocol: 'TCP', ...(time === '' ? {} : { time }), cloud: { ...sending, ...cloud } });
}
