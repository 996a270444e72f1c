import type { Api, Aws, CloudServer, CloudService, Hole, Operation, Platform, Policy, Workload } from '#ir';
import { ask, offer, platform, policy, segment, workload } from './draft.ts';

/** Drafts of resources of the cloud, in plain data, and of the account that they are in. */

export const account = '111122223333';
export const arns: Readonly<Record<CloudService, string>> = {
  dynamodb: `arn:aws:dynamodb:eu-west-1:${account}:table/carts`, kms: `arn:aws:kms:eu-west-1:${account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
  lambda: `arn:aws:lambda:eu-west-1:${account}:function:render`, 'rds-db': `arn:aws:rds-db:eu-west-1:${account}:dbuser:db-ABC/orders`, s3: 'arn:aws:s3:::retail-media',
  secretsmanager: `arn:aws:secretsmanager:eu-west-1:${account}:secret:stripe-AbCdEf`, sns: `arn:aws:sns:eu-west-1:${account}:events`, sqs: `arn:aws:sqs:eu-west-1:${account}:settlements`,
  sts: `arn:aws:iam::${account}:role/reporting`,
};
export const verb = (name: string, within?: string, verb = name): Operation => ({ name, kind: 'cloud', verb, ...(within === undefined ? {} : { within }) });
export const served = (service: CloudService, more: Partial<CloudServer> = {}): CloudServer => ({ kind: 'cloud', service, arn: arns[service], owned: false, ...more });
/** With every verb given, the first of them offered to `orders`, which asks for it in `estate`. */
export const resource = (name: string, server: CloudServer, operations: readonly Operation[], more: Partial<Api> = {}): Api =>
  ({ name, servedBy: server, operations, offers: operations.length === 0 ? [] : [offer(operations[0]!.name, ['orders'], { because: 'it needs it' })], ...more });
export const hole = (name: string, service: CloudService, maxLength = 200): Hole => ({ name, kind: 'arn', service, maxLength });
/** Of a key without ARN, which is made along with the policy. */
export const made = (more: Partial<CloudServer> = {}): CloudServer => (({ arn: _, ...rest }) => ({ ...rest, owned: true, rotationDays: 365, ...more }))(served('kms'));
export const host = (name: string, san = `spiffe://corp.example/${name}`, more: Partial<Workload> = {}): Workload => ({ name, host: { trustAnchor: 'datacentre', san }, ...more });

/** `orders` and the host `batch` call a queue, a table, a bucket, a secret and a database, each as its segment demands. Every rule kept. */
export function estate(more: Partial<Policy> = {}, apis: readonly Api[] = estateApis, replaced: Partial<Record<string, Api>> = {}): Policy {
  const kept = apis.map((api) => replaced[api.name] ?? api);
  const asks = kept.flatMap((api) => api.offers.filter(({ to }) => to.some((identity) => identity.kind === 'workload' && identity.name === 'orders' && identity.actingFor === undefined)).map(({ operation }) => ask('orders', `${api.name}.${operation}`)));
  return policy({
    name: 'estate', segments: [segment('commerce', { holds: 'confidential' }), segment('cards', { holds: 'restricted' })],
    workloads: [workload('orders', {}, { segment: 'commerce' }), workload('ui'), host('batch')], apis: kept, asks: [...asks, ask('batch', 'night.send')], holes: [hole('settlements', 'sqs'), hole('orders-key', 'kms')], ...more,
  });
}
export const estateApis: readonly Api[] = [
  resource('orders-key', served('kms', { arn: { hole: 'orders-key' }, owned: true, segment: 'commerce' }), [verb('encrypt')], { offers: [] }),
  resource('cards-key', made({ segment: 'cards' }), [verb('sign')], { offers: [] }),
  resource('settlements', served('sqs', { arn: { hole: 'settlements' }, owned: true, segment: 'commerce', encryptedBy: 'orders-key' }), [verb('send'), verb('receive')]),
  resource('night', served('sqs', { arn: `arn:aws:sqs:eu-west-1:${account}:night.fifo` }), [verb('send')], { offers: [offer('send', ['batch'], { because: 'at night' })] }),
  resource('cards', served('dynamodb', { owned: true, segment: 'cards', encryptedBy: 'cards-key' }), [verb('get'), verb('queryByCustomer', 'idx_customer', 'query')]),
  resource('media', served('s3'), [verb('readThumbs', 'thumbs/', 'read'), verb('writeFull', 'full/', 'write')]),
  resource('stripe', served('secretsmanager'), [verb('read')]),
  resource('ledger', served('rds-db', { port: 5432 }), [verb('connect')]),
  resource('render', served('lambda'), [verb('invoke')]),
  resource('reporting', served('sts'), [verb('assume')]),
  resource('events', served('sns'), [verb('publish')]),
];
export const estateWith = (name: string, change: (api: Api) => Api, more: Partial<Policy> = {}): Policy => estate(more, estateApis, { [name]: change(estateApis.find((api) => api.name === name)!) });
/** With other facts of one resource. */
export const estateServing = (name: string, facts: Partial<CloudServer>, more: Partial<Policy> = {}): Policy => estateWith(name, (api) => ({ ...api, servedBy: { ...api.servedBy as CloudServer, ...facts } }), more);

export const aws = (more: Partial<Aws> = {}): Aws => ({
  accountId: account, region: 'eu-west-1', clusterName: 'retail', identity: { kind: 'podIdentity' }, rolePrefix: 'retail-', rolePath: '/', managedPoliciesPerRole: 10, vpc: 'vpc-0123456789abcdef0',
  endpoints: [{ service: 'sqs', cidrs: ['10.9.0.0/26'], vpcEndpoint: 'vpce-0123456789abcdef0' }, { service: 'dynamodb', cidrs: ['10.9.1.0/26'] }],
  administrators: { deployer: `arn:aws:iam::${account}:role/deploy`, breakGlass: `arn:aws:iam::${account}:role/emergency/break-glass` },
  trustAnchors: [{ name: 'datacentre', arn: `arn:aws:rolesanywhere:eu-west-1:${account}:trust-anchor/01234567-89ab-cdef-0123-456789abcdef` }], otherAccounts: [], ...more,
});
/** Where the estate can run. */
export const awsPlatform = (more: Partial<Aws> = {}, others: Partial<Platform> = {}): Platform => platform({ aws: aws(more), ...others });
