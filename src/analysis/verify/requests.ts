import { isUnmanaged, operationText, resolvePort, type Api, type Operation, type Policy, type Workload } from '#ir';
import { exampleOf, type Destination } from '#spec';
import type { Attempt } from './attempt.ts';
import type { Source } from './sources.ts';

type HttpDestination = Extract<Destination, { kind: 'http' }>;

/** A request to an API, of an operation or near one. */
export interface RequestTarget { readonly to: HttpDestination; readonly api: number; readonly server: Workload; readonly port: number }

/**
 * Of every managed API: an example of each operation, what lies beside it (another method, HEAD of a GET, an upgrade, a
 * sibling, a child), the root, a path that nobody declared, and the path that metrics are read from. Linear in operations.
 */
export function requestsOf(policy: Policy): readonly RequestTarget[] {
  const workloads = new Map(policy.workloads.map((workload) => [workload.name, workload]));
  return policy.apis.flatMap((api, index): readonly RequestTarget[] => {
    const server = api.servedBy.kind === 'workload' ? workloads.get(api.servedBy.workload) : undefined;
    if (server?.kubernetes === undefined || api.servedBy.kind !== 'workload' || isUnmanaged(policy, server)) return [];
    const port = resolvePort(server.kubernetes, api.servedBy.port, 'TCP')?.number;
    if (port === undefined || api.operations.every(({ kind }) => kind === 'tcp')) return [];
    const found = new Map<string, HttpDestination>();
    const add = (method: string, path: string, upgrade?: 'websocket'): void => {
      found.set(`${method} ${path} ${upgrade ?? ''}`, { kind: 'http', api: api.name, method, path, ...(upgrade === undefined ? {} : { upgrade }) });
    };
    for (const operation of api.operations) near(api, operation, add);
    for (const path of ['/', '/nobody/declared/this']) add('GET', path);
    const metrics = server.kubernetes.metrics;
    if (metrics !== undefined && resolvePort(server.kubernetes, metrics.port, 'TCP')?.number === port) for (const method of ['GET', 'POST']) add(method, metrics.path);
    return [...found.values()].map((to) => ({ to, api: index, server, port }));
  });
}

function near(api: Api, operation: Operation, add: (method: string, path: string, upgrade?: 'websocket') => void): void {
  const example = exampleOf(api, operation);
  if (example === undefined) return;
  const { method, path, upgrade } = example;
  add(method, path, upgrade);
  add(method, `${path === '/' ? '' : path}-beside`.replace(/^-/, '/'), upgrade);
  switch (operation.kind) {
    case 'grpc': add('GET', path); return;
    case 'websocket': add('GET', path); return;
    case 'http':
      add(method, `${path === '/' ? '' : path}/beneath`);
      if (method === 'GET') { add('HEAD', path); add('GET', path, 'websocket'); }
      add(operation.method === 'ANY' ? 'OPTIONS' : method === 'POST' ? 'GET' : 'POST', path);
      add('DELETE', path);
      return;
    case 'tcp': case 'cloud': return;
    default: operation satisfies never;
  }
}

export const requestAttempt = (source: Source, { api, port, server, to }: RequestTarget): Attempt => ({
  request: { ...source.request, to }, who: source.who, does: askText(to), place: `${server.name} TCP ${port}`, pointer: () => `/apis/${api}`,
  server, ...(source.caller === undefined ? {} : { caller: source.caller }),
});

/** `` ask `GET /orders` of `orders` ``. */
export function askText(to: Destination, operation?: Operation): string {
  switch (to.kind) {
    case 'http': return `ask \`${to.method} ${to.path}\`${to.upgrade === undefined ? '' : ' as a WebSocket'} of \`${to.api}\``;
    case 'operation': return `ask ${operation === undefined ? `\`${to.operation}\`` : `\`${operationText(operation)}\``} of \`${to.api}\``;
    case 'port': return `connect to ${to.protocol} ${to.port} of \`${to.workload}\``;
    case 'probe': return `probe \`${to.workload}\` for ${to.probe}`;
    case 'builtin': return `connect to \`${to.name}\``;
    case 'action': return `${to.via === undefined ? 'ask' : `have \`${to.via}\` ask`} \`${to.action}\` of \`${to.api}\`${to.within === undefined ? '' : ` for \`${to.within}\``}`;
    default: return to satisfies never;
  }
}
