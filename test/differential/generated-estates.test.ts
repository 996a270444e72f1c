import { describe, expect, it, vi } from 'vitest';
import { compile, type Compiled } from '#compile';
import { noSites } from '#diagnostics';
import type { Platform, Policy } from '#ir';
import { accepted, decide, type Destination, type Request } from '#spec';
import { estate, estatePods, type GeneratedPod } from '#testing';
import { describeWithEngines } from '../engines/engine.ts';
import { startApiServer } from '../engines/kubernetes/apiserver.ts';
import { applyServerSide, createNamespace, getObject } from '../engines/kubernetes/objects.ts';
import { truthTables, type Flow, type NetworkPolicyEngine } from '../engines/networkpolicy/truth-table.ts';
import type { TruthTableInput } from '../engines/networkpolicy/world.ts';
import { shareAllowed } from '../../src/testing/generators/cells.ts';
import { objectsOf } from '../laws/enforced-estate.ts';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 120_000 });

/** The same worlds for ever: seeds 1 to 100. */
const seeds = Array.from({ length: 100 }, (_, index) => index + 1);
const engines: readonly NetworkPolicyEngine[] = ['cyclonus', 'cilsim'];
const time = '2026-11-23T12:00:00Z';

interface World { readonly seed: number; readonly compiled: Compiled; readonly must: Policy; readonly may: Policy; readonly pods: ReadonlyMap<string, GeneratedPod>; readonly input: TruthTableInput }
/** An address of a node: to these engines one more outside address, and what a client looks like behind a load balancer that hides it. */
const nodeOf = ({ nodeCidrs: [first = '192.168.0.0/24'] }: Platform): string => first.replace(/\.0\/\d+$/, '.10');
const worlds: readonly World[] = seeds.map(world);

function world(seed: number): World {
  const { policy, platform, asOf } = estate(seed);
  const compiled = compile({ policy: { draft: policy, sites: noSites, diagnostics: [] }, platform: { draft: platform, sites: noSites, diagnostics: [] }, asOf });
  if (!compiled.ok) throw new Error(`the estate of seed ${seed} does not compile: ${compiled.diagnostics.filter(({ severity }) => severity === 'error').map(({ code, message }) => `${code} ${message}`).join('; ')}`);
  const { pods, namespaces, external } = estatePods(policy);
  const dns: GeneratedPod = { namespace: platform.dns?.namespace ?? 'kube-system', name: 'dns', labels: platform.dns?.labels ?? {}, ip: '10.244.250.250', ports: [] };
  const ports = new Map([...pods.flatMap((pod) => pod.ports).map((port) => [`${port.protocol} ${port.number}`, port] as const), ['TCP 53', { protocol: 'TCP', number: 53 }], ['UDP 9', { protocol: 'UDP', number: 9 }]]);
  const all = platform.dns === undefined ? pods : [...pods, dns];
  return {
    seed, compiled: compiled.value, may: accepted(compiled.value.policy, compiled.value.platform),
    must: accepted(compiled.value.policy, { ...compiled.value.platform, accept: platform.accept.filter(({ feature }) => feature !== 'exposure') }),
    pods: new Map(all.map((pod) => [`${pod.namespace}/${pod.name}`, pod])),
    input: {
      namespaces: [...namespaces, { name: dns.namespace, labels: {} }],
      pods: all.map(({ namespace, name, labels, ip, ports: declared }) => ({ namespace, name, labels, ip, ports: declared })), external: [...external, nodeOf(platform)],
      policies: objectsOf(compiled.value.artifacts).map(({ object }) => object),
      probes: [...ports.values()].map(({ protocol, number }) => ({ protocol: protocol as 'TCP' | 'UDP', port: number })),
    },
  };
}

/** Who arrives as a client from outside: see `clientAddress`. An address in a range of pods is nobody's outside. */
function isClient({ compiled: { platform } }: World, from: string): boolean {
  if (platform.loadBalancer?.clientAddress === 'node') return from === nodeOf(platform);
  return from !== nodeOf(platform) || !from.startsWith('10.244.');
}

/**
 * What the policy says of a cell between ends of which at least one is its business; undefined for others, and where
 * an exposure was accepted as wider: there the emitted rules may, and need not, admit pods.
 */
function means(here: World, flow: Flow): boolean | undefined {
  const must = meant(here, flow, here.must), may = meant(here, flow, here.may);
  return must === may ? must : undefined;
}

