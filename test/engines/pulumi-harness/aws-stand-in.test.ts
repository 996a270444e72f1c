import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sameDocument } from '../../../src/pulumi/materialize/read-back-aws.ts';

// The AWS stand-in without an engine: what it takes, what it refuses, and in whose words.
const load = createRequire(import.meta.url);
const { schemaOf } = load('./aws-schema.cjs');
const { documentFaults, printedByAws } = load('./iam-document.cjs');
const { AwsOperations } = load('./aws-operations.cjs');
const { UNKNOWN } = load('./manifest.cjs');

const statement = { Sid: 'A', Effect: 'Allow', Action: ['sqs:SendMessage'], Resource: ['arn:aws:sqs:eu-west-1:111122223333:a'] };
const text = (...statements: readonly object[]): string => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const trust = (principal: object = { Service: ['pods.eks.amazonaws.com'] }): string => text({ Sid: 'A', Effect: 'Allow', Principal: principal, Action: ['sts:AssumeRole', 'sts:TagSession'] });
const queue = 'arn:aws:sqs:eu-west-1:111122223333:a', url = 'https://sqs.eu-west-1.amazonaws.com/111122223333/a', admin = 'arn:aws:iam::111122223333:role/deploy';
const ofQueue = (more: object = {}): object => ({ ...statement, Principal: { AWS: [admin] }, Resource: [queue], ...more });

let directory: string;
let operations: any;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'aws-stand-in-'));
  writeFileSync(join(directory, 'there.json'), JSON.stringify({ arns: [queue, admin], caller: admin }));
  operations = new AwsOperations({ region: 'eu-west-1' }, directory);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const create = (type: string, inputs: object): Promise<any> => operations.create(inputs, { type: `aws:${type}`, preview: false, id: '' });
const failures = async (type: string, inputs: object): Promise<readonly string[]> => (await operations.check(`aws:${type}`, inputs)).failures.map(({ property, reason }: any) => `${property}: ${reason}`);
const role = (name: string, more: object = {}): Promise<any> => create('iam/role:Role', { name, assumeRolePolicy: trust(), ...more });

describe('what the package declares', () => {
  it('is read off its own declarations', () => {
    const { args, outputs } = schemaOf('aws:iam/role:Role');
    expect(Object.entries(args).filter(([, one]: any) => one.required).map(([name]) => name)).toEqual(['assumeRolePolicy']);
    expect([args.path.shape, args.tags.shape, args.managedPolicyArns.shape]).toEqual(['string', { map: 'string' }, { list: 'string' }]);
    expect(outputs).toEqual(expect.arrayContaining(['arn', 'uniqueId', 'assumeRolePolicy']));
    expect(schemaOf('aws:dynamodb/table:Table').args.attributes.shape).toEqual({ list: { record: { name: { required: true, shape: 'string' }, type: { required: true, shape: 'string' } } } });
    expect([schemaOf('aws:iam/rolle:Rolle'), schemaOf('kubernetes:core/v1:Namespace'), schemaOf('aws:../package:Package')]).toEqual([undefined, undefined, undefined]);
  });
  it.each([
    ['iam/role:Role', { name: 'a', assumeRolePolicy: trust() }, []],
    ['iam/role:Role', { name: 'a', assumeRolePolicy: UNKNOWN, path: UNKNOWN }, []],
    ['iam/role:Role', { name: 'a' }, ['assumeRolePolicy: missing required property']],
    ['iam/role:Role', { name: 'a', assumeRolePolicy: trust(), pth: '/' }, ['pth: there is no such property']],
    ['iam/role:Role', { name: 'a', assumeRolePolicy: trust(), maxSessionDuration: '3600' }, ['maxSessionDuration: expected a number, got "3600"']],
    ['iam/role:Role', { name: 'a', assumeRolePolicy: { Version: '2012-10-17' } }, ['assumeRolePolicy: expected a string, got {"Version":"2012-10-17"}']],
    ['iam/role:Role', { name: 'a', assumeRolePolicy: trust(), tags: { team: 1 } }, ['tags: expected a string, got 1']],
    ['iam/role:Role', { assumeRolePolicy: trust() }, ['name: missing: this stand-in invents no names']],
    ['rolesanywhere/profile:Profile', { name: 'a', roleArns: [1] }, ['roleArns: expected a string, got 1']],
    ['dynamodb/table:Table', { name: 'a', attributes: [{ name: 'id' }] }, ['attributes: type: missing required property']],
    ['kms/keyPolicy:KeyPolicy', { keyId: 'arn:aws:kms:eu-west-1:111122223333:key/a', policy: text({ ...statement, Action: ['kms:*'], Resource: ['*'], Principal: '*' }) }, ['keyId: `arn:aws:kms:eu-west-1:111122223333:key/a` is no id of a key']],
    ['iam/group:Group', { name: 'a' }, [': this stand-in keeps no resources of the type `aws:iam/group:Group`']],
  ] as const)('of %s allows or refuses %j', async (type, inputs, expected) => {
    expect(await failures(type, inputs)).toEqual(expected);
  });
});

