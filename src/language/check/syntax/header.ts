import { comparedTextProblem } from './claim.ts';
import type { Problem } from './problem.ts';

/**
 * Headers that mean something to clients, servers or proxies by themselves, and that these set or rewrite: credentials,
 * routing, connections (RFC 9110, sections 7.2 and 7.6; RFC 7239), browsers' own (Fetch, "Forbidden request-header"), and
 * those of Envoy (Envoy, "HTTP header manipulation").
 */
const spokenFor = [
  /^(?:authorization|proxy-.*|www-authenticate|cookie|set-cookie|host|forwarded|via|origin|referer|date|expect)$/,
  /^(?:connection|keep-alive|te|trailer|transfer-encoding|upgrade|content-.*)$/,
  /^(?:x-forwarded-.*|x-real-ip|x-client-ip|x-original-.*|x-http-method.*|x-method-override|x-request-id|x-envoy-.*|access-control-.*|sec-.*)$/,
];

/** Why this is no header that a hop can be trusted to set, and nobody else sets; undefined if it is one. Names compare in lower case. */
export function headerNameProblem(text: string): Problem | undefined {
  if (text === '') return { what: 'is empty' };
  if (text !== text.toLowerCase() && headerNameProblem(text.toLowerCase()) === undefined) return { what: 'has capital letters, which HTTP/2 does not carry', instead: text.toLowerCase() };
  if (!/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/i.test(text)) return { what: 'is not made of letters, digits and `-`; other characters are refused or rewritten on the way' };
  return spokenFor.some((pattern) => pattern.test(text.toLowerCase())) ? { what: 'means something to clients, servers or proxies by itself, and they set it' } : undefined;
}

/** Why no header compares with this text; undefined if one can. */
export const headerValueProblem = (text: string): Problem | undefined =>
  comparedTextProblem(text) ?? (/^[\x20-\x7e]*$/.test(text) ? undefined : { what: 'has a character that headers do not carry' });
