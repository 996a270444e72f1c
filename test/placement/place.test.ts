import { describe, expect, it } from 'vitest';
import { features, type Acceptance, type Feature, type Fidelity, type Plane, type Platform, type Policy } from '#ir';
import { place, type Enforcer } from '#placement';
import { host, onAws, openEndpoint, resource } from '../targets/kubernetes/cloud-estate.ts';
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

describe('what is derived from a workload\'s own facts', () => {
  const scraped = policy([workload('ui'), workload('orders', { metrics: { port: 8080, path: '/metrics' } })], [api('orders', { offers: { read: ['ui'] } })]);
  const istio = (dataPlane: 'ambient' | 'sidecar') => ({
    kind: 'istio', version: '1.31', dataPlane, namespace: 'istio-system', trustDomain: 'lab.example', minTls: '1.3', waypoint: 'waypoint',
  } as const);
  const ofScraper = (dataPlane: 'ambient' | 'sidecar', accept: readonly Acceptance[] = []) => {
    const { losses, placement } = place(scraped, platform({ accept, mesh: istio(dataPlane) }), [network, mesh]);
    return { losses, duties: placement.duties.filter(({ grant }) => grant === 'metricsScraper → orders.metrics').map(({ feature, plane, fidelity, accepted }) => [feature, plane, fidelity, accepted?.owner]) };
  };

  it('needs the scraper\'s identity, the one request and the port, like any grant', () => {
    expect(ofScraper('sidecar')).toEqual({ losses: [], duties: [['identity.workload', 'mesh', 'exact', undefined], ['operation.http', 'mesh', 'exact', undefined], ['port', 'network', 'exact', undefined]] });
  });
  it('is read by nobody on an ambient mesh, whatever its waypoints can do, and no duty claims otherwise', () => {
    expect(ofScraper('ambient').duties).toEqual([['identity.workload', 'mesh', 'exact', undefined], ['operation.http', 'mesh', 'wider', undefined], ['port', 'network', 'exact', undefined]]);
    const accept = [word('operation.http', ['metricsScraper → orders.metrics'], 'mesh')];
    expect(ofScraper('ambient', accept).duties[1]).toEqual(['operation.http', 'mesh', 'wider', 'platform']);
    expect(place(scraped, platform({ mesh: istio('ambient') }), [network, mesh]).placement.duties.find(({ grant, feature }) => grant === 'ui → orders.read' && feature === 'operation.http')?.fidelity, 'but for what asks a Service').toBe('exact');
  });
  it('is nobody\'s in an unmanaged segment', () => {
    const foreign = { ...scraped, workloads: scraped.workloads.map((one) => ({ ...one, segment: 'legacy' })), segments: [segment('legacy', { managed: 'unmanaged' })] };
    expect(place(foreign, platform(), [network, mesh])).toEqual({ losses: [], placement: { duties: [] } });
  });
  it('says where it stands when nobody can do it', () => {
    const { losses } = place(scraped, platform(), [network]);
    expect(losses.find(({ message }) => message.startsWith('`operation.http`'))).toMatchObject({ related: [{ message: '`metricsScraper → orders.metrics` needs it too', pointer: '/workloads/1/kubernetes/metrics' }], witness: { grants: 2 } });
  });
});

