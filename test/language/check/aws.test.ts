import { describe, expect, test } from 'vitest';
import type { Code, Declared } from '#diagnostics';
import type { Platform, Policy } from '#ir';
import { check, checkPlatform, type CheckedPolicy } from '../../../src/language/check/index.ts';
import { account, arns, aws, awsPlatform, estate, estateServing, resource, served, verb } from './cloud-drafts.ts';
import { asOf, platform, policy, workload, written } from './draft.ts';

const checked = (draft: Policy): CheckedPolicy => {
  const result = check(written(draft), { asOf });
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.value;
};
const judge = (draft: Platform, of: Policy) => {
  const declared: Declared<Platform> & { readonly text: string } = written(draft, '/repo/platform.json');
  const { diagnostics } = checkPlatform(checked(of), declared, { asOf });
  return { diagnostics, lines: diagnostics.map(({ at }) => (declared.text.split('\n')[(at?.span?.line ?? 0) - 1] ?? '').trim().replace(/,$/, '')) };
};
const without = <K extends keyof ReturnType<typeof aws>>(key: K): Platform => platform({ aws: Object.fromEntries(Object.entries(aws()).filter(([name]) => name !== key)) as never });
const endpoint = (cidr: string, others: Partial<Platform> = {}) => awsPlatform({ endpoints: [{ service: 'sqs', cidrs: [cidr] }] }, others);
const anchor = aws().trustAnchors[0]!, administrators = aws().administrators!;
const other = '444455556666';

