import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { cloudGrants } from '../../../../src/targets/aws-iam/lower/estate.ts';
import { roles } from '../../../../src/targets/aws-iam/lower/roles.ts';
import type { Policy, Platform } from '#ir';
import { aws, account, estate, hole, host, onAws, resource, restricted, workload } from './estate.ts';

const folder = new URL('../../../../src/targets/aws-iam/fixtures/', import.meta.url);
const from = (...cidrs: readonly string[]) => ({ kind: 'from' as const, cidrs });
const endpoint = (service: 'dynamodb' | 'sqs' | 's3', digit: number) => ({ service, cidrs: [`10.0.64.${digit * 64}/26`], vpcEndpoint: `vpce-0d1e2f3a4b5c6000${digit}` });

/** The retail store's carts and orders, a bucket of pictures and a host outside: every kind of statement once. */
const store: Policy = estate([
  resource('kms', 'data-key', {}, { arn: { hole: 'data-key' } }),
  resource('dynamodb', 'carts', { get: ['carts'], put: ['carts'], query: ['carts'], queryByCustomer: ['carts'] }, { arn: { hole: 'carts' }, encryptedBy: 'data-key', segment: 'payments', parts: { ByCustomer: 'idx_global_customerId' } }),
  resource('sqs', 'settlements', { send: { to: ['orders'], when: [from('100.64.0.0/16')], until: '2027-06-30' }, receive: ['batch'] }, { arn: { hole: 'settlements' }, encryptedBy: 'data-key', segment: 'payments' }),
  resource('s3', 'media', { readThumbs: ['carts', 'orders'], listThumbs: ['carts'], writeLabels: ['orders'] }, { encryptedBy: 'data-key', segment: 'pictures', parts: { Thumbs: 'thumbs/', Labels: 'labels/' } }),
  resource('secretsmanager', 'stripe', { read: ['orders'] }, { segment: 'payments' }),
], {
  segments: [restricted('payments', { transport: { tls: '1.2' } }), restricted('pictures', { transport: { tls: '1.3' } })],
  holes: [hole('data-key', 'kms', 80), hole('carts', 'dynamodb', 120), hole('settlements', 'sqs', 120)],
  never: [{ kind: 'reach', from: { kind: 'workload', name: 'carts' }, to: { kind: 'api', name: 'stripe' }, because: 'carts have no money' }],
}, [workload('carts'), workload('orders'), host('batch', 'corp', 'spiffe://corp.example/batch')]);
const place: Platform = onAws({
  endpoints: [endpoint('dynamodb', 0), endpoint('sqs', 1)], rolePath: '/teams/retail/',
  trustAnchors: [{ name: 'corp', arn: `arn:aws:rolesanywhere:eu-west-1:${account}:trust-anchor/0f0f` }],
});
const cases: Readonly<Record<string, readonly [Policy, Platform]>> = {
  'roles-by-pod-identity': [store, place],
  'roles-for-service-accounts': [store, { ...place, aws: { ...place.aws!, identity: { kind: 'irsa', issuer: 'oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF' }, permissionsBoundary: `arn:aws:iam::${account}:policy/everybody` } }],
};

describe('the roles', () => {
  it.each(Object.entries(cases))('%s are those of their fixture', async (name, [of, on]) => {
    const { losses, plan } = roles(of, on, on.aws ?? aws, cloudGrants(of, on));
    expect(losses.filter(({ severity }) => severity === 'error')).toEqual([]);
    await expect(`${JSON.stringify(plan.objects, undefined, 2)}\n`).toMatchFileSnapshot(fileURLToPath(new URL(`${name}.json`, folder)));
  });
  it('have no fixture without a case', () => {
    expect(readdirSync(folder).filter((name) => name.startsWith('roles-')).sort()).toEqual(Object.keys(cases).map((name) => `${name}.json`).sort());
  });
});
