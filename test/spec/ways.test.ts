import { describe, expect, it } from 'vitest';
import type { Platform } from '#ir';
import { crossing, type Hop, type Request } from '#spec';
import { ambient, desk, meshless, sidecar } from './desk.ts';

/** `mesh waypoint ui→tickets:8080 GET /tickets as ui +token`: enforcer and proxy, ends, port, and what it can see. */
function text({ certificate, direction, enforcer, from, http, peer, port, proxy, serverName, serviceAddress, to, token }: Hop): string {
  const end = (side: Hop['from']): string => side.serviceAccount ?? side.namespace ?? side.ip ?? '?';
  return [
    enforcer, proxy ?? direction, `${end(from)}→${end(to)}:${port}`, ...(serviceAddress === undefined ? [] : [`via ${serviceAddress.name}`]),
    ...(http === undefined ? [] : [`${http.method} ${http.host ?? ''}${http.path}`]), ...(peer === undefined ? [] : [`as ${peer.split('/').at(-1)}`]),
    ...(serverName === undefined ? [] : [`sni ${serverName}`]), ...(token === undefined ? [] : ['+token']), ...(certificate === undefined ? [] : ['+certificate']),
  ].join(' ');
}
const time = '2027-01-31T12:00:00Z';
const ways = (platform: Platform, request: Partial<Request> & Pick<Request, 'to'>): { readonly intended: readonly string[]; readonly bypasses: readonly (readonly string[])[] } => {
  const { bypasses, intended } = crossing(desk, platform, { throughExposure: request.peer === undefined, context: { time }, ...request });
  return { intended: intended.map(text), bypasses: bypasses.map((way) => way.map(text)) };
};
const acting = { peer: { kind: 'workload', name: 'ui' }, subject: { provider: 'shop', claims: { exp: 9e9 } }, to: { kind: 'operation', api: 'carts', operation: 'read' } } as const;
const person = { subject: { provider: 'login', claims: { exp: 9e9 } }, to: { kind: 'operation', api: 'tickets', operation: 'list' } } as const;

describe('from pod to pod', () => {
  it('through sidecars: packets at the port, and a proxy at the server that sees who, what and the token', () => {
    expect(ways(sidecar, acting).intended).toEqual([
      'network egress ui→carts:8080 via carts', 'network ingress ui→carts:8080 via carts', 'mesh sidecar ui→carts:8080 via carts GET /carts/id-1 as ui +token',
    ]);
  });
  it('through an ambient mesh: tunnels to the waypoint, which reads, and on to the pod, whose ztunnel sees the waypoint', () => {
    expect(ways(ambient, acting).intended).toEqual([
      'network egress ui→waypoint:15008', 'network ingress ui→waypoint:15008', 'mesh waypoint ui→carts:8080 via carts GET /carts/id-1 as ui +token',
      'network egress waypoint→carts:15008', 'network ingress waypoint→carts:15008', 'mesh ztunnel waypoint→carts:8080 as waypoint',
    ]);
  });
  it('around the waypoint: straight to the pod under one\'s own name, and past the mesh under none', () => {
    expect(ways(ambient, acting).bypasses).toEqual([
      ['network egress ui→carts:15008', 'network ingress ui→carts:15008', 'mesh ztunnel ui→carts:8080 as ui'],
      ['network egress ui→carts:8080 GET /carts/id-1', 'network ingress ui→carts:8080 GET /carts/id-1', 'mesh ztunnel ui→carts:8080'], // what is not encrypted, the network can read
    ]);
  });
  it('past a sidecar under no name, since nothing but the server\'s own proxy can ask for one', () => {
    expect(ways(sidecar, acting).bypasses.map((way) => way.at(-1))).toEqual(['mesh sidecar ui→carts:8080 GET /carts/id-1 as ui +token', 'mesh sidecar ui→carts:8080 GET /carts/id-1 +token']);
  });
  it('to a whole port there is no waypoint on the way', () => {
    const policy = { ...desk, apis: [{ ...desk.apis[1]!, operations: [{ name: 'connect', kind: 'tcp', port: 8080 } as const] }] };
    const { intended } = crossing(policy, ambient, { ...acting, to: { kind: 'port', workload: 'carts', port: 8080, protocol: 'TCP' }, throughExposure: false, context: { time } });
    expect(intended.map(text)).toEqual(['network egress ui→carts:15008', 'network ingress ui→carts:15008', 'mesh ztunnel ui→carts:8080 via carts as ui']);
  });
  it('to the cluster\'s DNS there is no mesh', () => {
    expect(ways(ambient, { peer: acting.peer, to: { kind: 'builtin', name: 'clusterDns' } }).intended.every((hop) => hop.startsWith('network'))).toBe(true);
  });
});

describe('who names no ServiceAccount', () => {
  const pod = (labels: Record<string, string>, serviceAccount?: string): Request['peer'] => ({ kind: 'pod', namespace: 'ui', labels, ...(serviceAccount === undefined ? {} : { serviceAccount }) });
  it.each([[{ app: 'ui' }, undefined, 'ui'], [{ app: 'x' }, undefined, 'default'], [{ app: 'ui' }, 'thief', 'thief']] as const)('a pod with %o and %s is %s to the mesh', (labels, account, seen) => {
    expect(ways(sidecar, { ...acting, peer: pod(labels, account)! }).intended.at(-1)).toContain(`as ${seen}`);
  });
});

