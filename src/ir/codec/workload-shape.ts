import { controllers, probeNames, type ContainerPort, type KubernetesWorkload, type NamedProbe, type OutsideHost, type Probe, type Protocol, type ServicePort, type Workload } from '../workload.ts';
import { labelsShape, name } from './identity-shape.ts';
import { defaulted, either, integer, literal, named, optional, record, required, roster, set, text, union, type Shape } from './shape.ts';

export const because = () => text({ examples: ['checkout places orders'] });
export const owner = () => text({ examples: ['team-orders'] });
/** Range and spelling of ports are for `check`, which knows what the port is of. */
export const portNumber = () => integer();
export const portOrName = (): Shape<number | string> => either(text({ examples: ['http'] }), integer());
export const protocolShape: Shape<Protocol> = literal('TCP', 'UDP', 'SCTP');
const byNumber = (port: number): string => String(port).padStart(5, '0');

const containerPortShape = named<ContainerPort>('containerPort', 'Container port', 'A port that a container declares.', () => record<ContainerPort>({
  number: required(portNumber(), 'The port\'s number.'),
  protocol: defaulted(protocolShape, 'TCP', 'The transport protocol.'),
  name: optional(text({ examples: ['http'] }), 'The port\'s name, only where the container declares it.'),
}));

const servicePortShape = named<ServicePort>('servicePort', 'Service port', 'One port of a Service that selects the workload. A Service of several ports has several entries.', () => record<ServicePort>({
  name: required(text(), 'Name of the Service.'),
  port: required(portNumber(), 'The port that clients address.'),
  protocol: defaulted(protocolShape, 'TCP', 'The transport protocol.'),
  targetPort: required(portOrName(), 'The container port that it leads to, by number or declared name.'),
  type: defaulted(literal('ClusterIP', 'NodePort', 'LoadBalancer'), 'ClusterIP', 'How the Service is published.'),
  nodePort: optional(portNumber(), 'The port that it takes on every node.'),
}));

const probeShape = named<Probe>('probe', 'Probe', 'How the kubelet checks a container.', () => union<Probe>({
  http: { description: 'By an HTTP GET.', fields: { port: required(portOrName(), 'Container port, by number or declared name.'), path: required(text({ examples: ['/healthz'] }), 'Path that is requested.') } },
  grpc: { description: 'By the gRPC health service.', fields: { port: required(portNumber(), 'Container port.'), service: optional(text(), 'Name that the health service is asked about.') } },
  tcp: { description: 'By opening a connection.', fields: { port: required(portOrName(), 'Container port, by number or declared name.') } },
  exec: { description: 'By a command inside the container; it opens no connection.', fields: {} },
}));
const namedProbeShape = named<NamedProbe>('namedProbe', 'Named probe', 'One probe of the workload.', () => record<NamedProbe>({
  name: required(literal(...probeNames), 'Which of the kubelet\'s probes.'),
  container: optional(text(), 'Tells the probes of several containers of one pod apart.'),
  probe: required(probeShape, 'How it checks.'),
}));

const kubernetesShape = named<KubernetesWorkload>('kubernetesWorkload', 'Kubernetes workload', 'What the cluster knows the workload by.', () => record<KubernetesWorkload>({
  namespace: required(text({ examples: ['default'] }), 'Namespace of the pods.'),
  controller: optional(literal(...controllers), 'What creates the pods. Some enforcers look at it.'),
  serviceAccount: optional(text(), 'The pods\' identity. Without one the workload can serve but not call.'),
  selector: required(labelsShape, 'Labels that all of its pods carry, and no others. Never empty.'),
  ports: defaulted(set(containerPortShape, ({ number }) => byNumber(number)), [], 'Ports that its containers declare.'),
  services: defaulted(set(servicePortShape, ({ name, port }) => `${name}\0${byNumber(port)}`), [], 'Ports of the Services that select it.'),
  probes: defaulted(set(namedProbeShape, ({ name }) => name), [], 'How the kubelet checks it.'),
  metrics: optional(record<NonNullable<KubernetesWorkload['metrics']>>({
    port: required(portOrName(), 'Container port, by number or declared name.'),
    path: required(text({ examples: ['/metrics'] }), 'Path that is scraped.'),
  }), 'Where its metrics are scraped.'),
}));

const hostShape = named<OutsideHost>('outsideHost', 'Host outside', 'A host outside the cluster, known by its certificate.', () => record<OutsideHost>({
  trustAnchor: required(name(), 'Name of the platform\'s trust anchor that vouches for the certificate.'),
  san: required(text({ examples: ['spiffe://corp.example/batch'] }), 'The first URI of the certificate\'s subject alternative names.'),
}));

const workloadShape = named<Workload>('workload', 'Workload', 'A program of the estate, which serves APIs, calls them, or both.', () => record<Workload>({
  name: required(name(), 'Name of the workload, unique among workloads.'),
  segment: optional(text(), 'Name of the segment that it lives in.'),
  owner: optional(owner(), 'Who answers for it.'),
  kubernetes: optional(kubernetesShape, 'What the cluster knows it by.'),
  host: optional(hostShape, 'It runs outside the cluster. Then it has no `kubernetes`, and calls resources of the cloud only.'),
  callsApiServer: optional(record<NonNullable<Workload['callsApiServer']>>({ because: required(because(), 'Why it needs to.') }), 'It talks to the API server of its cluster.'),
  callsDns: optional(record<NonNullable<Workload['callsDns']>>({ because: required(because(), 'Why it needs to.') }), 'It looks names up, whether or not it calls anything of this policy.'),
}));
export const workloads = (): Shape<readonly Workload[]> => roster(workloadShape);
