import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { certificateAuthority } from './certificates.ts';

/** The world outside, as far as a proxy fetches keys from it. */
export interface KeyServer {
  /** PEM: what stands in for the machine's trust store. */
  readonly trust: string;
  readonly port: number;
  readonly hosts: ReadonlySet<string>;
  /** The paths that were fetched. */
  readonly fetched: readonly string[];
  stop(): Promise<void>;
}

/** Serves each document at its https address, from one loopback port, under a certificate for all their hosts or for `names`. */
export async function startKeyServer(documents: Readonly<Record<string, unknown>>, names?: readonly string[]): Promise<KeyServer> {
  const places = new Map(Object.entries(documents).map(([url, document]) => [new URL(url), document]));
  const hosts = new Set([...places.keys()].map(({ hostname }) => hostname));
  const authority = await certificateAuthority('stand-in for the public authorities');
  const identity = await authority.issue({ dns: names ?? [...hosts], usage: 'server' });
  const fetched: string[] = [];
  const server: Server = createServer({ cert: identity.certificate, key: identity.key }, (request, response) => {
    const host = (request.headers.host ?? '').replace(/:\d+$/, '');
    fetched.push(`${host}${request.url ?? ''}`);
    const found = [...places].find(([url]) => url.hostname === host && `${url.pathname}${url.search}` === request.url);
    response.writeHead(found === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(found === undefined ? '{}' : JSON.stringify(found[1]));
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  server.unref();
  return {
    trust: authority.certificate,
    port: (server.address() as AddressInfo).port,
    hosts,
    fetched,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
