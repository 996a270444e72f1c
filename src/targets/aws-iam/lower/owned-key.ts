import { arnOf, cloudServiceFacts, isCloudApi, regionalName, type CloudService, type Policy } from '#ir';
import type { PolicyDocument, PolicyStatement } from '../../target.ts';
import type { CloudGrant } from './estate.ts';
import type { Precision } from './owned-denials.ts';
import type { OwnedResource } from './owned-resource.ts';
import { allowance, denial, inOrder, onlyTo, sidOf } from './owned-statement.ts';
import { iamArn } from './role-name.ts';
import { roleArn } from './role-name.ts';
import { pascal } from './sid.ts';

/** In a key's policy `*` is the key that it is attached to (AWS KMS, "Key policies in AWS KMS"). */
const resource = ['*'];

/** Looking after a key from its beginning to its end: not one way to use it, and no grant to be given. */
const administration = cloudServiceFacts.kms.management;

/**
 * A key's policy is the only way to it: what it does not allow, no other policy can (AWS KMS, "Key policies in AWS KMS"). So it
 * consists of allowances, and of one denial. Administrators are named as principals, since they exist. Roles are not: the account
 * is allowed on condition that it is one of them who asks, which needs no role to exist when the key is made, and leaves
 * each of them in need of a policy of its own (AWS KMS, "Default key policy", "Allows access to the AWS account and enables IAM policies").
 * That is why `rough` may allow the account what any of them needs on behalf of all of them: their own policies, which are ours, hold
 * no more than their grants.
 */
export function keyPolicyOf(key: OwnedResource, used: KeyUse, precision: Precision): PolicyDocument {
  const { administrators: { breakGlass, deployer }, aws } = key;
  const account = iamArn(aws, 'root');
  const use = (rights: readonly Right[], where: string, how: NonNullable<PolicyStatement['Condition']>): readonly PolicyStatement[] => alike(rights).map(({ actions, roles }) =>
    allowance(`Allow${sidOf(actions)}${where}`, account, { actions, resource, when: { ...how, StringEquals: { ...onlyTo(roles)['StringEquals'], ...how['StringEquals'] } } }));
  const each = used.services.map((service) => ({ service, rights: rightsThrough(service, used, key) })).filter(({ rights }) => rights.length > 0);
  return { Version: '2012-10-17', Statement: [
    allowance('AllowDeployerToAdminister', deployer, { actions: administration, resource }),
    allowance('AllowBreakGlassToAdminister', breakGlass, { actions: administration, resource }),
    ...used.services.flatMap((service) => setup(service, deployer, endpointOf(key, service))),
    ...use(key.held, 'Directly', { Null: { 'kms:ViaService': ['true'] } }),
    ...(precision === 'exact' ? each : together(each)).flatMap(({ rights, service }) =>
      use(rights, `Through${service === undefined ? 'Services' : pascal(service)}`, { StringEquals: { 'kms:ViaService': service === undefined ? each.map((one) => endpointOf(key, one.service)).sort() : [endpointOf(key, service)] } })),
    denial('DenyInsecureTransport', { actions: ['kms:*'], resource, when: { Bool: { 'aws:SecureTransport': ['false'] } } }),
  ] };
}

/** By what name KMS knows a service that asks: databases are RDS's. */
const endpointOf = ({ aws }: OwnedResource, service: CloudService): string => regionalName(service, aws.region).replace(/^rds-db\./, 'rds.');

/** Every role may do what some role needs through some service. */
function together(each: readonly { readonly rights: readonly Right[] }[]): readonly { readonly service: undefined; readonly rights: readonly Right[] }[] {
  const all = each.flatMap(({ rights }) => rights), roles = inOrder(all.map(({ role }) => role));
  return all.length === 0 ? [] : [{ service: undefined, rights: inOrder(all.map(({ action }) => action)).flatMap((action) => roles.map((role) => ({ action, role }))) }];
}

