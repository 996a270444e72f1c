import { diagnose, type Diagnostic } from '#diagnostics';
import type { Operation } from '#ir';
import type { Estate, Server } from './estate.ts';
import { overlapping } from './templates.ts';

/**
 * CS3109: two APIs at one port are one to a proxy. Where both have an operation for some path, a grant on either is
 * one on both; ownership is settled within an API only.
 */
export function overlappingApis({ policy }: Estate, server: Server): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const [index, one] of server.apis.entries()) {
    for (const other of server.apis.slice(index + 1)) {
      if (other.port !== one.port || one.grants.length + other.grants.length === 0) continue;
      const pair = one.api.operations.flatMap((left) => other.api.operations.filter((right) => meet(left, right)).map((right) => [left, right] as const))[0];
      if (pair === undefined) continue;
      const at = ({ api }: typeof one, operation: Operation): string => `/apis/${policy.apis.indexOf(api)}/operations/${api.operations.indexOf(operation)}`;
      found.push(diagnose('CS3109', {
        message: `\`${one.api.name}.${pair[0].name}\` and \`${other.api.name}.${pair[1].name}\` answer to the same requests at port ${one.port} of \`${server.workload.name}\`, so that whoever is granted one is granted the other`,
        pointer: at(other, pair[1]), related: [{ message: 'the other one', pointer: at(one, pair[0]) }],
        help: 'declare the operations of one port in one API, where the most specific of them owns a path, or serve them at ports of their own',
      }));
    }
  }
  return found;
}

function meet(a: Operation, b: Operation): boolean {
  if (a.kind === 'tcp' || b.kind === 'tcp') return false; // whoever is granted the port is granted all of it, as the meaning says
  const [left, right] = [wireOf(a), wireOf(b)];
  return left !== undefined && right !== undefined && left.upgrade === right.upgrade && methodsMeet(left.method, right.method) && overlapping(left.path, right.path);
}

const methodsMeet = (a: string, b: string): boolean => a === b || (a === 'ANY' && b !== 'OPTIONS') || (b === 'ANY' && a !== 'OPTIONS');

function wireOf(operation: Operation): { readonly method: string; readonly path: string; readonly upgrade: boolean } | undefined {
  switch (operation.kind) {
    case 'http': return { method: operation.method, path: operation.path, upgrade: false };
    case 'grpc': return { method: 'POST', path: `/${operation.service}/${operation.method}`, upgrade: false };
    case 'websocket': return { method: 'GET', path: operation.path, upgrade: true };
    case 'tcp': case 'cloud': return undefined;
    default: return operation satisfies never;
  }
}
