import { describe, expect, it } from 'vitest';
import { cloudServiceFacts, type Api } from '#ir';
import { arns, breakGlass, deployer, documentOf, estate, resource, roleOf } from './estate.ts';
import { answer } from './simulate.ts';

const kinds = { dynamodb: 'ResourcePolicy', kms: 'KeyPolicy', s3: 'BucketPolicy', secretsmanager: 'SecretPolicy', sns: 'TopicPolicy', sqs: 'QueuePolicy' } as const;
type Service = keyof typeof kinds;
const services = Object.keys(kinds) as Service[];
const offers: Readonly<Record<Service, Readonly<Record<string, readonly string[]>>>> = {
  dynamodb: { get: ['a'], query: ['a', 'b'], queryOther: ['b'] }, kms: { decrypt: ['a'], encrypt: ['b'] }, s3: { readOther: ['a'], write: ['b'] }, secretsmanager: { read: ['a'], write: ['b'] }, sns: { publish: ['a'], subscribe: ['b'] }, sqs: { send: ['a'], receive: ['b'] },
};
/** With two callers and, where it stores something, a key; and with neither. */
const offered = (service: Service): readonly Api[] => (service === 'kms'
  ? [resource('it', { service, arn: arns.kms }, offers.kms)]
  : [resource('it', { service, arn: arns[service], encryptedBy: 'k' }, offers[service], { Other: 'other' }), resource('k', { service: 'kms', arn: arns.kms }, {})]);
const documents = (service: Service) => [documentOf(estate(offered(service)), kinds[service], 'it'), documentOf(estate([resource('it', { service, arn: arns[service] }, {})]), kinds[service], 'it')];

describe.each(services)('whoever looks after %s', (service) => {
  const asked = { resource: arns[service], identity: 'none' } as const, { management } = cloudServiceFacts[service];

  it('is let in by the document itself, with no other policy: the deployer and the break-glass principal, whose session shows no second factor', async () => {
    for (const document of documents(service)) {
      for (const action of management) {
        expect([action, await answer(document, { ...asked, principal: deployer, action })]).toEqual([action, 'allow']);
        // of a role's session the key is absent, or false (IAM, "Secure API access with MFA")
        expect([action, await answer(document, { ...asked, principal: breakGlass, action })]).toEqual([action, 'allow']);
        expect([action, await answer(document, { ...asked, principal: breakGlass, action, context: { 'aws:MultiFactorAuthPresent': 'false' } })]).toEqual([action, 'allow']);
      }
    }
  });

  it('is refused in the clear', async () => {
    for (const document of documents(service)) {
      for (const action of management) expect([action, await answer(document, { principal: deployer, action, resource: arns[service], context: { 'aws:SecureTransport': 'false' } })]).toEqual([action, 'deny']);
    }
  });

  it('is not stopped by a second factor that nobody asked the deployer for', async () => {
    for (const document of documents(service)) {
      for (const action of management) expect([action, await answer(document, { ...asked, principal: deployer, action, context: { 'aws:MultiFactorAuthPresent': 'false' } })]).toEqual([action, 'allow']);
    }
  });

  it('is nobody else: no role that is granted something may change who may', async () => {
    const [granted] = documents(service);
    for (const action of management.filter((one) => !/:(Get|Describe|List)/.test(one))) {
      for (const principal of [roleOf('a'), roleOf('b')]) expect([action, principal, await answer(granted!, { principal, action, resource: arns[service] })]).toEqual([action, principal, 'deny']);
    }
  });
});
