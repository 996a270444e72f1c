import { checked, locate, sortDiagnostics, type Checked, type Declared, type Diagnostic, type Refine } from '#diagnostics';
import { canonicalizePlatform, platformShape, type Acceptance, type Platform } from '#ir';
import { malformedInstant, unsaid, type CheckedPolicy } from './check.ts';
import type { Located } from './located.ts';
import type { PlatformContext, PlatformEstate } from './platform-context.ts';
import { platformRules } from './rules.ts';
import { shapeDiagnostics } from './shape.ts';
import { instantOf } from './syntax/date.ts';

export interface CheckPlatformOptions {
  /** As of `check`. */
  readonly asOf: string;
  readonly refine?: Refine;
}

/**
 * Proves a platform's declaration sound, and sufficient for this policy: facts that are well formed and complete,
 * acceptances that exist, have not ended and break no invariant. Whether an enforcer can do what the policy asks is
 * for placement. The platform that it returns is canonical and frozen. Without a policy, because that has errors of
 * its own, what the platform says by itself is still judged.
 */
export function checkPlatform(
  checkedPolicy: CheckedPolicy | undefined, declared: Declared<Platform>, { asOf, refine }: CheckPlatformOptions,
): Checked<Platform> {
  const { draft, sites } = declared;
  const instant = instantOf(asOf);
  const malformed = shapeDiagnostics(platformShape, draft, 'platform');
  const found: Diagnostic[] = [...declared.diagnostics, ...(instant === undefined ? [malformedInstant(asOf)] : []), ...unsaid(malformed, declared.diagnostics)];

  // An acceptance of the wrong shape is left out; anything else of the wrong shape leaves nothing to reason with.
  const unsound = new Set(malformed.map(({ pointer = '' }) => /^\/accept\/\d+/.exec(pointer)?.[0] ?? ''));
  if (!unsound.has('')) {
    const accept = draft.accept.map((value, index): Located<Acceptance> => ({ value, pointer: `/accept/${index}` })).filter(({ pointer }) => !unsound.has(pointer));
    const context: PlatformContext = {
      platform: draft, accept, now: instant ?? Number.NaN,
      ...(checkedPolicy === undefined ? {} : { estate: estateOf(checkedPolicy, refine) }),
    };
    found.push(...unsaid(platformRules.flatMap((rule) => rule(context)), declared.diagnostics));
  }
  return checked(sortDiagnostics(locate(found, sites, refine)), () => canonicalizePlatform(draft).platform);
}

function estateOf({ policy, sites, grants, dropped }: CheckedPolicy, refine: Refine | undefined): PlatformEstate {
  return {
    policy, grants, dropped,
    inPolicy(message, pointer) {
      const [placed] = locate([{ code: 'CS1024', severity: 'error', message, pointer, related: [] }], sites, refine);
      return { message, ...(placed?.at === undefined ? {} : { at: placed.at }) };
    },
  };
}
