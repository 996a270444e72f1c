import { expect, it } from 'vitest';
import { describeWithEngines } from '../../../engines/engine.ts';
import { gatewayOf, strangersTo, workloadsOf } from './connected.ts';
import { deployed } from './deployed.ts';
import { inTheMesh, readersOf, type Asking } from './in-the-mesh.ts';
import { meshProxy } from './mesh-proxy.ts';
import { wallet } from './shown.ts';
import { sidecarEstate } from './sidecar-estate.ts';

const estate = deployed(sidecarEstate());
const { platform, policy } = estate;
const stores = policy.workloads.flatMap((workload) => policy.apis.filter(({ operations, servedBy }) => servedBy.kind === 'workload' && servedBy.workload === workload.name && operations.every(({ kind }) => kind === 'tcp')).map((api) => [workload.name, workload, api] as const));

describeWithEngines(['envoy', 'xlate'], 'the retail store with sidecars: pilot\'s configuration in a real Envoy', () => {
  const all: Asking[] = [];

  it.each(readersOf(policy))('that of %s lets each identity, with each token, do what the policy allows, and is what we read', async (_, workload, api) => {
    const asking = await inTheMesh(estate, workload, api);
    all.push(asking);
    expect(asking.wrong).toEqual([]);
    expect(asking.stricter).toEqual(workload.name === 'orders' ? ['checkout: POST /orders'] : []);
  }, 300_000);

  it.each(stores)('that of %s lets connect who may, and is what we read', async (_, workload, api) => {
    const proxy = await meshProxy(estate, workload, await wallet(policy, platform.caBundles[0]!.ref));
    try {
      const known = workloadsOf(policy), granted = known.find(({ name }) => api.offers.some(({ to }) => to.some((identity) => identity.kind === 'workload' && identity.name === name)))!;
      for (const by of [...known, gatewayOf(platform), ...strangersTo(policy, platform, workload.kubernetes!.namespace, granted)]) {
        const { meant, outcome: { arrived }, read } = await proxy.connect(by, api), came = arrived === undefined ? 'deny' : 'allow';
        expect([by.name, came]).toEqual([by.name, by.shows === undefined ? meant : 'deny']);
        if (by.shows === undefined || by.shows === 'none') expect([by.name, read]).toEqual([by.name, came]);
      }
    } finally { await proxy.stop(); }
  }, 120_000);

  it('have been asked, and have let through, as much as the estate is about', () => {
    const sum = (of: keyof Pick<Asking, 'asked' | 'allowed' | 'denied'>): number => all.reduce((total, asking) => total + asking[of], 0);
    expect(sum('asked')).toBeGreaterThan(3000);
    expect(sum('allowed')).toBeGreaterThan(250);
    expect(sum('denied')).toBeGreaterThan(2500);
  });
});