interface Case { readonly claim: string; readonly draft: Platform; readonly policy?: Policy; readonly code: Code; readonly line: string; readonly says: string; readonly advises: string; readonly related?: string }
const cases: readonly Case[] = [
  // facts
  ...([
    ['', 'the account is empty', 'twelve digits'], ['1111-2222-3333', 'the account, `1111-2222-3333`, is not twelve digits', 'write `111122223333`'], ['12345678901', 'is not twelve digits', 'such as'], ['arn:aws:iam::111122223333:root', 'is not twelve digits', 'such as'],
  ] as const).map(([accountId, says, advises]): Case => ({ claim: `the account ${accountId}`, draft: awsPlatform({ accountId }), code: 'CS1075', line: `"aws": { "accountId": "${accountId}"`, says, advises })),
  ...([
    ['', 'the region is empty', 'such as `eu-west-1`'], ['eu-west-1a', 'is an availability zone', 'write `eu-west-1`'], ['EU-West-1', 'is no name of a region', 'write `eu-west-1`'], ['eu', 'is no name of a region', 'such as'], ['global', 'is no name of a region', 'such as'],
    ['us-iso-east-1', 'is in a partition of its own', 'such as'], ['eusc-de-east-1', 'is in a partition of its own', 'such as'],
  ] as const).map(([region, says, advises]): Case => ({ claim: `the region ${region}`, draft: awsPlatform({ region }), code: 'CS1075', line: `"region": "${region}"`, says, advises })),
  ...([['', 'the name of the EKS cluster is empty'], ['-retail', 'is not made of letters, digits'], ['retail*', 'is not made of'], ['r'.repeat(101), 'has 101 characters, and it can have at most 100']] as const)
    .map(([clusterName, says]): Case => ({ claim: `the cluster ${clusterName.slice(0, 20)}`, draft: awsPlatform({ clusterName }), code: 'CS1075', line: `"clusterName": "${clusterName}"`, says, advises: 'list-clusters' })),
  ...([
    ['', 'the prefix of roles\' names is empty: a role would be called as its workload is'], ['retail/', 'is not made of letters, digits and `+=,.@_-`'], ['r'.repeat(41), 'has 41 characters and leaves 23 for the workload\'s name: names of roles have at most 64'],
    ['r'.repeat(70), 'leaves 0 for the workload\'s name: names of roles have at most 64, so that a prefix can have at most 40'],
  ] as const).map(([rolePrefix, says]): Case => ({ claim: `the prefix ${rolePrefix.slice(0, 20)}`, draft: awsPlatform({ rolePrefix }), code: 'CS1075', line: `"rolePrefix": "${rolePrefix}"`, says, advises: 'a short `rolePrefix`' })),
  ...([['', 'does not begin and end with `/`', 'write `/`'], ['retail', 'does not begin and end with `/`', 'write `/retail/`'], ['/a//b/', 'has two `/` in a row', 'such as'], ['/a*/', 'has a space, a wildcard', 'such as'], ['/a${aws:username}/', 'has a brace, which policies would read as a variable', 'such as'], ['/{{orders}}/', 'has a brace', 'such as'], ['/a b/', 'has a space', 'such as'], [`/${'p'.repeat(511)}/`, 'has 513 characters', 'such as']] as const)
    .map(([rolePath, says, advises]): Case => ({ claim: `the path ${rolePath.slice(0, 20)}`, draft: awsPlatform({ rolePath }), code: 'CS1075', line: `"rolePath": "${rolePath}"`, says, advises })),
  ...([['', 'the VPC is empty', 'such as'], ['vpc-1', 'is not `vpc-` and 8 or 17 hexadecimal digits', 'such as'], ['VPC-0123456789abcdef0', 'is not `vpc-`', 'write `vpc-0123456789abcdef0`'], ['subnet-0123456789abcdef0', 'is not `vpc-`', 'such as']] as const)
    .map(([vpc, says, advises]): Case => ({ claim: `the VPC ${vpc}`, draft: awsPlatform({ vpc }), code: 'CS1075', line: `"vpc": "${vpc}"`, says, advises })),
  ...([
    ['', 'the cluster\'s issuer is empty', 'describe-cluster'], ['https://oidc.eks.eu-west-1.amazonaws.com/id/AB', 'begins with its scheme', 'write `oidc.eks.eu-west-1.amazonaws.com/id/AB`'], ['oidc.eks.eu-west-1.amazonaws.com/id/AB/', 'ends with `/`', 'write `oidc.eks.eu-west-1.amazonaws.com/id/AB`'],
    ['oidc.eks.eu-west-1.amazonaws.com/id/*', 'has a wildcard, which would take in the pods of other clusters', 'describe-cluster'], [`arn:aws:iam::${account}:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/AB`, 'is an ARN', 'write `oidc.eks.eu-west-1.amazonaws.com/id/AB`'],
    ['OIDC.eks.amazonaws.com/id/AB', 'has a host that has capital letters', 'describe-cluster'], ['oidc.example.com/id?x=1', 'has a query', 'describe-cluster'],
  ] as const).map(([issuer, says, advises]): Case => ({ claim: `the issuer ${issuer}`, draft: awsPlatform({ identity: { kind: 'irsa', issuer }, endpoints: [...aws().endpoints, { service: 'sts', cidrs: ['10.9.3.0/26'] }] }), code: 'CS1075', line: `"issuer": "${issuer}"`, says, advises })),
  ...[0, 21].map((managedPoliciesPerRole): Case => ({ claim: `${managedPoliciesPerRole} managed policies`, draft: awsPlatform({ managedPoliciesPerRole }), code: 'CS1055', line: `"managedPoliciesPerRole": ${managedPoliciesPerRole}`, says: `a role is said to take ${managedPoliciesPerRole} managed policies`, advises: 'quota' })),

  // ARNs of the platform's own
  ...([
    [`arn:aws:iam::${account}:user/ops`, 'CS1060', 'ends in `user/ops`'], [`arn:aws:sts::${account}:assumed-role/deploy/me`, 'CS1061', 'is an ARN of `sts`, and a role of IAM belongs there'], [`arn:aws:iam::${account}:role/*`, 'CS1060', 'has a wildcard'], [`arn:aws:iam::${account}:root`, 'CS1060', 'ends in `root`'], ['', 'CS1060', 'the deployer is empty'],
  ] as const).map(([deployer, code, says]): Case => ({ claim: `the deployer ${deployer}`, draft: awsPlatform({ administrators: { ...administrators, deployer } }), code, line: `"administrators": { "deployer": "${deployer}"`, says, advises: 'such as `arn:aws:iam::' })),
  { claim: 'whoever breaks the glass by name', draft: awsPlatform({ administrators: { ...administrators, breakGlass: 'break-glass' } }), code: 'CS1060', line: '"breakGlass": "break-glass"', says: 'whoever breaks the glass, `break-glass`, is no ARN', advises: 'write the ARN of a role of IAM' },
  { claim: 'a boundary that is a role', draft: awsPlatform({ permissionsBoundary: arns.sts }), code: 'CS1060', line: `"permissionsBoundary": "${arns.sts}"`, says: 'the permissions boundary,', advises: 'a managed policy of IAM' },
  { claim: 'a trust anchor that is none', draft: awsPlatform({ trustAnchors: [{ ...anchor, arn: arns.kms }] }), code: 'CS1061', line: `"arn": "${arns.kms}"`, says: 'the trust anchor `datacentre`,', advises: 'a trust anchor of IAM Roles Anywhere' },
  { claim: 'a profile in place of a trust anchor', draft: awsPlatform({ trustAnchors: [{ ...anchor, arn: anchor.arn.replace('trust-anchor', 'profile') }] }), code: 'CS1060', line: `"arn": "${anchor.arn.replace('trust-anchor', 'profile')}"`, says: 'ends in `profile/', advises: 'such as' },
  { claim: 'a trust anchor\'s name with capitals', draft: awsPlatform({ trustAnchors: [anchor, { name: 'Lab', arn: anchor.arn.replace('01234567', '00000000') }] }), code: 'CS1003', line: '{ "name": "Lab"', says: 'the name `Lab` of this trust anchor', advises: 'write `lab`' },
  { claim: 'two trust anchors of one name', draft: awsPlatform({ trustAnchors: [anchor, { ...anchor, arn: anchor.arn.replace('01234567', '00000000') }] }), code: 'CS1002', line: '{ "name": "datacentre"', says: 'two trust anchors are called `datacentre`', advises: 'keep one' },
  { claim: 'one trust anchor twice', draft: awsPlatform({ trustAnchors: [anchor, { ...anchor, name: 'lab' }] }), code: 'CS1002', line: `"arn": "${anchor.arn}"`, says: 'the trust anchors `lab` and `datacentre` are one', advises: 'keep one' },

  // what the policy needs
  { claim: 'resources and no account', draft: platform(), code: 'CS1024', line: '{ "version": 1', says: '`lab` does not say in which account of AWS its workloads have roles, and `cards` is a resource of the cloud', advises: 'state `aws: {', related: 'it is declared' },
  { claim: 'a host and no account', draft: platform(), policy: policy({ workloads: [estate().workloads[2]!] }), code: 'CS1024', line: '{ "version": 1', says: '`batch` is known to IAM Roles Anywhere', advises: 'state `aws: {', related: 'it is declared' },
  { claim: 'owned resources and nobody who looks after them', draft: without('administrators'), code: 'CS1024', line: '"aws": { "accountId": "111122223333"', says: '`cards` is owned: its policy would lock everybody out', advises: 'state `administrators: { deployer, breakGlass }`', related: 'it is declared' },
  { claim: 'IRSA without STS', draft: awsPlatform({ identity: { kind: 'irsa', issuer: 'oidc.eks.eu-west-1.amazonaws.com/id/AB' } }), code: 'CS1024', line: '"endpoints": [', says: '`lab` does not say where STS answers, which pods fetch their credentials from, and `orders → cards.get` needs some', advises: '`podIdentity()`', related: 'it is asked for' },
  { claim: 'a VPC endpoint of no VPC', draft: without('vpc'), code: 'CS1024', line: '"vpcEndpoint": "vpce-0123456789abcdef0"', says: 'the endpoint of `sqs` leads through the VPC endpoint `vpce-0123456789abcdef0`, and the platform does not say of which VPC', advises: 'state `vpc`' },
  { claim: 'a trust anchor that the platform lacks', draft: awsPlatform({ trustAnchors: [{ ...anchor, name: 'datacenter' }] }), code: 'CS1001', line: '"trustAnchors": [', says: '`datacentre` is not a trust anchor of the platform `lab`', advises: 'write `datacenter` there', related: '`batch` is known by a certificate of it' },
  { claim: 'a platform without trust anchors', draft: awsPlatform({ trustAnchors: [] }), code: 'CS1001', line: '"trustAnchors": [', says: '`datacentre` is not a trust anchor of the platform `lab`, which has none', advises: 'state `trustAnchors: { datacentre: \'arn:…\' }`' },

  // endpoints
  { claim: 'an endpoint at a malformed range', draft: endpoint('10.9.0.1/26'), code: 'CS1005', line: '"10.9.0.1/26"', says: 'a range of the endpoint of `sqs`', advises: 'write `10.9.0.0/26`' },
  { claim: 'an endpoint at no address', draft: awsPlatform({ endpoints: [{ service: 'sqs', cidrs: [] }] }), code: 'CS1041', line: '"cidrs": [', says: 'the endpoint of `sqs` answers at no address', advises: 'state the ranges' },
  { claim: 'an endpoint twice', draft: awsPlatform({ endpoints: [...aws().endpoints, { service: 'sqs', cidrs: ['10.9.4.0/26'] }] }), code: 'CS1002', line: '{ "service": "sqs"', says: 'the endpoint of `sqs` is stated twice', advises: 'with the ranges of both', related: 'the first one is stated' },
  { claim: 'a malformed VPC endpoint', draft: awsPlatform({ endpoints: [{ service: 'sqs', cidrs: ['10.9.0.0/26'], vpcEndpoint: 'vpc-0123456789abcdef0' }] }), code: 'CS1075', line: '"vpcEndpoint": "vpc-0123456789abcdef0"', says: 'the VPC endpoint of `sqs`', advises: 'such as `vpce-' },
  { claim: 'a VPC endpoint of a database', draft: awsPlatform({ endpoints: [{ service: 'rds-db', cidrs: ['10.9.0.0/26'], vpcEndpoint: 'vpce-0123456789abcdef0' }] }), code: 'CS1075', line: '"vpcEndpoint": "vpce-0123456789abcdef0"', says: 'no VPC endpoint leads there', advises: 'subnets' },
  ...([
    ['0.0.0.0/0', 'takes in the instance metadata service', 'accept a weaker `endpoint`'], ['169.254.169.254/32', 'takes in the instance metadata service', 'the address of the endpoint itself'], ['169.254.0.0/16', 'takes in the instance metadata service', 'such as those of its network interfaces'],
    ['169.254.170.23/32', 'takes in link-local addresses', 'the address of the endpoint'], ['::/0', 'takes in the instance metadata service', 'accept a weaker'], ['fd00:ec2::254/128', 'takes in the instance metadata service', 'the address'], ['fe80::/64', 'takes in link-local addresses', 'such as'],
    ['10.244.128.0/20', 'takes in addresses of pods (`10.244.0.0/16`)', 'such as those of its network interfaces'], ['10.240.0.0/12', 'takes in addresses of pods', 'such as'], ['192.168.7.64/26', 'takes in addresses of nodes (`192.168.7.0/24`)', 'such as'],
  ] as const).map(([cidr, says, advises]): Case => ({ claim: `an endpoint at ${cidr}`, draft: endpoint(cidr), code: 'CS1079', line: `"${cidr}"`, says, advises })),

  // accounts, partitions, regions
  { claim: 'a resource of another partition', draft: awsPlatform({ region: 'us-gov-west-1', administrators: { deployer: `arn:aws-us-gov:iam::${account}:role/deploy`, breakGlass: `arn:aws-us-gov:iam::${account}:role/break-glass` }, trustAnchors: [{ ...anchor, arn: anchor.arn.replace('arn:aws:', 'arn:aws-us-gov:').replace('eu-west-1', 'us-gov-west-1') }] }), code: 'CS1076', line: '"region": "us-gov-west-1"', says: 'the table `cards` is of the partition `aws`, and `us-gov-west-1` is in `aws-us-gov`', advises: 'write an ARN of `aws-us-gov`', related: '`cards` is declared' },
  { claim: 'a deployer of another partition', draft: awsPlatform({ administrators: { ...administrators, deployer: `arn:aws-cn:iam::${account}:role/deploy` } }), code: 'CS1076', line: `"administrators": { "deployer": "arn:aws-cn:iam::${account}:role/deploy"`, says: 'the deployer is of the partition `aws-cn`', advises: 'write an ARN of `aws`' },
  { claim: 'a resource of another account', draft: awsPlatform(), policy: estateServing('night', { arn: `arn:aws:sqs:eu-west-1:${other}:night` }), code: 'CS1077', line: '"otherAccounts": [', says: 'the queue `night` is in the account `444455556666`, and nobody says that it lets roles of `111122223333` in', advises: 'state `otherAccounts: [{ accountId: \'444455556666\', because, owner }]`', related: '`night` is declared' },
  { claim: 'an owned resource of another account', draft: awsPlatform({ otherAccounts: [{ accountId: other, because: 'they let us in', owner: 'platform' }] }), policy: estateServing('cards', { arn: arns.dynamodb.replace(account, other) }), code: 'CS1077', line: '"aws": { "accountId": "111122223333"', says: 'the table `cards` is owned and in the account `444455556666`', advises: 'leave `owned` out', related: '`cards` is declared' },
  { claim: 'a bucket with a key of another account', draft: awsPlatform({ otherAccounts: [{ accountId: other, because: 'they let us in', owner: 'platform' }] }), policy: estateServing('media', { encryptedBy: 'their-key' }, { apis: [...estateServing('media', { encryptedBy: 'their-key' }).apis, resource('their-key', served('kms', { arn: arns.kms.replace(account, other) }), [verb('encrypt')], { offers: [] })] }), code: 'CS1068', line: '"aws": { "accountId": "111122223333"', says: 'the bucket `media` is in the account `111122223333` and its key `their-key` in `444455556666`', advises: 'name a key of the account `111122223333`', related: '`media` is encrypted by it' },
  { claim: 'a deployer of another account', draft: awsPlatform({ administrators: { ...administrators, deployer: `arn:aws:iam::${other}:role/deploy` } }), code: 'CS1077', line: `"administrators": { "deployer": "arn:aws:iam::${other}:role/deploy"`, says: 'the deployer is in the account `444455556666`', advises: 'of the platform\'s own account' },
  { claim: 'a boundary of another account', draft: awsPlatform({ permissionsBoundary: `arn:aws:iam::${other}:policy/b` }), code: 'CS1077', line: `"permissionsBoundary": "arn:aws:iam::${other}:policy/b"`, says: 'the permissions boundary is in the account', advises: 'own account' },
  { claim: 'a trust anchor of another region', draft: awsPlatform({ trustAnchors: [{ ...anchor, arn: anchor.arn.replace('eu-west-1', 'us-east-1') }] }), code: 'CS1078', line: `"arn": "${anchor.arn.replace('eu-west-1', 'us-east-1')}"`, says: 'the trust anchor `datacentre` is in `us-east-1`', advises: 'create one in `eu-west-1`' },
  { claim: 'a resource of another region', draft: awsPlatform(), policy: estateServing('night', { arn: `arn:aws:sqs:us-east-1:${account}:night` }), code: 'CS1078', line: '"region": "eu-west-1"', says: 'the queue `night` is in `us-east-1`, and the platform in `eu-west-1`: its service is asked at `sqs.us-east-1.amazonaws.com`', advises: 'use a queue of `eu-west-1`', related: '`night` is declared' },
  { claim: 'another account that is none', draft: awsPlatform({ otherAccounts: [{ accountId: 'theirs', because: 'x', owner: 'y' }] }), code: 'CS1075', line: '{ "accountId": "theirs"', says: 'another account, `theirs`, is not twelve digits', advises: 'such as' },
  { claim: 'the own account as another', draft: awsPlatform({ otherAccounts: [{ accountId: account, because: 'x', owner: 'y' }] }), code: 'CS1075', line: `{ "accountId": "${account}"`, says: 'is the platform\'s own', advises: 'remove it' },
  { claim: 'another account twice', draft: awsPlatform({ otherAccounts: [{ accountId: other, because: 'x', owner: 'y' }, { accountId: other, because: 'z', owner: 'y' }] }), code: 'CS1002', line: `{ "accountId": "${other}"`, says: 'is in `otherAccounts` twice', advises: 'keep one' },
  { claim: 'another account without a reason', draft: awsPlatform({ otherAccounts: [{ accountId: other, because: ' ', owner: 'y' }] }), code: 'CS1019', line: '"because": " "', says: 'has no reason', advises: 'add `because`' },
  { claim: 'another account without an owner', draft: awsPlatform({ otherAccounts: [{ accountId: other, because: 'x', owner: '' }] }), code: 'CS1019', line: '"owner": ""', says: 'has no owner', advises: 'add `owner`' },

  // administrators
  { claim: 'one role for deploying and emergencies', draft: awsPlatform({ administrators: { deployer: administrators.deployer, breakGlass: administrators.deployer.replace('role/', 'role/other/') } }), code: 'CS1080', line: `"breakGlass": "${administrators.deployer.replace('role/', 'role/other/')}"`, says: 'whoever breaks the glass is the deployer', advises: 'name a second role', related: 'the deployer is stated' },
  { claim: 'a workload\'s role that deploys', draft: awsPlatform({ administrators: { ...administrators, deployer: `arn:aws:iam::${account}:role/retail-orders` } }), code: 'CS1080', line: `"administrators": { "deployer": "arn:aws:iam::${account}:role/retail-orders"`, says: 'the role of the workload `orders`, which could write the policies of what it calls', advises: 'another `rolePrefix`', related: '`orders` is declared' },
  { claim: 'a role for emergencies that workloads can take on', draft: awsPlatform({ administrators: { ...administrators, breakGlass: arns.sts } }), code: 'CS1080', line: `"breakGlass": "${arns.sts}"`, says: 'which workloads can take on as `reporting`', advises: 'nothing in the cluster can take on', related: '`reporting` is declared' },
];

