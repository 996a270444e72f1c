import type { ClusterDns } from '#ir';

/** Where NodeLocal DNSCache listens by default (Kubernetes, "Using NodeLocal DNSCache in Kubernetes Clusters"). */
export const nodeLocalAddress = '169.254.20.10/32';

/**
 * CoreDNS as most distributions install it, Amazon EKS, kubeadm, GKE and AKS among them: pods `k8s-app: kube-dns` in
 * `kube-system` that listen on 53, UDP and TCP (Kubernetes, "Customizing DNS Service").
 *
 * `nodeLocal`: a cache on every node answers instead. `true` is its default address, 169.254.20.10; with kube-proxy
 * in iptables mode it also takes the DNS Service's own address, which has to be listed as well (Kubernetes, "Using
 * NodeLocal DNSCache in Kubernetes Clusters"). It runs in the host's network, so that no pod selector matches it.
 */
export function coreDns(options: Partial<Omit<ClusterDns, 'nodeLocalCidrs'>> & { readonly nodeLocal?: boolean | readonly string[] | undefined } = {}): ClusterDns {
  const { nodeLocal = false, ...facts } = options;
  return Object.freeze<ClusterDns>({
    namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' }, port: 53, protocols: ['UDP', 'TCP'], ...facts,
    nodeLocalCidrs: nodeLocal === true ? [nodeLocalAddress] : nodeLocal === false ? [] : nodeLocal,
  });
}

/**
 * OpenShift's DNS Operator: a daemon set in `openshift-dns` whose pods listen on 5353; its Service translates 53 to
 * that, and a policy sees the pods' port (OpenShift Container Platform, "DNS Operator in OpenShift Container Platform").
 */
export const openShiftDns = (): ClusterDns =>
  coreDns({ namespace: 'openshift-dns', labels: { 'dns.operator.openshift.io/daemonset-dns': 'default' }, port: 5353 });
