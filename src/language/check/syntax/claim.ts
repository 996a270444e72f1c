import { claimPath, spaceDelimitedClaims } from '#ir';
import type { Problem } from './problem.ts';

/** Claims whose value is a moment (RFC 7519, section 4.1), where only texts compare. */
const moments: readonly string[] = ['exp', 'nbf', 'iat'];

/**
 * Why this names no claim that every enforcer finds: a path of names with dots between them, or one URI (RFC 7519,
 * section 4.2). `moment`: where what is wanted is a moment, and not a text. Undefined if it names one.
 */
export function claimNameProblem(text: string, { moment = false }: { readonly moment?: boolean } = {}): Problem | undefined {
  if (text === '') return { what: 'is empty' };
  if (text === 'iss') return { what: 'is compared with the provider\'s issuer already' };
  if (!moment && moments.includes(text)) return { what: 'is a moment, and only texts compare; `maxTokenAge` and `authenticatedWithin` ask about moments' };
  if (/\s/.test(text)) return { what: 'has white space in it', ...(text.trim() !== text && claimNameProblem(text.trim()) === undefined ? { instead: text.trim() } : {}) };
  if (text.includes('://')) return /^[a-z][a-z0-9+.-]*:\/\/[A-Za-z0-9._~:/?#@!$&()*+,;=%-]+$/.test(text) ? undefined : { what: 'has `://` in it and is no URI' };
  if (claimPath(text).includes('')) return { what: 'has an empty name between its dots' };
  return /^[A-Za-z0-9_@$:/.-]+$/.test(text) ? undefined : { what: 'has other characters than letters, digits and `_ - @ $ : / .`' };
}

/** Why no claim compares with this text everywhere alike; undefined if one can. */
export function claimValueProblem(claim: string | undefined, text: string): Problem | undefined {
  const problem = comparedTextProblem(text);
  if (problem !== undefined) return problem;
  return claim !== undefined && spaceDelimitedClaims.includes(claim) && text.includes(' ') ? { what: `has a space in it, and each member of \`${claim}\` is a word of its own` } : undefined;
}

/** Some enforcers read a `*` at either end as a pattern (Istio, "Authorization Policy", value matching). */
export function comparedTextProblem(text: string): Problem | undefined {
  if (text === '') return { what: 'is empty' };
  if (text.startsWith('*') || text.endsWith('*')) return { what: 'has a wildcard, which would take in values that nobody named' };
  if (/[\u0000-\u001f\u007f]/.test(text)) return { what: 'has a control character in it' };
  return text.trim() === text ? undefined : { what: 'has white space at its beginning or end', ...(text.trim() === '' ? {} : { instead: text.trim() }) };
}
