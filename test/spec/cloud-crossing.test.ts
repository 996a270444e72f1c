import { describe, expect, it } from 'vitest';
import type { CloudService, Platform } from '#ir';
import { crossing, type Context, type Destination, type Hop, type Peer } from '#spec';
import { aws, cloudPlatform, cloudShop } from './cloud-shop.ts';

const time = '2027-01-15T12:00:00Z';
const ways = (peer: Peer | undefined, to: Destination, context: Partial<Context> = {}, where: Platform = cloudPlatform) =>
  crossing(cloudShop, where, { ...(peer === undefined ? {} : { peer }), throughExposure: false, to, context: { time, sourceAddress: '10.244.1.7', ...context } });
const action = (api: string, name: string, within?: string, via?: CloudService): Destination => ({ kind: 'action', api, action: name, ...(within === undefined ? {} : { within }), ...(via === undefined ? {} : { via }) });
const orders: Peer = { kind: 'workload', name: 'orders' }, batch: Peer = { kind: 'workload', name: 'batch' };
const none = { intended: [], bypasses: [] };

const packet = ({ direction, from, port, protocol, to }: Hop): string => `${direction} ${from.podLabels?.['app'] ?? from.ip ?? '?'} → ${to.ip ?? '?'} ${protocol} ${port}`;
const signed = ({ cloud }: Hop): string => {
  const who = cloud!.principal.kind === 'pod' ? `${cloud!.principal.namespace}/${cloud!.principal.serviceAccount} of ${cloud!.principal.cluster.split('/')[1]}` : cloud!.principal.kind === 'certificate' ? `${cloud!.principal.san} by ${cloud!.principal.trustAnchor.split(':').at(-1)}` : cloud!.principal.arn;
  const from = [cloud!.sourceVpce, cloud!.sourceVpc, cloud!.sourceAddress, cloud!.viaService].filter((one) => one !== undefined).join(' ');
  return `${cloud!.action} on ${cloud!.resource} as ${who}${from === '' ? '' : ` from ${from}`}${cloud!.secureTransport ? '' : ' in the clear'}${cloud!.keys === undefined ? '' : ` with ${JSON.stringify(cloud!.keys)}`}`;
};
const line = (hop: Hop): string => (hop.enforcer === 'cloud' ? signed(hop) : packet(hop));

describe('the way from a pod to a resource', () => {
  it('leads to the service\'s declared endpoint; past it over the Internet is the way around', () => {
    const { bypasses, intended } = ways(orders, { kind: 'operation', api: 'queue', operation: 'send' });
    expect(intended.map(line)).toEqual(['egress orders → 10.100.0.1 TCP 443', 'sqs:SendMessage on {{queue}} as shop/orders-sa of retail from vpce-sqs vpc-1 10.244.1.7']);
    expect(bypasses.map((way) => way.map(line))).toEqual([['egress orders → 203.0.113.7 TCP 443', 'sqs:SendMessage on {{queue}} as shop/orders-sa of retail from 10.244.1.7']]);
  });
  it('shows no endpoint of a VPC where the service has none, and no address that the request does not state', () => {
    expect(ways(orders, action('table', 'dynamodb:Query')).intended.map(line)).toEqual(['egress orders → 52.94.4.1 TCP 443', 'dynamodb:Query on arn:aws:dynamodb:eu-west-1:111122223333:table/carts as shop/orders-sa of retail from 10.244.1.7']);
    const [, unstated] = crossing(cloudShop, cloudPlatform, { peer: orders, throughExposure: false, to: action('queue', 'sqs:SendMessage'), context: { time } }).intended;
    expect(unstated!.cloud).toMatchObject({ sourceVpce: 'vpce-sqs' });
    expect(unstated!.cloud).not.toHaveProperty('sourceAddress');
  });
  it('leads over the Internet where nobody says where the service answers, and to the port that a database has', () => {
    expect(ways(orders, action('function', 'lambda:InvokeFunction')).intended.map(packet)[0]).toBe('egress orders → 203.0.113.7 TCP 443');
    expect(ways(orders, action('database', 'rds-db:connect')).intended.map(line)).toEqual(['egress orders → 10.100.2.1 TCP 5432', 'rds-db:connect on arn:aws:rds-db:eu-west-1:111122223333:dbuser:db-ABC/orders as shop/orders-sa of retail from 10.244.1.7']);
  });
  it('in the clear goes to port 80, and IAM sees that it is', () => {
    expect(ways(orders, action('queue', 'sqs:SendMessage'), { inTheClear: true }).intended.map(line)).toEqual(['egress orders → 10.100.0.1 TCP 80', 'sqs:SendMessage on {{queue}} as shop/orders-sa of retail from vpce-sqs vpc-1 10.244.1.7 in the clear']);
  });
  it.each<[string, Peer, string]>([
    ['by the ServiceAccount that the pod has', { kind: 'pod', namespace: 'shop', labels: { app: 'orders' }, serviceAccount: 'thief' }, 'shop/thief of retail'],
    ['by that of the workload that it looks like, where nobody looked', { kind: 'pod', namespace: 'shop', labels: { app: 'orders', x: 'y' } }, 'shop/orders-sa of retail'],
    ['by its namespace\'s default, where it looks like nobody', { kind: 'pod', namespace: 'other', labels: { app: 'orders' } }, 'other/default of retail'],
  ])('IAM knows a pod %s', (_how, peer, who) => { expect(signed(ways(peer, action('queue', 'sqs:SendMessage')).intended.at(-1)!)).toContain(` as ${who} `); });
});

