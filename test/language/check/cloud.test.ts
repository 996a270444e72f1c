import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { noSites } from '#diagnostics';
import { cloudServiceFacts, cloudServices, grants, identityName, isCloudApi, type CloudServer, type Policy } from '#ir';
import { decide, type Request } from '#spec';
import { estates, profiles } from '#testing';
import { check } from '../../../src/language/check/index.ts';
import { account, arns, estate, estateApis, estateServing, estateWith, hole, host, made, resource, served, verb } from './cloud-drafts.ts';
import { acting, api, ask, asOf, at, group, http, never, offer, offerTo, partner, people, provider, segment, workload, written } from './draft.ts';
import { isRefused, errorsOf, type Refusal } from './refusal.ts';

const queueArn = (arn: string) => estateServing('night', { arn });
const operations = (name: string, all: Parameters<typeof resource>[2]) => estateWith(name, (one) => ({ ...one, operations: all, offers: [] }));
const withHost = (more: Parameters<typeof host>[2], san?: string) => estate({ workloads: [...estate().workloads.slice(0, 2), host('batch', san, more)] });
const asked = (name: string, offered: ReturnType<typeof offerTo>) => estateWith(name, (one) => ({ ...one, offers: [offered] }), { people: [group('shoppers', 'shop')], identityProviders: [provider('shop')], partners: [partner('acme')] });
const when = (condition: Parameters<typeof offer>[2] & object) => estateWith('settlements', (one) => ({ ...one, offers: [offer('send', ['orders'], { because: 'x', ...condition })] }));
const segmentAsking = (kind: 'during' | 'header') => estate({ segments: [segment('commerce', { holds: 'confidential', requires: { people: [], partners: [], workloads: [kind === 'during'
  ? { kind, days: ['mon'], start: '08:00', end: '18:00', timeZone: 'UTC' } : { kind, name: 'x-tier', anyOf: ['gold'], trustedHop: 'orders' }] } }), segment('cards', { holds: 'restricted' })] });
const { arn: _, ...unnamed } = served('sqs');
const { rotationDays: __, ...unrotated } = made({ segment: 'cards' });

