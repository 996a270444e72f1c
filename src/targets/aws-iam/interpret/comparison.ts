import { perhaps, truth, type Truth } from '../../truth.ts';
import { isInside } from './addresses.ts';
import { isArnLike } from './arn-matching.ts';
import { readInstant } from './instant.ts';
import { resolve, type Template } from './template.ts';
import type { Context } from './context.ts';
import { anyText, isLike } from './wildcard.ts';

/** One value of the request against one of the policy. */
type Compare = (template: Template, value: string, context: Context) => Truth;
export interface Comparison {
  readonly compare: Compare;
  /** `…Not…`: matches where no value of the policy does, and where the key is absent. */
  readonly negated: boolean;
  readonly wildcards: boolean;
  /** Whether its values may hold policy variables. */
  readonly variables: boolean;
}

/** Every operator but `Null`, by its name (IAM, "IAM JSON policy elements: Condition operators"). */
export const comparisons: ReadonlyMap<string, Comparison> = new Map<string, Comparison>([
  ...pair('StringEquals', 'StringNotEquals', { compare: like(false), wildcards: false, variables: true }),
  ...pair('StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', { compare: like(true), wildcards: false, variables: true }),
  ...pair('StringLike', 'StringNotLike', { compare: like(false), wildcards: true, variables: true }),
  ...pair('ArnEquals', 'ArnNotEquals', { compare: arn, wildcards: true, variables: true }),
  ...pair('ArnLike', 'ArnNotLike', { compare: arn, wildcards: true, variables: true }),
  ...pair('NumericEquals', 'NumericNotEquals', number((value, limit) => value === limit)),
  ...pair('NumericLessThan', undefined, number((value, limit) => value < limit)),
  ...pair('NumericLessThanEquals', undefined, number((value, limit) => value <= limit)),
  ...pair('NumericGreaterThan', undefined, number((value, limit) => value > limit)),
  ...pair('NumericGreaterThanEquals', undefined, number((value, limit) => value >= limit)),
  ...pair('DateEquals', 'DateNotEquals', date((value, limit) => value === limit)),
  ...pair('DateLessThan', undefined, date((value, limit) => value < limit)),
  ...pair('DateLessThanEquals', undefined, date((value, limit) => value <= limit)),
  ...pair('DateGreaterThan', undefined, date((value, limit) => value > limit)),
  ...pair('DateGreaterThanEquals', undefined, date((value, limit) => value >= limit)),
  ...pair('IpAddress', 'NotIpAddress', plain((text, value) => isInside(value, text))),
  ...pair('Bool', undefined, plain((text, value) => {
    const wanted = text.toLowerCase(), given = value.toLowerCase();
    return isBoolean(wanted) && isBoolean(given) ? truth(wanted === given) : perhaps;
  })),
  ...pair('BinaryEquals', undefined, plain((text, value) => (text === value ? truth(true) : isBase64(text) && isBase64(value) ? truth(false) : perhaps))),
]);

function pair(name: string, negation: string | undefined, comparison: Omit<Comparison, 'negated'>): readonly (readonly [string, Comparison])[] {
  return [[name, { ...comparison, negated: false }], ...(negation === undefined ? [] : [[negation, { ...comparison, negated: true }] as const])];
}

function like(ignoringCase: boolean): Compare {
  return (template, value, context) => {
    const pattern = resolve(template, context);
    if (pattern === undefined) return truth(false);
    if (!ignoringCase) return isLike(pattern, value);
    return isLike(pattern.map((unit) => (unit < 0 ? unit : String.fromCharCode(unit).toLowerCase().charCodeAt(0))), value.toLowerCase());
  };
}
function arn(template: Template, value: string, context: Context): Truth {
  const pattern = resolve(template, context);
  return pattern === undefined ? truth(false) : isArnLike(pattern, value);
}

/** Operators without variables and wildcards: what looks like a variable is no value of theirs. */
function plain(compare: (text: string, value: string) => Truth): Omit<Comparison, 'negated'> {
  return { compare: ({ text }, value) => compare(text, value), wildcards: false, variables: false };
}
function number(holds: (value: number, limit: number) => boolean): Omit<Comparison, 'negated'> {
  return plain((text, value) => (isNumber(text) && isNumber(value) ? truth(holds(Number(value), Number(text))) : perhaps));
}
function date(holds: (value: number, limit: number) => boolean): Omit<Comparison, 'negated'> {
  return plain((text, value) => {
    const limit = readInstant(text), given = readInstant(value);
    return limit === undefined || given === undefined ? perhaps : truth(holds(given, limit));
  });
}
const isNumber = (text: string): boolean => /^[+-]?\d{1,15}(\.\d{1,15})?$/.test(text);
const isBoolean = (text: string): boolean => text === 'true' || text === 'false';
const isBase64 = (text: string): boolean => /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text);

/** Whether a comparison holds for whatever the value may be: only a pattern of `*` does. */
export function holdsForAny({ wildcards }: Comparison, template: Template, context: Context): boolean {
  const pattern = wildcards ? resolve(template, context) : undefined;
  return pattern !== undefined && pattern.length > 0 && pattern.every((unit) => unit === anyText);
}