describe('what IAM is asked', () => {
  it.each<[Destination, string]>([
    [{ kind: 'operation', api: 'bucket', operation: 'readThumbs' }, 's3:GetObject on arn:aws:s3:::retail-media/thumbs/object-1 as'],
    [{ kind: 'operation', api: 'bucket', operation: 'listThumbs' }, 's3:ListBucket on arn:aws:s3:::retail-media as'],
    [{ kind: 'operation', api: 'table', operation: 'queryByDay' }, 'dynamodb:Query on arn:aws:dynamodb:eu-west-1:111122223333:table/carts/index/byDay as'],
    [{ kind: 'operation', api: 'table', operation: 'query' }, 'dynamodb:Query on arn:aws:dynamodb:eu-west-1:111122223333:table/carts as'],
    [action('archive', 's3:GetObject', 'a/b'), 's3:GetObject on {{archive}}/a/b as'], [action('archive', 's3:GetObject'), 's3:GetObject on {{archive}}/object-1 as'],
    [action('bucket', 's3:GetObjectAcl', 'a'), 's3:GetObjectAcl on arn:aws:s3:::retail-media/a as'], [action('bucket', 's3:PutBucketPolicy'), 's3:PutBucketPolicy on arn:aws:s3:::retail-media as'],
    [action('table', 'dynamodb:PartiQLSelect', 'byDay'), 'dynamodb:PartiQLSelect on arn:aws:dynamodb:eu-west-1:111122223333:table/carts/index/byDay as'],
    [action('made-key', 'kms:Decrypt'), 'kms:Decrypt on {{made:made-key}} as'], [action('role', 'sts:AssumeRole'), 'sts:AssumeRole on arn:aws:iam::111122223333:role/reporting as'],
  ])('%o: %s', (to, asked) => { expect(signed(ways(orders, to).intended.at(-1)!)).toContain(asked); });
  it('is an object that no other operation\'s prefix holds', () => {
    const apis = cloudShop.apis.map((api) => (api.name === 'bucket' ? { ...api, operations: [...api.operations, { name: 'readO', kind: 'cloud', verb: 'read', within: 'thumbs/o' } as const] } : api));
    const hop = crossing({ ...cloudShop, apis }, cloudPlatform, { peer: orders, throughExposure: false, to: { kind: 'operation', api: 'bucket', operation: 'readThumbs' }, context: { time } }).intended.at(-1)!;
    expect(hop.cloud!.resource).toBe('arn:aws:s3:::retail-media/thumbs/a');
  });
  it('states what the request sets: what is listed, and how to encrypt', () => {
    const keys = (to: Destination, context: Partial<Context> = {}) => ways(orders, to, context).intended.at(-1)!.cloud!.keys;
    expect(keys(action('bucket', 's3:ListBucket', 'thumbs/'))).toEqual({ 's3:prefix': 'thumbs/' });
    expect(keys(action('bucket', 's3:ListBucket'))).toBeUndefined();
    expect(keys(action('bucket', 's3:PutObject', 'thumbs/raw/7'), { weakerEncryption: true })).toEqual({ 's3:x-amz-server-side-encryption': 'AES256' });
    expect(keys(action('bucket', 's3:GetObject', 'thumbs/raw/7'), { weakerEncryption: true })).toBeUndefined();
  });
  it('is nothing that nobody can ask: another service\'s action, a part of what has none, a service to use what is no key', () => {
    for (const to of [action('queue', 's3:GetObject', 'a'), action('queue', 'sqs:SendMessage', 'part'), action('table', 'dynamodb:GetItem', 'byDay'), action('queue', 'sqs:SendMessage', undefined, 's3'), { kind: 'operation', api: 'queue', operation: 'nothing' } as const, { kind: 'http', api: 'queue', method: 'GET', path: '/' } as const]) {
      expect(ways(orders, to), JSON.stringify(to)).toEqual(none);
    }
  });
});

