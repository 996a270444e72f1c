import type { Api, Ask, Policy, Workload } from '#ir';

/**
 * Parts of a policy that a request about one workload's port depends on, so that the plain loops of the meaning are
 * not run over a whole estate for each cell. What decides about a port are the grants of the APIs behind it, and the
 * facts of the two workloads; a part holds all of them. Grants only ever add, so a part never allows what the whole
 * denies; whoever reports a denial asks the whole first.
 */
export interface PolicyParts {
  /** The APIs that the workload serves and the requests for them, with the workload and, where there is one, the caller. */
  readonly about: (server: Workload, caller?: Workload) => Policy;
  /** One API that the workload is granted something of, if any: enough to know that it calls at all. */
  readonly called: (caller: Workload) => Policy;
}

export function policyParts(policy: Policy): PolicyParts {
  const served = new Map<string, Api[]>(), asked = new Map<string, Ask[]>(), first = new Map<string, Ask>();
  for (const api of policy.apis) if (api.servedBy.kind === 'workload') push(served, api.servedBy.workload, api);
  for (const ask of policy.asks) {
    push(asked, ask.to.api, ask);
    if (ask.from.kind === 'workload' && !first.has(ask.from.name)) first.set(ask.from.name, ask);
  }
  const { version, name, segments, identityProviders, people, partners, never, holes } = policy;
  // Field by field: one is made for every cell, and a spread is several times slower.
  const part = (workloads: readonly Workload[], apis: readonly Api[], asks: readonly Ask[]): Policy => ({ version, name, segments, workloads, identityProviders, people, partners, apis, asks, never, holes });
  const apis = new Map(policy.apis.map((api) => [api.name, api])), asks = new Map<string, readonly Ask[]>();
  return {
    about(server, caller) {
      const mine = served.get(server.name) ?? [];
      let theirs = asks.get(server.name);
      if (theirs === undefined) asks.set(server.name, (theirs = mine.flatMap(({ name }) => asked.get(name) ?? [])));
      return part(caller === undefined || caller === server ? [server] : [caller, server], mine, theirs);
    },
    called(caller) {
      const ask = first.get(caller.name), api = ask === undefined ? undefined : apis.get(ask.to.api);
      return part([caller], api === undefined ? [] : [api], ask === undefined ? [] : [ask]);
    },
  };
}

function push<V>(lists: Map<string, V[]>, key: string, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]); else list.push(value);
}
