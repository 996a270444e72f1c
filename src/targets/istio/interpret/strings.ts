import { truth, type Truth } from '../../truth.ts';

/**
 * Istio's string matching: `*` is presence, `x*` a prefix, `*x` a suffix, anything else exact (Istio, "Authorization
 * Policy", string matching). `scheme` stands before what is matched, not before what is written.
 */
export function matchesText(pattern: string, value: string, scheme = ''): boolean {
  if (pattern === '*') return value !== '';
  if (!value.startsWith(scheme)) return false;
  const rest = value.slice(scheme.length);
  if (pattern.startsWith('*')) return rest.endsWith(pattern.slice(1));
  if (pattern.endsWith('*')) return rest.startsWith(pattern.slice(0, -1));
  return rest === pattern;
}

/** Is some pattern that of the value? An absent value matches none, so that the negation of this holds of it. */
export const matchesAny = (patterns: readonly string[], value: string | undefined, scheme = ''): Truth =>
  truth(value !== undefined && patterns.some((pattern) => matchesText(pattern, value, scheme)));
