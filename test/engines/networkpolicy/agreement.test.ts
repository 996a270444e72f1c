import fc from 'fast-check';
import { expect, it } from 'vitest';
import { describeWithEngines } from '../engine.ts';
import { randomWorld } from './random-world.ts';
import { truthTables } from './truth-table.ts';

describeWithEngines(['cyclonus', 'cilsim'], 'the NetworkPolicy engines on random policies', () => {
  it('agree on every cell of 300 worlds, of which a fair part is denied', async () => {
    const worlds = fc.sample(randomWorld, { numRuns: 300, seed: 20_260_101 });
    const cilium = truthTables('cilsim', worlds);
    const denied = { ingress: 0, egress: 0 };
    let judged = 0;
    for await (const table of truthTables('cyclonus', worlds)) {
      const other = await cilium.next();
      if (other.done === true) throw new Error('cilsim answered for fewer worlds');
      const flows = [...table.flows()];
      expect([...other.value.flows()], JSON.stringify(worlds[judged]?.policies)).toEqual(flows);
      denied.ingress += flows.filter(({ ingress }) => !ingress).length;
      denied.egress += flows.filter(({ egress }) => !egress).length;
      judged += 1;
    }
    expect(judged).toBe(worlds.length);
    // Two engines that allow everything agree as well; this world has 420 cells.
    expect(denied.ingress / (judged * 420)).toBeGreaterThan(0.1);
    expect(denied.egress / (judged * 420)).toBeGreaterThan(0.1);
  });
});
