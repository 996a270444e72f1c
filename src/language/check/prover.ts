import { Carried, createConditions, type Facts, type Node, type Reading, type Standing } from '#algebra';
import { conditionsOn, type Api, type Condition, type IdentityRef, type InvariantObject, type Operation, type Policy, type PodsRef, type Workload } from '#ir';
import { peopleOf, type Destination, type Peer, type Request } from '#spec';
import type { Comer } from './comers.ts';
import { conditionAtoms } from './condition-atoms.ts';
import { grantedIn, soundPolicy, type Granted } from './granted.ts';
import type { Located } from './located.ts';
import { segmentServing, type LocatedApi, type PolicyContext } from './policy-context.ts';
import { endOf } from './syntax/date.ts';
import { windowProblem } from './syntax/window.ts';

/** An operation of the draft, by name. */
export interface Entry { readonly in: LocatedApi; readonly api: Api; readonly operation: Operation }

/**
 * The whole draft as the algebra reads it, made once for all invariants and in time linear in it: its grants, what each
 * carries, and the conditions under which somebody can use one.
 */
export class Prover {
  readonly context: PolicyContext;
  /** What is well shaped of the draft. */
  readonly policy: Policy;
  readonly conditions = createConditions();
  /** The instant of the check: what can be from here on counts. */
  readonly from: string;
  readonly grants: readonly Granted[];
  readonly apis: ReadonlyMap<LocatedApi, Api>;
  readonly #reading: Reading;
  readonly #arriving = this.conditions.atom({ kind: 'throughExposure' });
  readonly #carrying = new Map<string, Map<string, Granted[]>>();
  readonly #segments = new Map<string, Entry[]>();
  readonly #entries = new Map<string, readonly Entry[]>();
  readonly #members = new Map<string, readonly Located<Workload>[]>();
  readonly #plain = new Map<Condition, Node>();

