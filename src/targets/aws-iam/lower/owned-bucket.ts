import { actionsOf } from '#ir';
import type { PolicyDocument, PolicyStatement } from '../../target.ts';
import { denialsToOthers, type Precision } from './owned-denials.ts';
import { circlesOf, policyOf, scopeOf } from './owned-policy.ts';
import type { OwnedResource } from './owned-resource.ts';
import { denial, inOrder, onlyTo, sidOf } from './owned-statement.ts';

const listing = 's3:ListBucket';

/**
 * Actions on objects and the bucket's own have different resources (Amazon S3, "Policy resources for Amazon S3"). On
 * objects nobody, administrators included, may do what no verb has: versions, tags, access lists.
 */
export function bucketPolicyOf(resource: OwnedResource, precision: Precision): PolicyDocument {
  const { arn } = resource, objects = `${arn}/*`;
  const scope = { ...scopeOf('s3', [arn], [arn, objects]), management: { exceptActions: [listing] } };
  const onObjects = actionsOf('s3').filter((action) => action !== listing);
  return policyOf(resource, scope, [
    ...(resource.key === undefined ? [] : encryption(objects, resource.key)),
    ...denialsToOthers(circlesOf(resource, onObjects), [objects], precision),
    ...denialsToOthers(circlesOf(resource, [listing]), [arn], precision),
    ...(precision === 'exact' ? elsewhere(resource) : []),
    denial('DenyOtherObjectActions', { exceptActions: onObjects, resource: [objects] }),
  ]);
}

const algorithm = 's3:x-amz-server-side-encryption', keyId = 's3:x-amz-server-side-encryption-aws-kms-key-id', ownKey = 's3:x-amz-server-side-encryption-customer-algorithm';
const keyed = ['aws:kms', 'aws:kms:dsse'];

/**
 * Who says nothing gets the bucket's default, which is the key that it is declared with. Each denial asks first that a header is
 * there, since a negated operator alone would also refuse who says nothing. With an algorithm and no key, S3 would take the
 * account's own key and not the bucket's (Amazon S3, `PutObject`, x-amz-server-side-encryption-aws-kms-key-id).
 */
function encryption(objects: string, key: string): readonly PolicyStatement[] {
  const write = (sid: string, when: PolicyStatement['Condition']): PolicyStatement => denial(sid, { actions: ['s3:PutObject'], resource: [objects], ...(when === undefined ? {} : { when }) });
  return [
    write('DenyOtherEncryption', { Null: { [algorithm]: ['false'] }, StringNotEquals: { [algorithm]: keyed } }),
    write('DenyOtherKey', { Null: { [keyId]: ['false'] }, StringNotEquals: { [keyId]: [key] } }),
    write('DenyKeyOfTheAccount', { Null: { [keyId]: ['true'] }, StringEquals: { [algorithm]: keyed } }),
    write('DenyKeysOfCallers', { Null: { [ownKey]: ['false'] } }),
  ];
}

/** What a role holds of some prefixes only is denied to it everywhere else. */
function elsewhere({ arn, held }: OwnedResource): readonly PolicyStatement[] {
  const byRight = new Map<string, { readonly action: string; readonly role: string; readonly prefixes: string[] }>();
  for (const { action, on, role, within } of held) {
    if (on !== 'object' && on !== 'listing') continue; // about the bucket as such: there is no part of it
    const key = `${action} ${role}`, before = byRight.get(key);
    if (before === undefined) byRight.set(key, { action, role, prefixes: [within ?? ''] }); else before.prefixes.push(within ?? '');
  }
  const narrow = [...byRight.values()].map((right) => ({ ...right, prefixes: shortest(right.prefixes) })).filter(({ prefixes }) => prefixes[0] !== '');
  const together = new Map<string, { readonly prefixes: readonly string[]; readonly listing: boolean; readonly rights: Map<string, string[]> }>();
  for (const { action, prefixes, role } of narrow) {
    const key = JSON.stringify([action === listing, prefixes]), group = together.get(key) ?? { prefixes, listing: action === listing, rights: new Map<string, string[]>() };
    together.set(key, group);
    group.rights.set(role, [...(group.rights.get(role) ?? []), action]);
  }
  return [...together].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, { listing: lists, prefixes, rights }]) => alike(rights).map(({ actions, roles }) => ({ actions, lists, prefixes, roles })))
    .map(({ actions, lists, prefixes, roles }, index) => (lists
      ? denial(`Deny${sidOf(actions)}Elsewhere${index + 1}`, { actions, resource: [arn], when: { ...onlyTo(roles), StringNotLike: { 's3:prefix': prefixes.map((prefix) => `${prefix}*`) } } })
      : denial(`Deny${sidOf(actions)}Elsewhere${index + 1}`, { actions, exceptResource: prefixes.map((prefix) => `${arn}/${prefix}*`), when: onlyTo(roles) })));
}

/** Roles that hold the same actions. */
function alike(rights: ReadonlyMap<string, readonly string[]>): readonly { readonly actions: readonly string[]; readonly roles: readonly string[] }[] {
  const found = new Map<string, { readonly actions: readonly string[]; readonly roles: string[] }>();
  for (const [role, list] of [...rights].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const actions = inOrder(list), key = actions.join(' '), before = found.get(key);
    if (before === undefined) found.set(key, { actions, roles: [role] }); else before.roles.push(role);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group);
}

/** Prefixes without those that begin with another; a whole bucket's is empty. */
const shortest = (prefixes: readonly string[]): readonly string[] => inOrder(prefixes).filter((one, _, all) => !all.some((other) => other !== one && one.startsWith(other)));