function meant(here: World, { from, to, protocol, port }: Flow, policy: Policy): boolean | undefined {
  const { compiled: { platform }, pods } = here;
  const sender = pods.get(from), receiver = pods.get(to);
  const managed = new Set(policy.workloads.map(({ kubernetes }) => kubernetes?.namespace));
  const mine = (pod: GeneratedPod | undefined): boolean => pod !== undefined && managed.has(pod.namespace);
  if (!mine(sender) && !mine(receiver)) return undefined;
  const ask = (destination: Destination): boolean => decide(policy, {
    ...(sender === undefined ? {} : { peer: { kind: 'pod' as const, namespace: sender.namespace, labels: sender.labels, ...(sender.serviceAccount === undefined ? {} : { serviceAccount: sender.serviceAccount }) } }),
    throughExposure: sender === undefined && isClient(here, from), to: destination, context: { time },
  } satisfies Request).decision === 'allow';
  if (receiver?.name === 'dns') return platform.dns?.port === port && platform.dns.protocols.includes(protocol) && ask({ kind: 'builtin', name: 'clusterDns' });
  return receiver?.workload !== undefined && ask({ kind: 'port', workload: receiver.workload, port, protocol });
}

describe('a hundred generated estates', () => {
  it('are worth judging: a third of what is served is allowed, ports are named, labels shared, namespaces several', () => {
    const shares = worlds.map(({ compiled }) => shareAllowed(compiled.policy));
    expect(shares.reduce((sum, share) => sum + share, 0) / shares.length).toBeGreaterThanOrEqual(0.3);
    const having = (feature: (one: World) => boolean): number => worlds.filter(feature).length;
    expect(having(({ compiled }) => JSON.stringify(compiled.artifacts).match(/"port":"[a-z]/) !== null)).toBeGreaterThanOrEqual(20);
    expect(having(({ compiled }) => new Set(compiled.policy.workloads.map(({ kubernetes }) => kubernetes?.namespace)).size > 1)).toBeGreaterThanOrEqual(50);
    expect(having(({ compiled }) => compiled.policy.apis.some(({ exposedAt }) => exposedAt !== undefined))).toBeGreaterThanOrEqual(20);
  });
});

describeWithEngines(engines, 'outside engines on the NetworkPolicies of a hundred generated estates', () => {
  it.each(engines)('%s allows a cell exactly when the policy, with its acceptances, does', async (engine) => {
    let index = 0, cells = 0, allowed = 0;
    const wrong: string[] = [];
    for await (const table of truthTables(engine, worlds.map(({ input }) => input))) {
      const here = worlds[index++]!;
      for (const flow of table.flows()) {
        const wanted = means(here, flow);
        if (wanted === undefined) continue;
        cells += 1;
        allowed += wanted ? 1 : 0;
        if (flow.combined !== wanted) wrong.push(`seed ${here.seed}: ${flow.from} → ${flow.to} ${flow.protocol} ${flow.port}: ${engine} ${flow.combined ? 'allows' : 'denies'}`);
      }
    }
    expect(wrong.slice(0, 10)).toEqual([]);
    expect([index, cells > 20_000, allowed > 500]).toEqual([100, true, true]);
  });

  it('is a judge that sees a rule that is missing and a port that is too wide', async () => {
    const [one] = worlds;
    const spoilt = (change: (policies: string) => string): TruthTableInput => ({ ...one!.input, policies: JSON.parse(change(JSON.stringify(one!.input.policies))) as object[] });
    const variants = [one!.input, { ...one!.input, policies: one!.input.policies.slice(1) }, spoilt((text) => text.replaceAll(/"ports":\[[^\]]*\]/g, '"ports":[]'))];
    const open: number[] = [];
    for await (const table of truthTables('cyclonus', variants)) open.push([...table.flows()].filter(({ combined }) => combined).length);
    expect(open[1]).not.toBe(open[0]);
    expect(open[2]).toBeGreaterThan(open[0]!);
  });
});

describeWithEngines(['kube-apiserver', 'etcd'], 'a real API server', () => {
  it('accepts every object of a hundred generated estates without a warning, and keeps it as it was', async () => {
    const api = await startApiServer();
    try {
      const namespaces = new Set(worlds.flatMap(({ compiled }) => objectsOf(compiled.artifacts).map(({ object }) => object.metadata.namespace ?? 'default')));
      for (const namespace of namespaces) await createNamespace(api, namespace).catch((error: unknown) => { if (namespace !== 'default') throw error; });
      let objects = 0;
      for (const { compiled, seed } of worlds) {
        for (const { object } of objectsOf(compiled.artifacts)) {
          const { status, warnings } = await applyServerSide(api, object as never, { fieldManager: 'countersign', force: true });
          expect([status < 300, warnings], `seed ${seed}, ${object.metadata.name}`).toEqual([true, []]);
          objects += 1;
        }
      }
      for (const { object } of objectsOf(worlds.at(-1)!.compiled.artifacts)) {
        const kept = await getObject(api, object as never) as { body?: { spec: unknown }; spec?: unknown };
        expect((kept.body ?? kept as { spec: unknown }).spec).toEqual(object.spec);
      }
      expect(objects).toBeGreaterThan(500);
    } finally {
      await api.stop();
    }
  });
});
