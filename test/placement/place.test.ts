import { describe, expect, it } from 'vitest';
import { features, type Acceptance, type Feature, type Fidelity, type Plane, type Policy } from '#ir';
import { place, type Enforcer } from '#placement';
import { api, connect, http, platform, policy, rpc, segment, service, workload } from '../targets/kubernetes/estate.ts';

const enforcer = (id: string, plane: Plane, able: Partial<Record<Feature, Fidelity>>): Enforcer =>
  ({ id, plane, capabilities: Object.fromEntries(features.map((feature) => [feature, able[feature] ?? 'absent'])) as Record<Feature, Fidelity> });

const network = enforcer('network-policies', 'network', { 'identity.workload': 'wider', port: 'exact', exposure: 'exact' });
const mesh = enforcer('mesh', 'mesh', { 'identity.workload': 'exact', 'operation.http': 'exact', 'operation.grpc': 'exact', port: 'exact', 'transport.tls': 'exact' });
const word = (feature: Feature, grants: Acceptance['grants'] = 'all', plane: Plane = 'network'): Acceptance =>
  ({ grants, feature, plane, because: 'no mesh yet', owner: 'platform', until: '2027-06-30' });

type ApiCase = NonNullable<Parameters<typeof api>[1]>;

const two = policy([workload('ui'), workload('job'), workload('orders')], [
  api('orders', { operations: [http('list'), rpc('Repair')], offers: { list: ['ui', 'job'], Repair: ['job'] } }),
]);
const duties = (declared: Policy, enforcers: readonly Enforcer[], accept: readonly Acceptance[] = []) =>
  place(declared, platform({ accept }), enforcers).placement.duties.map(({ grant, feature, target, fidelity, accepted }) =>
    `${grant}: ${feature} by ${target}, ${fidelity}${accepted === undefined ? '' : ', accepted'}`);

describe('what a grant needs', () => {
  const ofOne = (operation: ApiCase, rest: Partial<Policy>) =>
    [...new Set(place(policy([workload('ui'), workload('orders', {}, { segment: 'core' })], [api('orders', operation)], rest), platform(), [network, mesh, enforcer('edge', 'gateway', {})])
      .placement.duties.map(({ feature }) => feature))];
  const core = (requires: Partial<ReturnType<typeof segment>['requires']>) => ({ segments: [segment('core', { requires: { people: [], workloads: [], partners: [], ...requires } })] });
  const exposedAt = { kind: 'service', service: 'orders' } as const;

  it.each<readonly [string, readonly Feature[], ApiCase, Partial<Policy>]>([
    ['HTTP from a workload', ['identity.workload', 'operation.http', 'port'], { offers: { read: ['ui'] } }, {}],
    ['gRPC from a workload', ['identity.workload', 'operation.grpc', 'port'], { operations: [rpc('Get')], offers: { Get: ['ui'] } }, {}],
    ['the whole port', ['identity.workload', 'port'], { operations: [connect(8080)], offers: { connect: ['ui'] } }, {}],
    ['a workload acting for people', ['identity.workload', 'identity.person', 'operation.http', 'port'], { offers: { read: [{ kind: 'workload', name: 'ui', actingFor: 'shoppers' }] } }, {}],
    ['people', ['identity.person', 'operation.http', 'port', 'exposure'], { exposedAt, offers: { read: [{ kind: 'people', name: 'staff' }] } }, {}],
    ['a partner', ['identity.partner', 'operation.http', 'port', 'exposure'], { exposedAt, offers: { read: [{ kind: 'partner', name: 'acme' }] } }, {}],
    ['anyone', ['operation.http', 'port', 'exposure'], { exposedAt, offers: { read: ['anyone'] } }, {}],
    ['labels', ['operation.http', 'port'], { offers: { read: [{ kind: 'pods', namespace: 'shop', labels: { app: 'x' } }] } }, {}],
    ['TLS of the segment', ['identity.workload', 'operation.http', 'port', 'transport.tls'], { offers: { read: ['ui'] } }, core({ transport: { tls: '1.3' } })],
    ['conditions of the offer and of the segment, each once', ['identity.workload', 'operation.http', 'port', 'condition.claim', 'condition.from', 'condition.during'],
      { offers: { read: ['ui'] }, when: [{ kind: 'any', of: [{ kind: 'from', cidrs: ['10.0.0.0/8'] }, { kind: 'all', of: [{ kind: 'claim', claim: 'a', anyOf: ['b'] }] }] }] },
      core({ workloads: [{ kind: 'during', days: ['mon'], start: '08:00', end: '18:00', timeZone: 'UTC' }, { kind: 'from', cidrs: ['10.0.0.0/8'] }], people: [{ kind: 'mfa' }] })],
    ['a segment\'s word about people, of anyone', ['operation.http', 'port', 'exposure', 'condition.mfa'], { exposedAt, offers: { read: ['anyone'] } }, core({ people: [{ kind: 'mfa' }] })],
  ])('%s', (_, needed, operation, rest) => {
    expect(ofOne(operation, rest)).toEqual(needed);
  });
});

