import type { Related } from '#diagnostics';
import {
  conditionsOn, grantRef, httpMethods, identityName, mustAsk, type Api, type Condition, type Grant, type IdentityRef, type Invariant, type InvariantSubject, type Offer, type Operation, type Policy,
} from '#ir';
import { decide, everyOperation, mostWays, ownerOf, peopleOf, satisfying, type Request } from '#spec';
import { comersOf, type Comer } from './comers.ts';
import type { Located } from './located.ts';
import { portKey, segmentServing, type LocatedApi, type PolicyContext } from './policy-context.ts';
import { parseTemplate } from './syntax/template.ts';
import { quoted } from './wording.ts';

/** An invariant and a request that it forbids and the policy allows. */
export interface Violation {
  readonly invariant: Located<Invariant>;
  /** As `decide` takes it: it answers `allow`. */
  readonly request: Request;
  /** Who reaches what, for a message: `` `ui` ``, `` `orders.list` ``. */
  readonly who: string;
  readonly what: string;
  /** How many more pairs of caller and operation break it. */
  readonly more: number;
  /** The offers and requests of the grants that let it through. */
  readonly causes: readonly Related[];
  readonly api: LocatedApi;
}

/** An invariant of which no request is known that breaks it, and of which it is not proved that there is none. */
export interface Undecided { readonly invariant: Located<Invariant>; readonly who: string; readonly what: string; readonly pointer: string }

/**
 * Every `never(reach(…))` that does not hold, each with its first witness by name: every identity of the subject
 * against every operation of the object, with whatever its requests can carry, as `decide` judges them. Only pairs that
 * some offer could admit are judged; the others are denied by the language's first rule, that a grant needs an offer.
 * Of conditions with more ways to hold than are looked at, the invariant stays undecided. `flow` is not looked at.
 */
export function reached(context: PolicyContext): { readonly violations: readonly Violation[]; readonly undecided: readonly Undecided[] } {
  const reaches = context.never.filter(({ value }) => value.kind === 'reach');
  if (reaches.length === 0 || Number.isNaN(context.now)) return { violations: [], undecided: [] };
  const estate = new Estate(context);
  const violations: Violation[] = [], undecided: Undecided[] = [];
  for (const invariant of reaches) {
    const { unsure, witness } = firstWitness(estate, invariant.value);
    if (witness !== undefined) violations.push({ invariant, ...witness });
    else if (unsure !== undefined) undecided.push({ invariant, ...unsure });
  }
  return { violations, undecided };
}

interface Found { readonly witness?: Omit<Violation, 'invariant'>; readonly unsure?: Omit<Undecided, 'invariant'> }

function firstWitness(estate: Estate, { from, to }: Invariant): Found {
  let unsure: Found['unsure'];
  let first: { readonly entry: Entry; readonly comer: Comer; readonly request: Request } | undefined;
  let count = 0;
  const apis = to.kind === 'segment' ? estate.apisIn(to.name) : estate.apisCalled(to.kind === 'api' ? to.name : to.api);
  for (const entry of apis.flatMap((api) => estate.entries(api))) {
    if (to.kind === 'operation' && entry.operation.value.name !== to.operation) continue;
    for (const { comer, request, pointer } of estate.comers(entry, from)) {
      if (request === undefined) { unsure ??= { who: comer.text, what: quoted(`${entry.api.value.name}.${entry.operation.value.name}`), pointer }; continue; }
      count++;
      first ??= { entry, comer, request };
    }
  }
  if (first === undefined) return unsure === undefined ? {} : { unsure };
  const { entry, comer, request } = first;
  return { witness: {
    request: concrete(estate, entry, comer, request),
    who: comer.text,
    what: quoted(`${entry.api.value.name}.${entry.operation.value.name}`),
    more: count - 1,
    causes: estate.causes(entry, comer, request),
    api: entry.api,
  } };
}

