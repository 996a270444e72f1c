import { resolvePort, type BuiltinPeer, type HttpOperation, type Labels, type Operation, type Policy } from '#ir';
import type { Context, Destination, Peer, Request } from '#spec';
import type { Estate } from './estate.ts';
import { estatePods, nearly } from './pods.ts';
import { random, type Random } from './random.ts';

/** What a request was made to be. Not what it must be answered: an allowed one is allowed if its grant has not ended. */
export type Manner = 'granted' | 'near miss' | 'hostile path' | 'undeclared pod' | 'forged labels' | 'wrong method' | 'from outside' | 'probe' | 'builtin' | 'any port';
export interface Attempt { readonly manner: Manner; readonly request: Request }

const manners = ['granted', 'near miss', 'hostile path', 'undeclared pod', 'forged labels', 'wrong method', 'from outside', 'probe', 'builtin', 'any port'] as const satisfies readonly Manner[];

/** Requests about an estate, of every manner in turn; the same seed makes the same ones. */
export function attempts(estate: Estate, seed: number, count: number): readonly Attempt[] {
  const rng = random(seed), ask = asker(estate, rng), found: Attempt[] = [];
  for (let index = 0; index < count; index++) {
    const manner = manners[index % manners.length]!, request = ask(manner);
    if (request !== undefined) found.push({ manner, request });
  }
  return found;
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT', 'get', 'PROPFIND', 'ANY', ''] as const;
const times = (asOf: string): readonly string[] => [
  `${asOf}T12:00:00Z`, `${asOf}T12:00:00Z`, `${asOf}T12:00:00Z`, '2026-12-10T23:59:59.999Z', '2026-12-11T00:00:00Z', '2026-12-11T00:30:00+02:00', '2027-03-31T23:59:59Z', '2027-04-01T00:00:00Z', '2030-01-01T00:00:00Z',
];

function asker({ asOf, policy }: Estate, rng: Random): (manner: Manner) => Request | undefined {
  const { pods } = estatePods(policy);
  const context = (): Context => ({ time: rng.pick(times(asOf)) });
  const workloads = policy.workloads.map(({ name }) => name);
  const someone = (): Peer | undefined => (workloads.length === 0 ? undefined : { kind: 'workload', name: rng.pick(workloads) });
  const asked = (peer: Peer | undefined, to: Destination | undefined, throughExposure = false): Request | undefined =>
    (to === undefined ? undefined : { ...(peer === undefined ? {} : { peer }), throughExposure, to, context: context() });

  const somewhere = (): Destination | undefined => {
    if (policy.apis.length === 0) return undefined;
    const api = rng.pick(policy.apis), operation = rng.pick(api.operations);
    switch (rng.below(3)) {
      case 0: return { kind: 'operation', api: api.name, operation: operation.name };
      case 1: return wire(api.name, operation, rng);
      default: return behind(policy, api.name);
    }
  };
  const granted = (): { readonly peer: Peer | undefined; readonly to: Destination } | undefined => {
    if (policy.asks.length === 0) return undefined;
    const { from, to } = rng.pick(policy.asks);
    const operation = policy.apis.find(({ name }) => name === to.api)?.operations.find(({ name }) => name === to.operation);
    if (from.kind !== 'workload' || operation === undefined) return undefined;
    const workload = policy.workloads.find(({ name }) => name === from.name)?.kubernetes;
    const peer: Peer = workload !== undefined && rng.chance(0.3)
      ? { kind: 'pod', namespace: workload.namespace, labels: { ...workload.selector, extra: 'label' }, ...(workload.serviceAccount === undefined ? {} : { serviceAccount: workload.serviceAccount }) }
      : { kind: 'workload', name: from.name };
    return { peer, to: rng.pick([{ kind: 'operation', api: to.api, operation: to.operation } as const, wire(to.api, operation, rng), behind(policy, to.api) ?? { kind: 'operation', api: to.api, operation: to.operation }]) };
  };

  return (manner) => {
    switch (manner) {
      case 'granted': { const found = granted(); return asked(found?.peer, found?.to); }
      case 'near miss': { // the right one at something else, or another at the right thing
        const found = granted();
        return rng.chance(0.5) ? asked(found?.peer ?? someone(), somewhere()) : asked(someone(), found?.to ?? somewhere());
      }
      case 'hostile path': {
        const found = granted(), api = found?.to.kind === 'http' ? found.to : wireOf(policy, rng);
        return api === undefined ? undefined : asked(found?.peer ?? someone(), { ...api, path: hostile(api.path, rng) });
      }
      case 'undeclared pod': {
        const pod = rng.pick(pods);
        return asked({ kind: 'pod', namespace: pod.namespace, labels: pod.labels, ...(rng.chance(0.5) ? { serviceAccount: pod.serviceAccount ?? 'default' } : {}) }, somewhere());
      }
      case 'forged labels': {
        const facts = rng.pick(inCluster(policy)).kubernetes!, found = granted();
        const labels: Labels = rng.pick([facts.selector, { ...facts.selector, forged: 'yes' }, nearly(facts.selector, rng.below(3)), {}]);
        const account = rng.pick([undefined, 'default', facts.serviceAccount, rng.pick(policy.workloads).kubernetes?.serviceAccount]);
        return asked({ kind: 'pod', namespace: rng.chance(0.8) ? facts.namespace : 'unrelated', labels, ...(account === undefined ? {} : { serviceAccount: account }) }, found?.to ?? somewhere());
      }
      case 'wrong method': {
        const found = granted(), there = found?.to.kind === 'http' ? found.to : wireOf(policy, rng);
        return there === undefined ? undefined : asked(found?.peer ?? someone(), { ...there, method: rng.pick(methods) });
      }
      case 'from outside': {
        const exposed = policy.apis.filter(({ exposedAt }) => exposedAt !== undefined), api = exposed.length > 0 && rng.chance(0.8) ? rng.pick(exposed) : undefined;
        const to = api === undefined ? somewhere() : rng.pick([{ kind: 'operation', api: api.name, operation: rng.pick(api.operations).name } as const, wire(api.name, rng.pick(api.operations), rng), behind(policy, api.name)]);
        const request = asked(rng.chance(0.15) ? someone() : undefined, to, rng.chance(0.8));
        return request && { ...request, context: { ...request.context, sourceAddress: rng.pick(['203.0.113.9', '2001:db8::9', '10.244.0.5', '192.168.0.7']) } };
      }
      case 'probe': {
        const workload = rng.pick(inCluster(policy)), probes = workload.kubernetes!.probes, peer: Peer | undefined = rng.chance(0.7) ? { kind: 'builtin', name: 'nodeProbes' } : someone();
        const probe = probes.length > 0 && rng.chance(0.8) ? rng.pick(probes).name : rng.pick(['liveness', 'readiness', 'startup'] as const);
        return asked(peer, rng.chance(0.7) ? { kind: 'probe', workload: workload.name, probe } : portOf(policy, rng));
      }
      case 'builtin': {
        const name: BuiltinPeer = rng.pick(['clusterDns', 'apiServer', 'metricsScraper', 'nodeProbes', 'ingress']), found = granted();
        if (rng.chance(0.6)) return asked(rng.chance(0.3) ? found?.peer : someone(), { kind: 'builtin', name: rng.chance(0.8) ? rng.pick(['clusterDns', 'apiServer']) : name });
        return asked({ kind: 'builtin', name }, somewhere());
      }
      case 'any port': return asked(someone(), portOf(policy, rng));
      default: return manner satisfies never;
    }
  };
}

/** Hosts outside have none. */
const inCluster = ({ workloads }: Policy) => workloads.filter(({ kubernetes }) => kubernetes !== undefined);

/** A declared port of some workload, or one that is not, of any protocol. */
function portOf(policy: Policy, rng: Random): Destination {
  const { kubernetes, name } = rng.pick(inCluster(policy)), port = rng.pick(kubernetes!.ports);
  return { kind: 'port', workload: name, port: rng.chance(0.85) ? port.number : port.number + 1, protocol: rng.chance(0.85) ? port.protocol : rng.pick(['TCP', 'UDP', 'SCTP']) };
}

/** The container port that an API answers on. */
export function behind(policy: Policy, api: string): Destination | undefined {
  const server = policy.apis.find(({ name }) => name === api)?.servedBy;
  const facts = server?.kind === 'workload' ? policy.workloads.find(({ name }) => name === server.workload)?.kubernetes : undefined;
  const port = server?.kind === 'workload' && facts !== undefined ? resolvePort(facts, server.port, 'TCP') : undefined;
  return server?.kind === 'workload' && port !== undefined ? { kind: 'port', workload: server.workload, port: port.number, protocol: 'TCP' } : undefined;
}

type HttpDestination = Extract<Destination, { readonly kind: 'http' }>;

/** The operation as it looks on the wire, at a path that its template matches; another operation may own that path. */
export function wire(api: string, operation: Operation, rng: Random): HttpDestination {
  switch (operation.kind) {
    case 'http': return { kind: 'http', api, method: operation.method === 'ANY' ? rng.pick(['GET', 'POST', 'DELETE', 'OPTIONS']) : operation.method, path: filled(operation, rng) };
    case 'grpc': return { kind: 'http', api, method: 'POST', path: `/${operation.service}/${operation.method}` };
    case 'tcp': case 'websocket': case 'cloud': return { kind: 'http', api, method: rng.pick(methods), path: '/anything' };
    default: return operation satisfies never;
  }
}

function wireOf(policy: Policy, rng: Random): HttpDestination | undefined {
  if (policy.apis.length === 0) return undefined;
  const api = rng.pick(policy.apis);
  return wire(api.name, rng.pick(api.operations), rng);
}

const words = ['7', 'export', 'items', 'a-b_c~d.e', 'x:y@z', '%C3%A9', '%20', "!$&'()*+,="] as const;
function filled({ path }: HttpOperation, rng: Random): string {
  const parts = path.split('/').slice(1).flatMap((part) => {
    if (/^\{.*\*\*\}$/.test(part)) return Array.from({ length: rng.below(4) }, () => rng.pick(words));
    return part.startsWith('{') ? [rng.pick(words)] : [part];
  });
  return `/${parts.join('/')}`;
}

/** Other spellings of a path, most of which some server somewhere takes for the same. */
function hostile(path: string, rng: Random): string {
  const last = path.slice(path.lastIndexOf('/') + 1), encoded = last === '' ? '%61' : `%${last.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}${last.slice(1)}`;
  const parent = path.slice(0, path.lastIndexOf('/'));
  return rng.pick([
    `${path}/`, `/${path}`, path.replace('/', '//'), `${path}//`, `/.${path}`, `${path}/.`, `${path}/..`, `/x/..${path}`, `/x/..;y${path}`, `/x/%2e%2e;y${path}`, `${parent}/${encoded}`, path.replaceAll('/', '%2F'), path.replaceAll('/', '%2f'), path.replaceAll('/', '\\'),
    `${path};a=b`, `${path}%3Ba=b`, `${path}?a=b`, `${path}#a`, `${path}%00`, `${path}%5C`, `${path}%2E%2E`, `${path}/%2e%2e/admin`, `${path}%c3%a9`, `${path}%C3%A9`, `${path}é`, `${path} `, `${path}%20`, `${path}\t`, `${path}\0`, path.toUpperCase(), path.slice(1), '', '/', '*',
    `${path}%`, `${path}%2`, `${path}%GG`, `${path}%25`, `${path}%252F`, `${path}%7E`, `${path}%2A`, `${path}|`, `${path}"`, `${path}<`, `${path}{id}`, `${path}[0]`, `${path}%5B0%5D`, `${path}^`, `${path}%3F`, `${path}%23`, `${path}%0A`, `${path}%3B`, `${path}%24`, `${path}%7B`, `${path}%FF`, `http://host${path}`,
  ]);
}
