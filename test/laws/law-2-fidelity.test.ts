import { describe, expect, test } from 'vitest';
import { isError } from '#diagnostics';
import { features, type Api, type Feature, type Fidelity, type Mesh, type Platform, type Policy } from '#ir';
import { crossing, decide, type Request } from '#spec';
import { kubernetes } from '#targets';
import { checkedEstate, estate, type Estate, estatePods } from '#testing';
import { admitted } from './enforced-estate.ts';

/**
 * For each feature, the requests that differ in that feature alone from ones that the policy decides by it. Each is
 * asked on its intended way; what the target lets through is compared with what the policy, without any acceptance, allows.
 */
const population: Partial<Record<Feature, (policy: Policy) => readonly Request[]>> = {
  /** A caller that may call something, at every port of everybody. */
  port: (policy) => callers(policy).flatMap((peer) => ports(policy, peer.name).map((to) => ({ peer, throughExposure: false, to, context }))),
  /** Pods with a workload's labels and its ServiceAccount, and with the labels only. */
  'identity.workload': (policy) => policy.workloads.flatMap(({ kubernetes: facts, name }) => (facts?.serviceAccount === undefined ? [] : [facts.serviceAccount, 'somebody-else'].flatMap((serviceAccount) =>
    ports(policy, name).map((to): Request => ({ peer: { kind: 'pod', namespace: facts.namespace, labels: facts.selector, serviceAccount }, throughExposure: false, to, context }))))),
  'operation.http': (policy) => operations(policy, 'http'),
  'operation.grpc': (policy) => operations(policy, 'grpc'),
  /** Somebody outside, and pods of nobody's, at every port. */
  exposure: (policy) => ports(policy).flatMap((to): readonly Request[] => [
    { throughExposure: true, to, context },
    ...estatePods(policy).pods.filter(({ workload }) => workload === undefined)
      .map(({ labels, namespace }): Request => ({ peer: { kind: 'pod', namespace, labels, serviceAccount: 'nobody' }, throughExposure: false, to, context })),
  ]),
};

const context = { time: '2026-11-23T00:00:00Z' } as const;
const callers = (policy: Policy) => [...new Set(policy.asks.flatMap(({ from }) => (from.kind === 'workload' ? [from.name] : [])))].map((name) => ({ kind: 'workload', name }) as const);
/** Of everybody but one: a pod's traffic to itself is nobody's business. */
const ports = (policy: Policy, but?: string) => policy.workloads.flatMap(({ kubernetes: facts, name }) => (name === but ? [] : facts!.ports.flatMap(({ number, protocol }) =>
  [{ kind: 'port', workload: name, port: number, protocol } as const, { kind: 'port', workload: name, port: number + 1, protocol } as const])));
const operations = (policy: Policy, kind: 'http' | 'grpc'): readonly Request[] => policy.apis.flatMap((api) => api.operations.filter((operation) => operation.kind === kind).flatMap((operation) =>
  callers(policy).map((peer) => ({ peer, throughExposure: false, to: { kind: 'operation', api: api.name, operation: operation.name } as const, context }))));

/** The NetworkPolicies of an estate, whoever else would have to enforce something there. */
function networkOf(world: Estate) {
  const { platform, policy } = checkedEstate(world), { losses, plan } = kubernetes.lower(policy, platform, { duties: [] });
  if (losses.some(isError)) throw new Error(`a generated estate does not become NetworkPolicies: ${JSON.stringify(losses, null, 1)}`);
  return { policy, platform, decider: kubernetes.interpret(kubernetes.emit(plan), platform) };
}

interface Observed { readonly both: number; readonly neither: number; readonly onlyPolicy: number; readonly onlyTarget: number; readonly witness?: Request }

function observe(feature: Feature, worlds: readonly Estate[]): Observed {
  const count = { both: 0, neither: 0, onlyPolicy: 0, onlyTarget: 0 };
  let witness: Request | undefined;
  for (const world of worlds) {
    const { decider, platform, policy } = networkOf(world);
    for (const request of population[feature]!(policy)) {
      const allowed = decide(policy, request).decision === 'allow', through = admitted(decider, crossing(policy, platform, request).intended);
      count[allowed ? (through ? 'both' : 'onlyPolicy') : through ? 'onlyTarget' : 'neither']++;
      if (allowed !== through) witness ??= request;
    }
  }
  return { ...count, ...(witness === undefined ? {} : { witness }) };
}

/** What a claim says of the two sets. An absent feature is one that the target can't tell apart, so it lets more through. */
const keeps: Readonly<Record<Fidelity, (seen: Observed) => boolean>> = {
  exact: ({ onlyPolicy, onlyTarget }) => onlyPolicy === 0 && onlyTarget === 0,
  narrower: ({ onlyPolicy, onlyTarget }) => onlyTarget === 0 && onlyPolicy > 0,
  wider: ({ onlyPolicy, onlyTarget }) => onlyPolicy === 0 && onlyTarget > 0,
  absent: ({ onlyPolicy, onlyTarget }) => onlyPolicy === 0 && onlyTarget > 0,
};

