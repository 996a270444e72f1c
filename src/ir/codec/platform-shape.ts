import { cloudServices } from '../cloud/service.ts';
import { features, planes } from '../feature.ts';
import {
  pathNormalizations, type Acceptance, type Aws, type CaBundle, type CertificateIssuer, type ClientAddress, type CloudEndpoint, type ClusterDns, type Cni, type ExternalHost,
  type Gateway, type Mesh, type ObjectRef, type Platform, type PodCredentials, type PodsAt,
} from '../platform.ts';
import { controllers } from '../workload.ts';
import { labelsShape } from './identity-shape.ts';
import { until } from './policy-shape.ts';
import { boolean, defaulted, either, integer, literal, named, optional, record, required, roster, set, text, union, type Shape } from './shape.ts';
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

const podsAtShape = named<PodsAt>('podsAt', 'Pods', 'Pods that the platform runs and nobody declares.', () => record<PodsAt>({
  namespace: required(text({ examples: ['monitoring'] }), 'Namespace of the pods.'),
  labels: required(labelsShape, 'Labels that they carry.'),
  serviceAccount: required(text(), 'Their ServiceAccount, which is their identity.'),
}));
const objectRefShape = named<ObjectRef>('objectRef', 'Object', 'A Secret or a ConfigMap that is there already. Its content is never read.', () => record<ObjectRef>({
  kind: required(literal('Secret', 'ConfigMap'), 'Which of the two.'),
  namespace: required(text(), 'Its namespace.'),
  name: required(text(), 'Its name.'),
}));

const meshShape = named<Mesh>('mesh', 'Mesh', 'What gives pods certificates and reads their requests.', () => record<Mesh>({
  kind: required(literal('istio'), 'Which mesh.'),
  version: required(text({ examples: ['1.31'] }), 'Its version, with or without a patch level.'),
  dataPlane: required(literal('ambient', 'sidecar'), '`ambient`: a ztunnel on each node, and waypoints for requests. `sidecar`: a proxy in every pod.'),
  namespace: defaulted(text(), 'istio-system', 'Namespace of the control plane.'),
  trustDomain: required(text({ examples: ['prod.example.com'] }), 'SPIFFE trust domain of the mesh.'),
  pathNormalization: optional(literal(...pathNormalizations), '`meshConfig.pathNormalization.normalization`.'),
  minTls: defaulted(literal('1.2', '1.3'), '1.2', '`meshConfig.meshMTLS.minProtocolVersion`.'),
  waypoint: defaulted(text(), 'countersign-waypoint', 'Name of the waypoint in each namespace that needs one. Ambient only.'),
}));

const gatewayShape = named<Gateway>('gateway', 'Gateway', 'A gateway at the edge, and the proxies that it consists of.', () => record<Gateway>({
  name: required(text({ examples: ['edge'] }), 'Name that `exposedAt` uses, unique among gateways.'),
  kind: required(literal('envoyGateway'), 'Which gateway.'),
  version: required(text({ examples: ['1.9'] }), 'Its version, with or without a patch level.'),
  namespace: required(text({ examples: ['edge'] }), 'Where its Gateway, routes and policies are.'),
  pods: required(podsAtShape, 'Its proxies. The ServiceAccount is the identity that workloads see.'),
  controlNamespace: defaulted(text(), 'envoy-gateway-system', 'The namespace that configures the proxies.'),
  port: defaulted(portNumber(), 443, 'The port that clients connect to.'),
  containerPort: defaulted(portNumber(), 10443, 'The port of the proxies\' container that it becomes.'),
  certificate: required(objectRefShape, 'A Secret of type `kubernetes.io/tls` for every host that is exposed here.'),
  clientAddress: optional(named<ClientAddress>('clientAddress', 'Client address', 'How a client\'s address is known.', () => union<ClientAddress>({
    connection: { description: 'It is the connection\'s.', fields: {} },
    xForwardedFor: { description: 'From `X-Forwarded-For`.', fields: { trustedHops: required(integer({ minimum: 1 }), 'So many proxies in front append to it, and none of them can be left out.') } },
    proxyProtocol: { description: 'From the PROXY protocol.', fields: {} },
  })), 'How a client\'s address is known.'),
  upstream: defaulted(named<Gateway['upstream']>('upstream', 'Upstream', 'How the gateway\'s own connections are protected.', () => union<Gateway['upstream']>({
    mesh: { description: 'Its proxies are in the mesh, which protects what follows.', fields: {} },
    tls: {
      description: 'Servers have certificates of a bundle.',
      fields: { caBundle: required(text(), 'Name of the bundle.'), clientCertificate: optional(objectRefShape, 'Secret of its client certificate.') },
    },
  })), { kind: 'mesh' }, 'How its own connections are protected.'),
}));

