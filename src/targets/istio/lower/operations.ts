import type { Api, HttpOperation, Operation } from '#ir';
import type { OperationPlan } from '../plan.ts';
import { carvedOut, pathsOf } from './paths.ts';
import { isMoreSpecific, overlapping } from './templates.ts';

/** How a proxy can tell what is asked for: requests, requests to switch protocols, or nothing but the port. */
export type Reading = 'request' | 'upgrade' | 'port';

/** An operation at a port, beside all others that are served there. */
export interface Asked { readonly api: Api; readonly operation: Operation; readonly port: number; /** Of `api`. */ readonly siblings: readonly Operation[] }

export const askedKey = ({ api, operation }: Asked): string => `${api.name}.${operation.name}`;

export function readingOf({ kind }: Operation): Reading {
  switch (kind) {
    case 'http': case 'grpc': return 'request';
    case 'websocket': return 'upgrade';
    case 'tcp': return 'port';
    case 'cloud': throw new Error('a verb of the cloud is served by no workload: CS1021 or CS1026 should have stopped it');
    default: return kind satisfies never;
  }
}

/** `ANY` is each of them. TRACE, CONNECT and OPTIONS are not, and HEAD is not part of GET. */
const anyMethod: readonly string[] = ['DELETE', 'GET', 'HEAD', 'PATCH', 'POST', 'PUT'];

/**
 * What a rule has to list to admit these operations and nothing else: `ports` as the proxy that reads it sees them.
 * An operation owns what its template matches but for what more specific siblings own; those that this rule admits
 * anyhow need no taking out. `unsayable` holds siblings that no list can take out.
 *
 * Entries with the same ports, methods and exceptions are joined: each then admits its paths in every combination
 * that each of them had, so nothing is added.
 */
export function operationsAdmitting(asked: readonly Asked[], ports: readonly number[], unsayable: (wide: Asked, sibling: Operation) => void): readonly OperationPlan[] {
  const admitted = new Set(asked.map(askedKey));
  const entries = new Map<string, { readonly methods: readonly string[]; readonly notPaths: readonly string[]; readonly paths: Set<string> }>();
  const add = (methods: readonly string[], paths: readonly string[], notPaths: readonly string[]): void => {
    const key = JSON.stringify([methods, notPaths]);
    const entry = entries.get(key) ?? { methods, notPaths, paths: new Set<string>() };
    entries.set(key, entry);
    for (const path of paths) entry.paths.add(path);
  };
  for (const one of asked) {
    const { operation } = one;
    switch (operation.kind) {
      case 'tcp': return [{ ports }]; // a rule reads one way: its operations are all of this kind
      case 'grpc': add(['POST'], [`/${operation.service}/${operation.method}`], []); break;
      case 'http': case 'websocket': {
        const wide = asHttp(operation);
        const rivals = one.siblings.flatMap((sibling) => {
          const rival = sibling !== operation && (sibling.kind === 'websocket') === (operation.kind === 'websocket') ? rivalOf(sibling) : undefined;
          if (rival === undefined || admitted.has(askedKey({ ...one, operation: sibling })) || !overlapping(rival.path, wide.path) || !isMoreSpecific(rival, wide)) return [];
          const out = carvedOut(rival.path);
          if (out === undefined) { unsayable(one, sibling); return []; }
          return [{ rival, out }];
        });
        const byExceptions = new Map<string, { readonly methods: string[]; readonly out: readonly string[] }>();
        for (const method of methodsOf(wide)) {
          const out = [...new Set(rivals.filter(({ rival }) => methodsOf(rival).includes(method)).flatMap((each) => each.out))].sort();
          const group = byExceptions.get(out.join('\n'));
          if (group === undefined) byExceptions.set(out.join('\n'), { methods: [method], out }); else group.methods.push(method);
        }
        for (const { methods, out } of byExceptions.values()) {
          for (const { notPaths, paths: whole } of pathsOf(wide.path)) {
            if (whole.length === 1 && out.includes(whole[0]!)) continue; // all of it is another's
            // a prefix would admit what no template matches, so also what the exceptions miss
            const paths = out.some((path) => path.includes('{')) ? whole.map((path) => path.replace(/\/\*$/, '/{**}')) : whole;
            const slash = notPaths.length > 0; // `*/` is `/` as well
            add(methods, paths, paths[0] === '/' ? [] : [...new Set([...notPaths, ...out.filter((path) => !slash || path !== '/')])].sort());
          }
        }
        break;
      }
      case 'cloud': throw new Error('a verb of the cloud is served by no workload: CS1021 or CS1026 should have stopped it');
      default: return operation satisfies never;
    }
  }
  return [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { methods, notPaths, paths }]) => ({ ports, methods, paths: [...paths].sort(), ...(notPaths.length === 0 ? {} : { notPaths }) }));
}

const asHttp = (operation: Extract<Operation, { kind: 'http' | 'websocket' }>): HttpOperation =>
  (operation.kind === 'http' ? operation : { name: operation.name, kind: 'http', method: 'GET', path: operation.path });

/** gRPC comes first: POST on exactly its name. */
function rivalOf(operation: Operation): HttpOperation | undefined {
  switch (operation.kind) {
    case 'http': return operation;
    case 'websocket': return asHttp(operation);
    case 'grpc': return { name: operation.name, kind: 'http', method: 'POST', path: `/${operation.service}/${operation.method}` };
    case 'tcp': case 'cloud': return undefined;
    default: return operation satisfies never;
  }
}

const methodsOf = ({ method }: HttpOperation): readonly string[] => (method === 'ANY' ? anyMethod : [method]);
