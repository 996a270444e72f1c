import { both, every, no, perhaps, yes, type Truth } from '../../truth.ts';
import { anyText, isLike, unknownText, type Pattern } from './wildcard.ts';

const colon = 58, openBrace = 123;
const isEverything = (pattern: Pattern): boolean => pattern.length === 1 && pattern[0] === anyText;

/**
 * Is the ARN among those that a `Resource` says? Wildcards stand for a part of one segment; a `*` that ends a segment is
 * said to reach past the colon as well, and then two readings may differ (IAM, "IAM JSON policy elements: Resource").
 */
export function isResource(pattern: Pattern, arn: string): Truth {
  if (isEverything(pattern)) return yes;
  const whole = isLike(pattern, arn);
  if (whole === no || pattern.includes(openBrace) || arn.includes('{{')) return whole;
  const segments = segmentsOf(pattern), parts = partsOf(arn);
  if (segments.length < 6 || parts.length < 6) return segments.length < 6 && pattern.at(-1) === anyText ? whole : both(whole, perhaps);
  return both(whole, every(segments.map((segment, index) => [segment, parts[index]!] as const), ([segment, part]) => isLike(segment, part)) === yes ? yes : perhaps);
}

/**
 * `ArnLike` and `ArnEquals`, which are one: each of the six components is checked apart from the others, and case counts
 * ("IAM JSON policy elements: Condition operators", ARN).
 */
export function isArnLike(pattern: Pattern, arn: string): Truth {
  if (pattern.includes(openBrace) || pattern.includes(unknownText) || arn.includes('{{')) return isLike(pattern, arn);
  const segments = segmentsOf(pattern), parts = partsOf(arn);
  if (segments.length < 6 || parts.length < 6) return isLike(pattern, arn) === no ? no : perhaps; // what is no ARN, the page does not say
  return every(segments.map((segment, index) => [segment, parts[index]!] as const), ([segment, part]) => isLike(segment, part));
}

/** The sixth holds whatever colons are left. */
function segmentsOf(pattern: Pattern): readonly Pattern[] {
  const segments: Pattern[] = [];
  let start = 0;
  for (let at = 0; at < pattern.length && segments.length < 5; at++) {
    if (pattern[at] !== colon) continue;
    segments.push(pattern.slice(start, at));
    start = at + 1;
  }
  return [...segments, pattern.slice(start)];
}
function partsOf(arn: string): readonly string[] {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}
