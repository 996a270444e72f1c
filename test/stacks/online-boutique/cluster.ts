import type { PodFact, Probe, TruthTableInput } from '../../engines/networkpolicy/world.ts';
import { manifests, namespace } from './manifests.ts';

/** A pod of the world, with the account that it runs as. */
export interface ClusterPod extends PodFact { readonly serviceAccount?: string; /** The Deployment that it is of, if any. */ readonly deployment?: string }

const pod = (place: string, name: string, labels: PodFact['labels'], ip: string, rest: Partial<ClusterPod> = {}): ClusterPod =>
  ({ namespace: place, name, labels, ip, ports: [], ...rest });

/** A pod of each Deployment, with the labels, ports and account of its template. Addresses are those of `podCidrs`. */
export function deployedPods(): readonly ClusterPod[] {
  return manifests().deployments.map(({ metadata, spec: { template } }, index) => pod(namespace, metadata.name, template.metadata.labels, `10.244.0.${10 + index}`, {
    deployment: metadata.name,
    ...(template.spec.serviceAccountName === undefined ? {} : { serviceAccount: template.spec.serviceAccountName }),
    ports: template.spec.containers.flatMap(({ ports = [] }) => ports.map(({ containerPort, protocol = 'TCP', name }) => ({ number: containerPort, protocol, ...(name === undefined ? {} : { name }) }))),
  }));
}

export const dnsPod = pod('kube-system', 'coredns', { 'k8s-app': 'kube-dns' }, '10.244.1.53', {
  ports: [{ number: 53, protocol: 'UDP', name: 'dns' }, { number: 53, protocol: 'TCP', name: 'dns-tcp' }],
});
/** Pods that nobody declared. */
export const strangers: readonly ClusterPod[] = [
  pod(namespace, 'undeclared', { app: 'undeclared' }, '10.244.2.1', { serviceAccount: 'default', ports: [{ number: 8080, protocol: 'TCP' }] }),
  pod(namespace, 'unlabelled', {}, '10.244.2.2', { serviceAccount: 'default' }),
  pod('elsewhere', 'namesake', { app: 'checkoutservice' }, '10.244.2.3', { serviceAccount: 'checkoutservice', ports: [{ number: 5050, protocol: 'TCP' }] }),
];
/** Carry the labels of declared workloads, and run as somebody else. */
export const forgers: readonly ClusterPod[] = [
  pod(namespace, 'forged-checkout', { app: 'checkoutservice' }, '10.244.3.1', { serviceAccount: 'default' }),
  pod(namespace, 'forged-frontend', { app: 'frontend', tier: 'web' }, '10.244.3.2', { serviceAccount: 'default', ports: [{ number: 8080, protocol: 'TCP' }] }),
];

/** Two clients of the internet, a node, and the address that clouds hand credentials out at. */
export const outside = ['203.0.113.7', '198.51.100.9', '10.0.0.5', '169.254.169.254'] as const;

/** Every port that a container declares, those that only Services have, and some that nobody has. */
export function probes(): readonly Probe[] {
  const declared = deployedPods().flatMap(({ ports }) => ports.map(({ number }) => number));
  const tcp = [...new Set([...declared, 53, 80, 5000, 22, 443, 8081, 15008])].sort((a, b) => a - b);
  return [...tcp.map((port) => ({ protocol: 'TCP' as const, port })), { protocol: 'UDP', port: 53 }, { protocol: 'UDP', port: 8080 }, { protocol: 'SCTP', port: 6379 }];
}

/** The engines' cluster: the estate's namespace, that of the DNS, and one more. */
export function cluster(pods: readonly ClusterPod[], policies: readonly object[]): TruthTableInput {
  return {
    namespaces: [namespace, 'kube-system', 'elsewhere'].map((name) => ({ name, labels: {} })),
    pods: pods.map(({ namespace: place, name, labels, ip, ports }) => ({ namespace: place, name, labels, ip, ports })),
    external: outside,
    policies,
    probes: probes(),
  };
}
