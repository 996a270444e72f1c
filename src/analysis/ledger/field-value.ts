/**
 * What stands at a field of an object, or undefined if nothing does. A field is written as in evidence:
 * `spec.rules[0].from[0].source.principals`; `[]` is every member of a list, and gives a list; a key with dots or slashes
 * in it stands in brackets and quotes: `metadata.labels["app.kubernetes.io/name"]`.
 */
export function fieldValue(object: unknown, field: string): unknown {
  const steps = stepsOf(field);
  return steps === undefined ? undefined : at(object, steps);
}

const every = Symbol('every');
type Steps = readonly (string | number | typeof every)[];

const step = /\.?([A-Za-z0-9_$-]+)|\[(\d+)\]|(\[\])|\["([^"]*)"\]|\['([^']*)'\]/gy;

function stepsOf(field: string): Steps | undefined {
  const steps: (string | number | typeof every)[] = [];
  step.lastIndex = 0;
  let end = 0;
  for (let found = step.exec(field); found !== null; found = step.exec(field)) {
    const [, name, index, all, quoted, single] = found;
    steps.push(name ?? (index !== undefined ? Number(index) : all !== undefined ? every : quoted ?? single ?? ''));
    end = step.lastIndex;
  }
  return end === field.length && steps.length > 0 ? steps : undefined;
}

function at(value: unknown, [first, ...rest]: Steps): unknown {
  if (first === undefined) return value;
  if (first === every) {
    if (!Array.isArray(value)) return undefined;
    const found = value.map((member) => at(member, rest)).filter((one) => one !== undefined);
    return found.length === 0 ? undefined : rest.includes(every) ? found.flat() : found;
  }
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, first)) return undefined;
  return at((value as Readonly<Record<string | number, unknown>>)[first], rest);
}
