import { describe, expect, it } from 'vitest';
import type { Cni, Platform, Policy } from '#ir';
import { lower } from '../../../src/targets/kubernetes/lower.ts';
import { api, connect, kubeDns, noPlacement, platform, policy, service, tcpPort, workload } from './estate.ts';

const losses = (declared: Policy, cni: Partial<Cni>, rest: Partial<Platform> = {}) => lower(declared, platform({ cni, ...rest }), noPlacement).losses;
const vpc = { name: 'aws-vpc-cni', servicePortMustEqualContainerPort: true } as const;

/** The shape of a known shop: a frontend on two Services, a mailer on another port, a database on its own. */
const boutique = policy([
  workload('checkout', { services: [service('checkout', 5050, 5050)], ports: [tcpPort(5050)] }),
  workload('frontend', { services: [service('frontend', 80, 8080), service('frontend-external', 80, 8080, 'LoadBalancer')] }),
  workload('emailservice', { services: [service('emailservice', 5000, 8080)] }),
  workload('redis', { services: [service('redis', 6379, 6379), service('redis-odd', 1, 9999)], ports: [tcpPort(6379), tcpPort(9999)] }),
  workload('uncalled', { services: [service('uncalled', 80, 8080)] }),
], [
  api('checkout', { port: 5050, offers: { read: ['frontend'] } }),
  api('frontend', { exposedAt: { kind: 'service', service: 'frontend-external' }, offers: { read: ['anyone'] } }),
  api('emailservice', { offers: { read: ['checkout'] } }),
  api('redis', { port: 6379, operations: [connect(6379)], offers: { connect: ['checkout', 'frontend'] } }),
  api('uncalled'),
]);