describe('what is wrong with an account of AWS is refused at its own line, with advice', () => {
  test.each(cases)('$code: $claim', ({ advises, code, draft, line, policy: of = estate(), related, says }) => {
    const { diagnostics, lines } = judge(draft, of);
    const found = diagnostics.flatMap((diagnostic, index) => (diagnostic.code === code && diagnostic.message.includes(says) ? [{ diagnostic, line: lines[index] }] : []));
    expect(found.map(({ diagnostic }) => diagnostic.message), JSON.stringify(diagnostics, undefined, 1)).toHaveLength(1);
    expect(found[0]!.line).toBe(line);
    expect(found[0]!.diagnostic.help).toContain(advises);
    if (related !== undefined) expect(found[0]!.diagnostic.related.map(({ at, message }) => [message, at !== undefined])).toContainEqual([related, true]);
  });
});

/** Cases whose mistake needs no other: it is all that is said. */
test.each(cases.filter(({ code, claim }) => !['CS1076', 'CS1024'].includes(code) && claim !== 'the own account as another'))('$code: $claim: says nothing else', ({ code, draft, policy: of = estate() }) => {
  expect([...new Set(judge(draft, of).diagnostics.map((one) => one.code))]).toEqual([code]);
});

test('the platform that the table breaks is sound', () => {
  expect(judge(awsPlatform(), estate()).diagnostics).toEqual([]);
});

