import { nearest } from '#diagnostics';
import { builtinPeers, cloudServiceFacts, cloudServices, isCloudApi, parseArn, probeNames, type BuiltinPeer, type CloudService, type Labels, type Policy, type ProbeName, type Protocol } from '#ir';
import { cloudBuiltins, type CloudBuiltin, type Context, type Destination, type Request } from '#spec';

export type ReadRequest = { readonly ok: true; readonly request: Request } | { readonly ok: false; readonly code: 'CS5014' | 'CS5016'; readonly message: string; readonly help: string };
class Unreadable extends Error {
  readonly code: 'CS5014' | 'CS5016'; readonly help: string;
  constructor(code: 'CS5014' | 'CS5016', message: string, help: string) { super(message); this.code = code; this.help = help; }
}

/** One line that `decide` is asked (`schemas/request.v1.json`), against the names of a policy. `time` where the line states none. */
export function readRequestLine(line: string, policy: Policy, time: string): ReadRequest {
  try {
    let value: unknown;
    try { value = JSON.parse(line); } catch (error) { throw new Unreadable('CS5014', `the line is not JSON: ${(error as Error).message}`, 'write one JSON object a line'); }
    const fields = record(value, 'the request', ['from', 'to', 'context']);
    const from = readFrom(record(fields['from'], '`from`', ['workload', 'pod', 'anyone', 'person', 'through', 'partner', 'builtin', 'credentialsOf', 'principal']), policy);
    const to = readTo(record(fields['to'], '`to`', ['api', 'operation', 'action', 'within', 'via', 'method', 'path', 'upgrade', 'workload', 'probe', 'port', 'protocol', 'builtin']), policy);
    return { ok: true, request: { ...from, to, context: readContext(fields['context'], time) } };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { ok: false, code: error.code, message: error.message, help: error.help };
  }
}

type Fields = Readonly<Record<string, unknown>>;

function record(value: unknown, what: string, keys: readonly string[]): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Unreadable('CS5014', `${what} is not an object`, `give it ${keys.slice(0, 4).map((key) => `\`${key}\``).join(', ')} …`);
  for (const key of Object.keys(value)) {
    if (!keys.includes(key)) throw new Unreadable('CS5014', `${what} has no field \`${key}\``, hint(key, keys));
  }
  return value as Fields;
}

/** Exactly one of the ways to say who asks; `through` goes with `person`. */
function readFrom({ through, ...from }: Fields, policy: Policy): Pick<Request, 'peer' | 'subject' | 'client' | 'throughExposure'> {
  const [kind, ...more] = Object.keys(from);
  if (kind === undefined || more.length > 0) throw new Unreadable('CS5014', '`from` names no caller, or several', 'give one of `workload`, `pod`, `anyone`, `person`, `partner`, `builtin`, `credentialsOf`, `principal`');
  if (through !== undefined && kind !== 'person') throw new Unreadable('CS5014', `\`through\` beside \`${kind}\` says nothing: it is the workload that passes a person's token on`, 'leave it out, or give a `person`');
  const workload = (value: unknown) => ({ kind: 'workload', name: name(value, 'workload', policy.workloads.map((one) => one.name)) } as const);
  switch (kind) {
    case 'person': {
      const person = record(from[kind], '`person`', ['provider', 'claims']);
      const provider = name(person['provider'], 'identity provider', policy.identityProviders.map((one) => one.name));
      const claims = record(person['claims'] ?? {}, '`claims`', Object.keys(Object(person['claims'] ?? {})));
      return { ...(through === undefined ? {} : { peer: workload(through) }), subject: { provider, claims }, throughExposure: through === undefined };
    }
    case 'partner': return { client: { partner: name(from[kind], 'partner', policy.partners.map((one) => one.name)) }, throughExposure: true };
    case 'workload': return { peer: workload(from[kind]), throughExposure: false };
    case 'builtin': return { peer: { kind, name: name(from[kind], 'built-in peer', builtinPeers) as BuiltinPeer }, throughExposure: false };
    case 'credentialsOf': return { peer: { kind: 'credentials', of: workload(from[kind]).name }, throughExposure: false };
    case 'principal': return { peer: { kind, arn: principal(from[kind]) }, throughExposure: false };
    case 'anyone':
      if (from[kind] !== true) throw new Unreadable('CS5014', '`anyone` is not `true`', 'write `{"anyone": true}`');
      return { throughExposure: true };
    case 'pod': {
      const pod = record(from[kind], '`pod`', ['namespace', 'labels', 'serviceAccount']);
      const labels = record(pod['labels'] ?? {}, '`labels`', Object.keys(Object(pod['labels'] ?? {})));
      for (const [key, value] of Object.entries(labels)) if (typeof value !== 'string') throw new Unreadable('CS5014', `label \`${key}\` is not text`, 'label values are strings');
      const serviceAccount = pod['serviceAccount'] === undefined ? {} : { serviceAccount: text(pod['serviceAccount'], '`serviceAccount`') };
      return { peer: { kind, namespace: text(pod['namespace'], '`namespace`'), labels: labels as Labels, ...serviceAccount }, throughExposure: false };
    }
    default: throw new Error(`no reading of \`${kind}\``); // `record` has let only these pass
  }
}

