import { cloudServices, type CloudService } from '../cloud/service.ts';
import { builtinPeers, type BuiltinPeer, type Labels } from '../identity.ts';
import { probeNames, type ProbeName, type Protocol } from '../workload.ts';
import { labelsShape, name } from './identity-shape.ts';
import { anything, boolean, integer, literal, map, named, number, optional, record, required, sequence, text, type Node, type Shape } from './shape.ts';
import { portNumber, protocolShape } from './workload-shape.ts';

/** A line that `decide` reads. */
export interface RequestLine { readonly from: RequestFrom; readonly to: RequestTo; readonly context?: RequestContext }
export type RequestFrom =
  | { readonly workload: string }
  | { readonly pod: { readonly namespace: string; readonly labels?: Labels; readonly serviceAccount?: string } }
  | { readonly anyone: true }
  | { readonly person: RequestPerson; readonly through?: string }
  | { readonly partner: string }
  | { readonly builtin: BuiltinPeer }
  | { readonly credentialsOf: string }
  | { readonly principal: string };
export interface RequestPerson { readonly provider: string; readonly claims?: Readonly<Record<string, unknown>> }
export type RequestTo =
  | { readonly api: string; readonly operation: string }
  | { readonly api: string; readonly method: string; readonly path: string; readonly upgrade?: 'websocket' }
  | { readonly workload: string; readonly probe: ProbeName }
  | { readonly workload: string; readonly port: number; readonly protocol?: Protocol }
  | { readonly api: string; readonly action: string; readonly within?: string; readonly via?: CloudService }
  | { readonly builtin: BuiltinPeer | (typeof cloudDestinations)[number] };
/** What every cluster on AWS has and nobody declares: whoever gives pods their credentials, and the instance's own. */
export const cloudDestinations = ['cloudCredentials', 'instanceMetadata'] as const;
export interface RequestContext {
  readonly time?: string;
  readonly sourceAddress?: string;
  readonly tokenAgeSeconds?: number;
  readonly authenticationAgeSeconds?: number;
  readonly mfa?: boolean;
  readonly device?: string;
  readonly risk?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly inTheClear?: boolean;
  readonly weakerEncryption?: boolean;
}

/** A line that `decide` writes. */
export type DecisionLine =
  | { readonly decision: 'allow' | 'deny'; readonly because: readonly DecisionBecause[] }
  | { readonly error: { readonly code: string; readonly line: number; readonly message: string; readonly help?: string } };
export type DecisionBecause =
  | { readonly grant: string }
  | { readonly missing: 'offer' | 'request' | 'condition' | 'identity'; readonly nearest?: string; readonly condition?: string };

/** Told apart by the properties they have, so that a line stays short to write. */
const alternatives = <T>(...members: readonly Node[]): Shape<T> => ({ node: 'alternatives', members });
const builtin = () => literal(...builtinPeers);

const fromShape = named<RequestFrom>('from', 'Caller', 'Who asks.', () => alternatives<RequestFrom>(
  record<{ workload: string }>({ workload: required(name(), 'Name of a workload.') }),
  record<{ pod: { namespace: string; labels?: Labels; serviceAccount?: string } }>({
    pod: required(record<{ namespace: string; labels?: Labels; serviceAccount?: string }>({
      namespace: required(text(), 'Namespace of the pod.'),
      labels: optional(labelsShape, 'Its labels; without them it has none.'),
      serviceAccount: optional(text(), 'Its ServiceAccount; without it, its identity is not looked at.'),
    }), 'A pod as the cluster sees it, declared or not.'),
  }),
  record<{ anyone: true }>({ anyone: required(literal(true), 'Somebody who comes from outside, through the exposure.') }),
  record<{ person: RequestPerson; through?: string }>({
    person: required(record<RequestPerson>({
      provider: required(name(), 'Name of the identity provider that issued the token.'),
      claims: optional(map(anything()), 'What the token says; `iss` and `aud` are the provider\'s where they are not stated. Without `exp` it is denied.'),
    }), 'Somebody with a valid token. Comes from outside, through the exposure, unless `through` is stated.'),
    through: optional(name(), 'Name of the workload that passes the token on.'),
  }),
  record<{ partner: string }>({ partner: required(name(), 'Name of a partner that shows its certificate at the exposure.') }),
  record<{ builtin: BuiltinPeer }>({ builtin: required(builtin(), 'A peer that every cluster has.') }),
  record<{ credentialsOf: string }>({ credentialsOf: required(name(), 'Name of a workload: somebody elsewhere, who has got hold of the cloud credentials that it was given.') }),
  record<{ principal: string }>({ principal: required(text({ examples: ['arn:aws:iam::111122223333:role/other'] }), 'ARN of another principal of the cloud, which this policy did not make.') }),
));

