import { diagnose, type Diagnostic } from '#diagnostics';
import { operationText, type Operation } from '#ir';
import type { Located } from '../located.ts';
import type { LocatedApi, PolicyContext } from '../policy-context.ts';
import { commonPath, contains, overlap, parseTemplate, templateProblem, type Template } from '../syntax/template.ts';
import { TemplateIndex } from '../syntax/template-index.ts';
import { quoted } from '../wording.ts';

/** CS1004 and CS1009: each path is of one spelling, and one operation owns it. */
export function templates(context: PolicyContext): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const api of context.apis) {
    const routes: Routed[] = [];
    for (const operation of api.operations) {
      const problem = pathProblem(operation.value, operation.pointer, api.value.name);
      if (problem !== undefined) found.push(problem);
      else {
        const routed = route(api, operation);
        if (routed !== undefined) routes.push(routed);
      }
    }
    found.push(...ambiguous(context, routes));
  }
  return found;
}

interface Routed { readonly api: LocatedApi; readonly operation: Located<Operation>; readonly method: string; readonly template: Template }

/** gRPC is POST on a path without parameters. What is not HTTP at all has no route. */
function route(api: LocatedApi, operation: Located<Operation>): Routed | undefined {
  const { value } = operation;
  switch (value.kind) {
    case 'http': return { api, operation, method: value.method, template: parseTemplate(value.path) };
    case 'grpc': return { api, operation, method: 'POST', template: { fixed: [value.service, value.method], rest: false } };
    case 'websocket': return { api, operation, method: 'GET', template: parseTemplate(value.path) };
    case 'tcp': case 'cloud': return undefined;
    default: return value satisfies never;
  }
}

function pathProblem(operation: Operation, pointer: string, api: string): Diagnostic | undefined {
  const name = quoted(`${api}.${operation.name}`);
  switch (operation.kind) {
    case 'http': case 'websocket': {
      const problem = templateProblem(operation.path);
      return problem === undefined ? undefined : diagnose('CS1004', {
        message: `the path ${quoted(operation.path)} of ${name} ${problem.what}`,
        pointer: `${pointer}/path`,
        help: problem.instead === undefined ? 'write a canonical path: `/` and whole segments, each a literal, `{name}`, or `{name**}` as the last' : `write ${quoted(problem.instead)}`,
      });
    }
    // Protocol Buffers, "Language Specification (proto3)": ident and fullIdent.
    case 'grpc': {
      const service = /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(operation.service);
      if (service && /^[A-Za-z_]\w*$/.test(operation.method)) return undefined;
      return diagnose('CS1004', {
        message: service ? `the gRPC method ${quoted(operation.method)} of ${name} is not a name of letters, digits and \`_\`` : `the gRPC service ${quoted(operation.service)} of ${name} is not a full name such as \`shop.CartService\``,
        pointer: `${pointer}/${service ? 'method' : 'service'}`,
        help: 'write package, service and method as the .proto file does: `rpc(\'shop.CartService/AddItem\')`',
      });
    }
    case 'tcp': case 'cloud': return undefined;
    default: return operation satisfies never;
  }
}

/** One pair an operation is enough: its earliest partner. */
function ambiguous(context: PolicyContext, routes: readonly Routed[]): readonly Diagnostic[] {
  const others = candidates(routes);
  return routes.flatMap((routed) => {
    let partner: Routed | undefined;
    for (const other of others(routed)) {
      if (other === routed || !clash(routed, other) || !context.before(other.operation.pointer, routed.operation.pointer)) continue;
      if (partner === undefined || context.before(other.operation.pointer, partner.operation.pointer)) partner = other;
    }
    return partner === undefined ? [] : [ambiguity(routed, partner)];
  });
}

/** Whom to compare one with: all of a few, else those that an index finds. */
function candidates(routes: readonly Routed[]): (routed: Routed) => Iterable<Routed> {
  if (routes.length <= 16) return () => routes;
  const index = new TemplateIndex<Routed>();
  for (const routed of routes) index.add(routed.template, routed);
  return ({ template }) => index.overlapping(template);
}

const methodsMeet = (a: string, b: string): boolean => a === b || (a === 'ANY' && b !== 'OPTIONS') || (b === 'ANY' && a !== 'OPTIONS');

/** Is there a request that both own? A named method goes before `ANY` on the same paths; else the contained template has them. */
function clash(a: Routed, b: Routed): boolean {
  if (!methodsMeet(a.method, b.method) || !overlap(a.template, b.template)) return false;
  const [wider, narrower] = [contains(a.template, b.template), contains(b.template, a.template)];
  return wider && narrower ? a.method === b.method : !wider && !narrower;
}

function ambiguity(later: Routed, first: Routed): Diagnostic {
  const name = ({ api, operation }: Routed): string => quoted(`${api.value.name}.${operation.value.name}`);
  const method = later.method === 'ANY' ? (first.method === 'ANY' ? 'GET' : first.method) : later.method;
  const path = commonPath(later.template, first.template);
  return diagnose('CS1009', {
    message: `${name(later)} (${operationText(later.operation.value)}) and ${name(first)} (${operationText(first.operation.value)}) both match ${method} ${path}, and neither is the more specific one`,
    pointer: later.operation.pointer,
    related: [{ message: `${name(first)} is declared`, pointer: first.operation.pointer }],
    help: later.operation.value.kind === first.operation.value.kind && contains(later.template, first.template) ? 'keep one of the two operations'
      : `add an operation for the paths that both match, such as \`${path}\`, or make one template contain the other`,
    witness: { method, path },
  });
}