function readTo(to: Fields, policy: Policy): Destination {
  const keys = Object.keys(to).sort().join(' ');
  const workload = () => name(to['workload'], 'workload', policy.workloads.map((item) => item.name));
  const api = () => name(to['api'], 'API', policy.apis.map((item) => item.name));
  switch (keys) {
    case 'builtin': return { kind: 'builtin', name: name(to['builtin'], 'built-in peer', [...builtinPeers, ...cloudBuiltins]) as BuiltinPeer | CloudBuiltin };
    case 'action api': case 'action api within': case 'action api via': case 'action api via within': return readAction(to, api(), policy);
    case 'api operation': {
      const found = api();
      const operations = policy.apis.find((item) => item.name === found)?.operations.map((operation) => operation.name) ?? [];
      return { kind: 'operation', api: found, operation: name(to['operation'], `operation of \`${found}\``, operations) };
    }
    case 'api method path': return { kind: 'http', api: api(), method: text(to['method'], '`method`'), path: text(to['path'], '`path`') };
    case 'api method path upgrade':
      if (to['upgrade'] !== 'websocket') throw new Unreadable('CS5014', '`upgrade` is not `websocket`, the one protocol that can be asked for', 'write `"upgrade": "websocket"`, or leave it out');
      return { kind: 'http', api: api(), method: text(to['method'], '`method`'), path: text(to['path'], '`path`'), upgrade: 'websocket' };
    case 'probe workload': {
      const found = workload();
      const probe = name(to['probe'], 'probe', probeNames) as ProbeName;
      const declared = policy.workloads.find((item) => item.name === found)?.kubernetes?.probes.map((item) => item.name) ?? [];
      if (!declared.includes(probe)) throw new Unreadable('CS5016', `\`${found}\` has no ${probe} probe`, declared.length === 0 ? 'it has no probes' : `it has ${declared.join(', ')}`);
      return { kind: 'probe', workload: found, probe };
    }
    case 'port workload': case 'port protocol workload': {
      const { port, protocol = 'TCP' } = to;
      if (typeof port !== 'number' || !Number.isInteger(port) || port < 1 || port > 65_535) throw new Unreadable('CS5014', '`port` is not a port', 'a port is a whole number from 1 to 65535');
      if (protocol !== 'TCP' && protocol !== 'UDP' && protocol !== 'SCTP') throw new Unreadable('CS5014', '`protocol` is not one', 'write TCP, UDP or SCTP');
      return { kind: 'port', workload: workload(), port, protocol: protocol satisfies Protocol };
    }
    default: throw new Unreadable('CS5014', '`to` names no destination',
      'give `api` with `operation`, `api` with `action` (and `within`, `via`), `api` with `method` and `path` (and `upgrade`), `workload` with `probe`, `workload` with `port` and `protocol`, or `builtin`');
  }
}

