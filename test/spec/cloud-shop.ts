import type { Api, Ask, Aws, CloudOperation, CloudServer, CloudService, Condition, IdentityRef, Offer, Platform, Policy, Workload } from '#ir';
import { platform as lab } from './shop.ts';

/**
 * A shop that keeps things in AWS, spelled out: `orders` and `carts` are pods, `batch` a host outside, `idle` a pod that is
 * granted nothing. One resource of every service; a made key that encrypts the queue, and one by its ARN for the bucket.
 */
const pod = (name: string): Workload => ({ name, kubernetes: { namespace: 'shop', serviceAccount: `${name}-sa`, selector: { app: name }, ports: [], services: [], probes: [] } });
const account = '111122223333', region = 'eu-west-1';
const arn = (service: string, resource: string): string => `arn:aws:${service}:${region}:${account}:${resource}`;
const identity = (name: string): IdentityRef => ({ kind: 'workload', name });

interface Granted { readonly [operation: string]: readonly string[] | { readonly to: readonly string[]; readonly when?: readonly Condition[]; readonly until?: string } }
const verb = (name: string, of = name, within?: string): CloudOperation => ({ name, kind: 'cloud', verb: of, ...(within === undefined ? {} : { within }) });
function resource(name: string, server: Omit<CloudServer, 'kind' | 'owned'> & { readonly owned?: boolean }, operations: readonly CloudOperation[], granted: Granted): Api {
  const offers = Object.entries(granted).map(([operation, how]): Offer => {
    const { to, ...rest } = Array.isArray(how) ? { to: how as readonly string[] } : how as { readonly to: readonly string[] };
    return { operation, to: to.map(identity), when: [], ...rest };
  });
  return { name, servedBy: { kind: 'cloud', owned: false, ...server }, operations, offers };
}
const verbs = (...names: readonly string[]): readonly CloudOperation[] => names.map((name) => verb(name));

const office: Condition = { kind: 'from', cidrs: ['10.244.0.0/17'] };
const apis: readonly Api[] = [
  resource('queue', { service: 'sqs', arn: { hole: 'queue' }, encryptedBy: 'made-key', owned: true }, verbs('send', 'receive', 'purge'), { send: ['orders', 'batch'], receive: ['carts'], purge: { to: ['orders'], until: '2027-01-31' } }),
  resource('table', { service: 'dynamodb', arn: arn('dynamodb', 'table/carts') }, [...verbs('get', 'query', 'put'), verb('queryByDay', 'query', 'byDay'), verb('queryByCustomer', 'query', 'byCustomer')], { get: ['carts'], queryByDay: ['carts'], query: ['orders'] }),
  resource('bucket', { service: 's3', arn: 'arn:aws:s3:::retail-media', encryptedBy: 'key', owned: true }, [verb('readThumbs', 'read', 'thumbs/'), verb('readRaw', 'read', 'thumbs/raw/'), verb('listThumbs', 'list', 'thumbs/'), verb('writeRaw', 'write', 'thumbs/raw/'), verb('readAll', 'read')], { readThumbs: ['carts'], readRaw: ['orders'], listThumbs: ['carts'], writeRaw: ['orders'] }),
  resource('archive', { service: 's3', arn: { hole: 'archive' } }, verbs('read', 'write'), { write: ['orders'], read: ['orders'] }),
  resource('secret', { service: 'secretsmanager', arn: arn('secretsmanager', 'secret:stripe-AbCdEf') }, verbs('read', 'write'), { read: { to: ['orders'], when: [office] } }),
  resource('made-key', { service: 'kms', owned: true, rotationDays: 365 }, verbs('encrypt', 'decrypt'), { decrypt: ['carts'] }),
  resource('key', { service: 'kms', arn: arn('kms', 'key/1234abcd') }, verbs('sign'), { sign: ['orders'] }),
  resource('topic', { service: 'sns', arn: arn('sns', 'events'), segment: 'vault' }, verbs('publish', 'subscribe'), { publish: ['orders'] }),
  resource('database', { service: 'rds-db', arn: arn('rds-db', 'dbuser:db-ABC/orders'), port: 5432 }, verbs('connect'), { connect: ['orders'] }),
  resource('function', { service: 'lambda', arn: arn('lambda', 'function:invoice') }, verbs('invoke'), { invoke: ['orders'] }),
  resource('role', { service: 'sts', arn: `arn:aws:iam::${account}:role/reporting` }, verbs('assume'), { assume: ['batch'] }),
];
const asks = apis.flatMap((api) => api.offers.flatMap(({ operation, to }) => to.map((from): Ask => ({ from, to: { api: api.name, operation } }))));

export const cloudShop: Policy = {
  version: 1, name: 'cloud', identityProviders: [], people: [], partners: [], never: [], apis, asks,
  segments: [{ name: 'vault', holds: 'internal', managed: 'managed', alerts: [], requires: { people: [], partners: [], workloads: [{ kind: 'from', cidrs: ['10.244.0.0/16'] }] } }],
  holes: [{ name: 'queue', kind: 'arn', service: 'sqs', maxLength: 120 }, { name: 'archive', kind: 'arn', service: 's3', maxLength: 80 }],
  workloads: [pod('orders'), pod('carts'), pod('idle'), { name: 'batch', host: { trustAnchor: 'corp', san: 'spiffe://corp.example/batch' } }],
};

const endpoint = (service: CloudService, cidr: string, vpcEndpoint?: string): Aws['endpoints'][number] => ({ service, cidrs: [cidr], ...(vpcEndpoint === undefined ? {} : { vpcEndpoint }) });
export const aws: Aws = {
  accountId: account, region, clusterName: 'retail', identity: { kind: 'podIdentity' }, rolePrefix: 'retail-', rolePath: '/', managedPoliciesPerRole: 10, otherAccounts: [], vpc: 'vpc-1',
  endpoints: [endpoint('sqs', '10.100.0.0/28', 'vpce-sqs'), endpoint('dynamodb', '52.94.4.0/22'), endpoint('secretsmanager', '10.100.1.0/28', 'vpce-secrets'), endpoint('rds-db', '10.100.2.0/28'), endpoint('sts', '10.100.3.0/28', 'vpce-sts')],
  trustAnchors: [{ name: 'corp', arn: `arn:aws:rolesanywhere:${region}:${account}:trust-anchor/1` }],
};
export const cloudPlatform: Platform = { ...lab, aws };
