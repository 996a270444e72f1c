import { servesRequests, type Api, type Policy, type Workload } from '#ir';
import { istio } from '#targets';
import { each } from './asking.ts';
import { aHelper, aShopper, helpers, nobody, shoppers } from './callers.ts';
import { gatewayOf, scraperOf, strangersTo, workloadsOf } from './connected.ts';
import type { Deployed } from './deployed.ts';
import { misjudged } from './judged.ts';
import { meshProxy, type Connected, type MeshAnswer, type MeshAsked } from './mesh-proxy.ts';
import { neighboursOf, operationsOf, type Question } from './questions.ts';
import { wallet, type Caller } from './shown.ts';

export interface Asking {
  readonly wrong: readonly string[];
  /** What the policy allows and a proxy refuses, because of a token that nobody has asked for and that is not good. */
  readonly stricter: readonly string[];
  readonly asked: number;
  readonly allowed: number;
  readonly denied: number;
}

/** Who serves something that a proxy of the mesh reads, and what. */
export const readersOf = (policy: Policy): readonly (readonly [string, Workload, Api])[] => policy.workloads.flatMap((workload) => {
  const api = policy.apis.find(({ servedBy }) => servedBy.kind === 'workload' && servedBy.workload === workload.name);
  return api !== undefined && servesRequests(policy, workload.name) ? [[workload.name, workload, api] as const] : [];
});

const everyToken = [nobody, ...shoppers, ...helpers];

/** Asks the proxy in front of a workload everything, and finds fault with what it answers. */
export async function inTheMesh(estate: Deployed, workload: Workload, api: Api, tokens: readonly Caller[] = everyToken): Promise<Asking> {
  const { platform, policy } = estate;
  const proxy = await meshProxy(estate, workload, await wallet(policy, platform.caBundles[0]!.ref));
  const wrong: string[] = [], stricter = new Set<string>();
  const count = { asked: 0, allowed: 0, denied: 0 };
  try {
    await each(asksOf(estate, workload, api, tokens), async (asked) => {
      const answer = await proxy.ask(asked);
      const named = `${asked.by.name} for ${asked.who.name}: ${asked.method} ${asked.path}`;
      count.asked++;
      if (answer.outcome.arrived === undefined) count.denied++; else count.allowed++;
      const found = faultsOf(policy, asked, answer);
      if (found === 'stricter') stricter.add(`${asked.by.name}: ${asked.method} ${asked.path}`);
      else wrong.push(...found.map((fault) => `${named} ${fault}`));
    });
  } finally { await proxy.stop(); }
  return { wrong, stricter: [...stricter], ...count };
}

/** Each operation for whoever is granted one of them, or comes from the gateway, with each token; for everybody else with a good one and without; what is near for the first. */
function asksOf({ platform, policy }: Deployed, workload: Workload, api: Api, tokens: readonly Caller[]): readonly MeshAsked[] {
  const granted = new Set(api.offers.flatMap(({ to }) => to.flatMap((identity) => (identity.kind === 'workload' ? [identity.name] : []))));
  const known = workloadsOf(policy), near = [...known.filter(({ name }) => granted.has(name)), ...(api.exposedAt === undefined ? [] : [gatewayOf(platform)])];
  const far = [...known, gatewayOf(platform), ...strangersTo(policy, platform, workload.kubernetes!.namespace, near[0]!)].filter((one) => !near.some(({ name }) => name === one.name));
  const few = [nobody, aShopper, aHelper].filter((who) => tokens.includes(who));
  const asks = (questions: readonly Question[], callers: readonly Connected[], shown: readonly Caller[]): readonly MeshAsked[] =>
    questions.flatMap((question) => callers.flatMap((by) => shown.map((who) => ({ ...question, api, by, who }))));
  return [...asks(operationsOf(api), near, tokens), ...asks(operationsOf(api), far, few), ...asks(neighboursOf(api), near, few), ...asks(neighboursOf(api), scraperOf(platform), [nobody])];
}

function faultsOf(policy: Policy, asked: MeshAsked, { hop, meant, outcome, read, request }: MeshAnswer): readonly string[] | 'stricter' {
  const { arrived, refused, status } = outcome, came = arrived === undefined ? 'deny' : 'allow';
  if (asked.by.shows !== undefined) return came === 'deny' && status === 0 ? [] : [`is ${status} without an identity of the mesh`];
  // A token in a hop is one that can be verified; what another one leads to is no reading of the objects.
  const verifiable = hop.token !== undefined || asked.who.token === undefined;
  const misread = verifiable && read !== came ? [`is ${refused ?? status}, and read as ${read}`] : [];
  // What has come through the gateway is not for this hop alone to judge; what an assumption covers, for none.
  if (asked.by.name === 'the gateway' || istio.assumptions.some(({ covers }) => covers(hop))) return misread;
  const fault = misjudged(policy, { asked, outcome, request, meant });
  if (meant === 'allow' && came === 'deny' && asked.who.token !== undefined && (status === 401 || status === 403) && misread.length === 0) return 'stricter';
  return fault === undefined ? misread : [`${fault}, and is meant to be ${meant}`, ...misread];
}
