import type { CloudService } from './cloud/service.ts';
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
/** A verb of a cloud resource, from the table of its service (`cloud/verbs.ts`). `within`: of a table, one index; of a bucket, the keys that begin so. */
export interface CloudOperation { readonly name: string; readonly kind: 'cloud'; readonly verb: string; readonly within?: string }
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
  | CloudServer;

/** A resource of the cloud. */
export interface CloudServer {
  readonly kind: 'cloud';
  readonly service: CloudService;
  /** Its ARN, or the hole that stands for it. Absent only for a key that is made along with the policy, which is then `owned`. */
  readonly arn?: string | { readonly hole: string };
  /** Its whole resource policy is ours to write. Otherwise only the callers' side is. */
  readonly owned: boolean;
  /** What it holds decides how it has to be encrypted, and what whoever calls it has to meet. */
  readonly segment?: string;
  /** Name of the API (a key) that what it stores is encrypted with. */
  readonly encryptedBy?: string;
  /** Where the service leaves it to the resource: the port of a database. */
  readonly port?: number;
  /** Of a key that is made along with the policy: days between two rotations, 90 to 2560 (AWS KMS, "Rotate AWS KMS keys"). */
  readonly rotationDays?: number;
}

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
    case 'cloud': return operation.within === undefined ? operation.verb : `${operation.verb} ${operation.within}`;
    default: return operation satisfies never;
  }
}
