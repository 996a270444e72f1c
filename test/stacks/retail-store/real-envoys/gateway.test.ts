import { afterAll, beforeAll, expect, it } from 'vitest';
import { spiffeId, waypointOf, type Api, type Workload } from '#ir';
import { describeWithEngines } from '../../../engines/engine.ts';
import { compiledEstate } from '../compiled-estate.ts';
import { each } from './asking.ts';
import { aHelper, aShopper, acmeItself, everybody, nobody } from './callers.ts';
import { deployed } from './deployed.ts';
import { edge, hostOf, type Asked, type Edge } from './edge.ts';
import { misjudged } from './judged.ts';
import { meshProxy, type MeshProxy } from './mesh-proxy.ts';
import { neighboursOf, operationsOf, type Question } from './questions.ts';
import { ztunnelTold } from './ztunnel-told.ts';

const estate = deployed(compiledEstate());
const { platform, policy } = estate;
const exposed = policy.apis.filter((api) => hostOf(api) !== undefined);
const serverOf = ({ servedBy }: Api): Workload => policy.workloads.find(({ name }) => servedBy.kind === 'workload' && name === servedBy.workload)!;

/** The shop is more than its one template: what the sample's pages really ask for. */
const shopping: readonly Question[] = [['GET', '/'], ['HEAD', '/'], ['GET', '/catalog/42'], ['POST', '/cart'], ['DELETE', '/cart/items/7'], ['GET', '/actuators'], ['GET', '/actuator/health/readiness'], ['POST', '/actuator/shutdown']].map(([method, path]) => ({ method: method!, path: path! }));
const questions = (api: Api): readonly Asked[] => [
  ...[...operationsOf(api), ...(api.name === 'ui' ? shopping : [])].flatMap((question) => everybody.map((who) => ({ ...question, api, who }))),
  ...neighboursOf(api).flatMap((question) => [nobody, aShopper, aHelper, acmeItself].map((who) => ({ ...question, api, who }))),
];

describeWithEngines(['envoy', 'egxlate', 'xlate'], 'from outside to the retail store: Envoy Gateway\'s translation in a real Envoy, and pilot\'s waypoints behind it', () => {
  let real: Edge, ztunnels: Awaited<ReturnType<typeof ztunnelTold>>;
  const waypoints = new Map<string, MeshProxy>();
  beforeAll(async () => {
    real = await edge(estate);
    for (const api of exposed) waypoints.set(api.name, await meshProxy(estate, serverOf(api), real.wallet));
    ztunnels = await ztunnelTold(estate, real.wallet.keySets);
  }, 180_000);
  afterAll(async () => void (await Promise.all([real, ...waypoints.values()].map((one) => one?.stop()))));
  const count = { asked: 0, allowed: 0, denied: 0, arrived: 0 };

  it('is what Envoy Gateway takes without a word', () => expect(real.served.translation.problems).toEqual([]));

  it.each(exposed.map((api) => [api.name, api] as const))('lets each caller have of %s what the policy allows, as it was asked, and nothing else', async (_, api) => {
    const account = `${platform.gateways[0]!.pods.namespace}/${platform.gateways[0]!.pods.serviceAccount}`, server = serverOf(api), { mesh } = platform;
    const waypoint = spiffeId(mesh!.trustDomain, server.kubernetes!.namespace, waypointOf(mesh!, server.kubernetes!.namespace).serviceAccount);
    expect(ztunnels.admits({ to: server, port: 8080, peer: waypoint, ip: '100.64.0.1' })).toBe(true); // the last hop is the same for all

    const wrong: string[] = [];
    await each(questions(api), async (asked) => {
      const named = `${asked.who.name}: ${asked.method} ${asked.path}`;
      const { meant, outcome, read, request } = await real.ask(asked);
      const { arrived } = outcome;
      count.asked++;
      if (meant === 'allow') count.allowed++; else count.denied++;
      const fault = misjudged(policy, { asked, outcome, request, meant });
      if (fault !== undefined) wrong.push(`${named} ${fault} at the gateway, and is meant to be ${meant}`);
      if (read !== (arrived === undefined ? 'deny' : 'allow')) wrong.push(`${named} is ${outcome.status} at the gateway, and read as ${read}`);
      if (arrived === undefined) return;
      if (arrived.at !== `${server.kubernetes!.namespace}/${server.kubernetes!.services[0]!.name}`) wrong.push(`${named} is led to ${arrived.at}`);
      const behind = await waypoints.get(api.name)!.forward(account, api, arrived);
      if (behind.arrived === undefined || behind.arrived.method !== arrived.method || behind.arrived.path !== arrived.path) wrong.push(`${named} has come through the gateway, and is ${behind.status} at the waypoint`);
      else count.arrived++;
    });
    expect(wrong).toEqual([]);
  }, 300_000);

  it('has been asked, and has let through, as much as the estate is about', () => {
    expect(count.asked).toBeGreaterThan(2000);
    expect(count.allowed).toBeGreaterThan(80);
    expect(count.denied).toBeGreaterThan(1500);
    expect(count.arrived).toBeGreaterThanOrEqual(count.allowed);
  });
});