describe('through a gateway', () => {
  it('a person shows the token twice: to the gateway, and behind it, where the gateway is who connects', () => {
    expect(ways(ambient, person).intended).toEqual([
      'network ingress 203.0.113.7→envoy:10443', 'gateway envoyGateway 203.0.113.7→tickets:443 via tickets GET desk.example.com/tickets sni desk.example.com +token',
      'network egress envoy→waypoint:15008', 'network ingress envoy→waypoint:15008', 'mesh waypoint envoy→tickets:8080 via tickets GET /tickets as envoy +token',
      'network egress waypoint→tickets:15008', 'network ingress waypoint→tickets:15008', 'mesh ztunnel waypoint→tickets:8080 as waypoint',
    ]);
  });
  it('a partner shows its certificate to the gateway alone', () => {
    const seen = ways(sidecar, { client: { partner: 'acme' }, to: { kind: 'operation', api: 'catalog', operation: 'list' } }).intended;
    expect(seen.filter((hop) => hop.includes('+certificate'))).toEqual([seen[1]]);
  });
  it('around it: under another exposure\'s name, by halves and whole, and straight to the pod', () => {
    const { bypasses } = ways(sidecar, person);
    expect(bypasses.map((way) => way.find((hop) => hop.startsWith('gateway'))?.replace(/^.*GET /, '') ?? way.at(-1))).toEqual([
      'desk.example.com/tickets sni partners.example.com +token', 'partners.example.com/tickets sni desk.example.com +token', 'partners.example.com/tickets sni partners.example.com +token',
      'mesh sidecar 203.0.113.7→tickets:8080 GET /tickets +token',
    ]);
  });
  it('that is no part of a mesh, its own leg is bare where the mesh would want a certificate', () => {
    const platform: Platform = { ...sidecar, gateways: sidecar.gateways.map((gateway) => ({ ...gateway, upstream: { kind: 'tls', caBundle: 'acme-ca' } })) };
    expect(ways(platform, person).intended.at(-1)).toBe('mesh sidecar envoy→tickets:8080 via tickets GET /tickets +token');
    expect(ways(meshless, person).intended.map((hop) => hop.split(' ').slice(0, 3).join(' '))).toEqual(['network ingress 203.0.113.7→envoy:10443', 'gateway envoyGateway 203.0.113.7→tickets:443', 'network egress envoy→tickets:8080', 'network ingress envoy→tickets:8080']);
  });
});

describe('what a token says on the wire', () => {
  const token = (context: Partial<Request['context']>): Readonly<Record<string, unknown>> | undefined =>
    crossing(desk, sidecar, { ...person, throughExposure: true, context: { time, ...context } }).intended.find(({ enforcer }) => enforcer === 'gateway')?.token?.claims;
  it('is its issuer\'s, and what a context states is said the way the provider maps it', () => {
    const now = Date.parse(time) / 1000;
    expect(token({ mfa: true, authenticationAgeSeconds: 7, tokenAgeSeconds: 3 })).toEqual({ iss: 'https://login.example.com', aud: ['desk'], exp: 9e9, amr: ['mfa'], auth_time: now - 7, iat: now - 3 });
    expect(token({ mfa: false })).toMatchObject({ amr: [] });
    expect(token({})).toEqual({ iss: 'https://login.example.com', aud: ['desk'], exp: 9e9 });
  });
});

describe('probes and scrapers', () => {
  it('probes reach a pod of an ambient mesh from an address of their own, and a sidecar\'s from its node', () => {
    const probe = { peer: { kind: 'builtin', name: 'nodeProbes' }, to: { kind: 'probe', workload: 'tickets', probe: 'readiness' } } as const;
    expect(crossing(desk, sidecar, { ...probe, throughExposure: false, context: { time } }).intended.filter(({ enforcer }) => enforcer === 'network').map(({ from }) => from)).toEqual([{ hostNetwork: true, ip: '192.168.7.1' }]);
    expect(crossing(desk, ambient, { ...probe, throughExposure: false, context: { time } }).intended.filter(({ enforcer }) => enforcer === 'network').map(({ from }) => from)).toEqual([{ ip: '169.254.7.127' }]);
  });
  it('a scraper asks the pod, not the Service, so no waypoint reads what it asks', () => {
    const scrape = { peer: { kind: 'builtin', name: 'metricsScraper' }, to: { kind: 'http', api: 'tickets', method: 'GET', path: '/metrics' } } as const;
    expect(ways(ambient, scrape).intended).toEqual(['network egress prometheus→tickets:15008', 'network ingress prometheus→tickets:15008', 'mesh ztunnel prometheus→tickets:8080 as prometheus']);
    expect(ways(sidecar, scrape).intended.at(-1)).toBe('mesh sidecar prometheus→tickets:8080 GET /metrics as prometheus');
  });
});
