import { expect, it } from 'vitest';
import { describeWithEngines } from '../engine.ts';
import { policy, world } from './cases.ts';
import { ciliumTruthTable, cyclonusTruthTable, PolicyRefused, truthTables, type NetworkPolicyEngine } from './truth-table.ts';
import type { PodFact, Protocol } from './world.ts';

const engines: readonly NetworkPolicyEngine[] = ['cyclonus', 'cilsim'];

async function bothSay(policies: readonly object[], from: string, to: string, protocol: Protocol, port: number, pods: readonly PodFact[] = world.pods) {
  const cyclonus = await cyclonusTruthTable({ ...world, pods, policies });
  const cilium = await ciliumTruthTable({ ...world, pods, policies });
  return { cyclonus: cyclonus.allowed(from, to, protocol, port).combined, cilium: cilium.allowed(from, to, protocol, port).combined };
}

async function refusal(engine: NetworkPolicyEngine, ...policies: readonly object[]): Promise<unknown> {
  return truthTables(engine, [{ ...world, policies }])
    .next()
    .catch((error: unknown) => error);
}

describeWithEngines(['cyclonus', 'cilsim'], 'where the NetworkPolicy engines differ', () => {
  it('an ipBlock that covers a pod\'s address selects the pod for cyclonus, never for Cilium', async () => {
    const policies = [policy('shop', 'block', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] })];
    expect(await bothSay(policies, 'ops/agent', 'shop/web', 'TCP', 8080)).toEqual({ cyclonus: true, cilium: false });
    const whole = [policy('shop', 'whole', { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }] })];
    expect(await bothSay(whole, 'shop/web', 'ops/agent', 'TCP', 8080)).toEqual({ cyclonus: true, cilium: false });
    expect(await bothSay(whole, 'shop/web', '203.0.113.7', 'TCP', 8080)).toEqual({ cyclonus: true, cilium: true });
  });

  it('Cilium obeys rules of a direction that policyTypes leaves out, and so isolates it', async () => {
    const policies = [policy('shop', 'stray', { podSelector: {}, policyTypes: ['Ingress'], ingress: [{}], egress: [{ ports: [{ port: 8443 }] }] })];
    expect(await bothSay(policies, 'shop/web', 'ops/agent', 'TCP', 8443)).toEqual({ cyclonus: true, cilium: true });
    expect(await bothSay(policies, 'shop/web', 'ops/agent', 'TCP', 8080)).toEqual({ cyclonus: true, cilium: false });
  });

  it('Cilium leaves some labels out of identities, so a selector on them selects nothing', async () => {
    const key = 'statefulset.kubernetes.io/pod-name';
    const pods = world.pods.map((pod) => (pod.name === 'agent' ? { ...pod, labels: { ...pod.labels, [key]: 'agent-0' } } : pod));
    const policies = [policy('shop', 'one', { podSelector: {}, ingress: [{ from: [{ namespaceSelector: {}, podSelector: { matchLabels: { [key]: 'agent-0' } } }] }] })];
    expect(await bothSay(policies, 'ops/agent', 'shop/web', 'TCP', 8080, pods)).toEqual({ cyclonus: true, cilium: false });
  });

  it('only cilsim reads Cilium\'s own kinds', async () => {
    const cilium = {
      apiVersion: 'cilium.io/v2',
      kind: 'CiliumNetworkPolicy',
      metadata: { namespace: 'shop', name: 'deny-web' },
      spec: { endpointSelector: { matchLabels: { app: 'api' } }, ingress: [{ fromEntities: ['all'] }], ingressDeny: [{ fromEndpoints: [{ matchLabels: { app: 'web' } }] }] },
    };
    const table = await ciliumTruthTable({ ...world, policies: [cilium] });
    expect(table.allowed('shop/web', 'shop/api', 'TCP', 8000).ingress).toBe(false);
    expect(table.allowed('ops/agent', 'shop/api', 'TCP', 8000).ingress).toBe(true);
    expect(await refusal('cyclonus', cilium)).toMatchObject({ name: 'PolicyRefused', policy: 'shop/deny-web' });
  });
});

describeWithEngines(['cyclonus', 'cilsim'], 'the NetworkPolicy harness', () => {
  it.each(engines)('%s refuses a field that NetworkPolicy does not have, by name', async (engine) => {
    const error = await refusal(engine, policy('shop', 'typo', { podselector: {} }));
    expect(error).toBeInstanceOf(PolicyRefused);
    expect(error).toMatchObject({ engine, policy: 'shop/typo', reason: expect.stringContaining('podselector') as string });
  });

  it.each(engines)('%s fails on an address that is none, instead of answering', async (engine) => {
    const error = await refusal(engine, policy('shop', 'odd', { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 'everywhere' } }] }] }));
    expect(error).toBeInstanceOf(Error);
  });

  it.each(engines)('%s does not judge a pod\'s traffic to itself, nor between external addresses', async (engine) => {
    for await (const table of truthTables(engine, [{ ...world, policies: [] }])) {
      expect(() => table.allowed('shop/web', 'shop/web', 'TCP', 8080)).toThrow('no policy governs');
      expect(() => table.allowed('203.0.113.7', '198.51.100.9', 'TCP', 8080)).toThrow('no policy governs');
      expect(() => table.allowed('shop/web', 'shop/api', 'TCP', 1)).toThrow('was not probed');
      expect(() => table.allowed('shop/web', 'shop/ghost', 'TCP', 8080)).toThrow('not an endpoint');
    }
  });

  it('refuses a world in which a fixture slipped', async () => {
    const stray = { namespace: 'nowhere', name: 'p', labels: {}, ip: '10.9.9.9', ports: [] };
    await expect(cyclonusTruthTable({ ...world, policies: [], pods: [...world.pods, stray] })).rejects.toThrow('is in no namespace');
    await expect(cyclonusTruthTable({ ...world, policies: [], external: ['10.0.1.1'] })).rejects.toThrow('two addresses');
  });
});