/** How a key is used by way of services. */
export interface KeyUse {
  /** Of what it encrypts, in code-unit order. */
  readonly services: readonly CloudService[];
  /** The grants that need it. */
  readonly needing: readonly CloudGrant[];
}
const unused: KeyUse = { services: [], needing: [] };

/** Of every key that encrypts something, by its ARN. Linear. */
export function keyUses(policy: Policy, granted: readonly CloudGrant[]): (key: string) => KeyUse {
  const apis = policy.apis.filter(isCloudApi), arns = new Map(apis.map((api) => [api.name, arnOf(api)]));
  const services = new Map<string, CloudService[]>(), needing = new Map<string, CloudGrant[]>();
  const put = <T>(into: Map<string, T[]>, key: string, value: T): void => { const list = into.get(key); if (list === undefined) into.set(key, [value]); else list.push(value); };
  for (const { servedBy } of apis) {
    const key = servedBy.encryptedBy === undefined ? undefined : arns.get(servedBy.encryptedBy);
    if (key !== undefined) put(services, key, servedBy.service);
  }
  for (const one of granted) if (one.key !== undefined && one.verb.keyActions.length > 0) put(needing, arnOf(one.key), one);
  return (key) => (services.has(key) ? { services: inOrder(services.get(key)!) as readonly CloudService[], needing: needing.get(key) ?? [] } : unused);
}

interface Right { readonly role: string; readonly action: string }
const rightsThrough = (service: CloudService, { needing }: KeyUse, { aws }: OwnedResource): readonly Right[] =>
  needing.filter(({ api }) => api.servedBy.service === service).flatMap(({ verb, workload }) => verb.keyActions.map((action) => ({ action, role: roleArn(aws, workload.name) })));

/** Actions that the same roles have. */
function alike(rights: readonly Right[]): readonly { readonly actions: readonly string[]; readonly roles: readonly string[] }[] {
  const found = new Map<string, { readonly actions: string[]; readonly roles: readonly string[] }>();
  for (const action of inOrder(rights.map((right) => right.action))) {
    const roles = inOrder(rights.filter((right) => right.action === action).map(({ role }) => role)), key = roles.join(' '), before = found.get(key);
    if (before === undefined) found.set(key, { actions: [action], roles }); else before.actions.push(action);
  }
  return [...found.values()];
}

/**
 * What whoever makes something that is encrypted with the key must have through its service. Secrets Manager tries the key out,
 * and says so; no value of a secret can be read like that (AWS Secrets Manager, "Secret encryption and decryption in AWS Secrets
 * Manager"). A grant is the service's or is not given (AWS KMS, "AWS KMS condition keys": kms:GrantIsForAWSResource). SQS, SNS and S3 only note the
 * key's name. Which tables there are is not said, though DynamoDB would tell: a table that is new, or waits for this very key, has to be made first.
 */
function setup(service: CloudService, deployer: string, endpoint: string): readonly PolicyStatement[] {
  const { makerUses = [], noun } = cloudServiceFacts[service];
  if (makerUses.length === 0) return [];
  const what = `${noun.slice(0, 1).toUpperCase()}${noun.slice(1)}s`, uses = makerUses.filter((action) => action !== createGrant && action !== describe);
  return [
    allowance(`AllowDeployerToMake${what}`, deployer, { actions: uses, resource, when: { StringEquals: { ...(service === 'secretsmanager' ? tryingOut : {}), 'kms:ViaService': [endpoint] } } }),
    ...(makerUses.includes(createGrant) ? [allowance(`AllowDeployerToGrant${what}`, deployer, { actions: [createGrant], resource, when: { Bool: { 'kms:GrantIsForAWSResource': ['true'] }, StringEquals: { 'kms:ViaService': [endpoint] } } })] : []),
  ];
}
const createGrant = 'kms:CreateGrant';
/** The deployer may describe every key that it administers. */
const describe = 'kms:DescribeKey';

const tryingOut = { 'kms:EncryptionContext:SecretVersionId': ['RequestToValidateKeyAccess'] };
