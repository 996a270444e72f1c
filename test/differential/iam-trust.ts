import { runSimulation } from '@cloud-copilot/iam-simulate';
import type { Platform } from '#ir';
import type { CloudFacts, Hop } from '#spec';
import type { AwsArtifact } from '#targets/target';
import { random, type Random } from '#testing';
import { account, region, type AnyDocument, type AnyStatement } from './iam-documents.ts';
import { cluster, platform, time } from './iam-world.ts';

export const issuer = `oidc.eks.${region}.amazonaws.com/id/ABCDEF0123456789`;
export const irsaPlatform: Platform = { ...platform, aws: { ...platform.aws!, identity: { kind: 'irsa', issuer } } };
const anchor = `arn:aws:rolesanywhere:${region}:${account}:trust-anchor/1111aaaa-22bb-33cc-44dd-5555eeee6666`, otherAnchor = anchor.replace('1111', '2222');

/** A role with a random trust policy that may do all, and somebody who tries to get it. */
export interface TrustWorld { readonly seed: number; readonly way: 'association' | 'token' | 'certificate'; readonly trust: AnyDocument; readonly principal: CloudFacts['principal']; readonly tagged: boolean }

export function trustWorld(seed: number): TrustWorld {
  const chance = random(seed), way = chance.pick(['association', 'token', 'certificate'] as const);
  return {
    seed, way, tagged: chance.chance(0.85), trust: { Version: '2012-10-17', Statement: Array.from({ length: 1 + chance.below(3) }, (_, index) => statement(chance, way, index)) },
    principal: way === 'certificate' ? { kind: 'certificate', trustAnchor: anchor, san: 'spiffe://corp.example/batch' } : { kind: 'pod', cluster, namespace: 'shop', serviceAccount: 'orders' },
  };
}

const services = { association: 'pods.eks.amazonaws.com', certificate: 'rolesanywhere.amazonaws.com' } as const;
const provider = `arn:aws:iam::${account}:oidc-provider/${issuer}`;

function statement(chance: Random, way: TrustWorld['way'], index: number): AnyStatement {
  const actions = way === 'token' ? ['sts:AssumeRoleWithWebIdentity'] : way === 'certificate' ? ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'] : ['sts:AssumeRole', 'sts:TagSession'];
  return {
    Sid: `S${index}`, Effect: chance.chance(0.8) ? 'Allow' : 'Deny',
    Principal: chance.chance(0.85) ? (way === 'token' ? { Federated: provider } : { Service: [services[way]] }) : chance.pick([{ Service: 'ec2.amazonaws.com' }, { AWS: account }, { Federated: `arn:aws:iam::${account}:oidc-provider/other.example` }]),
    Action: chance.chance(0.75) ? actions : chance.pick([['sts:*'], [actions[0]!], ['sts:Assume*'], 'sts:TagSession']),
    ...(chance.chance(0.75) ? { Condition: Object.fromEntries(Array.from({ length: 1 + chance.below(2) }, () => condition(chance, way))) } : {}),
  };
}

function condition(chance: Random, way: TrustWorld['way']): readonly [string, Readonly<Record<string, unknown>>] {
  const keys: Readonly<Record<string, readonly string[]>> = way === 'association'
    ? { 'aws:RequestTag/kubernetes-namespace': ['shop', 'sh*', 'other'], 'aws:RequestTag/kubernetes-service-account': ['orders', 'Orders', '*'], 'aws:RequestTag/eks-cluster-name': ['retail', 'other'], 'aws:RequestTag/eks-cluster-arn': [cluster], 'aws:SourceAccount': [account, '444455556666'], 'aws:SourceArn': [cluster, `arn:aws:eks:*:${account}:cluster/*`, `${cluster}-2`] }
    : way === 'certificate' ? { 'aws:PrincipalTag/x509SAN/URI': ['spiffe://corp.example/batch', 'spiffe://corp.example/*', 'spiffe://corp.example/other'], 'aws:SourceArn': [anchor, otherAnchor, `arn:aws:rolesanywhere:*:${account}:trust-anchor/1111*`], 'aws:SourceAccount': [account] }
      : { [`${issuer}:sub`]: ['system:serviceaccount:shop:orders', 'system:serviceaccount:shop:*', 'system:serviceaccount:other:orders'], [`${issuer}:aud`]: ['sts.amazonaws.com'] };
  const key = chance.pick(Object.keys(keys));
  const operator = `${chance.pick(['StringEquals', 'StringEquals', 'StringLike', 'StringNotEquals', 'StringNotLike', ...(key === 'aws:SourceArn' ? ['ArnEquals', 'ArnLike', 'ArnNotLike'] : [])])}${chance.chance(0.2) ? 'IfExists' : ''}`;
  return chance.chance(0.08) ? ['Null', { [key]: chance.pick(['true', 'false']) }] : [operator, { [key]: chance.shuffle(keys[key]!).slice(0, 1 + chance.below(2)) }];
}

