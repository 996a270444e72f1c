/** Ages that tell some bounds apart, youngest first, each with the bounds that it is within: of several alike, one. */
export function agesWithin(bounds: readonly number[]): readonly { readonly age: number; readonly within: readonly number[] }[] {
  const sorted = [...new Set(bounds)].sort((a, b) => a - b);
  return sorted.map((bound, at) => {
    const age = at === 0 ? Math.min(bound, 0) : bound;
    return { age, within: bounds.flatMap((limit, index) => (age <= limit ? [index] : [])) };
  });
}