  constructor(context: PolicyContext) {
    this.context = context;
    this.from = new Date(context.now).toISOString();
    this.policy = soundPolicy(context);
    this.apis = new Map([...context.apiNamed.values()].map((located, index) => [located, this.policy.apis[index]!]));
    this.#reading = this.conditions.reading(this.policy.identityProviders);
    this.grants = grantedIn(context, this.apis);
    const carried = new Carried(this.policy), known = new Map<Operation, ReturnType<Carried['by']>>();
    for (const grant of this.grants) {
      let onto = known.get(grant.operation);
      if (onto === undefined) known.set(grant.operation, onto = carried.by(grant.api, grant.operation));
      for (const { api, operation } of onto) {
        let operations = this.#carrying.get(api);
        if (operations === undefined) this.#carrying.set(api, operations = new Map());
        const list = operations.get(operation);
        if (list === undefined) operations.set(operation, [grant]); else list.push(grant);
      }
    }
    for (const [located, api] of this.apis) {
      const entries = [...context.operationsOf(located).values()].map(({ value }): Entry => ({ in: located, api, operation: value }));
      this.#entries.set(api.name, entries);
      const segment = segmentServing(context, located)?.value.name;
      if (segment !== undefined) { const list = this.#segments.get(segment); if (list === undefined) this.#segments.set(segment, [...entries]); else list.push(...entries); }
    }
  }

  /** The operations that an invariant speaks of. */
  entriesOf(object: InvariantObject): readonly Entry[] {
    switch (object.kind) {
      case 'segment': return this.#segments.get(object.name) ?? [];
      case 'api': return this.#entries.get(object.name) ?? [];
      case 'operation': return (this.#entries.get(object.api) ?? []).filter(({ operation }) => operation.name === object.operation);
      default: return object satisfies never;
    }
  }

  /** Grants whose requests can be onto an operation. */
  carrying({ api, operation }: Entry): readonly Granted[] { return this.#carrying.get(api.name)?.get(operation.name) ?? []; }

  /** Declared workloads whose pods an identity takes in. */
  membersOf(pods: PodsRef): readonly Located<Workload>[] {
    const key = JSON.stringify([pods.namespace, pods.labels]);
    let members = this.#members.get(key);
    if (members === undefined) {
      this.#members.set(key, members = [...this.context.workloadNamed.values()].filter(({ value: { kubernetes } }) => kubernetes !== undefined
        && (pods.namespace === '*' || pods.namespace === kubernetes.namespace) && Object.entries(pods.labels).every(([name, value]) => kubernetes.selector[name] === value)));
    }
    return members;
  }

  /** Under what can somebody use a grant? Of whom it is offered to the segment asks, not of who comes. */
  when(grant: Granted, { alsoOf, as }: Pick<Comer, 'alsoOf' | 'as'>): Node {
    const { conditions } = this, { api, from, offer, until } = grant;
    const outside = as.kind === 'people' || as.kind === 'partner' || as.kind === 'anyone', arriving = this.#arriving;
    if (outside && api.exposedAt === undefined) return conditions.never;
    const asked = conditionsOn(segmentServing(this.context, grant.in)?.value, offer, from);
    if (as.kind === 'workload' && asked.length === 0 && alsoOf === undefined && until === undefined && as.actingFor === undefined && peopleOf(from) === undefined) return conditions.not(arriving); // most of them, at once
    const standing: Standing = { reading: this.#reading, trusts: (hop) => (isTrusted(api, as, hop) ? conditions.always : conditions.never) };
    const groups = new Set([peopleOf(from), peopleOf(as), alsoOf].filter((name) => name !== undefined));
    return conditions.all([
      outside ? arriving : conditions.not(arriving),
      ...asked.map((condition) => this.#node(condition, standing)),
      ...[...groups].map((name) => this.#membership(name, standing)),
      ...(as.kind === 'partner' ? [conditions.atom({ kind: 'client', partner: as.name })] : []),
      ...(until === undefined ? [] : [Number.isNaN(endOf(until)) ? conditions.never : conditions.atom({ kind: 'before', instant: endOf(until) })]),
    ]);
  }

  /** Nothing of this policy keeps others out of it: a resource that is not owned, a server in an unmanaged segment. */
  isForeign(located: LocatedApi): boolean {
    const { servedBy } = located.value;
    return segmentServing(this.context, located)?.value.managed === 'unmanaged' || (servedBy.kind === 'cloud' && !servedBy.owned);
  }

  /** Is a header asked for, which is believed of some and not of others? */
  readsHeaders({ from, in: located, offer }: Granted): boolean {
    return conditionsOn(segmentServing(this.context, located)?.value, offer, from).some((condition) => conditionAtoms(condition, '').some(({ value }) => value.kind === 'header'));
  }

  isPossible(node: Node): boolean { return this.conditions.isPossible(node, this.from); }

  /** The smallest request of theirs for it; undefined where there is none. */
  request(node: Node, as: IdentityRef, to: Destination): Request | undefined {
    const facts = this.facts(node), peer = peerOf(as);
    return facts === undefined ? undefined : { ...(peer === undefined ? {} : { peer }), ...facts, to };
  }

  facts(node: Node): Facts | undefined { return this.conditions.satisfy(node, this.from); }

  #membership(name: string, standing: Standing): Node {
    const people = this.context.peopleNamed.get(name)?.value;
    if (people === undefined || !this.context.providerNamed.has(people.via)) return this.conditions.never;
    const bearer = this.conditions.atom({ kind: 'bearer', reading: this.#reading, provider: people.via });
    return people.where === undefined ? bearer : this.conditions.all([bearer, this.#node(people.where, standing)]);
  }

  /** What can't be read has a diagnostic of its own, and denies. Only headers are read differently by who sends them. */
  #node(condition: Condition, standing: Standing): Node {
    const known = this.#plain.get(condition);
    if (known !== undefined) return known;
    const atoms = conditionAtoms(condition, '').map(({ value }) => value);
    const node = atoms.some((atom) => atom.kind === 'during' && windowProblem(atom) !== undefined) ? this.conditions.never : this.conditions.of(condition, standing);
    if (!atoms.some(({ kind }) => kind === 'header')) this.#plain.set(condition, node);
    return node;
  }
}

/** A header of a hop is believed from that workload, and at the exposure of that gateway. */
function isTrusted(api: Api, as: IdentityRef, hop: string): boolean {
  switch (as.kind) {
    case 'workload': return as.name === hop;
    case 'people': case 'partner': case 'anyone': return api.exposedAt?.kind === 'gateway' && api.exposedAt.gateway === hop;
    case 'pods': case 'builtin': return false;
    default: return as satisfies never;
  }
}

function peerOf(as: IdentityRef): Peer | undefined {
  switch (as.kind) {
    case 'workload': case 'builtin': return { kind: as.kind, name: as.name } as Peer;
    case 'pods': return { kind: 'pod', namespace: as.namespace, labels: as.labels };
    case 'people': case 'partner': case 'anyone': return undefined;
    default: return as satisfies never;
  }
}

const provers = new WeakMap<PolicyContext, Prover>();

/** One for all rules that ask; undefined where there is no invariant to prove, or no instant to prove it at. */
export function proverOf(context: PolicyContext): Prover | undefined {
  if (context.never.length === 0 || Number.isNaN(context.now)) return undefined;
  const prover = provers.get(context) ?? new Prover(context);
  provers.set(context, prover);
  return prover;
}
