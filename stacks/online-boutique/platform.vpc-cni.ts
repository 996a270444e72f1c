// Amazon EKS with the VPC CNI's own policy agent. Does not compile, and should not: that agent enforces a rule only
// where a Service's port is the container's, which is not so for `frontend`, `frontend-external` and `emailservice`.
import { eks } from 'countersign';
import { facts } from './facts.ts';

export default eks({ clusterName: 'boutique-eks', ...facts, podCidrs: ['100.64.0.0/16'] });
