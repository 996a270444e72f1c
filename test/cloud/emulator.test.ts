import { CreatePodIdentityAssociationCommand } from '@aws-sdk/client-eks';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { AwsArtifact, PolicyDocument } from '#targets/target';
import { describeWithEngines } from '../engines/engine.ts';
import { applyAll, differences, notInTheEmulator, removeAll } from '../engines/moto/apply.ts';
import { clientsOf, type Clients } from '../engines/moto/clients.ts';
import { startEmulator, type Emulator } from '../engines/moto/emulator.ts';
import { kinds } from '../engines/moto/kinds.ts';
import { makeResources } from '../engines/moto/resources.ts';
import { account, everyResource, everyType } from './every-type.ts';

const badly = (type: string, document: string, change: (policy: PolicyDocument) => unknown): readonly AwsArtifact[] =>
  everyType.map((one) => (one.type === type ? { ...one, documents: { ...one.documents, [document]: change(one.documents[document]!) as PolicyDocument } } : one));

describeWithEngines(['moto'], 'an emulator of AWS', () => {
  let emulator: Emulator, clients: Clients;
  beforeAll(async () => {
    emulator = await startEmulator();
    clients = clientsOf(emulator.endpoint, account);
  });
  beforeEach(() => emulator.reset());
  afterAll(() => emulator?.stop());

  it('takes an artefact of every type, has it as it was sent, and is left with nothing', async () => {
    const applied = await applyAll(everyType, await makeResources(everyResource, account, clients), clients);
    expect(applied.map(({ artifact }) => artifact.type).toSorted()).toEqual(everyType.map(({ type }) => type).filter((type) => !Object.hasOwn(notInTheEmulator, type)).toSorted());
    expect(await differences(applied, clients)).toEqual([]);
    expect(await removeAll(applied, clients)).toEqual([]);
  });

  it('has every type that the target makes, or is said not to', () => {
    expect(new Set([...Object.keys(kinds), ...Object.keys(notInTheEmulator)])).toEqual(new Set(everyType.map(({ type }) => type)));
  });

  it('has really none of the types that are said to be missing', async () => {
    const association = { clusterName: 'shop', namespace: 'shop', serviceAccount: 'orders', roleArn: 'arn:aws:iam::111122223333:role/shop/shop-orders' };
    const missing: Record<keyof typeof notInTheEmulator, boolean> = {
      'eks/podIdentityAssociation:PodIdentityAssociation': await clients.eks.send(new CreatePodIdentityAssociationCommand(association)).then(() => false, (error: { $metadata?: { httpStatusCode?: number } }) => [404, 405, 501].includes(error.$metadata?.httpStatusCode ?? 0)),
      'rolesanywhere/profile:Profile': !emulator.services.some((service) => service.replaceAll('-', '') === 'rolesanywhere'),
    };
    expect(missing).toEqual(Object.fromEntries(Object.keys(notInTheEmulator).map((type) => [type, true])));
  });

  it.each([
    ['a statement without an action', 'iam/policy:Policy', 'policy', ({ Statement: [first] }: PolicyDocument) => ({ Version: '2012-10-17', Statement: [{ ...first, Action: undefined }] })],
    ['two statements of one name', 'iam/rolePolicy:RolePolicy', 'policy', ({ Version, Statement }: PolicyDocument) => ({ Version, Statement: [...Statement, ...Statement] })],
    ['an effect that IAM has not', 'iam/policy:Policy', 'policy', ({ Version, Statement: [first] }: PolicyDocument) => ({ Version, Statement: [{ ...first, Effect: 'Permit' }] })],
    ['a resource in a trust policy', 'iam/role:Role', 'assumeRolePolicy', ({ Version, Statement: [first] }: PolicyDocument) => ({ Version, Statement: [{ ...first, Resource: ['*'] }] })],
    ['an operator that IAM has not', 'iam/role:Role', 'assumeRolePolicy', ({ Version, Statement: [first] }: PolicyDocument) => ({ Version, Statement: [{ ...first, Condition: { StringIs: { 'aws:userid': ['x'] } } }] })],
  ])('turns down %s', async (_what, type, document, change) => {
    const resources = await makeResources(everyResource, account, clients);
    await expect(applyAll(badly(type, document, change), resources, clients)).rejects.toThrow(/is turned down: MalformedPolicyDocument/);
  });

  it('takes no attachment before its role; a token that nothing fills, an input and a type that nothing is known of are errors', async () => {
    const resources = await makeResources(everyResource, account, clients);
    const attachedFirst = everyType.map((one) => (one.type === 'iam/rolePolicyAttachment:RolePolicyAttachment' ? { ...one, stage: 0 } : one));
    await expect(applyAll(attachedFirst, resources, clients)).rejects.toThrow(/RolePolicyAttachment\/shop-orders-1 is turned down/);
    await emulator.reset();
    await expect(applyAll(everyType, { values: new Map(), renamed: new Map() }, clients)).rejects.toThrow(/nothing fills/);
    const ofQueue = (changed: Partial<AwsArtifact>): readonly AwsArtifact[] => everyType.filter(({ type }) => type === 'sqs/queuePolicy:QueuePolicy').map((one) => ({ ...one, ...changed }));
    await expect(applyAll(ofQueue({ properties: { queueUrl: 'https://sqs.eu-west-1.amazonaws.com/111122223333/orders', visibility: 30 } }), resources, clients)).rejects.toThrow(/nothing is known of visibility of sqs\/queuePolicy/);
    await expect(applyAll(ofQueue({ type: 'sqs/queue:Queue' }), resources, clients)).rejects.toThrow(/nothing is known of sqs\/queue:Queue/);
  });

  it('is asked again for what was sent: a document that was changed behind our back shows', async () => {
    const applied = await applyAll(everyType, await makeResources(everyResource, account, clients), clients);
    const changed = applied.map((one) => (one.artifact.type === 'sqs/queuePolicy:QueuePolicy' ? { ...one, sent: { ...one.sent, policy: '{"Version":"2012-10-17","Statement":[]}' } } : one));
    expect(await differences(changed, clients)).toEqual([expect.stringMatching(/^aws\/sqs\/QueuePolicy\/orders: policy is /)]);
    await removeAll(applied.filter(({ artifact }) => artifact.type === 'iam/rolePolicy:RolePolicy'), clients);
    expect(await differences(applied, clients)).toEqual(['aws/iam/RolePolicy/shop-orders/never is not there']);
  });
});
