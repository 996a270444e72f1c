import { arnText, cloudServiceFacts, partitionOf, type Aws, type Platform, type Policy, type Workload } from '#ir';
import { someoneOutside, type Request } from '#spec';
import { product, type Attempt, type Stratum } from './attempt.ts';
import { cloudTargets, type CloudTarget } from './cloud-targets.ts';
import { askText } from './requests.ts';

/** Somebody who may ask something of the cloud, with what they show. */
interface CloudSource { readonly who: string; readonly request: Omit<Request, 'to'>; readonly caller?: Workload }

/** Before every grant's end. */
export const longAgo = '2000-01-03T12:00:00Z';

/**
 * All that is tried of the cloud: everybody who has an identity there, and who only looks like somebody, at every action;
 * who has got hold of a workload's credentials, where a VPC endpoint is there to be asked for; at what is owned, other
 * principals and those who look after it, whom only the resource's own policy stops.
 */
export function cloudStrata(policy: Policy, { aws, podCidrs }: Platform): readonly Stratum[] {
  const targets = aws === undefined ? [] : cloudTargets(policy);
  if (aws === undefined || targets.length === 0) return [];
  const endpoints = new Set(aws.endpoints.flatMap(({ service, vpcEndpoint }) => (vpcEndpoint === undefined ? [] : [service])));
  const through = targets.filter(({ api, to }) => endpoints.has(api.servedBy.service) && to.via === undefined);
  const owned = targets.filter(({ api }) => api.servedBy.owned);
  // Every caller has an address, which the wire shows whether or not anything asks for it.
  const inside = podCidrs[0]?.split('/')[0] ?? someoneOutside.ipv4;
  return [
    product(identitiesOf(policy).map((source) => comingFrom(source, inside)), targets, cloudAttempt),
    product(stolenFrom(policy), through, cloudAttempt),
    product(strangers(aws), owned, cloudAttempt),
    product(administrators(aws), owned.filter(isOfContents), cloudAttempt),
  ];
}

/** Of those who look after a resource: their own actions are left out, and what a service needs of its maker on a key. */
const isOfContents = ({ api, to }: CloudTarget): boolean =>
  (to.via === undefined ? !cloudServiceFacts[api.servedBy.service].management.includes(to.action) : cloudServiceFacts[to.via].makerUses?.includes(to.action) !== true);

export function cloudAttempt({ caller, request, who }: CloudSource, { api, index, to }: CloudTarget): Attempt {
  return { request: { ...request, to }, who, does: askText(to), place: `cloud ${api.name}`, pointer: () => `/apis/${index}`, resource: api, ...(caller === undefined ? {} : { caller }) };
}

const asking = (who: string, peer: NonNullable<Request['peer']>, caller?: Workload): CloudSource =>
  ({ who, request: { peer, throughExposure: false, context: { time: longAgo } }, ...(caller === undefined ? {} : { caller }) });

const comingFrom = (source: CloudSource, sourceAddress: string): CloudSource => ({ ...source, request: { ...source.request, context: { ...source.request.context, sourceAddress } } });

/** Every workload; and pods that have its labels but another ServiceAccount, or one of the same name in another namespace. */
function identitiesOf({ workloads }: Policy): readonly CloudSource[] {
  return workloads.flatMap((workload): readonly CloudSource[] => {
    const { host, kubernetes: facts, name } = workload;
    if (facts === undefined && host === undefined) return [];
    const itself = asking(`\`${name}\``, { kind: 'workload', name }, workload);
    if (facts === undefined) return [itself];
    const pod = (namespace: string, serviceAccount: string): NonNullable<Request['peer']> => ({ kind: 'pod', namespace, labels: facts.selector, serviceAccount });
    return [
      itself, asking(`a pod with the labels of \`${name}\` and another ServiceAccount`, pod(facts.namespace, 'another-account'), workload),
      ...(facts.serviceAccount === undefined ? [] : [asking(`a pod of another namespace with the name of \`${name}\`'s ServiceAccount`, pod('another-namespace', facts.serviceAccount), workload)]),
    ];
  });
}

/** A host shows its certificate from wherever it is. */
const stolenFrom = ({ workloads }: Policy): readonly CloudSource[] =>
  workloads.flatMap((workload) => (workload.kubernetes?.serviceAccount === undefined ? [] : [asking(`somebody elsewhere with the credentials of \`${workload.name}\``, { kind: 'credentials', of: workload.name }, workload)]));

/** Another role of the account, and one of another account. */
function strangers({ accountId, region }: Aws): readonly CloudSource[] {
  const other = accountId === '999999999999' ? '888888888888' : '999999999999';
  return [accountId, other].map((account) => {
    const arn = arnText({ partition: partitionOf(region), service: 'iam', region: '', account, resource: 'role/nobody-declared' });
    return asking(`\`${arn}\``, { kind: 'principal', arn });
  });
}

function administrators({ administrators: named }: Aws): readonly CloudSource[] {
  if (named === undefined) return [];
  const { breakGlass, deployer } = named;
  return [asking(`the deployer \`${deployer}\``, { kind: 'principal', arn: deployer }), asking(`the break-glass principal \`${breakGlass}\``, { kind: 'principal', arn: breakGlass })];
}