describe('what grants of one policy need', () => {
  it('is told apart where only a condition or a person differs', () => {
    const when = [{ kind: 'from', cidrs: ['10.0.0.0/8'] }] as const;
    const declared = policy([workload('ui'), workload('orders')], [
      api('orders', { offers: { read: ['ui', { kind: 'workload', name: 'ui', actingFor: 'shoppers' }] } }),
      api('strict', { server: 'orders', offers: { read: ['ui'] }, when }),
    ]);
    const { placement } = place(declared, platform(), [network]);
    expect([...new Set(placement.duties.map(({ grant }) => grant))].map((ref) => [ref, placement.duties.flatMap(({ grant, feature }) => grant === ref ? [feature] : [])])).toEqual([
      ['ui → orders.read', ['identity.workload', 'operation.http', 'port']],
      ['ui acting for shoppers → orders.read', ['identity.workload', 'identity.person', 'operation.http', 'port']],
      ['ui → strict.read', ['identity.workload', 'operation.http', 'port', 'condition.from']],
    ]);
  });
});

describe('who answers', () => {
  it('is the first on the way that does it exactly, in the order of the planes', () => {
    for (const enforcers of [[network, mesh], [mesh, network]]) {
      expect(duties(two, enforcers).slice(0, 3)).toEqual([
        'ui → orders.list: identity.workload by mesh, exact', 'ui → orders.list: operation.http by mesh, exact', 'ui → orders.list: port by network-policies, exact',
      ]);
      expect(place(two, platform(), enforcers).losses).toEqual([]);
    }
  });

  it('is the most faithful one that is accepted, where nobody is exact', () => {
    const narrow = enforcer('narrow', 'mesh', { 'identity.workload': 'narrower' });
    const accept = [word('identity.workload'), word('identity.workload', 'all', 'mesh')];
    expect(duties(two, [network, narrow], accept)[0]).toBe('ui → orders.list: identity.workload by narrow, narrower, accepted');
    expect(duties(two, [network, narrow], accept.slice(0, 1))[0]).toBe('ui → orders.list: identity.workload by network-policies, wider, accepted');
  });

  it('is exact without a word even where a weaker one is accepted', () => {
    expect(duties(two, [network, mesh], [word('identity.workload')])[0]).toBe('ui → orders.list: identity.workload by mesh, exact');
  });

  it('is nobody beside the way: no gateway answers for calls between pods', () => {
    const edge = enforcer('edge', 'gateway', { 'identity.workload': 'exact', 'operation.http': 'exact', 'operation.grpc': 'exact', port: 'exact' });
    expect(place(two, platform(), [edge]).losses.map(({ code, message }) => [code, message.includes('no enforcer of this platform stands on their way')]))
      .toEqual(Array.from({ length: 4 }, () => ['CS3001', true]));
  });

  it('is not the gateway for who calls past it', () => {
    const edge = enforcer('edge', 'gateway', { 'operation.http': 'exact' });
    const declared = policy([workload('ui'), workload('orders')], [api('orders', { exposedAt: { kind: 'gateway', gateway: 'edge', host: 'o.example.com' }, offers: { read: ['ui'] } })]);
    expect(duties(declared, [network, edge])[1]).toBe('ui → orders.read: operation.http by network-policies, absent');
  });

  it('is the gateway for who comes through it', () => {
    const edge = enforcer('edge', 'gateway', { 'identity.person': 'exact', 'operation.http': 'exact', exposure: 'exact' });
    const declared = policy([workload('orders')], [api('orders', { exposedAt: { kind: 'gateway', gateway: 'edge', host: 'o.example.com' }, offers: { read: [{ kind: 'people', name: 'staff' }] } })]);
    expect(duties(declared, [network, edge])).toEqual([
      'staff → orders.read: identity.person by edge, exact', 'staff → orders.read: operation.http by edge, exact',
      'staff → orders.read: port by network-policies, exact', 'staff → orders.read: exposure by network-policies, exact',
    ]);
  });

  it('is said for each grant and feature, with the acceptance itself', () => {
    const accept = [word('identity.workload'), word('operation.http', ['ui → orders.list', 'job → orders.list']), word('operation.grpc', ['job → orders.Repair'])];
    const { placement, losses } = place(two, platform({ accept }), [network]);
    expect(losses).toEqual([]);
    expect(placement.duties).toHaveLength(9);
    expect(placement.duties[1]).toEqual({ grant: 'ui → orders.list', feature: 'operation.http', plane: 'network', target: 'network-policies', fidelity: 'absent', accepted: accept[1] });
  });
});

