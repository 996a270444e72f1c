/**
 * What must hold at the time of a request, beyond who asks. A closed union: a new condition breaks every `switch`
 * until it is answered. Durations are whole seconds. An input that is absent at decision time denies.
 */
export type Condition =
  | { readonly kind: 'claim'; readonly claim: string; readonly anyOf: readonly string[] }
  | { readonly kind: 'mfa'; readonly within?: number }
  | { readonly kind: 'authenticatedWithin'; readonly seconds: number }
  | { readonly kind: 'maxTokenAge'; readonly seconds: number }
  | { readonly kind: 'device'; readonly anyOf: readonly string[] }
  | { readonly kind: 'from'; readonly cidrs: readonly string[] }
  | { readonly kind: 'during'; readonly days: readonly Weekday[]; readonly start: string; readonly end: string; readonly timeZone: string }
  | { readonly kind: 'risk'; readonly below: number }
  | { readonly kind: 'header'; readonly name: string; readonly anyOf: readonly string[]; readonly trustedHop: string }
  | { readonly kind: 'all'; readonly of: readonly Condition[] }
  | { readonly kind: 'any'; readonly of: readonly Condition[] };

export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';
export const conditionKinds = [
  'claim', 'mfa', 'authenticatedWithin', 'maxTokenAge', 'device', 'from', 'during', 'risk', 'header', 'all', 'any',
] as const satisfies readonly Condition['kind'][];
/** The conditions that an enforcer decides; `all` and `any` only join them. */
export type AtomicConditionKind = Exclude<Condition['kind'], 'all' | 'any'>;

/** A condition in the words of the language, for messages and for the ledger: `mfa within 15m`. */
export function conditionText(condition: Condition): string {
  switch (condition.kind) {
    case 'claim': return `claim ${condition.claim} includes ${condition.anyOf.join(' or ')}`;
    case 'mfa': return condition.within === undefined ? 'mfa' : `mfa within ${durationText(condition.within)}`;
    case 'authenticatedWithin': return `authenticated within ${durationText(condition.seconds)}`;
    case 'maxTokenAge': return `token at most ${durationText(condition.seconds)} old`;
    case 'device': return `device ${condition.anyOf.join(' or ')}`;
    case 'from': return `from ${condition.cidrs.join(' or ')}`;
    case 'during': return `during ${condition.days.join(' ')} ${condition.start}–${condition.end} ${condition.timeZone}`;
    case 'risk': return `risk below ${condition.below}`;
    case 'header': return `header ${condition.name} ${condition.anyOf.join(' or ')} set by ${condition.trustedHop}`;
    case 'all': return condition.of.map(conditionText).join(' and ');
    case 'any': return `(${condition.of.map(conditionText).join(' or ')})`;
    default: return condition satisfies never;
  }
}

/** The largest unit that divides it: `900` is `15m`. */
export function durationText(seconds: number): string {
  const units = [['d', 86_400], ['h', 3_600], ['m', 60]] as const;
  const [unit, size] = units.find(([, each]) => seconds > 0 && seconds % each === 0) ?? ['s', 1];
  return `${seconds / size}${unit}`;
}
