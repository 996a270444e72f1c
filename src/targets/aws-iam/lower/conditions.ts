import { conditionsOn, type Aws, type CloudService, type Condition, type Feature, type GrantRef, type Platform, type Policy, type Segment } from '#ir';
import { cidrText, contains, outermost, parseCidr, type Cidr } from '../../cidr.ts';
import { compare } from '../../compare.ts';
import type { CloudGrant } from './estate.ts';

/** The `Condition` of a statement, operators, keys and values in code-unit order. Everything in it must hold; of several values one. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
/** One test: an operator, the key that it reads, and the values of which one must fit. */
export type Test = readonly [operator: string, key: string, values: readonly string[]];

/** In canonical order. No two tests may share operator and key: the one would take the other's place. */
export function conditionsOf(tests: readonly Test[]): Conditions {
  const found: Record<string, Record<string, readonly string[]>> = {};
  for (const [operator, key, values] of [...tests].sort(([a, b], [c, d]) => compare(a, c) || compare(b, d))) {
    const keys = found[operator] ??= {};
    if (Object.hasOwn(keys, key)) throw new Error(`${operator} of ${key} is asked twice in one statement`);
    keys[key] = [...new Set(values)].sort();
  }
  return found;
}

/**
 * Services that decide without knowing where a request comes from: a database asks IAM only whether a token's owner may log in
 * (Amazon RDS, "IAM database authentication for MariaDB, MySQL, and PostgreSQL", unsupported global condition context keys).
 * A key that is absent would refuse everybody.
 */
const blindToNetworks: readonly CloudService[] = ['rds-db'];
const seesNetworks = (service: CloudService): boolean => !blindToNetworks.includes(service);

/** The key by which a service can be held to a version of TLS: S3 alone has one (Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3"). */
const tlsVersionKeys: Readonly<Partial<Record<CloudService, string>>> = { s3: 's3:TlsVersion' };

/** What stands in the way of saying a condition exactly. */
export type Unsayable =
  | { readonly kind: 'tlsVersion' }
  | { readonly kind: 'addressUnseen' }
  | { readonly kind: 'noAddress' }
  | { readonly kind: 'connectionOutlives' };

/** What every statement of a grant asks of a request, and what it can't ask. */
export interface Asked {
  readonly tests: readonly Test[];
  readonly unsayable: readonly Unsayable[];
  /** What it would have to ask and a person has accepted that it does not, or not fully. */
  readonly accepted: readonly Feature[];
}

export interface ConditionReader {
  readonly policy: Policy;
  readonly aws: Aws;
  /** A person has written that this is not enforced. */
  readonly accepts: (feature: Feature, ref: GrantRef) => boolean;
}

/** Worked out once for each endpoint, segment, date and list of conditions that occur. */
export function askedBy({ accepts, aws, policy }: ConditionReader): (given: CloudGrant) => Asked {
  const endpoints = new Map(aws.endpoints.map((endpoint) => [endpoint.service, endpoint.vpcEndpoint]));
  const segments = new Map(policy.segments.map((segment) => [segment.name, segment]));
  const transport = new Map<string, Asked>();
  return (given) => {
    const { api: { servedBy: { segment: name, service } }, grant, workload } = given;
    const segment = name === undefined ? undefined : segments.get(name);
    const tlsAccepted = segment?.requires.transport?.tls === '1.3' && accepts('transport.tls', grant.ref);
    const lifetimeAccepted = segment?.requires.reauthenticateEvery !== undefined && accepts('transport.lifetime', grant.ref);
    const outside = workload.host !== undefined;
    const key = `${service} ${outside} ${grant.until ?? ''} ${tlsAccepted} ${lifetimeAccepted} ${name ?? ''}`;
    let common = transport.get(key);
    if (common === undefined) transport.set(key, common = transportAsked(service, segment, outside ? undefined : endpoints.get(service), grant.until, { tlsAccepted, lifetimeAccepted }));
    const conditions = conditionsOn(segment, grant.offer, grant.from);
    if (conditions.length === 0) return common;
    if (accepts('condition.from', grant.ref)) return { ...common, accepted: [...common.accepted, 'condition.from'] };
    const addresses = addressesOf({ kind: 'all', of: conditions });
    if (addresses === 'any') return common;
    if (addresses.length === 0) return { ...common, unsayable: [...common.unsayable, { kind: 'noAddress' }] };
    // Through an endpoint of the VPC the caller's own address is seen, as `aws:VpcSourceIp`; past it, `aws:SourceIp` is that of
    // whatever translates addresses on the way, which for a host outside is its own (IAM, "AWS global condition context keys").
    const seen = !seesNetworks(service) ? undefined : outside ? 'aws:SourceIp' : endpoints.get(service) === undefined ? undefined : 'aws:VpcSourceIp';
    if (seen === undefined) return { ...common, unsayable: [...common.unsayable, { kind: 'addressUnseen' }] };
    return { ...common, tests: [...common.tests, ['IpAddress', seen, addresses.map(cidrText)]] };
  };
}

