import type { Weekday } from '#ir';
import { declaration, defined, each, isFields, isHandle, noForm, type Declaration, type Fields, type Lowering } from './declaration.ts';
import { secondsOf, type Duration } from './duration.ts';

/** Whom a condition can be asked of: one that reads a token makes no sense for a caller that has none. */
export type About = 'people' | 'anything';
/** Something that must hold at the time of a request. An input that is absent then denies. */
export interface DeclaredCondition<A extends About = About> {
  readonly about: A;
  readonly [declaration]: Declaration;
}
/** About people as soon as one of its members is. */
type AboutAll<C extends readonly DeclaredCondition[]> = 'people' extends C[number]['about'] ? 'people' : 'anything';

function condition<A extends About>(about: A, data: Fields): DeclaredCondition<A> {
  return Object.freeze({ about, [declaration]: { form: noForm, name: undefined, options: data, site: {} } });
}
/** Fields as they were given, or, if that is no object, `otherwise`. */
const conditionOf = <A extends About>(about: A, kind: string, options: unknown, otherwise: string): DeclaredCondition<A> =>
  condition(about, isFields(options) ? { ...defined(options), kind } : { kind, [otherwise]: options });

/** A claim of the person's token: `claim('groups').includes('support-leads')`; any of several values is enough. */
export const claim = (name: string): { readonly includes: (...anyOf: readonly string[]) => DeclaredCondition<'people'> } =>
  Object.freeze({ includes: (...anyOf: readonly string[]) => condition('people', { kind: 'claim', claim: name, anyOf }) });
/** More than one factor was used, `within` this time if stated. */
export const mfa = (options: { readonly within?: Duration | undefined } = {}): DeclaredCondition<'people'> => conditionOf('people', 'mfa', options, 'within');
/** The person has authenticated at most this long ago. */
export const authenticatedWithin = (time: Duration): DeclaredCondition<'people'> => condition('people', { kind: 'authenticatedWithin', seconds: time });
/** The token was issued at most this long ago. */
export const maxTokenAge = (time: Duration): DeclaredCondition<'people'> => condition('people', { kind: 'maxTokenAge', seconds: time });
/** The device is in one of these states, as the identity provider asserts them. */
export const device = (...anyOf: readonly string[]): DeclaredCondition<'people'> => condition('people', { kind: 'device', anyOf });
/** The client's address lies in one of these ranges. */
export const from = (...cidrs: readonly string[]): DeclaredCondition<'anything'> => condition('anything', { kind: 'from', cidrs });
/** Inside a weekly window: `start` and `end` are local times `HH:MM`, `timeZone` an IANA name. */
export const during = (window: { readonly days: readonly Weekday[]; readonly start: string; readonly end: string; readonly timeZone: string }): DeclaredCondition<'anything'> =>
  conditionOf('anything', 'during', window, 'days');
/** The risk score is below this. */
export const risk = (options: { readonly below: number }): DeclaredCondition<'anything'> => conditionOf('anything', 'risk', options, 'below');
/** A header, and the one hop that is trusted to set it; from anyone else it is ignored. */
export const header = (name: string, options: { readonly anyOf: readonly string[]; readonly trustedHop: string }): DeclaredCondition<'anything'> =>
  conditionOf('anything', 'header', isFields(options) ? { ...options, name } : options, 'anyOf');
/** Every one of these. */
export const all = <const C extends readonly DeclaredCondition[]>(...of: C): DeclaredCondition<AboutAll<C>> => condition(aboutOf(of), { kind: 'all', of });
/** At least one of these. */
export const anyOf = <const C extends readonly DeclaredCondition[]>(...of: C): DeclaredCondition<AboutAll<C>> => condition(aboutOf(of), { kind: 'any', of });

const aboutOf = <C extends readonly DeclaredCondition[]>(of: C): AboutAll<C> => (of.some((one) => isHandle(one) && one.about === 'people') ? 'people' : 'anything') as AboutAll<C>;

/** A condition, and what is nested in it, as data. `lowering.pointer` is the condition's own. */
export function lowerCondition(value: unknown, lowering: Lowering): unknown {
  if (!isHandle(value)) return value;
  const data = value[declaration].options as Fields;
  switch (data['kind']) {
    case 'mfa': return data['within'] === undefined ? { kind: 'mfa' } : { ...data, within: secondsOf(data['within'], 'within', lowering.below('within')) };
    case 'authenticatedWithin': case 'maxTokenAge': return { ...data, seconds: secondsOf(data['seconds'], data['kind'], lowering.below('seconds')) };
    case 'all': case 'any': return { ...data, of: lowerConditions(data['of'], lowering.below('of')) };
    default: return data;
  }
}

/** A list of them. `lowering.pointer` is the list's. */
export const lowerConditions = (value: unknown, lowering: Lowering): unknown => each(value, (one, index) => lowerCondition(one, lowering.below(index)));
