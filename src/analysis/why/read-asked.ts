import { diagnose, nearest, type Diagnostic } from '#diagnostics';
import { builtinPeers, cloudServiceFacts, cloudServices, isCloudApi, operationText, probeNames, type Api, type Policy } from '#ir';
import { cloudBuiltins, operationOn, type Destination } from '#spec';
import { canonicalSpelling } from './canonical-spelling.ts';
import type { Asked } from './asked.ts';
import { problemsOf, unknown, type Read } from './read-asker.ts';

export interface ReadAskedOptions {
  /** The API, where it is not said with the rest. */
  readonly api?: string;
  /** A whole API or a segment may be asked about. */
  readonly many?: boolean;
}

/**
 * What somebody means; a method and path without an API, every API that has an operation for it. `orders.create`; `GET /orders/42`,
 * `orders GET /orders/42`, `feed websocket /feed`; `redis:6379`, `quic:443/UDP`; `orders:readiness`; `settlements sqs:SendMessage`,
 * `media s3:GetObject thumbs/1.png`; `clusterDns`.
 */
export function readAsked(policy: Policy, written: string, { api: stated, many = false }: ReadAskedOptions = {}): Read<readonly Asked[]> {
  const text = written.trim();
  if (stated !== undefined && !policy.apis.some(({ name }) => name === stated)) return unknown('API', stated, policy.apis.map(({ name }) => name));
  const request = /^(?:(\S+)\s+)?([A-Za-z]+)\s+(\/.*|\*|[a-z][a-z0-9+.-]*:\/\/.*)$/s.exec(text);
  if (request !== null) return requests(policy, request[1] ?? stated, request[2]!, request[3]!);
  const action = /^(?:(\S+)\s+)?([a-z0-9-]+):([A-Za-z]\w*)(?:\s+(\S+))?$/.exec(text);
  if (action !== null && cloudServices.some((service) => service === action[2])) return ofAction(policy, action[1] ?? stated, `${action[2]}:${action[3]}`, action[4]);
  const place = /^(.+):([^:\s]+)$/.exec(text);
  if (place !== null) return placed(policy, place[1]!, place[2]!);
  const builtins = [...builtinPeers, ...cloudBuiltins] as const, builtin = builtins.find((name) => name === text);
  const whole = many ? policy.apis.find(({ name }) => name === text) : undefined, segment = many ? policy.segments.find(({ name }) => name === text) : undefined;
  if (builtin !== undefined && whole === undefined && segment === undefined) return one({ kind: 'builtin', name: builtin });
  if (whole !== undefined && segment !== undefined) return { ok: false, problems: [diagnose('CS5072', { message: `\`${text}\` is an API and a segment at once`, help: `write \`api:${text}\` or \`segment:${text}\`` })] };
  if (whole !== undefined) return { ok: true, value: [{ kind: 'api', api: text }] };
  if (segment !== undefined) return { ok: true, value: [{ kind: 'segment', segment: text }] };
  return named(policy, stated === undefined || text.includes('.') ? text : `${stated}.${text}`, many);
}

const one = (to: Destination, written?: string): Read<readonly Asked[]> => ({ ok: true, value: [{ kind: 'destination', to, ...(written === undefined ? {} : { written }) }] });
const refused = (message: string, help: string): Read<never> => ({ ok: false, problems: [diagnose('CS5071', { message, help })] });

