import { connect as connectHttp2 } from 'node:http2';
import { connect as connectPlain, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls, type ConnectionOptions, type SecureVersion } from 'node:tls';
import type { Identity } from './certificates.ts';

/** How to reach a listener on loopback. */
export interface Destination {
  readonly port: number;
  /** Absent: no TLS. */
  readonly tls?: ClientTls;
  /** An address of this machine's loopback network to come from, such as 127.0.0.2. */
  readonly from?: string;
  /** The addresses that the listener shall believe, said in the PROXY protocol before anything else. */
  readonly pretends?: { readonly from: string; readonly to: string; readonly port: number };
  /** A tunnel of HBONE's: an HTTP/2 CONNECT to this `address:port` inside the TLS connection. */
  readonly tunnelTo?: string;
}

export interface ClientTls {
  /** SNI; absent: none is sent. */
  readonly serverName?: string;
  /** The client's certificate. */
  readonly client?: Identity;
  /** PEM; the server's certificate is then verified, otherwise any will do. */
  readonly trust?: string;
  readonly minVersion?: SecureVersion;
  readonly maxVersion?: SecureVersion;
  /** Protocols to offer in front of the one that is spoken. */
  readonly alpn?: readonly string[];
}

const patience = 10_000;

/** A connection that is ready to write on: TCP, TLS after its handshake, or a tunnel that was granted. */
export async function connected(destination: Destination, protocols: readonly string[]): Promise<Duplex> {
  const { tls, tunnelTo } = destination;
  const plain = await tcp(destination);
  const secured = tls === undefined ? plain : await handshake(plain, tlsOptions(tls, tunnelTo === undefined ? protocols : ['h2']));
  return tunnelTo === undefined ? secured : tunnel(secured, tunnelTo);
}

function tcp({ port, from, pretends }: Destination): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectPlain({ host: '127.0.0.1', port, ...(from === undefined ? {} : { localAddress: from }) });
    socket.setTimeout(patience, () => socket.destroy(new Error(`no answer within ${patience} ms`)));
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject).on('error', () => undefined);
      if (pretends !== undefined) socket.write(`PROXY TCP4 ${pretends.from} ${pretends.to} 40000 ${pretends.port}\r\n`);
      resolve(socket);
    });
  });
}

function handshake(socket: Socket, options: ConnectionOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const secured = connectTls({ ...options, socket });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('the connection was closed')));
    secured.once('error', reject);
    secured.once('secureConnect', () => {
      secured.off('error', reject).on('error', () => undefined);
      resolve(secured);
    });
  });
}

function tlsOptions({ serverName, client, trust, minVersion, maxVersion, alpn = [] }: ClientTls, protocols: readonly string[]): ConnectionOptions {
  return {
    ALPNProtocols: [...alpn, ...protocols],
    rejectUnauthorized: trust !== undefined,
    ...(serverName === undefined ? {} : { servername: serverName }),
    ...(trust === undefined ? {} : { ca: trust }),
    ...(client === undefined ? {} : { cert: client.certificate, key: client.key }),
    ...(minVersion === undefined ? {} : { minVersion }),
    ...(maxVersion === undefined ? {} : { maxVersion }),
  };
}

function tunnel(socket: Duplex, authority: string): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const session = connectHttp2(`https://${authority}`, { createConnection: () => socket });
    session.on('error', reject);
    session.once('close', () => reject(new Error('the connection was closed without a tunnel')));
    const stream = session.request({ ':method': 'CONNECT', ':authority': authority });
    stream.on('error', reject);
    stream.once('close', () => session.destroy());
    stream.once('response', ({ ':status': status }) => {
      if (status === 200) resolve(stream);
      else reject(new Error(`the tunnel was refused with ${status ?? 'no status'}`));
    });
  });
}
