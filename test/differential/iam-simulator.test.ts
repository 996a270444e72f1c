import { describe, expect, it } from 'vitest';
import type { Verdict } from '#spec';
import { awsIam } from '../../src/targets/aws-iam/target.ts';
import { gaps, type Gap } from './iam-gaps.ts';
import { artifactsOf, hopOf, iamWorld, platform, type IamWorld } from './iam-world.ts';
import { simulate } from './iam-simulator.ts';
import { irsaPlatform, simulateTrust, trustArtifacts, trustHop, trustWorld } from './iam-trust.ts';

/** The same worlds for ever; about 15 CPU seconds in all. `WORLDS=100000` looks at more. */
const worlds = Number(process.env['WORLDS'] ?? 12_000);

/** `unknown` agrees with anything; it has to be rare, or this says nothing. Of a principal whose policies nobody knows, both extremes are asked. */
const agrees = (verdict: Verdict, allowed: readonly boolean[]): boolean => verdict === 'unknown' || (verdict === 'allow' ? allowed.every(Boolean) : verdict === 'deny' && !allowed.some(Boolean));

/** The gaps that a difference comes from: said in other words, one alone is enough, or all together are. */
async function gapsOf(world: IamWorld, verdict: Verdict): Promise<readonly Gap[]> {
  const agreesOn = async (other: IamWorld): Promise<boolean> => { const simulated = await simulate(other); return !('faults' in simulated) && agrees(verdict, simulated.map((one) => one === 'Allowed')); };
  for (const gap of gaps) if (await agreesOn(gap.inOtherWords(world))) return [gap];
  return await agreesOn(gaps.reduce((other, { inOtherWords }) => inOtherWords(other), world)) ? gaps.filter(({ inOtherWords }) => JSON.stringify(inOtherWords(world)) !== JSON.stringify(world)) : [];
}

describe('reading IAM agrees with a simulator that others wrote', () => {
  it('on random policies of both sides, boundaries, session policies and conditions, but for its documented gaps', { timeout: 3_600_000 }, async () => {
    const strays: { readonly verdict: Verdict; readonly simulated: readonly string[]; readonly world: IamWorld }[] = [], used = new Set<string>();
    const count = { allow: 0, deny: 0, unknown: 0, pods: 0, unknownPods: 0, faults: 0 };
    for (let seed = 1; seed <= worlds; seed++) {
      const world = iamWorld(seed), verdict = awsIam.interpret(artifactsOf(world), platform)(hopOf(world)), simulated = await simulate(world);
      if ('faults' in simulated) { count.faults++; continue; }
      const isPod = world.cloud.principal.kind === 'pod';
      if (verdict !== 'abstain') count[verdict]++;
      if (isPod) { count.pods++; if (verdict === 'unknown') count.unknownPods++; }
      if (agrees(verdict, simulated.map((one) => one === 'Allowed'))) continue;
      const explaining = await gapsOf(world, verdict);
      if (explaining.length === 0) strays.push({ verdict, simulated, world });
      for (const { name } of explaining) used.add(name);
    }
    expect(strays.slice(0, 3)).toEqual([]);
    expect(gaps.map(({ name }) => name).filter((name) => !used.has(name))).toEqual([]);
    // The worlds are worth asking about: documents are valid, a fair share is admitted, and few answers are withheld.
    expect(count.faults).toBe(0);
    expect(count.allow / worlds).toBeGreaterThan(0.1);
    expect(count.deny / worlds).toBeGreaterThan(0.3);
    expect(count.unknownPods / count.pods).toBeLessThan(0.08);
  });

  it('on who gets a role, by an association, a token or a certificate', { timeout: 3_600_000 }, async () => {
    const strays: unknown[] = [], count = { admitted: 0, unknown: 0, faults: 0 }, tried = Math.ceil(worlds / 4);
    for (let seed = 1; seed <= tried; seed++) {
      const world = trustWorld(seed), verdict = awsIam.interpret(trustArtifacts(world), world.way === 'token' ? irsaPlatform : platform)(trustHop(world)), simulated = await simulateTrust(world);
      if (typeof simulated !== 'boolean') { count.faults++; continue; }
      if (verdict === 'unknown') count.unknown++;
      if (simulated) count.admitted++;
      if (!agrees(verdict, [simulated])) strays.push({ verdict, simulated, world });
    }
    expect(strays.slice(0, 3)).toEqual([]);
    expect(count.faults).toBe(0);
    expect(count.admitted / tried).toBeGreaterThan(0.2);
    expect(count.unknown / tried).toBeLessThan(0.08);
  });
});
