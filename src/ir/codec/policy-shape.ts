import { httpMethods, type Api, type Exposure, type Offer, type Operation, type Server } from '../api.ts';
import { cloudServices } from '../cloud/service.ts';
import type { Hole } from '../hole.ts';
import { identityText } from '../identity.ts';
import type { Ask, Invariant, InvariantObject, InvariantSubject, Policy } from '../policy.ts';
import { dataClasses, type Alert, type Requirements, type Segment } from '../segment.ts';
import { conditions } from './condition-shape.ts';
import { identities, identityMembers, identityProviderShape, identityShape, name, partnerShape, peopleShape } from './identity-shape.ts';
import { boolean, defaulted, either, integer, literal, named, number, optional, record, required, roster, sequence, set, text, union, type Shape } from './shape.ts';
import { because, owner, portNumber, portOrName, workloads } from './workload-shape.ts';

export const until = () => text({ format: 'date', examples: ['2027-06-30'] });
const untilText = 'Last day of the grant, `YYYY-MM-DD`; it ends at 24:00 UTC of that day.';

const requirementsShape = named<Requirements>('requirements', 'Requirements', 'What every grant into the segment carries. Segments add, nothing subtracts.', () => record<Requirements>({
  people: defaulted(conditions(), [], 'Conditions on people.'),
  workloads: defaulted(conditions(), [], 'Conditions on workloads.'),
  partners: defaulted(conditions(), [], 'Conditions on partners.'),
  transport: optional(record<NonNullable<Requirements['transport']>>({ tls: required(literal('1.2', '1.3'), 'Lowest version of TLS.') }), 'How connections are protected.'),
  reauthenticateEvery: optional(integer({ minimum: 0 }), 'Longest life of a connection or stream before it is authorised again, in seconds.'),
}));

const alertShape = named<Alert>('alert', 'Alert', 'What somebody wants to hear of.', () => union<Alert>({
  failedAuthentication: { description: 'Authentication fails too often.', fields: { abovePerMinute: required(number({ minimum: 0 }), 'More failures a minute than this.') } },
  surge: { description: 'Requests surge.', fields: { factor: required(number({ minimum: 0 }), 'This many times the usual rate.') } },
  deniedLateralMove: { description: 'A workload is denied a call inside the estate.', fields: {} },
  unusualCaller: { description: 'A caller appears that has not called before.', fields: {} },
}));

const segmentShape = named<Segment>('segment', 'Segment', 'A part of the estate with requirements of its own.', () => record<Segment>({
  name: required(text({ examples: ['commerce'] }), 'Name of the segment, unique among segments.'),
  holds: defaulted(literal(...dataClasses), 'internal', 'What its data is worth.'),
  managed: defaulted(literal('managed', 'staged', 'unmanaged'), 'managed', '`unmanaged`: its namespaces are not touched and count as foreign.'),
  owner: optional(owner(), 'Who answers for it.'),
  requires: defaulted(requirementsShape, {}, 'What every grant into it carries.'),
  alerts: defaulted(set(alertShape, ({ kind }) => kind), [], 'What somebody wants to hear of.'),
}));

