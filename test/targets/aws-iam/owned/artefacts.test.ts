import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { arnOf, isCloudApi, type Api } from '#ir';
import { arns, artifactOf, documentOf, estate, lowered, onAws, resource, roleOf } from './estate.ts';
import { everything, vault, whole } from './everything.ts';

describe('what is emitted of each resource', () => {
  it.each<readonly [string, string, string, Readonly<Record<string, unknown>>]>([
    ['QueuePolicy', 'settlements', 'sqs/queuePolicy:QueuePolicy', { queueUrl: 'https://sqs.eu-west-1.amazonaws.com/111122223333/settlements' }],
    ['TopicPolicy', 'events', 'sns/topicPolicy:TopicPolicy', { arn: arns.sns }],
    ['SecretPolicy', 'stripe', 'secretsmanager/secretPolicy:SecretPolicy', { secretArn: arns.secretsmanager }],
    ['ResourcePolicy', 'carts', 'dynamodb/resourcePolicy:ResourcePolicy', { resourceArn: arns.dynamodb }],
    ['BucketPolicy', 'media', 's3/bucketPolicy:BucketPolicy', { bucket: 'retail-media' }],
    ['KeyPolicy', 'orders-key', 'kms/keyPolicy:KeyPolicy', { keyId: arns.kms }],
  ])('is a %s, in stage 0, on %s', (kind, name, type, properties) => {
    const { documents, id, ...found } = artifactOf(whole(), kind, name);
    expect(found).toMatchObject({ kind: 'aws', stage: 0, type, properties });
    expect([id, Object.keys(documents), Object.keys(found.properties)]).toEqual([`aws/${type.split('/')[0]}/${kind}/${name}`, ['policy'], Object.keys(properties)]);
  });

  it('names its values by tokens where they are holes', () => {
    const holed = everything.map((api): Api => (isCloudApi(api) && api.servedBy.arn !== undefined ? { ...api, servedBy: { ...api.servedBy, arn: { hole: `${api.name}-hole` } } } : api));
    const policy = estate(holed, { segments: [vault], holes: holed.filter(isCloudApi).map(({ name, servedBy: { service } }) => ({ name: `${name}-hole`, kind: 'arn', service, maxLength: 200 })) });
    const shown = [['QueuePolicy', 'settlements'], ['TopicPolicy', 'events'], ['SecretPolicy', 'stripe'], ['ResourcePolicy', 'carts'], ['BucketPolicy', 'media'], ['KeyPolicy', 'orders-key']] as const;
    expect(shown.map(([kind, name]) => artifactOf(policy, kind, name).properties)).toEqual([
      { queueUrl: '{{settlements-hole.queueUrl}}' }, { arn: '{{events-hole}}' }, { secretArn: '{{stripe-hole}}' }, { resourceArn: '{{carts-hole}}' }, { bucket: '{{media-hole.name}}' }, { keyId: '{{orders-key-hole}}' },
    ]);
    expect(JSON.stringify(documentOf(policy, 'BucketPolicy', 'media'))).toContain('{{media-hole}}/thumbs/*');
  });

  it('lists the grants that it serves; of a key, those that need it, too', () => {
    expect(artifactOf(whole(), 'QueuePolicy', 'settlements').grants).toEqual(['billing → settlements.receive', 'ledger → settlements.receive', 'orders → settlements.send']);
    expect(artifactOf(whole(), 'KeyPolicy', 'orders-key').grants).toEqual([
      'auditor → orders-key.decrypt', 'billing → settlements.receive', 'carts → carts.get', 'carts → carts.put', 'carts → carts.query', 'carts → carts.queryByCustomer', 'ledger → settlements.receive', 'orders → settlements.send', 'support → carts.queryByCustomer',
    ]);
  });

  it('is nothing of what is not owned, and nothing where nobody looks after anything', () => {
    const others = everything.map((api): Api => (isCloudApi(api) && api.servedBy.arn !== undefined ? { ...api, servedBy: { ...api.servedBy, owned: false } } : api));
    expect(lowered(whole(others)).plan.objects.map(({ id }) => id)).toEqual(['aws/kms/Key/made-key', 'aws/kms/Alias/made-key']);
    const { administrators: _nobody, ...rest } = onAws().aws!;
    expect(lowered(whole(), { ...onAws(), aws: rest }).plan.objects).toEqual([]);
  });

  it('is one policy of a resource that is declared twice, with what is granted of either', () => {
    const twice = estate([
      resource('settlements', { service: 'sqs', arn: arns.sqs }, { send: ['orders'] }), resource('the-same', { service: 'sqs', arn: arns.sqs, owned: false }, { receive: ['billing'] }), resource('again', { service: 'sqs', arn: arns.sqs }, { receive: ['ledger'] }),
    ]);
    expect(lowered(twice).plan.objects.map(({ id }) => id)).toEqual(['aws/sqs/QueuePolicy/settlements']);
    expect(JSON.stringify(documentOf(twice, 'QueuePolicy', 'settlements').Statement.find(({ Sid }) => Sid === 'DenyReceiveToOthers'))).toContain(`${JSON.stringify([roleOf('billing'), roleOf('ledger')])}`);
  });

  it('asks for the services of China and of GovCloud under their own names', () => {
    const arn = 'arn:aws-cn:sqs:cn-north-1:111122223333:settlements', key = 'arn:aws-cn:kms:cn-north-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    const policy = estate([resource('k', { service: 'kms', arn: key }, {}), resource('q', { service: 'sqs', arn, encryptedBy: 'k' }, { receive: ['billing'] })]);
    const china = onAws({ region: 'cn-north-1', administrators: { deployer: 'arn:aws-cn:iam::111122223333:role/deploy', breakGlass: 'arn:aws-cn:iam::111122223333:role/break-glass' } });
    expect(artifactOf(policy, 'QueuePolicy', 'q', china).properties).toEqual({ queueUrl: 'https://sqs.cn-north-1.amazonaws.com.cn/111122223333/settlements' });
    const text = JSON.stringify(documentOf(policy, 'KeyPolicy', 'k', china));
    for (const expected of ['sqs.cn-north-1.amazonaws.com.cn', 'arn:aws-cn:iam::111122223333:root', 'arn:aws-cn:iam::111122223333:role/retail-billing']) expect(text).toContain(expected);
  });
});

