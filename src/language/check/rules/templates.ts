import { diagnose, type Diagnostic } from '#diagnostics';
import { operationText, type Operation } from '#ir';
import type { PolicyContext } from '../policy-context.ts';
import { methodsMeet, neighbours, routeOf, type Routed } from '../routed.ts';
import { commonPath, contains, overlap, templateProblem } from '../syntax/template.ts';
import { quoted } from '../wording.ts';

/** CS1004 and CS1009: each path is of one spelling, and one operation owns it. */
export function templates(context: PolicyContext): readonly Diagnostic[] {
  const found: Diagnostic[] = [...metricsPaths(context)];
  for (const api of context.apis) {
    const routes: Routed[] = [];
    for (const operation of api.operations) {
      const problem = pathProblem(operation.value, operation.pointer, api.value.name);
      const routed = problem === undefined ? routeOf(api, operation) : undefined;
      if (problem !== undefined) found.push(problem);
      if (routed !== undefined) routes.push(routed);
    }
    found.push(...ambiguous(context, routes));
  }
  return found;
}

/** One path, and no template: the scraper asks for it as it stands. */
function metricsPaths(context: PolicyContext): readonly Diagnostic[] {
  return context.workloads.flatMap(({ value, pointer }) => {
    const path = value.kubernetes?.metrics?.path;
    const problem = path === undefined ? undefined : templateProblem(path) ?? (path.includes('{') ? { what: 'has a parameter, and one path is read' } : undefined);
    return problem === undefined ? [] : [diagnose('CS1004', {
      message: `the path ${quoted(path ?? '')} of the metrics of ${quoted(value.name)} ${problem.what}`,
      pointer: `${pointer}/kubernetes/metrics/path`,
      help: problem.instead === undefined ? 'write the one canonical path that is scraped, such as `/metrics`' : `write ${quoted(problem.instead)}`,
    })];
  });
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
  const others = neighbours(routes);
  return routes.flatMap((routed) => {
    let partner: Routed | undefined;
    for (const other of others(routed)) {
      if (other === routed || !clash(routed, other) || !context.before(other.operation.pointer, routed.operation.pointer)) continue;
      if (partner === undefined || context.before(other.operation.pointer, partner.operation.pointer)) partner = other;
    }
    return partner === undefined ? [] : [ambiguity(routed, partner)];
  });
}

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
