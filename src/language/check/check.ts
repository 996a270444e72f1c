import { checked, diagnose, locate, sortDiagnostics, type Checked, type Declared, type Diagnostic, type Refine, type Sites } from '#diagnostics';
import { canonicalize, grants, policyShape, type Grant, type GrantRef, type Policy } from '#ir';
import { droppedOf, withoutDropped } from './drop-expired.ts';
import { policyContext } from './policy-context.ts';
import { policyRules } from './rules.ts';
import { shapeDiagnostics } from './shape.ts';
import { instantOf } from './syntax/date.ts';

export interface CheckOptions {
  /** The instant that grants have to be in force at: a day (its beginning, 00:00 UTC) or an RFC 3339 instant. */
  readonly asOf: string;
  /** Leave out what has expired, with a note, where it would be an error. */
  readonly dropExpired?: boolean;
  /** Finds places inside literals. Without it a diagnostic points at the declaration. */
  readonly refine?: Refine;
}

/** A policy of which every rule of the language holds. */
export interface CheckedPolicy {
  /** Canonical, frozen, without what was dropped. */
  readonly policy: Policy;
  /** Places of pointers into `policy`. */
  readonly sites: Sites;
  /** Every offer and request that met, in canonical order. */
  readonly grants: readonly Grant[];
  /** Grants that `dropExpired` left out, in order. */
  readonly dropped: readonly GrantRef[];
}

/**
 * Proves a declaration sound: all rules at once, every diagnostic at the user's own line, in one order. Never throws,
 * whatever the draft is. Time is linear in the policy but for sorting; an invariant costs what it speaks of.
 */
export function check(declared: Declared<Policy>, { asOf, dropExpired = false, refine }: CheckOptions): Checked<CheckedPolicy> {
  const { draft, sites } = declared;
  const instant = instantOf(asOf);
  const now = instant ?? Number.NaN;
  const malformed = shapeDiagnostics(policyShape, draft, 'policy');
  const whole = policyContext(draft, { now, sites, malformed });
  const dropped = dropExpired ? droppedOf(whole) : undefined;
  const context = dropped === undefined || dropped.omit.size === 0 ? whole : policyContext(draft, { now, sites, malformed, omit: dropped.omit });

  const found: readonly Diagnostic[] = [
    ...declared.diagnostics,
    ...(instant === undefined ? [malformedInstant(asOf)] : []),
    ...unsaid(malformed, declared.diagnostics),
    ...(dropped?.diagnostics ?? []),
    ...unsaid(policyRules.flatMap((rule) => rule(context)), declared.diagnostics),
  ];
  return checked(sortDiagnostics(locate(found, sites, refine)), () => {
    const { policy: effective, toDraft } = context === whole ? { policy: draft, toDraft: (pointer: string) => pointer } : withoutDropped(draft, context);
    const { policy, origin } = canonicalize(effective);
    return {
      policy,
      sites: { find: (pointer) => sites.find(toDraft(origin(pointer))) },
      grants: grants(policy),
      dropped: dropped?.grants ?? [],
    };
  });
}

export const malformedInstant = (asOf: string): Diagnostic => diagnose('CS1007', {
  message: `the time of the check, \`${String(asOf)}\`, is neither a day nor an RFC 3339 instant`,
  help: 'write `2026-11-24` or `2026-11-24T12:00:00Z`',
});

/** Of what the shape and the rules have to say, what whoever read the draft has not said already of the same place. */
export function unsaid(found: readonly Diagnostic[], said: readonly Diagnostic[]): readonly Diagnostic[] {
  const places = said.flatMap(({ code, pointer }) => (pointer !== undefined && (code === 'CS1032' || code === 'CS1033' || code === 'CS5005') ? [pointer] : []));
  return places.length === 0 ? found : found.filter(({ pointer = '' }) => !places.some((place) => pointer === place || pointer.startsWith(`${place}/`)));
}
