import { describe, expect, it } from 'vitest';
import { checkNames, checkValues, cloudServiceFacts, cloudServices, fillTokens, fillWithin, holeToken, madeToken, tokensWithin, type Api, type CloudServer, type CloudService, type Hole, type Platform, type Policy } from '#ir';

const hole = (name: string, service: CloudService, maxLength = 2048): Hole => ({ name, kind: 'arn', service, maxLength });
const api = (name: string, service: CloudService, arn: string | { hole: string }, owned = false): Api => ({ name, servedBy: { kind: 'cloud', service, arn, owned }, operations: [], offers: [] });
const policyOf = (holes: readonly Hole[], apis: readonly Api[] = []): Policy => ({ version: 1, name: 'retail', segments: [], workloads: [], identityProviders: [], people: [], partners: [], apis, asks: [], never: [], holes });
const platformIn = (region: string, otherAccounts: readonly string[] = []): Platform => ({ aws: { accountId: '111122223333', region, otherAccounts: otherAccounts.map((accountId) => ({ accountId, because: 'shared', owner: 'team' })) } } as unknown as Platform);
const platform = platformIn('eu-west-1');

const queue = 'arn:aws:sqs:eu-west-1:111122223333:settlements';
/** Code and place of what is wrong with one value of a hole of that service. */
function said(service: CloudService, value: unknown, options: { maxLength?: number; platform?: Platform; apis?: readonly Api[] } = {}): readonly string[] {
  const policy = policyOf([hole('a-hole', service, options.maxLength)], options.apis);
  return checkValues({ policy, platform: options.platform ?? platform }, new Map([['a-hole', value]])).map(({ code, pointer }) => `${code} ${pointer}`);
}

describe('the names of values', () => {
  const policy = policyOf([hole('orders', 'sqs'), hole('settlements', 'sqs')]);
  it.each([
    [['orders', 'settlements'], []],
    [['settlements'], ['CS5040 /holes/0: no value was given for the hole `orders`, which stands for the ARN of a queue']],
    [['orders', 'settlements', 'refunds'], ['CS5041 undefined: a value was given for `refunds`, and the policy has no such hole']],
    [['orders', 'setlements'], ['CS5040 /holes/1: no value was given for the hole `settlements`, which stands for the ARN of a queue', 'CS5041 undefined: a value was given for `setlements`, and the policy has no such hole']],
    [['orders', 'settlements', '__proto__', 'toString'], ['CS5041 undefined: a value was given for `__proto__`, and the policy has no such hole', 'CS5041 undefined: a value was given for `toString`, and the policy has no such hole']],
  ])('%j: are those of the holes', (names, expected) => {
    expect(checkNames(policy, names).map(({ code, message, pointer }) => `${code} ${pointer}: ${message}`)).toEqual(expected);
  });
  it('are suggested where a letter is wrong, and listed else', () => {
    expect(checkNames(policy, ['orders', 'settlements', 'setlements', 'zzz']).map(({ help }) => help)).toEqual(['the policy has a hole `settlements`', 'its holes are `orders`, `settlements`']);
    expect(checkNames(policyOf([]), ['a']).map(({ help }) => help)).toEqual(['leave it out: the policy has no holes']);
  });
});

