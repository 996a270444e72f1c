import { describe, expect, test } from 'vitest';
import { verify, type Emitted } from '#analysis';
import type { Platform } from '#ir';
import { place } from '#placement';
import { decide, type Hop, type Request } from '#spec';
import { awsIam, kubernetes, type Artifact } from '#targets';
import { cloudStrata } from '../../../src/analysis/verify/cloud-attempts.ts';
import { variedCloudGrants } from '../../../src/analysis/verify/cloud-grants.ts';
import { policyParts } from '../../../src/analysis/verify/policy-part.ts';
import { openEndpoint } from '../../targets/kubernetes/cloud-estate.ts';
import { policy, withPodIdentity, withTokens } from './cloud-estate.ts';

/** What the network's target and IAM's emit for the estate. */
function emittedOn(platform: Platform): readonly Emitted[] {
  const targets = [kubernetes, awsIam];
  const { placement } = place(policy, platform, targets.map(({ capabilities, id, plane }) => ({ id, plane, capabilities: capabilities(platform) })));
  return targets.map((target) => ({ target, artifacts: target.emit(target.lower(policy, platform, placement).plan) }));
}
const whole = new Map([withPodIdentity, withTokens].map((platform) => [platform, emittedOn(platform)]));

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- an object that is about to be spoiled
type Any = Record<string, any>;
/** Of one object, by the end of its id: its content changed, or the object gone. */
interface Spoiling { readonly object: string; readonly change: 'gone' | ((content: Any) => void) }

function judged(spoilings: readonly Spoiling[], platform: Platform = withPodIdentity) {
  const left = new Set(spoilings.map(({ object }) => object));
  const emitted = whole.get(platform)!.map(({ artifacts, target }): Emitted => ({
    target,
    artifacts: artifacts.flatMap((artifact): readonly Artifact[] => {
      const mine = spoilings.filter(({ object }) => artifact.id.endsWith(`/${object}`));
      if (mine.length === 0) return [artifact];
      for (const { object } of mine) left.delete(object);
      if (mine.some(({ change }) => change === 'gone')) return [];
      const copy = structuredClone(artifact) as Artifact, content: Any = copy.kind === 'kubernetes' ? copy.object : { ...copy.properties, ...copy.documents };
      for (const { change } of mine) if (change !== 'gone') change(content);
      expect(JSON.stringify(content), 'the change does something').not.toBe(JSON.stringify(artifact.kind === 'kubernetes' ? artifact.object : { ...artifact.properties, ...artifact.documents }));
      if (copy.kind === 'kubernetes') return [copy];
      return [{ ...copy, properties: Object.fromEntries(Object.keys(copy.properties).map((key) => [key, content[key]])), documents: Object.fromEntries(Object.keys(copy.documents).map((key) => [key, content[key]])) }];
    }),
  }));
  expect([...left], 'every object that is spoiled is there').toEqual([]);
  return verify({ policy, platform, emitted });
}

/** Nobody says where services answer, and a person has accepted that. */
const anywhere: Platform = { ...withPodIdentity, aws: { ...withPodIdentity.aws!, endpoints: [] }, accept: [openEndpoint()] };

const change = (object: string, how: Spoiling['change']): Spoiling => ({ object, change: how });
const statements = (object: string, how: (statements: readonly Any[]) => readonly Any[], document = 'policy'): Spoiling => change(object, (content) => { content[document].Statement = how(content[document].Statement); });
/** Those whose Sid begins so, or reads so, are gone. */
const without = (object: string, sid: string | RegExp): Spoiling => statements(object, (all) => all.filter(({ Sid }) => !(typeof sid === 'string' ? (Sid as string).startsWith(sid) : sid.test(Sid as string))));
const each = (object: string, sid: string, how: (statement: Any) => void, document = 'policy'): Spoiling => statements(object, (all) => all.map((one) => { if ((one['Sid'] as string).startsWith(sid)) how(one); return one; }), document);
/** A condition key is no longer asked for. */
const forget = (object: string, sid: string, key: string, document = 'policy'): Spoiling => each(object, sid, ({ Condition }) => {
  for (const operator of Object.keys(Condition)) { delete Condition[operator][key]; if (Object.keys(Condition[operator]).length === 0) delete Condition[operator]; }
}, document);
const spec = (object: string, how: (spec: Any) => void): Spoiling => change(object, (content) => how(content['spec']));
const letOut = (object: string, cidr: string, port: number): Spoiling => spec(object, (one) => { one['egress'] = [...one['egress'] ?? [], { to: [{ ipBlock: { cidr } }], ports: [{ protocol: 'TCP', port }] }]; });

