import { afterAll, beforeAll, expect, it } from 'vitest';
import { decide } from '#spec';
import { describeWithEngines } from '../../../engines/engine.ts';
import { compiledEstate } from '../compiled-estate.ts';
import { each } from './asking.ts';
import { everybody } from './callers.ts';
import { deployed } from './deployed.ts';
import { edge, hostOf, type Edge } from './edge.ts';
import { neighboursOf, operationsOf } from './questions.ts';

const estate = deployed(compiledEstate());
const exposed = estate.policy.apis.filter((api) => hostOf(api) !== undefined);

describeWithEngines(['envoy', 'egxlate'], 'the retail store\'s gateway, in a real Envoy', () => {
  let real: Edge;
  beforeAll(async () => void (real = await edge(estate)), 120_000);
  afterAll(async () => real?.stop());
  const count = { asked: 0, allowed: 0, denied: 0 };

  it.each(exposed.map((api) => [api.name, api] as const))('lets through to %s what the policy allows, as it was asked, and nothing else', async (_, api) => {
    const wrong: string[] = [];
    await each([...operationsOf(api), ...neighboursOf(api)].flatMap((question) => everybody.map((who) => ({ ...question, api, who }))), async (asked) => {
      const { meant, outcome: { arrived, refused, status }, read, request } = await real.ask(asked);
      const named = `${asked.who.name}: ${asked.method} ${asked.path}`;
      count.asked++;
      if (meant === 'allow') count.allowed++; else count.denied++;
      if ((arrived === undefined) === (meant === 'allow')) wrong.push(`${named} is ${status} ${refused ?? ''} and should be ${meant}`);
      if ((read === 'allow') !== (arrived !== undefined)) wrong.push(`${named} is ${status} and read as ${read}`);
      void request; void decide; void arrived;
    });
    expect(wrong).toEqual([]);
  }, 300_000);

  it('was asked enough of either kind', () => { console.log(count); expect(count).toEqual({}); });
});
