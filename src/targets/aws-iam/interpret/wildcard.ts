import { no, perhaps, yes, type Truth } from '../../truth.ts';

/**
 * A text to match with, after its variables have been replaced: code units, and what stands for many characters, for one,
 * or for a part that is not known. `null`: a variable in it has no value, and then it is like no text at all.
 */
export type Pattern = readonly (number | Wild)[];
export const anyText = -1, anyCharacter = -2, unknownText = -3;
type Wild = typeof anyText | typeof anyCharacter | typeof unknownText;

const isWild = (unit: number): boolean => unit < 0;
export const codeUnits = (text: string): readonly number[] => Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));

/** Text as it stands, with `*` and `?` standing for themselves or for others. */
export const patternOf = (text: string, wildcards: boolean): Pattern =>
  codeUnits(text).map((unit) => (!wildcards ? unit : unit === 42 ? anyText : unit === 63 ? anyCharacter : unit));

/** `*` is any text, `?` one character (IAM, "IAM JSON policy elements: Resource", wildcards). Never more than length × length steps. */
function covers(pattern: Pattern, value: string): boolean {
  let at = 0, next = 0, star = -1, resume = 0;
  while (at < value.length) {
    const unit = pattern[next];
    if (unit === anyText || unit === unknownText) { star = next++; resume = at; } else if (unit === anyCharacter || unit === value.charCodeAt(at)) { next++; at++; } else if (star >= 0) { next = star + 1; at = ++resume; } else return false;
  }
  while (pattern[next] === anyText || pattern[next] === unknownText) next++;
  return next === pattern.length;
}

const token = /\{\{[^{}]*\}\}/;
const openBrace = 123;

/**
 * Is the text like the pattern? A token (`{{settlements}}`) is a text that nobody knows yet, equal to itself and to no
 * other token and no other ARN: `check` and the deployment see to that. Wildcards may or may not cover what it becomes.
 */
export function isLike(pattern: Pattern, value: string): Truth {
  const found = covers(pattern, value), waits = token.test(value);
  if (found) return pattern.includes(unknownText) || (waits && pattern.includes(anyCharacter)) ? perhaps : yes;
  return (waits || pattern.includes(openBrace)) && mayBecome(pattern, value) ? perhaps : no;
}

/** What is about parts of one resource that is named: of a bucket, a table, a function. No token is its ARN, nor that of a part of it. */
const partOfNamed = /^arn:[^:]*:(?:s3:::[^/]+\/|dynamodb:[^:]*:[^:]*:table\/[^/]+\/|lambda:[^:]*:[^:]*:function:[^:]+:)/;

/** Of a pattern that does not cover the text as it is: could it, once the tokens are filled? */
function mayBecome(pattern: Pattern, value: string): boolean {
  const wild = pattern.findIndex(isWild);
  if (wild < 0) return false;
  const head = String.fromCharCode(...pattern.slice(0, wild));
  let shared = 0;
  while (shared < head.length && head[shared] === value[shared]) shared++;
  const inside = Math.max(head.lastIndexOf('{{', shared), value.lastIndexOf('{{', shared));
  if (inside >= 0 && shared < Math.max(endOfToken(head, inside), endOfToken(value, inside))) shared = inside;
  const left = head.slice(shared), right = value.slice(shared);
  if (left === '') return token.test(right) || pattern.slice(wild).includes(openBrace);
  if (left.startsWith('{{')) return endOfToken(left, 0) === left.length; // `{{a}}*` may be a part of `{{b}}`; `{{a}}/*` is not
  if (partOfNamed.test(left)) return false;
  return right.startsWith('{{');
}

function endOfToken(text: string, start: number): number {
  const end = text.indexOf('}}', start);
  return text.startsWith('{{', start) && end >= 0 ? end + 2 : start;
}
