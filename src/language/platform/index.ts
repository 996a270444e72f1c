export { irsa, podIdentity, type AwsOptions, type EndpointOptions } from './aws.ts';
export { certManager, type CertManagerOptions, type DeclaredIssuer } from './cert-manager.ts';
export { awsVpcCni, calico, cilium } from './cni.ts';
export { coreDns, nodeLocalAddress, openShiftDns } from './dns.ts';
export {
  connectionAddress, envoyGateway, proxyProtocol, upstreamTls, xForwardedFor, type DeclaredGateway, type EnvoyGatewayOptions,
} from './envoy-gateway.ts';
export { istioAmbient, istioSidecar, type DeclaredMesh, type IstioAmbientOptions, type IstioSidecarOptions } from './istio.ts';
export { eks, kubernetes, type EksOptions, type KubernetesOptions } from './kubernetes.ts';
export { configMap, secret } from './object-ref.ts';
export { prometheus, type DeclaredScraper, type PrometheusOptions } from './prometheus.ts';
