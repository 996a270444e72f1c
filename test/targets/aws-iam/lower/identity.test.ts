import { describe, expect, it } from 'vitest';
import { maxRoleName, roleArn, roleName } from '../../../../src/targets/aws-iam/lower/role-name.ts';
import { account, artifact, aws, cluster, codes, documentOf, estate, host, lowered, onAws, resource, sizeOf, workload } from './estate.ts';

const queue = resource('sqs', 'settlements', { send: ['orders'] });
const irsa = { identity: { kind: 'irsa', issuer: 'oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF' } } as const;
const anchor = `arn:aws:rolesanywhere:eu-west-1:${account}:trust-anchor/0f0f`;
const outside = { trustAnchors: [{ name: 'other', arn: `${anchor}-other` }, { name: 'corp', arn: anchor }] };
const batch = host('orders', 'corp', 'spiffe://corp.example/batch');

describe('a role by EKS Pod Identity', () => {
  it('is taken on for this cluster, namespace and ServiceAccount alone', () => {
    expect(documentOf(estate([queue]), 'Role/retail-orders').Statement).toEqual([{
      Sid: 'PodIdentity', Effect: 'Allow', Principal: { Service: ['pods.eks.amazonaws.com'] }, Action: ['sts:AssumeRole', 'sts:TagSession'],
      Condition: {
        ArnEquals: { 'aws:SourceArn': [cluster] },
        StringEquals: {
          'aws:RequestTag/eks-cluster-arn': [cluster], 'aws:RequestTag/kubernetes-namespace': ['shop'], 'aws:RequestTag/kubernetes-service-account': ['orders'], 'aws:SourceAccount': [account],
        },
      },
    }]);
  });
  it('is handed out by an association of the same three', () => {
    const { documents, properties, stage, type } = artifact(estate([queue]), 'PodIdentityAssociation/retail-orders');
    expect({ documents, properties, stage, type }).toEqual({
      type: 'eks/podIdentityAssociation:PodIdentityAssociation', stage: 2, documents: {},
      properties: { clusterName: 'retail', namespace: 'shop', serviceAccount: 'orders', roleArn: `arn:aws:iam::${account}:role/retail-orders` },
    });
  });
  it('keeps the session tags, which the trust policy reads', () => {
    expect(artifact(estate([queue]), 'PodIdentityAssociation/retail-orders').properties).not.toHaveProperty('disableSessionTags');
  });
});

describe('a role for a service account', () => {
  it('compares subject and audience in whole', () => {
    expect(documentOf(estate([queue]), 'Role/retail-orders', onAws(irsa)).Statement).toEqual([{
      Sid: 'ServiceAccount', Effect: 'Allow', Action: ['sts:AssumeRoleWithWebIdentity'],
      Principal: { Federated: [`arn:aws:iam::${account}:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF`] },
      Condition: { StringEquals: {
        'oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF:aud': ['sts.amazonaws.com'], 'oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF:sub': ['system:serviceaccount:shop:orders'],
      } },
    }]);
  });
  it('is handed out by an annotation, which is somebody else\'s to write and is asked for', () => {
    const { losses, plan } = lowered(estate([queue]), onAws(irsa));
    expect(plan.objects.map(({ id }) => id).filter((id) => id.includes('/eks/'))).toEqual([]);
    expect(losses).toMatchObject([{ code: 'CS3312', severity: 'info', pointer: '/aws/identity', help: expect.stringContaining(`kubectl annotate serviceaccount -n shop orders eks.amazonaws.com/role-arn=arn:aws:iam::${account}:role/retail-orders`) as string }]);
  });
});

describe('a role for a host outside', () => {
  it('is taken on under this anchor, by certificates of this name', () => {
    expect(documentOf(estate([queue], {}, [batch]), 'Role/retail-orders', onAws(outside)).Statement).toEqual([{
      Sid: 'Certificate', Effect: 'Allow', Principal: { Service: ['rolesanywhere.amazonaws.com'] }, Action: ['sts:AssumeRole', 'sts:SetSourceIdentity', 'sts:TagSession'],
      Condition: { ArnEquals: { 'aws:SourceArn': [anchor] }, StringEquals: { 'aws:PrincipalTag/x509SAN/URI': ['spiffe://corp.example/batch'] } },
    }]);
  });
  it('is handed out by a profile of that role alone', () => {
    const { properties, stage, type } = artifact(estate([queue], {}, [batch]), 'Profile/retail-orders', onAws(outside));
    expect({ properties, stage, type }).toEqual({
      type: 'rolesanywhere/profile:Profile', stage: 2,
      properties: { name: 'retail-orders', roleArns: [`arn:aws:iam::${account}:role/retail-orders`], enabled: true, durationSeconds: 3600 },
    });
  });
  it('is so whatever pods get theirs by', () => {
    const { losses, plan } = lowered(estate([queue], {}, [batch]), onAws({ ...outside, ...irsa }));
    expect(plan.objects.some(({ id }) => id === 'aws/rolesanywhere/Profile/retail-orders')).toBe(true);
    expect(losses).toEqual([]);
  });
});

