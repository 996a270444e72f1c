export { awsVpcCni, calico, cilium } from './cni.ts';
export { coreDns, nodeLocalAddress, openShiftDns } from './dns.ts';
export { eks, kubernetes, type EksOptions, type KubernetesOptions } from './kubernetes.ts';