describe('the documents', () => {
  const documents = () => lowered(whole()).plan.objects.flatMap(({ documents: all, id }) => Object.values(all).map((document) => ({ document, id })));

  it('name each statement by letters and digits, once', () => {
    for (const { document, id } of documents()) {
      const sids = document.Statement.map(({ Sid }) => Sid);
      expect([id, new Set(sids).size]).toEqual([id, sids.length]);
      expect([id, sids.filter((sid) => !/^[A-Za-z0-9]{1,64}$/.test(sid))]).toEqual([id, []]);
    }
  });

  it('list everything in code-unit order', () => {
    for (const { document, id } of documents()) {
      for (const { Action = [], Condition = {}, NotAction = [], NotResource = [], Resource = [], Sid } of document.Statement) {
        for (const list of [Action, NotAction, NotResource, Resource, ...Object.values(Condition).flatMap((keys) => Object.values(keys))]) expect([id, Sid, list]).toEqual([id, Sid, [...list].sort()]);
      }
    }
  });

  it('never hold a wildcard principal or a wildcard action that is allowed', () => {
    for (const { document, id } of documents()) {
      const allowed = document.Statement.filter(({ Effect }) => Effect === 'Allow');
      expect([id, allowed.filter(({ Action = [], NotAction, Principal }) => Principal === '*' || NotAction !== undefined || Action.some((action) => action.includes('*')))]).toEqual([id, []]);
    }
  });

  it.each(['QueuePolicy/settlements', 'TopicPolicy/events', 'SecretPolicy/stripe', 'ResourcePolicy/carts', 'BucketPolicy/media', 'KeyPolicy/orders-key', 'Key/made-key'])('are what was read and accepted once: %s', async (path) => {
    const [kind, name] = path.split('/') as [string, string];
    await expect(`${JSON.stringify(documentOf(whole(), kind, name), null, 2)}\n`).toMatchFileSnapshot(`documents/${kind}.json`);
  });

  it('are the same whatever the order of declarations', () => {
    const given = JSON.stringify(lowered(whole()).plan.objects.map((object) => ({ ...object })).sort((a, b) => (a.id < b.id ? -1 : 1)));
    fc.assert(fc.property(fc.shuffledSubarray([...everything], { minLength: everything.length }), fc.boolean(), (apis, turned) => {
      const shuffled = apis.map((api) => (turned ? { ...api, offers: [...api.offers].reverse().map((offer) => ({ ...offer, to: [...offer.to].reverse() })), operations: [...api.operations].reverse() } : api));
      const found = lowered(whole(shuffled)).plan.objects;
      expect(JSON.stringify([...found].sort((a, b) => (a.id < b.id ? -1 : 1)))).toBe(given);
    }), { numRuns: 60 });
  });
});

