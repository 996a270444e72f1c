import fc from 'fast-check';
import type { Api, Policy, Workload } from '#ir';
import { api, connect, http, policy, rpc, service, tcpPort, workload } from './estate.ts';

/** Small estates of several namespaces with shared labels, named ports, exposures and several APIs of one workload. */
export const estates: fc.Arbitrary<Policy> = fc.integer({ min: 1, max: 7 }).chain((count) => fc.record({
  places: fc.array(fc.record({
    namespace: fc.constantFrom('shop', 'bank', 'kube-system'), shared: fc.boolean(), named: fc.boolean(), second: fc.boolean(),
    exposed: fc.boolean(), callsApiServer: fc.boolean(), kind: fc.constantFrom('http', 'grpc', 'tcp'),
  }), { minLength: count, maxLength: count }),
  edges: fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1), fc.nat(1)), { maxLength: 14 }),
  anyone: fc.array(fc.nat(count - 1), { maxLength: 3 }),
})).map(({ places, edges, anyone }) => {
  const name = (index: number): string => `w${index}`;
  const workloads: Workload[] = places.map(({ namespace, shared, named, second, exposed, callsApiServer }, index) => workload(name(index), {
    namespace,
    selector: shared ? { 'app.kubernetes.io/name': `w${index}`, part: 'all' } : { app: `w${index}` },
    ports: [tcpPort(8080, ...(named ? ['http'] as const : [])), ...(second ? [tcpPort(9000 + index)] : [])],
    services: [service(name(index), 80, named ? 'http' : 8080, exposed ? 'LoadBalancer' : 'ClusterIP')],
  }, callsApiServer ? { callsApiServer: { because: 'it watches' } } : {}));
  const apis: Api[] = places.flatMap(({ named, second, exposed, kind }, index) => {
    const callers = (at: number) => [...new Set(edges.filter(([, to, port]) => to === index && (second ? port : 0) === at).map(([from]) => name(from)))];
    const operation = kind === 'tcp' ? connect(8080) : kind === 'grpc' ? rpc('Read') : http('read');
    const outside = exposed && anyone.includes(index) ? ['anyone'] : [];
    return [
      api(name(index), {
        port: named ? 'http' : 8080, operations: [operation], offers: { [operation.name]: [...callers(0), ...outside] },
        ...(exposed ? { exposedAt: { kind: 'service' as const, service: name(index) } } : {}),
      }),
      ...(second ? [api(`${name(index)}-admin`, { server: name(index), port: 9000 + index, offers: { read: callers(1) } })] : []),
    ];
  });
  return policy(workloads, apis);
});

/** The same estate, written in another order. */
export const reordered = (declared: Policy): Policy => ({
  ...declared,
  workloads: [...declared.workloads].reverse().map((entry) => entry.kubernetes === undefined ? entry : {
    ...entry, kubernetes: {
      ...entry.kubernetes, ports: [...entry.kubernetes.ports].reverse(), services: [...entry.kubernetes.services].reverse(),
      selector: Object.fromEntries(Object.entries(entry.kubernetes.selector).reverse()),
    },
  }),
  apis: [...declared.apis].reverse().map((served) => ({ ...served, offers: [...served.offers].reverse().map((offer) => ({ ...offer, to: [...offer.to].reverse() })) })),
  asks: [...declared.asks].reverse(),
});
