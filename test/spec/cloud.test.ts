import { describe, expect, it } from 'vitest';
import { cloudVerbs, type CloudService, type IdentityRef, type Platform, type Policy } from '#ir';
import { accepted, decide, satisfying, type Context, type Decision, type Destination, type Peer } from '#spec';
import { grants } from '#ir';
import { cloudPlatform, cloudShop } from './cloud-shop.ts';

const time = '2027-01-15T12:00:00Z', inside = '10.244.1.7';
const peerOf = (who: string): Peer => (who.startsWith('arn:') ? { kind: 'principal', arn: who } : who.startsWith('!') ? { kind: 'credentials', of: who.slice(1) } : { kind: 'workload', name: who });
/** `queue sqs:SendMessage`, `bucket s3:GetObject thumbs/7`, `made-key kms:Decrypt via sqs`; `queue.send` is the operation. */
function destination(line: string): Destination {
  const [api = '', action, ...rest] = line.split(' '), via = rest[0] === 'via' ? rest[1] as CloudService : undefined, within = rest[0] === 'via' ? undefined : rest[0];
  if (action === undefined) { const [name = '', operation = ''] = api.split('.'); return { kind: 'operation', api: name, operation }; }
  return { kind: 'action', api, action, ...(within === undefined ? {} : { within }), ...(via === undefined ? {} : { via }) };
}
const ask = (who: string | Peer, line: string, context: Partial<Context> = {}, policy: Policy = cloudShop): Decision =>
  decide(policy, { peer: typeof who === 'string' ? peerOf(who) : who, throughExposure: false, to: destination(line), context: { time, sourceAddress: inside, ...context } });

describe('an action is granted where a granted operation\'s verb has it, about that part', () => {
  it.each([
    ['orders', 'queue sqs:SendMessage', 'allow'], ['orders', 'queue sqs:GetQueueUrl', 'allow'], ['orders', 'queue sqs:ReceiveMessage', 'deny'], ['orders', 'queue sqs:SetQueueAttributes', 'deny'], ['orders', 'queue sqs:*', 'deny'],
    ['orders', 'queue sqs:sendmessage', 'deny'], ['orders', 'queue s3:GetObject', 'deny'], ['orders', 'queue sqs:SendMessage part', 'deny'], ['carts', 'queue sqs:GetQueueUrl', 'allow'], ['idle', 'queue sqs:GetQueueUrl', 'deny'],
    ['carts', 'table dynamodb:GetItem', 'allow'], ['carts', 'table dynamodb:BatchGetItem', 'allow'], ['carts', 'table dynamodb:PutItem', 'deny'],
    ['carts', 'table dynamodb:Query byDay', 'allow'], ['carts', 'table dynamodb:Query byCustomer', 'deny'], ['carts', 'table dynamodb:Query', 'deny'], ['orders', 'table dynamodb:Query', 'allow'], ['orders', 'table dynamodb:Query byDay', 'deny'], ['carts', 'table dynamodb:GetItem byDay', 'deny'],
    ['carts', 'bucket s3:GetObject thumbs/7', 'allow'], ['carts', 'bucket s3:GetObject thumbs/raw/7', 'allow'], ['carts', 'bucket s3:GetObject thumbs/', 'allow'], ['carts', 'bucket s3:GetObject thumbs', 'deny'], ['carts', 'bucket s3:GetObject Thumbs/7', 'deny'], ['carts', 'bucket s3:GetObject x/thumbs/7', 'deny'], ['carts', 'bucket s3:GetObject', 'deny'],
    ['orders', 'bucket s3:GetObject thumbs/raw/7', 'allow'], ['orders', 'bucket s3:GetObject thumbs/7', 'deny'], ['orders', 'archive s3:GetObject', 'allow'], ['orders', 'archive s3:GetObject anything', 'allow'],
    ['carts', 'bucket s3:ListBucket thumbs/', 'allow'], ['carts', 'bucket s3:ListBucket thumbs/2026', 'allow'], ['carts', 'bucket s3:ListBucket', 'deny'], ['carts', 'bucket s3:ListBucket thumb', 'deny'],
    ['orders', 'bucket s3:AbortMultipartUpload thumbs/raw/7', 'allow'], ['orders', 'bucket s3:PutObject thumbs/7', 'deny'],
    ['orders', 'secret secretsmanager:GetSecretValue', 'allow'], ['orders', 'secret secretsmanager:DescribeSecret', 'allow'], ['orders', 'secret secretsmanager:PutSecretValue', 'deny'],
    ['orders', 'key kms:Sign', 'allow'], ['orders', 'key kms:Verify', 'deny'], ['orders', 'topic sns:Publish', 'allow'], ['orders', 'topic sns:Subscribe', 'deny'],
    ['orders', 'database rds-db:connect', 'allow'], ['carts', 'database rds-db:connect', 'deny'], ['orders', 'function lambda:InvokeFunction', 'allow'], ['orders', 'function lambda:InvokeAsync', 'deny'],
    ['batch', 'role sts:AssumeRole', 'allow'], ['batch', 'queue sqs:SendMessage', 'allow'], ['orders', 'role sts:AssumeRole', 'deny'], ['orders', 'nothing sqs:SendMessage', 'deny'],
  ] as const)('%s on %s: %s', (who, line, decision) => { expect(ask(who, line).decision).toBe(decision); });

  it('names the grants that admit it, every one', () => {
    expect(ask('orders', 'queue sqs:GetQueueUrl').because).toEqual([{ grant: 'orders → queue.purge' }, { grant: 'orders → queue.send' }]);
  });
  it('of every verb of every service, all that it has, and of no other what only that one has', () => {
    for (const { actions, service, verb } of cloudVerbs) {
      const encrypting = cloudShop.apis.find((api) => api.servedBy.kind === 'cloud' && api.servedBy.service === service)!;
      const others = cloudVerbs.filter((one) => one.service === service && one.verb !== verb);
      const policy: Policy = {
        ...cloudShop, apis: [{ ...encrypting, name: 'it', operations: cloudVerbs.filter((one) => one.service === service).map((one) => ({ name: one.verb, kind: 'cloud', verb: one.verb })), offers: [{ operation: verb, to: [{ kind: 'workload', name: 'orders' }], when: [] }] }],
        asks: [{ from: { kind: 'workload', name: 'orders' }, to: { api: 'it', operation: verb } }],
      };
      for (const { action } of actions) expect(ask('orders', `it ${action}`, {}, policy).decision, action).toBe('allow');
      for (const { actions: [own] } of others) expect(ask('orders', `it ${own.action}`, {}, policy).decision, `${verb} and ${own.action}`).toBe('deny');
    }
  });
});

