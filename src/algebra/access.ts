import {
  conditionsOn, grantRef, identityName, identityText, isCloudApi, mustAsk, resolvePort, type Api, type Ask, type Condition, type GrantRef, type IdentityRef, type Offer, type Policy, type Segment,
} from '#ir';
import type { Destination, Request } from '#spec';
import { createConditions } from './condition/create-conditions.ts';
import { derivedIn, type Derived } from './identities/derived.ts';
import { Peers, podsOf, type PeerClass } from './identities/peers.ts';
import { apiOperations, type ApiOperations } from './operations/api-operations.ts';
import { CloudActions } from './operations/cloud-actions.ts';
import type { Access, AccessGrant, Row } from './space.ts';
import type { Reading } from './condition/atom.ts';
import type { Conditions, Node } from './condition/conditions.ts';

/** What one policy lets whom do. Made in time linear in it; questions are answered by look-ups. */
export const accessOf = (policy: Policy, conditions: Conditions = createConditions()): Access => new PolicyAccess(policy, conditions);

/** A grant, as it is looked up: whom it is for, and under what. */
interface Entry {
  readonly grant: AccessGrant;
  readonly principal: number;
  /** Of whom a header is believed depends on who connects: then the condition is made for each of them. */
  readonly readsHeaders: boolean;
  readonly whenOf: (peer: PeerClass) => Node;
}

/** An API, taken apart. */
interface Taken {
  readonly index: number;
  readonly operations: ApiOperations;
  /** By operation. */
  readonly entries: readonly Entry[][];
  /** Grants on its whole port, which carry whatever is spoken there. */
  whole: readonly Entry[];
  readonly isCloud: boolean;
}
const none: readonly Entry[] = [];

class PolicyAccess implements Access {
  readonly policy: Policy;
  readonly space: Access['space'];
  readonly grants: readonly AccessGrant[];
  readonly #conditions: Conditions;
  readonly #peers: Peers;
  readonly #apis = new Map<string, Taken>();
  /** By workload and container port: all that are served there. */
  readonly #atPort = new Map<string, Entry[]>();
  readonly #cloud: CloudActions;
  readonly #derived: Derived;
  readonly #reading: Reading;
  readonly #known = new Map<Condition, Node>();
  /** By principal: when something is granted to it, under whatever conditions; of anything, and of the cloud. */
  readonly #calls = new Map<number, { readonly any: Node; readonly cloud: Node }>();
  readonly #ofRow = new Map<number, AccessGrant[]>();

