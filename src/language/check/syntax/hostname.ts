import type { Problem } from './problem.ts';

/**
 * Why this is not one host name in lower case (RFC 1123, section 2.1; Kubernetes, "Object Names and IDs", DNS
 * subdomain names: at most 253 characters, labels of at most 63); undefined if it is one.
 */
export function hostnameProblem(text: string): Problem | undefined {
  if (text === '') return { what: 'is empty' };
  const url = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(text);
  if (url !== null) return { what: 'is a URL, where only its host name belongs', ...suggest(url[1]?.replace(/^.*@/, '').replace(/:\d+$/, '')) };
  if (text.includes('*')) return { what: 'has a wildcard, which would take in hosts that nobody named' };
  if (/^\d+(?:\.\d+){3}$/.test(text) || /^\[?[0-9a-f]*:[0-9a-f:.]*\]?$/i.test(text)) return { what: 'is an address, not a host name' };
  if (text.includes('/')) return { what: 'has a path, where only a host name belongs', ...suggest(text.slice(0, text.indexOf('/'))) };
  if (text.includes(':')) return { what: 'has a port, where only a host name belongs', ...suggest(text.slice(0, text.indexOf(':'))) };
  if (text.endsWith('.')) return { what: 'ends with a dot', ...suggest(text.slice(0, -1)) };
  if (/[A-Z]/.test(text)) return { what: 'has capital letters', ...suggest(text.toLowerCase()) };
  if (text.length > 253) return { what: `has ${text.length} characters, and a host name has at most 253` };
  const long = text.split('.').find((label) => label.length > 63);
  if (long !== undefined) return { what: `has a part of ${long.length} characters, and a part has at most 63` };
  return /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(text) ? undefined
    : { what: 'is not made of parts of letters, digits and `-` with dots between them' };
}

const suggest = (host: string | undefined): { readonly instead?: string } =>
  host !== undefined && host !== '' && hostnameProblem(host) === undefined ? { instead: host } : {};

/**
 * Why this is not an `https` URL as issuers and key addresses are written: no credentials, no fragment, and a query only
 * where `query` allows one (OpenID Connect Discovery 1.0, section 3: an issuer has neither). Undefined if it is.
 */
export function httpsProblem(text: string, { query = false }: { readonly query?: boolean } = {}): Problem | undefined {
  if (/^http:/i.test(text)) return { what: 'is plain HTTP, on which anyone on the way can answer in its place', ...httpsInstead(`https${text.slice(4)}`, query) };
  const parts = /^https:\/\/([^/?#]*)([^?#\s]*)(\?[^#\s]*)?(#.*)?$/.exec(text);
  if (parts === null) return { what: 'is not an `https://` URL of host and path' };
  const [, authority = '', path = '', search, fragment] = parts;
  if (fragment !== undefined) return { what: 'has a fragment, which is sent to nobody', ...httpsInstead(text.slice(0, text.indexOf('#')), query) };
  if (search !== undefined && !query) return { what: 'has a query, and an issuer has none', ...httpsInstead(text.slice(0, text.indexOf('?')), query) };
  if (authority.includes('@')) return { what: 'has credentials in it', ...httpsInstead(`https://${authority.replace(/^.*@/, '')}${path}`, query) };
  const [, host = '', port] = /^([^:]*)(?::(\d{1,5}))?$/.exec(authority) ?? [];
  const problem = hostnameProblem(host);
  if (problem !== undefined) return { what: host === '' ? 'is not an `https://` URL of host and path' : `has a host that ${problem.what}` };
  return port !== undefined && (Number(port) < 1 || Number(port) > 65535) ? { what: 'has a port that is not a number from 1 to 65535' } : undefined;
}

const httpsInstead = (instead: string, query: boolean): { readonly instead?: string } => (httpsProblem(instead, { query }) === undefined ? { instead } : {});

/** Why this is not the origin of a web page as browsers send it (RFC 6454, section 6.2); undefined if it is. */
export function originProblem(text: string): Problem | undefined {
  if (text === '*') return { what: 'means every page of the web' };
  const problem = httpsProblem(text);
  if (problem !== undefined) return problem;
  const path = text.indexOf('/', 'https://'.length);
  return path < 0 ? undefined : { what: 'has a path, and an origin has none', instead: text.slice(0, path) };
}