describe('what protects a connection', () => {
  const edge = enforcer('edge', 'gateway', { 'identity.person': 'exact', 'operation.http': 'exact', 'transport.tls': 'exact', 'transport.lifetime': 'exact' });
  const core = segment('core', { requires: { people: [], workloads: [], partners: [], transport: { tls: '1.3' }, reauthenticateEvery: 1800 } });
  const exposedAt = { kind: 'gateway', gateway: 'edge', host: 'o.example.com' } as const;
  const declared = policy([workload('ui'), workload('orders', {}, { segment: 'core' })], [api('orders', { exposedAt, offers: { read: ['ui', { kind: 'people', name: 'staff' }] } })], { segments: [core] });
  const protecting = (enforcers: readonly Enforcer[], accept: readonly Acceptance[] = []) => {
    const { losses, placement } = place(declared, platform({ accept }), enforcers);
    return {
      losses: losses.filter(({ message }) => message.startsWith('`transport')).map(({ witness }) => { const { feature, grants } = witness as { feature: string; grants: number }; return `${feature} ${grants}`; }),
      duties: placement.duties.filter(({ feature }) => feature.startsWith('transport')).map(({ accepted, feature, fidelity, grant, target }) => `${grant}: ${feature} by ${target}, ${fidelity}${accepted === undefined ? '' : ', accepted'}`),
    };
  };

  it('has to do so on each leg: the gateway\'s word is not the mesh\'s', () => {
    expect(protecting([network, mesh, edge])).toEqual({
      losses: ['transport.lifetime 1', 'transport.lifetime 1'],
      duties: [
        'ui → orders.read: transport.tls by mesh, exact', 'ui → orders.read: transport.lifetime by mesh, absent',
        'staff → orders.read: transport.tls by mesh, exact', 'staff → orders.read: transport.tls by edge, exact',
        'staff → orders.read: transport.lifetime by edge, exact', 'staff → orders.read: transport.lifetime by mesh, absent',
      ],
    });
  });
  it('may be accepted on the leg that lacks it, and there only', () => {
    expect(protecting([network, mesh, edge], [word('transport.lifetime', 'all', 'gateway')]).losses).toEqual(['transport.lifetime 1', 'transport.lifetime 1']);
    const { duties: held, losses } = protecting([network, mesh, edge], [word('transport.lifetime', 'all', 'mesh')]);
    expect(losses).toEqual([]);
    expect(held.filter((one) => one.endsWith('accepted'))).toEqual(['ui → orders.read: transport.lifetime by mesh, absent, accepted', 'staff → orders.read: transport.lifetime by mesh, absent, accepted']);
  });
  it('is not asked of a network that only carries it, but where there is nobody else', () => {
    expect(protecting([network, mesh, edge]).duties.some((one) => one.includes('network-policies'))).toBe(false);
    expect(protecting([network]).losses).toEqual(['transport.tls 1', 'transport.lifetime 1', 'transport.tls 1', 'transport.lifetime 1']);
  });
});

describe('a condition of two parts', () => {
  const edge = enforcer('edge', 'gateway', { 'identity.person': 'exact', 'operation.http': 'exact', 'condition.mfa': 'exact', 'condition.authenticatedWithin': 'exact' });
  const strong = enforcer('strong', 'mesh', { 'identity.person': 'exact', 'operation.http': 'exact', 'condition.mfa': 'exact' });
  const exposedAt = { kind: 'gateway', gateway: 'edge', host: 'o.example.com' } as const;
  const asking = (within: number | undefined) => policy([workload('orders')], [api('orders', {
    exposedAt, offers: { read: [{ kind: 'people', name: 'staff' }] }, when: [{ kind: 'mfa', ...(within === undefined ? {} : { within }) }],
  })]);
  const answering = (within?: number) => place(asking(within), platform(), [network, strong, edge]).placement.duties.filter(({ feature }) => feature.startsWith('condition')).map(({ feature, target }) => `${feature} by ${target}`);

  it('may have two who answer: one for the factor, one for its age', () => {
    expect(answering()).toEqual(['condition.mfa by strong']);
    expect(answering(900)).toEqual(['condition.mfa by strong', 'condition.authenticatedWithin by edge']);
  });
  it('is a loss where nobody knows the age', () => {
    const { losses } = place(asking(900), platform(), [network, strong]);
    expect(losses.map(({ message }) => message.slice(0, message.indexOf(' ')))).toContain('`condition.authenticatedWithin`');
  });
});