function transportAsked(
  service: CloudService, segment: Segment | undefined, vpcEndpoint: string | undefined, until: string | undefined,
  { lifetimeAccepted, tlsAccepted }: { readonly tlsAccepted: boolean; readonly lifetimeAccepted: boolean },
): Asked {
  const unsayable: Unsayable[] = [], accepted: Feature[] = [];
  const tests: Test[] = [...onEveryRequest(until)];
  if (vpcEndpoint !== undefined && seesNetworks(service)) tests.push(['StringEquals', 'aws:SourceVpce', [vpcEndpoint]]);
  if (segment?.requires.transport?.tls === '1.3') {
    const key = tlsVersionKeys[service];
    if (key !== undefined) tests.push(['NumericGreaterThanEquals', key, ['1.3']]);
    else if (tlsAccepted) accepted.push('transport.tls');
    else unsayable.push({ kind: 'tlsVersion' });
  }
  if (service === 'rds-db' && segment?.requires.reauthenticateEvery !== undefined) {
    if (lifetimeAccepted) accepted.push('transport.lifetime'); else unsayable.push({ kind: 'connectionOutlives' });
  }
  return { tests, unsayable, accepted };
}

/** TLS, which AWS's services speak from 1.2 on, and the date. */
export const onEveryRequest = (until: string | undefined): readonly Test[] => [['Bool', 'aws:SecureTransport', ['true']], ...before(until)];

/**
 * Of a key that a service asks in the caller's name. What that service says of its own transport, if anything, no page
 * promises: in the clear it is refused, and left unsaid it is not, because KMS answers nobody without TLS (AWS KMS,
 * "Infrastructure security in AWS Key Management Service").
 */
export const onBehalf = (until: string | undefined): readonly Test[] => [['BoolIfExists', 'aws:SecureTransport', ['true']], ...before(until)];

const before = (until: string | undefined): readonly Test[] => (until === undefined ? [] : [['DateLessThan', 'aws:CurrentTime', [endOf(until)]]]);

/** A day ends at 24:00 UTC. */
const endOf = (day: string): string => `${new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)}T00:00:00Z`;

/**
 * Of every address, those that a condition lets pass. Addresses are all that IAM can see of a workload's conditions; what
 * it can't see asks nothing here, because placement has refused it or a person has accepted that nobody does.
 */
export function addressesOf(condition: Condition): readonly Cidr[] | 'any' {
  switch (condition.kind) {
    case 'from': return outermost(condition.cidrs.map(parseCidr));
    case 'all': return condition.of.map(addressesOf).reduce(inBoth, 'any');
    case 'any': {
      const parts = condition.of.map(addressesOf);
      return parts.some((part) => part === 'any') ? 'any' : outermost((parts as readonly (readonly Cidr[])[]).flat());
    }
    case 'claim': case 'mfa': case 'authenticatedWithin': case 'maxTokenAge': case 'device': case 'during': case 'risk': case 'header': return 'any';
    default: return condition satisfies never;
  }
}

/** Two ranges share either nothing or the narrower of them. */
function inBoth(a: readonly Cidr[] | 'any', b: readonly Cidr[] | 'any'): readonly Cidr[] | 'any' {
  if (a === 'any') return b;
  if (b === 'any') return a;
  return outermost(a.flatMap((one) => b.flatMap((other) => (contains(one, other) ? [other] : contains(other, one) ? [one] : []))));
}

/** By feature, then by grant. Written down on whatever plane: the meaning with acceptances leaves it out. */
export function acceptedBy({ accept }: Platform): ConditionReader['accepts'] {
  const all = new Set<Feature>(), named = new Map<Feature, Set<GrantRef>>();
  for (const { feature, grants } of accept) {
    if (grants === 'all') { all.add(feature); continue; }
    const refs = named.get(feature) ?? new Set();
    named.set(feature, refs);
    for (const ref of grants) refs.add(ref);
  }
  return (feature, ref) => all.has(feature) || named.get(feature)?.has(ref) === true;
}
