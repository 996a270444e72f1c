import type { Problem } from './problem.ts';

/** Why this is no SPIFFE trust domain (SPIFFE-ID, section 2.1: at most 255 of lower-case letters, digits, `.`, `-` and `_`); undefined if it is one. */
export function trustDomainProblem(text: string): Problem | undefined {
  if (text === '') return { what: 'is empty' };
  if (text.startsWith('spiffe://')) return { what: 'is a SPIFFE ID, where only its trust domain belongs', ...suggest(text.slice('spiffe://'.length).replace(/\/.*$/s, '')) };
  if (text.includes('/')) return { what: 'has a path, which a trust domain has not', ...suggest(text.slice(0, text.indexOf('/'))) };
  if (text.includes(':')) return { what: 'has a port, which a trust domain has not', ...suggest(text.slice(0, text.indexOf(':'))) };
  if (text.length > 255) return { what: `has ${text.length} characters, and a trust domain has at most 255` };
  if (/[A-Z]/.test(text)) return { what: 'has capital letters', ...suggest(text.toLowerCase()) };
  return /^[a-z0-9._-]+$/.test(text) ? undefined : { what: 'is not made of lower-case letters, digits, `.`, `-` and `_`' };
}

const suggest = (instead: string): { readonly instead?: string } => (trustDomainProblem(instead) === undefined ? { instead } : {});

/** Why this is no SPIFFE ID of a workload (SPIFFE-ID, sections 2.2 and 2.4); undefined if it is one. */
export function spiffeIdProblem(text: string): Problem | undefined {
  const parts = /^spiffe:\/\/([^/]*)(\/.*)?$/s.exec(text);
  if (parts === null) return { what: 'is no SPIFFE ID' };
  const domain = trustDomainProblem(parts[1] ?? '');
  if (domain !== undefined) return { what: `has a trust domain that ${domain.what}` };
  if (text.length > 2048) return { what: `has ${text.length} characters, and a SPIFFE ID has at most 2048` };
  const path = parts[2];
  if (path === undefined) return { what: 'names a trust domain and nobody in it' };
  return path.slice(1).split('/').every((segment) => /^[a-zA-Z0-9._-]+$/.test(segment) && segment !== '.' && segment !== '..') ? undefined
    : { what: 'has a path that is not made of segments of letters, digits, `.`, `-` and `_`' };
}
