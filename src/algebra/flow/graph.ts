import { identityText, isCloudApi, verbOf, type Api, type CloudEffect, type Operation, type Policy } from '#ir';
import type { Access, AccessGrant } from '../space.ts';
import { Carried, type Named } from './carried.ts';
import { meeting } from './meeting.ts';

/** An operation that somebody can ask for, and who then has what they hand on. */
export interface Target {
  readonly api: string;
  readonly operation: string;
  /** The server's workload, or the part of a resource where it is kept; undefined where nothing goes on from here. */
  readonly holder: number | undefined;
  /** What a request by this grant can be onto: itself first. */
  readonly onto: readonly Named[];
  /** Whoever asks for it gets what somebody else has put there. */
  readonly takes: boolean;
}

/** An edge: a grant; without one, somebody elsewhere who may. */
export interface Use { readonly grant?: AccessGrant; readonly target: Target; /** In the order of names, from 0. */ readonly rank: number }

/** Several holders that have the same uses open to them. `taking`: they take out what is kept in a part. */
export interface Unit { readonly index: number; readonly uses: readonly Use[]; readonly taking: boolean }

/**
 * Who can have what is passed on, and which grants that opens. Holders are numbered: workloads first, then `elsewhere`,
 * then the parts of resources that something is put into.
 */
export interface Graph {
  readonly workloads: readonly string[];
  /** Whoever is none of this policy's workloads. */
  readonly elsewhere: number;
  readonly holders: number;
  readonly units: number;
  readonly unitsOf: (holder: number) => readonly Unit[];
  /** Who has what a taking use took out. */
  readonly takersBy: (use: Use) => readonly number[];
  readonly useOf: (grant: AccessGrant) => Use | undefined;
  readonly unitElsewhere: Unit;
}

/** What a graph is made of: of an `Access`, its grants and whether their conditions can hold. */
export interface FlowAccess { readonly policy: Policy; readonly grants: Access['grants']; readonly space: { readonly conditions: Pick<Access['space']['conditions'], 'isPossible'> } }

/** Is an API such that this policy keeps nobody out of it? */
export type Open = (api: Api) => boolean;

/** Linear in the grants, but for sorting their names. Grants that no instant from then on opens are left out. */
export function graphOf(access: FlowAccess, from: string, open: Open): Graph {
  const { policy, space } = access;
  const workloads = policy.workloads.map(({ name }) => name);
  const indexOf = new Map(workloads.map((name, index) => [name, index]));
  const elsewhere = workloads.length;
  const targets = new Targets(policy, indexOf, elsewhere + 1);

  const named: { readonly name: string; readonly grant?: AccessGrant; readonly target: Target; readonly callers: Callers }[] = [];
  const callers = new CallerSets(indexOf);
  for (const grant of access.grants) {
    if (!space.conditions.isPossible(grant.when, from)) continue;
    named.push({ name: grant.ref, grant, target: targets.of(grant.api, grant.operation), callers: callers.of(grant) });
  }
  const theirs = callers.alone(elsewhere);
  for (const api of policy.apis.filter(open)) {
    if (api.servedBy.kind === 'workload') { const server = indexOf.get(api.servedBy.workload); if (server !== undefined) callers.join(theirs, server); }
    for (const operation of api.operations) named.push({ name: `\u{10ffff} ${api.name}.${operation.name}`, target: targets.of(api, operation), callers: theirs });
  }

  const calls = new Map<Callers, Use[]>(), takes = new Map<string, { readonly api: string; readonly within: string | undefined; readonly uses: Use[] }>();
  const byGrant = new Map<AccessGrant, Use>(), takersBy = new Map<Use, readonly number[]>();
  named.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  for (let rank = 0; rank < named.length; rank++) {
    const { callers: who, grant, target } = named[rank]!;
    const use: Use = grant === undefined ? { target, rank } : { grant, target, rank };
    if (grant !== undefined) byGrant.set(grant, use);
    push(calls, who, use);
    if (!target.takes) continue;
    takersBy.set(use, who.members);
    const within = targets.within(target), key = JSON.stringify([target.api, within]);
    const known = takes.get(key);
    if (known === undefined) takes.set(key, { api: target.api, within, uses: [use] }); else known.uses.push(use);
  }

  let count = 0;
  const unitsOf: Unit[][] = Array.from({ length: elsewhere + 1 }, () => []);
  let unitElsewhere: Unit = { index: count++, uses: [], taking: false };
  for (const [{ members }, uses] of calls) {
    const unit: Unit = { index: count++, uses, taking: false };
    for (const member of members) unitsOf[member]!.push(unit);
    if (members.includes(elsewhere)) unitElsewhere = unit;
  }
  for (const part of targets.parts) unitsOf[part.holder] = [];
  const taking = [...takes.values()].map(({ api, uses, within }) => ({ api, within, unit: { index: count++, uses, taking: true } }));
  for (const [part, taker] of meeting(targets.parts, taking)) unitsOf[part.holder]!.push(taker.unit);

  return {
    workloads, elsewhere, holders: unitsOf.length, units: count, unitElsewhere,
    unitsOf: (holder) => unitsOf[holder] ?? [],
    takersBy: (use) => takersBy.get(use) ?? [],
    useOf: (grant) => byGrant.get(grant),
  };
}

