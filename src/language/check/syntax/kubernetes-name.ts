import type { Problem } from './problem.ts';

/** The forms of names that Kubernetes takes. Lengths are in characters, all ASCII. */

/** Kubernetes, "Object Names and IDs", RFC 1123 label names: namespaces, and what our names become. */
export const labelNameProblem = (text: string): Problem | undefined => form(text, 63, /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
  'lower-case letters, digits and `-`, beginning and ending with a letter or digit');

/** Kubernetes, "Object Names and IDs", RFC 1035 label names: Services. */
export const serviceNameProblem = (text: string): Problem | undefined => form(text, 63, /^[a-z]([a-z0-9-]*[a-z0-9])?$/,
  'lower-case letters, digits and `-`, beginning with a letter and ending with a letter or digit');

/** Kubernetes, "Object Names and IDs", DNS subdomain names: ServiceAccounts. */
export const subdomainProblem = (text: string): Problem | undefined => form(text, 253, /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/,
  'lower-case letters, digits, `-` and `.`, each part beginning and ending with a letter or digit');

/** Kubernetes API reference, "Container": `ports.name` is an IANA service name (RFC 6335, section 5.1). */
export function portNameProblem(text: string): Problem | undefined {
  const problem = form(text, 15, /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, 'lower-case letters, digits and `-`, beginning and ending with a letter or digit');
  if (problem !== undefined) return problem;
  if (!/[a-z]/.test(text)) return { what: 'has no letter, and a port\'s name has at least one' };
  return text.includes('--') ? { what: 'has two `-` in a row', instead: text.replaceAll(/-+/g, '-') } : undefined;
}

/** Kubernetes, "Labels and Selectors", syntax: an optional prefix (a DNS subdomain) and a name of at most 63. */
export function labelKeyProblem(text: string): Problem | undefined {
  const parts = text.split('/');
  if (parts.length > 2) return { what: 'has more than one `/`' };
  const [prefix, name] = parts.length === 2 ? [parts[0], parts[1]] : [undefined, parts[0]];
  if (prefix !== undefined) {
    const problem = subdomainProblem(prefix);
    if (problem !== undefined) return { what: `has a prefix that ${problem.what}` };
  }
  return form(name ?? '', 63, /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/, 'letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit');
}

/** Kubernetes, "Labels and Selectors", syntax: empty, or at most 63 characters. */
export const labelValueProblem = (text: string): Problem | undefined =>
  text === '' ? undefined : form(text, 63, /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/, 'letters, digits, `-`, `_` and `.`, beginning and ending with a letter or digit');

/** Names of operations: what a program can call a member, with `-`. Long ones would not fit a report or an annotation. */
export const operationNameProblem = (text: string): Problem | undefined => form(text, 128, /^[A-Za-z_][A-Za-z0-9_-]*$/, 'letters, digits, `_` and `-`, beginning with a letter or `_`');

function form(text: string, most: number, pattern: RegExp, made: string): Problem | undefined {
  if (text === '') return { what: 'is empty' };
  if (text.length > most) return { what: `has ${text.length} characters, and it can have at most ${most}` };
  if (pattern.test(text)) return undefined;
  const instead = text.trim().toLowerCase().replaceAll(/[\s_.]+/g, '-');
  return { what: `is not made of ${made}`, ...(instead !== text && pattern.test(instead) ? { instead } : {}) };
}
