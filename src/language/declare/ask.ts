import { declaration, defined, isFields, isHandle, type Declaration, type Form } from './declaration.ts';
import { callSite } from './call-site.ts';
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

interface AskFacts { readonly from: unknown; readonly to: unknown; readonly why: unknown; /** In the list that was asked for. */ readonly index?: number }

const askForm: Form = {
  list: 'asks',
  lower({ options }, { refer }) {
    const { from, to, why } = options as AskFacts;
    const ask = { from: refer(from), to: isHandle(to) ? to[declaration].ref : to };
    return why === undefined ? ask : isFields(why) ? { ...defined(why), ...ask } : why;
  },
  inside({ options }, tokens) {
    const { index } = options as AskFacts;
    return tokens[0] === undefined || tokens[0] === 'from' || tokens[0] === 'to' ? (index === undefined ? [] : [String(index)]) : tokens;
  },
};

/** The verbs of a caller; `self` is its handle, which exists only after them. */
export function asking<Caller extends string>(self: () => unknown): Asking<Caller> {
  const ask = (site: Declaration['site'], to: unknown, why: unknown, index?: number): DeclaredAsk => Object.freeze({
    kind: 'ask', [declaration]: { form: askForm, name: undefined, options: { from: self(), to, why, ...(index === undefined ? {} : { index }) } satisfies AskFacts, site },
  });
  const calls = (what: unknown, why?: unknown): Nested<DeclaredAsk> => {
    const site = callSite(calls);
    return Array.isArray(what) ? what.map((to, index) => ask(site, to, why, index)) : ask(site, what, why);
  };
  const sends = (queue: unknown, why?: unknown) => ask(callSite(sends), operationOf(queue, 'send'), why);
  const receives = (queue: unknown, why?: unknown) => ask(callSite(receives), operationOf(queue, 'receive'), why);
  return { calls, sends, receives } as unknown as Asking<Caller>;
}

const operationOf = (api: unknown, name: string): unknown => (isFields(api) ? api[name] : api);