const toShape = named<RequestTo>('to', 'Destination', 'What is asked for.', () => alternatives<RequestTo>(
  record<{ api: string; operation: string }>({ api: required(name(), 'Name of an API.'), operation: required(name(), 'Name of its operation.') }),
  record<{ api: string; method: string; path: string; upgrade?: 'websocket' }>({
    api: required(name(), 'Name of an API.'), method: required(text({ examples: ['GET'] }), 'HTTP method.'),
    path: required(text({ examples: ['/cart'] }), 'Canonical path; any other spelling is denied.'),
    upgrade: optional(literal('websocket'), 'It asks to switch to this protocol.'),
  }),
  record<{ workload: string; probe: ProbeName }>({ workload: required(name(), 'Name of a workload.'), probe: required(literal(...probeNames), 'Which of its probes.') }),
  record<{ workload: string; port: number; protocol?: Protocol }>({ workload: required(name(), 'Name of a workload.'), port: required(portNumber(), 'A container port: is some operation served there allowed?'), protocol: optional(protocolShape, 'The transport protocol; TCP where it is not stated.') }),
  record<{ api: string; action: string; within?: string; via?: CloudService }>({
    api: required(name(), 'Name of an API that is a resource of the cloud.'),
    action: required(text({ examples: ['sqs:SendMessage'] }), 'An action of IAM.'),
    within: optional(text({ examples: ['thumbs/1.png'] }), 'Of a table, the index; of a bucket, the key of the object, or what a listing is narrowed to.'),
    via: optional(literal(...cloudServices), 'Of a key: the service that asks it in the caller\'s name, to read or write what is encrypted with it.'),
  }),
  record<{ builtin: BuiltinPeer | (typeof cloudDestinations)[number] }>({
    builtin: required(literal(...builtinPeers, ...cloudDestinations), 'A peer that every cluster has; `cloudCredentials`, who gives pods their credentials of the cloud; `instanceMetadata`, the node\'s own, which are nobody\'s.'),
  }),
));

const contextShape = named<RequestContext>('context', 'Context', 'What else is known. An input that is absent denies whatever needs it.', () => record<RequestContext>({
  time: optional(text({ format: 'date-time', examples: ['2026-06-30T12:00:00Z'] }), 'When, as an RFC 3339 instant.'),
  sourceAddress: optional(text(), 'The client\'s address.'),
  tokenAgeSeconds: optional(number({ minimum: 0 }), 'Seconds since the token was issued.'),
  authenticationAgeSeconds: optional(number({ minimum: 0 }), 'Seconds since the person authenticated.'),
  mfa: optional(boolean(), 'More than one factor was used.'),
  device: optional(text(), 'State of the device.'),
  risk: optional(number(), 'Risk score of the request.'),
  headers: optional(map(text()), 'Headers set by trusted hops.'),
  inTheClear: optional(boolean(), 'To the cloud without TLS. Nothing is granted that way.'),
  weakerEncryption: optional(boolean(), 'A write that asks a bucket for other encryption than its declaration says.'),
}));

/** `schemas/request.v1.json`. */
export const requestShape: Shape<RequestLine> = named<RequestLine>('request', 'Countersign request', 'One line that `countersign decide` reads.', () => record<RequestLine>({
  from: required(fromShape, 'Who asks.'),
  to: required(toShape, 'What is asked for.'),
  context: optional(contextShape, 'What else is known.'),
}));

const becauseShape = named<DecisionBecause>('because', 'Because', 'Why.', () => alternatives<DecisionBecause>(
  record<{ grant: string }>({ grant: required(text({ examples: ['checkout → orders.create'] }), 'A grant that admits it.') }),
  record<{ missing: 'offer' | 'request' | 'condition' | 'identity'; nearest?: string; condition?: string }>({
    missing: required(literal('offer', 'request', 'condition', 'identity'), 'What the nearest grant lacks.'),
    nearest: optional(text(), 'The nearest grant.'),
    condition: optional(text({ examples: ['mfa within 15m'] }), 'The first condition that does not hold, in the words of the language.'),
  }),
));

/** `schemas/decision.v1.json`. */
export const decisionShape: Shape<DecisionLine> = named<DecisionLine>('decision', 'Countersign decision', 'One line that `countersign decide` writes, in the order of the requests.', () => alternatives<DecisionLine>(
  record<{ decision: 'allow' | 'deny'; because: readonly DecisionBecause[] }>({
    decision: required(literal('allow', 'deny'), 'The answer.'),
    because: required(sequence(becauseShape), 'For an allow every grant that admits it; for a denial what is missing.'),
  }),
  record<{ error: { code: string; line: number; message: string; help?: string } }>({
    error: required(record<{ code: string; line: number; message: string; help?: string }>({
      code: required(text({ pattern: '^CS[0-9]{4}$' }), 'What kind of problem.'),
      line: required(integer({ minimum: 1 }), 'Number of the line, from 1.'),
      message: required(text(), 'Why the line could not be answered.'),
      help: optional(text(), 'What to do about it.'),
    }), 'The line could not be read.'),
  }),
));
