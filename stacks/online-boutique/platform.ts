// Production: Kubernetes run by ourselves, with Calico. Its eBPF data plane hands a client's own address on to the pod.
import { calico, coreDns, kubernetes } from 'countersign';
import { acceptances } from './acceptances.ts';

export default kubernetes({
  name: 'boutique-calico',
  cni: calico(),
  podCidrs: ['10.244.0.0/16'],
  nodeCidrs: ['10.0.0.0/20'],
  dns: coreDns(),
  loadBalancer: { clientAddress: 'preserved' },
  accept: acceptances,
});
