import type { IdentityRef, Policy } from '#ir';

/** Ten grants an API, written backwards. */
export function estate(apis: number): Policy {
  const range = (count: number): number[] => Array.from({ length: count }, (_, index) => count - 1 - index);
  const caller = (api: number, index: number): IdentityRef => ({ kind: 'workload', name: `workload-${(api * 7 + index * 13) % apis}` });
  return {
    version: 1, name: 'estate', segments: [], identityProviders: [], people: [], partners: [], never: [], holes: [],
    workloads: range(apis).map((index) => ({ name: `workload-${index}`, kubernetes: { namespace: `ns-${index % 20}`, serviceAccount: `workload-${index}`, selector: { app: `workload-${index}` }, ports: [{ number: 8080, protocol: 'TCP', name: 'http' }], services: [], probes: [] } })),
    apis: range(apis).map((api) => ({
      name: `api-${api}`, servedBy: { kind: 'workload', workload: `workload-${api}`, port: 'http' },
      operations: range(10).map((index) => ({ name: `op-${index}`, kind: 'http', method: 'GET', path: `/op-${index}` })),
      offers: range(10).map((index) => ({ operation: `op-${index}`, to: [caller(api, index)], when: [], because: 'it is so' })),
    })),
    asks: range(apis).flatMap((api) => range(10).map((index) => ({ from: caller(api, index), to: { api: `api-${api}`, operation: `op-${index}` }, because: 'it is so' }))),
  };
}
