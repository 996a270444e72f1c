import { describe, expect, it } from 'vitest';
import { servesRequests } from '#ir';
import { describeWithEngines } from '../../../engines/engine.ts';
import { compiledEstate } from '../compiled-estate.ts';
import { each } from './asking.ts';
import { aHelper, aShopper, everybody, nobody } from './callers.ts';
import { gatewayOf, strangersTo, workloadsOf } from './connected.ts';
import { deployed } from './deployed.ts';
import { meshProxy } from './mesh-proxy.ts';
import { neighboursOf, operationsOf } from './questions.ts';
import { wallet } from './shown.ts';

const estate = deployed(compiledEstate());
const { platform, policy } = estate;
const read = policy.workloads.filter(({ name }) => servesRequests(policy, name));

describeWithEngines(['envoy', 'xlate'], 'the retail store\'s waypoints, in a real Envoy', () => {
  const count = { asked: 0, allowed: 0, denied: 0 };
  it.each(read.map((workload) => [workload.name, workload] as const))('%s', async (_, workload) => {
    const purse = await wallet(policy, platform.caBundles[0]!.ref);
    const proxy = await meshProxy(estate, workload, purse);
    const api = policy.apis.find(({ servedBy }) => servedBy.kind === 'workload' && servedBy.workload === workload.name)!;
    const tokens = everybody.filter(({ certificate }) => certificate === undefined);
    const wrong: string[] = [];
    const begin = Date.now();
    try {
      const questions = [
        ...operationsOf(api).flatMap((question) => [...workloadsOf(policy), gatewayOf(platform)].flatMap((by) => tokens.map((who) => ({ ...question, api, by, who })))),
        ...operationsOf(api).flatMap((question) => strangersTo(policy, platform, workload.kubernetes!.namespace).flatMap((by) => [nobody, aShopper, aHelper].map((who) => ({ ...question, api, by, who })))),
        ...neighboursOf(api).flatMap((question) => [...workloadsOf(policy), gatewayOf(platform)].flatMap((by) => [nobody, aShopper, aHelper].map((who) => ({ ...question, api, by, who })))),
      ];
      await each(questions, async (asked) => {
        const { meant, outcome: { arrived, refused, status }, read: verdict } = await proxy.ask(asked);
        const named = `${asked.by.name} for ${asked.who.name}: ${asked.method} ${asked.path}`;
        count.asked++;
        if (meant === 'allow') count.allowed++; else count.denied++;
        const allowed = arrived !== undefined;
        if (allowed !== (meant === 'allow') && asked.by.name !== 'the gateway' ) wrong.push(`${named} is ${status} ${refused ?? ''} and should be ${meant}`);
        if (allowed !== (verdict === 'allow') ) wrong.push(`${named} is ${status} ${refused ?? ''} and read ${verdict}`);
      });
      console.log(workload.name, questions.length, Date.now() - begin);
      expect(wrong).toEqual([]);
    } finally { await proxy.stop(); }
  }, 300_000);
  it('count', () => console.log(count));
});
