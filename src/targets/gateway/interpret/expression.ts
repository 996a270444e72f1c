/** What RE2 has and JavaScript has not, or has with another meaning. */
const foreign = /\\[ACGQEKXZabpPzhHvRN]|\\x\{|\[\[:|\(\?P|\(\?[imsU-]*[imsU]|\(\?[=!<]|[^\\]\\[0-9]/;

const known = new Map<string, RegExp | undefined>();

/** Does an RE2 expression match the whole of a text (Envoy, `RegexMatcher`)? Undefined for an expression that is not read here. */
export function matchesWhole(expression: string, text: string): boolean | undefined {
  let compiled = known.get(expression);
  if (compiled === undefined && !known.has(expression)) known.set(expression, (compiled = compile(expression)));
  return compiled?.test(text);
}

function compile(expression: string): RegExp | undefined {
  const ignoreCase = expression.startsWith('(?i)');
  const rest = ignoreCase ? expression.slice(4) : expression;
  if (foreign.test(rest)) return undefined;
  try { return new RegExp(`^(?:${rest})$`, ignoreCase ? 'i' : ''); } catch { return undefined; }
}