describe('what nobody answers for (CS3001)', () => {
  it('is said once for each feature, at the offer, with the number, examples and the words that would accept it', () => {
    const { losses } = place(two, platform(), [network]);
    expect(losses.map(({ code, severity, pointer, witness }) => [code, severity, pointer, witness])).toEqual([
      ['CS3001', 'error', '/apis/0/offers/0', { feature: 'identity.workload', grant: 'ui → orders.list', grants: 3 }],
      ['CS3001', 'error', '/apis/0/offers/0', { feature: 'operation.http', grant: 'ui → orders.list', grants: 2 }],
      ['CS3001', 'error', '/apis/0/offers/1', { feature: 'operation.grpc', grant: 'job → orders.Repair', grants: 1 }],
    ]);
    expect(losses[0]).toMatchObject({
      message: '`identity.workload` (who calls, proved by more than a label) is not enforced exactly for 3 grants, `ui → orders.list` among them: `network-policies` on the network plane admits more than the policy allows',
      related: [{ pointer: '/apis/0/offers/0' }, { pointer: '/apis/0/offers/1' }],
      help: 'add a mesh to the platform, or accept it in writing in the platform\'s `accept`: `acceptWeaker({ grants: \'all\', feature: \'identity.workload\', plane: \'network\', because: \'…\', owner: \'…\', until: \'YYYY-MM-DD\' })`',
    });
    expect(losses[2]?.help).toContain('grants: [\'job → orders.Repair\'],');
  });

  it.each<readonly [string, readonly Acceptance[], readonly number[]]>([
    ['for another plane', [word('operation.http', 'all', 'mesh')], [2]],
    ['for another feature', [word('operation.grpc')], [2]],
    ['for one of two grants', [word('operation.http', ['ui → orders.list'])], [1]],
    ['for both', [word('operation.http', ['ui → orders.list', 'job → orders.list'])], []],
  ])('is what no acceptance covers: %s', (_, accept, left) => {
    const { losses } = place(two, platform({ accept }), [network]);
    expect(losses.filter(({ message }) => message.startsWith('`operation.http`')).map(({ witness }) => (witness as { grants: number }).grants)).toEqual(left);
  });

  it('stops the compile where an enforcer denies too much, as where it admits too much', () => {
    const narrow = enforcer('narrow', 'mesh', { 'identity.workload': 'exact', port: 'exact', 'operation.http': 'narrower', 'operation.grpc': 'exact' });
    expect(place(two, platform(), [narrow]).losses.map(({ message }) => message)).toEqual([expect.stringContaining('`narrow` on the mesh plane denies some of what the policy allows')]);
  });

  it('can\'t be accepted for ports: nothing would be left', () => {
    const { losses } = place(two, platform(), [enforcer('nothing', 'network', {})]);
    expect(losses.find(({ message }) => message.startsWith('`port`'))?.help).toBe('use a CNI that enforces NetworkPolicy');
  });

  it('is one sentence for ten thousand grants', () => {
    const names = Array.from({ length: 1000 }, (_, index) => `w${index}`);
    const large = policy(names.map((name) => workload(name, { services: [service(name, 80, 8080)] })),
      names.map((name, index) => api(name, { offers: { read: Array.from({ length: 10 }, (_, step) => names[(index + step * 7 + 1) % 1000]!) } })));
    const { losses, placement } = place(large, platform({ accept: [word('operation.http')] }), [network]);
    expect([losses.length, placement.duties.length]).toEqual([1, 30_000]);
  });
});
