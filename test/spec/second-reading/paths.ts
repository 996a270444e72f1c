import type { Operation } from '#ir';
import type { Destination } from '#spec';

type Http = Extract<Destination, { readonly kind: 'http' }>;

/** The most specific of the operations that answer; none where two of them claim the path. */
export function owner(operations: readonly Operation[], { method, path, upgrade }: Http): Operation | undefined {
  const answering = operations.filter((operation) => (upgrade === undefined ? answers(operation, method, path) : upgrades(operation, method, path)));
  return answering.find((one) => answering.every((other) => one === other || beats(one, other)));
}

function answers(operation: Operation, method: string, path: string): boolean {
  switch (operation.kind) {
    case 'http': return (operation.method === 'ANY' ? ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'].includes(method) : operation.method === method)
      && fits(segments(operation.path), segments(path));
    case 'grpc': return method === 'POST' && path === `/${operation.service}/${operation.method}`;
    case 'tcp': case 'websocket': case 'cloud': return false;
    default: return operation satisfies never;
  }
}

/** Whoever switches to WebSocket asks for that, with GET, and gets nothing else; whoever does not, does not get it. */
const upgrades = (operation: Operation, method: string, path: string): boolean =>
  operation.kind === 'websocket' && method === 'GET' && fits(segments(operation.path), segments(path));

function beats(one: Operation, other: Operation): boolean {
  if (one.kind === 'websocket' && other.kind === 'websocket') return fits(segments(other.path), segments(one.path)) && !fits(segments(one.path), segments(other.path));
  if (one.kind !== 'http' || other.kind !== 'http') return one.kind === 'grpc';
  const narrower = fits(segments(other.path), segments(one.path)), wider = fits(segments(one.path), segments(other.path));
  if (narrower && wider) return one.method !== 'ANY' && other.method === 'ANY';
  return narrower;
}

const segments = (path: string): readonly string[] => (path === '/' ? [] : path.slice(1).split('/'));
const rest = (segment: string | undefined): boolean => segment !== undefined && /^\{.*\*\*\}$/.test(segment);
const parameter = (segment: string | undefined): boolean => segment !== undefined && /^\{.*\}$/.test(segment) && !rest(segment);

/** Does the template match every path that the other template (or plain path) stands for? */
function fits(template: readonly string[], inner: readonly string[]): boolean {
  if (template.length === 1 && rest(template[0])) return true; // the root too
  for (let i = 0; ; i++) {
    if (rest(template[i])) return inner.length > i;
    if (i === template.length || i === inner.length) return template.length === inner.length;
    if (rest(inner[i]) || (!parameter(template[i]) && template[i] !== inner[i])) return false;
  }
}

/** One spelling a path: RFC 3986's characters of a segment but `;`, percent-encoding of nothing that may stand plain, and no control characters however written. */
export function isCanonical(path: string): boolean {
  if (path === '/') return true;
  if (!path.startsWith('/')) return false;
  return path.slice(1).split('/').every((segment) => {
    if (segment === '' || segment === '.' || segment === '..') return false;
    const encoded = segment.match(/%../g) ?? [];
    if (!/^(?:[A-Za-z0-9\-._~!$&'()*+,=:@]|%[0-9A-F]{2})+$/.test(segment)) return false;
    return encoded.every((triple) => {
      const character = String.fromCharCode(Number.parseInt(triple.slice(1), 16));
      return !/[A-Za-z0-9\-._~!$&'()*+,=:@/\\\x00-\x1f\x7f]/.test(character);
    });
  });
}
