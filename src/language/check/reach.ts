import type { Related } from '#diagnostics';
import {
  grantRef, httpMethods, identityName, type Api, type IdentityRef, type Invariant, type InvariantSubject, type Operation, type Policy, type Workload,
} from '#ir';
import { decide, everyOperation, type Request } from '#spec';
import type { Located } from './located.ts';
import { portKey, type LocatedApi, type PolicyContext } from './policy-context.ts';
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

/**
 * Every `never(reach(…))` that does not hold, each with its first witness by name: every identity of the subject
 * against every operation of the object, as `decide` judges them. Only pairs that some offer could admit are judged;
 * the others are denied by the language's first rule, that a grant needs an offer. `flow` is not looked at.
 */
export function violations(context: PolicyContext): readonly Violation[] {
  const reaches = context.never.filter(({ value }) => value.kind === 'reach');
  if (reaches.length === 0 || Number.isNaN(context.now)) return [];
  const estate = new Estate(context);
  return reaches.flatMap((invariant) => {
    const witness = firstWitness(estate, invariant.value);
    return witness === undefined ? [] : [{ invariant, ...witness }];
  });
}

function firstWitness(estate: Estate, { from, to }: Invariant): Omit<Violation, 'invariant'> | undefined {
  let first: { readonly entry: Entry; readonly caller: Caller; readonly request: Request } | undefined;
  let count = 0;
  const apis = to.kind === 'segment' ? estate.apisIn(to.name) : estate.apisCalled(to.kind === 'api' ? to.name : to.api);
  for (const entry of apis.flatMap((api) => estate.entries(api))) {
    if (to.kind === 'operation' && entry.operation.value.name !== to.operation) continue;
    for (const caller of estate.callers(entry, from)) {
      const request = requestOf(estate.context, entry, caller);
      if (decide(estate.slice(entry.api, caller), request).decision === 'deny') continue;
      count++;
      first ??= { entry, caller, request };
    }
  }
  if (first === undefined) return undefined;
  const { entry, caller, request } = first;
  return {
    request: concrete(estate, entry, caller, request),
    who: caller.text,
    what: quoted(`${entry.api.value.name}.${entry.operation.value.name}`),
    more: count - 1,
    causes: estate.causes(entry, caller, request),
    api: entry.api,
  };
}

/** An operation, and what a grant on would admit to it: itself, and whatever stands for its whole port. */
interface Entry { readonly api: LocatedApi; readonly operation: Located<Operation>; readonly carriers: readonly { readonly api: LocatedApi; readonly operation: Located<Operation> }[] }
/** Somebody who may come: a workload, whoever arrives at the exposure, or a pod that nobody declared. */
interface Caller { readonly order: string; readonly text: string; readonly peer?: Request['peer']; readonly throughExposure: boolean; readonly workload?: Located<Workload> }

const outsider: Caller = { order: '1', text: 'an unauthenticated client', throughExposure: true };
/** Carries no label and lives in no declared namespace: only an identity of every pod takes it in. */
const stranger: Caller = { order: '2', text: 'a pod that nobody declared', throughExposure: false, peer: { kind: 'pod', namespace: 'undeclared.invalid', labels: {} } };

const requestOf = ({ now }: PolicyContext, { api, operation }: Entry, { peer, throughExposure }: Caller): Request => ({
  ...(peer === undefined ? {} : { peer }),
  throughExposure,
  to: { kind: 'operation', api: api.value.name, operation: operation.value.name },
  context: { time: new Date(now).toISOString() },
});

/** A policy, indexed for what one invariant after the other asks. */
class Estate {
  readonly context: PolicyContext;
  readonly #entries = new Map<LocatedApi, readonly Entry[]>();
  readonly #byPort = new Map<string, LocatedApi[]>();
  readonly #byServer = new Map<string, LocatedApi[]>();
  readonly #asksByApi = new Map<string, Policy['asks'][number][]>();
  readonly #segmentApis = new Map<string, LocatedApi[]>();

