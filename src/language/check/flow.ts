import { flowsIn, type AccessGrant, type Chain, type Onto, type Row } from '#algebra';
import type { Related } from '#diagnostics';
import { identityName, type Api, type Invariant, type InvariantObject } from '#ir';
import type { Request } from '#spec';
import type { Comer } from './comers.ts';
import type { Granted } from './granted.ts';
import type { Located } from './located.ts';
import { onTheWire } from './on-the-wire.ts';
import type { Prover } from './prover.ts';
import { causesOf, comingOf } from './reach.ts';
import { quoted } from './wording.ts';

/** One request of a chain that breaks an invariant. */
export interface ChainStep { readonly grant: string; readonly request: Request }

/** A `never(flow(…))` and the smallest chain that it forbids and the policy's grants make. */
export interface Flowing {
  readonly invariant: Located<Invariant>;
  /** Each allowed by `decide`. */
  readonly steps: readonly ChainStep[];
  readonly who: string;
  readonly what: string;
  readonly grants: readonly Granted[];
  /** The offers and requests of each step. */
  readonly causes: readonly Related[];
}

/** Where a chain that the invariant forbids could pass through what is not governed here. */
export interface Foreign { readonly invariant: Located<Invariant>; readonly chain: Chain; readonly who: string }

/** One grant, as the algebra follows it: by whom, and under what. */
type Followed = AccessGrant & { readonly granted: Granted };

/** Every `never(flow(…))` that does not hold, each with its smallest chain: the fewest steps, then by the names of its grants. */
export function flowing(prover: Prover): readonly Flowing[] {
  const flows = prover.context.never.filter(({ value }) => value.kind === 'flow');
  if (flows.length === 0) return [];
  const followed = followedBy(prover), callers = byCaller(followed);
  const search = flowsIn({ policy: prover.policy, grants: followed, space: prover }, { from: prover.from });
  return flows.flatMap((invariant): readonly Flowing[] => {
    const { comers, question } = questionOf(prover, callers, invariant.value);
    const chain = search.smallest(question);
    return chain === undefined ? [] : [told(prover, invariant, chain, comers)];
  });
}

/**
 * Every `never(flow(…))` whose chain could lead through an unmanaged segment or a resource that is not owned, by somebody
 * else's doing: there nothing keeps others out, and what gets there goes wherever they take it.
 */
export function flowingElsewhere(prover: Prover): readonly Foreign[] {
  const flows = prover.context.never.filter(({ value }) => value.kind === 'flow');
  const open = new Set([...prover.apis].flatMap(([located, api]) => (prover.isForeign(located) ? [api] : [])));
  if (flows.length === 0 || open.size === 0) return [];
  const followed = followedBy(prover), callers = byCaller(followed), grants: FlowGrants = { policy: prover.policy, grants: followed, space: prover };
  const [governed, ungoverned] = [flowsIn(grants, { from: prover.from }), flowsIn(grants, { from: prover.from, open: (api: Api) => open.has(api) })];
  return flows.flatMap((invariant): readonly Foreign[] => {
    const { question } = questionOf(prover, callers, invariant.value);
    const chain = governed.smallest(question) === undefined ? ungoverned.smallest({ ...question, startsElsewhere: startsElsewhere(prover, invariant.value) }) : undefined;
    return chain === undefined ? [] : [{ invariant, chain, who: subjectText(invariant.value) }];
  });
}
type FlowGrants = Parameters<typeof flowsIn>[0];

/** Whoever is no managed workload of this policy goes where nothing keeps them out. */
function startsElsewhere({ context }: Prover, { from }: Invariant): boolean {
  switch (from.kind) {
    case 'anyone': case 'people': case 'partner': case 'anyIdentity': return true;
    case 'segment': return context.segmentNamed.get(from.name)?.value.managed === 'unmanaged';
    case 'workload': return context.segmentNamed.get(context.workloadNamed.get(from.name)?.value.segment ?? '')?.value.managed === 'unmanaged';
    case 'builtin': case 'pods': return false;
    default: return from satisfies never;
  }
}