describe('an unmanaged segment', () => {
  it('needs nothing and is promised nothing, while what it calls elsewhere needs all', () => {
    const declared = policy([workload('old', {}, { segment: 'legacy' }), workload('orders')], [
      api('old', { offers: { read: ['orders'] } }), api('orders', { offers: { read: ['old'] } }),
    ], { segments: [segment('legacy', { managed: 'unmanaged' })] });
    expect(duties(declared, [network, mesh])).toEqual(['old → orders.read: identity.workload by mesh, exact', 'old → orders.read: operation.http by mesh, exact', 'old → orders.read: port by network-policies, exact']);
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

describe('alternatives (CS3009)', () => {
  const edge = enforcer('edge', 'gateway', { exposure: 'exact', 'identity.person': 'exact', 'operation.http': 'exact', 'condition.maxTokenAge': 'exact', 'condition.claim': 'exact' });
  const reader = enforcer('reader', 'mesh', { 'identity.person': 'exact', 'operation.http': 'exact', 'condition.header': 'exact', 'condition.claim': 'exact' });
  const header = { kind: 'header', name: 'x-tier', anyOf: ['gold'], trustedHop: 'edge' } as const, young = { kind: 'maxTokenAge', seconds: 600 } as const, claim = { kind: 'claim', claim: 'tier', anyOf: ['gold'] } as const;
  const codes = (when: ApiCase['when'], accept: readonly Acceptance[] = []) => place(
    policy([workload('orders')], [api('orders', { exposedAt: { kind: 'gateway', gateway: 'edge', host: 'api.example.com' }, offers: { read: [{ kind: 'people', name: 'staff' }] }, ...(when === undefined ? {} : { when }) })]),
    platform({ accept }), [network, reader, edge],
  ).losses.filter(({ code }) => code === 'CS3009').map(({ message, pointer }) => [pointer, message] as const);

  it('are refused where each is judged by somebody and all of them by nobody, at the conditions', () => {
    const [found, ...more] = codes([{ kind: 'all', of: [claim, { kind: 'any', of: [young, header] }] }]);
    expect(more).toEqual([]);
    expect(found?.[0]).toBe('/apis/0/offers/0/when');
    expect(found?.[1]).toMatch(/no enforcer on its way judges all of that: `condition\.maxTokenAge` is for `edge`, `condition\.header` is for `reader`/);
  });
  it.each([
    ['one enforcer judges both', [{ kind: 'any', of: [young, claim] }], []], ['both have to hold', [young, header], []],
    ['nobody judges one of them', [{ kind: 'any', of: [young, { kind: 'risk', below: 1 }] }], []], ['one of them is accepted', [{ kind: 'any', of: [young, header] }], [word('condition.header', 'all', 'mesh')]],
  ] as const)('are left alone where %s', (_, when, accept) => { expect(codes(when as ApiCase['when'], accept)).toEqual([]); });
});

describe('a resource of the cloud', () => {
  const packets = enforcer('network-policies', 'network', { 'identity.workload': 'wider', port: 'exact', endpoint: 'exact' });
  const iam = enforcer('iam', 'cloud', { 'identity.workload': 'exact', 'operation.cloud': 'exact', atRest: 'exact', 'transport.tls': 'exact', 'transport.lifetime': 'exact', 'condition.from': 'exact' });
  const placed = (declared: Policy, at: Platform, enforcers: readonly Enforcer[] = [packets, iam]) => {
    const { losses, placement } = place(declared, at, enforcers);
    return { losses, duties: placement.duties.map(({ accepted, feature, fidelity, grant, target }) => `${grant}: ${feature} by ${target}, ${fidelity}${accepted === undefined ? '' : ', accepted'}`) };
  };
  const declared = policy([workload('orders'), host('batch')], [resource('jobs', 'sqs', ['send'], ['orders', 'batch'])]);

  it('has its caller and its verb judged by IAM, and its addresses kept to by the network, but for a host outside', () => {
    expect(placed(declared, onAws())).toEqual({ losses: [], duties: [
      'orders → jobs.send: identity.workload by iam, exact', 'orders → jobs.send: operation.cloud by iam, exact', 'orders → jobs.send: endpoint by network-policies, exact',
      'batch → jobs.send: identity.workload by iam, exact', 'batch → jobs.send: operation.cloud by iam, exact',
    ] });
  });

  it('whose service answers nobody says where: a loss with its remedy, one for each service', () => {
    const { losses } = placed(policy([workload('orders')], [resource('jobs', 'sqs', ['send'], ['orders']), resource('more', 'sqs', ['send'], ['orders']), resource('books', 'rds-db', ['connect'], ['orders'], { port: 5432 })]), onAws({ aws: { endpoints: [] } }));
    expect(losses.map(({ code, help, message, pointer }) => [code, pointer, message, help])).toEqual([
      ['CS3001', '/apis/0/offers/0', '`endpoint` (which addresses a cloud service is reached at) is not enforced exactly for 2 grants, `orders → jobs.send` among them: `case` does not say at which addresses `sqs` answers',
        'say where the service answers, in the platform\'s `aws.endpoints`: `{ sqs: [\'…\'] }`, or accept it in writing in the platform\'s `accept`: `acceptWeaker({ grants: [\'orders → jobs.send\', \'orders → more.send\'], feature: \'endpoint\', plane: \'network\', because: \'…\', owner: \'…\', until: \'YYYY-MM-DD\' })`, which lets the callers out to every address but the cluster\'s and the instance\'s own'],
      ['CS3001', '/apis/2/offers/0', '`endpoint` (which addresses a cloud service is reached at) is not enforced exactly for `orders → books.connect`: `case` does not say at which addresses `rds-db` answers', expect.stringContaining('`{ \'rds-db\': [\'…\'] }`')],
    ]);
  });

  it('whose service answers nobody says where: wider, where that is accepted for the grant, and the duty rests on it', () => {
    const nowhere = (grants: Acceptance['grants']) => onAws({ aws: { endpoints: [] }, accept: [openEndpoint(grants)] });
    expect(placed(declared, nowhere('all'))).toEqual({ losses: [], duties: expect.arrayContaining(['orders → jobs.send: endpoint by network-policies, wider, accepted']) });
    expect(placed(declared, nowhere(['orders → jobs.send'])).losses).toEqual([]);
    expect(placed(declared, nowhere(['batch → jobs.send'])).losses).toHaveLength(1);
    expect(placed(declared, onAws({ accept: [openEndpoint()] })).duties, 'an acceptance that nothing needs widens nothing').toContain('orders → jobs.send: endpoint by network-policies, exact');
  });

  it('asks for an account where the platform has none', () => {
    expect(placed(declared, platform(), [packets]).losses.map(({ code, help, message }) => [code, message, help])).toEqual([[
      'CS3001', '`operation.cloud` (which verb of a cloud resource is asked for) is not enforced exactly for 2 grants, `orders → jobs.send` among them: `case` has no account of the cloud', 'add an account of the cloud to the platform: `aws`',
    ]]);
  });

  it('has its transport protected and its requests judged by the cloud, as its segment asks', () => {
    const kept = { ...resource('jobs', 'sqs', ['send'], ['orders']), servedBy: { kind: 'cloud', service: 'sqs', arn: 'arn:aws:sqs:eu-west-1:111122223333:jobs', owned: false, segment: 'core' } } as const;
    const asking = policy([workload('orders')], [kept], { segments: [segment('core', { requires: { people: [], workloads: [], partners: [], transport: { tls: '1.2' }, reauthenticateEvery: 3600 } })] });
    expect(placed(asking, onAws()).duties).toEqual(expect.arrayContaining(['orders → jobs.send: transport.tls by iam, exact', 'orders → jobs.send: transport.lifetime by iam, exact']));
    expect(placed(asking, onAws()).losses).toEqual([]);
  });

  it('whose caller is not ours to hold needs no endpoint of us', () => {
    const unmanaged = policy([workload('orders', {}, { segment: 'old' })], [resource('jobs', 'sqs', ['send'], ['orders'])], { segments: [segment('old', { managed: 'unmanaged' })] });
    expect(placed(unmanaged, onAws({ aws: { endpoints: [] } })).losses).toEqual([]);
  });

  it('in a segment has its alternatives judged by one enforcer: CS3009', () => {
    const kept = { ...resource('jobs', 'sqs', ['send'], ['orders']), servedBy: { kind: 'cloud', service: 'sqs', arn: 'arn:aws:sqs:eu-west-1:111122223333:jobs', owned: false, segment: 'core' } } as const;
    const either = policy([workload('orders')], [kept], { segments: [segment('core', { requires: { people: [], workloads: [{ kind: 'any', of: [{ kind: 'from', cidrs: ['10.0.0.0/8'] }, { kind: 'during', days: ['mon'], start: '08:00', end: '18:00', timeZone: 'UTC' }] }], partners: [] } })] });
    expect(placed(either, onAws(), [enforcer('clock', 'network', { endpoint: 'exact', 'condition.during': 'exact' }), iam]).losses.map(({ code }) => code)).toContain('CS3009');
  });
});
