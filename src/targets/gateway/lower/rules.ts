import type { Grant, NeededFeatures, Policy, Segment } from '#ir';
import { notHere } from '../capabilities.ts';
import type { RulePlan, SanPlan, ServedPlan } from '../plan.ts';
import { admissionsOf } from './admissions.ts';
import type { Seen } from './operations.ts';
import { judgedBy, overlap } from './template.ts';

/** Whatever address a client has. A rule has to say who it is about (Envoy Gateway, "Gateway API Extensions", `AuthorizationRule`). */
export const everywhere: readonly string[] = ['0.0.0.0/0', '::/0'];

/** What is known of grants, and whom to tell of one that no rules can hold. */
export interface Asking {
  readonly policy: Policy;
  readonly needed: NeededFeatures;
  readonly sanOf: (grant: Grant) => SanPlan | undefined;
  readonly tooMuch: (grant: Grant) => void;
}

/**
 * Who may use which of `members`, in the order in which the first rule that matches decides. After the rules of an
 * operation everyone is denied what it owns, where a wider one that comes later would admit it: so an operation that is not
 * granted, or not to this client, is never reached through another. `all` are the operations that the same requests
 * could be for, in the order of who owns what.
 */
export function rulesOf({ needed, policy, sanOf, tooMuch }: Asking, segment: Segment | undefined, all: readonly Seen[], members: ReadonlySet<Seen>): readonly RulePlan[] {
  const served = (grant: Grant): ServedPlan => ({ grant: grant.ref, features: needed(grant).filter((feature) => !notHere.includes(feature)) });
  return all.flatMap((seen, index): readonly RulePlan[] => {
    const { methods, operation, template } = seen;
    const about = { methods, path: judgedBy(template) };
    const allows = !members.has(seen) ? [] : grantsToAsk(seen).flatMap((grant): readonly RulePlan[] => {
      const admissions = admissionsOf(policy, segment, grant, sanOf(grant));
      if (admissions === undefined) tooMuch(grant);
      return (admissions ?? []).map(({ cel, cidrs = cel === undefined ? everywhere : undefined }, way): RulePlan => ({
        name: way === 0 ? grant.ref : `${grant.ref} (${way + 1})`, action: 'Allow', ...about, ...(way === 0 ? { serves: servedBy(seen, grant).map(served) } : {}),
        ...(cidrs === undefined ? {} : { cidrs }), ...(cel === undefined ? {} : { cel }),
      }));
    });
    const shadows = all.slice(index + 1).some((wider) => members.has(wider) && wider.methods.some((method) => methods.includes(method)) && overlap(wider.template, template));
    return !shadows ? allows : [...allows, { name: `others → ${operation.name}`, action: 'Deny', ...about, cidrs: everywhere }];
  });
}

/** Whoever is known comes through the rule for anyone, where there is one. */
const servedBy = ({ grants, scheme }: Seen, grant: Grant): readonly Grant[] => (scheme !== 'open' ? [grant] : [grant, ...grants.filter(({ from }) => from.kind !== 'anyone')]);

/** Where anyone may come on no condition, the others are among them. */
const grantsToAsk = ({ grants, scheme }: Seen): readonly Grant[] => (scheme === 'open' ? grants.filter(({ from }) => from.kind === 'anyone') : grants);