/** What a verb does with what its resource keeps; undefined of what a workload serves. A verb that is none keeps nothing. */
function effectOf(api: Api, operation: Operation): CloudEffect | undefined {
  if (!isCloudApi(api)) return undefined;
  return operation.kind === 'cloud' ? verbOf(api, operation)?.effect ?? 'neither' : 'neither';
}

/** Workloads that may use the same grants. */
interface Callers { readonly members: number[] }

class CallerSets {
  readonly #sets = new Map<number, Callers>();
  readonly #pods = new Map<string, Callers>();
  readonly #indexOf: ReadonlyMap<string, number>;
  constructor(indexOf: ReadonlyMap<string, number>) { this.#indexOf = indexOf; }

  /** The workloads that use a grant, and so pass on by it what they got. */
  of({ from, rows }: AccessGrant): Callers {
    if (from.kind === 'workload') { const index = this.#indexOf.get(from.name); return index === undefined ? nobody : this.alone(index); }
    if (from.kind !== 'pods') return nobody; // people, partners and built-in peers are called by nobody
    const key = identityText(from);
    let set = this.#pods.get(key);
    if (set === undefined) {
      const members = new Set<number>();
      for (const row of rows) { const index = row.kind === 'workload' ? this.#indexOf.get(row.name) : undefined; if (index !== undefined) members.add(index); }
      this.#pods.set(key, set = { members: [...members].sort((a, b) => a - b) });
    }
    return set;
  }

  alone(index: number): Callers {
    let set = this.#sets.get(index);
    if (set === undefined) this.#sets.set(index, set = { members: [index] });
    return set;
  }

  join({ members }: Callers, index: number): void { if (!members.includes(index)) members.push(index); }
}

const nobody: Callers = Object.freeze({ members: [] });

/** A part of a resource that something is put into, by what the operation is narrowed to. */
export interface Part { readonly api: string; readonly within: string | undefined; readonly holder: number }

class Targets {
  readonly parts: Part[] = [];
  readonly #carried: Carried;
  readonly #indexOf: ReadonlyMap<string, number>;
  readonly #firstPart: number;
  readonly #byApi = new Map<Api, Map<Operation, Target>>();
  readonly #within = new Map<Target, string>();
  readonly #partOf = new Map<string, Part>();

  constructor(policy: Policy, indexOf: ReadonlyMap<string, number>, firstPart: number) {
    this.#carried = new Carried(policy);
    this.#indexOf = indexOf;
    this.#firstPart = firstPart;
  }

  of(api: Api, operation: Operation): Target {
    let targets = this.#byApi.get(api);
    if (targets === undefined) this.#byApi.set(api, targets = new Map());
    let target = targets.get(operation);
    if (target === undefined) {
      targets.set(operation, target = { api: api.name, operation: operation.name, onto: this.#carried.by(api, operation), takes: effectOf(api, operation) === 'takes' || effectOf(api, operation) === 'both', holder: this.#holder(api, operation) });
      if (operation.kind === 'cloud' && operation.within !== undefined) this.#within.set(target, operation.within);
    }
    return target;
  }

  within(target: Target): string | undefined { return this.#within.get(target); }

  #holder(api: Api, operation: Operation): number | undefined {
    if (api.servedBy.kind === 'workload') return this.#indexOf.get(api.servedBy.workload);
    const effect = effectOf(api, operation);
    if (effect !== 'puts' && effect !== 'both') return undefined;
    const within = operation.kind === 'cloud' ? operation.within : undefined, key = JSON.stringify([api.name, within]);
    let part = this.#partOf.get(key);
    if (part === undefined) {
      this.#partOf.set(key, part = { api: api.name, within, holder: this.#firstPart + this.parts.length });
      this.parts.push(part);
    }
    return part.holder;
  }
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]); else list.push(value);
}