const roleArn = `arn:aws:iam::${account}:role/retail-orders`;
export const trustHop = ({ principal }: TrustWorld): Hop => ({
  enforcer: 'cloud', direction: 'ingress', from: {}, to: {}, port: 443, protocol: 'TCP', time,
  cloud: { action: 'sqs:SendMessage', resource: `arn:aws:sqs:${region}:${account}:settlements`, principal, secureTransport: true, tlsVersion: '1.3', sourceAddress: '192.0.2.9' },
});

export function trustArtifacts({ tagged, trust, way }: TrustWorld): readonly AwsArtifact[] {
  const one = (type: string, properties: AwsArtifact['properties'], documents: Readonly<Record<string, AnyDocument>> = {}): AwsArtifact =>
    ({ kind: 'aws', id: `aws/${type}`, stage: 1, type, properties, documents: documents as unknown as AwsArtifact['documents'], grants: [] });
  return [
    one('iam/role:Role', { name: 'retail-orders' }, { assumeRolePolicy: trust }),
    one('iam/rolePolicy:RolePolicy', { role: 'retail-orders', name: 'all' }, { policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }] } }),
    ...(way === 'association' ? [one('eks/podIdentityAssociation:PodIdentityAssociation', { clusterName: 'retail', namespace: 'shop', serviceAccount: 'orders', roleArn, disableSessionTags: !tagged })] : []),
    ...(way === 'certificate' ? [one('rolesanywhere/profile:Profile', { name: 'batch', enabled: true, roleArns: [roleArn] })] : []),
  ];
}

/** Whether the simulator lets the service, or the holder of the token, have the role: every action of the way. */
export async function simulateTrust({ tagged, trust, way }: TrustWorld): Promise<boolean | { readonly faults: string }> {
  const tags = { 'kubernetes-namespace': 'shop', 'kubernetes-service-account': 'orders', 'eks-cluster-name': 'retail', 'eks-cluster-arn': cluster, 'kubernetes-pod-name': 'orders-1', 'kubernetes-pod-uid': '1' };
  const context: Record<string, string | string[]> = way === 'token' ? known({ [`${issuer}:sub`]: 'system:serviceaccount:shop:orders', [`${issuer}:aud`]: 'sts.amazonaws.com', 'aws:PrincipalIsAWSService': 'false' })
    : {
      'aws:PrincipalIsAWSService': 'true', 'aws:PrincipalServiceName': services[way], 'aws:SourceAccount': account, 'aws:SourceArn': way === 'certificate' ? anchor : cluster,
      ...(way === 'certificate' ? { 'aws:PrincipalTag/x509SAN/URI': 'spiffe://corp.example/batch' } : tagged ? { ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])), 'aws:TagKeys': Object.keys(tags) } : {}),
    };
  const actions = way === 'token' ? ['sts:AssumeRoleWithWebIdentity'] : way === 'certificate' ? ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'] : tagged ? ['sts:AssumeRole', 'sts:TagSession'] : ['sts:AssumeRole'];
  let admitted = true;
  for (const action of actions) {
    const result = await runSimulation({
      request: { action, principal: way === 'token' ? provider : services[way], resource: { resource: roleArn, accountId: account }, contextVariables: context },
      identityPolicies: [], serviceControlPolicies: [], resourceControlPolicies: [], resourcePolicy: known(trust),
    }, {});
    if (result.resultType === 'error') return { faults: JSON.stringify(result.errors) };
    admitted &&= result.overallResult === 'Allowed';
  }
  return admitted;
}

/** The simulator drops keys that are named for an issuer, which its table of keys does not hold; under another name it judges them like any. */
const known = <T>(value: T): T => JSON.parse(JSON.stringify(value).replaceAll(`${issuer}:`, 'aws:RequestTag/')) as T;
