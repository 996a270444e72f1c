import { conditionText, grants, isUnmanaged, type Platform, type Policy, type Workload } from '#ir';
import { someoneOutside, type Request } from '#spec';
import { idealRequest } from './ideal-request.ts';

/** Somebody who may try, with what they show: a request but for where it goes. */
export interface Source {
  /** What a person calls them. */
  readonly who: string;
  readonly request: Omit<Request, 'to'>;
  readonly caller?: Workload;
  /** Not ours to hold, as a pod of an unmanaged segment: nothing stops what it sends out, only what it reaches. */
  readonly ungoverned: boolean;
}

/** Before every grant's end: artefacts carry no dates, and what has expired was refused or dropped. */
const always = { time: '2000-01-03T12:00:00Z' };

/** Every declared workload, a pod that nobody declared in each namespace, a client outside, the platform's own. Linear in workloads. */
export function sourcesOf(policy: Policy, platform: Platform): readonly Source[] {
  const governed = new Map<string, boolean>(); // a namespace is managed as a whole, or not at all
  for (const workload of policy.workloads) if (workload.kubernetes !== undefined) governed.set(workload.kubernetes.namespace, !isUnmanaged(policy, workload));
  const ipv6 = platform.podCidrs.some((cidr) => cidr.includes(':')), ipv4 = !ipv6 || platform.podCidrs.some((cidr) => !cidr.includes(':'));
  const outside = (address: string): Source => ({ who: `\`${address}\` outside the cluster`, request: { throughExposure: true, context: { ...always, sourceAddress: address } }, ungoverned: false });
  const builtin = (name: 'metricsScraper' | 'nodeProbes'): Source => ({ who: `\`${name}\``, request: { peer: { kind: 'builtin', name }, throughExposure: false, context: always }, ungoverned: true });
  return [
    ...policy.workloads.filter(({ kubernetes }) => kubernetes !== undefined).map((workload): Source => ({
      who: `\`${workload.name}\``, request: { peer: { kind: 'workload', name: workload.name }, throughExposure: false, context: always },
      caller: workload, ungoverned: isUnmanaged(policy, workload),
    })),
    ...[...governed].map(([namespace, managed]): Source => ({
      who: `a pod of \`${namespace}\` that nobody declared`, request: { peer: { kind: 'pod', namespace, labels: {} }, throughExposure: false, context: always }, ungoverned: !managed,
    })),
    ...(ipv4 ? [outside(someoneOutside.ipv4)] : []), ...(ipv6 ? [outside(someoneOutside.ipv6)] : []),
    ...(platform.metricsScraper === undefined ? [] : [builtin('metricsScraper')]),
    ...(platform.mesh === undefined ? [] : [builtin('nodeProbes')]),
  ];
}

/** Whoever shows a token or a certificate in some grant, as that grant wants it, and the same from outside. Each once. */
export function personasOf(policy: Policy, partOf: (grant: ReturnType<typeof grants>[number]) => Policy): readonly Source[] {
  const workloads = new Map(policy.workloads.map((workload) => [workload.name, workload]));
  const found = new Map<string, Source>();
  const add = (source: Source): void => { const key = JSON.stringify(source.request); if (!found.has(key)) found.set(key, source); };
  for (const grant of grants(policy)) {
    if (grant.from.kind !== 'people' && grant.from.kind !== 'partner' && !(grant.from.kind === 'workload' && grant.from.actingFor !== undefined)) continue;
    const ideal = idealRequest(partOf(grant), grant);
    if (ideal === undefined) continue;
    const { to: _there, ...request } = ideal;
    const caller = ideal.peer?.kind === 'workload' ? workloads.get(ideal.peer.name) : undefined;
    const conditions = grant.offer.when.map(conditionText).join(', ');
    const name = grant.from.kind === 'workload' ? `\`${grant.from.name}\` with a token of \`${grant.from.actingFor}\`` : `\`${grant.from.name}\``;
    add({ who: `${name}${conditions === '' ? '' : ` (${conditions})`}`, request, ...(caller === undefined ? {} : { caller }), ungoverned: caller === undefined });
    if (grant.from.kind === 'workload') {
      const { peer: _itself, ...outside } = request;
      add({ who: `a token of \`${grant.from.actingFor}\`, from outside`, request: { ...outside, throughExposure: true }, ungoverned: true });
    }
  }
  return [...found.values()];
}
