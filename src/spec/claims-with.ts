type Claims = Readonly<Record<string, unknown>>;

/** The same claims, and one more at the end of a path; what stands in the way of it is replaced. */
export function claimsWith(claims: Claims, [key, ...rest]: readonly string[], value: unknown): Claims {
  if (key === undefined || key === '__proto__') return claims;
  const inner = Object.hasOwn(claims, key) ? claims[key] : undefined;
  return { ...claims, [key]: rest.length === 0 ? value : claimsWith(typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? inner as Claims : {}, rest, value) };
}
