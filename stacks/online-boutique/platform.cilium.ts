// The same cluster with Cilium. In place of kube-proxy, with direct server return, it preserves a client's address.
import { cilium, coreDns, kubernetes } from 'countersign';
import { acceptances } from './acceptances.ts';

export default kubernetes({
  name: 'boutique-cilium',
  cni: cilium(),
  podCidrs: ['10.244.0.0/16'],
  nodeCidrs: ['10.0.0.0/20'],
  dns: coreDns(),
  loadBalancer: { clientAddress: 'preserved' },
  accept: acceptances,
});
