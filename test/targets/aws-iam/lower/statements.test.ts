import { describe, expect, it } from 'vitest';
import { cloudServices, cloudVerbs, type Condition } from '#ir';
import { accepting, account, arns, artifact, codes, documentOf, estate, host, lowered, onAws, resource, restricted, statementsOf } from './estate.ts';

const from = (...cidrs: readonly string[]): Condition => ({ kind: 'from', cidrs });
const tls = { Bool: { 'aws:SecureTransport': ['true'] } };
const vpcEndpoint = 'vpce-0d1e2f3a4b5c60001';
const through = (service: 'sqs' | 's3' | 'kms' | 'rds-db') => onAws({ endpoints: [{ service, cidrs: ['10.0.64.0/26'], vpcEndpoint }] });
const orders = (...apis: readonly ReturnType<typeof resource>[]) => statementsOf(estate(apis), 'orders');

describe('a statement', () => {
  it.each(cloudVerbs.map((verb) => [`${verb.service} ${verb.verb}`, verb] as const))('of %s has the verb\'s actions on the resource, and no wildcard but an object\'s', (_text, { actions, service, verb }) => {
    const [statement, ...rest] = orders(resource(service, 'thing', { [verb]: ['orders'] }));
    expect(rest).toEqual([]);
    expect(statement).toMatchObject({ Effect: 'Allow', Action: actions.map(({ action }) => action).sort() });
    expect(statement!.Resource).toEqual([`${arns[service]('thing')}${actions[0].on === 'object' ? '/*' : ''}`]);
    expect(statement).not.toHaveProperty('NotAction');
    expect(statement).not.toHaveProperty('Principal');
  });
  it.each(cloudServices)('on %s asks for TLS', (service) => {
    const verb = cloudVerbs.find((one) => one.service === service)!.verb;
    expect(orders(resource(service, 'thing', { [verb]: ['orders'] }))[0]!.Condition).toMatchObject(tls);
  });

  it('on an index is about that index, and on the table about the table', () => {
    const table = resource('dynamodb', 'carts', { query: ['orders'], queryByCustomer: ['orders'] }, { parts: { ByCustomer: 'idx' } });
    expect(orders(table).map(({ Action, Resource, Sid }) => [Sid, Action, Resource])).toEqual([ // one list of actions and one condition
      ['CartsQueryQueryByCustomer', ['dynamodb:Query'], [arns.dynamodb('carts'), `${arns.dynamodb('carts')}/index/idx`]],
    ]);
  });
  it('on a prefix ends in a wildcard, and a listing asks for it', () => {
    const bucket = resource('s3', 'media', { readThumbs: ['orders'], listThumbs: ['orders'] }, { parts: { Thumbs: 'thumbs/' } });
    expect(orders(bucket)).toEqual([
      { Sid: 'MediaListThumbs', Effect: 'Allow', Action: ['s3:ListBucket'], Resource: ['arn:aws:s3:::media'], Condition: { ...tls, StringLike: { 's3:prefix': ['thumbs/*'] } } },
      { Sid: 'MediaReadThumbs', Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::media/thumbs/*'], Condition: tls },
    ]);
  });
  it('that lists the whole bucket asks for no prefix, and neither does one of both', () => {
    expect(orders(resource('s3', 'media', { list: ['orders'] }))[0]!.Condition).toEqual(tls);
    const both = resource('s3', 'media', { list: ['orders'], listThumbs: ['orders'] }, { parts: { Thumbs: 'thumbs/' } });
    expect(orders(both).map(({ Condition }) => Condition)).toEqual([tls]);
  });
  it('that lists several prefixes asks for one of them', () => {
    const bucket = resource('s3', 'media', { listThumbs: ['orders'], listLabels: ['orders'] }, { parts: { Thumbs: 'thumbs/', Labels: 'labels/' } });
    expect(orders(bucket).map(({ Condition }) => Condition)).toEqual([{ ...tls, StringLike: { 's3:prefix': ['labels/*', 'thumbs/*'] } }]);
  });
  it('about a hole holds its token', () => {
    const holding = resource('s3', 'media', { read: ['orders'] }, { arn: { hole: 'media-bucket' } });
    expect(orders(holding)[0]!.Resource).toEqual(['{{media-bucket}}/*']);
  });
});

describe('a key', () => {
  const key = resource('kms', 'orders-key', {});
  it('is used through the service that stores, for what the verb needs of it', () => {
    expect(orders(key, resource('sqs', 'settlements', { receive: ['orders'] }, { encryptedBy: 'orders-key' }))).toContainEqual({
      Sid: 'OrdersKeyViaSqs', Effect: 'Allow', Action: ['kms:Decrypt'], Resource: [arns.kms('orders-key')],
      Condition: { BoolIfExists: tls.Bool, StringEquals: { 'kms:ViaService': ['sqs.eu-west-1.amazonaws.com'] } },
    });
  });
  it('is not asked for by a verb that needs none of it', () => {
    expect(orders(key, resource('sqs', 'settlements', { purge: ['orders'] }, { encryptedBy: 'orders-key' })).map(({ Sid }) => Sid)).toEqual(['SettlementsPurge']);
  });
  it('of two services is used through each for its own needs', () => {
    const found = orders(key, resource('sqs', 'settlements', { receive: ['orders'] }, { encryptedBy: 'orders-key' }), resource('sns', 'events', { publish: ['orders'] }, { encryptedBy: 'orders-key' }));
    expect(found.filter(({ Sid }) => Sid.startsWith('OrdersKey')).map(({ Action, Condition }) => [Condition!['StringEquals']!['kms:ViaService'], Action])).toEqual([
      [['sns.eu-west-1.amazonaws.com'], ['kms:Decrypt', 'kms:GenerateDataKey']], [['sqs.eu-west-1.amazonaws.com'], ['kms:Decrypt']],
    ]);
  });
  it('that is granted itself is used directly, and not through a service', () => {
    expect(orders(resource('kms', 'orders-key', { decrypt: ['orders'] }))[0]!.Condition).toEqual({ ...tls, Null: { 'kms:ViaService': ['true'] } });
  });
  it('that is made with the policy is named by its token', () => {
    const { arn: _none, ...made } = resource('kms', 'orders-key', {}).servedBy as { arn?: string } & ReturnType<typeof resource>['servedBy'];
    const found = orders({ ...key, servedBy: made as typeof key.servedBy }, resource('sqs', 'settlements', { send: ['orders'] }, { encryptedBy: 'orders-key' }));
    expect(found.find(({ Sid }) => Sid === 'OrdersKeyViaSqs')!.Resource).toEqual(['{{made:orders-key}}']);
  });
  it('is asked in the region\'s own domain', () => {
    const of = estate([key, resource('sqs', 'settlements', { send: ['orders'] }, { encryptedBy: 'orders-key' })]);
    expect(JSON.stringify(statementsOf(of, 'orders', onAws({ region: 'cn-north-1' })))).toContain('"sqs.cn-north-1.amazonaws.com.cn"');
  });
  it('of a bucket stands in the way of writes with any other encryption', () => {
    const write = orders(key, resource('s3', 'media', { write: ['orders'], read: ['orders'] }, { encryptedBy: 'orders-key' }));
    expect(write.find(({ Sid }) => Sid === 'MediaWrite')!.Condition).toEqual({
      ...tls, Null: { 's3:x-amz-server-side-encryption-customer-algorithm': ['true'] },
      StringEqualsIfExists: { 's3:x-amz-server-side-encryption': ['aws:kms', 'aws:kms:dsse'], 's3:x-amz-server-side-encryption-aws-kms-key-id': [arns.kms('orders-key')] },
    });
    expect(write.find(({ Sid }) => Sid === 'MediaRead')!.Condition).toEqual(tls);
  });
  it('that a bucket does not name leaves its writes alone', () => {
    expect(orders(resource('s3', 'media', { write: ['orders'] }))[0]!.Condition).toEqual(tls);
  });
});

describe('where a service has a VPC endpoint', () => {
  it('a request has to come through it', () => {
    expect(statementsOf(estate([resource('sqs', 'settlements', { send: ['orders'] })]), 'orders', through('sqs'))[0]!.Condition).toEqual({ ...tls, StringEquals: { 'aws:SourceVpce': [vpcEndpoint] } });
  });
  it('another service\'s requests do not', () => {
    expect(statementsOf(estate([resource('sns', 'events', { publish: ['orders'] })]), 'orders', through('sqs'))[0]!.Condition).toEqual(tls);
  });
  it('a key that a service asks is asked by the service, from nowhere', () => {
    const of = estate([resource('kms', 'orders-key', {}), resource('sqs', 'settlements', { send: ['orders'] }, { encryptedBy: 'orders-key' })]);
    expect(JSON.stringify(statementsOf(of, 'orders', through('kms')))).not.toContain('aws:SourceVpce');
  });
  it('a host outside does not come that way', () => {
    const of = estate([resource('sqs', 'settlements', { send: ['orders'] })], {}, [host('orders', 'corp', 'spiffe://corp.example/orders')]);
    const on = onAws({ endpoints: [{ service: 'sqs', cidrs: [], vpcEndpoint }], trustAnchors: [{ name: 'corp', arn: `arn:aws:rolesanywhere:eu-west-1:${account}:trust-anchor/0f` }] });
    expect(statementsOf(of, 'orders', on)[0]!.Condition).toEqual(tls);
  });
  it('a database does not know, and is not asked', () => {
    expect(statementsOf(estate([resource('rds-db', 'ledger', { connect: ['orders'] })]), 'orders', through('rds-db'))[0]!.Condition).toEqual(tls);
  });
});

describe('a grant that ends on a day', () => {
  it.each([['2027-06-30', '2027-07-01T00:00:00Z'], ['2027-12-31', '2028-01-01T00:00:00Z'], ['2028-02-28', '2028-02-29T00:00:00Z']])('%s ends before %s', (until, end) => {
    const [statement] = orders(resource('sqs', 'settlements', { send: { to: ['orders'], until } }));
    expect(statement!.Condition).toEqual({ ...tls, DateLessThan: { 'aws:CurrentTime': [end] } });
  });
  it('takes what it needs of the key with it', () => {
    const found = orders(resource('kms', 'orders-key', {}), resource('sqs', 'settlements', { send: { to: ['orders'], until: '2027-06-30' } }, { encryptedBy: 'orders-key' }));
    expect(found.map(({ Condition }) => Condition!['DateLessThan'])).toEqual(found.map(() => ({ 'aws:CurrentTime': ['2027-07-01T00:00:00Z'] })));
  });
  it('ends for itself: what has no end, or another, is another statement', () => {
    const table = resource('dynamodb', 'carts', { get: ['orders'], put: { to: ['orders'], until: '2027-06-30' }, scan: { to: ['orders'], until: '2027-07-31' } });
    expect(orders(table).map(({ Action, Condition }) => [Action!.at(-1), Condition!['DateLessThan']?.['aws:CurrentTime']?.[0]])).toEqual([
      ['dynamodb:GetItem', undefined], ['dynamodb:PutItem', '2027-07-01T00:00:00Z'], ['dynamodb:Scan', '2027-08-01T00:00:00Z'],
    ]);
  });
});

describe('a grant that asks where the request comes from', () => {
  const asking = (when: readonly Condition[], service: 'sqs' | 'rds-db' = 'sqs') => resource(service, 'settlements', { [service === 'sqs' ? 'send' : 'connect']: { to: ['orders'], when } });
  const address = (when: readonly Condition[]) => statementsOf(estate([asking(when)]), 'orders', through('sqs'))[0]!.Condition!['IpAddress'];
  it.each<[string, readonly Condition[], readonly string[]]>([
    ['one range', [from('10.0.0.0/16')], ['10.0.0.0/16']],
    ['several, without those inside others', [from('10.0.0.0/16', '10.0.1.0/24', '2001:db8::/32')], ['10.0.0.0/16', '2001:db8::/32']],
    ['two conditions: what both let pass', [from('10.0.0.0/16', '10.2.0.0/16'), from('10.0.5.0/24', '10.0.0.0/8', '192.0.2.0/24')], ['10.0.0.0/16', '10.2.0.0/16']],
    ['alternatives: what one of them lets pass', [{ kind: 'any', of: [from('10.0.0.0/24'), { kind: 'all', of: [from('10.1.0.0/16'), from('10.1.2.0/24')] }] }], ['10.0.0.0/24', '10.1.2.0/24']],
  ])('by %s', (_what, when, ranges) => expect(address(when)).toEqual({ 'aws:VpcSourceIp': ranges }));
  it('asks nothing by alternatives of which IAM can see only some: placement has refused them, or a person has accepted it', () => {
    const during: Condition = { kind: 'during', days: ['mon'], start: '09:00', end: '17:00', timeZone: 'UTC' };
    expect(address([{ kind: 'any', of: [from('10.0.0.0/24'), during] }])).toBeUndefined();
    expect(address([{ kind: 'all', of: [from('10.0.0.0/24'), during] }])).toEqual({ 'aws:VpcSourceIp': ['10.0.0.0/24'] });
  });
  it('asks it of the segment\'s requirements too', () => {
    const of = estate([resource('sqs', 'settlements', { send: ['orders'] }, { segment: 'payments' })], { segments: [restricted('payments', { workloads: [from('10.0.0.0/16')] })] });
    expect(statementsOf(of, 'orders', through('sqs'))[0]!.Condition).toMatchObject({ IpAddress: { 'aws:VpcSourceIp': ['10.0.0.0/16'] } });
  });
  it('from a host outside is asked by the address that AWS sees', () => {
    const of = estate([asking([from('198.51.100.0/24')])], {}, [host('orders', 'corp', 'spiffe://corp.example/orders')]);
    const on = onAws({ trustAnchors: [{ name: 'corp', arn: `arn:aws:rolesanywhere:eu-west-1:${account}:trust-anchor/0f` }] });
    expect(statementsOf(of, 'orders', on)[0]!.Condition).toEqual({ ...tls, IpAddress: { 'aws:SourceIp': ['198.51.100.0/24'] } });
  });
  it('past a VPC endpoint can\'t be told (CS3302)', () => {
    expect(lowered(estate([asking([from('10.0.0.0/16')])])).losses).toMatchObject([{ code: 'CS3302', severity: 'error', pointer: '/apis/0/offers/0', help: expect.stringContaining('vpcEndpoint') as string }]);
  });
  it('of a database can\'t be told anywhere (CS3302)', () => {
    expect(lowered(estate([asking([from('10.0.0.0/16')], 'rds-db')]), through('rds-db')).losses).toMatchObject([{ code: 'CS3302', message: expect.stringContaining('a database\'s login') as string }]);
  });
  it('is left alone where a person has accepted that it is not enforced', () => {
    const on = onAws({}, [accepting('condition.from', ['orders → settlements.send'])]);
    expect(lowered(estate([asking([from('10.0.0.0/16')])]), on).losses).toEqual([]);
    expect(statementsOf(estate([asking([from('10.0.0.0/16')])]), 'orders', on)[0]!.Condition).toEqual(tls);
  });
  it('that no address meets is a mistake, and nothing is allowed by it (CS3310)', () => {
    const { losses, plan } = lowered(estate([asking([from('10.0.0.0/16'), from('10.1.0.0/16')])]), through('sqs'));
    expect(codes(losses)).toEqual(['CS3310']);
    expect(plan.objects.some(({ stage }) => stage >= 3)).toBe(false);
  });
});

describe('a segment that asks for TLS 1.3', () => {
  const segments = [restricted('payments', { transport: { tls: '1.3' } })];
  const of = (service: 's3' | 'sqs') => estate([resource(service, 'media', { [service === 's3' ? 'read' : 'send']: ['orders'] }, { segment: 'payments' })], { segments });
  it('is obeyed by a bucket', () => {
    expect(statementsOf(of('s3'), 'orders')[0]!.Condition).toEqual({ ...tls, NumericGreaterThanEquals: { 's3:TlsVersion': ['1.3'] } });
    expect(lowered(of('s3')).losses).toEqual([]);
  });
  it('can\'t be obeyed by another service (CS3301)', () => {
    expect(lowered(of('sqs')).losses).toMatchObject([{ code: 'CS3301', severity: 'error', pointer: '/apis/0/offers/0', help: expect.stringContaining('feature: \'transport.tls\', plane: \'cloud\'') as string }]);
  });
  it('can be answered by a person, and the rest of it stays', () => {
    const on = onAws({}, [accepting('transport.tls')]);
    expect(lowered(of('sqs'), on).losses).toEqual([]);
    expect(statementsOf(of('sqs'), 'orders', on)[0]!.Condition).toEqual(tls);
  });
  it('asks less of nobody else: 1.2 is what every service speaks', () => {
    expect(lowered(estate([resource('sqs', 'media', { send: ['orders'] }, { segment: 'payments' })], { segments: [restricted('payments', { transport: { tls: '1.2' } })] })).losses).toEqual([]);
  });
});

describe('a segment that bounds how long a connection lasts', () => {
  const of = (service: 'rds-db' | 'sqs') => estate([resource(service, 'ledger', { [service === 'sqs' ? 'send' : 'connect']: ['orders'] }, { segment: 'payments' })], { segments: [restricted('payments', { reauthenticateEvery: 900 })] });
  it('asks nothing of a service that judges every request', () => expect(lowered(of('sqs')).losses).toEqual([]));
  it('asks of a database what IAM can\'t do (CS3311)', () => {
    expect(lowered(of('rds-db')).losses).toMatchObject([{ code: 'CS3311', severity: 'error', help: expect.stringContaining('transport.lifetime') as string }]);
    expect(lowered(of('rds-db'), onAws({}, [accepting('transport.lifetime')])).losses).toEqual([]);
  });
});

describe('one loss', () => {
  it('is said once for each service, with the number of grants', () => {
    const apis = ['a', 'b', 'c', 'd'].map((name) => resource('sqs', name, { send: { to: ['orders'], when: [from('10.0.0.0/16')] } }));
    const { losses } = lowered(estate([...apis, resource('sns', 'events', { publish: { to: ['orders'], when: [from('10.0.0.0/16')] } })]));
    expect(losses.map(({ code, message, related }) => [code, related.length, message.slice(0, 62)])).toEqual([
      ['CS3302', 2, '4 grants, `orders → a.send` among them, ask where they come fro'.slice(0, 62)], ['CS3302', 0, expect.stringMatching(/^`orders → events.publish` asks where it comes from/) as string],
    ]);
  });
});

describe('names of statements', () => {
  it('say what is done to what, in letters and digits, once in a document', () => {
    const apis = [resource('sqs', 'orders.fifo', { send: ['orders'], receive: ['orders'] }), resource('sqs', 'orders-fifo', { purge: ['orders'] }), resource('sns', 'events', { publish: ['orders'] }), resource('sns', 'news', { publish: ['orders'] })];
    const sids = orders(...apis).map(({ Sid }) => Sid);
    expect(sids).toEqual(['EventsPublishAnd1More', 'OrdersFifoPurge', 'OrdersFifoReceiveSend']);
    for (const sid of sids) expect(sid).toMatch(/^[A-Za-z0-9]{1,64}$/);
  });
  it('that meet are numbered', () => {
    const apis = [resource('sqs', 'a-b', { send: ['orders'] }), resource('sqs', 'a.b', { send: { to: ['orders'], until: '2027-06-30' } })];
    expect(orders(...apis).map(({ Sid }) => Sid)).toEqual(['ABSend', 'ABSendN2']);
  });
  it('stay short, whatever things are called', () => {
    const long = 'q'.repeat(80), verbs = ['get', 'query', 'scan', 'put', 'update', 'remove', 'batchWrite', 'conditionCheck', 'describe'];
    const sids = orders(resource('dynamodb', long, Object.fromEntries(verbs.map((verb) => [verb, ['orders']]))), resource('sqs', '-', { send: ['orders'] })).map(({ Sid }) => Sid);
    for (const sid of sids) expect(sid).toMatch(/^[A-Za-z0-9]{1,64}$/);
  });
});

describe('a role', () => {
  it('is called and described after its workload, in what AWS takes', () => {
    const { properties } = artifact(estate([resource('sqs', 'settlements', { send: ['zahlungen'] })]), 'Role/retail-zahlungen');
    expect(properties).toMatchObject({ name: 'retail-zahlungen', path: '/', description: 'Given to the workload zahlungen alone.' });
  });
  it('allows nothing by its own', () => {
    const { plan } = lowered(estate([resource('sqs', 'settlements', { send: ['orders'] })]));
    expect(plan.objects.map(({ id, stage }) => [stage, id])).toEqual([
      [0, 'aws/iam/Policy/retail-orders-boundary'], [1, 'aws/iam/Role/retail-orders'], [2, 'aws/eks/PodIdentityAssociation/retail-orders'], [3, 'aws/iam/RolePolicy/retail-orders/grants'],
    ]);
    expect(documentOf(estate([resource('sqs', 'settlements', { send: ['orders'] })]), 'Role/retail-orders').Statement[0]!.Action).toEqual(['sts:AssumeRole', 'sts:TagSession']);
  });
});
