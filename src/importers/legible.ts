import { isError, sortDiagnostics, type Diagnostic } from '#diagnostics';

/** More than a person reads. A file of 8 MB can have a mistake on each of its lines. */
const most = 100;

/** In the one order, and so few that they can be read: the last one stands for all that follow, and fails if one of those does. */
export function legible(found: readonly Diagnostic[]): readonly Diagnostic[] {
  const sorted = sortDiagnostics(found);
  const [next, another] = sorted.slice(most);
  if (next === undefined || another === undefined) return sorted;
  const worst = sorted.slice(most).find(isError) ?? next;
  return [...sorted.slice(0, most), { ...worst, message: `${worst.message}; and ${sorted.length - most - 1} more things are to be said from here on` }];
}