  constructor(policy: Policy, conditions: Conditions) {
    this.policy = policy;
    this.#conditions = conditions;
    this.#reading = conditions.reading(policy.identityProviders);
    this.#peers = new Peers(policy);
    this.#cloud = new CloudActions(policy);
    const workloads = new Map(policy.workloads.map((workload) => [workload.name, workload] as const).reverse());
    const segments = new Map(policy.segments.map((segment) => [segment.name, segment] as const).reverse());
    const rows = this.#rows();
    this.space = { conditions, rows };
    const rowsOf = this.#rowsOf(rows);
    const asks = new Map<string, { readonly ask: Ask; readonly index: number }[]>();
    policy.asks.forEach((ask, index) => {
      const key = `${ask.to.api}.${ask.to.operation} ${identityText(ask.from)}`, list = asks.get(key);
      if (list === undefined) asks.set(key, [{ ask, index }]); else list.push({ ask, index });
    });

    const places = new Map<string, { readonly workload: string; readonly number: number }>();
    const wholes = new Map<string, Entry[]>(), all: AccessGrant[] = [], calls = new Map<number, { any: Node[]; cloud: Node[] }>();
    policy.apis.forEach((api, index) => {
      if (this.#apis.has(api.name)) return; // `decide` reads the first of a name
      const { servedBy } = api, isCloud = isCloudApi(api);
      const facts = servedBy.kind === 'workload' ? workloads.get(servedBy.workload)?.kubernetes : undefined;
      const port = facts === undefined || servedBy.kind !== 'workload' ? undefined : resolvePort(facts, servedBy.port, 'TCP');
      if (port !== undefined && servedBy.kind === 'workload') places.set(api.name, { workload: servedBy.workload, number: port.number });
      const segment = segments.get((servedBy.kind === 'cloud' ? servedBy.segment : workloads.get(servedBy.workload)?.segment) ?? '');
      const operations = apiOperations(api), entries: Entry[][] = api.operations.map(() => []);
      api.offers.forEach((offer, at) => {
        const operation = operations.byName(offer.operation);
        if (operation < 0) return;
        offer.to.forEach((from, which) => {
          const principal = this.#peers.principalOf(from);
          if (principal === undefined) return;
          const met: readonly (Partial<{ readonly ask: Ask; readonly index: number }>)[] = mustAsk(from) ? asks.get(`${api.name}.${offer.operation} ${identityText(from)}`) ?? [] : [{}];
          for (const { ask, index: asked } of met) {
            const entry = this.#entry(api, offer, from, principal, segment, ask, rowsOf(from, principal), {
              offer: `/apis/${index}/offers/${at}`, identity: `/apis/${index}/offers/${at}/to/${which}`, ...(asked === undefined ? {} : { ask: `/asks/${asked}` }),
            }, operation);
            entries[operation]!.push(entry);
            all.push(entry.grant);
            for (const row of entry.grant.rows) { const list = this.#ofRow.get(row.index); if (list === undefined) this.#ofRow.set(row.index, [entry.grant]); else list.push(entry.grant); }
            if (!mustAsk(from)) continue;
            let called = calls.get(principal);
            if (called === undefined) calls.set(principal, called = { any: [], cloud: [] });
            const lasts = this.#lasts(offer.until, ask?.until);
            called.any.push(lasts);
            if (isCloud) called.cloud.push(lasts);
          }
        });
      });
      const taken: Taken = { index, operations, entries, whole: none, isCloud };
      this.#apis.set(api.name, taken);
      const place = places.get(api.name);
      if (place === undefined) return;
      const key = `${place.workload}:${place.number}`, here = this.#atPort.get(key) ?? [], whole = wholes.get(key) ?? [];
      entries.forEach((some, operation) => { here.push(...some); if (api.operations[operation]!.kind === 'tcp') whole.push(...some); });
      this.#atPort.set(key, here);
      wholes.set(key, whole);
    });
    for (const [name, { number, workload }] of places) this.#apis.get(name)!.whole = wholes.get(`${workload}:${number}`) ?? none;
    for (const [principal, { any, cloud }] of calls) this.#calls.set(principal, { any: conditions.any(any), cloud: conditions.any(cloud) });
    this.grants = all;
    this.#derived = derivedIn(policy, (api) => places.get(api));
  }

  allows = (request: Request): boolean => this.#visit(request, undefined);

  admitting = (request: Request): readonly GrantRef[] => {
    const found: GrantRef[] = [];
    this.#visit(request, found);
    return [...new Set(found)].sort();
  };

  grantsOn = (api: string, operation: string): readonly AccessGrant[] => {
    const taken = this.#apis.get(api), index = taken?.operations.byName(operation) ?? -1;
    return taken === undefined || index < 0 ? [] : taken.entries[index]!.map(({ grant }) => grant);
  };

  grantsOf = ({ index }: Row): readonly AccessGrant[] => this.#ofRow.get(index) ?? [];

