import { describe, expect, test } from 'vitest';
import {
  acceptWeaker, awsVpcCni, calico, certManager, checkPlatform, cilium, configMap, connectionAddress, coreDns, eks, envoyGateway, istioAmbient, istioSidecar, kubernetes, openShiftDns, prometheus, proxyProtocol,
  secret, upstreamTls, xForwardedFor,
} from '#language';
import type { Cni } from '#ir';

const conformant = { networkPolicy: 'enforced', servicePortMustEqualContainerPort: false, startsOpen: false } as const;

test.each<[string, Cni, Cni]>([
  ['Calico compares an ipBlock with every address', calico(), { name: 'calico', ...conformant, ipBlockMatchesNodes: true, ipBlockMatchesPods: true }],
  ['Cilium\'s ipBlock matches neither pods nor nodes', cilium(), { name: 'cilium', ...conformant, ipBlockMatchesNodes: false, ipBlockMatchesPods: false }],
  ['with policy-cidr-match-mode it matches nodes, and pods no more than before', cilium({ policyCidrMatchMode: ['nodes'] }), { name: 'cilium', ...conformant, ipBlockMatchesNodes: true, ipBlockMatchesPods: false }],
  ['the VPC CNI has its port rule, its limit and its owners, and lets pods start open', awsVpcCni(), {
    name: 'aws-vpc-cni', networkPolicy: 'enforced', servicePortMustEqualContainerPort: true, ipBlockMatchesNodes: true, ipBlockMatchesPods: true, maxPortsPerPeer: 24, enforcedOwners: ['Deployment'], startsOpen: true,
  }],
])('%s', (_, cni, expected) => {
  expect(cni).toEqual(expected);
});

test('in strict mode the VPC CNI does not let pods start open, and its port rule stays', () => {
  expect(awsVpcCni({ mode: 'strict' })).toEqual({ ...awsVpcCni({ mode: 'standard' }), startsOpen: false });
});

