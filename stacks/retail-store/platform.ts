// Where it runs: Amazon EKS with Cilium as the network plugin.
import { cilium, eks } from 'countersign';
import { facts } from './facts.ts';

export default eks({ clusterName: 'retail', cni: cilium({ policyCidrMatchMode: 'nodes' }), ...facts });
