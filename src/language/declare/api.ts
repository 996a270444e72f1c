import { callSite } from './call-site.ts';
import { lowerConditions, type DeclaredCondition } from './condition.ts';
import { declaration, defined, each, isFields, noForm, type Declaration, type Fields, type Form, type Lowering } from './declaration.ts';
import type { DeclaredIdentity, WorkloadIdentity } from './identity.ts';
import type { DeclaredOperation, OfferedTo, OperationShape } from './operation.ts';

export type OperationTable = Readonly<Record<string, OperationShape>>;

/** The serving half of a grant. */
export interface OfferOptions {
  /** Workloads have to ask as well; people, partners and `anyone` do not. */
  readonly to: readonly DeclaredIdentity[];
  /** All of which must hold. */
  readonly when?: readonly DeclaredCondition[] | undefined;
  /** Required for `anyone`, for partners and for what is held `restricted`. */
  readonly because?: string | undefined;
  readonly owner?: string | undefined;
  /** Last day of the grant, `YYYY-MM-DD`; it ends at 24:00 UTC of that day. */
  readonly until?: string | undefined;
}
type GivenOffers = OfferOptions | readonly OfferOptions[];
/** Not of names that every object has: TypeScript would compare `Object.prototype`'s with an offer that is not there. `CheckOffers` sees to those. */
type OffersOf<Ops> = { readonly [K in Exclude<keyof Ops, keyof Object>]?: GivenOffers };

/** Through a load-balanced Service, or through a gateway of the platform. */
export type ExposureOptions =
  | { readonly service: string; readonly gateway?: never; readonly host?: never; readonly browser?: never }
  | { readonly gateway: string; readonly host: string; /** Origins whose pages may call it. */ readonly browser?: { readonly origins: readonly string[] } | undefined; readonly service?: never };

export interface ApiOptions<Ops extends OperationTable, Offers> {
  readonly servedBy: WorkloadIdentity;
  /** The *container* port, by number or declared name. */
  readonly port: number | string;
  readonly owner?: string | undefined;
  /** By name. A generated module of them, or written by hand. */
  readonly operations: Ops;
  /** How it is reached from outside the cluster. Without it nobody outside reaches it. */
  readonly exposedAt?: ExposureOptions | undefined;
  /** By operation: one offer, or a list of them where reasons or ends differ. */
  readonly offers?: Offers & CheckOffers<Ops, Offers>;
}

export type CheckOffers<Ops, Offers> = { readonly [K in keyof Offers]: K extends keyof Ops ? Offers[K] extends GivenOffers ? CheckGiven<Offers[K]> : GivenOffers : Refused<`there is no operation \`${K & string}\``> };
type CheckGiven<G> = G extends readonly unknown[] ? { readonly [I in keyof G]: CheckOffer<G[I]> } : CheckOffer<G>;
/** With the offer itself in it, because a literal in a list is compared with this alone. */
type CheckOffer<O> = O & CheckKeys<O> & CheckBecause<O> & CheckWhen<O>;
/** What no value is, with a sentence for the error. Not the sentence alone: of two literal types TypeScript says only `never`. */
export interface Refused<Why extends string> { readonly refused: Why }
/** Whom an offer names. */
type Named<O> = O extends { readonly to: readonly (infer I)[] } ? I : never;

type CheckKeys<O> = { readonly [K in Exclude<keyof O, keyof OfferOptions>]: Refused<`an offer has no \`${K & string}\``> };
/** Whoever is not one of us is let in for a stated reason. */
type CheckBecause<O> = [Extract<Named<O>, { readonly kind: 'anyone' | 'partner' }>] extends [never] ? unknown : { readonly because: string };
/** A condition on a token makes sense only for those who have one: people, and workloads acting for people. */
type CheckWhen<O> = [Exclude<Named<O>, { readonly kind: 'people' } | { readonly people: string }>] extends [never] ? unknown : { readonly when?: readonly DeclaredCondition<'anything'>[] | undefined };

/** An API, with one property for each of its operations: `ordersApi.create`. */
export type DeclaredApi<N extends string = string, Ops extends OperationTable = OperationTable, Offers = unknown> = AnyApi<N> & {
  readonly [K in keyof Ops & string]: DeclaredOperation<N, K, OfferedTo<Offers, K>>;
};
/** Any API, as policies and invariants list them. Everything of its own is behind a symbol: an operation may have any name. */
export interface AnyApi<N extends string = string> { readonly [declaration]: ApiDeclaration<N> }
export interface ApiDeclaration<N extends string = string> extends Declaration { readonly api: N }

