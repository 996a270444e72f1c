import { expect, test } from 'vitest';
import { acceptWeaker, awsVpcCni, calico, checkPlatform, cilium, coreDns, eks, kubernetes, openShiftDns } from '#language';
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
