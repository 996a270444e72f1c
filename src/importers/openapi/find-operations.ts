import { diagnose, nearest, type Diagnostic, type Location } from '#diagnostics';
import { httpMethods, type HttpMethod } from '#ir';
import { isMapping } from '../mapping.ts';
import { serversBasePath } from './base-path.ts';
import { shortened, type OpenApiFiles } from './openapi-files.ts';
import type { OpenApiNode } from './openapi-node.ts';
import { resolvePathItem } from './path-item.ts';
import { readPath } from './path-template.ts';

export interface FoundOperation {
  readonly method: HttpMethod;
  /** As the document has it. */
  readonly path: string;
  /** With what stands before it. */
  readonly template: string;
  readonly operationId?: string;
  /** Of the method in its path item. Of two paths that refer to one item, it is the same. */
  readonly at: Location;
}

const methods: ReadonlyMap<string, HttpMethod> = new Map(httpMethods.map((method) => [method.toLowerCase(), method]));
const otherFields = ['summary', 'description', 'servers', 'parameters'] as const;

/**
 * The operations of a document, in its own order. `basePath` is what stands before every path; where it is undefined,
 * the servers say it, those of an operation before those of its path and of the document. Whatever could be an
 * operation and can't be imported is said.
 */
export function findOperations(document: OpenApiNode, files: OpenApiFiles, basePath: string | undefined, say: (diagnostic: Diagnostic) => void): readonly FoundOperation[] {
  const paths = document.child('paths');
  if (paths.value === undefined || paths.value === null) return [];
  if (!isMapping(paths.value)) { say(diagnose('CS5018', { message: '`paths` is not a mapping', at: paths.at(), help: 'write it as in `paths: { /orders: { get: { … } } }`' })); return []; }

  const bases = new Map<unknown, string | undefined>();
  const baseOf = (candidates: readonly OpenApiNode[]): string | undefined => {
    if (basePath !== undefined) return basePath;
    const servers = candidates.find(({ value }) => value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0)) ?? candidates[0]!;
    if (!bases.has(servers.value)) bases.set(servers.value, serversBasePath(servers, say));
    return bases.get(servers.value);
  };

  return Object.keys(paths.value).flatMap((path) => {
    if (path.startsWith('x-')) return [];
    const place = paths.child(path);
    if (path === '$ref') {
      say(diagnose('CS5018', { message: '`paths` is a `$ref`, which OpenAPI allows for each path only', at: place.at(), help: 'bundle the document into one file' }));
      return [];
    }
    const read = readPath(path);
    if ('what' in read) say(diagnose('CS5019', { message: `the path \`${shortened(path)}\` ${read.what}`, at: place.at(), help: read.help }));
    const item = resolvePathItem(place, files, say);
    if (item === undefined) return [];
    if (!isMapping(item.value)) { say(diagnose('CS5018', { message: `the path \`${shortened(path)}\` is not a mapping of methods`, at: item.at(), help: 'write its operations, or `{}` if it has none' })); return []; }
    const { value } = item;
    if (!Object.keys(value).some((key) => methods.has(key) || key === 'trace')) say(diagnose('CS5019', { severity: 'info', message: `the path \`${shortened(path)}\` has no operation and is left alone`, at: place.at(), help: 'nothing is to be done: whatever is not declared is denied' }));

    return Object.keys(value).flatMap((key): readonly FoundOperation[] => {
      if (key.startsWith('x-') || (otherFields as readonly string[]).includes(key)) return [];
      const operation = item.child(key);
      const method = methods.get(key);
      if (method === undefined) { say(noMethod(key, path, operation)); return []; }
      const operationId = readOperation(operation, method, path, say);
      if (operationId === undefined || 'what' in read) return [];
      const base = baseOf([operation.child('servers'), item.child('servers'), document.child('servers')]);
      if (base === undefined) return [];
      const whole = base === '' ? read : readPath(path === '/' ? base : `${base}${path}`);
      if ('what' in whole) { say(diagnose('CS5019', { message: `the path \`${shortened(path)}\` below \`${base}\` ${whole.what}`, at: place.at(), help: whole.help })); return []; }
      return [{ method, path, template: whole.template, at: operation.at(), ...operationId }];
    });
  });
}

/** undefined where it is no operation, which is said. */
function readOperation(operation: OpenApiNode, method: HttpMethod, path: string, say: (diagnostic: Diagnostic) => void): Pick<FoundOperation, 'operationId'> | undefined {
  const { value } = operation;
  const refuse = (node: OpenApiNode, message: string, help: string): undefined => { say(diagnose('CS5018', { message, at: node.at(), help })); };
  const name = `${method} ${shortened(path)}`;
  if (!isMapping(value)) return refuse(operation, `the operation \`${name}\` is not a mapping`, 'write what it answers, or `{}`');
  if (Object.hasOwn(value, '$ref')) return refuse(operation.child('$ref'), `the operation \`${name}\` is a \`$ref\`, which OpenAPI allows for whole paths only`, 'let the path refer to a path item, or bundle the document into one file');
  const { value: operationId } = operation.child('operationId');
  if (operationId === undefined) return {};
  if (typeof operationId === 'string' && operationId !== '') return { operationId };
  return refuse(operation.child('operationId'), `the \`operationId\` of \`${name}\` is ${operationId === '' ? 'empty' : 'not a text'}`, operationId === '' || operationId === null ? 'write a name, or leave the key out' : 'write it in quotes');
}

function noMethod(key: string, path: string, operation: OpenApiNode): Diagnostic {
  if (key === 'trace') return diagnose('CS5019', { message: `\`TRACE ${shortened(path)}\` can't be declared: TRACE returns the request with its credentials, and is always denied`, at: operation.at(), help: 'remove it from the document, and let the server refuse it' });
  const meant = nearest(key, [...methods.keys(), ...otherFields]);
  return diagnose('CS5018', {
    message: `\`${shortened(key)}\` in the path \`${shortened(path)}\` is no method and no field that OpenAPI 3.0 or 3.1 has there`, at: operation.at(),
    help: meant === undefined ? 'remove it, or let it begin with `x-`' : `write \`${meant}\`, if that was meant`,
  });
}