describe('a policy document', () => {
  it.each([
    ['inline', text(statement), []],
    ['inline', 'Version: 2012', ['it is no JSON']],
    ['inline', '[]', ['it is no object']],
    ['inline', JSON.stringify({ Statement: [statement] }), ['its version is not 2012-10-17']],
    ['inline', JSON.stringify({ Version: '2012-10-17', Statement: [] }), ['it has no statement']],
    ['inline', text({ ...statement, Principal: '*' }), ['statement "A": a policy of an identity names no principal']],
    ['inline', text({ ...statement, NotAction: ['sqs:*'] }), ['statement "A": it has not one of Action and NotAction']],
    ['inline', text({ ...statement, Resource: [] }), ['statement "A": its resources are no texts']],
    ['inline', text({ ...statement, Resource: ['queue'] }), ['statement "A": `queue` is no ARN']],
    ['inline', text({ ...statement, Resource: ['arn:{{settlements}}'] }), ['a hole in it was not filled', 'statement "A": `arn:{{settlements}}` is no ARN']],
    ['inline', text({ ...statement, Action: ['SendMessage'] }), ['statement "A": `SendMessage` is no action']],
    ['inline', text(statement, statement), ['two statements have one Sid']],
    ['inline', text({ ...statement, Sid: 'a b' }), ['statement "a b": its Sid is not letters and digits, or longer than 100']],
    ['inline', text({ ...statement, Efect: 'Allow' }), ['statement "A": there is no element `Efect`']],
    ['inline', text({ ...statement, Condition: { StringEqual: { 'aws:x': 'a' } } }), ['statement "A": there is no operator `StringEqual`']],
    ['inline', text({ ...statement, Condition: { BoolIfExists: { 'aws:SecureTransport': ['true'] }, 'ForAnyValue:StringLike': { 'aws:TagKeys': 'a' } } }), []],
    ['inline', text({ ...statement, Condition: { Bool: { SecureTransport: 'true' } } }), ['statement "A": `SecureTransport` is no condition key']],
    ['trust', trust(), []],
    ['trust', text({ ...statement, Principal: '*' }), ['statement "A": `sqs:SendMessage` is no action of sts', 'statement "A": a trust policy has no resource']],
    ['sqs', text(ofQueue()), []],
    ['sqs', text(statement), ['statement "A": it has not one of Principal and NotPrincipal']],
    ['sqs', text(ofQueue({ Action: ['sns:Publish'] })), ['statement "A": `sns:Publish` is no action of sqs']],
    ['sqs', text(ofQueue({ Principal: { AWS: ['arn:aws:iam::111122223333:role/gone'] } })), ['statement "A": the principal `arn:aws:iam::111122223333:role/gone` does not exist']],
    ['sqs', text(...Array.from({ length: 21 }, (_, index) => ofQueue({ Sid: `A${index}` }))), ['it has 21 statements and may have 20']],
    ['managed', text(...Array.from({ length: 80 }, (_, index) => ({ ...statement, Sid: `A${index}` }))), [expect.stringMatching(/^it has \d+ characters and may have 6144$/)]],
  ] as const)('for %s: %s', (kind, document, expected) => {
    expect(documentFaults(document, kind, (arn: string) => arn === admin)).toEqual(expected);
  });
  it('comes back as AWS prints it, which means the same', () => {
    const sent = { Version: '2012-10-17', Statement: [statement, { ...ofQueue({ Sid: 'B', Effect: 'Deny', Action: ['sqs:B', 'sqs:A'] }), Condition: { Bool: { 'aws:SecureTransport': ['false'] } } }] };
    const answered = printedByAws(JSON.stringify(sent));
    expect(answered).not.toBe(JSON.stringify(sent));
    expect(sameDocument(sent as never, answered)).toBe(true);
  });
});

