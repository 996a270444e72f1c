// The same cluster with the VPC CNI's own policy agent. Does not compile, and should not: that agent enforces a rule only
// where a Service's port is the container's, and every Service of the store leads from 80 (or by name) to another.
import { awsVpcCni, eks } from 'countersign';
import { facts } from './facts.ts';

export default eks({ clusterName: 'retail', cni: awsVpcCni({ mode: 'strict' }), ...facts });
