import { resolvePort, type Api, type Workload } from '#ir';

/** The container port that serves an API; undefined where its workload or that port is not declared. Every API is served over TCP. */
export function portOf(
  workloads: readonly Workload[] | ReadonlyMap<string, Workload>, { servedBy }: Api,
): { readonly workload: string; readonly number: number; readonly name?: string } | undefined {
  if (servedBy.kind !== 'workload') return undefined;
  const facts = ('get' in workloads ? workloads.get(servedBy.workload) : workloads.find(({ name }) => name === servedBy.workload))?.kubernetes;
  const port = facts === undefined ? undefined : resolvePort(facts, servedBy.port, 'TCP');
  return port === undefined ? undefined : { workload: servedBy.workload, number: port.number, ...(port.name === undefined ? {} : { name: port.name }) };
}
