import { claimPath, spaceDelimitedClaims, type Assertion, type Condition, type Feature, type IdentityProvider } from '#ir';
import type { WhenPlan } from '../plan.ts';

/** Alternatives, each a list of tests that all have to hold. `[]` never holds; `[[]]` asks nothing. */
export type Alternatives = readonly (readonly WhenPlan[])[];
export const never: Alternatives = [];
export const always: Alternatives = [[]];

/** Ways through the `any`s of one grant that are written out as rules; more of them are a loss. */
export const mostAlternatives = 64;

/** Something in a condition that a rule of Istio would read otherwise than the policy does. */
export interface Unreadable { readonly code: 'CS3104' | 'CS3105' | 'CS3107' | 'CS3110'; readonly feature: Feature; readonly what: string; readonly help: string }

export interface Reader {
  /** Whose token is read: a request carries one, and it is of one provider. Undefined: none of those that are known. */
  readonly provider?: IdentityProvider;
  /** Who set the headers that arrive: the peer, who has proved who it is, and the gateway that it is, if it is one. */
  readonly trusted: readonly string[];
  readonly unreadable: (problem: Unreadable) => void;
}

/**
 * A condition as tests that Istio makes. What it can't see (a time, an age, an address behind a gateway, a risk) asks
 * nothing here: another plane answers for it, or placement has refused it. An `any` with such a branch asks nothing
 * either. What it would read wrongly is reported, and asks nothing.
 */
export function alternativesOf(condition: Condition, reader: Reader): Alternatives {
  const { provider } = reader;
  switch (condition.kind) {
    case 'all': return allOf(condition.of.map((part) => alternativesOf(part, reader)), reader);
    case 'any': {
      const branches = condition.of.map((part) => alternativesOf(part, reader));
      return branches.some((branch) => branch.some((tests) => tests.length === 0)) ? always : branches.flat();
    }
    case 'claim': return provider === undefined ? never : claimTest(condition.claim, condition.anyOf, 'condition.claim', reader);
    case 'mfa': return asserted(provider?.asserts?.mfa, 'condition.mfa', reader);
    case 'device': {
      const mapped = provider?.asserts?.device;
      return mapped === undefined ? never : claimTest(mapped.claim, condition.anyOf, 'condition.device', reader);
    }
    case 'header': return headerTest(condition, reader);
    case 'authenticatedWithin': case 'maxTokenAge': case 'from': case 'during': case 'risk': return always;
    default: return condition satisfies never;
  }
}

/** Every combination of one alternative each. */
export function allOf(parts: readonly Alternatives[], { unreadable }: Pick<Reader, 'unreadable'>): Alternatives {
  let found: Alternatives = always;
  for (const part of parts) {
    found = found.flatMap((tests) => part.map((more) => [...tests, ...more]));
    if (found.length > mostAlternatives) {
      unreadable({ code: 'CS3107', feature: 'condition.claim', what: `would take more than ${mostAlternatives} rules, one for each way through its \`any(…)\``, help: 'let the identity provider say it in one claim' });
      return always;
    }
  }
  return found;
}

/** Is some token's reading asked for? Then whoever shows none has no way through that branch. */
export function asksToken(condition: Condition): boolean {
  switch (condition.kind) {
    case 'all': case 'any': return condition.of.some(asksToken);
    case 'claim': case 'mfa': case 'device': case 'authenticatedWithin': case 'maxTokenAge': return true;
    case 'header': case 'from': case 'during': case 'risk': return false;
    default: return condition satisfies never;
  }
}

/** What of a condition Istio could test of a request, as features. */
export function readableFeatures(condition: Condition): readonly Feature[] {
  switch (condition.kind) {
    case 'all': case 'any': return condition.of.flatMap(readableFeatures);
    case 'claim': case 'mfa': case 'device': case 'header': return [`condition.${condition.kind}`];
    case 'authenticatedWithin': case 'maxTokenAge': case 'from': case 'during': case 'risk': return [];
    default: return condition satisfies never;
  }
}

function asserted(assertion: Assertion | undefined, feature: Feature, reader: Reader): Alternatives {
  if (assertion === undefined) return never; // this provider never says so
  if (assertion.anyOf !== undefined) return claimTest(assertion.claim, assertion.anyOf, feature, reader);
  reader.unreadable({
    code: 'CS3104', feature, what: `is said by \`${reader.provider!.name}\` with \`${assertion.claim}: true\`, and Istio compares claims as text only`,
    help: 'let the provider say it in a claim of texts, such as `amr`, and map that: `asserts: { mfa: { claim: \'amr\', anyOf: [\'mfa\'] } }`',
  });
  return always;
}

/** Claims that Istio takes apart at spaces whether or not that is meant (Istio, "RequestAuthentication", "JWTRule": spaceDelimitedClaims). */
const takenApart: readonly string[] = ['scope', 'permission'];

function claimTest(claim: string, anyOf: readonly string[], feature: Feature, { unreadable }: Reader): Alternatives {
  const path = claimPath(claim);
  const refuse = (what: string, help: string): Alternatives => { unreadable({ code: 'CS3104', feature, what, help }); return always; };
  if (path.some((key) => key === '' || /[[\]]/.test(key))) return refuse(`reads the claim \`${claim}\`, whose name can't stand between brackets, as Istio writes it`, 'let the provider say it in a claim without brackets and empty parts in its name');
  if (takenApart.includes(claim) && !spaceDelimitedClaims.includes(claim)) return refuse(`reads the claim \`${claim}\`, which Istio takes apart at spaces while its text is one value`, 'let the provider say it in a claim of another name');
  return valuesTest(`request.auth.claims${path.map((key) => `[${key}]`).join('')}`, anyOf, feature, unreadable);
}

/** Names that a proxy has already acted on, or rewritten, when rules are asked. */
const notPlain: readonly string[] = ['host', 'connection', 'upgrade', 'te', 'transfer-encoding', 'content-length', 'authorization'];

function headerTest({ anyOf, name, trustedHop }: Extract<Condition, { kind: 'header' }>, { trusted, unreadable }: Reader): Alternatives {
  const key = name.toLowerCase();
  if (!/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(key) || notPlain.includes(key)) {
    unreadable({ code: 'CS3104', feature: 'condition.header', what: `reads the header \`${name}\`, which proxies act on themselves`, help: 'let the trusted hop say it in a header of its own' });
    return always;
  }
  if (!trusted.includes(trustedHop)) {
    unreadable({ code: 'CS3110', feature: 'condition.header', what: `trusts a header that \`${trustedHop}\` sets, and requests arrive from somebody else`, help: 'name the calling workload, or the gateway that the request comes through, as `trustedHop`' });
    return always;
  }
  return valuesTest(`request.headers[${key}]`, anyOf, 'condition.header', unreadable);
}

function valuesTest(key: string, anyOf: readonly string[], feature: Feature, unreadable: Reader['unreadable']): Alternatives {
  const pattern = anyOf.find(isPattern);
  if (pattern === undefined) return anyOf.length === 0 ? never : [[{ key, values: [...new Set(anyOf)].sort() }]];
  unreadable({ code: 'CS3105', feature, what: `compares with \`${pattern}\`, which Istio reads as ${pattern === '' ? 'nothing at all' : 'a pattern'}`, help: 'compare with values that are not empty and neither begin nor end with `*`' });
  return always;
}

/** Exact, but for `*` at an end (Istio, "Authorization Policy", string matching); an empty value is refused. */
export const isPattern = (value: string): boolean => value === '' || value.startsWith('*') || value.endsWith('*');
