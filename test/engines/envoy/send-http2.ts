import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { TLSSocket } from 'node:tls';
import { connected, type Destination } from './connect.ts';
import { answerOf, refusal, type Answer, type PlainRequest } from './send.ts';

/** The same over HTTP/2; without TLS, by prior knowledge. Header names are sent in lower case, as the protocol demands. */
export async function sendHttp2(destination: Destination, { method = 'GET', path = '/', host, headers = {}, body }: PlainRequest): Promise<Answer> {
  let session: ClientHttp2Session | undefined;
  try {
    const socket = await connected(destination, ['h2']);
    // Envoy would take the preface for it; an ordinary client does not send one unasked.
    if (socket instanceof TLSSocket && socket.alpnProtocol !== 'h2') throw new Error('HTTP/2 was not negotiated');
    session = connect(`${destination.tls === undefined ? 'http' : 'https'}://${host}`, { createConnection: () => socket });
    return await exchange(session, { ':method': method, ':path': path, ':authority': host, ...lowerCase(headers) }, body);
  } catch (error) {
    return refusal(error);
  } finally {
    session?.destroy();
  }
}

/** One unary call with an empty message; `path` is `/package.Service/Method`. */
export function sendGrpc(destination: Destination, { path, host, headers = {} }: PlainRequest): Promise<Answer> {
  return sendHttp2(destination, {
    method: 'POST',
    host,
    ...(path === undefined ? {} : { path }),
    headers: { 'content-type': 'application/grpc', te: 'trailers', ...headers },
    body: '\0\0\0\0\0',
  });
}

function lowerCase(headers: NonNullable<PlainRequest['headers']>): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), typeof value === 'string' ? value : [...value]]),
  );
}

function exchange(session: ClientHttp2Session, headers: Record<string, string | string[]>, body: string | undefined): Promise<Answer> {
  return new Promise((resolve, reject) => {
    session.on('error', reject);
    session.once('close', () => reject(new Error('the connection was closed without an answer')));
    const stream = session.request(headers);
    let first: IncomingHttpHeaders & { ':status'?: number | undefined } = {};
    let trailers: IncomingHttpHeaders = {};
    const chunks: Buffer[] = [];
    stream.on('response', (received) => (first = received));
    stream.on('trailers', (received) => (trailers = received));
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', reject);
    stream.on('end', () => resolve(answerOf(first[':status'] ?? 0, texts(first), Buffer.concat(chunks).toString('utf8'), texts(trailers))));
    stream.end(body);
  });
}

function texts(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
