import { describe, expect, test } from 'vitest';
import { cloudServices, longestArnOf, verbsOf, type Api, type CloudService } from '#ir';
import { bucket, calico, check, checkPlatform, database, eks, hole, irsa, key, kubernetes, lambda, podIdentity, policy, queue, role, secretValue, segment, table, topic, workload, type AnyApi } from '#language';

const facts = { namespace: 'shop', serviceAccount: 'orders', selector: { app: 'orders' }, ports: [{ number: 80 }] };
const orders = workload('orders', { kubernetes: facts });
const drafted = (api: AnyApi): Api => policy('p', { apis: [api] }).draft.apis[0]!;
const operations = (api: AnyApi): readonly string[] => drafted(api).operations.map((one) => (one.kind === 'cloud' ? `${one.name}: ${one.verb}${one.within === undefined ? '' : ` ${one.within}`}` : one.kind));

describe('a resource has the verbs of its service', () => {
  const of: Readonly<Record<CloudService, AnyApi>> = {
    dynamodb: table('a', { arn: 'x' }), kms: key('a', { arn: 'x' }), lambda: lambda('a', { arn: 'x' }), 'rds-db': database('a', { arn: 'x', port: 5432 }), s3: bucket('a', { arn: 'x' }),
    secretsmanager: secretValue('a', { arn: 'x' }), sns: topic('a', { arn: 'x' }), sqs: queue('a', { arn: 'x' }), sts: role('a', { arn: 'x' }),
  };
  test.each(cloudServices)('%s', (service) => {
    expect(drafted(of[service]).servedBy).toMatchObject({ kind: 'cloud', service, arn: 'x', owned: false });
    expect(operations(of[service])).toEqual(verbsOf(service).map(({ verb }) => `${verb}: ${verb}`));
    // and its handle has one property for each of them, and no other
    expect(Object.keys(of[service])).toEqual(verbsOf(service).map(({ verb }) => verb));
  });
});

test('an index adds the verbs that it has, and leaves those of the table', () => {
  const ledger = table('ledger', { arn: 'x', indexes: { byCustomer: 'idx_customer', date: 'idx_date' } });
  expect(operations(ledger)).toEqual([
    'get: get', 'query: query', 'queryByCustomer: query idx_customer', 'queryDate: query idx_date', 'scan: scan', 'scanByCustomer: scan idx_customer', 'scanDate: scan idx_date',
    'put: put', 'update: update', 'remove: remove', 'batchWrite: batchWrite', 'conditionCheck: conditionCheck', 'describe: describe',
  ]);
  expect(ledger.queryByCustomer).toMatchObject({ kind: 'operation', api: 'ledger', operation: 'queryByCustomer' });
});

test('a bucket with prefixes has no verbs on the whole', () => {
  expect(operations(bucket('media', { arn: 'x', prefixes: { thumbs: 'thumbs/' } }))).toEqual(['readThumbs: read thumbs/', 'listThumbs: list thumbs/', 'writeThumbs: write thumbs/', 'removeThumbs: remove thumbs/']);
  expect(operations(bucket('media', { arn: 'x', prefixes: {} }))).toEqual(operations(bucket('media', { arn: 'x' })));
});

