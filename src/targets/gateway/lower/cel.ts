import { claimPath, type Condition, type IdentityProvider, type Weekday } from '#ir';
import type { SanPlan } from '../plan.ts';

/** Clocks of issuers and of the proxies may differ by this much: jwt_authn's own default, and part of the meaning. */
const skew = "duration('60s')";

/**
 * CEL for Envoy's own evaluator: no comprehensions, no conversions to text (Envoy Gateway takes them, Envoy then refuses
 * the whole configuration). An error is no match and is absorbed by `||`, so that nothing here is ever negated: what a
 * token does not have, or has in another type, denies.
 */
export const both = (parts: readonly string[]): string => (parts.length === 1 ? parts[0]! : parts.map(inBrackets).join(' && '));
export const either = (parts: readonly string[]): string => (parts.length === 1 ? parts[0]! : parts.map(inBrackets).join(' || '));
const inBrackets = (part: string): string => (/ (?:&&|\|\|) /.test(part) ? `(${part})` : part);

/** A token of this provider that ends, has not ended, and is meant for us. jwt_authn asks for no end, and compares audiences without scheme and last slash. */
export function tokenOf(provider: IdentityProvider): string {
  const exp = claimOf(provider, 'exp');
  return both([`type(${exp}) == double && request.time < timestamp(int(${exp})) + ${skew}`, hasText(claimOf(provider, 'aud'), provider.audiences)]);
}

/** A text among these, or a list that has one of them. The type is asked for: `in` also finds the keys of an object. */
export function hasText(value: string, anyOf: readonly string[]): string {
  const members = anyOf.map((each) => `${quoted(each)} in ${value}`);
  return `${value} in [${anyOf.map(quoted).join(', ')}] || (type(${value}) == list && ${members.length === 1 ? members[0]! : `(${members.join(' || ')})`})`;
}

export const isTrue = (value: string): string => `${value} == true`;

/** A moment that is at most so many seconds ago and, but for the clocks, not ahead. */
export const within = (moment: string, seconds: number): string =>
  `type(${moment}) == double && timestamp(int(${moment})) <= request.time + ${skew} && request.time - timestamp(int(${moment})) <= duration('${seconds}s')`;

/** The name of a provider in a SecurityPolicy is the key of its payload in the metadata of jwt_authn. */
export const claimOf = (provider: IdentityProvider, claim: string): string =>
  `metadata.filter_metadata['envoy.filters.http.jwt_authn'][${[provider.name, ...claimPath(claim)].map(quoted).join('][')}]`;

const week: readonly Weekday[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']; // CEL's getDayOfWeek: 0 is Sunday

export function during({ days, end, start, timeZone }: Extract<Condition, { kind: 'during' }>): string {
  const zone = quoted(timeZone);
  const minutes = `request.time.getHours(${zone}) * 60 + request.time.getMinutes(${zone})`;
  return `request.time.getDayOfWeek(${zone}) in [${days.map((day) => week.indexOf(day)).sort().join(', ')}] && ${minutes} >= ${minuteOf(start)} && ${minutes} < ${minuteOf(end)}`;
}
const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** Envoy tells of a certificate its first URI, or its first DNS name, among the alternative names. */
export const certificateOf = ({ kind, value }: SanPlan): string => `connection.mtls && connection.${kind}_san_peer_certificate == ${quoted(value)}`;

/** A CEL string (CEL, "String and bytes values"): backslash, quote and what can't be seen are escaped. */
const quoted = (text: string): string =>
  `'${text.replace(/[\\']/g, '\\$&').replace(/[\u0000-\u001f\u007f\u2028\u2029]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`)}'`;