test.each<[string, Platform, Policy?]>([
  ['a boundary that AWS manages', awsPlatform({ permissionsBoundary: 'arn:aws:iam::aws:policy/PowerUserAccess' })],
  ['a single address of an endpoint among the nodes\'', endpoint('192.168.7.17/32')],
  ['a single address of an endpoint among the pods\'', endpoint('10.244.3.9/32')],
  ['IRSA with STS', awsPlatform({ identity: { kind: 'irsa', issuer: 'oidc.eks.eu-west-1.amazonaws.com/id/AB' }, endpoints: [...aws().endpoints, { service: 'sts', cidrs: ['10.9.3.0/26'] }] })],
  ['IRSA without STS, where nobody calls the cloud', awsPlatform({ identity: { kind: 'irsa', issuer: 'oidc.example.com' } }), policy({ workloads: [workload('a')] })],
  ['another account, by a recorded assumption', awsPlatform({ otherAccounts: [{ accountId: other, because: 'they let us in', owner: 'platform' }] }), estateServing('night', { arn: `arn:aws:sqs:eu-west-1:${other}:night` })],
  ['a role whose name only begins like a workload\'s', awsPlatform({ administrators: { ...administrators, deployer: `arn:aws:iam::${account}:role/retail-orders-deploy` } })],
  ['hosts outside that look no names up here', (({ dns: _, ...rest }) => rest)(awsPlatform()), policy({ workloads: [estate().workloads[2]!], apis: estate().apis.filter(({ name }) => name === 'night'), asks: estate().asks.filter(({ to }) => to.api === 'night') })],
  ['China, in its own partition', awsPlatform({ region: 'cn-north-1', administrators: undefined as never, trustAnchors: [] }), policy({ workloads: [workload('a')] })],
])('takes %s', (_, draft, of = estate()) => {
  const clean = JSON.parse(JSON.stringify(draft)) as Platform;
  expect(judge(clean, of).diagnostics).toEqual([]);
});

test('without a policy, what the platform says by itself is still judged', () => {
  const found = checkPlatform(undefined, written(awsPlatform({ accountId: '1', endpoints: [{ service: 'sqs', cidrs: ['0.0.0.0/0'] }] })), { asOf });
  expect(found.diagnostics.map(({ code }) => code).sort()).toEqual(['CS1075', 'CS1079']);
});
