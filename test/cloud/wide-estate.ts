import { arnText, cloudServiceFacts, partitionOf, type Api, type Ask, type CloudService } from '#ir';
import type { Estate } from '#testing';

/** What of each service there is much of: the verb, and the resource that a number names. */
const much: readonly (readonly [service: CloudService, verb: string, resource: (number: string) => string])[] = [
  ['sqs', 'send', (number) => `hand-over-of-many-things-${number}`], ['s3', 'read', (number) => `media-of-many-different-kinds-${number}`], ['sts', 'assume', (number) => `role/reader-of-many-accounts-${number}`],
  ['dynamodb', 'get', (number) => `table/items-of-many-different-kinds-${number}`],
];

/** The same estate, where one workload is granted so much that no inline policy of its role holds it, and no boundary that names each resource. */
export function wide(estate: Estate, each: number): Estate {
  const { platform, policy } = estate, { accountId, region } = platform.aws!;
  const caller = policy.workloads.find(({ kubernetes, segment }) => kubernetes?.serviceAccount !== undefined && policy.segments.find(({ name }) => name === segment)?.managed !== 'unmanaged')!;
  const from = { kind: 'workload', name: caller.name } as const;
  const added = much.flatMap(([service, verb, resource]) => Array.from({ length: each }, (_, at) => {
    const name = `${service}-${at}`, { account, arnService, regional } = cloudServiceFacts[service];
    const arn = arnText({ partition: partitionOf(region), service: arnService, region: regional ? region : '', account: account ? accountId : '', resource: resource(String(at).padStart(3, '0')) });
    return {
      api: {
        name, owner: 'team-wide', servedBy: { kind: 'cloud', service, arn, owned: false }, operations: [{ name: verb, kind: 'cloud', verb }], offers: [{ operation: verb, to: [from], when: [], because: 'it is much' }],
      } satisfies Api,
      ask: { from, to: { api: name, operation: verb }, because: 'it is much' } satisfies Ask,
    };
  }));
  return { ...estate, policy: { ...policy, apis: [...policy.apis, ...added.map(({ api }) => api)], asks: [...policy.asks, ...added.map(({ ask }) => ask)] } };
}
