import type { Diagnostic, Sites } from '#diagnostics';
import {
  resolvePort, type Api, type Ask, type Hole, type IdentityProvider, type IdentityRef, type Invariant,
  type Offer, type Operation, type Partner, type People, type Policy, type Segment, type Workload,
} from '#ir';
import { Halves } from './halves.ts';
import type { Located } from './located.ts';

export interface LocatedApi extends Located<Api> {
  readonly operations: readonly Located<Operation>[];
  readonly offers: readonly Located<Offer>[];
}
/** One identity of an offer: half of a grant. */
export interface OfferedTo { readonly api: LocatedApi; readonly offer: Located<Offer>; readonly identity: IdentityRef; /** Of the identity, in the offer. */ readonly index: number }
export const offeredAt = ({ offer, index }: OfferedTo): string => `${offer.pointer}/to/${index}`;

/**
 * A draft as the rules read it: what is well shaped of it, each thing with its place, and found by name. Where a name
 * is taken twice, the one that its reader meets first has it (and the other has its diagnostic).
 */
export interface PolicyContext {
  readonly policyName: string;
  readonly segments: readonly Located<Segment>[];
  readonly workloads: readonly Located<Workload>[];
  readonly identityProviders: readonly Located<IdentityProvider>[];
  readonly people: readonly Located<People>[];
  readonly partners: readonly Located<Partner>[];
  readonly holes: readonly Located<Hole>[];
  readonly apis: readonly LocatedApi[];
  readonly asks: readonly Located<Ask>[];
  readonly never: readonly Located<Invariant>[];
  readonly segmentNamed: ReadonlyMap<string, Located<Segment>>;
  readonly workloadNamed: ReadonlyMap<string, Located<Workload>>;
  readonly providerNamed: ReadonlyMap<string, Located<IdentityProvider>>;
  readonly peopleNamed: ReadonlyMap<string, Located<People>>;
  readonly apiNamed: ReadonlyMap<string, LocatedApi>;
  readonly operationsOf: (api: LocatedApi) => ReadonlyMap<string, Located<Operation>>;
  readonly offered: Halves<OfferedTo>;
  readonly asked: Halves<Located<Ask>>;
  /** What was left out for its shape: `apis:orders`, `operations:orders.read`, `offers:orders`, `asks`. To miss it would be to say one mistake twice. */
  readonly leftOut: ReadonlySet<string>;
  /** The instant of the check, in milliseconds; NaN if it can't be read, which no comparison passes. */
  readonly now: number;
  /** Of two places, is the first one earlier for its reader? By file and line, else by pointer. */
  readonly before: (pointer: string, other: string) => boolean;
}

/** Where an API's server lives, if it says so: a workload, or a resource of the cloud by itself. */
export function segmentServing(context: PolicyContext, { value: { servedBy } }: LocatedApi): Located<Segment> | undefined {
  const name = servedBy.kind === 'cloud' ? servedBy.segment : context.workloadNamed.get(servedBy.workload)?.value.segment;
  return name === undefined ? undefined : context.segmentNamed.get(name);
}

/** One key for each container port that serves an API; undefined where the API's server or port is not known. */
export function portKey(context: PolicyContext, { value: { servedBy } }: LocatedApi): string | undefined {
  if (servedBy.kind !== 'workload') return undefined;
  const facts = context.workloadNamed.get(servedBy.workload)?.value.kubernetes;
  const port = facts === undefined ? undefined : resolvePort(facts, servedBy.port, 'TCP');
  return port === undefined ? undefined : `${servedBy.workload}\0${port.number}`;
}

export interface ContextOptions { readonly now: number; readonly sites: Sites; /** What `shapeDiagnostics` has said of the draft. */ readonly malformed: readonly Diagnostic[]; /** Offers and asks to leave out, by pointer. */ readonly omit?: ReadonlySet<string> }