/** Names may have dots: the longest API that begins it. */
function named(policy: Policy, text: string, many: boolean): Read<readonly Asked[]> {
  const apis = policy.apis.filter(({ name }) => text.startsWith(`${name}.`)).sort((a, b) => b.name.length - a.name.length);
  for (const api of apis) {
    const operation = api.operations.find(({ name }) => name === text.slice(api.name.length + 1));
    if (operation !== undefined) return one({ kind: 'operation', api: api.name, operation: operation.name });
  }
  const [api] = apis;
  if (api !== undefined) {
    const wanted = text.slice(api.name.length + 1), near = nearest(wanted, api.operations.map(({ name }) => name));
    return problem(`\`${api.name}\` has no operation \`${wanted}\``, near === undefined ? `it has ${listed(api.operations.map(({ name }) => name))}` : `did you mean \`${api.name}.${near}\`?`);
  }
  if (!text.includes('.')) {
    const own = policy.apis.find(({ name }) => name === text);
    if (own !== undefined) return problem(`\`${text}\` is an API, and a question is about one operation of it`, `it has ${listed(own.operations.map(({ name }) => name))}; \`countersign who-can ${text}\` is about all of them`);
    const having = policy.apis.filter(({ operations }) => operations.some(({ name }) => name === text));
    if (having.length > 0) return problem(`there is no API \`${text}\``, `did you mean ${listed(having.map(({ name }) => `${name}.${text}`))}?`);
    const near = nearest(text, [...policy.apis.map(({ name }) => name), ...(many ? policy.segments.map(({ name }) => name) : [])]);
    return problem(`there is no ${many ? 'API, segment or operation' : 'operation'} \`${text}\``, near === undefined ? 'write `api.operation`, or a method and path as in `GET /orders/42`' : `did you mean \`${near}\`${many ? '' : ' and one of its operations'}?`);
  }
  const full = policy.apis.flatMap((each) => each.operations.map(({ name }) => `${each.name}.${name}`)), near = nearest(text, full);
  const wanted = text.slice(0, text.indexOf('.'));
  return near === undefined ? unknown('API', wanted, policy.apis.map(({ name }) => name)) : problem(`there is no API \`${wanted}\``, `did you mean \`${near}\`?`);
}

const problem = (message: string, help: string): Read<never> => ({ ok: false, problems: [diagnose('CS5070', { message, help })] });
const listed = (names: readonly string[]): string => `${names.slice(0, 8).map((name) => `\`${name}\``).join(', ')}${names.length > 8 ? ' …' : ''}`;

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'] as const;

function requests(policy: Policy, api: string | undefined, verb: string, path: string): Read<readonly Asked[]> {
  const problems: Diagnostic[] = [], known = policy.apis.find(({ name }) => name === api);
  if (api !== undefined && known === undefined) problems.push(...problemsOf(unknown('API', api, policy.apis.map(({ name }) => name))));
  if (known !== undefined && isCloudApi(known)) problems.push(...problemsOf(refused(`\`${api}\` is a resource of the cloud, and has no paths`, `ask about one of ${listed(known.operations.map(({ name }) => `${known.name}.${name}`))}, or an action of \`${known.servedBy.service}:\``)));
  const upgrade = verb.toLowerCase() === 'websocket', method = upgrade ? 'GET' : verb;
  if (!upgrade && !methods.some((each) => each === method)) problems.push(...problemsOf(refused(`\`${verb}\` is no method of HTTP`, `write one of ${methods.join(', ')}, or \`websocket\`; methods are in capitals`)));
  if (problems.length > 0) return { ok: false, problems };
  const at = (name: string): Asked => ({ kind: 'destination', to: { kind: 'http', api: name, method, path, ...(upgrade ? { upgrade: 'websocket' } : {}) }, written: text(method, path, upgrade) });
  if (known !== undefined) return { ok: true, value: [at(known.name)] };
  const canonical = canonicalSpelling(path) ?? path;
  const owning = policy.apis.filter((each) => operationOn(each, { kind: 'http', api: each.name, method, path: canonical, ...(upgrade ? { upgrade: 'websocket' } : {}) }) !== undefined);
  if (owning.length > 0) return { ok: true, value: owning.map(({ name }) => at(name)) };
  return problem(`no operation of any API is \`${text(method, path, upgrade)}\``, nearestPath(policy.apis, method, canonical) ?? 'name the API to ask about it all the same: `orders GET /orders/42`');
}

const text = (method: string, path: string, upgrade: boolean): string => `${upgrade ? 'websocket' : method} ${path}`;

