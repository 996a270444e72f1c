import type { Aws } from '../platform.ts';

/** An Amazon Resource Name in its six fields (AWS, "Identify AWS resources with Amazon Resource Names"). */
export interface Arn { readonly partition: string; readonly service: string; readonly region: string; readonly account: string; readonly resource: string }

/** Undefined where it is none. The last field may hold colons. */
export function parseArn(text: string): Arn | undefined {
  const [prefix, partition, service, region, account, ...rest] = text.split(':');
  if (prefix !== 'arn' || partition === undefined || service === undefined || region === undefined || account === undefined || rest.length === 0) return undefined;
  return { partition, service, region, account, resource: rest.join(':') };
}

export const arnText = ({ partition, service, region, account, resource }: Arn): string => `arn:${partition}:${service}:${region}:${account}:${resource}`;

/** `aws-cn` for China, `aws-us-gov` for GovCloud, `aws` for all others (AWS, "Partitions"). */
export const partitionOf = (region: string): string => (region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws');
/** What the addresses of a partition's services end in. */
export const domainOf = (partition: string): string => (partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com');
/** What a service is called in its region: its address, and the name by which KMS knows it (AWS KMS, "AWS KMS condition keys", kms:ViaService). */
export const regionalName = (service: string, region: string): string => `${service}.${region}.${domainOf(partitionOf(region))}`;
/** The EKS cluster whose ServiceAccount tokens are shown. */
export const clusterArn = ({ accountId, clusterName, region }: Pick<Aws, 'accountId' | 'clusterName' | 'region'>): string =>
  arnText({ partition: partitionOf(region), service: 'eks', region, account: accountId, resource: `cluster/${clusterName}` });
