import { httpMethods, type Api, type Operation } from '#ir';
import { operationOn, type Destination } from '#spec';
import { parseTemplate } from './syntax/template.ts';

type OnTheWire = Extract<Destination, { kind: 'http' }>;

/** A request for an operation as it looks on the wire, a safe method first; by name where there is no HTTP, or where siblings own all of it. */
export function onTheWire(api: Api, operation: Operation): OnTheWire | Extract<Destination, { kind: 'operation' }> {
  return candidates(api, operation).find((to) => operationOn(api, to)?.name === operation.name) ?? { kind: 'operation', api: api.name, operation: operation.name };
}

function candidates(api: Api, operation: Operation): readonly OnTheWire[] {
  const wire = { kind: 'http', api: api.name } as const;
  switch (operation.kind) {
    case 'grpc': return [{ ...wire, method: 'POST', path: `/${operation.service}/${operation.method}` }];
    case 'http': {
      const path = pathOf(api, operation.path);
      return (operation.method === 'ANY' ? httpMethods.filter((method) => method !== 'OPTIONS') : [operation.method]).map((method) => ({ ...wire, method, path }));
    }
    case 'websocket': return [{ ...wire, method: 'GET', path: pathOf(api, operation.path), upgrade: 'websocket' }];
    case 'tcp': case 'cloud': return [];
    default: return operation satisfies never;
  }
}

/** With a value that is no literal of the API, so that no more specific template owns the path. */
function pathOf(api: Api, template: string): string {
  const { fixed, rest } = parseTemplate(template);
  if (!rest && fixed.every((segment) => segment !== undefined)) return template;
  const literals = new Set(api.operations.flatMap((one) => ('path' in one ? one.path.split('/') : [])));
  let value = '1';
  while (literals.has(value)) value += '1';
  return `/${[...fixed.map((segment) => segment ?? value), ...(rest ? [value] : [])].join('/')}`;
}
