import { hbonePort, isUnmanaged, type Platform, type Policy, type Protocol, type Workload } from '#ir';
import { cloudBuiltins, type CloudBuiltin, type Destination } from '#spec';
import type { Attempt } from './attempt.ts';
import type { Source } from './sources.ts';

/** A port of a workload, or one of the cluster's own services. */
export type PortTarget =
  | { readonly kind: 'port'; readonly workload: Workload; readonly index: number; readonly port: number; readonly protocol: Protocol }
  | { readonly kind: 'builtin'; readonly name: 'clusterDns' | 'apiServer' | CloudBuiltin };

/**
 * Every declared port of what is managed, and the TCP port after it where that is not declared: a rule can be too wide
 * for that one only. On an ambient mesh also the port that carries all others. On AWS, whoever gives pods credentials, and
 * the metadata of the instance.
 */
export function portsOf(policy: Policy, platform: Platform): readonly PortTarget[] {
  const ports = policy.workloads.flatMap((workload, index): readonly PortTarget[] => {
    if (isUnmanaged(policy, workload)) return [];
    const declared = workload.kubernetes?.ports ?? [], numbers = new Set(declared.map(({ number }) => number));
    const beside = [...numbers].map((number) => number + 1).filter((number) => number <= 65_535 && !numbers.has(number));
    const tunnel = platform.mesh?.dataPlane === 'ambient' && declared.length > 0 && !numbers.has(hbonePort) && !beside.includes(hbonePort) ? [hbonePort] : [];
    return [
      ...declared.map(({ number, protocol }): PortTarget => ({ kind: 'port', workload, index, port: number, protocol })),
      ...[...beside, ...tunnel].map((port): PortTarget => ({ kind: 'port', workload, index, port, protocol: 'TCP' })),
    ];
  });
  return [
    ...ports,
    ...(platform.dns === undefined ? [] : [{ kind: 'builtin', name: 'clusterDns' } as const]),
    ...(platform.apiServer === undefined ? [] : [{ kind: 'builtin', name: 'apiServer' } as const]),
    ...(platform.aws === undefined ? [] : cloudBuiltins.map((name): PortTarget => ({ kind: 'builtin', name }))),
  ];
}

export function portAttempt(source: Source, target: PortTarget): Attempt {
  const to: Destination = target.kind === 'builtin' ? target : { kind: 'port', workload: target.workload.name, port: target.port, protocol: target.protocol };
  const name = target.kind === 'builtin' ? `\`${target.name}\`` : `${target.protocol} ${target.port} of \`${target.workload.name}\``;
  return {
    request: { ...source.request, to }, who: source.who, does: `connect to ${name}`,
    place: target.kind === 'builtin' ? target.name : `${target.workload.name} ${target.protocol} ${target.port}`,
    pointer: () => (target.kind === 'builtin' ? undefined : `/workloads/${target.index}`),
    ...(target.kind === 'builtin' ? {} : { server: target.workload }), ...(source.caller === undefined ? {} : { caller: source.caller }),
  };
}
