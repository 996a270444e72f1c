import type { Policy } from '#ir';
import { decide, type Decision, type Request } from '#spec';
import type { Outcome } from './asking.ts';
import type { Question } from './questions.ts';

/** An attempt that was granted, or not. */
export interface Judged { readonly asked: Question; readonly outcome: Outcome; readonly request: Request; readonly meant: Decision['decision'] }

/**
 * What is wrong with an answer, if anything. Allowed: the server has received what was asked, method and path to the
 * letter. Denied: it has received nothing; or, of a path in another spelling, an operation in its own one that the same
 * caller is granted.
 */
export function misjudged(policy: Policy, { asked, meant, outcome: { arrived, refused, status }, request }: Judged): string | undefined {
  const came = arrived === undefined ? undefined : `${arrived.method} ${arrived.path}`, sent = `${asked.method} ${asked.path}`;
  if (meant === 'allow') return came === sent ? undefined : came === undefined ? `is stopped with ${refused ?? status}` : `arrives as ${came}`;
  if (arrived === undefined) return undefined;
  if (came === sent || request.to.kind !== 'http') return 'is let through';
  const rewritten: Request = { ...request, to: { ...request.to, method: arrived.method, path: arrived.path.replace(/\?.*$/, '') } };
  return decide(policy, rewritten).decision === 'allow' ? undefined : `is let through as ${came}`;
}
