import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as pulumi from '@pulumi/pulumi';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { holeToken, madeToken, type Hole, type Platform, type Policy } from '#ir';
import type { AwsArtifact, PolicyDocument } from '../../src/targets/index.ts';
import { holeValues } from '../../src/pulumi/hole-values.ts';
import { awsName, modulesOf } from '../../src/pulumi/materialize/aws.ts';
import { loadAws, withoutPackage } from '../../src/pulumi/materialize/aws-modules.ts';
import { materialize, type Values } from '../../src/pulumi/materialize/materialize.ts';
import { readBackAws, sameDocument } from '../../src/pulumi/materialize/read-back-aws.ts';
import { withoutResource } from '../../src/pulumi/materialize/without-resource.ts';

interface Registered { readonly type: string; readonly name: string; readonly inputs: Readonly<Record<string, unknown>> }
const registered: Registered[] = [];
const mocked = (preview = false) => pulumi.runtime.setMocks({
  newResource: ({ type, name, inputs }) => { registered.push({ type, name, inputs: inputs as never }); return { id: `${name}-id`, state: { ...inputs as object, arn: `arn:aws:kms:eu-west-1:111122223333:key/${name.split('/').at(-1)}` } }; },
  call: () => ({}),
}, 'countersign', 'shop', preview);
beforeEach(async () => { registered.length = 0; await mocked(); });
afterEach(() => pulumi.runtime.disconnect());
const value = <T>(output: pulumi.Output<T>): Promise<T> => new Promise((resolve) => { output.apply(resolve); });

const document = (...resources: readonly string[]): PolicyDocument => ({ Version: '2012-10-17', Statement: [{ Sid: 'A', Effect: 'Allow', Action: ['sqs:SendMessage'], Resource: resources }] });
const artifact = (type: string, id: string, stage: number, properties: AwsArtifact['properties'], documents: AwsArtifact['documents'] = {}): AwsArtifact => ({ kind: 'aws', id, stage, type, properties, documents, grants: [] });
const aws = { accountId: '111122223333', region: 'eu-west-1' };
async function made(artifacts: readonly AwsArtifact[], values?: Values): Promise<readonly Registered[]> {
  registered.length = 0;
  await value(materialize('shop', artifacts, { parent: new pulumi.ComponentResource('test:index:Artifacts', 'shop'), objections: [], refuse: (found) => expect(found.filter(({ code }) => code !== 'CS5050')).toEqual([]), aws, ...(values === undefined ? {} : { values }) }).applied);
  return registered.filter(({ type }) => type.startsWith('aws:'));
}

