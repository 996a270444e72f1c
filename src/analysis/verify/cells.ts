import type { Platform, Policy, Protocol, Workload } from '#ir';
import { someoneOutside, type Context, type Destination, type Request } from '#spec';

/** Somebody who may try: a declared workload, a pod that nobody declared, or a client outside the cluster. */
export type Source =
  | { readonly kind: 'workload'; readonly workload: Workload }
  | { readonly kind: 'undeclared'; readonly namespace: string }
  | { readonly kind: 'outside'; readonly address: string };

/** Something to try: a port of a workload, or one of the cluster's own services. */
export type Target =
  | { readonly kind: 'port'; readonly workload: Workload; readonly port: number; readonly protocol: Protocol }
  | { readonly kind: 'builtin'; readonly name: 'clusterDns' | 'apiServer' };

/** Before every grant's end: artefacts carry no dates, and what has expired was refused or dropped. */
const always: Context = { time: '1970-01-01T00:00:00Z' };

/** Linear in workloads. */
export function sourcesOf(policy: Policy, platform: Platform): readonly Source[] {
  const namespaces = new Set(policy.workloads.flatMap(({ kubernetes }) => (kubernetes === undefined ? [] : [kubernetes.namespace])));
  const ipv6 = platform.podCidrs.some((cidr) => cidr.includes(':')), ipv4 = !ipv6 || platform.podCidrs.some((cidr) => !cidr.includes(':'));
  return [
    ...policy.workloads.flatMap((workload): readonly Source[] => (workload.kubernetes === undefined ? [] : [{ kind: 'workload', workload }])),
    ...[...namespaces].map((namespace): Source => ({ kind: 'undeclared', namespace })),
    ...(ipv4 ? [{ kind: 'outside', address: someoneOutside.ipv4 } as const] : []),
    ...(ipv6 ? [{ kind: 'outside', address: someoneOutside.ipv6 } as const] : []),
  ];
}

/** Every declared port, and the TCP port after it where that is not declared: a rule can be too wide for that one only. */
export function targetsOf(policy: Policy, platform: Platform): readonly Target[] {
  const ports = policy.workloads.flatMap((workload): readonly Target[] => {
    const declared = workload.kubernetes?.ports ?? [], numbers = new Set(declared.map(({ number }) => number));
    const beside = [...numbers].map((number) => number + 1).filter((number) => number <= 65_535 && !numbers.has(number));
    return [
      ...declared.map(({ number, protocol }): Target => ({ kind: 'port', workload, port: number, protocol })),
      ...beside.map((port): Target => ({ kind: 'port', workload, port, protocol: 'TCP' })),
    ];
  });
  return [
    ...ports,
    ...(platform.dns === undefined ? [] : [{ kind: 'builtin', name: 'clusterDns' } as const]),
    ...(platform.apiServer === undefined ? [] : [{ kind: 'builtin', name: 'apiServer' } as const]),
  ];
}

/** An attempt of one at the other. */
export function requestOf(source: Source, target: Target): Request {
  const to: Destination = target.kind === 'builtin' ? target
    : { kind: 'port', workload: target.workload.name, port: target.port, protocol: target.protocol };
  switch (source.kind) {
    case 'workload': return { peer: { kind: 'workload', name: source.workload.name }, throughExposure: false, to, context: always };
    case 'undeclared': return { peer: { kind: 'pod', namespace: source.namespace, labels: {} }, throughExposure: false, to, context: always };
    case 'outside': return { throughExposure: true, to, context: { ...always, sourceAddress: source.address } };
    default: return source satisfies never;
  }
}

/** What a person calls them. */
export function sourceText(source: Source): string {
  switch (source.kind) {
    case 'workload': return `\`${source.workload.name}\``;
    case 'undeclared': return `a pod of \`${source.namespace}\` that nobody declared`;
    case 'outside': return `\`${source.address}\` outside the cluster`;
    default: return source satisfies never;
  }
}
export const targetText = (target: Target): string =>
  target.kind === 'builtin' ? `\`${target.name}\`` : `${target.protocol} ${target.port} of \`${target.workload.name}\``;