/** The same path by another method, or the path most like it. */
function nearestPath(apis: readonly Api[], method: string, path: string): string | undefined {
  for (const other of methods) {
    const api = apis.find((each) => operationOn(each, { kind: 'http', api: each.name, method: other, path }) !== undefined);
    if (api !== undefined && other !== method) return `\`${api.name}\` has \`${other} ${path}\``;
  }
  const templates = apis.flatMap((api) => api.operations.flatMap((operation) => (operation.kind === 'http' || operation.kind === 'grpc' ? [{ api: api.name, text: operationText(operation) }] : [])));
  const near = nearest(`${method} ${path}`, templates.map((each) => each.text)), its = templates.find((each) => each.text === near);
  return its === undefined ? undefined : `did you mean \`${its.text}\` of \`${its.api}\`?`;
}

function placed(policy: Policy, name: string, at: string): Read<readonly Asked[]> {
  if (name === 'api' || name === 'segment') {
    const known = (name === 'api' ? policy.apis : policy.segments).map((each) => each.name);
    if (!known.includes(at)) return unknown(name === 'api' ? 'API' : 'segment', at, known);
    return { ok: true, value: [name === 'api' ? { kind: 'api', api: at } : { kind: 'segment', segment: at }] };
  }
  const workload = policy.workloads.find((each) => each.name === name);
  if (workload === undefined) return unknown('workload', name, policy.workloads.map((each) => each.name));
  const probe = probeNames.find((each) => each === at);
  if (probe !== undefined) {
    const declared = workload.kubernetes?.probes.map((each) => each.name) ?? [];
    return declared.includes(probe) ? one({ kind: 'probe', workload: name, probe }) : problem(`\`${name}\` has no ${probe} probe`, declared.length === 0 ? 'it has no probes' : `it has ${declared.join(', ')}`);
  }
  const [, number, protocol = 'TCP'] = /^(\d+)(?:\/(TCP|UDP|SCTP))?$/.exec(at) ?? [];
  const declared = workload.kubernetes?.ports.find((port) => port.name === at);
  if (declared !== undefined) return one({ kind: 'port', workload: name, port: declared.number, protocol: declared.protocol });
  if (number === undefined || Number(number) < 1 || Number(number) > 65_535) return refused(`\`${at}\` is no port of \`${name}\``, `write a number from 1 to 65535, as in \`${name}:${workload.kubernetes?.ports[0]?.number ?? 8080}\`, with \`/UDP\` where it is not TCP; or one of its probes, ${probeNames.join(', ')}`);
  return one({ kind: 'port', workload: name, port: Number(number), protocol: protocol as 'TCP' | 'UDP' | 'SCTP' });
}

function ofAction(policy: Policy, api: string | undefined, action: string, within: string | undefined): Read<readonly Asked[]> {
  const service = action.slice(0, action.indexOf(':')), resources = policy.apis.filter(isCloudApi);
  const known = resources.find(({ name }) => name === api);
  if (api !== undefined && known === undefined) {
    return policy.apis.some(({ name }) => name === api) ? refused(`\`${api}\` is no resource of the cloud, and has no actions`, 'ask about `api.operation`, or a method and path') : unknown('API', api, policy.apis.map(({ name }) => name));
  }
  if (known !== undefined && known.servedBy.service !== service) return refused(`\`${action}\` is no action on a ${cloudServiceFacts[known.servedBy.service].noun}, which \`${api}\` is`, `ask about an action of \`${known.servedBy.service}:\``);
  const meant = known === undefined ? resources.filter(({ servedBy }) => servedBy.service === service) : [known];
  if (meant.length === 0) return problem(`no resource of the policy is of \`${service}\``, resources.length === 0 ? 'it has no resources of the cloud' : `it has ${listed(resources.map(({ name }) => name))}`);
  return { ok: true, value: meant.map(({ name }) => ({ kind: 'destination', to: { kind: 'action', api: name, action, ...(within === undefined ? {} : { within }) } })) };
}
