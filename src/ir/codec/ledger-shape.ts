import { features, planes } from '../feature.ts';
import { bypassKinds, type BypassKind, type Ledger, type LedgerAcceptance, type LedgerAssumption, type LedgerCell, type LedgerGrant, type LedgerLine, type LedgerObject, type ReadBack } from '../ledger.ts';
import { boolean, either, integer, literal, named, optional, record, required, sequence, text, type Shape } from './shape.ts';

const day = () => text({ format: 'date', examples: ['2027-06-30'] });
const plane = () => literal(...planes);
const count = () => integer({ minimum: 0 });

const meanings: Readonly<Record<BypassKind, string>> = {
  podAddress: 'The pod\'s own address.',
  otherService: 'A Service that the caller would not name.',
  nodePort: 'A port of a node.',
  pastMesh: 'Past the mesh\'s client side, without a certificate.',
  pastWaypoint: 'Past the waypoint, straight to the pod\'s proxy.',
  otherHost: 'Through the gateway, under another exposure\'s name.',
  pastGateway: 'From outside, past the gateway.',
  pastEndpoint: 'To a service of the cloud over the Internet, past the declared endpoint.',
};

const objectShape = named<LedgerObject>('object', 'Object', 'A field of an object that does something for it.', () => record<LedgerObject>({
  artifact: required(text({ examples: ['networking.k8s.io/v1/NetworkPolicy/orders/countersign-orders'] }), 'Which object: API version, kind, namespace, name.'),
  field: required(text({ examples: ['spec.ingress[0].ports'] }), 'Which field of it.'),
  rule: required(text(), 'What the vendor says that makes the field mean this.'),
}));
const cellShape = named<LedgerCell>('cell', 'Cell', 'What one plane does for one line.', () => record<LedgerCell>({
  plane: required(plane(), 'The plane.'),
  does: required(literal('exact', 'narrower', 'wider', 'absent', 'delegated'), 'How well. `absent`: it does not see it. `delegated`: it does not see it, and admits only who has.'),
  to: optional(plane(), 'For `delegated`: the plane that sees it.'),
  answers: optional(text(), 'The target that answers for it here; what others do besides is defence in depth.'),
  accepted: optional(record<NonNullable<LedgerCell['accepted']>>({
    because: required(text(), 'The reason.'), owner: required(text(), 'Who answers for it.'), until: required(day(), 'Last day.'),
  }), 'Who has accepted that it is no more than this.'),
  by: required(sequence(objectShape), 'The objects that do it; empty where none does.'),
}));
const lineShape = named<LedgerLine>('line', 'Line', 'One thing that somebody has to enforce for a grant.', () => record<LedgerLine>({
  feature: required(literal(...features), 'What kind of thing.'),
  asks: required(text({ examples: ['mfa within 15m'] }), 'The thing in the words of the policy.'),
  cells: required(sequence(cellShape), 'One for each plane on the way on which the platform has an enforcer.'),
}));
const grantShape = named<LedgerGrant>('grant', 'Grant', 'A grant and all that it needs.', () => record<LedgerGrant>({
  grant: required(text({ examples: ['checkout → orders.create'] }), 'The grant.'),
  kind: required(literal('granted', 'derived'), 'Whether an offer made it, or what a workload says of itself.'),
  until: optional(day(), 'Last day.'),
  unmanaged: optional(literal(true), 'It leads into an unmanaged segment: nothing is emitted there and nothing is claimed.'),
  callersSideOnly: optional(literal(true), 'It leads to a resource of the cloud that is not owned: what its caller is allowed is claimed, and nothing of who else is.'),
  lines: required(sequence(lineShape), 'What somebody has to enforce.'),
}));
const acceptanceShape = named<LedgerAcceptance>('acceptance', 'Acceptance', 'A person\'s written word that less may be enforced.', () => record<LedgerAcceptance>({
  grants: required(either(literal('all'), sequence(text())), 'Which grants.'),
  feature: required(literal(...features), 'What is weaker.'),
  plane: required(plane(), 'Where.'),
  because: required(text(), 'The reason.'),
  owner: required(text(), 'Who answers for it.'),
  until: required(day(), 'Last day.'),
  used: required(count(), 'How many grants rest on it.'),
}));
const assumptionShape = named<LedgerAssumption>('assumption', 'Assumption', 'What every proof relies on and no object shows.', () => record<LedgerAssumption>({
  name: required(text({ examples: ['own-node'] }), 'Its name.'),
  sentence: required(text(), 'What is assumed.'),
  targets: required(sequence(text()), 'The targets that list it; `check` for what the proof of the invariants rests on.'),
}));
const bypassesShape = record<ReadBack['bypasses']>(Object.fromEntries(bypassKinds.map((kind) => [kind, optional(count(), meanings[kind])])) as never);
const readBackShape = named<ReadBack>('readBack', 'Read back', 'How much of what was emitted was read back and compared with the meaning.', () => record<ReadBack>({
  exhaustive: required(boolean(), 'Whether every cell was looked at.'),
  cells: required(count(), 'How many were.'),
  of: required(count(), 'How many there are.'),
  bypasses: required(bypassesShape, 'Ways around the intended one that were judged, by kind.'),
}));

/** `schemas/ledger.v1.json`. */
export const ledgerShape: Shape<Ledger> = named<Ledger>('ledger', 'Countersign ledger', 'What each grant rests on: which plane enforces what, by which object and field.', () => record<Ledger>({
  version: required(literal(1), 'Version of this format.'),
  policy: required(text(), 'Name of the policy.'),
  platform: required(text(), 'Name of the platform.'),
  planes: required(sequence(plane()), 'The planes on which the platform has an enforcer.'),
  grants: required(sequence(grantShape), 'Every grant, in the order of the policy.'),
  acceptances: required(sequence(acceptanceShape), 'What a person has accepted in writing.'),
  assumptions: required(sequence(assumptionShape), 'What every proof relies on.'),
  readBack: required(readBackShape, 'What was read back.'),
}));
