import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, createSecureServer, type Http2Server, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { createServer as createNetServer, type AddressInfo, type Server as NetServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { Identity } from './certificates.ts';

/** A request as it arrived behind the proxy. */
export interface Arrived {
  /** The echo server that it reached. */
  readonly at: string;
  readonly method: string;
  /** The request target as sent, query and all. */
  readonly path: string;
  readonly host: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly protocol: string;
  /** Of a client that showed a certificate: its subject alternative names, as Node prints them. */
  readonly peer?: string;
}

export interface EchoTls {
  readonly identity: Identity;
  /** PEM; then a client certificate from it is required. */
  readonly clientAuthority?: string;
}

export interface Echo {
  readonly name: string;
  readonly port: number;
  readonly arrived: readonly Arrived[];
  stop(): Promise<void>;
}

/**
 * Speaks HTTP/1.1, WebSocket handshakes, HTTP/2 and unary gRPC on one loopback port, and answers each request
 * with itself as JSON; a gRPC call with an empty message. A WebSocket is closed at once, but for one asked for with `x-echo-stays`.
 */
export async function startEcho(name: string, tls?: EchoTls): Promise<Echo> {
  const arrived: Arrived[] = [];
  const sockets = new Set<Socket>();
  const record = (request: IncomingMessage | Http2ServerRequest): Arrived => {
    const one = arrivedOf(name, request);
    arrived.push(one);
    return one;
  };
  const onRequest = (request: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse): void => {
    request.resume();
    request.on('end', () => answer(record(request), response as ServerResponse));
  };
  const onUpgrade = (request: IncomingMessage, socket: Duplex): void => {
    record(request);
    socket.on('error', () => undefined);
    const switched = 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n';
    if (request.headers['x-echo-stays'] === undefined) socket.end(switched); else socket.write(switched);
  };
  const server = tls === undefined ? plainServer(onRequest, onUpgrade) : tlsServer(tls, onRequest, onUpgrade);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  server.unref();
  return {
    name,
    port: (server.address() as AddressInfo).port,
    arrived,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type OnRequest = (request: IncomingMessage | Http2ServerRequest, response: ServerResponse | Http2ServerResponse) => void;
type OnUpgrade = (request: IncomingMessage, socket: Duplex) => void;

/** The first bytes tell which protocol a connection speaks: an HTTP/2 client begins with `PRI`. */
function plainServer(onRequest: OnRequest, onUpgrade: OnUpgrade): NetServer {
  // A proxy keeps connections for later; one that the server closed meanwhile is a 503 that nobody has meant.
  const http1: Server = createHttpServer({ keepAliveTimeout: 0 }, onRequest as never).on('upgrade', onUpgrade);
  const http2: Http2Server = createHttp2Server(onRequest);
  return createNetServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('readable', () => {
      const first = socket.read() as Buffer | null;
      if (first === null) return;
      socket.unshift(first);
      (first.toString('latin1').startsWith('PRI') ? http2 : http1).emit('connection', socket);
    });
  });
}

function tlsServer({ identity, clientAuthority }: EchoTls, onRequest: OnRequest, onUpgrade: OnUpgrade): NetServer {
  const server = createSecureServer(
    {
      cert: identity.certificate,
      key: identity.key,
      allowHTTP1: true,
      ...(clientAuthority === undefined ? {} : { ca: clientAuthority, requestCert: true, rejectUnauthorized: true }),
    },
    onRequest,
  );
  server.on('upgrade', onUpgrade);
  server.on('tlsClientError', () => undefined);
  return server;
}

function arrivedOf(at: string, request: IncomingMessage | Http2ServerRequest): Arrived {
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([, value]) => value !== undefined)) as Record<string, string>;
  // Over HTTP/2 the socket is a proxy that refuses some properties.
  const socket = request.socket as TLSSocket;
  const names = typeof socket.getPeerCertificate === 'function' ? socket.getPeerCertificate().subjectaltname : undefined;
  return {
    at,
    method: request.method ?? '',
    path: request.url ?? '',
    host: headers[':authority'] ?? headers['host'] ?? '',
    headers,
    protocol: request.httpVersion,
    ...(names === undefined ? {} : { peer: names }),
  };
}

function answer(arrived: Arrived, response: ServerResponse): void {
  const type = arrived.headers['content-type'];
  if (typeof type === 'string' && type.startsWith('application/grpc')) {
    response.writeHead(200, { 'content-type': 'application/grpc', 'x-echo': arrived.at });
    response.addTrailers({ 'grpc-status': '0' });
    response.end(Buffer.alloc(5));
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json', 'x-echo': arrived.at });
  response.end(JSON.stringify(arrived));
}
