import { arnOf, clusterArn, isCloudApi, regionalName, type Aws, type CloudApi, type Platform, type Policy } from '#ir';
import { actionAsked, formOf } from './cloud.ts';
import type { CloudFacts, CloudPrincipal, Crossing, Endpoint, Hop } from './hop.ts';
import type { Request } from './request.ts';
import { firstAddress, network, pod, someoneOutside, type Landing } from './ways.ts';

/** Where the agent of EKS Pod Identity answers on every node, on port 80 (Amazon EKS, "Pod Identity agent"). */
export const podIdentityAddress = '169.254.170.23';
/** The instance metadata service of EC2, whose credentials are the node's (Amazon EC2, "Use the Instance Metadata Service"). */
export const instanceMetadataAddresses = ['169.254.169.254', 'fd00:ec2::254'] as const;

/**
 * The ways to a resource of the cloud: from a pod through the network to the service's declared endpoint, or past it over
 * the Internet; from a host outside, and from whoever has somebody's credentials or some of their own, straight to the service.
 */
export function cloudCrossing(policy: Policy, platform: Platform, request: Request, api: CloudApi): Crossing {
  const { aws } = platform, { peer } = request;
  const asked = wanted(request, api, aws);
  if (aws === undefined || asked === undefined || peer === undefined) return { intended: [], bypasses: [] };
  const { service } = api.servedBy, endpoint = aws.endpoints.find((one) => one.service === service);
  const port = api.servedBy.port ?? 443;
  const signed = (principal: CloudPrincipal, from: Endpoint, source: Pick<CloudFacts, 'sourceAddress' | 'sourceVpc' | 'sourceVpce'>): Hop => ({
    enforcer: 'cloud', direction: 'ingress', from, to: {}, port, protocol: 'TCP', time: request.context.time,
    cloud: { ...asked, principal, secureTransport: request.context.inTheClear !== true, ...(request.context.inTheClear === true ? {} : { tlsVersion: '1.3' }), ...(asked.viaService === undefined ? source : {}) },
  });
  const elsewhere = { sourceAddress: request.context.sourceAddress ?? someoneOutside.ipv4 };

  if (peer.kind === 'principal') {
    const { mfa } = request.context;
    return { intended: [signed({ kind: 'principal', arn: peer.arn, ...(mfa === undefined ? {} : { mfa }) }, { ip: elsewhere.sourceAddress }, elsewhere)], bypasses: [] };
  }
  if (peer.kind === 'credentials' && asked.viaService !== undefined) return { intended: [], bypasses: [] }; // a service uses a key for whom it has let in
  const workload = peer.kind === 'workload' || peer.kind === 'credentials' ? policy.workloads.find(({ name }) => name === (peer.kind === 'workload' ? peer.name : peer.of)) : undefined;
  if (workload?.host !== undefined) {
    const { san, trustAnchor } = workload.host;
    const anchor = aws.trustAnchors.find(({ name }) => name === trustAnchor)?.arn;
    return { intended: anchor === undefined ? [] : [signed({ kind: 'certificate', trustAnchor: anchor, san }, { ip: elsewhere.sourceAddress }, elsewhere)], bypasses: [] };
  }
  const from = peer.kind === 'pod' ? podNamed(policy, peer) : workload?.kubernetes === undefined ? undefined : pod(workload.kubernetes);
  if (from?.namespace === undefined) return { intended: [], bypasses: [] };
  const principal: CloudPrincipal = { kind: 'pod', cluster: clusterArn(aws), namespace: from.namespace, serviceAccount: from.serviceAccount ?? 'default' };
  if (peer.kind === 'credentials') return { intended: [signed(principal, { ip: elsewhere.sourceAddress }, elsewhere)], bypasses: [] };

  const inside = {
    ...(request.context.sourceAddress === undefined ? {} : { sourceAddress: request.context.sourceAddress }),
    ...(endpoint?.vpcEndpoint === undefined ? {} : { sourceVpce: endpoint.vpcEndpoint, ...(aws.vpc === undefined ? {} : { sourceVpc: aws.vpc }) }),
  };
  const at = (ip: string): Landing => ({ to: { ip }, port: request.context.inTheClear === true ? 80 : port, protocol: 'TCP' });
  if (asked.viaService !== undefined) return { intended: [signed(principal, from, inside)], bypasses: [] }; // the service asks, not the pod
  return {
    intended: [...network(from, at(firstAddress(endpoint?.cidrs) ?? someoneOutside.ipv4), {}), signed(principal, from, inside)],
    bypasses: [[...network(from, at(someoneOutside.ipv4), {}), signed(principal, from, { sourceAddress: elsewhere.sourceAddress })]],
  };
}

/** What IAM is asked. Undefined of what nobody can ask: another service's action, a part of what has none, or a service to use what is no key. */
function wanted({ context, to }: Request, api: CloudApi, aws: Aws | undefined): Pick<CloudFacts, 'action' | 'resource' | 'viaService' | 'keys'> | undefined {
  const asked = actionAsked(api, to), { service } = api.servedBy;
  if (aws === undefined || asked === undefined || (asked.via !== undefined && service !== 'kms')) return undefined;
  const { action, via, within } = asked;
  if (!action.startsWith(`${service}:`)) return undefined;
  // a part that an action outside the table names is whatever the service divides its resources into
  const form = formOf(action) ?? (within === undefined ? 'resource' : service === 's3' ? 'object' : service === 'dynamodb' ? 'index' : 'resource');
  if (form === 'resource' && within !== undefined) return undefined;
  const resource = within === undefined || form === 'listing' ? arnOf(api) : form === 'object' ? `${arnOf(api)}/${within}` : `${arnOf(api)}/index/${within}`;
  const keys = {
    ...(form === 'listing' && within !== undefined ? { 's3:prefix': within } : {}),
    ...(context.weakerEncryption === true && action === 's3:PutObject' ? { 's3:x-amz-server-side-encryption': 'AES256' } : {}),
  };
  return {
    action, resource,
    ...(via === undefined ? {} : { viaService: regionalName(via, aws.region) }),
    ...(Object.keys(keys).length === 0 ? {} : { keys }),
  };
}

function podNamed(policy: Policy, { labels, namespace, serviceAccount }: Extract<Request['peer'], { kind: 'pod' }>): Endpoint {
  const like = policy.workloads.find(({ kubernetes }) => kubernetes?.namespace === namespace && Object.entries(kubernetes.selector).every(([key, value]) => labels[key] === value));
  const account = serviceAccount ?? like?.kubernetes?.serviceAccount;
  return { ...pod({ namespace, selector: labels, ports: [], services: [], probes: [] }), ...(account === undefined ? {} : { serviceAccount: account }) };
}

/** The resource that a request is for, if it is for one. */
export function cloudApiOf(policy: Policy, { to }: Request): CloudApi | undefined {
  const api = to.kind === 'action' || to.kind === 'operation' ? policy.apis.find(({ name }) => name === to.api) : undefined;
  return api !== undefined && isCloudApi(api) ? api : undefined;
}
