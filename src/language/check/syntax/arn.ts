import { arnText, cloudServiceFacts, domainOf, parseArn, partitionOf, type CloudService } from '#ir';
import type { Problem } from './problem.ts';

/** What an ARN of one kind of thing looks like. */
export interface ArnForm {
  /** The service that it names. */
  readonly arnService: string;
  /** Whether it names a region and an account, or leaves those fields empty. */
  readonly regional: boolean;
  readonly account: boolean;
  readonly resource: RegExp;
  /** For messages. */
  readonly example: string;
}
/** `service`: an ARN, and one of another service. */
export type ArnProblem = Problem & { readonly kind: 'malformed' | 'service' };

/** Of IAM itself, and of what else a platform names. Names: IAM, "IAM and AWS STS quotas"; IAM Roles Anywhere, `TrustAnchorDetail`. */
export const iamRole: ArnForm = cloudServiceFacts.sts;
export const iamPolicy: ArnForm = { arnService: 'iam', regional: false, account: true, resource: /^policy\/([\x21-\x29\x2b-\x3e\x40-\x7e]{1,510}\/)?[A-Za-z0-9+=,.@_-]{1,128}$/, example: 'arn:aws:iam::111122223333:policy/estate-boundary' };
export const trustAnchor: ArnForm = { arnService: 'rolesanywhere', regional: true, account: true, resource: /^trust-anchor\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, example: 'arn:aws:rolesanywhere:eu-west-1:111122223333:trust-anchor/01234567-89ab-cdef-0123-456789abcdef' };

/** Partitions that are known here (AWS, "Partitions"). Others have regions and addresses of their own. */
const partitions = ['aws', 'aws-cn', 'aws-us-gov'];

/** Why this is not an ARN of that form, for exactly one thing; undefined if it is. */
export function arnProblem(text: string, form: ArnForm): ArnProblem | undefined {
  const malformed = (what: string, instead?: string): ArnProblem => ({ kind: 'malformed', what, ...(instead === undefined || arnProblem(instead, form) !== undefined ? {} : { instead }) });
  if (text === '') return malformed('is empty');
  if (text.includes('*') || text.includes('?')) return malformed('has a wildcard, which would take in what nobody named');
  if (text.includes('${')) return malformed('has a policy variable, which IAM would fill in with something else for each request');
  if (text.includes('{') || text.includes('}')) return malformed('has a brace, which no ARN has and a hole\'s place is written with');
  if (/\s/.test(text)) return malformed('has a space', text.replaceAll(/\s+/g, ''));
  const arn = parseArn(text);
  if (arn === undefined) return malformed('is no ARN, which has six fields with colons between them', insteadOf(text));
  const { account, partition, region, resource, service } = arn;
  if (!partitions.includes(partition)) return malformed(`is of the partition \`${partition}\`, which is none of ${partitions.map((one) => `\`${one}\``).join(', ')}`);
  if (service !== form.arnService) return { kind: 'service', what: `is an ARN of \`${service}\`` };
  if (form.regional && region === '') return malformed('names no region');
  if (form.regional && regionProblem(region) !== undefined) return malformed(`names the region \`${region}\`, which ${regionProblem(region)!.what}`);
  if (form.regional && partitionOf(region) !== partition) return malformed(`names the region \`${region}\`, which is not in the partition \`${partition}\``, arnText({ ...arn, partition: partitionOf(region) }));
  if (!form.regional && region !== '') return malformed('names a region, where ARNs of its service name none', arnText({ ...arn, region: '' }));
  if (form.account && account === '') return malformed('names no account');
  if (form.account && accountProblem(account) !== undefined) return malformed(`names the account \`${account}\`, which ${accountProblem(account)!.what}`);
  if (!form.account && account !== '') return malformed('names an account, where ARNs of its service name none', arnText({ ...arn, account: '' }));
  return form.resource.test(resource) ? undefined : malformed(resourceText(arn));
}

/** What it is instead, where that is known. */
function resourceText({ resource, service }: { readonly resource: string; readonly service: string }): string {
  if (resource === '') return 'names nothing of its service';
  if (service === 'kms' && resource.startsWith('alias/aws/')) return 'is the alias of a key that AWS manages, whose policy nobody else can write';
  if (service === 'kms' && resource.startsWith('alias/')) return 'is an alias, which can be pointed at another key, and which no policy of IAM matches';
  if (service === 'dynamodb' && resource.includes('/index/')) return 'is an index of a table, which belongs into the table\'s `indexes`';
  if (service === 'dynamodb' && resource.includes('/stream/')) return 'is a stream of a table';
  if (service === 's3' && resource.includes('/')) return 'is an object of a bucket, where the bucket itself belongs';
  if (service === 'secretsmanager' && /^secret:[A-Za-z0-9/_+=.@-]+$/.test(resource)) return 'lacks the hyphen and the six characters that Secrets Manager puts after a secret\'s name';
  return `ends in \`${resource}\``;
}

/** The ARN of a queue from the URL that SDKs use (Amazon SQS, "Queue and message identifiers"). */
function insteadOf(text: string): string | undefined {
  const [, region, domain, account, name] = /^https:\/\/sqs\.([a-z0-9-]+)\.(amazonaws\.com(?:\.cn)?)\/(\d{12})\/([^/]+)$/.exec(text) ?? [];
  if (region === undefined || domain !== domainOf(partitionOf(region))) return undefined;
  return arnText({ partition: partitionOf(region), service: 'sqs', region, account: account!, resource: name! });
}

/** Of a resource that is an API: as its service has it. */
export const resourceForm = (service: CloudService): ArnForm => cloudServiceFacts[service];

/** Why this is no account (AWS Account Management, "View AWS account identifiers": twelve digits); undefined if it is one. */
export function accountProblem(text: string): Problem | undefined {
  if (text === '') return { what: 'is empty' };
  const bare = text.replaceAll(/[\s-]/g, '');
  return /^\d{12}$/.test(text) ? undefined : { what: 'is not twelve digits', ...(/^\d{12}$/.test(bare) ? { instead: bare } : {}) };
}

const direction = '(?:north|south|east|west|central|northeast|northwest|southeast|southwest)';
const regionPattern = new RegExp(`^(?:[a-z]{2}|us-gov)-${direction}-\\d{1,2}$`);
/** Why this is no region of the partitions that are known (AWS, "AWS Regions"); undefined if it is one. */
export function regionProblem(text: string): Problem | undefined {
  if (text === '') return { what: 'is empty' };
  if (regionPattern.test(text)) return undefined;
  if (/^(?:[a-z]{2,4}-(?:iso[a-z]?|de)|eu-isoe)-/.test(text)) return { what: 'is in a partition of its own, which is not known here' };
  const lower = text.toLowerCase(), zone = /^(.*-\d)[a-z]$/.exec(lower)?.[1];
  if (zone !== undefined && regionPattern.test(zone)) return { what: 'is an availability zone', instead: zone };
  return { what: 'is no name of a region', ...(regionPattern.test(lower) ? { instead: lower } : {}) };
}