describe('an operation that is asked for by name', () => {
  it.each([
    ['orders', 'queue.send', 'allow'], ['orders', 'queue.receive', 'deny'], ['carts', 'table.queryByDay', 'allow'], ['carts', 'table.query', 'deny'], ['orders', 'table.queryByDay', 'deny'],
    ['carts', 'bucket.readThumbs', 'allow'], ['carts', 'bucket.readRaw', 'allow'], ['orders', 'bucket.readThumbs', 'deny'], ['orders', 'bucket.readRaw', 'allow'], ['carts', 'bucket.readAll', 'deny'], ['carts', 'bucket.listThumbs', 'allow'],
    ['orders', 'queue.nothing', 'deny'],
  ] as const)('%s on %s: %s', (who, line, decision) => { expect(ask(who, line).decision).toBe(decision); });
});

describe('a key', () => {
  it.each([
    ['orders', 'made-key kms:GenerateDataKey via sqs', 'allow'], ['orders', 'made-key kms:Decrypt via sqs', 'allow'], ['carts', 'made-key kms:Decrypt via sqs', 'allow'], ['carts', 'made-key kms:GenerateDataKey via sqs', 'deny'],
    ['orders', 'made-key kms:Encrypt via sqs', 'deny'], ['idle', 'made-key kms:Decrypt via sqs', 'deny'], ['orders', 'made-key kms:Decrypt via s3', 'deny'], ['orders', 'key kms:Decrypt via sqs', 'deny'],
    ['orders', 'key kms:GenerateDataKey via s3', 'allow'], ['carts', 'key kms:Decrypt via s3', 'allow'], ['carts', 'key kms:GenerateDataKey via s3', 'deny'],
    ['orders', 'made-key kms:Decrypt', 'deny'], ['orders', 'made-key kms:GenerateDataKey', 'deny'], ['carts', 'made-key kms:Decrypt', 'allow'], ['carts', 'made-key kms:Decrypt via kms', 'deny'], ['orders', 'queue sqs:SendMessage via s3', 'deny'],
  ] as const)('%s on %s: %s', (who, line, decision) => { expect(ask(who, line).decision).toBe(decision); });
  it('says by which grant it is used', () => { expect(ask('carts', 'made-key kms:Decrypt via sqs').because).toEqual([{ grant: 'carts → queue.receive' }]); });
  it('is used by a service from the service\'s own address, and no longer than the grant', () => {
    const conditioned: Policy = { ...cloudShop, apis: cloudShop.apis.map((api) => (api.name !== 'queue' ? api : { ...api, offers: api.offers.map((offer) => ({ ...offer, until: '2027-01-31', when: [{ kind: 'from', cidrs: ['192.0.2.0/24'] } as const] })) })) };
    expect(ask('orders', 'queue sqs:SendMessage', {}, conditioned).decision).toBe('deny');
    expect(ask('orders', 'made-key kms:Decrypt via sqs', {}, conditioned).decision).toBe('allow');
    expect(ask('orders', 'made-key kms:Decrypt via sqs', { time: '2027-02-01T00:00:00Z' }, conditioned).decision).toBe('deny');
  });
});

