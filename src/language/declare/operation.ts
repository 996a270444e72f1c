import type { HttpMethod } from '#ir';
import type { declaration, Declaration } from './declaration.ts';
import type { IdentityText } from './identity.ts';

/** What one operation is on the wire. Its name is its key in `operations`. */
export interface OperationShape { readonly kind: 'http' | 'grpc' | 'tcp' | 'websocket' | 'cloud' }

const shape = <const S extends OperationShape>(of: S): OperationShape => Object.freeze(of);
const http = (method: HttpMethod | 'ANY', path: string): OperationShape => shape({ kind: 'http', method, path });

/**
 * An HTTP operation. The path is a template of whole segments: a literal, `{name}` for exactly one, or a last
 * `{name**}` for the rest. The most specific template owns a path.
 */
export const get = (path: string): OperationShape => http('GET', path);
/** GET does not include it. */
export const head = (path: string): OperationShape => http('HEAD', path);
export const post = (path: string): OperationShape => http('POST', path);
export const put = (path: string): OperationShape => http('PUT', path);
export const patch = (path: string): OperationShape => http('PATCH', path);
export const del = (path: string): OperationShape => http('DELETE', path);
/** Gateways answer OPTIONS themselves where `browser` is declared; this is for a server that does. */
export const options = (path: string): OperationShape => http('OPTIONS', path);
/** Every method but OPTIONS, TRACE and CONNECT. An operation with a method of its own, on the same template, comes first. */
export const any = (path: string): OperationShape => http('ANY', path);

/** A gRPC method by its full name: `rpc('hipstershop.CartService/AddItem')`. */
export const rpc = (fullName: `${string}/${string}`): OperationShape => {
  const slash = typeof fullName === 'string' ? fullName.lastIndexOf('/') : -1;
  return slash < 0 ? shape({ kind: 'grpc', service: fullName, method: '' }) : shape({ kind: 'grpc', service: fullName.slice(0, slash), method: fullName.slice(slash + 1) });
};
/** The whole port, whatever is spoken there. Its name is always `connect`, its port that of the API. */
export const tcp = (port: number): OperationShape => shape({ kind: 'tcp', port });
/** A WebSocket upgrade, authorised when it is opened. Undeclared ones are denied. */
export const websocket = (path: string): OperationShape => shape({ kind: 'websocket', path });
/** One operation of a declared API, as callers ask for it. `Offered` is who it is offered to: `'workload:checkout' | …`. */
export interface DeclaredOperation<A extends string = string, O extends string = string, Offered extends string = string> {
  readonly kind: 'operation';
  readonly api: A;
  readonly operation: O;
  /** Only in types. */
  readonly offeredTo?: Offered | undefined;
  readonly [declaration]: Declaration;
}

/** Nothing to add where the operation is offered to the caller; else a sentence, which no operation is. */
export type CheckCall<Caller extends string, T> = T extends DeclaredOperation<infer A, infer O, infer Offered>
  ? Caller extends Offered ? unknown : `\`${A}.${O}\` is not offered to \`${Caller}\``
  : unknown;

/** Whom the offers of one operation name. */
export type OfferedTo<Offers, O> = O extends keyof Offers ? TextsOf<Offers[O]> : never;
type TextsOf<Given> = Given extends readonly (infer One)[] ? TextsOf<One> : Given extends { readonly to: readonly (infer I)[] } ? IdentityText<I> : never;
