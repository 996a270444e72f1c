import { httpsProblem } from './hostname.ts';
import type { Problem } from './problem.ts';

/** The forms of what AWS calls things, other than by ARN. Lengths are in characters, all ASCII. */

/** Amazon EKS, `CreateCluster`, `name`. */
export const clusterNameProblem = (text: string): Problem | undefined => form(text, 100, /^[0-9A-Za-z][A-Za-z0-9_-]*$/, 'letters, digits, `-` and `_`, beginning with a letter or digit');
/** Amazon VPC: eight or seventeen hexadecimal digits (Amazon EC2, "Longer IDs"). */
export const vpcProblem = (text: string): Problem | undefined => identifier(text, 'vpc');
export const vpcEndpointProblem = (text: string): Problem | undefined => identifier(text, 'vpce');

/** IAM, "IAM and AWS STS quotas": names of roles. */
export const longestRoleName = 64;
/** What a role's name needs behind the prefix: some of the workload's name, `-` and eight digits that tell it from others. */
const roomForWorkload = 24;
/** IAM, "IAM identifiers", names. */
export function rolePrefixProblem(text: string): Problem | undefined {
  if (text === '') return { what: 'is empty: a role would be called as its workload is, and names of roles are unique in an account' };
  if (text.length > longestRoleName - roomForWorkload) {
    return { what: `has ${text.length} characters and leaves ${Math.max(0, longestRoleName - text.length)} for the workload's name: names of roles have at most ${longestRoleName}, so that a prefix can have at most ${longestRoleName - roomForWorkload}` };
  }
  return /^[A-Za-z0-9+=,.@_-]+$/.test(text) ? undefined : { what: 'is not made of letters, digits and `+=,.@_-`' };
}

/** IAM, "IAM identifiers", paths: at most 512. */
export function rolePathProblem(text: string): Problem | undefined {
  const whole = `/${text.replaceAll(/^\/+|\/+$/g, '')}/`.replace('//', '/');
  if (!text.startsWith('/') || !text.endsWith('/')) return { what: 'does not begin and end with `/`', ...(rolePathProblem(whole) === undefined ? { instead: whole } : {}) };
  if (text.length > 512) return { what: `has ${text.length} characters, and a path has at most 512` };
  if (text.includes('//')) return { what: 'has two `/` in a row' };
  if (/[{}]/.test(text)) return { what: 'has a brace, which policies would read as a variable or as the place of a hole' };
  return /^[\x21-\x29\x2b-\x3e\x40-\x7e]+$/.test(text) ? undefined : { what: 'has a space, a wildcard, or a character that is not of ASCII' };
}

/** An issuer as trust policies have it: host and path, without `https://` (IAM, "Create an OpenID Connect (OIDC) identity provider in IAM"). */
export function oidcIssuerProblem(text: string): Problem | undefined {
  const suggest = (instead: string): { readonly instead?: string } => (instead !== text && oidcIssuerProblem(instead) === undefined ? { instead } : {});
  if (text === '') return { what: 'is empty' };
  if (/^https?:\/\//i.test(text)) return { what: 'begins with its scheme, where host and path belong', ...suggest(text.replace(/^https?:\/\//i, '')) };
  if (text.endsWith('/')) return { what: 'ends with `/`', ...suggest(text.replace(/\/+$/, '')) };
  if (text.includes('*')) return { what: 'has a wildcard, which would take in the pods of other clusters' };
  if (text.startsWith('arn:')) return { what: 'is an ARN, where the issuer itself belongs', ...suggest(text.replace(/^.*:oidc-provider\//, '')) };
  const problem = httpsProblem(`https://${text}`);
  if (problem === undefined) return /\/[\w.~/-]+$/.test(text) || !text.includes('/') ? undefined : { what: 'has a path that no issuer has' };
  return { what: problem.what };
}

function identifier(text: string, kind: string): Problem | undefined {
  if (text === '') return { what: 'is empty' };
  const lower = text.toLowerCase();
  const pattern = new RegExp(`^${kind}-(?:[0-9a-f]{8}|[0-9a-f]{17})$`);
  return pattern.test(text) ? undefined : { what: `is not \`${kind}-\` and 8 or 17 hexadecimal digits`, ...(pattern.test(lower) ? { instead: lower } : {}) };
}

function form(text: string, most: number, pattern: RegExp, made: string): Problem | undefined {
  if (text === '') return { what: 'is empty' };
  if (text.length > most) return { what: `has ${text.length} characters, and it can have at most ${most}` };
  return pattern.test(text) ? undefined : { what: `is not made of ${made}` };
}
