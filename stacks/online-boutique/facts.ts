// The cluster, whichever network plugin it runs: Istio with a sidecar in every pod.
import { coreDns, istioSidecar } from 'countersign';

export const facts = {
  podCidrs: ['10.244.0.0/16'],
  nodeCidrs: ['10.0.0.0/20'],
  dns: coreDns(),
  loadBalancer: { clientAddress: 'preserved' },
  mesh: istioSidecar({ trustDomain: 'boutique.example.com', pathNormalization: 'DECODE_AND_MERGE_SLASHES' }),
} as const;
