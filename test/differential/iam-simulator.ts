import { runSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import { fillTokens } from '#ir';
import type { CloudFacts } from '#spec';
import { account, holes, region, roleArn, serviceOf, type AnyDocument } from './iam-documents.ts';
import { cluster, withoutResources, type IamWorld } from './iam-world.ts';

export type Simulated = 'Allowed' | 'ImplicitlyDenied' | 'ExplicitlyDenied';

const allowsAll: AnyDocument = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };

/** What the simulator says of a world; of a principal whose policies nobody knows, with none and with all. A refused document: its faults. */
export async function simulate(world: IamWorld): Promise<readonly Simulated[] | { readonly faults: string }> {
  const { cloud: { principal } } = world;
  if (principal.kind === 'pod') return one(world, `arn:aws:sts::${account}:assumed-role/retail-orders/session-1`, world.identity, world.boundary);
  const arn = principal.kind === 'principal' ? principal.arn : '', [, , , , owner = '', named = ''] = arn.split(':');
  const as = named.startsWith('role/') ? `arn:aws:sts::${owner}:assumed-role/${named.slice(named.lastIndexOf('/') + 1)}/session-1` : arn;
  const [without, withAll] = [await one(world, as, [], undefined), await one(world, as, [allowsAll], undefined)];
  return 'faults' in without ? without : 'faults' in withAll ? withAll : [...without, ...withAll];
}

async function one(world: IamWorld, principal: string, identity: readonly AnyDocument[], boundary: AnyDocument | undefined): Promise<readonly Simulated[] | { readonly faults: string }> {
  const { cloud: { action, resource }, resourcePolicy, sessionPolicy } = world;
  const arn = filled(resource), owner = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(arn)?.[1] ?? account;
  const policy = resourcePolicy === undefined ? agrees(principal) : serviceOf(action) === 'sts' ? withoutResources(resourcePolicy) : resourcePolicy;
  const simulation: Simulation = {
    request: { action, principal, resource: { resource: arn, accountId: owner }, contextVariables: contextOf(world, principal, owner) },
    identityPolicies: identity.map((document, index) => ({ name: `identity-${index}`, policy: filled(document) })),
    serviceControlPolicies: [], resourceControlPolicies: [],
    ...(boundary === undefined ? {} : { permissionBoundaryPolicies: [{ name: 'boundary', policy: filled(boundary) }] }),
    ...(sessionPolicy === undefined || principal !== `arn:aws:sts::${account}:assumed-role/retail-orders/session-1` ? {} : { sessionPolicy: filled(sessionPolicy) }),
    resourcePolicy: filled(policy),
  };
  const result = await runSimulation(simulation, {});
  return result.resultType === 'error' ? { faults: JSON.stringify(result.errors) } : [result.overallResult as Simulated];
}

/** Of what has no policy among the artefacts, it is assumed that it hands the decision to the caller's account. */
export const agrees = (principal: string): AnyDocument => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: [principal.split(':')[4]!] }, Action: '*', Resource: '*' }] });

const filled = <T>(value: T): T => JSON.parse(fillTokens(JSON.stringify(value), holes)) as T;

/** Who asks, as the simulator is told: a session's ARN or a user's, what `aws:PrincipalArn` says, and tags. */
export interface Asking { readonly principal: string; readonly principalArn: string; readonly tags: Readonly<Record<string, string>> }

function contextOf({ cloud, tags, time }: IamWorld, principal: string, owner: string): Record<string, string | string[]> {
  const isPod = cloud.principal.kind === 'pod';
  return keysOf(cloud, time, owner, {
    principal, principalArn: isPod ? roleArn : cloud.principal.kind === 'principal' ? cloud.principal.arn : '',
    tags: isPod ? { 'kubernetes-namespace': 'shop', 'kubernetes-service-account': 'orders', 'eks-cluster-name': 'retail', 'eks-cluster-arn': cluster, ...tags } : {},
  });
}

/** The context of a request, written out by hand from "AWS global condition context keys", for a session whose name and id are made up. */
export function keysOf(cloud: CloudFacts, time: string, owner: string, { principal, principalArn, tags }: Asking): Record<string, string | string[]> {
  const isUser = principal.includes(':user/'), caller = /^arn:[^:]+:(?:iam|sts)::(\d+):/.exec(principal)?.[1] ?? '';
  const [service = ''] = cloud.action.split(':'), asked = /^arn:[^:]*:[^:]*:([^:]+):/.exec(cloud.resource)?.[1] ?? region;
  return {
    'aws:SecureTransport': String(cloud.secureTransport), 'aws:CurrentTime': time, 'aws:EpochTime': String(Math.floor(Date.parse(time) / 1000)),
    'aws:PrincipalArn': principalArn, 'aws:PrincipalAccount': caller, 'aws:PrincipalType': isUser ? 'User' : 'AssumedRole',
    'aws:PrincipalIsAWSService': 'false', 'aws:ViaAWSService': String(cloud.viaService !== undefined), 'aws:userid': isUser ? 'AIDAEXAMPLE' : 'AROAEXAMPLE:session-1',
    ...(isUser ? { 'aws:username': 'anna' } : { 'aws:TokenIssueTime': '2026-11-24T11:00:00Z' }),
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])),
    ...(cloud.principal.kind === 'principal' && cloud.principal.mfa === true && isUser ? { 'aws:MultiFactorAuthPresent': 'true' } : {}), // a role's session shows none
    'aws:ResourceAccount': owner, 'aws:RequestedRegion': asked,
    ...(cloud.viaService !== undefined ? {} : cloud.sourceVpce === undefined ? { 'aws:SourceIp': cloud.sourceAddress! } : { 'aws:VpcSourceIp': cloud.sourceAddress!, 'aws:SourceVpce': cloud.sourceVpce, 'aws:SourceVpc': cloud.sourceVpc ?? 'vpc-9' }),
    ...(service === 's3' && cloud.tlsVersion !== undefined ? { 's3:TlsVersion': cloud.tlsVersion } : {}),
    ...(service === 'kms' ? { 'kms:CallerAccount': caller, ...(cloud.viaService === undefined ? {} : { 'kms:ViaService': cloud.viaService }) } : {}),
    ...cloud.keys,
  };
}
