import { runSimulation } from '@cloud-copilot/iam-simulate';
import { describe, expect, it } from 'vitest';
import { actionsOf, arnOf, cloudServiceFacts, fillTokens, isCloudApi, type CloudApi, type CloudService, type Policy } from '#ir';
import { crossing, decide, type Destination, type Request } from '#spec';
import { awsIam } from '../../../../src/targets/aws-iam/target.ts';
import type { AwsArtifact, PolicyDocument } from '../../../../src/targets/target.ts';
import { noPlacement } from '../../kubernetes/estate.ts';
import { account, arns, onAws, roleOf } from './estate.ts';
import { everything, whole } from './everything.ts';

/**
 * Both sides at once, the roles' and the resources', before an independent simulator and before our own reading: every workload at
 * every action on every part of everything, directly and through every service. What they admit is what is granted, and no more.
 */
const policy = whole(everything), platform = onAws(), time = '2026-11-24T12:00:00Z';
const made = arns.kms.replace('1234abcd', '5678abcd'), values = new Map([['made:made-key', made]]);
const artifacts = awsIam.emit(awsIam.lower(policy, platform, noPlacement).plan) as readonly AwsArtifact[];
const filled = (document: PolicyDocument): PolicyDocument => JSON.parse(fillTokens(JSON.stringify(document), values).replaceAll('kms:EncryptionContext:', 'aws:RequestTag/')) as PolicyDocument;
const filledArn = (api: CloudApi): string => fillTokens(arnOf(api), values);

interface Side { readonly identity: readonly { readonly name: string; readonly policy: PolicyDocument }[]; readonly boundary: readonly { readonly name: string; readonly policy: PolicyDocument }[] }
/** What is attached to a role, as it was emitted. */
function sideOf(workload: string): Side {
  const role = artifacts.find(({ id }) => id === `aws/iam/Role/retail-${workload}`), named = new Map(artifacts.filter(({ type }) => type === 'iam/policy:Policy').map((one) => [`arn:aws:iam::${account}:policy/${String(one.properties['name'])}`, one]));
  const inline = artifacts.filter(({ properties, type }) => type === 'iam/rolePolicy:RolePolicy' && properties['role'] === `retail-${workload}`);
  const boundary = named.get(String(role?.properties['permissionsBoundary']));
  expect([workload, role !== undefined, inline.length > 0, boundary !== undefined]).toEqual([workload, true, true, true]);
  const of = ({ documents, id }: AwsArtifact) => ({ name: id, policy: filled(documents['policy']!) });
  return { identity: inline.map(of), boundary: [of(boundary!)] };
}
const resourcePolicies = new Map(policy.apis.filter(isCloudApi).map((api) => [api.name, filled(artifacts.find(({ id }) => new RegExp(`/(QueuePolicy|TopicPolicy|SecretPolicy|ResourcePolicy|BucketPolicy|KeyPolicy|Key)/${api.name}$`).test(id))!.documents['policy']!)]));

type Action = Extract<Destination, { kind: 'action' }>;
const using: readonly CloudService[] = ['dynamodb', 's3', 'secretsmanager', 'sns', 'sqs'];
/** Every action that the service has here, about every part that there is something to say of. */
function askedOf(api: CloudApi): readonly Action[] {
  const { service } = api.servedBy, of = (action: string, within?: string, via?: CloudService): Action => ({ kind: 'action', api: api.name, action, ...(within === undefined ? {} : { within }), ...(via === undefined ? {} : { via }) });
  const actions = [...new Set([...actionsOf(service), ...cloudServiceFacts[service].management.filter((action) => /:(Put|Set|Update|Delete)/.test(action))])];
  switch (service) {
    case 's3': return actions.flatMap((action) => (action === 's3:ListBucket' ? [undefined, 'thumbs/', 'thumbs/2026/', 'raw/'] : /Object|Multipart/.test(action) ? ['thumbs/7', 'thumbs', 'raw/7'] : [undefined]).map((within) => of(action, within)));
    case 'dynamodb': return actions.flatMap((action) => (/Query|Scan/.test(action) ? [undefined, 'by-customer', 'by-nobody'] : [undefined]).map((within) => of(action, within)));
    case 'kms': return [...actions.map((action) => of(action)), ...using.flatMap((via) => ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'].map((action) => of(action, undefined, via)))];
    default: return actions.map((action) => of(action));
  }
}
const resourceFor = (api: CloudApi, { action, within }: Action): string => {
  const arn = filledArn(api), service = api.servedBy.service;
  return service === 's3' ? (action === 's3:ListBucket' || within === undefined ? arn : `${arn}/${within}`) : within === undefined ? arn : `${arn}/index/${within}`;
};

async function simulated(of: Side, workload: string, api: CloudApi, to: Action): Promise<'allow' | 'deny'> {
  const result = await runSimulation({
    request: {
      principal: `arn:aws:sts::${account}:assumed-role/retail-${workload}/session`, action: to.action, resource: { resource: resourceFor(api, to), accountId: account },
      contextVariables: {
        'aws:SecureTransport': 'true', 'aws:PrincipalArn': roleOf(workload), 'aws:PrincipalAccount': account, 'aws:CurrentTime': time, 's3:TlsVersion': '1.3',
        ...(to.via === undefined ? {} : { 'kms:ViaService': `${to.via}.eu-west-1.amazonaws.com` }), ...(to.action === 's3:ListBucket' && to.within !== undefined ? { 's3:prefix': to.within } : {}),
      },
    },
    identityPolicies: [...of.identity], permissionBoundaryPolicies: [...of.boundary], serviceControlPolicies: [], resourceControlPolicies: [], resourcePolicy: resourcePolicies.get(api.name),
  }, {});
  if (result.resultType === 'error') throw new Error(JSON.stringify(result.errors));
  return result.overallResult === 'Allowed' ? 'allow' : 'deny';
}
const read = awsIam.interpret(artifacts, platform);
function interpreted(of: Policy, request: Request): string {
  const hop = crossing(of, platform, request).intended.find(({ enforcer }) => enforcer === 'cloud');
  return hop === undefined ? 'no hop' : read(hop);
}

describe.each(policy.apis.filter(isCloudApi).map((api) => [api.name, api] as const))('roles\' and resources\' policies together admit of %s', (_, api) => {
  const asked = askedOf(api);

  it('what is granted of it, and nothing else, says an independent simulator; and so says our own reading', async () => {
    let allowed = 0;
    for (const { name } of policy.workloads) {
      const side = sideOf(name);
      for (const to of asked) {
        const request: Request = { peer: { kind: 'workload', name }, throughExposure: false, to, context: { time } }, { decision } = decide(policy, request);
        if (decision === 'allow') allowed += 1;
        const what = `${name} ${to.action} ${to.within ?? ''} ${to.via ?? ''}`;
        expect([what, await simulated(side, name, api, to)]).toEqual([what, decision]);
        expect([what, interpreted(policy, request)]).toEqual([what, decision]);
      }
    }
    expect(allowed).toBeGreaterThan(0);
  }, 120_000);
});
