import { parseArn, type Arn } from '#ir';
import { both, either, no, not, perhaps, some, truth, yes, type Truth } from '../../truth.ts';
import { refuse, text, type Fields } from '../../reading.ts';

/** Who asks, as `Principal` elements name them. */
export type Caller =
  /** A session of a role. Its name is the service's or the caller's choice. The ARN is undefined where only the role's name is known. */
  | { readonly kind: 'role'; readonly account: string; readonly partition: string; readonly name: string; readonly arn?: string }
  | { readonly kind: 'user'; readonly account: string; readonly partition: string; readonly arn: string }
  | { readonly kind: 'root'; readonly account: string; readonly partition: string }
  | { readonly kind: 'service'; readonly name: string }
  /** Who has shown a token of that provider to STS, and is nobody's role yet. */
  | { readonly kind: 'federated'; readonly provider: string };

/** How a statement names the caller, which decides what else has to allow (IAM, "Policy evaluation logic", and "AWS JSON policy elements: Principal"). */
export interface Named {
  /** Itself: a user, a session, or everybody. */
  readonly directly: Truth;
  /** The role that the session is of. */
  readonly byRole: Truth;
  /** The account: its own policies then have to allow as well. */
  readonly byAccount: Truth;
}
export const unnamed: Named = { directly: no, byRole: no, byAccount: no };
export const namedAtAll = ({ byAccount, byRole, directly }: Named): Truth => either(directly, either(byRole, byAccount));

export interface Principals { readonly listed: readonly ListedPrincipal[]; readonly excepted: boolean }
type ListedPrincipal =
  | { readonly kind: 'everybody' }
  | { readonly kind: 'account'; readonly account: string; readonly partition?: string }
  | { readonly kind: 'arn'; readonly arn: string; readonly parsed: Arn }
  | { readonly kind: 'service' | 'federated'; readonly name: string }
  /** An id of IAM's own, or of S3's: it may be anybody's. */
  | { readonly kind: 'id' };

/** `"*"`, or lists by kind. Wildcards can't be a part of a name. */
export function readPrincipals(value: unknown, excepted: boolean, effect: 'Allow' | 'Deny'): Principals {
  if (excepted && effect === 'Allow') refuse('NotPrincipal with Allow'); // "You must use NotPrincipal with Deny"
  if (value === '*') return { listed: [{ kind: 'everybody' }], excepted };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse('not a principal');
  return {
    excepted,
    listed: Object.entries(value as Fields).flatMap(([kind, names]) => (Array.isArray(names) ? names : [names]).map((name) => {
      const named = text(name);
      switch (kind) {
        case 'AWS': return readAws(named);
        case 'Service': return { kind: 'service', name: named } as const;
        case 'Federated': return { kind: 'federated', name: named } as const;
        case 'CanonicalUser': return { kind: 'id' } as const;
        default: return refuse(`unknown kind of principal ${kind}`);
      }
    })),
  };
}

function readAws(name: string): ListedPrincipal {
  if (name === '*') return { kind: 'everybody' };
  if (/^\d{12}$/.test(name)) return { kind: 'account', account: name };
  if (/^[A-Z0-9]{16,128}$/.test(name)) return { kind: 'id' };
  const parsed = parseArn(name);
  if (parsed === undefined || /[*?]/.test(name) || !['iam', 'sts'].includes(parsed.service)) return refuse('not a principal of AWS');
  return parsed.service === 'iam' && parsed.resource === 'root' ? { kind: 'account', account: parsed.account, partition: parsed.partition } : { kind: 'arn', arn: name, parsed };
}

/** How the statement names the caller. `bounded`: whether it has a permissions boundary. */
export function named({ excepted, listed }: Principals, caller: Caller, bounded: Truth): Named {
  const all = listed.map((one) => namedBy(one, caller));
  const found: Named = { directly: some(all, ({ directly }) => directly), byRole: some(all, ({ byRole }) => byRole), byAccount: some(all, ({ byAccount }) => byAccount) };
  if (!excepted) return found;
  // A session is left out for sure only where all that it is are listed: account, role and session ("IAM JSON policy elements: NotPrincipal").
  const everybody = listed.some(({ kind }) => kind === 'everybody');
  const whole = everybody || caller.kind === 'service' || caller.kind === 'federated' || caller.kind === 'root' ? namedAtAll(found) : both(found.directly, found.byAccount);
  const others = not(namedAtAll(found)) === yes ? yes : whole === yes ? no : perhaps;
  // "The NotPrincipal element with a Deny effect will always deny any IAM principal that has a permissions boundary policy attached, regardless of the values."
  return { ...unnamed, directly: either(others, bounded) };
}

function namedBy(one: ListedPrincipal, caller: Caller): Named {
  switch (one.kind) {
    case 'everybody': return { ...unnamed, directly: yes };
    case 'account':
      // Whether the account's name is that of who shows a token of a provider in it, no page says.
      if (caller.kind === 'federated') return { ...unnamed, byAccount: caller.provider.includes(`:${one.account}:`) ? perhaps : no };
      return { ...unnamed, byAccount: truth('account' in caller && caller.account === one.account && (one.partition === undefined || one.partition === caller.partition)) };
    case 'service': case 'federated': return { ...unnamed, directly: truth((caller.kind === 'service' ? caller.kind === one.kind && caller.name === one.name : caller.kind === 'federated' && caller.kind === one.kind && caller.provider === one.name)) };
    case 'id': return 'account' in caller ? { directly: perhaps, byRole: perhaps, byAccount: perhaps } : unnamed;
    case 'arn': return namedByArn(one, caller);
    default: return one satisfies never;
  }
}

function namedByArn({ arn, parsed }: Extract<ListedPrincipal, { kind: 'arn' }>, caller: Caller): Named {
  switch (caller.kind) {
    case 'user': return { ...unnamed, directly: truth(arn === caller.arn) };
    case 'role': {
      if (parsed.account !== caller.account || parsed.partition !== caller.partition) return unnamed;
      if (parsed.service === 'sts') return { ...unnamed, directly: parsed.resource.startsWith(`assumed-role/${caller.name}/`) ? perhaps : no };
      if (caller.arn !== undefined) return { ...unnamed, byRole: truth(arn === caller.arn) };
      return { ...unnamed, byRole: parsed.resource.startsWith('role/') && parsed.resource.endsWith(`/${caller.name}`) ? perhaps : no };
    }
    case 'root': case 'service': case 'federated': return unnamed;
    default: return caller satisfies never;
  }
}
