import type { Condition } from './condition.ts';
import type { IdentityRef } from './identity.ts';

/**
 * Methods that an operation can name. `ANY` is every one of them but OPTIONS, which gateways answer, and which
 * has to be named. HEAD is not part of GET. TRACE and CONNECT are never granted.
 */
export const httpMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;
export type HttpMethod = (typeof httpMethods)[number];

/**
 * `path` is a template of whole segments: a literal, `{name}` for exactly one, or a last `{name**}` for the rest of
 * the path (which is empty only for `/{name**}` on `/`).
 */
export interface HttpOperation { readonly name: string; readonly kind: 'http'; readonly method: HttpMethod | 'ANY'; readonly path: string }
/** `service` is the full name, package included. On the wire: POST /service/method. */
export interface GrpcOperation { readonly name: string; readonly kind: 'grpc'; readonly service: string; readonly method: string }
/** The whole port, whatever is spoken there. Always named `connect`. */
export interface TcpOperation { readonly name: string; readonly kind: 'tcp'; readonly port: number }
export interface WebsocketOperation { readonly name: string; readonly kind: 'websocket'; readonly path: string }
/** A verb of a cloud resource. */
export interface CloudOperation { readonly name: string; readonly kind: 'cloud'; readonly verb: string }
export type Operation = HttpOperation | GrpcOperation | TcpOperation | WebsocketOperation | CloudOperation;

export interface Offer {
  readonly operation: string;
  readonly to: readonly IdentityRef[];
  readonly when: readonly Condition[];
  readonly because?: string;
  readonly owner?: string;
  /** Last day of the grant, `YYYY-MM-DD`; it ends at 24:00 UTC of that day. */
  readonly until?: string;
}

export type Exposure =
  | { readonly kind: 'service'; readonly service: string }
  | { readonly kind: 'gateway'; readonly gateway: string; readonly host: string; readonly browser?: { readonly origins: readonly string[] } };

/** Who answers: a workload of the estate, or a resource of the cloud that a hole or an ARN names. */
export type Server =
  | { readonly kind: 'workload'; readonly workload: string; /** The *container* port, by number or declared name. */ readonly port: number | string }
  | { readonly kind: 'cloud'; readonly service: string; readonly arn: string | { readonly hole: string }; readonly owned: boolean };

export interface Api {
  readonly name: string;
  readonly owner?: string;
  readonly servedBy: Server;
  readonly operations: readonly Operation[];
  readonly exposedAt?: Exposure;
  readonly offers: readonly Offer[];
}

/** What an operation looks like on the wire, for messages: `GET /cart`, `POST /pkg.Service/Method`, `tcp 6379`. */
export function operationText(operation: Operation): string {
  switch (operation.kind) {
    case 'http': return `${operation.method} ${operation.path}`;
    case 'grpc': return `POST /${operation.service}/${operation.method}`;
    case 'tcp': return `tcp ${operation.port}`;
    case 'websocket': return `websocket ${operation.path}`;
    case 'cloud': return operation.verb;
    default: return operation satisfies never;
  }
}
