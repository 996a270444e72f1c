import { isError } from '#diagnostics';
import { isCloudApi, partitionOf, type Aws, type Platform, type Policy } from '#ir';
import { place } from '#placement';
import { awsIam, builtinTargets } from '#targets';
import type { AwsArtifact } from '#targets/target';
import { checkedEstate, estate, type Estate, profiles } from '#testing';
import { accepting } from '../laws/enforced-estate.ts';
import { compiledEstate } from '../stacks/retail-store/compiled-estate.ts';
import { wide } from './wide-estate.ts';

/** An estate and what of it AWS is to have. */
export interface CloudEstate { readonly name: string; readonly policy: Policy; readonly platform: Platform; readonly aws: Aws; readonly artifacts: readonly AwsArtifact[] }

const inAws = (artifacts: readonly { readonly kind: string }[]): readonly AwsArtifact[] => artifacts.filter((one): one is AwsArtifact => one.kind === 'aws');

/** The retail store, as it is deployed. */
export function retailStore(): CloudEstate {
  const { artifacts, platform, policy } = compiledEstate();
  return { name: 'the retail store', policy, platform, aws: platform.aws!, artifacts: inAws(artifacts) };
}

/** The same worlds for ever: of each seed the estate with resources of the cloud. */
export const generated = (seed: number): CloudEstate => lowered(`the estate of seed ${seed}`, estate(seed, profiles.cloud));
/** One of them with a role whose grants need several managed policies. */
export const wideEstate = (): CloudEstate => lowered('the wide estate', wide(estate(1, profiles.cloud), 80));

function lowered(name: string, drafted: Estate): CloudEstate {
  const { platform, policy } = checkedEstate(accepting(drafted));
  const { placement } = place(policy, platform, builtinTargets.filter(({ present }) => present?.(platform) ?? true).map(({ capabilities, id, plane }) => ({ id, plane, capabilities: capabilities(platform) })));
  const { losses, plan } = awsIam.lower(policy, platform, placement), errors = losses.filter(isError);
  if (errors.length > 0) throw new Error(`${name} does not compile: ${JSON.stringify(errors)}`);
  return { name, policy, platform, aws: platform.aws!, artifacts: inAws(awsIam.emit(plan)) };
}

/** Who is there before any of it is made: administrators, and the boundary that the account demands. */
export const existingIn = ({ aws: { administrators, permissionsBoundary } }: CloudEstate): ReadonlySet<string> =>
  new Set([...(administrators === undefined ? [] : Object.values(administrators)), ...(permissionsBoundary === undefined ? [] : [permissionsBoundary])]);

export const partitionIn = ({ aws: { region } }: CloudEstate): string => partitionOf(region);

/** ARNs as long as they can be for what the holes stand for: what AWS makes of names, where no emulator has said it. */
export function valuesOf({ aws: { accountId, region }, policy }: CloudEstate): Map<string, string> {
  const partition = partitionOf(region), values = new Map<string, string>();
  const shapes = {
    sqs: (name: string) => `arn:${partition}:sqs:${region}:${accountId}:${name}`, sns: (name: string) => `arn:${partition}:sns:${region}:${accountId}:${name}`, s3: (name: string) => `arn:${partition}:s3:::${name.toLowerCase()}`,
    dynamodb: (name: string) => `arn:${partition}:dynamodb:${region}:${accountId}:table/${name}`, secretsmanager: (name: string) => `arn:${partition}:secretsmanager:${region}:${accountId}:secret:${name}-AbCdEf`,
    kms: (_: string, at: number) => `arn:${partition}:kms:${region}:${accountId}:key/1234abcd-12ab-34cd-56ef-${String(at).padStart(12, '0')}`, lambda: (name: string) => `arn:${partition}:lambda:${region}:${accountId}:function:${name}`,
    'rds-db': (name: string) => `arn:${partition}:rds-db:${region}:${accountId}:dbuser:db-ABCDEFGHIJKL01234/${name}`, sts: (name: string) => `arn:${partition}:iam::${accountId}:role/${name}`,
  };
  policy.apis.filter(isCloudApi).forEach(({ name, servedBy: { arn, service } }, at) => {
    if (arn === undefined) values.set(`made:${name}`, shapes[service](name, at)); else if (typeof arn !== 'string') values.set(arn.hole, shapes[service](name, at));
  });
  return values;
}
