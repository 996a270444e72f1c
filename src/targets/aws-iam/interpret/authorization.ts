import { agreed, both, either, no, not, perhaps, yes, type Truth } from '../../truth.ts';
import type { Actor } from './callers.ts';
import { anyApplies, type Asked, type Document, type Statement } from './document.ts';
import { named, namedAtAll, type Named } from './principal.ts';

export interface Subject {
  readonly service: string;
  /** The policies of the resource. Undefined: it is not one of ours. */
  readonly policies?: readonly Document[];
  /** Whether the resource is in the caller's account. */
  readonly sameAccount: Truth;
}

/**
 * May they, as "Policy evaluation logic" (IAM) decides, and for keys "Determining access to AWS KMS keys"? A denial that
 * applies anywhere is the end of it. Within one account either side allows; across accounts both have to; of a key
 * or a role, its own policy always decides, and the account's policies count where it hands the decision to the account.
 *
 * Of what is not ours only the caller's side is known, and it decides: see the assumptions.
 */
export function isAuthorized({ role, session: { caller }, sessionPolicies, unbounded }: Actor, asked: Asked, { policies, sameAccount, service }: Subject): Truth {
  const bounded = role?.bounded ?? (caller.kind === 'root' ? no : perhaps);
  const names = (how: (found: Named) => Truth) => (statement: Statement): Truth => (statement.principals === undefined ? no : how(named(statement.principals, caller, bounded)));
  const resource = policies ?? [];
  const identity = role?.identity, boundary = role?.boundary === undefined ? [] : [role.boundary];
  const denied = either(anyApplies(resource, 'Deny', asked, names(namedAtAll)), anyApplies([...identity ?? [], ...boundary, ...sessionPolicies], 'Deny', asked));
  if (denied === yes) return no;

  // The account's own user may do all; of others' roles and users nobody knows.
  const granted = caller.kind === 'root' ? yes : identity === undefined ? perhaps : anyApplies(identity, 'Allow', asked);
  const withinBoundary = boundary.length === 0 ? (role === undefined && caller.kind !== 'root' && unbounded !== true ? perhaps : yes) : anyApplies(boundary, 'Allow', asked);
  const withinLimits = both(withinBoundary, sessionPolicies.length === 0 ? yes : anyApplies(sessionPolicies, 'Allow', asked));
  const byIdentity = both(granted, withinLimits);
  if (policies === undefined) return both(not(denied), byIdentity);

  const allowed = (how: (found: Named) => Truth): Truth => anyApplies(resource, 'Allow', asked, names(how));
  // "Resource-based policies that grant permissions to an IAM role ARN are limited by an implicit deny in a permissions boundary or session policy"; to the session itself they are not.
  const byResource = either(allowed(({ directly }) => directly), both(allowed(({ byRole }) => byRole), withinLimits));
  const throughAccount = both(allowed(({ byAccount }) => byAccount), byIdentity);
  // A key and a role are used by nobody whom their own policy does not let in, itself or through the account ("Key policies in AWS KMS"; IAM, "How to use trust policies").
  const within = service === 'kms' || service === 'sts' ? either(byResource, throughAccount) : either(byResource, byIdentity);
  const across = both(byIdentity, allowed(namedAtAll));
  return both(not(denied), sameAccount === yes ? within : sameAccount === no ? across : agreed(within, across));
}