describe('a CNI on which a Service\'s port must be the container\'s (CS3002)', () => {
  it('refuses an estate and names each Service in the way of a grant, once', () => {
    expect(losses(boutique, vpc).map(({ code, pointer, message }) => [code, pointer, /`([^`]+)`/.exec(message)?.[1]])).toEqual([
      ['CS3002', '/workloads/1/kubernetes/services/0', 'frontend'],
      ['CS3002', '/workloads/1/kubernetes/services/1', 'frontend-external'],
      ['CS3002', '/workloads/2/kubernetes/services/0', 'emailservice'],
    ]);
    expect(losses(boutique, {})).toEqual([]);
  });

  it.each([
    ['equal numbers', 8080, service('b', 8080, 8080), undefined],
    ['a targetPort by name', 8080, service('b', 8080, 'http'), undefined],
    ['a targetPort by name, from another port', 8080, service('b', 80, 'http'), 'port 80 to container port 8080'],
    ['a port that the policy names and the Service names too', 'http', service('b', 8080, 'http'), undefined],
    ['a port that the policy names and the Service does not', 'http', service('b', 8080, 8080), 'as `8080`'],
    ['another protocol', 8080, { ...service('b', 80, 8080), protocol: 'UDP' as const }, undefined],
  ] as const)('judges %s', (_, port, entry, said) => {
    const declared = policy([workload('a'), workload('b', { ports: [tcpPort(8080, 'http')], services: [entry] })], [api('b', { port, offers: { read: ['a'] } })]);
    expect(losses(declared, vpc).map(({ code, message }) => [code, message])).toEqual(said === undefined ? [] : [['CS3002', expect.stringContaining(said)]]);
  });

  it('shows the first grant that may come through it', () => {
    const declared = policy([workload('a'), workload('b', { services: [service('b', 80, 8080)] }), workload('c')], [api('b', { offers: { read: ['c', 'a'] } })]);
    expect(losses(declared, vpc)).toMatchObject([{ related: [{ message: '`c → b.read` may come through it', pointer: '/apis/0/offers/0' }] }]);
  });

  it('counts the cluster\'s DNS among the Services', () => {
    const declared = policy([workload('a'), workload('b')], [api('b', { offers: { read: ['a'] } })]);
    expect(losses(declared, vpc, { dns: { ...kubeDns, port: 5353 } })).toMatchObject([{ code: 'CS3002', pointer: '/dns/port' }]);
  });
});

describe('other departures', () => {
  const pair = policy([workload('a'), workload('b', { controller: 'StatefulSet' })], [api('b', { offers: { read: ['a'] } })]);

  it('says once that nothing is enforced (CS3003), and nothing else', () => {
    expect(losses(boutique, { ...vpc, networkPolicy: 'absent' })).toMatchObject([{ code: 'CS3003', severity: 'error', pointer: '/cni/networkPolicy' }]);
  });

  it.each([[24, []], [25, ['/workloads/0/kubernetes/ports', '/workloads/1/kubernetes/ports']]] as const)('counts %i ports of one peer at both ends (CS3004)', (count, pointers) => {
    const numbers = Array.from({ length: count }, (_, index) => 9000 + index);
    const declared = policy([workload('a'), workload('b', { ports: numbers.map((number) => tcpPort(number)) })],
      numbers.map((port) => api(`b${port}`, { server: 'b', port, offers: { read: ['a'] } })));
    expect(losses(declared, { maxPortsPerPeer: 24 }).map(({ code, pointer }) => [code, pointer])).toEqual(pointers.map((pointer) => ['CS3004', pointer]));
  });

  it('counts a port once by name and by number (CS3004)', () => {
    const declared = policy([workload('a'), workload('b', { ports: [tcpPort(8080, 'http')] })],
      [api('b1', { server: 'b', port: 'http', offers: { read: ['a'] } }), api('b2', { server: 'b', port: 8080, offers: { read: ['a'] } })]);
    expect(losses(declared, { maxPortsPerPeer: 1 }, { dns: { ...kubeDns, protocols: ['UDP'] } })).toEqual([]);
    expect(losses(declared, { maxPortsPerPeer: 0 }, { dns: { ...kubeDns, protocols: ['UDP'] } })).toHaveLength(2);
  });

  it('warns of pods that start open (CS3005)', () => {
    expect(losses(pair, { startsOpen: true })).toMatchObject([{ code: 'CS3005', severity: 'warning', pointer: '/cni/startsOpen' }]);
  });

  it('refuses pods of an owner that is not enforced, or of none that is said (CS3006)', () => {
    expect(losses(pair, { enforcedOwners: ['Deployment'] })).toMatchObject([{ code: 'CS3006', severity: 'error', pointer: '/workloads/1/kubernetes/controller' }]);
    expect(losses(pair, { enforcedOwners: ['Deployment', 'StatefulSet'] })).toEqual([]);
    const { controller: _, ...unsaid } = workload('c').kubernetes!;
    expect(losses(policy([{ name: 'c', kubernetes: unsaid }], []), { enforcedOwners: ['Deployment'] })).toMatchObject([{ code: 'CS3006', pointer: '/workloads/0/kubernetes' }]);
  });

  const caller = policy([workload('a', {}, { callsApiServer: { because: 'leases' } })], []);
  const exposed = policy([workload('web', { services: [service('web', 8080, 8080, 'LoadBalancer')] })], [
    api('web', { exposedAt: { kind: 'service', service: 'web' }, offers: { read: ['anyone'] } }),
  ]);
  it.each<readonly [string, Policy, Partial<Platform>, string]>([
    ['the API server', caller, { apiServer: { cidrs: ['172.16.0.10/32', '192.168.0.2/32'], port: 6443 } }, '/apiServer/cidrs/1'],
    ['clients behind nodes', exposed, { loadBalancer: { clientAddress: 'node' } }, '/apis/0/exposedAt'],
    ['DNS caches of the nodes', pair, { dns: { ...kubeDns, nodeLocalCidrs: ['169.254.20.10/32'] } }, '/dns/nodeLocalCidrs'],
  ])('refuses a range of nodes that the CNI never matches (CS3007): %s', (_, declared, rest, pointer) => {
    expect(losses(declared, { ipBlockMatchesNodes: false }, rest)).toMatchObject([{ code: 'CS3007', severity: 'error', pointer }]);
    expect(losses(declared, { ipBlockMatchesNodes: true }, rest)).toEqual([]);
    expect(losses(declared, { ipBlockMatchesNodes: false })).toEqual([]); // nothing here is on a node
  });
});
