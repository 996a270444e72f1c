import { builtinGrantRef, resolvePort, type Policy } from '#ir';
import type { Destination } from '#spec';

/** What the scraper and the kubelet get to without a grant, by what workloads say of themselves: the name that it goes by. */
export type Derived = (peer: string, to: Destination) => string | undefined;

interface Reached { readonly port: number; /** Absent: a connection, and nothing said on it. */ readonly line: string | undefined; readonly ref: string }

/** `placeOf` is the container port that serves an API. */
export function derivedIn(policy: Policy, placeOf: (api: string) => { readonly workload: string; readonly number: number } | undefined): Derived {
  const scraped = new Map<string, readonly Reached[]>(), probed = new Map<string, readonly Reached[]>();
  for (const { kubernetes, name } of policy.workloads) {
    if (kubernetes === undefined || scraped.has(name)) continue;
    const numberOf = (port: number | string): number | undefined => (typeof port === 'number' ? port : resolvePort(kubernetes, port, 'TCP')?.number);
    const at = (port: number | string, line: string | undefined, ref: string): readonly Reached[] => { const number = numberOf(port); return number === undefined ? [] : [{ port: number, line, ref }]; };
    const { metrics, probes } = kubernetes;
    scraped.set(name, metrics === undefined ? [] : at(metrics.port, `GET ${metrics.path}`, builtinGrantRef(name)));
    probed.set(name, probes.flatMap(({ name: probe, probe: check }) =>
      (check.kind === 'exec' ? [] : at(check.port, check.kind === 'http' ? `GET ${check.path}` : check.kind === 'grpc' ? 'POST /grpc.health.v1.Health/Check' : undefined, `nodeProbes → ${name}.${probe}`))));
  }
  return (peer, to) => {
    const of = peer === 'metricsScraper' ? scraped : peer === 'nodeProbes' ? probed : undefined;
    if (of === undefined || (to.kind !== 'port' && to.kind !== 'http')) return undefined;
    const place = to.kind === 'port' ? (to.protocol === 'TCP' ? { workload: to.workload, number: to.port } : undefined) : placeOf(to.api);
    if (place === undefined) return undefined;
    return of.get(place.workload)?.find(({ line, port }) => port === place.number && (to.kind === 'port' || (line === `${to.method} ${to.path}` && to.upgrade === undefined)))?.ref;
  };
}
