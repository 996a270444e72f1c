import { verbsOf, type Api, type Aws, type CloudOperation, type CloudServer, type CloudService, type Platform, type Policy } from '#ir';
import { cloudGrants } from '../../../../src/targets/aws-iam/lower/estate.ts';
import { ownedResources } from '../../../../src/targets/aws-iam/lower/owned-resources.ts';
import type { AwsArtifact, PolicyDocument } from '../../../../src/targets/target.ts';
import { platform, policy, workload } from '../../kubernetes/estate.ts';

export const account = '111122223333';
export const deployer = `arn:aws:iam::${account}:role/deploy`;
export const breakGlass = `arn:aws:iam::${account}:role/break-glass`;
export const roleOf = (name: string): string => `arn:aws:iam::${account}:role/retail-${name}`;

export const aws: Aws = {
  accountId: account, region: 'eu-west-1', clusterName: 'retail', identity: { kind: 'podIdentity' }, endpoints: [], rolePrefix: 'retail-', rolePath: '/',
  administrators: { deployer, breakGlass }, trustAnchors: [], otherAccounts: [], managedPoliciesPerRole: 10,
};
export const onAws = (rest: Partial<Aws> = {}): Platform => platform({ aws: { ...aws, ...rest } });

export const arns: Readonly<Record<Extract<CloudService, 'dynamodb' | 'kms' | 's3' | 'secretsmanager' | 'sns' | 'sqs'>, string>> = {
  dynamodb: `arn:aws:dynamodb:eu-west-1:${account}:table/carts`, kms: `arn:aws:kms:eu-west-1:${account}:key/1234abcd-12ab-34cd-56ef-1234567890ab`, s3: 'arn:aws:s3:::retail-media',
  secretsmanager: `arn:aws:secretsmanager:eu-west-1:${account}:secret:orders/stripe-AbCdEf`, sns: `arn:aws:sns:eu-west-1:${account}:order-events`, sqs: `arn:aws:sqs:eu-west-1:${account}:settlements`,
};

/** A resource with every verb of its service, and of the parts that are named (`readThumbs: 'thumbs/'`); `offers`: who holds which. */
export function resource(name: string, server: Omit<CloudServer, 'kind' | 'owned'> & { readonly owned?: boolean }, offers: Readonly<Record<string, readonly string[]>>, parts: Readonly<Record<string, string>> = {}): Api {
  const operations = verbsOf(server.service).flatMap(({ narrowed, verb }): CloudOperation[] => [
    { name: verb, kind: 'cloud', verb },
    ...(narrowed === 'may' ? Object.entries(parts).map(([part, within]): CloudOperation => ({ name: `${verb}${part}`, kind: 'cloud', verb, within })) : []),
  ]);
  return {
    name, servedBy: { kind: 'cloud', owned: true, ...server }, operations,
    offers: Object.entries(offers).map(([operation, to]) => ({ operation, to: to.map((who) => ({ kind: 'workload' as const, name: who })), when: [], because: 'the case needs it' })),
  };
}

/** Every workload that some offer names. */
export function estate(apis: readonly Api[], rest: Partial<Policy> = {}): Policy {
  const names = new Set(apis.flatMap(({ offers }) => offers.flatMap(({ to }) => to.flatMap((who) => (who.kind === 'workload' ? [who.name] : [])))));
  return policy([...names].sort().map((name) => workload(name)), apis, rest);
}

export const lowered = (of: Policy, on: Platform = onAws()): ReturnType<typeof ownedResources> => ownedResources(of, on, on.aws!, cloudGrants(of, on));

/** The artefact of an API, by the type of its resource: `QueuePolicy`. */
export function artifactOf(of: Policy, kind: string, name: string, on: Platform = onAws()): AwsArtifact {
  const { plan } = lowered(of, on);
  const found = plan.objects.find(({ id }) => id.endsWith(`/${kind}/${name}`));
  if (found === undefined) throw new Error(`no ${kind} of ${name} among ${plan.objects.map(({ id }) => id).join(', ')}`);
  return found;
}
export const documentOf = (of: Policy, kind: string, name: string, on: Platform = onAws()): PolicyDocument => artifactOf(of, kind, name, on).documents['policy']!;
export const sizeOf = (document: PolicyDocument): number => JSON.stringify(document).length;
