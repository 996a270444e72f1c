// Amazon EKS with the VPC CNI's own policy agent. Does not compile, and should not: that agent enforces a rule only
// where a Service's port is the container's, which is not so for `frontend`, `frontend-external` and `emailservice`.
import { coreDns, eks } from 'countersign';
import { acceptances } from './acceptances.ts';

export default eks({
  clusterName: 'boutique-eks',
  podCidrs: ['100.64.0.0/16'],
  nodeCidrs: ['10.0.0.0/20'],
  dns: coreDns(),
  loadBalancer: { clientAddress: 'preserved' },
  accept: acceptances,
});
