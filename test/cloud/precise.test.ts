import { describe, expect, it } from 'vitest';
import { arnOf, grants, isCloudApi, partitionOf } from '#ir';
import type { AwsArtifact, PolicyStatement } from '#targets/target';
import { roleName } from '../../src/targets/aws-iam/lower/role-name.ts';
import { generated, retailStore, wideEstate, type CloudEstate } from './estates.ts';

/** The store, a role that needs several managed policies, and the same hundred worlds for ever. */
const estates: readonly CloudEstate[] = [retailStore(), wideEstate(), ...Array.from({ length: 100 }, (_, seed) => generated(seed + 1))];

/** What AWS has no more precise word for. Each is needed by some estate. */
const imprecise: readonly (readonly [what: string, is: (found: Found, estate: CloudEstate) => boolean])[] = [
  [
    // Amazon S3, "Policy resources for Amazon S3": an object's ARN is the bucket's and its key, and a grant is of keys that begin so
    'the objects of a bucket, or those whose keys begin as an operation says',
    ({ artifact, at, text }, { policy }) => isOfRole(artifact) && at === 'Resource' && grants(policy).some(({ api, operation }) => isCloudApi(api) && api.servedBy.service === 's3' && operation.kind === 'cloud' && text === `${arnOf(api)}/${operation.within ?? ''}*`),
  ],
  [
    // Amazon S3, "Condition keys for Amazon S3", s3:prefix: what is listed begins with it
    'keys that a listing asks for',
    ({ artifact, at, text }, { policy }) => isOfRole(artifact) && at === 'StringLike s3:prefix' && grants(policy).some(({ api, operation }) => isCloudApi(api) && api.servedBy.service === 's3' && operation.kind === 'cloud' && operation.within !== undefined && text === `${operation.within}*`),
  ],
  [
    // IAM, "Permissions boundaries for IAM entities": a boundary gives nothing
    'the objects of a bucket, in a boundary', ({ artifact, at, text }) => isBoundary(artifact) && at === 'Resource' && /^(arn:aws[a-z-]*:s3:::[a-z0-9.-]+|\{\{[\w-]+\}\})\/[^*?]*\*$/.test(text),
  ],
  [
    'every resource of a service, in a boundary that has no room for each', ({ artifact, at, text }, { aws }) => isBoundary(artifact) && at === 'Resource' && new RegExp(`^arn:${partitionOf(aws.region)}:[a-z0-9-]+:\\*?:\\*?:(role/)?\\*$`).test(text),
  ],
  [
    // AWS KMS, "Key policies in AWS KMS"; AWS Secrets Manager, "Resource-based policies": what the policy is attached to
    'the key or the secret that a policy is attached to', ({ artifact: { type }, at, text }) => ['kms/key:Key', 'kms/keyPolicy:KeyPolicy', 'secretsmanager/secretPolicy:SecretPolicy'].includes(type) && at === 'Resource' && text === '*',
  ],
];
const isBoundary = ({ id, type }: AwsArtifact): boolean => type === 'iam/policy:Policy' && id.endsWith('-boundary');
const isOfRole = (artifact: AwsArtifact): boolean => (artifact.type === 'iam/policy:Policy' || artifact.type === 'iam/rolePolicy:RolePolicy') && !isBoundary(artifact);

/** A wildcard in what allows, and where it stands. */
interface Found { readonly artifact: AwsArtifact; readonly sid: string; readonly at: string; readonly text: string }

function wildcards(artifact: AwsArtifact): readonly Found[] {
  return Object.values(artifact.documents).flatMap(({ Statement }) => Statement).filter(({ Effect }) => Effect === 'Allow').flatMap((statement) =>
    partsOf(statement).filter(({ text }) => /[*?]/.test(text)).map(({ at, text }) => ({ artifact, sid: statement.Sid, at, text })));
}

function partsOf({ Action = [], Condition = {}, NotAction, NotResource, Principal = {}, Resource = [] }: PolicyStatement): readonly Pick<Found, 'at' | 'text'>[] {
  const principals = typeof Principal === 'string' ? [Principal] : Object.values(Principal).flat();
  return [
    ...Action.map((text) => ({ at: 'Action', text })), ...Resource.map((text) => ({ at: 'Resource', text })), ...principals.map((text) => ({ at: 'Principal', text })),
    ...(NotAction === undefined ? [] : [{ at: 'NotAction', text: '*' }]), ...(NotResource === undefined ? [] : [{ at: 'NotResource', text: '*' }]), // all that nobody thought of
    ...Object.entries(Condition).flatMap(([operator, keys]) => Object.entries(keys).flatMap(([key, values]) => values.map((text) => ({ at: `${operator} ${key}`, text })))),
  ];
}

describe('what allows, in every estate', () => {
  const all = estates.flatMap((estate) => estate.artifacts.flatMap(wildcards).map((found) => ({ found, estate })));

  it('has no wildcard where AWS takes something more precise', () => {
    const others = all.filter(({ estate, found }) => !imprecise.some(([, is]) => is(found, estate)));
    expect(others.map(({ estate, found: { artifact, at, sid, text } }) => `${estate.name}: ${artifact.id} ${sid} ${at} ${text}`)).toEqual([]);
  });
  it('has each of those where nothing is', () => {
    expect(imprecise.filter(([, is]) => !all.some(({ estate, found }) => is(found, estate))).map(([what]) => what)).toEqual([]);
  });
  it('is, of a role, about what its own workload is granted, and the keys of that', () => {
    for (const { artifacts, aws, name, policy } of estates) {
      const granted = grants(policy), roles = policy.workloads.map(({ name: workload }) => ({ workload, role: roleName(aws, workload) })).sort((a, b) => b.role.length - a.role.length);
      const strange = artifacts.filter(isOfRole).flatMap(({ documents, id }) => {
        const path = id.split('/')[3]!, workload = roles.find(({ role }) => path === role || path.startsWith(`${role}-`))?.workload;
        const apis = granted.filter(({ from }) => from.kind === 'workload' && from.name === workload).flatMap(({ api }) => (isCloudApi(api) ? [api] : []));
        const known = [...apis, ...policy.apis.filter(isCloudApi).filter((key) => apis.some(({ servedBy }) => servedBy.encryptedBy === key.name))].map(arnOf);
        const allowed = Object.values(documents).flatMap(({ Statement }) => Statement).filter(({ Effect }) => Effect === 'Allow').flatMap(({ Resource = [] }) => Resource);
        return allowed.filter((text) => !known.some((arn) => text === arn || text.startsWith(`${arn}/`))).map((text) => `${id} ${text}`);
      });
      expect([name, strange]).toEqual([name, []]);
    }
  });
});
