import type { Api, Ask, CloudServer } from '#ir';
import type { Estate } from '#testing';

const aws = { accountId: '111122223333', region: 'eu-west-1' } as const;

/**
 * The same estate with what it keeps in AWS: a table, a queue and a key for each tenth workload, owned, and used by that
 * workload and the next: twelve grants, so that every ninth grant of the whole is one of the cloud.
 */
export function withCloud({ asOf, platform, policy }: Estate): Estate {
  const asks: Ask[] = [], apis: Api[] = [];
  const arn = (service: string, resource: string): string => `arn:aws:${service}:${aws.region}:${aws.accountId}:${resource}`;
  for (let index = 0; index + 1 < policy.workloads.length; index += 10) {
    const [mine, other] = [policy.workloads[index]!.name, policy.workloads[index + 1]!.name];
    const callers = [mine, other].map((name) => ({ kind: 'workload' as const, name }));
    const resource = (name: string, server: Omit<CloudServer, 'kind' | 'owned' | 'encryptedBy'>, verbs: readonly string[]): void => {
      apis.push({
        name, owner: 'team-data', servedBy: { kind: 'cloud', owned: true, ...(server.service === 'kms' ? {} : { encryptedBy: `${mine}-key` }), ...server },
        operations: verbs.map((verb) => ({ name: verb, kind: 'cloud', verb })),
        offers: verbs.map((verb) => ({ operation: verb, to: callers, when: [], because: `${mine} and ${other} keep things there` })),
      });
      for (const verb of verbs) for (const from of callers) asks.push({ from, to: { api: name, operation: verb }, because: 'keep things' });
    };
    resource(`${mine}-key`, { service: 'kms', arn: arn('kms', `key/${String(index).padStart(12, '0')}`) }, []);
    resource(`${mine}-table`, { service: 'dynamodb', arn: arn('dynamodb', `table/${mine}`) }, ['get', 'query', 'put', 'update']);
    resource(`${mine}-queue`, { service: 'sqs', arn: arn('sqs', mine) }, ['send', 'receive']);
  }
  return {
    asOf,
    policy: { ...policy, apis: [...policy.apis, ...apis], asks: [...policy.asks, ...asks] },
    platform: {
      ...platform,
      aws: {
        ...aws, clusterName: 'large', identity: { kind: 'podIdentity' }, vpc: 'vpc-0a1b2c3d4e5f60718', rolePrefix: 'large-', rolePath: '/', trustAnchors: [], otherAccounts: [], managedPoliciesPerRole: 10,
        endpoints: [{ service: 'dynamodb', cidrs: ['10.200.0.0/26'], vpcEndpoint: 'vpce-0a1b2c3d4e5f60001' }, { service: 'sqs', cidrs: ['10.200.0.64/26'], vpcEndpoint: 'vpce-0a1b2c3d4e5f60002' }],
        administrators: { deployer: `arn:aws:iam::${aws.accountId}:role/deploy`, breakGlass: `arn:aws:iam::${aws.accountId}:role/break-glass` },
      },
    },
  };
}
