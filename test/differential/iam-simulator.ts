import { runSimulation, type Simulation } from '@cloud-copilot/iam-simulate';
import { fillTokens } from '#ir';
import { account, holes, otherAccount, region, roleArn, serviceOf, type AnyDocument } from './iam-documents.ts';
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
const agrees = (principal: string): AnyDocument => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: [principal.split(':')[4]!] }, Action: '*', Resource: '*' }] });

const filled = <T>(value: T): T => JSON.parse(fillTokens(JSON.stringify(value), holes)) as T;

/** The context of the request, written out by hand from "AWS global condition context keys", for a session whose name and id are made up. */
function contextOf({ cloud, tags, time }: IamWorld, principal: string, owner: string): Record<string, string | string[]> {
  const isPod = cloud.principal.kind === 'pod', isUser = principal.includes(':user/');
  const caller = /^arn:aws:(?:iam|sts)::(\d+):/.exec(principal)?.[1] ?? '';
  const [service = ''] = cloud.action.split(':');
  return {
    'aws:SecureTransport': String(cloud.secureTransport), 'aws:CurrentTime': time, 'aws:EpochTime': String(Date.parse(time) / 1000),
    'aws:PrincipalArn': isPod ? roleArn : cloud.principal.kind === 'principal' ? cloud.principal.arn : '', 'aws:PrincipalAccount': caller, 'aws:PrincipalType': isUser ? 'User' : 'AssumedRole',
    'aws:PrincipalIsAWSService': 'false', 'aws:ViaAWSService': String(cloud.viaService !== undefined), 'aws:userid': isUser ? 'AIDAEXAMPLE' : 'AROAEXAMPLE:session-1',
    ...(isUser ? { 'aws:username': 'anna' } : { 'aws:TokenIssueTime': '2026-11-24T11:00:00Z' }),
    ...(isPod ? { 'aws:PrincipalTag/kubernetes-namespace': 'shop', 'aws:PrincipalTag/kubernetes-service-account': 'orders', 'aws:PrincipalTag/eks-cluster-name': 'retail', 'aws:PrincipalTag/eks-cluster-arn': cluster } : {}),
    ...(isPod ? Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])) : {}),
    ...(cloud.principal.kind === 'principal' && cloud.principal.mfa === true ? { 'aws:MultiFactorAuthPresent': 'true' } : {}),
    'aws:ResourceAccount': owner, 'aws:RequestedRegion': region,
    ...(cloud.viaService !== undefined ? {} : cloud.sourceVpce === undefined ? { 'aws:SourceIp': cloud.sourceAddress! } : { 'aws:VpcSourceIp': cloud.sourceAddress!, 'aws:SourceVpce': cloud.sourceVpce, 'aws:SourceVpc': cloud.sourceVpc ?? 'vpc-9' }),
    ...(service === 's3' && cloud.tlsVersion !== undefined ? { 's3:TlsVersion': cloud.tlsVersion } : {}),
    ...(service === 'kms' ? { 'kms:CallerAccount': caller, ...(cloud.viaService === undefined ? {} : { 'kms:ViaService': cloud.viaService }) } : {}),
    ...cloud.keys,
  };
}
export { otherAccount };
