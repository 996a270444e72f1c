import type { Api, Grant, HttpMethod, Operation } from '#ir';
import { compare } from '../../compare.ts';
import { routedBy, templateOf, type Template } from './template.ts';

/** How a request shows who it is by. A route asks for one of these, and not for another. */
export type Scheme = 'open' | 'token' | 'certificate';
export const schemes = ['open', 'token', 'certificate'] as const satisfies readonly Scheme[];

/** What a route carries; each is matched in its own way. */
export type Carried = 'http' | 'grpc' | 'websocket';

/** An operation as the gateway sees it. */
export interface Seen {
  readonly operation: Operation;
  readonly carried: Carried;
  readonly template: Template;
  /** Of `ANY`, those that no operation on the same path names. */
  readonly methods: readonly HttpMethod[];
  /** Who may use it, from outside. Empty: nobody, and what is granted of a wider one does not include it. */
  readonly grants: readonly Grant[];
  readonly scheme: Scheme;
}

/** `ANY` leaves out OPTIONS, which has to be named (`#spec`). */
const anyMethod: readonly HttpMethod[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * The operations of an API that HTTP can carry, those first that own what they share with others: a gRPC method, then
 * the most specific template (`#spec`, path.ts). A connection's `tcp` and a cloud's verb are not among them.
 */
export function operationsOf(api: Api, grants: readonly Grant[]): readonly Seen[] {
  const granted = new Map<Operation, Grant[]>();
  for (const grant of grants) {
    const list = granted.get(grant.operation);
    if (list === undefined) granted.set(grant.operation, [grant]); else list.push(grant);
  }
  const named = new Set(api.operations.flatMap((operation) => (operation.kind === 'http' ? [`${operation.method} ${routedBy(templateOf(operation.path))}`] : [])));
  return api.operations.flatMap((operation): readonly Seen[] => {
    const offered = granted.get(operation) ?? [];
    const rest = { operation, grants: offered, scheme: schemeOf(offered) };
    switch (operation.kind) {
      case 'http': {
        const template = templateOf(operation.path);
        return [{ ...rest, carried: 'http', template, methods: operation.method === 'ANY' ? anyMethod.filter((method) => !named.has(`${method} ${routedBy(template)}`)) : [operation.method] }];
      }
      case 'grpc': return [{ ...rest, carried: 'grpc', template: templateOf(`/${operation.service}/${operation.method}`), methods: ['POST'] }];
      case 'websocket': return [{ ...rest, carried: 'websocket', template: templateOf(operation.path), methods: ['GET'] }];
      case 'tcp': case 'cloud': return [];
      default: return operation satisfies never;
    }
  }).sort((a, b) => compare(orderOf(a), orderOf(b)));
}

const orderOf = ({ carried, template }: Seen): string => `${carried === 'grpc' ? '0' : '1'}${template.rank}`;

/** Where anyone may come, nobody has to show who they are. Partners and people never share a host (CS3205). */
function schemeOf(grants: readonly Grant[]): Scheme {
  if (grants.some(({ from }) => from.kind === 'anyone')) return 'open';
  return grants.some(({ from }) => from.kind === 'partner') ? 'certificate' : 'token';
}