describe('conditions and protection', () => {
  it.each<[string, string, Partial<Context>, 'allow' | 'deny']>([
    ['orders', 'queue sqs:PurgeQueue', { time: '2027-01-31T23:59:59Z' }, 'allow'], ['orders', 'queue sqs:PurgeQueue', { time: '2027-02-01T00:00:00Z' }, 'deny'], ['orders', 'queue sqs:SendMessage', { time: 'soon' }, 'deny'],
    ['orders', 'secret secretsmanager:GetSecretValue', { sourceAddress: '10.244.127.255' }, 'allow'], ['orders', 'secret secretsmanager:GetSecretValue', { sourceAddress: '10.244.128.0' }, 'deny'],
    ['orders', 'topic sns:Publish', { sourceAddress: '10.245.0.1' }, 'deny'], ['orders', 'topic.publish', { sourceAddress: '10.244.200.1' }, 'allow'],
    ['orders', 'queue sqs:SendMessage', { inTheClear: true }, 'deny'], ['orders', 'queue.send', { inTheClear: true }, 'deny'], ['orders', 'made-key kms:Decrypt via sqs', { inTheClear: true }, 'deny'], ['orders', 'queue.send', { inTheClear: false }, 'allow'],
    ['orders', 'bucket s3:PutObject thumbs/raw/7', { weakerEncryption: true }, 'deny'], ['orders', 'bucket.writeRaw', { weakerEncryption: true }, 'deny'], ['orders', 'bucket s3:PutObject thumbs/raw/7', { weakerEncryption: false }, 'allow'],
    ['orders', 'bucket s3:AbortMultipartUpload thumbs/raw/7', { weakerEncryption: true }, 'allow'], ['orders', 'bucket.readRaw', { weakerEncryption: true }, 'allow'], ['orders', 'archive s3:PutObject 7', { weakerEncryption: true }, 'allow'], ['orders', 'archive.write', { weakerEncryption: true }, 'allow'],
  ])('%s on %s with %o: %s', (who, line, context, decision) => { expect(ask(who, line, context).decision).toBe(decision); });
  it('names the condition that does not hold, and whose it is', () => {
    expect(ask('orders', 'secret secretsmanager:GetSecretValue', { sourceAddress: '192.0.2.1' }).because).toEqual([{ missing: 'condition', nearest: 'orders → secret.read', condition: 'from 10.244.0.0/17' }]);
    expect(ask('orders', 'topic sns:Publish', { sourceAddress: '192.0.2.1' }).because).toEqual([{ missing: 'condition', nearest: 'orders → topic.publish', condition: 'from 10.244.0.0/16' }]);
    expect(ask('idle', 'queue sqs:SendMessage').because).toEqual([{ missing: 'offer', nearest: 'batch → queue.send' }]);
  });
});

