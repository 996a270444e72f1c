import { hostnameProblem } from './hostname.ts';
import type { Problem } from './problem.ts';
import { spiffeIdProblem } from './spiffe.ts';

/** Why this is not one name of a certificate (RFC 5280, section 4.2.1.6), as `uri:…` or `dns:…`; undefined if it is. */
export function sanProblem(text: string): Problem | undefined {
  if (text.startsWith('dns:')) {
    const host = hostnameProblem(text.slice('dns:'.length));
    return host === undefined ? undefined : { what: `has a name that ${host.what}`, ...(host.instead === undefined ? {} : { instead: `dns:${host.instead}` }) };
  }
  if (!text.startsWith('uri:')) {
    const instead = text.includes('://') ? `uri:${text}` : `dns:${text}`;
    return { what: 'begins with neither `uri:` nor `dns:`', ...(sanProblem(instead) === undefined ? { instead } : {}) };
  }
  const uri = text.slice('uri:'.length);
  if (uri.startsWith('spiffe:')) {
    const problem = spiffeIdProblem(uri);
    return problem === undefined ? undefined : { what: `has a SPIFFE ID that ${problem.what}` };
  }
  // RFC 3986: a scheme, and only characters that URIs have
  return /^[a-z][a-z0-9+.-]*:[A-Za-z0-9._~:/?#@!$&'()+,;=%[\]-]+$/.test(uri) ? undefined : { what: 'has no absolute URI after `uri:`' };
}
