import { claimPath, type Condition, type Grant, type Policy, type Workload } from '#ir';
import { claimsWith, clockSkewSeconds, conditionsFor, inRange, instantOutside, peopleOf, someoneOutside, type Atom, type Request } from '#spec';

/** A request that differs from a grant's ideal one in one thing. Most should be denied; what the meaning says of each is asked, not assumed. */
export interface Variant {
  /** After who asks: `with a token that has expired`. */
  readonly how: string;
  readonly request: Request;
}

type Claims = Readonly<Record<string, unknown>>;

/**
 * One after the other: the token missing or wrong in each way that a token can be, each condition unmet in each way that
 * it can be, another certificate, another workload in the right one's place; and the same thing said in another form.
 */
export function* variantsOf(policy: Policy, grant: Grant, ideal: Request, others: Others): Generator<Variant> {
  const people = policy.people.find(({ name }) => name === peopleOf(grant.from));
  const atoms = atomsOf([...conditionsFor(policy, grant), ...(people?.where === undefined ? [] : [people.where])]);
  if (ideal.subject !== undefined) yield* tokens(policy, ideal, ideal.subject);
  for (const atom of atoms) yield* unmet(policy, atom, ideal);
  if (ideal.client !== undefined) yield* certificates(policy, ideal, ideal.client.partner);
  if (ideal.peer?.kind === 'workload') yield* callers(ideal, ideal.peer.name, others);
  yield* spellings(grant, ideal);
}

/** The same of a request to the cloud: the grant's end passed, each condition unmet, in the clear, or with other encryption than was declared. */
export function* cloudVariantsOf(policy: Policy, grant: Grant, ideal: Request): Generator<Variant> {
  const context = (how: string, changed: Partial<Request['context']>): Variant => ({ how, request: { ...ideal, context: { ...ideal.context, ...changed } } });
  yield context('in the clear', { inTheClear: true });
  if (ideal.to.kind === 'action' && ideal.to.action === 's3:PutObject') yield context('with weaker encryption', { weakerEncryption: true });
  if (grant.until !== undefined) yield context(`on the day after ${grant.until}`, { time: new Date(Date.parse(`${grant.until}T00:00:00Z`) + 86_400_000).toISOString() });
  for (const atom of atomsOf(conditionsFor(policy, grant))) yield* unmet(policy, atom, ideal);
}

/** Who may stand in somebody else's place. */
export interface Others {
  readonly workloads: ReadonlyMap<string, Workload>;
  /** Another workload than the one named, with an identity of its own. */
  readonly besides: (workload: string) => string | undefined;
}

const atomsOf = (conditions: readonly Condition[]): readonly Atom[] =>
  conditions.flatMap((condition): readonly Atom[] => (condition.kind === 'all' || condition.kind === 'any' ? atomsOf(condition.of) : [condition]));

function* tokens(policy: Policy, ideal: Request, subject: NonNullable<Request['subject']>): Generator<Variant> {
  const { subject: _shown, ...bare } = ideal;
  const now = Date.parse(ideal.context.time) / 1000, past = clockSkewSeconds + 1;
  const claiming = (how: string, changed: Claims): Variant => ({ how, request: { ...ideal, subject: { ...subject, claims: { ...subject.claims, ...changed } } } });
  yield { how: 'without a token', request: bare };
  yield claiming('with a token that has expired', { exp: now - past });
  yield { how: 'with a token that never expires', request: { ...ideal, subject: { ...subject, claims: without(subject.claims, ['exp']) } } };
  yield claiming('with a token that is not valid yet', { nbf: now + past });
  yield claiming('with a token for another audience', { aud: ['another-audience'] });
  yield claiming('with a token of another issuer', { iss: 'https://issuer.invalid' });
  const other = policy.identityProviders.find(({ name }) => name !== subject.provider);
  if (other !== undefined) yield { how: `with a token of \`${other.name}\``, request: { ...ideal, subject: { provider: other.name, claims: { ...subject.claims, iss: other.issuer, aud: other.audiences } } } };
}

function* unmet(policy: Policy, atom: Atom, ideal: Request): Generator<Variant> {
  const now = Date.parse(ideal.context.time) / 1000, asserts = policy.identityProviders.find(({ name }) => name === ideal.subject?.provider)?.asserts;
  const context = (how: string, changed: Partial<Request['context']>): Variant => ({ how, request: { ...ideal, context: { ...ideal.context, ...changed } } });
  switch (atom.kind) {
    case 'claim': yield* values(ideal, atom.claim, atom.anyOf); return;
    case 'device': if (asserts?.device !== undefined) yield* values(ideal, asserts.device.claim, atom.anyOf); return;
    case 'mfa':
      if (asserts?.mfa?.anyOf !== undefined) yield* values(ideal, asserts.mfa.claim, asserts.mfa.anyOf);
      else if (asserts?.mfa !== undefined) for (const value of [false, 'true', 1, undefined]) yield* said(ideal, asserts.mfa.claim, value);
      if (atom.within !== undefined && asserts?.authenticatedAt !== undefined) yield* moments(ideal, asserts.authenticatedAt.claim, now, atom.within);
      return;
    case 'authenticatedWithin': if (asserts?.authenticatedAt !== undefined) yield* moments(ideal, asserts.authenticatedAt.claim, now, atom.seconds); return;
    case 'maxTokenAge': yield* moments(ideal, 'iat', now, atom.seconds); return;
    case 'from': {
      const elsewhere = [someoneOutside.ipv4, '198.51.100.77', '192.0.2.77'].find((address) => !atom.cidrs.some((cidr) => inRange(address, cidr)));
      if (elsewhere !== undefined) yield context(`from ${elsewhere}`, { sourceAddress: elsewhere });
      return;
    }
    case 'during': {
      const time = instantOutside([atom], ideal.context.time);
      if (time !== undefined) yield { how: `at ${time}`, request: at(policy, ideal, time) };
      return;
    }
    case 'risk': yield context(`at a risk of ${atom.below}`, { risk: atom.below }); return;
    case 'header': {
      const { [atom.name.toLowerCase()]: _value, ...rest } = ideal.context.headers ?? {};
      yield context(`without the header ${atom.name}`, { headers: rest });
      yield context(`with another header ${atom.name}`, { headers: { ...rest, [atom.name.toLowerCase()]: `${atom.anyOf[0] ?? ''}-not` } });
      return;
    }
    default: atom satisfies never;
  }
}