describe('the account', () => {
  it('takes a name once, and lets nothing be without what it names', async () => {
    await expect(create('iam/rolePolicy:RolePolicy', { name: 'grants', role: 'a', policy: text(statement) })).rejects.toThrow('NoSuchEntity: The role with name a cannot be found.');
    await role('a');
    await expect(role('a')).rejects.toThrow('EntityAlreadyExists');
    await expect(role('a'.repeat(65))).rejects.toThrow('is no name of a role');
    await expect(role('b', { permissionsBoundary: 'arn:aws:iam::111122223333:policy/none' })).rejects.toThrow('NoSuchEntity');
    const policy = await create('iam/policy:Policy', { name: 'p', policy: text(statement) });
    const attachment = await create('iam/rolePolicyAttachment:RolePolicyAttachment', { role: 'a', policyArn: policy.outputs.arn });
    await expect(operations.delete(policy.outputs, { id: policy.id, type: 'aws:iam/policy:Policy' })).rejects.toThrow('DeleteConflict');
    await expect(operations.delete({}, { id: 'a', type: 'aws:iam/role:Role' })).rejects.toThrow('DeleteConflict');
    await operations.delete({}, { id: attachment.id, type: 'aws:iam/rolePolicyAttachment:RolePolicyAttachment' });
    await operations.delete({}, { id: 'a', type: 'aws:iam/role:Role' });
  });
  it('hands a role to a ServiceAccount once, and only one that trusts who hands it out', async () => {
    const association = { clusterName: 'c', namespace: 'n', serviceAccount: 's', roleArn: 'arn:aws:iam::111122223333:role/a' };
    await expect(create('eks/podIdentityAssociation:PodIdentityAssociation', association)).rejects.toThrow('does not exist');
    await role('a', { assumeRolePolicy: trust({ AWS: [admin] }) });
    await expect(create('eks/podIdentityAssociation:PodIdentityAssociation', association)).rejects.toThrow('does not trust');
    await operations.update({}, { name: 'a', assumeRolePolicy: trust() }, { id: 'a', type: 'aws:iam/role:Role', preview: false });
    await create('eks/podIdentityAssociation:PodIdentityAssociation', association);
    await expect(create('eks/podIdentityAssociation:PodIdentityAssociation', association)).rejects.toThrow('ResourceInUseException');
  });
  it('has one policy for a resource, and none for one that is not there', async () => {
    const type = 'sqs/queuePolicy:QueuePolicy', made = await create(type, { queueUrl: url, policy: text(ofQueue()) });
    await expect(create(type, { queueUrl: `${url}b`, policy: text(ofQueue()) })).rejects.toThrow('does not exist');
    await expect(create(type, { queueUrl: url, policy: text(ofQueue({ Principal: { AWS: ['arn:aws:iam::111122223333:role/gone'] } })) })).rejects.toThrow('MalformedPolicyDocument');
    await create(type, { queueUrl: url, policy: text(ofQueue({ Sid: 'B' })) });
    await operations.delete({}, { id: made.id, type: `aws:${type}` }); // and with it the second one: a queue has one
    expect(await operations.read(`aws:${type}`, made.id, {}, {})).toBeUndefined();
  });
  it('deletes no key at once, leaves none without a policy, and lets nobody lock themselves out', async () => {
    const administered = text({ Sid: 'A', Effect: 'Allow', Principal: { AWS: [admin] }, Action: ['kms:PutKeyPolicy'], Resource: ['*'] });
    await expect(create('kms/key:Key', { policy: text({ Sid: 'A', Effect: 'Deny', Principal: '*', Action: ['kms:*'], Resource: ['*'] }) })).rejects.toThrow('will not allow you to update the key policy');
    await expect(create('kms/key:Key', { rotationPeriodInDays: 30, enableKeyRotation: true })).rejects.toThrow('between 90 and 2560');
    const key = await create('kms/key:Key', { policy: administered });
    const policy = await create('kms/keyPolicy:KeyPolicy', { keyId: key.id, policy: administered });
    await operations.delete({}, { id: policy.id, type: 'aws:kms/keyPolicy:KeyPolicy' });
    expect(operations.world.get('resource-policy', key.outputs.arn).policy).toBe('default');
    await operations.delete(key.outputs, { id: key.id, type: 'aws:kms/key:Key' });
    expect(operations.world.get('pending-deletion', key.id)).toMatchObject({ days: 30 });
  });
  it('goes on writing to the key before, as the provider does, when a policy is told of another', async () => {
    const [one, other] = [await create('kms/key:Key', {}), await create('kms/key:Key', {})];
    const text2 = text({ Sid: 'A', Effect: 'Allow', Principal: { AWS: [admin] }, Action: ['kms:PutKeyPolicy'], Resource: ['*'] });
    const made = await create('kms/keyPolicy:KeyPolicy', { keyId: one.id, policy: text2 });
    const changed = await operations.update({ ...made.outputs, target: one.outputs.arn }, { keyId: other.id, policy: text2 }, { id: made.id, type: 'aws:kms/keyPolicy:KeyPolicy', preview: false });
    expect([changed.id, operations.world.get('resource-policy', other.outputs.arn).policy]).toEqual([one.id, 'default']);
  });
  it('asks for another resource where the provider does', () => {
    const changes = (type: string, before: object, after: object) => { const { changes: all, deleteBeforeReplace } = operations.diff(before, {}, after, { type: `aws:${type}` }); return [all.map(({ path, replace }: any) => `${path} ${replace}`), deleteBeforeReplace]; };
    expect(changes('iam/role:Role', { name: 'a', path: '/' }, { name: 'a', path: '/teams/' })).toEqual([['path true'], true]);
    expect(changes('iam/role:Role', { name: 'a', path: '/' }, { name: 'b', path: '/' })).toEqual([['name true'], false]);
    expect(changes('iam/rolePolicy:RolePolicy', { name: 'a', policy: '1' }, { name: 'a', policy: '2' })).toEqual([['policy false'], false]);
    expect(changes('kms/keyPolicy:KeyPolicy', { keyId: 'a' }, { keyId: 'b' })).toEqual([['keyId false'], false]);
  });
});