const cases: readonly Refusal[] = [
  // ARNs
  ...([
    ['', 'the ARN of `night` is empty', 'such as `arn:aws:sqs:'], ['settlements', 'is no ARN, which has six fields', 'such as `arn:aws:sqs:'], [`arn:aws:sqs:eu-west-1:${account}:night*`, 'has a wildcard', 'such as'],
    [`arn:aws:sqs:eu-west-1:${account}:nigh?`, 'has a wildcard', 'such as'], [`arn:aws:sqs:eu-west-1:${account}:\${aws:username}`, 'has a policy variable', 'such as'], [`arn:aws:sqs:eu-west-1:${account}:{{night}}`, 'has a brace', 'such as'],
    [` arn:aws:sqs:eu-west-1:${account}:night`, 'has a space', `write \`arn:aws:sqs:eu-west-1:${account}:night\``], [`arn:aws:sqs::${account}:night`, 'names no region', 'such as'], ['arn:aws:sqs:eu-west-1::night', 'names no account', 'such as'],
    ['arn:aws:sqs:eu-west-1:1111-2222-3333:night', 'names the account `1111-2222-3333`, which is not twelve digits', 'such as'], [`arn:aws:sqs:eu-west-1a:${account}:night`, 'names the region `eu-west-1a`, which is an availability zone', 'such as'],
    [`arn:aws-iso:sqs:us-iso-east-1:${account}:night`, 'is of the partition `aws-iso`, which is none of `aws`, `aws-cn`, `aws-us-gov`', 'such as'],
    [`arn:aws:sqs:cn-north-1:${account}:night`, 'names the region `cn-north-1`, which is not in the partition `aws`', `write \`arn:aws-cn:sqs:cn-north-1:${account}:night\``],
    [`arn:aws:sqs:eu-west-1:${account}:a queue`, 'has a space', 'write `'], [`arn:aws:sqs:eu-west-1:${account}:night/2`, 'ends in `night/2`', 'such as'], [`arn:aws:sqs:eu-west-1:${account}:`, 'names nothing of its service', 'such as'],
    [`https://sqs.eu-west-1.amazonaws.com/${account}/night`, 'is no ARN', `write \`arn:aws:sqs:eu-west-1:${account}:night\``],
  ] as const).map(([arn, says, advises]): Refusal => ({ claim: `the ARN ${arn}`, draft: queueArn(arn), code: 'CS1060', line: `"arn": ${JSON.stringify(arn)}`, says, advises })),
  { claim: 'a bucket\'s ARN with an account', draft: estateServing('media', { arn: `arn:aws:s3::${account}:retail-media` }), code: 'CS1060', line: `"arn": "arn:aws:s3::${account}:retail-media"`, says: 'names an account, where ARNs of its service name none', advises: 'write `arn:aws:s3:::retail-media`' },
  { claim: 'a bucket\'s ARN with a region', draft: estateServing('media', { arn: 'arn:aws:s3:eu-west-1::retail-media' }), code: 'CS1060', line: '"arn": "arn:aws:s3:eu-west-1::retail-media"', says: 'names a region', advises: 'write `arn:aws:s3:::retail-media`' },
  { claim: 'a secret\'s name in place of its ARN', draft: estateServing('stripe', { arn: arns.secretsmanager.replace('-AbCdEf', '') }), code: 'CS1060', line: `"arn": "${arns.secretsmanager.replace('-AbCdEf', '')}"`, says: 'lacks the hyphen and the six characters', advises: 'such as `arn:aws:secretsmanager:' },
  { claim: 'an object\'s ARN', draft: estateServing('media', { arn: 'arn:aws:s3:::retail-media/thumbs' }), code: 'CS1060', line: '"arn": "arn:aws:s3:::retail-media/thumbs"', says: 'is an object of a bucket', advises: 'such as' },
  { claim: 'an index\'s ARN', draft: estateServing('cards', { arn: `${arns.dynamodb}/index/idx` }), code: 'CS1060', line: `"arn": "${arns.dynamodb}/index/idx"`, says: 'belongs into the table\'s `indexes`', advises: 'such as' },
  { claim: 'an alias of a key', draft: estateServing('orders-key', { arn: `arn:aws:kms:eu-west-1:${account}:alias/orders` }, { holes: [hole('settlements', 'sqs')] }), code: 'CS1060', line: `"arn": "arn:aws:kms:eu-west-1:${account}:alias/orders"`, says: 'is an alias, which can be pointed at another key', advises: 'such as' },
  { claim: 'a key that AWS manages', draft: estateServing('orders-key', { arn: `arn:aws:kms:eu-west-1:${account}:alias/aws/sqs` }, { holes: [hole('settlements', 'sqs')] }), code: 'CS1060', line: `"arn": "arn:aws:kms:eu-west-1:${account}:alias/aws/sqs"`, says: 'whose policy nobody else can write', advises: 'such as' },
  { claim: 'a session in place of a role', draft: estateServing('reporting', { arn: `arn:aws:sts::${account}:assumed-role/reporting/x` }), code: 'CS1061', line: `"arn": "arn:aws:sts::${account}:assumed-role/reporting/x"`, says: 'is an ARN of `sts`, and a role belongs there', advises: 'such as `arn:aws:iam::' },
  { claim: 'a topic in place of a queue', draft: queueArn(`arn:aws:sns:eu-west-1:${account}:night`), code: 'CS1061', line: `"arn": "arn:aws:sns:eu-west-1:${account}:night"`, says: 'is an ARN of `sns`, and a queue belongs there', advises: 'such as `arn:aws:sqs:' },
  { claim: 'a hole of another service', draft: estate({ holes: [hole('settlements', 'sns'), hole('orders-key', 'kms')] }), code: 'CS1061', line: '"arn": { "hole": "settlements"', says: '`settlements` is a queue, and the hole `settlements` stands for a topic', advises: '`service: \'sqs\'`', related: ['`settlements` is declared'] },

  // verbs and parts
  { claim: 'a verb that the service lacks', draft: operations('settlements', [verb('send', undefined, 'sned')]), code: 'CS1062', line: '"verb": "sned"', says: '`settlements.send` uses the verb `sned`, which a queue does not have', advises: 'write `send`' },
  { claim: 'a verb that is like no other', draft: operations('cards', [verb('drop', undefined, 'truncateAll')]), code: 'CS1062', line: '"verb": "truncateAll"', says: 'which a table does not have', advises: 'write `batchWrite`, `conditionCheck`' },
  { claim: 'a queue narrowed to a part', draft: operations('settlements', [verb('send', 'urgent')]), code: 'CS1062', line: '"within": "urgent"', says: 'the verb `send` is about a queue as a whole', advises: 'nothing of a queue can be told apart' },
  { claim: 'a verb of a table that knows no index', draft: operations('cards', [verb('get', 'idx_customer')]), code: 'CS1062', line: '"within": "idx_customer"', says: 'the verb `get` is about a table as a whole', advises: '`query` or `scan`' },
  ...([
    ['', 'the prefix `` of the bucket `media` is empty, and every key begins so', 'such as `thumbs/`'], ['thumbs/*', 'has a wildcard', 'write `thumbs/`'], ['a?b/', 'has a wildcard', 'such as'], ['${aws:username}/', 'has a policy variable', 'such as'],
    ['{{settlements}}/', 'has two braces in a row', 'such as'], ['caf\u00e9/', 'has characters that are not of ASCII', 'such as'], ['x'.repeat(1025), 'has 1025 bytes, and a key has at most 1024', 'such as'],
  ] as const).map(([part, says, advises]): Refusal => ({ claim: `the prefix ${part.slice(0, 20)}`, draft: operations('media', [verb('readIt', part, 'read'), verb('listIt', part, 'list')]), code: 'CS1063', line: `"within": ${JSON.stringify(part)}`, says, advises })),
  ...([['', 'is empty'], ['ab', 'has 2 characters, and an index has 3 to 255'], ['by customer', 'is not made of letters'], ['idx*', 'is not made of letters'], ['x'.repeat(256), 'has 256 characters']] as const)
    .map(([part, says]): Refusal => ({ claim: `the index ${part.slice(0, 20)}`, draft: operations('cards', [verb('queryIt', part, 'query')]), code: 'CS1063', line: `"within": ${JSON.stringify(part)}`, says, advises: 'as it stands in the table' })),
  { claim: 'a prefix that begins another', draft: operations('media', [verb('readAll', 'img/', 'read'), verb('readThumbs', 'img/thumbs/', 'read')]), code: 'CS1064', line: '"within": "img/thumbs/"', says: 'begins with the prefix `img/`', advises: 'of which none begins another', related: ['`img/` is declared'] },
  { claim: 'a bucket as a whole and a part of it', draft: operations('media', [verb('read'), verb('writeThumbs', 'thumbs/', 'write')]), code: 'CS1064', line: '{ "name": "read"', says: '`media.read` is about the whole bucket, and `media.writeThumbs` about `thumbs/` in it', advises: 'on prefixes only', related: ['`writeThumbs` is declared'] },
  { claim: 'one verb of the cloud under two names', draft: operations('settlements', [verb('send'), verb('again', undefined, 'send')]), code: 'CS1002', line: '{ "name": "again"', says: '`settlements.again` and `settlements.send` are the same call', advises: 'keep one' },
  { claim: 'a verb of the cloud on a workload', draft: estate({ apis: [...estateApis, api('orders', [verb('send')], [])] }), code: 'CS1026', line: '{ "name": "send"', says: '`orders.send` is a verb of the cloud, and `orders` is served by a workload', advises: '`queue(…)`' },
  { claim: 'a path of a queue', draft: operations('settlements', [http('list', '/messages')]), code: 'CS1026', line: '{ "name": "list"', says: 'is a http operation of a cloud resource', advises: 'a verb' },

  // holes
  { claim: 'a hole that no text can hold', draft: estate({ holes: [...estate().holes, hole('a.b', 'sqs')] }), code: 'CS1003', line: '{ "name": "a.b"', says: 'the name `a.b` of this hole is not made of letters, digits, `_` and `-`', advises: 'write `a-b`' },
  { claim: 'two holes of one name', draft: estate({ holes: [...estate().holes, hole('settlements', 'sqs', 100)] }), code: 'CS1002', line: '{ "name": "settlements"', says: 'two holes are called `settlements`', advises: 'rename' },
  { claim: 'a hole that nobody uses', draft: estate({ holes: [...estate().holes, hole('spare', 'sqs')] }), code: 'CS1065', line: '{ "name": "spare"', says: 'no API of this policy is the resource that the hole `spare` stands for', advises: 'as the `arn` of a queue' },
  { claim: 'a hole without room', draft: estate({ holes: [hole('settlements', 'sqs', 12), hole('orders-key', 'kms')] }), code: 'CS1055', line: '"maxLength": 12', says: 'the hole `settlements` has room for 12 characters', advises: 'leave `maxLength` out' },
  { claim: 'a hole with room for more than there are', draft: estate({ holes: [hole('settlements', 'sqs', 5000), hole('orders-key', 'kms')] }), code: 'CS1055', line: '"maxLength": 5000', says: 'at most 2048', advises: 'leave `maxLength` out' },
  { claim: 'one hole of two APIs', draft: estateServing('night', { arn: { hole: 'settlements' } }), code: 'CS1066', line: '"arn": { "hole": "settlements"', says: '`night` and `settlements` are one resource, the hole `settlements`', advises: 'with the offers of both', related: ['`settlements` is declared'] },
  { claim: 'one ARN of two APIs', draft: estate({ apis: [...estateApis, resource('media-again', served('s3'), [verb('list')], { offers: [] })] }), code: 'CS1066', line: `"arn": "${arns.s3}"`, says: '`media-again` and `media` are one resource, the ARN', advises: 'declare the resource once' },
  { claim: 'an unknown hole', draft: estateServing('night', { arn: { hole: 'nihgt' } }, { holes: [...estate().holes, hole('night', 'sqs')] }), code: 'CS1001', line: '"arn": { "hole": "nihgt"', says: '`nihgt` is not a hole of this policy', advises: 'write `night`' },
  { claim: 'an unknown segment of a resource', draft: estateServing('night', { segment: 'comerce' }), code: 'CS1001', line: '"segment": "comerce"', says: '`comerce` is not a segment of this policy', advises: 'write `commerce`' },
  { claim: 'an unknown key', draft: estateServing('settlements', { encryptedBy: 'order-key' }), code: 'CS1001', line: '"encryptedBy": "order-key"', says: '`order-key` is not an API of this policy', advises: 'write `orders-key`' },

  // encryption
  { claim: 'a queue as a key', draft: estateServing('settlements', { encryptedBy: 'night' }), code: 'CS1067', line: '"encryptedBy": "night"', says: '`settlements` is encrypted by `night`, which is a queue and no key', advises: 'name a key of this policy', related: ['`night` is declared'] },
  { claim: 'a workload\'s API as a key', draft: estateServing('settlements', { encryptedBy: 'vault' }, { apis: [...estateServing('settlements', { encryptedBy: 'vault' }).apis, api('vault', [http('read', '/')], [], { servedBy: { kind: 'workload', workload: 'orders', port: 'http' } })] }), code: 'CS1067', line: '"encryptedBy": "vault"', says: 'which is served by a workload and no key', advises: 'name a key' },
  { claim: 'an encrypted function', draft: estateServing('render', { encryptedBy: 'orders-key' }), code: 'CS1067', line: '"encryptedBy": "orders-key"', says: '`render` is a function, and stores nothing', advises: 'leave `encryptedBy` out' },
  { claim: 'an encrypted key', draft: estateServing('cards-key', { encryptedBy: 'orders-key' }), code: 'CS1067', line: '"encryptedBy": "orders-key"', says: '`cards-key` is a key, and stores nothing', advises: 'not encrypted with each other' },
  { claim: 'a key of another region', draft: estateServing('orders-key', { arn: arns.kms.replace('eu-west-1', 'us-east-1') }, { holes: [hole('settlements', 'sqs')], apis: [...estateServing('orders-key', { arn: arns.kms.replace('eu-west-1', 'us-east-1') }).apis, resource('more', served('sqs', { encryptedBy: 'orders-key' }), [verb('send')], { offers: [] })] }), code: 'CS1068', line: '"encryptedBy": "orders-key"', says: '`more` is in `eu-west-1` and its key `orders-key` in `us-east-1`', advises: 'name a key of `eu-west-1`', related: ['`orders-key` is declared'] },
  { claim: 'a key of another account', draft: estateServing('orders-key', { arn: arns.kms.replace(account, '444455556666'), owned: false }, { holes: [hole('settlements', 'sqs')], apis: [...estateServing('orders-key', { arn: arns.kms.replace(account, '444455556666'), owned: false }).apis, resource('more', served('sqs', { encryptedBy: 'orders-key' }), [verb('send')], { offers: [] })] }), code: 'CS1068', line: '"encryptedBy": "orders-key"', says: '`more` is in the account `111122223333` and its key `orders-key` in `444455556666`', advises: 'of the account `111122223333`' },
  { claim: 'confidential data without a key', draft: estateServing('night', { segment: 'commerce' }), code: 'CS1069', line: '"servedBy": { "kind": "cloud"', says: 'the queue `night` names no key, and the segment `commerce` holds `confidential` data, which demands `encryptedBy` a key', advises: 'state `encryptedBy: key(…)`', related: ['`commerce` is declared'] },
  { claim: 'restricted data without a key', draft: estateServing('night', { segment: 'cards' }), code: 'CS1069', line: '"servedBy": { "kind": "cloud"', says: 'holds `restricted` data, which demands `encryptedBy` an owned key', advises: 'declare a key without `arn` in that segment' },
  { claim: 'restricted data with a key of somebody else', draft: estateServing('cards', { encryptedBy: 'orders-key' }), code: 'CS1069', line: '"encryptedBy": "orders-key"', says: 'is encrypted by `orders-key`, which is there already, so that nothing here says that it rotates', advises: 'leave `arn` out of the key', related: ['`orders-key` is declared', '`cards` is declared'] },
  { claim: 'restricted data with a key that is not owned', draft: estateServing('orders-key', { owned: false }, { apis: [...estateServing('orders-key', { owned: false }).apis.filter(({ name }) => name !== 'cards'), resource('cards', served('dynamodb', { segment: 'cards', encryptedBy: 'orders-key' }), [verb('get')], { offers: [] })] }), code: 'CS1069', line: '"encryptedBy": "orders-key"', says: 'which is not owned', advises: 'leave `arn` out' },
  { claim: 'restricted data with a key that does not rotate', draft: estateWith('cards-key', (one) => ({ ...one, servedBy: unrotated })), code: 'CS1069', line: '"encryptedBy": "cards-key"', says: 'which does not rotate', advises: 'rotationDays: 365' },
  { claim: 'restricted data with a key of a lesser segment', draft: estateServing('cards-key', { segment: 'commerce' }), code: 'CS1069', line: '"encryptedBy": "cards-key"', says: 'which lives in `commerce`, which holds `confidential` data', advises: 'as the key\'s own' },
  { claim: 'restricted data with a key of no segment', draft: estateWith('cards-key', (one) => ({ ...one, servedBy: made() })), code: 'CS1069', line: '"encryptedBy": "cards-key"', says: 'which lives in no segment', advises: 'as the key\'s own' },

  // facts
  ...(['render', 'reporting', 'ledger'] as const).map((name): Refusal => ({ claim: `an owned ${name}`, draft: estateServing(name, { owned: true }), code: 'CS1070', line: '"owned": true', says: `\`${name}\` is \`owned\`, and no policy can be attached to`, advises: 'leave `owned` out' })),
  { claim: 'a queue without an ARN', draft: estateWith('night', (one) => ({ ...one, servedBy: unnamed })), code: 'CS1071', line: '"servedBy": { "kind": "cloud"', says: '`night` is a queue without an ARN, and only keys are made along with a policy', advises: '`hole(\'night\', { kind: \'arn\', service: \'sqs\' })`' },
  { claim: 'a made key that is not owned', draft: estateWith('orders-key', (one) => ({ ...one, servedBy: made({ owned: false, segment: 'commerce' }) }), { holes: [hole('settlements', 'sqs')] }), code: 'CS1071', line: '"owned": false', says: 'the key `orders-key` is made along with the policy, and is not `owned`', advises: 'leave `owned` out' },
  { claim: 'a rotated queue', draft: estateServing('night', { rotationDays: 365 }), code: 'CS1071', line: '"rotationDays": 365', says: '`night` is a queue, and only keys rotate', advises: 'on the key that encrypts it' },
  { claim: 'rotation of a key that is there already', draft: estateServing('orders-key', { rotationDays: 365 }), code: 'CS1071', line: '"rotationDays": 365', says: 'the key `orders-key` is there already', advises: 'leave `rotationDays` out' },
  ...[89, 2561].map((days): Refusal => ({ claim: `rotation every ${days} days`, draft: estateServing('cards-key', { rotationDays: days }), code: 'CS1055', line: `"rotationDays": ${days}`, says: `is to rotate every ${days} days, and KMS takes 90 to 2560`, advises: '365' })),
  { claim: 'an owned queue of a segment that is left alone', draft: estateServing('night', { owned: true, segment: 'old' }, { segments: [...estate().segments, segment('old', { managed: 'unmanaged' })] }), code: 'CS1071', line: '"owned": true', says: '`night` is `owned`, and its segment `old` is unmanaged', advises: 'leave `owned` out', related: ['`old` is declared'] },
  { claim: 'a port of a queue', draft: estateServing('night', { port: 443 }), code: 'CS1071', line: '"port": 443', says: '`night` states a port, and queues are asked at 443', advises: 'leave `port` out' },
  { claim: 'a database without a port', draft: estateWith('ledger', (one) => ({ ...one, servedBy: served('rds-db') })), code: 'CS1071', line: '"servedBy": { "kind": "cloud"', says: 'the database `ledger` does not say at which port it answers', advises: '5432' },
  { claim: 'a database at no port', draft: estateServing('ledger', { port: 0 }), code: 'CS1008', line: '"port": 0', says: 'the port of `ledger`', advises: 'number' },

  // callers
  { claim: 'people at a queue', draft: asked('settlements', offerTo('send', [people('shoppers')])), code: 'CS1072', line: '{ "kind": "people"', says: '`settlements.send` is offered to the people `shoppers`, and only workloads have credentials', advises: 'the workload that calls it for them' },
  { claim: 'a partner at a queue', draft: asked('settlements', offerTo('send', [{ kind: 'partner', name: 'acme' }])), code: 'CS1072', line: '{ "kind": "partner"', says: 'offered to the partner `acme`', advises: 'the workload that calls it' },
  { claim: 'anyone at a queue, for whatever reason', draft: asked('settlements', { ...offerTo('send', [{ kind: 'anyone' }]), because: '' }), code: 'CS1072', line: '{ "kind": "anyone"', says: 'offered to `anyone`', advises: 'the workload' },
  { claim: 'a workload that acts for people', draft: asked('settlements', offerTo('send', [acting('orders', 'shoppers')])), code: 'CS1072', line: '{ "kind": "workload"', says: 'is offered to `orders` acting for `shoppers`, and IAM sees the workload\'s credentials and no token of a person', advises: 'ask for `shoppers` where they call `orders`' },
  { claim: 'an exposed queue', draft: estateWith('night', (one) => ({ ...one, ...at('night.example.com') })), code: 'CS1072', line: '"exposedAt": { "kind": "gateway"', says: 'the queue `night` states `exposedAt`', advises: 'leave `exposedAt` out' },
  { claim: 'a caller without a ServiceAccount', draft: estate({ workloads: [workload('orders', { serviceAccount: undefined as never }, { segment: 'commerce' }), ...estate().workloads.slice(1)] }), code: 'CS1016', line: '"kubernetes": { "namespace": "shop"', says: '`orders` calls `cards.get`', advises: 'create a ServiceAccount' },

  // hosts outside
  { claim: 'a host in the cluster', draft: withHost({ kubernetes: workload('batch').kubernetes! }), code: 'CS1073', line: '"host": { "trustAnchor": "datacentre"', says: '`batch` states `kubernetes` and `host`', advises: 'leave one of them out' },
  { claim: 'a host that asks the cluster\'s DNS', draft: withHost({ callsDns: { because: 'mail' } }), code: 'CS1073', line: '"callsDns": { "because": "mail"', says: '`batch` is outside the cluster, whose DNS it does not ask', advises: 'leave `callsDns` out' },
  { claim: 'a host that calls the API server', draft: withHost({ callsApiServer: { because: 'x' } }), code: 'CS1073', line: '"callsApiServer": { "because": "x"', says: 'to the API server from there', advises: 'leave `callsApiServer` out' },
  { claim: 'a host that serves', draft: estate({ apis: [...estateApis, api('batch', [http('run', '/')], [], { servedBy: { kind: 'workload', workload: 'batch', port: 80 } })] }), code: 'CS1073', line: '"servedBy": { "kind": "workload"', says: '`batch` is served by `batch`, which is outside the cluster', advises: 'from a workload of the cluster' },
  { claim: 'a host that calls a workload', draft: estate({ apis: [...estateApis, api('orders', [http('list', '/')], [offer('list', ['batch'])])], asks: [...estate().asks, ask('batch', 'orders.list')] }), code: 'CS1073', line: '{', says: '`batch` asks for `orders.list` from outside the cluster', advises: 'as a partner with a client certificate' },
  ...([
    ['', '`batch` is known by no name', 'such as `spiffe://corp.example/batch`'], ['batch', 'is no URI', 'such as'], ['dns:batch.corp.example', 'is no URI', 'such as'], ['uri:spiffe://corp.example/batch', 'begins with `uri:`', 'write `spiffe://corp.example/batch`'],
    ['spiffe://Corp.example/batch', 'has a SPIFFE ID that has a trust domain that has capital letters', 'such as'], ['spiffe://corp.example', 'names a trust domain and nobody in it', 'such as'], ['spiffe://corp.example/*', 'has a path that is not made of', 'such as'],
    ['https://corp.example/batch?x=1', 'has characters that IAM does not take over', 'such as'], [`spiffe://corp.example/${'b'.repeat(260)}`, 'has 282 characters, and IAM compares at most 256', 'such as'],
  ] as const).map(([san, says, advises]): Refusal => ({ claim: `a host known by ${san.slice(0, 40)}`, draft: withHost({}, san), code: 'CS1046', line: `"san": ${JSON.stringify(san)}`, says, advises })),
  { claim: 'two hosts of one name', draft: estate({ workloads: [...estate().workloads, host('cron', 'spiffe://corp.example/batch')] }), code: 'CS1047', line: '"san": "spiffe://corp.example/batch"', says: '`cron` and `batch` are both known by `spiffe://corp.example/batch` of `datacentre`', advises: 'of its own', related: ['`batch` is known by it'] },

  // conditions
  ...([
    [{ kind: 'mfa' }, 'no session of a workload begins with a second factor: `aws:MultiFactorAuthPresent`'], [{ kind: 'claim', claim: 'groups', anyOf: ['a'] }, 'IAM sees no token of a person there'], [{ kind: 'maxTokenAge', seconds: 60 }, 'IAM sees no token of a person there'],
    [{ kind: 'authenticatedWithin', seconds: 60 }, '`aws:MultiFactorAuthAge` is absent'], [{ kind: 'device', anyOf: ['managed'] }, 'IAM knows nothing of devices'], [{ kind: 'header', name: 'x-tier', anyOf: ['gold'], trustedHop: 'orders' }, 'IAM compares no headers'],
    [{ kind: 'during', days: ['mon'], start: '08:00', end: '18:00', timeZone: 'UTC' }, 'IAM compares `aws:CurrentTime` with dates only'],
  ] as const).flatMap(([condition, says]): readonly Refusal[] => [
    { claim: `\`${condition.kind}\` of a request to a queue`, draft: when({ when: [condition] }), code: 'CS1074', line: `{ "kind": "${condition.kind}"`, says, advises: '`from(…)`' },
    { claim: `\`${condition.kind}\` inside alternatives`, draft: when({ when: [{ kind: 'any', of: [{ kind: 'from', cidrs: ['10.0.0.0/8'] }, condition] }] }), code: 'CS1074', line: `{ "kind": "${condition.kind}"`, says, advises: 'leave the condition out' },
  ]),
  { claim: 'a window of the resource\'s segment', draft: segmentAsking('during'), code: 'CS1074', line: '{ "kind": "during"', says: 'the segment `commerce` asks for `during` of a request to a resource of the cloud', advises: 'a segment of its own', related: ['`orders-key` is in it'] },
  { claim: 'a header of the resource\'s segment', draft: segmentAsking('header'), code: 'CS1074', line: '{ "kind": "header"', says: 'the segment `commerce` asks for `header`', advises: 'a segment of its own' },

  // countersigning, reasons and expiry understand them
  { claim: 'a queue that is not offered', draft: estate({ asks: [...estate().asks, ask('ui', 'settlements.receive')] }), code: 'CS1012', line: '{', says: '`ui` asks for `settlements.receive`, which is not offered to anybody', advises: 'add `to: [ui]`' },
  { claim: 'a queue that nobody asks for', draft: estate({ asks: estate().asks.filter(({ to }) => to.api !== 'settlements') }), code: 'CS1020', line: '{ "operation": "send"', says: '`settlements.send` is offered to `orders`, which does not ask for it', advises: 'remove the offer' },
  { claim: 'what is restricted without a reason', draft: estateWith('cards', (one) => ({ ...one, offers: [offer('get', ['orders'])] })), code: 'CS1019', line: '{ "operation": "get"', says: '`cards.get` is offered without a reason, and its segment `cards` holds `restricted` data', advises: 'add `because`' },
  { claim: 'a queue until yesterday', draft: when({ until: '2026-11-23' }), code: 'CS1010', line: '"until": "2026-11-23"', says: 'ended on 2026-11-23', advises: 'renew' },

  // invariants
  { claim: 'a `never` of a queue that a grant breaks', draft: estate({ never: [never({ kind: 'workload', name: 'orders' }, { kind: 'api', name: 'settlements' })] }), code: 'CS1022', line: '{ "kind": "reach"', says: '`orders` can reach `settlements.send`, which a `never` forbids (PCI scope)', advises: 'take the grant back', related: ['`settlements.send` is offered to `orders`', '`orders` asks for `settlements.send`'] },
  { claim: 'a `never` of a segment of resources', draft: estate({ never: [never({ kind: 'segment', name: 'commerce' }, { kind: 'segment', name: 'cards' })] }), code: 'CS1022', line: '{ "kind": "reach"', says: '`orders` can reach `cards.get`', advises: 'take the grant back' },
  { claim: 'a `never` of all hosts but one', draft: estate({ never: [never({ kind: 'anyIdentity', except: [{ kind: 'workload', name: 'orders' }] }, { kind: 'api', name: 'night' })] }), code: 'CS1022', line: '{ "kind": "reach"', says: '`batch` can reach `night.send`', advises: 'take' },
  { claim: 'a `never` of what is not owned', draft: estate({ never: [never({ kind: 'workload', name: 'ui' }, { kind: 'operation', api: 'night', operation: 'send' })] }), code: 'CS1058', line: '{ "kind": "reach"', says: 'a `never` speaks of `night.send`, and `night` is not owned: only the callers\' side is enforced', advises: 'let `night` be `owned`', related: ['`night` is declared'] },
  { claim: 'a `never` of a segment with something that is not owned', draft: estateServing('cards', { owned: false }, { never: [never({ kind: 'workload', name: 'ui' }, { kind: 'segment', name: 'cards' })] }), code: 'CS1058', line: '{ "kind": "reach"', says: 'a `never` speaks of `cards`, and `cards` in it is not owned', advises: 'let `cards` be `owned`' },
];

