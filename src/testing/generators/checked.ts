import { noSites, type Diagnostic } from '#diagnostics';
import type { Platform, Policy } from '#ir';
import { check, checkPlatform } from '#language';
import type { Estate } from './estate.ts';

/** An estate as `check` lets it pass: canonical and frozen. Throws with what is wrong, which is the generator's fault. */
export function checkedEstate({ asOf, platform, policy }: Estate): { readonly policy: Policy; readonly platform: Platform; readonly warnings: readonly Diagnostic[] } {
  const declared = check({ draft: policy, sites: noSites, diagnostics: [] }, { asOf });
  if (!declared.ok) throw new Error(`the generated policy does not pass: ${JSON.stringify(declared.diagnostics, null, 1)}`);
  const placed = checkPlatform(declared.value, { draft: platform, sites: noSites, diagnostics: [] }, { asOf });
  if (!placed.ok) throw new Error(`the generated platform does not pass: ${JSON.stringify(placed.diagnostics, null, 1)}`);
  return { policy: declared.value.policy, platform: placed.value, warnings: [...declared.diagnostics, ...placed.diagnostics] };
}
