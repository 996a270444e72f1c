import { diagnose, type Diagnostic } from '#diagnostics';
import { holeToken, partOf, type Aws, type CloudApi, type Platform, type Policy, type TokenPart } from '#ir';
import type { AwsArtifact, AwsValue, PolicyDocument } from '../../target.ts';
import type { IamPlan } from '../plan.ts';
import type { Longest } from './documents.ts';
import type { CloudGrant } from './estate.ts';
import { longestOf } from './longest.ts';
import { bucketPolicyOf } from './owned-bucket.ts';
import type { Precision } from './owned-denials.ts';
import { ownedEvidence, type Written } from './owned-evidence.ts';
import { keyPolicyOf, keyUses, type KeyUse } from './owned-key.ts';
import { excessOf, policyLimits, type OwnableService } from './owned-limits.ts';
import { madeKeyOf, symmetricOnly } from './owned-made-key.ts';
import { scopeOf, wholePolicyOf } from './owned-policy.ts';
import { ownedResourcesOf, refsOf, type OwnedResource } from './owned-resource.ts';
import { secretPolicyOf } from './owned-secret.ts';
import { tablePolicyOf } from './owned-table.ts';
import { topicPolicyOf } from './owned-topic.ts';

/**
 * The resources' side: the policies of what is owned, and the keys that are made along with the policy. All of it is
 * applied before any role may do anything, and names roles by text, so that none has to exist.
 */
export function ownedResources(policy: Policy, platform: Platform, aws: Aws, granted: readonly CloudGrant[]): { readonly plan: IamPlan; readonly losses: readonly Diagnostic[] } {
  const losses: Diagnostic[] = [], longest = longestOf(policy, aws), usesOf = keyUses(policy, granted);
  const written = ownedResourcesOf(policy, platform, granted).flatMap((resource): readonly Written[] => {
    const used = usesOf(resource.arn), { document, excess } = documentOf(resource, used, longest);
    if (excess !== undefined) losses.push(tooLarge(policy, resource, excess));
    losses.push(...symmetricOnly(policy, resource));
    const grants = refsOf([...resource.granted, ...used.needing]);
    const artifacts = resource.api.servedBy.arn === undefined ? madeKeyOf(resource, document, grants) : [policyArtifact(resource, document, grants)];
    return [{ resource, document, artifacts, through: used.needing }];
  });
  return { plan: { objects: written.flatMap(({ artifacts }) => artifacts), evidence: ownedEvidence(policy, written) }, losses };
}

/** As exact as the service's limit allows. */
function documentOf(resource: OwnedResource, used: KeyUse, longest: Longest): { readonly document: PolicyDocument; readonly excess?: string } {
  const { servedBy } = resource.api, service = servedBy.service as OwnableService;
  const written = (precision: Precision): PolicyDocument => {
    switch (service) {
      case 'dynamodb': return tablePolicyOf(resource, precision);
      case 'kms': return keyPolicyOf(resource, used, precision);
      case 's3': return bucketPolicyOf(resource, precision);
      case 'secretsmanager': return secretPolicyOf(resource, precision);
      case 'sns': return topicPolicyOf(resource, precision);
      case 'sqs': return wholePolicyOf(resource, scopeOf('sqs', [resource.arn]), precision);
      default: return service satisfies never;
    }
  };
  const exact = written('exact');
  if (excessOf(longest, service, exact) === undefined) return { document: exact };
  const rough = written('rough'), excess = excessOf(longest, service, rough);
  return { document: rough, ...(excess === undefined ? {} : { excess }) };
}

function tooLarge(policy: Policy, { api }: OwnedResource, excess: string): Diagnostic {
  return diagnose('CS3330', {
    message: `the policy of \`${api.name}\` would be larger than the service takes: ${excess}`, pointer: `/apis/${policy.apis.indexOf(api)}`,
    help: `let fewer workloads call it, give them shorter names or a shorter \`rolePath\`, or split what it holds (${policyLimits[api.servedBy.service as OwnableService].page})`,
  });
}

/** Which resource of the provider attaches the policy, and what that resource calls the one that it is attached to. */
const attached: Readonly<Record<OwnableService, { readonly type: string; readonly by: (api: CloudApi) => Readonly<Record<string, AwsValue>> }>> = {
  dynamodb: { type: 'dynamodb/resourcePolicy:ResourcePolicy', by: (api) => ({ resourceArn: valueOf(api) }) },
  kms: { type: 'kms/keyPolicy:KeyPolicy', by: (api) => ({ keyId: valueOf(api) }) },
  s3: { type: 's3/bucketPolicy:BucketPolicy', by: (api) => ({ bucket: valueOf(api, 'name') }) },
  secretsmanager: { type: 'secretsmanager/secretPolicy:SecretPolicy', by: (api) => ({ secretArn: valueOf(api) }) },
  sns: { type: 'sns/topicPolicy:TopicPolicy', by: (api) => ({ arn: valueOf(api) }) },
  sqs: { type: 'sqs/queuePolicy:QueuePolicy', by: (api) => ({ queueUrl: valueOf(api, 'queueUrl') }) },
};

function policyArtifact({ api }: OwnedResource, policy: PolicyDocument, grants: readonly string[]): AwsArtifact {
  const { by, type } = attached[api.servedBy.service as OwnableService];
  return { kind: 'aws', id: `aws/${type.replace(/\/.*:/, '/')}/${api.name}`, stage: 0, type, properties: by(api), documents: { policy }, grants };
}

/** The ARN that a resource is known by, or the part of it; of a hole, the token. */
function valueOf({ servedBy: { arn } }: CloudApi, part?: TokenPart): string {
  if (arn === undefined) throw new Error('a key that is made has no ARN'); // its own policy is part of it
  return typeof arn !== 'string' ? holeToken(arn.hole, part) : part === undefined ? arn : partOf(arn, part);
}