  constructor(context: PolicyContext) {
    this.context = context;
    const add = <T>(map: Map<string, T[]>, key: string | undefined, value: T): void => {
      if (key === undefined) return;
      const list = map.get(key);
      if (list === undefined) map.set(key, [value]); else list.push(value);
    };
    // One API of a name: a second one is a mistake, and `decide` would look at the first.
    for (const api of context.apiNamed.values()) {
      const { servedBy } = api.value;
      add(this.#byPort, portKey(context, api), api);
      if (servedBy.kind !== 'workload') continue;
      add(this.#byServer, servedBy.workload, api);
      add(this.#segmentApis, context.workloadNamed.get(servedBy.workload)?.value.segment, api);
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

  /** Of the subject, who is offered something that carries the operation. In the order in which a witness is chosen. */
  callers({ carriers }: Entry, subject: InvariantSubject): readonly Caller[] {
    const found = new Map<string, Caller>();
    const consider = (caller: Caller): void => { if (!found.has(caller.text) && isAmong(caller, subject)) found.set(caller.text, caller); };
    for (const { api, operation } of carriers) {
      for (const { value: offer } of api.offers) {
        if (offer.operation !== operation.value.name) continue;
        for (const identity of offer.to) for (const caller of this.#callersOf(identity)) consider(caller);
      }
    }
    return [...found.values()].sort((a, b) => (a.order < b.order ? -1 : 1));
  }

  #callersOf(identity: IdentityRef): readonly Caller[] {
    switch (identity.kind) {
      case 'workload': {
        const workload = this.context.workloadNamed.get(identity.name);
        return workload === undefined ? [] : [workloadCaller(workload)];
      }
      case 'anyone': return [outsider];
      case 'pods': return [...[...this.context.workloadNamed.values()].map(workloadCaller), stranger];
      case 'builtin': return [{ order: `3${identity.name}`, text: quoted(identity.name), throughExposure: false, peer: { kind: 'builtin', name: identity.name } }];
      case 'people': case 'partner': return []; // nothing verifies them yet, so that `decide` denies them
      default: return identity satisfies never;
    }
  }

  /**
   * The part of the policy that `decide` looks at for this request: the APIs of one server, the requests to them, the
   * server and the caller. It compares nothing else, so that its answer is the same and its cost is that of one API.
   */
  slice(api: LocatedApi, caller?: Caller): Policy {
    const { servedBy } = api.value;
    const server = servedBy.kind === 'workload' ? servedBy.workload : undefined;
    const apis = server === undefined ? [api] : this.#byServer.get(server) ?? [api];
    const serving = server === undefined ? undefined : this.context.workloadNamed.get(server);
    const segment = serving?.value.segment === undefined ? undefined : this.context.segmentNamed.get(serving.value.segment);
    const workloads = new Set([serving, caller?.workload].filter((located) => located !== undefined).map(({ value }) => value));
    return {
      version: 1, name: this.context.policyName, identityProviders: [], people: [], partners: [], never: [], holes: [],
      segments: segment === undefined ? [] : [segment.value],
      workloads: [...workloads],
      apis: apis.map(wellShaped),
      asks: apis.flatMap(({ value }) => this.#asksByApi.get(value.name) ?? []),
    };
  }

  causes(entry: Entry, caller: Caller, request: Request): readonly Related[] {
    const refs = new Set(decide(this.slice(entry.api, caller), request).because.flatMap((because) => ('grant' in because ? [because.grant] : [])));
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
const workloadCaller = (workload: Located<Workload>): Caller => ({ order: `0${workload.value.name}`, text: quoted(workload.value.name), throughExposure: false, peer: { kind: 'workload', name: workload.value.name }, workload });
const wellShaped = (api: LocatedApi): Api => (api.operations.length === api.value.operations.length && api.offers.length === api.value.offers.length ? api.value
  : { ...api.value, operations: api.operations.map(({ value }) => value), offers: api.offers.map(({ value }) => value) });

/** `anyone` is the unauthenticated; `anyIdentity` every workload, and anyone, but the named ones. */
function isAmong(caller: Caller, subject: InvariantSubject): boolean {
  const { peer, workload } = caller;
  const unauthenticated = peer === undefined || peer.kind === 'pod';
  switch (subject.kind) {
    case 'anyone': return unauthenticated;
    case 'workload': return workload?.value.name === subject.name;
    case 'segment': return workload?.value.segment === subject.name;
    case 'builtin': return peer?.kind === 'builtin' && peer.name === subject.name;
    case 'anyIdentity':
      if (peer?.kind === 'builtin') return false;
      return unauthenticated ? !subject.except.some(({ kind }) => kind === 'anyone')
        : !subject.except.some((identity) => identity.kind === 'workload' && identity.name === workload?.value.name);
    case 'people': case 'partner': case 'pods': return false;
    default: return subject satisfies never;
  }
}

/** The same request as it looks on the wire, if `decide` sees it so: a method and a path that this operation owns. */
function concrete(estate: Estate, { api, operation }: Entry, caller: Caller, request: Request): Request {
  const wire = onTheWire(api, operation.value);
  for (const { method, path } of wire) {
    const spelled: Request = { ...request, to: { kind: 'http', api: api.value.name, method, path } };
    if (decide(estate.slice(api, caller), spelled).decision === 'allow') return spelled;
  }
  return request;
}

function onTheWire(api: LocatedApi, operation: Operation): readonly { readonly method: string; readonly path: string }[] {
  switch (operation.kind) {
    case 'grpc': return [{ method: 'POST', path: `/${operation.service}/${operation.method}` }];
    case 'http': {
      // A value that is no literal of the API, so that no more specific template owns the path.
      const literals = new Set(api.operations.flatMap(({ value }) => ('path' in value ? value.path.split('/') : [])));
      const path = `/${exampleSegments(operation.path, literals).join('/')}`;
      return (operation.method === 'ANY' ? httpMethods.filter((method) => method !== 'OPTIONS') : [operation.method]).map((method) => ({ method, path }));
    }
    case 'tcp': case 'websocket': case 'cloud': return [];
    default: return operation satisfies never;
  }
}

function exampleSegments(path: string, literals: ReadonlySet<string>): readonly string[] {
  const { fixed, rest } = parseTemplate(path);
  let value = '1';
  while (literals.has(value)) value += '1';
  return [...fixed.map((segment) => segment ?? value), ...(rest ? [value] : [])];
}
