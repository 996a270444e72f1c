import { arnOf, cloudServiceFacts, isCloudApi, segmentOf, type Aws, type CloudApi, type Platform, type Policy, type ResourceForm, type Segment } from '#ir';
import type { CloudGrant } from './estate.ts';
import { roleArn } from './role-name.ts';

/** A right that a role has: one action, about the resource or a part of it. */
export interface Held {
  readonly role: string;
  readonly action: string;
  readonly on: ResourceForm | 'listing';
  /** The prefix of a bucket or the index of a table that it is about; undefined: the whole bucket, the table itself. */
  readonly within?: string;
}

/** A resource whose whole policy is ours to write, and everybody who has a right to it. */
export interface OwnedResource {
  readonly api: CloudApi;
  /** Its ARN, or the token that stands for it. */
  readonly arn: string;
  readonly aws: Aws;
  readonly administrators: Administrators;
  readonly segment: Segment | undefined;
  /** The ARN of the key that it is declared to be encrypted with. */
  readonly key: string | undefined;
  readonly held: readonly Held[];
  /** What is granted of it. */
  readonly granted: readonly CloudGrant[];
}
export type Administrators = NonNullable<Aws['administrators']>;

/**
 * In the order of the policy, each resource once: two APIs with one ARN are one resource, and what is granted of either is
 * granted of it. Without administrators nothing is owned, and `check` has said so.
 */
export function ownedResourcesOf(policy: Policy, { aws }: Platform, granted: readonly CloudGrant[]): readonly OwnedResource[] {
  if (aws?.administrators === undefined) return [];
  const { administrators } = aws;
  const apis = policy.apis.filter(isCloudApi), byName = new Map(apis.map((api) => [api.name, api]));
  const grantsOf = new Map<string, CloudGrant[]>();
  for (const one of granted) {
    const arn = arnOf(one.api), list = grantsOf.get(arn);
    if (list === undefined) grantsOf.set(arn, [one]); else list.push(one);
  }
  const found = new Map<string, OwnedResource>();
  for (const api of apis) {
    const arn = arnOf(api);
    const { owned, service } = api.servedBy;
    if (!owned || !cloudServiceFacts[service].ownable || (api.servedBy.arn === undefined && service !== 'kms') || found.has(arn)) continue; // `check` refuses what can't be owned, or names nothing
    const key = api.servedBy.encryptedBy === undefined ? undefined : byName.get(api.servedBy.encryptedBy);
    const own = grantsOf.get(arn) ?? [];
    found.set(arn, {
      api, arn, aws, administrators, segment: segmentOf(policy, api), key: key === undefined ? undefined : arnOf(key), granted: own,
      held: own.flatMap(({ operation, verb, workload }) => verb.actions.map(({ action, on, prefixKey }): Held => ({
        role: roleArn(aws, workload.name), action, on: prefixKey === undefined ? on : 'listing',
        ...(operation.within === undefined || (on === 'resource' && prefixKey === undefined) ? {} : { within: operation.within }),
      }))),
    });
  }
  return [...found.values()];
}

/** The names of what is granted, each once, in code-unit order. */
export const refsOf = (granted: readonly CloudGrant[]): readonly string[] => [...new Set(granted.map(({ grant }) => grant.ref))].sort();
