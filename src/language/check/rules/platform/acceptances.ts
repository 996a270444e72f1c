import { diagnose, nearest, type Diagnostic } from '#diagnostics';
import { builtinFeatures, builtinGrants, neededFeatures, type Acceptance, type Feature, type Grant, type NeededFeatures } from '#ir';
import type { Located } from '../../located.ts';
import type { PlatformContext, PlatformEstate } from '../../platform-context.ts';
import { counted, quoted } from '../../wording.ts';
import { endingDiagnostics } from '../expiry.ts';
import { reasonRequired } from '../reasons.ts';

/** CS1007, CS1011, CS1019, CS1029, CS1030 and CS1031: what a person has accepted exists, is reasoned, and has not ended. */
export function acceptances({ accept, estate, now }: PlatformContext): readonly Diagnostic[] {
  const grantsOf = estate === undefined ? undefined : new GrantsByName(estate);
  return accept.flatMap((located) => {
    const { value, pointer } = located;
    const what = `the acceptance of a weaker ${quoted(value.feature)} on the plane ${quoted(value.plane)}`;
    return [
      ...endingDiagnostics({ what, until: value.until, pointer: `${pointer}/until`, ...(value.owner.trim() === '' ? {} : { owner: value.owner }) }, now, 'CS1030', 'or enforce the feature exactly'),
      ...(value.because.trim() === '' ? [reasonRequired(`${what} has no reason`, pointer, 'no mesh before March')] : []),
      ...(value.owner.trim() === '' ? [diagnose('CS1019', { message: `${what} has no owner`, pointer, help: 'add `owner`: the team that answers for it' })] : []),
      ...(grantsOf === undefined ? [] : grantProblems(grantsOf, located, what)),
    ];
  });
}

/** Whether what is accepted is still needed, since an enforcer may do better by now, only placement can tell. */
function grantProblems(grants: GrantsByName, { value, pointer }: Located<Acceptance>, what: string): readonly Diagnostic[] {
  const named = value.grants === 'all' ? [...grants.refs()] : value.grants;
  const effective = named.filter((ref) => grants.needs(ref, value.feature));
  const unknown = named.filter((ref) => !grants.has(ref) && !grants.wasDropped(ref));
  const found: Diagnostic[] = [];
  if (effective.length === 0 && unknown.length === 0) {
    found.push(diagnose('CS1031', { message: `${what} accepts nothing: no grant that it names needs it`, pointer, help: 'remove it, so that it does not accept by surprise what comes later' }));
  }
  if (value.grants === 'all') return found;
  for (const [index, ref] of value.grants.entries()) {
    const at = `${pointer}/grants/${index}`;
    if (unknown.includes(ref)) {
      const meant = nearest(ref, grants.refs());
      found.push(diagnose('CS1029', {
        message: `${what} names ${quoted(ref)}, which is not a grant of the policy ${quoted(grants.policyName)}`,
        pointer: at,
        help: meant !== undefined ? `write ${quoted(meant)}` : `write one of its ${counted(grants.count, 'grant')} as \`caller → api.operation\`, or remove it`,
      }));
    } else if (effective.length > 0 && grants.has(ref) && !effective.includes(ref)) {
      found.push(diagnose('CS1031', { message: `${what} names ${quoted(ref)}, which does not need it`, pointer: at, help: 'remove it from the list' }));
    }
  }
  return found;
}

/** The policy's grants by name, those derived from its workloads among them, and what they ask of enforcers. */
class GrantsByName {
  readonly policyName: string;
  readonly #byRef = new Map<string, Grant[]>();
  readonly #builtin: ReadonlyMap<string, readonly Feature[]>;
  readonly #needed: NeededFeatures;
  readonly #dropped: ReadonlySet<string>;
  readonly #invariants: boolean;

  constructor({ policy, grants, dropped }: PlatformEstate) {
    this.policyName = policy.name;
    this.#dropped = new Set(dropped);
    this.#invariants = policy.never.length > 0;
    this.#needed = neededFeatures(policy);
    this.#builtin = new Map(builtinGrants(policy).map(({ ref }) => [ref, builtinFeatures]));
    for (const grant of grants) {
      const list = this.#byRef.get(grant.ref);
      if (list === undefined) this.#byRef.set(grant.ref, [grant]); else list.push(grant);
    }
  }

  get count(): number { return this.#byRef.size + this.#builtin.size; }
  refs(): Iterable<string> { return [...this.#byRef.keys(), ...this.#builtin.keys()]; }
  has(ref: string): boolean { return this.#byRef.has(ref) || this.#builtin.has(ref); }
  /** It was there until it expired. */
  wasDropped(ref: string): boolean { return this.#dropped.has(ref); }
  needs(ref: string, feature: Feature): boolean {
    if (feature === 'invariant.deny') return this.#invariants && this.#byRef.has(ref);
    return this.#builtin.get(ref)?.includes(feature) ?? this.#byRef.get(ref)?.some((grant) => this.#needed(grant).includes(feature)) ?? false;
  }
}
