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