const worlds = Array.from({ length: 25 }, (_, seed) => estate(seed));
const on = (change: (platform: Platform) => Platform): readonly Estate[] => worlds.map((world) => ({ ...world, platform: change(world.platform) }));
const meshed = (dataPlane: Mesh['dataPlane']) => on((platform) => ({
  ...platform, cni: { ...platform.cni, ipBlockMatchesNodes: true, ipBlockMatchesPods: true }, loadBalancer: { clientAddress: 'preserved' },
  mesh: { kind: 'istio', version: '1.31', dataPlane, namespace: 'istio-system', trustDomain: 'prod.example', pathNormalization: 'DECODE_AND_MERGE_SLASHES', minTls: '1.3', waypoint: 'waypoint' },
}));
/** The same estates with a gateway where each had a load balancer of its own. */
const behindGateway = (plane: Mesh['dataPlane']): readonly Estate[] => meshed(plane).map((world) => ({
  ...world,
  policy: {
    ...world.policy,
    apis: world.policy.apis.map((api): Api => {
      if (api.exposedAt === undefined) return api;
      const { exposedAt: _service, ...rest } = api;
      // a gateway passes on requests only, so that a whole port is for workloads alone
      if (api.operations.some(({ kind }) => kind === 'tcp')) return { ...rest, offers: api.offers.map((offer) => ({ ...offer, to: offer.to.filter(({ kind }) => kind !== 'anyone') })).filter(({ to }) => to.length > 0) };
      return { ...rest, exposedAt: { kind: 'gateway', gateway: 'edge', host: `${api.name}.example.com` } };
    }),
    workloads: world.policy.workloads.map((workload) => ({ ...workload, kubernetes: { ...workload.kubernetes!, services: workload.kubernetes!.services.map(({ nodePort: _of, ...service }) => ({ ...service, type: 'ClusterIP' as const })) } })),
  },
  platform: {
    ...world.platform,
    gateways: [{
      name: 'edge', kind: 'envoyGateway', version: '1.9', namespace: 'edge-system', controlNamespace: 'envoy-gateway-system', port: 443, containerPort: 10_443,
      pods: { namespace: 'edge-system', labels: { proxy: 'edge' }, serviceAccount: 'edge' }, certificate: { kind: 'Secret', namespace: 'edge-system', name: 'tls' }, upstream: { kind: 'mesh' },
    }],
  },
}));
const platforms: readonly (readonly [string, readonly Estate[]])[] = [
  ['a plugin whose blocks match nodes and pods', on((platform) => ({ ...platform, cni: { ...platform.cni, ipBlockMatchesNodes: true, ipBlockMatchesPods: true }, loadBalancer: { clientAddress: 'preserved' } }))],
  ['a plugin whose blocks match neither', on((platform) => ({ ...platform, dns: { ...platform.dns!, nodeLocalCidrs: [] }, cni: { ...platform.cni, ipBlockMatchesNodes: false, ipBlockMatchesPods: false }, loadBalancer: { clientAddress: 'preserved' } }))],
  ['clients hidden behind nodes', on((platform) => ({ ...platform, cni: { ...platform.cni, ipBlockMatchesNodes: true, ipBlockMatchesPods: true }, loadBalancer: { clientAddress: 'node' } }))],
  ['a mesh of sidecars', meshed('sidecar')],
  ['an ambient mesh', meshed('ambient')],
  ['a gateway before sidecars', behindGateway('sidecar')],
  ['a gateway before an ambient mesh', behindGateway('ambient')],
];

describe.each(platforms)('law 2, on %s', (_name, estates) => {
  const claims = kubernetes.capabilities(estates[0]!.platform);

  test.each(Object.keys(population) as Feature[])('%s is what the target claims', (feature) => {
    const seen = observe(feature, estates);
    expect(seen.both, 'something is allowed').toBeGreaterThan(30);
    expect(seen.neither, 'something is denied').toBeGreaterThan(100);
    expect(keeps[claims[feature]](seen), `claimed ${claims[feature]}, seen ${JSON.stringify(seen)}`).toBe(true);
  });

  test('and every other feature is claimed absent, or has a population here', () => {
    const elsewhere: readonly Feature[] = ['endpoint']; // law-2-on-the-cloud
    expect(features.filter((feature) => claims[feature] !== 'absent' && population[feature] === undefined && !elsewhere.includes(feature))).toEqual([]);
  });
});

test('where pod and node ranges overlap, exposure is claimed wider, and admits more than outsiders', () => {
  const accept = { grants: 'all', feature: 'exposure', plane: 'network', because: 'one subnet for both', owner: 'platform', until: '2027-06-30' } as const;
  const exposed = worlds.filter(({ policy }) => policy.apis.some(({ offers }) => offers.some(({ to }) => to.some(({ kind }) => kind === 'anyone'))));
  const overlapping = exposed.map(({ asOf, platform, policy }) => ({
    asOf, policy: { ...policy, never: [] },
    platform: { ...platform, nodeCidrs: ['10.244.240.0/20'], cni: { ...platform.cni, ipBlockMatchesNodes: true, ipBlockMatchesPods: true }, accept: [...platform.accept, accept] },
  }));
  const claim = kubernetes.capabilities(overlapping[0]!.platform).exposure, seen = observe('exposure', overlapping);
  expect(claim).toBe('wider');
  expect(keeps.wider(seen), JSON.stringify(seen)).toBe(true);
});

test('where nothing is enforced, everything is claimed absent', () => {
  const { platform } = worlds[0]!;
  expect(new Set(Object.values(kubernetes.capabilities({ ...platform, cni: { ...platform.cni, networkPolicy: 'absent' } })))).toEqual(new Set(['absent']));
});

test('the law fails with a claim that is too good', () => {
  expect(keeps.exact(observe('operation.http', worlds))).toBe(false);
  expect(keeps.exact(observe('identity.workload', worlds))).toBe(false);
  expect(keeps.wider(observe('port', worlds)), 'or too modest').toBe(false);
});
