import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Platform, Policy } from '#ir';
import { crossing, decide, type Hop } from '#spec';
import { istio, type KubernetesArtifact } from '#targets';
import { badTokens, requestsOf, worlds, type World } from './arbitrary.ts';
import { api, http, noPlacement, platform, policy, service, workload } from './estate.ts';

const objectsOf = ({ policy: declared, platform: place }: World): readonly KubernetesArtifact[] => istio.emit(istio.lower(declared, place, noPlacement).plan);
type Rule = { readonly from?: readonly { readonly source: Readonly<Record<string, readonly string[]>> }[]; readonly to?: readonly { readonly operation: Readonly<Record<string, readonly string[]>> }[]; readonly when?: readonly { readonly key: string; readonly values?: readonly string[]; readonly notValues?: readonly string[] }[] };
type Spec = { readonly selector?: object; readonly targetRefs?: readonly object[]; readonly action?: string; readonly rules?: readonly Rule[] };
const policiesIn = (objects: readonly KubernetesArtifact[]) => objects.filter(({ object }) => object.kind === 'AuthorizationPolicy').map((artifact) => ({ artifact, spec: artifact.object.spec as Spec }));

/** Every array and object inside, with the key that it stands under. */
function* inside(value: unknown, key = ''): Generator<readonly [string, object]> {
  if (typeof value !== 'object' || value === null) return;
  yield [key, value];
  for (const [name, child] of Object.entries(value)) yield* inside(child, Array.isArray(value) ? key : name);
}
const runs = { numRuns: 40 };

describe.each(['ambient', 'sidecar'] as const)('for any policy of the data plane %s', (dataPlane) => {
  const all = worlds(dataPlane);

  it('no list and no object is empty, but for the denial of a namespace, and no two places share a value', () => {
    fc.assert(fc.property(all, (world) => {
      const seen = new Set<object>();
      for (const { object } of objectsOf(world)) {
        for (const [key, value] of inside(object)) {
          expect(seen.has(value), key).toBe(false);
          seen.add(value);
          if (Array.isArray(value)) expect(value, key).not.toHaveLength(0);
          else if (!(key === 'spec' && object.metadata.name === 'countersign-default-deny')) expect(Object.keys(value), key).not.toHaveLength(0);
        }
      }
    }), runs);
  });

  it('a rule names whole principals of the mesh\'s own trust domain, or addresses, and never leaves its source open', () => {
    fc.assert(fc.property(all, (world) => {
      for (const { spec } of policiesIn(objectsOf(world))) {
        for (const { from } of spec.rules ?? []) {
          expect(from).toHaveLength(1);
          const { source } = from![0]!;
          expect(Object.keys(source).filter((field) => !['principals', 'notIpBlocks', 'ipBlocks'].includes(field))).toEqual([]);
          for (const principal of source['principals'] ?? []) expect(principal).toMatch(/^prod\.example\.com\/ns\/[a-z-]+\/sa\/[a-z-]+$/);
        }
      }
    }), runs);
  });

  it('every rule names the ports that it is for', () => {
    fc.assert(fc.property(all, (world) => {
      for (const { spec } of policiesIn(objectsOf(world))) for (const { to } of spec.rules ?? []) for (const { operation } of to ?? [{ operation: {} as Readonly<Record<string, readonly string[]>> }]) expect(operation['ports']).toBeDefined();
    }), runs);
  });

  it('what a ztunnel reads speaks of connections only; a waypoint reads what has a target, pods what has a selector', () => {
    fc.assert(fc.property(all, (world) => {
      for (const { artifact, spec } of policiesIn(objectsOf(world))) {
        if (artifact.stage === 0) continue;
        expect(spec.selector === undefined).toBe(spec.targetRefs !== undefined);
        if (dataPlane === 'sidecar') expect(spec.targetRefs).toBeUndefined();
        if (dataPlane === 'sidecar' || spec.selector === undefined) continue;
        for (const { to, when } of spec.rules ?? []) {
          expect(when).toBeUndefined();
          for (const { operation } of to ?? []) expect(Object.keys(operation)).toEqual(['ports']);
        }
      }
    }), runs);
  });

  it('a token is asked for by issuer and audience together, wherever one is asked for, and looked for in the header alone', () => {
    fc.assert(fc.property(all, (world) => {
      const objects = objectsOf(world);
      for (const { spec } of policiesIn(objects)) {
        for (const { when = [] } of spec.rules ?? []) {
          const keys = when.map(({ key }) => key).filter((key) => key.startsWith('request.auth.'));
          if (keys.length > 0) expect(keys).toEqual(expect.arrayContaining(['request.auth.claims[iss]', 'request.auth.audiences']));
          expect(when.filter(({ key, notValues }) => notValues !== undefined && key !== 'request.headers[upgrade]')).toEqual([]); // absence is no proof
        }
      }
      for (const { object } of objects.filter(({ object: { kind } }) => kind === 'RequestAuthentication')) {
        for (const rule of (object.spec as { jwtRules: readonly Readonly<Record<string, unknown>>[] }).jwtRules) {
          expect(rule['fromHeaders']).toEqual([{ name: 'Authorization', prefix: 'Bearer ' }]);
          expect(rule['forwardOriginalToken']).toBe(true);
          expect(rule['audiences']).not.toHaveLength(0);
        }
      }
    }), runs);
  });

  it('another order of declaration gives the same bytes', () => {
    fc.assert(fc.property(all, (world) => {
      const { policy: declared, platform: place } = world;
      const reordered: Policy = {
        ...declared, workloads: [...declared.workloads].reverse(), apis: [...declared.apis].reverse().map((served) => ({ ...served, operations: [...served.operations].reverse(), offers: [...served.offers].reverse() })),
        asks: [...declared.asks].reverse(), identityProviders: [...declared.identityProviders].reverse(), people: [...declared.people].reverse(), never: [...declared.never].reverse(),
      };
      expect(JSON.stringify(objectsOf({ policy: reordered, platform: place }))).toBe(JSON.stringify(objectsOf(world)));
    }), runs);
  });

  it('every grant is served by some object, and says of each feature where', () => {
    fc.assert(fc.property(all, (world) => {
      const { policy: declared, platform: place } = world;
      const { plan } = istio.lower(declared, place, noPlacement), objects = istio.emit(plan);
      const cells = [...istio.evidence(plan)];
      for (const { artifact, field, grant } of cells) {
        const found = objects.find(({ id }) => id === artifact);
        expect(found?.grants).toContain(grant);
        const reached = field.split(/[.[\]]+/).filter((key) => key !== '').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key === '' ? '0' : key], found!.object);
        if (!field.includes('[]')) expect(reached, `${artifact} ${field}`).toBeDefined();
      }
      for (const { grants } of objects) for (const grant of grants) expect(cells.some((cell) => cell.grant === grant), grant).toBe(true);
    }), runs);
  });

  it('no bad token opens anything, whoever carries it', () => {
    fc.assert(fc.property(all, (world) => {
      const decider = istio.interpret(objectsOf(world), world.platform);
      for (const request of requestsOf(world, badTokens)) {
        const { bypasses, intended } = crossing(world.policy, world.platform, request);
        for (const way of [intended, ...bypasses]) {
          const mesh = way.filter(({ enforcer }) => enforcer === 'mesh');
          if (mesh.length > 0 && mesh.every((hop: Hop) => decider(hop) === 'allow')) expect(decide(world.policy, request).decision, JSON.stringify(request)).toBe('allow');
        }
      }
    }), { numRuns: 6 });
  }, 120_000);
});

