import { arnText, partitionOf, type Aws } from '#ir';
import { hashOf } from '../../object-name.ts';

/** Longest name of a role (IAM, "IAM and AWS STS quotas"). */
export const maxRoleName = 64;
const hashLength = 8;

/** Of a workload, from its name alone: `retail-orders`. Hashed where it is too long or has characters that IAM refuses. */
export function roleName({ rolePrefix }: Aws, workload: string, suffix = ''): string {
  const name = `${rolePrefix}${workload}${suffix}`;
  if (name.length <= maxRoleName && /^[\w+=,.@-]+$/.test(name) && !/-[0-9a-f]{8}$/.test(workload)) return name;
  const slug = workload.replace(/[^\w+=,.@-]+/g, '-').slice(0, Math.max(0, maxRoleName - rolePrefix.length - suffix.length - hashLength - 1));
  return `${rolePrefix}${slug}-${hashOf(workload).slice(0, hashLength)}${suffix}`;
}

/** With its path: `arn:aws:iam::111122223333:role/teams/retail/retail-orders`. */
export const roleArn = (aws: Aws, workload: string): string => iamArn(aws, `role${aws.rolePath}${roleName(aws, workload)}`);
export const policyArn = (aws: Aws, name: string): string => iamArn(aws, `policy${aws.rolePath}${name}`);

/** Of something of IAM in this account: `oidc-provider/…`, or `root`, which is the account itself. */
export const iamArn = ({ accountId, region }: Aws, resource: string): string => arnText({ partition: partitionOf(region), service: 'iam', region: '', account: accountId, resource });
