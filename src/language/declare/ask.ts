import { declaration, defined, isFields, isHandle, type Declaration, type Form } from './declaration.ts';
import { callSite, type CallSite } from './call-site.ts';
import type { CheckCall, DeclaredOperation } from './operation.ts';
import type { Nested } from './nested.ts';

/** A caller's half of a grant. */
export interface DeclaredAsk { readonly kind: 'ask'; readonly [declaration]: Declaration }

export interface AskOptions {
  readonly because?: string | undefined;
  readonly owner?: string | undefined;
  /** Last day, `YYYY-MM-DD`; it ends at 24:00 UTC of that day. */
  readonly until?: string | undefined;
}

/** What a caller can do that has an identity of its own. `Caller` is its `IdentityText`. */
export interface Asking<Caller extends string> {
  /** Asks for one operation, or for a list of them. Calling what is not offered to this caller is a type error. */
  readonly calls: <const T extends DeclaredOperation | readonly DeclaredOperation[]>(
    what: T & (T extends readonly DeclaredOperation[] ? { readonly [K in keyof T]: CheckCall<Caller, T[K]> } : CheckCall<Caller, T>),
    why?: AskOptions,
  ) => T extends readonly DeclaredOperation[] ? readonly DeclaredAsk[] : DeclaredAsk;
  /** Asks to put messages into a queue. */
  readonly sends: <const Q extends { readonly send: DeclaredOperation }>(queue: Q & { readonly send: CheckCall<Caller, Q['send']> }, why?: AskOptions) => DeclaredAsk;
  /** Asks to take messages out of a queue. */
  readonly receives: <const Q extends { readonly receive: DeclaredOperation }>(queue: Q & { readonly receive: CheckCall<Caller, Q['receive']> }, why?: AskOptions) => DeclaredAsk;
}

/** Flat, because there are more of these than of anything else. */
interface AskDeclaration extends Declaration { readonly from: unknown; readonly to: unknown; /** In the list that was asked for. */ readonly index: number | undefined }

const askForm: Form = {
  list: 'asks',
  lower(declared, { refer }) {
    const { from, to, options: why } = declared as AskDeclaration;
    if (why !== undefined && !isFields(why)) return why;
    const ask = why === undefined ? {} : defined(why);
    ask['from'] = refer(from);
    ask['to'] = isHandle(to) ? to[declaration].ref : to;
    return ask;
  },
  inside(declared, tokens) {
    const { index } = declared as AskDeclaration;
    return tokens[0] === undefined || tokens[0] === 'from' || tokens[0] === 'to' ? (index === undefined ? [] : [String(index)]) : tokens;
  },
};

/** The verbs of a caller; `self` is its handle, which exists only after them. */
export function asking<Caller extends string>(self: () => unknown): Asking<Caller> {
  const ask = (site: CallSite, to: unknown, options: unknown, index?: number): DeclaredAsk => {
    const declared: AskDeclaration = { form: askForm, name: undefined, options, site, from: self(), to, index };
    return Object.freeze({ kind: 'ask', [declaration]: declared });
  };
  const calls = (what: unknown, why?: unknown): Nested<DeclaredAsk> => {
    const site = callSite(calls);
    return Array.isArray(what) ? what.map((to, index) => ask(site, to, why, index)) : ask(site, what, why);
  };
  const sends = (queue: unknown, why?: unknown) => ask(callSite(sends), operationOf(queue, 'send'), why);
  const receives = (queue: unknown, why?: unknown) => ask(callSite(receives), operationOf(queue, 'receive'), why);
  return { calls, sends, receives } as unknown as Asking<Caller>;
}

const operationOf = (api: unknown, name: string): unknown => (isFields(api) ? api[name] : api);
