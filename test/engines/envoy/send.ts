import type { Duplex } from 'node:stream';
import { connected, type Destination } from './connect.ts';
import type { Arrived } from './echo.ts';

export interface Answer {
  /** 0 if the connection ended before an answer came. */
  readonly status: number;
  /** Why there is no answer: the handshake was refused, the connection reset. */
  readonly refused?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Of gRPC, from headers or trailers. */
  readonly grpcStatus?: number;
  /** What the echo server said arrived; absent if the answer is the proxy's own. */
  readonly arrived?: Arrived;
}

export interface RawRequest {
  /** Without the line end; any bytes, one a character (latin1). */
  readonly requestLine: string;
  /** Header lines without line ends, sent as they are. */
  readonly headerLines: readonly string[];
  readonly body?: string;
}

export interface PlainRequest {
  readonly method?: string;
  /** The request target exactly as it is to be sent; `/` unless said. */
  readonly path?: string;
  readonly host: string;
  /** Names and values; a name may come twice. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
}

/** Sends exactly these bytes over HTTP/1.1 on a connection of their own. */
export async function sendRaw(destination: Destination, { requestLine, headerLines, body = '' }: RawRequest): Promise<Answer> {
  let socket: Duplex;
  try {
    socket = await connected(destination, ['http/1.1']);
  } catch (error) {
    return refusal(error);
  }
  socket.write(Buffer.from([requestLine, ...headerLines, '', body].join('\r\n'), 'latin1'));
  const { bytes, error } = await readAnswer(socket, requestLine.startsWith('HEAD '));
  return bytes.includes('\r\n\r\n') ? parsed(bytes) : refusal(error ?? new Error('the connection was closed without an answer'));
}

/** An ordinary HTTP/1.1 request, whose path and headers are not touched on the way. */
export function send(destination: Destination, { method = 'GET', path = '/', host, headers = {}, body }: PlainRequest): Promise<Answer> {
  const lines = [`host: ${host}`, ...headerLinesOf(headers)];
  if (body !== undefined) lines.push(`content-length: ${Buffer.byteLength(body, 'latin1')}`);
  return sendRaw(destination, { requestLine: `${method} ${path} HTTP/1.1`, headerLines: lines, ...(body === undefined ? {} : { body }) });
}

function headerLinesOf(headers: NonNullable<PlainRequest['headers']>): string[] {
  return Object.entries(headers).flatMap(([name, values]) => [values].flat().map((value) => `${name}: ${value as string}`));
}

function readAnswer(socket: Duplex, headOnly: boolean): Promise<{ bytes: string; error?: Error }> {
  return new Promise((resolve) => {
    let bytes = '';
    const finish = (error?: Error): void => {
      socket.destroy();
      resolve(error === undefined ? { bytes } : { bytes, error });
    };
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.toString('latin1');
      if (isWhole(bytes, headOnly)) finish();
    });
    socket.once('error', finish);
    socket.once('close', () => finish());
  });
}

function isWhole(bytes: string, headOnly: boolean): boolean {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const head = bytes.slice(0, end);
  if (headOnly || /^HTTP\/1\.1 (101|204|304)/.test(head)) return true;
  const rest = bytes.slice(end + 4);
  const length = /^content-length: *(\d+)/im.exec(head)?.[1];
  if (length !== undefined) return rest.length >= Number(length);
  return /^transfer-encoding: *chunked/im.test(head) && rest.endsWith('0\r\n\r\n');
}

function parsed(bytes: string): Answer {
  const end = bytes.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = bytes.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  ) as Record<string, string>;
  const rest = bytes.slice(end + 4);
  const body = headers['transfer-encoding'] === 'chunked' ? unchunked(rest) : rest;
  return answerOf(Number(statusLine.split(' ')[1] ?? 0), headers, body);
}

function unchunked(rest: string): string {
  let body = '';
  for (let at = 0; ; ) {
    const line = rest.indexOf('\r\n', at);
    const size = Number.parseInt(rest.slice(at, line), 16);
    if (!(size > 0)) return body;
    body += rest.slice(line + 2, line + 2 + size);
    at = line + 2 + size + 2;
  }
}

export function answerOf(status: number, headers: Readonly<Record<string, string>>, body: string, trailers: Readonly<Record<string, string>> = {}): Answer {
  const grpc = trailers['grpc-status'] ?? headers['grpc-status'];
  const fromEcho = headers['x-echo'] !== undefined && headers['content-type'] === 'application/json' && body !== '';
  return {
    status,
    headers,
    body,
    ...(grpc === undefined ? {} : { grpcStatus: Number(grpc) }),
    ...(fromEcho ? { arrived: JSON.parse(body) as Arrived } : {}),
  };
}

export function refusal(error: unknown): Answer {
  return { status: 0, refused: error instanceof Error ? error.message : String(error), headers: {}, body: '' };
}
