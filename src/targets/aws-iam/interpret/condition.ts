import { every, no, not, perhaps, some, truth, yes, type Truth } from '../../truth.ts';
import { refuse } from '../../reading.ts';
import { comparisons, holdsForAny, type Comparison } from './comparison.ts';
import { absent, type Context, type Fact } from './context.ts';
import { readTemplate, type Template } from './template.ts';

/** One operator on one key. All of a statement's have to hold; of its values, one ("Evaluation logic for multiple context keys or values"). */
export type Condition =
  | { readonly kind: 'null'; readonly key: string; readonly values: readonly string[] }
  | { readonly kind: 'comparison'; readonly key: string; readonly comparison: Comparison; readonly set?: 'ForAllValues' | 'ForAnyValue'; readonly ifExists: boolean; readonly values: readonly Template[] };

/** `ForAnyValue:StringLikeIfExists`. What IAM would not accept is refused. */
export function readCondition(operator: string, key: string, values: readonly string[], variables: boolean): Condition {
  const lower = key.toLowerCase();
  if (operator === 'Null') return { kind: 'null', key: lower, values };
  const { set, name = '', ifExists } = /^(?:(?<set>ForAllValues|ForAnyValue):)?(?<name>[A-Za-z]+?)(?<ifExists>IfExists)?$/.exec(operator)?.groups ?? {};
  const comparison = comparisons.get(name) ?? refuse(`unknown condition operator ${operator}`);
  return {
    kind: 'comparison', key: lower, comparison, ifExists: ifExists !== undefined, ...(set === undefined ? {} : { set: set as 'ForAllValues' | 'ForAnyValue' }),
    values: values.map((text) => readTemplate(text, { variables: variables && comparison.variables, wildcards: comparison.wildcards })),
  };
}

export const holds = (condition: Condition, context: Context): Truth => holdsFor(condition, context(condition.key), context);

function holdsFor(condition: Condition, fact: Fact, context: Context): Truth {
  switch (fact.kind) {
    case 'either': return agreement(fact.of.map((one) => holdsFor(condition, one, context)));
    case 'unknown': return agreement([holdsFor(condition, absent, context), holdsFor(condition, { kind: 'present' }, context)]);
    case 'absent': case 'is': case 'present': return condition.kind === 'null' ? isNull(condition.values, fact) : compares(condition, fact, context);
    default: return fact satisfies never;
  }
}
const agreement = (readings: readonly Truth[]): Truth => (readings.every((one) => one === readings[0]) ? readings[0] ?? perhaps : perhaps);

/** `true`: the key is not there; `false`: it is, and has a value ("Condition operator to check existence of condition keys"). Whether an empty text is one, the page does not say. */
function isNull(values: readonly string[], fact: Fact): Truth {
  const missing = fact.kind === 'absent' ? yes : fact.kind === 'is' && fact.values.every((value) => value === '') ? perhaps : no;
  return some(values, (value) => {
    const wanted = value.toLowerCase();
    return wanted === 'true' ? missing : wanted === 'false' ? not(missing) : perhaps;
  });
}

function compares(condition: Extract<Condition, { kind: 'comparison' }>, fact: Exclude<Fact, { kind: 'either' | 'unknown' }>, context: Context): Truth {
  const { comparison, ifExists, set, values } = condition;
  // "If the key that you specify in a policy condition is not present …, the values do not match"; negated operators and `…IfExists` then hold.
  // Of `ForAnyValue` it is said that "for no matching key" it is false, which one with `IfExists` can't be.
  const nothing: Truth = set === 'ForAnyValue' ? (ifExists ? perhaps : no) : ifExists || set === 'ForAllValues' ? yes : truth(comparison.negated);
  if (fact.kind === 'absent') return nothing;
  if (fact.kind === 'present') {
    const any = values.some((template) => holdsForAny(comparison, template, context)) ? yes : perhaps;
    return comparison.negated ? not(any) : any;
  }
  const one = (value: string): Truth => {
    const found = some(values, (template) => comparison.compare(template, value, context));
    return comparison.negated ? not(found) : found;
  };
  if (set === undefined) return fact.multivalued === true || fact.values.length !== 1 ? perhaps : one(fact.values[0]!); // "Multivalued context keys require a condition set operator."
  const found = set === 'ForAllValues' ? every(fact.values, one) : some(fact.values, one);
  const empty = fact.values.length === 0 || fact.values.every((value) => value === ''); // "if the context key value resolves to a null dataset, such as an empty string"
  return empty ? agreement([found, set === 'ForAllValues' ? yes : no]) : found;
}

/** All of them. */
export const allHold = (conditions: readonly Condition[], context: Context): Truth => every(conditions, (condition) => holds(condition, context));