describe('what is wrong with a resource of the cloud is refused at its own line, with advice', () => {
  test.each(cases)('$code: $claim', isRefused);
});

test('the estate that the table breaks is sound', () => {
  expect(check(written(estate()), { asOf }).diagnostics).toEqual([]);
});

/** Cases whose mistake needs no other: it is the only error. */
test.each(cases.filter(({ code, claim }) => ['CS1060', 'CS1061', 'CS1062', 'CS1063', 'CS1064', 'CS1068', 'CS1069', 'CS1070', 'CS1071', 'CS1074', 'CS1055', 'CS1065', 'CS1073', 'CS1046', 'CS1047'].includes(code) && !claim.includes('serves') && !/^the index $|^the prefix $/.test(claim)))('$code: $claim: says nothing else', ({ draft, code }) => {
  expect(errorsOf(draft).filter((other) => other !== 'CS1012')).toEqual([code]); // whose offers the table has replaced
});

describe('what a segment holds decides what its resources must be encrypted with', () => {
  const services = cloudServices.filter((service) => service !== 'kms');
  test.each(services.flatMap((service) => (['public', 'internal', 'confidential', 'restricted'] as const).map((holds) => [service, holds] as const)))('%s, %s', (service, holds) => {
    const name = estateApis.find(({ servedBy }) => servedBy.kind === 'cloud' && servedBy.service === service)!.name;
    const found = (encryptedBy: 'orders-key' | 'cards-key' | undefined) => {
      const kept = estateApis.find((one) => one.name === name)!.servedBy as CloudServer, { encryptedBy: _, ...bare } = kept;
      const all = estate({ segments: estate().segments.map((one) => (one.name === 'cards' ? { ...one, holds } : one)) }, estateApis.filter((one) => one.name === name || ['orders-key', 'cards-key', 'settlements'].includes(one.name)), {
        [name]: { ...estateApis.find((one) => one.name === name)!, servedBy: { ...bare, segment: 'cards', ...(encryptedBy === undefined ? {} : { encryptedBy }) } },
      });
      return errorsOf(all).filter((code) => ['CS1067', 'CS1069'].includes(code));
    };
    const weak = cloudServiceFacts[service].stores ? ['CS1069'] : [], keyed = cloudServiceFacts[service].stores ? [] : ['CS1067'];
    expect(found(undefined), 'no key').toEqual(holds === 'confidential' || holds === 'restricted' ? weak : []);
    expect(found('orders-key'), 'a key that was there').toEqual(holds === 'restricted' && keyed.length === 0 ? ['CS1069'] : keyed);
    expect(found('cards-key'), 'an owned key that rotates').toEqual(keyed);
  });
});

