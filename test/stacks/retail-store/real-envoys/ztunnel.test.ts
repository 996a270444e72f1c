import { beforeAll, describe, expect, it } from 'vitest';
import { hbonePort, spiffeId, waypointOf, type Api } from '#ir';
import { crossing, decide, type Hop } from '#spec';
import { describeWithEngines } from '../../../engines/engine.ts';
import { compiledEstate } from '../compiled-estate.ts';
import { gatewayOf, strangersTo, workloadsOf } from './connected.ts';
import { deployed, without } from './deployed.ts';
import type { Connected } from './mesh-proxy.ts';
import { wallet } from './shown.ts';
import { ztunnelTold } from './ztunnel-told.ts';

const compiled = compiledEstate();
const estate = deployed(compiled);
const { platform, policy, read } = estate;
const mesh = platform.mesh!;
const sources = ['100.64.3.3', '10.0.0.9', '203.0.113.7'];

describeWithEngines(['xlate'], 'the retail store\'s ztunnels, by pilot\'s conversion of our policies (no ztunnel runs)', () => {
  let told: Awaited<ReturnType<typeof ztunnelTold>>;
  beforeAll(async () => void (told = await ztunnelTold(estate, (await wallet(policy, platform.caBundles[0]!.ref)).keySets)), 60_000);

  it('pilot leaves nothing of them out', () => expect(told.complaints).toEqual([]));

  const peers = [
    undefined, ...policy.workloads.flatMap(({ kubernetes }) => spiffeId(mesh.trustDomain, kubernetes!.namespace, kubernetes!.serviceAccount ?? 'default')),
    ...policy.workloads.map(({ kubernetes }) => spiffeId(mesh.trustDomain, kubernetes!.namespace, waypointOf(mesh, kubernetes!.namespace).serviceAccount)),
    ...[...platform.gateways.map(({ pods }) => pods), platform.metricsScraper!].map(({ namespace, serviceAccount }) => spiffeId(mesh.trustDomain, namespace, serviceAccount)),
    spiffeId(mesh.trustDomain, 'ui', 'intruder'), spiffeId(mesh.trustDomain, 'elsewhere', 'ui'), spiffeId('another.example.com', 'ui', 'ui'),
  ];

  it.each(policy.workloads.map((workload) => [workload.name, workload] as const))('a connection to %s passes as we read the policies: each identity, each port', (_, workload) => {
    const facts = workload.kubernetes!;
    const counted = { passed: 0, stopped: 0 };
    for (const port of [...new Set([...facts.ports.map(({ number }) => number), 80, 8080, 3306, 5432, 6379, 22, 15_090, hbonePort])]) {
      for (const peer of new Set(peers)) {
        for (const ip of sources) {
          const hop: Hop = { enforcer: 'mesh', proxy: 'ztunnel', direction: 'ingress', from: { ip }, to: { namespace: facts.namespace, podLabels: facts.selector }, port, protocol: 'TCP', ...(peer === undefined ? {} : { peer }) };
          const passes = told.admits({ to: workload, port, ip, ...(peer === undefined ? {} : { peer }) });
          if (passes) counted.passed++; else counted.stopped++;
          expect(read.mesh(hop), `${peer ?? 'plain text'} from ${ip} to ${port}`).toBe(passes ? 'allow' : 'deny');
        }
      }
    }
    expect(counted.passed).toBeGreaterThan(0);
    expect(counted.stopped).toBeGreaterThan(300);
  });

  describe('a store, which no waypoint stands in front of', () => {
    const stores = policy.apis.filter(({ operations }) => operations.every(({ kind }) => kind === 'tcp'));
    const known = workloadsOf(policy);
    const callers = (api: Api): readonly Connected[] => {
      const granted = known.find(({ name }) => api.offers.some(({ to }) => to.some((identity) => identity.kind === 'workload' && identity.name === name)))!;
      return [...known, gatewayOf(platform), ...strangersTo(policy, platform, 'orders', granted).filter(({ shows }) => shows === undefined)];
    };
    it.each(stores.flatMap((api) => callers(api).map((by) => [by.name, api.name, api, by] as const)))('%s connects to %s as the policy means', (_, __, api, by) => {
      const { peer } = by;
      const request = { peer, throughExposure: false, to: { kind: 'operation', api: api.name, operation: 'connect' }, context: { time: '2026-11-24T12:00:00Z' } } as const;
      const hop = crossing(policy, platform, request).intended.find(({ proxy }) => proxy === 'ztunnel')!;
      const to = policy.workloads.find(({ name }) => api.servedBy.kind === 'workload' && name === api.servedBy.workload)!;
      expect(told.admits({ to, port: hop.port, peer: hop.peer!, ip: '100.64.3.3' })).toBe(decide(policy, request).decision === 'allow');
    });
  });

  it('sees a denial or an allowance that is missing', async () => {
    for (const name of ['countersign-orders', 'countersign-orders-postgresql']) {
      const less = await ztunnelTold(deployed(compiled, without('AuthorizationPolicy', name)), (await wallet(policy, platform.caBundles[0]!.ref)).keySets);
      const to = policy.workloads.find((workload) => `countersign-${workload.name}` === name)!;
      const admitted = (which: typeof told): number => [...new Set(peers)].filter((peer) => which.admits({ to, port: to.kubernetes!.ports[0]!.number, ip: '100.64.3.3', ...(peer === undefined ? {} : { peer }) })).length;
      expect(admitted(less)).not.toBe(admitted(told));
    }
  });
});