describe('what is emitted for the cloud', () => {
  test.each([['by Pod Identity', withPodIdentity], ['by tokens', withTokens]])('is as the policy means, all of it looked at: %s', (_, platform) => {
    const { coverage, diagnostics } = judged([], platform);
    expect(diagnostics).toEqual([]);
    expect(coverage.exhaustive).toBe(true);
    expect(coverage.bypasses.pastEndpoint).toBeGreaterThan(500);
  });
});

type Case = readonly [what: string, spoilings: readonly Spoiling[], message: RegExp, platform?: Platform];
const cases = (all: readonly Case[]) => all.map(([what, spoilings, message, platform]) => ({ what, spoilings, message, platform }));

describe('services whose addresses nobody states', () => {
  // what IAM asks of an endpoint or of an address it can't ask here
  const plain = { ...policy, apis: policy.apis.filter(({ name }) => name !== 'log'), asks: policy.asks.filter(({ to }) => to.api !== 'log') };
  const targets = [kubernetes, awsIam];
  const emitted = (): readonly Emitted[] => {
    const { losses, placement } = place(plain, anywhere, targets.map(({ capabilities, id, plane }) => ({ id, plane, capabilities: capabilities(anywhere) })));
    expect(losses).toEqual([]);
    return targets.map((target) => { const { losses: lost, plan } = target.lower(plain, anywhere, placement); expect(lost).toEqual([]); return { target, artifacts: target.emit(plan) }; });
  };
  test('are as the policy means where that is accepted: whoever is let out further was accepted to be', () => {
    expect(verify({ policy: plain, platform: anywhere, emitted: emitted() }).diagnostics).toEqual([]);
  });
  test('are open too far for whom nobody has accepted it', () => {
    const found = verify({ policy: plain, platform: { ...anywhere, accept: [openEndpoint(['orders → jobs.send'])] }, emitted: emitted() }).diagnostics;
    expect(found.map(({ code, message, pointer }) => [code, message, pointer])).toEqual([
      ['CS4001', 'the emitted artefacts let `media` connect to TCP 443 of an address outside that no endpoint has, which no grant is about', expect.stringMatching(/^\/workloads\/\d+$/)],
    ]);
  });
});

