import { describe, expect, it } from 'vitest';
import type { Feature, Platform, Policy } from '#ir';
import type { AwsArtifact, Evidence } from '../../../../src/targets/target.ts';
import { accepting, estate, lowered, onAws, resource, restricted } from './estate.ts';

const on = (service: 'sqs' | 's3' | 'dynamodb' = 'sqs', accept: Parameters<typeof onAws>[1] = []) => onAws({ endpoints: [{ service, cidrs: [], vpcEndpoint: 'vpce-0d1e2f3a4b5c60001' }] }, accept);
const from = { kind: 'from', cidrs: ['10.0.0.0/16'] } as const;
const key = resource('kms', 'orders-key', {});

/** What a field says, by its path: `policy.Statement[0].Condition.Bool["aws:SecureTransport"]`. */
function at(artifact: AwsArtifact, field: string): unknown {
  const steps = field.match(/[A-Za-z]+|\[\d+\]|\["[^"]+"\]/g)!.map((step) => step.replace(/^\["?|"?\]$/g, ''));
  return steps.reduce<unknown>((value, step) => (value as Record<string, unknown>)[step], { ...artifact.properties, ...artifact.documents });
}
const cells = (of: Policy, platform: Platform = onAws()) => { const { plan } = lowered(of, platform); return { objects: plan.objects, evidence: [...plan.evidence] }; };
const find = (evidence: readonly Evidence[], feature: Feature, grant?: string) => evidence.filter((one) => one.feature === feature && (grant === undefined || one.grant === grant));
const valueOf = ({ evidence, objects }: ReturnType<typeof cells>, feature: Feature, grant?: string): readonly unknown[] =>
  find(evidence, feature, grant).map(({ artifact, field }) => at(objects.find(({ id }) => id === artifact)!, field));

describe('evidence', () => {
  const of = estate([key, resource('sqs', 'settlements', { send: { to: ['orders'], when: [from] } }, { encryptedBy: 'orders-key' }), resource('dynamodb', 'carts', { query: ['orders'], queryByCustomer: ['orders'] }, { parts: { ByCustomer: 'idx' } })]);
  const found = cells(of, on());

  it('points at fields that are there', () => {
    for (const { artifact, field } of found.evidence) expect(at(found.objects.find(({ id }) => id === artifact)!, field), field).toBeDefined();
  });
  it('of who asks is what pins the role', () => {
    expect(valueOf(found, 'identity.workload', 'orders → settlements.send')).toEqual([expect.objectContaining({ StringEquals: expect.objectContaining({ 'aws:RequestTag/kubernetes-service-account': ['orders'] }) as unknown })]);
  });
  it('of the verb is the resource that its actions are on, each grant by its own', () => {
    expect(valueOf(found, 'operation.cloud', 'orders → settlements.send')).toEqual([['arn:aws:sqs:eu-west-1:111122223333:settlements']]);
    expect(valueOf(found, 'operation.cloud', 'orders → carts.query')).toEqual(['arn:aws:dynamodb:eu-west-1:111122223333:table/carts']);
    expect(valueOf(found, 'operation.cloud', 'orders → carts.queryByCustomer')).toEqual(['arn:aws:dynamodb:eu-west-1:111122223333:table/carts/index/idx']);
  });
  it('of TLS is what asks for it', () => expect(valueOf(found, 'transport.tls')).toEqual([['true'], ['true'], ['true']]));
  it('of an address is there where one is asked, and nowhere else', () => {
    expect(valueOf(found, 'condition.from')).toEqual([['10.0.0.0/16']]);
    expect(find(found.evidence, 'condition.from').map(({ grant }) => grant)).toEqual(['orders → settlements.send']);
  });
  it('of encryption is the key through the service, on the caller\'s side', () => {
    expect(valueOf(found, 'atRest')).toEqual([['sqs.eu-west-1.amazonaws.com']]);
    expect(find(found.evidence, 'atRest')[0]!.rule).toMatch(/caller's side/);
  });
  it('of a bucket\'s encryption is also what a write may ask for', () => {
    expect(valueOf(cells(estate([key, resource('s3', 'media', { write: ['orders'], read: ['orders'] }, { encryptedBy: 'orders-key' })])), 'atRest', 'orders → media.write')).toEqual([['aws:kms', 'aws:kms:dsse'], ['s3.eu-west-1.amazonaws.com']].sort());
  });
  it('of TLS 1.3 is the version that a bucket is held to', () => {
    const bucket = estate([resource('s3', 'media', { read: ['orders'] }, { segment: 'payments' })], { segments: [restricted('payments', { transport: { tls: '1.3' } })] });
    expect(valueOf(cells(bucket), 'transport.tls')).toEqual([['1.3']]);
  });
  it('names the vendor\'s page', () => {
    for (const { rule } of found.evidence) expect(rule).toMatch(/\((IAM|AWS KMS|Amazon [A-Z0-9]+), "[^"]+"/);
  });
  it('is exact, but for what a person has accepted to be less', () => {
    const queue = estate([resource('sqs', 'settlements', { send: ['orders'] }, { segment: 'payments' })], { segments: [restricted('payments', { transport: { tls: '1.3' } })] });
    expect(new Set(found.evidence.map(({ does }) => does))).toEqual(new Set(['exact']));
    expect(find(cells(queue, on('sqs', [accepting('transport.tls')])).evidence, 'transport.tls').map(({ does }) => does)).toEqual(['wider']);
  });
  it('can be read as often as one likes', () => {
    const { plan } = lowered(of, on());
    expect([...plan.evidence]).toEqual([...plan.evidence]);
  });
  it('says nothing of what denies', () => {
    const denied = estate([resource('sns', 'news', { publish: ['orders'] }), resource('sqs', 'thing', {})], { never: [{ kind: 'reach', from: { kind: 'workload', name: 'orders' }, to: { kind: 'api', name: 'thing' }, because: 'x' }] });
    expect(cells(denied).evidence.filter(({ artifact }) => artifact.endsWith('/never'))).toEqual([]);
  });
});
