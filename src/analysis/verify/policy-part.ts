import type { Api, Ask, CloudApi, Policy, Workload } from '#ir';

/**
 * Parts of a policy that a request about one workload's port, or one resource of the cloud, depends on, so that the plain loops of the meaning are
 * not run over a whole estate for each cell. What decides about a port are the grants of the APIs behind it, and the
 * facts of the two workloads; a part holds all of them. Grants only ever add, so a part never allows what the whole
 * denies; whoever reports a denial asks the whole first.
 */
export interface PolicyParts {
  /**
   * The APIs that the workload serves and the requests for them, with the workload and, where there is one, the caller;
   * of other APIs at the same gateways, the names that they are exposed under, a few of many.
   */
  readonly about: (server: Workload, caller?: Workload) => Policy;
  /**
   * A resource of the cloud, and what of it the caller asks for, with the caller; of a key also what is encrypted with it and the
   * caller asks for: whoever is granted something of that may use the key through its service.
   */
  readonly ofResource: (resource: CloudApi, caller?: Workload) => Policy;
  /** One API that the workload asks for, and one of the cloud, if any: enough to know that it calls at all. */
  readonly called: (caller: Workload) => Policy;
}

export function policyParts(policy: Policy): PolicyParts {
  const served = new Map<string, Api[]>(), asked = new Map<string, Ask[]>(), first = new Map<string, Map<Api['servedBy']['kind'], Ask>>();
  const encrypted = new Map<string, Api[]>(), apis = new Map(policy.apis.map((api) => [api.name, api]));
  for (const api of policy.apis) {
    if (api.servedBy.kind === 'workload') push(served, api.servedBy.workload, api);
    else if (api.servedBy.encryptedBy !== undefined) push(encrypted, api.servedBy.encryptedBy, api);
  }
  for (const ask of policy.asks) {
    push(asked, ask.to.api, ask);
    const kind = apis.get(ask.to.api)?.servedBy.kind;
    if (ask.from.kind !== 'workload' || kind === undefined) continue;
    let ofCaller = first.get(ask.from.name);
    if (ofCaller === undefined) first.set(ask.from.name, (ofCaller = new Map()));
    if (!ofCaller.has(kind)) ofCaller.set(kind, ask);
  }
  const { version, name, segments, identityProviders, people, partners, never, holes } = policy;
  // Field by field: one is made for every cell, and a spread is several times slower.
  const part = (workloads: readonly Workload[], apis: readonly Api[], asks: readonly Ask[]): Policy => ({ version, name, segments, workloads, identityProviders, people, partners, apis, asks, never, holes });
  const known = new Map<string, { readonly apis: readonly Api[]; readonly asks: readonly Ask[] }>();
  const resources = new Map<string, Map<string, { readonly apis: Set<Api>; readonly asks: Ask[] }>>();
  const besides = exposedBesides(policy);
  return {
    about(server, caller) {
      let found = known.get(server.name);
      if (found === undefined) {
        const mine = served.get(server.name) ?? [];
        known.set(server.name, (found = { apis: [...mine, ...besides(mine)], asks: mine.flatMap(({ name }) => asked.get(name) ?? []) }));
      }
      return part(caller === undefined || caller.name === server.name ? [server] : [caller, server], found.apis, found.asks);
    },
    ofResource(resource, caller) {
      if (caller === undefined) return part([], [resource, ...encrypted.get(resource.name) ?? []], []);
      let byCaller = resources.get(resource.name);
      if (byCaller === undefined) {
        resources.set(resource.name, (byCaller = new Map()));
        for (const api of [resource, ...encrypted.get(resource.name) ?? []]) {
          for (const ask of asked.get(api.name) ?? []) {
            if (ask.from.kind !== 'workload') continue;
            const known = byCaller.get(ask.from.name) ?? { apis: new Set([resource]), asks: [] };
            known.apis.add(api);
            known.asks.push(ask);
            byCaller.set(ask.from.name, known);
          }
        }
      }
      const mine = byCaller.get(caller.name);
      return part([caller], mine === undefined ? [resource] : [...mine.apis], mine?.asks ?? []);
    },
    called(caller) {
      const asks = [...first.get(caller.name)?.values() ?? []];
      return part([caller], asks.map(({ to }) => apis.get(to.api)!), asks);
    },
  };
}

/** As many other names of a gateway as are tried for each server. Up to here all of them, beyond it those that follow its own. */
const mostHosts = 6;

/** For some APIs: others that are exposed at their gateways under other hosts, with nothing but that name. */
function exposedBesides({ apis }: Policy): (mine: readonly Api[]) => readonly Api[] {
  const byGateway = new Map<string, Map<string, Api>>();
  for (const api of apis) {
    if (api.exposedAt?.kind !== 'gateway') continue;
    let hosts = byGateway.get(api.exposedAt.gateway);
    if (hosts === undefined) byGateway.set(api.exposedAt.gateway, (hosts = new Map()));
    if (!hosts.has(api.exposedAt.host)) hosts.set(api.exposedAt.host, { ...api, operations: [], offers: [] });
  }
  const lists = new Map([...byGateway].map(([gateway, hosts]) => [gateway, { names: [...hosts.keys()], apis: [...hosts.values()] }]));
  return (mine) => {
    const own = new Set(mine.map(({ name }) => name));
    const gateways = new Set(mine.flatMap(({ exposedAt }) => (exposedAt?.kind === 'gateway' ? [exposedAt.gateway] : [])));
    return [...gateways].flatMap((gateway) => {
      const { apis: all, names } = lists.get(gateway)!;
      const start = names.findIndex((name) => mine.some(({ exposedAt }) => exposedAt?.kind === 'gateway' && exposedAt.host === name));
      const following = Array.from({ length: Math.min(names.length, mostHosts + 1) }, (_, step) => all[(start + step) % all.length]!);
      return following.filter(({ name }) => !own.has(name));
    });
  };
}

function push<V>(lists: Map<string, V[]>, key: string, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]); else list.push(value);
}
