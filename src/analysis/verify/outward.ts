import { diagnose, type Diagnostic } from '#diagnostics';
import { cloudServiceFacts, grants, isCloudApi, isUnmanaged, type Platform, type Policy } from '#ir';
import { crossing, inRange, someoneOutside, type Hop } from '#spec';
import { cloudTargets } from './cloud-targets.ts';
import { longAgo } from './cloud-attempts.ts';
import type { Enforcement } from './enforcement.ts';

/**
 * CS4001: pods that are let out to an address that no endpoint has, at the port of a cloud service. What is asked there may be anybody's,
 * in any account, so that no grant is about it; it passes only for whom a person has accepted that.
 */
export function letOut(policy: Policy, platform: Platform, enforced: Enforcement): readonly Diagnostic[] {
  const declared = [...platform.aws?.endpoints.flatMap(({ cidrs }) => cidrs) ?? [], ...platform.apiServer?.cidrs ?? [], ...platform.podCidrs, ...platform.nodeCidrs];
  if (platform.aws === undefined || declared.some((cidr) => inRange(someoneOutside.ipv4, cidr))) return []; // then it is not nobody's
  const ports = new Map(cloudTargets(policy).map((target) => [target.api.servedBy.port ?? cloudServiceFacts[target.api.servedBy.service].port ?? 443, target]));
  const accepted = new Set(grants(policy).flatMap(({ api, from, ref }) => {
    const taken = isCloudApi(api) && from.kind === 'workload' && platform.accept.some(({ feature, grants: refs }) => feature === 'endpoint' && (refs === 'all' || refs.includes(ref)));
    return taken ? [`${from.name} ${api.servedBy.port ?? cloudServiceFacts[api.servedBy.service].port ?? 443}`] : [];
  }));
  return policy.workloads.flatMap((workload, index): readonly Diagnostic[] => {
    if (workload.kubernetes === undefined || isUnmanaged(policy, workload)) return [];
    const open = [...ports].flatMap(([port, { api, to }]): readonly { readonly port: number; readonly way: readonly Hop[] }[] => {
      if (accepted.has(`${workload.name} ${port}`)) return [];
      const { bypasses } = crossing({ ...policy, workloads: [workload], apis: [api], asks: [] }, platform, { peer: { kind: 'workload', name: workload.name }, throughExposure: false, to, context: { time: longAgo } });
      const way = (bypasses[0] ?? []).filter(({ enforcer }) => enforcer === 'network');
      return enforced.admits(way) ? [{ port, way }] : [];
    });
    const [first, ...others] = open;
    return first === undefined ? [] : [diagnose('CS4001', {
      message: `the emitted artefacts let \`${workload.name}\` connect to TCP ${first.port} of an address outside that no endpoint has, which no grant is about${others.length === 0 ? '' : `; ${others.length} more ports are open as well`}`,
      pointer: `/workloads/${index}`, help: 'apply nothing, and report it with the witness: the fault is in the compiler or in a target, not in the policy', witness: { way: first.way, others: others.length },
    })];
  });
}
