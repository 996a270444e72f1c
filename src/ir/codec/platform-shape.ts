import { features, planes } from '../feature.ts';
import type { Acceptance, ClusterDns, Cni, Platform } from '../platform.ts';
import { controllers } from '../workload.ts';
import { labelsShape } from './identity-shape.ts';
import { until } from './policy-shape.ts';
import { boolean, defaulted, either, integer, literal, named, optional, record, required, set, text, type Shape } from './shape.ts';
import { because, owner, portNumber, protocolShape } from './workload-shape.ts';

const cidrs = () => set(text({ examples: ['10.0.0.0/16'] }));

const cniShape = named<Cni>('cni', 'CNI', 'What enforces NetworkPolicy, and how it departs from the letter of the API.', () => record<Cni>({
  name: required(text({ examples: ['calico'] }), 'Name of the network plugin.'),
  networkPolicy: required(literal('enforced', 'absent'), '`absent`: objects are stored and nothing is enforced.'),
  servicePortMustEqualContainerPort: required(boolean(), 'Rules do not match a Service whose port differs from the container\'s.'),
  ipBlockMatchesNodes: required(boolean(), 'Whether `ipBlock` can match the address of a node.'),
  ipBlockMatchesPods: required(boolean(), 'Whether `ipBlock` can match the address of a pod.'),
  maxPortsPerPeer: optional(integer({ minimum: 0 }), 'Most unique port and protocol combinations that one peer may have; absent: no limit known.'),
  enforcedOwners: optional(set(literal(...controllers)), 'Only pods of these controllers are enforced; absent: all.'),
  startsOpen: required(boolean(), 'A pod that has just started is open until its policies arrive.'),
}));

const dnsShape = named<ClusterDns>('clusterDns', 'Cluster DNS', 'Where the cluster\'s DNS answers.', () => record<ClusterDns>({
  namespace: required(text({ examples: ['kube-system'] }), 'Namespace of the DNS pods.'),
  labels: required(labelsShape, 'Labels of the DNS pods.'),
  port: required(portNumber(), 'The port that the DNS *pods* listen on, which is what a policy sees.'),
  protocols: required(set(protocolShape), 'The transport protocols that it answers.'),
  nodeLocalCidrs: defaulted(cidrs(), [], 'Node-local caches answer at these addresses instead, on port 53.'),
}));

const acceptanceShape = named<Acceptance>('acceptance', 'Acceptance', 'A person\'s written word that this platform may enforce less than the policy says.', () => record<Acceptance>({
  grants: required(either(literal('all'), set(text({ examples: ['checkout → orders.create'] }))), '`all`, or a list of grants, each as `caller → api.operation`.'),
  feature: required(literal(...features), 'What is enforced less exactly.'),
  plane: required(literal(...planes), 'Where.'),
  because: required(because(), 'Why that is acceptable.'),
  owner: required(owner(), 'Who answers for it.'),
  until: required(until(), 'Last day, `YYYY-MM-DD`; it ends at 24:00 UTC of that day.'),
}));

/** `schemas/platform.v1.json`. */
export const platformShape: Shape<Platform> = named<Platform>('platform', 'Countersign platform', 'Where a policy runs and what that place can do. Every fact is stated; none is guessed.', () => record<Platform>({
  version: required(literal(1), 'Version of this format.'),
  name: required(text({ examples: ['prod-eks'] }), 'Name of the platform.'),
  podCidrs: defaulted(cidrs(), [], 'Ranges that pods take addresses from.'),
  nodeCidrs: defaulted(cidrs(), [], 'Ranges that nodes take addresses from.'),
  cni: required(cniShape, 'What enforces NetworkPolicy.'),
  dns: optional(dnsShape, 'Where the cluster\'s DNS answers.'),
  apiServer: optional(record<NonNullable<Platform['apiServer']>>({
    cidrs: required(cidrs(), 'Addresses of the API server\'s endpoints.'),
    port: required(portNumber(), 'The endpoints\' port.'),
  }), 'Where the API server answers, as a pod\'s packet carries it.'),
  loadBalancer: optional(record<NonNullable<Platform['loadBalancer']>>({
    clientAddress: required(literal('preserved', 'node'), 'The source address that a pod sees: the client\'s, or a node\'s.'),
  }), 'What a pod sees of a client that came through a load-balanced Service.'),
  accept: defaulted(set(acceptanceShape, ({ feature, plane }) => `${feature}\0${plane}`), [], 'Where less is enforced, with a reason.'),
}));