  /** Without a list: whether anything admits it. With one: all that do. */
  #visit(request: Request, into: GrantRef[] | undefined): boolean {
    const { peer, to } = request;
    if (to.kind === 'builtin' || to.kind === 'probe') return this.#builtin(request, to, into);
    let admitted = false;
    if (peer?.kind === 'builtin' && this.#isTimely(request)) {
      const derived = this.#derived(peer.name, to);
      if (derived !== undefined) { if (into === undefined) return true; into.push(derived); admitted = true; }
    }
    if (to.kind === 'port') return (to.protocol === 'TCP' && this.#some(this.#atPort.get(`${to.workload}:${to.port}`) ?? none, request, into)) || admitted;
    const taken = this.#apis.get(to.api);
    if (taken === undefined) return admitted;
    if (taken.isCloud) return this.#inCloud(taken, request, to, into) || admitted;
    if (to.kind === 'action') return admitted;
    const owner = to.kind === 'operation' ? taken.operations.byName(to.operation) : taken.operations.byRequest(to.method, to.path, to.upgrade !== undefined);
    if (owner >= 0 && this.policy.apis[taken.index]!.operations[owner]!.kind !== 'tcp' && this.#some(taken.entries[owner]!, request, into)) { if (into === undefined) return true; admitted = true; }
    return this.#some(taken.whole, request, into) || admitted;
  }

  #some(entries: readonly Entry[], request: Request, into: GrantRef[] | undefined): boolean {
    if (entries.length === 0) return false;
    const peer = this.#peers.classOf(request.peer), { principals } = peer;
    let admitted = false, timely: boolean | undefined;
    for (let index = 0; index < entries.length; index++) {
      const entry = entries[index]!;
      if (!(principals.length === 1 ? principals[0] === entry.principal : principals.includes(entry.principal))) continue;
      if (!(timely ??= this.#isTimely(request))) return false;
      if (!this.#conditions.holds(entry.readsHeaders ? entry.whenOf(peer) : entry.grant.when, request)) continue;
      if (into === undefined) return true;
      into.push(entry.grant.ref);
      admitted = true;
    }
    return admitted;
  }

  #lastTime = '';
  #lastTimely = false;
  #isTimely({ context: { time } }: Request): boolean {
    if (time !== this.#lastTime) { this.#lastTime = time; this.#lastTimely = !Number.isNaN(Date.parse(time)); }
    return this.#lastTimely;
  }

  #inCloud({ index }: Taken, request: Request, to: Exclude<Destination, { kind: 'builtin' | 'probe' | 'port' }>, into: GrantRef[] | undefined): boolean {
    const { inTheClear, weakerEncryption } = request.context, isThrough = to.kind === 'action' && to.via !== undefined;
    let admitted = false;
    for (const { api, operation } of this.#cloud.carrying(index, to)) {
      // what is asked of a key through a service is judged as a request to what the service keeps
      if (inTheClear === true || (weakerEncryption === true && this.#cloud.isWrite(api, to))) continue;
      const entries = this.#apis.get(this.policy.apis[api]!.name)!.entries[operation]!;
      if (this.#some(isThrough ? entries.map((entry) => this.#throughService(entry)) : entries, request, into)) { if (into === undefined) return true; admitted = true; }
    }
    return admitted;
  }

  /** The service asks from an address of its own: the caller's was asked before. */
  readonly #through = new Map<Entry, Entry>();
  #throughService(entry: Entry): Entry {
    let through = this.#through.get(entry);
    if (through === undefined) {
      const { api, from, operation, pointers } = entry.grant;
      const [, offer] = /offers\/(\d+)$/.exec(pointers.offer)!, ask = pointers.ask === undefined ? undefined : this.policy.asks[Number(pointers.ask.slice('/asks/'.length))];
      const segment = isCloudApi(api) ? this.policy.segments.find(({ name }) => name === api.servedBy.segment) : undefined;
      through = this.#entry(api, api.offers[Number(offer)]!, from, entry.principal, segment, ask, entry.grant.rows, pointers, api.operations.indexOf(operation), true);
      this.#through.set(entry, through);
    }
    return through;
  }

  #builtin(request: Request, to: Extract<Destination, { kind: 'builtin' | 'probe' }>, into: GrantRef[] | undefined): boolean {
    if (!this.#isTimely(request)) return false;
    const admit = (ref: GrantRef): boolean => { into?.push(ref); return true; };
    if (to.kind === 'probe') {
      const index = this.#peers.workload(to.workload), probes = index === undefined ? undefined : this.policy.workloads[index]!.kubernetes?.probes;
      return probes?.some(({ name }) => name === to.probe) === true && request.peer?.kind === 'builtin' && request.peer.name === 'nodeProbes' && admit(`nodeProbes → ${to.workload}.${to.probe}`);
    }
    const { principals, workloads } = this.#peers.classOf(request.peer);
    const caller = principals.slice(0, workloads).map((index) => this.policy.workloads[index]!).find(({ kubernetes }) => kubernetes !== undefined);
    const isPod = request.peer?.kind === 'pod' || caller !== undefined;
    const mayCall = (kind: 'any' | 'cloud'): boolean => isPod && principals.some((principal, at) =>
      (at >= workloads || this.policy.workloads[principal] === caller) && this.#conditions.holds(this.#calls.get(principal)?.[kind] ?? this.#conditions.never, request));
    const admits = to.name === 'apiServer' ? caller?.callsApiServer !== undefined
      : to.name === 'clusterDns' ? caller?.callsDns !== undefined || mayCall('any')
        : to.name === 'cloudCredentials' ? mayCall('cloud') : false;
    if (!admits) return false;
    const pods = request.peer?.kind === 'pod' ? identityName({ kind: 'pods', namespace: request.peer.namespace, labels: request.peer.labels }) : '';
    return admit(`${caller?.name ?? pods} → ${to.name}`);
  }

  /** Until the earlier of two last days is over. */
  #lasts(...days: readonly (string | undefined)[]): Node {
    return this.#conditions.all(days.flatMap((day) => (day === undefined ? [] : [this.#conditions.atom({ kind: 'before', instant: Date.parse(`${day}T00:00:00Z`) + 86_400_000 })])));
  }

  #entry(api: Api, offer: Offer, from: IdentityRef, principal: number, segment: Segment | undefined, ask: Ask | undefined, rows: readonly Row[], pointers: AccessGrant['pointers'], operation: number, throughService = false): Entry {
    const { all, atom, never, not } = this.#conditions, through = atom({ kind: 'throughExposure' });
    const asked = conditionsOn(segment, offer, from), group = from.kind === 'people' ? from.name : from.kind === 'workload' ? from.actingFor : undefined;
    const people = group === undefined ? undefined : this.policy.people.find(({ name }) => name === group);
    const gateway = api.exposedAt?.kind === 'gateway' ? api.exposedAt.gateway : undefined;
    const needsHeaders = asked.some(readsHeader) || (people?.where !== undefined && readsHeader(people.where));
    const make = (isPeer: (hop: string) => boolean): Node => {
      const trusts = (hop: string): Node => this.#conditions.any([hop === gateway ? through : never, isPeer(hop) ? not(through) : never]);
      const node = (condition: Condition): Node => {
        if (readsHeader(condition) || throughService) return this.#conditions.of(condition, { reading: this.#reading, trusts, throughService });
        let known = this.#known.get(condition);
        if (known === undefined) this.#known.set(condition, known = this.#conditions.of(condition, { reading: this.#reading, trusts }));
        return known;
      };
      return all([
        this.#lasts(offer.until, ask?.until),
        ...(from.kind === 'people' || from.kind === 'partner' || from.kind === 'anyone' ? [api.exposedAt === undefined ? never : through] : []),
        ...(from.kind === 'partner' ? [atom({ kind: 'client', partner: from.name })] : []),
        ...(group === undefined ? [] : [people === undefined ? never : all([atom({ kind: 'bearer', reading: this.#reading, provider: people.via }), ...(people.where === undefined ? [] : [node(people.where)])])]),
        ...asked.map(node),
      ]);
    };
    const made = new Map<PeerClass, Node>();
    const grant: AccessGrant = { ref: grantRef(from, api.name, offer.operation), from, api, operation: api.operations[operation]!, pointers, rows, when: make((hop) => from.kind === 'workload' && from.name === hop) };
    return {
      grant, principal, readsHeaders: needsHeaders,
      whenOf: (peer) => {
        let node = made.get(peer);
        if (node === undefined) made.set(peer, node = make((hop) => { const index = this.#peers.workload(hop); return index !== undefined && peer.principals.includes(index); }));
        return node;
      },
    };
  }

  #rows(): readonly Row[] {
    const found: Row[] = [];
    this.policy.workloads.forEach(({ name }, index) => { if (this.#peers.workload(name) === index) found.push({ index, kind: 'workload', name }); });
    for (const name of ['clusterDns', 'apiServer', 'metricsScraper', 'nodeProbes', 'ingress'] as const) found.push({ index: this.#peers.principalOf({ kind: 'builtin', name })!, kind: 'builtin', name });
    return [...found, { index: this.#peers.principalOf({ kind: 'anyone' })!, kind: 'outside' }];
  }

  /** Of `pods`, the declared workloads that they take in. */
  #rowsOf(rows: readonly Row[]): (from: IdentityRef, principal: number) => readonly Row[] {
    const byIndex = new Map(rows.map((row) => [row.index, [row]])), members = new Map<number, readonly Row[]>();
    if (podsOf(this.policy).size > 0) for (const row of rows) {
      if (row.kind === 'workload') for (const principal of this.#peers.classOf({ kind: 'workload', name: row.name }).principals.slice(1)) members.set(principal, [...(members.get(principal) ?? []), row]);
    }
    return (from: IdentityRef, principal) => (from.kind === 'pods' ? members.get(principal) : byIndex.get(principal)) ?? [];
  }
}

function readsHeader(condition: Condition): boolean {
  return condition.kind === 'header' || ((condition.kind === 'all' || condition.kind === 'any') && condition.of.some(readsHeader));
}