test('two names of parts that make one operation are two, for check to report', () => {
  const ledger = table('ledger', { arn: 'arn:aws:dynamodb:eu-west-1:111122223333:table/ledger', indexes: { date: 'idx_date', Date: 'idx_other' } });
  expect(check(policy('p', { apis: [ledger] }), { asOf: '2026-11-24' }).diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([
    'CS1002 two operations are called `queryDate` in `ledger`, and whatever names one would mean either', 'CS1002 two operations are called `scanDate` in `ledger`, and whatever names one would mean either',
  ]);
});

test('a key without an ARN is made along with the policy, owned and rotated once a year, unless another time is stated', () => {
  expect(drafted(key('a')).servedBy).toEqual({ kind: 'cloud', service: 'kms', owned: true, rotationDays: 365 });
  expect(drafted(key('a', { rotationDays: 90, owned: undefined })).servedBy).toEqual({ kind: 'cloud', service: 'kms', owned: true, rotationDays: 90 });
  expect(drafted(key('a', { arn: 'x' })).servedBy).toEqual({ kind: 'cloud', service: 'kms', arn: 'x', owned: false });
});

test('what a resource refers to comes in by name; its key has to be listed', () => {
  const commerce = segment('commerce', { holds: 'confidential' });
  const ordersKey = key('orders-key', { segment: commerce });
  const settlements = queue('settlements', { arn: hole('settlements', { kind: 'arn', service: 'sqs' }), owned: true, segment: commerce, encryptedBy: ordersKey, owner: 'team-orders', offers: { send: { to: [orders], until: '2027-06-30' } } });
  const listed = policy('p', { apis: [settlements, ordersKey], asks: orders.sends(settlements) });
  expect(listed.draft.apis[0]).toEqual({
    name: 'settlements', owner: 'team-orders', servedBy: { kind: 'cloud', service: 'sqs', arn: { hole: 'settlements' }, owned: true, segment: 'commerce', encryptedBy: 'orders-key' },
    operations: [{ name: 'send', kind: 'cloud', verb: 'send' }, { name: 'receive', kind: 'cloud', verb: 'receive' }, { name: 'purge', kind: 'cloud', verb: 'purge' }],
    offers: [{ operation: 'send', to: [{ kind: 'workload', name: 'orders' }], when: [], until: '2027-06-30' }],
  });
  expect(listed.draft.segments.map(({ name }) => name)).toEqual(['commerce']);
  expect(check(listed, { asOf: '2026-11-24' }).diagnostics).toEqual([]);
  const found = check(policy('p', { apis: [settlements], asks: orders.sends(settlements) }), { asOf: '2026-11-24' }).diagnostics;
  expect(found.map(({ code, message }) => `${code} ${message}`)).toEqual(['CS1001 `orders-key` is not an API of this policy']);
});

describe('a hole has room for the longest ARN of its service, unless another is stated', () => {
  test.each(cloudServices)('%s', (service) => {
    const { draft } = policy('p', { apis: [queue('q', { arn: hole('h', { kind: 'arn', service }) }), queue('r', { arn: hole('i', { kind: 'arn', service, maxLength: 90 }) })] });
    expect(draft.holes.map(({ maxLength }) => maxLength)).toEqual([longestArnOf(service), 90]);
  });
  test('which is as long as names of its service can be', () => {
    expect(longestArnOf('s3')).toBe(`arn:aws-us-gov:s3:::${'b'.repeat(63)}`.length);
    expect(longestArnOf('dynamodb')).toBe(`arn:aws-us-gov:dynamodb:ap-southeast-2:111122223333:table/${'t'.repeat(255)}`.length);
    expect(longestArnOf('sts')).toBe(`arn:aws-us-gov:iam::111122223333:role${'/'.repeat(512)}${'r'.repeat(64)}`.length);
    expect(longestArnOf('none')).toBe(2048);
  });
});

describe('an account of AWS', () => {
  const aws = { accountId: '111122223333', region: 'eu-west-1' };
  test('has defaults: the cluster\'s name, Pod Identity, no path', () => {
    const declared = eks({ clusterName: 'retail', podCidrs: [], aws });
    expect(declared.draft.aws).toEqual({
      ...aws, clusterName: 'retail', identity: { kind: 'podIdentity' }, rolePrefix: 'retail-', rolePath: '/', managedPoliciesPerRole: 10, endpoints: [], trustAnchors: [], otherAccounts: [],
    });
    expect(checkPlatform(undefined, declared, { asOf: '2026-11-24' }).diagnostics).toEqual([]);
  });
  test('keeps what is stated, and leaves out what is undefined', () => {
    const { draft } = kubernetes({
      cni: calico(), podCidrs: [],
      aws: { ...aws, clusterName: 'lab', rolePrefix: 'l-', identity: irsa({ issuer: 'https://oidc.example.com/id' }), vpc: undefined, endpoints: { sqs: ['10.0.0.0/26'], kms: undefined, s3: { cidrs: ['10.0.1.0/26'], vpcEndpoint: 'vpce-0123456789abcdef0' } }, trustAnchors: { lab: 'arn' } },
    });
    expect(draft.aws).toEqual({
      ...aws, clusterName: 'lab', identity: { kind: 'irsa', issuer: 'oidc.example.com/id' }, rolePrefix: 'l-', rolePath: '/', managedPoliciesPerRole: 10,
      endpoints: [{ service: 'sqs', cidrs: ['10.0.0.0/26'] }, { service: 's3', cidrs: ['10.0.1.0/26'], vpcEndpoint: 'vpce-0123456789abcdef0' }], trustAnchors: [{ name: 'lab', arn: 'arn' }], otherAccounts: [],
    });
  });
  test('that states the cluster\'s name itself wins over the profile\'s', () => {
    expect(eks({ clusterName: 'retail', podCidrs: [], aws: { ...aws, clusterName: 'other', identity: podIdentity() } }).draft.aws).toMatchObject({ clusterName: 'other', rolePrefix: 'other-' });
  });
});
