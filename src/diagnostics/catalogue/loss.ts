import { entry } from './entry.ts';

/** CS3xxx: what a platform can't do as the policy says it. Found while placing and lowering. */
export const lossEntries = [
  entry({
    code: 'CS3001', name: 'feature-without-enforcer', severity: 'error',
    summary: 'A grant needs a feature that no enforcer on its way has.',
    why: 'The grant would be enforced as something wider than was agreed: an operation as a whole port, an identity as a label.',
    whatToDo: 'Add an enforcer that has the feature to the platform, or accept the weaker enforcement in writing: `acceptWeaker({ grants, feature, plane, because, owner, until })`.',
    example: "orders.create (POST /orders) on a cluster with NetworkPolicy only: methods can't be told apart",
  }),
  entry({
    code: 'CS3002', name: 'service-port-differs', severity: 'error',
    summary: 'A Service\'s port is not the container\'s port, and this network plugin needs them equal.',
    why: 'The plugin looks at the Service\'s port where the rule speaks of the pod\'s: the rule matches nothing, and the call is refused (Amazon EKS user guide, "Limit Pod traffic with Kubernetes network policies").',
    whatToDo: 'Make `port` and `targetPort` equal in the named Services, or use another network plugin.',
    example: "services: [{ name: 'frontend', port: 80, targetPort: 8080 }]   // with the AWS VPC CNI",
  }),
  entry({
    code: 'CS3003', name: 'network-policy-not-enforced', severity: 'error',
    summary: 'The network plugin stores NetworkPolicies and enforces none.',
    why: 'Every object would be accepted, and everything would stay open.',
    whatToDo: 'Use a plugin that enforces NetworkPolicy, and say so in the platform file.',
    example: "cni: { name: 'flannel', networkPolicy: 'absent' }",
  }),
  entry({
    code: 'CS3004', name: 'too-many-ports-for-peer', severity: 'error',
    summary: 'One peer would be given more ports than this network plugin supports.',
    why: 'What lies beyond the limit is not enforced as written.',
    whatToDo: 'Serve fewer ports from the named workloads, or spread them over more workloads.',
    example: "30 container ports of `gateway` granted to `edge`, where the limit is 24",
  }),
  entry({
    code: 'CS3005', name: 'pods-start-open', severity: 'warning',
    summary: 'A pod of this platform is open from its start until its policies arrive.',
    why: 'For some seconds it can reach and be reached by everything.',
    whatToDo: 'Set the plugin\'s strict mode if it has one, and state it in the platform; else let the pod wait before it serves.',
    example: "cni: awsVpcCni()   // in standard mode",
  }),
  entry({
    code: 'CS3006', name: 'controller-not-enforced', severity: 'error',
    summary: 'The network plugin enforces nothing on pods of this kind of controller.',
    why: 'The workload\'s policies would be accepted and have no effect.',
    whatToDo: 'Run the workload as a controller that the plugin supports, or use another plugin.',
    example: "workload('backup', { kubernetes: { controller: 'Job', … } })   // with the AWS VPC CNI",
  }),
  entry({
    code: 'CS3007', name: 'range-cannot-match', severity: 'error',
    summary: 'A rule by address range can\'t match what it is meant for on this network plugin.',
    why: 'Some plugins never match a node\'s or a pod\'s address with an `ipBlock`: clients that arrive with a node\'s address, or an API server on a node, would be refused.',
    whatToDo: 'Let the load balancer preserve client addresses (`externalTrafficPolicy: Local`), or configure the plugin to match nodes by range, and state it in the platform.',
    example: "loadBalancer: { clientAddress: 'node' }   // with Cilium's default settings",
  }),
  entry({
    code: 'CS3008', name: 'controller-namespace', severity: 'warning',
    summary: 'A workload lives in a namespace of the cluster\'s own controllers, which gets no default deny.',
    why: 'To deny everything there would cut off DNS, the network plugin, the mesh, a gateway or what scrapes metrics; so only the declared workloads of that namespace are isolated, and pods that nobody declared stay open.',
    whatToDo: 'Move the workload to a namespace of its own.',
    example: "workload('exporter', { kubernetes: { namespace: 'kube-system', … } })",
  }),
  entry({
    code: 'CS3009', name: 'alternatives-split', severity: 'error',
    summary: 'Of the alternatives of a condition one enforcer judges some and another the rest.',
    why: 'A request has to pass every enforcer on its way. One that can\'t see an alternative would have to deny what is allowed on account of it, or admit what should be denied for want of it.',
    whatToDo: 'Ask for alternatives that one enforcer can judge, or make an offer of its own for each of them.',
    example: "when: [anyOf(maxTokenAge('10m'), header('x-tier', { anyOf: ['gold'], trustedHop: 'ui' }))]   // the age is the gateway's, the header the mesh's",
  }),
  entry({
    code: 'CS3010', name: 'endpoint-range-shared', severity: 'error',
    summary: 'A range in which a cloud service is said to answer holds other addresses that a rule would open as well.',
    why: 'A rule by address opens the whole range: other pods, nodes, the API server, or what an instance asks its host, such as the credentials of the node\'s own role.',
    whatToDo: 'Give the addresses of the endpoint\'s own network interfaces, each as `/32` or `/128`, or put the endpoint into subnets of its own.',
    example: "endpoints: { sqs: ['10.0.0.0/16'] }   // where podCidrs are ['10.0.0.0/16'] too",
  }),
] as const;
