import { isCloudApi, cloudServiceFacts, type CloudApi, type Platform, type Policy } from '#ir';
import type { Request } from '#spec';
import { type CloudAttempt, cloudAttempts, cloudManners, type Estate, estatePods } from '#testing';

/** Requests of every manner, and every pod of the world at who hands out credentials and at the node's own. */
export function cloudRequests(policy: Policy, estate: Estate, seed: number, rounds = 6): readonly CloudAttempt[] {
  const context = { time: `${estate.asOf}T12:00:00Z` };
  const governed = new Set(policy.workloads.map(({ kubernetes }) => kubernetes?.namespace));
  const pods = estatePods(policy).pods.filter(({ namespace }) => governed.has(namespace)).flatMap(({ labels, namespace, serviceAccount }): readonly CloudAttempt[] => (['cloudCredentials', 'instanceMetadata'] as const).map((name) => ({
    manner: name === 'cloudCredentials' ? 'for credentials' : 'for the node\'s own',
    request: { peer: { kind: 'pod', namespace, labels, serviceAccount: serviceAccount ?? 'default' }, throughExposure: false, to: { kind: 'builtin', name }, context },
  })));
  // whoever sends something sends it from somewhere
  const asked = cloudAttempts({ ...estate, policy }, seed, rounds * cloudManners.length).map(({ manner, request }): CloudAttempt => ({ manner, request: { ...request, context: { sourceAddress: '198.51.100.77', ...request.context } } }));
  return [...pods, ...asked];
}

/** Why a law leaves a request to the cloud out: who answers for it is not one of us. */
export function leftToOthers(policy: Policy, platform: Platform, { peer, to }: Request): string | undefined {
  const api = 'api' in to ? policy.apis.find(({ name }) => name === to.api) : undefined;
  if (api === undefined || !isCloudApi(api)) return undefined;
  const { owned } = api.servedBy;
  switch (peer?.kind) {
    case 'principal':
      if (!owned) return 'the caller\'s side only: what others may do with it, their own policies say';
      if (isAdministration(platform, api, peer.arn, to)) return 'who looks after it, and makes what is encrypted with it';
      return undefined;
    case 'credentials': return isPinned(policy, platform, api, peer.of) ? undefined : 'credentials-stay: no endpoint is asked for';
    default: return undefined;
  }
}

function isAdministration({ aws }: Platform, { servedBy: { service } }: CloudApi, arn: string, to: Request['to']): boolean {
  const { breakGlass, deployer } = aws?.administrators ?? { breakGlass: '', deployer: '' };
  if (to.kind !== 'action') return false;
  return ((arn === deployer || arn === breakGlass) && cloudServiceFacts[service].management.includes(to.action)) || (arn === deployer && service === 'kms' && to.via !== undefined);
}

/** A VPC endpoint is asked for wherever the platform states one; a host outside comes through none. */
function isPinned({ workloads }: Policy, { aws }: Platform, { servedBy: { service } }: CloudApi, name: string): boolean {
  return workloads.some((workload) => workload.name === name && workload.host === undefined) && aws?.endpoints.some((one) => one.service === service && one.vpcEndpoint !== undefined) === true;
}
