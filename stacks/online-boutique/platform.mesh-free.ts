// The same cluster before it had a mesh: NetworkPolicies alone, so that much has to be accepted in writing.
import { calico, coreDns, kubernetes } from 'countersign';
import { acceptances } from './acceptances.mesh-free.ts';

export default kubernetes({
  name: 'boutique-mesh-free',
  cni: calico(),
  podCidrs: ['10.244.0.0/16'],
  nodeCidrs: ['10.0.0.0/20'],
  dns: coreDns(),
  loadBalancer: { clientAddress: 'preserved' },
  accept: acceptances,
});
