import type { Acceptance, Api, Ask, Offer, Operation, Workload } from '#ir';
import { asOf, type Estate } from './estate.ts';
import { random } from './random.ts';

const domains = ['orders', 'payments', 'catalog', 'inventory', 'shipping', 'accounts', 'pricing', 'search', 'ledger', 'notifications', 'reviews', 'returns'] as const;
const roles = ['api', 'writer', 'reader', 'gateway', 'planner', 'indexer', 'scheduler', 'archive'] as const;

/**
 * A large estate in the manner of real ones, in time linear in what it makes: a workload for each API, in a namespace
 * for each twenty of them; each API with a handful of operations and `grantsPerApi` countersigned grants, from callers
 * that are mostly of its own namespace. Passes `check`, and compiles on its platform.
 */
export function generateEstate({ apis: count, grantsPerApi, seed }: { readonly apis: number; readonly grantsPerApi: number; readonly seed: number }): Estate {
  const rng = random(seed);
  const names = Array.from({ length: count }, (_, index) => `${domains[index % domains.length]}-${roles[Math.floor(index / domains.length) % roles.length]}-${index}`);
  const workloads = names.map((name, index): Workload => {
    const named = index % 3 === 0, number = named ? 8080 : 8000 + (index % 90);
    return {
      name, owner: `team-${domains[index % domains.length]}`, segment: index % 5 === 0 ? 'core' : 'internal',
      kubernetes: {
        namespace: `${domains[Math.floor(index / 20) % domains.length]}-${Math.floor(index / 20)}`, controller: 'Deployment', serviceAccount: name,
        selector: { 'app.kubernetes.io/name': name, 'app.kubernetes.io/part-of': 'retail' },
        ports: [{ number, protocol: 'TCP', ...(named ? { name: 'http' } : {}) }, { number: 9100, protocol: 'TCP', name: 'metrics' }],
        services: [{ name, port: 80, protocol: 'TCP', targetPort: named ? 'http' : number, type: 'ClusterIP' }],
        probes: [{ name: 'readiness', probe: { kind: 'http', port: named ? 'http' : number, path: '/healthz' } }],
      },
    };
  });
  const asks: Ask[] = [];
  const apis = names.map((name, index): Api => {
    const operations = operationsOf(index, domains[index % domains.length]!), offers = new Map<string, Offer>(), given = new Set<string>();
    const most = operations.length * (count - 1);
    while (given.size < Math.min(grantsPerApi, most)) {
      const operation = operations[rng.below(operations.length)]!.name, near = Math.floor(index / 20) * 20 + rng.below(20);
      const from = rng.chance(0.7) && near < count ? near : rng.below(count);
      if (from === index || given.has(`${from} ${operation}`)) continue;
      given.add(`${from} ${operation}`);
      const caller = { kind: 'workload', name: names[from]! } as const, offer = offers.get(operation);
      offers.set(operation, offer === undefined
        ? { operation, to: [caller], when: [], because: `${name} serves it` }
        : { ...offer, to: [...offer.to, caller] });
      asks.push({ from: caller, to: { api: name, operation }, because: `${names[from]} needs it` });
    }
    const port = workloads[index]!.kubernetes!.ports[0]!;
    return { name, owner: workloads[index]!.owner!, servedBy: { kind: 'workload', workload: name, port: port.name ?? port.number }, operations, offers: [...offers.values()] };
  });
  const accept = (feature: Acceptance['feature']): Acceptance => ({ grants: 'all', feature, plane: 'network', because: 'there is no mesh yet', owner: 'platform', until: '2027-06-30' });
  const none = { people: [], workloads: [], partners: [] };
  return {
    asOf,
    policy: {
      version: 1, name: 'large', identityProviders: [], people: [], partners: [], never: [], holes: [], workloads, apis, asks,
      segments: [
        { name: 'core', holds: 'confidential', managed: 'managed', requires: none, alerts: [] },
        { name: 'internal', holds: 'internal', managed: 'managed', requires: none, alerts: [] },
      ],
    },
    platform: {
      version: 1, name: 'large', gateways: [], caBundles: [], hosts: [], podCidrs: ['10.0.0.0/14'], nodeCidrs: ['10.8.0.0/16'],
      cni: { name: 'calico', networkPolicy: 'enforced', servicePortMustEqualContainerPort: false, ipBlockMatchesNodes: true, ipBlockMatchesPods: true, startsOpen: false },
      dns: { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' }, port: 53, protocols: ['UDP', 'TCP'], nodeLocalCidrs: [] },
      apiServer: { cidrs: ['172.20.0.10/32'], port: 6443 },
      accept: [accept('identity.workload'), ...(count > 0 ? [accept('operation.http')] : []), ...(count > 2 ? [accept('operation.grpc')] : [])],
    },
  };
}

/** Two of three speak HTTP, one gRPC. */
function operationsOf(index: number, root: string): readonly Operation[] {
  if (index % 3 === 2) {
    return ['Get', 'List', 'Create', 'Cancel'].map((method) => ({ name: method, kind: 'grpc', service: `retail.${root}.v1.Service${index}`, method }));
  }
  return [
    { name: 'list', kind: 'http', method: 'GET', path: `/v1/${root}` }, { name: 'create', kind: 'http', method: 'POST', path: `/v1/${root}` },
    { name: 'read', kind: 'http', method: 'GET', path: `/v1/${root}/{id}` }, { name: 'export', kind: 'http', method: 'GET', path: `/v1/${root}/export` },
    { name: 'change', kind: 'http', method: 'PUT', path: `/v1/${root}/{id}` },
  ];
}