describe('who asks', () => {
  it.each<[Peer | string, 'allow' | 'deny']>([
    ['orders', 'allow'], ['!orders', 'deny'], ['!batch', 'deny'], ['arn:aws:iam::111122223333:role/retail-orders', 'deny'], ['arn:aws:iam::111122223333:root', 'deny'],
    [{ kind: 'pod', namespace: 'shop', labels: { app: 'orders' } }, 'allow'], [{ kind: 'pod', namespace: 'shop', labels: { app: 'orders', more: 'x' }, serviceAccount: 'orders-sa' }, 'allow'],
    [{ kind: 'pod', namespace: 'shop', labels: { app: 'orders' }, serviceAccount: 'idle-sa' }, 'deny'], [{ kind: 'pod', namespace: 'elsewhere', labels: { app: 'orders' }, serviceAccount: 'orders-sa' }, 'deny'],
    [{ kind: 'builtin', name: 'metricsScraper' }, 'deny'], ['nobody', 'deny'],
  ])('%o may send: %s', (who, decision) => { expect(ask(who, 'queue sqs:SendMessage').decision).toBe(decision); });
  it('says that somebody else has no identity here', () => {
    for (const who of ['!orders', 'arn:aws:iam::111122223333:role/retail-orders']) expect(ask(who, 'queue.send').because).toEqual([{ missing: 'identity' }]);
  });
  it('is nobody from outside, whatever way in is declared', () => {
    expect(decide(cloudShop, { throughExposure: true, to: destination('queue.send'), context: { time } }).decision).toBe('deny');
  });
});

describe('credentials', () => {
  const builtin = (who: string, name: 'cloudCredentials' | 'instanceMetadata' | 'clusterDns', at = time, policy = cloudShop): string =>
    decide(policy, { peer: peerOf(who), throughExposure: false, to: { kind: 'builtin', name }, context: { time: at } }).decision;
  it.each([
    ['orders', 'cloudCredentials', 'allow'], ['carts', 'cloudCredentials', 'allow'], ['idle', 'cloudCredentials', 'deny'], ['batch', 'cloudCredentials', 'deny'], ['!orders', 'cloudCredentials', 'deny'],
    ['orders', 'instanceMetadata', 'deny'], ['idle', 'instanceMetadata', 'deny'], ['orders', 'clusterDns', 'allow'], ['idle', 'clusterDns', 'deny'], ['batch', 'clusterDns', 'deny'],
  ] as const)('%s to %s: %s', (who, name, decision) => { expect(builtin(who, name)).toBe(decision); });
  it('are for who is granted something now', () => {
    const ending: Policy = { ...cloudShop, apis: cloudShop.apis.map((api) => ({ ...api, offers: api.offers.map((offer) => ({ ...offer, until: '2027-01-31' })) })) };
    expect([builtin('orders', 'cloudCredentials', '2027-01-31T00:00:00Z', ending), builtin('orders', 'cloudCredentials', '2027-02-01T00:00:00Z', ending), builtin('orders', 'cloudCredentials', time, { ...cloudShop, asks: [] })]).toEqual(['allow', 'deny', 'deny']);
  });
});

describe('accepted', () => {
  const accepting = (...features: readonly Platform['accept'][number]['feature'][]): Policy => accepted(cloudShop, { ...cloudPlatform, accept: features.map((feature) => ({ grants: 'all', feature, plane: 'network', because: 'agreed', owner: 'platform', until: '2027-12-31' })) });
  it('never makes a caller of the cloud whoever bears its labels', () => {
    const forged: Peer = { kind: 'pod', namespace: 'shop', labels: { app: 'orders' }, serviceAccount: 'thief' }, policy = accepting('identity.workload');
    expect(policy.apis.flatMap(({ offers }) => offers.flatMap(({ to }) => to)).filter(({ kind }: IdentityRef) => kind !== 'workload')).toEqual([]);
    expect(ask(forged, 'queue sqs:SendMessage', {}, policy).decision).toBe('deny');
  });
  it('lets nobody do more for an endpoint, a version of TLS, what is stored or an action that was accepted', () => {
    expect(accepting('endpoint', 'transport.tls', 'atRest', 'operation.cloud')).toEqual(cloudShop);
  });
  it('no longer asks from where, in an offer and in a segment', () => {
    const policy = accepting('condition.from');
    for (const line of ['secret secretsmanager:GetSecretValue', 'topic sns:Publish']) {
      expect([ask('orders', line, { sourceAddress: '192.0.2.1' }).decision, ask('orders', line, { sourceAddress: '192.0.2.1' }, policy).decision, ask('carts', line, {}, policy).decision]).toEqual(['deny', 'allow', 'deny']);
    }
  });
});

describe('satisfying', () => {
  it('finds for every grant a request that it admits, from where it has to come', () => {
    for (const grant of grants(cloudShop)) {
      const request = satisfying(cloudShop, grant);
      expect(request, grant.ref).toBeDefined();
      expect(decide(cloudShop, request!).because, grant.ref).toContainEqual({ grant: grant.ref });
    }
  });
});
