import { hashOf, partName } from '../../object-name.ts';
import type { AuthorizationPolicyPlan, RulePlan } from '../plan.ts';

/** Most rules of one AuthorizationPolicy (its CRD, `spec.rules`: maxItems). */
export const maxRules = 512;
/** Most bytes of an object's JSON: two thirds of what etcd takes in a request by default (etcd, "System limits": 1.5 MiB). */
export const maxObjectBytes = 1 << 20;

/**
 * The policy as it is if it fits one object, else in 2, 4, 8 … parts that each do. ALLOWs that concern one proxy add
 * up, and so do DENYs; each part concerns the same proxies, and each rule is in one part. A rule's part is a hash of
 * what it asks, so that a change of content touches the parts of the rules that changed.
 */
export function split(plan: AuthorizationPolicyPlan): readonly AuthorizationPolicyPlan[] {
  if (fits(plan.rules)) return [plan];
  const hashes = plan.rules.map(({ operations, source, when }) => Number.parseInt(hashOf(JSON.stringify([source, operations, when])).slice(0, 8), 16));
  for (let parts = 2; parts <= 1 << 14; parts *= 2) {
    const divided = Array.from({ length: parts }, (_, part) => plan.rules.filter((_rule, index) => hashes[index]! % parts === part));
    if (!divided.every(fits)) continue;
    return divided.flatMap((rules, part) => (rules.length === 0 ? [] : [{ ...plan, name: partName(plan.name, part), rules, grants: grantsOf(rules) }]));
  }
  throw new Error(`\`${plan.name}\` has a rule that no object can hold`);
}

const fits = (rules: readonly RulePlan[]): boolean => rules.length <= maxRules && 1000 + rules.reduce((sum, rule) => sum + bytesOf(rule), 0) <= maxObjectBytes;
const bytesOf = ({ operations, source, when }: RulePlan): number => Buffer.byteLength(JSON.stringify([source, operations, when])) + 40 * operations.length + 60;

/** The grants that some rule serves, in order. */
export const grantsOf = (rules: readonly RulePlan[]): readonly string[] => [...new Set(rules.flatMap(({ serves }) => serves.map(({ grant }) => grant)))].sort();
