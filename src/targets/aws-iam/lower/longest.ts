import { arnText, partitionOf, type Aws, type Policy } from '#ir';
import type { Longest } from './documents.ts';

/** How long each token's value may become: a hole's `maxLength`; of a key that is made, its ARN with a UUID in it. */
export function longestOf(policy: Policy, { accountId, region }: Aws): Longest {
  const holes = new Map(policy.holes.map(({ maxLength, name }) => [name, maxLength]));
  const key = arnText({ partition: partitionOf(region), service: 'kms', region, account: accountId, resource: `key/${'x'.repeat(36)}` }).length;
  return (name) => holes.get(name) ?? (name.startsWith('made:') ? key : longestArn);
}

/** A hole that nobody declared is reported by `check`; IAM takes no longer ARN (IAM, "IAM and AWS STS quotas"). */
const longestArn = 2_048;
