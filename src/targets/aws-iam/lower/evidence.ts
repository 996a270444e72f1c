import type { Feature, GrantRef } from '#ir';
import type { Evidence } from '../../target.ts';
import type { Share } from './documents.ts';

/** Who takes on the role: what the trust policy pins. */
export function* trustEvidence(grant: GrantRef, artifact: string): Generator<Evidence> {
  yield {
    grant, feature: 'identity.workload', does: 'exact', artifact, field: 'assumeRolePolicy.Statement[0].Condition',
    rule: 'a role is taken on by whom its trust policy names, under its conditions (IAM, "IAM JSON policy elements: Principal")',
  };
}

/** What each statement of one document does for each grant that it serves. */
export function* allowedEvidence(artifact: string, shares: readonly Share[]): Generator<Evidence> {
  for (const [index, { resources, statement }] of shares.entries()) {
    const at = `policy.Statement[${index}]`, own = Object.entries(statement.conditions);
    const condition = (key: string): string | undefined => {
      const found = own.find(([, keys]) => Object.hasOwn(keys, key));
      return found === undefined ? undefined : `${at}.Condition.${found[0]}["${key}"]`;
    };
    for (const { resource, serves } of resources) {
      const of = resources.length === 1 ? `${at}.Resource` : `${at}.Resource[${resources.findIndex((one) => one.resource === resource)}]`;
      for (const { features, grant } of serves) {
        const cell = (feature: Feature, field: string | undefined, rule: string): readonly Evidence[] => (field === undefined ? [] : [{ grant, feature, does: 'exact', artifact, field, rule }]);
        if (features.includes('operation.cloud')) {
          yield* cell('operation.cloud', of, rules['operation.cloud']);
          yield* cell('transport.tls', condition('s3:TlsVersion') ?? condition('aws:SecureTransport'), rules['transport.tls']);
          yield* cell('transport.lifetime', `${at}.Action`, rules['transport.lifetime']);
          yield* cell('condition.from', condition('aws:VpcSourceIp') ?? condition('aws:SourceIp'), rules['condition.from']);
        }
        if (features.includes('atRest')) yield* cell('atRest', condition('kms:ViaService') ?? condition('s3:x-amz-server-side-encryption-aws-kms-key-id'), rules.atRest);
      }
    }
  }
}

const rules = {
  'operation.cloud': 'a request is allowed by a statement that lists its action and its resource (IAM, "Policy evaluation logic")',
  'transport.tls': 'false where a request came without TLS (IAM, "AWS global condition context keys": aws:SecureTransport)',
  'transport.lifetime': 'each request is signed and judged by itself (IAM, "AWS Signature Version 4 for API requests")',
  'condition.from': 'the address that a request came from, through an endpoint of the VPC or not (IAM, "AWS global condition context keys": aws:VpcSourceIp, aws:SourceIp)',
  atRest: 'the caller\'s side: the key is used through the service that stores, and with what that service says (AWS KMS, "AWS KMS condition keys": kms:ViaService)',
} as const satisfies Partial<Record<Feature, string>>;