/** One of every type that is made, with the name of its resource. */
const one: readonly (readonly [AwsArtifact, string])[] = [
  [artifact('dynamodb/resourcePolicy:ResourcePolicy', 'aws/dynamodb/ResourcePolicy/carts', 0, { resourceArn: 'arn:aws:dynamodb:eu-west-1:111122223333:table/carts' }, { policy: document('*') }), 'shop/resourcepolicy/arn:aws:dynamodb:eu-west-1:111122223333:table/carts'],
  [artifact('eks/podIdentityAssociation:PodIdentityAssociation', 'aws/eks/PodIdentityAssociation/a', 0, { clusterName: 'c', namespace: 'n', serviceAccount: 's', roleArn: 'arn:aws:iam::111122223333:role/a' }), 'shop/podidentityassociation/n/s'],
  [artifact('iam/policy:Policy', 'aws/iam/Policy/a', 0, { name: 'a', path: '/' }, { policy: document('*') }), 'shop/policy/a'],
  [artifact('iam/role:Role', 'aws/iam/Role/a', 0, { name: 'a' }, { assumeRolePolicy: document('*') }), 'shop/role/a'],
  [artifact('iam/rolePolicy:RolePolicy', 'aws/iam/RolePolicy/a/grants', 0, { name: 'grants', role: 'a' }, { policy: document('*') }), 'shop/rolepolicy/a/grants'],
  [artifact('iam/rolePolicyAttachment:RolePolicyAttachment', 'aws/iam/RolePolicyAttachment/a/b', 0, { role: 'a', policyArn: 'arn:aws:iam::111122223333:policy/b' }), 'shop/rolepolicyattachment/a/b'],
  [artifact('kms/alias:Alias', 'aws/kms/Alias/k', 0, { name: 'alias/k', targetKeyId: 'arn:aws:kms:eu-west-1:111122223333:key/1' }), 'shop/alias/k'],
  [artifact('kms/key:Key', 'aws/kms/Key/k', 0, { description: 'k', enableKeyRotation: true }, { policy: document('*') }), 'shop/key/k'],
  [artifact('kms/keyPolicy:KeyPolicy', 'aws/kms/KeyPolicy/k', 0, { keyId: 'arn:aws:kms:eu-west-1:111122223333:key/1' }, { policy: document('*') }), 'shop/keypolicy/arn:aws:kms:eu-west-1:111122223333:key/1'],
  [artifact('rolesanywhere/profile:Profile', 'aws/rolesanywhere/Profile/a', 0, { name: 'a', roleArns: ['arn:aws:iam::111122223333:role/a'], enabled: true }), 'shop/profile/a'],
  [artifact('s3/bucketPolicy:BucketPolicy', 'aws/s3/BucketPolicy/media', 0, { bucket: 'retail-media' }, { policy: document('*') }), 'shop/bucketpolicy/retail-media'],
  [artifact('secretsmanager/secretPolicy:SecretPolicy', 'aws/secretsmanager/SecretPolicy/s', 0, { secretArn: holeToken('stripe') }, { policy: document('*') }), 'shop/secretpolicy/stripe'],
  [artifact('sns/topicPolicy:TopicPolicy', 'aws/sns/TopicPolicy/t', 0, { arn: 'arn:aws:sns:eu-west-1:111122223333:t' }, { policy: document('*') }), 'shop/topicpolicy/arn:aws:sns:eu-west-1:111122223333:t'],
  [artifact('sqs/queuePolicy:QueuePolicy', 'aws/sqs/QueuePolicy/settlements', 0, { queueUrl: holeToken('orders', 'queueUrl') }, { policy: document('*') }), 'shop/queuepolicy/orders'],
];
/** What is filled, and keys as the provider names them. */
const asAnswered: Readonly<Record<string, object>> = {
  'kms/alias:Alias': { targetKeyId: '1' }, 'kms/keyPolicy:KeyPolicy': { keyId: '1' },
  'secretsmanager/secretPolicy:SecretPolicy': { secretArn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:stripe-AbCdEf' },
  'sqs/queuePolicy:QueuePolicy': { queueUrl: 'https://sqs.eu-west-1.amazonaws.com/111122223333/orders' },
};
const key = (name: string, stage = 0): AwsArtifact => ({ ...artifact('kms/key:Key', `aws/kms/Key/${name}`, stage, { description: name }, { policy: document('*') }), makes: name });
const given = (filling: Readonly<Record<string, pulumi.Input<string>>>): Values => ({ filling: new Map(Object.entries(filling)), objections: [] });
const filledBy = given({ orders: 'arn:aws:sqs:eu-west-1:111122223333:orders', stripe: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:stripe-AbCdEf' });

describe('an artefact of AWS becomes a resource', () => {
  it.each(one.map(([of, name]) => [of.type, of, name] as const))('%s: of exactly that type, in the platform\'s region, with its documents as text', async (type, of, name) => {
    const [found] = await made([of], filledBy);
    expect([found!.type, found!.name]).toEqual([`aws:${type}`, name]);
    expect(found!.inputs).toEqual({
      ...of.properties, ...Object.fromEntries(Object.entries(of.documents).map(([property, sent]) => [property, JSON.stringify(sent)])),
      ...(/^(iam|rolesanywhere)/.test(type) ? {} : { region: 'eu-west-1' }), ...asAnswered[type],
    });
  });
  it('but for types that nobody emits, which are refused before anything is', () => {
    const strange = ['iam/group:Group', 'iam/group:Group', '__proto__', 'toString'].map((type, index) => artifact(type, `aws/x/${index}`, 0, {}));
    expect(withoutResource(strange).map(({ code, message }) => `${code} ${message}`).sort()).toEqual([
      'CS5030 a target emitted `aws/x/0`, and no Pulumi resource is known for the kind `iam/group:Group`',
      'CS5030 a target emitted `aws/x/2`, and no Pulumi resource is known for the kind `__proto__`',
      'CS5030 a target emitted `aws/x/3`, and no Pulumi resource is known for the kind `toString`',
    ]);
    expect(withoutResource(one.map(([of]) => of))).toEqual([]);
  });
  it('has the same name whatever it holds, and whatever the value of a hole is', () => {
    const before = artifact('sqs/queuePolicy:QueuePolicy', 'aws/sqs/QueuePolicy/a', 0, { queueUrl: holeToken('orders', 'queueUrl') }, { policy: document('a') });
    expect(awsName('shop', { ...before, id: 'aws/sqs/QueuePolicy/renamed', documents: { policy: document('b') }, stage: 3 })).toBe(awsName('shop', before));
  });
});

describe('tokens', () => {
  it('are filled in each document by the values that it has holes for, and by the keys that are made', async () => {
    const found = await made([
      key('k'),
      artifact('iam/policy:Policy', 'aws/iam/Policy/a', 0, { name: 'a' }, { policy: document(holeToken('orders'), `${holeToken('media')}/*`) }),
      artifact('iam/policy:Policy', 'aws/iam/Policy/b', 0, { name: 'b', description: 'none' }, { policy: document(madeToken('k')) }),
      artifact('kms/alias:Alias', 'aws/kms/Alias/k', 0, { name: 'alias/k', targetKeyId: madeToken('k') }),
    ], given({ orders: pulumi.output('arn:aws:sqs:eu-west-1:111122223333:orders'), media: Promise.resolve('arn:aws:s3:::media') }));
    const of = (name: string) => found.find((each) => each.name === name)!.inputs;
    expect(of('shop/policy/a')['policy']).toBe(JSON.stringify(document('arn:aws:sqs:eu-west-1:111122223333:orders', 'arn:aws:s3:::media/*')));
    expect(of('shop/policy/b')['policy']).toBe(JSON.stringify(document('arn:aws:kms:eu-west-1:111122223333:key/k')));
    expect(of('shop/alias/k')['targetKeyId']).toBe('k');
  });
  it('wait for nothing where there are none', async () => {
    await mocked(true);
    const never = pulumi.output(new Promise<string>(() => {}));
    registered.length = 0;
    materialize('shop', [artifact('iam/policy:Policy', 'aws/iam/Policy/a', 0, { name: 'a' }, { policy: document('*') })], { parent: new pulumi.ComponentResource('test:index:Artifacts', 'shop'), objections: [], refuse: () => {}, aws, values: given({ orders: never }) });
    for (let turn = 0; turn < 100 && !registered.some(({ type }) => type === 'aws:iam/policy:Policy'); turn += 1) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(registered.find(({ type }) => type === 'aws:iam/policy:Policy')?.inputs['policy']).toBe(JSON.stringify(document('*')));
  });
  it('of a hole that nothing fills are a mistake of ours, and said to be', () => {
    expect(() => materialize('shop', [artifact('iam/policy:Policy', 'aws/iam/Policy/a', 0, { name: holeToken('nobody') })], { parent: new pulumi.ComponentResource('test:index:Artifacts', 'shop'), objections: [], refuse: () => {}, aws })).toThrow('nothing fills nobody');
  });
  it('of a key come from it, before the values that are made with it', async () => {
    const order: string[] = [];
    const found = await made([artifact('iam/policy:Policy', 'aws/iam/Policy/a', 0, { name: 'a' }, { policy: document(holeToken('orders')) }), key('k')], (keys) => {
      order.push([...keys.keys()].join());
      return { filling: new Map([['orders', keys.get('k')!.apply((arn) => `${arn}/of-a-queue`)]]), objections: [] };
    });
    expect([order, found.map(({ name }) => name)]).toEqual([['k'], ['shop/key/k', 'shop/policy/a']]);
    expect(found[1]!.inputs['policy']).toBe(JSON.stringify(document('arn:aws:kms:eu-west-1:111122223333:key/k/of-a-queue')));
    expect(registered.filter(({ type }) => type === 'countersign:index:Stage').map(({ name }) => name.replace(/-[0-9a-f]{8}$/, ''))).toEqual(['shop/keys', 'shop/stage-0']);
  });
});

describe('values', () => {
  const holes: readonly Hole[] = ['orders', 'settlements'].map((name) => ({ name, kind: 'arn', service: 'sqs', maxLength: 2048 }));
  const context = { policy: { holes, apis: [] } as unknown as Policy, platform: { aws: { ...aws, otherAccounts: [] } } as unknown as Platform };
  const arn = (name: string): string => `arn:aws:sqs:eu-west-1:111122223333:${name}`;
  const refusing = (values: unknown): readonly string[] => { const found: string[] = []; try { holeValues(values, context, (all, outcome) => { if (all.length > 0) { found.push(...all.map(({ code }) => code), outcome); throw new Error('refused'); } }); } catch (fault) { expect((fault as Error).message).toBe('refused'); } return found; };
  it.each([
    [{ orders: arn('a'), settlements: arn('b') }, []],
    [undefined, ['CS5040', 'CS5040', 'Nothing was registered.']],
    [{ orders: arn('a') }, ['CS5040', 'Nothing was registered.']],
    [{ orders: arn('a'), settlements: undefined }, ['CS5040', 'Nothing was registered.']],
    [{ orders: arn('a'), settlements: null }, ['CS5042', 'Nothing was registered.']],
    [{ orders: arn('a'), settlements: arn('b'), more: arn('c') }, ['CS5041', 'Nothing was registered.']],
    [{ orders: arn('a'), settlements: arn('a') }, ['CS5048', 'Nothing was registered.']],
    [{ orders: arn('*'), settlements: pulumi.output('later') }, ['CS5044', 'Nothing was registered.']],
    [pulumi.output({ orders: arn('a') }), ['CS5042', 'Nothing was registered.']],
    [[arn('a')], ['CS5042', 'Nothing was registered.']],
    ['orders', ['CS5042', 'Nothing was registered.']],
  ])('that are there are judged at once: %j', (values, expected) => { expect(refusing(values)).toEqual(expected); });
  it('that come later are judged when they come, beside those that are there', async () => {
    const judged = async (values: Readonly<Record<string, pulumi.Input<string>>>) => {
      const found = holeValues(values, context, (all) => { expect(all).toEqual([]); });
      if (typeof found === 'function') throw new Error('a function');
      return (await value(pulumi.all([...found.objections]))).flat().map(({ code, pointer }) => `${code} ${pointer}`);
    };
    expect(await judged({ orders: pulumi.output(arn('a')), settlements: arn('b') })).toEqual([]);
    expect(await judged({ orders: pulumi.output(arn('*')), settlements: arn('b') })).toEqual(['CS5044 /holes/0']);
    expect(await judged({ orders: pulumi.output(arn('a')), settlements: arn('a') })).toEqual(['CS5048 /holes/1']);
    expect(await judged({ orders: Promise.resolve(arn('a')), settlements: pulumi.output(arn('a')) })).toEqual(['CS5048 /holes/1']);
    expect(await judged({ orders: pulumi.output(undefined as never), settlements: arn('b') })).toEqual(['CS5042 /holes/0']);
    expect(await judged({ orders: pulumi.secret(arn('a')), settlements: arn('b') })).toEqual([]);
  });
  it('are no keys that the policy makes under another name', async () => {
    const keyArn = (name: string): string => `arn:aws:kms:eu-west-1:111122223333:key/${name}`;
    const keys = new Map(['refunds-key', 'carts-key'].map((name) => [name, pulumi.output(keyArn(name))]));
    const policy = { holes: [{ name: 'orders-key', kind: 'arn', service: 'kms', maxLength: 2048 }], apis: [...keys.keys()].map((name) => ({ name, servedBy: { kind: 'cloud', service: 'kms', owned: true } })) } as unknown as Policy;
    const judged = async (of: (made: (api: string) => pulumi.Output<string>) => pulumi.Input<string>) => {
      const found = holeValues((made: (api: string) => pulumi.Output<string>) => ({ 'orders-key': of(made) }), { ...context, policy }, (all) => { expect(all).toEqual([]); });
      if (typeof found !== 'function') throw new Error('no function');
      return (await value(pulumi.all([...found(keys).objections]))).flat().map(({ code, pointer, related }) => [code, pointer, ...(related ?? []).map((one) => one.pointer)].join(' '));
    };
    expect(await judged((made) => made('carts-key'))).toEqual(['CS5048 /holes/0 /apis/1']);
    expect(await judged(() => keyArn('refunds-key'))).toEqual(['CS5048 /holes/0 /apis/0']);
    expect(await judged(() => pulumi.output(keyArn('there-already')))).toEqual([]);
  });
});

describe('what AWS answered', () => {
  const sent: PolicyDocument = { Version: '2012-10-17', Statement: [
    { Sid: 'A', Effect: 'Allow', Principal: { AWS: ['arn:aws:iam::111122223333:root'] }, Action: ['kms:Decrypt', 'kms:Encrypt'], Resource: ['*'], Condition: { StringEquals: { 'kms:ViaService': ['sqs.eu-west-1.amazonaws.com'] } } },
    { Sid: 'B', Effect: 'Deny', Principal: '*', Action: ['kms:*'], Resource: ['*'], Condition: { Bool: { 'aws:SecureTransport': ['false'] } } },
  ] };
  const [allow, deny] = sent.Statement as unknown as [Record<string, unknown>, Record<string, unknown>];
  const of = (...statements: readonly object[]): string => JSON.stringify({ Version: '2012-10-17', Id: 'x', Statement: statements });
  it.each([
    ['the same', of(allow, deny), true],
    ['in another order, and with texts for lists of one', of({ ...deny, Action: 'kms:*', Principal: { AWS: '*' }, Condition: { Bool: { 'aws:securetransport': 'false' } } }, { ...allow, Action: ['kms:Encrypt', 'kms:Decrypt'], Resource: '*', Principal: { AWS: '111122223333' } }), true],
    ['with another case of actions and other names of statements', of({ ...allow, Action: ['KMS:decrypt', 'kms:Encrypt'] }, { ...deny, Sid: 'C' }), true],
    ['with booleans for texts', of(allow, { ...deny, Condition: { Bool: { 'aws:SecureTransport': false } } }), true],
    ['without a statement', of(allow), false],
    ['with one more', of(allow, deny, { ...allow, Sid: 'C', Principal: '*' }), false],
    ['without a condition', of({ ...allow, Condition: undefined }, deny), false],
    ['with another effect', of(allow, { ...deny, Effect: 'Allow' }), false],
    ['with one value more', of({ ...allow, Condition: { StringEquals: { 'kms:ViaService': ['sqs.eu-west-1.amazonaws.com', 's3.eu-west-1.amazonaws.com'] } } }, deny), false],
    ['with a role that is gone', of({ ...allow, Principal: { AWS: 'AROAXYZ' } }, deny), false],
    ['with everything but the action', of({ ...allow, Action: undefined, NotAction: ['kms:Decrypt', 'kms:Encrypt'] }, deny), false],
    ['with an element that nobody knows', of({ ...allow, Twist: 1 }, deny), false],
    ['of an older version', of(allow, deny).replace('2012-10-17', '2008-10-17'), false],
    ['no JSON', 'gone', false],
    ['nothing', undefined, false],
  ])('%s: is compared by what it means', (_what, answered, same) => { expect(sameDocument(sent, answered)).toBe(same); });

  const role = artifact('iam/role:Role', 'aws/iam/Role/a', 1, { name: 'a', permissionsBoundary: 'arn:aws:iam::111122223333:policy/a-boundary' }, { assumeRolePolicy: document('*') });
  const profile = artifact('rolesanywhere/profile:Profile', 'aws/rolesanywhere/Profile/a', 2, { name: 'a', roleArns: ['b', 'a'] });
  const good = { name: 'a', permissionsBoundary: 'arn:aws:iam::111122223333:policy/a-boundary', assumeRolePolicy: JSON.stringify(document('*')), arn: 'arn:aws:iam::111122223333:role/a' };
  it.each([
    ['all of it', role, { ...good, tags: {} }, undefined],
    ['no boundary', role, { ...good, permissionsBoundary: undefined }, '`permissionsBoundary` is missing there or differs'],
    ['another boundary', role, { ...good, permissionsBoundary: 'arn:aws:iam::aws:policy/AdministratorAccess' }, '`permissionsBoundary` is missing there or differs'],
    ['another document', role, { ...good, assumeRolePolicy: JSON.stringify(document('x')) }, '`assumeRolePolicy` is missing there or differs'],
    ['a role of another account', role, { ...good, arn: 'arn:aws:iam::444455556666:role/a' }, '`arn` is `arn:aws:iam::444455556666:role/a`, which is not of the account `111122223333`'],
    ['a list in another order', profile, { name: 'a', roleArns: ['a', 'b'] }, undefined],
    ['a list with one more', profile, { name: 'a', roleArns: ['a', 'b', 'c'] }, '`roleArns` is missing there or differs'],
  ])('%s: is what was proved, or said not to be', async (_what, of2, answered, difference) => {
    const outputs = Object.fromEntries(Object.entries(answered).map(([name, text]) => [name, pulumi.output(text)]));
    expect((await value(readBackAws(of2, outputs as never, new Map(), '111122223333'))).map(({ code, message }) => `${code} ${message.slice(message.indexOf(': ') + 2)}`)).toEqual(difference === undefined ? [] : [`CS5050 ${difference}`]);
  });
});

describe('the package @pulumi/aws', () => {
  it('is asked for the parts that artefacts need, and found missing in words', () => {
    expect([...modulesOf(one.map(([of]) => of))].sort()).toEqual(['dynamodb', 'eks', 'iam', 'kms', 'rolesanywhere', 's3', 'secretsmanager', 'sns', 'sqs']);
    expect(withoutPackage(['iam'], loadAws)).toEqual([]);
    const missing = (name: string) => () => { throw Object.assign(new Error(`Cannot find module '${name}'`), { code: 'MODULE_NOT_FOUND' }); };
    expect(withoutPackage(['iam'], missing('@pulumi/aws/iam/index.js') as never).map(({ code, message }) => `${code} ${message}`)).toEqual(['CS5051 the policy needs resources of AWS, and the package `@pulumi/aws` is not installed']);
    expect(() => withoutPackage(['iam'], missing('mime') as never)).toThrow('mime');
    expect(withoutPackage([], missing('@pulumi/aws') as never)).toEqual([]);
  });
  it('is not loaded by a program whose policy has nothing of AWS, and a program whose policy has needs it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'without-aws-'));
    try {
      const shop = join(import.meta.dirname, 'fixtures');
      // Node resolves nothing of the package, as where it was never installed.
      writeFileSync(join(folder, 'without.cjs'), "const m = require('node:module'), r = m._resolveFilename; m._resolveFilename = function (name, ...rest) { if (name.startsWith('@pulumi/aws')) { const e = new Error(`Cannot find module '${name}'`); e.code = 'MODULE_NOT_FOUND'; throw e; } return r.call(this, name, ...rest); };");
      writeFileSync(join(folder, 'run.mts'), `
        import * as pulumi from ${JSON.stringify(join(import.meta.dirname, '../../node_modules/@pulumi/pulumi/index.js'))};
        import { Countersign } from ${JSON.stringify(join(import.meta.dirname, '../../src/pulumi/index.ts'))};
        import { shopPlatform, shopPolicy } from ${JSON.stringify(join(shop, 'shop/shop.ts'))};
        import { cloudPlatform, cloudPolicy } from ${JSON.stringify(join(shop, 'cloud/cloud.ts'))};
        await pulumi.runtime.setMocks({ newResource: ({ name, inputs }) => ({ id: name, state: inputs }), call: () => ({}) }, 'countersign', 'shop');
        new Countersign('shop', { policy: shopPolicy('plain'), platform: shopPlatform('plain'), asOf: '2026-12-01' });
        const arns = { settlements: 'arn:aws:sqs:eu-west-1:111122223333:settlements', stripe: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:stripe-AbCdEf' };
        try { new Countersign('cloud', { policy: cloudPolicy('plain'), platform: cloudPlatform(), asOf: '2026-12-01', values: arns }); } catch (fault) { console.log(fault.message); }
      `);
      const said = execFileSync(process.execPath, ['--require', join(folder, 'without.cjs'), '--conditions=countersign-source', '--import', 'tsx', join(folder, 'run.mts')], { encoding: 'utf8', cwd: join(import.meta.dirname, '../..') });
      expect(said).toMatch(/^\s*error\[CS5051\]: the policy needs resources of AWS, and the package `@pulumi\/aws` is not installed[^]*1 error\. Nothing was registered\..*$/s);
    } finally { rmSync(folder, { recursive: true, force: true }); }
  });
});
