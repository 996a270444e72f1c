import { neededFeatures, type Feature, type Policy } from '#ir';
import type { AwsArtifact, Evidence, PolicyDocument, PolicyStatement } from '../../target.ts';
import type { CloudGrant } from './estate.ts';
import type { OwnedResource } from './owned-resource.ts';
import { roleArn } from './role-name.ts';

/** An owned resource with what was written for it. */
export interface Written {
  readonly resource: OwnedResource;
  readonly document: PolicyDocument;
  /** The first of them holds the document. */
  readonly artifacts: readonly AwsArtifact[];
  /** Of a key: the grants that need it through the service of what it encrypts. */
  readonly through: readonly CloudGrant[];
}

/** What the resources' policies do for each grant, in the order of the resources; worked out when it is read. */
export const ownedEvidence = (policy: Policy, written: readonly Written[]): Iterable<Evidence> => ({
  *[Symbol.iterator]() {
    const needed = neededFeatures(policy);
    for (const one of written) {
      for (const grant of one.resource.granted) yield* cells(one, grant, needed(grant.grant), policy.never.length > 0);
      for (const grant of one.through) {
        if (needed(grant.grant).includes('atRest')) yield* cell(one, grant, 'atRest', (statement) => usesThrough(one.resource, statement, grant), principals.key, rules.through);
      }
    }
  },
});

function* cells(one: Written, grant: CloudGrant, features: readonly Feature[], invariants: boolean): Generator<Evidence> {
  const { servedBy: { service } } = one.resource.api, isKey = service === 'kms', below = one.resource.segment?.requires.transport?.tls === '1.3';
  const who = isKey ? principals.key : principals.other, refusal = isKey ? rules.notNamed : rules.refused;
  const decides = (statement: PolicyStatement): boolean => judges(one.resource, statement, grant);
  if (features.includes('identity.workload')) yield* cell(one, grant, 'identity.workload', decides, who, refusal);
  if (features.includes('operation.cloud')) yield* cell(one, grant, 'operation.cloud', decides, 'Action', rules.action);
  if (features.includes('transport.tls')) {
    if (below && service === 's3') yield* cell(one, grant, 'transport.tls', named('DenyTlsBelow13'), 'Condition.NumericLessThan["s3:TlsVersion"]', rules.tlsVersion);
    else yield* cell(one, grant, 'transport.tls', named('DenyInsecureTransport'), 'Condition.Bool["aws:SecureTransport"]', below ? rules.someTls : rules.tls, below ? 'wider' : 'exact');
  }
  if (features.includes('atRest')) {
    if (service === 's3') yield* cell(one, grant, 'atRest', named('DenyOtherKey'), 'Condition.StringNotEquals["s3:x-amz-server-side-encryption-aws-kms-key-id"]', rules.bucketKey);
    else if (service === 'secretsmanager') yield* cell(one, grant, 'atRest', named('DenyOtherKey'), 'Condition.StringNotEquals["secretsmanager:KmsKeyArn"]', rules.declared);
    else yield* cell(one, grant, 'atRest', named('DenyManagementToOthers'), principals.other, rules.declared);
  }
  if (invariants) yield* cell(one, grant, 'invariant.deny', decides, who, refusal);
}

function* cell({ artifacts, document }: Written, { grant }: CloudGrant, feature: Feature, which: (statement: PolicyStatement) => boolean, element: string, rule: string, does: Evidence['does'] = 'exact'): Generator<Evidence> {
  const index = document.Statement.findIndex(which);
  if (index >= 0) yield { grant: grant.ref, feature, does, artifact: artifacts[0]!.id, field: `policy.Statement[${index}].${element}`, rule };
}

const named = (sid: string) => ({ Sid }: PolicyStatement): boolean => Sid === sid;
const principals = { key: 'Condition.StringEquals["aws:PrincipalArn"]', other: 'Condition.StringNotEquals["aws:PrincipalArn"]' } as const;

/** The statement that lets in the grant's role and nobody else, for the action that is its verb's own; of an index, on indexes. */
function judges({ aws }: OwnedResource, { Action = [], Condition = {}, Effect, Resource = [], Sid }: PolicyStatement, { operation, verb, workload }: CloudGrant): boolean {
  const onIndex = verb.actions[0].on === 'index' && operation.within !== undefined;
  return Action.includes(verb.actions[0].action) && Resource.some((resource) => resource.includes('/index/')) === onIndex && (Effect === 'Deny' || Sid.endsWith('Directly'))
    && Condition[Effect === 'Deny' ? 'StringNotEquals' : 'StringEquals']?.['aws:PrincipalArn']?.includes(roleArn(aws, workload.name)) === true;
}
/** The statement that lets the grant's role use the key by way of the service. */
function usesThrough({ aws }: OwnedResource, { Action = [], Condition = {} }: PolicyStatement, { api: { servedBy: { service } }, verb, workload }: CloudGrant): boolean {
  const { 'aws:PrincipalArn': who, 'kms:ViaService': through } = Condition['StringEquals'] ?? {};
  return Action.includes(verb.keyActions[0]!) && who?.includes(roleArn(aws, workload.name)) === true && through?.some((endpoint) => endpoint.startsWith(`${service}.`)) === true;
}

const rules = {
  refused: 'whoever is not named is refused, whatever other policies say (IAM, "Policy evaluation logic": explicit deny)',
  notNamed: 'nobody may use the key whom its policy does not name (AWS KMS, "Key policies in AWS KMS")',
  action: 'the actions that the statement is about (IAM, "IAM JSON policy elements: Action")',
  tls: 'without TLS nothing is answered, and AWS speaks none older than 1.2 (IAM, "AWS global condition context keys": aws:SecureTransport; AWS, "TLS 1.2 to become the minimum TLS protocol level for all AWS API endpoints")',
  someTls: 'without TLS nothing is answered; which version it is can\'t be asked of this service (IAM, "AWS global condition context keys": aws:SecureTransport)',
  tlsVersion: 'older versions are refused (Amazon S3, "Bucket policy examples using condition keys": s3:TlsVersion)',
  bucketKey: 'writes that ask for another key or algorithm are refused; who asks for none gets the bucket\'s default, and that it is this key is the assumption `encrypted-as-declared` (Amazon S3, "Using server-side encryption with AWS KMS keys (SSE-KMS)")',
  declared: 'only administrators can change how it is encrypted; that it is with this key, its own properties say and no policy can, which is the assumption `encrypted-as-declared` (IAM, "Policy evaluation logic": explicit deny)',
  through: 'the key is used through the service, by the roles that are named (AWS KMS, "AWS KMS condition keys": kms:ViaService)',
} as const;
