import { conditionsOn, type Condition, type Grant, type IdentityProvider, type Policy, type Segment } from '#ir';
import { cidrText, contains, outermost, parseCidr, type Cidr } from '../../cidr.ts';
import type { SanPlan } from '../plan.ts';
import { both, certificateOf, claimOf, during, either, hasText, isTrue, tokenOf, within } from './cel.ts';

/** One way in which a grant is met: from one of the ranges, if there are any, and with an expression that holds, if there is one. */
export interface Admission { readonly cidrs?: readonly string[]; readonly cel?: string }

/** Longest expression (Envoy Gateway, "Gateway API Extensions", `CELExpression`). */
export const maxExpression = 4096;
/** Most rules that one grant may become; past it, nobody could read them. */
const maxAdmissions = 64;

/** A way in while it is being put together: all the ranges, all the texts. Undefined: more ways than anybody could read. */
interface Part { readonly ranges?: readonly Cidr[]; readonly texts: readonly string[] }
type Ways = readonly Part[] | undefined;
const always: Ways = [{ texts: [] }];

/**
 * The ways in which a grant is met, any of which admits. Addresses can't be compared in an expression, so that
 * alternatives over them become rules of their own; so do alternatives that are too long for one expression.
 * Undefined where even that does not fit.
 */
export function admissionsOf(policy: Policy, segment: Segment | undefined, grant: Grant, san: SanPlan | undefined): readonly Admission[] | undefined {
  const { from } = grant;
  const people = from.kind === 'people' ? policy.people.find(({ name }) => name === from.name) : undefined;
  const provider = policy.identityProviders.find(({ name }) => name === people?.via);
  const identity = provider !== undefined ? [tokenOf(provider)] : san !== undefined ? [certificateOf(san)] : [];
  if (identity.length === 0 && from.kind !== 'anyone') return []; // nobody is known by that name: CS1001 has said so
  const conditions = [...(people?.where === undefined ? [] : [people.where]), ...conditionsOn(segment, grant.offer, from)];
  for (const apart of [false, true]) {
    const ways = conditions.reduce<Ways>((found, condition) => crossed(found, waysOf(condition, provider, apart)), [{ texts: identity }]);
    const admissions = ways?.filter(({ ranges }) => ranges?.length !== 0).map(admission);
    if (admissions !== undefined && admissions.length <= maxAdmissions && admissions.every(({ cel }) => cel === undefined || cel.length <= maxExpression)) return admissions;
  }
  return undefined;
}

const admission = ({ ranges, texts }: Part): Admission => ({
  ...(ranges === undefined ? {} : { cidrs: ranges.map(cidrText) }), ...(texts.length === 0 ? {} : { cel: both(texts) }),
});

/** `apart`: every alternative on its own, and long lists of values in pieces, where together they are too long. */
function waysOf(condition: Condition, provider: IdentityProvider | undefined, apart: boolean): Ways {
  switch (condition.kind) {
    case 'all': return condition.of.map((part) => waysOf(part, provider, apart)).reduce(crossed, always);
    case 'any': return joined(condition.of.map((part) => waysOf(part, provider, apart)), apart);
    case 'from': return [{ ranges: outermost(condition.cidrs.map(parseCidr)), texts: [] }];
    case 'during': return way(during(condition));
    case 'claim': return values(provider, condition.claim, condition.anyOf, apart);
    case 'device': return values(provider, provider?.asserts?.device?.claim, condition.anyOf, apart);
    case 'mfa': return condition.within === undefined ? factor(provider, apart) : crossed(factor(provider, apart), moment(provider, provider?.asserts?.authenticatedAt?.claim, condition.within));
    case 'authenticatedWithin': return moment(provider, provider?.asserts?.authenticatedAt?.claim, condition.seconds);
    case 'maxTokenAge': return moment(provider, 'iat', condition.seconds);
    case 'risk': case 'header': return always; // never this plane's (capabilities.ts): another answers, or a person has accepted that nobody does
    default: return condition satisfies never;
  }
}

const way = (cel: string): Ways => [{ texts: [cel] }];
/** What no provider says is never met. */
const never: Ways = [];

/** One expression where that can say it: ranges are no part of one. */
function joined(alternatives: readonly Ways[], apart: boolean): Ways {
  const all: Part[] = [];
  for (const ways of alternatives) {
    if (ways === undefined) return undefined;
    if (ways.some(({ ranges, texts }) => ranges === undefined && texts.length === 0)) return always; // one way that is always open
    all.push(...ways);
  }
  return all.length <= 1 || apart || all.some(({ ranges }) => ranges !== undefined) ? all : way(either(all.map(({ texts }) => both(texts))));
}

const moment = (provider: IdentityProvider | undefined, claim: string | undefined, seconds: number): Ways =>
  (provider === undefined || claim === undefined ? never : way(within(claimOf(provider, claim), seconds)));

function factor(provider: IdentityProvider | undefined, apart: boolean): Ways {
  const mapped = provider?.asserts?.mfa;
  if (provider === undefined || mapped === undefined) return never;
  return mapped.anyOf === undefined ? way(isTrue(claimOf(provider, mapped.claim))) : values(provider, mapped.claim, mapped.anyOf, apart);
}

function values(provider: IdentityProvider | undefined, claim: string | undefined, anyOf: readonly string[], apart: boolean): Ways {
  if (provider === undefined || claim === undefined || anyOf.length === 0) return never;
  const piece = apart ? 8 : anyOf.length;
  return Array.from({ length: Math.ceil(anyOf.length / piece) }, (_, index) => ({ texts: [hasText(claimOf(provider, claim), anyOf.slice(index * piece, (index + 1) * piece))] }));
}

/** Both of two conditions: every way of the one with every way of the other. */
function crossed(left: Ways, right: Ways): Ways {
  if (left === undefined || right === undefined || left.length * right.length > maxAdmissions) return undefined;
  return left.flatMap((one) => right.map((other): Part => {
    const ranges = one.ranges === undefined ? other.ranges : other.ranges === undefined ? one.ranges : shared(one.ranges, other.ranges);
    return { texts: [...one.texts, ...other.texts], ...(ranges === undefined ? {} : { ranges }) };
  }));
}

/** Of two ranges that share an address, one contains the other. */
const shared = (left: readonly Cidr[], right: readonly Cidr[]): readonly Cidr[] =>
  outermost(left.flatMap((one) => right.flatMap((other) => (contains(one, other) ? [other] : contains(other, one) ? [one] : []))));
