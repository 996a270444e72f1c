import type { Estate } from '#testing';

/**
 * The same estate on a platform with three planes: an ambient mesh in place of what was accepted for want of one, and a
 * gateway at which each twentieth HTTP API shows its list to staff who have used a second factor within the hour.
 */
export function withPlanes({ asOf, platform, policy }: Estate): Estate {
  const exposed = (index: number): boolean => index % 20 === 0;
  return {
    asOf,
    policy: {
      ...policy,
      identityProviders: [{
        name: 'login', issuer: 'https://login.example.com', audiences: ['large'], jwksUri: 'https://login.example.com/keys',
        asserts: { mfa: { claim: 'amr', anyOf: ['mfa'] }, authenticatedAt: { claim: 'auth_time' } },
      }],
      people: [{ name: 'staff', via: 'login', where: { kind: 'claim', claim: 'groups', anyOf: ['staff'] } }],
      apis: policy.apis.map((api, index) => {
        const first = api.operations[0]!;
        if (!exposed(index) || first.kind !== 'http') return api;
        return {
          ...api, exposedAt: { kind: 'gateway', gateway: 'edge', host: `${api.name}.example.com` },
          offers: [...api.offers, { operation: first.name, to: [{ kind: 'people', name: 'staff' }], when: [{ kind: 'mfa', within: 3600 }], because: 'staff look it up' }],
        };
      }),
    },
    platform: {
      ...platform, accept: [],
      mesh: { kind: 'istio', version: '1.31', dataPlane: 'ambient', namespace: 'istio-system', trustDomain: 'large.example', pathNormalization: 'DECODE_AND_MERGE_SLASHES', minTls: '1.3', waypoint: 'waypoint' },
      gateways: [{
        name: 'edge', kind: 'envoyGateway', version: '1.9', namespace: 'edge', controlNamespace: 'envoy-gateway-system', port: 443, containerPort: 10443,
        pods: { namespace: 'envoy-gateway-system', labels: { 'gateway.envoyproxy.io/owning-gateway-name': 'countersign-edge' }, serviceAccount: 'countersign-edge' },
        certificate: { kind: 'Secret', namespace: 'edge', name: 'edge-tls' }, clientAddress: { kind: 'connection' }, upstream: { kind: 'mesh' },
      }],
      hosts: [{ name: 'login.example.com', cidrs: ['198.51.100.0/28'] }],
      loadBalancer: { clientAddress: 'preserved' },
    },
  };
}