/** An operation, and what a grant on would admit to it: itself, and whatever stands for its whole port. */
interface Entry { readonly api: LocatedApi; readonly operation: Located<Operation>; readonly carriers: readonly { readonly api: LocatedApi; readonly operation: Located<Operation> }[] }

interface Coming { readonly comer: Comer; readonly pointer: string; readonly request?: Request }

/** How many choices of one branch of each `any` there are. */
const waysOf = (conditions: readonly Condition[]): number =>
  conditions.reduce((ways, condition) => ways * (condition.kind === 'all' ? waysOf(condition.of) : condition.kind === 'any' ? condition.of.reduce((sum, branch) => sum + waysOf([branch]), 0) : 1), 1);

/** A policy, indexed for what one invariant after the other asks. */
class Estate {
  readonly context: PolicyContext;
  readonly #entries = new Map<LocatedApi, readonly Entry[]>();
  readonly #byPort = new Map<string, LocatedApi[]>();
  readonly #byServer = new Map<string, LocatedApi[]>();
  readonly #asksByApi = new Map<string, Policy['asks'][number][]>();
  readonly #segmentApis = new Map<string, LocatedApi[]>();
  /** Who can come that is no workload. */
  readonly #outside: Pick<Policy, 'identityProviders' | 'people' | 'partners'>;

  readonly #now: string;

