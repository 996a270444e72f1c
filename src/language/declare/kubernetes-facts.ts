import type { Controller, Labels, Protocol } from '#ir';
import { defined, each, isFields, type Fields } from './declaration.ts';

/**
 * What a cluster knows a workload by, with Kubernetes' own defaults. `countersign import manifests` writes this; by
 * hand it is as short as `{ namespace, serviceAccount, selector, ports }`.
 */
export interface KubernetesFacts {
  readonly namespace: string;
  /** What creates the pods. Some enforcers look at it. */
  readonly controller?: Controller | undefined;
  /** Absent: the workload can serve but not call. */
  readonly serviceAccount?: string | undefined;
  /** Labels that all of its pods carry and no others. Never empty. */
  readonly selector: Labels;
  readonly ports?: readonly PortFacts[] | undefined;
  /** The Services that select it; a Service of several ports has several entries. */
  readonly services?: readonly ServiceFacts[] | undefined;
  /** Of its container; of several containers a list, each with its `container`. */
  readonly probes?: ProbeFacts | readonly ProbeFacts[] | undefined;
  /** Where its metrics are scraped: a container port by number or declared name, and a path. */
  readonly metrics?: { readonly port: number | string; readonly path: string } | undefined;
}
/** A port that a container declares: `protocol` TCP where nothing is said, `name` only where the container declares it. */
export interface PortFacts { readonly number: number; readonly protocol?: Protocol | undefined; readonly name?: string | undefined }
/** TCP, ClusterIP and `targetPort` equal to `port` where nothing is said (Kubernetes, "Service"). */
export interface ServiceFacts {
  readonly name: string;
  readonly port: number;
  readonly protocol?: Protocol | undefined;
  /** Container port, by number or declared name. */
  readonly targetPort?: number | string | undefined;
  readonly type?: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | undefined;
  readonly nodePort?: number | undefined;
}
export interface ProbeFacts {
  readonly container?: string | undefined;
  readonly liveness?: ProbeFact | undefined;
  readonly readiness?: ProbeFact | undefined;
  readonly startup?: ProbeFact | undefined;
}
/** One probe. Ports are the container's, by number or (but for gRPC) declared name. `exec` opens no connection, so its command is not looked at. */
export type ProbeFact =
  | { readonly http: { readonly port: number | string; readonly path: string } }
  | { readonly grpc: { readonly port: number; readonly service?: string | undefined } }
  | { readonly tcp: { readonly port: number | string } }
  | { readonly exec: true | { readonly command?: readonly string[] | undefined } };

/** As the IR has it. Defaults fill what is absent; whatever else was written is kept, for `check` to judge. */
export function lowerKubernetes(facts: unknown): unknown {
  if (!isFields(facts)) return facts;
  const { ports = [], services = [], probes = [], metrics, ...rest } = defined(facts);
  return {
    ...rest,
    ports: each(ports, (port) => (isFields(port) ? { protocol: 'TCP', ...defined(port) } : port)),
    services: each(services, (service) => (isFields(service) ? { protocol: 'TCP', type: 'ClusterIP', ...('port' in service ? { targetPort: service['port'] } : {}), ...defined(service) } : service)),
    probes: Array.isArray(probes) || isFields(probes) ? placedProbes(probes).map(({ lowered }) => lowered) : probes,
    ...(metrics === undefined ? {} : { metrics }),
  };
}

/** Each probe as the IR has it, with the way to it inside the literal. */
function placedProbes(probes: unknown): readonly { readonly lowered: unknown; readonly inside: readonly string[] }[] {
  const groups: readonly unknown[] = Array.isArray(probes) ? probes : [probes];
  return groups.flatMap((group, index) => {
    const way = Array.isArray(probes) ? [String(index)] : [];
    if (!isFields(group)) return [{ lowered: group, inside: way }];
    const { container, ...named } = defined(group);
    return Object.entries(named).map(([name, fact]) => ({
      lowered: { name, ...(container === undefined ? {} : { container }), probe: lowerProbe(fact) },
      inside: [...way, name],
    }));
  });
}

function lowerProbe(fact: unknown): unknown {
  const kind = kindOf(fact);
  if (kind === undefined) return fact;
  if (kind === 'exec') return { kind };
  const how = (fact as Fields)[kind];
  return isFields(how) ? { kind, ...defined(how) } : how;
}

/** The one key of a probe, whatever it is: `check` knows which there are. */
function kindOf(fact: unknown): string | undefined {
  const keys = isFields(fact) ? Object.keys(defined(fact)) : [];
  return keys.length === 1 && keys[0] !== 'kind' ? keys[0] : undefined;
}

/** From tokens below the IR's `kubernetes` to tokens below the literal's. */
export function insideKubernetes(facts: unknown, tokens: readonly string[]): readonly string[] {
  if (tokens[0] !== 'probes' || tokens[1] === undefined || !isFields(facts)) return tokens;
  const { inside } = placedProbes(facts['probes'])[Number(tokens[1])] ?? {};
  if (inside === undefined) return ['probes'];
  if (tokens[2] === 'container') return ['probes', ...inside.slice(0, -1), 'container'];
  if (tokens[2] !== 'probe') return ['probes', ...inside];
  const fact = inside.reduce<unknown>((value, token) => (value as Fields | undefined)?.[token], facts['probes']);
  const kind = kindOf(fact);
  return ['probes', ...inside, ...(kind === undefined ? [] : [kind]), ...(tokens[3] === 'kind' ? [] : tokens.slice(3))];
}