/** An action is one of the resource's service; which there are, the meaning knows, and denies the others. */
function readAction(to: Fields, api: string, policy: Policy): Destination {
  const resource = policy.apis.find((item) => item.name === api);
  if (resource === undefined || !isCloudApi(resource)) throw new Unreadable('CS5016', `\`${api}\` is no resource of the cloud, and has no actions`, 'give `operation`, or `method` and `path`');
  const { service } = resource.servedBy, { noun, within: narrowed } = cloudServiceFacts[service];
  const action = text(to['action'], '`action`');
  if (!/^[a-z0-9-]+:[A-Za-z0-9]+$/.test(action)) throw new Unreadable('CS5014', `\`action\` \`${action}\` is none`, 'write an action as in `sqs:SendMessage`, without wildcards');
  if (!action.startsWith(`${service}:`)) throw new Unreadable('CS5016', `\`${action}\` is no action on a ${noun}, which \`${api}\` is`, `give an action of \`${service}:\``);
  const within = to['within'] === undefined ? {} : { within: text(to['within'], '`within`') };
  if (within.within !== undefined && narrowed === undefined) throw new Unreadable('CS5014', `\`within\` means nothing of a ${noun}`, 'leave it out');
  if (to['via'] !== undefined && service !== 'kms') throw new Unreadable('CS5014', `\`via\` means nothing of a ${noun}: only a key is asked by a service in the caller's name`, 'leave it out');
  return { kind: 'action', api, action, ...within, ...(to['via'] === undefined ? {} : { via: name(to['via'], 'service', cloudServices) as CloudService }) };
}

/** A role, a user, a session or a whole account. */
function principal(value: unknown): string {
  const arn = text(value, '`principal`'), service = parseArn(arn)?.service;
  if ((service !== 'iam' && service !== 'sts') || /[*?\s]/.test(arn)) throw new Unreadable('CS5014', `\`principal\` \`${arn}\` is no ARN of a principal`, 'write it as in `arn:aws:iam::111122223333:role/other`');
  return arn;
}

const contextFields = {
  time: 'string', sourceAddress: 'string', tokenAgeSeconds: 'number', authenticationAgeSeconds: 'number', mfa: 'boolean', device: 'string', risk: 'number', headers: 'object',
  inTheClear: 'boolean', weakerEncryption: 'boolean',
} as const satisfies Record<keyof Context, string>;

function readContext(value: unknown, time: string): Context {
  const context = record(value ?? {}, '`context`', Object.keys(contextFields));
  for (const [key, type] of Object.entries(contextFields)) {
    const found = context[key];
    if (found !== undefined && (typeof found !== type || found === null)) throw new Unreadable('CS5014', `\`context.${key}\` is not a ${type}`, 'see `countersign schema request`');
  }
  const stated = context['time'] as string | undefined;
  if (stated !== undefined && (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(stated) || Number.isNaN(Date.parse(stated)))) {
    throw new Unreadable('CS5014', `\`context.time\` \`${stated}\` is not an instant`, 'write it as in `2027-01-31T12:00:00Z` (RFC 3339)');
  }
  return { time, ...context } as Context;
}

function text(value: unknown, what: string): string {
  if (typeof value !== 'string' || value === '') throw new Unreadable('CS5014', `${what} is not text`, 'give it as a string');
  return value;
}

function name(value: unknown, what: string, known: readonly string[]): string {
  const given = text(value, `the ${what}`);
  if (!known.includes(given)) throw new Unreadable('CS5016', `there is no ${what} \`${given}\``, hint(given, known));
  return given;
}

function hint(given: string, known: readonly string[]): string {
  const near = nearest(given, known);
  return near === undefined ? (known.length === 0 ? 'there are none' : `there are ${known.slice(0, 8).map((one) => `\`${one}\``).join(', ')}${known.length > 8 ? ' …' : ''}`) : `did you mean \`${near}\`?`;
}