/** A claim that names values: not there, another value, one that only begins alike, and the right one in other forms. */
function* values(ideal: Request, claim: string, anyOf: readonly string[]): Generator<Variant> {
  const [first = ''] = anyOf;
  for (const value of [undefined, ['another-value'], [`${first}x`], [`x${first}`], first, [first, 'another-value'], ['another-value', first], true]) yield* said(ideal, claim, value);
}

/** A claim that says when: not there, too long ago, in the future, and as a text. */
function* moments(ideal: Request, claim: string, now: number, seconds: number): Generator<Variant> {
  for (const value of [undefined, now - seconds - 1, now - seconds, now + clockSkewSeconds + 1, String(now)]) yield* said(ideal, claim, value);
}

function* said(ideal: Request, claim: string, value: unknown): Generator<Variant> {
  if (ideal.subject === undefined) return;
  const path = claimPath(claim), claims = value === undefined ? without(ideal.subject.claims, path) : claimsWith(ideal.subject.claims, path, value);
  yield { how: value === undefined ? `without the claim ${claim}` : `with the claim ${claim} of ${JSON.stringify(value)}`, request: { ...ideal, subject: { ...ideal.subject, claims } } };
}

function* certificates(policy: Policy, ideal: Request, partner: string): Generator<Variant> {
  const { client: _shown, ...bare } = ideal;
  yield { how: 'without a certificate', request: bare };
  for (const { name } of policy.partners.filter((one) => one.name !== partner).slice(0, 3)) yield { how: `with the certificate of \`${name}\``, request: { ...ideal, client: { partner: name } } };
}

/** The right token in the wrong hands, and the right labels on a pod with another identity. */
function* callers(ideal: Request, caller: string, { besides, workloads }: Others): Generator<Variant> {
  const facts = workloads.get(caller)?.kubernetes;
  if (facts === undefined) return;
  yield { how: 'by a pod with its labels and another ServiceAccount', request: { ...ideal, peer: { kind: 'pod', namespace: facts.namespace, labels: facts.selector, serviceAccount: 'another-account' } } };
  if (ideal.subject === undefined) return;
  yield { how: 'by a pod that nobody declared', request: { ...ideal, peer: { kind: 'pod', namespace: facts.namespace, labels: {} } } };
  const other = besides(caller);
  if (other !== undefined) yield { how: `by \`${other}\` in its place`, request: { ...ideal, peer: { kind: 'workload', name: other } } };
}

/** Other requests that the operation owns: another method where any will do, and other names where a template leaves them open. */
function* spellings({ operation }: Grant, ideal: Request): Generator<Variant> {
  if (ideal.to.kind !== 'http' || operation.kind === 'grpc') return;
  if (operation.kind === 'http' && operation.method === 'ANY') yield { how: 'by another method', request: { ...ideal, to: { ...ideal.to, method: 'PATCH' } } };
  if (operation.kind !== 'http' && operation.kind !== 'websocket') return;
  const given = ideal.to.path.split('/'), wanted = operation.path.split('/');
  const renamed = given.map((segment, index) => (wanted[index]?.startsWith('{') === true || index >= wanted.length ? 'A%20b,c~1' : segment)).join('/');
  if (renamed !== ideal.to.path) yield { how: `at ${renamed}`, request: { ...ideal, to: { ...ideal.to, path: renamed } } };
}

/** The same at another time: what a token says of moments moves along. */
function at(policy: Policy, ideal: Request, time: string): Request {
  const moved = { ...ideal, context: { ...ideal.context, time } };
  if (ideal.subject === undefined) return moved;
  const shift = (Date.parse(time) - Date.parse(ideal.context.time)) / 1000;
  const authenticatedAt = policy.identityProviders.find(({ name }) => name === ideal.subject?.provider)?.asserts?.authenticatedAt?.claim;
  let claims = ideal.subject.claims;
  for (const path of [['iat'], ['exp'], ...(authenticatedAt === undefined || authenticatedAt === 'iat' ? [] : [claimPath(authenticatedAt)])]) {
    const before = path.reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? (value as Claims)[key] : undefined), claims);
    if (typeof before === 'number') claims = claimsWith(claims, path, before + shift);
  }
  return { ...moved, subject: { ...ideal.subject, claims } };
}

function without(claims: Claims, [key, ...rest]: readonly string[]): Claims {
  if (key === undefined || !Object.hasOwn(claims, key)) return claims;
  const { [key]: inner, ...others } = claims;
  return rest.length === 0 || typeof inner !== 'object' || inner === null ? others : { ...others, [key]: without(inner as Claims, rest) };
}
