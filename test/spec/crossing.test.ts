import { describe, expect, it } from 'vitest';
import { crossing, type Destination, type Hop, type Peer } from '#spec';
import { platform, shop } from './shop.ts';

const context = { time: '2027-01-15T00:00:00Z' };
const ways = (peer: Peer | undefined, to: Destination, where = platform) =>
  crossing(shop, where, { ...(peer === undefined ? {} : { peer }), throughExposure: peer === undefined, to, context });
const line = ({ direction, from, to, port, portName, protocol, serviceAddress }: Hop): string =>
  `${direction} ${from.podLabels?.['app'] ?? from.ip ?? '?'} → ${to.podLabels?.['app'] ?? to.podLabels?.['k8s-app'] ?? to.ip} ${protocol} ${port}${portName === undefined ? '' : `/${portName}`}${serviceAddress === undefined ? '' : ` via ${serviceAddress.name}:${serviceAddress.port}`}`;
const web: Peer = { kind: 'workload', name: 'web' };

describe('crossing', () => {
  it('leaves one pod and enters another, through the Service; the pod\'s own address is the way around', () => {
    const { intended, bypasses } = ways(web, { kind: 'operation', api: 'orders', operation: 'list' });
    expect(intended.map(line)).toEqual(['egress web → orders TCP 8080/http via orders:80', 'ingress web → orders TCP 8080/http via orders:80']);
    expect(bypasses.map((way) => way.map(line))).toEqual([['egress web → orders TCP 8080/http', 'ingress web → orders TCP 8080/http']]);
  });
  it('carries the wire facts of both ends', () => {
    const [leave] = ways(web, { kind: 'http', api: 'orders', method: 'GET', path: '/orders' }).intended;
    expect(leave).toMatchObject({
      enforcer: 'network', http: { method: 'GET', path: '/orders' },
      from: { namespace: 'shop', namespaceLabels: { 'kubernetes.io/metadata.name': 'shop' }, podLabels: { app: 'web' }, serviceAccount: 'web' },
    });
  });
  it('brings a client from outside to the exposure, and finds the node\'s port', () => {
    const { intended, bypasses } = ways(undefined, { kind: 'operation', api: 'web', operation: 'home' });
    expect(intended.map(line)).toEqual(['ingress 203.0.113.7 → web TCP 8080/http via web-public:443']);
    expect(bypasses.map((way) => way.map(line))).toEqual([['ingress 203.0.113.7 → web TCP 8080/http'], ['ingress 192.168.7.1 → web TCP 8080/http via web-public:443']]);
  });
  it('shows a node\'s address where the load balancer hides its clients', () => {
    const hidden = { ...platform, loadBalancer: { clientAddress: 'node' as const } };
    expect(ways(undefined, { kind: 'operation', api: 'web', operation: 'home' }, hidden).intended.map(line)).toEqual(['ingress 192.168.7.1 → web TCP 8080/http via web-public:443']);
  });
  it('finds every way round from a pod: its address, other Services, the node\'s port', () => {
    const { bypasses } = ways({ kind: 'workload', name: 'batch' }, { kind: 'port', workload: 'web', port: 8080, protocol: 'TCP' });
    expect(bypasses.map((way) => way.map(line))).toEqual([
      ['egress batch → web TCP 8080/http', 'ingress batch → web TCP 8080/http'],
      ['egress batch → web TCP 8080/http via web-public:443', 'ingress batch → web TCP 8080/http via web-public:443'],
      ['egress batch → 192.168.7.1 TCP 30443', 'ingress 192.168.7.1 → web TCP 8080/http via web-public:443'],
    ]);
  });
  it('asks DNS at the pods\' own port over both protocols, each of which is a way of its own', () => {
    const { intended, bypasses } = ways(web, { kind: 'builtin', name: 'clusterDns' });
    expect(intended.map(line)).toEqual([
      'egress web → kube-dns UDP 5353', 'ingress web → kube-dns UDP 5353', 'egress web → kube-dns TCP 5353', 'ingress web → kube-dns TCP 5353',
    ]);
    expect(bypasses).toHaveLength(2);
  });
  it('leaves for the API server at its address', () => {
    expect(ways(web, { kind: 'builtin', name: 'apiServer' }).intended.map(line)).toEqual(['egress web → 192.168.7.10 TCP 6443']);
  });
  it('probes from the pod\'s own node', () => {
    const [hop, ...more] = ways({ kind: 'builtin', name: 'nodeProbes' }, { kind: 'probe', workload: 'web', probe: 'readiness' }).intended;
    expect([hop?.direction, hop?.from, hop?.port, more]).toEqual(['ingress', { hostNetwork: true, ip: '192.168.7.1' }, 8080, []]);
  });
  it('has no way for an exec probe, for what does not exist, from nowhere, and from outside to the platform\'s own', () => {
    for (const way of [
      ways({ kind: 'builtin', name: 'nodeProbes' }, { kind: 'probe', workload: 'web', probe: 'liveness' }),
      ways(web, { kind: 'operation', api: 'nothing', operation: 'x' }), ways(web, { kind: 'builtin', name: 'clusterDns' }, { ...platform, dns: undefined } as never),
      ways(undefined, { kind: 'builtin', name: 'clusterDns' }), ways(undefined, { kind: 'builtin', name: 'apiServer' }),
      crossing(shop, platform, { throughExposure: false, to: { kind: 'operation', api: 'web', operation: 'home' }, context }),
    ]) expect(way).toEqual({ intended: [], bypasses: [] });
  });
});