  constructor(context: PolicyContext) {
    this.context = context;
    this.#now = new Date(context.now).toISOString();
    this.#outside = { identityProviders: [...context.providerNamed.values()].map(({ value }) => value), people: [...context.peopleNamed.values()].map(({ value }) => value), partners: context.partners.map(({ value }) => value) };
    const add = <T>(map: Map<string, T[]>, key: string | undefined, value: T): void => {
      if (key === undefined) return;
      const list = map.get(key);
      if (list === undefined) map.set(key, [value]); else list.push(value);
    };
    // One API of a name: a second one is a mistake, and `decide` would look at the first.
    for (const api of context.apiNamed.values()) {
      const { servedBy } = api.value;
      add(this.#byPort, portKey(context, api), api);
      add(this.#segmentApis, segmentServing(context, api)?.value.name, api);
      if (servedBy.kind === 'workload') add(this.#byServer, servedBy.workload, api);
    }
    for (const { value } of context.asks) add(this.#asksByApi, value.to.api, value);
  }

  apisIn(segment: string): readonly LocatedApi[] {
    return [...(this.#segmentApis.get(segment) ?? [])].sort(byName);
  }

  apisCalled(name: string): readonly LocatedApi[] {
    const api = this.context.apiNamed.get(name);
    return api === undefined ? [] : [api];
  }

  entries(api: LocatedApi): readonly Entry[] {
    let entries = this.#entries.get(api);
    if (entries !== undefined) return entries;
    const key = portKey(this.context, api);
    const whole = (key === undefined ? [] : this.#byPort.get(key) ?? [])
      .flatMap((other) => other.operations.filter(({ value }) => value.kind === 'tcp').map((operation) => ({ api: other, operation })));
    entries = [...this.context.operationsOf(api).values()].sort(byName).filter(({ value }) => value.name !== everyOperation)
      .map((operation) => ({ api, operation, carriers: [{ api, operation }, ...whole.filter((carrier) => carrier.operation !== operation)] }));
    this.#entries.set(api, entries);
    return entries;
  }

  /** Of the subject, whom some offer lets through, each with a request that it does, or none where that is not decided. In the order in which a witness is chosen. */
  comers(entry: Entry, subject: InvariantSubject): readonly Coming[] {
    const found = new Map<string, Coming>();
    for (const { api, operation } of entry.carriers) {
      for (const { value: offer, pointer } of api.offers) {
        if (offer.operation !== operation.value.name) continue;
        for (const identity of offer.to) {
          for (const comer of comersOf(this.context, identity, subject)) {
            if (found.get(comer.text)?.request !== undefined) continue;
            const request = this.#admitted(entry, { api, operation }, comer, identity, offer);
            if (request !== undefined) found.set(comer.text, { comer, pointer, ...(request === 'undecided' ? {} : { request }) });
          }
        }
      }
    }
    for (const coming of derived(this.context, entry, subject)) if (decide(this.slice(entry.api, coming.comer), coming.request).decision === 'allow') found.set(coming.comer.text, coming);
    return [...found.values()].sort(({ comer: a }, { comer: b }) => (a.order < b.order ? -1 : 1));
  }

  /**
   * A request to the operation by which this offer lets somebody through, with whatever token, address, headers and time
   * its conditions and its segment's ask for: that conditions can be met refutes an invariant.
   */
  #admitted(entry: Entry, carrier: Entry['carriers'][number], comer: Comer, identity: IdentityRef, offer: Offer): Request | 'undecided' | undefined {
    const { context } = this;
    const policy = this.slice(entry.api, comer);
    const alsoOf = comer.alsoOf === undefined ? undefined : context.peopleNamed.get(comer.alsoOf)?.value.where;
    // what the segment asks is in `when`: it is asked of whom it is offered to, not of who comes
    const when = [...conditionsOn(segmentServing(context, carrier.api)?.value, offer, identity), ...(alsoOf === undefined ? [] : [alsoOf])];
    const asks = mustAsk(identity) ? context.asked.get(identity, carrier.api.value.name, offer.operation).map(({ value }) => value.until) : [undefined];
    let undecided = false;
    for (const until of asks) {
      const ends = [offer.until, until].filter((day) => day !== undefined).sort()[0];
      const grant: Grant = { ref: '', from: comer.as, api: wellShaped(carrier.api), operation: carrier.operation.value, offer: { ...offer, when }, ...(ends === undefined ? {} : { until: ends }) };
      const request = satisfying({ ...policy, segments: [] }, grant, this.#now);
      if (request !== undefined) {
        const meant: Request = { ...request, to: { kind: 'operation', api: entry.api.value.name, operation: entry.operation.value.name } };
        if (decide(policy, meant).decision === 'allow') return meant;
      }
      const own = context.peopleNamed.get(peopleOf(comer.as) ?? '')?.value.where;
      undecided ||= waysOf([...when, ...(own === undefined ? [] : [own])]) > mostWays;
    }
    return undecided ? 'undecided' : undefined;
  }

  /**
   * The part of the policy that `decide` looks at for this request: the APIs of one server, the requests to them, the
   * server and the caller. It compares nothing else, so that its answer is the same and its cost is that of one API.
   */
  slice(api: LocatedApi, comer: Comer): Policy {
    const { servedBy } = api.value;
    const server = servedBy.kind === 'workload' ? servedBy.workload : undefined;
    const apis = server === undefined ? [api] : this.#byServer.get(server) ?? [api];
    const serving = server === undefined ? undefined : this.context.workloadNamed.get(server);
    const segment = segmentServing(this.context, api);
    const workloads = new Set([serving, comer.workload].filter((located) => located !== undefined).map(({ value }) => value));
    return {
      version: 1, name: this.context.policyName, ...this.#outside, never: [], holes: [],
      segments: segment === undefined ? [] : [segment.value],
      workloads: [...workloads],
      apis: apis.map(wellShaped),
      asks: apis.flatMap(({ value }) => this.#asksByApi.get(value.name) ?? []),
    };
  }

  causes(entry: Entry, comer: Comer, request: Request): readonly Related[] {
    const refs = new Set(decide(this.slice(entry.api, comer), request).because.flatMap((because) => ('grant' in because ? [because.grant] : [])));
    const found: Related[] = [];
    for (const { api, operation } of entry.carriers) {
      for (const offer of api.offers) {
        if (offer.value.operation !== operation.value.name) continue;
        for (const [index, identity] of offer.value.to.entries()) {
          if (!refs.has(grantRef(identity, api.value.name, operation.value.name))) continue;
          const name = quoted(`${api.value.name}.${operation.value.name}`);
          found.push({ message: `${name} is offered to ${quoted(identityName(identity))}`, pointer: `${offer.pointer}/to/${index}` });
          const ask = this.context.asked.get(identity, api.value.name, operation.value.name)[0];
          if (ask !== undefined) found.push({ message: `${quoted(identityName(identity))} asks for ${name}`, pointer: ask.pointer });
        }
      }
    }
    return found;
  }
}

const byName = (a: Located<{ readonly name: string }>, b: Located<{ readonly name: string }>): number => (a.value.name < b.value.name ? -1 : a.value.name > b.value.name ? 1 : 0);
const wellShaped = (api: LocatedApi): Api => (api.operations.length === api.value.operations.length && api.offers.length === api.value.offers.length ? api.value
  : { ...api.value, operations: api.operations.map(({ value }) => value), offers: api.offers.map(({ value }) => value) });

/** What nobody offers: the scraper's one path and the probes', where they are an operation's; at which port, `decide` looks at. Only for who speaks of these peers. */
function derived(context: PolicyContext, { api, operation }: Entry, subject: InvariantSubject): readonly (Coming & { readonly request: Request })[] {
  const { servedBy } = api.value;
  const facts = servedBy.kind === 'workload' ? context.workloadNamed.get(servedBy.workload)?.value.kubernetes : undefined;
  if (subject.kind !== 'builtin' || facts === undefined || operation.value.kind !== 'http') return [];
  const asked = subject.name === 'metricsScraper' ? (facts.metrics === undefined ? [] : [facts.metrics])
    : subject.name === 'nodeProbes' ? facts.probes.flatMap(({ probe }) => (probe.kind === 'http' ? [probe] : [])) : [];
  return asked.filter(({ path }) => ownerOf(api.operations.flatMap(({ value }) => (value.kind === 'http' ? [value] : [])), 'GET', path)?.name === operation.value.name)
    .map(({ path }) => ({
      comer: { order: `6${subject.name}`, text: quoted(subject.name), as: subject }, pointer: operation.pointer,
      request: { peer: { kind: 'builtin', name: subject.name }, throughExposure: false, to: { kind: 'http', api: api.value.name, method: 'GET', path }, context: { time: new Date(context.now).toISOString() } },
    }));
}

/** The same request as it looks on the wire, if `decide` sees it so: a method and a path that this operation owns. */
function concrete(estate: Estate, { api, operation }: Entry, comer: Comer, request: Request): Request {
  if (request.to.kind === 'http') return request;
  for (const wire of onTheWire(api, operation.value)) {
    const spelled: Request = { ...request, to: { kind: 'http', api: api.value.name, ...wire } };
    if (decide(estate.slice(api, comer), spelled).decision === 'allow') return spelled;
  }
  return request;
}

function onTheWire(api: LocatedApi, operation: Operation): readonly { readonly method: string; readonly path: string; readonly upgrade?: 'websocket' }[] {
  // A value that is no literal of the API, so that no more specific template owns the path.
  const pathOf = (template: string): string => `/${exampleSegments(template, new Set(api.operations.flatMap(({ value }) => ('path' in value ? value.path.split('/') : [])))).join('/')}`;
  switch (operation.kind) {
    case 'grpc': return [{ method: 'POST', path: `/${operation.service}/${operation.method}` }];
    case 'http': {
      const path = pathOf(operation.path);
      return (operation.method === 'ANY' ? httpMethods.filter((method) => method !== 'OPTIONS') : [operation.method]).map((method) => ({ method, path }));
    }
    case 'websocket': return [{ method: 'GET', path: pathOf(operation.path), upgrade: 'websocket' }];
    case 'tcp': case 'cloud': return [];
    default: return operation satisfies never;
  }
}

function exampleSegments(path: string, literals: ReadonlySet<string>): readonly string[] {
  const { fixed, rest } = parseTemplate(path);
  let value = '1';
  while (literals.has(value)) value += '1';
  return [...fixed.map((segment) => segment ?? value), ...(rest ? [value] : [])];
}