test('a `never` over owned resources is proved: nothing else is said', () => {
  expect(check(written(estate({ never: [never({ kind: 'workload', name: 'ui' }, { kind: 'segment', name: 'cards' }), never({ kind: 'anyone' }, { kind: 'api', name: 'settlements' })] })), { asOf }).diagnostics).toEqual([]);
});

test('what a segment asks of workloads\' tokens is said of the segment, and not again of its resources', () => {
  const draft = estate({ segments: [segment('commerce', { holds: 'confidential', requires: { people: [], partners: [], workloads: [{ kind: 'mfa' }] } }), segment('cards', { holds: 'restricted' })] });
  expect(errorsOf(draft)).toEqual(['CS1040']);
});

test('exactly what some grant lets through breaks a `never` about its caller, on generated estates', () => {
  let broken = 0, kept = 0;
  fc.assert(fc.property(estates(profiles.cloud), ({ policy, asOf: day }) => {
    const granted = new Set(grants(policy).filter(({ from, until }) => from.kind === 'workload' && from.actingFor === undefined && (until === undefined || until >= day)).map(({ api, from, operation }) => `${identityName(from)} ${api.name} ${operation.name}`));
    const pairs = policy.apis.filter(isCloudApi).flatMap((api) => api.operations.flatMap((operation) => policy.workloads.map((workload) => ({ api, operation, workload })))).slice(0, 20);
    for (const { api, operation, workload } of pairs) {
      const draft: Policy = { ...policy, never: [never({ kind: 'workload', name: workload.name }, { kind: 'operation', api: api.name, operation: operation.name })] };
      const found = check({ draft, sites: noSites, diagnostics: [] }, { asOf: day }).diagnostics;
      const refuted = found.filter(({ code }) => code === 'CS1022'), reaches = granted.has(`${workload.name} ${api.name} ${operation.name}`);
      expect(refuted).toHaveLength(reaches ? 1 : 0);
      for (const { witness } of refuted) expect(decide(policy, witness as Request).decision).toBe('allow');
      expect(found.some(({ code, message }) => code === 'CS1058' && message.includes('is not owned'))).toBe(!api.servedBy.owned);
      if (reaches) broken++; else kept++;
    }
  }), { numRuns: 12, seed: 41 });
  expect([broken > 20, kept > 20]).toEqual([true, true]);
});

