import type { BuiltinPeer, Protocol, ProbeName } from '#ir';
import type { CloudBuiltin, Destination } from '#spec';

/** What a question is about. Those that are one destination of a request can be asked `why`; the others are many operations at once. */
export type Asked =
  | { readonly kind: 'destination'; readonly to: Destination; /** As it was written, where that is not how it is spelt. */ readonly written?: string }
  | { readonly kind: 'api'; readonly api: string }
  | { readonly kind: 'segment'; readonly segment: string };

/** `orders.create`, `orders GET /orders/42`, `redis:6379`. */
export function destinationText(to: Destination): string {
  switch (to.kind) {
    case 'operation': return `${to.api}.${to.operation}`;
    case 'http': return `${to.api} ${to.upgrade === undefined ? to.method : to.upgrade} ${to.path}`;
    case 'port': return `${to.workload}:${to.port}${to.protocol === 'TCP' ? '' : `/${to.protocol satisfies Protocol}`}`;
    case 'probe': return `${to.workload}:${to.probe satisfies ProbeName}`;
    case 'builtin': return to.name satisfies BuiltinPeer | CloudBuiltin;
    case 'action': return `${to.api} ${to.action}${to.within === undefined ? '' : ` ${to.within}`}${to.via === undefined ? '' : ` via ${to.via}`}`;
    default: return to satisfies never;
  }
}

export function askedText(asked: Asked): string {
  switch (asked.kind) {
    case 'destination': return destinationText(asked.to);
    case 'api': return asked.api;
    case 'segment': return asked.segment;
    default: return asked satisfies never;
  }
}
