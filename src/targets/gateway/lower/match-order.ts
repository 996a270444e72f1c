import type { PathPlan } from '../plan.ts';
import { isLiteral, overlap, routedBy, rankOf } from './template.ts';

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
export function matchOrder(templates: readonly string[]): ReadonlyMap<string, PathPlan> {
  const found = new Map<string, PathPlan>();
  const widestFirst = [...new Set(templates)].filter((template) => !isLiteral(template)).sort((a, b) => compare(rankOf(b), rankOf(a)) || compare(a, b));
  for (const [index, template] of widestFirst.entries()) {
    let value = routedBy(template);
    for (const wider of widestFirst.slice(0, index)) {
      const other = found.get(wider)!.value;
      if (rankOf(wider) === rankOf(template) || !overlap(wider, template)) continue;
      while (value.length <= other.length) value += padding;
    }
    found.set(template, { type: 'RegularExpression', value });
  }
  for (const template of templates) if (isLiteral(template)) found.set(template, { type: 'Exact', value: template });
  return found;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