describe('other ways to a resource', () => {
  it('a host outside shows its certificate, straight to the service', () => {
    expect(ways(batch, action('queue', 'sqs:SendMessage')).intended.map(line)).toEqual(['sqs:SendMessage on {{queue}} as spiffe://corp.example/batch by trust-anchor/1 from 10.244.1.7']);
    expect(ways(batch, action('queue', 'sqs:SendMessage'), {}, { ...cloudPlatform, aws: { ...aws, trustAnchors: [] } })).toEqual(none);
  });
  it('credentials in other hands are the same, from elsewhere', () => {
    expect(ways({ kind: 'credentials', of: 'orders' }, action('queue', 'sqs:SendMessage'), { sourceAddress: '198.51.100.7' }).intended.map(line)).toEqual(['sqs:SendMessage on {{queue}} as shop/orders-sa of retail from 198.51.100.7']);
    expect(ways({ kind: 'credentials', of: 'batch' }, action('queue', 'sqs:SendMessage')).intended.map(line)).toEqual(['sqs:SendMessage on {{queue}} as spiffe://corp.example/batch by trust-anchor/1 from 10.244.1.7']);
    expect(ways({ kind: 'credentials', of: 'nobody' }, action('queue', 'sqs:SendMessage'))).toEqual(none);
  });
  it('another principal is whoever it is, with or without a second factor', () => {
    const alice: Peer = { kind: 'principal', arn: 'arn:aws:iam::111122223333:user/alice' };
    expect(ways(alice, action('queue', 'sqs:PurgeQueue')).intended.map(line)).toEqual(['sqs:PurgeQueue on {{queue}} as arn:aws:iam::111122223333:user/alice from 10.244.1.7']);
    expect([undefined, true, false].map((mfa) => ways(alice, action('queue', 'sqs:PurgeQueue'), mfa === undefined ? {} : { mfa }).intended[0]!.cloud!.principal)).toEqual([alice, { ...alice, mfa: true }, { ...alice, mfa: false }]);
  });
  it('a service asks a key itself: no packet of the pod\'s, and nothing of its network; for credentials in other hands it does not', () => {
    const { bypasses, intended } = ways(orders, action('made-key', 'kms:Decrypt', undefined, 'sqs'));
    expect([intended.map(line), bypasses]).toEqual([['kms:Decrypt on {{made:made-key}} as shop/orders-sa of retail from sqs.eu-west-1.amazonaws.com'], []]);
    expect(ways({ kind: 'credentials', of: 'orders' }, action('made-key', 'kms:Decrypt', undefined, 'sqs'))).toEqual(none);
    expect(ways(orders, action('made-key', 'kms:Decrypt', undefined, 'sqs'), {}, { ...cloudPlatform, aws: { ...aws, region: 'cn-north-1' } }).intended[0]!.cloud!.viaService).toBe('sqs.cn-north-1.amazonaws.com.cn');
  });
  it('there is none from nowhere, for the cluster\'s own, and on a platform without an account', () => {
    expect(ways(undefined, action('queue', 'sqs:SendMessage'))).toEqual(none);
    expect(ways({ kind: 'builtin', name: 'metricsScraper' }, action('queue', 'sqs:SendMessage'))).toEqual(none);
    const { aws: _account, ...without } = cloudPlatform;
    for (const to of [action('queue', 'sqs:SendMessage'), { kind: 'builtin', name: 'cloudCredentials' } as const, { kind: 'builtin', name: 'instanceMetadata' } as const]) expect(ways(orders, to, {}, without)).toEqual(none);
  });
});

describe('the ways to credentials', () => {
  const irsa = (endpoints: typeof aws.endpoints): Platform => ({ ...cloudPlatform, aws: { ...aws, endpoints, identity: { kind: 'irsa', issuer: 'oidc.eks.eu-west-1.amazonaws.com/id/ABC' } } });
  it('lead to the agent on the node, or to STS', () => {
    const to: Destination = { kind: 'builtin', name: 'cloudCredentials' };
    expect(ways(orders, to).intended.map(line)).toEqual(['egress orders → 169.254.170.23 TCP 80']);
    expect(ways(orders, to, {}, irsa(aws.endpoints)).intended.map(line)).toEqual(['egress orders → 10.100.3.1 TCP 443']);
    expect(ways(orders, to, {}, irsa([])).intended.map(line)).toEqual(['egress orders → 203.0.113.7 TCP 443']);
  });
  it('and to the instance\'s own, by either family of addresses', () => {
    const { bypasses, intended } = ways(orders, { kind: 'builtin', name: 'instanceMetadata' });
    expect(intended.map(line)).toEqual(['egress orders → 169.254.169.254 TCP 80', 'egress orders → fd00:ec2::254 TCP 80']);
    expect(bypasses.map((way) => way.map(line))).toEqual([['egress orders → 169.254.169.254 TCP 80'], ['egress orders → fd00:ec2::254 TCP 80']]);
  });
  it('do not lead from a host outside', () => { expect(ways(batch, { kind: 'builtin', name: 'cloudCredentials' })).toEqual(none); });
});
