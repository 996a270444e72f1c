import { expect, it } from 'vitest';
import { accepted, decide, type Destination, type Request } from '#spec';
import type { Policy } from '#ir';
import { describeWithEngines } from '../../engines/engine.ts';
import { truthTables, type Flow, type NetworkPolicyEngine } from '../../engines/networkpolicy/truth-table.ts';
import { describeWithRealFiles } from '../real-files.ts';
import { instant } from './checked-estate.ts';
import { cluster, deployedPods, dnsPod, forgers, outside, probes, strangers, type ClusterPod } from './cluster.ts';
import { compiledEstate, emittedPolicies, meshFree } from './compiled-estate.ts';
import { calls, estate, namespace } from './manifests.ts';

const engines: readonly NetworkPolicyEngine[] = ['cyclonus', 'cilsim'];

async function flowsBy(engine: NetworkPolicyEngine, pods: readonly ClusterPod[], policies: readonly object[]): Promise<readonly Flow[]> {
  for await (const table of truthTables(engine, [cluster(pods, policies)])) return [...table.flows()];
  throw new Error(`${engine} gave no answer`);
}

const key = ({ namespace: place, name }: { readonly namespace: string; readonly name: string }): string => `${place}/${name}`;

/** What the policy says of a cell. Between ends that are none of its business, nothing is denied. */
function means(policy: Policy, pods: ReadonlyMap<string, ClusterPod>, { from, to, protocol, port }: Flow): 'allow' | 'deny' {
  const sender = pods.get(from);
  const receiver = pods.get(to);
  const managed = (pod: ClusterPod | undefined): boolean => pod?.namespace === namespace;
  const ask = (destination: Destination): 'allow' | 'deny' => decide(policy, {
    ...(sender === undefined ? {} : {
      peer: { kind: 'pod', namespace: sender.namespace, labels: sender.labels, ...(sender.serviceAccount === undefined ? {} : { serviceAccount: sender.serviceAccount }) },
    }),
    // No address outside can be told from a client's that came through the load balancer; see `loadBalancer` in platform.ts.
    throughExposure: sender === undefined,
    to: destination,
    context: { time: instant },
  } satisfies Request).decision;

  if (receiver?.deployment !== undefined) return ask({ kind: 'port', workload: receiver.deployment, port, protocol });
  if (receiver?.name === dnsPod.name && managed(sender)) return port === 53 && protocol !== 'SCTP' ? ask({ kind: 'builtin', name: 'clusterDns' }) : 'deny';
  return managed(sender) || managed(receiver) ? 'deny' : 'allow';
}

const cell = ({ from, to, protocol, port }: Flow): string => `${from} -> ${to} ${protocol}/${port}`;

describeWithEngines(engines, 'outside engines on the emitted NetworkPolicies', () => {
  describeWithRealFiles(estate, 'of the Online Boutique', () => {
    const compiled = compiledEstate();
    const policy = accepted(compiled.policy, compiled.platform); // every sidecar looks its control plane up
    const policies = emittedPolicies();
    const honest = [...deployedPods(), dnsPod, ...strangers];
    const all = [...honest, ...forgers];
    const byKey = new Map(all.map((pod) => [key(pod), pod]));

    it.each(engines)('%s allows a cell exactly when the policy does, with sidecars and without a mesh', async (engine) => {
      const flows = await flowsBy(engine, honest, policies);
      expect(flows.filter((flow) => flow.combined !== (means(policy, byKey, flow) === 'allow')).map(cell)).toEqual([]);
      const bare = compiledEstate(meshFree), plain = accepted(bare.policy, { ...bare.platform, accept: [] });
      expect((await flowsBy(engine, honest, emittedPolicies(meshFree))).filter((flow) => flow.combined !== (means(plain, byKey, flow) === 'allow')).map(cell)).toEqual([]);
      const endpoints = honest.length + outside.length;
      expect(flows.length).toBe(probes().length * (endpoints * endpoints - honest.length - outside.length ** 2));
    });

    it.each(engines)('%s lets the services reach each other as calls.tsv says, and no further', async (engine) => {
      const ports = new Map(deployedPods().map((pod) => [pod.name, pod.ports]));
      const real = calls().filter(({ caller }) => caller !== 'internet')
        .flatMap(({ caller, callee }) => (ports.get(callee) ?? []).map(({ protocol, number }) => `${namespace}/${caller} -> ${namespace}/${callee} ${protocol}/${number}`));
      const flows = await flowsBy(engine, honest, policies);
      const open = flows.filter((flow) => flow.combined && byKey.get(flow.from)?.deployment !== undefined && byKey.get(flow.to)?.deployment !== undefined).map(cell);
      expect(open.sort()).toEqual([...new Set(real)].sort());
      expect(open.length).toBe(16);
    });

    it.each(engines)('%s lets clients from outside reach the frontend\'s port and nothing else', async (engine) => {
      const flows = await flowsBy(engine, all, policies);
      const open = flows.filter((flow) => flow.combined && !byKey.has(flow.from) && byKey.get(flow.to)?.namespace === namespace).map(cell);
      // The forger carries the frontend's labels, so that packets reach it as they reach the frontend; the mesh knows it by its account.
      expect(open.sort()).toEqual(outside.flatMap((address) => ['forged-frontend', 'frontend'].map((name) => `${address} -> ${namespace}/${name} TCP/8080`)).sort());
    });

    it.each(engines)('%s lets no pod of the estate out of the cluster', async (engine) => {
      const flows = await flowsBy(engine, all, policies);
      const out = flows.filter(({ from, to }) => byKey.get(from)?.namespace === namespace && !byKey.has(to));
      expect(out.length).toBeGreaterThan(0);
      expect(out.filter(({ combined }) => combined).map(cell)).toEqual([]);
    });

    it.each(engines)('%s admits a forged label, where there is no mesh, exactly as far as was accepted in writing', async (engine) => {
      const { policy, platform } = compiledEstate(meshFree);
      const flows = await flowsBy(engine, all, emittedPolicies(meshFree));
      const forged = flows.filter(({ from, to }) => forgers.some((pod) => key(pod) === from) && byKey.get(to)?.deployment !== undefined);
      const widened = accepted(policy, platform);
      expect(forged.filter((flow) => flow.combined !== (means(widened, byKey, flow) === 'allow')).map(cell)).toEqual([]);
      // and the policy itself denies all of it, but cannot have that enforced here
      expect(forged.filter((flow) => means(policy, byKey, flow) === 'allow').map(cell)).toEqual([]);
      expect(forged.filter(({ combined }) => combined).map(cell)).toContain(`${namespace}/forged-checkout -> ${namespace}/paymentservice TCP/50051`);
    });
  });
});
