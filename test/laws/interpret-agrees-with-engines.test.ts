import fc from 'fast-check';
import { expect, it } from 'vitest';
import { waypointOf, type Platform } from '#ir';
import type { Endpoint, Hop } from '#spec';
import type { KubernetesArtifact } from '#targets';
import { estate, estatePods, profiles } from '#testing';
import { interpret } from '../../src/targets/kubernetes/interpret.ts';
import { describeWithEngines } from '../engines/engine.ts';
import { randomWorld } from '../engines/networkpolicy/random-world.ts';
import { truthTables } from '../engines/networkpolicy/truth-table.ts';
import { worldOf, type Probe, type TruthTableInput } from '../engines/networkpolicy/world.ts';
import { accepting, enforcedEstate, objectsOf, type EnforcedEstate } from './enforced-estate.ts';

const conformant: Platform = {
  version: 1, name: 'conformant', gateways: [], caBundles: [], hosts: [], podCidrs: [], nodeCidrs: [], accept: [],
  cni: { name: 'conformant', networkPolicy: 'enforced', servicePortMustEqualContainerPort: false, ipBlockMatchesNodes: true, ipBlockMatchesPods: true, startsOpen: false },
};

/** One of the engines' questions as a hop. A port that bears two names is one hop for each. */
function hops(world: TruthTableInput, from: string, to: string, direction: Hop['direction'], { port, protocol }: Probe): readonly Hop[] {
  const end = (name: string): Endpoint => {
    const pod = world.pods.find((each) => `${each.namespace}/${each.name}` === name);
    if (pod === undefined) return { ip: name };
    return { namespace: pod.namespace, namespaceLabels: world.namespaces.find(({ name: namespace }) => namespace === pod.namespace)!.labels, podLabels: pod.labels, ip: pod.ip };
  };
  const names = world.pods.find((each) => `${each.namespace}/${each.name}` === to)?.ports.flatMap((declared) => (declared.number === port && declared.protocol === protocol && declared.name ? [declared.name] : [])) ?? [];
  const hop: Hop = { enforcer: 'network', direction, from: end(from), to: end(to), port, protocol };
  return names.length === 0 ? [hop] : names.map((portName) => ({ ...hop, portName }));
}

async function compare(engine: 'cyclonus' | 'cilsim', inputs: readonly TruthTableInput[], platforms: readonly Platform[]): Promise<{ cells: number; denied: number }> {
  let index = 0, cells = 0, denied = 0;
  for await (const table of truthTables(engine, inputs)) {
    const world = worldOf(inputs[index]!);
    const artifacts = world.policies.map((object): KubernetesArtifact => ({ kind: 'kubernetes', id: '', stage: 0, grants: [], object: object as KubernetesArtifact['object'] }));
    const decide = interpret(artifacts, platforms[index]!);
    for (const flow of table.flows()) {
      for (const direction of ['ingress', 'egress'] as const) {
        const verdicts = hops(world, flow.from, flow.to, direction, flow).map(decide);
        const ours = verdicts.includes('allow') || verdicts.includes('abstain');
        cells++;
        if (!flow[direction]) denied++;
        if (ours !== flow[direction] || verdicts.includes('unknown')) throw new Error(`${engine} says ${flow[direction]}, interpret ${verdicts}: ${JSON.stringify({ direction, flow, policies: world.policies })}`);
      }
    }
    index++;
  }
  expect(index).toBe(inputs.length);
  return { cells, denied };
}

/** Estates as their network sees them, with the platform's own pods. */
async function compareEstates(engine: 'cyclonus' | 'cilsim', estates: readonly EnforcedEstate[]): Promise<{ cells: number; denied: number }> {
  const inputs = estates.map(({ emitted, platform, policy }): TruthTableInput => {
    const { external, namespaces, pods } = estatePods(policy), known = new Map(namespaces.map((namespace) => [namespace.name, namespace]));
    const proxies = [...platform.gateways.map((gateway) => gateway.pods), ...(platform.metricsScraper === undefined ? [] : [platform.metricsScraper]), ...(platform.mesh === undefined ? [] : namespaces.map(({ name }) => waypointOf(platform.mesh!, name)))];
    for (const { namespace } of proxies) if (!known.has(namespace)) known.set(namespace, { name: namespace, labels: { 'kubernetes.io/metadata.name': namespace } });
    const all = [
      ...pods.map(({ ip, labels, name, namespace, ports }) => ({ ip, labels, name, namespace, ports })),
      ...proxies.map(({ labels, namespace }, index) => ({ ip: `10.244.99.${index + 1}`, labels, name: `proxy-${index}`, namespace, ports: [] })),
    ];
    const ports = new Set([...pods.flatMap(({ ports: declared }) => declared.map(({ number, protocol }) => `${protocol} ${number}`)), ...(platform.mesh === undefined ? [] : ['TCP 15008']), ...platform.gateways.map(({ containerPort }) => `TCP ${containerPort}`)]);
    const probes = [...ports].map((text): Probe => { const [protocol, port] = text.split(' '); return { protocol: protocol as Probe['protocol'], port: Number(port) }; });
    const policies = emitted.filter(({ target }) => target.id === 'kubernetes').flatMap(({ artifacts }) => objectsOf(artifacts).map(({ object }) => object));
    return { namespaces: [...known.values()], external, pods: all, policies, probes };
  });
  return compare(engine, inputs, estates.map(({ platform }) => platform));
}

describeWithEngines(['cyclonus', 'cilsim'], 'interpret', () => {
  it.each(['cyclonus', 'cilsim'] as const)('agrees with %s on every cell of 300 worlds of random policies', async (engine) => {
    const worlds = fc.sample(randomWorld, { numRuns: 300, seed: 20_261_123 });
    const { cells, denied } = await compare(engine, worlds, worlds.map(() => conformant));
    expect(cells).toBeGreaterThan(100_000);
    expect(denied / cells).toBeGreaterThan(0.1);
  });

  it.each(['cyclonus', 'cilsim'] as const)('agrees with %s on every cell of 40 generated estates and what was emitted for them', async (engine) => {
    const { cells, denied } = await compareEstates(engine, Array.from({ length: 40 }, (_, seed) => enforcedEstate(estate(seed))));
    expect(cells).toBeGreaterThan(40_000);
    expect(denied / cells).toBeGreaterThan(0.1);
  });

  it.each(['cyclonus', 'cilsim'] as const)('agrees with %s on every cell of 40 with meshes and gateways, tunnels, waypoints and proxies among them', async (engine) => {
    const worlds = Array.from({ length: 40 }, (_, seed) => enforcedEstate(accepting(estate(seed, profiles.beyond))));
    expect(worlds.filter(({ platform }) => platform.mesh?.dataPlane === 'ambient').length).toBeGreaterThan(8);
    const { cells, denied } = await compareEstates(engine, worlds);
    expect(cells).toBeGreaterThan(40_000);
    expect(denied / cells).toBeGreaterThan(0.1);
  });
});
