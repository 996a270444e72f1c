import type { Match, Named, Route } from './objects.ts';
import { fields, list, oneOf, optional, present, text, whole } from '../../reading.ts';
import { reference } from './read-reference.ts';

export function route(spec: unknown, own: string, kind: Route['kind']): Omit<Route, keyof Named> {
  const given = fields(spec, ['parentRefs', 'hostnames', 'rules']);
  return {
    kind, hostnames: list(given['hostnames']).map(text),
    parents: list(given['parentRefs']).map((value) => {
      const parent = fields(value, ['group', 'kind', 'name', 'namespace', 'sectionName']);
      oneOf(parent['kind'] ?? 'Gateway', ['Gateway']);
      return { name: text(parent['name']), namespace: optional(parent['namespace'], text) ?? own, section: optional(parent['sectionName'], text) };
    }),
    rules: list(given['rules']).map((value) => {
      const each = fields(value, ['name', 'matches', 'backendRefs']);
      const matches = list(each['matches']).map(kind === 'HTTPRoute' ? httpMatch : grpcMatch);
      return {
        name: optional(each['name'], text), matches: matches.length === 0 ? [{ path: everyPath, headers: [] }] : matches,
        backends: list(each['backendRefs']).map((backend) => {
          const { port, ...rest } = fields(backend, ['group', 'kind', 'name', 'namespace', 'port']);
          return { ...reference(rest, own, 'Service'), port: optional(port, whole) };
        }),
      };
    }),
  };
}

const everyPath: Match['path'] = { type: 'PathPrefix', value: '/' };

function httpMatch(value: unknown): Match {
  const given = fields(value, ['path', 'method', 'headers']);
  const path = optional(given['path'], (each) => fields(each, ['type', 'value']));
  return {
    path: path === undefined ? everyPath : { type: oneOf(path['type'] ?? 'PathPrefix', ['Exact', 'PathPrefix', 'RegularExpression']), value: optional(path['value'], text) ?? '/' },
    headers: [...list(given['headers']).map(headerMatch), ...(present(given['method']) ? [{ name: ':method', type: 'Exact', value: text(given['method']) } as const] : [])],
  };
}

function headerMatch(value: unknown): Match['headers'][number] {
  const given = fields(value, ['type', 'name', 'value']);
  return { name: text(given['name']).toLowerCase(), type: oneOf(given['type'] ?? 'Exact', ['Exact', 'RegularExpression']), value: text(given['value']) };
}

/** A method of a service is an exact path; neither its HTTP method nor its content type is looked at (Envoy Gateway, internal/gatewayapi/route.go). */
function grpcMatch(value: unknown): Match {
  const given = fields(value, ['method', 'headers']);
  const method = optional(given['method'], (each) => fields(each, ['type', 'service', 'method']));
  if (method !== undefined) oneOf(method['type'] ?? 'Exact', ['Exact']);
  return {
    path: method === undefined ? everyPath : { type: 'Exact', value: `/${text(method['service'])}/${text(method['method'])}` },
    headers: list(given['headers']).map(headerMatch),
  };
}