/** Declares an API, and to whom its operations are offered. Whatever is not offered is denied. */
export function api<const N extends string, const Ops extends OperationTable, const Offers extends OffersOf<Ops> = {}>(
  name: N, options: ApiOptions<Ops, Offers>,
): DeclaredApi<N, Ops, Offers> {
  return apiHandle(name, { form: apiForm, name, options, site: callSite(api), ref: Object.freeze({ kind: 'api', name }) }, isFields(options) && isFields(options['operations']) ? Object.keys(options['operations']) : []) as DeclaredApi<N, Ops, Offers>;
}

/** Without a prototype, so that `toString` is an operation if it is declared, and nothing if it is not. */
export function apiHandle(name: unknown, declared: Declaration, operations: readonly string[]): object {
  const handle = Object.create(null) as Record<string | symbol, unknown>;
  handle[declaration] = { ...declared, api: name };
  for (const operation of operations) {
    handle[operation] = Object.freeze({
      kind: 'operation', api: name, operation,
      [declaration]: { form: noForm, name: operation, options: undefined, site: declared.site, ref: Object.freeze({ api: name, operation }) },
    });
  }
  return Object.freeze(handle);
}

const apiForm: Form = {
  list: 'apis',
  lower({ name, options }, lowering) {
    if (!isFields(options)) return options;
    const { servedBy, port, operations, offers = {}, exposedAt, ...rest } = defined(options);
    return {
      name, ...rest,
      ...(servedBy === undefined ? {} : { servedBy: lowerServer(lowering.refer(servedBy), port) }),
      ...lowerOperations(operations),
      ...(exposedAt === undefined ? {} : { exposedAt: lowerExposure(exposedAt) }),
      offers: lowerOffers(offers, lowering.below('offers')),
    };
  },
  inside: insideApi,
};

function lowerServer(server: unknown, port: unknown): unknown {
  if (!isFields(server) || server['kind'] !== 'workload') return server;
  const { name, ...rest } = server;
  return { ...rest, workload: name, ...(port === undefined ? {} : { port }) };
}

function lowerOperations(operations: unknown): object {
  if (operations === undefined) return {};
  if (!isFields(operations)) return { operations };
  return { operations: Object.keys(operations).map((name) => (isFields(operations[name]) ? { name, ...operations[name] } : operations[name])) };
}

function lowerExposure(exposure: unknown): unknown {
  if (!isFields(exposure)) return exposure;
  const fields = defined(exposure);
  return { kind: 'gateway' in fields || 'host' in fields ? 'gateway' : 'service', ...fields };
}

/** Every offer with the way to it: its operation, and its place in the list if it is one of several. */
function placedOffers(offers: Fields): readonly { readonly operation: string; readonly index?: number; readonly offer: unknown }[] {
  const found: { operation: string; index?: number; offer: unknown }[] = [];
  for (const operation of Object.keys(offers)) {
    const given = offers[operation];
    if (Array.isArray(given)) given.forEach((offer, index) => found.push({ operation, index, offer }));
    else if (given !== undefined) found.push({ operation, offer: given });
  }
  return found;
}

/** `lowering.pointer` is the list's. */
export function lowerOffers(offers: unknown, lowering: Lowering): unknown {
  if (!isFields(offers)) return offers;
  return placedOffers(offers).map(({ operation, offer }, index) => {
    if (!isFields(offer)) return offer;
    const draft = defined(offer); // a copy, so that it may be completed in place: there are many
    draft['operation'] = operation;
    if (draft['to'] !== undefined) draft['to'] = each(draft['to'], lowering.refer);
    draft['when'] = draft['when'] === undefined ? [] : lowerConditions(draft['when'], lowering.below(index).below('when'));
    return draft;
  });
}

/** What of a server stands in the literal of its API. */
const serverFields = ['port', 'arn', 'owned', 'segment', 'encryptedBy', 'rotationDays'] as const;

export function insideApi({ options }: Declaration, tokens: readonly string[]): readonly string[] {
  const [list, index, ...rest] = tokens;
  if (!isFields(options)) return [];
  switch (list) {
    case 'servedBy': return (serverFields as readonly (string | undefined)[]).includes(index) ? [index!, ...rest] : ['servedBy'];
    case 'operations': {
      const operation = isFields(options['operations']) && index !== undefined ? Object.keys(options['operations'])[Number(index)] : undefined;
      return operation === undefined ? ['operations'] : ['operations', operation, ...(rest[0] === 'name' || rest[0] === 'kind' ? [] : rest)];
    }
    case 'offers': {
      const placed = isFields(options['offers']) && index !== undefined ? placedOffers(options['offers'])[Number(index)] : undefined;
      if (placed === undefined) return ['offers'];
      const way = ['offers', placed.operation, ...(placed.index === undefined ? [] : [String(placed.index)])];
      return rest[0] === 'operation' ? way : [...way, ...rest];
    }
    case 'exposedAt': return index === undefined || index === 'kind' ? ['exposedAt'] : tokens;
    default: return tokens;
  }
}
