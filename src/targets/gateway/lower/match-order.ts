import type { PathPlan } from '../plan.ts';
import { compare } from '../../compare.ts';
import { isLiteral, overlap, routedBy, type Template } from './template.ts';

/** RE2's empty group: it matches nothing more, and makes an expression longer. */
const padding = '(?:)';

/**
 * How each template of an API is matched, so that the most specific one wins where several fit.
 *
 * Envoy Gateway puts exact paths before expressions, and of two expressions the *longer text* first, whatever they
 * match (Envoy Gateway, internal/gatewayapi/sort.go, `pathMatchCount`). So an expression that has to come first is made
 * longer than those it overlaps. What is let through never depends on this: each route's authorization repeats method
 * and path.
 */
export function matchOrder(templates: readonly Template[]): ReadonlyMap<string, PathPlan> {
  const found = new Map<string, PathPlan>(templates.filter(isLiteral).map(({ text }) => [text, { type: 'Exact', value: text }]));
  const widestFirst = [...new Map(templates.filter((template) => !isLiteral(template)).map((template) => [template.text, template])).values()]
    .sort((a, b) => compare(b.rank, a.rank) || compare(a.text, b.text));
  for (const [index, template] of widestFirst.entries()) {
    let value = routedBy(template);
    for (const wider of widestFirst.slice(0, index)) {
      if (wider.rank === template.rank || !overlap(wider, template)) continue;
      while (value.length <= found.get(wider.text)!.value.length) value += padding;
    }
    found.set(template.text, { type: 'RegularExpression', value });
  }
  return found;
}