const issuerShape = named<CertificateIssuer>('certificateIssuer', 'Certificate issuer', 'cert-manager\'s issuer, and trust-manager where bundles are to be handed to namespaces.', () => record<CertificateIssuer>({
  kind: defaulted(literal('ClusterIssuer', 'Issuer'), 'ClusterIssuer', 'Which kind of issuer.'),
  name: required(text(), 'Name of the issuer.'),
  duration: defaulted(integer({ minimum: 3600 }), 7_776_000, 'Life of a certificate, in seconds; it is renewed after two thirds.'),
  trustManager: defaulted(boolean(), false, 'trust-manager copies the named bundles to where they are used.'),
}));

const endpointShape = named<CloudEndpoint>('cloudEndpoint', 'Endpoint', 'Where a service of the cloud answers.', () => record<CloudEndpoint>({
  service: required(literal(...cloudServices), 'The service, by the prefix of its actions.'),
  cidrs: required(cidrs(), 'Its addresses.'),
  vpcEndpoint: optional(text({ examples: ['vpce-0123456789abcdef0'] }), 'The VPC endpoint that leads there.'),
}));
const awsShape = named<Aws>('aws', 'AWS', 'An account and a region of AWS, as the workloads of one cluster meet them.', () => record<Aws>({
  accountId: required(text({ examples: ['111122223333'] }), 'Twelve digits.'),
  region: required(text({ examples: ['eu-west-1'] }), 'Where its resources are.'),
  clusterName: required(text({ examples: ['retail'] }), 'Name of the EKS cluster.'),
  identity: defaulted(named<PodCredentials>('podCredentials', 'Credentials', 'How a pod gets credentials of its role.', () => union<PodCredentials>({
    podIdentity: { description: 'From the agent of EKS Pod Identity.', fields: {} },
    irsa: { description: 'IAM roles for service accounts.', fields: { issuer: required(text({ examples: ['oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE'] }), 'The cluster\'s OIDC issuer, without `https://`.') } },
  })), { kind: 'podIdentity' }, 'How a pod gets credentials of its role.'),
  endpoints: defaulted(set(endpointShape, ({ service }) => service), [], 'Where services answer: those that a policy calls, and `sts` for IRSA.'),
  vpc: optional(text({ examples: ['vpc-0123456789abcdef0'] }), 'Where the requests of its workloads come from.'),
  rolePrefix: required(text({ examples: ['retail-'] }), 'What the names of roles and policies begin with.'),
  rolePath: defaulted(text(), '/', 'Path of roles and policies.'),
  permissionsBoundary: optional(text(), 'ARN of a boundary that every role must have. Without it each gets one of its own.'),
  administrators: optional(record<NonNullable<Aws['administrators']>>({
    deployer: required(text({ examples: ['arn:aws:iam::111122223333:role/deploy'] }), 'ARN of the role that deploys.'),
    breakGlass: required(text({ examples: ['arn:aws:iam::111122223333:role/break-glass'] }), 'ARN of the role for emergencies. Its own trust policy has to ask for a second factor: the session shows none afterwards.'),
  }), 'Who looks after owned resources, and is never locked out of them.'),
  trustAnchors: defaulted(roster(record<{ readonly name: string; readonly arn: string }>({ name: required(text({ examples: ['datacentre'] }), 'Name that workloads use.'), arn: required(text(), 'Its ARN.') })), [], 'Who vouches for hosts outside the cluster (IAM Roles Anywhere).'),
  otherAccounts: defaulted(set(record<Aws['otherAccounts'][number]>({
    accountId: required(text({ examples: ['444455556666'] }), 'Twelve digits.'), because: required(because(), 'Who says that it lets our roles in.'), owner: required(owner(), 'Who answers for it.'),
  }), ({ accountId }) => accountId), [], 'Other accounts whose resources are called. A recorded assumption.'),
  managedPoliciesPerRole: defaulted(integer(), 10, 'Managed policies that a role may have, 1 to 20.'),
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
  mesh: optional(meshShape, 'What gives pods certificates and reads their requests.'),
  gateways: defaulted(roster(gatewayShape), [], 'Ways in from outside.'),
  metricsScraper: optional(podsAtShape, 'What scrapes the metrics that workloads declare.'),
  caBundles: defaulted(roster(named<CaBundle>('caBundle', 'CA bundle', 'Certificate authorities that are there already.', () => record<CaBundle>({
    name: required(text({ examples: ['acme-ca'] }), 'Name that partners and gateways use.'),
    ref: required(objectRefShape, 'Where it is; its key is `ca.crt`.'),
  }))), [], 'Bundles of certificate authorities that are there already.'),
  hosts: defaulted(roster(named<ExternalHost>('externalHost', 'External host', 'Where a host outside the cluster answers.', () => record<ExternalHost>({
    name: required(text({ examples: ['login.example.com'] }), 'Name of the host.'),
    cidrs: required(cidrs(), 'Its addresses.'),
  }))), [], 'Hosts outside the cluster that something of ours has to reach.'),
  issuer: optional(issuerShape, 'Who issues certificates in this cluster.'),
  aws: optional(awsShape, 'The account of AWS that its workloads have roles in.'),
  accept: defaulted(set(acceptanceShape, ({ feature, plane }) => `${feature}\0${plane}`), [], 'Where less is enforced, with a reason.'),
}));