test('DNS is named by the port of its pods, over UDP and TCP', () => {
  const plain = { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' }, port: 53, protocols: ['UDP', 'TCP'], nodeLocalCidrs: [] };
  expect(coreDns()).toEqual(plain);
  expect(coreDns({ nodeLocal: true })).toEqual({ ...plain, nodeLocalCidrs: ['169.254.20.10/32'] });
  expect(coreDns({ nodeLocal: ['169.254.20.10/32', '10.96.0.10/32'] }).nodeLocalCidrs).toEqual(['169.254.20.10/32', '10.96.0.10/32']);
  expect(openShiftDns()).toEqual({ ...plain, namespace: 'openshift-dns', labels: { 'dns.operator.openshift.io/daemonset-dns': 'default' }, port: 5353 });
});

test('a cluster is its facts, and those that nobody stated are missing or empty', () => {
  const { draft, diagnostics } = kubernetes({ cni: calico(), podCidrs: ['10.0.0.0/18'] });
  expect(diagnostics).toEqual([]);
  expect(draft).toEqual({ version: 1, name: 'kubernetes', cni: calico(), podCidrs: ['10.0.0.0/18'], nodeCidrs: [], dns: coreDns(), gateways: [], caBundles: [], hosts: [], accept: [] });
});

test('EKS has its own plugin and the API server\'s port, unless another is stated', () => {
  const accept = { grants: 'all', feature: 'operation.http', plane: 'network', because: 'no mesh yet', owner: 'platform', until: '2027-03-31' } as const;
  const declared = eks({ clusterName: 'prod', podCidrs: ['10.0.0.0/18'], apiServer: { cidrs: ['10.1.0.0/24'] }, accept: [[acceptWeaker(accept)]], dns: undefined });
  expect(declared.draft).toEqual({
    version: 1, name: 'prod', cni: awsVpcCni(), podCidrs: ['10.0.0.0/18'], nodeCidrs: [], dns: coreDns(), apiServer: { cidrs: ['10.1.0.0/24'], port: 443 }, gateways: [], caBundles: [], hosts: [], accept: [accept],
  });
  expect(checkPlatform(undefined, declared, { asOf: '2026-11-24' }).ok).toBe(true);
  expect(eks({ clusterName: 'prod', podCidrs: [], cni: cilium(), apiServer: { cidrs: [], port: 6443 } }).draft).toMatchObject({ cni: { name: 'cilium' }, apiServer: { port: 6443 } });
});

describe('what stands on the cluster is stated by profiles', () => {
  const bare = { cni: calico(), podCidrs: ['10.0.0.0/18'], nodeCidrs: ['10.1.0.0/18'] };
  const edge = { namespace: 'edge', certificate: secret('edge', 'api-tls') };
  const owned = (name: string, namespace: string) => ({ 'gateway.envoyproxy.io/owning-gateway-name': name, 'gateway.envoyproxy.io/owning-gateway-namespace': namespace });

  test('a platform with all of it is data, and sound', () => {
    const declared = eks({
      clusterName: 'prod', cni: cilium(), podCidrs: ['10.0.0.0/18'], nodeCidrs: ['10.1.0.0/18'], mesh: istioAmbient({ trustDomain: 'prod.example.com', pathNormalization: 'DECODE_AND_MERGE_SLASHES' }),
      gateways: { edge: envoyGateway({ namespace: 'edge', certificate: secret('edge', 'api-tls'), clientAddress: xForwardedFor({ trustedHops: 1 }) }) },
      metricsScraper: prometheus({ namespace: 'monitoring', serviceAccount: 'prometheus' }), caBundles: { acme: configMap('edge', 'acme-ca') }, hosts: { 'login.example.com': ['203.0.113.0/24'] },
      issuer: certManager({ issuer: 'estate' }),
    });
    expect(declared.diagnostics).toEqual([]);
    expect(declared.draft).toMatchObject({
      mesh: { kind: 'istio', dataPlane: 'ambient', version: '1.31', namespace: 'istio-system', trustDomain: 'prod.example.com', pathNormalization: 'DECODE_AND_MERGE_SLASHES', minTls: '1.2', waypoint: 'countersign-waypoint' },
      gateways: [{
        name: 'edge', kind: 'envoyGateway', version: '1.9', namespace: 'edge', controlNamespace: 'envoy-gateway-system', port: 443, containerPort: 10443, upstream: { kind: 'mesh' },
        certificate: { kind: 'Secret', namespace: 'edge', name: 'api-tls' }, clientAddress: { kind: 'xForwardedFor', trustedHops: 1 },
        pods: { namespace: 'envoy-gateway-system', labels: owned('countersign-edge', 'edge'), serviceAccount: 'countersign-edge' },
      }],
      metricsScraper: { namespace: 'monitoring', labels: { 'app.kubernetes.io/name': 'prometheus' }, serviceAccount: 'prometheus' },
      caBundles: [{ name: 'acme', ref: { kind: 'ConfigMap', namespace: 'edge', name: 'acme-ca' } }], hosts: [{ name: 'login.example.com', cidrs: ['203.0.113.0/24'] }],
      issuer: { kind: 'ClusterIssuer', name: 'estate', duration: 7_776_000, trustManager: false },
    });
    expect(JSON.parse(JSON.stringify(declared.draft))).toEqual(declared.draft);
    expect(checkPlatform(undefined, declared, { asOf: '2026-11-24' })).toMatchObject({ ok: true, diagnostics: [] });
  });

  test.each([
    ['sidecars', { mesh: istioSidecar({ trustDomain: 'a', minTls: '1.3', version: '1.30.3', namespace: 'istio' }) }, 'mesh', { dataPlane: 'sidecar', minTls: '1.3', version: '1.30.3', namespace: 'istio' }],
    ['a waypoint of another name', { mesh: istioAmbient({ trustDomain: 'a', waypoint: 'way' }) }, 'mesh', { waypoint: 'way' }],
    ['proxies beside their Gateway', { gateways: { a: envoyGateway({ ...edge, gatewayNamespaceMode: true }) } }, 'gateways', [{ pods: { namespace: 'edge', labels: owned('countersign-a', 'edge') } }]],
    ['proxies beside their controller, wherever that is', { gateways: { a: envoyGateway({ ...edge, controlNamespace: 'eg', version: '1.9.1' }) } }, 'gateways', [{ version: '1.9.1', controlNamespace: 'eg', pods: { namespace: 'eg' } }]],
    ['proxies by other labels and another account', { gateways: { a: envoyGateway({ ...edge, serviceAccount: 'proxy', labels: { app: 'proxy' } }) } }, 'gateways', [{ pods: { labels: { app: 'proxy' }, serviceAccount: 'proxy' } }]],
    ['a port above 1023, which Envoy Gateway leaves', { gateways: { a: envoyGateway({ ...edge, port: 8443 }) } }, 'gateways', [{ port: 8443, containerPort: 8443 }]],
    ['a container port of its own', { gateways: { a: envoyGateway({ ...edge, containerPort: 443 }) } }, 'gateways', [{ port: 443, containerPort: 443 }]],
    ['clients by their connection, and by the PROXY protocol', { gateways: { a: envoyGateway({ ...edge, clientAddress: connectionAddress() }), b: envoyGateway({ ...edge, clientAddress: proxyProtocol() }) } }, 'gateways', [{ clientAddress: { kind: 'connection' } }, { clientAddress: { kind: 'proxyProtocol' } }]],
    ['servers with certificates', { gateways: { a: envoyGateway({ ...edge, upstream: upstreamTls({ caBundle: 'own', clientCertificate: secret('edge', 'client') }) }) } }, 'gateways', [{ upstream: { kind: 'tls', caBundle: 'own', clientCertificate: { kind: 'Secret', namespace: 'edge', name: 'client' } } }]],
    ['an issuer of a namespace, for a day', { issuer: certManager({ issuer: 'own', kind: 'Issuer', duration: '1d', trustManager: true }) }, 'issuer', { kind: 'Issuer', name: 'own', duration: 86_400, trustManager: true }],
    ['a scraper by other labels', { metricsScraper: prometheus({ namespace: 'm', serviceAccount: 'p', labels: { app: 'p' } }) }, 'metricsScraper', { labels: { app: 'p' } }],
  ] as const)('%s', (_, options, field, expected) => {
    expect(kubernetes({ ...bare, ...options }).draft[field]).toMatchObject(expected);
  });

  test('a life that is no duration is said once, at the issuer', () => {
    const declared = kubernetes({ ...bare, issuer: certManager({ issuer: 'a', duration: 'a month' as '1d' }) });
    expect(declared.diagnostics.map(({ code, pointer }) => [code, pointer])).toEqual([['CS1033', '/issuer/duration']]);
    expect(checkPlatform(undefined, declared, { asOf: '2026-11-24' }).diagnostics.map(({ code }) => code)).toEqual(['CS1033']);
  });
});
