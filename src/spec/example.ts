import type { Api, Operation } from '#ir';
import { ownerOf } from './path.ts';

/** A request on the wire that an operation owns, as a caller would write it; undefined where there is no HTTP, or where siblings own all of it. */
export function exampleOf(api: Api, operation: Operation): { readonly method: string; readonly path: string; readonly upgrade?: 'websocket' } | undefined {
  switch (operation.kind) {
    case 'grpc': return { method: 'POST', path: `/${operation.service}/${operation.method}` };
    case 'websocket': return { method: 'GET', path: examplePath(operation.path), upgrade: 'websocket' };
    case 'http': {
      const path = examplePath(operation.path);
      const siblings = api.operations.filter((one) => one.kind === 'http');
      const methods = operation.method === 'ANY' ? ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'] : [operation.method];
      const method = methods.find((one) => ownerOf(siblings, one, path)?.name === operation.name);
      return method === undefined ? undefined : { method, path };
    }
    case 'tcp': case 'cloud': return undefined;
    default: return operation satisfies never;
  }
}

/** A parameter is its own name with a mark that no literal of a sane API has. */
const examplePath = (template: string): string => template
  .replaceAll(/\{([^}*]*)\*\*\}/g, (_, name: string) => `${segment(name)}-1/${segment(name)}-2`)
  .replaceAll(/\{([^}]*)\}/g, (_, name: string) => `${segment(name)}-1`);
const segment = (name: string): string => name.replaceAll(/[^A-Za-z0-9._~-]/g, '') || 'x';
