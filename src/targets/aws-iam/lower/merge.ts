import type { GrantRef } from '#ir';
import { compare } from '../../compare.ts';
import { conditionsOf, type Conditions } from './conditions.ts';
import type { Does, Permission } from './permissions.ts';
import { sidOf, uniqueSids } from './sid.ts';

/** A statement that allows: every one of its actions on every one of its resources, under its conditions. */
export interface Allowed {
  readonly sid: string;
  /** In code-unit order. */
  readonly actions: readonly string[];
  readonly conditions: Conditions;
  /** In code-unit order. */
  readonly resources: readonly AllowedResource[];
  /** Spells actions and conditions: what stays the same when a grant on another resource comes or goes. */
  readonly key: string;
}
export interface AllowedResource {
  readonly resource: string;
  /** The grants that it is listed for, in code-unit order, with what of each it enforces. */
  readonly serves: readonly Served[];
}
export interface Served { readonly grant: GrantRef; readonly does: readonly Does[] }

/** What is allowed of one resource under one condition. */
interface OfResource extends Pick<Permission, 'resource' | 'conditions' | 'conditionsText'> {
  readonly actions: Set<string>;
  readonly serves: Map<GrantRef, readonly Does[]>;
  readonly about: Map<string, Permission['about']>;
  /** Undefined: any. */
  prefixes: Set<string> | undefined;
}

/**
 * The same permissions in fewer statements. A statement allows the product of its actions and resources, so that lists can
 * grow in two ways that add nothing to it:
 *
 * 1. of one resource and one condition, the actions: (A × r) ∪ (B × r) = (A ∪ B) × r;
 * 2. of one list of actions and one condition, the resources: (A × r) ∪ (A × s) = A × {r, s}.
 *
 * The second comes after the first and joins equal lists only, so that no action meets a resource that it was not granted on. A
 * listing's prefixes are one test with several values, of which one must fit: (a, r, C ∧ p) ∪ (a, r, C ∧ q) = (a, r, C ∧ (p ∨ q)); where one
 * grant asks for no prefix, C ∨ (C ∧ p) = C.
 *
 * Linear in permissions, but for sorting. The result does not depend on their order.
 */
export function merged(permissions: readonly Permission[]): readonly Allowed[] {
  const groups = new Map<string, OfResource[]>();
  for (const one of byResource(permissions)) {
    const conditions = one.prefixes === undefined ? one.conditions : withPrefixes(one.conditions, one.prefixes);
    const key = `${[...one.actions].sort().join(' ')} ${one.prefixes === undefined ? one.conditionsText : JSON.stringify(conditions)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [{ ...one, conditions }]); else group.push(one);
  }
  const found = [...groups].map(([key, [first, ...rest]]) => allowed(key, [first!, ...rest]));
  return uniqueSids(found.sort((a, b) => compare(a.key, b.key))).sort((a, b) => compare(a.sid, b.sid));
}

function byResource(permissions: readonly Permission[]): Iterable<OfResource> {
  const found = new Map<string, OfResource>();
  for (const { about, action, conditions, conditionsText, does, grant, prefix, resource } of permissions) {
    // What can be narrowed to a prefix is merged with its like alone: the prefix is a condition of that action only.
    const listing = isListing(action);
    const key = `${listing} ${resource} ${conditionsText}`;
    let one = found.get(key);
    if (one === undefined) found.set(key, one = { resource, conditions, conditionsText, actions: new Set(), serves: new Map(), about: new Map(), prefixes: prefix === undefined ? undefined : new Set() });
    one.actions.add(action);
    if (prefix === undefined) one.prefixes = undefined; else one.prefixes?.add(prefix);
    one.about.set(`${about.api} ${about.does}`, about);
    one.serves.set(grant, does); // the same for every permission of a grant on one resource
  }
  return found.values();
}
const isListing = (action: string): boolean => action === 's3:ListBucket';

const withPrefixes = (conditions: Conditions, prefixes: ReadonlySet<string>): Conditions => conditionsOf([
  ...Object.entries(conditions).flatMap(([operator, keys]) => Object.entries(keys).map(([key, values]) => [operator, key, values] as const)),
  ['StringLike', 's3:prefix', [...prefixes].map((prefix) => `${prefix}*`)],
]);

function allowed(key: string, group: readonly [OfResource, ...OfResource[]]): Allowed {
  const about = new Map(group.flatMap((one) => [...one.about]));
  const resources = group.map(({ resource, serves }): AllowedResource => ({
    resource, serves: [...serves].sort(([a], [b]) => compare(a, b)).map(([grant, does]) => ({ grant, does })),
  }));
  return {
    key, sid: sidOf([...about].sort(([a], [b]) => compare(a, b)).map(([, one]) => one)),
    actions: [...group[0].actions].sort(), conditions: group[0].conditions, resources: resources.sort((a, b) => compare(a.resource, b.resource)),
  };
}