const operationShape = named<Operation>('operation', 'Operation', 'One thing that an API does.', () => union<Operation>({
  http: {
    description: 'An HTTP request.',
    fields: {
      name: required(name(), 'Name of the operation, unique in its API.'),
      method: required(literal(...httpMethods, 'ANY'), '`ANY` is every method but OPTIONS, TRACE and CONNECT. HEAD is not part of GET.'),
      path: required(text({ examples: ['/orders/{id}'] }), 'A template of whole segments: a literal, `{name}` for exactly one, or a last `{name**}` for the rest.'),
    },
  },
  grpc: {
    description: 'A gRPC method. On the wire: POST /service/method.',
    fields: { name: required(name(), 'Name of the operation, unique in its API.'), service: required(text({ examples: ['hipstershop.CartService'] }), 'Full name of the service, package included.'), method: required(text({ examples: ['AddItem'] }), 'Name of the method.') },
  },
  tcp: {
    description: 'The whole port, whatever is spoken there.',
    fields: { name: required(text({ examples: ['connect'] }), '`connect`.'), port: required(portNumber(), 'The API\'s port.') },
  },
  websocket: {
    description: 'A WebSocket upgrade.',
    fields: { name: required(name(), 'Name of the operation, unique in its API.'), path: required(text({ examples: ['/feed'] }), 'Path template, as of an HTTP operation.') },
  },
  cloud: {
    description: 'A verb of a cloud resource.',
    fields: {
      name: required(name(), 'Name of the operation, unique in its API.'),
      verb: required(text({ examples: ['send'] }), 'A verb of the service, from its published table.'),
      within: optional(text({ examples: ['products/'] }), 'Of a table, one index; of a bucket, the keys that begin so.'),
    },
  },
}));

const offerShape = named<Offer>('offer', 'Offer', 'The serving half of a grant. Workloads have to ask as well; people, partners and anyone do not.', () => record<Offer>({
  operation: required(name(), 'Name of the operation that is offered.'),
  to: required(identities(), 'Who it is offered to.'),
  when: defaulted(conditions(), [], 'Conditions, all of which must hold.'),
  because: optional(because(), 'Why. Required for anyone, for partners and for what is restricted.'),
  owner: optional(owner(), 'Who answers for it.'),
  until: optional(until(), untilText),
}));

const exposureShape = named<Exposure>('exposure', 'Exposure', 'How an API is reached from outside the cluster.', () => union<Exposure>({
  service: { description: 'Through a load-balanced Service.', fields: { service: required(text(), 'Name of the Service.') } },
  gateway: {
    description: 'Through a gateway of the platform.',
    fields: {
      gateway: required(text(), 'Name of the gateway.'),
      host: required(text({ examples: ['api.example.com'] }), 'Host name that clients ask for.'),
      browser: optional(record<{ readonly origins: readonly string[] }>({ origins: required(set(text({ examples: ['https://desk.example.com'] })), 'Origins whose pages may call it.') }), 'Browsers call it from other origins.'),
    },
  },
}));

const serverShape = named<Server>('server', 'Server', 'Who answers.', () => union<Server>({
  workload: { description: 'A workload of the estate.', fields: { workload: required(name(), 'Name of the workload.'), port: required(portOrName(), 'The *container* port, by number or declared name.') } },
  cloud: {
    description: 'A resource of the cloud.',
    fields: {
      service: required(literal(...cloudServices), 'The cloud\'s service, by the prefix of its actions.'),
      arn: optional(either(text({ examples: ['arn:aws:sqs:eu-west-1:111122223333:settlements'] }), record<{ readonly hole: string }>({ hole: required(text(), 'Name of the hole that is filled in when it is deployed.') })), 'Its ARN, or the hole that stands for it. Absent only for a key that is made along with the policy.'),
      owned: defaulted(boolean(), false, 'Its whole resource policy is ours to write.'),
      segment: optional(text(), 'Name of the segment that it belongs to; what that holds decides how it has to be encrypted.'),
      encryptedBy: optional(name(), 'Name of the API, a key, that what it stores is encrypted with.'),
      port: optional(portNumber(), 'Where the service leaves it to the resource: the port of a database.'),
      rotationDays: optional(integer(), 'Of a key that is made along with the policy: days between two rotations, 90 to 2560.'),
    },
  },
}));

const apiShape = named<Api>('api', 'API', 'Operations that one server answers at one port, and to whom they are offered.', () => record<Api>({
  name: required(text({ examples: ['orders'] }), 'Name of the API, unique among APIs.'),
  owner: optional(owner(), 'Who answers for it.'),
  servedBy: required(serverShape, 'Who answers.'),
  operations: required(roster(operationShape), 'What it does.'),
  exposedAt: optional(exposureShape, 'How it is reached from outside the cluster.'),
  offers: defaulted(set(offerShape, ({ operation }) => operation), [], 'To whom its operations are offered.'),
}));

