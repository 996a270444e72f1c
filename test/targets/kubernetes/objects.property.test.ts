import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grants, type Platform, type Policy } from '#ir';
import { emit } from '../../../src/targets/kubernetes/emit.ts';
import { lower } from '../../../src/targets/kubernetes/lower.ts';
import { estates, reordered } from './estate-generator.ts';
import { api, noPlacement, platform, policy, workload } from './estate.ts';

const place: Platform = platform({ podCidrs: ['10.0.0.0/16', 'fd00:10::/56'] });
const objectsOf = (declared: Policy) => emit(lower(declared, place, noPlacement).plan);

/** Every array and object inside, with the key that it stands under. */
function* inside(value: unknown, key = ''): Generator<readonly [string, object]> {
  if (typeof value !== 'object' || value === null) return;
  yield [key, value];
  for (const [name, child] of Object.entries(value)) yield* inside(child, Array.isArray(value) ? key : name);
}

describe('for any estate', () => {
  it('no list is empty, since an empty one means everyone', () => {
    fc.assert(fc.property(estates, (declared) => {
      for (const { object } of objectsOf(declared)) {
        for (const [key, value] of inside(object.spec)) {
          if (Array.isArray(value)) expect(value, key).not.toHaveLength(0);
          else if (key !== 'podSelector') expect(Object.keys(value), key).not.toHaveLength(0);
        }
        for (const rule of [...(object.spec as { ingress?: object[] }).ingress ?? []]) expect(Object.keys(rule)).toEqual(['from', 'ports']);
        for (const rule of [...(object.spec as { egress?: object[] }).egress ?? []]) expect(Object.keys(rule)).toEqual(['to', 'ports']);
      }
    }));
  });

  it('no two places share a value, which YAML would print as an alias', () => {
    fc.assert(fc.property(estates, (declared) => {
      const seen = new Set<object>();
      for (const { object } of objectsOf(declared)) {
        for (const [key, value] of inside(object)) {
          expect(seen.has(value), key).toBe(false);
          seen.add(value);
        }
      }
    }));
  });

  it('only a default deny selects every pod, and it admits nothing', () => {
    fc.assert(fc.property(estates, (declared) => {
      for (const { object, stage } of objectsOf(declared)) {
        const spec = object.spec as { podSelector: object; ingress?: unknown; egress?: unknown };
        expect(Object.keys(spec.podSelector).length === 0).toBe(stage === 0);
        if (stage === 0) expect(Object.keys(spec)).toEqual(['podSelector', 'policyTypes']);
      }
    }));
  });

  it('names are unique, and each workload and each managed namespace has one', () => {
    fc.assert(fc.property(estates, (declared) => {
      const ids = objectsOf(declared).map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      const namespaces = new Set(declared.workloads.map(({ kubernetes }) => kubernetes!.namespace).filter((namespace) => namespace !== 'kube-system'));
      expect(ids).toHaveLength(declared.workloads.length + namespaces.size);
    }));
  });

  it('another order of declaration gives the same bytes', () => {
    fc.assert(fc.property(estates, (declared) => {
      expect(JSON.stringify(objectsOf(reordered(declared)))).toBe(JSON.stringify(objectsOf(declared)));
    }));
  });

  it('one more grant changes no name, and no object but the two ends\'', () => {
    fc.assert(fc.property(estates, fc.nat(), (declared, seed) => {
      const served = declared.apis[seed % declared.apis.length]!;
      const offer = served.offers[0]!;
      const caller = declared.workloads[seed % declared.workloads.length]!;
      const from = { kind: 'workload', name: caller.name } as const;
      const more: Policy = {
        ...declared,
        apis: declared.apis.map((entry) => entry === served ? { ...entry, offers: [...entry.offers, { operation: offer.operation, to: [from], when: [] }] } : entry),
        asks: [...declared.asks, { from, to: { api: served.name, operation: offer.operation } }],
      };
      const [before, after] = [objectsOf(declared), objectsOf(more)];
      expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
      const changed = after.filter((artifact, index) => JSON.stringify(artifact) !== JSON.stringify(before[index]));
      const ends = [caller.name, (served.servedBy as { workload: string }).workload].map((name) => `countersign-${name}`);
      for (const { object } of changed) expect(ends).toContain(object.metadata.name);
    }));
  });

  it('every grant is served by both of its ends, and an artefact names no other', () => {
    fc.assert(fc.property(estates, (declared) => {
      const objects = objectsOf(declared);
      for (const { ref, from, api: { servedBy } } of grants(declared)) {
        const ends = [...(from.kind === 'workload' ? [from.name] : []), (servedBy as { workload: string }).workload].map((name) => `countersign-${name}`);
        expect(objects.filter((artifact) => artifact.grants.includes(ref)).map(({ object }) => object.metadata.name).sort()).toEqual([...new Set(ends)].sort());
      }
    }));
  });
});

describe('in size', () => {
  it('10,000 grants among 1,000 workloads of 20 namespaces become one object each', () => {
    const names = Array.from({ length: 1000 }, (_, index) => `w${String(index).padStart(4, '0')}`);
    const declared = policy(
      names.map((name, index) => workload(name, { namespace: `ns${index % 20}` })),
      names.map((name, index) => api(name, { offers: { read: Array.from({ length: 10 }, (_, step) => names[(index * 7 + step * 13 + 1) % 1000]!) } })),
    );
    const { plan, losses } = lower(declared, place, noPlacement);
    const objects = emit(plan);
    expect(losses).toEqual([]);
    expect(objects).toHaveLength(1020);
  });
});
