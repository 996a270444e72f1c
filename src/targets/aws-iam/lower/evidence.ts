import type { Feature, GrantRef } from '#ir';
import type { Evidence } from '../../target.ts';
import type { Share } from './documents.ts';

/** Who takes on the role: what the trust policy pins. */
export function* trustEvidence(grants: Iterable<GrantRef>, artifact: string): Generator<Evidence> {
  for (const grant of grants) {
    yield {
      grant, feature: 'identity.workload', does: 'exact', artifact, field: 'assumeRolePolicy.Statement[0].Condition',
      rule: 'a role is taken on by whom its trust policy names, under its conditions (IAM, "IAM JSON policy elements: Principal")',
    };
  }
}

/** What each statement of one document does for each grant that it serves. Denials serve no grant. */
export function* allowedEvidence(artifact: string, shares: readonly Share[]): Generator<Evidence> {
  for (const [index, { resources, statement }] of shares.entries()) {
    const at = `policy.Statement[${index}]`;
    const conditions = new Map(Object.entries(statement.conditions).flatMap(([operator, keys]) => Object.keys(keys).map((key) => [key, `${at}.Condition.${operator}["${key}"]`] as const)));
    for (const [position, { serves }] of resources.entries()) {
      const resource = resources.length === 1 ? `${at}.Resource` : `${at}.Resource[${position}]`;
      for (const { does, grant } of serves) {
        for (const { feature, fidelity } of does) {
          const field = fieldOf(feature, at, resource, conditions);
          if (field !== undefined) yield { grant, feature, does: fidelity, artifact, field, rule: rules[feature] ?? rules['operation.cloud']! };
        }
      }
    }
  }
}

/** Undefined where the statement does not ask it. */
function fieldOf(feature: Feature, at: string, resource: string, conditions: ReadonlyMap<string, string>): string | undefined {
  switch (feature) {
    case 'operation.cloud': return resource;
    case 'transport.tls': return conditions.get('s3:TlsVersion') ?? conditions.get('aws:SecureTransport');
    case 'transport.lifetime': return `${at}.Action`;
    case 'condition.from': return conditions.get('aws:VpcSourceIp') ?? conditions.get('aws:SourceIp');
    case 'atRest': return conditions.get('kms:ViaService') ?? conditions.get('s3:x-amz-server-side-encryption');
    default: return undefined;
  }
}

const rules: Readonly<Partial<Record<Feature, string>>> = {
  'operation.cloud': 'what is allowed is what a statement lists: its actions on its resources (IAM, "Policy evaluation logic")',
  'transport.tls': 'whether a request came by TLS, and of S3 by which version (IAM, "AWS global condition context keys": aws:SecureTransport; Amazon S3, "Condition keys for Amazon S3": s3:TlsVersion)',
  'transport.lifetime': 'every request is signed, and judged by itself (IAM, "AWS Signature Version 4 for API requests")',
  'condition.from': 'where a request came from, through an endpoint of the VPC or past it (IAM, "AWS global condition context keys": aws:VpcSourceIp, aws:SourceIp)',
  atRest: 'the caller\'s side: the key through the service that stores, and no other encryption than it was set to (AWS KMS, "AWS KMS condition keys": kms:ViaService; Amazon S3, "Condition keys for Amazon S3")',
};