test('whatever a resource is said to be, check says it and does not throw', () => {
  const places: (readonly (string | number)[])[] = [];
  const collect = (value: unknown, path: readonly (string | number)[]): void => {
    if (path.length > 0) places.push(path);
    if (typeof value === 'object' && value !== null) for (const [key, member] of Object.entries(value)) collect(member, [...path, key]);
  };
  const whole = (): Policy => estate({ never: [never({ kind: 'workload', name: 'ui' }, { kind: 'segment', name: 'cards' })] });
  collect(whole(), []);
  fc.assert(fc.property(fc.constantFrom(...places), fc.oneof(fc.anything(), fc.constantFrom('', 'kms', 'orders-key', 'cards', '\0', '__proto__', 'arn:aws:', 'arn::::::', -1, 1e300, { hole: 'orders-key' }, { hole: '' })), (path, value) => {
    const draft = structuredClone(whole()) as unknown as Record<string | number, unknown>;
    path.slice(0, -1).reduce((here, key) => here[key] as Record<string | number, unknown>, draft)[path.at(-1)!] = value;
    check({ draft: draft as unknown as Policy, sites: noSites, diagnostics: [] }, { asOf });
  }), { numRuns: 400, seed: 9 });
});

test('says everything that is wrong with one resource at once', () => {
  const draft = estateWith('night', (one) => ({
    ...one, servedBy: { kind: 'cloud', service: 'lambda', arn: 'night*', owned: true, segment: 'nowhere', encryptedBy: 'orders-key', port: 1, rotationDays: 5 }, operations: [verb('send'), verb('invoke', 'x')], ...at('n.example.com'),
    offers: [{ operation: 'send', to: [{ kind: 'anyone' }], when: [{ kind: 'mfa' }] }],
  }));
  expect(errorsOf(draft)).toEqual(['CS1001', 'CS1012', 'CS1060', 'CS1062', 'CS1067', 'CS1070', 'CS1071', 'CS1072', 'CS1074']);
});
