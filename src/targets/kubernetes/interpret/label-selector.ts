import type { Labels } from '#ir';
import { fields, list, refuse, text } from '../../reading.ts';
import { both, no, perhaps, truth, yes, type Truth } from '../../truth.ts';

interface Expression { readonly key: string; readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'; readonly values: ReadonlySet<string> }

/** A label selector: every pair and every expression must hold. Without any it selects everything. */
export interface Selector { readonly pairs: readonly (readonly [key: string, value: string])[]; readonly expressions: readonly Expression[] }

/** The label that the control plane puts on every namespace and nobody can change (concept page "Network Policies", "Targeting a Namespace by its name"). */
const namespaceName = 'kubernetes.io/metadata.name';

/** `prefix/name`: an optional DNS subdomain, then at most 63 characters (concept page "Labels and Selectors", "Syntax and character set"). */
const labelKey = /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const labelValue = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
const keyText = (value: unknown): string => { const key = text(value); return labelKey.test(key) ? key : refuse('not a label key'); };
const valueText = (value: unknown): string => { const word = text(value); return labelValue.test(word) ? word : refuse('not a label value'); };

/** Reads a `LabelSelector` (API reference, `LabelSelector v1 meta`). */
export function readSelector(value: unknown): Selector {
  const selector = fields(value, ['matchLabels', 'matchExpressions']);
  const labels = selector['matchLabels'] ?? {};
  const pairs = Object.entries(fields(labels, Object.keys(labels))).map(([key, word]) => [keyText(key), valueText(word)] as const);
  return { pairs, expressions: list(selector['matchExpressions']).map(readExpression) };
}

function readExpression(value: unknown): Expression {
  const expression = fields(value, ['key', 'operator', 'values']);
  const key = keyText(expression['key']), values = new Set(list(expression['values']).map(valueText));
  const operator = expression['operator'];
  switch (operator) {
    case 'In': case 'NotIn': return values.size > 0 ? { key, operator, values } : refuse(`${operator} needs values`);
    case 'Exists': case 'DoesNotExist': return values.size === 0 ? { key, operator, values } : refuse(`${operator} takes no values`);
    default: return refuse('unknown operator');
  }
}

/**
 * Does the selector select something with these labels? Undefined labels are labels that were not seen. `NotIn` also
 * selects what lacks the key ("Labels and Selectors", "Set-based requirement").
 * @param namespace Set where the labels are a namespace's: its name, which it bears as a label.
 */
export function selects(selector: Selector, labels: Labels | undefined, namespace?: string): Truth {
  let result: Truth = yes;
  for (const [key, value] of selector.pairs) {
    const found = look(labels, key, namespace);
    result = both(result, found === unseen ? perhaps : truth(found === value));
    if (result === no) return no;
  }
  for (const expression of selector.expressions) {
    result = both(result, holds(expression, look(labels, expression.key, namespace)));
    if (result === no) return no;
  }
  return result;
}

function holds({ operator, values }: Expression, found: string | undefined | typeof unseen): Truth {
  if (found === unseen) return perhaps;
  switch (operator) {
    case 'In': return truth(found !== undefined && values.has(found));
    case 'NotIn': return truth(found === undefined || !values.has(found));
    case 'Exists': return truth(found !== undefined);
    case 'DoesNotExist': return truth(found === undefined);
    default: return operator satisfies never;
  }
}

const unseen = Symbol('not seen');
function look(labels: Labels | undefined, key: string, namespace: string | undefined): string | undefined | typeof unseen {
  if (namespace !== undefined && key === namespaceName) return namespace;
  if (labels === undefined) return unseen;
  return Object.hasOwn(labels, key) ? labels[key] : undefined; // `constructor` is a label key too
}
