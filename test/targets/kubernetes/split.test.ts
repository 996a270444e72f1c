import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emit } from '../../../src/targets/kubernetes/emit.ts';
import { lower } from '../../../src/targets/kubernetes/lower.ts';
import { bytesOf, maxObjectBytes, split } from '../../../src/targets/kubernetes/lower/split.ts';
import type { PolicyPlan } from '../../../src/targets/kubernetes/plan.ts';
import { estates } from './estate-generator.ts';
import { api, noPlacement, platform, policy, workload } from './estate.ts';

/** Every pair of peer and port of each direction. */
const cells = (plans: readonly PolicyPlan[]): string[] => plans.flatMap(({ ingress, egress }) =>
  [['in', ingress] as const, ['out', egress] as const].flatMap(([direction, rules]) =>
    rules.flatMap(({ peers, ports }) => peers.flatMap((peer) => ports.map((port) => JSON.stringify([direction, peer, port]))))));

const place = platform();
const hub = (callers: number): PolicyPlan => {
  const names = Array.from({ length: callers }, (_, index) => `caller-${String(index).padStart(6, '0')}`);
  const { plan } = lower(policy([workload('hub'), ...names.map((name) => workload(name, { namespace: `of-${name}` }))], [api('hub', { offers: { read: names } })]), place, noPlacement);
  return plan.objects.find(({ name }) => name === 'countersign-hub')!;
};

describe('a policy that no object can hold', () => {
  it('is left whole while it fits', () => {
    const plan = hub(20);
    expect(split(plan, bytesOf(plan))).toEqual([plan]);
    expect(split(plan, bytesOf(plan) - 1).length).toBeGreaterThan(1);
  });

  it('becomes parts that fit and together admit the same, each pair once', () => {
    const plan = hub(200);
    for (const bytes of [20_000, 8000, 4000, 2000]) {
      const parts = split(plan, bytes);
      expect(cells(parts).sort()).toEqual(cells([plan]).sort());
      for (const part of parts) {
        expect(bytesOf(part)).toBeLessThanOrEqual(bytes);
        expect([part.selector, part.namespace, part.stage]).toEqual([plan.selector, plan.namespace, plan.stage]);
        for (const { peers, ports } of [...part.ingress, ...part.egress]) expect(peers.length * ports.length).toBeGreaterThan(0);
      }
      expect(parts[0]?.name).toBe(plan.name);
      expect(new Set(parts.map(({ name }) => name)).size).toBe(parts.length);
      expect(new Set(parts.flatMap(({ grants }) => grants))).toEqual(new Set(plan.grants));
    }
  });

  it('keeps its first part, which isolates the pods whatever falls to it, and no other part without a rule', () => {
    for (let callers = 2; callers < 12; callers++) {
      const plan = hub(callers);
      const parts = split(plan, bytesOf({ ...plan, ingress: [{ ...plan.ingress[0]!, peers: [plan.ingress[0]!.peers[0]] }] }) + 20);
      expect(parts[0]?.name).toBe(plan.name);
      for (const { ingress, egress } of parts.slice(1)) expect(ingress.length + egress.length).toBeGreaterThan(0);
    }
  });

  it('keeps every other part as it is when a caller is added', () => {
    const byName = (count: number) => new Map(split(hub(count), 8000).map((part) => [part.name, JSON.stringify(part)]));
    const before = byName(200), after = byName(201);
    expect([...after.keys()]).toEqual([...before.keys()]);
    expect([...after].filter(([name, part]) => before.get(name) !== part)).toHaveLength(1);
  });

  it('keeps its names when its parts double', () => {
    const plan = hub(200);
    const few = split(plan, 20_000).map(({ name }) => name), many = split(plan, 8000).map(({ name }) => name);
    expect(many.length).toBeGreaterThan(few.length);
    expect(many).toEqual(expect.arrayContaining(few));
  });

  it('is split at a mebibyte, with room below the limit of etcd', () => {
    const names = Array.from({ length: 9000 }, (_, index) => `caller-${index}`);
    const declared = policy([workload('hub'), ...names.map((name) => workload(name, { namespace: 'callers' }))], [api('hub', { offers: { read: names } })]);
    const objects = emit(lower(declared, place, noPlacement).plan);
    const hubs = objects.filter(({ object }) => object.metadata.namespace === 'shop' && object.metadata.name !== 'countersign-default-deny');
    expect(hubs.map(({ object }) => object.metadata.name)).toEqual(['countersign-hub', 'countersign-hub.part-1']);
    for (const { object } of hubs) expect(JSON.stringify(object).length).toBeLessThanOrEqual(maxObjectBytes);
    expect(new Set(hubs.flatMap(({ grants }) => grants)).size).toBe(9000);
  });
});

describe('the size of an object', () => {
  it('is never estimated below what it is', () => {
    fc.assert(fc.property(estates, (declared) => {
      const { plan } = lower(declared, platform({ podCidrs: ['10.0.0.0/16', 'fd00:10::/56'] }), noPlacement);
      emit(plan).forEach(({ object }, index) => {
        expect(bytesOf(plan.objects[index]!)).toBeGreaterThanOrEqual(Buffer.byteLength(JSON.stringify(object)));
      });
    }));
  });
});
