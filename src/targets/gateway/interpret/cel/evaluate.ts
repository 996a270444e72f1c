import type { Expression, Operator } from './parse.ts';

/**
 * A value of CEL as Envoy has it: numbers of a token are doubles, whole numbers of an expression are ints; times are in
 * milliseconds. `error` is what evaluation ends in for a wrong type or an absent key; `unknown` is what is not modelled here.
 */
export type Value =
  | { readonly is: 'string'; readonly value: string } | Numeric | { readonly is: 'timestamp' | 'duration'; readonly value: number } | { readonly is: 'bool'; readonly value: boolean }
  | { readonly is: 'null' } | { readonly is: 'list'; readonly items: readonly Value[] } | { readonly is: 'map'; readonly of: (key: string) => Value | undefined } | { readonly is: 'type'; readonly name: string };
interface Numeric { readonly is: 'int' | 'double'; readonly value: number }
export type Outcome = Value | { readonly is: 'error' } | { readonly is: 'unknown' };

const error: Outcome = { is: 'error' }, unknown: Outcome = { is: 'unknown' };
export const bool = (value: boolean): Value => ({ is: 'bool', value });
export const string = (value: string): Value => ({ is: 'string', value });
const isValue = (outcome: Outcome): outcome is Value => outcome.is !== 'error' && outcome.is !== 'unknown';

/** JSON as the metadata of a filter has it. */
export function ofJson(json: unknown): Value {
  if (typeof json === 'string') return string(json);
  if (typeof json === 'number') return { is: 'double', value: json };
  if (typeof json === 'boolean') return bool(json);
  if (Array.isArray(json)) return { is: 'list', items: json.map(ofJson) };
  return typeof json === 'object' && json !== null ? mapOf(Object.fromEntries(Object.entries(json).map(([key, value]) => [key, ofJson(value)]))) : { is: 'null' };
}
export const mapOf = (entries: Readonly<Record<string, Value>>): Value => ({ is: 'map', of: (key) => (Object.hasOwn(entries, key) ? entries[key] : undefined) });

/** `attributes` answers for a name; a name without an answer is not modelled. */
export function evaluate(expression: Expression, attributes: (name: string) => Value | undefined): Outcome {
  const run = (inner: Expression): Outcome => evaluate(inner, attributes);
  switch (expression.is) {
    case 'literal': return expression.type === 'null' ? { is: 'null' } : { is: expression.type, value: expression.value } as Value;
    case 'name': return expression.name === 'double' || expression.name === 'int' || expression.name === 'string' || expression.name === 'bool' || expression.name === 'list' || expression.name === 'map'
      ? { is: 'type', name: expression.name } : attributes(expression.name) ?? unknown;
    case 'member': return keyOf(run(expression.of), string(expression.name));
    case 'index': return keyOf(run(expression.of), run(expression.key));
    case 'list': {
      const items = expression.items.map(run);
      return items.every(isValue) ? { is: 'list', items } : items.find((item) => !isValue(item))!;
    }
    case 'not': { const of = run(expression.of); return of.is === 'bool' ? bool(!of.value) : of.is === 'unknown' ? of : error; }
    case 'minus': { const of = run(expression.of); return of.is === 'int' || of.is === 'double' ? { is: of.is, value: -of.value } : of.is === 'unknown' ? of : error; }
    case 'operation': return operated(expression.operator, expression.left, expression.right, run);
    case 'call': return called(expression, run);
    default: return expression satisfies never;
  }
}

/** Both sides are looked at: `false` decides an `&&` and `true` an `||` whatever the other side ends in (CEL language definition, "Logical operators"). */
function operated(operator: Operator, left: Expression, right: Expression, run: (inner: Expression) => Outcome): Outcome {
  const [one, other] = [run(left), run(right)];
  if (operator === '&&' || operator === '||') {
    const decides = operator === '||';
    for (const side of [one, other]) if (side.is === 'bool' && side.value === decides) return side;
    if (one.is === 'unknown' || other.is === 'unknown') return unknown;
    return one.is === 'bool' && other.is === 'bool' ? bool(!decides) : error;
  }
  if (one.is === 'unknown' || other.is === 'unknown') return unknown;
  if (!isValue(one) || !isValue(other)) return error;
  switch (operator) {
    case '==': return bool(equal(one, other));
    case '!=': return bool(!equal(one, other));
    case 'in': return other.is === 'list' ? bool(other.items.some((item) => equal(item, one))) : other.is === 'map' && one.is === 'string' ? bool(other.of(one.value) !== undefined) : error;
    case '<': case '<=': case '>': case '>=': return compared(operator, one, other);
    case '+': case '-': return added(operator === '+' ? 1 : -1, one, other);
    case '*': return one.is === other.is && (one.is === 'int' || one.is === 'double') ? { is: one.is, value: one.value * (other as typeof one).value } : error;
    case '/': case '%': return unknown;
    default: return operator satisfies never;
  }
}

const isNumber = (value: Value): value is Numeric => value.is === 'int' || value.is === 'double';

