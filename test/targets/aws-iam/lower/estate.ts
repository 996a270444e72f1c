import { verbsOf, type Acceptance, type Api, type Aws, type CloudOperation, type CloudServer, type CloudService, type Condition, type Feature, type Hole, type IdentityRef, type Platform, type Policy, type Segment, type Workload } from '#ir';
import type { Diagnostic } from '#diagnostics';
import { cloudGrants } from '../../../../src/targets/aws-iam/lower/estate.ts';
import { roles } from '../../../../src/targets/aws-iam/lower/roles.ts';
import type { AwsArtifact, PolicyDocument, PolicyStatement } from '../../../../src/targets/target.ts';
import { platform, policy, segment, workload } from '../../kubernetes/estate.ts';

export { segment, workload };

export const account = '111122223333';
export const cluster = `arn:aws:eks:eu-west-1:${account}:cluster/retail`;
export const aws: Aws = {
  accountId: account, region: 'eu-west-1', clusterName: 'retail', identity: { kind: 'podIdentity' }, endpoints: [], rolePrefix: 'retail-', rolePath: '/',
  trustAnchors: [], otherAccounts: [], managedPoliciesPerRole: 10,
};
export const onAws = (rest: Partial<Aws> = {}, accept: readonly Acceptance[] = []): Platform => platform({ aws: { ...aws, ...rest }, accept });
export const accepting = (feature: Feature, grants: Acceptance['grants'] = 'all', plane: Acceptance['plane'] = 'cloud'): Acceptance =>
  ({ grants, feature, plane, because: 'the case needs it', owner: 'team-case', until: '2027-12-31' });

/** What a resource of the service is called, so that a mix-up shows. */
export const arns: Readonly<Record<CloudService, (name: string) => string>> = {
  dynamodb: (name) => `arn:aws:dynamodb:eu-west-1:${account}:table/${name}`,
  kms: (name) => `arn:aws:kms:eu-west-1:${account}:key/${name}`,
  lambda: (name) => `arn:aws:lambda:eu-west-1:${account}:function:${name}`,
  'rds-db': (name) => `arn:aws:rds-db:eu-west-1:${account}:dbuser:db-ABCDEFGHIJKL01234/${name}`,
  s3: (name) => `arn:aws:s3:::${name}`,
  secretsmanager: (name) => `arn:aws:secretsmanager:eu-west-1:${account}:secret:${name}-AbCdEf`,
  sns: (name) => `arn:aws:sns:eu-west-1:${account}:${name}`,
  sqs: (name) => `arn:aws:sqs:eu-west-1:${account}:${name}`,
  sts: (name) => `arn:aws:iam::${account}:role/${name}`,
};

interface Offered { readonly to: readonly string[]; readonly when?: readonly Condition[]; readonly until?: string }

/** A resource with every verb of its service, and of the parts that are named (`readThumbs: 'thumbs/'`). `offers`: which workloads are granted what. */
export function resource(
  service: CloudService, name: string, offers: Readonly<Record<string, readonly string[] | Offered>>,
  { parts = {}, ...server }: Partial<Omit<CloudServer, 'kind' | 'service'>> & { readonly parts?: Readonly<Record<string, string>> } = {},
): Api {
  const operations = verbsOf(service).flatMap(({ narrowed, verb }): CloudOperation[] => [
    { name: verb, kind: 'cloud', verb },
    ...(narrowed === 'may' ? Object.entries(parts).map(([part, within]): CloudOperation => ({ name: `${verb}${part}`, kind: 'cloud', verb, within })) : []),
  ]);
  return {
    name, operations, servedBy: { kind: 'cloud', service, arn: arns[service](name), owned: false, ...server },
    offers: Object.entries(offers).map(([operation, given]) => {
      const { to, when = [], until } = 'to' in given ? given : { to: given };
      return { operation, to: to.map((who): IdentityRef => ({ kind: 'workload', name: who })), when, because: 'the case needs it', ...(until === undefined ? {} : { until }) };
    }),
  };
}

/** Every workload that some offer names is there, with a ServiceAccount of its own name; those of `more` as they are given. */
export function estate(apis: readonly Api[], rest: Partial<Policy> = {}, more: readonly Workload[] = []): Policy {
  const names = new Set(apis.flatMap(({ offers }) => offers.flatMap(({ to }) => to.flatMap((who) => (who.kind === 'workload' ? [who.name] : [])))));
  for (const { name } of more) names.delete(name);
  return policy([...[...names].map((name) => workload(name)), ...more].sort((a, b) => (a.name < b.name ? -1 : 1)), apis, rest);
}
export const restricted = (name: string, requires: Partial<Segment['requires']>): Segment => segment(name, { requires: { people: [], workloads: [], partners: [], ...requires } });
export const hole = (name: string, service: CloudService, maxLength: number): Hole => ({ name, kind: 'arn', service, maxLength });
export const host = (name: string, trustAnchor: string, san: string): Workload => ({ name, host: { trustAnchor, san } });

export const lowered = (of: Policy, on: Platform = onAws()): ReturnType<typeof roles> => roles(of, on, on.aws!, cloudGrants(of, on));
export const codes = (losses: readonly Diagnostic[]): readonly string[] => losses.map(({ code }) => code);

/** By the end of its id: `Role/retail-orders`. */
export function artifact(of: Policy, end: string, on: Platform = onAws()): AwsArtifact {
  const { plan } = lowered(of, on);
  const found = plan.objects.filter(({ id }) => id.endsWith(`/${end}`));
  if (found.length !== 1) throw new Error(`${found.length} of ${end} among ${plan.objects.map(({ id }) => id).join(', ')}`);
  return found[0]!;
}
export const documentOf = (of: Policy, end: string, on: Platform = onAws()): PolicyDocument => Object.values(artifact(of, end, on).documents)[0]!;
export const statementsOf = (of: Policy, role: string, on: Platform = onAws()): readonly PolicyStatement[] => documentOf(of, `RolePolicy/retail-${role}/grants`, on).Statement;
/** Whitespace is not counted (IAM, "IAM and AWS STS quotas"). */
export const sizeOf = (document: PolicyDocument): number => JSON.stringify(document).length;

/** What allows in a role, over all of its documents. */
export const allowing = (objects: readonly AwsArtifact[]): readonly { readonly id: string; readonly document: PolicyDocument }[] => objects
  .filter(({ id }) => /RolePolicy\/.*\/grants$|Policy\/.*-grants-\d+$/.test(id)).map(({ documents, id }) => ({ id, document: documents['policy']! }));

/** Everything that statements allow, one action on one resource under one test of one value for each condition: what a document means. */
export function triplesOf(statements: readonly PolicyStatement[]): ReadonlySet<string> {
  return new Set(statements.flatMap(({ Action = [], Condition = {}, Effect, Resource = [] }) => alternatives(Condition).flatMap((condition) =>
    Action.flatMap((action) => Resource.map((resource) => JSON.stringify([Effect, action, resource, condition]))))));
}
/** Only prefixes are alternatives that merging makes; other lists of values are asked as they are. */
function alternatives(conditions: NonNullable<PolicyStatement['Condition']>): readonly unknown[] {
  const prefixes = conditions['StringLike']?.['s3:prefix'];
  return prefixes === undefined ? [conditions] : prefixes.map((prefix) => ({ ...conditions, StringLike: { 's3:prefix': [prefix] } }));
}