describe('in size', () => {
  const names = Array.from({ length: 1000 }, (_, index) => `w${String(index).padStart(4, '0')}`);
  const large = (place: Platform): World => ({
    platform: place,
    policy: policy(
      names.map((name, index) => workload(name, { namespace: `ns${index % 20}` })),
      names.map((name, index) => api(name, { operations: [http('read', 'GET', '/x/{id}'), http('all', 'GET', '/{rest**}')], offers: { read: Array.from({ length: 10 }, (_, step) => names[(index * 7 + step * 13 + 1) % 1000]!) } })),
    ),
  });

  it.each([['sidecar', 60 + 1000], ['ambient', 60 + 40 + 2000]] as const)('10,000 grants among 1,000 workloads of 20 namespaces become so many objects: %s', (dataPlane, count) => {
    expect(objectsOf(large(platform(dataPlane)))).toHaveLength(count);
  });

  it('a policy past 512 rules becomes parts that add up to it, and a part keeps its rules when another grows', () => {
    const callers = Array.from({ length: 1300 }, (_, index) => `c${index}`);
    const offers = (count: number): World => ({
      platform: platform('sidecar'),
      policy: policy([...callers.map((name) => workload(name, { namespace: 'front', services: [] })), workload('orders')], [
        api('orders', { operations: callers.map((name) => http(name, 'GET', `/${name}`)), offers: Object.fromEntries(callers.slice(0, count).map((name) => [name, [name]])) }),
      ]),
    });
    const parts = (count: number) => policiesIn(objectsOf(offers(count))).filter(({ artifact }) => artifact.stage === 2);
    const [small, large] = [parts(1299), parts(1300)];
    for (const { spec } of large) expect(spec.rules!.length).toBeLessThanOrEqual(512);
    expect(large.flatMap(({ spec }) => spec.rules!)).toHaveLength(1300);
    expect(large.map(({ artifact }) => artifact.id)).toEqual(small.map(({ artifact }) => artifact.id));
    expect(large.filter(({ artifact }, index) => JSON.stringify(artifact) !== JSON.stringify(small[index]!.artifact))).toHaveLength(1);
    expect(parts(2).map(({ artifact }) => artifact.object.metadata.name)).toEqual(['countersign-orders']);
  });

  it('callers past 256 share rules of at most so many', () => {
    const callers = Array.from({ length: 600 }, (_, index) => `c${index}`);
    const [found] = policiesIn(objectsOf({ platform: platform('sidecar'), policy: policy([...callers.map((name) => workload(name, { services: [] })), workload('orders')], [api('orders', { offers: { read: callers } })]) })).filter(({ artifact }) => artifact.stage === 2);
    expect(found!.spec.rules!.map(({ from }) => from![0]!.source['principals']!.length)).toEqual([256, 256, 88]);
  });
});

describe('one change', () => {
  it('of a grant touches its server\'s objects and no name', () => {
    const before = (who: readonly string[]): World => ({ platform: platform('ambient'), policy: policy([workload('ui'), workload('batch'), workload('orders', { services: [service('orders', 80, 8080), service('orders-too', 81, 8080)] }), workload('carts')], [api('orders', { offers: { read: who } }), api('carts', { offers: { read: ['ui'] } })]) });
    const [one, two] = [objectsOf(before(['ui'])), objectsOf(before(['ui', 'batch']))];
    expect(two.map(({ id }) => id)).toEqual(one.map(({ id }) => id));
    expect(two.filter(({ object }, index) => JSON.stringify(object) !== JSON.stringify(one[index]!.object)).map(({ object }) => object.metadata.name)).toEqual(['countersign-orders.orders', 'countersign-orders.orders-too']);
  });
});