const wider: readonly Case[] = [
  ['a queue is open to other principals for sending', [without('QueuePolicy/jobs', 'DenySendToOthers')], /let `arn:aws:iam::111122223333:role\/nobody-declared` ask `sqs:SendMessage` of `jobs`, which the policy denies/],
  ['what is never granted is no longer denied', [without('QueuePolicy/jobs', 'DenyPurge')], /role\/nobody-declared` ask `sqs:PurgeQueue` of `jobs`/],
  ['others may manage a queue', [without('QueuePolicy/jobs', 'DenyManagementToOthers')], /role\/nobody-declared` ask `sqs:AddPermission` of `jobs`/],
  ['the deployer reads what is in a queue', [each('QueuePolicy/jobs', 'DenyReceive', ({ Condition }) => { Condition.StringNotEquals['aws:PrincipalArn'].push('arn:aws:iam::111122223333:role/deploy'); })], /let the deployer `arn:aws:iam::111122223333:role\/deploy` ask `sqs:\w+` of `jobs`/],
  ['other accounts are let into a key', [each('Key/jobs-key', 'AllowDecryptThroughSqs', (one) => { one['Principal'] = { AWS: ['*'] }; delete one['Condition'].StringEquals['aws:PrincipalArn']; })], /have `sqs` ask `kms:Decrypt` of `jobs-key`/],
  ['nothing asks for TLS', [without('QueuePolicy/jobs', 'DenyInsecureTransport'), forget('RolePolicy/case-batch/grants', 'JobsReceive', 'aws:SecureTransport')], /let `batch` in the clear ask `sqs:\w+` of `jobs`/],
  ['a key is used in the clear', [without('Key/jobs-key', 'DenyInsecureTransport'), forget('RolePolicy/case-batch/grants', 'JobsKeyViaSqs', 'aws:SecureTransport')], /let `batch` in the clear have `sqs` ask `kms:Decrypt` of `jobs-key`/],
  ['an action is widened, in role and boundary', [each('RolePolicy/case-orders/grants', 'TokenRead', (one) => { one['Action'] = ['secretsmanager:*']; }), each('Policy/case-orders-boundary', 'AtMostSecretsmanager', (one) => { one['Action'] = ['secretsmanager:*']; })], /let `orders` ask `secretsmanager:\w+` of `token`, which the policy denies; \d+ more attempts pass there as well/],
  ['a resource is widened, in role and boundary', [each('RolePolicy/case-orders/grants', 'TokenRead', (one) => { one['Resource'] = ['*']; }), each('Policy/case-orders-boundary', 'AtMostSecretsmanager', (one) => { one['Resource'] = ['*']; })], /let `orders` ask `secretsmanager:\w+` of `pin`/],
  ['a boundary and a role of somebody else\'s', [each('RolePolicy/case-media/grants', 'PinRead', (one) => { one['Resource'].push('arn:aws:secretsmanager:eu-west-1:111122223333:secret:token-AbCdEf'); }), each('Policy/case-media-boundary', 'AtMostSecretsmanager', (one) => { one['Resource'].push('arn:aws:secretsmanager:eu-west-1:111122223333:secret:token-AbCdEf'); })], /let `media` ask `secretsmanager:\w+` of `token`/],
  ['a role is given to another ServiceAccount', [change('PodIdentityAssociation/case-orders', (content) => { content['serviceAccount'] = 'idle'; }), forget('Role/case-orders', 'PodIdentity', 'aws:RequestTag/kubernetes-service-account', 'assumeRolePolicy')], /let `idle` ask `\S+` of `token`|let `idle` have `\w+` ask/],
  ['a trust policy forgets the ServiceAccount', [change('Role/case-orders', (content) => { for (const { Condition } of content['assumeRolePolicy'].Statement) for (const operator of Object.keys(Condition)) for (const key of Object.keys(Condition[operator])) if (key.endsWith(':sub')) delete Condition[operator][key]; })], /let a pod (with the labels of `\w+` and another ServiceAccount|of another namespace with the name of `\w+`'s ServiceAccount) ask `dynamodb:\w+` of `carts`/, withTokens],
  ['a trust policy takes the ServiceAccount of any namespace', [change('Role/case-orders', (content) => { for (const { Condition } of content['assumeRolePolicy'].Statement) for (const operator of Object.keys(Condition)) for (const key of Object.keys(Condition[operator])) if (key.endsWith(':sub')) { delete Condition[operator][key]; Condition.StringLike = { [key]: ['system:serviceaccount:*:orders'] }; } })], /let a pod of another namespace with the name of `orders`'s ServiceAccount ask/, withTokens],
  ['a trust policy forgets the certificate\'s name', [forget('Role/case-batch', 'Certificate', 'aws:PrincipalTag/x509SAN/URI', 'assumeRolePolicy')], /let `backup` ask `sqs:\w+` of `jobs`/],
  ['a grant does not end', [forget('RolePolicy/case-audit/grants', 'LogSend', 'aws:CurrentTime')], /let `audit` on the day after 2027-01-31 ask `sqs:\w+` of `log`/],
  ['a grant is from anywhere', [forget('RolePolicy/case-audit/grants', 'LogSend', 'aws:VpcSourceIp')], /let `audit` (from 203\.0\.113\.7 )?ask `sqs:\w+` of `log`/],
  ['credentials are good elsewhere', [forget('RolePolicy/case-orders/grants', 'JobsSend', 'aws:SourceVpce')], /let somebody elsewhere with the credentials of `orders` ask `sqs:\w+` of `jobs`/],
  ['a key is used directly', [forget('RolePolicy/case-batch/grants', 'JobsKeyViaSqs', 'kms:ViaService'), forget('Key/jobs-key', 'AllowDecryptThroughSqs', 'kms:ViaService')], /let `batch` ask `kms:Decrypt` of `jobs-key`/],
  ['a key is used through a service that encrypts nothing of the caller\'s', [each('RolePolicy/case-batch/grants', 'JobsKeyViaSqs', ({ Condition }) => { Condition.StringEquals['kms:ViaService'] = ['s3.eu-west-1.amazonaws.com']; }), each('Key/jobs-key', 'AllowDecryptThroughSqs', ({ Condition }) => { Condition.StringEquals['kms:ViaService'] = ['s3.eu-west-1.amazonaws.com']; })], /let `batch` have `s3` ask `kms:Decrypt` of `jobs-key`/],
  ['weaker encryption is written', [without('BucketPolicy/pictures', 'DenyOtherEncryption'), forget('RolePolicy/case-media/grants', 'PicturesWriteRaw', 's3:x-amz-server-side-encryption')], /let `media` with weaker encryption ask `s3:PutObject` of `pictures` for `raw\/object-1`/],
  ['a prefix is widened', [without('BucketPolicy/pictures', /^DenyRead.*Elsewhere/), each('RolePolicy/case-media/grants', 'PicturesReadThumbs', (one) => { one['Resource'] = ['arn:aws:s3:::pictures/*']; }), statements('Policy/case-media-boundary', (all) => [...all, { Sid: 'More', Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::pictures/*'] }])], /let `media` ask `s3:GetObject` of `pictures` for `(raw\/object-1|thumbs-not\/object-1|nobody-declared\/object-1)`|let `media` ask `s3:GetObject` of `pictures`, which/],
  ['a prefix loses its last character', [without('BucketPolicy/pictures', /^DenyRead.*Elsewhere/), each('RolePolicy/case-media/grants', 'PicturesReadThumbs', (one) => { one['Resource'] = ['arn:aws:s3:::pictures/thumbs*']; }), statements('Policy/case-media-boundary', (all) => [...all, { Sid: 'More', Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::pictures/thumbs*'] }])], /let `media` ask `s3:GetObject` of `pictures` for `thumbs-not\/object-1`, which the policy denies$/],
  ['a whole bucket is listed', [without('BucketPolicy/pictures', /^DenyList.*Elsewhere/), forget('RolePolicy/case-media/grants', 'PicturesListThumbs', 's3:prefix')], /let `media` ask `s3:ListBucket` of `pictures`/],
  ['every index is read', [each('RolePolicy/case-orders/grants', 'CartsQueryByCustomer', (one) => { one['Resource'] = ['arn:aws:dynamodb:eu-west-1:111122223333:table/carts/index/*']; }), each('Policy/case-orders-boundary', 'AtMostDynamodb', (one) => { if (one['Action'].includes('dynamodb:Query')) one['Resource'] = ['arn:aws:dynamodb:eu-west-1:111122223333:table/carts/index/*']; })], /let `orders` ask `dynamodb:Query` of `carts` for `nobody-declared`/],
  ['credentials are there for who is granted nothing', [letOut('shop/countersign-idle', '169.254.170.23/32', 80)], /let `idle` connect to `cloudCredentials`, which the policy denies/],
  ['the metadata of instances is there', [letOut('shop/countersign-orders', '169.254.0.0/16', 80)], /let `orders` connect to `instanceMetadata`, which the policy denies/],
  ['a workload is let out to anywhere', [letOut('shop/countersign-orders', '0.0.0.0/0', 443)], /let `orders` connect to TCP 443 of an address outside that no endpoint has, which no grant is about/],
];

describe('documents that admit too much do not compile: CS4001', () => {
  test.each(cases(wider))('$what', ({ message, platform, spoilings }) => {
    const found = judged(spoilings, platform).diagnostics.filter(({ code }) => code === 'CS4001');
    expect(found.map((one) => one.message).join('\n')).toMatch(message);
    for (const { pointer, witness } of found) {
      const { request, way } = witness as { request?: Request; way: readonly Hop[] };
      expect([request === undefined ? 'deny' : decide(policy, request).decision, way.length > 0]).toEqual(['deny', true]);
      if (request?.to.kind !== 'builtin') expect(pointer).toMatch(/^\/(apis|workloads)\/\d+/);
    }
  });
});

const narrower: readonly Case[] = [
  ['a ServiceAccount gets no role', [change('PodIdentityAssociation/case-orders', 'gone')], /stop `orders → jobs\.send` \(`sqs:SendMessage`\), which the policy allows, in the cloud; \d+ more are stopped there as well/],
  ['a role trusts another cluster', [each('Role/case-orders', 'PodIdentity', ({ Condition }) => { Condition.ArnEquals['aws:SourceArn'] = ['arn:aws:eks:eu-west-1:111122223333:cluster/another']; }, 'assumeRolePolicy')], /stop `orders → carts\.get` \(`dynamodb:GetItem`\)/],
  ['one action that SDKs need is forgotten', [each('RolePolicy/case-orders/grants', 'JobsSend', (one) => { one['Action'] = one['Action'].filter((action: string) => action !== 'sqs:GetQueueUrl'); })], /stop `orders → jobs\.send` \(`sqs:GetQueueUrl`\), which the policy allows, in the cloud$/],
  ['a boundary is too narrow', [each('Policy/case-orders-boundary', 'AtMostDynamodb', (one) => { one['Action'] = one['Action'].filter((action: string) => action !== 'dynamodb:BatchGetItem'); })], /stop `orders → carts\.get` \(`dynamodb:BatchGetItem`\)/],
  ['a key forgets an action', [without('Key/jobs-key', 'AllowGenerateDataKeyThroughSqs')], /stop `orders → jobs\.send` \(`kms:GenerateDataKey` of `jobs-key` by `sqs`\), which the policy allows, in the cloud$/],
  ['a queue refuses whom it should not', [each('QueuePolicy/jobs', 'DenySendToOthers', (one) => { delete one['Condition']; })], /stop `orders → jobs\.send` \(`sqs:SendMessage`\)/],
  ['a certificate gets no role', [change('Profile/case-batch', 'gone')], /stop `batch → jobs\.receive` \(`sqs:ReceiveMessage`\)/],
  ['a bucket refuses what is encrypted as it says', [statements('BucketPolicy/pictures', (all) => [...all, { Sid: 'More', Effect: 'Deny', Principal: '*', Action: ['s3:PutObject'], Resource: ['arn:aws:s3:::pictures/*'], Condition: { StringNotEquals: { 's3:x-amz-server-side-encryption': ['aws:kms'] } } }])], /(may )?stop `media → pictures\.writeRaw` \(`s3:PutObject`\)/],
  ['a service can\'t be reached', [spec('shop/countersign-orders', (one) => { one['egress'] = one['egress'].filter((rule: unknown) => !JSON.stringify(rule).includes('10.1.64.128/26')); })], /stop `orders → jobs\.send` \(`sqs:SendMessage`\), which the policy allows, on the egress side/],
  ['credentials can\'t be fetched', [spec('shop/countersign-orders', (one) => { one['egress'] = one['egress'].filter((rule: unknown) => !JSON.stringify(rule).includes('169.254.170.23')); })], /stop `orders` to `cloudCredentials`, which the policy allows, on the egress side/],
  ['STS can\'t be reached', [spec('shop/countersign-orders', (one) => { one['egress'] = JSON.parse(JSON.stringify(one['egress']).replace('10.1.65.0/28', '10.1.66.0/28')); })], /stop `orders` to `cloudCredentials`, which the policy allows, on the egress side/, withTokens],
];

describe('documents that deny too much do not compile: CS4002', () => {
  test.each(cases(narrower))('$what', ({ message, platform, spoilings }) => {
    expect(judged(spoilings, platform).diagnostics.filter(({ code }) => code === 'CS4002').map((one) => one.message).join('\n')).toMatch(message);
  });
});

const lockedOut: readonly Case[] = [
  ['the deployer is not let in', [without('QueuePolicy/jobs', 'AllowDeployerToManage')], /^the deployer `arn:aws:iam::111122223333:role\/deploy` may be locked out of `jobs`: nothing that was emitted is sure to let it ask `sqs:AddPermission`, nor \d+ more$/],
  ['the deployer is refused', [each('QueuePolicy/jobs', 'DenyManagementToOthers', ({ Condition }) => { Condition.StringNotEquals['aws:PrincipalArn'] = ['arn:aws:iam::111122223333:role/break-glass']; })], /^the deployer `\S+` is locked out of `jobs`/],
  ['one action is forgotten', [each('BucketPolicy/pictures', 'AllowBreakGlassToManage', (one) => { one['Action'] = one['Action'].filter((action: string) => action !== 's3:PutBucketPolicy'); })], /^the break-glass principal `\S+` may be locked out of `pictures`: nothing that was emitted is sure to let it ask `s3:PutBucketPolicy`$/],
  ['a second factor is asked of a role, whose session shows none', [each('QueuePolicy/jobs', 'AllowBreakGlassToManage', (one) => { one['Condition'] = { Bool: { 'aws:MultiFactorAuthPresent': ['true'] } }; })], /^the break-glass principal `\S+` may be locked out of `jobs`/],
  ['a denial is the wrong way round', [each('Key/jobs-key', 'DenyInsecureTransport', ({ Condition }) => { Condition.Bool['aws:SecureTransport'] = ['true']; })], /^the deployer `\S+` is locked out of `jobs-key`/],
  ['a table\'s policy is gone', [change('ResourcePolicy/carts', 'gone')], /may be locked out of `carts`/],
];

describe('documents that lock out who looks after a resource do not compile: CS4003', () => {
  test.each(cases(lockedOut))('$what', ({ message, spoilings }) => {
    const found = judged(spoilings).diagnostics.filter(({ code }) => code === 'CS4003');
    expect(found.map((one) => one.message).join('\n')).toMatch(new RegExp(message.source, 'm'));
    for (const { pointer, severity } of found) expect([severity, pointer]).toEqual(['error', expect.stringMatching(/^\/apis\/\d+$/)]);
  });
});

describe('what is tried of the cloud', () => {
  const parts = policyParts(policy), strata = cloudStrata(policy, withPodIdentity);
  const attempts = [
    ...strata.flatMap(({ at, size }) => Array.from({ length: size }, (_, index) => at(index))),
    ...variedCloudGrants(policy, parts).flatMap(({ ideal, variants }) => [ideal, ...variants()]),
  ];

  test('is decided by its part of the policy as by the whole', () => {
    const differing = attempts.filter(({ caller, request, resource }) => decide(parts.ofResource(resource!, caller), request).decision !== decide(policy, request).decision);
    expect(differing.map(({ does, who }) => `${who} ${does}`)).toEqual([]);
    expect(new Set(attempts.map(({ request }) => decide(policy, request).decision))).toEqual(new Set(['allow', 'deny']));
  });

  test('is every action of every verb, and of who looks after a resource, on every part, and keys by services', () => {
    const tried = new Set(attempts.map(({ does }) => does));
    expect([...tried]).toEqual(expect.arrayContaining([
      'ask `sqs:PurgeQueue` of `jobs`', 'ask `sqs:AddPermission` of `jobs`', 'ask `kms:Decrypt` of `jobs-key`', 'have `sqs` ask `kms:Decrypt` of `jobs-key`', 'have `s3` ask `kms:GenerateDataKey` of `jobs-key`',
      'have `dynamodb` ask `kms:Decrypt` of `jobs-key`', 'ask `dynamodb:Query` of `carts`', 'ask `dynamodb:Query` of `carts` for `byCustomer`', 'ask `dynamodb:Query` of `carts` for `nobody-declared`',
      'ask `s3:GetObject` of `pictures` for `raw/object-1`', 'ask `s3:GetObject` of `pictures` for `thumbs-not/object-1`', 'ask `s3:ListBucket` of `pictures`', 'ask `s3:ListBucket` of `pictures` for `thumbs/`',
    ]));
  });

  test('is tried by everybody with an identity, by who only looks like somebody, by thieves where that can be told, and by other principals', () => {
    const of = (name: string): ReadonlySet<string> => new Set(attempts.filter(({ resource }) => resource!.name === name).map(({ who }) => who));
    expect([...of('jobs')]).toEqual(expect.arrayContaining([
      '`idle`', '`backup`', 'a pod with the labels of `idle` and another ServiceAccount', 'a pod of another namespace with the name of `idle`\'s ServiceAccount', 'somebody elsewhere with the credentials of `orders`',
      '`arn:aws:iam::111122223333:role/nobody-declared`', '`arn:aws:iam::999999999999:role/nobody-declared`', 'the deployer `arn:aws:iam::111122223333:role/deploy`',
    ]));
    expect([...of('token')].filter((who) => who.startsWith('somebody elsewhere')), 'no endpoint tells a thief from its owner there').toEqual([]);
    expect([...of('token')].filter((who) => who.includes('arn:')), 'of what is not owned, nobody says whom its own policy lets in').toEqual([]);
  });

  test('is a sample of it above the limit, every kind its share', () => {
    const { coverage, diagnostics } = verify({ policy, platform: withPodIdentity, emitted: whole.get(withPodIdentity)!, limit: 400 });
    expect([diagnostics, coverage.exhaustive, coverage.cells]).toEqual([[], false, 100]);
    expect(coverage.bypasses.pastEndpoint).toBeGreaterThan(10);
  });

  test('is nothing where the platform has no account', () => {
    const { aws: _none, ...without } = withPodIdentity;
    expect(cloudStrata(policy, without)).toEqual([]);
  });
});
