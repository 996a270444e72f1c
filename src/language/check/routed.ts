import type { Operation } from '#ir';
import type { Located } from './located.ts';
import type { LocatedApi } from './policy-context.ts';
import { overlap, parseTemplate, templateProblem, type Template } from './syntax/template.ts';
import { TemplateIndex } from './syntax/template-index.ts';

/** An operation as routers see it. */
export interface Routed { readonly api: LocatedApi; readonly operation: Located<Operation>; readonly method: string; readonly template: Template }

/** gRPC is POST on a path without parameters, an upgrade begins as a GET. What is not HTTP, or has no path of one spelling, has no route. */
export function routeOf(api: LocatedApi, operation: Located<Operation>): Routed | undefined {
  const { value } = operation;
  switch (value.kind) {
    case 'http': return templateProblem(value.path) === undefined ? { api, operation, method: value.method, template: parseTemplate(value.path) } : undefined;
    case 'grpc': return { api, operation, method: 'POST', template: { fixed: [value.service, value.method], rest: false } };
    case 'websocket': return templateProblem(value.path) === undefined ? { api, operation, method: 'GET', template: parseTemplate(value.path) } : undefined;
    case 'tcp': case 'cloud': return undefined;
    default: return value satisfies never;
  }
}

/** Is there a method that both take? */
export const methodsMeet = (a: string, b: string): boolean => a === b || (a === 'ANY' && b !== 'OPTIONS') || (b === 'ANY' && a !== 'OPTIONS');

/** Whom to compare one with, to find paths that both have: all of a few, else those that an index finds. May give a few that share none. */
export function neighbours(routes: readonly Routed[]): (routed: Routed) => Iterable<Routed> {
  if (routes.length <= 16) return () => routes;
  const index = new TemplateIndex<Routed>();
  for (const routed of routes) index.add(routed.template, routed);
  return ({ template }) => index.overlapping(template);
}

/** Operations of two APIs that share a path, and a method where `byMethod`: each that is not the first, with the earliest other, by place. */
export function sharedPaths(routes: readonly Routed[], before: (pointer: string, other: string) => boolean, { byMethod }: { readonly byMethod: boolean }): readonly { readonly first: Routed; readonly later: Routed }[] {
  const others = neighbours(routes);
  return routes.flatMap((later) => {
    let first: Routed | undefined;
    for (const other of others(later)) {
      if (other.api === later.api || (byMethod && !methodsMeet(other.method, later.method)) || !overlap(other.template, later.template)) continue;
      if (!before(other.operation.pointer, later.operation.pointer)) continue;
      if (first === undefined || before(other.operation.pointer, first.operation.pointer)) first = other;
    }
    return first === undefined ? [] : [{ first, later }];
  });
}