describe('a value', () => {
  it.each(cloudServices)('of %s may be what the service\'s own example is', (service) => {
    expect(said(service, cloudServiceFacts[service].example)).toEqual([]);
  });
  it.each(cloudServices.flatMap((service) => cloudServices.filter((other) => other !== service).map((other) => [service, other] as const)))('of %s is no resource of %s', (service, other) => {
    expect(said(service, cloudServiceFacts[other].example)).toEqual(['CS5045 /holes/0']);
  });
  it.each([
    ['nothing', 'sqs', undefined, 'CS5042'],
    ['null', 'sqs', null, 'CS5042'],
    ['a number', 'sqs', 7, 'CS5042'],
    ['a list', 'sqs', [queue], 'CS5042'],
    ['the resource', 'sqs', { arn: queue }, 'CS5042'],
    ['an empty text', 'sqs', '', 'CS5043'],
    ['an address', 'sqs', 'https://sqs.eu-west-1.amazonaws.com/111122223333/settlements', 'CS5043'],
    ['a name', 's3', 'retail-media', 'CS5043'],
    ['five fields', 'sqs', 'arn:aws:sqs:eu-west-1:111122223333', 'CS5043'],
    ['every queue', 'sqs', 'arn:aws:sqs:eu-west-1:111122223333:*', 'CS5044'],
    ['a queue of one letter more', 'sqs', `${queue}?`, 'CS5044'],
    ['a variable of IAM', 'rds-db', 'arn:aws:rds-db:eu-west-1:111122223333:dbuser:db-A/${aws:username}', 'CS5044'],
    ['another hole', 'rds-db', 'arn:aws:rds-db:eu-west-1:111122223333:dbuser:db-A/{{orders}}', 'CS5044'],
    ['everything', 'sqs', '*', 'CS5044'],
    ['a bucket inside another', 's3', 'arn:aws:s3:::retail-media/thumbs', 'CS5045'],
    ['an index', 'dynamodb', 'arn:aws:dynamodb:eu-west-1:111122223333:table/carts/index/by-customer', 'CS5045'],
    ['a secret without the six characters after its name', 'secretsmanager', 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:stripe', 'CS5045'],
    ['an alias', 'kms', 'arn:aws:kms:eu-west-1:111122223333:alias/orders', 'CS5045'],
    ['a user', 'sts', 'arn:aws:iam::111122223333:user/somebody', 'CS5045'],
    ['a space behind', 'sqs', `${queue} `, 'CS5045'],
    ['a line behind', 'sqs', `${queue}\n`, 'CS5045'],
    ['no account', 'sqs', 'arn:aws:sqs:eu-west-1::settlements', 'CS5045'],
    ['no region', 'sqs', 'arn:aws:sqs::111122223333:settlements', 'CS5045'],
    ['a bucket with a region', 's3', 'arn:aws:s3:eu-west-1::retail-media', 'CS5045'],
    ['another partition', 'sqs', 'arn:aws-cn:sqs:cn-north-1:111122223333:settlements', 'CS5046'],
    ['another partition, without region', 's3', 'arn:aws-us-gov:s3:::retail-media', 'CS5046'],
    ['another region', 'sqs', 'arn:aws:sqs:us-east-1:111122223333:settlements', 'CS5046'],
    ['another account', 'sqs', 'arn:aws:sqs:eu-west-1:444455556666:settlements', 'CS5046'],
    ['a role of another account', 'sts', 'arn:aws:iam::444455556666:role/reporting', 'CS5046'],
  ] as const)('is not %s', (_what, service, value, code) => {
    expect(said(service, value)).toEqual([`${code} /holes/0`]);
  });
  it('of a secret may have the longest name, and the six characters after it', () => {
    const longest = `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${'s'.repeat(512)}`;
    expect([said('secretsmanager', `${longest}-AbCdEf`), said('secretsmanager', `${longest}s-AbCdEf`)]).toEqual([[], ['CS5045 /holes/0']]);
  });
  it('may be as long as the hole was declared for', () => {
    expect([said('sqs', queue, { maxLength: queue.length }), said('sqs', queue, { maxLength: queue.length - 1 })]).toEqual([[], ['CS5047 /holes/0']]);
  });
  it('may be of another account that the platform names, where it is not owned', () => {
    const elsewhere = 'arn:aws:sqs:eu-west-1:444455556666:settlements', other = platformIn('eu-west-1', ['444455556666']);
    expect(said('sqs', elsewhere, { platform: other, apis: [api('settlements', 'sqs', { hole: 'a-hole' })] })).toEqual([]);
    expect(said('sqs', elsewhere, { platform: other, apis: [api('settlements', 'sqs', { hole: 'a-hole' }, true)] })).toEqual(['CS5046 /holes/0']);
  });
  it('is of the platform\'s own partition', () => {
    expect(said('s3', 'arn:aws-cn:s3:::retail-media', { platform: platformIn('cn-north-1') })).toEqual([]);
    expect(said('s3', 'arn:aws:s3:::retail-media', { platform: platformIn('cn-north-1') })).toEqual(['CS5046 /holes/0']);
  });
  it('is shown where it is an ARN, and only measured where it may be a secret', () => {
    const messages = ['arn:aws:sqs:us-east-1:111122223333:settlements', 'hunter2'].map((value) => checkValues({ policy: policyOf([hole('a-hole', 'sqs')]), platform }, new Map([['a-hole', value]]))[0]!.message);
    expect(messages).toEqual([
      'the hole `a-hole` was given `arn:aws:sqs:us-east-1:111122223333:settlements`, which is in the region `us-east-1`: the platform is in `eu-west-1`',
      'the hole `a-hole` was given a text of 7 characters, which is no ARN',
    ]);
  });
});

describe('values beside each other', () => {
  const policy = policyOf([hole('orders', 'sqs'), hole('refunds', 'sqs'), hole('settlements', 'sqs')], [api('audit', 'sqs', 'arn:aws:sqs:eu-west-1:111122223333:audit'), api('orders', 'sqs', { hole: 'orders' })]);
  const pairs = (values: Readonly<Record<string, string>>) => checkValues({ policy, platform }, new Map(Object.entries(values))).map(({ code, pointer, related }) => `${code} ${pointer} beside ${related.map((one) => one.pointer).join()}`);
  const named = (name: string): string => `arn:aws:sqs:eu-west-1:111122223333:${name}`;
  it('are distinct, also from the ARNs that the policy states', () => {
    expect(pairs({ orders: named('a'), refunds: named('b'), settlements: named('c') })).toEqual([]);
    expect(pairs({ orders: named('a'), refunds: named('b'), settlements: named('a') })).toEqual(['CS5048 /holes/2 beside /holes/0']);
    expect(pairs({ orders: named('a'), refunds: named('a'), settlements: named('a') })).toEqual(['CS5048 /holes/1 beside /holes/0', 'CS5048 /holes/2 beside /holes/0', 'CS5048 /holes/2 beside /holes/1']);
    expect(pairs({ orders: named('audit'), refunds: named('b'), settlements: named('c') })).toEqual(['CS5048 /holes/0 beside /apis/0']);
  });
  it('have no key of another account than what it encrypts', () => {
    const encrypted = (name: string, service: CloudService, arn: string | { hole: string }): Api => { const one = api(name, service, arn); return { ...one, servedBy: { ...one.servedBy as CloudServer, encryptedBy: 'a-key' } }; };
    const keyIn = (account: string) => `arn:aws:kms:eu-west-1:${account}:key/1`, queueIn = (account: string) => `arn:aws:sqs:eu-west-1:${account}:settlements`;
    const [ours, theirs] = ['111122223333', '444455556666'] as const;
    const found = (apis: readonly Api[], values: Readonly<Record<string, string>>) => checkValues({ policy: policyOf(Object.keys(values).map((name) => hole(name, name.endsWith('key') ? 'kms' : 'sqs')), apis), platform: platformIn('eu-west-1', [theirs]) }, new Map(Object.entries(values)))
      .map(({ code, pointer, related }) => `${code} ${pointer} beside ${related.map((one) => one.pointer).join()}`);
    const both = [api('a-key', 'kms', { hole: 'a-key' }), encrypted('settlements', 'sqs', { hole: 'settlements' })];
    expect(found(both, { 'a-key': keyIn(theirs), settlements: queueIn(theirs) })).toEqual([]);
    expect(found(both, { 'a-key': keyIn(theirs), settlements: queueIn(ours) })).toEqual(['CS5046 /holes/1 beside /apis/1/servedBy/encryptedBy']);
    expect(found(both, { 'a-key': keyIn(ours), settlements: queueIn(theirs) })).toEqual(['CS5046 /holes/1 beside /apis/1/servedBy/encryptedBy']);
    expect(found([both[0]!, encrypted('settlements', 'sqs', queueIn(ours))], { 'a-key': keyIn(theirs) })).toEqual(['CS5046 /holes/0 beside /apis/1/servedBy/encryptedBy']);
    expect(found([both[0]!, encrypted('media', 's3', 'arn:aws:s3:::retail-media')], { 'a-key': keyIn(theirs) })).toEqual(['CS5046 /holes/0 beside /apis/1/servedBy/encryptedBy']);
    expect(found([api('a-key', 'kms', keyIn(ours)), both[1]!], { settlements: queueIn(theirs) })).toEqual(['CS5046 /holes/0 beside /apis/1/servedBy/encryptedBy']);
  });
  it('are compared where they are right by themselves', () => {
    expect(pairs({ orders: 'same', refunds: 'same', settlements: named('c') })).toEqual(['CS5043 /holes/0 beside ', 'CS5043 /holes/1 beside ']);
  });
});

describe('what has holes', () => {
  const value = { Resource: [holeToken('media'), `${holeToken('media')}/thumbs/*`, madeToken('orders-key')], Sid: 'a', nested: { n: 1, url: holeToken('queue', 'queueUrl') } };
  it('knows their names, wherever they are', () => {
    expect(tokensWithin(value)).toEqual(['made:orders-key', 'media', 'queue']);
  });
  it('is filled text by text, so that no value can reach out of its own', () => {
    const filled = fillWithin(value, new Map([['media', 'a","b'], ['made:orders-key', '{{media}}'], ['queue', queue]]));
    expect(filled).toEqual({ Resource: ['a","b', 'a","b/thumbs/*', '{{media}}'], Sid: 'a', nested: { n: 1, url: 'https://sqs.eu-west-1.amazonaws.com/111122223333/settlements' } });
    expect(fillTokens(holeToken('elsewhere'), new Map())).toBe('{{elsewhere}}');
  });
});
