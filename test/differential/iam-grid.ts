import { cloudServiceFacts, cloudVerbs, isCloudApi, verbsOf, type CloudApi, type CloudService, type Platform, type Policy } from '#ir';
import { accepted, crossing, decide, type CloudFacts, type Request } from '#spec';
import type { AwsArtifact } from '#targets/target';
import { leftToOthers } from '../laws/cloud-breaches.ts';
import { IamAccount } from './iam-deployed.ts';

type To = Extract<Request['to'], { kind: 'action' }>;
/** A cell: somebody, an action on a part of a resource, and how it comes. */
export interface Cell { readonly request: Request; readonly how: string; readonly cloud: CloudFacts }
export interface Disagreement { readonly how: string; readonly request: Request; readonly meant: 'allow' | 'deny'; readonly simulated: boolean }
export interface Judged { readonly cells: number; readonly allowed: number; readonly disagreements: readonly Disagreement[] }

/** Role × action × resource × context: everybody who is declared, and who is near, at every action of every service on every part of every resource, however it comes. */
export function gridOf(policy: Policy, platform: Platform, asOf: string): readonly Cell[] {
  const noon = `${asOf}T12:00:00Z`, resources = policy.apis.filter(isCloudApi), cells: Cell[] = [];
  const add = (how: string, request: Request): void => {
    if (leftToOthers(policy, platform, request) !== undefined) return;
    const { cloud } = crossing(policy, platform, request).intended.find((hop) => hop.cloud !== undefined) ?? {};
    if (cloud !== undefined) cells.push({ how, request, cloud });
  };
  for (const api of resources) {
    for (const to of targetsOf(resources, api)) {
      for (const peer of peersOf(policy, platform)) {
        const come = (how: string, context: Request['context']): void => add(how, { peer, throughExposure: false, to, context });
        if (peer.kind === 'principal') { come('with a second factor', { time: noon, mfa: true }); come('without one', { time: noon, mfa: false }); continue; }
        for (const sourceAddress of ['10.244.3.7', '10.244.200.9']) come(`from ${sourceAddress}`, { time: noon, sourceAddress });
        come('after every end', { time: '2031-01-01T00:00:00Z', sourceAddress: '10.244.3.7' });
        if (to.via === undefined) come('in the clear', { time: noon, sourceAddress: '10.244.3.7', inTheClear: true });
        if (to.action === 's3:PutObject') come('with weaker encryption', { time: noon, sourceAddress: '10.244.3.7', weakerEncryption: true });
        if (to.via === undefined && peer.kind === 'workload') add('stolen', { peer: { kind: 'credentials', of: peer.name }, throughExposure: false, to, context: { time: noon, sourceAddress: '203.0.113.9' } });
      }
    }
  }
  return cells;
}

/** Each action of the service, by its verbs and by who looks after it, on each part that some operation names and on others; of a key also by way of each service. */
function targetsOf(resources: readonly CloudApi[], api: CloudApi): readonly To[] {
  const { service } = api.servedBy, own = cloudServiceFacts[service];
  const parts = [...new Set(api.operations.flatMap((one) => (one.kind === 'cloud' && one.within !== undefined ? [one.within] : [])))];
  const actions = [...new Set([...verbsOf(service).flatMap((verb) => verb.actions.map(({ action }) => action)), ...own.management])];
  const using: readonly CloudService[] = service === 'kms' ? [...new Set(resources.filter(({ servedBy }) => servedBy.encryptedBy === api.name).map(({ servedBy }) => servedBy.service)), 'sqs' as const] : [];
  const one = (action: string, more: Partial<To> = {}): To => ({ kind: 'action', api: api.name, action, ...more });
  return actions.flatMap((action): readonly To[] => {
    const form = cloudVerbs.flatMap((verb) => verb.actions).find((each) => each.action === action);
    const within = form?.on === 'object' ? [...parts.flatMap((part) => [`${part}a`, `${part.slice(0, -1)}-`]), 'nobody/a']
      : form?.prefixKey !== undefined ? [undefined, ...parts, 'nobody/'] : form?.on === 'index' ? [undefined, ...parts, 'nobody'] : [undefined];
    return [...within.map((part) => one(action, part === undefined ? {} : { within: part })), ...[...new Set(using)].map((via) => one(action, { via }))];
  });
}

function peersOf({ workloads }: Policy, { aws }: Platform): readonly NonNullable<Request['peer']>[] {
  const partition = aws?.administrators?.deployer.split(':')[1] ?? 'aws';
  return [
    ...workloads.filter(({ host, kubernetes }) => host !== undefined || kubernetes !== undefined).map(({ name }) => ({ kind: 'workload', name }) as const),
    ...workloads.flatMap(({ kubernetes }) => (kubernetes?.serviceAccount === undefined ? [] : [{ kind: 'pod', namespace: kubernetes.namespace, labels: kubernetes.selector, serviceAccount: 'another' } as const, { kind: 'pod', namespace: 'another', labels: {}, serviceAccount: kubernetes.serviceAccount } as const])).slice(0, 2),
    ...Object.values(aws?.administrators ?? {}).map((arn) => ({ kind: 'principal', arn }) as const),
    { kind: 'principal', arn: `arn:${partition}:iam::${aws?.accountId ?? ''}:role/nobody` }, { kind: 'principal', arn: `arn:${partition}:iam::${aws?.accountId ?? ''}:user/anna` }, { kind: 'principal', arn: `arn:${partition}:iam::999988887777:role/nobody` },
  ];
}

/** What the policy means against what the simulator says of what was compiled, cell by cell. */
export async function judge(policy: Policy, platform: Platform, asOf: string, artifacts: readonly AwsArtifact[]): Promise<Judged> {
  const account = new IamAccount(policy, platform, artifacts), may = accepted(policy, platform), cells = gridOf(policy, platform, asOf), disagreements: Disagreement[] = [];
  let allowed = 0;
  for (const { cloud, how, request } of cells) {
    const granted = decide(policy, request).decision;
    const simulated = await account.allows(cloud, request.context.time);
    if (simulated) allowed++;
    // what is accepted in writing may be let through, and what is granted has to be
    const meant = simulated ? decide(may, request).decision : granted;
    if ((meant === 'allow') !== simulated) disagreements.push({ how, request, meant, simulated });
  }
  return { cells: cells.length, allowed, disagreements };
}
