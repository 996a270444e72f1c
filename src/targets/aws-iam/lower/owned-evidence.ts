import { neededFeatures, type Feature, type Policy } from '#ir';
import type { AwsArtifact, Evidence, PolicyDocument } from '../../target.ts';
import type { CloudGrant } from './estate.ts';
import type { OwnedResource } from './owned-resource.ts';

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
    for (const { artifacts, document, resource, through } of written) {
      const at = (grant: CloudGrant, feature: Feature, sid: (name: string, actions: readonly string[]) => boolean, element: string, rule: string, does: Evidence['does'] = 'exact'): Evidence[] => {
        const index = document.Statement.findIndex(({ Action = [], Sid }) => sid(Sid, Action));
        return index < 0 ? [] : [{ grant: grant.grant.ref, feature, does, artifact: artifacts[0]!.id, field: `policy.Statement[${index}].${element}`, rule }];
      };
      for (const grant of resource.granted) {
        const features = needed(grant.grant), own = (sid: string, actions: readonly string[]): boolean => judges(sid, actions, grant.verb.actions[0].action);
        const isKey = resource.api.servedBy.service === 'kms', who = isKey ? 'Condition.StringEquals' : 'Condition.StringNotEquals';
        if (features.includes('identity.workload')) yield* at(grant, 'identity.workload', own, who, isKey ? allowed : refused);
        if (features.includes('operation.cloud')) yield* at(grant, 'operation.cloud', own, 'Action', 'the actions that the statement is about (IAM, "IAM JSON policy elements: Action")');
        if (features.includes('transport.tls')) yield* tls(grant, resource, at);
        if (features.includes('atRest')) yield* atRest(grant, resource, at);
        if (policy.never.length > 0) yield* at(grant, 'invariant.deny', own, who, isKey ? allowed : refused);
      }
      for (const grant of through) {
        if (needed(grant.grant).includes('atRest')) yield* at(grant, 'atRest', (sid, actions) => sid.startsWith('Allow') && sid.includes('Through') && actions.includes(grant.verb.keyActions[0]!), 'Condition.StringEquals', 'the key is used through the service by the roles that are named, and by nobody directly (AWS KMS, "kms:ViaService")');
      }
    }
  },
});

type At = (grant: CloudGrant, feature: Feature, sid: (name: string, actions: readonly string[]) => boolean, element: string, rule: string, does?: Evidence['does']) => Evidence[];

const refused = 'whoever is not named is refused, whatever other policies say (IAM, "Policy evaluation logic", explicit deny)';
const allowed = 'nobody may use the key whom its policy does not name (AWS KMS, "Key policies in AWS KMS")';
const judges = (sid: string, actions: readonly string[], action: string): boolean => /(ToOthers|Directly)$/.test(sid) && sid !== 'DenyManagementToOthers' && actions.includes(action);

function tls(grant: CloudGrant, { api: { servedBy: { service } }, segment }: OwnedResource, at: At): Evidence[] {
  const below = segment?.requires.transport?.tls === '1.3';
  if (below && service === 's3') return at(grant, 'transport.tls', (sid) => sid === 'DenyTlsBelow13', 'Condition.NumericLessThan', 'older versions are refused (Amazon S3, "Condition keys for Amazon S3", s3:TlsVersion)');
  return at(grant, 'transport.tls', (sid) => sid === 'DenyInsecureTransport', 'Condition.Bool', below
    ? 'without TLS nothing is answered; which version it is can\'t be asked of this service (IAM, "AWS global condition context keys", aws:SecureTransport)'
    : 'without TLS nothing is answered, and AWS speaks none older than 1.2 (IAM, "AWS global condition context keys", aws:SecureTransport; AWS, "TLS 1.2 to become the minimum TLS protocol level for all AWS API endpoints")', below ? 'wider' : 'exact');
}

/** Only a bucket and a secret can be told which key to refuse; elsewhere the resource's own properties say how it is encrypted. */
function atRest(grant: CloudGrant, { api: { servedBy: { service } } }: OwnedResource, at: At): Evidence[] {
  if (service === 's3') return at(grant, 'atRest', (sid) => sid === 'DenyOtherKey', 'Condition.StringNotEquals', 'writes that ask for another key or another algorithm are refused, and who asks for none gets the bucket\'s default (Amazon S3, "Using server-side encryption with AWS KMS keys"); that the default is this key is the assumption `encrypted-as-declared`');
  const sid = service === 'secretsmanager' ? 'DenyOtherKey' : 'DenyManagementToOthers';
  return at(grant, 'atRest', (name) => name === sid, service === 'secretsmanager' ? 'Condition.StringNotEquals' : 'Condition', 'only administrators can change how it is encrypted; that it is encrypted with this key, its own properties say and no policy can: the assumption `encrypted-as-declared`');
}