const askShape = named<Ask>('ask', 'Ask', 'The calling half of a grant.', () => record<Ask>({
  from: required(identityShape, 'Who calls.'),
  to: required(record<Ask['to']>({ api: required(name(), 'Name of the API.'), operation: required(name(), 'Name of its operation.') }), 'What it calls.'),
  because: optional(because(), 'Why.'),
  owner: optional(owner(), 'Who answers for it.'),
  until: optional(until(), untilText),
}));

const segmentMember = { description: 'Whatever lives in a segment.', fields: { name: required(name(), 'Name of the segment.') } } as const;
const invariantSubject = named<InvariantSubject>('invariantSubject', 'Subject of an invariant', 'Who it speaks of. `anyone` is the unauthenticated.', () => union<InvariantSubject>({
  ...identityMembers,
  segment: segmentMember,
  anyIdentity: { description: 'Every identity but the named ones.', fields: { except: defaulted(identities(), [], 'Who is left out.') } },
}));
const invariantObject = named<InvariantObject>('invariantObject', 'Object of an invariant', 'What must not be reached.', () => union<InvariantObject>({
  segment: segmentMember,
  api: { description: 'Every operation of an API.', fields: { name: required(name(), 'Name of the API.') } },
  operation: { description: 'One operation.', fields: { api: required(name(), 'Name of the API.'), operation: required(name(), 'Name of its operation.') } },
}));
const invariantShape = named<Invariant>('invariant', 'Invariant', 'Something that must stay impossible.', () => record<Invariant>({
  kind: required(literal('reach', 'flow'), '`reach` is one request; `flow` is a chain of grants.'),
  from: required(invariantSubject, 'Who must not.'),
  to: required(invariantObject, 'What must not be reached.'),
  through: optional(sequence(invariantObject), 'The way of a `flow`, in order.'),
  because: required(because(), 'Why.'),
  owner: optional(owner(), 'Who answers for it.'),
}));

const holeShape = named<Hole>('hole', 'Hole', 'A value that is filled in when the policy is deployed.', () => record<Hole>({
  name: required(name(), 'Name of the hole, unique among holes.'),
  kind: required(literal('arn'), 'What is filled in.'),
  service: required(literal(...cloudServices), 'The cloud service that the value belongs to.'),
  maxLength: required(integer({ minimum: 0 }), 'Longest value that is expected, in characters; splitting by size assumes it.'),
}));

/** `schemas/policy.v1.json`. */
export const policyShape: Shape<Policy> = named<Policy>('policy', 'Countersign policy', 'Which APIs exist, who serves them, and which access has been agreed. Whatever is not granted is denied.', () => record<Policy>({
  version: required(literal(1), 'Version of this format.'),
  name: required(text({ examples: ['retail'] }), 'Name of the policy.'),
  segments: defaulted(roster(segmentShape), [], 'Parts of the estate with requirements of their own.'),
  workloads: defaulted(workloads(), [], 'Programs of the estate.'),
  identityProviders: defaulted(roster(identityProviderShape), [], 'Who issues people\'s tokens.'),
  people: defaulted(roster(peopleShape), [], 'Groups of people.'),
  partners: defaulted(roster(partnerShape), [], 'Partner organisations.'),
  apis: defaulted(roster(apiShape), [], 'The APIs, each with its offers.'),
  asks: defaulted(set(askShape, ({ from, to }) => `${identityText(from)}\0${to.api}\0${to.operation}`), [], 'What callers ask for.'),
  never: defaulted(set(invariantShape, ({ kind }) => kind), [], 'What must stay impossible.'),
  holes: defaulted(roster(holeShape), [], 'Values that are filled in when it is deployed.'),
}));