/** Values of different types are different, but for numbers. */
function equal(one: Value, other: Value): boolean {
  if (isNumber(one) && isNumber(other)) return one.value === other.value;
  if (one.is !== other.is) return false;
  if (one.is === 'list' && other.is === 'list') return one.items.length === other.items.length && one.items.every((item, index) => equal(item, other.items[index]!));
  if (one.is === 'type' && other.is === 'type') return one.name === other.name;
  return 'value' in one && 'value' in other ? one.value === other.value : one.is === 'null';
}

function compared(operator: '<' | '<=' | '>' | '>=', one: Value, other: Value): Outcome {
  const alike = (isNumber(one) && isNumber(other)) || (one.is === other.is && (one.is === 'timestamp' || one.is === 'duration' || one.is === 'string'));
  if (!alike || !('value' in one) || !('value' in other)) return error;
  const [a, b] = [one.value, other.value];
  return bool(operator === '<' ? a < b : operator === '<=' ? a <= b : operator === '>' ? a > b : a >= b);
}

function added(sign: 1 | -1, one: Value, other: Value): Outcome {
  const sum = 'value' in one && 'value' in other && typeof one.value === 'number' && typeof other.value === 'number' ? one.value + sign * other.value : undefined;
  if (sum === undefined) return error;
  if (one.is === other.is && (isNumber(one) || one.is === 'duration')) return { is: one.is, value: sum } as Value;
  if (one.is === 'timestamp' && other.is === 'duration') return { is: 'timestamp', value: sum };
  if (one.is === 'timestamp' && other.is === 'timestamp' && sign === -1) return { is: 'duration', value: sum };
  return one.is === 'duration' && other.is === 'timestamp' && sign === 1 ? { is: 'timestamp', value: sum } : error;
}

function keyOf(of: Outcome, key: Outcome): Outcome {
  if (of.is === 'unknown' || key.is === 'unknown') return unknown;
  return of.is === 'map' && key.is === 'string' ? of.of(key.value) ?? error : error;
}

function called({ name, on, with: given }: Extract<Expression, { is: 'call' }>, run: (inner: Expression) => Outcome): Outcome {
  if (on === undefined && name === 'has') {
    const [field] = given;
    const of = field?.is === 'member' ? run(field.of) : unknown;
    return field?.is !== 'member' || of.is === 'unknown' ? unknown : of.is === 'map' ? bool(of.of(field.name) !== undefined) : error;
  }
  const [subject, ...rest] = [...(on === undefined ? [] : [on]), ...given].map(run);
  if (subject === undefined || [subject, ...rest].some(({ is }) => is === 'unknown')) return unknown;
  if (![subject, ...rest].every(isValue)) return error;
  const value = subject as Value, [first] = rest as readonly Value[];
  switch (on === undefined ? name : `.${name}`) {
    case 'type': return { is: 'type', name: value.is };
    case 'int': return isNumber(value) ? inRange(Math.trunc(value.value)) : value.is === 'timestamp' ? { is: 'int', value: Math.floor(value.value / 1000) } : value.is === 'string' && /^-?\d+$/.test(value.value) ? { is: 'int', value: Number(value.value) } : error;
    case 'timestamp': return value.is === 'int' ? moment(value.value * 1000) : unknown;
    case 'duration': return value.is === 'string' && /^-?\d+s$/.test(value.value) ? { is: 'duration', value: parseInt(value.value, 10) * 1000 } : unknown;
    case '.getHours': return clock(value, first, ({ hour }) => hour);
    case '.getMinutes': return clock(value, first, ({ minute }) => minute);
    case '.getDayOfWeek': return clock(value, first, ({ day }) => day);
    default: return unknown;
  }
}

const inRange = (value: number): Outcome => (Math.abs(value) < 2 ** 63 ? { is: 'int', value } : error);
/** From the year 1 to 9999 (CEL language definition, "Timestamp and duration"). */
const moment = (value: number): Outcome => (value >= -62_135_596_800_000 && value < 253_402_300_800_000 ? { is: 'timestamp', value } : error);

interface Clock { readonly hour: number; readonly minute: number; readonly day: number }
const formats = new Map<string, Intl.DateTimeFormat | undefined>();
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** By the time zone database of the machine; UTC where no zone is named, an error for one that is not there. */
function clock(value: Value, zone: Value | undefined, of: (clock: Clock) => number): Outcome {
  if (value.is !== 'timestamp' || (zone !== undefined && zone.is !== 'string')) return error;
  const name = zone?.value ?? 'UTC';
  if (!formats.has(name)) formats.set(name, formatOf(name));
  const parts = formats.get(name)?.formatToParts(value.value);
  if (parts === undefined) return error;
  const part = (type: string): string => parts.find((each) => each.type === type)!.value;
  return { is: 'int', value: of({ hour: Number(part('hour')), minute: Number(part('minute')), day: days.indexOf(part('weekday')) }) };
}

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  try { return new Intl.DateTimeFormat('en-US', { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }); } catch { return undefined; }
}
