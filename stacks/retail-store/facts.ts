// The cluster, whichever network plugin it runs: Amazon EKS with Istio in ambient mode, Envoy Gateway at the edge, and an account of AWS.
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
  aws: {
    accountId: '111122223333', region: 'eu-west-1', vpc: 'vpc-0a1b2c3d4e5f60718',
    endpoints: { // interface endpoints, in subnets of their own
      dynamodb: { cidrs: ['10.0.64.0/26'], vpcEndpoint: 'vpce-0d1e2f3a4b5c60001' },
      sqs: { cidrs: ['10.0.64.64/26'], vpcEndpoint: 'vpce-0d1e2f3a4b5c60002' },
    },
    administrators: { deployer: 'arn:aws:iam::111122223333:role/deploy', breakGlass: 'arn:aws:iam::111122223333:role/break-glass' },
  },
  accept: acceptances,
} as const;
