import { expect, it } from 'vitest';
import { describeWithEngines } from '../../../engines/engine.ts';
import { compiledEstate } from '../compiled-estate.ts';
import { deployed } from './deployed.ts';
import { inTheMesh, readersOf, type Asking } from './in-the-mesh.ts';

const estate = deployed(compiledEstate());

describeWithEngines(['envoy', 'xlate'], 'the retail store\'s waypoints: pilot\'s configuration in a real Envoy', () => {
  const all: Asking[] = [];

  it.each(readersOf(estate.policy))('before %s, one lets each identity, with each token, do what the policy allows, and is what we read', async (_, workload, api) => {
    const asking = await inTheMesh(estate, workload, api);
    all.push(asking);
    expect(asking.wrong).toEqual([]);
    // A plain grant ignores a token; a proxy that reads tokens there refuses the request with a bad one.
    expect(asking.stricter).toEqual(workload.name === 'orders' ? ['checkout: POST /orders'] : []);
  }, 300_000);

  it('have been asked, and have let through, as much as the estate is about', () => {
    const sum = (of: keyof Pick<Asking, 'asked' | 'allowed' | 'denied'>): number => all.reduce((total, asking) => total + asking[of], 0);
    expect(sum('asked')).toBeGreaterThan(3000);
    expect(sum('allowed')).toBeGreaterThan(250);
    expect(sum('denied')).toBeGreaterThan(2500);
  });
});
