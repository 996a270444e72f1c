import { describe, expect, test } from 'vitest';
import type { Policy } from '#ir';
import { readRequestLine } from '../../src/cli/load/request-line.ts';
import { estate } from '../language/check/cloud-drafts.ts';

const time = '2026-11-24T00:00:00Z';
const policy: Policy = estate();
const read = (from: object, to: object, context?: object) => readRequestLine(JSON.stringify({ from, to, context }), policy, time);
const orders = { workload: 'orders' }, send = { api: 'settlements', operation: 'send' };

describe('a line asks about the cloud', () => {
  test.each<[string, object, object, object]>([
    ['an action', orders, { api: 'settlements', action: 'sqs:SendMessage' }, { to: { kind: 'action', api: 'settlements', action: 'sqs:SendMessage' } }],
    ['an action on an object', orders, { api: 'media', action: 's3:GetObject', within: 'thumbs/1.png' }, { to: { kind: 'action', api: 'media', action: 's3:GetObject', within: 'thumbs/1.png' } }],
    ['an action on an index', orders, { api: 'cards', action: 'dynamodb:Query', within: 'idx_customer' }, { to: { kind: 'action', api: 'cards', action: 'dynamodb:Query', within: 'idx_customer' } }],
    ['a key through a service', orders, { api: 'orders-key', action: 'kms:Decrypt', via: 'sqs' }, { to: { kind: 'action', api: 'orders-key', action: 'kms:Decrypt', via: 'sqs' } }],
    ['a role', orders, { api: 'reporting', action: 'sts:AssumeRole' }, { to: { kind: 'action', api: 'reporting', action: 'sts:AssumeRole' } }],
    ['an action that no verb has', orders, { api: 'settlements', action: 'sqs:DeleteQueue' }, { to: { kind: 'action', api: 'settlements', action: 'sqs:DeleteQueue' } }],
    ['somebody with its credentials', { credentialsOf: 'orders' }, send, { peer: { kind: 'credentials', of: 'orders' }, throughExposure: false }],
    ['another principal', { principal: 'arn:aws:iam::111122223333:user/ops' }, send, { peer: { kind: 'principal', arn: 'arn:aws:iam::111122223333:user/ops' }, throughExposure: false }],
    ['a session of another principal', { principal: 'arn:aws:sts::111122223333:assumed-role/ops/me' }, send, { peer: { kind: 'principal', arn: 'arn:aws:sts::111122223333:assumed-role/ops/me' } }],
    ['the way to its credentials', orders, { builtin: 'cloudCredentials' }, { to: { kind: 'builtin', name: 'cloudCredentials' } }],
    ['the instance metadata', orders, { builtin: 'instanceMetadata' }, { to: { kind: 'builtin', name: 'instanceMetadata' } }],
  ])('%s', (_, from, to, request) => {
    expect(read(from, to)).toMatchObject({ ok: true, request: { ...request, context: { time } } });
  });

  test('in the clear, and with weaker encryption', () => {
    expect(read(orders, send, { inTheClear: true, weakerEncryption: true })).toMatchObject({ ok: true, request: { context: { inTheClear: true, weakerEncryption: true } } });
  });
});

describe('a line that asks about nothing says why', () => {
  test.each<[string, object, object, string, string, string]>([
    ['an action on nothing', orders, { api: 'setlements', action: 'sqs:SendMessage' }, 'CS5016', 'there is no API `setlements`', '`settlements`'],
    ['an action of another service', orders, { api: 'settlements', action: 'sns:Publish' }, 'CS5016', '`sns:Publish` is no action on a queue, which `settlements` is', '`sqs:`'],
    ['every action', orders, { api: 'settlements', action: 'sqs:*' }, 'CS5014', '`action` `sqs:*` is none', 'without wildcards'],
    ['an action without its service', orders, { api: 'settlements', action: 'SendMessage' }, 'CS5014', 'is none', 'sqs:SendMessage'],
    ['a part of a queue', orders, { api: 'settlements', action: 'sqs:SendMessage', within: 'urgent' }, 'CS5014', '`within` means nothing of a queue', 'leave it out'],
    ['a queue through a service', orders, { api: 'settlements', action: 'sqs:SendMessage', via: 'sns' }, 'CS5014', '`via` means nothing of a queue', 'leave it out'],
    ['a key through no service', orders, { api: 'orders-key', action: 'kms:Decrypt', via: 'sqss' }, 'CS5016', 'there is no service `sqss`', '`sqs`'],
    ['an action and an operation', orders, { ...send, action: 'sqs:SendMessage' }, 'CS5014', '`to` names no destination', '`action`'],
    ['credentials of nobody', { credentialsOf: 'ordres' }, send, 'CS5016', 'there is no workload `ordres`', '`orders`'],
    ['a principal by name', { principal: 'ops' }, send, 'CS5014', '`principal` `ops` is no ARN of a principal', 'arn:aws:iam::'],
    ['a queue as a principal', { principal: 'arn:aws:sqs:eu-west-1:111122223333:a' }, send, 'CS5014', 'is no ARN of a principal', 'arn:aws:iam::'],
    ['every principal', { principal: 'arn:aws:iam::111122223333:role/*' }, send, 'CS5014', 'is no ARN of a principal', 'arn:aws:iam::'],
    ['two callers', { principal: 'arn:aws:iam::111122223333:role/a', workload: 'orders' }, send, 'CS5014', 'names no caller, or several', '`principal`'],
    ['a caller that is the metadata service', { builtin: 'instanceMetadata' }, send, 'CS5016', 'there is no built-in peer `instanceMetadata`', 'there are'],
    ['a misspelt built-in', orders, { builtin: 'instanceMetadatas' }, 'CS5016', 'there is no built-in peer', '`instanceMetadata`'],
  ])('%s', (_, from, to, code, says, advises) => {
    const said = read(from, to);
    expect(said).toMatchObject({ ok: false, code });
    if (said.ok) return;
    expect(said.message).toContain(says);
    expect(said.help).toContain(advises);
  });

  test('an action on what a workload serves', () => {
    const served: Policy = { ...policy, apis: [...policy.apis, { name: 'shop', servedBy: { kind: 'workload', workload: 'orders', port: 80 }, operations: [], offers: [] }] };
    expect(readRequestLine(JSON.stringify({ from: orders, to: { api: 'shop', action: 'sqs:SendMessage' } }), served, time)).toMatchObject({ ok: false, code: 'CS5016', message: '`shop` is no resource of the cloud, and has no actions' });
  });
});
