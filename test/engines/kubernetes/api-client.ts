import { Agent, request as httpsRequest } from 'node:https';

export interface ApiResponse {
  readonly status: number;
  /** Parsed where the server says JSON, else the text. */
  readonly body: unknown;
  /** The texts of the `Warning` headers: what the server accepts and does not approve of. */
  readonly warnings: readonly string[];
}

export interface ApiClient {
  request(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<ApiResponse>;
}

export function apiClient({ url, token, caBundle }: { url: string; token: string; caBundle: string }): ApiClient {
  const agent = new Agent({ ca: caBundle, keepAlive: true });
  return {
    request(method, path, body, headers = {}) {
      const payload = body === undefined ? undefined : JSON.stringify(body);
      const options = {
        method,
        agent,
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/json',
          ...(payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
          ...headers,
        },
      };
      return new Promise((resolve, reject) => {
        const sent = httpsRequest(new URL(path, url), options, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            const isJson = response.headers['content-type']?.startsWith('application/json') === true;
            resolve({
              status: response.statusCode ?? 0,
              body: isJson ? (JSON.parse(text) as unknown) : text,
              warnings: (response.headersDistinct['warning'] ?? []).flatMap(warningTexts),
            });
          });
        });
        sent.on('error', reject);
        sent.end(payload);
      });
    },
  };
}

/** RFC 7234, 5.5: `299 - "text", 299 - "another"`, with backslash escapes in the text. */
export function warningTexts(header: string): string[] {
  return [...header.matchAll(/\d{3} \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text.replace(/\\(.)/g, '$1'));
}
