import { describe, expect, it } from 'vitest';
import type { Api, Invariant, InvariantObject, InvariantSubject } from '#ir';
import { arns, codes, documentOf, estate, lowered, resource, restricted, workload } from './estate.ts';

const reach = (from: InvariantSubject, to: InvariantObject): Invariant => ({ kind: 'reach', from, to, because: 'the case needs it' });
const ui = { kind: 'workload', name: 'ui' } as const;
const apiOf = (name: string): InvariantObject => ({ kind: 'api', name });
/** `ui` and `orders` have roles, by grants on a topic that no invariant speaks of. */
const topic = resource('sns', 'news', { publish: ['orders', 'ui'] });
const of = (apis: readonly Api[], never: readonly Invariant[]) => estate([topic, ...apis], { never, segments: [restricted('payments', {}), restricted('front', {})] }, [workload('orders'), workload('ui', {}, { segment: 'front' })]);
const denied = (apis: readonly Api[], never: readonly Invariant[], role = 'ui') => {
  const { plan } = lowered(of(apis, never));
  return plan.objects.find(({ id }) => id === `aws/iam/RolePolicy/retail-${role}/never`)?.documents['policy']!.Statement;
};

describe('what must never be', () => {
  it.each([
    ['sqs', [arns.sqs('thing')]], ['sns', [arns.sns('thing')]], ['secretsmanager', [arns.secretsmanager('thing')]], ['rds-db', [arns['rds-db']('thing')]], ['sts', [arns.sts('thing')]],
    ['s3', [arns.s3('thing'), `${arns.s3('thing')}/*`]], ['dynamodb', [arns.dynamodb('thing'), `${arns.dynamodb('thing')}/*`]], ['lambda', [arns.lambda('thing'), `${arns.lambda('thing')}:*`]],
  ] as const)('of a whole resource of %s is denied with everything that its ARN begins', (service, Resource) => {
    expect(denied([resource(service, 'thing', {})], [reach(ui, apiOf('thing'))])).toEqual([{ Sid: 'NeverThing', Effect: 'Deny', Action: [`${service}:*`], Resource }]);
  });
  it('of a function leaves its aliases out where one of them is an API of its own', () => {
    const alias = { ...resource('lambda', 'live', { invoke: ['ui'] }), servedBy: { ...resource('lambda', 'live', {}).servedBy, arn: `${arns.lambda('thing')}:live` } } as Api;
    expect(denied([resource('lambda', 'thing', {}), alias], [reach(ui, apiOf('thing'))])![0]!.Resource).toEqual([arns.lambda('thing')]);
  });
  it('of a key is denied directly: through a service it is that service\'s resource that is asked', () => {
    expect(denied([resource('kms', 'thing', {})], [reach(ui, apiOf('thing'))])).toEqual([{ Sid: 'NeverThing', Effect: 'Deny', Action: ['kms:*'], Resource: [arns.kms('thing')], Condition: { Null: { 'kms:ViaService': ['true'] } } }]);
  });
  it('is denied in a document of its own, before anything is allowed, which serves no grant', () => {
    const { plan } = lowered(of([resource('sqs', 'thing', {})], [reach(ui, apiOf('thing'))]));
    const mine = plan.objects.filter(({ properties }) => properties['role'] === 'retail-ui');
    expect(mine.map(({ grants, properties, stage }) => [properties['name'], stage, grants])).toEqual([['never', 2, []], ['grants', 3, ['ui → news.publish']]]);
  });
  it.each<[string, InvariantSubject, readonly string[]]>([
    ['one workload', ui, ['ui']],
    ['the workloads of a segment', { kind: 'segment', name: 'front' }, ['ui']],
    ['everybody', { kind: 'anyIdentity', except: [] }, ['orders', 'ui']],
    ['everybody but one', { kind: 'anyIdentity', except: [{ kind: 'workload', name: 'orders' }] }, ['ui']],
    ['nobody with a role: people', { kind: 'people', name: 'staff' }, []],
    ['nobody with a role: partners', { kind: 'partner', name: 'acme' }, []],
    ['nobody with a role: whoever shows nothing', { kind: 'anyone' }, []],
  ])('is denied to %s', (_who, from, whom) => {
    expect(['orders', 'ui'].filter((role) => denied([resource('sqs', 'thing', {})], [reach(from, apiOf('thing'))], role) !== undefined)).toEqual(whom);
  });
  it('of a segment is denied of each of its resources', () => {
    const inside = [resource('sqs', 'in-queue', {}, { segment: 'payments' }), resource('s3', 'in-bucket', {}, { segment: 'payments' }), resource('sqs', 'outside', {})];
    expect(denied(inside, [reach(ui, { kind: 'segment', name: 'payments' })])!.map(({ Sid }) => Sid)).toEqual(['NeverInBucket', 'NeverInQueue']);
  });
  it('of one operation is denied with the verb\'s actions, but for those that the role is granted by another', () => {
    const operation: InvariantObject = { kind: 'operation', api: 'thing', operation: 'receive' };
    expect(denied([resource('sqs', 'thing', {})], [reach(ui, operation)])![0]!.Action).toEqual(['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:ReceiveMessage']);
    expect(denied([resource('sqs', 'thing', { send: ['ui'] })], [reach(ui, operation)])![0]!.Action).toEqual(['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:ReceiveMessage']);
  });
  it('of an operation on a part is denied there', () => {
    const parts = { Thumbs: 'thumbs/' }, bucket = resource('s3', 'media', {}, { parts });
    expect(denied([bucket], ['readThumbs', 'listThumbs'].map((name) => reach(ui, { kind: 'operation', api: 'media', operation: name })))).toEqual([
      { Sid: 'NeverMediaListThumbs', Effect: 'Deny', Action: ['s3:ListBucket'], Resource: ['arn:aws:s3:::media'], Condition: { StringLike: { 's3:prefix': ['thumbs/*'] } } },
      { Sid: 'NeverMediaReadThumbs', Effect: 'Deny', Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::media/thumbs/*'] },
    ]);
  });
  it('of several resources alike is denied in one statement', () => {
    const queues = ['c', 'a', 'b'].map((name) => resource('sqs', name, {}, { segment: 'payments' }));
    expect(denied(queues, [reach(ui, { kind: 'segment', name: 'payments' })])).toEqual([{ Sid: 'NeverAAnd2More', Effect: 'Deny', Action: ['sqs:*'], Resource: ['a', 'b', 'c'].map(arns.sqs) }]);
  });
  it('twice is denied once', () => {
    expect(denied([resource('sqs', 'thing', {})], [reach(ui, apiOf('thing')), reach({ kind: 'anyIdentity', except: [] }, apiOf('thing'))])).toHaveLength(1);
  });
  it('as a chain of grants is no request of anybody\'s, and not denied here', () => {
    expect(denied([resource('sqs', 'thing', {})], [{ ...reach(ui, apiOf('thing')), kind: 'flow' }])).toBeUndefined();
  });
  it('about what a workload serves is none of AWS\'s business', () => {
    expect(denied([{ name: 'shop', servedBy: { kind: 'workload', workload: 'orders', port: 8080 }, operations: [], offers: [] }], [reach(ui, apiOf('shop'))])).toBeUndefined();
  });
  it('outranks what the role is granted, and says nothing of other resources', () => {
    const { Statement } = documentOf(of([resource('sqs', 'thing', {})], [reach(ui, apiOf('thing'))]), 'RolePolicy/retail-ui/never');
    expect(Statement.flatMap(({ Resource }) => Resource)).not.toContain(arns.sns('news'));
  });
  it('has room for 10,240 characters, and what is more is a loss (CS3306)', () => {
    const many = (count: number) => of(Array.from({ length: count }, (_, index) => resource('sqs', `thing-${index}`, {}, { segment: 'payments' })), [reach(ui, { kind: 'segment', name: 'payments' })]);
    expect(codes(lowered(many(180)).losses)).toEqual([]);
    expect(lowered(many(220)).losses).toMatchObject([{ code: 'CS3306', severity: 'error', pointer: '/workloads/1' }]);
  });
});