export function policyContext(draft: Policy, { now, sites, malformed, omit }: ContextOptions): PolicyContext {
  const sound = soundness(malformed);
  const leftOut = new Set<string>();
  const list = <T>(name: keyof Policy): Located<T>[] => {
    const members = sound(`/${name}`) ? (draft as Partial<Policy> | undefined)?.[name] : undefined;
    if (!Array.isArray(members)) return [];
    const found: Located<T>[] = [];
    for (const [index, value] of members.entries()) {
      const pointer = `/${name}/${index}`;
      if (sound(pointer)) found.push({ value, pointer });
      else if (name === 'asks') leftOut.add('asks');
      else if (typeof value?.name === 'string') leftOut.add(`${name}:${value.name}`);
    }
    return found;
  };
  const inner = <T>(api: Located<Api>, name: 'operations' | 'offers'): Located<T>[] => {
    const found: Located<T>[] = [];
    for (const [index, value] of api.value[name].entries()) {
      const pointer = `${api.pointer}/${name}/${index}`;
      if (omit?.has(pointer) === true) continue;
      if (sound(pointer)) found.push({ value: value as T, pointer });
      else if (name === 'offers') leftOut.add(`offers:${api.value.name}`);
      else if (typeof (value as Partial<Operation> | null)?.name === 'string') leftOut.add(`operations:${api.value.name}.${(value as Operation).name}`);
    }
    return found;
  };

  const apis = list<Api>('apis').map((api): LocatedApi => ({ ...api, operations: inner<Operation>(api, 'operations'), offers: inner<Offer>(api, 'offers') }));
  const before = (pointer: string, other: string): boolean => earlier(sites, pointer, other);
  const asks = list<Ask>('asks').filter(({ pointer }) => omit?.has(pointer) !== true);
  const workloads = list<Workload>('workloads');
  const segments = list<Segment>('segments');
  const identityProviders = list<IdentityProvider>('identityProviders');
  const people = list<People>('people');

  const offered = new Halves<OfferedTo>();
  for (const api of apis) {
    for (const offer of api.offers) {
      const { to, operation } = offer.value;
      for (const [index, identity] of to.entries()) offered.add(identity, api.value.name, operation, { api, offer, identity, index });
    }
  }
  const asked = new Halves<Located<Ask>>();
  for (const ask of asks) asked.add(ask.value.from, ask.value.to.api, ask.value.to.operation, ask);
  const operationsOf = new Map<LocatedApi, ReadonlyMap<string, Located<Operation>>>();

  return {
    policyName: typeof (draft as Partial<Policy> | undefined)?.name === 'string' ? draft.name : '',
    segments,
    workloads,
    identityProviders,
    people,
    partners: list('partners'),
    holes: list('holes'),
    apis,
    asks,
    never: list('never'),
    segmentNamed: firstByName(segments, before),
    workloadNamed: firstByName(workloads, before),
    providerNamed: firstByName(identityProviders, before),
    peopleNamed: firstByName(people, before),
    apiNamed: firstByName(apis, before),
    operationsOf(api) {
      let byName = operationsOf.get(api);
      if (byName === undefined) operationsOf.set(api, byName = firstByName(api.operations, before));
      return byName;
    },
    offered,
    asked,
    leftOut,
    now,
    before,
  };
}

/** Answers whether nothing at a pointer, or below it, is of the wrong shape. Of an API, offers and operations answer for themselves. */
function soundness(malformed: readonly Diagnostic[]): (pointer: string) => boolean {
  if (malformed.length === 0) return () => true;
  const unsound = new Set<string>();
  for (const { pointer } of malformed) {
    if (pointer === undefined) continue;
    const inside = /^(\/apis\/\d+\/(?:operations|offers)\/\d+)(?:\/|$)/.exec(pointer)?.[1];
    unsound.add(inside ?? /^\/[^/]*(?:\/\d+)?/.exec(pointer)?.[0] ?? '');
  }
  return (pointer) => !unsound.has(pointer) && !unsound.has('');
}

function firstByName<L extends Located<{ readonly name: string }>>(located: readonly L[], before: PolicyContext['before']): ReadonlyMap<string, L> {
  const byName = new Map<string, L>();
  for (const member of located) {
    const known = byName.get(member.value.name);
    if (known === undefined || before(member.pointer, known.pointer)) byName.set(member.value.name, member);
  }
  return byName;
}

/** Sites are looked up only here and only where two things collide, because finding one costs. */
function earlier(sites: Sites, pointer: string, other: string): boolean {
  const [a, b] = [sites.find(pointer)?.at, sites.find(other)?.at];
  const key = (at: typeof a, pointer: string): string => [
    at?.path ?? '', ...[at?.span?.line ?? 0, at?.span?.column ?? 0].map((count) => String(count).padStart(9, '0')),
    pointer.replaceAll(/\d+/g, (digits) => digits.padStart(9, '0')),
  ].join('\0');
  return key(a, pointer) < key(b, other);
}
