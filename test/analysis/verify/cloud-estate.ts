import { canonicalize, canonicalizePlatform, type Api, type Aws, type CloudServer, type Offer, type Platform, type Policy } from '#ir';
import { host, onAws } from '../../targets/kubernetes/cloud-estate.ts';
import { segment, workload } from '../../targets/kubernetes/estate.ts';

/**
 * A small estate in AWS, spelled out: `orders` sends to `jobs` (a queue, its key made along) and reads carts by an index of theirs; `media`
 * keeps its pictures apart by prefix; `batch`, a host outside, takes jobs; `audit` may write to a log of somebody else's, until a day and from
 * some addresses; `idle` is granted nothing.
 */
const sqs = (name: string): string => `arn:aws:sqs:eu-west-1:111122223333:${name}`;
const verb = (name: string, of: string, within?: string): Api['operations'][number] => ({ name, kind: 'cloud', verb: of, ...(within === undefined ? {} : { within }) });
const offer = (operation: string, names: readonly string[], more: Partial<Offer> = {}): Offer => ({ operation, to: names.map((name) => ({ kind: 'workload', name })), when: [], because: 'the case needs it', ...more });
const resource = (name: string, served: Omit<CloudServer, 'kind'>, operations: Api['operations'], offers: readonly Offer[]): Api => ({ name, servedBy: { kind: 'cloud', ...served }, operations, offers });

const apis: readonly Api[] = [
  resource('jobs', { service: 'sqs', arn: { hole: 'jobs' }, owned: true, encryptedBy: 'jobs-key' }, [verb('purge', 'purge'), verb('receive', 'receive'), verb('send', 'send')], [offer('send', ['orders']), offer('receive', ['batch'])]),
  resource('jobs-key', { service: 'kms', owned: true, rotationDays: 365 }, [verb('decrypt', 'decrypt')], []),
  resource('carts', { service: 'dynamodb', arn: 'arn:aws:dynamodb:eu-west-1:111122223333:table/carts', owned: true }, [verb('get', 'get'), verb('put', 'put'), verb('query', 'query'), verb('queryByCustomer', 'query', 'byCustomer')], [offer('queryByCustomer', ['orders']), offer('get', ['orders'])]),
  resource('pictures', { service: 's3', arn: 'arn:aws:s3:::pictures', owned: true, encryptedBy: 'jobs-key' }, [verb('readThumbs', 'read', 'thumbs/'), verb('listThumbs', 'list', 'thumbs/'), verb('writeRaw', 'write', 'raw/')], [offer('readThumbs', ['media']), offer('listThumbs', ['media']), offer('writeRaw', ['media'])]),
  resource('log', { service: 'sqs', arn: sqs('log'), owned: false, segment: 'watched' }, [verb('send', 'send')], [offer('send', ['audit'], { until: '2027-01-31' })]),
  resource('token', { service: 'secretsmanager', arn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:token-AbCdEf', owned: false }, [verb('read', 'read')], [offer('read', ['orders'])]),
  resource('pin', { service: 'secretsmanager', arn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:pin-AbCdEf', owned: false }, [verb('read', 'read')], [offer('read', ['media'])]),
];

export const { policy }: { readonly policy: Policy } = canonicalize({
  version: 1, name: 'estate', identityProviders: [], people: [], partners: [], never: [],
  segments: [segment('watched', { requires: { people: [], workloads: [{ kind: 'from', cidrs: ['10.0.8.0/24'] }], partners: [] } })],
  holes: [{ name: 'jobs', kind: 'arn', service: 'sqs', maxLength: 128 }],
  workloads: [workload('orders'), workload('media'), workload('audit'), workload('idle'), host('backup'), host('batch')],
  apis: [...apis],
  asks: apis.flatMap(({ name, offers }) => offers.flatMap(({ operation, to }) => to.map((from) => ({ from, to: { api: name, operation } })))),
});

const on = (identity: Aws['identity'], endpoints: Aws['endpoints']): Platform => canonicalizePlatform(onAws({
  podCidrs: ['10.0.0.0/16'], nodeCidrs: ['10.1.0.0/20'],
  aws: {
    vpc: 'vpc-0a1b2c3d4e5f60718', trustAnchors: [{ name: 'corp', arn: 'arn:aws:rolesanywhere:eu-west-1:111122223333:trust-anchor/0a1b2c3d-0000-1111-2222-333344445555' }],
    administrators: { deployer: 'arn:aws:iam::111122223333:role/deploy', breakGlass: 'arn:aws:iam::111122223333:role/break-glass' },
    identity, endpoints: [
      ...endpoints, { service: 'dynamodb', cidrs: ['10.1.64.0/26'] }, { service: 'secretsmanager', cidrs: ['10.1.64.192/26'] }, { service: 's3', cidrs: ['10.1.64.64/26'], vpcEndpoint: 'vpce-0d1e2f3a4b5c60001' },
      { service: 'sqs', cidrs: ['10.1.64.128/26'], vpcEndpoint: 'vpce-0d1e2f3a4b5c60002' },
    ],
  },
})).platform;

export const withPodIdentity = on({ kind: 'podIdentity' }, []);
export const withTokens = on({ kind: 'irsa', issuer: 'oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF0123456789' }, [{ service: 'sts', cidrs: ['10.1.65.0/28'] }]);