describe('who has a role', () => {
  it('is whoever is granted something of the cloud, and nobody else', () => {
    const { plan } = lowered(estate([queue], {}, [workload('ui')]));
    expect(plan.objects.filter(({ type }) => type === 'iam/role:Role').map(({ id }) => id)).toEqual(['aws/iam/Role/retail-orders']);
  });
  it.each([
    ['a workload without a ServiceAccount', { name: 'orders', kubernetes: { namespace: 'shop', selector: { app: 'orders' }, ports: [], services: [], probes: [] } }, {}],
    ['a host whose anchor the platform does not have', host('orders', 'corporation', 'spiffe://corp.example/batch'), outside],
  ])('is not %s (CS3308)', (_what, caller, rest) => {
    const { losses, plan } = lowered(estate([queue], {}, [caller]), onAws(rest));
    expect(codes(losses)).toEqual(['CS3308']);
    expect(losses[0]).toMatchObject({ pointer: '/workloads/0' });
    expect(plan.objects).toEqual([]);
  });
  it.each([
    ['two workloads of one ServiceAccount', [workload('orders'), workload('refunds', { serviceAccount: 'orders' })], {}, ['orders', 'refunds']],
    ['one that is granted nothing, with another\'s ServiceAccount', [workload('orders'), workload('ui', { serviceAccount: 'orders' })], {}, ['orders']],
    ['two hosts of one certificate', [batch, host('refunds', 'corp', 'spiffe://corp.example/batch')], outside, ['orders', 'refunds']],
  ])('is not told apart: %s (CS3307)', (_what, workloads, rest, to) => {
    const { losses } = lowered(estate([resource('sqs', 'settlements', { send: to })], {}, workloads), onAws(rest));
    expect(losses).toMatchObject([{ code: 'CS3307', severity: 'error', pointer: '/workloads/0', related: [{ pointer: '/workloads/1' }] }]);
  });
  it.each([
    ['in another namespace', [workload('orders'), workload('refunds', { serviceAccount: 'orders', namespace: 'back' })], {}],
    ['under another anchor', [batch, host('refunds', 'other', 'spiffe://corp.example/batch')], outside],
  ])('is told apart %s', (_what, workloads, rest) => {
    expect(lowered(estate([resource('sqs', 'settlements', { send: ['orders', 'refunds'] })], {}, workloads), onAws(rest)).losses).toEqual([]);
  });
});

describe('names of roles', () => {
  const at = (length: number): string => 'w'.repeat(length - aws.rolePrefix.length);
  it('are the prefix and the workload\'s name, up to 64 characters', () => {
    expect(roleName(aws, at(maxRoleName))).toBe(`retail-${at(maxRoleName)}`);
  });
  it('are hashed where they are longer, and still tell workloads apart', () => {
    const [one, other] = [`${at(70)}a`, `${at(70)}b`].map((name) => roleName(aws, name));
    expect(one).toHaveLength(maxRoleName);
    expect(one).not.toBe(other);
    expect(one).toMatch(/^retail-w+-[0-9a-f]{8}$/);
  });
  it('keep room for what the policies of a role are called besides', () => {
    for (const suffix of ['-boundary', '-grants-20']) expect(roleName(aws, at(90), suffix).length).toBeLessThanOrEqual(maxRoleName);
  });
  it('never take one that looks hashed for another', () => {
    const hashed = roleName(aws, at(90)).slice(aws.rolePrefix.length);
    expect(roleName(aws, hashed)).not.toBe(roleName(aws, at(90)));
  });
  it('have the path in their ARN, and the partition of the region', () => {
    expect(roleArn({ ...aws, rolePath: '/teams/retail/', region: 'us-gov-west-1' }, 'orders')).toBe(`arn:aws-us-gov:iam::${account}:role/teams/retail/retail-orders`);
    const { properties } = artifact(estate([queue]), 'Role/retail-orders', onAws({ rolePath: '/teams/retail/' }));
    expect(properties).toMatchObject({ path: '/teams/retail/', permissionsBoundary: `arn:aws:iam::${account}:policy/teams/retail/retail-orders-boundary` });
  });
  it('that differ in case only are one to AWS (CS3309)', () => {
    const both = [workload('Orders', { serviceAccount: 'orders-a' }), workload('orders', { serviceAccount: 'orders-b' })];
    const { losses } = lowered(estate([resource('sqs', 'settlements', { send: ['Orders', 'orders'] })], {}, both));
    expect(losses).toMatchObject([{ code: 'CS3309', severity: 'error', pointer: '/workloads/1/name', related: [{ pointer: '/workloads/0/name' }] }]);
  });
});

describe('a trust policy', () => {
  const named = (length: number) => lowered(estate([queue], {}, [host('orders', 'corp', `spiffe://${'x'.repeat(length)}`)]), onAws(outside));
  const size = (length: number): number => sizeOf(named(length).plan.objects.find(({ id }) => id.endsWith('Role/retail-orders'))!.documents['assumeRolePolicy']!);
  it('may have 2,048 characters, and not one more (CS3305)', () => {
    const most = 2_048 - size(0);
    expect(size(most)).toBe(2_048);
    expect(codes(named(most).losses)).toEqual([]);
    expect(codes(named(most + 1).losses)).toEqual(['CS3305']);
  });
});
