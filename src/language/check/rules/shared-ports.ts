import { diagnose, type Diagnostic } from '#diagnostics';
import { operationText } from '#ir';
import { portKey, type PolicyContext } from '../policy-context.ts';
import { routeOf, sharedPaths, type Routed } from '../routed.ts';
import { commonPath } from '../syntax/template.ts';
import { quoted } from '../wording.ts';

/** CS1051: on one port, method and path say which operation is meant; of two APIs, no enforcer sees which was called. */
export function sharedPorts(context: PolicyContext): readonly Diagnostic[] {
  const byPort = new Map<string, Routed[]>();
  for (const api of context.apis) {
    const key = portKey(context, api);
    if (key === undefined) continue;
    const routes = api.operations.flatMap((operation) => routeOf(api, operation) ?? []);
    const list = byPort.get(key);
    if (list === undefined) byPort.set(key, routes); else list.push(...routes);
  }
  return [...byPort.values()].filter((routes) => routes.length > 1 && routes.some(({ api }) => api !== routes[0]!.api)).flatMap((routes) =>
    sharedPaths(routes, context.before, { byMethod: true }).map(({ first, later }) => {
      const [name, other] = [later, first].map(({ api, operation }) => quoted(`${api.value.name}.${operation.value.name}`));
      return diagnose('CS1051', {
        message: `${name} (${operationText(later.operation.value)}) and ${other} (${operationText(first.operation.value)}) are one request at one port, so that whoever may use one may use the other`,
        pointer: later.operation.pointer, related: [{ message: `${other} is declared`, pointer: first.operation.pointer }],
        help: 'declare the operation in one of the two APIs, or serve them at ports of their own',
        witness: { method: later.method === 'ANY' ? (first.method === 'ANY' ? 'GET' : first.method) : later.method, path: commonPath(later.template, first.template) },
      });
    }));
}
