import type { Diagnostic } from '#diagnostics';
import type { Placement, Platform } from '#ir';

/**
 * A warning (CS1031) for each acceptance that no duty rests on: an enforcer does better by now, or an earlier
 * acceptance covers the same grants. Only placement can tell. Pointers are into the platform.
 */
export function unusedAcceptances(platform: Platform, { duties }: Placement): readonly Diagnostic[] {
  const used = new Set(duties.map(({ accepted }) => accepted));
  return platform.accept.flatMap((acceptance, index): readonly Diagnostic[] => used.has(acceptance) ? [] : [{
    code: 'CS1031',
    severity: 'warning',
    message: `the acceptance of a weaker \`${acceptance.feature}\` on the ${acceptance.plane} plane accepts nothing: no grant that it names needs it`,
    pointer: `/accept/${index}`,
    related: [],
    help: 'Remove it, so that it does not accept by surprise what comes later.',
  }]);
}