function questionOf(prover: Prover, callers: readonly (readonly Followed[])[], { from, through = [], to }: Invariant) {
  const coming = comingOf(prover, from);
  const comers = (granted: Granted): readonly Comer[] => coming(granted).filter((comer) => prover.isPossible(prover.when(granted, comer)));
  const object = (one: InvariantObject): Onto => {
    const names = new Map<string, Set<string>>();
    for (const { api, operation } of prover.entriesOf(one)) { const known = names.get(api.name); if (known === undefined) names.set(api.name, new Set([operation.name])); else known.add(operation.name); }
    return (api, operation) => names.get(api)?.has(operation) ?? false;
  };
  const theirs = callers.filter(([one]) => coming(one!.granted).length > 0).flat();
  return { comers, question: { first: theirs.filter(({ granted }) => comers(granted).length > 0), to: object(to), through: through.map(object) } };
}

/** By who uses them, so that each caller is looked at once for an invariant and not each grant. */
function byCaller(followed: readonly Followed[]): readonly (readonly Followed[])[] {
  const found = new Map<number, Followed[]>();
  for (const one of followed) { const list = found.get(one.granted.caller); if (list === undefined) found.set(one.granted.caller, [one]); else list.push(one); }
  return [...found.values()];
}

/** Whom each grant is followed from: whoever it names, whatever token they have to show. A header is believed of one workload and not of another. */
function followedBy(prover: Prover): readonly Followed[] {
  const found: Followed[] = [];
  for (const granted of prover.grants) {
    const { api, from, operation, pointers, ref } = granted;
    const follow = (as: AccessGrant['from'], rows: readonly Row[], when: AccessGrant['when']): void => { found.push({ ref, from: as, api, operation, pointers, rows, when, granted }); };
    if (from.kind !== 'pods') { follow(from, none, prover.when(granted, { as: from })); continue; }
    const members = prover.membersOf(from).map(({ value }) => ({ kind: 'workload', name: value.name } as const)), rows = members.map((member): Row => ({ index: -1, ...member }));
    if (prover.readsHeaders(granted)) for (const [index, member] of members.entries()) follow(member, [rows[index]!], prover.when(granted, { as: member }));
    if (!prover.readsHeaders(granted) || members.length === 0) follow(from, rows, prover.when(granted, { as: members[0] ?? from }));
  }
  return found;
}
const none: readonly Row[] = Object.freeze([]);

function told(prover: Prover, invariant: Located<Invariant>, chain: Chain, comers: (granted: Granted) => readonly Comer[]): Flowing {
  const grants = chain.map(({ grant }) => (grant as Followed).granted);
  const first = [...comers(grants[0]!)].sort((a, b) => (a.order < b.order ? -1 : 1))[0]!;
  const steps = chain.map(({ by, onto }, index): ChainStep => {
    const granted = grants[index]!, { from } = granted;
    const comer: Pick<Comer, 'alsoOf' | 'as'> = index === 0 ? first : { as: from.kind === 'pods' ? { kind: 'workload', name: by! } : from };
    const [entry] = prover.entriesOf({ kind: 'operation', ...onto });
    return { grant: granted.ref, request: prover.request(prover.when(granted, comer), comer.as, onTheWire(entry!.api, entry!.operation))! };
  });
  const { api, operation } = chain.at(-1)!.onto;
  return { invariant, steps, who: first.text, what: quoted(`${api}.${operation}`), grants, causes: grants.flatMap((granted, index) => causesOf(granted, grants.length === 1 ? '' : `step ${index + 1}: `)) };
}

/** Who an invariant speaks of, for a message. */
export function subjectText({ from }: Invariant): string {
  switch (from.kind) {
    case 'segment': return `the segment ${quoted(from.name)}`;
    case 'anyIdentity': return from.except.length === 0 ? 'somebody' : `somebody other than ${from.except.map((one) => quoted(identityName(one))).join(', ')}`;
    case 'anyone': return 'an unauthenticated client';
    case 'workload': case 'people': case 'partner': case 'builtin': case 'pods': return quoted(identityName(from));
    default: return from satisfies never;
  }
}
