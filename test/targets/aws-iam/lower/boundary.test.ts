import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundaryOf } from '../../../../src/targets/aws-iam/lower/boundary.ts';
import { managedPolicy } from '../../../../src/targets/aws-iam/lower/documents.ts';
import type { Permission } from '../../../../src/targets/aws-iam/lower/permissions.ts';
import type { PolicyDocument } from '../../../../src/targets/target.ts';
import { account, arns, artifact, aws, documentOf, estate, lowered, onAws, resource, sizeOf } from './estate.ts';

const queues = (count: number) => Array.from({ length: count }, (_, index) => resource('sqs', `queue-${String(index).padStart(3, '0')}`, { [index % 2 === 0 ? 'send' : 'receive']: ['orders'] }));
const boundary = (of: Parameters<typeof documentOf>[0]): PolicyDocument => documentOf(of, 'Policy/retail-orders-boundary');

describe('the boundary of a role', () => {
  it('is what the role is granted, without conditions', () => {
    const key = resource('kms', 'orders-key', {});
    const table = resource('dynamodb', 'carts', { get: ['orders'], queryByCustomer: { to: ['orders'], until: '2027-06-30' } }, { encryptedBy: 'orders-key', parts: { ByCustomer: 'idx' } });
    expect(boundary(estate([key, table])).Statement).toEqual([
      { Sid: 'AtMostDynamodb', Effect: 'Allow', Action: ['dynamodb:BatchGetItem', 'dynamodb:GetItem'], Resource: [arns.dynamodb('carts')] },
      { Sid: 'AtMostDynamodb2', Effect: 'Allow', Action: ['dynamodb:Query'], Resource: [`${arns.dynamodb('carts')}/index/idx`] },
      { Sid: 'AtMostKms', Effect: 'Allow', Action: ['kms:Decrypt'], Resource: [arns.kms('orders-key')] },
    ]);
  });
  it('is there before the role that it binds', () => {
    const { plan } = lowered(estate(queues(1)));
    const [bound, role] = [artifact(estate(queues(1)), 'Policy/retail-orders-boundary'), artifact(estate(queues(1)), 'Role/retail-orders')];
    expect(bound.stage).toBeLessThan(role.stage);
    expect(role.properties['permissionsBoundary']).toBe(`arn:aws:iam::${account}:policy/retail-orders-boundary`);
    expect(bound.grants).toEqual([]);
    expect(plan.objects.filter(({ documents }) => documents['policy'] !== undefined)).toHaveLength(2);
  });
  it('is the platform\'s where it has one, and then none is made', () => {
    const on = onAws({ permissionsBoundary: `arn:aws:iam::${account}:policy/everybody` }), { plan } = lowered(estate(queues(1)), on);
    expect(artifact(estate(queues(1)), 'Role/retail-orders', on).properties['permissionsBoundary']).toBe(`arn:aws:iam::${account}:policy/everybody`);
    expect(plan.objects.some(({ id }) => id.includes('-boundary'))).toBe(false);
  });
  it('gets wider where it does not fit: first every pair, then every resource, of the largest service alone', () => {
    const topic = resource('sns', 'events', { publish: ['orders'] });
    const widths = [121, 122, 123, 124].map((count) => boundary(estate([...queues(count), topic])).Statement.map(({ Action, Resource, Sid }) => [Sid, Action!.length, Resource!.length]));
    expect(widths).toEqual([
      [['AtMostSns', 1, 1], ['AtMostSqs', 5, 60], ['AtMostSqs2', 3, 61]],
      [['AtMostSns', 1, 1], ['AtMostSqs', 6, 122]],
      [['AtMostSns', 1, 1], ['AtMostSqs', 6, 123]],
      [['AtMostSns', 1, 1], ['AtMostSqs', 6, 1]],
    ]);
    expect(boundary(estate([...queues(200), topic])).Statement.map(({ Resource }) => Resource)).toEqual([[arns.sns('events')], ['arn:aws:sqs:*:*:*']]);
  });
  it('names every bucket and every role as IAM takes it: without a region, and roles alone', () => {
    const buckets = Array.from({ length: 130 }, (_, index) => resource('s3', `media-of-many-different-kinds-${String(index).padStart(3, '0')}`, { [index % 2 === 0 ? 'read' : 'remove']: ['orders'] }));
    expect(boundary(estate(buckets)).Statement[0]!.Resource).toEqual(['arn:aws:s3:::*']);
    const taken = Array.from({ length: 100 }, (_, index): Permission => ({ action: 'sts:AssumeRole', resource: `arn:aws:iam::${account}:role/${index}${'x'.repeat(60)}`, conditions: {}, conditionsText: '', grant: 'x', about: { api: 'x', does: 'x' }, does: [] }));
    expect(boundaryOf(aws, taken, () => 0).Statement[0]!.Resource).toEqual(['arn:aws:iam::*:role/*']);
  });
  it('never has an action that the role is not granted', () => {
    expect(boundary(estate(queues(400))).Statement.flatMap(({ Action }) => Action)).toEqual(['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:ReceiveMessage', 'sqs:SendMessage']);
  });

  const permission = fc.record({ service: fc.constantFrom('sqs', 'sns', 'dynamodb', 'kms', 's3', 'sts'), verb: fc.constantFrom('Get', 'Put', 'Send'), length: fc.integer({ min: 1, max: 900 }), name: fc.integer({ min: 0, max: 9 }) })
    .map(({ length, name, service, verb }): Permission => ({ action: `${service}:${verb}`, resource: `${service === 's3' ? 'arn:aws:s3:::' : service === 'sts' ? `arn:aws:iam::${account}:role/` : `arn:aws:${service}:eu-west-1:${account}:`}${name}${'x'.repeat(length)}`, conditions: {}, conditionsText: '', grant: 'x', about: { api: 'x', does: 'x' }, does: [] }));
  it('takes in everything that the role is granted, and fits', () => {
    fc.assert(fc.property(fc.array(permission, { minLength: 1, maxLength: 60 }), (given) => {
      const document = boundaryOf(aws, given, () => 0);
      expect(sizeOf(document)).toBeLessThanOrEqual(managedPolicy);
      const covers = (pattern: string, text: string): boolean => new RegExp(`^${pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`).test(text);
      for (const { action, resource: on } of given) expect(document.Statement.some(({ Action = [], Resource = [] }) => Action.includes(action) && Resource.some((one) => covers(one, on))), `${action} ${on}`).toBe(true);
      expect(document.Statement.flatMap(({ Action = [] }) => Action).filter((action) => !given.some((one) => one.action === action))).toEqual([]);
    }), { numRuns: 300 });
  });
  it('counts holes as long as they may become', () => {
    const held = Array.from({ length: 4 }, (_, index): Permission => ({ action: 'sqs:SendMessage', resource: `{{hole-${index}}}`, conditions: {}, conditionsText: '', grant: 'x', about: { api: 'x', does: 'x' }, does: [] }));
    expect(boundaryOf(aws, held, () => 100).Statement[0]!.Resource).toHaveLength(4);
    expect(boundaryOf(aws, held, () => 2_000).Statement[0]!.Resource).toEqual(['arn:aws:sqs:*:*:*']);
  });
});
