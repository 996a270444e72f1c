// The cluster, whichever network plugin it runs: Amazon EKS with Istio in ambient mode and Envoy Gateway at the edge.
import { configMap, envoyGateway, istioAmbient, prometheus, secret, xForwardedFor } from 'countersign';
import { acceptances } from './acceptances.ts';

export const facts = {
  podCidrs: ['100.64.0.0/16'],
  nodeCidrs: ['10.0.0.0/20'],
  loadBalancer: { clientAddress: 'preserved' },
  mesh: istioAmbient({ trustDomain: 'retail.example.com', pathNormalization: 'DECODE_AND_MERGE_SLASHES', minTls: '1.3' }),
  gateways: {
    edge: envoyGateway({ namespace: 'edge', certificate: secret('edge', 'edge-tls'), clientAddress: xForwardedFor({ trustedHops: 1 }) }),
  },
  metricsScraper: prometheus({ namespace: 'monitoring', labels: { 'app.kubernetes.io/name': 'prometheus' }, serviceAccount: 'prometheus' }),
  caBundles: { 'acme-ca': configMap('edge', 'acme-ca') },
  hosts: { 'login.example.com': ['198.51.100.0/28'], 'staff.example.com': ['198.51.100.16/28'] },
  accept: acceptances,
} as const;