describe('the evidence', () => {
  const evidence = () => [...lowered({ ...whole(), never: [{ kind: 'reach', from: { kind: 'anyone' }, to: { kind: 'api', name: 'carts' }, because: 'carts are private' }] }).plan.evidence];
  const cellsOf = (grant: string) => evidence().filter((one) => one.grant === grant).map(({ artifact, does, feature, field }) => `${feature} ${does} ${artifact} ${field}`);

  it('of a queue says who, what, how far TLS goes, and that encryption is the queue\'s own affair', () => {
    expect(cellsOf('orders → settlements.send')).toEqual([
      'atRest exact aws/kms/KeyPolicy/orders-key policy.Statement[6].Condition.StringEquals["aws:PrincipalArn"]',
      'identity.workload exact aws/sqs/QueuePolicy/settlements policy.Statement[6].Condition.StringNotEquals["aws:PrincipalArn"]',
      'operation.cloud exact aws/sqs/QueuePolicy/settlements policy.Statement[6].Action',
      'transport.tls wider aws/sqs/QueuePolicy/settlements policy.Statement[2].Condition.Bool["aws:SecureTransport"]',
      'atRest exact aws/sqs/QueuePolicy/settlements policy.Statement[7].Condition.StringNotEquals["aws:PrincipalArn"]',
      'invariant.deny exact aws/sqs/QueuePolicy/settlements policy.Statement[6].Condition.StringNotEquals["aws:PrincipalArn"]',
    ]);
    expect(evidence().filter(({ artifact, feature }) => artifact.includes('QueuePolicy') && feature === 'atRest').every(({ rule }) => rule.includes('`encrypted-as-declared`'))).toBe(true);
  });

  it('of a bucket points at the version of TLS and at the key', () => {
    expect(cellsOf('worker → media.writeThumbs').filter((cell) => /tls|Rest/.test(cell))).toEqual([
      'atRest exact aws/kms/Key/made-key policy.Statement[3].Condition.StringEquals["aws:PrincipalArn"]',
      'transport.tls exact aws/s3/BucketPolicy/media policy.Statement[3].Condition.NumericLessThan["s3:TlsVersion"]',
      'atRest exact aws/s3/BucketPolicy/media policy.Statement[5].Condition.StringNotEquals["s3:x-amz-server-side-encryption-aws-kms-key-id"]',
    ]);
  });

  it('points at statements that hold what it speaks of, and names a page', () => {
    const objects = new Map(lowered(whole()).plan.objects.map((object) => [object.id, object]));
    expect(evidence().length).toBeGreaterThan(40);
    for (const { artifact, feature, field, grant, rule } of evidence()) {
      const [, index, element] = /^policy\.Statement\[(\d+)\]\.([A-Za-z]+)/.exec(field) ?? [], statement = objects.get(artifact)?.documents['policy']?.Statement[Number(index)];
      expect([grant, field, statement?.[element as 'Action'] !== undefined]).toEqual([grant, field, true]);
      expect([grant, rule, /\(.+, ".+"/.test(rule) && rule.endsWith(')')]).toEqual([grant, rule, true]);
      if (feature === 'identity.workload' || artifact.includes('/kms/')) expect([grant, JSON.stringify(statement).includes(roleOf(grant.split(' ')[0]!))]).toEqual([grant, true]);
    }
  });

  it('of an index of a table points at the statement on indexes', () => {
    expect(cellsOf('support → carts.queryByCustomer').find((cell) => cell.startsWith('identity'))).toContain('aws/dynamodb/ResourcePolicy/carts');
    const at = evidence().find(({ feature, grant }) => grant === 'support → carts.queryByCustomer' && feature === 'operation.cloud')!;
    const statement = documentOf(whole(), 'ResourcePolicy', 'carts').Statement[Number(/\d+/.exec(at.field)![0])]!;
    expect(statement.Resource).toEqual([`${arns.dynamodb}/index/*`]);
  });
});

it('a table is named by its ARN in every statement, as DynamoDB wants it', () => {
  const api = everything.find(({ name }) => name === 'carts')!;
  for (const { Resource = [] } of documentOf(whole(), 'ResourcePolicy', 'carts').Statement) for (const one of Resource) expect(one.startsWith(isCloudApi(api) ? arnOf(api) : '?')).toBe(true);
});
