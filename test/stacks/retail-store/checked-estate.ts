import { check, type CheckedPolicy } from '#language';
import type { Grant, Policy } from '#ir';
import declared from '../../../stacks/retail-store/policy.ts';

/** The day that the estate's tests are held on. */
export const asOf = '2026-11-24';
export const instant = '2026-11-24T12:00:00Z';

/** The estate's policy, checked. Whatever `check` has to say, a warning included, is a failure here. */
export function checkedEstate(): { readonly policy: Policy; readonly grants: readonly Grant[] } {
  const result = check(declared, { asOf });
  if (!result.ok || result.diagnostics.length > 0) throw new Error(`the estate is not sound: ${JSON.stringify(result.diagnostics, null, 2)}`);
  const { policy, grants } = result.value satisfies CheckedPolicy;
  return { policy, grants };
}
