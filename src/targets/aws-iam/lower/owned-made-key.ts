import { diagnose, type Diagnostic } from '#diagnostics';
import { madeToken, type Policy } from '#ir';
import { hashOf } from '../../object-name.ts';
import type { AwsArtifact, PolicyDocument } from '../../target.ts';
import type { OwnedResource } from './owned-resource.ts';

/** Days that a key waits before it is gone, the longest there is (AWS KMS, "Delete an AWS KMS key"): whatever it has encrypted is lost with it. */
const deletionWindowInDays = 30;
/** Days between two rotations where nothing is said (AWS KMS, "Rotate AWS KMS keys"). */
const rotationDays = 365;

/** The key and the name that people find it by. Whoever waits for its ARN holds the token of the API. */
export function madeKeyOf({ api, aws }: OwnedResource, policy: PolicyDocument, grants: readonly string[]): readonly AwsArtifact[] {
  const alias = aliasOf(`${aws.rolePrefix}${api.name}`);
  return [
    {
      kind: 'aws', id: `aws/kms/Key/${api.name}`, stage: 0, type: 'kms/key:Key', makes: api.name, grants, documents: { policy },
      properties: { deletionWindowInDays, description: api.name, enableKeyRotation: true, rotationPeriodInDays: api.servedBy.rotationDays ?? rotationDays },
    },
    { kind: 'aws', id: `aws/kms/Alias/${api.name}`, stage: 0, type: 'kms/alias:Alias', grants, documents: {}, properties: { name: alias, targetKeyId: madeToken(api.name) } },
  ];
}

/** At most 256 letters, digits, `/`, `_` and `-` (AWS KMS, `CreateAlias`); with a hash where the name has others. */
function aliasOf(name: string): string {
  if (/^(?!aws\/)[A-Za-z0-9/_-]{1,250}$/.test(name)) return `alias/${name}`;
  return `alias/key-${name.replace(/[^A-Za-z0-9/_-]+/g, '-').slice(0, 200)}-${hashOf(name).slice(0, 8)}`;
}

/** Verbs of keys that sign or authenticate: those have one purpose, and don't rotate by themselves (AWS KMS, "Key types reference"). */
const notSymmetric: ReadonlySet<string> = new Set(['generateMac', 'publicKey', 'sign', 'verify', 'verifyMac']);

/** A key that is made along with the policy encrypts, since it rotates. */
export function symmetricOnly(policy: Policy, { api, granted }: OwnedResource): readonly Diagnostic[] {
  if (api.servedBy.service !== 'kms' || api.servedBy.arn !== undefined) return [];
  return granted.filter(({ verb }) => notSymmetric.has(verb.verb)).map(({ grant, verb }) => diagnose('CS3331', {
    message: `\`${grant.ref}\` needs a key that can \`${verb.verb}\`, and a key that is made along with the policy can only encrypt`, pointer: `/apis/${policy.apis.indexOf(api)}`,
    help: 'make a key of that kind in your program, and give `key(…)` its ARN or a `hole` for it',
  }));
}
